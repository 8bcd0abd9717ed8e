#include "engine/base/money.h"
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include <CUnit/CUnit.h>

static int64_t rounded(fb_i128 num, fb_i128 den)
{
    struct fb_pence out = fb_pence_of(-999);
    CU_ASSERT_EQUAL_FATAL(fb_pence_round(&out, num, den), FB_OK);
    return fb_pence_get(out);
}

static void test_half_up_with_the_sign_after(void)
{
    CU_ASSERT_EQUAL(rounded(0, 7), 0);
    CU_ASSERT_EQUAL(rounded(1, 2), 1);
    CU_ASSERT_EQUAL(rounded(-1, 2), -1);
    CU_ASSERT_EQUAL(rounded(5, 2), 3);
    CU_ASSERT_EQUAL(rounded(-5, 2), -3);
    CU_ASSERT_EQUAL(rounded(149, 100), 1);
    CU_ASSERT_EQUAL(rounded(-149, 100), -1);
    CU_ASSERT_EQUAL(rounded(150, 100), 2);
    CU_ASSERT_EQUAL(rounded(1, 3), 0);
    CU_ASSERT_EQUAL(rounded(2, 3), 1);
    CU_ASSERT_EQUAL(rounded(-2, 3), -1);
    CU_ASSERT_EQUAL(rounded(12, 3), 4);
}

static void test_rounding_is_near_and_odd(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 20260316);
    for (int i = 0; i < 20000; i++) {
        fb_i128 den = (fb_i128)(fb_prng_below(&r, 1000000) + 1);
        fb_i128 num = (fb_i128)(int64_t)(fb_prng_next(&r) >> (1 + fb_prng_below(&r, 60)));
        fb_i128 twice = 2 * (fb_i128)rounded(num, den) * den;
        /* At most half a penny away, and a half goes away from nought. */
        CU_ASSERT(2 * num - twice < den && twice - 2 * num <= den);
        CU_ASSERT_EQUAL(rounded(-num, den), -rounded(num, den));
    }
}

static void test_what_does_not_fit_is_refused(void)
{
    struct fb_pence out = fb_pence_of(42);
    fb_i128 huge = (fb_i128)INT64_MAX * 1000;
    fb_i128 lowest = -((fb_i128)1 << 126) - ((fb_i128)1 << 126);
    CU_ASSERT_EQUAL(fb_pence_round(&out, huge, 1), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_pence_round(&out, -huge, 1), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_pence_round(&out, lowest, 1), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_pence_round(&out, (fb_i128)INT64_MAX + 1, 1), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_pence_add(&out, fb_pence_of(INT64_MAX), fb_pence_of(1)), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_pence_sub(&out, fb_pence_of(INT64_MIN), fb_pence_of(1)), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_pence_get(out), 42);
    CU_ASSERT_EQUAL(rounded(huge, 1000), INT64_MAX);
    CU_ASSERT_EQUAL(rounded((fb_i128)INT64_MIN, 1), INT64_MIN);
    CU_ASSERT_EQUAL(rounded(lowest, -(lowest + 1)), -1);
}

static void test_add_and_sub(void)
{
    struct fb_pence out = fb_pence_of(0);
    CU_ASSERT_EQUAL(fb_pence_add(&out, fb_pence_of(1769), fb_pence_of(-2000)), FB_OK);
    CU_ASSERT_EQUAL(fb_pence_get(out), -231);
    CU_ASSERT_EQUAL(fb_pence_sub(&out, fb_pence_of(1769), fb_pence_of(-2000)), FB_OK);
    CU_ASSERT_EQUAL(fb_pence_get(out), 3769);
}

static void test_left_over_pennies(void)
{
    struct fb_pence s[3];
    const int64_t even[3] = {1, 1, 1};
    CU_ASSERT_EQUAL(fb_pence_share(s, 3, even, fb_pence_of(100)), FB_OK);
    CU_ASSERT(s[0].pence == 34 && s[1].pence == 33 && s[2].pence == 33);
    CU_ASSERT_EQUAL(fb_pence_share(s, 3, even, fb_pence_of(-101)), FB_OK);
    CU_ASSERT(s[0].pence == -34 && s[1].pence == -34 && s[2].pence == -33);
    /* 100 over 1:2:4 is 14.29, 28.57, 57.14: the penny goes to the largest remainder, the middle one. */
    const int64_t uneven[3] = {1, 2, 4};
    CU_ASSERT_EQUAL(fb_pence_share(s, 3, uneven, fb_pence_of(100)), FB_OK);
    CU_ASSERT(s[0].pence == 14 && s[1].pence == 29 && s[2].pence == 57);
}

static void test_shares_of_nothing(void)
{
    struct fb_pence s[2] = {{7}, {7}};
    const int64_t none[2] = {0, 0}, negative[2] = {1, -1}, far[2] = {INT64_MAX, INT64_MAX};
    CU_ASSERT_EQUAL(fb_pence_share(s, 2, negative, fb_pence_of(5)), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_pence_share(s, 0, none, fb_pence_of(5)), FB_REFUSED);
    CU_ASSERT(s[0].pence == 7 && s[1].pence == 7);
    CU_ASSERT_EQUAL(fb_pence_share(s, 2, none, fb_pence_of(5)), FB_OK);
    CU_ASSERT(s[0].pence == 5 && s[1].pence == 0);
    CU_ASSERT_EQUAL(fb_pence_share(s, 2, far, fb_pence_of(INT64_MIN)), FB_OK);
    CU_ASSERT(s[0].pence == INT64_MIN / 2 && s[1].pence == INT64_MIN / 2);
}

static void test_shares_sum_to_the_total(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 7);
    for (int round = 0; round < 2000; round++) {
        int64_t weights[8], total = (int64_t)fb_prng_below(&r, 2000000) - 1000000;
        struct fb_pence shares[8];
        unsigned n = (unsigned)fb_prng_below(&r, 8) + 1;
        fb_i128 sum_of_weights = 0;
        for (unsigned i = 0; i < n; i++) {
            weights[i] = (int64_t)fb_prng_below(&r, 1000);
            sum_of_weights += weights[i];
        }
        CU_ASSERT_EQUAL(fb_pence_share(shares, n, weights, fb_pence_of(total)), FB_OK);
        int64_t sum = 0;
        for (unsigned i = 0; i < n; i++) {
            sum += fb_pence_get(shares[i]);
            fb_i128 off = fb_pence_get(shares[i]) * sum_of_weights - (fb_i128)total * weights[i];
            CU_ASSERT(sum_of_weights == 0 || (off < sum_of_weights && -off < sum_of_weights));
        }
        CU_ASSERT_EQUAL(sum, total);
    }
}

CU_TestInfo suite_money[] = {
    {"half a penny is rounded up and the sign goes on afterwards", test_half_up_with_the_sign_after},
    {"rounding is at most half a penny away and the same for both signs", test_rounding_is_near_and_odd},
    {"an amount that does not fit is refused and the result left alone", test_what_does_not_fit_is_refused},
    {"amounts are added and subtracted", test_add_and_sub},
    {"left-over pennies go to the largest remainder and then to the lower index", test_left_over_pennies},
    {"weights of nought give all to the first and negative ones are refused", test_shares_of_nothing},
    {"shares sum to the total and are less than a penny away", test_shares_sum_to_the_total},
    CU_TEST_INFO_NULL,
};
