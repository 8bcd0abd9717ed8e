#include "engine/turn/report.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include "tests/unit/report_rig.h"
#include <stdio.h>
#include <string.h>

static struct fb_test_report R;

static void test_findings(void)
{
    fb_test_report_begin(&R);
    struct fb_record *other = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2");
    other->as.booking.shift.hirer = fb_code_of("RXQ");
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_send_one(&R.turn, other);
    unsigned all = fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64});
    unsigned breaches = fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .at_least = FB_SEVERITY_BREACH});
    CU_ASSERT_TRUE(breaches > 0 && breaches < all);
    unsigned n = fb_test_report_findings(&R, (struct fb_finding_filter){
        .limit = 64, .trust = fb_code_of("RTH"), .rule = fb_span_of("ratecap.breached")});
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_EQUAL(R.found[0].subject, 1);
    CU_ASSERT_EQUAL(R.found[0].severity, FB_SEVERITY_BREACH);
    CU_ASSERT_EQUAL(R.found[0].route, FB_ROUTE_AGENCY);
    CU_ASSERT_EQUAL(R.found[0].shift_day, fb_day_of(2026, 3, 16));
    CU_ASSERT_TRUE(R.found[0].pence > 0);
    CU_ASSERT_TRUE(fb_span_is(R.found[0].source, "rth-roster"));
    CU_ASSERT_TRUE(fb_span_is(R.found[0].record_ref, "B1"));
    CU_ASSERT_TRUE(fb_span_is(R.found[0].rule, "ratecap.breached"));
    CU_ASSERT_TRUE(R.found[0].why.n > 20);
    CU_ASSERT_EQUAL(fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .rule = fb_span_of("no.such_rule")}), 0);
    CU_ASSERT_EQUAL(fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .after = 2}), 0);
    fb_test_report_end(&R);
}

static void test_pages(void)
{
    fb_test_report_begin(&R);
    char ref[8];
    for (unsigned i = 0; i < 5; i++) {
        snprintf(ref, sizeof ref, "B%u", i);
        fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref));
    }
    unsigned all = fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64}), each = all / 5, sum = 0, pages = 0;
    CU_ASSERT_TRUE(each > 1);
    /* A page that cannot hold two subjects whole holds one. */
    struct fb_finding_filter filter = {.limit = 2 * each - 1};
    for (unsigned n; (n = fb_test_report_findings(&R, filter)) > 0; pages++) {
        CU_ASSERT_EQUAL(n, each);
        CU_ASSERT_EQUAL(R.found[0].subject, R.found[n - 1].subject);
        filter.after = R.found[n - 1].subject;
        sum += n;
    }
    CU_ASSERT_EQUAL(sum, all);
    CU_ASSERT_EQUAL(pages, 5);
    CU_ASSERT_EQUAL(fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 1}), 1);
    fb_test_report_end(&R);
}

/* A filter that matches nothing may not hold the asker up for longer than its share. */
static void test_bounded_look(void)
{
    fb_test_report_begin(&R);
    char ref[8];
    unsigned n = 9;
    uint32_t last = 9;
    for (unsigned i = 0; i < 5; i++) {
        snprintf(ref, sizeof ref, "B%u", i);
        fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref));
    }
    struct fb_finding_filter none = {.limit = 64, .rule = fb_span_of("no.such_rule")}, any = {.limit = 64};
    static const uint32_t lasts[] = {2, 4, 0};
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(fb_report_findings_part(R.turn.store, R.books, &none, 2, &R.arena, R.found, &n, &last), FB_OK);
        CU_ASSERT_EQUAL(n, 0);
        CU_ASSERT_EQUAL_FATAL(last, lasts[i]);
        none.after = last;
    }
    unsigned all = fb_test_report_findings(&R, any), sum = 0, pages = 0;
    any.limit = all / 5 * 2 - 1;
    do {
        CU_ASSERT_EQUAL(fb_report_findings_part(R.turn.store, R.books, &any, 64, &R.arena, R.found, &n, &last), FB_OK);
        sum += n;
        any.after = last;
    } while (last != 0 && ++pages < 9);
    CU_ASSERT_EQUAL(sum, all);
    fb_test_report_end(&R);
}

static void test_explain(void)
{
    fb_test_report_begin(&R);
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                     *cheaper = fb_test_amend(b, 2);
    cheaper->as.booking.rates.n = 0;
    fb_test_charge(&cheaper->as.booking, "20.00", "1.00");
    struct fb_answer first = fb_test_send_one(&R.turn, b);
    fb_test_send_one(&R.turn, cheaper);
    fb_test_report_explain(&R, 1, first.journal);
    CU_ASSERT_TRUE(R.told.found);
    CU_ASSERT_EQUAL(R.told.journal, first.journal);
    CU_ASSERT_EQUAL(R.told.issue, 1);
    CU_ASSERT_TRUE(fb_span_is(R.told.record_ref, "B1"));
    CU_ASSERT_TRUE(fb_test_report_says(&R, "Booking B1 of rth-roster: trust RTH"));
    CU_ASSERT_TRUE(fb_test_report_says(&R, "nursing_midwifery, band 5, by agency, 2026-03-16 07:30 to 19:30 London time."));
    CU_ASSERT_TRUE(fb_test_report_says(&R, "£45.00"));
    fb_test_report_explain(&R, 1, 0);
    CU_ASSERT_EQUAL(R.told.journal, first.journal + 1);
    CU_ASSERT_FALSE(fb_test_report_says(&R, "£45.00"));
    fb_test_report_explain(&R, 1, 2);
    CU_ASSERT_FALSE(R.told.found);
    fb_test_report_explain(&R, 99, 0);
    CU_ASSERT_FALSE(R.told.found);
    fb_test_report_end(&R);
}

static void test_explain_joined(void)
{
    fb_test_report_begin(&R);
    struct fb_record *a = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                     *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P9");
    fb_test_refer(a, "R1");
    fb_test_refer(b, "R1");
    fb_test_send_one(&R.turn, a);
    fb_test_send_one(&R.turn, b);
    fb_test_report_explain(&R, 2, 0);
    CU_ASSERT_TRUE(R.told.found);
    CU_ASSERT_EQUAL(R.told.subject, 1);
    CU_ASSERT_TRUE(fb_test_report_says(&R, "Booking number 2 is one shift with others and is kept under number 1."));
    CU_ASSERT_TRUE(fb_test_report_says(&R, "Sent by 2 systems as one shift: P9 of rth-portal, B1 of rth-roster."));
    fb_test_report_end(&R);
}

/* A shift known under two names is explained under either of them, also as it was before they were one. */
static void test_explain_before_it_was_joined(void)
{
    fb_test_report_begin(&R);
    struct fb_record *a = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                     *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P9");
    fb_test_send_one(&R.turn, a);
    struct fb_answer alone = fb_test_send_one(&R.turn, b);
    struct fb_record *a2 = fb_test_amend(a, 2), *b2 = fb_test_amend(b, 2);
    fb_test_refer(a2, "R1");
    fb_test_refer(b2, "R1");
    fb_test_send_one(&R.turn, a2);
    fb_test_send_one(&R.turn, b2);
    uint32_t number = fb_turn_find(R.turn.turn, FB_KIND_BOOKING, 0, fb_span_of("P9"));
    fb_test_report_explain(&R, number, alone.journal);
    CU_ASSERT_TRUE(R.told.found);
    CU_ASSERT_TRUE(fb_span_is(R.told.record_ref, "P9"));
    fb_test_report_explain(&R, number, 0);
    CU_ASSERT_TRUE(R.told.found);
    CU_ASSERT_EQUAL(R.told.subject, 1);
    fb_test_report_end(&R);
}

static void test_explain_vacancy(void)
{
    fb_test_report_begin(&R);
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    fb_test_report_explain(&R, 1, 0);
    CU_ASSERT_TRUE(fb_test_report_says(&R, "Vacancy V1 of rth-roster: trust RTH"));
    CU_ASSERT_TRUE(fb_test_report_says(&R, "It stands as open."));
    fb_test_report_end(&R);
}

static bool is_found(const struct fb_found *f, uint32_t number, const char *source)
{
    return f->number == number && fb_span_is((struct fb_span){f->source, f->n_source}, source) &&
           fb_span_is((struct fb_span){f->record_ref, f->n_record_ref}, "X1");
}

static void test_find(void)
{
    static const struct {
        const char *name;
        unsigned n;
        uint32_t first;
    } rows[] = {{"X1", 2, 2},          {"rth-roster/X1", 1, 3}, {"rth-portal/X1", 1, 2},
                {"X2", 0, 0},          {"rth-roster/X2", 0, 0}, {"other/X1", 0, 0},
                {"rth-roster/", 0, 0}, {"/X1", 0, 0},           {"", 0, 0}};
    fb_test_report_begin(&R);
    struct fb_found f[4];
    unsigned n = 9;
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "X1"));
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "X1"));
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "X1"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_EQUAL(fb_report_find(R.turn.store, FB_KIND_BOOKING, fb_span_of(rows[i].name), f, 4, &n), FB_OK);
        CU_ASSERT_EQUAL_FATAL(n, rows[i].n);
        CU_ASSERT_TRUE(n == 0 || f[0].number == rows[i].first);
    }
    CU_ASSERT_EQUAL(fb_report_find(R.turn.store, FB_KIND_BOOKING, fb_span_of("X1"), f, 4, &n), FB_OK);
    CU_ASSERT_TRUE(is_found(&f[0], 2, "rth-portal") && is_found(&f[1], 3, "rth-roster"));
    CU_ASSERT_EQUAL(fb_report_find(R.turn.store, FB_KIND_BOOKING, fb_span_of("X1"), f, 1, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 1);
    fb_test_report_end(&R);
}

static void test_status(void)
{
    fb_test_report_begin(&R);
    struct fb_engine_status s;
    struct fb_turn_stats stats;
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    CU_ASSERT_EQUAL(fb_report_status(R.turn.store, R.books, &R.arena, &s), FB_OK);
    fb_turn_stats(R.turn.turn, &stats);
    CU_ASSERT_EQUAL(s.journal, stats.journal);
    CU_ASSERT_EQUAL(s.events, stats.events);
    CU_ASSERT_EQUAL(s.messages, 2);
    CU_ASSERT_EQUAL(s.records, 2);
    CU_ASSERT_EQUAL(s.bookings, 1);
    CU_ASSERT_EQUAL(s.vacancies, 1);
    CU_ASSERT_EQUAL(s.sources, 3);
    CU_ASSERT_EQUAL(s.issue, 1);
    CU_ASSERT_EQUAL(s.last_ms, R.turn.now_ms);
    CU_ASSERT_TRUE(s.book_name.n > 0 && stats.memory_bytes > 0);
    fb_test_report_end(&R);
}

struct seen_totals {
    unsigned lines;
    int64_t shifts;
};

static bool add_total(void *ctx, const struct fb_total *line)
{
    struct seen_totals *seen = ctx;
    seen->lines++;
    if (line->place.cell.stage == FB_STAGE_COMMITTED)
        seen->shifts += line->figures.v[FB_MEASURE_SHIFTS];
    return true;
}

static int64_t shifts_known(fb_day known, fb_code trust)
{
    struct seen_totals seen = {0, 0};
    struct fb_total_filter f = {
        .trust = trust, .from_week = INT32_MIN, .until_week = INT32_MAX, .known = known, .posted = INT32_MIN};
    CU_ASSERT_EQUAL(fb_report_totals(R.turn.store, &f, add_total, &seen), FB_OK);
    return seen.shifts;
}

static void test_totals_as_known(void)
{
    fb_test_report_begin(&R);
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    R.turn.now_ms += 86400000;
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2"));
    CU_ASSERT_EQUAL(shifts_known(fb_day_of(2026, 3, 9), 0), 0);
    CU_ASSERT_EQUAL(shifts_known(fb_day_of(2026, 3, 10), 0), 1);
    CU_ASSERT_EQUAL(shifts_known(fb_day_of(2026, 3, 11), 0), 2);
    CU_ASSERT_EQUAL(shifts_known(INT32_MAX, fb_code_of("RTH")), 2);
    CU_ASSERT_EQUAL(shifts_known(INT32_MAX, fb_code_of("RXQ")), 0);
    fb_test_report_end(&R);
}

static void test_events(void)
{
    fb_test_report_begin(&R);
    static struct fb_event_row row[64];
    struct fb_event_filter filter = {.kinds = fb_event_set_of(FB_EVENT_RATECAP_BREACHED)};
    struct fb_record *old = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2");
    uint64_t next = 0, head = 0;
    unsigned n = 0;
    old->env.historic = true;
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_send_one(&R.turn, old);
    CU_ASSERT_EQUAL(fb_report_events(R.turn.store, R.books, &filter, 0, &R.arena, row, 64, &n, &next, &head), FB_OK);
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT_EQUAL(next, head);
    CU_ASSERT_TRUE(fb_span_is(row[0].rule, "ratecap.breached"));
    CU_ASSERT_TRUE(fb_span_is(row[0].event.record_ref, "B1"));
    filter.alerts_only = true;
    CU_ASSERT_EQUAL(fb_report_events(R.turn.store, R.books, &filter, 0, &R.arena, row, 64, &n, &next, &head), FB_OK);
    CU_ASSERT_EQUAL(n, 1);
    /* A bounded look that meets nothing still says where to go on. */
    CU_ASSERT_EQUAL(fb_report_events(R.turn.store, R.books, &filter, 0, &R.arena, row, 1, &n, &next, &head), FB_OK);
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_EQUAL(next, 1);
    filter.trust = fb_code_of("RXQ");
    CU_ASSERT_EQUAL(fb_report_events(R.turn.store, R.books, &filter, 0, &R.arena, row, 64, &n, &next, &head), FB_OK);
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_EQUAL(fb_report_events(R.turn.store, R.books, &filter, head, &R.arena, row, 64, &n, &next, &head),
                    FB_OK);
    CU_ASSERT_EQUAL(next, head);
    fb_test_report_end(&R);
}

/* What a whole feed is missing for is no row of the list, and is counted once for all shifts. */
static void test_lacks(void)
{
    uint64_t shifts[FB_LACK_END];
    char line[400];
    struct fb_text t;
    fb_test_records_forget();
    fb_test_turn_open_bare(&R.turn);
    fb_test_turn_issue(&R.turn, "clocked");
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&R.books, R.turn.store, &R.turn.ports), FB_OK);
    fb_arena_init(&R.arena, R.memory, sizeof R.memory);
    struct fb_record *elsewhere = fb_test_turn_shift("pseudonym-beta", "B2", 1, 8, 8);
    elsewhere->as.booking.shift.hirer = fb_code_of("RXQ");
    fb_test_send_one(&R.turn, fb_test_turn_shift("pseudonym-alpha", "B1", 0, 8, 8));
    fb_test_send_one(&R.turn, elsewhere);
    CU_ASSERT_EQUAL(fb_report_lacks(R.turn.store, R.books, 0, shifts), FB_OK);
    CU_ASSERT_EQUAL(shifts[FB_LACK_WORKER_FACTS], 2);
    CU_ASSERT_EQUAL(shifts[FB_LACK_WORKER], 0);
    fb_text_init(&t, line, sizeof line);
    fb_explain_feed(&t, FB_LACK_WORKER_FACTS, 2);
    CU_ASSERT_STRING_EQUAL(line, "worker facts: 2 shifts could not be judged on checks, because no source sends worker facts: "
                                 "have a source send the checks of workers (WorkerFact)");
    CU_ASSERT_EQUAL(fb_report_lacks(R.turn.store, R.books, fb_code_of("RXQ"), shifts), FB_OK);
    CU_ASSERT_EQUAL(shifts[FB_LACK_WORKER_FACTS], 1);
    fb_text_init(&t, line, sizeof line);
    fb_explain_feed(&t, FB_LACK_CARD, 2); /* a shift's own lack */
    CU_ASSERT_EQUAL(t.n, 0);
    fb_test_send_one(&R.turn, fb_test_of(FB_KIND_WORKER_FACT, "pseudonym-beta", "F1"));
    fb_test_send_one(&R.turn, fb_test_amend(elsewhere, 2));
    CU_ASSERT_EQUAL(fb_report_lacks(R.turn.store, R.books, fb_code_of("RXQ"), shifts), FB_OK);
    CU_ASSERT_EQUAL(shifts[FB_LACK_WORKER_FACTS], 0);
    fb_test_report_end(&R);
}

CU_TestInfo suite_report[] = {
    {"open findings are listed with what a list needs, and filtered", test_findings},
    {"a page of findings does not cut a subject in two", test_pages},
    {"a look that is bounded says where to go on, also when nothing passed", test_bounded_look},
    {"a booking is explained as it was before it was one shift with others",
     test_explain_before_it_was_joined},
    {"a decision is explained as it stands and as it was known", test_explain},
    {"a booking that is part of a shift leads to that shift", test_explain_joined},
    {"a vacancy is explained", test_explain_vacancy},
    {"a record is found by its outside name", test_find},
    {"the status of a store at rest is what the engine would say", test_status},
    {"totals are given as they were known on a day", test_totals_as_known},
    {"events are filtered, and a bounded look says where to go on", test_events},
    {"what a whole feed is missing for is counted once for all shifts", test_lacks},
    CU_TEST_INFO_NULL,
};
