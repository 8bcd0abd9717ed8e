#ifndef FB_OUTLET_OUTLET_H
#define FB_OUTLET_OUTLET_H
/* The half of an outlet that is the same for each: it follows the feed, plans by the routes what is owed to its receivers, and
 * hands out what is due. The other half sends: it takes, tries, and settles each thing it took.
 *
 *     open → { step → take → send → settle }* → close
 *
 * What was planned is on disk before the feed is told that it may go on, so nothing is lost by a kill at any moment; what was sent
 * and not settled yet is sent again under the same event id. One thread. */
#include "adapters/lib/feed.h"
#include "adapters/outbound/outlet/plan.h"
struct fb_outlet;
struct fb_outlet_options {
    const char *feed;    /* endpoint */
    const char *cursor;  /* the name under which the engine knows our place: its metrics show how far behind that is (cursor_lag_events) */
    const char *routes;  /* file; read again by fb_outlet_reload */
    const char *ledger;  /* file */
    const struct fb_curve *curve; /* NULL: without keys. Read by open only */
    struct fb_receivers mine;
    int64_t keep_ms;     /* how long what was delivered is remembered; 0: 30 days */
};
struct fb_outlet_figures {
    uint64_t events, fit, planned, silenced, pages; /* since it was opened */
    uint64_t epoch, seq, head;                      /* where it is, and the newest event */
    bool engine;                                    /* it answered the last question */
    const char *refusal;                            /* and gives nothing: why, and what to do; NULL: it gives */
};
/* FB_REFUSED, FB_IO, FB_NEWER: *why says which file, where, and what to do. */
FB_MUST_CHECK enum fb_err fb_outlet_open(struct fb_outlet **out, const struct fb_outlet_options *options, struct fb_text *why);
void fb_outlet_close(struct fb_outlet **outlet);
/* One page of the feed at most, waiting up to wait_ms for one when there is none yet; and what was watched and is due. FB_OK also
 * when nothing came, no engine answers, or it gives nothing to this key, and the place stays (see figures). FB_IO: the ledger or the socket failed, which no asking again mends;
 * FB_DAMAGED: what answers is not an engine. */
FB_MUST_CHECK enum fb_err fb_outlet_step(struct fb_outlet *o, int wait_ms);
/* See fb_ledger_take: with the clock's instant. */
FB_MUST_CHECK enum fb_err fb_outlet_take(struct fb_outlet *o, const char *receiver, bool whole_batch, unsigned max, struct fb_delivery *out, unsigned *n);
/* What became of some of them, in one transaction. */
struct fb_settled {
    int64_t id;
    enum fb_delivery_state state; /* WAITING (again), DELIVERED or DEAD */
    int64_t due_ms;               /* of WAITING */
    const char *error;            /* NULL: none */
};
FB_MUST_CHECK enum fb_err fb_outlet_settle(struct fb_outlet *o, const struct fb_settled *settled, unsigned n);
/* How long until something is due, at most max_ms. */
int fb_outlet_idle_ms(struct fb_outlet *o, int max_ms);
/* The routes again; FB_REFUSED, FB_IO: the old ones stay, *why says why. */
FB_MUST_CHECK enum fb_err fb_outlet_reload(struct fb_outlet *o, struct fb_text *why);
struct fb_outlet_figures fb_outlet_figures(const struct fb_outlet *o);
struct fb_ledger *fb_outlet_ledger(struct fb_outlet *o);
/* The fault of the ledger or of the feed, for people. */
const char *fb_outlet_fault(const struct fb_outlet *o);
int64_t fb_outlet_now_ms(void);
/* When to try again after so many failures: from 5 seconds doubling to 6 hours, each drawn from half to the whole of it by the
 * seed, so that receivers that failed together are not tried together. */
int64_t fb_outlet_retry_ms(int64_t tries, uint64_t seed);
#endif
