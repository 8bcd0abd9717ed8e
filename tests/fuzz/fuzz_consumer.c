/* Bytes as a program: a consumer and an engine that answers late, twice, with another question's page, with pages that go back or turn round, with
 * bytes, or not at all; whose store is made anew, and whose connection goes. Held of every page that is given: its events ascend, behind the
 * place, up to where it leads; and as long as the engine is in its right mind, none that the filter lets through is left out. The place moves by
 * keeping and by what the filter leaves out, never by itself. In the end comes an engine in its right mind, and the consumer has every event. */
#include "adapters/lib/consumer.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/line.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>

enum { STEPS = 120, EVENTS = 200, PAGE = 4, WAY_MS = 40 };
static const enum fb_event_kind alert = FB_EVENT_RATECAP_BREACHED, other = FB_EVENT_RULES_ISSUED;
enum manner { HONEST, SILENT, LATE, TWICE, BACKWARDS, SAME_AGAIN, LEADS_BACK, BYTES, REFUSES, MANNERS };
static struct {
    uint64_t epoch, head, cursor; /* the store's; an event is an alert where its number is odd */
    enum manner manner;
    const uint8_t *p, *end; /* bytes for BYTES */
    unsigned char held[4096];
    size_t n_held; /* an answer that is late */
    bool clean;    /* it was in its right mind since the place was known */
} engine;
static struct {
    struct fb_consumer *c;
    struct fb_consumer_place place;
    bool known;    /* where it stands: not before a cursor's first page was kept */
    bool alerts, cursor;
    bool kept;     /* some page, in this life */
    bool given;
    struct fb_consumer_place leads;
} own;
static unsigned char frame[1 << 16], memory[1 << 20];

static bool wanted(uint64_t seq)
{
    return !own.alerts || seq % 2 == 1;
}

/* ---- the engine ---- */

static struct fb_event_row row_of(uint64_t seq)
{
    return (struct fb_event_row){.seq = seq, .event = {.kind = seq % 2 == 1 ? alert : other, .at_ms = 1773600000000, .journal = seq, .issue = 1}, .rule = fb_span_of("r")};
}

static bool lets_through(const struct fb_event_filter *filter, uint64_t seq)
{
    return fb_event_set_empty(&filter->kinds) || fb_event_set_has(&filter->kinds, row_of(seq).event.kind);
}

static size_t page_of(const struct fb_feed_ask *ask)
{
    struct fb_event_row row[PAGE];
    struct fb_feed_page page = {.epoch = engine.epoch, .head = engine.head, .row = row};
    uint64_t seq = ask->from_cursor ? engine.cursor : ask->after;
    if (engine.manner == REFUSES)
        page.reason = FB_REASON_NOT_YOURS;
    else if (!ask->from_cursor && ask->epoch != 0 && ask->epoch != engine.epoch)
        page.reason = FB_REASON_FIELD_RANGE;
    while (page.reason == FB_REASON_NONE && seq < engine.head && page.n < PAGE && page.n < ask->limit)
        if (lets_through(&ask->filter, ++seq))
            row[page.n++] = row_of(seq);
    page.next = seq;
    if (engine.manner == BACKWARDS && page.n > 1) {
        struct fb_event_row first = row[0];
        row[0] = row[page.n - 1];
        row[page.n - 1] = first;
    }
    if (engine.manner == SAME_AGAIN)
        for (unsigned i = 0; i < page.n; i++)
            row[i].seq -= row[i].seq > PAGE ? PAGE : 0;
    if (engine.manner == LEADS_BACK)
        page.next = ask->after / 2;
    return fb_encode_feed_page(&page, frame, sizeof frame);
}

static bool is_parked(const struct fb_feed_ask *ask)
{
    uint64_t after = ask->from_cursor ? engine.cursor : ask->after;
    return engine.manner == HONEST && ask->wait && after >= engine.head && (ask->from_cursor || ask->epoch == 0 || ask->epoch == engine.epoch);
}

static void answer(const struct fb_feed_ask *ask)
{
    size_t n = page_of(ask);
    if (engine.manner == LATE && n <= sizeof engine.held) {
        memcpy(engine.held, frame, n);
        engine.n_held = n;
        return;
    }
    if (engine.manner == BYTES) {
        n = (size_t)(engine.end - engine.p) < 64 ? (size_t)(engine.end - engine.p) : 64;
        frame[0] = FB_WIRE_VERSION;
        frame[1] = FB_FRAME_FEED_PAGE;
        if (n > 0)
            memcpy(frame + 2, engine.p, n);
        n += 2;
    }
    line_put(frame, n);
    if (engine.manner == TWICE)
        line_put(frame, n);
}

static void hear(const void *bytes, size_t n)
{
    struct fb_arena arena;
    struct fb_span payload;
    struct fb_feed_ask ask;
    struct fb_feed_ack ack;
    enum fb_frame_kind kind;
    const char *field;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_assert(fb_frame_open((struct fb_span){bytes, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    if (kind == FB_FRAME_FEED_ACK) {
        fb_assert(fb_decode_feed_ack(payload, &arena, &ack, &field) == FB_REASON_NONE);
        if (ack.epoch == engine.epoch && ack.seq <= engine.head && ack.seq > engine.cursor)
            engine.cursor = ack.seq;
    } else {
        fb_assert(kind == FB_FRAME_FEED_ASK && fb_decode_feed_ask(payload, &arena, &ask, &field) == FB_REASON_NONE);
        line.now_ms += WAY_MS;
        if (engine.manner != SILENT && !is_parked(&ask))
            answer(&ask);
    }
    fb_arena_release(&arena);
}

static void behave(enum manner manner, const uint8_t *p, const uint8_t *end)
{
    engine.manner = manner;
    engine.p = p;
    engine.end = end;
    engine.clean = engine.clean && (manner == HONEST || manner == SILENT || manner == REFUSES);
    if (engine.n_held > 0)
        line_put(engine.held, engine.n_held);
    engine.n_held = 0;
}

/* ---- the consumer ---- */

static bool same_place(struct fb_consumer_place a, struct fb_consumer_place b)
{
    return a.epoch == b.epoch && a.after == b.after;
}

/* None that the filter lets through, after `from` and up to `to`, but those of the page. */
static bool has_all(const struct fb_feed_page *page, uint64_t from, uint64_t to)
{
    unsigned i = 0;
    for (uint64_t seq = from + 1; seq <= to; seq++)
        if (wanted(seq) && (i == page->n || page->row[i++].seq != seq))
            return false;
    return i == page->n;
}

static void check_page(const struct fb_feed_page *page, struct fb_consumer_place before)
{
    char id[FB_EVENT_ID_BYTES];
    fb_assert(page->n > 0 && page->next >= page->row[page->n - 1].seq);
    for (unsigned i = 0; i < page->n; i++) {
        fb_assert(i == 0 || page->row[i].seq > page->row[i - 1].seq);
        fb_assert(fb_consumer_id(id, page, i) == id && strlen(id) < sizeof id);
    }
    fb_assert(!own.known || page->epoch != before.epoch || page->row[0].seq > before.after);
    /* On the way here it may have gone on over what the filter leaves out. */
    fb_assert(!engine.clean || !own.known || has_all(page, before.after, page->next));
    own.given = true;
    own.leads = (struct fb_consumer_place){.epoch = page->epoch, .after = page->next};
}

static void next(unsigned arg)
{
    struct fb_feed_page page;
    struct fb_consumer_place before = fb_consumer_place(own.c);
    enum fb_err e = fb_consumer_next(own.c, (int)(arg % 16) * 300, &page);
    struct fb_consumer_place now = fb_consumer_place(own.c);
    own.given = false;
    fb_assert(e == FB_OK || e == FB_NOT_FOUND || e == FB_REFUSED || e == FB_DENIED || e == FB_DAMAGED);
    fb_assert((fb_consumer_refusal(own.c)[0] != '\0') == (e == FB_REFUSED || e == FB_DENIED) || e == FB_NOT_FOUND || e == FB_DAMAGED);
    if (engine.clean && own.known)
        for (uint64_t seq = before.after + 1; seq <= now.after; seq++)
            fb_assert(!wanted(seq));
    if (e == FB_OK)
        check_page(&page, before);
    own.known = own.known || !same_place(before, now);
}

static void keep(unsigned arg)
{
    struct fb_consumer_place before = fb_consumer_place(own.c);
    enum fb_err e = fb_consumer_keep(own.c, (int)(arg % 4) * 100);
    fb_assert(e == FB_OK || e == FB_NOT_FOUND);
    fb_assert(same_place(fb_consumer_place(own.c), own.given ? own.leads : before));
    own.kept = own.kept || own.given;
    own.known = own.known || own.given;
    own.given = false;
}

static void settle(unsigned arg)
{
    struct fb_consumer_place before = fb_consumer_place(own.c);
    enum fb_err e = fb_consumer_settle(own.c, (int)(arg % 8) * 200);
    fb_assert(e == FB_OK || e == FB_BUSY || e == FB_REFUSED || e == FB_DENIED || e == FB_DAMAGED);
    fb_assert(same_place(fb_consumer_place(own.c), before));
    fb_assert(e != FB_OK || !own.cursor || !own.kept || !engine.clean || !own.known || before.epoch != engine.epoch || engine.cursor >= before.after);
    own.given = false;
}

static void begin_again(void)
{
    fb_consumer_begin_again(own.c);
    own.given = false;
    own.known = true;
    engine.clean = engine.manner == HONEST && engine.n_held == 0;
    line_lose();
}

static void make_anew(unsigned arg)
{
    engine.epoch++;
    engine.head = arg % 8;
    engine.cursor = 0;
}

static const uint8_t *step(const uint8_t *p, const uint8_t *end)
{
    unsigned what = p[0] % 16, arg = p[1];
    p += 2;
    if (what < 6)
        next(arg);
    else if (what < 8)
        keep(arg);
    else if (what < 9)
        settle(arg);
    else if (what < 11)
        engine.head += engine.head < EVENTS ? arg % 8 : 0;
    else if (what < 14)
        behave(arg % MANNERS, p, end);
    else if (what < 15) {
        line.there = (arg & 3) != 0;
        line.interrupted = arg / 4 % 4;
        line.now_ms += arg;
    } else if (arg < 128)
        begin_again();
    else if (arg > 240)
        make_anew(arg);
    return p;
}

/* ---- one program ---- */

static void come_to_reason(void)
{
    uint64_t had = 0;
    line.there = true;
    behave(HONEST, NULL, NULL);
    begin_again();
    engine.head += 3;
    for (unsigned i = 0; i < EVENTS + 16 && had < engine.head - !wanted(engine.head); i++) {
        next(1);
        if (own.given)
            had = own.leads.after;
        keep(1);
    }
    fb_assert(had >= engine.head - !wanted(engine.head));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > 1024)
        return 0;
    memset(&engine, 0, sizeof engine);
    memset(&own, 0, sizeof own);
    struct fb_consumer_options o = {.endpoint = "ipc://engine", .limit = data[0] / 4 % 8};
    own.cursor = data[0] & 1;
    if (own.cursor)
        o.cursor = fb_span_of("finance");
    own.alerts = data[0] & 2;
    if (own.alerts)
        fb_event_set_add(&o.filter.kinds, alert);
    own.known = !own.cursor;
    engine.epoch = 77;
    engine.head = data[1] % 16;
    engine.cursor = own.cursor ? engine.head / 2 : 0;
    engine.clean = true;
    line_begin(hear);
    fb_assert(fb_consumer_open(&own.c, &o) == FB_OK);
    const uint8_t *p = data + 2, *const end = data + size;
    for (unsigned i = 0; i < STEPS && p + 1 < end; i++)
        p = step(p, end);
    come_to_reason();
    fb_consumer_close(&own.c);
    line_lose();
    return 0;
}
