#ifndef FB_OUTLET_LEDGER_H
#define FB_OUTLET_LEDGER_H
/* What an outlet owes to whom, in one SQLite file of its own: what was planned for each receiver, what was delivered, what is
 * tried again and when, what was given up (with its reason, whole), what is silenced, and which findings nobody has acknowledged.
 * The place in the feed is kept in the same file, and moves in the same transaction as what was planned from it: so an event is
 * planned once for each receiver, however often the outlet or the engine is killed. A delivery whose outcome was not written yet
 * is made again; its event id is the same, so that the receiver can drop it.
 *
 * FB_IO: the file failed; fb_ledger_fault says how, and what was begun is gone. Lifetimes: rows' texts live until the next call of
 * fb_ledger_take. One thread. */
#include "engine/base/span.h"
struct fb_ledger;
#define FB_PURPOSE_MAP(X) X(ALERT, "alert") X(ESCALATION, "escalation") X(REMINDER, "reminder")
enum fb_purpose {
#define X(id, text) FB_PURPOSE_##id,
    FB_PURPOSE_MAP(X)
#undef X
    FB_PURPOSE_END
};
const char *fb_purpose_word(enum fb_purpose p);
enum fb_delivery_state { FB_DELIVERY_WAITING, FB_DELIVERY_AWAY, FB_DELIVERY_DELIVERED, FB_DELIVERY_DEAD, FB_DELIVERY_SILENCED, FB_DELIVERY_END };
struct fb_delivery {
    int64_t id, due_ms, since_ms; /* since: when it was planned */
    enum fb_purpose purpose;
    enum fb_delivery_state state;
    int64_t tries;                /* that failed */
    const char *receiver, *event, *route, *batch, *body, *error; /* event: its id; batch: what is sent together; body: JSON */
};

/* FB_BUSY: another process has it. FB_NEWER, FB_IO: *why says what. */
FB_MUST_CHECK enum fb_err fb_ledger_open(struct fb_ledger **out, const char *path, struct fb_text *why);
/* The same beside a program that runs: what is away stays away, and no file is made (FB_IO when there is none) nor brought up to date
 * (FB_REFUSED when an older version made it). */
FB_MUST_CHECK enum fb_err fb_ledger_look(struct fb_ledger **out, const char *path, struct fb_text *why);
void fb_ledger_close(struct fb_ledger **ledger);
const char *fb_ledger_fault(const struct fb_ledger *l);
/* One transaction at a time; kept or undone. What is kept is never lost by a kill of the program; nor by a power cut, unless it was
 * begun as repeatable: such a one is not waited for until it is on the disk, and a power cut may undo it as if it had not been.
 * Planning is never repeatable, because the feed is told of the place. Taking and settling are: what they forget is sent again, under
 * the same event id. */
FB_MUST_CHECK enum fb_err fb_ledger_begin(struct fb_ledger *l);
FB_MUST_CHECK enum fb_err fb_ledger_begin_repeatable(struct fb_ledger *l);
FB_MUST_CHECK enum fb_err fb_ledger_keep(struct fb_ledger *l);
void fb_ledger_undo(struct fb_ledger *l);
/* Where in the feed it has come; nought and nought before the first page. */
FB_MUST_CHECK enum fb_err fb_ledger_place(struct fb_ledger *l, uint64_t *epoch, uint64_t *seq);
FB_MUST_CHECK enum fb_err fb_ledger_move(struct fb_ledger *l, uint64_t epoch, uint64_t seq);

/* Plans it, unless (receiver, event, purpose) is there. A batch that waits already is due when it is: the first of it opens the window. */
FB_MUST_CHECK enum fb_err fb_ledger_plan(struct fb_ledger *l, const struct fb_delivery *d);
/* Up to `max` that are due to the receiver (NULL: to all), oldest first; they are away until they are settled, or until the ledger is
 * opened again. whole_batches: all that waits in the batch of the oldest, due or not, and nothing else. */
FB_MUST_CHECK enum fb_err fb_ledger_take(struct fb_ledger *l, const char *receiver, int64_t now_ms, bool whole_batch, unsigned max, struct fb_delivery *out,
                                         unsigned *n);
/* WAITING: again at due_ms, one more try; DELIVERED; DEAD: with the reason. */
FB_MUST_CHECK enum fb_err fb_ledger_settle(struct fb_ledger *l, int64_t id, enum fb_delivery_state state, int64_t due_ms, const char *error);
/* For a clock that went back: what was planned in what is the future now was planned now, and a try that is further off than last_ms is due now. */
FB_MUST_CHECK enum fb_err fb_ledger_clock(struct fb_ledger *l, int64_t now_ms, int64_t last_ms);
/* Dead ones wait again, from now: all of them (receiver NULL), or of one receiver; id 0: any. How many. */
FB_MUST_CHECK enum fb_err fb_ledger_revive(struct fb_ledger *l, const char *receiver, int64_t id, int64_t now_ms, unsigned *n);
/* Those that are dead, or silenced, by id, after `after`; texts live until the next call. */
FB_MUST_CHECK enum fb_err fb_ledger_list(struct fb_ledger *l, enum fb_delivery_state state, int64_t after, unsigned max, struct fb_delivery *out, unsigned *n);
FB_MUST_CHECK enum fb_err fb_ledger_count(struct fb_ledger *l, const char *receiver, int64_t count[FB_DELIVERY_END]);
/* When the next thing is due, a delivery to one of these or a watch: INT64_MAX when nothing is. What waits for anybody else nobody takes. */
FB_MUST_CHECK enum fb_err fb_ledger_next(struct fb_ledger *l, const char *const *receiver, unsigned n, int64_t *due_ms);
/* The first receiver by name after this one ("": the first of all) of whom anything is remembered. FB_NOT_FOUND: no more. FB_LIMIT: it does not
 * fit. */
FB_MUST_CHECK enum fb_err fb_ledger_receiver(struct fb_ledger *l, const char *after, char *out, size_t size);
/* Forgets what was delivered or silenced before this. */
FB_MUST_CHECK enum fb_err fb_ledger_prune(struct fb_ledger *l, int64_t before_ms);

/* A silence by name and key holds until then (the later of both). */
FB_MUST_CHECK enum fb_err fb_ledger_hush(struct fb_ledger *l, const char *name, const char *key, int64_t until_ms);
FB_MUST_CHECK enum fb_err fb_ledger_is_hushed(struct fb_ledger *l, const char *name, const char *key, int64_t now_ms, bool *is);
/* Something to be said about a finding at due_ms by a route, unless it is lifted before. Same finding, route and purpose: the later
 * word stands. A finding that ends with ".*" lifts all details. */
struct fb_watch {
    int64_t due_ms;
    enum fb_purpose purpose;
    const char *finding, *route, *event, *body;
};
FB_MUST_CHECK enum fb_err fb_ledger_watch(struct fb_ledger *l, const struct fb_watch *w);
FB_MUST_CHECK enum fb_err fb_ledger_lift(struct fb_ledger *l, const char *finding, enum fb_purpose purpose);
/* The oldest that is due, taken out; FB_NOT_FOUND: none. Texts live until the next call. */
FB_MUST_CHECK enum fb_err fb_ledger_watch_due(struct fb_ledger *l, int64_t now_ms, struct fb_watch *out);
#endif
