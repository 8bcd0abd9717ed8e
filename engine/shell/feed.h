#ifndef FB_SHELL_FEED_H
#define FB_SHELL_FEED_H
/* Events for consumers that may lose none: a consumer asks for what follows a position, gets a page, makes it
 * safe and acknowledges it. Each request looks at a bounded number of events and always says where to go on.
 * A request that found nothing and wants to wait is parked: one per cursor (or connection), answered when
 * something comes, or empty after a while so that the consumer knows that the engine is there.
 *
 * Who asks with a key is given what its roles are for: everybody's events, or its trust's; and its positions are its own, kept
 * under its name. When that changes, what it waits for is refused at once (fb_outfeed_recheck).
 *
 * Stored positions are read here and written by the commit thread, outside the journal. Loop thread only. */
#include "engine/shell/commit.h"
#include "engine/shell/gate.h"
#include "engine/shell/stats.h"
#include "engine/shell/under_way.h"
#include "engine/turn/report.h"
struct fb_outfeed;
struct fb_outfeed_with {
    struct fb_store *store;
    struct fb_reader_books *books;
    struct fb_queue *queue;
    struct fb_stats *stats;
    struct fb_outlet outlet;
    uint64_t epoch;
    unsigned wait_seconds;
    struct fb_gate *gate; /* NULL: whoever comes may do anything */
    const struct fb_keys *keys; /* with which statements are signed; NULL: receipt.issued comes without one */
    struct fb_under_way *acks;  /* positions that the commit thread has: counted here, and taken back by the door. NULL: not counted */
};
FB_MUST_CHECK enum fb_err fb_outfeed_open(struct fb_outfeed **out, const struct fb_outfeed_with *with);
void fb_outfeed_close(struct fb_outfeed **f);
void fb_outfeed_take(void *feed, const struct fb_peer *peer, struct fb_span frame);
/* Events were committed: parked requests are looked at again. */
void fb_outfeed_grown(struct fb_outfeed *f);
/* Parked requests whose time is over get their empty page. */
void fb_outfeed_second(struct fb_outfeed *f);
/* Other identities are in force, or a day has come on which keys are revoked. */
void fb_outfeed_recheck(struct fb_outfeed *f);
unsigned fb_outfeed_parked(const struct fb_outfeed *f);
#endif
