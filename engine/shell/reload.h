#ifndef FB_SHELL_RELOAD_H
#define FB_SHELL_RELOAD_H
/* Packs from the disk to the engine: at the start, on SIGHUP, and when somebody asks for an issue over the door. Reading
 * and compiling is done on a thread of its own, so that neither the door nor the commits wait; the commit thread
 * only makes the finished book an issue. Packs with an error change nothing: the old issue stays, and each error is
 * logged with its file and line, and told to whoever asked.
 *
 * Nobody says anything with a start or SIGHUP but "look again": packs that some earlier issue had are not news, and what
 * became current since stays (fb_packs_say_once). While an issue waits, other packs are not taken at all: fb_turn_issue.
 *
 * One thing at a time: the next reading begins when what was read before is durable. So what is read last counts. */
#include "engine/shell/commit.h"
#include "engine/shell/config.h"
#include <uv.h>
/* The configured folders as an issue, to be made current at once. FB_NOT_FOUND: none of them is there. FB_REFUSED, FB_IO:
 * the report says what is wrong. On FB_OK files and book are the caller's. */
FB_MUST_CHECK enum fb_err fb_packs_load(const struct fb_config *config, struct fb_new_issue *out,
                                        struct fb_pack_report *report);
void fb_packs_free(struct fb_new_issue *issue);
/* One log line per error or warning. */
void fb_packs_log(const struct fb_pack_report *report);
/* Where packs were read from, or looked for when there are none: one line a folder, with its full path. */
void fb_packs_log_places(const struct fb_config *config, enum fb_log_level level);
/* A warning when the day is over on which somebody had to look the figures up again. book may be NULL. */
void fb_packs_log_review(const struct fb_book *book, int64_t now_ms);
/* Packs that were held once and are not taken again: which issue had them, and how to go back to it. */
void fb_packs_say_once(struct fb_text *t, const struct fb_issued *issued);
bool fb_packs_review_is_over(const struct fb_book *book, int64_t now_ms);

/* Somebody who waits for an answer. */
struct fb_reload_asker {
    struct fb_peer peer;
    int64_t due_ms; /* FB_ABSENT: at once */
};
enum { FB_RELOAD_ASKERS_MAX = 8, FB_RELOAD_TEXT_BYTES = 40 << 10 };
_Static_assert(FB_RELOAD_TEXT_BYTES + FB_WAITING_MAX * (FB_TEXT_BYTES_MAX + 32) + 4096 < FB_MESSAGE_BYTES_MAX,
               "every error of a pack fits the answer, or is counted, beside the issues that wait");
enum fb_reload_state { FB_RELOAD_IDLE, FB_RELOAD_READING, FB_RELOAD_HANDED };
struct fb_reload {
    uv_work_t work;
    uv_loop_t *loop;
    int (*queue_work)(uv_loop_t *, uv_work_t *, uv_work_cb, uv_after_work_cb); /* NULL: the library's, which fails in no test */
    const struct fb_config *config;
    struct fb_commit *commit; /* NULL once the engine is stopping: what was read is thrown away */
    /* Sends an answer; its status is filled in there. NULL: nobody can ask. */
    void (*tell)(void *ctx, const struct fb_peer *peer, const struct fb_result *r);
    void *ctx;
    enum fb_reload_state state;
    bool again;                 /* SIGHUP came and was not followed yet */
    bool asked;                 /* what is in hand was asked for by `asker` */
    struct fb_reload_asker asker, waiting[FB_RELOAD_ASKERS_MAX];
    unsigned n_waiting;
    enum fb_err err;
    struct fb_new_issue issue; /* read last */
    struct fb_pack_report report;
    char book_name[FB_TEXT_BYTES_MAX + 1];
    char text[FB_RELOAD_TEXT_BYTES]; /* of the answer that is being made */
};
/* Reads the packs again, now or when what is in hand is done: SIGHUP. */
void fb_reload_start(struct fb_reload *r);
/* The same for somebody who wants to be answered. False: too many wait already. */
bool fb_reload_ask(struct fb_reload *r, const struct fb_peer *peer, int64_t due_ms);
/* An issue was dealt with (news->issue_answered): answers, and goes on with what waits. */
void fb_reload_answered(struct fb_reload *r, const struct fb_commit_news *news);
/* The engine is stopping: whoever waits is told so. What the commit thread has in hand is still answered. */
void fb_reload_stop(struct fb_reload *r);
#endif
