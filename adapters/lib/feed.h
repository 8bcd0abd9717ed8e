#ifndef FB_ADAPTERS_FEED_H
#define FB_ADAPTERS_FEED_H
/* The protocol of the feed alone (consumer.h is what most need): ask for what follows a position, take the page, make its events safe,
 * say so. A position is (epoch, seq); the page's `next` is what to ask after, also when nothing matched. An
 * epoch that is not the one asked for means that the engine's store was restored, and the page goes on where both are the same
 * (deploy/RESTORE.md); FB_REASON_FIELD_RANGE that it was made anew: start again from 0. Any other reason says nothing of the place,
 * which is kept: fb_feed_refusal says what to do, and what was asked is asked again in a while.
 *
 * One thread, one question at a time. Lifetimes: a page and its spans live until the next call with this
 * client. */
#include "adapters/lib/curve.h"
#include "engine/wire/wire.h"
struct fb_feed_client;
FB_MUST_CHECK enum fb_err fb_feed_open(struct fb_feed_client **out, const char *endpoint);
/* The same with keys; they are copied. */
FB_MUST_CHECK enum fb_err fb_feed_open_with(struct fb_feed_client **out, const char *endpoint, const struct fb_curve *curve);
void fb_feed_close(struct fb_feed_client **feed);
/* One question, one page. FB_NOT_FOUND: no answer within timeout_ms (nobody there, or a parked question for
 * which nothing came); asking again is safe. FB_DAMAGED: what came is not a page, or its events are out of order. FB_LIMIT: the question is
 * too long. */
FB_MUST_CHECK enum fb_err fb_feed_next(struct fb_feed_client *feed, const struct fb_feed_ask *ask,
                                       int timeout_ms, struct fb_feed_page *page);
/* Everything up to seq is safe with the owner of the cursor. Not answered: a lost one is made good by the
 * next. FB_NOT_FOUND: nobody there to be told within timeout_ms. */
FB_MUST_CHECK enum fb_err fb_feed_ack(struct fb_feed_client *feed, const struct fb_feed_ack *ack,
                                      int timeout_ms);
/* Such an acknowledgement is kept with the engine's next batch: asks until the cursor leads to it. FB_NOT_FOUND: not within the time.
 * FB_REFUSED: the store was made anew. FB_DENIED: the engine refuses for another reason. */
FB_MUST_CHECK enum fb_err fb_feed_settle(struct fb_feed_client *feed, const struct fb_feed_ack *ack, int timeout_ms);
/* What a page's reason means to whoever asked, and what to do; for people. */
const char *fb_feed_refusal(enum fb_reason reason);
/* epoch-seq, decimal: the same however often an event is asked for, and after a restore. page_epoch: of the page that it came in. */
enum { FB_EVENT_ID_BYTES = 44 };
void fb_event_id(char out[FB_EVENT_ID_BYTES], const struct fb_event_row *row, uint64_t page_epoch);
#endif
