#ifndef FB_CSV_WATCH_CHILD_H
#define FB_CSV_WATCH_CHILD_H
/* One file, sent by a process of its own: what kills that process costs its file and nothing else. It is this same program, with
 * the mapping, and ends with the account of the file as JSON. It goes when the watch goes, however that ends. */
#include "adapters/inbound/csv/watch/plan.h"
#include <jansson.h>
#include <uv.h>
enum { FB_WATCH_SAID_BYTES = 65536, FB_WATCH_ERROR_BYTES = 4096 };
struct fb_watch_child;
/* It has ended, and all that it said is here: `account` is the file's, NULL when there was none; `error` the last line of its
 * complaints. */
typedef void fb_watch_child_ended(void *ctx, int64_t status, int signal, const json_t *account, const char *error);
struct fb_watch_child {
    uv_process_t process;
    uv_pipe_t out, err;
    unsigned open; /* handles that are not closed yet */
    int64_t status;
    int signal;
    size_t n_out, n_err;
    fb_watch_child_ended *ended;
    void *ctx;
    bool running;
    char said[FB_WATCH_SAID_BYTES], error[FB_WATCH_ERROR_BYTES];
};
/* FB_IO: no process to be had; *why says it. `ended` is called from the loop, once. */
FB_MUST_CHECK enum fb_err fb_watch_child_start(struct fb_watch_child *child, uv_loop_t *loop, const struct fb_watch_plan *plan,
                                               const struct fb_watch_place *place, const char *work, const char *path,
                                               fb_watch_child_ended *ended, void *ctx, const char **why);
/* SIGTERM (it has two seconds' patience for answers), SIGKILL. */
void fb_watch_child_signal(struct fb_watch_child *child, int signal);
#endif
