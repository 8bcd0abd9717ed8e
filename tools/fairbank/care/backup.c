/* fairbank backup: the store of one moment into a folder of its own, while the engine runs. */
#include "engine/core/decide.h"
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "tools/fairbank/care/snapshot.h"
#include "tools/fairbank/publish.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* LMDB's copy cannot be ended from outside, except by what it writes to: so it writes into a pipe, which we leave. */
static volatile sig_atomic_t told_to_stop;
static void on_stop(int which)
{
    (void)which;
    told_to_stop = 1;
}

struct backup {
    const struct options *o;
    char part[SNAPSHOT_PATH], file[SNAPSHOT_PATH], parent[SNAPSHOT_PATH];
    struct fb_store *store;
    struct snapshot made;
    uint64_t before, after; /* bytes of the engine's store */
    int pipe[2];
    enum fb_err copied;
};

static bool wrong(const struct backup *b, const char *what, const char *why)
{
    fprintf(stderr, "fairbank %s: %s%s%s\n", b->o->command, what, why[0] != '\0' ? ": " : "", why);
    return false;
}

/* ---- where to ---- */

static bool make_part(struct backup *b)
{
    struct stat st;
    const char *to = b->o->to;
    parent_of(b->parent, to);
    if (snprintf(b->part, sizeof(b->part), "%s.part", to) >= SNAPSHOT_PATH || !path_of(b->file, b->part, "data.mdb"))
        return wrong(b, to, "is too long a path");
    if (stat(to, &st) == 0)
        return wrong(b, to, "is there already: every backup gets a folder of its own");
    folder_remove(b->part); /* of a backup that was cut short */
    if (mkdir(b->part, 0700) != 0)
        return wrong(b, b->part, strerror(errno));
    return true;
}

/* ---- copying ---- */

static void *copy(void *ctx)
{
    struct backup *b = ctx;
    b->copied = fb_store_copy(b->store, b->pipe[1]);
    close(b->pipe[1]);
    return NULL;
}

static enum fb_err receive(struct backup *b, int fd)
{
    pthread_t thread;
    struct snapshot_pour pour = {.words = "copied", .of = b->before, .stop = &told_to_stop};
    if (pipe(b->pipe) != 0)
        return FB_IO;
    if (pthread_create(&thread, NULL, copy, b) != 0) {
        close(b->pipe[0]);
        close(b->pipe[1]);
        return FB_FULL;
    }
    enum fb_err e = snapshot_pour(b->pipe[0], fd, &pour);
    close(b->pipe[0]);
    (void)pthread_join(thread, NULL);
    b->made.bytes = pour.bytes;
    snprintf(b->made.digest, sizeof(b->made.digest), "%s", pour.digest);
    if (e == FB_OK)
        e = b->copied;
    return e == FB_OK && fsync(fd) != 0 ? FB_IO : e;
}

static bool copy_store(struct backup *b)
{
    const char *why = "";
    enum fb_err e = fb_store_open(&b->store, b->o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK)
        return wrong(b, b->o->data, why);
    b->before = fb_store_bytes(b->store);
    int fd = open(b->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    e = fd >= 0 ? receive(b, fd) : FB_IO;
    if (fd >= 0 && close(fd) != 0 && e == FB_OK)
        e = FB_IO;
    b->after = fb_store_bytes(b->store);
    fb_store_close(&b->store);
    if (e == FB_OK)
        return true;
    return told_to_stop != 0 ? wrong(b, "stopped", "no backup was made") : wrong(b, "the store could not be copied", fb_err_text(e));
}

/* ---- what was copied ---- */

static enum fb_err last_of(struct fb_txn *t, enum fb_table table, uint64_t *number)
{
    static unsigned char memory[1 << 17];
    struct fb_arena arena;
    struct fb_span key, value;
    fb_arena_init(&arena, memory, sizeof(memory));
    *number = 0;
    enum fb_err e = fb_find_last(t, table, &arena, &key, &value);
    if (e == FB_OK)
        e = fb_key_parse_u64(key, number);
    fb_arena_release(&arena);
    return e == FB_NOT_FOUND ? FB_OK : e;
}

static enum fb_err read_heads(struct backup *b, struct fb_store *s)
{
    struct fb_txn *t = NULL;
    enum fb_err e = fb_store_read(s, &t);
    if (e == FB_OK)
        e = last_of(t, FB_TABLE_JOURNAL, &b->made.journal);
    if (e == FB_OK)
        e = last_of(t, FB_TABLE_EVENTS, &b->made.events);
    fb_txn_abort(&t);
    b->made.epoch = fb_store_epoch(s);
    b->made.schema = fb_store_schema(s);
    return e;
}

static enum fb_err look(struct backup *b, struct fb_store *s)
{
    struct fb_store_look look;
    char words[300];
    enum fb_err e = fb_store_look(s, &look, NULL, NULL);
    for (unsigned i = 0; e == FB_OK && i < look.n_faults; i++) {
        struct fb_text t;
        fb_text_init(&t, words, sizeof(words));
        fb_fault_say(&t, &look.fault[i]);
        (void)wrong(b, "damaged", words);
    }
    return e == FB_OK && look.faults > 0 ? FB_DAMAGED : e;
}

/* A backup of damage would take the place of a good one: every row of the copy is read back. */
static bool prove(struct backup *b)
{
    struct fb_store *s = NULL;
    const char *why = "";
    char path[SNAPSHOT_PATH];
    enum fb_err e = fb_store_open(&s, b->part, &(struct fb_store_options){.read_only = true}, &why);
    if (e == FB_OK)
        e = read_heads(b, s);
    if (e == FB_OK)
        e = look(b, s);
    fb_store_close(&s);
    for (const char *const *left = (const char *const[]){"lock.mdb", "open.lock", NULL}; *left != NULL; left++)
        if (path_of(path, b->part, *left))
            (void)unlink(path);
    return e == FB_OK || wrong(b, "the copy does not read back", e == FB_DAMAGED ? "the store is damaged (see fairbank verify); no backup was made, so "
                                                                                    "that none takes the place of a good one"
                                                                                  : fb_err_text(e));
}

static bool finish(struct backup *b)
{
    snprintf(b->made.made_by, sizeof(b->made.made_by), "%s", FB_VERSION);
    b->made.decide = FB_DECIDE_VERSION;
    enum fb_err e = snapshot_write(&b->made, b->part);
    if (e == FB_OK && told_to_stop != 0)
        return wrong(b, "stopped", "no backup was made");
    if (e == FB_OK && rename(b->part, b->o->to) != 0)
        e = FB_IO;
    if (e == FB_OK)
        e = folder_sync(b->parent);
    return e == FB_OK || wrong(b, b->o->to, "the folder could not be finished");
}

/* ---- keys ---- */

static bool is_key(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".key") == 0;
}

static bool copy_key(const struct backup *b, const char *name)
{
    char from[SNAPSHOT_PATH], to[SNAPSHOT_PATH];
    struct snapshot_pour pour = {.words = "copied"};
    if (!path_of(from, b->o->data, name) || !path_of(to, b->o->with_keys, name))
        return wrong(b, name, "is too long a path");
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = in >= 0 && out >= 0 && snapshot_pour(in, out, &pour) == FB_OK && fsync(out) == 0;
    int problem = errno;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return ok || wrong(b, to, strerror(problem));
}

/* Names the keys, and copies them where they were asked for. */
static bool keys(const struct backup *b, bool copies)
{
    const struct dirent *file;
    bool ok = true;
    unsigned n = 0;
    DIR *dir = opendir(b->o->data);
    while (dir != NULL && ok && (file = readdir(dir)) != NULL)
        if (is_key(file->d_name)) {
            if (!copies)
                printf("%s%s", n == 0 ? "not in it: " : ", ", file->d_name);
            else
                ok = copy_key(b, file->d_name);
            n++;
        }
    if (dir != NULL)
        (void)closedir(dir);
    if (!copies && n > 0)
        puts(" (keep copies of them apart from this backup: --with-keys FOLDER makes them)");
    else if (ok && n > 0)
        printf("%u keys copied to %s: keep them apart from the backup\n", n, b->o->with_keys);
    return ok && (!copies || folder_sync(b->o->with_keys) == FB_OK);
}

/* Whoever has both can tell who a worker is. */
static bool keys_apart(const struct backup *b)
{
    const char *to = b->o->to, *with = b->o->with_keys;
    size_t n = strlen(to);
    if (with == NULL)
        return true;
    if (strncmp(with, to, n) == 0 && (with[n] == '\0' || with[n] == '/'))
        return wrong(b, with, "is the backup's own folder: keys and store must lie apart");
    if (mkdir(with, 0700) != 0 && errno != EEXIST)
        return wrong(b, with, strerror(errno));
    return true;
}

/* ---- the command ---- */

static void say(const struct backup *b)
{
    if (b->o->json) {
        printf("{\"to\":\"%s\",\"epoch\":\"%llu\",\"journal\":%llu,\"events\":%llu,\"bytes\":%llu,\"grew\":%llu,\"digest\":\"%s\"}\n", b->o->to,
               (unsigned long long)b->made.epoch, (unsigned long long)b->made.journal, (unsigned long long)b->made.events,
               (unsigned long long)b->made.bytes, (unsigned long long)(b->after > b->before ? b->after - b->before : 0), b->made.digest);
        return;
    }
    printf("backed up to %s: %s, up to journal entry %llu and event %llu; every row was read back\n", b->o->to, size_word(b->made.bytes),
           (unsigned long long)b->made.journal, (unsigned long long)b->made.events);
    if (b->after > b->before)
        printf("the engine's store grew by %s meanwhile: while a copy is made nothing that is given up can be used again. That\n"
               "room is used later; fairbank compact gives it back\n", size_word(b->after - b->before));
    (void)keys(b, false);
}

int command_backup(const struct options *o)
{
    static struct backup b;
    struct sigaction stop = {.sa_handler = on_stop}, ignore = {.sa_handler = SIG_IGN};
    b = (struct backup){.o = o, .made = {.at_ms = now_ms()}};
    if (o->to == NULL) {
        (void)wrong(&b, "say where to with --to FOLDER", "a folder that is not there yet, such as backups/2026-12-01");
        return EXIT_USAGE;
    }
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    if (!make_part(&b))
        return EXIT_FAILED;
    bool ok = keys_apart(&b) && copy_store(&b) && prove(&b) && finish(&b);
    if (!ok) {
        folder_remove(b.part);
        return EXIT_FAILED;
    }
    say(&b);
    if (snapshot_note(o->data, &b.made, o->to) != FB_OK)
        fprintf(stderr, "fairbank %s: that it was made could not be noted in %s, so fairbank doctor will not know of it\n", o->command, o->data);
    return o->with_keys == NULL || keys(&b, true) ? EXIT_DONE : EXIT_FAILED;
}
