#include "adapters/lib/consumer.h"
#include "adapters/lib/dealer.h"
#include <stdlib.h>
#include <string.h>

/* A question is parked so long at most: then it is asked again, over a new connection, in case the engine was restarted meanwhile. */
enum { PAGE = 500, PARK_MS = 2000, ASK_MS = 1500 };

struct fb_consumer {
    struct fb_feed_client *feed;
    struct fb_feed_ask ask; /* what comes next: its place is the consumer's */
    char cursor[FB_ID_BYTES_MAX];
    uint64_t given_epoch, given_next; /* of the page given last */
    uint64_t head;
    bool given, kept, hears; /* kept: some place was, in this life */
    enum fb_reason refused;  /* what the last answer said */
};

enum fb_err fb_consumer_open(struct fb_consumer **out, const struct fb_consumer_options *o)
{
    *out = NULL;
    if (o->cursor.n > FB_ID_BYTES_MAX)
        return FB_LIMIT;
    struct fb_consumer *c = calloc(1, sizeof *c);
    if (c == NULL)
        return FB_FULL;
    c->ask = (struct fb_feed_ask){.filter = o->filter, .limit = o->limit == 0 ? PAGE : o->limit, .from_cursor = o->cursor.n > 0 && !o->from_place};
    if (o->cursor.n > 0) {
        memcpy(c->cursor, o->cursor.p, o->cursor.n);
        c->ask.cursor = (struct fb_span){c->cursor, o->cursor.n};
    }
    if (o->from_place) {
        c->ask.epoch = o->epoch;
        c->ask.after = o->after;
    }
    enum fb_err e = fb_feed_open_with(&c->feed, o->endpoint, o->curve);
    if (e == FB_OK)
        *out = c;
    else
        fb_consumer_close(&c);
    return e;
}

void fb_consumer_close(struct fb_consumer **consumer)
{
    struct fb_consumer *c = *consumer;
    *consumer = NULL;
    if (c == NULL)
        return;
    fb_feed_close(&c->feed);
    free(c);
}

/* ---- pages ---- */

static void move_to(struct fb_consumer *c, uint64_t epoch, uint64_t after)
{
    c->ask.epoch = epoch;
    c->ask.after = after;
    c->ask.from_cursor = false;
}

static enum fb_err ask_once(struct fb_consumer *c, int wait_ms, struct fb_feed_page *page)
{
    c->ask.wait = wait_ms > 0;
    enum fb_err e = fb_feed_next(c->feed, &c->ask, c->ask.wait ? wait_ms : ASK_MS, page);
    if (e == FB_NOT_FOUND)
        c->hears = c->hears && c->ask.wait; /* parked and nothing came: it is there as far as we know */
    if (e != FB_OK)
        return e;
    c->hears = true;
    c->refused = page->reason;
    if (page->reason != FB_REASON_NONE)
        return page->reason == FB_REASON_FIELD_RANGE ? FB_REFUSED : FB_DENIED; /* the place is kept */
    c->head = page->head;
    return FB_OK;
}

/* How long the next question may be parked. */
static int park_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - fb_dealer_now_ms();
    return left <= 0 ? 0 : left < PARK_MS ? (int)left : PARK_MS;
}

enum fb_err fb_consumer_next(struct fb_consumer *c, int timeout_ms, struct fb_feed_page *page)
{
    int64_t deadline = fb_dealer_now_ms() + timeout_ms;
    enum fb_err e;
    c->given = false;
    for (;;) {
        int wait = park_ms(deadline);
        e = ask_once(c, wait, page);
        if (e == FB_OK && page->n > 0)
            break;
        bool on = e == FB_OK && (page->next > c->ask.after || c->ask.from_cursor);
        if (on)
            move_to(c, page->epoch, page->next); /* what was looked at does not fit the filter: nobody needs it again */
        bool more = on && page->next < page->head; /* a page that leads nowhere is no reason to stay beyond the time */
        if ((e != FB_OK && e != FB_NOT_FOUND) || (wait == 0 && !more))
            return e == FB_OK ? FB_NOT_FOUND : e;
    }
    c->given = true;
    c->given_epoch = page->epoch;
    c->given_next = page->next;
    return FB_OK;
}

enum fb_err fb_consumer_keep(struct fb_consumer *c, int timeout_ms)
{
    if (!c->given)
        return FB_OK;
    c->given = false;
    c->kept = true;
    move_to(c, c->given_epoch, c->given_next);
    const struct fb_feed_ack ack = {.cursor = c->ask.cursor, .epoch = c->ask.epoch, .seq = c->ask.after};
    return ack.cursor.n == 0 ? FB_OK : fb_feed_ack(c->feed, &ack, timeout_ms);
}

enum fb_err fb_consumer_settle(struct fb_consumer *c, int timeout_ms)
{
    const struct fb_feed_ack ack = {.cursor = c->ask.cursor, .epoch = c->ask.epoch, .seq = c->ask.after};
    c->given = false;
    if (ack.cursor.n == 0 || !c->kept)
        return FB_OK;
    int64_t deadline = fb_dealer_now_ms() + timeout_ms;
    enum fb_err e = fb_feed_ack(c->feed, &ack, timeout_ms); /* one that was lost is made good */
    int64_t left = deadline - fb_dealer_now_ms();
    e = e == FB_OK ? fb_feed_settle(c->feed, &ack, left > 0 ? (int)left : 0) : e;
    return e == FB_NOT_FOUND ? FB_BUSY : e;
}

static enum fb_err give_page(const struct fb_feed_page *page, enum fb_err (*each)(void *ctx, const struct fb_event_row *row, const char *id), void *ctx)
{
    char id[FB_EVENT_ID_BYTES];
    enum fb_err e = FB_OK;
    for (unsigned i = 0; e == FB_OK && i < page->n; i++)
        e = each(ctx, &page->row[i], fb_consumer_id(id, page, i));
    return e;
}

enum fb_err fb_consumer_run(struct fb_consumer *c, enum fb_err (*each)(void *ctx, const struct fb_event_row *row, const char *id), void *ctx, int timeout_ms)
{
    struct fb_feed_page page;
    enum fb_err e;
    while ((e = fb_consumer_next(c, timeout_ms, &page)) == FB_OK) {
        e = give_page(&page, each, ctx);
        if (e != FB_OK)
            return e;
        e = fb_consumer_keep(c, ASK_MS);
        if (e != FB_OK && e != FB_NOT_FOUND)
            return e;
    }
    return e;
}

/* ---- the place ---- */

struct fb_consumer_place fb_consumer_place(const struct fb_consumer *c)
{
    return (struct fb_consumer_place){c->ask.epoch, c->ask.after, c->head};
}

bool fb_consumer_hears(const struct fb_consumer *c) { return c->hears; }

const char *fb_consumer_refusal(const struct fb_consumer *c)
{
    return c->refused == FB_REASON_NONE ? "" : fb_feed_refusal(c->refused);
}

void fb_consumer_begin_again(struct fb_consumer *c)
{
    move_to(c, 0, 0);
    c->given = false;
}

const char *fb_consumer_id(char out[FB_EVENT_ID_BYTES], const struct fb_feed_page *page, unsigned i)
{
    fb_event_id(out, &page->row[i], page->epoch);
    return out;
}
