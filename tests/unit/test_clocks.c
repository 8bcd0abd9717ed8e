#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_test_diary d;

enum how { UNKNOWN, EXACT, LEAST, MOST };
static enum how how_of(enum fb_fact fact)
{
    if (!fb_fact_known(&d.facts, fact))
        return UNKNOWN;
    if (fb_fact_in(&d.facts.at_least, fact))
        return LEAST;
    return fb_fact_in(&d.facts.at_most, fact) ? MOST : EXACT;
}

#define IS(fact, how, v) CU_ASSERT(how_of(FB_FACT_##fact) == (how) && d.facts.value[FB_FACT_##fact] == (v))
#define NOT_KNOWN(fact)  CU_ASSERT_EQUAL(how_of(FB_FACT_##fact), UNKNOWN)

static void test_rest(void)
{
    fb_test_diary(&d);
    fb_test_ask(&d);
    NOT_KNOWN(REST_BEFORE_MINUTES);
    NOT_KNOWN(REST_AFTER_MINUTES);
    fb_test_shift(&d, "2026-06-15T19:30", "2026-06-15T21:30", 120);
    fb_test_shift(&d, "2026-06-15T10:00", "2026-06-15T20:00",
                  600); /* ends before the other, though it is longer */
    fb_test_shift(&d, "2026-06-16T19:31", "2026-06-16T20:30", 59);
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 600);
    IS(REST_AFTER_MINUTES, MOST, 1);
    fb_test_shift(&d, "2026-06-15T23:30", "2026-06-16T07:30", 480); /* no rest at all, and no overlap */
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 0);
    IS(OVERLAP_MINUTES, LEAST, 0);
    fb_test_shift(&d, "2026-06-16T00:30", "2026-06-16T07:31", 400); /* that is overlap, not rest */
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 0);
    IS(OVERLAP_MINUTES, LEAST, 1);
}

static void test_rest_is_looked_for_in_14_days(void)
{
    fb_test_diary(&d);
    struct fb_stint *s = fb_test_shift(&d, "2026-06-01T19:30", "2026-06-02T07:30", 600);
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 14 * 1440);
    s->end_min--;
    fb_test_ask(&d);
    NOT_KNOWN(REST_BEFORE_MINUTES);
    d.book.clocks.fed_from = fb_test_day("2026-05-26"); /* a shift of seven days may end on the 2nd */
    fb_test_no_hours(&d, "2026-06-01", 2);
    fb_test_ask(&d);
    NOT_KNOWN(REST_BEFORE_MINUTES); /* nothing is told of the third week */
    fb_test_no_hours(&d, "2026-06-15", 1);
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, LEAST, 14 * 1440);
    d.book.clocks.fed_from++;
    fb_test_ask(&d);
    NOT_KNOWN(REST_BEFORE_MINUTES);
}

static void test_rest_is_exact_where_all_is_told(void)
{
    fb_test_diary(&d);
    fb_test_shift(&d, "2026-06-13T19:30", "2026-06-14T07:30", 690);
    fb_test_no_hours(&d, "2026-06-08", 2);
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440);
    d.book.clocks.fed_from = fb_test_day("2026-06-08");
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440); /* what began on the 7th may have ended later */
    d.book.clocks.fed_from = fb_test_day("2026-06-07");
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, EXACT, 2 * 1440);
    d.view.cut = true;
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440);
    d.view.cut = false;
    fb_test_hours(&d, "2026-06-08", "RXQ", 1, FB_HOURS_KIND_CONTRACTED); /* nobody says on which day */
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440);
}

static void test_seven_days(void)
{
    fb_test_diary(&d);
    struct fb_stint *s = fb_test_shift(&d, "2026-06-09T13:30", "2026-06-10T01:30", 600);
    fb_test_shift(&d, "2026-06-16T19:30", "2026-06-17T07:30", 690); /* after the end */
    fb_test_ask(&d);
    /* The span begins on the 9th at 19:30: half lies outside, and may be all work but for what is left. */
    IS(WEEK_MINUTES, LEAST, 690 + 240);
    s->minutes = 720;
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_no_hours(&d, "2026-06-08", 2);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 690 + 360); /* without a break there is no doubt where the minutes lie */
    fb_test_hours(&d, "2026-06-08", "RTH", 2250, FB_HOURS_KIND_WORKED);
    fb_test_ask(&d);
    /* Of that week 2,610 minutes (Monday, and Tuesday to 19:30) lie outside. */
    IS(WEEK_MINUTES, LEAST, 690 + 360);
    fb_test_hours(&d, "2026-06-08", "RTH", 3000, FB_HOURS_KIND_WORKED);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 690 + 360 + 3000 - 2610);
}

/* Shifts that touch share no minute, and one that ends when the seven days begin is not in them. */
static void test_edges_of_seven_days(void)
{
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_no_hours(&d, "2026-06-08", 2);
    fb_test_shift(&d, "2026-06-16T05:30", "2026-06-16T07:30", 110);
    fb_test_shift(&d, "2026-06-09T11:30", "2026-06-09T19:30", 450)->hirer = fb_code_of("RXQ");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 690 + 110);
    d.book.clocks.reference_weeks = 0;
    fb_test_ask(&d);
    IS(CLOCK_TRUSTS, EXACT, 1);
    fb_test_shift(&d, "2026-06-30T19:30", "2026-06-30T20:30", 60);
    fb_test_ask(&d);
    IS(REST_AFTER_MINUTES, MOST, 14 * 1440);
    fb_test_shift(&d, "2026-06-16T07:29", "2026-06-16T07:30", 1);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 690 + 110);
}

static void test_a_whole_week_of_hours(void)
{
    fb_test_diary(&d);
    fb_test_own(&d, "2026-06-14T12:00", "2026-06-15T00:00", 660);
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_hours(&d, "2026-06-08", "RTH", 2250, FB_HOURS_KIND_ROSTERED);
    fb_test_hours(&d, "2026-06-08", "RTH", 2000, FB_HOURS_KIND_WORKED);
    fb_test_hours(&d, "2026-06-08", "RTH", 2400, FB_HOURS_KIND_CONTRACTED);
    fb_test_hours(&d, "2026-06-08", "RXQ", 100, FB_HOURS_KIND_CONTRACTED);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 660 + 2000 + 100); /* worked beats the others of its employer */
    fb_test_shift(&d, "2026-06-10T07:30", "2026-06-10T19:30", 690)->route = FB_ROUTE_SUBSTANTIVE;
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 660 + 2100); /* it is in the hours already */
    fb_test_shift(&d, "2026-06-11T07:30", "2026-06-11T19:30", 690)->hirer = fb_code_of("RXQ");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 660 + 2100 + 690);
    IS(CLOCK_TRUSTS, EXACT, 2);
}

static void test_nothing_counts_twice(void)
{
    fb_test_diary(&d);
    fb_test_shift(&d, "2026-06-16T07:30", "2026-06-16T19:30", 700);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 700); /* the larger of the two */
    fb_test_shift(&d, "2026-06-16T00:00", "2026-06-16T08:00", 480);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 700 + 480 - 30);
    fb_test_shift(&d, "2026-06-15T23:00", "2026-06-16T20:00",
                  10); /* covers all of them, and is hardly any work */
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 700 + 480 - 30);
}

static void test_visa(void)
{
    fb_test_diary(&d);
    fb_test_shift(&d, "2026-06-15T07:30", "2026-06-15T19:30", 690);
    fb_test_shift(&d, "2026-06-14T19:30", "2026-06-15T07:00", 690); /* of the week before */
    fb_test_shift(&d, "2026-06-16T19:30", "2026-06-17T07:30", 690); /* starts when this one ends */
    fb_test_ask(&d);
    NOT_KNOWN(OVER_VISA_MINUTES);
    struct fb_diary_row *visa =
        fb_test_fact(&d, FB_FACT_KIND_VISA, FB_FACT_STATUS_VALID, "2026-01-01", "2027-01-01");
    fb_test_ask(&d);
    NOT_KNOWN(VISA_WEEK_MINUTES);
    IS(VISA_DAYS, EXACT, 198);
    visa->stint.minutes = 1200;
    fb_test_ask(&d);
    IS(VISA_WEEK_MINUTES, EXACT, 1200);
    IS(OVER_VISA_MINUTES, LEAST, 1380 - 1200);
    fb_test_no_hours(&d, "2026-06-15", 1);
    d.book.clocks.fed_from = fb_test_day("2026-06-15");
    fb_test_ask(&d);
    IS(OVER_VISA_MINUTES, EXACT, 1380 - 1200);
    visa->stint.end_min = (uint32_t)fb_test_day("2026-06-16") * 1440;
    fb_test_ask(&d);
    IS(VISA_DAYS, EXACT, -1);
    NOT_KNOWN(OVER_VISA_MINUTES); /* no visa with a limit is in force */
}

static void test_average(void)
{
    fb_test_diary(&d);
    fb_test_hours(&d, "2026-02-23", "RTH", 1700, FB_HOURS_KIND_WORKED); /* the first of 17 weeks */
    fb_test_hours(&d, "2026-02-16", "RTH", 9999, FB_HOURS_KIND_WORKED);
    fb_test_hours(&d, "2026-06-22", "RTH", 9999, FB_HOURS_KIND_WORKED);
    fb_test_shift(&d, "2026-06-21T23:30", "2026-06-22T07:30", 480);
    fb_test_shift(&d, "2026-06-22T00:00", "2026-06-22T07:30", 450);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, (690 + 1700 + 480) / 17);
    d.book.clocks.by_grade[0].grades = (uint64_t)1 << fb_book_grade(&d.book, fb_code_of("5"));
    d.book.clocks.by_grade[0].weeks = 18;
    d.book.clocks.n_by_grade = 1;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, (690 + 1700 + 9999 + 480) / 18);
    d.book.clocks.n_by_grade = 0;
    d.book.clocks.reference_weeks = 0;
    fb_test_ask(&d);
    NOT_KNOWN(AVERAGE_WEEK_MINUTES);
}

static void test_average_with_leave(void)
{
    fb_test_diary(&d);
    fb_test_hours(&d, "2026-02-16", "RTH", 1700, FB_HOURS_KIND_WORKED);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-05-04", "2026-05-08");
    fb_test_absence(&d, FB_ABSENCE_KIND_SICKNESS, "2026-05-08", "2026-05-10");
    fb_test_shift(&d, "2026-05-09T07:30", "2026-05-09T19:30", 690);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 1380 / 17); /* its Sunday is not covered */
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-05-09", "2026-05-11");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST,
       (1380 + 1700) / 17); /* one week more, and the work of the week of leave stays */
    d.book.clocks.absences_left_out = 1u << FB_ABSENCE_KIND_SICKNESS;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 1380 / 17);
}

static void test_average_is_exact_where_all_is_told(void)
{
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-02-23");
    fb_test_no_hours(&d, "2026-02-23", 16);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17);
    IS(CLOCK_FED, EXACT, 0);
    fb_test_no_hours(&d, "2026-06-15", 1);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 17);
    IS(CLOCK_FED, EXACT, 1);
    d.book.clocks.fed_from++;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17);
    IS(CLOCK_FED, EXACT, 0);
}

static void test_somebody_new(void)
{
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-02-23");
    fb_test_no_hours(&d, "2026-06-01", 3);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 3);
    fb_test_absence(&d, FB_ABSENCE_KIND_SICKNESS, "2026-06-08", "2026-06-15");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17); /* one week more is read, and it lies before all trusts send */
    d.book.clocks.fed_from -= 7;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 2);
    fb_test_shift(&d, "2026-01-05T07:30", "2026-01-05T19:30", 690);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17); /* not new at all */
}

static void test_days_in_a_row(void)
{
    fb_test_diary(&d);
    fb_test_shift(&d, "2026-06-15T23:30", "2026-06-16T06:30", 400);
    fb_test_shift(&d, "2026-06-14T07:30", "2026-06-14T12:00", 240);
    fb_test_shift(&d, "2026-06-14T13:00", "2026-06-14T19:30", 240);
    fb_test_shift(&d, "2026-06-12T23:59", "2026-06-13T07:00", 400);
    fb_test_shift(&d, "2026-06-17T07:30", "2026-06-17T19:30", 690);
    fb_test_ask(&d);
    IS(CONSECUTIVE_DAYS, LEAST, 3); /* nothing starts on the 13th */
    fb_test_shift(&d, "2026-06-13T00:00", "2026-06-13T01:00", 60);
    fb_test_ask(&d);
    IS(CONSECUTIVE_DAYS, LEAST, 5);
    fb_test_no_hours(&d, "2026-06-08", 2);
    d.book.clocks.fed_from = fb_test_day("2026-06-11");
    fb_test_ask(&d);
    IS(CONSECUTIVE_DAYS, EXACT, 5);
}

static void test_nights_in_a_row(void)
{
    fb_test_diary(&d);
    fb_test_ask(&d);
    IS(CONSECUTIVE_NIGHTS, EXACT, 0);
    fb_test_own(&d, "2026-06-17T00:30", "2026-06-17T08:00", 420); /* of the night that began on the 16th */
    d.own.flags = FB_STINT_NIGHT;
    fb_test_shift(&d, "2026-06-15T19:30", "2026-06-16T07:30", 690)->flags = FB_STINT_NIGHT;
    fb_test_shift(&d, "2026-06-16T09:00", "2026-06-16T12:00", 180);
    fb_test_shift(&d, "2026-06-13T21:00", "2026-06-14T07:30", 600)->flags = FB_STINT_NIGHT;
    fb_test_ask(&d);
    IS(CONSECUTIVE_NIGHTS, LEAST, 2);
    fb_test_shift(&d, "2026-06-15T01:00", "2026-06-15T06:00", 300)->flags = FB_STINT_NIGHT;
    fb_test_ask(&d);
    IS(CONSECUTIVE_NIGHTS, LEAST, 4);
    d.book.clocks.night_least_min = 0;
    fb_test_ask(&d);
    NOT_KNOWN(CONSECUTIVE_NIGHTS);
}

static void test_overlap_and_twins(void)
{
    fb_test_diary(&d);
    fb_test_shift(&d, "2026-06-16T19:30", "2026-06-16T21:30", 120);
    fb_test_ask(&d);
    IS(OVERLAP_MINUTES, LEAST, 0);
    NOT_KNOWN(OVERLAP_ELSEWHERE);
    IS(TWIN_SUSPECTED, EXACT, 0);
    fb_test_shift(&d, "2026-06-16T06:00", "2026-06-16T08:00", 120);
    fb_test_shift(&d, "2026-06-16T07:00", "2026-06-16T08:30", 90);
    fb_test_ask(&d);
    IS(OVERLAP_MINUTES, LEAST, 60); /* no minute twice */
    IS(OVERLAP_ELSEWHERE, EXACT, 0);
    fb_test_shift(&d, "2026-06-16T19:00", "2026-06-16T22:30", 180)->hirer = fb_code_of("RXQ");
    fb_test_ask(&d);
    IS(OVERLAP_MINUTES, LEAST, 90);
    IS(OVERLAP_ELSEWHERE, EXACT, 1);
    d.book.clocks.fed_from = fb_test_day("2026-06-10");
    fb_test_ask(&d);
    IS(OVERLAP_MINUTES, LEAST, 90); /* what began on the 9th may last into the 16th */
    d.book.clocks.fed_from = fb_test_day("2026-06-09");
    fb_test_shift(&d, "2026-06-16T09:00", "2026-06-16T12:00", 180)->unit = 1;
    fb_test_ask(&d);
    IS(TWIN_SUSPECTED, EXACT, 1);
    IS(OVERLAP_MINUTES, EXACT, 90); /* a twin is not booked over */
    d.own.unit = 0;
    d.view.cut = true;
    fb_test_ask(&d);
    IS(TWIN_SUSPECTED, LEAST, 0);
}

static void test_gap(void)
{
    fb_test_diary(&d);
    struct fb_stint *s = fb_test_shift(&d, "2026-06-17T19:30", "2026-06-17T21:30", 120);
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, LEAST, 1440); /* another unit */
    s->unit = 1;
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, EXACT, 1440);
    s->start_min++;
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, LEAST, 1440);
    fb_test_shift(&d, "2026-06-16T01:00", "2026-06-16T07:10", 300)->unit = 1;
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, EXACT, 20);
    fb_test_shift(&d, "2026-06-16T02:00", "2026-06-16T07:30", 300)->unit = 1;
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, EXACT, 0); /* one ends when the other starts */
    d.own.agency = 3;
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, LEAST, 1440);
    d.own.unit = 0;
    fb_test_ask(&d);
    NOT_KNOWN(GAP_HERE_MINUTES);
}

CU_TestInfo suite_clocks[] = {
    {"rest is from the latest end, and overlap is no rest", test_rest},
    {"rest is looked for in 14 days, and is unknown beyond them unless all is told",
     test_rest_is_looked_for_in_14_days},
    {"rest is exact only where all is told and nothing else was worked",
     test_rest_is_exact_where_all_is_told},
    {"of what lies partly in the seven days only what cannot lie outside counts", test_seven_days},
    {"shifts that touch share no minute", test_edges_of_seven_days},
    {"hours of a whole week count by their best record", test_a_whole_week_of_hours},
    {"no minute counts twice, and no shift makes a sum smaller", test_nothing_counts_twice},
    {"a visa's limit is held against the calendar week up to the shift's end", test_visa},
    {"the average is over whole calendar weeks, as many as the grade has", test_average},
    {"a week of leave is left out, and its work is not", test_average_with_leave},
    {"the average is exact where each week is told", test_average_is_exact_where_all_is_told},
    {"somebody new has fewer weeks, where all is told", test_somebody_new},
    {"days in a row are local dates on which work starts", test_days_in_a_row},
    {"nights in a row belong to the date on which they begin", test_nights_in_a_row},
    {"overlap is counted once, and a twin is not booked over", test_overlap_and_twins},
    {"a gap is to the nearest shift of the same unit and agency within a day", test_gap},
    CU_TEST_INFO_NULL};
