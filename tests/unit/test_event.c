#include "engine/base/prng.h"
#include "engine/core/report.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static unsigned char bytes[1 << 14], again[1 << 14];

static struct fb_span span_of(size_t n)
{
    return (struct fb_span){(char *)bytes, (uint32_t)n};
}

static struct fb_event an_event(void)
{
    return (struct fb_event){.kind = FB_EVENT_RATECAP_BREACHED,
                             .at_ms = 1773144000123,
                             .journal = 1234567,
                             .subject = 89,
                             .trust = fb_code_of("RTH"),
                             .severity = FB_SEVERITY_BREACH,
                             .detail = 2,
                             .stage = FB_STAGE_LATEST,
                             .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY,
                             .route = FB_ROUTE_AGENCY,
                             .historic = true,
                             .rule = 0xfedcba98,
                             .issue = 3,
                             .shift_day = 20531,
                             .pence = 15792,
                             .delta_pence = -3,
                             .minutes = -720,
                             .source = fb_span_of("rth-roster"),
                             .record_ref = fb_span_of("B1")};
}

static void test_event_round_trip(void)
{
    struct fb_event e = an_event(), back;
    size_t n = fb_event_pack(&e, bytes, sizeof bytes);
    CU_ASSERT_FATAL(n > 0);
    CU_ASSERT_EQUAL_FATAL(fb_event_unpack(&back, span_of(n)), FB_OK);
    CU_ASSERT(back.kind == e.kind && back.at_ms == e.at_ms && back.journal == e.journal);
    CU_ASSERT(back.subject == e.subject && back.trust == e.trust && back.severity == e.severity);
    CU_ASSERT(back.detail == e.detail && back.stage == e.stage && back.staff_group == e.staff_group);
    CU_ASSERT(back.route == e.route && back.shadow == e.shadow && back.historic == e.historic);
    CU_ASSERT(back.rule == e.rule && back.issue == e.issue && back.shift_day == e.shift_day);
    CU_ASSERT(back.pence == e.pence && back.delta_pence == e.delta_pence && back.minutes == e.minutes);
    CU_ASSERT(fb_span_eq(back.source, e.source) && fb_span_eq(back.record_ref, e.record_ref));
    CU_ASSERT_EQUAL(fb_event_pack(&e, again, n - 1), 0);
}

static void test_event_damage(void)
{
    struct fb_event e = an_event(), back;
    size_t n = fb_event_pack(&e, bytes, sizeof bytes);
    for (size_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_event_unpack(&back, span_of(cut)), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_event_unpack(&back, span_of(n + 1)), FB_REFUSED);
    bytes[1] = FB_EVENT_END;
    CU_ASSERT_EQUAL(fb_event_unpack(&back, span_of(n)), FB_REFUSED);
    bytes[1] = FB_EVENT_SPEND_POSTED;
    bytes[2] = 4; /* a flag that is not one */
    CU_ASSERT_EQUAL(fb_event_unpack(&back, span_of(n)), FB_REFUSED);
}

static void test_event_sets(void)
{
    struct fb_event_set set = {{0}};
    CU_ASSERT_TRUE(fb_event_set_empty(&set));
    for (unsigned k = 1; k < FB_EVENT_END; k += 2)
        fb_event_set_add(&set, (enum fb_event_kind)k);
    for (unsigned k = 1; k < FB_EVENT_END; k++)
        CU_ASSERT_EQUAL(fb_event_set_has(&set, (enum fb_event_kind)k), k % 2 == 1);
    CU_ASSERT_FALSE(fb_event_set_has(&set, (enum fb_event_kind)200));
    set = fb_event_set_of((enum fb_event_kind)200); /* every kind that is not known, and no other */
    CU_ASSERT(fb_event_set_has(&set, (enum fb_event_kind)201) && fb_event_set_has(&set, (enum fb_event_kind)70000) && !fb_event_set_empty(&set));
    for (unsigned k = 1; k < FB_EVENT_END; k++)
        CU_ASSERT_FALSE(fb_event_set_has(&set, (enum fb_event_kind)k));
}

static void test_event_types(void)
{
    static const char *const foreign[] = {"a", "ward.closed", "fairbank.unknown.200", "x_1.y"};
    static const char *const not[] = {"", ".a", "1a", "Ward.closed", "ward closed", "ratecap.breached", "w\xC3\xA4rd",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        CU_ASSERT_TRUE(fb_event_type_is_foreign(fb_span_of(foreign[i])));
    for (size_t i = 0; i < sizeof not / sizeof not[0]; i++)
        CU_ASSERT_FALSE(fb_event_type_is_foreign(fb_span_of(not[i])));
}

static void test_event_words(void)
{
    CU_ASSERT_STRING_EQUAL(fb_event_word(FB_EVENT_RATECAP_BREACHED), "ratecap.breached");
    CU_ASSERT_STRING_EQUAL(fb_event_word(FB_EVENT_NONE), "?");
    CU_ASSERT_STRING_EQUAL(fb_event_word(FB_EVENT_END), "?");
    CU_ASSERT_STRING_EQUAL(fb_measure_word(FB_MEASURE_MINUTES), "paid_minutes");
}

static void test_figures_round_trip(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 5);
    for (unsigned i = 0; i < 500; i++) {
        struct fb_figures f, back;
        for (unsigned m = 0; m < FB_MEASURES; m++)
            f.v[m] = fb_prng_below(&r, 3) == 0 ? 0 : (int64_t)fb_prng_next(&r) >> fb_prng_below(&r, 64);
        size_t n = fb_figures_pack(&f, bytes, sizeof bytes);
        CU_ASSERT_FATAL(n > 0);
        CU_ASSERT_EQUAL_FATAL(fb_figures_unpack(&back, span_of(n)), FB_OK);
        CU_ASSERT_EQUAL(memcmp(&f, &back, sizeof f), 0);
        CU_ASSERT_EQUAL(fb_figures_unpack(&back, span_of(n - 1)), FB_REFUSED);
    }
}

static struct fb_decision decision;
static struct fb_effects effects;

/* An agency night that is over the ceiling, worked an hour longer than booked. */
static void a_decision(void)
{
    static unsigned char memory[1 << 14];
    struct fb_arena arena;
    struct fb_test_view v;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_test_view(&v, FB_ROUTE_AGENCY, "3", "2026-03-19T19:30", "2026-03-20T08:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "60.00", "3.10");
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 60);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(fb_test_rule_book(), &v.view, NULL, &arena, &decision, &effects),
                          FB_OK);
}

static void test_decision_round_trip(void)
{
    struct fb_decision back;
    a_decision();
    CU_ASSERT_EQUAL(decision.n_lines, 3);
    CU_ASSERT(decision.n_findings > 3);
    size_t n = fb_decision_pack(&decision, bytes, sizeof bytes);
    CU_ASSERT_FATAL(n > 0);
    CU_ASSERT_EQUAL_FATAL(fb_decision_unpack(&back, span_of(n)), FB_OK);
    CU_ASSERT(back.subject == 7 && back.kind == FB_KIND_BOOKING && back.journal == 100);
    CU_ASSERT(back.at_ms == decision.at_ms && back.issue == 4 && back.version == FB_DECIDE_VERSION);
    CU_ASSERT(back.state == decision.state && back.basis == FB_BASIS_AS_SENT);
    CU_ASSERT_EQUAL_FATAL(back.n_lines, decision.n_lines);
    for (unsigned i = 0; i < back.n_lines; i++) {
        CU_ASSERT_EQUAL(back.line[i].cell.stage, decision.line[i].cell.stage);
        CU_ASSERT_EQUAL(back.line[i].cell.week, fb_day_of(2026, 3, 16));
        CU_ASSERT_EQUAL(back.line[i].cell.ics, fb_code_of("QU9"));
        CU_ASSERT_EQUAL(memcmp(&back.line[i].figures, &decision.line[i].figures, sizeof(struct fb_figures)),
                        0);
    }
    CU_ASSERT_EQUAL_FATAL(back.n_findings, decision.n_findings);
    for (unsigned i = 0; i < back.n_findings; i++)
        CU_ASSERT(back.finding[i].rule == decision.finding[i].rule &&
                  back.finding[i].severity == decision.finding[i].severity &&
                  back.finding[i].detail == decision.finding[i].detail &&
                  back.finding[i].pence == decision.finding[i].pence);
    CU_ASSERT_TRUE(fb_span_eq(back.trace, decision.trace));
    CU_ASSERT_EQUAL(fb_decision_pack(&back, again, sizeof again), n);
    CU_ASSERT_EQUAL(memcmp(bytes, again, n), 0);
}

static void test_decision_damage(void)
{
    struct fb_decision back;
    a_decision();
    size_t n = fb_decision_pack(&decision, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_decision_pack(&decision, again, n - 1), 0);
    for (size_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(cut)), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(n + 1)), FB_REFUSED);
    bytes[0]++;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(n)), FB_REFUSED);
}

static void test_findings_out_of_order(void)
{
    struct fb_decision back;
    a_decision();
    struct fb_finding first = decision.finding[0];
    decision.finding[0] = decision.finding[1];
    decision.finding[1] = first;
    size_t n = fb_decision_pack(&decision, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(n)), FB_REFUSED);
    decision.finding[0] = decision.finding[1];
    n = fb_decision_pack(&decision, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(n)), FB_REFUSED);
}

/* A latest line that repeats the one before it costs two bytes, not another set of figures. */
static void test_repeated_figures_are_short(void)
{
    a_decision();
    decision.n_lines = 1;
    size_t one = fb_decision_pack(&decision, bytes, sizeof bytes);
    decision.line[1] = decision.line[0];
    decision.line[1].cell.stage = FB_STAGE_LATEST;
    decision.n_lines = 2;
    CU_ASSERT_EQUAL(fb_decision_pack(&decision, bytes, sizeof bytes), one + 2);
}

CU_TestInfo suite_event[] = {
    {"an event comes back as it was stored", test_event_round_trip},
    {"cut, lengthened or foreign events are refused", test_event_damage},
    {"events and measures have their words", test_event_words},
    {"a set of kinds holds each that is known, and one place for all others", test_event_sets},
    {"a kind that is not known has a name of its own", test_event_types},
    {"figures come back, whatever is nought", test_figures_round_trip},
    {"a decision comes back with its lines, findings and trace", test_decision_round_trip},
    {"cut, lengthened or foreign decisions are refused", test_decision_damage},
    {"findings out of order are no decision", test_findings_out_of_order},
    {"a line that repeats another is short", test_repeated_figures_are_short},
    CU_TEST_INFO_NULL};
