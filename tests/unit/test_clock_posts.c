/* Clocks and posts of one's own: hours that an absence says were not worked, and employers who say nothing. */
#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"

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

static void absence_from(const char *employer, enum fb_absence_kind kind, const char *from, const char *until)
{
    fb_test_absence(&d, kind, from, until);
    d.row[FB_DIARY_ABSENCES][d.view.n[FB_DIARY_ABSENCES] - 1].stint.hirer = fb_code_of(employer);
}

static void post_at(const char *employer, enum fb_fact_status status, const char *from, const char *until)
{
    struct fb_diary_row *row = fb_test_fact(&d, FB_FACT_KIND_SUBSTANTIVE_POST, status, from, until);
    row->stint.hirer = employer == NULL ? 0 : fb_code_of(employer);
}

/* A Sunday's shift, so that its seven days are its calendar week. */
static void in_a_week_of(enum fb_hours_kind kind)
{
    fb_test_diary(&d);
    fb_test_own(&d, "2026-06-14T12:00", "2026-06-15T00:00", 720);
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_hours(&d, "2026-06-08", "RXQ", 2250, kind);
}

static void test_a_week_away(void)
{
    in_a_week_of(FB_HOURS_KIND_CONTRACTED);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720 + 2250);
    absence_from("RTH", FB_ABSENCE_KIND_SICKNESS, "2026-06-08", "2026-06-15");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720 + 2250); /* of another employer */
    absence_from("RXQ", FB_ABSENCE_KIND_OTHER, "2026-06-01", "2026-06-12");
    absence_from("RXQ", FB_ABSENCE_KIND_JURY_SERVICE, "2026-06-12", "2026-06-15");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720); /* two absences cover it, of kinds that are in no reference period's list */
    in_a_week_of(FB_HOURS_KIND_ROSTERED);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-08", "2026-06-15"); /* from all work */
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720);
    in_a_week_of(FB_HOURS_KIND_WORKED);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-08", "2026-06-15");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720 + 2250); /* what was worked was worked */
}

/* Nobody says on which days of the week the hours lay. */
static void test_a_day_away(void)
{
    in_a_week_of(FB_HOURS_KIND_CONTRACTED);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-10", "2026-06-11");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 720 + 2250 - 1440);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-12", "2026-06-13");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 720);
    fb_test_hours(&d, "2026-06-08", "RXQ", 1800, FB_HOURS_KIND_WORKED);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720 + 1800);
    in_a_week_of(FB_HOURS_KIND_CONTRACTED);
    d.row[FB_DIARY_HOURS][0].stint.minutes = 0;
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-10", "2026-06-11");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, EXACT, 720); /* of nothing there is nothing to doubt */
    in_a_week_of(FB_HOURS_KIND_CONTRACTED);
    d.view.cut = true; /* absences were too many to be read, perhaps */
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 720);
}

/* The days on which the clocks change have an hour less or more. */
static void test_a_day_of_25_hours(void)
{
    fb_test_diary(&d);
    fb_test_own(&d, "2026-10-25T12:00", "2026-10-25T13:00", 60);
    fb_test_hours(&d, "2026-10-19", "RXQ", 2250, FB_HOURS_KIND_CONTRACTED);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-10-25", "2026-10-26");
    d.book.clocks.reference_weeks = 1;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 60 + 2250 - 1500);
}

/* Eight weeks of sickness: they are not numbered, and what was contracted for them was not worked. */
static void test_average_with_sickness(void)
{
    fb_test_diary(&d);
    for (fb_day week = fb_test_day("2025-12-01"); week <= fb_test_day("2026-06-15"); week += 7) {
        char day[11];
        fb_day_format(day, week);
        fb_test_hours(&d, day, "RXQ", 2250, FB_HOURS_KIND_CONTRACTED);
    }
    absence_from("RXQ", FB_ABSENCE_KIND_SICKNESS, "2026-03-02", "2026-04-27");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, (17 * 2250 + 690) / 17);
    d.book.clocks.fed_from = fb_test_day("2025-12-01");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, (17 * 2250 + 690) / 17);
}

/* Of a week of which some days are left out nobody says which hours are theirs. */
static void test_average_with_days_of_leave(void)
{
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-02-16");
    fb_test_no_hours(&d, "2026-02-16", 18);
    fb_test_absence(&d, FB_ABSENCE_KIND_OTHER, "2026-05-04", "2026-05-09");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 17); /* of no kind that is left out */
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-05-04", "2026-05-09");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17);
    IS(CLOCK_FED, EXACT, 1);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-05-09", "2026-05-11");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 17);
}

static void test_rest_of_a_week_away(void)
{
    fb_test_diary(&d);
    fb_test_shift(&d, "2026-06-13T19:30", "2026-06-14T07:30", 690);
    fb_test_no_hours(&d, "2026-06-15", 1);
    fb_test_hours(&d, "2026-06-08", "RXQ", 600, FB_HOURS_KIND_CONTRACTED);
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-08", "2026-06-14");
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440); /* they may have been worked on the Sunday */
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-14", "2026-06-15");
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, EXACT, 2 * 1440);
}

/* ---- employers who say nothing ---- */

static void all_told(void)
{
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-02-23");
    fb_test_no_hours(&d, "2026-02-23", 17); /* at RYR */
    fb_test_shift(&d, "2026-06-13T19:30", "2026-06-14T07:30", 690);
}

static bool is_exact(void)
{
    fb_test_ask(&d);
    enum how how = how_of(FB_FACT_AVERAGE_WEEK_MINUTES);
    bool fed = d.facts.value[FB_FACT_CLOCK_FED] != 0;
    CU_ASSERT(fed == (how == EXACT));
    return how == EXACT;
}

static void test_a_silent_post(void)
{
    all_told();
    post_at("RYR", FB_FACT_STATUS_VALID, "2025-01-01", NULL);
    CU_ASSERT(is_exact());
    IS(REST_BEFORE_MINUTES, EXACT, 2 * 1440);
    IS(WEEK_MINUTES, EXACT, 1380);
    IS(CONSECUTIVE_DAYS, EXACT, 1);
    post_at("RXQ", FB_FACT_STATUS_CONDITIONS, "2025-01-01", NULL);
    CU_ASSERT(!is_exact());
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440);
    IS(WEEK_MINUTES, LEAST, 1380);
    IS(CONSECUTIVE_DAYS, LEAST, 1);
    all_told();
    post_at("RXQ", FB_FACT_STATUS_REFUSED, "2025-01-01", NULL);
    post_at(NULL, FB_FACT_STATUS_VALID, "2025-01-01", NULL); /* nobody knows whose it is */
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_VALID, "2025-01-01", NULL)->stint.hirer = fb_code_of("RXQ");
    CU_ASSERT(is_exact());
}

/* Of one day in a week its employer knows what was worked in that week. */
static void test_a_post_for_a_while(void)
{
    all_told();
    post_at("RXQ", FB_FACT_STATUS_VALID, "2025-01-01", "2026-02-23");
    post_at("RXQ", FB_FACT_STATUS_VALID, "2026-06-22", NULL);
    CU_ASSERT(is_exact());
    post_at("RXQ", FB_FACT_STATUS_VALID, "2026-04-12", "2026-04-14");
    CU_ASSERT(!is_exact());
    fb_test_hours(&d, "2026-04-06", "RXQ", 0, FB_HOURS_KIND_WORKED);
    CU_ASSERT(!is_exact());
    fb_test_hours(&d, "2026-04-13", "RXQ", 0, FB_HOURS_KIND_CONTRACTED);
    CU_ASSERT(is_exact());
    all_told();
    post_at("RXQ", FB_FACT_STATUS_VALID, "2025-01-01", "2026-02-24");
    CU_ASSERT(!is_exact());
    all_told();
    post_at("RXQ", FB_FACT_STATUS_VALID, "2026-06-21", NULL);
    CU_ASSERT(!is_exact());
}

/* Who held a post before the first entry was there, and nobody told of it. */
static void test_nobody_new(void)
{
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-02-23");
    fb_test_no_hours(&d, "2026-06-01", 3);
    post_at("RYR", FB_FACT_STATUS_VALID, "2026-06-01", NULL);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 3);
    post_at("RYR", FB_FACT_STATUS_VALID, "2025-05-31", "2026-02-23");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 3);
    post_at("RYR", FB_FACT_STATUS_VALID, "2026-05-31", NULL);
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17);
}

/* ---- who must be judged again ---- */

static bool is_read(enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    struct fb_diary_range range[FB_DIARY_READERS];
    struct fb_diary_row reader = {.stint = d.own};
    bool in = fb_diary_readers(&d.book, sort, row, range) == 1 && range[0].from_min <= d.own.start_min && range[0].until_min > d.own.start_min;
    return in && fb_diary_reads(&d.book, sort, row, &reader);
}

/* Rest after the longest of shifts is looked for far ahead, in weeks of which a day off or a post may be the last. */
static void test_what_comes_later_is_read(void)
{
    uint32_t from, until;
    fb_test_diary(&d);
    fb_test_own(&d, "2026-06-15T10:00", "2026-06-22T10:00", 690);
    fb_test_shift(&d, "2026-07-06T09:00", "2026-07-06T19:30", 600);
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_no_hours(&d, "2026-06-15", 3);
    fb_test_hours(&d, "2026-07-06", "RXQ", 600, FB_HOURS_KIND_CONTRACTED);
    fb_test_absence(&d, FB_ABSENCE_KIND_OTHER, "2026-07-06", "2026-07-12");
    fb_test_ask(&d);
    IS(REST_AFTER_MINUTES, MOST, 14 * 1440 - 60);
    fb_test_absence(&d, FB_ABSENCE_KIND_OTHER, "2026-07-12", "2026-07-13"); /* the Sunday */
    fb_test_ask(&d);
    IS(REST_AFTER_MINUTES, EXACT, 14 * 1440 - 60);
    fb_diary_window(&d.book.clocks, d.own.start_min, &from, &until);
    CU_ASSERT(d.row[FB_DIARY_ABSENCES][1].stint.start_min < until);
    CU_ASSERT(is_read(FB_DIARY_ABSENCES, &d.row[FB_DIARY_ABSENCES][1]));
    post_at("RTH", FB_FACT_STATUS_VALID, "2026-07-12", NULL);
    fb_test_ask(&d);
    IS(REST_AFTER_MINUTES, MOST, 14 * 1440 - 60);
    CU_ASSERT(d.row[FB_DIARY_FACTS][0].stint.start_min < until);
    CU_ASSERT(is_read(FB_DIARY_FACTS, &d.row[FB_DIARY_FACTS][0]));
}

/* A day off long before the seven days may lie in a week of which they hold a part. */
static void test_a_day_off_before_is_read(void)
{
    fb_test_diary(&d);
    fb_test_own(&d, "2026-06-14T12:00", "2026-06-14T23:59", 600); /* the seven days begin on a Sunday, a minute before its end */
    fb_test_hours(&d, "2026-06-01", "RXQ", 10080, FB_HOURS_KIND_ROSTERED);
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 600 + 1);
    fb_test_absence(&d, FB_ABSENCE_KIND_OTHER, "2026-06-01", "2026-06-02");
    fb_test_ask(&d);
    IS(WEEK_MINUTES, LEAST, 600);
    d.book.clocks.reference_weeks = 0;
    CU_ASSERT(is_read(FB_DIARY_ABSENCES, &d.row[FB_DIARY_ABSENCES][0]));
}

CU_TestInfo suite_clock_posts[] = {
    {"hours by contract or roster were not worked in a week away from that work", test_a_week_away},
    {"of a week that is an absence in part only what cannot lie in it is sure", test_a_day_away},
    {"a day away is as long as it was", test_a_day_of_25_hours},
    {"an average counts nothing for weeks of sickness", test_average_with_sickness},
    {"an average is not exact where days of a week are left out", test_average_with_days_of_leave},
    {"rest is exact where the only hours of a week were not worked", test_rest_of_a_week_away},
    {"a clock is not exact while an employer of a known post is silent", test_a_silent_post},
    {"a post has hours in the weeks in which it is held", test_a_post_for_a_while},
    {"nobody is new who held a post before", test_nobody_new},
    {"an absence or a post in the last week that is looked at is read", test_what_comes_later_is_read},
    {"an absence in the first week that is looked at is read", test_a_day_off_before_is_read},
    CU_TEST_INFO_NULL,
};
