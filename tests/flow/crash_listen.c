/* A consumer that may lose nothing: it writes down every event by what it knows it by, then says how far it
 * is. */
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/flow/crash.h"
#include <inttypes.h>
#include <stdlib.h>

enum { EVENT_BYTES = 8192, ACK_WAIT_MS = 20 };
static const char cursor[] = "crash-consumer";

uint64_t crash_event_hash(uint64_t epoch, const struct fb_event_row *row)
{
    static unsigned char frame[EVENT_BYTES];
    size_t n = fb_encode_tick(epoch, 0, row, frame, sizeof frame);
    fb_assert(n > 0);
    return fb_hash64(frame, n);
}

void crash_consumer_open(struct crash_consumer *l, struct crash *c)
{
    *l = (struct crash_consumer){.c = c, .from_cursor = true};
    fb_assert(fb_feed_open(&l->feed, c->engine.feed) == FB_OK);
}

void crash_consumer_close(struct crash_consumer *l)
{
    fb_feed_close(&l->feed);
    free(l->hash);
}

void crash_consumer_die(struct crash_consumer *l)
{
    fb_feed_close(&l->feed);
    fb_assert(fb_feed_open(&l->feed, l->c->engine.feed) == FB_OK);
    l->from_cursor = true;
    l->c->f.consumers_died++;
}

static void keep(struct crash_consumer *l, const struct fb_event_row *row)
{
    uint64_t hash = crash_event_hash(l->epoch, row);
    if (row->seq <= l->n) {
        if (l->hash[row->seq - 1] != hash)
            crash_wrong(l->c, "event %" PRIu64 " came again and is another", row->seq);
        l->c->f.events_again++;
        return;
    }
    if (l->n == l->room) {
        l->room = l->room > 0 ? 2 * l->room : 4096;
        l->hash = realloc(l->hash, l->room * sizeof *l->hash);
        fb_assert(l->hash != NULL);
    }
    l->hash[l->n++] = hash;
    l->c->f.events++;
}

/* A page follows what was asked for without a gap; after a stored position, one that was given. */
static bool follows(struct crash_consumer *l, const struct fb_feed_page *page)
{
    uint64_t after = page->n > 0 ? page->row[0].seq - 1 : page->next;
    if (l->epoch != 0 && page->epoch != l->epoch) {
        crash_wrong(l->c, "the feed is of another epoch");
        return false;
    }
    if (l->from_cursor ? after > l->acked : after != l->at) {
        crash_wrong(
            l->c, "the feed goes on after event %" PRIu64 "; asked after %" PRIu64 ", acknowledged %" PRIu64,
            after, l->at, l->acked);
        return false;
    }
    l->epoch = page->epoch;
    l->at = after;
    return true;
}

static void take(struct crash_consumer *l, const struct fb_feed_page *page)
{
    if (!follows(l, page))
        return;
    size_t before = l->n;
    l->from_cursor = false;
    l->head = page->head;
    if (l->head < l->n)
        crash_wrong(l->c, "the feed ends at event %" PRIu64 ", and %zu were received", l->head, l->n);
    for (unsigned i = 0; i < page->n; i++) {
        if (page->row[i].seq != l->at + 1) {
            crash_wrong(l->c, "event %" PRIu64 " came after %" PRIu64, page->row[i].seq, l->at);
            return;
        }
        keep(l, &page->row[i]);
        l->at++;
    }
    if (l->on_new != NULL && l->n > before)
        l->on_new(l, l->n);
}

/* Not after every page: one that dies in between is given the page again. */
static void acknowledge(struct crash_consumer *l, struct fb_prng *r)
{
    const struct fb_feed_ack ack = {fb_span_of(cursor), l->epoch, l->at};
    if (l->at == l->acked || fb_prng_below(r, 4) == 0)
        return;
    l->acked = l->at; /* said, whether it gets there or not */
    (void)!fb_feed_ack(l->feed, &ack, ACK_WAIT_MS);
}

void crash_consumer_work(struct crash_consumer *l, struct fb_prng *r, int timeout_ms)
{
    const struct fb_feed_ask ask = {
        .cursor = fb_span_of(cursor), .from_cursor = l->from_cursor, .after = l->at, .epoch = l->epoch};
    struct fb_feed_page page;
    enum fb_err e = fb_feed_next(l->feed, &ask, timeout_ms, &page);
    if (e == FB_NOT_FOUND)
        return;
    if (e != FB_OK || page.reason != FB_REASON_NONE) {
        crash_wrong(l->c, "the feed answered with %s: %s", fb_err_text(e),
                    e == FB_OK ? fb_reason_text(page.reason) : "");
        return;
    }
    take(l, &page);
    acknowledge(l, r);
}
