#ifndef FB_ADAPTERS_CONSUMER_H
#define FB_ADAPTERS_CONSUMER_H
/* A consumer of the engine's events: what follows a place, page by page, waiting or with a callback, the place kept by the engine under
 * a name (a cursor) or by whoever consumes. feed.h is the protocol alone.
 *
 *   struct fb_consumer_options o = {.endpoint = "ipc:///var/lib/fairbank/feed.sock", .cursor = fb_span_of("finance")};
 *   if (fb_consumer_open(&c, &o) != FB_OK) …
 *   while ((e = fb_consumer_next(c, 30000, &page)) == FB_OK || e == FB_NOT_FOUND) {
 *       for (unsigned i = 0; e == FB_OK && i < page.n; i++)
 *           store(fb_consumer_id(id, &page, i), &page.row[i]);      durable here, before
 *       if (e == FB_OK && fb_consumer_keep(c, 1000) != FB_OK) …     the place moves
 *   }
 *   e = fb_consumer_settle(c, 5000);                                at an orderly end
 *   fb_consumer_close(&c);
 *
 * **At least once**: a page that was not kept is given again, by the next call as after a crash; so may the last ones be that were. An event
 * has the same id however often it comes: whoever must do something once keeps the ids, or keeps the place in the same transaction
 * (no cursor; `epoch` and `after` of fb_consumer_place, given back as options).
 *
 * **Kinds that are not known here** come with an engine newer than this library (fb_event_known): row.type names them (fb_event_type); other
 * words that are not known are absent. What an event does not say is 0 or a span {NULL, 0}.
 *
 * Errors: FB_NOT_FOUND: nothing came within the time, or nobody answers (fb_consumer_hears tells which); asking again is safe. FB_REFUSED:
 * the engine's store was made anew, and the place means nothing in it: fb_consumer_begin_again. FB_DENIED: the engine answers, and gives
 * nothing to this key (revoked, or without the role): the place is kept and must not be begun again; fb_consumer_refusal says why, for
 * people, and whoever asks again waits a second first. FB_DAMAGED: what answers is no engine's feed. FB_FULL: no memory. FB_IO: the
 * socket. FB_LIMIT: a cursor's name of more than 64 bytes.
 *
 * Lifetimes: options are copied, the cursor's name and the keys too. A page and its spans live until the next call with this consumer. One
 * thread at a time; no thread is started but those of libzmq; after fork() it belongs to the parent. */
#include "adapters/lib/feed.h"
struct fb_consumer;
struct fb_consumer_options {
    const char *endpoint;
    struct fb_span cursor;          /* the name under which the engine keeps the place; absent: nobody does */
    struct fb_event_filter filter;  /* which events; {0}: all */
    bool from_place;                /* begin after the place below; else at the cursor, or with the first event without one */
    uint64_t epoch, after;
    uint32_t limit;                 /* events of a page; 0: 500 */
    const struct fb_curve *curve;   /* keys, over a network; NULL: none */
};
struct fb_consumer_place {
    uint64_t epoch, after; /* everything up to it was kept */
    uint64_t head;         /* the newest event, when the engine answered last */
};
FB_MUST_CHECK enum fb_err fb_consumer_open(struct fb_consumer **out, const struct fb_consumer_options *options);
void fb_consumer_close(struct fb_consumer **consumer);
/* The events that follow the place, one or more, as soon as there are any; timeout_ms 0: only what is there. */
FB_MUST_CHECK enum fb_err fb_consumer_next(struct fb_consumer *c, int timeout_ms, struct fb_feed_page *page);
/* The page that was given last is safe with the caller: the place moves behind it. FB_NOT_FOUND: it moved, and the engine could not be told
 * within the time, which the next call makes good. Without a page nothing is done. */
FB_MUST_CHECK enum fb_err fb_consumer_keep(struct fb_consumer *c, int timeout_ms);
/* The engine keeps places with its next batch. FB_OK: it has kept this one, so whoever asks under the cursor now is given nothing
 * again. FB_BUSY: not within the time. FB_REFUSED, FB_DENIED as above. Without a cursor, or with nothing kept, there is nothing to wait for. */
FB_MUST_CHECK enum fb_err fb_consumer_settle(struct fb_consumer *c, int timeout_ms);
/* Calls `each` for every event, and keeps each page after its last one. It ends when nothing came for timeout_ms (FB_NOT_FOUND), with an
 * error, or with whatever `each` gives that is not FB_OK: then that page is not kept, and its events come again. */
FB_MUST_CHECK enum fb_err fb_consumer_run(struct fb_consumer *c, enum fb_err (*each)(void *ctx, const struct fb_event_row *row, const char *id), void *ctx,
                                          int timeout_ms);
struct fb_consumer_place fb_consumer_place(const struct fb_consumer *c);
/* An engine answered the last question. */
bool fb_consumer_hears(const struct fb_consumer *c);
/* Why the engine's last answer was a refusal, and what to do, for people; "" when it was none. */
const char *fb_consumer_refusal(const struct fb_consumer *c);
/* From the first event of whatever store is there. */
void fb_consumer_begin_again(struct fb_consumer *c);
/* The id of an event of a page, in out, which it returns. */
const char *fb_consumer_id(char out[FB_EVENT_ID_BYTES], const struct fb_feed_page *page, unsigned i);
#endif
