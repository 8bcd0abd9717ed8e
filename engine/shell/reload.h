#ifndef FB_SHELL_RELOAD_H
#define FB_SHELL_RELOAD_H
/* Packs from the disk to the engine: at the start, and on SIGHUP. Reading and compiling is done on a thread
 * of its own, so that neither the door nor the commits wait; the commit thread only makes the finished book
 * current. Packs with an error change nothing: the old issue stays, and each error is logged with its file
 * and line. */
#include "engine/shell/commit.h"
#include "engine/shell/config.h"
#include <uv.h>
/* The configured folders as an issue. FB_NOT_FOUND: none of them is there. FB_REFUSED, FB_IO: the report says
 * what is wrong. On FB_OK files and book are the caller's. */
FB_MUST_CHECK enum fb_err fb_packs_load(const struct fb_config *config, struct fb_new_issue *out,
                                        struct fb_pack_report *report);
void fb_packs_free(struct fb_new_issue *issue);
/* One log line per error or warning. */
void fb_packs_log(const struct fb_pack_report *report);
/* Where packs were read from, or looked for when there are none: one line a folder, with its full path. */
void fb_packs_log_places(const struct fb_config *config, enum fb_log_level level);
/* A warning when the day is over on which somebody had to look the figures up again. book may be NULL. */
void fb_packs_log_review(const struct fb_book *book, int64_t now_ms);
bool fb_packs_review_is_over(const struct fb_book *book, int64_t now_ms);

struct fb_reload {
    uv_work_t work;
    const struct fb_config *config;
    struct fb_commit *commit; /* NULL once the engine is stopping: what was read is thrown away */
    bool running, again;      /* again: asked for while it ran */
    enum fb_err err;
    struct fb_new_issue issue;   /* read last */
    struct fb_new_issue waiting; /* read while the one before was still being made current; NULLs: none */
    struct fb_pack_report report;
};
/* Starts it, or remembers to when one is running. */
void fb_reload_start(struct fb_reload *r, uv_loop_t *loop);
/* An issue was dealt with: one that had to wait for that is handed over now. */
void fb_reload_again(struct fb_reload *r);
#endif
