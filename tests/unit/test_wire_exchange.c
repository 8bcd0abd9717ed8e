#include "engine/base/bytes.h"
#include "engine/wire/wire.h"
#include "tests/lib/frames.h"
#include "tests/lib/suite.h"
#include <string.h>

/* Every message but the records and the feed (test_wire_feed.c): there and back, cut, and too large for its frame. */
static unsigned char memory[1 << 20], frame[FB_MESSAGE_BYTES_MAX + 64];
static struct fb_arena arena;
static const char *place;

static struct fb_span open_frame(size_t n, enum fb_frame_kind expected)
{
    fb_arena_init(&arena, memory, sizeof memory);
    place = NULL;
    return fb_test_payload(frame, n, expected);
}

static bool same_source(const struct fb_source *a, const struct fb_source *b)
{
    return fb_span_eq(a->name, b->name) && a->trust == b->trust && a->system == b->system &&
           a->mode == b->mode && a->sends == b->sends && a->window == b->window;
}

static void test_hello(void)
{
    struct fb_hello out;
    for (uint32_t sends = 0; sends < 128; sends++) {
        struct fb_hello h = {{fb_span_of("rth-roster"), fb_code_of("RTH"), FB_SYSTEM_ROSTER,
                              FB_SOURCE_MODE_SHADOW, sends, 512},
                             fb_span_of("fairbank-csv 1")};
        struct fb_span p = open_frame(fb_encode_hello(&h, frame, sizeof frame), FB_FRAME_HELLO);
        CU_ASSERT_EQUAL(fb_decode_hello(p, &arena, &out, &place), FB_REASON_NONE);
        CU_ASSERT_TRUE(same_source(&out.source, &h.source) && fb_span_eq(out.adapter, h.adapter));
    }
    struct fb_hello nobody = {.source.mode = (enum fb_source_mode)9};
    struct fb_span p = open_frame(fb_encode_hello(&nobody, frame, sizeof frame), FB_FRAME_HELLO);
    CU_ASSERT_EQUAL(fb_decode_hello(p, &arena, &out, &place), FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(place, "hello.source");
}

static void test_welcome(void)
{
    struct fb_welcome w = {FB_REASON_NOT_YOURS, fb_span_of("ask for a key"), 1024, UINT64_MAX,
                           fb_span_of("1.0")},
                      out;
    struct fb_span p = open_frame(fb_encode_welcome(&w, frame, sizeof frame), FB_FRAME_WELCOME);
    CU_ASSERT_EQUAL(fb_decode_welcome(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT(out.reason == w.reason && out.window == w.window && out.epoch == w.epoch);
    CU_ASSERT_TRUE(fb_span_eq(out.text, w.text) && fb_span_eq(out.engine, w.engine));
}

static void test_answers(void)
{
    enum { N = 300 };
    static struct fb_wire_answer a[N];
    for (unsigned i = 0; i < N; i++) {
        a[i] = (struct fb_wire_answer){fb_span_of("m-1"), false,     (uint8_t)(1 + i % 5),
                                       FB_REASON_NONE,    {NULL, 0}, (uint64_t)1 << (i % 64),
                                       UINT32_MAX - i};
        if (a[i].outcome == 5) {
            a[i].reason = FB_REASON_FIELD_TIME;
            a[i].field = fb_span_of("booking.end");
        }
    }
    a[7] = (struct fb_wire_answer){.message_id = fb_span_of("m-7"), .busy = true};
    struct fb_wire_answer *out;
    unsigned n;
    uint32_t window;
    struct fb_span p = open_frame(fb_encode_answers(a, N, 77, frame, sizeof frame), FB_FRAME_ANSWERS);
    CU_ASSERT_EQUAL(fb_decode_answers(p, &arena, &out, &n, &window), FB_REASON_NONE);
    CU_ASSERT_EQUAL(window, 77);
    CU_ASSERT_EQUAL_FATAL(n, N);
    for (unsigned i = 0; i < N; i++)
        CU_ASSERT_TRUE(fb_span_eq(out[i].message_id, a[i].message_id) && out[i].busy == a[i].busy &&
                       out[i].outcome == a[i].outcome && out[i].reason == a[i].reason &&
                       fb_span_eq(out[i].field, a[i].field) && out[i].journal == a[i].journal &&
                       out[i].record == a[i].record);
    CU_ASSERT_EQUAL(fb_encode_answers(a, N, 77, frame, 1000), 0);
    p = open_frame(fb_encode_answers(a, 0, 5, frame, sizeof frame), FB_FRAME_ANSWERS);
    CU_ASSERT_EQUAL(fb_decode_answers(p, &arena, &out, &n, &window), FB_REASON_NONE);
    CU_ASSERT(n == 0 && window == 5);
}

static void test_query(void)
{
    struct fb_query q = {.kind = FB_QUERY_EXPLAIN,
                         .findings = {fb_code_of("RTH"), fb_span_of("ratecap.breached"), FB_SEVERITY_WARN,
                                      812, 50, 0},
                         .record_ref = fb_span_of("B-1"),
                         .subject = 9,
                         .as_of = UINT64_MAX},
                    out;
    struct fb_span p = open_frame(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY);
    CU_ASSERT_EQUAL(fb_decode_query(p, &arena, &out, &place), FB_REASON_NONE);
    CU_ASSERT(out.kind == q.kind && out.findings.trust == q.findings.trust && out.findings.after == 812 &&
              out.findings.at_least == FB_SEVERITY_WARN && out.findings.limit == 50 && out.subject == 9 &&
              out.as_of == UINT64_MAX && fb_span_eq(out.findings.rule, q.findings.rule) &&
              fb_span_eq(out.record_ref, q.record_ref));
    q.subject = 0;
    q.record_ref = (struct fb_span){NULL, 0};
    p = open_frame(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY);
    CU_ASSERT_EQUAL(fb_decode_query(p, &arena, &out, &place), FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(place, "query.record");
    for (int kind = FB_QUERY_END; kind < 70; kind += 20) {
        q.kind = (enum fb_query_kind)kind;
        p = open_frame(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY);
        CU_ASSERT_EQUAL(fb_decode_query(p, &arena, &out, &place), FB_REASON_FIELD_WORD);
    }
}

static enum fb_reason asked(const struct fb_query *q, struct fb_query *out)
{
    struct fb_span p = open_frame(fb_encode_query(q, frame, sizeof frame), FB_FRAME_QUERY);
    return fb_decode_query(p, &arena, out, &place);
}

static void refused(const struct fb_query *q, enum fb_reason reason, const char *where)
{
    struct fb_query out;
    CU_ASSERT_EQUAL(asked(q, &out), reason);
    CU_ASSERT_PTR_NOT_NULL_FATAL(place);
    CU_ASSERT_STRING_EQUAL(place, where);
}

static void test_as_known(void)
{
    struct fb_query q = {.kind = FB_QUERY_FINDINGS, .as_known = fb_day_of(2026, 11, 30)}, out;
    CU_ASSERT_EQUAL(asked(&q, &out), FB_REASON_NONE);
    CU_ASSERT_EQUAL(out.as_known, q.as_known);
    q.as_of = 7;
    refused(&q, FB_REASON_FIELD_RANGE, "query.as_known");
    struct fb_span p = open_frame(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY);
    CU_ASSERT_EQUAL_FATAL(p.p[p.n - 2], '3'); /* …-30: there is no such day as the 3- */
    frame[(unsigned char *)p.p - frame + p.n - 1] = '-';
    CU_ASSERT_EQUAL(fb_decode_query(p, &arena, &out, &place), FB_REASON_FIELD_TIME);
    CU_ASSERT_STRING_EQUAL(place, "query.as_known");
}

static void test_command_result(void)
{
    static struct fb_result r, out;
    r = (struct fb_result){.kind = FB_QUERY_ISSUE, .issue = 4, .text = fb_span_of("one" FB_WIRE_LINE "two")};
    r.status = (struct fb_engine_status){.issue = 4, .waiting = 2, .repriced = 5, .to_reprice = UINT64_MAX};
    struct fb_span p = open_frame(fb_encode_result(&r, frame, sizeof frame), FB_FRAME_RESULT);
    CU_ASSERT_EQUAL(fb_decode_result(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT(out.kind == FB_QUERY_ISSUE && out.issue == 4 && fb_span_eq(out.text, r.text));
    CU_ASSERT(out.status.waiting == 2 && out.status.repriced == 5 && out.status.to_reprice == UINT64_MAX);
    r = (struct fb_result){.kind = FB_QUERY_CLOSE_PERIOD, .reason = FB_REASON_FIELD_RANGE};
    p = open_frame(fb_encode_result(&r, frame, sizeof frame), FB_FRAME_RESULT);
    CU_ASSERT_EQUAL(fb_decode_result(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT(out.reason == FB_REASON_FIELD_RANGE && out.text.n == 0 && out.issue == 0);
}

static void test_status(void)
{
    static struct fb_result r, out;
    r = (struct fb_result){.kind = FB_QUERY_STATUS, .more = false};
    r.status =
        (struct fb_engine_status){1,
                                  2,
                                  3,
                                  4,
                                  5,
                                  6,
                                  7,
                                  8,
                                  9,
                                  10,
                                  UINT64_MAX,
                                  12,
                                  13,
                                  fb_span_of("england"),
                                  -1,
                                  16,
                                  17,
                                  18,
                                  19,
                                  fb_span_of("hello 1"),
                                  true,
                                  true,
                                  70,
                                  1024,
                                  .waits = {{5, 1796083200000, fb_span_of("award")}, {6, 1796083200001, {NULL, 0}}},
                                  .behind = fb_span_of("bi 5"), .over_quota = fb_span_of("rth-roster")};
    struct fb_span p = open_frame(fb_encode_result(&r, frame, sizeof frame), FB_FRAME_RESULT);
    CU_ASSERT_EQUAL(fb_decode_result(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT(fb_span_eq(out.status.book_name, r.status.book_name));
    CU_ASSERT(out.status.epoch == 1 && out.status.journal == 2 && out.status.events == 3 &&
              out.status.messages == 4 && out.status.records == 5 && out.status.bookings == 6 &&
              out.status.vacancies == 7);
    CU_ASSERT(out.status.refused == 8 && out.status.todo == 9 && out.status.store_bytes == 10 &&
              out.status.memory_bytes == UINT64_MAX && out.status.issue == 12 && out.status.sources == 13 &&
              out.status.started_ms == -1 && out.status.last_ms == 16 && out.status.live);
    CU_ASSERT(fb_span_is(out.status.turned_away, "hello 1") && out.status.holding && out.status.disk_free_mib == 70 &&
              out.status.free_floor_mib == 1024 && fb_span_is(out.status.behind, "bi 5"));
    CU_ASSERT(out.status.waiting == 17 && out.status.repriced == 18 && out.status.to_reprice == 19);
    const struct fb_waiting_row *wait = out.status.waits;
    CU_ASSERT(wait[0].issue == 5 && wait[0].due_ms == 1796083200000 &&
              fb_span_is(wait[0].book_name, "award"));
    CU_ASSERT(wait[1].issue == 6 && wait[1].book_name.n == 0 && wait[16].issue == 0);
    r.status.waiting = FB_WAITING_MAX;
    p = open_frame(fb_encode_result(&r, frame, sizeof frame), FB_FRAME_RESULT);
    CU_ASSERT_EQUAL(fb_decode_result(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT_EQUAL(out.status.waiting, FB_WAITING_MAX);
}

static void test_explanation(void)
{
    static struct fb_result r, out;
    r = (struct fb_result){.kind = FB_QUERY_EXPLAIN};
    struct fb_explanation *e = &r.explanation;
    *e = (struct fb_explanation){
        812, true, 4, 5, 6, fb_code_of("RXQ"), fb_span_of("s"), fb_span_of("b"), 64, {{NULL, 0}}};
    for (unsigned i = 0; i < e->n_lines; i++)
        e->line[i] = fb_span_of(i % 2 == 0 ? "Charged \xC2\xA3"
                                             "42.10 an hour."
                                           : "");
    struct fb_span p = open_frame(fb_encode_result(&r, frame, sizeof frame), FB_FRAME_RESULT);
    CU_ASSERT_EQUAL(fb_decode_result(p, &arena, &out), FB_REASON_NONE);
    const struct fb_explanation *f = &out.explanation;
    CU_ASSERT(f->subject == 812 && f->found && f->journal == 4 && f->decided_ms == 5 && f->issue == 6 &&
              f->trust == e->trust && fb_span_eq(f->source, e->source) &&
              fb_span_eq(f->record_ref, e->record_ref));
    CU_ASSERT_EQUAL_FATAL(f->n_lines, 64);
    for (unsigned i = 0; i < f->n_lines; i++)
        CU_ASSERT_TRUE(fb_span_eq(f->line[i], e->line[i]));
}

static void test_rows(void)
{
    static struct fb_result r, out;
    struct fb_finding_row finding[2] = {{.subject = 5,
                                         .trust = fb_code_of("RTH"),
                                         .staff_group = FB_STAFF_GROUP_STUDENTS,
                                         .route = FB_ROUTE_AGENCY,
                                         .shift_day = 20528,
                                         .severity = FB_SEVERITY_BREACH,
                                         .pence = -999,
                                         .rule = fb_span_of("ratecap.breached"),
                                         .source = fb_span_of("portal"),
                                         .record_ref = fb_span_of("B"),
                                         .why = fb_span_of("because"),
                                         .shadow = true},
                                        {.subject = 6}};
    struct fb_source_row source[1] = {
        {.source = {fb_span_of("s"), fb_code_of("RYE"), FB_SYSTEM_PORTAL, FB_SOURCE_MODE_LIVE, 5, 6},
         .accepted = 1,
         .amended = 2,
         .refused = 3,
         .conflicts = 4,
         .duplicates = 5,
         .busy = 6,
         .last_ms = 7,
         .bookings = 8,
         .with_worker = 9,
         .habit = FB_SOURCE_HABIT_SILENT,
         .silent_ms = 10}};
    r = (struct fb_result){.kind = FB_QUERY_FINDINGS,
                           .reason = FB_REASON_NOT_YOURS,
                           .n_findings = 2,
                           .n_sources = 1,
                           .finding = finding,
                           .source = source,
                           .more = true,
                           .after = 812};
    struct fb_span p = open_frame(fb_encode_result(&r, frame, sizeof frame), FB_FRAME_RESULT);
    CU_ASSERT_EQUAL(fb_decode_result(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT(out.kind == r.kind && out.reason == r.reason && out.more && out.after == 812 &&
              out.n_findings == 2);
    CU_ASSERT_EQUAL_FATAL(out.n_sources, 1);
    const struct fb_finding_row *f = &out.finding[0];
    CU_ASSERT(f->subject == 5 && f->trust == finding[0].trust && f->staff_group == FB_STAFF_GROUP_STUDENTS &&
              f->route == FB_ROUTE_AGENCY && f->shift_day == 20528 && f->severity == FB_SEVERITY_BREACH &&
              f->pence == -999 && f->shadow);
    CU_ASSERT(fb_span_is(f->rule, "ratecap.breached") && fb_span_is(f->source, "portal") &&
              fb_span_is(f->record_ref, "B") && fb_span_is(f->why, "because"));
    CU_ASSERT(out.finding[1].subject == 6 && out.finding[1].shift_day == 0);
    const struct fb_source_row *s = &out.source[0];
    CU_ASSERT(same_source(&s->source, &source[0].source) && s->accepted == 1 && s->amended == 2 &&
              s->refused == 3 && s->conflicts == 4 && s->duplicates == 5 && s->busy == 6 && s->last_ms == 7 &&
              s->bookings == 8 && s->with_worker == 9 && s->habit == FB_SOURCE_HABIT_SILENT && s->silent_ms == 10);
}

CU_TestInfo suite_wire_exchange[] = {
    {"a hello comes back as it was sent, and needs a source", test_hello},
    {"a welcome comes back as it was sent", test_welcome},
    {"answers come back in order, each with its own", test_answers},
    {"a query comes back as it was sent, and says what it is about", test_query},
    {"what was known is asked for by a day or by an entry, not by both", test_as_known},
    {"a command's answer says what was done, in a text of several lines", test_command_result},
    {"a status comes back as it was sent", test_status},
    {"an explanation comes back line by line", test_explanation},
    {"findings and sources come back row by row", test_rows},
    CU_TEST_INFO_NULL,
};
