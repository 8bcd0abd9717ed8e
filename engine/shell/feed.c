#include "engine/shell/feed.h"
#include "engine/shell/clock.h"
#include "engine/shell/log.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Texts of the events of one page, and of their rows as the store copies them. */
enum { MEMORY = 4 << 20 };
struct parked {
    struct fb_peer peer;
    struct fb_feed_ask ask; /* .after: looked at so far */
    char cursor[FB_ID_BYTES_MAX];
    uint64_t until_ms; /* ticks */
};
struct fb_outfeed {
    struct fb_outfeed_with with;
    void *memory;
    struct fb_arena arena;    /* over it: the page at hand */
    struct fb_event_row *row; /* FB_EVENT_SCAN_MAX */
    unsigned char *frame;
    struct parked parked[FB_PARKED_MAX];
    unsigned n_parked;
};

enum fb_err fb_outfeed_open(struct fb_outfeed **out, const struct fb_outfeed_with *with)
{
    struct fb_outfeed *f = calloc(1, sizeof *f);
    if (f == NULL)
        return FB_FULL;
    f->with = *with;
    f->memory = malloc(MEMORY);
    f->row = calloc(FB_EVENT_SCAN_MAX, sizeof *f->row);
    f->frame = malloc(FB_MESSAGE_BYTES_MAX);
    if (f->memory != NULL)
        fb_arena_init(&f->arena, f->memory, MEMORY);
    *out = f;
    if (f->memory != NULL && f->row != NULL && f->frame != NULL)
        return FB_OK;
    fb_outfeed_close(out);
    return FB_FULL;
}

void fb_outfeed_close(struct fb_outfeed **f)
{
    if (*f == NULL)
        return;
    fb_arena_release(&(*f)->arena);
    free((*f)->memory);
    free((*f)->row);
    free((*f)->frame);
    free(*f);
    *f = NULL;
}

unsigned fb_outfeed_parked(const struct fb_outfeed *f)
{
    return f->n_parked;
}

/* ---- pages ---- */

static void send_page(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_feed_page *page)
{
    size_t n = fb_encode_feed_page(page, f->frame, FB_MESSAGE_BYTES_MAX);
    /* Events are of about a hundred bytes; a page that does not fit all the same is made shorter. */
    while (n == 0 && page->n > 1) {
        page->n /= 2;
        page->next = page->row[page->n - 1].seq;
        n = fb_encode_feed_page(page, f->frame, FB_MESSAGE_BYTES_MAX);
    }
    f->with.stats->feed_pages++;
    if (n > 0)
        (void)f->with.outlet.send(f->with.outlet.ctx, peer, f->frame, n);
}

/* Looks at a bounded number of events after ask->after. */
static enum fb_err look(struct fb_outfeed *f, const struct fb_feed_ask *ask, struct fb_feed_page *page)
{
    bool picks = ask->filter.kinds != 0 || ask->filter.trust != 0 || ask->filter.alerts_only;
    unsigned most = ask->limit == 0 || ask->limit > FB_FEED_PAGE_MAX ? FB_FEED_PAGE_MAX : ask->limit;
    fb_arena_reset(&f->arena);
    *page = (struct fb_feed_page){.epoch = f->with.epoch, .row = f->row};
    enum fb_err e =
        fb_report_events(f->with.store, f->with.books, &ask->filter, ask->after, &f->arena, f->row,
                         picks ? FB_EVENT_SCAN_MAX : most, &page->n, &page->next, &page->head);
    if (e == FB_OK && page->n > most) {
        page->n = most;
        page->next = f->row[most - 1].seq;
    }
    return e;
}

static void refuse(struct fb_outfeed *f, const struct fb_peer *peer, enum fb_reason reason)
{
    struct fb_feed_page page = {.reason = reason, .epoch = f->with.epoch};
    send_page(f, peer, &page);
}

/* ---- parking ---- */

static bool same_place(const struct parked *p, const struct fb_peer *peer, struct fb_span cursor)
{
    if (cursor.n > 0 || p->ask.cursor.n > 0)
        return fb_span_eq(p->ask.cursor, cursor);
    return p->peer.n == peer->n && memcmp(p->peer.id, peer->id, peer->n) == 0;
}

static void set_parked(struct parked *to, const struct parked *from)
{
    *to = *from;
    if (to->ask.cursor.n > 0)
        to->ask.cursor.p = to->cursor;
}

static void unpark(struct fb_outfeed *f, unsigned i)
{
    f->n_parked--;
    if (i != f->n_parked)
        set_parked(&f->parked[i], &f->parked[f->n_parked]);
}

/* A consumer that asks again has given up its earlier request; it is not answered, so that no answer comes
 * unasked. */
static void forget_earlier(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_span cursor)
{
    for (unsigned i = 0; i < f->n_parked; i++)
        if (same_place(&f->parked[i], peer, cursor)) {
            unpark(f, i);
            return;
        }
}

static bool park(struct fb_outfeed *f, const struct fb_peer *peer, const struct fb_feed_ask *ask)
{
    if (f->n_parked == FB_PARKED_MAX || ask->cursor.n > FB_ID_BYTES_MAX)
        return false;
    struct parked p = {
        .peer = *peer, .ask = *ask, .until_ms = fb_clock_ticks_ms() + f->with.wait_seconds * 1000u};
    /* The filter has no texts; the cursor's name is the only one that must outlive the frame. */
    if (ask->cursor.n > 0)
        memcpy(p.cursor, ask->cursor.p, ask->cursor.n);
    set_parked(&f->parked[f->n_parked++], &p);
    return true;
}

/* True: answered. False: there is nothing yet, and ask->after has moved on. */
static bool serve(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_feed_ask *ask, bool may_wait)
{
    struct fb_feed_page page;
    enum fb_err e = look(f, ask, &page);
    if (e != FB_OK) {
        fb_log(FB_LOG_WARN, "the feed could not be read: %s", fb_err_text(e));
        refuse(f, peer, FB_REASON_FIELD_RANGE);
        return true;
    }
    if (page.n == 0 && may_wait && page.next >= page.head) {
        ask->after = page.next;
        return false;
    }
    send_page(f, peer, &page);
    return true;
}

void fb_outfeed_grown(struct fb_outfeed *f)
{
    for (unsigned i = 0; i < f->n_parked;)
        if (serve(f, &f->parked[i].peer, &f->parked[i].ask, true))
            unpark(f, i);
        else
            i++;
}

void fb_outfeed_second(struct fb_outfeed *f)
{
    uint64_t now_ms = fb_clock_ticks_ms();
    for (unsigned i = 0; i < f->n_parked;)
        if (f->parked[i].until_ms <= now_ms) {
            (void)serve(f, &f->parked[i].peer, &f->parked[i].ask, false);
            unpark(f, i);
        } else {
            i++;
        }
}

/* ---- asking and acknowledging ---- */

/* No event stands at a position beyond the head; taken as it is, the consumer would never be given one again.
 */
static uint64_t within(uint64_t seq, uint64_t head)
{
    if (seq > head)
        fb_log(FB_LOG_WARN,
               "a consumer's stored position is %" PRIu64 ", and there are %" PRIu64
               " events: it goes on after the last one",
               seq, head);
    return seq > head ? head : seq;
}

/* Where to begin. FB_REFUSED: that position is of another epoch. */
static enum fb_err begin(struct fb_outfeed *f, struct fb_feed_ask *ask)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_txn *txn = NULL;
    struct fb_span value;
    uint64_t epoch = 0, seq = 0;
    if (ask->epoch != 0 && ask->epoch != f->with.epoch)
        return FB_REFUSED;
    if (!ask->from_cursor || ask->cursor.n == 0)
        return FB_OK;
    ask->after = 0;
    enum fb_err e = fb_store_read(f->with.store, &txn);
    if (e != FB_OK)
        return e;
    fb_arena_init(&arena, memory, sizeof memory);
    e = fb_find(txn, FB_TABLE_CURSORS, ask->cursor, &arena, &value);
    if (e == FB_OK && fb_cursor_unpack(value, &epoch, &seq) && epoch == f->with.epoch)
        ask->after = within(seq, fb_table_rows(txn, FB_TABLE_EVENTS));
    else if (e == FB_OK)
        e = FB_REFUSED;
    fb_arena_release(&arena);
    enum fb_err ended = fb_txn_commit(&txn);
    if (e == FB_OK || e == FB_NOT_FOUND)
        return ended;
    return e;
}

static void on_ask(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_span payload)
{
    unsigned char memory[8192];
    struct fb_arena arena;
    struct fb_feed_ask ask;
    const char *field = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_reason reason = fb_decode_feed_ask(payload, &arena, &ask, &field);
    if (reason == FB_REASON_NONE) {
        forget_earlier(f, peer, ask.cursor);
        if (begin(f, &ask) != FB_OK)
            reason = FB_REASON_FIELD_RANGE;
    }
    if (reason != FB_REASON_NONE)
        refuse(f, peer, reason);
    else if (!serve(f, peer, &ask, ask.wait) && !park(f, peer, &ask))
        (void)serve(f, peer, &ask, false);
    fb_arena_release(&arena);
}

/* Not answered: a position that is lost is made good by the next one. */
static void on_ack(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_span payload)
{
    const char *field = NULL;
    (void)peer;
    struct fb_item *item = fb_queue_new(f->with.queue);
    if (item == NULL)
        return;
    struct fb_span kept = fb_arena_copy(&item->arena, payload);
    enum fb_reason reason = fb_decode_feed_ack(kept, &item->arena, &item->ack, &field);
    if (reason != FB_REASON_NONE || item->ack.cursor.n == 0 || item->ack.cursor.n > FB_ID_BYTES_MAX ||
        item->ack.epoch != f->with.epoch) {
        fb_queue_drop(f->with.queue, item);
        return;
    }
    f->with.stats->feed_acks++;
    item->kind = FB_ITEM_ACK;
    fb_queue_push(f->with.queue, item);
}

void fb_outfeed_take(void *feed, const struct fb_peer *peer, struct fb_span frame)
{
    struct fb_outfeed *f = feed;
    enum fb_frame_kind kind = FB_FRAME_HELLO;
    struct fb_span payload = {NULL, 0};
    enum fb_reason reason = fb_frame_open(frame, &kind, &payload);
    if (reason == FB_REASON_NONE && kind == FB_FRAME_FEED_ASK) {
        on_ask(f, peer, payload);
    } else if (reason == FB_REASON_NONE && kind == FB_FRAME_FEED_ACK) {
        on_ack(f, peer, payload);
    } else {
        f->with.stats->not_ours++;
        refuse(f, peer, reason == FB_REASON_NONE ? FB_REASON_NOT_A_FRAME : reason);
    }
}
