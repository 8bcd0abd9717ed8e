/* The first half of a start: the data folder, the store, turn's memory and the rules. Nobody can connect yet.
 */
#include "engine/shell/clock.h"
#include "engine/shell/engine.h"
#include "engine/shell/log.h"
#include "engine/shell/ports.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PROGRESS_MS = 2000 };

static enum fb_exit make_folder(const char *folder)
{
    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
        return FB_EXIT_DONE;
    fb_log(FB_LOG_ERROR, "the data folder %s cannot be made: %s", folder, strerror(errno));
    return FB_EXIT_FAILED;
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
    return err == FB_DAMAGED || err == FB_NEWER ? FB_EXIT_STORE : FB_EXIT_FAILED;
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

static enum fb_exit open_turn(struct fb_engine *e)
{
    const char *why = NULL;
    uint64_t before_ms = fb_clock_ticks_ms();
    progress_said_ms = before_ms;
    enum fb_err err = fb_turn_open(&e->turn, e->store, &fb_ports, say_progress, &why);
    if (err != FB_OK) {
        fb_log(FB_LOG_ERROR, "the store in %s cannot be used: %s", e->config->data,
               why != NULL ? why : fb_err_text(err));
        return err == FB_DAMAGED || err == FB_NEWER ? FB_EXIT_STORE : FB_EXIT_FAILED;
    }
    struct fb_turn_stats stats;
    fb_turn_stats(e->turn, &stats);
    if (stats.messages > 0)
        fb_log(FB_LOG_INFO,
               "the store holds %" PRIu64 " messages, %" PRIu64 " bookings, %" PRIu64
               " vacancies; read in %" PRIu64 " ms",
               stats.messages, stats.bookings, stats.vacancies, fb_clock_ticks_ms() - before_ms);
    return FB_EXIT_DONE;
}

enum fb_exit fb_start_store(struct fb_engine *e)
{
    enum fb_exit x = make_folder(e->config->data);
    if (x == FB_EXIT_DONE)
        x = open_store(e);
    if (x == FB_EXIT_DONE)
        x = open_turn(e);
    return x;
}

static enum fb_err make_current(struct fb_engine *e, struct fb_new_issue *issue)
{
    struct fb_turn_file *file = fb_commit_files(issue->files);
    if (file == NULL)
        return FB_FULL;
    enum fb_err err = fb_turn_issue(e->turn, file, issue->files->n, issue->book, fb_clock_now_ms());
    if (err == FB_OK)
        issue->book = NULL; /* turn's now */
    free(file);
    return err;
}

/* What the packs on the disk could not give, the issue in the store may. */
static enum fb_exit keep_issue(struct fb_engine *e, enum fb_err err)
{
    bool held = fb_turn_book(e->turn, 0) != NULL;
    const char *what =
        err == FB_NOT_FOUND ? "none of the folders under packs: is there" : "the packs have errors";
    fb_log(held ? FB_LOG_WARN : FB_LOG_ERROR, "%s; %s", what,
           held ? "the issue in the store stays"
                : "there are no rules to judge by: say where they are under packs: in the configuration");
    return held ? FB_EXIT_DONE : FB_EXIT_USAGE;
}

enum fb_exit fb_start_rules(struct fb_engine *e)
{
    struct fb_new_issue issue;
    struct fb_pack_report report = {0};
    enum fb_err err = fb_packs_load(e->config, &issue, &report);
    fb_packs_log(&report);
    fb_pack_report_free(&report);
    if (err != FB_OK)
        return keep_issue(e, err);
    err = make_current(e, &issue);
    fb_packs_free(&issue);
    if (err != FB_OK)
        fb_log(FB_LOG_ERROR, "the rules were not stored: %s", fb_err_text(err));
    return err == FB_OK ? FB_EXIT_DONE : FB_EXIT_COMMIT;
}
