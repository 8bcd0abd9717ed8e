/* The first half of a start: the data folder, the store, turn's memory and the rules. Nobody can connect yet.
 */
#include "engine/shell/clock.h"
#include "engine/shell/engine.h"
#include "engine/shell/log.h"
#include "engine/shell/ports.h"
#include "engine/store/care.h"
#include "engine/turn/migrate.h"
#include "engine/turn/receipts/receipts.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRESS_MS = 2000, MS_PER_HOUR = 3600000, HOURS_BEHIND = 24 };

static enum fb_exit make_folder(struct fb_engine *e)
{
    const char *folder = e->config->data;
    e->made_folder = mkdir(folder, 0700) == 0;
    if (e->made_folder || errno == EEXIST)
        return FB_EXIT_DONE;
    fb_log(FB_LOG_ERROR, "the data folder %s cannot be made: %s", folder, strerror(errno));
    return FB_EXIT_FAILED;
}

static const char LOCK[] = "writer.lock", DATA[] = "data.mdb";

/* The lock last: from then on the folder may be another engine's. */
static void remove_files(DIR *folder)
{
    const struct dirent *file;
    while ((file = readdir(folder)) != NULL)
        if (strcmp(file->d_name, LOCK) != 0)
            (void)unlinkat(dirfd(folder), file->d_name, 0); /* only files: `.` and `..` stay */
    (void)unlinkat(dirfd(folder), LOCK, 0);
}

/* Another engine may have come into the folder after we made it, and have taken records since. It has not when we hold the lock, and have
 * held it since there was a store. */
static bool is_ours(const struct fb_engine *e, DIR *folder, int *lock)
{
    return e->store != NULL || (fb_store_hold(e->config->data, lock) == FB_OK && faccessat(dirfd(folder), DATA, F_OK, 0) != 0);
}

/* A folder that a failed start leaves behind looks like a store that somebody lost. */
void fb_start_undo(const struct fb_engine *e)
{
    int lock = -1;
    DIR *folder = !e->made_folder || e->ready ? NULL : opendir(e->config->data);
    if (folder == NULL)
        return;
    if (is_ours(e, folder, &lock)) {
        remove_files(folder);
        (void)rmdir(e->config->data);
    }
    if (lock >= 0)
        (void)close(lock);
    (void)closedir(folder);
}

bool fb_start_clock_is_behind(int64_t last_ms, int64_t now_ms)
{
    return last_ms > now_ms && last_ms - now_ms > (int64_t)HOURS_BEHIND * MS_PER_HOUR;
}

static void warn_of_clock(int64_t last_ms)
{
    char last[25];
    int64_t now_ms = fb_clock_now_ms();
    if (!fb_start_clock_is_behind(last_ms, now_ms))
        return;
    fb_instant_format(last, last_ms);
    fb_log(FB_LOG_WARN,
           "the last entry was made at %s, %" PRId64 " hours after what the clock says now: this clock is "
           "wrong, or that one was; until then every entry gets that instant",
           last, (last_ms - now_ms) / MS_PER_HOUR);
}

static enum fb_exit open_store(struct fb_engine *e)
{
    struct fb_store_options options = {.create = true, .map_bytes = (uint64_t)e->config->map_gib << 30};
    const char *why = NULL;
    enum fb_err err = fb_store_open(&e->store, e->config->data, &options, &why);
    if (err == FB_OK)
        return FB_EXIT_DONE;
    fb_log(FB_LOG_ERROR, "the store in %s was not opened: %s", e->config->data,
           why != NULL ? why : fb_err_text(err));
    if (err == FB_BUSY)
        return FB_EXIT_BUSY;
    return err == FB_DAMAGED || err == FB_NEWER || err == FB_REFUSED ? FB_EXIT_STORE : FB_EXIT_FAILED;
}

/* Turn hands its ports' context on, which says nothing about this run; the time is kept here. There is one
 * start. */
static uint64_t progress_said_ms;

static void say_progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    uint64_t now_ms = fb_clock_ticks_ms();
    if (now_ms - progress_said_ms < PROGRESS_MS)
        return;
    progress_said_ms = now_ms;
    fb_log(FB_LOG_INFO, "reading the store: %" PRIu64 " of %" PRIu64, done, of);
}

static void say_carrying(void *ctx, const struct fb_migration *m)
{
    (void)ctx;
    fb_log(FB_LOG_INFO, "the store is carried over from schema %" PRIu32 " to %" PRIu32 ": %s. Ended meanwhile, the next start goes on",
           m->from, m->to, m->words);
}

/* A store of an earlier version, before anything else is done with it. */
static enum fb_exit carry_over(struct fb_engine *e)
{
    const struct fb_migrate how = {.begun = say_carrying, .progress = say_progress};
    uint32_t before = fb_store_schema(e->store);
    if (before == FB_SCHEMA_VERSION)
        return FB_EXIT_DONE;
    progress_said_ms = fb_clock_ticks_ms();
    enum fb_err err = fb_migrate(e->store, &how);
    if (err == FB_OK) {
        fb_log(FB_LOG_INFO, "the store was carried over to schema %" PRIu32 "; earlier versions cannot read it any more",
               fb_store_schema(e->store));
        return FB_EXIT_DONE;
    }
    fb_log(FB_LOG_ERROR, "the store in %s could not be carried over from schema %" PRIu32 " (%s): %s", e->config->data, before, fb_err_text(err),
           err == FB_FULL ? "make room, and start it again: it goes on where it stood"
                          : "look at the disk, and start it again, which goes on; or run the earlier version on it, or restore a backup");
    return err == FB_DAMAGED || err == FB_NEWER || err == FB_REFUSED ? FB_EXIT_STORE : FB_EXIT_FAILED;
}

static enum fb_exit open_turn(struct fb_engine *e)
{
    const char *why = NULL;
    uint64_t before_ms = fb_clock_ticks_ms();
    progress_said_ms = before_ms;
    enum fb_err err = fb_turn_open(&e->turn, e->store, &e->ports, say_progress, &why);
    if (err != FB_OK) {
        fb_log(FB_LOG_ERROR, "the store in %s cannot be used: %s", e->config->data,
               why != NULL ? why : fb_err_text(err));
        return err == FB_DAMAGED || err == FB_NEWER ? FB_EXIT_STORE : FB_EXIT_FAILED;
    }
    fb_turn_listen(e->turn);
    struct fb_turn_stats stats;
    fb_turn_stats(e->turn, &stats);
    warn_of_clock(stats.last_ms);
    if (stats.messages > 0)
        fb_log(FB_LOG_INFO,
               "the store holds %" PRIu64 " messages, %" PRIu64 " bookings, %" PRIu64
               " vacancies; read in %" PRIu64 " ms",
               stats.messages, stats.bookings, stats.vacancies, fb_clock_ticks_ms() - before_ms);
    return FB_EXIT_DONE;
}

static uint64_t rows_held(struct fb_store *store, enum fb_table table)
{
    struct fb_txn *txn = NULL;
    if (fb_store_read(store, &txn) != FB_OK)
        return 0;
    uint64_t n = fb_table_rows(txn, table);
    fb_txn_abort(&txn);
    return n;
}

void fb_start_say_keys(const struct fb_engine *e)
{
    const struct fb_keys *k = &e->keys;
    if (k->made_worker || k->made_link || k->made_checkpoint)
        fb_log(FB_LOG_INFO, "made in %s:%s%s%s (keep copies, apart from those of the store)", e->config->data, k->made_worker ? " worker.key" : "",
               k->made_link ? " link.key" : "", k->made_checkpoint ? " checkpoint.key" : "");
}

/* Whoever holds a checkpoint knows the key that signed it; another one in its place must not come unannounced. */
static void warn_of_checkpoint_key(const struct fb_engine *e)
{
    char key[2 * FB_KEY_FILE_BYTES + 1];
    if (!e->keys.made_checkpoint || rows_held(e->store, FB_TABLE_CHECKPOINTS) == 0)
        return;
    (void)sodium_bin2hex(key, sizeof key, e->keys.checkpoint_public, FB_KEY_FILE_BYTES);
    fb_log(FB_LOG_WARN,
           "checkpoint.key was missing in %s and is new: its public half is %s; checkpoints and receipts that were kept name the old "
           "one. Stop and put the old key back from its copy, or tell the new one to whoever keeps them",
           e->config->data, key);
}

/* Before anything is read or taken: what stands for a worker depends on the one, links on the other. */
static enum fb_exit open_keys(struct fb_engine *e)
{
    char memory[FB_CONFIG_PATH_MAX + 400];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_keys_open(&e->keys, e->config->data, rows_held(e->store, FB_TABLE_WORKERS) > 0, &why) != FB_OK) {
        fb_log(FB_LOG_ERROR, "the engine's own keys cannot be used: %s", why.p);
        return FB_EXIT_KEYS;
    }
    if (!e->made_folder) /* else they go with it, if this start comes to nothing */
        fb_start_say_keys(e);
    warn_of_checkpoint_key(e);
    e->ports = fb_ports_with(&e->keys.worker);
    return FB_EXIT_DONE;
}

enum fb_exit fb_start_store(struct fb_engine *e)
{
    enum fb_exit x = make_folder(e);
    if (x == FB_EXIT_DONE)
        x = open_store(e);
    /* Nobody else runs here, so a `ready` that stands there is of one that was killed. */
    if (x == FB_EXIT_DONE)
        fb_engine_not_ready(e);
    if (x == FB_EXIT_DONE)
        x = carry_over(e);
    if (x == FB_EXIT_DONE)
        x = open_keys(e);
    if (x == FB_EXIT_DONE)
        x = open_turn(e);
    if (x == FB_EXIT_DONE)
        fb_turn_refused_most(e->turn, (uint64_t)e->config->refused_mib << 20);
    return x;
}

/* What the packs on the disk could not give, the issue in the store may. */
static enum fb_exit keep_issue(struct fb_engine *e, enum fb_err err)
{
    const struct fb_book *book = fb_turn_book(e->turn, 0);
    enum fb_log_level level = book != NULL ? FB_LOG_WARN : FB_LOG_ERROR;
    fb_packs_log_places(e->config, level);
    fb_log(level, "%s: %s", err == FB_NOT_FOUND ? "no packs" : "the packs have errors",
           book != NULL
               ? "the issue in the store stays"
               : "there are no rules to judge by; say where they are under packs: in the configuration");
    return book != NULL ? FB_EXIT_DONE : FB_EXIT_USAGE;
}


static void say_issued(const struct fb_engine *e, const struct fb_issued *issued, bool restored)
{
    char memory[320];
    struct fb_text t;
    struct fb_turn_stats stats;
    fb_turn_stats(e->turn, &stats);
    fb_text_init(&t, memory, sizeof memory);
    fb_packs_say_once(&t, issued);
    if (issued->once != 0)
        fb_log(FB_LOG_WARN, "packs: %s", t.p);
    if (issued->err == FB_REFUSED)
        fb_log(FB_LOG_ERROR, "packs: those in the folders are not current: %s. Until then issue %" PRIu32 " judges",
               issued->why, issued->issue);
    else if (issued->err != FB_OK)
        fb_log(FB_LOG_ERROR, "the rules were not stored: %s", fb_err_text(issued->err));
    else if (restored && stats.waiting > 0)
        fb_log(FB_LOG_WARN, "packs: %" PRIu32 " that wait were taken in before this issue, and will undo it: see "
               "`fairbank status`, and `fairbank rules withdraw`", stats.waiting);
}

/* Packs that may not be taken are no reason to keep everybody out: the rules in the store judge on. */
static enum fb_exit take_rules(struct fb_engine *e, struct fb_new_issue *issue, bool restored)
{
    struct fb_issued issued;
    issue->unless_held = true;
    fb_commit_take_issue(e->turn, issue, fb_clock_now_ms(), &issued);
    say_issued(e, &issued, restored);
    return issued.err == FB_OK || issued.err == FB_REFUSED ? FB_EXIT_DONE : FB_EXIT_COMMIT;
}

enum fb_exit fb_start_rules(struct fb_engine *e)
{
    struct fb_new_issue issue;
    struct fb_pack_report report = {0};
    uint64_t held = fb_turn_book(e->turn, 0) == NULL ? rows_held(e->store, FB_TABLE_ISSUES) : 0;
    if (held > 0)
        fb_log(FB_LOG_WARN,
               "the packs of issue %" PRIu64 " in the store are damaged or do not compile with this version; "
               "a new issue is made of those on the disk",
               held);
    enum fb_err err = fb_packs_load(e->config, &issue, &report);
    fb_packs_log(&report);
    fb_pack_report_free(&report);
    enum fb_exit x = err == FB_OK ? take_rules(e, &issue, held > 0) : keep_issue(e, err);
    if (x == FB_EXIT_DONE)
        fb_packs_log_review(fb_turn_book(e->turn, 0), fb_clock_now_ms());
    return x;
}
