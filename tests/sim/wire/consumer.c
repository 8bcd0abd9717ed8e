#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/sim/wire/wire.h"
#include <stdlib.h>
#include <string.h>

/* Whoever lives by the feed: asks, keeps a page on its disk, says so, and may die between any two of these. What it is promised:
 * every event at least once, in order and without a gap, each the same whenever it is given again. */

enum { PAGE_MAX = 64, CALM_PAGE = 256, ROWS = 256, TEXTS = 1 << 20 };
static const struct {
    const char *cursor; /* NULL: it keeps its position itself */
    bool alerts_only, waits;
} kinds[] = {[SIM_LEDGER] = {"ledger", false, false}, [SIM_MIRROR] = {NULL, false, true}, [SIM_ALERTS] = {"alerts", true, false}};

void sim_consumer_open(struct sim_consumer *c, struct sim_wire *w, enum sim_consumer_kind kind)
{
    *c = (struct sim_consumer){.wire = w, .kind = kind, .link = SIM_PUBLISHERS + (unsigned)kind};
}

void sim_consumer_close(struct sim_consumer *c)
{
    fb_feed_close(&c->feed);
    free(c->kept);
}

static bool wrong(struct sim_consumer *c, const char *what, uint64_t expected, uint64_t found)
{
    return sim_stop(c->wire->r, what, (int64_t)expected, (int64_t)found);
}

/* ---- what was given ---- */

static void make_room(struct sim_wire *w, uint64_t seq)
{
    if (seq < w->n_events)
        return;
    uint64_t n = 2 * seq + 1024;
    w->event = realloc(w->event, n * sizeof *w->event);
    fb_assert(w->event != NULL);
    memset(w->event + w->n_events, 0, (n - w->n_events) * sizeof *w->event);
    for (unsigned i = 0; i < SIM_CONSUMERS; i++) {
        struct sim_consumer *c = &w->consumer[i];
        c->kept = realloc(c->kept, n);
        fb_assert(c->kept != NULL);
        memset(c->kept + w->n_events, 0, n - w->n_events);
    }
    w->n_events = n;
}

static uint64_t hash_of(const struct fb_event_row *row)
{
    static unsigned char frame[FB_MESSAGE_BYTES_MAX];
    size_t n = fb_encode_tick(1, 0, row, frame, sizeof frame);
    fb_assert(n > 0);
    return fb_hash64(frame, n) | 1;
}

/* An event is the same to everybody and for ever, also to whoever saw it before the engine died. */
static bool is_same(struct sim_wire *w, const struct fb_event_row *row)
{
    make_room(w, row->seq);
    uint64_t hash = hash_of(row);
    if (w->event[row->seq] == 0)
        w->event[row->seq] = hash;
    return w->event[row->seq] == hash;
}

static bool page_is_right(struct sim_consumer *c, const struct fb_feed_page *page, uint64_t asked)
{
    uint64_t last = asked;
    bool all = !kinds[c->kind].alerts_only;
    if (page->reason != FB_REASON_NONE)
        return wrong(c, "reason on a page of events", FB_REASON_NONE, page->reason);
    for (unsigned i = 0; i < page->n; i++) {
        uint64_t seq = page->row[i].seq;
        if (all ? seq != last + 1 : seq <= last)
            return wrong(c, "next event on a page", last + 1, seq);
        if (!is_same(c->wire, &page->row[i]))
            return wrong(c, "event that was another one before", 0, seq);
        last = seq;
    }
    return page->next >= last && page->next <= page->head && (!all || page->next == last) ? true : wrong(c, "where a page says to go on", last, page->next);
}

/* ---- its disk ---- */

static void keep(struct sim_consumer *c, const struct fb_feed_page *page)
{
    for (unsigned i = 0; i < page->n; i++) {
        unsigned char *kept = &c->kept[page->row[i].seq];
        c->again += *kept;
        c->n_kept += !*kept;
        *kept = 1;
    }
    c->safe = page->next > c->safe ? page->next : c->safe;
}

/* Its memory is gone: what it said to the engine last, or what is on its disk, is where it goes on. */
static void die(struct sim_consumer *c)
{
    fb_feed_close(&c->feed);
    c->up_ms = c->wire->ticks_ms + (int64_t)fb_prng_below(&c->wire->r->p, 5000);
}

static void start(struct sim_consumer *c)
{
    const char endpoint[2] = {(char)('0' + c->link), '\0'};
    fb_assert(fb_feed_open(&c->feed, endpoint) == FB_OK);
    c->anew = true;
    c->after = kinds[c->kind].cursor == NULL ? c->safe : 0;
}

/* ---- one question ---- */

static void say_so(struct sim_consumer *c)
{
    if (kinds[c->kind].cursor == NULL || (!c->wire->calm && sim_once_in(&c->wire->r->p, 3)))
        return;
    const struct fb_feed_ack ack = {fb_span_of(kinds[c->kind].cursor), c->epoch, c->safe};
    c->said = c->safe;
    enum fb_err e = fb_feed_ack(c->feed, &ack, 20);
    if (e != FB_OK && e != FB_NOT_FOUND) /* one that is lost is made good by the next */
        (void)wrong(c, "acknowledgement", FB_OK, e);
}

/* Where the page begins is the engine's to say when it was asked to go on by its own position: at or before what is on disk. */
static bool begins_right(struct sim_consumer *c, const struct fb_feed_page *page, uint64_t *asked)
{
    if (!c->anew || kinds[c->kind].cursor == NULL)
        return true;
    *asked = kinds[c->kind].alerts_only ? 0 : page->n > 0 ? page->row[0].seq - 1 : page->next;
    uint64_t from = page->n > 0 ? page->row[0].seq - 1 : page->next;
    if (!kinds[c->kind].alerts_only && from > c->said)
        return wrong(c, "position that the engine keeps, beyond what was acknowledged", c->said, from);
    return true;
}

static void take(struct sim_consumer *c, const struct fb_feed_page *page)
{
    uint64_t asked = c->after;
    if (!begins_right(c, page, &asked) || !page_is_right(c, page, asked))
        return;
    if (sim_strikes(c->wire->r, SIM_CONSUMER_DIES_TAKING)) {
        die(c);
        return;
    }
    keep(c, page);
    c->anew = false;
    c->epoch = page->epoch;
    c->after = page->next;
    if (sim_strikes(c->wire->r, SIM_CONSUMER_DIES_KEPT))
        die(c);
    else if (page->n > 0)
        say_so(c);
}

void sim_consumer_tick(struct sim_consumer *c)
{
    struct sim_wire *w = c->wire;
    struct fb_prng *p = &w->r->p;
    struct fb_feed_page page;
    if (c->feed == NULL && (w->calm || w->ticks_ms >= c->up_ms))
        start(c);
    if (c->feed == NULL)
        return;
    const struct fb_feed_ask ask = {.cursor = fb_span_of(kinds[c->kind].cursor != NULL ? kinds[c->kind].cursor : ""),
                                    .from_cursor = c->anew && kinds[c->kind].cursor != NULL,
                                    .epoch = c->epoch,
                                    .after = c->after,
                                    .filter = {.alerts_only = kinds[c->kind].alerts_only},
                                    .limit = w->calm ? CALM_PAGE : 1 + (uint32_t)fb_prng_below(p, PAGE_MAX),
                                    .wait = kinds[c->kind].waits};
    enum fb_err e = fb_feed_next(c->feed, &ask, 50 + (int)fb_prng_below(p, 400), &page);
    if (sim_wire_over(w))
        return;
    if (e == FB_OK)
        take(c, &page);
    else if (e != FB_NOT_FOUND)
        (void)wrong(c, "consumer's library", FB_OK, e);
}

bool sim_consumer_at(const struct sim_consumer *c, uint64_t head)
{
    return c->safe == head;
}

/* ---- in the end ---- */

static bool stands(struct sim_wire *w, const struct fb_event_row *row)
{
    for (unsigned i = 0; i < SIM_CONSUMERS; i++) {
        struct sim_consumer *c = &w->consumer[i];
        bool meant = !kinds[c->kind].alerts_only || (!row->event.shadow && !row->event.historic);
        if (row->seq >= w->n_events || (c->kept[row->seq] != 0) != meant)
            return wrong(c, meant ? "event that a consumer never got" : "event that a consumer did not ask for", row->seq, 0);
    }
    return is_same(w, row) || wrong(&w->consumer[0], "event that is another one in the store", 0, row->seq);
}

bool sim_consumers_check(struct sim_wire *w, uint64_t head)
{
    static struct fb_event_row row[ROWS];
    static unsigned char memory[TEXTS];
    const struct fb_event_filter all = {.trust = 0};
    uint64_t next = 0, at = 0;
    struct fb_arena arena;
    unsigned n = 1;
    fb_arena_init(&arena, memory, sizeof memory);
    for (; n > 0; fb_arena_reset(&arena)) {
        fb_assert(fb_report_events(w->r->store, w->r->known.books, &all, next, &arena, row, ROWS, &n, &next, &head) == FB_OK);
        for (unsigned i = 0; i < n; i++, at++)
            if (!stands(w, &row[i]))
                return false;
    }
    fb_arena_release(&arena);
    return at == head || wrong(&w->consumer[0], "events in the store", head, at);
}
