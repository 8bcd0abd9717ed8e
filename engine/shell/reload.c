#include "engine/shell/reload.h"
#include "engine/shell/clock.h"
#include "engine/shell/log.h"
#include "engine/shell/places.h"
#include <stdlib.h>

enum fb_err fb_packs_load(const struct fb_config *config, struct fb_new_issue *out,
                          struct fb_pack_report *report)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES];
    *out = (struct fb_new_issue){NULL, NULL};
    if (!fb_places_find(config, base))
        return FB_NOT_FOUND;
    out->files = calloc(1, sizeof *out->files);
    enum fb_err e = out->files != NULL ? FB_OK : FB_FULL;
    for (unsigned i = 0; e == FB_OK && i < config->n_packs; i++)
        e = fb_place_of(folder, base, config->pack[i]) ? fb_pack_read_dir(out->files, folder, report)
                                                       : FB_LIMIT;
    if (e == FB_OK)
        e = fb_pack_load_files(&out->book, out->files->file, out->files->n, report);
    if (e != FB_OK)
        fb_packs_free(out);
    return e;
}

void fb_packs_free(struct fb_new_issue *issue)
{
    if (issue->files != NULL)
        fb_pack_files_free(issue->files);
    free(issue->files);
    if (issue->book != NULL)
        fb_pack_free(&issue->book);
    *issue = (struct fb_new_issue){NULL, NULL};
}

void fb_packs_log(const struct fb_pack_report *report)
{
    for (unsigned i = 0; i < report->n; i++) {
        const struct fb_pack_error *e = &report->e[i];
        fb_log(e->warning ? FB_LOG_WARN : FB_LOG_ERROR, "%s:%u: %s", e->file, e->line, e->text);
    }
    if (report->errors + report->warnings > report->n)
        fb_log(FB_LOG_WARN, "and %u more", report->errors + report->warnings - report->n);
}

void fb_packs_log_places(const struct fb_config *config, enum fb_log_level level)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES];
    bool found = fb_places_find(config, base);
    const char *what = found ? "packs were read from" : "no packs are in";
    for (unsigned p = 0; found ? p == 0 : fb_places_get(config, p, base); p++)
        for (unsigned i = 0; i < config->n_packs; i++)
            fb_log(level, "%s %s", what, fb_place_of(folder, base, config->pack[i]) ? folder : "?");
}

bool fb_packs_review_is_over(const struct fb_book *book, int64_t now_ms)
{
    enum { MS_PER_MINUTE = 60000, MINUTES_PER_DAY = 1440 };
    fb_day today = (fb_day)(fb_london_local_min(now_ms / MS_PER_MINUTE) / MINUTES_PER_DAY);
    return book != NULL && book->review_by < today;
}

void fb_packs_log_review(const struct fb_book *book, int64_t now_ms)
{
    char day[11];
    if (!fb_packs_review_is_over(book, now_ms))
        return;
    fb_day_format(day, book->review_by);
    fb_log(
        FB_LOG_WARN,
        "the rules had to be reviewed by %s, and that day has passed: look every figure up again, then move "
        "review_by in pack.yaml",
        day);
}

static void read_packs(uv_work_t *work)
{
    struct fb_reload *r = work->data;
    r->err = fb_packs_load(r->config, &r->issue, &r->report);
}

/* The packs that were read last are the ones that count: whatever waited before them is thrown away. */
static void hand_over(struct fb_reload *r)
{
    fb_packs_free(&r->waiting);
    if (r->commit == NULL) {
        fb_packs_free(&r->issue); /* stopping */
        return;
    }
    if (fb_commit_issue(r->commit, &r->issue))
        return;
    fb_log(FB_LOG_INFO, "reload: the packs before these are still being made current; these follow");
    r->waiting = r->issue;
}

void fb_reload_again(struct fb_reload *r)
{
    if (r->waiting.book != NULL && r->commit != NULL && fb_commit_issue(r->commit, &r->waiting))
        r->waiting = (struct fb_new_issue){NULL, NULL};
}

static void have_read(uv_work_t *work, int status)
{
    struct fb_reload *r = work->data;
    uv_loop_t *loop = work->loop;
    (void)status;
    r->running = false;
    fb_packs_log(&r->report);
    fb_pack_report_free(&r->report);
    if (r->err == FB_OK) {
        hand_over(r);
    } else {
        fb_packs_log_places(r->config, FB_LOG_ERROR);
        fb_log(FB_LOG_ERROR, "reload: %s; the rules stay as they are",
               r->err == FB_NOT_FOUND ? "no packs" : "the packs have errors");
    }
    if (r->again && r->commit != NULL) {
        r->again = false;
        fb_reload_start(r, loop);
    }
}

void fb_reload_start(struct fb_reload *r, uv_loop_t *loop)
{
    if (r->running) {
        r->again = true;
        return;
    }
    fb_log(FB_LOG_INFO, "reload: reading the packs");
    r->work.data = r;
    r->running = uv_queue_work(loop, &r->work, read_packs, have_read) == 0;
    if (!r->running)
        fb_log(FB_LOG_ERROR, "reload: no thread to read them");
}
