#include "engine/core/decide.h"
#include "engine/core/facts.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"

/* How a shift was filled: cascades, places on frameworks, sign-offs. */

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

static void test_cascades(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, CASCADED_TO_BANK); /* no vacancy is held */
    fb_test_vacancy(&v);
    f = facts_of(&v);
    IS(f, VACANCY_HELD, 1);
    IS(f, REQUEST_LEAD_MINUTES, 17 * 1440 + 19 * 60 + 30);
    IS(f, CASCADED_TO_BANK, 0);
    IS(f, CASCADED_TO_AGENCY, 0);
    v.source[0].sends = 0;
    f = facts_of(&v);
    UNKNOWN(f, CASCADED_TO_BANK); /* silence of a source that sends none is not a no */
    v.source[0].sends = FB_SENDS_CASCADES;
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-04T09:00");
    fb_test_cascade(&v, FB_TIER_BANK, "2026-03-04T09:00");
    f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 0); /* at the same moment is not before */
    IS(f, CASCADED_TO_AGENCY, 1);
    IS(f, BANK_MINUTES, 0);
    fb_test_cascade(&v, FB_TIER_WARD, "2026-03-04T08:15");
    f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 1);
    IS(f, BANK_MINUTES, 45);
}

static void test_cascade_against_booking(void)
{
    struct fb_test_view v;
    agency_day(&v);
    fb_test_vacancy(&v);
    fb_test_cascade(&v, FB_TIER_COLLABORATIVE, "2026-03-09T11:59");
    struct fb_facts f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 1); /* never released to agencies: before the booking is early enough */
    UNKNOWN(f, BANK_MINUTES);
    v.cascade[0].as.cascade.at_ms = v.booking[0].as.booking.booked_ms;
    f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 0);
    v.booking[0].as.booking.booked_ms = FB_ABSENT;
    f = facts_of(&v);
    UNKNOWN(f, CASCADED_TO_BANK);
}

/* Who books with an agency has gone there, whenever the release was noted: what the bank got in between does not make it first. */
static void test_booked_before_the_release(void)
{
    struct fb_test_view v;
    agency_day(&v); /* booked on 9 March at noon, or so */
    fb_test_vacancy(&v);
    int64_t booked = v.booking[0].as.booking.booked_ms;
    fb_test_cascade(&v, FB_TIER_BANK, "2026-03-09T11:00");
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-09T11:30");
    v.cascade[0].as.cascade.at_ms = booked + 60000;
    v.cascade[1].as.cascade.at_ms = booked + 3 * 60000;
    struct fb_facts f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 0);
    IS(f, BANK_PASSED_OVER, 1);
    IS(f, BANK_MINUTES, -1);
    v.cascade[0].as.cascade.at_ms = booked - 60000;
    f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 1);
    IS(f, BANK_PASSED_OVER, 0);
    IS(f, BANK_MINUTES, 1);
    v.booking[0].as.booking.route = FB_ROUTE_BANK; /* the release to agencies is when it went there */
    f = facts_of(&v);
    IS(f, BANK_MINUTES, 4);
}

/* Of a source that does not say that it sends cascades, the one that came shows where the vacancy went, and never where it did not. */
static void test_one_cascade_is_not_all(void)
{
    struct fb_test_view v;
    agency_day(&v);
    fb_test_vacancy(&v);
    v.source[0].sends = 0;
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-04T09:00");
    struct fb_facts f = facts_of(&v);
    IS(f, CASCADED_TO_AGENCY, 1);
    UNKNOWN(f, CASCADED_TO_BANK);
    IS(f, BANK_PASSED_OVER, 1); /* what was sent shows it */
    fb_test_cascade(&v, FB_TIER_BANK, "2026-03-04T08:00");
    f = facts_of(&v);
    IS(f, CASCADED_TO_BANK, 1);
    v.cascade[0].as.cascade.tier = FB_TIER_BANK;
    f = facts_of(&v);
    UNKNOWN(f, CASCADED_TO_AGENCY);
}

static void test_framework(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_facts f = facts_of(&v);
    UNKNOWN(f, ON_FRAMEWORK); /* the register is empty */
    IS(f, AGENCY_KNOWN, 0);
    v.view.framework_register = true;
    f = facts_of(&v);
    IS(f, ON_FRAMEWORK, 0);
    fb_test_framework(&v, "NHSE-1", "2025-01-01", "2026-03-09");
    f = facts_of(&v);
    IS(f, AGENCY_KNOWN, 1);
    IS(f, ON_FRAMEWORK, 0); /* it ended on the day of booking */
    v.framework[0].as.framework.until = fb_day_of(2026, 3, 10);
    f = facts_of(&v);
    IS(f, ON_FRAMEWORK, 1);
    v.booking[0].as.booking.framework = fb_span_of("OTHER");
    f = facts_of(&v);
    IS(f, ON_FRAMEWORK, 0);
    v.booking[0].as.booking.framework = fb_span_of("NHSE-1");
    v.booking[0].as.booking.lot = fb_span_of("lot 2");
    f = facts_of(&v);
    IS(f, ON_FRAMEWORK, 1); /* the register states no lot */
    v.framework[0].as.framework.lot = fb_span_of("lot 1");
    f = facts_of(&v);
    IS(f, ON_FRAMEWORK, 0);
    v.booking[0].as.booking.agency = (struct fb_span){NULL, 0};
    f = facts_of(&v);
    UNKNOWN(f, AGENCY_KNOWN);
    UNKNOWN(f, ON_FRAMEWORK);
}

static void test_sign_offs(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    struct fb_facts f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 0);
    IS(f, SIGN_OFF_EXECUTIVE, 0);
    v.source[0].sends = 0;
    f = facts_of(&v);
    UNKNOWN(f, SIGN_OFF_CHIEF_EXECUTIVE);
    b->n_sign_offs = 1;
    b->sign_off[0].role = FB_ROLE_EXECUTIVE_DIRECTOR;
    f = facts_of(&v);
    UNKNOWN(f, SIGN_OFF_CHIEF_EXECUTIVE);
    IS(f, SIGN_OFF_EXECUTIVE, 1);
    b->sign_off[0].role = FB_ROLE_CHIEF_EXECUTIVE;
    f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 1);
    IS(f, SIGN_OFF_EXECUTIVE, 1);
}

/* What is given when the shift runs already is no sign-off of it; for that there are approvals, which count it apart. */
static void test_sign_off_afterwards(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    int64_t start = b->shift.time.start_min * 60000;
    b->n_sign_offs = 1;
    b->sign_off[0] = (struct fb_sign_off){FB_ROLE_CHIEF_EXECUTIVE, start - 1, {NULL, 0}};
    struct fb_facts f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 1);
    b->sign_off[0].granted_ms = start;
    f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 0);
    IS(f, SIGN_OFF_EXECUTIVE, 0);
    b->booked_ms = start + 1; /* booked afterwards, signed off before that */
    f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 1);
    b->booked_ms = start - 1;
    b->sign_off[0].granted_ms = FB_ABSENT; /* nobody says when */
    f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 1);
    v.source[0].sends = 0;
    b->sign_off[0].granted_ms = start;
    f = facts_of(&v);
    UNKNOWN(f, SIGN_OFF_CHIEF_EXECUTIVE);
}

/* Each system states as many as a booking holds; the last of the second one's is the chief executive's. */
static void test_sign_offs_of_several_systems(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_booking *both[] = {&v.booking[0].as.booking, fb_test_member(&v, "portal", FB_SYSTEM_PORTAL, "P1")};
    for (unsigned i = 0; i < 2; i++)
        for (both[i]->n_sign_offs = 0; both[i]->n_sign_offs < FB_SIGN_OFFS_MAX; both[i]->n_sign_offs++)
            both[i]->sign_off[both[i]->n_sign_offs] = (struct fb_sign_off){FB_ROLE_OTHER, 5000 + 100 * i + both[i]->n_sign_offs, {NULL, 0}};
    struct fb_facts f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 0);
    both[1]->sign_off[FB_SIGN_OFFS_MAX - 1].role = FB_ROLE_CHIEF_EXECUTIVE;
    f = facts_of(&v);
    IS(f, SIGN_OFF_CHIEF_EXECUTIVE, 1);
}

CU_TestInfo suite_facts_filled[] = {
    {"a cascade to bank must come before the one to agencies", test_cascades},
    {"without an agency cascade the booking is the limit", test_cascade_against_booking},
    {"an agency that was booked before it was released to was asked by then", test_booked_before_the_release},
    {"one cascade of a source that sends none shows what it shows", test_one_cascade_is_not_all},
    {"a place on a framework holds at the booking date or not at all", test_framework},
    {"silence about sign-offs is a no only where the source sends them", test_sign_offs},
    {"a sign-off from after the shift began is none", test_sign_off_afterwards},
    {"sign-offs of several systems are all heard", test_sign_offs_of_several_systems},
    CU_TEST_INFO_NULL};
