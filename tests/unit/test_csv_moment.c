#include "adapters/inbound/csv/moment.h"
#include "tests/lib/suite.h"
#include <string.h>

/* "" when the text does not fit the pattern. */
static void check(const char *pattern, const char *text, const char *expected)
{
    struct fb_moment m;
    char out[20] = "";
    if (fb_moment_match(&m, fb_span_of(pattern), fb_span_of(text)) == FB_OK)
        fb_moment_format(out, &m);
    CU_ASSERT_STRING_EQUAL(out, expected);
}

static void test_dates(void)
{
    check("dd/mm/yyyy HH:MM", "16/03/2026 19:30", "2026-03-16T19:30");
    check("d/m/yyyy", "1/4/2026", "2026-04-01T00:00");
    check("dd-mmm-yy", "05-Apr-26", "2026-04-05T00:00");
    check("dd mmm yyyy", "05 SEP 2026", "2026-09-05T00:00");
    check("yyyymmdd", "20260316", "2026-03-16T00:00");
    check("yyyy-mm-ddTHH:MM:SS", "2026-03-16T01:02:03", "2026-03-16T01:02:03");
    check("dd/mm/yyyy HH:MM", "31/12/2026 24:00", "2027-01-01T00:00");
    check("dd/mm/yyyy", "29/02/2028", "2028-02-29T00:00");
}

static void test_no_dates(void)
{
    static const char *const bad[] = {"",           "16/3/2026",   "31/02/2026",  "29/02/2026",
                                      "00/01/2026", "16/13/2026",  "16/03/20266", "16/03/202",
                                      "16-03-2026", " 16/03/2026", "aa/03/2026",  "16/03/0026"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check("dd/mm/yyyy", bad[i], "");
    check("dd/mm/yyyy HH:MM", "16/03/2026 24:01", "");
    check("dd/mm/yyyy HH:MM", "16/03/2026 12:60", "");
    check("dd-mmm-yy", "05-Xyz-26", "");
}

static bool is_pattern(const char *text, bool *date, bool *time)
{
    return fb_pattern_check(fb_span_of(text), date, time) == FB_OK;
}

static void test_patterns(void)
{
    bool date, time;
    CU_ASSERT(is_pattern("dd/mm/yyyy", &date, &time) && date && !time);
    CU_ASSERT(is_pattern("HH:MM", &date, &time) && !date && time);
    CU_ASSERT(is_pattern("yyyy-mm-dd HH:MM:SS", &date, &time) && date && time);
    CU_ASSERT_FALSE(is_pattern("dd/mm", &date, &time)); /* half a date */
    CU_ASSERT_FALSE(is_pattern("HH", &date, &time));
    CU_ASSERT_FALSE(is_pattern("dd/mm/yyyy dd", &date, &time));
    CU_ASSERT_FALSE(is_pattern("", &date, &time));
    CU_ASSERT_FALSE(is_pattern("//", &date, &time));
}

static void check_name(const char *template, const char *name, const char *expected)
{
    struct fb_moment m;
    char out[20] = "";
    if (fb_moment_in_name(&m, fb_span_of(template), fb_span_of(name)) == FB_OK)
        fb_moment_format(out, &m);
    CU_ASSERT_STRING_EQUAL(out, expected);
}

static void test_names(void)
{
    check_name("*{yyyy-mm-dd}*", "rth_2026-03-16.csv", "2026-03-16T00:00");
    check_name("bookings_{yyyymmdd}_{HHMM}.csv", "Bookings_20260316_0730.csv", "2026-03-16T07:30");
    check_name("*{yyyy-mm-dd}*", "rth-99-99.csv", "");
    check_name("*_{yyyymmdd}.csv", "a_b_20260316.csv", "2026-03-16T00:00");
    check_name("*{dd}*", "x", "");
    CU_ASSERT_EQUAL(fb_name_template_check(fb_span_of("*{yyyy-mm-dd}*")), FB_OK);
    CU_ASSERT_EQUAL(fb_name_template_check(fb_span_of("*.csv")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_name_template_check(fb_span_of("{HH:MM}")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_name_template_check(fb_span_of("{yyyy-mm-dd")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_name_template_check(fb_span_of("****{yyyy-mm-dd}")), FB_REFUSED);
}

CU_TestInfo suite_csv_moment[] = {
    {"dates and times are read by their pattern", test_dates},
    {"what is no date, or does not fit, is refused", test_no_dates},
    {"a pattern that names half a date or half a time is refused", test_patterns},
    {"a file's name tells when it was made", test_names},
    CU_TEST_INFO_NULL,
};
