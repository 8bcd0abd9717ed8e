#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include "tests/lib/wire_records.h"
#include <string.h>

/* Each check of the publish decoder, one at a time and all at once. */
static unsigned char memory[1 << 20], frame[2 * FB_MESSAGE_BYTES_MAX];
static struct fb_record record, got;
static struct fb_arena arena;
static const char *place;
static struct fb_span body;

/* As the engine does it: the frame, then the message. */
static enum fb_reason take(size_t n)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    fb_arena_init(&arena, memory, sizeof memory);
    place = NULL;
    enum fb_reason reason =
        fb_frame_open((struct fb_span){(const char *)frame, (uint32_t)n}, &kind, &payload);
    if (reason != FB_REASON_NONE)
        return reason;
    return fb_decode_publish(payload, &arena, &got, &body, &place);
}

static enum fb_reason take_record(void)
{
    size_t n = fb_encode_publish(&record, frame, sizeof frame);
    CU_ASSERT_FATAL(n > 0);
    return take(n);
}

static void is_at(const char *expected)
{
    if (place == NULL || strcmp(place, expected) != 0)
        fprintf(stderr, "expected %s, not %s\n", expected, place == NULL ? "no place" : place);
    CU_ASSERT_FATAL(place != NULL);
    CU_ASSERT_STRING_EQUAL(place, expected);
}

static struct fb_span letters(uint32_t n)
{
    static char many[512];
    memset(many, 'x', sizeof many);
    return (struct fb_span){many, n};
}

/* ---- from the weakest reason to the strongest, each on top of all below it ---- */
static void repeat_a_category(void)
{
    record.as.booking.rates.cell[1].category = record.as.booking.rates.cell[0].category;
}
static void end_when_clocks_change(void)
{
    record.as.booking.shift.end_local = fb_span_of("2026-03-29T01:30");
}
static void pay_less_than_nothing(void)
{
    record.as.booking.rates.cell[2].part[FB_PART_COMMISSION] = -1;
}
static void go_by_no_route(void)
{
    record.as.booking.route = (enum fb_route)99;
}
static void break_the_line(void)
{
    record.as.booking.shift.unit = fb_span_of("Ward\n5");
}
static void lengthen_worker(void)
{
    record.as.booking.token = letters(FB_ID_BYTES_MAX + 1);
}
static void lose_reference(void)
{
    record.env.record_ref = (struct fb_span){NULL, 0};
}

static void test_precedence_of_fields(void)
{
    static const struct {
        void (*spoil)(void);
        enum fb_reason reason;
        const char *place;
    } rows[] = {
        {repeat_a_category, FB_REASON_FIELD_REPEATED, "booking.rates[1].category"},
        {end_when_clocks_change, FB_REASON_FIELD_TIME, "booking.end"},
        {pay_less_than_nothing, FB_REASON_FIELD_RANGE, "booking.rates[2].commission"},
        {go_by_no_route, FB_REASON_FIELD_WORD, "booking.route"},
        {break_the_line, FB_REASON_FIELD_TEXT, "booking.unit"},
        {lengthen_worker, FB_REASON_FIELD_LENGTH, "booking.worker"},
        {lose_reference, FB_REASON_FIELD_MISSING, "record_ref"},
    };
    fb_test_typical_booking(&record);
    CU_ASSERT_EQUAL(take_record(), FB_REASON_NONE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rows[i].spoil();
        CU_ASSERT_EQUAL(take_record(), rows[i].reason);
        is_at(rows[i].place);
    }
}

/* The byte after a field's tag, in the envelope that follows the frame's two bytes. */
static unsigned char *byte_after(unsigned char tag, size_t n)
{
    unsigned char *p = memchr(frame + 2, tag, n - 2);
    fb_assert(p != NULL);
    return p + 1;
}

static void test_precedence_of_frames(void)
{
    enum { VERSION_TAG = 1 << 3, KIND_TAG = 2 << 3 };
    fb_test_typical_booking(&record);
    lose_reference();
    lengthen_worker();
    size_t n = fb_encode_publish(&record, frame, sizeof frame);
    CU_ASSERT_EQUAL(take(n), FB_REASON_FIELD_MISSING);
    *byte_after(KIND_TAG, n) = 15;
    CU_ASSERT_EQUAL(take(n), FB_REASON_KIND);
    is_at("kind");
    CU_ASSERT_EQUAL(got.env.kind, FB_KIND_NONE);
    frame[n++] = 0x0B; /* a group that never ends */
    CU_ASSERT_EQUAL(take(n), FB_REASON_NOT_A_MESSAGE);
    n = FB_MESSAGE_BYTES_MAX + 1;
    CU_ASSERT_EQUAL(take(n), FB_REASON_TOO_LONG);
    frame[0] = 2;
    CU_ASSERT_EQUAL(take(n), FB_REASON_VERSION);
    CU_ASSERT_EQUAL(take(1), FB_REASON_NOT_A_FRAME);
    CU_ASSERT_EQUAL(take(0), FB_REASON_NOT_A_FRAME);
    frame[0] = 1;
    frame[1] = FB_FRAME_TICK + 1;
    CU_ASSERT_EQUAL(take(n), FB_REASON_NOT_A_FRAME);
    frame[1] = 0;
    CU_ASSERT_EQUAL(take(n), FB_REASON_NOT_A_FRAME);
}

/* ---- one fault each ---- */
#define BOOKING                                                                                              \
    struct fb_booking *b = &record.as.booking;                                                               \
    (void)b
#define NOTHING ((struct fb_span){NULL, 0})
#define FAULTS(X)                                                                                            \
    X(10, FIELD_MISSING, "source", record.env.source = NOTHING)                                              \
    X(11, FIELD_MISSING, "message_id", record.env.message_id = NOTHING)                                      \
    X(12, FIELD_MISSING, "occurred_at_ms", record.env.occurred_ms = FB_ABSENT)                               \
    X(13, FIELD_LENGTH, "source", record.env.source = letters(FB_SOURCE_BYTES_MAX + 1))                      \
    X(14, FIELD_LENGTH, "message_id", record.env.message_id = letters(FB_ID_BYTES_MAX + 1))                  \
    X(15, FIELD_TEXT, "message_id", record.env.message_id = ((struct fb_span){"a\0b", 3}))                   \
    X(16, FIELD_TEXT, "record_ref", record.env.record_ref = fb_span_of("\xC3("))                             \
    X(17, FIELD_LENGTH, "batch_id", record.env.batch_id = letters(FB_TEXT_BYTES_MAX + 1))                    \
    X(18, FIELD_RANGE, "revision", record.env.revision = -1)                                                 \
    X(19, FIELD_RANGE, "occurred_at_ms", record.env.occurred_ms = 946684799999)                              \
    X(20, FIELD_RANGE, "occurred_at_ms", record.env.occurred_ms = 4102444800000)                             \
    X(30, FIELD_MISSING, "booking.hirer", b->shift.hirer = 0)                                                \
    X(31, FIELD_MISSING, "booking.state", b->state = FB_BOOKING_STATE_NONE)                                  \
    X(32, FIELD_MISSING, "booking.route", b->route = FB_ROUTE_NONE)                                          \
    X(33, FIELD_MISSING, "booking.rate_unit", b->rates.unit = FB_UNIT_NONE)                                  \
    X(34, FIELD_MISSING, "booking.rates[1].category", b->rates.cell[1].category = 0)                         \
    X(35, FIELD_MISSING, "booking.references[0].id", b->reference[0].id = NOTHING)                           \
    X(36, FIELD_MISSING, "booking.sign_offs[0].role", b->n_sign_offs = 1)                                    \
    X(37, FIELD_LENGTH, "booking.site", b->shift.site = letters(FB_ID_BYTES_MAX + 1))                        \
    X(38, FIELD_LENGTH, "booking.reason", b->reason = letters(FB_TEXT_BYTES_MAX + 1))                        \
    X(39, FIELD_LENGTH, "booking.start", b->shift.start_local = letters(30))                                 \
    X(40, FIELD_TEXT, "booking.agency", b->agency = fb_span_of("A\x7F"))                                     \
    X(41, FIELD_TEXT, "booking.cancel_reason", b->cancel_reason = fb_span_of("tab\there"))                   \
    X(42, FIELD_WORD, "booking.staff_group", b->shift.staff_group = FB_STAFF_GROUP_END)                      \
    X(43, FIELD_WORD, "booking.worker_kind", b->worker_kind = (enum fb_worker_kind)4)                        \
    X(44, FIELD_WORD, "booking.sign_offs[0].role", (b->n_sign_offs = 1, b->sign_off[0].role = FB_ROLE_END))  \
    X(45, FIELD_WORD, "booking.rates_complete", b->rates.complete = (enum fb_said)3)                         \
    X(46, FIELD_RANGE, "booking.break_minutes", b->shift.break_min = -1)                                     \
    X(47, FIELD_RANGE, "booking.break_minutes", b->shift.break_min = FB_SHIFT_MINUTES_MAX + 1)               \
    X(57, FIELD_RANGE, "booking.break_minutes",                                                              \
      b->shift.break_min = b->shift.time.end_min - b->shift.time.start_min + 1)                              \
    X(48, FIELD_RANGE, "booking.rates[0].vat", b->rates.cell[0].part[FB_PART_VAT] = FB_RATE_E4_MAX + 1)      \
    X(49, FIELD_RANGE, "booking.booked_at_ms", b->booked_ms = 0)                                             \
    X(50, FIELD_RANGE, "booking.cancel_charge_pence", b->cancel_charge_pence = -1)                           \
    X(51, FIELD_TIME, "booking.start", b->shift.start_local = fb_span_of("16/03/2026 19:30"))                \
    X(52, FIELD_TIME, "booking.end", b->shift.end_local = fb_span_of("2026-03-16T19:30"))                    \
    X(53, FIELD_TIME, "booking.start", b->shift.start_local = fb_span_of("2026-03-29T01:00"))                \
    X(54, FIELD_TIME, "booking.start",                                                                       \
      (b->shift.start_local = fb_span_of("1999-12-31T22:00Z"),                                               \
       b->shift.end_local = fb_span_of("2000-01-01T06:00Z")))                                                \
    X(55, FIELD_TIME, "booking.end",                                                                         \
      (b->shift.start_local = fb_span_of("2099-12-31T22:00Z"),                                               \
       b->shift.end_local = fb_span_of("2100-01-01T00:01Z")))                                                \
    X(56, FIELD_REPEATED, "booking.references[1].id",                                                        \
      (b->n_references = 2, b->reference[1] = b->reference[0]))

#define FUNCTION(id, reason, place, change)                                                                  \
    static void fault_##id(void)                                                                             \
    {                                                                                                        \
        BOOKING;                                                                                             \
        change;                                                                                              \
    }
FAULTS(FUNCTION)

static void test_one_fault_each(void)
{
#define FAULT_ROW(id, reason, place, change) {fault_##id, FB_REASON_##reason, place},
    static const struct {
        void (*spoil)(void);
        enum fb_reason reason;
        const char *place;
    } rows[] = {FAULTS(FAULT_ROW)};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fb_test_typical_booking(&record);
        rows[i].spoil();
        CU_ASSERT_EQUAL(take_record(), rows[i].reason);
        is_at(rows[i].place);
    }
}

/* A sleep-in may be all break; a break that outlasts its shift is somebody's slip. */
static void test_break_as_long_as_the_shift(void)
{
    fb_test_typical_booking(&record);
    struct fb_shift *b = &record.as.booking.shift;
    b->break_min = b->time.end_min - b->time.start_min;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_NONE);
    CU_ASSERT_EQUAL(got.as.booking.shift.break_min, b->break_min);
    memset(&record.as, 0, sizeof record.as);
    record.env.kind = FB_KIND_VACANCY;
    record.as.vacancy = (struct fb_vacancy){
        .shift.hirer = fb_code_of("RTH"), .state = FB_VACANCY_STATE_OPEN, .requested_ms = FB_ABSENT};
    struct fb_shift *v = &record.as.vacancy.shift;
    v->start_local = fb_span_of("2026-03-28T20:00"); /* the clocks change: eleven hours, not twelve */
    v->end_local = fb_span_of("2026-03-29T08:00");
    v->break_min = 660;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_NONE);
    v->break_min = 661;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_RANGE);
    is_at("vacancy.break_minutes");
}

static void test_other_kinds(void)
{
    record.env.kind = FB_KIND_TIMESHEET;
    memset(&record.as, 0, sizeof record.as);
    struct fb_timesheet *t = &record.as.timesheet;
    *t = (struct fb_timesheet){.hirer = fb_code_of("RTH"),
                               .booking_ref = fb_span_of("B1"),
                               .state = FB_TIMESHEET_STATE_APPROVED,
                               .n = 3};
    int64_t at = fb_day_of(2026, 3, 16) * (int64_t)1440;
    t->interval[0] = (struct fb_interval_row){FB_INTERVAL_WORKED, at, at + 480, 0};
    t->interval[1] = (struct fb_interval_row){FB_INTERVAL_BREAK, at + 120, at + 150, 0};
    t->interval[2] = (struct fb_interval_row){FB_INTERVAL_WORKED, at + 480, at + 500, 0};
    CU_ASSERT_EQUAL(take_record(), FB_REASON_NONE);
    t->interval[2].start_min--; /* within what was worked already */
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_TIME);
    is_at("timesheet.intervals[2].start");
    t->interval[1].start_min = at - 1; /* before the one before it */
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_TIME);
    is_at("timesheet.intervals[1].start");
    t->interval[0].end_min = at;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_TIME);
    is_at("timesheet.intervals[0].end");
    t->interval[1].kind = FB_INTERVAL_END;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_WORD);
    is_at("timesheet.intervals[1].kind");

    record.env.kind = FB_KIND_FRAMEWORK;
    memset(&record.as, 0, sizeof record.as);
    record.as.framework = (struct fb_framework){fb_span_of("A"), fb_span_of("F"), NOTHING, 20500, 20500};
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_TIME);
    is_at("framework.until");
    record.as.framework.until = INT32_MAX;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_NONE);
    record.as.framework.from = 0;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_TIME);
    is_at("framework.from");

    record.env.kind = FB_KIND_BUDGET;
    memset(&record.as, 0, sizeof record.as);
    record.as.budget = (struct fb_budget){fb_code_of("RTH"), fb_day_of(2026, 4, 2), 0, 0, 1};
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_TIME);
    is_at("budget.month");
    record.as.budget.amount_pence = FB_AMOUNT_PENCE_MAX + 1;
    CU_ASSERT_EQUAL(take_record(), FB_REASON_FIELD_RANGE);
    is_at("budget.amount_pence");
}

/* ---- what no record of ours can say: bytes by hand ---- */
enum { VARINT = 0, BYTES = 2 };
static struct fb_writer w;
static unsigned char inner[2 * FB_MESSAGE_BYTES_MAX];
static struct fb_writer in;

static void put_number(struct fb_writer *to, unsigned field, uint64_t v)
{
    fb_put_varint(to, field << 3 | VARINT);
    fb_put_varint(to, v);
}

static void put_text(struct fb_writer *to, unsigned field, struct fb_span s)
{
    fb_put_varint(to, field << 3 | BYTES);
    fb_put_span(to, s);
}

/* A cascade that is whole but for its first two fields. */
static void begin_body(void)
{
    fb_writer_init(&in, inner, sizeof inner);
    put_number(&in, 3, FB_TIER_BANK);
    put_number(&in, 5, 1773650000000);
}

static void begin_envelope(uint64_t version, uint64_t kind)
{
    fb_writer_init(&w, frame, sizeof frame);
    fb_put_u8(&w, FB_WIRE_VERSION);
    fb_put_u8(&w, FB_FRAME_PUBLISH);
    put_number(&w, 1, version);
    put_number(&w, 2, kind);
    put_text(&w, 3, fb_span_of("s"));
    put_text(&w, 4, fb_span_of("m"));
    put_text(&w, 5, fb_span_of("r"));
    put_number(&w, 9, 1773650000000);
}

static enum fb_reason take_body(void)
{
    begin_envelope(1, FB_KIND_CASCADE);
    put_text(&w, 11, (struct fb_span){(const char *)inner, (uint32_t)in.n});
    return take(w.n);
}

static void test_codes(void)
{
    static const struct {
        const char *hirer;
        enum fb_reason reason;
    } rows[] = {{"RTH", FB_REASON_NONE},
                {"", FB_REASON_FIELD_LENGTH},
                {"RTH456789", FB_REASON_FIELD_LENGTH},
                {"R H", FB_REASON_FIELD_TEXT},
                {"\xC3\xA9", FB_REASON_FIELD_TEXT},
                {"12345678", FB_REASON_NONE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin_body();
        put_text(&in, 1, fb_span_of(rows[i].hirer));
        put_text(&in, 2, fb_span_of("V1"));
        CU_ASSERT_EQUAL(take_body(), rows[i].reason);
        if (rows[i].reason != FB_REASON_NONE)
            is_at("cascade.hirer");
    }
}

static void test_strange_bodies(void)
{
    begin_body();
    put_text(&in, 1, fb_span_of("RTH"));
    put_text(&in, 2, fb_span_of("V1"));
    put_text(&in, 99, fb_span_of("of a later version"));
    CU_ASSERT_EQUAL(take_body(), FB_REASON_NONE); /* unknown fields are passed over */
    CU_ASSERT_EQUAL(body.n, in.n);                /* and kept */
    put_number(&in, 3, UINT64_MAX);               /* the last one counts */
    CU_ASSERT_EQUAL(take_body(), FB_REASON_FIELD_WORD);
    is_at("cascade.tier");
    put_number(&in, 3, 0); /* absent is a number too */
    CU_ASSERT_EQUAL(take_body(), FB_REASON_FIELD_MISSING);
    put_number(&in, 1, 5); /* text as a number */
    CU_ASSERT_EQUAL(take_body(), FB_REASON_NOT_A_MESSAGE);
    while (in.n <= FB_BODY_BYTES_MAX)
        put_text(&in, 99, letters(200));
    CU_ASSERT_EQUAL(take_body(), FB_REASON_TOO_LONG);
    is_at("body");
}

static void test_long_lists(void)
{
    fb_writer_init(&in, inner, sizeof inner);
    for (unsigned i = 0; i <= FB_REFERENCES_MAX; i++)
        put_text(&in, 29, NOTHING);
    begin_envelope(1, FB_KIND_BOOKING);
    put_text(&w, 11, (struct fb_span){(const char *)inner, (uint32_t)in.n});
    CU_ASSERT_EQUAL(take(w.n), FB_REASON_FIELD_MISSING); /* which comes before too many */
    fb_test_typical_booking(&record);
    size_t n = fb_encode_publish(&record, frame, sizeof frame);
    CU_ASSERT_EQUAL(take(n), FB_REASON_NONE);
    fb_writer_init(&in, inner, sizeof inner);
    fb_put_bytes(&in, body.p, body.n);
    for (unsigned i = 0; i <= FB_SIGN_OFFS_MAX; i++)
        put_text(&in, 30, fb_span_of("\x08\x01"));
    begin_envelope(1, FB_KIND_BOOKING);
    put_text(&w, 11, (struct fb_span){(const char *)inner, (uint32_t)in.n});
    CU_ASSERT_EQUAL(take(w.n), FB_REASON_FIELD_REPEATED);
    is_at("booking.sign_offs");
}

static void test_envelopes(void)
{
    frame[0] = FB_WIRE_VERSION;
    frame[1] = FB_FRAME_PUBLISH;
    CU_ASSERT_EQUAL(take(2), FB_REASON_FIELD_MISSING); /* no field at all */
    is_at("version");
    begin_envelope(2, FB_KIND_CASCADE);
    CU_ASSERT_EQUAL(take(w.n), FB_REASON_VERSION);
    begin_envelope(((uint64_t)1 << 32) + 1, FB_KIND_CASCADE); /* 1, to who keeps 32 bits of it */
    CU_ASSERT_EQUAL(take(w.n), FB_REASON_VERSION);
    begin_envelope(1, FB_KIND_CASCADE);
    CU_ASSERT_EQUAL(take(w.n), FB_REASON_FIELD_MISSING);
    is_at("body");
    begin_envelope(1, 0);
    CU_ASSERT_EQUAL(take(w.n), FB_REASON_FIELD_MISSING);
    is_at("kind");
    /* Who sent it is known even when the rest is refused, so that it can be answered and counted. */
    CU_ASSERT_TRUE(fb_span_is(got.env.source, "s"));
    CU_ASSERT_TRUE(fb_span_is(got.env.message_id, "m"));
    for (uint64_t kind = FB_KIND_END; kind < 25; kind++) {
        begin_envelope(1, kind);
        CU_ASSERT_EQUAL(take(w.n), FB_REASON_KIND);
    }
    begin_envelope(1, FB_KIND_CASCADE);
    while (w.n + 3 < FB_MESSAGE_BYTES_MAX)
        put_number(&w, 99, 1); /* each grows forty-fold when it is unpacked */
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_span payload = {(const char *)frame + 2, (uint32_t)w.n - 2};
    CU_ASSERT_EQUAL(fb_decode_publish(payload, &arena, &got, &body, &place), FB_REASON_TOO_LONG);
}

CU_TestInfo suite_wire_refusals[] = {
    {"of several faults in fields the reason that comes first is given", test_precedence_of_fields},
    {"of several faults in a frame the reason that comes first is given", test_precedence_of_frames},
    {"every single fault is refused with its reason and its place", test_one_fault_each},
    {"a break may be as long as its shift, and no longer", test_break_as_long_as_the_shift},
    {"timesheets, frameworks and budgets are checked as wholes", test_other_kinds},
    {"a code has one to eight printable characters", test_codes},
    {"strange bodies are refused, and fields of a later version passed over", test_strange_bodies},
    {"a list that is too long is refused", test_long_lists},
    {"envelopes without a kind, of another version, or flooded are refused", test_envelopes},
    CU_TEST_INFO_NULL,
};
