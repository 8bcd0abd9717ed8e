#include "engine/core/judge.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"

/* Facts that few rules read, for a book whose rules read all of them. */
static struct fb_book book;
static struct fb_test_view v;
static struct fb_facts f;

static void begin(enum fb_route route)
{
    book = *fb_test_book();
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        book.reads.w[i] = UINT64_MAX;
    fb_test_view(&v, route, "5", "2026-03-19T18:00", "2026-03-19T21:00",
                 0); /* two plain hours, one unsocial */
}

static struct fb_booking *booking(void)
{
    return &v.booking[0].as.booking;
}

static void ask(void)
{
    struct fb_price price;
    fb_price_booking(&book, booking(), NULL, &price);
    fb_facts_of(&book, &v.view, booking(), &price, &f);
}

#define IS(id, x)   CU_ASSERT(fb_fact_known(&f, FB_FACT_##id) && f.value[FB_FACT_##id] == (x))
#define UNKNOWN(id) CU_ASSERT_FALSE(fb_fact_known(&f, FB_FACT_##id))

static void test_categories(void)
{
    begin(FB_ROUTE_AGENCY);
    ask();
    IS(MINUTES_IN_1, 120);
    IS(MINUTES_IN_2, 60);
    IS(MINUTES_IN_3, 0);
    UNKNOWN(MINUTES_IN_4); /* the rules have three categories */
    UNKNOWN(CHARGE_HOUR_IN_1);
    UNKNOWN(PAY_HOUR_IN_1);
    UNKNOWN(PAY_HOUR_DEAREST);
    fb_test_rate(booking(), FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    fb_test_rate(booking(), FB_TEST_PLAIN, FB_PART_COMMISSION, 30000);
    ask();
    IS(CHARGE_HOUR_IN_1, 230000);
    CU_ASSERT(!fb_fact_in(&f.at_least, FB_FACT_CHARGE_HOUR_IN_1));
    booking()->rates.complete = FB_SAID_NO;
    ask();
    IS(CHARGE_HOUR_IN_1, 230000);
    CU_ASSERT(fb_fact_in(&f.at_least, FB_FACT_CHARGE_HOUR_IN_1) && !fb_fact_in(&f.at_least, FB_FACT_PAY_HOUR_IN_1));
    IS(PAY_HOUR_IN_1, 200000);
    UNKNOWN(PAY_HOUR_IN_2);
    UNKNOWN(PAY_HOUR_AVERAGE); /* of an hour nothing was sent */
    fb_test_rate(booking(), FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 300001);
    ask();
    IS(PAY_HOUR_IN_2, 300001);
    UNKNOWN(PAY_HOUR_IN_3);
    IS(PAY_HOUR_DEAREST, 300001);
    IS(PAY_HOUR_AVERAGE, (2 * 200000 + 300001) / 3);
    booking()->rates.unit = FB_UNIT_SHIFT;
    ask();
    UNKNOWN(PAY_HOUR_DEAREST);
    UNKNOWN(PAY_HOUR_IN_1);
    booking()->shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL; /* neither card nor cap */
    ask();
    UNKNOWN(MINUTES_IN_1);
}

static void test_off_card(void)
{
    begin(FB_ROUTE_BANK);
    ask();
    UNKNOWN(PERCENT_OFF_CARD_E2);
    fb_test_rate(booking(), FB_TEST_PLAIN, FB_PART_WORKER_PAY, 171300 + 17130);
    fb_test_rate(booking(), FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 100000);
    ask();
    IS(PERCENT_OFF_CARD_E2, 1000); /* ten per cent, where it is worst */
    booking()->rates.cell[0].part[FB_PART_WORKER_PAY] = 171300 - 1;
    ask();
    IS(PERCENT_OFF_CARD_E2, -1); /* rounded down */
}

static void test_what_nobody_reads(void)
{
    begin(FB_ROUTE_AGENCY);
    book.reads = (struct fb_fact_bits){{0}};
    booking()->reason = fb_span_of("sickness");
    fb_test_rate(booking(), FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    ask();
    UNKNOWN(REASON);
    UNKNOWN(MINUTES_IN_1);
    UNKNOWN(PAY_HOUR_IN_1);
    IS(WORKER_KNOWN, 0);
    fb_fact_add(&book.reads, FB_FACT_PAY_HOUR_IN_4);
    booking()->worker = 3;
    ask();
    UNKNOWN(REASON);
    IS(PAY_HOUR_IN_1, 200000);
    IS(WORKER_KNOWN, 1);
}

static void test_framework_place(void)
{
    begin(FB_ROUTE_AGENCY);
    ask();
    UNKNOWN(FRAMEWORK_PLACE); /* no register is held */
    v.view.framework_register = true;
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_NOWHERE);
    fb_test_framework(&v, "NHSE-1", "2025-01-01", "2026-03-09"); /* it ended on the day of booking */
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_ENDED);
    struct fb_framework *p = &v.framework[0].as.framework;
    p->until = fb_day_of(2026, 3, 10);
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_HELD);
    p->from = fb_day_of(2026, 3, 10);
    p->until = fb_day_of(2027, 1, 1);
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_NOT_YET);
    p->from = fb_day_of(2026, 3, 9);
    p->lot = fb_span_of("lot 1");
    booking()->lot = fb_span_of("lot 2");
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_OTHER_LOT);
    booking()->framework = fb_span_of("NHSE-2");
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_OTHER_FRAMEWORK);
    p->until = fb_day_of(2026, 3, 9);
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_NOWHERE);
    v.view.cut = 1u << FB_KIND_FRAMEWORK;
    ask();
    UNKNOWN(FRAMEWORK_PLACE);
    v.view.cut = 0;
    booking()->route = FB_ROUTE_BANK;
    ask();
    UNKNOWN(FRAMEWORK_PLACE);
}

/* Booked at noon on 9 March. */
static void test_cascade(void)
{
    begin(FB_ROUTE_AGENCY);
    ask();
    UNKNOWN(CASCADED_TO);
    fb_test_vacancy(&v);
    ask();
    IS(CASCADED_TO, FB_TIER_NONE);
    UNKNOWN(TIER_MINUTES);
    UNKNOWN(RELEASED_MINUTES);
    fb_test_cascade(&v, FB_TIER_COLLABORATIVE, "2026-03-09T11:00");
    ask();
    UNKNOWN(RELEASED_MINUTES); /* nobody told that agencies have it */
    UNKNOWN(AGENCY_LEAD_MINUTES);
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-09T11:45");
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-09T12:00");
    fb_test_cascade(&v, FB_TIER_OFF_FRAMEWORK, "2026-03-09T12:01");
    ask();
    IS(CASCADED_TO, FB_TIER_AGENCY);
    UNKNOWN(AGENCY_TIER);
    IS(RELEASED_MINUTES, 45);
    IS(AGENCY_LEAD_MINUTES, booking()->shift.time.start_min - v.cascade[1].as.cascade.at_ms / 60000);
    IS(TIER_MINUTES, 0);
    IS(COLLABORATIVE_MINUTES, 45);
    v.cascade[1].as.cascade.tier_no = 2;
    v.cascade[2].as.cascade.tier_no = 1;
    ask();
    IS(AGENCY_TIER, 2);
    v.cascade[3].as.cascade.at_ms = booking()->booked_ms;
    v.cascade[3].as.cascade.tier_no = 7; /* is not the number of an agency tier */
    ask();
    IS(CASCADED_TO, FB_TIER_OFF_FRAMEWORK);
    IS(AGENCY_TIER, 2);
    booking()->booked_ms = FB_ABSENT;
    ask();
    UNKNOWN(CASCADED_TO);
    IS(COLLABORATIVE_MINUTES, 45);
    v.cascade[1].as.cascade.at_ms = booking()->shift.time.start_min * 60000 + 1; /* agencies: the off-framework one was first then */
    v.cascade[2].as.cascade.at_ms = v.cascade[3].as.cascade.at_ms = v.cascade[1].as.cascade.at_ms;
    ask();
    IS(AGENCY_LEAD_MINUTES, -1); /* a part of a minute after the start is after it */
    IS(RELEASED_MINUTES, booking()->shift.time.start_min - v.cascade[0].as.cascade.at_ms / 60000);
    v.view.cut = 1u << FB_KIND_CASCADE;
    ask();
    UNKNOWN(COLLABORATIVE_MINUTES);
}

static void test_displaced(void)
{
    static struct fb_record rival;
    begin(FB_ROUTE_AGENCY);
    ask();
    UNKNOWN(BANK_CANCELLED_FIRST);
    fb_test_vacancy(&v);
    ask();
    IS(BANK_CANCELLED_FIRST, 0);
    rival = v.booking[0];
    struct fb_booking *b = &rival.as.booking;
    b->route = FB_ROUTE_BANK;
    b->state = FB_BOOKING_STATE_CANCELLED;
    b->cancelled_by = FB_PARTY_HIRER;
    b->cancelled_ms = booking()->booked_ms - 1;
    v.view.rival[v.view.n_rivals++] = &rival;
    ask();
    IS(BANK_CANCELLED_FIRST, 1);
    b->cancelled_ms++; /* at the same moment is not before */
    ask();
    IS(BANK_CANCELLED_FIRST, 0);
    b->cancelled_ms = FB_ABSENT;
    ask();
    UNKNOWN(BANK_CANCELLED_FIRST);
    b->cancelled_by = FB_PARTY_WORKER;
    ask();
    IS(BANK_CANCELLED_FIRST, 0);
    b->cancelled_by = FB_PARTY_NONE;
    b->cancelled_ms = booking()->booked_ms - 1;
    ask();
    UNKNOWN(BANK_CANCELLED_FIRST);
    b->route = FB_ROUTE_AGENCY;
    ask();
    IS(BANK_CANCELLED_FIRST, 0);
    booking()->booked_ms = FB_ABSENT;
    ask();
    UNKNOWN(BANK_CANCELLED_FIRST);
}

static void test_reasons(void)
{
    begin(FB_ROUTE_AGENCY);
    booking()->reason = fb_span_of("sickness");
    booking()->cancel_reason = fb_span_of("late");
    ask();
    IS(REASON, fb_fact_name(fb_span_of("sickness")));
    UNKNOWN(CANCEL_REASON);
    booking()->state = FB_BOOKING_STATE_CANCELLED;
    ask();
    IS(CANCEL_REASON, fb_fact_name(fb_span_of("late")));
}

static void test_band(void)
{
    begin(FB_ROUTE_BANK);
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
    booking()->worker_grade = fb_code_of("3");
    ask();
    IS(BAND_ABOVE_WORKER, 2);
    booking()->worker_grade = fb_code_of("7");
    ask();
    IS(BAND_ABOVE_WORKER, -2);
    booking()->worker_grade = fb_code_of("5");
    ask();
    IS(BAND_ABOVE_WORKER, 0);
    book.grade[FB_TEST_BAND_7].family = 9;
    booking()->worker_grade = fb_code_of("7");
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
    booking()->worker_grade = fb_code_of("99");
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
}

static void test_needs(void)
{
    for (unsigned i = 0; i < FB_FACT_COUNT; i++)
        CU_ASSERT_TRUE(fb_fact_needs((enum fb_fact)i)[0] != 0);
    CU_ASSERT_STRING_EQUAL(fb_fact_needs(FB_FACT_SETTLED_DAY), "a settled timesheet");
    CU_ASSERT_STRING_EQUAL(fb_fact_needs(FB_FACT_COUNT), "?");
}

/* ---- what a price does not say ---- */

static void ask_of(const struct fb_price *price)
{
    fb_facts_of(&book, &v.view, booking(), price, &f);
}

static struct fb_price priced(void)
{
    struct fb_price price;
    fb_test_rate(booking(), FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    fb_test_rate(booking(), FB_TEST_PLAIN, FB_PART_COMMISSION, 30000);
    fb_test_rate(booking(), FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 300000);
    fb_test_rate(booking(), FB_TEST_UNSOCIAL, FB_PART_COMMISSION, 30000);
    fb_price_booking(&book, booking(), NULL, &price);
    return price;
}

static void test_charge_and_cap(void)
{
    begin(FB_ROUTE_AGENCY);
    struct fb_price p = priced();
    ask_of(&p);
    IS(CHARGE_HOUR_DEAREST, 330000);
    CU_ASSERT_TRUE(fb_fact_known(&f, FB_FACT_PERCENT_OVER_CAP_E2));
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        p.cap.hour_e4[c] = 0; /* over nothing there is no share */
    ask_of(&p);
    UNKNOWN(PERCENT_OVER_CAP_E2);
    CU_ASSERT_TRUE(fb_fact_known(&f, FB_FACT_EXCESS_PENCE));
    p.cap.excess_known = false;
    ask_of(&p);
    UNKNOWN(EXCESS_PENCE);
    CU_ASSERT_TRUE(fb_fact_known(&f, FB_FACT_CAP_BASIS));
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        p.charge.hour_e4[c] = FB_ABSENT;
    ask_of(&p);
    UNKNOWN(CHARGE_HOUR_DEAREST);
    p.minutes = (struct fb_minutes){.total = 0};
    p.loaded.known = true;
    p.zone = (int8_t)book.n_zones; /* of no zone of this book */
    ask_of(&p);
    UNKNOWN(CHARGE_HOUR_AVERAGE);
    UNKNOWN(LOADED_HOUR_AVERAGE);
    UNKNOWN(ZONE);
}

/* Only what was compared counts: a category of the rules, with minutes, a figure and a card. */
static void test_off_card_where_compared(void)
{
    begin(FB_ROUTE_BANK);
    struct fb_price p = priced();
    CU_ASSERT_TRUE_FATAL(p.off_card_known);
    ask_of(&p);
    CU_ASSERT_TRUE_FATAL(fb_fact_known(&f, FB_FACT_PERCENT_OFF_CARD_E2));
    struct fb_price part = p;
    part.card.hour_e4[FB_TEST_PLAIN] = part.card.hour_e4[FB_TEST_UNSOCIAL] = 0;
    ask_of(&part);
    UNKNOWN(PERCENT_OFF_CARD_E2);
    part = p;
    part.minutes.in[FB_TEST_PLAIN] = part.minutes.in[FB_TEST_UNSOCIAL] = 0;
    ask_of(&part);
    UNKNOWN(PERCENT_OFF_CARD_E2);
    UNKNOWN(PAY_HOUR_DEAREST);
    booking()->rates.cell[0].category = fb_code_of("odd"); /* of no issue of the rules */
    booking()->rates.cell[1].part[FB_PART_WORKER_PAY] = FB_ABSENT;
    ask_of(&p);
    UNKNOWN(PERCENT_OFF_CARD_E2);
}

static void test_frameworks_that_do_not_hold(void)
{
    begin(FB_ROUTE_AGENCY);
    v.view.framework_register = true;
    fb_test_framework(&v, "NHSE-1", "2025-01-01", "2025-02-01");
    struct fb_framework *p = &v.framework[0].as.framework;
    p->lot = fb_span_of("lot 1");
    booking()->lot = fb_span_of("lot 2");
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_NOWHERE); /* another lot, and over */
    booking()->framework = fb_span_of("NHSE-2");
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_NOWHERE);
    p->agency = fb_span_of("somebody else");
    booking()->framework = p->framework;
    ask();
    IS(FRAMEWORK_PLACE, FB_LOT_PLACE_NOWHERE);
    CU_ASSERT_EQUAL(fb_judge__lot_place(p, booking(), fb_day_of(2025, 1, 15)), FB_LOT_PLACE_NOWHERE);
}

/* The national bank is neither the bank nor an agency; of two releases the first counts, whichever came first. */
static void test_releases(void)
{
    begin(FB_ROUTE_AGENCY);
    fb_test_vacancy(&v);
    fb_test_cascade(&v, FB_TIER_NATIONAL_BANK, "2026-03-09T10:00");
    ask();
    IS(CASCADED_TO_AGENCY, 0);
    UNKNOWN(RELEASED_MINUTES);
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-09T11:30");
    fb_test_cascade(&v, FB_TIER_AGENCY, "2026-03-09T11:00");
    fb_test_cascade(&v, FB_TIER_BANK, "2026-03-09T10:30");
    ask();
    IS(BANK_MINUTES, 30);
    IS(RELEASED_MINUTES, 60);
    UNKNOWN(COLLABORATIVE_MINUTES);
    v.view.cut = 1u << FB_KIND_VACANCY;
    ask();
    UNKNOWN(RELEASED_MINUTES);
    UNKNOWN(BANK_CANCELLED_FIRST);
    v.view.vacancy.version = NULL;
    booking()->vacancy_ref = fb_span_of("V9");
    ask();
    UNKNOWN(VACANCY_HELD); /* there may be one among those that nobody read */
}

static void test_bands(void)
{
    begin(FB_ROUTE_BANK);
    booking()->worker_grade = fb_code_of("3");
    ask();
    IS(BAND_ABOVE_WORKER, 2);
    booking()->worker_grade = fb_code_of("7");
    ask();
    IS(BAND_ABOVE_WORKER, -2);
    booking()->worker_grade = fb_code_of("99");
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
    booking()->worker_grade = 0;
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
    booking()->worker_grade = fb_code_of("3");
    booking()->shift.grade = fb_code_of("99");
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
    booking()->shift.grade = 0;
    ask();
    UNKNOWN(BAND_ABOVE_WORKER);
    book.grade[FB_TEST_BAND_3].family++;
    booking()->shift.grade = fb_code_of("5");
    ask();
    UNKNOWN(BAND_ABOVE_WORKER); /* bands of two families stand in no order */
    booking()->worker_grade = fb_code_of("2");
    ask();
    IS(BAND_ABOVE_WORKER, 2); /* and the other family's are not counted */
}

CU_TestInfo suite_facts_more[] = {
    {"pay and charge are facts category by category", test_categories},
    {"pay is held against the card where it is furthest above", test_off_card},
    {"what no rule reads is not worked out", test_what_nobody_reads},
    {"the best place on a framework is the one of the day of booking", test_framework_place},
    {"the cascade is as it stood when the shift was booked", test_cascade},
    {"a bank worker was displaced only where it is clear who cancelled, and when", test_displaced},
    {"reasons are names", test_reasons},
    {"bands are counted up from the worker's own", test_band},
    {"every fact says what it needs", test_needs},
    {"charge and cap are facts where there are minutes and something to compare", test_charge_and_cap},
    {"off the card is what was compared, and nothing else", test_off_card_where_compared},
    {"a framework that is over, or another's, is nowhere", test_frameworks_that_do_not_hold},
    {"the first release of each side counts", test_releases},
    {"bands are counted within a family", test_bands},
    CU_TEST_INFO_NULL};
