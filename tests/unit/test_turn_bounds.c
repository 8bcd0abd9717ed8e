/* More records than one decision needs: it reads those that matter, whichever came first. */
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
enum { MANY = 90 };

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *numbered(enum fb_kind kind, enum fb_test_source source, const char *letter,
                                  unsigned i)
{
    char ref[16];
    snprintf(ref, sizeof ref, "%s%03u", letter, i);
    return fb_test_record(kind, source, ref);
}

static struct fb_record *booking(const char *ref, enum fb_booking_state state)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    r->as.booking.state = state;
    fb_test_refer(r, "R1");
    return r;
}

/* An agency's places of ninety years before the one that holds on the day of booking. */
static void test_framework_rows(void)
{
    begin();
    for (unsigned i = 0; i < MANY; i++) {
        struct fb_record *r = numbered(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, "F", i);
        r->as.framework.until = r->as.framework.from + 1;
        fb_test_send_one(&T, r);
    }
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.off_framework"), 1);
    fb_test_send_one(&T, numbered(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, "Z", MANY));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.off_framework"), 0);
    fb_test_turn_reopen(&T);
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2"));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.off_framework"), 0);
    end();
}

/* Bank had it first of all, though the records of that release come last, in time and by name. */
static void test_cascades(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    for (unsigned i = 0; i <= MANY; i++) {
        struct fb_record *r = numbered(FB_KIND_CASCADE, FB_TEST_ROSTER, "C", i);
        r->as.cascade.vacancy_ref = fb_span_of("V1");
        r->as.cascade.tier = i % 2 == 0 ? FB_TIER_BANK : FB_TIER_AGENCY;
        r->as.cascade.at_ms += i == MANY ? 0 : (int64_t)(i % 2 == 0 ? 1000 + i : 100 + i) * 60000;
        fb_test_send_one(&T, r);
    }
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    b->as.booking.vacancy_ref = fb_span_of("V1");
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.no_cascade"), 0);
    end();
}

/* A vacancy that was booked ninety times, and stands the last time. */
static void test_vacancy(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    for (unsigned i = 0; i <= MANY; i++) {
        struct fb_record *r = numbered(FB_KIND_BOOKING, FB_TEST_ROSTER, "B", i);
        r->as.booking.vacancy_ref = fb_span_of("V1");
        r->as.booking.state = i < MANY ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED;
        fb_test_send_one(&T, r);
    }
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_FILLED), 1);
    end();
}

/* Unsettled timesheets do not take the place of the one that is settled. */
static void send_timesheets(enum fb_timesheet_state state, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct fb_record *r =
            numbered(FB_KIND_TIMESHEET, FB_TEST_ROSTER, state == FB_TIMESHEET_STATE_SUBMITTED ? "A" : "T", i);
        r->as.timesheet.booking_ref = fb_span_of("B1");
        r->as.timesheet.state = state;
        fb_test_send_one(&T, r);
    }
}

static void test_timesheets(void)
{
    begin();
    fb_test_send_one(&T, booking("B1", FB_BOOKING_STATE_BOOKED));
    send_timesheets(FB_TIMESHEET_STATE_SUBMITTED, MANY);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_SHIFTS), 0);
    send_timesheets(FB_TIMESHEET_STATE_APPROVED, 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 0);
    send_timesheets(FB_TIMESHEET_STATE_APPROVED, MANY); /* the first is known already */
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_SHIFTS), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 1);
    end();
}

/* The same request cancelled eight times, then booked again. */
static void test_booked_again(void)
{
    char ref[8] = "B0";
    begin();
    for (unsigned i = 0; i < FB_MEMBERS_MAX; i++) {
        ref[1] = (char)('0' + i);
        fb_test_send_one(&T, booking(ref, FB_BOOKING_STATE_CANCELLED));
    }
    fb_test_send_one(&T, booking("B9", FB_BOOKING_STATE_BOOKED));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 49500);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 1);
    end();
}

/* Three days on one purchase order are three shifts. */
static void test_purchase_order(void)
{
    char ref[8] = "B0";
    struct fb_record *first = NULL;
    begin();
    for (unsigned i = 0; i < 3; i++) {
        ref[1] = (char)('0' + i);
        struct fb_record *r = booking(ref, FB_BOOKING_STATE_BOOKED);
        r->as.booking.shift.time.start_min += (int64_t)i * 1440;
        r->as.booking.shift.time.end_min += (int64_t)i * 1440;
        first = i == 0 ? r : first;
        fb_test_send_one(&T, r);
    }
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 3);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 148500);
    struct fb_record *moved = fb_test_amend(first, 2), *back = fb_test_amend(first, 3);
    moved->as.booking.shift.time.start_min += 1500;
    moved->as.booking.shift.time.end_min += 1500;
    fb_test_send_one(&T, moved); /* onto the second day: then it is the same shift */
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 2);
    fb_test_send_one(&T, back);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 3);
    end();
}

static bool add_live(void *ctx, const struct fb_total *line)
{
    int64_t *pence = ctx;
    if (line->place.cell.stage == FB_STAGE_COMMITTED && line->place.cell.shadow == 0)
        *pence += line->figures.v[FB_MEASURE_PENCE];
    return true;
}

static int64_t live_pence(void)
{
    struct fb_total_filter f = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    int64_t pence = 0;
    CU_ASSERT_EQUAL(fb_report_totals(T.store, &f, add_live, &pence), FB_OK);
    return pence;
}

/* A shadow roster, the authority for hours, sends the live portal's shift. */
static void test_shadow(void)
{
    begin();
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER]);
    s.mode = FB_SOURCE_MODE_SHADOW;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &T.source[FB_TEST_ROSTER]), FB_OK);
    fb_test_send_one(&T, booking("B1", FB_BOOKING_STATE_BOOKED));
    struct fb_record *p = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1");
    fb_test_refer(p, "R1");
    fb_test_send_one(&T, p);
    unsigned told = fb_test_events(&T, FB_EVENT_RATECAP_BREACHED);
    CU_ASSERT_EQUAL(told, 2); /* silently, and then live */
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 1);
    CU_ASSERT_EQUAL(live_pence(), 49500);
    end();
}

CU_TestInfo suite_turn_bounds[] = {
    {"of an agency's framework rows the one that holds is read", test_framework_rows},
    {"of many cascades the first to each side is read", test_cascades},
    {"a vacancy is filled however often it was booked in vain before", test_vacancy},
    {"a settled timesheet is read among many that are not; too many settled ones settle nothing",
     test_timesheets},
    {"a request cancelled eight times and booked again counts", test_booked_again},
    {"the days of one purchase order are shifts of their own", test_purchase_order},
    {"a live shift is counted and told live beside its shadow copy", test_shadow},
    CU_TEST_INFO_NULL,
};
