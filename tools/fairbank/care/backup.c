/* fairbank backup: the store of one moment into a folder of its own, while the engine runs. */
#include "engine/core/decide.h"
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "tools/fairbank/care/backup_keys.h"
#include "tools/fairbank/care/snapshot.h"
#include "tools/fairbank/care/stop.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/publish.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct backup {
    const struct options *o;
    char to[SNAPSHOT_PATH], part[SNAPSHOT_PATH], file[SNAPSHOT_PATH], parent[SNAPSHOT_PATH];
    int folder; /* .part, with our lock on it; -1 */
    struct backup_keys keys;
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

static bool name_files(struct backup *b)
{
    size_t n = strlen(b->o->to);
    while (n > 1 && b->o->to[n - 1] == '/')
        n--;
    snprintf(b->to, sizeof(b->to), "%.*s", (int)n, b->o->to);
    parent_of(b->parent, b->to);
    return (snprintf(b->part, sizeof(b->part), "%s.part", b->to) < SNAPSHOT_PATH && path_of(b->file, b->part, "data.mdb")) ||
           wrong(b, b->o->to, "is too long a path");
}

static bool is_new(const struct backup *b)
{
    struct stat st;
    return stat(b->to, &st) != 0 || wrong(b, b->to, "is there already: every backup gets a folder of its own");
}

/* Whoever had the lock before us may have given the folder its name since, or have taken it away. */
static bool is_still_there(const struct backup *b, int folder)
{
    struct stat ours, named;
    return (fstat(folder, &ours) == 0 && stat(b->part, &named) == 0 && ours.st_dev == named.st_dev && ours.st_ino == named.st_ino) ||
           wrong(b, b->to, "another backup to this name has just ended: name another folder, or try again");
}

/* What it is proved by is opened as the folder's owner, who may not read what we write; and who could change it. */
static bool is_own(const struct backup *b, int folder)
{
    struct stat st;
    return (fstat(folder, &st) == 0 && st.st_uid == geteuid()) ||
           wrong(b, b->part, "is another user's, of a backup that was cut short: remove it, or name another folder");
}

/* A disk that knows no locks (some network disks) is written to without: two backups to one name then spoil one another, which
 * prove() sees. */
static bool lock_part(struct backup *b, int folder)
{
    if (flock(folder, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return wrong(b, b->to, "another backup to this name is being made: name another folder, or let it end");
    return is_own(b, folder) && is_still_there(b, folder) && is_new(b);
}

static bool make_part(struct backup *b)
{
    if (!is_new(b))
        return false;
    if (mkdir(b->part, 0700) != 0 && errno != EEXIST)
        return wrong(b, b->part, strerror(errno));
    int folder = open(b->part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return wrong(b, b->part, strerror(errno));
    if (!lock_part(b, folder)) {
        close(folder);
        return false;
    }
    b->folder = folder;
    folder_clear(b->part); /* of a backup that was cut short */
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

/* LMDB's copy cannot be ended from outside, except by what it writes to: so it writes into a pipe, which we leave. */
static enum fb_err receive(struct backup *b, int fd)
{
    pthread_t thread;
    struct snapshot_pour pour = {.words = "copied", .of = b->before, .stop = &stop_told};
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

/* Of an earlier version's store too: before an upgrade carries it over is when a backup is wanted most. */
static const struct fb_store_options only_copies = {.read_only = true, .as_it_is = true};

static bool copy_store(struct backup *b)
{
    const char *why = "";
    enum fb_err e = fb_store_open(&b->store, b->o->data, &only_copies, &why);
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
    return stop_told != 0 ? wrong(b, "stopped", "no backup was made") : wrong(b, "the store could not be copied", fb_err_text(e));
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

/* The rows that were read back are those of the file that the manifest will speak of. */
static enum fb_err compare(const struct backup *b)
{
    struct snapshot_pour p = {.words = "read back", .of = b->made.bytes, .stop = &stop_told};
    int fd = open(b->file, O_RDONLY | O_CLOEXEC);
    enum fb_err e = fd >= 0 ? snapshot_pour(fd, -1, &p) : FB_IO;
    if (fd >= 0)
        close(fd);
    return e == FB_OK && (p.bytes != b->made.bytes || strcmp(p.digest, b->made.digest) != 0) ? FB_REFUSED : e;
}

static const char *why_not(enum fb_err e)
{
    return e == FB_DAMAGED   ? "the store is damaged (see fairbank verify); no backup was made, so that none takes the place of a good one"
           : e == FB_REFUSED ? "it is not what was written: something else wrote to it, or the disk is failing; no backup was made"
                             : fb_err_text(e);
}

/* A backup of damage would take the place of a good one: every row of the copy is read back. */
static bool prove(struct backup *b)
{
    struct fb_store *s = NULL;
    const char *why = "";
    char path[SNAPSHOT_PATH];
    enum fb_err e = fb_store_open(&s, b->part, &only_copies, &why);
    if (e == FB_OK)
        e = read_heads(b, s);
    if (e == FB_OK)
        e = look(b, s);
    fb_store_close(&s);
    for (const char *const *left = (const char *const[]){"lock.mdb", "open.lock", NULL}; *left != NULL; left++)
        if (path_of(path, b->part, *left))
            (void)unlink(path);
    if (e == FB_OK)
        e = compare(b);
    if (stop_told != 0)
        return wrong(b, "stopped", "no backup was made");
    return e == FB_OK || wrong(b, "the copy does not read back", why_not(e));
}

static bool finish(struct backup *b)
{
    snprintf(b->made.made_by, sizeof(b->made.made_by), "%s", FB_VERSION);
    b->made.decide = FB_DECIDE_VERSION;
    enum fb_err e = snapshot_write(&b->made, b->part);
    if (e == FB_OK && stop_told != 0)
        return wrong(b, "stopped", "no backup was made");
    if (e != FB_OK || rename(b->part, b->to) != 0)
        return wrong(b, b->to, "the folder could not be finished: is there room, and is the disk sound?");
    return folder_sync(b->parent) == FB_OK ||
           wrong(b, b->to, "is there, and whole, but its name could not be flushed to the disk: look at the disk before you count on it");
}

/* ---- the command ---- */

static void say_json(const struct backup *b, uint64_t grew)
{
    char epoch[24];
    snprintf(epoch, sizeof(epoch), "%llu", (unsigned long long)b->made.epoch);
    json_print(json_pack("{s:o, s:s, s:I, s:I, s:I, s:I, s:s}", "to", json_path(b->to), "epoch", epoch, "journal", (json_int_t)b->made.journal,
                         "events", (json_int_t)b->made.events, "bytes", (json_int_t)b->made.bytes, "grew", (json_int_t)grew, "digest", b->made.digest),
               JSON_COMPACT);
}

static void say(const struct backup *b)
{
    uint64_t grew = b->after > b->before ? b->after - b->before : 0;
    if (b->o->json) {
        say_json(b, grew);
        return;
    }
    printf("backed up to %s: %s, up to journal entry %llu and event %llu; every row was read back\n", b->to, size_word(b->made.bytes),
           (unsigned long long)b->made.journal, (unsigned long long)b->made.events);
    if (grew > 0)
        printf("the engine's store grew by %s meanwhile: while a copy is made nothing that is given up can be used again. That\n"
               "room is used later; fairbank compact gives it back\n", size_word(grew));
    backup_keys_name(&b->keys);
}

static bool make(struct backup *b)
{
    return make_part(b) && backup_keys_open(&b->keys, b->to, b->folder) && copy_store(b) && prove(b) && finish(b);
}

int command_backup(const struct options *o)
{
    static struct backup b;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    b = (struct backup){.o = o, .made = {.at_ms = now_ms()}, .folder = -1, .keys = {o->command, o->data, o->with_keys, -1}};
    if (o->to == NULL) {
        (void)wrong(&b, "say where to with --to FOLDER", "a folder that is not there yet, such as backups/2026-12-01");
        return EXIT_USAGE;
    }
    stop_watch();
    (void)sigaction(SIGPIPE, &ignore, NULL);
    if (!name_files(&b) || !make(&b)) {
        if (b.folder >= 0)
            folder_remove(b.part);
        return EXIT_FAILED;
    }
    say(&b);
    if (snapshot_note(o->data, &b.made, b.to) != FB_OK)
        fprintf(stderr, "fairbank %s: that it was made could not be noted in %s, so fairbank doctor will not know of it\n", o->command, o->data);
    return backup_keys_copy(&b.keys, o->json) ? EXIT_DONE : EXIT_FAILED;
}
