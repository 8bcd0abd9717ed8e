#include "engine/shell/feed.h"
#include "engine/shell/clock.h"
#include "engine/shell/commit_receipt.h"
#include "engine/shell/pace.h"
#include "engine/shell/positions.h"
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
/* What is logged of consumers. */
enum said { SAID_UNREAD, SAID_STATEMENT, SAID_END };
struct fb_outfeed {
    struct fb_outfeed_with with;
    struct fb_pace pace[SAID_END];
    struct fb_positions positions;
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
    f->positions = (struct fb_positions){.store = with->store, .epoch = with->epoch};
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

/* A receipt leaves with its event. A row that cannot be read keeps no event back: the statement can be asked for. */
static void sign_receipts(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_feed_page *page)
{
    for (unsigned i = 0; i < page->n && f->with.keys != NULL; i++) {
        struct fb_event_row *row = &page->row[i];
        struct fb_receipt r;
        if (row->event.kind != FB_EVENT_RECEIPT_ISSUED)
            continue;
        enum fb_err e = fb_report_receipt(f->with.store, row->event.source, row->event.shift_day, &f->arena, &r);
        if (e != FB_OK) {
            fb_pace_log(&f->pace[SAID_STATEMENT], peer->key, FB_LOG_WARN, "the statement of event %" PRIu64 " could not be read: %s", row->seq, fb_err_text(e));
            continue;
        }
        fb_receipt_sign(&r, f->with.keys);
        row->statement = fb_receipt_for_wire(&r, &f->arena);
    }
}

/* Looks at a bounded number of events after ask->after. */
static enum fb_err look(struct fb_outfeed *f, const struct fb_peer *peer, const struct fb_feed_ask *ask, struct fb_feed_page *page)
{
    bool picks = !fb_event_set_empty(&ask->filter.kinds) || ask->filter.trust != 0 || ask->filter.alerts_only;
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
    if (e == FB_OK)
        sign_receipts(f, peer, page);
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
    return fb_peer_same(&p->peer, peer);
}

/* ---- whose it is ---- */

/* Narrows the question to what the asker may see, and its cursor to its own. NULL: may be asked; else a refusal was counted. */
static enum fb_reason admit(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_feed_ask *ask)
{
    const struct fb_identity *who = fb_gate_who(f->with.gate, peer);
    fb_code scope = who != NULL ? fb_identity_scope(who) : 0;
    if (who != NULL && (who->roles & FB_MAY_FEED) != 0 && (scope == 0 || ask->filter.trust == 0 || ask->filter.trust == scope)) {
        ask->filter.trust = scope != 0 ? scope : ask->filter.trust;
        return FB_REASON_NONE;
    }
    fb_gate_turn(f->with.gate, peer, who == NULL ? FB_TURNED_KEY_REVOKED : FB_TURNED_FEED);
    return FB_REASON_NOT_YOURS;
}

/* A cursor belongs to an identity: "finance-bi/ledger" of one that has a key; of this machine's as it is said, but for those. */
static enum fb_reason own_cursor(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_arena *arena, struct fb_span *cursor)
{
    const struct fb_identity *who = fb_gate_who(f->with.gate, peer);
    char memory[FB_ID_BYTES_MAX + 1];
    struct fb_text t;
    if (fb_gate_is_anothers(f->with.gate, peer, *cursor)) {
        fb_gate_turn(f->with.gate, peer, FB_TURNED_FEED);
        return FB_REASON_NOT_YOURS;
    }
    if (cursor->n == 0 || peer->key == 0 || who == NULL)
        return FB_REASON_NONE;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, who->name);
    fb_text_add(&t, "/");
    fb_text_add_span(&t, *cursor);
    *cursor = fb_arena_copy(arena, (struct fb_span){t.p, (uint32_t)t.n});
    return !t.cut && cursor->p != NULL ? FB_REASON_NONE : FB_REASON_TOO_LONG;
}

/* Places for those who wait are few: one key does not take them all. */
static bool has_place(const struct fb_outfeed *f, const struct fb_peer *peer)
{
    unsigned n = 0;
    for (unsigned i = 0; i < f->n_parked; i++)
        n += f->parked[i].peer.key == peer->key;
    return f->n_parked < FB_PARKED_MAX && (peer->key == 0 || n < FB_PARKED_BY_KEY_MAX);
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
    if (!has_place(f, peer) || ask->cursor.n > FB_ID_BYTES_MAX)
        return false;
    struct parked p = {
        .peer = *peer, .ask = *ask, .until_ms = fb_clock_ticks_ms() + f->with.wait_seconds * 1000u};
    /* The filter has no texts; the cursor's name is the only one that must outlive the frame. */
    if (ask->cursor.n > 0)
        memcpy(p.cursor, ask->cursor.p, ask->cursor.n);
    set_parked(&f->parked[f->n_parked++], &p);
    return true;
}

/* No answer then, and whoever waits for one asks again: a refusal would say that its position is worth nothing, and send it
 * back to the first event. */
static void say_unread(struct fb_outfeed *f, const struct fb_peer *peer, enum fb_err e)
{
    fb_pace_log(&f->pace[SAID_UNREAD], peer->key, FB_LOG_WARN, "the feed could not be read: %s", fb_err_text(e));
}

/* True: answered, or not to be. False: there is nothing yet, and ask->after has moved on. */
static bool serve(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_feed_ask *ask, bool may_wait)
{
    struct fb_feed_page page;
    enum fb_err e = look(f, peer, ask, &page);
    if (e != FB_OK) {
        say_unread(f, peer, e);
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

void fb_outfeed_recheck(struct fb_outfeed *f)
{
    for (unsigned i = 0; i < f->n_parked;) {
        const struct fb_peer peer = f->parked[i].peer;
        enum fb_reason reason = admit(f, &peer, &f->parked[i].ask);
        if (reason == FB_REASON_NONE) {
            i++;
            continue;
        }
        refuse(f, &peer, reason);
        unpark(f, i);
    }
}

/* ---- asking and acknowledging ---- */

static void on_ask(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_span payload)
{
    unsigned char memory[8192];
    struct fb_arena arena;
    struct fb_feed_ask ask;
    const char *field = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = FB_OK;
    enum fb_reason reason = fb_decode_feed_ask(payload, &arena, &ask, &field);
    if (reason == FB_REASON_NONE)
        reason = admit(f, peer, &ask);
    if (reason == FB_REASON_NONE)
        reason = own_cursor(f, peer, &arena, &ask.cursor);
    if (reason == FB_REASON_NONE) {
        forget_earlier(f, peer, ask.cursor);
        e = fb_positions_begin(&f->positions, peer, &ask);
        reason = e == FB_REFUSED ? FB_REASON_FIELD_RANGE : FB_REASON_NONE;
    }
    if (reason != FB_REASON_NONE)
        refuse(f, peer, reason);
    else if (e != FB_OK)
        say_unread(f, peer, e);
    else if (!serve(f, peer, &ask, ask.wait) && !park(f, peer, &ask))
        (void)serve(f, peer, &ask, false);
    fb_arena_release(&arena);
}

/* An item for a position, when the asker may have one, has not many on their way and there is room. */
static struct fb_item *ack_item(struct fb_outfeed *f, const struct fb_peer *peer)
{
    struct fb_feed_ask any = {.limit = 0};
    if (f->with.acks != NULL && !fb_under_way_has_room(f->with.acks, peer)) {
        f->with.stats->acks_dropped++;
        return NULL;
    }
    return admit(f, peer, &any) == FB_REASON_NONE ? fb_queue_new(f->with.queue) : NULL;
}

/* Not answered: a position that is lost, or dropped, is made good by the next one. */
static void on_ack(struct fb_outfeed *f, const struct fb_peer *peer, struct fb_span payload)
{
    const char *field = NULL;
    struct fb_item *item = ack_item(f, peer);
    if (item == NULL)
        return;
    struct fb_span kept = fb_arena_copy(&item->arena, payload);
    enum fb_reason reason = fb_decode_feed_ack(kept, &item->arena, &item->ack, &field);
    if (reason != FB_REASON_NONE || item->ack.cursor.n == 0 || item->ack.cursor.n > FB_ID_BYTES_MAX ||
        item->ack.epoch != f->with.epoch || own_cursor(f, peer, &item->arena, &item->ack.cursor) != FB_REASON_NONE) {
        fb_queue_drop(f->with.queue, item);
        return;
    }
    f->with.stats->feed_acks++;
    item->kind = FB_ITEM_ACK;
    item->peer = *peer;
    if (f->with.acks != NULL)
        fb_under_way_left(f->with.acks, peer);
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
