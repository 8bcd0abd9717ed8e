#include "engine/shell/pace.h"
#include "engine/base/when.h"
#include "tests/lib/suite.h"

static struct fb_pace P;

static unsigned lines(uint64_t whose, unsigned n, uint64_t ticks_ms, uint64_t *unsaid)
{
    unsigned said = 0;
    for (unsigned i = 0; i < n; i++)
        said += fb_pace_may(&P, whose, ticks_ms, unsaid);
    return said;
}

static void test_pace(void)
{
    uint64_t unsaid = 9;
    P = (struct fb_pace){0};
    CU_ASSERT_EQUAL(lines(7, 1000, 5, &unsaid), FB_PACE_LINES_A_MINUTE);
    CU_ASSERT_EQUAL(unsaid, 0);
    CU_ASSERT_EQUAL(lines(8, 3, 6, &unsaid), 3); /* another's are said */
    CU_ASSERT_EQUAL(lines(7, 1, FB_MINUTE_MS + 4, &unsaid), 0);
    CU_ASSERT_EQUAL(lines(7, 1, FB_MINUTE_MS + 5, &unsaid), 1);
    CU_ASSERT_EQUAL(unsaid, 1001 - FB_PACE_LINES_A_MINUTE);
    CU_ASSERT_TRUE(lines(7, 1, FB_MINUTE_MS + 5, &unsaid) == 1 && unsaid == 0);
    for (uint64_t whose = 0; whose < 10000; whose++) /* however many names */
        (void)lines(whose, 20, 3 * FB_MINUTE_MS, &unsaid);
    CU_ASSERT_EQUAL(lines(7, 20, 3 * FB_MINUTE_MS, &unsaid), 0);
    CU_ASSERT_EQUAL(lines(7, 20, 4 * FB_MINUTE_MS, &unsaid), FB_PACE_LINES_A_MINUTE);
}

CU_TestInfo suite_pace[] = {
    {"so many lines a minute are said of one, and how many were not with the next", test_pace},
    CU_TEST_INFO_NULL,
};
