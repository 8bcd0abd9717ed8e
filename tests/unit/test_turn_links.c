/* Records that find each other: whatever comes first, the same stands in the end. */
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <stdlib.h>

static struct fb_test_turn T;
enum { RECORDS_MAX = 32 };

static struct fb_record *booking(enum fb_test_source source, const char *ref, const char *vacancy)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, source, ref);
    if (vacancy != NULL)
        r->as.booking.vacancy_ref = fb_span_of(vacancy);
    return r;
}

static struct fb_record *cascade(const char *ref, const char *vacancy, enum fb_tier tier)
{
    struct fb_record *r = fb_test_record(FB_KIND_CASCADE, FB_TEST_ROSTER, ref);
    r->as.cascade.vacancy_ref = fb_span_of(vacancy);
    r->as.cascade.tier = tier;
    r->as.cascade.at_ms += (int64_t)tier * 3600000; /* agencies after bank */
    return r;
}

static struct fb_record *timesheet(enum fb_test_source source, const char *ref, const char *of)
{
    struct fb_record *r = fb_test_record(FB_KIND_TIMESHEET, source, ref);
    r->as.timesheet.booking_ref = fb_span_of(of);
    return r;
}

static void test_late_vacancy(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B1", "V1"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_VACANCY_OPENED), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_VACANCY_FILLED), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_FILLED), 1);
    fb_test_turn_end(&T);
}

static void test_another_sources_vacancy(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, booking(FB_TEST_PORTAL, "B1", "V1"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_FILLED), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_VACANCIES), 1);
    fb_test_turn_end(&T);
}

static void test_moved_to_another_vacancy(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *b = booking(FB_TEST_ROSTER, "B1", "V1"), *moved = fb_test_amend(b, 2),
                     *back = fb_test_amend(b, 3);
    moved->as.booking.vacancy_ref = fb_span_of("V2");
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V2"));
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, moved);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_VACANCY_FILLED), 2);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_FILLED), 1);
    fb_test_send_one(&T, back);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_FILLED), 1);
    fb_test_turn_reopen(&T);
    struct fb_record *off = fb_test_amend(b, 4);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_FILLED), 0);
    fb_test_turn_end(&T);
}

static void test_late_cascade(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B1", "V1"));
    fb_test_send_one(&T, cascade("C2", "V1", FB_TIER_AGENCY));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.no_cascade"), 1);
    fb_test_send_one(&T, cascade("C1", "V1", FB_TIER_BANK));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.no_cascade"), 0);
    fb_test_turn_end(&T);
}

static void test_late_timesheet(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, timesheet(FB_TEST_ROSTER, "T1", "B1"));
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), 0);
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B1", NULL));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_SHIFTS), 1);
    int64_t minutes = fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_MINUTES);
    CU_ASSERT_TRUE(minutes > 0 && minutes < 660);
    fb_test_turn_end(&T);
}

static void test_first_framework_row(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *other = fb_test_record(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, "F1");
    other->as.framework.agency = fb_span_of("XX");
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B1", NULL));
    unsigned before = fb_test_open(&T, "agency.off_framework");
    /* It names another agency, yet from now on there is a register that ours is not in. */
    fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(before, 1); /* cannot say */
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.off_framework"), 1);
    CU_ASSERT_TRUE(fb_test_rows(&T, FB_TABLE_DECISIONS) >= 2);
    fb_test_send_one(&T, fb_test_record(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, "F2"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_AGENCY, FB_TEST_REGISTERS, "A1"));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.off_framework"), 0);
    fb_test_turn_end(&T);
}

/* ---- one shift of several systems ---- */

static void test_shared_reference(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *a = booking(FB_TEST_ROSTER, "B1", NULL), *b = booking(FB_TEST_PORTAL, "P9", NULL);
    fb_test_refer(a, "R1");
    fb_test_refer(b, "R1");
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, b).record, 2);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 1);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of("P9")), 2);
    fb_test_turn_end(&T);
}

/* Two systems that call a booking the same: SOURCE/REFERENCE is the one that is meant, and a trust means its own. */
static void test_one_name_of_two_sources(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *a = booking(FB_TEST_REGISTERS, "B1", NULL), *b = booking(FB_TEST_PORTAL, "B1", NULL), *c = booking(FB_TEST_ROSTER, "B2", NULL);
    char name[64];
    CU_ASSERT_EQUAL(fb_test_send_one(&T, a).record, 1);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, b).record, 2);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, c).record, 3);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, fb_code_of("RTH"), fb_span_of("B1")), 2);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, fb_code_of("RXQ"), fb_span_of("B1")), fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of("B1")));
    for (unsigned i = 0; i < 2; i++) {
        const struct fb_record *r = i == 0 ? a : b;
        snprintf(name, sizeof name, "%.*s/B1", (int)r->env.source.n, r->env.source.p);
        CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of(name)), i + 1);
        CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, fb_code_of("RTH"), fb_span_of(name)), i + 1);
    }
    snprintf(name, sizeof name, "%.*s/B2", (int)b->env.source.n, b->env.source.p);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of(name)), 0);
    fb_test_turn_end(&T);
}

static void test_join_and_split(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *a = booking(FB_TEST_ROSTER, "B1", NULL), *b = booking(FB_TEST_PORTAL, "P1", NULL);
    struct fb_record *c = booking(FB_TEST_PORTAL, "P2", NULL);
    fb_test_refer(a, "R1");
    fb_test_refer(b, "R2");
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, b);
    fb_test_refer(c, "R1");
    fb_test_send_one(&T, c);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 2);
    struct fb_record *both = fb_test_amend(c, 2), *neither = fb_test_amend(c, 3);
    fb_test_refer(both, "R2");
    fb_test_send_one(&T, both);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of("P1")), 2);
    fb_test_turn_reopen(&T);
    neither->as.booking.n_references = 0;
    fb_test_send_one(&T, neither);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 3);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 3);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of("P1")), 2);
    fb_test_turn_end(&T);
}

static void test_more_systems_than_a_view_holds(void)
{
    fb_test_turn_begin(&T);
    char ref[8] = "P00";
    for (unsigned i = 0; i < FB_MEMBERS_MAX + 4; i++) {
        ref[1] = (char)('0' + i / 10);
        ref[2] = (char)('0' + i % 10);
        struct fb_record *r = booking(FB_TEST_PORTAL, ref, NULL);
        fb_test_refer(r, "R1");
        fb_test_send_one(&T, r);
    }
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 0); /* one that was not read may say otherwise */
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 1);
    fb_test_turn_end(&T);
}

/* ---- any order ---- */

static unsigned make_world(struct fb_record *r[RECORDS_MAX])
{
    unsigned n = 0;
    r[n++] = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    r[n++] = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V2");
    r[n++] = cascade("C1", "V1", FB_TIER_BANK);
    r[n++] = cascade("C2", "V1", FB_TIER_AGENCY);
    r[n++] = cascade("C3", "V2", FB_TIER_AGENCY);
    struct fb_record *b1 = r[n++] = booking(FB_TEST_ROSTER, "B1", "V1");
    struct fb_record *p1 = r[n++] = booking(FB_TEST_PORTAL, "P1", NULL);
    struct fb_record *b2 = r[n++] = booking(FB_TEST_ROSTER, "B2", "V2");
    struct fb_record *p2 = r[n++] = booking(FB_TEST_PORTAL, "P2", NULL);
    p1->as.booking.rates.n = 0;
    fb_test_charge(&p1->as.booking, "55.00", "5.00");
    p2->as.booking.agency = fb_span_of("XX");
    fb_test_refer(b1, "R1");
    fb_test_refer(p1, "R1");
    fb_test_refer(b2, "R2");
    fb_test_refer(p2, "R2");
    struct fb_record *apart = r[n++] = fb_test_amend(p2, 2); /* no longer the same shift */
    apart->as.booking.n_references = 0;
    struct fb_record *off = r[n++] = fb_test_amend(b2, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    struct fb_record *on = r[n++] = fb_test_amend(b2, 3); /* and on again, for another band */
    on->as.booking.shift.grade = fb_code_of("6");
    r[n++] = timesheet(FB_TEST_ROSTER, "T1", "B1");
    r[n++] = timesheet(FB_TEST_PORTAL, "T2", "P2");
    /* Two say what was worked, two what was asked for, and the agency is in the register twice. */
    struct fb_record *t0 = r[n++] = timesheet(FB_TEST_ROSTER, "T0", "B1");
    struct fb_record *tie = r[n++] = fb_test_amend(t0, 1); /* no revision between them: the digest decides */
    t0->as.timesheet.interval[0].end_min += 45;
    tie->as.timesheet.interval[0].end_min += 30;
    r[n] = fb_test_record(FB_KIND_AGENCY, FB_TEST_REGISTERS, "A0");
    r[n++]->as.agency.name = fb_span_of("Another name");
    r[n] = fb_test_record(FB_KIND_VACANCY, FB_TEST_PORTAL, "V0");
    r[n++]->as.vacancy.requested_ms = FB_ABSENT;
    p1->as.booking.vacancy_ref = fb_span_of("V0");
    r[n++] = fb_test_record(FB_KIND_AGENCY, FB_TEST_REGISTERS, "A1");
    r[n++] = fb_test_record(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, "F1");
    r[n++] = fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O1");
    r[n++] = fb_test_record(FB_KIND_BUDGET, FB_TEST_REGISTERS, "G1");
    return n;
}

static void shuffle(struct fb_record **r, unsigned n, struct fb_prng *prng)
{
    for (unsigned i = n; i > 1; i--) {
        unsigned j = (unsigned)fb_prng_below(prng, i);
        struct fb_record *held = r[i - 1];
        r[i - 1] = r[j];
        r[j] = held;
    }
}

/* In batches of any size, with openings in between. */
static uint64_t outcome_of(struct fb_record **r, unsigned n, struct fb_prng *prng, unsigned *open_findings)
{
    struct fb_answer answer[RECORDS_MAX];
    fb_test_turn_open(&T);
    for (unsigned done = 0; done < n;) {
        unsigned batch = 1 + (unsigned)fb_prng_below(prng, n - done);
        CU_ASSERT_EQUAL(fb_test_send(&T, r + done, batch, answer), FB_OK);
        done += batch;
        if (fb_prng_below(prng, 4) == 0)
            fb_test_turn_reopen(&T);
    }
    fb_test_settle(&T);
    T.now_ms += (int64_t)30 * 86400000; /* long after the shifts */
    fb_test_settle(&T);
    uint64_t outcome = fb_test_outcome(&T);
    *open_findings = fb_test_open(&T, NULL);
    fb_test_turn_end(&T);
    return outcome;
}

static void test_any_order(void)
{
    struct fb_record *r[RECORDS_MAX];
    struct fb_prng prng;
    unsigned open_findings = 0, first_open = 0;
    fb_prng_init(&prng, 20260316);
    fb_test_records_forget();
    unsigned n = make_world(r);
    uint64_t first = outcome_of(r, n, &prng, &first_open);
    CU_ASSERT_TRUE(first_open > 3);
    for (unsigned i = 0; i < 200; i++) {
        shuffle(r, n, &prng);
        CU_ASSERT_EQUAL(outcome_of(r, n, &prng, &open_findings), first);
        CU_ASSERT_EQUAL(open_findings, first_open);
    }
}

CU_TestInfo suite_turn_links[] = {
    {"one name of two sources", test_one_name_of_two_sources},
    {"a vacancy that comes after its booking is opened and filled", test_late_vacancy},
    {"a vacancy of another source with the same reference is another one", test_another_sources_vacancy},
    {"a booking moved to another vacancy leaves the first one open", test_moved_to_another_vacancy},
    {"a late cascade answers the finding that it was missing", test_late_cascade},
    {"a timesheet that comes before its booking counts when the booking comes", test_late_timesheet},
    {"the first row of the framework register makes agency bookings judged again", test_first_framework_row},
    {"two systems that share a reference have sent one shift", test_shared_reference},
    {"shifts join when a reference links them, and part again when it is dropped", test_join_and_split},
    {"a reference used by more bookings than a view holds still counts one shift",
     test_more_systems_than_a_view_holds},
    {"any order of arrival, in any batches, gives the same findings and totals", test_any_order},
    CU_TEST_INFO_NULL,
};
