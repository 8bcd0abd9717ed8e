/* Ranges of positions that have not come, against a plain list of them. */
#include "engine/base/prng.h"
#include "engine/core/gaps.h"
#include "tests/lib/suite.h"
#include <string.h>

enum { POSITIONS = 400 };

static void test_parts(void)
{
    struct fb_gaps g = {0};
    fb_gaps_open(&g, 5, 4); /* nothing */
    CU_ASSERT_EQUAL(g.n, 0);
    fb_gaps_open(&g, 2, 9);
    fb_gaps_open(&g, 11, 11);
    CU_ASSERT_TRUE(g.n == 2 && fb_gaps_listed(&g) == 9);
    CU_ASSERT_FALSE(fb_gaps_fill(&g, 1));
    CU_ASSERT_FALSE(fb_gaps_fill(&g, 10));
    CU_ASSERT_FALSE(fb_gaps_fill(&g, 12));
    CU_ASSERT_TRUE(fb_gaps_fill(&g, 2) && fb_gaps_fill(&g, 9) && fb_gaps_fill(&g, 5) && fb_gaps_fill(&g, 11));
    CU_ASSERT_FALSE(fb_gaps_fill(&g, 5));
    CU_ASSERT_TRUE(g.n == 2 && g.gap[0].first == 3 && g.gap[0].last == 4 && g.gap[1].first == 6 && g.gap[1].last == 8);
}

/* With more ranges than there is room for, the lowest are listed; one that falls apart pushes the last out. */
static void test_room(void)
{
    struct fb_gaps g = {0};
    for (unsigned i = 0; i <= FB_GAPS_MAX; i++)
        fb_gaps_open(&g, 10 * i + 1, 10 * i + 5);
    CU_ASSERT_TRUE(g.n == FB_GAPS_MAX && fb_gaps_listed(&g) == 5 * FB_GAPS_MAX);
    CU_ASSERT_TRUE(fb_gaps_fill(&g, 3));
    CU_ASSERT_TRUE(g.n == FB_GAPS_MAX && g.gap[1].first == 4 && g.gap[1].last == 5 && g.gap[2].first == 11);
    CU_ASSERT_EQUAL(g.gap[FB_GAPS_MAX - 1].first, 10 * (FB_GAPS_MAX - 2) + 1);
    CU_ASSERT_TRUE(fb_gaps_fill(&g, 10 * (FB_GAPS_MAX - 2) + 3)); /* the last falls apart itself */
    CU_ASSERT_TRUE(g.n == FB_GAPS_MAX && g.gap[FB_GAPS_MAX - 1].last == 10 * (FB_GAPS_MAX - 2) + 2);
    CU_ASSERT_TRUE(fb_gaps_are_good(&g, 5 * FB_GAPS_MAX, UINT64_MAX));
}

/* While the ranges have room, they hold what a list of all positions says. */
static void test_at_random(void)
{
    struct fb_prng p;
    fb_prng_init(&p, 7);
    for (unsigned round = 0; round < 200; round++) {
        struct fb_gaps g = {0};
        bool missing[POSITIONS] = {false};
        uint64_t next = 1, n = 0;
        for (unsigned i = 0; i < 30 && next < POSITIONS - 40 && g.n < FB_GAPS_MAX - 1; i++) {
            uint64_t at = fb_prng_below(&p, 2) == 0 ? next + fb_prng_below(&p, 30) : 1 + fb_prng_below(&p, next);
            if (at < next) {
                CU_ASSERT_EQUAL(fb_gaps_fill(&g, at), missing[at]);
                n -= missing[at];
                missing[at] = false;
                continue;
            }
            fb_gaps_open(&g, next, at - 1);
            for (; next < at; next++, n++)
                missing[next] = true;
            next = at + 1;
        }
        CU_ASSERT_EQUAL(fb_gaps_listed(&g), n);
        CU_ASSERT_TRUE(fb_gaps_are_good(&g, n, next));
        CU_ASSERT_FALSE(n > 0 && fb_gaps_are_good(&g, n - 1, next));
    }
}

CU_TestInfo suite_gaps[] = {
    {"a range gets shorter at its ends and falls apart in the middle", test_parts},
    {"the lowest ranges are listed when there are too many", test_room},
    {"with room for all, ranges and a list of positions agree", test_at_random},
    CU_TEST_INFO_NULL,
};
