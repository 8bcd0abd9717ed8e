#include "engine/shell/reload.h"
#include "engine/shell/log.h"
#include <stdlib.h>
#include <sys/stat.h>

static bool is_there(const char *folder)
{
    struct stat s;
    return stat(folder, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool any_there(const struct fb_config *config)
{
    for (unsigned i = 0; i < config->n_packs; i++)
        if (is_there(config->pack[i]))
            return true;
    return false;
}

enum fb_err fb_packs_load(const struct fb_config *config, struct fb_new_issue *out,
                          struct fb_pack_report *report)
{
    *out = (struct fb_new_issue){NULL, NULL};
    if (!any_there(config))
        return FB_NOT_FOUND;
    out->files = calloc(1, sizeof *out->files);
    enum fb_err e = out->files != NULL ? FB_OK : FB_FULL;
    for (unsigned i = 0; e == FB_OK && i < config->n_packs; i++)
        e = fb_pack_read_dir(out->files, config->pack[i], report);
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

static void read_packs(uv_work_t *work)
{
    struct fb_reload *r = work->data;
    r->err = fb_packs_load(r->config, &r->issue, &r->report);
}

static void have_read(uv_work_t *work, int status)
{
    struct fb_reload *r = work->data;
    uv_loop_t *loop = work->loop;
    (void)status;
    r->running = false;
    fb_packs_log(&r->report);
    fb_pack_report_free(&r->report);
    if (r->err == FB_NOT_FOUND)
        fb_log(FB_LOG_ERROR, "reload: none of the folders under packs: is there; the rules stay as they are");
    else if (r->err != FB_OK)
        fb_log(FB_LOG_ERROR, "reload: the packs have errors (%s); the rules stay as they are",
               fb_err_text(r->err));
    else if (r->commit == NULL || !fb_commit_issue(r->commit, &r->issue))
        fb_packs_free(&r->issue); /* stopping, or the one before is still being made current */
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
