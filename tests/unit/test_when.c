#include "engine/base/limits.h"
#include "engine/base/when.h"
#include "tests/lib/suite.h"
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIRST_YEAR 1996 /* the rule holds since then */
#define LAST_YEAR  2099

/* The instant that a text names; the test stops when it names none. */
static int64_t at(const char *text)
{
    int64_t ms = 0;
    CU_ASSERT_EQUAL_FATAL(fb_instant_parse(&ms, fb_span_of(text)), FB_OK);
    return ms / 60000;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_length(int year, unsigned month)
{
    static const unsigned lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

static void test_dates_count_up(void)
{
    /* Day by day from 1 January 1600, a Saturday, through four centuries and a bit. */
    fb_day d = fb_day_of(1600, 1, 1);
    unsigned weekday = 5;
    for (int year = 1600; year < 2101; year++) {
        for (unsigned month = 1; month <= 12; month++) {
            for (unsigned day = 1; day <= month_length(year, month);
                 day++, d++, weekday = (weekday + 1) % 7) {
                int y;
                unsigned m, n;
                fb_day_civil(d, &y, &m, &n);
                if (y != year || m != month || n != day || fb_day_of(year, month, day) != d ||
                    fb_day_weekday(d) != weekday) {
                    CU_FAIL_FATAL("a date is out of step");
                }
            }
        }
    }
    CU_ASSERT_EQUAL(fb_day_of(1970, 1, 1), 0);
    CU_ASSERT_EQUAL(fb_day_weekday(0), 3);
    CU_ASSERT_EQUAL(fb_day_of(-400, 3, 1), fb_day_of(0, 3, 1) - 146097);
}

static void test_weeks(void)
{
    /* Monday 29 December 2025 begins the week that is the first of 2026. */
    fb_day monday = fb_day_of(2025, 12, 29);
    for (fb_day d = monday; d < monday + 7; d++)
        CU_ASSERT_EQUAL(fb_day_week(d), monday);
    CU_ASSERT_EQUAL(fb_day_week(fb_day_of(2026, 1, 5)), fb_day_of(2026, 1, 5));
    /* 1 January 2021 is in the 53rd week of 2020; 1 January 2024 is a Monday. */
    CU_ASSERT_EQUAL(fb_day_week(fb_day_of(2021, 1, 3)), fb_day_of(2020, 12, 28));
    CU_ASSERT_EQUAL(fb_day_week(fb_day_of(2024, 1, 1)), fb_day_of(2024, 1, 1));
    CU_ASSERT_EQUAL(fb_day_week(fb_day_of(1970, 1, 1)), fb_day_of(1969, 12, 29));
}

static void test_day_texts(void)
{
    char out[11];
    fb_day d = 4711;
    CU_ASSERT_EQUAL(fb_day_parse(&d, fb_span_of("2026-03-16")), FB_OK);
    CU_ASSERT_EQUAL(d, fb_day_of(2026, 3, 16));
    fb_day_format(out, d);
    CU_ASSERT_STRING_EQUAL(out, "2026-03-16");
    static const char *const bad[] = {
        "",           "2026-3-16",  "16/03/2026", "2026-02-29", "2100-02-29",  "2026-04-31", "2026-00-10",
        "2026-13-01", "2026-01-00", "2026-01-32", "20260316",   "2026-03-16 ", "2026-03-1a", "-026-03-16",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_EQUAL(fb_day_parse(&d, fb_span_of(bad[i])), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_day_parse(&d, fb_span_of("2024-02-29")), FB_OK);
    CU_ASSERT_EQUAL(fb_day_parse(&d, fb_span_of("2000-02-29")), FB_OK);
    fb_day_format(out, INT32_MAX);
    CU_ASSERT_STRING_EQUAL(out, "9999-12-31");
    fb_day_format(out, INT32_MIN);
    CU_ASSERT_STRING_EQUAL(out, "0000-01-01");
}

/* The rule said again, slowly: walk the days of the year and remember the Sundays. 1 January 1996 was a
 * Monday, and 365 days after it plus leap days gives every later one. */
static void changes_of(int year, int64_t *spring, int64_t *autumn)
{
    int64_t day = 9496; /* 1996-01-01, counted from 1970 */
    unsigned weekday = 0;
    for (int y = FIRST_YEAR; y <= year; y++) {
        for (unsigned month = 1; month <= 12; month++) {
            for (unsigned n = 1; n <= month_length(y, month); n++, day++, weekday = (weekday + 1) % 7) {
                if (weekday == 6 && month == 3)
                    *spring = day * 1440 + 60;
                if (weekday == 6 && month == 10)
                    *autumn = day * 1440 + 60;
            }
        }
    }
}

static void test_last_sunday_rule(void)
{
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        int64_t spring = 0, autumn = 0;
        changes_of(year, &spring, &autumn);
        CU_ASSERT_EQUAL(fb_london_offset_min(spring - 1), 0);
        CU_ASSERT_EQUAL(fb_london_offset_min(spring), 60);
        CU_ASSERT_EQUAL(fb_london_offset_min(autumn - 1), 60);
        CU_ASSERT_EQUAL(fb_london_offset_min(autumn), 0);
        for (int64_t m = (int64_t)fb_day_of(year, 1, 1) * 1440; m < (int64_t)fb_day_of(year + 1, 1, 1) * 1440;
             m += 360) {
            if (fb_london_offset_min(m) != (m >= spring && m < autumn ? 60 : 0))
                CU_FAIL_FATAL("the offset is wrong between two changes");
        }
        CU_ASSERT_EQUAL(fb_london_next_change(spring - 1), spring);
        CU_ASSERT_EQUAL(fb_london_next_change(spring), autumn);
        CU_ASSERT_EQUAL(fb_london_next_change(autumn - 1), autumn);
        CU_ASSERT_EQUAL(fb_london_next_change((int64_t)fb_day_of(year, 1, 15) * 1440), spring);
        int64_t next_spring = 0, next_autumn = 0;
        changes_of(year + 1, &next_spring, &next_autumn);
        CU_ASSERT_EQUAL(fb_london_next_change(autumn), next_spring);
        CU_ASSERT_EQUAL(fb_london_next_change((int64_t)fb_day_of(year, 12, 31) * 1440), next_spring);
    }
}

static int tzdata_offset_min(int64_t utc_min)
{
    time_t t = (time_t)(utc_min * 60);
    struct tm local;
    if (localtime_r(&t, &local) == NULL) /* allowed: the tzdata comparison */
        return -1;
    fb_day day = fb_day_of(local.tm_year + 1900, (unsigned)local.tm_mon + 1, (unsigned)local.tm_mday);
    return (int)((int64_t)day * 1440 + local.tm_hour * 60 + local.tm_min - utc_min);
}

static void test_same_as_tzdata(void)
{
    const char *old = getenv("TZ");
    char kept[128] = "";
    if (old != NULL && strlen(old) < sizeof kept)
        memcpy(kept, old, strlen(old) + 1);
    CU_ASSERT_EQUAL_FATAL(setenv("TZ", "Europe/London", 1), 0);
    tzset();
    /* Without tzdata the zone is read as UTC: the test then says so instead of blaming the rule. */
    bool installed = tzdata_offset_min((int64_t)fb_day_of(2026, 7, 1) * 1440) == 60;
    CU_ASSERT_TRUE(installed);
    for (int64_t m = (int64_t)fb_day_of(FIRST_YEAR, 1, 1) * 1440;
         installed && m < (int64_t)fb_day_of(LAST_YEAR + 1, 1, 1) * 1440; m += 177) {
        if (fb_london_offset_min(m) != tzdata_offset_min(m))
            CU_FAIL_FATAL("tzdata says otherwise");
    }
    for (int year = FIRST_YEAR; installed && year <= LAST_YEAR; year++) {
        int64_t m = (int64_t)fb_day_of(year, 1, 1) * 1440;
        for (int i = 0; i < 2; i++) {
            m = fb_london_next_change(m);
            CU_ASSERT_EQUAL(tzdata_offset_min(m), fb_london_offset_min(m));
            CU_ASSERT_EQUAL(tzdata_offset_min(m - 1), fb_london_offset_min(m - 1));
            CU_ASSERT_NOT_EQUAL(tzdata_offset_min(m), tzdata_offset_min(m - 1));
        }
    }
    if (old == NULL)
        unsetenv("TZ");
    else
        setenv("TZ", kept, 1);
    tzset();
}

static void test_local_minutes_occur_nought_to_two_times(void)
{
    int64_t out[2];
    int64_t spring = (int64_t)fb_day_of(2026, 3, 29) * 1440, autumn = (int64_t)fb_day_of(2026, 10, 25) * 1440;
    CU_ASSERT_EQUAL(fb_london_instants(spring + 59, out), 1);
    CU_ASSERT_EQUAL(out[0], spring + 59);
    CU_ASSERT_EQUAL(fb_london_instants(spring + 60, out), 0);
    CU_ASSERT_EQUAL(fb_london_instants(spring + 119, out), 0);
    CU_ASSERT_EQUAL(fb_london_instants(spring + 120, out), 1);
    CU_ASSERT_EQUAL(out[0], spring + 60);
    CU_ASSERT_EQUAL(fb_london_instants(autumn + 59, out), 1);
    CU_ASSERT_EQUAL(out[0], autumn - 1);
    CU_ASSERT_EQUAL(fb_london_instants(autumn + 60, out), 2);
    CU_ASSERT(out[0] == autumn && out[1] == autumn + 60);
    CU_ASSERT_EQUAL(fb_london_instants(autumn + 119, out), 2);
    CU_ASSERT_EQUAL(fb_london_instants(autumn + 120, out), 1);
    CU_ASSERT_EQUAL(out[0], autumn + 120);
    for (int64_t m = spring; m < spring + 1440; m++) {
        unsigned n = fb_london_instants(fb_london_local_min(m), out);
        CU_ASSERT(n == 1 && out[0] == m);
    }
}

static void test_instant_texts(void)
{
    char out[25], local[17];
    int64_t ms = 0;
    CU_ASSERT_EQUAL(fb_instant_parse(&ms, fb_span_of("2026-03-16T07:30:05.250Z")), FB_OK);
    CU_ASSERT_EQUAL(ms, ((int64_t)fb_day_of(2026, 3, 16) * 1440 + 450) * 60000 + 5250);
    fb_instant_format(out, ms);
    CU_ASSERT_STRING_EQUAL(out, "2026-03-16T07:30:05.250Z");
    CU_ASSERT_EQUAL(at("2026-07-01T08:00"), at("2026-07-01T07:00Z"));
    CU_ASSERT_EQUAL(at("2026-07-01T08:00+01:00"), at("2026-07-01T07:00:00Z"));
    CU_ASSERT_EQUAL(at("2026-01-01T00:30-05:30"), at("2026-01-01T06:00"));
    CU_ASSERT_EQUAL(at("2026-10-25T01:30"), at("2026-10-25T00:30Z")); /* the earlier */
    CU_ASSERT_EQUAL(fb_instant_parse(&ms, fb_span_of("2026-07-01T08:00:00.5")), FB_OK);
    CU_ASSERT_EQUAL(ms % 60000, 500);
    CU_ASSERT_EQUAL(fb_instant_parse(&ms, fb_span_of("1969-12-31T23:59:59.999Z")), FB_OK);
    CU_ASSERT_EQUAL(ms, -1);
    fb_instant_format(out, -1);
    CU_ASSERT_STRING_EQUAL(out, "1969-12-31T23:59:59.999Z");
    fb_local_format(local, at("2026-07-01T23:30Z"));
    CU_ASSERT_STRING_EQUAL(local, "2026-07-02T00:30");
    fb_instant_format(out, INT64_MAX);
    CU_ASSERT_STRING_EQUAL(out, "9999-12-31T23:59:59.999Z");
    fb_instant_format(out, INT64_MIN);
    CU_ASSERT_STRING_EQUAL(out, "0000-01-01T00:00:00.000Z");
    fb_local_format(local, INT64_MAX);
    CU_ASSERT_STRING_EQUAL(local, "9999-12-31T23:59");
}

static void test_what_is_no_instant(void)
{
    static const char *const bad[] = {
        "",
        "2026-03-16",
        "2026-03-16T",
        "2026-03-16 07:30",
        "2026-03-16T7:30",
        "2026-03-16T24:00",
        "2026-03-16T07:60",
        "2026-03-16T07:30:60Z",
        "2026-03-16T07:30:5Z",
        "2026-03-16T07:30:05.Z",
        "2026-03-16T07:30:05.2500Z",
        "2026-03-16T07:30z",
        "2026-03-16T07:30ZZ",
        "2026-03-16T07:30+1:00",
        "2026-03-16T07:30+0100",
        "2026-03-16T07:30+14:01",
        "2026-03-16T07:30+15:00",
        "2026-03-16T07:30+01:60",
        "2026-02-30T07:30Z",
        "2026-03-29T01:30",
        "0000-01-01T00:00+01:00",
        "9999-12-31T23:59-01:00",
    };
    int64_t ms = 4711;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_EQUAL(fb_instant_parse(&ms, fb_span_of(bad[i])), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_instant_parse(&ms, (struct fb_span){NULL, 0}), FB_REFUSED);
    CU_ASSERT_EQUAL(ms, 4711);
}

static void check_shift(const char *start, const char *end, int64_t stated, const char *from, const char *to,
                        unsigned notes)
{
    struct fb_shift_time s = {0, 0, 99};
    const char *bad = NULL, *why = NULL;
    CU_ASSERT_EQUAL(fb_shift_resolve(&s, fb_span_of(start), fb_span_of(end), stated, &bad, &why), FB_OK);
    CU_ASSERT_EQUAL(s.start_min, at(from));
    CU_ASSERT_EQUAL(s.end_min, at(to));
    CU_ASSERT_EQUAL(s.notes, notes);
}

static void test_nights_the_clocks_change(void)
{
    struct fb_shift_time s;
    const char *bad, *why;
    CU_ASSERT_EQUAL(
        fb_shift_resolve(&s, fb_span_of("2026-10-24T19:30"), fb_span_of("2026-10-25T08:00"), -1, &bad, &why),
        FB_OK);
    CU_ASSERT_EQUAL(s.end_min - s.start_min, 810);
    CU_ASSERT_EQUAL(s.notes, 0);
    CU_ASSERT_EQUAL(
        fb_shift_resolve(&s, fb_span_of("2026-03-28T19:30"), fb_span_of("2026-03-29T08:00"), -1, &bad, &why),
        FB_OK);
    CU_ASSERT_EQUAL(s.end_min - s.start_min, 690);
    check_shift("2026-03-29T00:59", "2026-03-29T02:00", -1, "2026-03-29T00:59Z", "2026-03-29T01:00Z", 0);
}

static void test_ambiguous_times(void)
{
    unsigned start = FB_WHEN_AMBIGUOUS_START, end = FB_WHEN_AMBIGUOUS_END;
    check_shift("2026-10-25T01:30", "2026-10-25T08:00", -1, "2026-10-25T00:30Z", "2026-10-25T08:00Z", start);
    check_shift("2026-10-24T20:00", "2026-10-25T01:30", -1, "2026-10-24T19:00Z", "2026-10-25T01:30Z", end);
    check_shift("2026-10-24T20:00", "2026-10-25T01:30", 330, "2026-10-24T19:00Z", "2026-10-25T00:30Z", end);
    check_shift("2026-10-24T20:00", "2026-10-25T01:30", 390, "2026-10-24T19:00Z", "2026-10-25T01:30Z", end);
    check_shift("2026-10-24T20:00", "2026-10-25T01:30", 300, "2026-10-24T19:00Z", "2026-10-25T01:30Z", end);
    check_shift("2026-10-25T01:45", "2026-10-25T01:15", -1, "2026-10-25T00:45Z", "2026-10-25T01:15Z",
                start | end);
    check_shift("2026-10-25T01:00", "2026-10-25T01:30", 30, "2026-10-25T00:00Z", "2026-10-25T00:30Z",
                start | end);
    /* A suffix leaves nothing to ask. */
    check_shift("2026-10-25T01:30+01:00", "2026-10-25T01:30Z", -1, "2026-10-25T00:30Z", "2026-10-25T01:30Z",
                0);
}

static void check_refused(const char *start, const char *end, const char *field, const char *advice)
{
    struct fb_shift_time s = {1, 2, 3};
    const char *bad = "", *why = "";
    CU_ASSERT_EQUAL(fb_shift_resolve(&s, fb_span_of(start), fb_span_of(end), -1, &bad, &why), FB_REFUSED);
    CU_ASSERT_STRING_EQUAL(bad, field);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, advice));
    CU_ASSERT(s.start_min == 1 && s.end_min == 2 && s.notes == 3);
}

static void test_refusals_name_the_field(void)
{
    check_refused("2026-03-29T01:30", "2026-03-29T08:00", "start", "does not exist");
    check_refused("2026-03-28T19:30", "2026-03-29T01:00", "end", "does not exist");
    check_refused("2026-03-28T19:30", "2026-03-29T01:59", "end", "add Z or +01:00");
    check_refused("28/03/2026 19:30", "2026-03-29T08:00", "start", "write it as");
    check_refused("2026-03-28T19:30", "", "end", "no time is given");
    check_refused("2026-03-28T19:30:15", "2026-03-29T08:00", "start", "leave the seconds out");
    check_refused("2026-03-16T07:30", "2026-03-16T07:30", "end", "correct the end");
    check_refused("2026-03-16T19:30", "2026-03-16T07:30", "end", "its own date when it is past midnight");
    check_refused("2026-03-01T00:00", "2026-03-08T00:01", "end", "longer than a week");
    check_shift("2026-03-01T00:00", "2026-03-08T00:00:00", -1, "2026-03-01T00:00Z", "2026-03-08T00:00Z", 0);
    CU_ASSERT_EQUAL(FB_SHIFT_MINUTES_MAX, 7 * 1440);
}

static void test_the_local_date_turns_at_midnight_in_london(void)
{
    int64_t winter = (int64_t)fb_day_of(2026, 1, 10) * 1440, summer = (int64_t)fb_day_of(2026, 7, 10) * 1440;
    CU_ASSERT_EQUAL(fb_london_day(winter - 1), fb_day_of(2026, 1, 9));
    CU_ASSERT_EQUAL(fb_london_day(winter), fb_day_of(2026, 1, 10));
    CU_ASSERT_EQUAL(fb_london_day(summer - 61), fb_day_of(2026, 7, 9)); /* 22:59 UTC is 23:59 in summer */
    CU_ASSERT_EQUAL(fb_london_day(summer - 60), fb_day_of(2026, 7, 10));
    CU_ASSERT_EQUAL(fb_london_day_of_ms(winter * 60000 - 1), fb_day_of(2026, 1, 9));
    CU_ASSERT_EQUAL(fb_london_day(-1), fb_day_of(1969, 12, 31));
}

CU_TestInfo suite_when[] = {
    {"the local date turns at midnight in London", test_the_local_date_turns_at_midnight_in_london},
    {"dates and weekdays count up through four centuries", test_dates_count_up},
    {"a week begins on Monday, across the ends of years too", test_weeks},
    {"days are read from one form and no other", test_day_texts},
    {"the clocks change on last Sundays at 01:00 UTC, 1996 to 2099", test_last_sunday_rule},
    {"the London offset is what tzdata says", test_same_as_tzdata},
    {"a local minute occurs once, twice in the autumn fold, never in the spring gap",
     test_local_minutes_occur_nought_to_two_times},
    {"instants are read and written to the millisecond", test_instant_texts},
    {"what is no instant is refused", test_what_is_no_instant},
    {"a night on which the clocks change has 810 or 690 minutes from 19:30 to 08:00",
     test_nights_the_clocks_change},
    {"an ambiguous time is settled by the rule and noted", test_ambiguous_times},
    {"a refused shift names the field and says what to do", test_refusals_name_the_field},
    CU_TEST_INFO_NULL,
};
