#ifndef FB_OUTLET_PLAN_H
#define FB_OUTLET_PLAN_H
/* One event, the routes, and what the ledger holds: what is owed to whom, and when. Sends nothing, asks no clock. Every call is a
 * part of a transaction of the ledger that the caller began. */
#include "adapters/lib/alerts.h"
#include "adapters/outbound/outlet/ledger.h"
/* The receivers that this outlet serves: what is for others is theirs to plan. */
struct fb_receivers {
    unsigned n;
    const char *const *name;
};
struct fb_plan {
    const struct fb_alert_routes *routes;
    struct fb_receivers mine;
    struct fb_ledger *ledger;
    uint64_t planned, silenced, fit; /* deliveries; deliveries silenced; events that some route takes */
};
/* Also lifts and sets what is watched, and the silences. FB_IO: the ledger. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_plan_event(struct fb_plan *p, const struct fb_event_row *row, uint64_t page_epoch, int64_t now_ms);
/* What nobody acknowledged in time, and snoozes that end soon, become deliveries. How many were due. */
FB_MUST_CHECK enum fb_err fb_plan_watches(struct fb_plan *p, int64_t now_ms, unsigned *n);
#endif
