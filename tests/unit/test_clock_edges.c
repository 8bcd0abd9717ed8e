/* The edges of clocks: which period a grade has, when a night ends, and how far back a run is walked. */
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

/* Each grade has its own period, longer or shorter; a diary is read as far back as the longest of them asks. */
static void test_average_of_grades(void)
{
    uint32_t from, until, longer;
    fb_test_diary(&d);
    fb_test_hours(&d, "2026-02-23", "RTH", 1700, FB_HOURS_KIND_WORKED);
    d.book.clocks.by_grade[0].grades = (uint64_t)1 << fb_book_grade(&d.book, fb_code_of("6"));
    d.book.clocks.by_grade[0].weeks = 52;
    d.book.clocks.n_by_grade = 1;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, (690 + 1700) / 17); /* another's */
    d.book.clocks.assignment_reset_weeks = 0; /* that clock looks further back still */
    fb_diary_window(&d.book.clocks, d.own.start_min, &longer, &until);
    d.book.clocks.by_grade[0].weeks = 26;
    fb_diary_window(&d.book.clocks, d.own.start_min, &from, &until);
    CU_ASSERT_EQUAL(from, longer + 2 * 26 * 7 * 1440);
    d.book.clocks.reference_weeks = 40;
    fb_diary_window(&d.book.clocks, d.own.start_min, &from, &until);
    CU_ASSERT_EQUAL(from, longer + 2 * 12 * 7 * 1440); /* the row is the shorter */
    d.book.clocks.reference_weeks = 17;
    d.book.grade[0].code = fb_code_of("5"); /* the first of the book's grades is one as well */
    d.book.clocks.by_grade[0].grades = 1;
    d.book.clocks.by_grade[0].weeks = 4;
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 4);
}

/* As long as a run is walked back its end is known, and no longer. */
static void run_before(unsigned days, bool night)
{
    fb_test_diary(&d);
    d.own.flags = night ? FB_STINT_NIGHT : 0;
    for (unsigned i = 1; i <= days; i++) {
        struct fb_stint *s = fb_test_shift(&d, "2026-06-16T07:30", "2026-06-16T19:30", 690);
        s->start_min -= 1440 * i;
        s->end_min -= 1440 * i;
        s->flags = night ? FB_STINT_NIGHT : 0;
    }
    fb_test_no_hours(&d, "2026-05-04", 7);
    d.book.clocks.fed_from = fb_test_day("2026-05-04");
    fb_test_ask(&d);
}

static void test_runs_end_where_they_are_cut(void)
{
    run_before(29, false);
    IS(CONSECUTIVE_DAYS, EXACT, 30);
    run_before(30, false);
    IS(CONSECUTIVE_DAYS, LEAST, 31);
    run_before(29, true);
    IS(CONSECUTIVE_NIGHTS, EXACT, 30);
    run_before(30, true);
    IS(CONSECUTIVE_NIGHTS, LEAST, 31);
}

/* What starts when the night ends belongs to the next. */
static void test_start_at_the_end_of_the_night(void)
{
    fb_test_diary(&d);
    fb_test_own(&d, "2026-06-16T20:00", "2026-06-17T06:00", 600);
    d.own.flags = FB_STINT_NIGHT;
    struct fb_stint *s = fb_test_shift(&d, "2026-06-15T05:59", "2026-06-15T09:00", 181);
    s->flags = FB_STINT_NIGHT;
    fb_test_ask(&d);
    IS(CONSECUTIVE_NIGHTS, LEAST, 1); /* of the night of the 14th */
    s->start_min++;
    fb_test_ask(&d);
    IS(CONSECUTIVE_NIGHTS, LEAST, 2);
}

/* Away for so many weeks that two of work were not found: what came before the first entry would have to be known. */
static void test_a_period_that_was_not_found(void)
{
    fb_test_diary(&d);
    d.book.clocks.reference_weeks = 2;
    d.book.clocks.fed_from = fb_test_day("2026-05-25");
    fb_test_no_hours(&d, "2026-05-25", 4);
    fb_test_absence(&d, FB_ABSENCE_KIND_SICKNESS, "2026-05-25", "2026-06-15");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 2);
    d.book.clocks.fed_from = fb_test_day("2026-05-18");
    d.view.n[FB_DIARY_ABSENCES] = 0;
    fb_test_absence(&d, FB_ABSENCE_KIND_SICKNESS, "2026-06-01", "2026-06-15");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, EXACT, 690 / 2);
}

/* What lies behind the last row is not of the diary. */
static void test_the_last_row_is_the_last(void)
{
    fb_test_diary(&d);
    d.book.clocks.reference_weeks = 2;
    d.book.clocks.fed_from = fb_test_day("2026-06-01");
    fb_test_no_hours(&d, "2026-06-08", 2);
    fb_test_ask(&d);
    CU_ASSERT_EQUAL(d.facts.value[FB_FACT_CLOCK_FED], 1);
    d.view.n[FB_DIARY_HOURS] = 1; /* the second stays where it is */
    fb_test_ask(&d);
    CU_ASSERT_EQUAL(d.facts.value[FB_FACT_CLOCK_FED], 0);
    fb_test_diary(&d);
    d.book.clocks.fed_from = fb_test_day("2026-06-07");
    fb_test_shift(&d, "2026-06-13T19:30", "2026-06-14T07:30", 690);
    fb_test_no_hours(&d, "2026-06-08", 2);
    fb_test_hours(&d, "2026-06-15", "RXQ", 100, FB_HOURS_KIND_WORKED);
    d.view.n[FB_DIARY_HOURS]--;
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, EXACT, 2 * 1440);
    d.view.n[FB_DIARY_HOURS]++;
    fb_test_ask(&d);
    IS(REST_BEFORE_MINUTES, MOST, 2 * 1440);
}

/* The week of the shift is one of the period. */
static void test_leave_in_the_week_of_the_shift(void)
{
    fb_test_diary(&d);
    d.book.clocks.absences_left_out = 1u << FB_ABSENCE_KIND_ANNUAL_LEAVE;
    fb_test_hours(&d, "2026-02-16", "RTH", 1700, FB_HOURS_KIND_WORKED); /* the week before the 17 */
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-16", "2026-06-22");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, 690 / 17);
    fb_test_absence(&d, FB_ABSENCE_KIND_ANNUAL_LEAVE, "2026-06-15", "2026-06-22");
    fb_test_ask(&d);
    IS(AVERAGE_WEEK_MINUTES, LEAST, (690 + 1700) / 17);
}

/* Of the longest shift what ended before its seven days and before its week may still be within a day. */
static void test_gap_before_the_longest_shift(void)
{
    fb_test_diary(&d);
    d.own.start_min -= 1440; /* Monday */
    d.own.end_min = d.own.start_min + 7 * 1440;
    d.own.unit = 7;
    for (unsigned i = 2; i > 0; i--) {
        struct fb_stint *s = fb_test_shift(&d, "2026-06-14T07:30", "2026-06-14T19:30", 690);
        s->hirer = d.own.hirer;
        s->agency = d.own.agency;
        s->unit = i == 2 ? 7 : 8; /* the later one is another's */
        s->start_min -= 60 * i;
        s->end_min -= 60 * i;
    }
    fb_test_ask(&d);
    IS(GAP_HERE_MINUTES, EXACT, 720 + 120);
}

CU_TestInfo suite_clock_edges[] = {
    {"a period whose weeks were not found may be of more", test_a_period_that_was_not_found},
    {"what lies behind the last row is not of the diary", test_the_last_row_is_the_last},
    {"leave in the week of the shift leaves that week out", test_leave_in_the_week_of_the_shift},
    {"the gap before the longest shift is known", test_gap_before_the_longest_shift},
    {"a grade may have a longer or a shorter period", test_average_of_grades},
    {"a shift that starts when the night ends is of the next", test_start_at_the_end_of_the_night},
    {"a run that is cut may be longer", test_runs_end_where_they_are_cut},
    CU_TEST_INFO_NULL,
};
