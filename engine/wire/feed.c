#include "engine/wire/table.h"
#include "fairbank/v1/feed.pb-c.h"
#include <string.h>

/* Events on their way out: FeedAsk, FeedPage, FeedAck, Tick. */

/* An event's own kind may be one that only a newer engine knows. */
static bool kind_of_any_engine(int64_t n)
{
    return n > FB_EVENT_NONE;
}

#define PB   Fairbank__V1__Event
#define OURS struct fb_event_row
static const struct fb_wire_row event_rows[] = {
    U64(seq, seq, false),
    WORD(kind, event.kind, true, kind_of_any_engine),
    AMOUNT(at_ms, event.at_ms),
    U64(journal, event.journal, false),
    U32(record, event.subject),
    CODE(trust, event.trust, false),
    WORD_U8(severity, event.severity, fb_severity_known),
    U8(detail, event.detail),
    WORD_U8(stage, event.stage, fb_stage_known),
    WORD_U8(staff_group, event.staff_group, fb_staff_group_known),
    WORD_U8(route, event.route, fb_route_known),
    FLAG(shadow, event.shadow),
    FLAG(historic, event.historic),
    U32(rule_id, event.rule),
    TEXT(rule, rule, false, FB_TEXT_BYTES_MAX),
    U32(issue, event.issue),
    DAY(shift_day, event.shift_day, false, 0),
    AMOUNT(pence, event.pence),
    AMOUNT(delta_pence, event.delta_pence),
    AMOUNT(minutes, event.minutes),
    TEXT(record_source, event.source, false, FB_SOURCE_BYTES_MAX),
    TEXT(record_ref, event.record_ref, false, FB_ID_BYTES_MAX),
    U64(prior_journal, event.prior_journal, false),
    U32(prior_issue, event.prior_issue),
    WORD_U8(cause, event.cause, fb_cause_known),
    DAY(posted, event.posted, false, 0),
    FLAG(back, back),
    TEXT(statement, statement, false, FB_BODY_BYTES_MAX),
    U32(withdrawn, event.withdrawn),
    U32(restored, event.restored),
    U32(left, event.left),
};
#undef PB
#undef OURS

/* An epoch is random: it needs all 64 bits. */
static void add_unsigned(struct fb_text *t, uint64_t v)
{
    if (v >= 10)
        fb_text_add_int(t, (int64_t)(v / 10));
    fb_text_add_int(t, (int64_t)(v % 10));
}

static ProtobufCBinaryData numbered(struct fb_wire_scratch *s, const char *before, uint64_t a,
                                    const char *between, const uint64_t *b)
{
    struct fb_text t;
    enum { SIZE = 64 };
    fb_text_init(&t, fb_wire__take(s, SIZE), SIZE);
    fb_text_add(&t, before);
    add_unsigned(&t, a);
    fb_text_add(&t, between);
    if (b != NULL)
        add_unsigned(&t, *b);
    return fb_wire__bytes((struct fb_span){t.p, (uint32_t)t.n});
}

/* The attributes that CloudEvents 1.0 asks for. But for the epoch in the id all follow from our own fields, so reading leaves them be. */
static void write_event(struct fb_wire_scratch *s, uint64_t epoch, const struct fb_event_row *row,
                        Fairbank__V1__Event *m)
{
    char *time = fb_wire__take(s, 25);
    fb_wire__write(s, FB_WIRE_SPAN_ROWS(event_rows), row, m);
    fb_instant_format(time, row->event.at_ms);
    m->has_id = m->has_source = m->has_spec_version = m->has_type = m->has_time = 1;
    m->id = numbered(s, "", row->epoch != 0 ? row->epoch : epoch, "-", &row->seq);
    m->source = fb_wire__bytes(fb_span_of("/fairbank"));
    m->spec_version = fb_wire__bytes(fb_span_of("1.0"));
    m->type = fb_wire__bytes(fb_event_type(row));
    m->time = fb_wire__bytes(fb_span_of(time));
    m->has_subject = row->event.subject != 0;
    if (m->has_subject)
        m->subject = numbered(s, "record/", row->event.subject, "", NULL);
}

#define PB   Fairbank__V1__FeedAsk
#define OURS struct fb_feed_ask
static const struct fb_wire_row ask_rows[] = {
    TEXT(cursor, cursor, false, FB_ID_BYTES_MAX),
    FLAG(from_cursor, from_cursor),
    U64(epoch, epoch, false),
    U64(after, after, false),
    CODE(trust, filter.trust, false),
    FLAG(alerts_only, filter.alerts_only),
    U32(limit, limit),
    FLAG(wait, wait),
};
#undef PB
#undef OURS

size_t fb_encode_feed_ask(const struct fb_feed_ask *a, void *frame, size_t size)
{
    Fairbank__V1__FeedAsk m = FAIRBANK__V1__FEED_ASK__INIT;
    Fairbank__V1__EventKind kinds[FB_EVENT_END];
    m.kinds = kinds;
    for (int k = 1; k < FB_EVENT_END; k++) {
        if (fb_event_set_has(&a->filter.kinds, (enum fb_event_kind)k))
            kinds[m.n_kinds++] = (Fairbank__V1__EventKind)k;
    }
    return fb_wire__encode(FB_FRAME_FEED_ASK, FB_WIRE_SPAN_ROWS(ask_rows), a, &m.base, frame, size);
}

static struct fb_event_set read_kinds(struct fb_wire_reading *r, const Fairbank__V1__FeedAsk *m)
{
    struct fb_event_set kinds = {{0}};
    for (size_t i = 0; i < m->n_kinds; i++) {
        enum fb_event_kind kind = (enum fb_event_kind)m->kinds[i];
        if (!fb_event_known((int64_t)m->kinds[i])) {
            fb_wire__blame(r, FB_REASON_FIELD_WORD, "kinds");
            continue;
        }
        if (fb_event_set_has(&kinds, kind))
            fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "kinds");
        fb_event_set_add(&kinds, kind);
    }
    return kinds;
}

enum fb_reason fb_decode_feed_ask(struct fb_span payload, struct fb_arena *arena, struct fb_feed_ask *out,
                                  const char **field)
{
    struct fb_wire_reading r;
    *out = (struct fb_feed_ask){0};
    fb_wire__begin(&r, arena, "feed_ask");
    const Fairbank__V1__FeedAsk *m =
        fb_wire__decode(&r, &fairbank__v1__feed_ask__descriptor, payload, FB_WIRE_SPAN_ROWS(ask_rows), out);
    if (m != NULL)
        out->filter.kinds = read_kinds(&r, m);
    if (m != NULL && out->from_cursor && out->cursor.n == 0)
        fb_wire__blame(&r, FB_REASON_FIELD_MISSING, "cursor");
    return fb_wire__end(&r, field);
}

/* ---- events of a newer engine ---- */

/* What the engine calls a kind that is not known here; where that is no word, or is one that means another kind here, its number. */
static void read_type(struct fb_wire_reading *r, const Fairbank__V1__Event *m, struct fb_event_row *row)
{
    struct fb_span given = {(const char *)m->type.data, m->has_type ? (uint32_t)m->type.len : 0};
    struct fb_text t;
    enum { SIZE = 32 };
    row->type = given;
    if (fb_event_type_is_foreign(given))
        return;
    char *memory = fb_wire__room(r, 1, SIZE);
    if (memory == NULL)
        return;
    fb_text_init(&t, memory, SIZE);
    fb_text_add(&t, "fairbank.unknown.");
    fb_text_add_int(&t, row->event.kind);
    row->type = (struct fb_span){t.p, (uint32_t)t.n};
}

/* The epoch under which it was told first stands in its name alone: after a restore that is not the page's. 0: it is no name of this event. */
static uint64_t first_epoch(const Fairbank__V1__Event *m, uint64_t seq)
{
    const char *name = (const char *)m->id.data, *dash = m->has_id && m->id.len > 0 ? memchr(name, '-', m->id.len) : NULL;
    uint64_t epoch, number;
    if (dash == NULL)
        return 0;
    struct fb_span before = {name, (uint32_t)(dash - name)}, after = {dash + 1, (uint32_t)(m->id.len - before.n - 1)};
    return fb_parse_u64(&epoch, before) == FB_OK && fb_parse_u64(&number, after) == FB_OK && number == seq ? epoch : 0;
}

/* A newer engine may use words that are not known here. An outlet that stopped for one would tell nobody of anything: in an event such
 * a word is absent (its number is nowhere), while a kind keeps its number and its name. */
static void read_event(struct fb_wire_reading *r, const Fairbank__V1__Event *m, uint64_t page_epoch, struct fb_event_row *row)
{
    r->newer = true;
    fb_wire__read(r, FB_WIRE_SPAN_ROWS(event_rows), m, row);
    r->newer = false;
    uint64_t epoch = first_epoch(m, row->seq);
    row->epoch = epoch == page_epoch ? 0 : epoch;
    if (r->reason == FB_REASON_NONE && !fb_event_known(row->event.kind))
        read_type(r, m, row);
}

#define PB   Fairbank__V1__FeedPage
#define OURS struct fb_feed_page
static const struct fb_wire_row page_rows[] = {
    WORD(reason, reason, false, fb_wire__reason_known),
    U64(epoch, epoch, false),
    U64(next, next, false),
    U64(head, head, false),
};
#undef PB
#undef OURS
enum { EVENTS_FIELD = 5, TICK_EVENT_FIELD = 3 };

static void append_event(struct fb_writer *w, unsigned number, uint64_t epoch, const struct fb_event_row *row)
{
    Fairbank__V1__Event m = FAIRBANK__V1__EVENT__INIT;
    struct fb_wire_scratch s;
    s.used = 0;
    write_event(&s, epoch, row, &m);
    fb_wire__append(w, number, &m.base);
}

size_t fb_encode_feed_page(const struct fb_feed_page *p, void *frame, size_t size)
{
    Fairbank__V1__FeedPage m = FAIRBANK__V1__FEED_PAGE__INIT;
    struct fb_wire_scratch s;
    struct fb_writer w;
    s.used = 0;
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(page_rows), p, &m);
    fb_wire__frame(&w, frame, size, FB_FRAME_FEED_PAGE);
    fb_wire__pack(&w, &m.base);
    for (unsigned i = 0; i < p->n && !w.bad; i++)
        append_event(&w, EVENTS_FIELD, p->epoch, &p->row[i]);
    return fb_wire__length(&w);
}

enum fb_reason fb_decode_feed_page(struct fb_span payload, struct fb_arena *arena, struct fb_feed_page *out)
{
    struct fb_wire_reading r;
    *out = (struct fb_feed_page){0};
    fb_wire__begin(&r, arena, "feed_page");
    const Fairbank__V1__FeedPage *m =
        fb_wire__decode(&r, &fairbank__v1__feed_page__descriptor, payload, FB_WIRE_SPAN_ROWS(page_rows), out);
    if (m == NULL)
        return r.reason;
    out->row = fb_wire__room(&r, m->n_events, sizeof *out->row);
    out->n = out->row == NULL ? 0 : (unsigned)m->n_events;
    for (unsigned i = 0; i < out->n; i++)
        read_event(&r, m->events[i], out->epoch, &out->row[i]);
    return r.reason;
}

#define PB   Fairbank__V1__FeedAck
#define OURS struct fb_feed_ack
static const struct fb_wire_row ack_rows[] = {
    TEXT(cursor, cursor, true, FB_ID_BYTES_MAX),
    U64(epoch, epoch, true),
    U64(seq, seq, true),
};
#undef PB
#undef OURS

size_t fb_encode_feed_ack(const struct fb_feed_ack *a, void *frame, size_t size)
{
    Fairbank__V1__FeedAck m = FAIRBANK__V1__FEED_ACK__INIT;
    return fb_wire__encode(FB_FRAME_FEED_ACK, FB_WIRE_SPAN_ROWS(ack_rows), a, &m.base, frame, size);
}

enum fb_reason fb_decode_feed_ack(struct fb_span payload, struct fb_arena *arena, struct fb_feed_ack *out,
                                  const char **field)
{
    struct fb_wire_reading r;
    *out = (struct fb_feed_ack){0};
    fb_wire__begin(&r, arena, "feed_ack");
    (void)fb_wire__decode(&r, &fairbank__v1__feed_ack__descriptor, payload, FB_WIRE_SPAN_ROWS(ack_rows), out);
    return fb_wire__end(&r, field);
}

size_t fb_encode_tick(uint64_t epoch, uint64_t head, const struct fb_event_row *row, void *frame, size_t size)
{
    Fairbank__V1__Tick m = FAIRBANK__V1__TICK__INIT;
    struct fb_writer w;
    m.has_epoch = m.has_head = 1;
    m.epoch = epoch;
    m.head = head;
    fb_wire__frame(&w, frame, size, FB_FRAME_TICK);
    fb_wire__pack(&w, &m.base);
    if (row != NULL)
        append_event(&w, TICK_EVENT_FIELD, epoch, row);
    return fb_wire__length(&w);
}

enum fb_reason fb_decode_tick(struct fb_span payload, struct fb_arena *arena, uint64_t *epoch, uint64_t *head,
                              struct fb_event_row *row, bool *has_row)
{
    struct fb_wire_reading r;
    *epoch = *head = 0;
    *row = (struct fb_event_row){0};
    *has_row = false;
    fb_wire__begin(&r, arena, "tick");
    const Fairbank__V1__Tick *m = fb_wire__unpack(&r, &fairbank__v1__tick__descriptor, payload);
    if (m == NULL)
        return r.reason;
    if (!m->has_epoch || !m->has_head)
        fb_wire__blame(&r, FB_REASON_FIELD_MISSING, m->has_epoch ? "head" : "epoch");
    *epoch = m->epoch;
    *head = m->head;
    *has_row = m->event != NULL;
    if (*has_row)
        read_event(&r, m->event, m->epoch, row);
    return r.reason;
}
