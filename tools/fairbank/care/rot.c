#include "tools/fairbank/care/rot.h"
#include "engine/store/care.h"
#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/json.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 300, CANNOT_OPEN = 10, CANNOT_LOOK = 11 };

/* What the process that looks and the one that waits for it share: no pointers. */
struct looked {
    struct fb_store_look look;
    char why[WORDS]; /* it could not be looked at, or not to the end */
};

/* Nobody is told how far it is: the other process has the terminal. */
static int look(const struct options *o, struct looked *out)
{
    struct fb_store *s = NULL;
    const char *why = "";
    bool quiet = freopen("/dev/null", "w", stderr) != NULL; /* LMDB's own last words */
    if (!quiet || fb_store_open(&s, o->data, &(struct fb_store_options){.read_only = true}, &why) != FB_OK) {
        snprintf(out->why, sizeof(out->why), "%s", quiet ? why : "/dev/null cannot be opened");
        return CANNOT_OPEN;
    }
    enum fb_err e = fb_store_look(s, &out->look, NULL, NULL);
    fb_store_close(&s);
    if (e == FB_OK)
        return EXIT_DONE;
    snprintf(out->why, sizeof(out->why), "%s", fb_err_text(e));
    return CANNOT_LOOK;
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
    json_print(j, JSON_COMPACT);
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

/* A signal that a program brings on itself, and not one that somebody sent, or the machine for want of memory. */
static bool is_its_own(int signal)
{
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGILL || signal == SIGFPE || signal == SIGTRAP;
}

/* The damage ended it in the middle: by a signal, or as programs do that look for such faults themselves. */
static bool broke_off(int status, const struct fb_store_look *l)
{
    if (l->ended)
        return false;
    if (WIFSIGNALED(status))
        return is_its_own(WTERMSIG(status));
    int said = WEXITSTATUS(status);
    return said != EXIT_DONE && said != CANNOT_OPEN && said != CANNOT_LOOK;
}

/* Only then is what it found, or did not find, all that there is. */
static bool is_whole(int status, const struct fb_store_look *l)
{
    return l->ended && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DONE;
}

static int tell_unlooked(const struct options *o, int status, const struct looked *l)
{
    char forbidden[HOLDER_WORDS];
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_OPEN)
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, holder_forbids(o->data, forbidden) ? forbidden : l->why);
    else
        fprintf(stderr, "fairbank %s: checksums were not looked at to the end (%s): run it again\n", o->command,
                WIFSIGNALED(status) ? "the process that looked was ended" : l->why);
    return EXIT_FAILED;
}

/* ---- beside one another ---- */

static int asked = -1; /* of the work: where it hears that there is no fault; -1: it need not ask */

void rot_is_none(void)
{
    char word;
    if (asked < 0)
        return;
    ssize_t n = read(asked, &word, 1);
    if (n != 1) /* whoever looked is gone, and has said why */
        _exit(EXIT_FAILED);
    close(asked);
    asked = -1;
}

static int status_of(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        ;
    return status;
}

/* Whoever waits for the two ends, and they with it. */
static pid_t begin_look(const struct options *o, struct looked *shared, const int hear_say[2])
{
    pid_t child = fork();
    if (child == 0) {
        close(hear_say[0]);
        close(hear_say[1]);
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        _exit(look(o, shared));
    }
    return child;
}

static pid_t begin_work(const int hear_say[2])
{
    pid_t child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        close(hear_say[1]);
        asked = hear_say[0];
    }
    return child;
}

/* Unheard. What it wrote of its progress is wiped off. */
static void stop_work(pid_t worker)
{
    if (worker <= 0)
        return;
    (void)kill(worker, SIGKILL);
    (void)status_of(worker);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static int end_work(const struct options *o, pid_t worker, int said)
{
    bool told = write(said, "", 1) == 1; /* somebody always can hear it: the other end is open here too */
    int status = status_of(worker);
    if (told && WIFEXITED(status))
        return WEXITSTATUS(status);
    fprintf(stderr, "fairbank %s: it ended in the middle%s\n", o->command,
            WIFSIGNALED(status) ? ", by a signal: there may be too little memory" : "");
    return EXIT_FAILED;
}

/* The look is over: what it found, or what the work comes to; the work looked at no checksum, so it is heard only when all of them
 * were looked at. */
static int end(const struct options *o, const struct looked *l, int status, pid_t worker, int said)
{
    bool broke = broke_off(status, &l->look);
    if (is_whole(status, &l->look) && l->look.faults == 0)
        return end_work(o, worker, said);
    stop_work(worker);
    return broke || l->look.faults > 0 ? tell(o, &l->look, broke ? &l->look.at : NULL) : tell_unlooked(o, status, l);
}

static int cannot(const struct options *o)
{
    fprintf(stderr, "fairbank %s: checksums were not looked at: no memory, no temporary file, or no more processes\n", o->command);
    return EXIT_FAILED;
}

static int go(const struct options *o, struct looked *shared, int (*work)(const struct options *o))
{
    int hear_say[2];
    if (pipe(hear_say) != 0)
        return cannot(o);
    fflush(NULL);
    pid_t looker = begin_look(o, shared, hear_say), worker = looker > 0 ? begin_work(hear_say) : -1;
    if (worker == 0)
        return work(o);
    int status = EXIT_FAILED;
    if (worker > 0) {
        status = end(o, shared, status_of(looker), worker, hear_say[1]);
    } else {
        if (looker > 0) {
            (void)kill(looker, SIGKILL);
            (void)status_of(looker);
        }
        status = cannot(o);
    }
    close(hear_say[0]);
    close(hear_say[1]);
    return status;
}

int rot_beside(const struct options *o, int (*work)(const struct options *o))
{
    FILE *behind = tmpfile();
    struct looked *shared = MAP_FAILED;
    if (behind != NULL && ftruncate(fileno(behind), sizeof(*shared)) == 0)
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(behind), 0);
    int status = EXIT_FAILED;
    if (shared == MAP_FAILED) {
        status = cannot(o);
    } else {
        *shared = (struct looked){.look.at = {.kind = FB_FAULT_PAGE}}; /* for a process that ends while it opens the store */
        status = go(o, shared, work);
        (void)munmap(shared, sizeof(*shared));
    }
    if (behind != NULL)
        (void)fclose(behind);
    return status;
}
