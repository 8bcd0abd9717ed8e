#include "tools/fairbank/care/rot.h"
#include "engine/store/care.h"
#include <jansson.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 300, CANNOT_OPEN = 10 };

/* Nobody is told how far it is: the other process has the terminal. */
static int look(const struct options *o, struct fb_store_look *out)
{
    struct fb_store *s = NULL;
    if (freopen("/dev/null", "w", stderr) == NULL) /* LMDB's own last words */
        return CANNOT_OPEN;
    if (fb_store_open(&s, o->data, &(struct fb_store_options){.read_only = true}, NULL) != FB_OK)
        return CANNOT_OPEN;
    enum fb_err e = fb_store_look(s, out, NULL, NULL);
    fb_store_close(&s);
    return e == FB_OK ? EXIT_DONE : CANNOT_OPEN;
}

static const char *words_of(const struct fb_fault *f, char words[WORDS])
{
    struct fb_text t;
    fb_text_init(&t, words, WORDS);
    fb_fault_say(&t, f);
    return words;
}

static json_t *faults_json(const struct fb_store_look *l, const struct fb_fault *last)
{
    char words[WORDS];
    json_t *list = json_array();
    for (unsigned i = 0; i < l->n_faults; i++)
        json_array_append_new(list, json_string(words_of(&l->fault[i], words)));
    if (last != NULL)
        json_array_append_new(list, json_string(words_of(last, words)));
    return list;
}

static void print_json(const struct fb_store_look *l, const struct fb_fault *last)
{
    json_t *j = json_pack("{s:b, s:I, s:o}", "equal", 0, "damaged", (json_int_t)l->faults + (last != NULL), "faults", faults_json(l, last));
    json_dumpf(j, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(j);
}

static int tell(const struct options *o, const struct fb_store_look *l, const struct fb_fault *last)
{
    char words[WORDS];
    if (o->json) {
        print_json(l, last);
        return EXIT_DIFFERENT;
    }
    for (unsigned i = 0; i < l->n_faults; i++)
        printf("DAMAGED %s\n", words_of(&l->fault[i], words));
    if (l->faults > l->n_faults)
        printf("DAMAGED rows beside these: %llu\n", (unsigned long long)(l->faults - l->n_faults));
    if (last != NULL)
        printf("DAMAGED %s\n", words_of(last, words));
    puts("Bits have changed on the disk, so nothing was decided again. Copy the folder, restore a backup (fairbank restore), look at\n"
         "the disk, and have publishers send again what they sent since the backup: deploy/RESTORE.md.");
    return EXIT_DIFFERENT;
}

/* It stopped in the middle: by a signal that nobody sent, or as programs do that look for such faults themselves. */
static bool broke_off(int status, const struct fb_store_look *l)
{
    if (l->ended)
        return false;
    if (WIFSIGNALED(status))
        return WTERMSIG(status) != SIGINT && WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGKILL;
    return WEXITSTATUS(status) != EXIT_DONE && WEXITSTATUS(status) != CANNOT_OPEN;
}

static int wait_for(const struct options *o, pid_t child, const struct fb_store_look *l)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        ;
    if (broke_off(status, l))
        return tell(o, l, &l->at);
    return l->faults > 0 ? tell(o, l, NULL) : EXIT_DONE;
}

int rot_look(const struct options *o)
{
    FILE *behind = tmpfile();
    struct fb_store_look *shared = MAP_FAILED;
    if (behind != NULL && ftruncate(fileno(behind), sizeof(*shared)) == 0)
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(behind), 0);
    if (shared == MAP_FAILED) {
        fprintf(stderr, "fairbank %s: checksums were not looked at: no memory, or no temporary file\n", o->command);
        if (behind != NULL)
            fclose(behind);
        return EXIT_FAILED;
    }
    *shared = (struct fb_store_look){.at = {.kind = FB_FAULT_PAGE}}; /* for a process that ends while it opens the store */
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(look(o, shared));
    int status = child > 0 ? wait_for(o, child, shared) : EXIT_FAILED;
    (void)munmap(shared, sizeof(*shared));
    (void)fclose(behind);
    return status;
}
