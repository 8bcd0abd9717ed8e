#include "engine/core/decide.h"
#include "engine/core/facts.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

/* Thursday, twelve paid hours of plain time. */
static void agency_day(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
}

static struct fb_facts facts_of(struct fb_test_view *v)
{
    static struct fb_price price;
    struct fb_facts f;
    const struct fb_booking *b = &v->booking[0].as.booking;
    fb_price_booking(fb_test_book(), b, NULL, &price);
    fb_facts_of(fb_test_book(), &v->view, b, &price, &f);
    return f;
}

#define IS(f, id, v)   CU_ASSERT(fb_fact_known(&(f), FB_FACT_##id) && (f).value[FB_FACT_##id] == (v))
#define UNKNOWN(f, id) CU_ASSERT_FALSE(fb_fact_known(&(f), FB_FACT_##id))

static void test_words(void)
{
    for (unsigned i = 0; i < FB_FACT_COUNT; i++) {
        CU_ASSERT_EQUAL(fb_fact_find(fb_span_of(fb_fact_table[i].word)), i);
        CU_ASSERT(strlen(fb_fact_table[i].meaning) > 0 && strlen(fb_fact_table[i].unknown) > 0);
    }
    CU_ASSERT_EQUAL(fb_fact_find(fb_span_of("routes")), FB_FACT_COUNT);
    CU_ASSERT_EQUAL(fb_fact_find((struct fb_span){NULL, 0}), FB_FACT_COUNT);
}

static void check_format(enum fb_fact id, int64_t v, const char *expected)
{
    char memory[64];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_fact_format(&t, id, v);
    CU_ASSERT_STRING_EQUAL(memory, expected);
}

static void test_format(void)
{
    check_format(FB_FACT_ROUTE, FB_ROUTE_AGENCY, "agency");
    check_format(FB_FACT_GRADE, (int64_t)fb_code_of("8a"), "8a");
    check_format(FB_FACT_SHIFT_DAY, fb_day_of(2026, 3, 16), "2026-03-16");
    check_format(FB_FACT_LEAD_MINUTES, -1, "-1 minutes");
    check_format(FB_FACT_LEAD_MINUTES, 1, "1 minute");
    check_format(FB_FACT_BOOKED_AFTER_START, 0, "no");
    check_format(FB_FACT_CHARGE_HOUR_DEAREST, 176900, "£17.69 an hour");
    check_format(FB_FACT_CHARGE_HOUR_DEAREST, 176951, "£17.6951 an hour");
    check_format(FB_FACT_PERCENT_OVER_CAP_E2, 5012, "50.12 per cent");
    check_format(FB_FACT_CARD_DIFFERENCE_PENCE, -250, "-£2.50");
    check_format(FB_FACT_CAP_BASIS, FB_STATUS_AGREED, "agreed");
    check_format(FB_FACT_SHIFT_DAY, INT64_MAX, "9223372036854775807");
}

static void test_stated(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_facts f = facts_of(&v);
    IS(f, ROUTE, FB_ROUTE_AGENCY);
    IS(f, GRADE, (int64_t)fb_code_of("5"));
    IS(f, HIRER, (int64_t)fb_code_of("RTH"));
    IS(f, SHIFT_DAY, fb_day_of(2026, 3, 19));
    IS(f, BOOKING_DAY, fb_day_of(2026, 3, 9));
    IS(f, LEAD_MINUTES, 9 * 1440 + 19 * 60 + 30);
    IS(f, BOOKED_AFTER_START, 0);
    IS(f, STATE, FB_BOOKING_STATE_BOOKED);
    IS(f, PAID_MINUTES, 720);
    UNKNOWN(f, ENGAGEMENT);
    UNKNOWN(f, WORKER_GRADE);
    UNKNOWN(f, VACANCY_HELD);
}

static void test_no_booking_date(void)
{
    struct fb_test_view v;
    agency_day(&v);
    fb_test_framework(&v, "NHSE-1", "2025-01-01", "2027-01-01");
    v.booking[0].as.booking.booked_ms = FB_ABSENT;
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, BOOKING_DAY);
    UNKNOWN(f, LEAD_MINUTES);
    UNKNOWN(f, BOOKED_AFTER_START);
    UNKNOWN(f, ON_FRAMEWORK);
}

static void test_late_booking(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    b->booked_ms = b->shift.time.start_min * 60000;
    struct fb_facts f = facts_of(&v);
    IS(f, LEAD_MINUTES, 0);
    IS(f, BOOKED_AFTER_START, 1);
    b->booked_ms++; /* a thousandth of a second late is in the minute after */
    f = facts_of(&v);
    IS(f, LEAD_MINUTES, -1);
    b->booked_ms = b->shift.time.start_min * 60000 - 1;
    f = facts_of(&v);
    IS(f, LEAD_MINUTES, 0);
    IS(f, BOOKED_AFTER_START, 0);
}

static void test_booking_day_is_local(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    CU_ASSERT_EQUAL(fb_instant_parse(&b->booked_ms, fb_span_of("2026-06-30T23:30Z")), FB_OK);
    struct fb_facts f = facts_of(&v);
    IS(f, BOOKING_DAY, fb_day_of(2026, 7, 1)); /* half past midnight in London */
}

static void test_charge_and_cap(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, CHARGE_HOUR_DEAREST);
    UNKNOWN(f, PERCENT_OVER_CAP_E2);
    IS(f, CAP_BASIS, FB_STATUS_AGREED);
    fb_test_charge(b, "40.00", "3.10");
    f = facts_of(&v);
    IS(f, CHARGE_HOUR_DEAREST, 431000);
    IS(f, CHARGE_HOUR_AVERAGE, 431000);
    IS(f, EXCESS_PENCE, (4310 - 2994) * 12); /* 37,796 / 1,956.696 x 1.55 = 29.94 an hour */
    IS(f, PERCENT_OVER_CAP_E2, (4310 - 2994) * 10000 / 2994);
    fb_test_charge(b, "20.00", "3.10");
    f = facts_of(&v);
    IS(f, EXCESS_PENCE, 0);
    IS(f, PERCENT_OVER_CAP_E2, -2285); /* -22.84...: rounded down */
}

/* A charge of which a part may be missing shows that a limit was passed, and never that it was kept; what a bank pays is compared as it was sent. */
static void test_a_charge_that_may_lack_a_part_is_a_bound(void)
{
    static const enum fb_fact bounds[] = {FB_FACT_CHARGE_HOUR_DEAREST, FB_FACT_CHARGE_HOUR_AVERAGE, FB_FACT_EXCESS_PENCE, FB_FACT_PERCENT_OVER_CAP_E2};
    struct fb_test_view v;
    agency_day(&v);
    fb_test_charge(&v.booking[0].as.booking, "20.00", "3.10");
    for (unsigned i = 0; i < 2; i++) {
        struct fb_rates *rates = &v.booking[0].as.booking.rates;
        rates->complete = i == 0 ? FB_SAID_YES : FB_SAID_NO;
        struct fb_facts f = facts_of(&v);
        IS(f, CHARGE_HOUR_DEAREST, 231000);
        IS(f, EXCESS_PENCE, 0);
        for (unsigned k = 0; k < sizeof bounds / sizeof bounds[0]; k++)
            CU_ASSERT(fb_fact_known(&f, bounds[k]) && fb_fact_in(&f.at_least, bounds[k]) == (i == 1));
        CU_ASSERT(!fb_fact_in(&f.at_least, FB_FACT_CAP_BASIS) && !fb_fact_in(&f.at_least, FB_FACT_PAID_MINUTES));
    }
    v.booking[0].as.booking.route = FB_ROUTE_BANK;
    struct fb_facts f = facts_of(&v);
    CU_ASSERT(fb_fact_known(&f, FB_FACT_CHARGE_HOUR_DEAREST) && !fb_fact_in(&f.at_least, FB_FACT_CHARGE_HOUR_DEAREST));
}

static void test_average_of_two_categories(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T18:00", "2026-03-19T21:00", 0);
    struct fb_booking *b = &v.booking[0].as.booking;
    fb_test_rate(b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    fb_test_rate(b, FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 300001);
    struct fb_facts f = facts_of(&v);
    IS(f, CHARGE_HOUR_DEAREST, 300001);
    IS(f, CHARGE_HOUR_AVERAGE, (2 * 200000 + 300001) / 3);
}

static void test_card_difference(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, CARD_DIFFERENCE_PENCE);
    fb_test_rate(&v.booking[0].as.booking, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 181300);
    f = facts_of(&v);
    IS(f, CARD_DIFFERENCE_PENCE, 21756 - 20551); /* 33,487 / (52.143 x 37.5) x 12 hours = 205.51 */
}

static void test_place(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, HIRER_KNOWN);
    UNKNOWN(f, ZONE);
    v.view.organisation_register = true;
    f = facts_of(&v);
    IS(f, HIRER_KNOWN, 1);
    v.view.n_organisations = 0;
    f = facts_of(&v);
    IS(f, HIRER_KNOWN, 0);
    v.view.cut = 1u << FB_KIND_ORGANISATION;
    f = facts_of(&v);
    UNKNOWN(f, HIRER_KNOWN);
}

static void test_cancellation(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    b->cancelled_by = FB_PARTY_WORKER;
    b->cancelled_ms = b->shift.time.start_min * 60000 - 90 * 60000 + 1;
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, CANCELLED_BY);
    UNKNOWN(f, CANCEL_NOTICE_MINUTES);
    b->state = FB_BOOKING_STATE_CANCELLED;
    f = facts_of(&v);
    IS(f, CANCELLED_BY, FB_PARTY_WORKER);
    IS(f, CANCEL_NOTICE_MINUTES, 89);
    b->cancelled_by = FB_PARTY_NONE;
    b->cancelled_ms = FB_ABSENT;
    f = facts_of(&v);
    UNKNOWN(f, CANCELLED_BY);
    UNKNOWN(f, CANCEL_NOTICE_MINUTES);
}

static void test_unit_and_adoption(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, UNIT);
    IS(f, CARD_ADOPTED, 1);
    fb_test_charge(&v.booking[0].as.booking, "20.00", "3.10");
    f = facts_of(&v);
    IS(f, UNIT, FB_UNIT_HOUR);
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL; /* no card */
    f = facts_of(&v);
    UNKNOWN(f, CARD_ADOPTED);
}

CU_TestInfo suite_facts[] = {
    {"every fact has a word, a meaning and a reason to be unknown", test_words},
    {"values are shown as a person reads them", test_format},
    {"what the booking states is known, the rest is not", test_stated},
    {"without a booking date nothing about lead is said", test_no_booking_date},
    {"a booking at its start is after its start", test_late_booking},
    {"the booking day is London's", test_booking_day_is_local},
    {"charge and cap are compared by category", test_charge_and_cap},
    {"a charge that may lack a part is a bound", test_a_charge_that_may_lack_a_part_is_a_bound},
    {"the average is over paid minutes, rounded down", test_average_of_two_categories},
    {"bank pay is compared with the card", test_card_difference},
    {"a register that is held says whether it knows the trust", test_place},
    {"a cancellation says who and how long before, where it was said", test_cancellation},
    {"the unit of the rates and the adoption of the card are facts", test_unit_and_adoption},
    CU_TEST_INFO_NULL};
