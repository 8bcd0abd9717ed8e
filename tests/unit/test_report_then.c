#include "engine/base/hash.h"
#include "engine/turn/report.h"
#include "tests/lib/suite.h"
#include "tests/unit/report_rig.h"
#include <stdio.h>
#include <string.h>

static struct fb_test_report R;

static uint64_t known_at(fb_day day)
{
    uint64_t journal = 99;
    CU_ASSERT_EQUAL(fb_report_known_at(R.turn.store, day, &journal), FB_OK);
    return journal;
}

static void test_known_at(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&R.turn);
    struct fb_turn_stats stats;
    fb_turn_stats(R.turn.turn, &stats);
    uint64_t first = stats.journal;
    fb_day day = fb_day_of(2026, 3, 10);
    CU_ASSERT_EQUAL(known_at(day - 1), 0);
    CU_ASSERT_EQUAL(known_at(INT32_MIN), 0);
    CU_ASSERT_EQUAL(known_at(day), first);
    fb_test_turn_issue(&R.turn, "first");
    char ref[8];
    for (unsigned i = 0; i < 20; i++) { /* two entries on every third day */
        R.turn.now_ms += i % 2 == 0 ? 3 * 86400000 : 1000;
        snprintf(ref, sizeof ref, "B%u", i);
        fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref));
    }
    for (unsigned i = 0; i < 30; i++)
        CU_ASSERT_EQUAL(known_at(day + (fb_day)i), first + 1 + 2 * (i / 3));
    CU_ASSERT_EQUAL(known_at(INT32_MAX), first + 21);
    fb_test_turn_close(&R.turn);
}

/* 23:30 in Greenwich is the next day in London, in summer. */
static void test_known_day_is_local(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&R.turn);
    uint64_t before = known_at(INT32_MAX);
    R.turn.now_ms = (fb_day_of(2026, 6, 1) * INT64_C(1440) + 23 * 60 + 30) * 60000;
    fb_test_turn_issue(&R.turn, "first");
    CU_ASSERT_EQUAL(known_at(fb_day_of(2026, 6, 1)), before);
    CU_ASSERT_EQUAL(known_at(fb_day_of(2026, 6, 2)), before + 1);
    fb_test_turn_close(&R.turn);
}

static void test_known_at_of_an_empty_store(void)
{
    struct fb_store *s;
    uint64_t journal = 99;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_report_known_at(s, INT32_MAX, &journal), FB_OK);
    CU_ASSERT_EQUAL(journal, 0);
    fb_store_close(&s);
}

/* A line by itself has a finding too, and is no booking: what is shown of it then is what is shown now. */
static void test_a_line_that_nobody_booked(void)
{
    fb_test_report_begin(&R);
    struct fb_record *l = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_PORTAL, "L1");
    l->as.invoice_line.booking_ref = fb_span_of("B1");
    fb_test_send_one(&R.turn, l);
    CU_ASSERT_EQUAL_FATAL(fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64}), 1);
    const struct fb_finding_row now = R.found[0];
    CU_ASSERT_EQUAL_FATAL(fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .as_of = known_at(INT32_MAX)}), 1);
    CU_ASSERT_TRUE(fb_span_is(R.found[0].rule, "invoice.unmatched"));
    CU_ASSERT_EQUAL(R.found[0].trust, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(R.found[0].trust, now.trust);
    CU_ASSERT_EQUAL(R.found[0].staff_group, FB_STAFF_GROUP_NONE);
    CU_ASSERT_EQUAL(R.found[0].route, FB_ROUTE_NONE);
    CU_ASSERT_EQUAL(R.found[0].shift_day, l->as.invoice_line.from);
    CU_ASSERT_TRUE(fb_span_eq(R.found[0].record_ref, now.record_ref) && fb_span_eq(R.found[0].why, now.why));
    fb_test_report_end(&R);
}

static uint64_t mix_text(uint64_t h, struct fb_span s)
{
    return fb_hash64_mix(h, fb_hash64(s.p, s.n));
}

/* All open findings in pages of a few subjects each, as one number; 0: none. */
static uint64_t findings_then(uint64_t as_of)
{
    struct fb_finding_filter f = {.limit = 64, .as_of = as_of};
    uint64_t h = 0;
    unsigned n = 0;
    uint32_t last = 1;
    while (last != 0) {
        fb_arena_reset(&R.arena);
        CU_ASSERT_EQUAL(fb_report_findings_part(R.turn.store, R.books, &f, 3, &R.arena, R.found, &n, &last), FB_OK);
        for (unsigned i = 0; i < n; i++) {
            const struct fb_finding_row *r = &R.found[i];
            h = mix_text(mix_text(mix_text(mix_text(h + 1, r->rule), r->source), r->record_ref), r->why);
            h = fb_hash64_mix(h, (uint64_t)r->pence ^ (uint64_t)r->shift_day << 32 ^ r->trust);
            h = fb_hash64_mix(h, (uint64_t)r->subject << 8 | (uint64_t)r->severity);
            h = fb_hash64_mix(h, (uint64_t)r->route << 16 | (uint64_t)r->staff_group << 8 | r->shadow);
        }
        f.after = last;
    }
    return h;
}

static uint64_t head(void)
{
    struct fb_turn_stats stats;
    fb_turn_stats(R.turn.turn, &stats);
    return stats.journal;
}

enum { MOMENTS = 7 };

/* Bookings that change trust, are joined, cancelled, and priced by other rules: each list is found again. */
static void test_findings_as_known(void)
{
    fb_test_report_begin(&R);
    uint64_t at[MOMENTS], was[MOMENTS];
    struct fb_record *a = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                     *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P9"),
                     *v = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    struct fb_record *moved = fb_test_amend(a, 2), *a3 = fb_test_amend(a, 3), *b2 = fb_test_amend(b, 2),
                     *off = fb_test_amend(b, 3);
    moved->as.booking.shift.hirer = fb_code_of("RXQ");
    fb_test_refer(a3, "R1");
    fb_test_refer(b2, "R1");
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    struct fb_record *sent[MOMENTS] = {a, b, v, moved, a3, b2, off};
    for (unsigned i = 0; i < MOMENTS; i++) {
        fb_test_send_one(&R.turn, sent[i]);
        at[i] = head();
        was[i] = findings_then(0);
        CU_ASSERT_EQUAL(findings_then(at[i]), was[i]);
        R.turn.now_ms += 86400000;
    }
    fb_test_turn_issue(&R.turn, "second, card+5");
    fb_test_settle(&R.turn);
    for (unsigned i = 0; i < MOMENTS; i++)
        CU_ASSERT_EQUAL(findings_then(at[i]), was[i]);
    CU_ASSERT_EQUAL(findings_then(head()), findings_then(0));
    CU_ASSERT_NOT_EQUAL(was[0], was[1]);
    CU_ASSERT_NOT_EQUAL(was[2], was[3]);
    CU_ASSERT_EQUAL(findings_then(at[0] - 1), 0);
    unsigned n =
        fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .as_of = at[3], .trust = fb_code_of("RXQ")});
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_EQUAL(R.found[0].subject, 1);
    CU_ASSERT_EQUAL(fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .trust = fb_code_of("RXQ")}), 0);
    fb_test_report_end(&R);
}

static void test_findings_then_are_bounded(void)
{
    fb_test_report_begin(&R);
    char ref[8];
    unsigned n = 9;
    uint32_t last = 9;
    for (unsigned i = 0; i < 5; i++) {
        snprintf(ref, sizeof ref, "B%u", i);
        fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref));
    }
    uint64_t three = head() - 2;
    struct fb_finding_filter none = {.limit = 64, .rule = fb_span_of("no.such_rule"), .as_of = three};
    static const uint32_t lasts[] = {2, 4, 0};
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(fb_report_findings_part(R.turn.store, R.books, &none, 2, &R.arena, R.found, &n, &last), FB_OK);
        CU_ASSERT_EQUAL(n, 0);
        CU_ASSERT_EQUAL_FATAL(last, lasts[i]);
        none.after = last;
    }
    unsigned all = fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64, .as_of = three}), each = all / 3,
             pages = 0;
    CU_ASSERT_TRUE(all > 0 && all * 5 == fb_test_report_findings(&R, (struct fb_finding_filter){.limit = 64}) * 3);
    struct fb_finding_filter filter = {.limit = 2 * each - 1, .as_of = three};
    while ((n = fb_test_report_findings(&R, filter)) > 0 && ++pages < 9) {
        CU_ASSERT_EQUAL(n, each);
        filter.after = R.found[n - 1].subject;
    }
    CU_ASSERT_EQUAL(pages, 3);
    fb_test_report_end(&R);
}

/* However often a decision was made again, it is one seek away. */
static void test_explain_of_many(void)
{
    fb_test_report_begin(&R);
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    uint64_t first = fb_test_send_one(&R.turn, b).journal;
    for (unsigned i = 0; i < 40; i++) {
        struct fb_record *again = fb_test_amend(b, 2 + i);
        again->as.booking.rates.n = 0;
        fb_test_charge(&again->as.booking, i % 2 == 0 ? "20.00" : "41.00", "1.00");
        CU_ASSERT_EQUAL(fb_test_send_one(&R.turn, again).journal, first + 1 + i);
    }
    for (uint64_t i = 0; i <= 40; i++) {
        fb_arena_reset(&R.arena);
        fb_test_report_explain(&R, 1, first + i);
        CU_ASSERT_EQUAL(R.told.journal, first + i);
        CU_ASSERT_EQUAL(fb_test_report_says(&R, "£42.00"), i > 0 && i % 2 == 0);
    }
    fb_test_report_explain(&R, 1, first - 1);
    CU_ASSERT_FALSE(R.told.found);
    fb_test_report_end(&R);
}

/* One old issue that another version of the engine no longer takes in leaves the list as long as it was. */
static void test_findings_of_an_issue_that_no_longer_compiles(void)
{
    fb_test_report_begin(&R);
    struct fb_record *a = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                     *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P9");
    fb_test_refer(a, "R1");
    fb_test_refer(b, "R1");
    b->as.booking.shift.hirer = fb_code_of("RTH");
    fb_test_send_one(&R.turn, a);
    fb_test_send_one(&R.turn, b);
    fb_test_send_one(&R.turn, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2"));
    uint64_t then = head();
    struct fb_finding_filter filter = {.limit = 64, .as_of = then};
    unsigned n = fb_test_report_findings(&R, filter);
    CU_ASSERT_EQUAL_FATAL(fb_test_total(&R.turn, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 2); /* two are one */
    CU_ASSERT_TRUE_FATAL(n > 0);
    fb_test_turn_issue(&R.turn, "second");
    fb_test_settle(&R.turn);
    const char *was = fb_test_broken;
    fb_test_broken = "first";
    fb_reader_books_close(&R.books);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&R.books, R.turn.store, &R.turn.ports), FB_OK);
    CU_ASSERT_EQUAL(fb_test_report_findings(&R, filter), n);
    for (unsigned i = 0; i < n; i++)
        CU_ASSERT_TRUE(fb_span_is(R.found[i].rule, "?") && R.found[i].trust == fb_code_of("RTH"));
    CU_ASSERT_EQUAL(R.found[0].shift_day, fb_day_of(2026, 3, 16));
    CU_ASSERT_EQUAL(R.found[0].route, FB_ROUTE_AGENCY);
    fb_test_broken = was;
    fb_test_report_end(&R);
}

/* What answered a finding was told otherwise later: the shift's decision stays, and is explained by what was known. */
static void test_answer_as_known(void)
{
    struct fb_turn_stats stats;
    fb_test_records_forget();
    fb_test_turn_open_bare(&R.turn);
    fb_test_turn_issue(&R.turn, "answered");
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&R.books, R.turn.store, &R.turn.ports), FB_OK);
    fb_arena_init(&R.arena, R.memory, sizeof R.memory);
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                     *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1");
    a->as.approval.reason = fb_span_of("the first reason");
    fb_test_send_one(&R.turn, b);
    fb_test_send_one(&R.turn, a);
    fb_turn_stats(R.turn.turn, &stats);
    a = fb_test_amend(a, 2);
    a->as.approval.reason = fb_span_of("another reason");
    fb_test_send_one(&R.turn, a);
    fb_test_report_explain(&R, 1, stats.journal);
    CU_ASSERT_TRUE(fb_test_report_says(&R, "the first reason") && !fb_test_report_says(&R, "another reason"));
    fb_test_report_explain(&R, 1, 0);
    CU_ASSERT_TRUE(fb_test_report_says(&R, "another reason") && !fb_test_report_says(&R, "the first reason"));
    fb_test_report_end(&R);
}

CU_TestInfo suite_report_then[] = {
    {"the finding of a line of an invoice, as known then", test_a_line_that_nobody_booked},
    {"the last entry of a day is found, and before the first nothing is known", test_known_at},
    {"a day ends at midnight in London", test_known_day_is_local},
    {"of a store without entries nothing was ever known", test_known_at_of_an_empty_store},
    {"open findings are listed as they were known", test_findings_as_known},
    {"a list of then is bounded and comes in pages", test_findings_then_are_bounded},
    {"a list of then goes on where an issue no longer compiles", test_findings_of_an_issue_that_no_longer_compiles},
    {"an answer is explained by the approval as it was known", test_answer_as_known},
    {"each of many decisions is explained as it was known", test_explain_of_many},
    CU_TEST_INFO_NULL,
};
