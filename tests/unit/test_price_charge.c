#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

/* ---- charge and cap ---- */
static void test_the_cap_s_edge(void)
{
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    /* 39,043 / (365.25 / 7 x 37.5) x 1.55 = 30.928… an hour. */
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 309300);
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(p.cap.hour_e4[FB_TEST_PLAIN], 309300);
    CU_ASSERT_EQUAL(p.cap.pence, 3093 * 11);
    CU_ASSERT_EQUAL(p.cap.basis, FB_STATUS_AGREED);
    CU_ASSERT_EQUAL(p.cap.over, 0);
    CU_ASSERT(p.cap.excess_known);
    /* VAT is no part of it; a hundredth of a penny is over, even when it rounds to nought. */
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_VAT, 60000);
    CU_ASSERT_EQUAL(fb_test_priced(&b).cap.over, 0);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_LEVY, 1);
    p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(p.cap.over, 1u << FB_TEST_PLAIN);
    CU_ASSERT_EQUAL(p.cap.excess_pence, 0);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_LEVY, 1000);
    p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(p.cap.excess_pence, 110);
    CU_ASSERT_EQUAL(p.charge.pence, 3103 * 11);
    CU_ASSERT_EQUAL(p.charge.part_pence[FB_PART_VAT], 600 * 11);
    CU_ASSERT_EQUAL(p.charge.part_pence[FB_PART_LEVY], 110);
    CU_ASSERT(!p.charge.lower_bound);
    b.rates.complete = FB_SAID_NO;
    CU_ASSERT(fb_test_priced(&b).charge.lower_bound);
}

static void test_left_over_pennies_go_to_the_largest_remainders(void)
{
    struct fb_booking b;
    /* One plain minute: parts of 0.5, 0.4, 0.6 and 0.5 pence make 2. */
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-06-02T12:00", "2026-06-02T12:01", 0);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 3000);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WTD_HOLIDAY, 2400);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_EMPLOYER_NI, 3600);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 3000);
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(p.charge.pence, 2);
    CU_ASSERT_EQUAL(p.charge.part_pence[FB_PART_WORKER_PAY], 1);
    CU_ASSERT_EQUAL(p.charge.part_pence[FB_PART_WTD_HOLIDAY], 0);
    CU_ASSERT_EQUAL(p.charge.part_pence[FB_PART_EMPLOYER_NI], 1);
    CU_ASSERT_EQUAL(p.charge.part_pence[FB_PART_COMMISSION], 0);
}

static void test_office_staff_have_a_derived_cap(void)
{
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_AGENCY, "4");
    b.shift.staff_group = FB_STAFF_GROUP_ADMIN_CLERICAL;
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(p.cap.basis, FB_STATUS_DERIVED);
    CU_ASSERT_EQUAL(p.cap.cap, FB_TEST_CAP_DERIVED_2026);
}

static void test_a_category_without_cap_hides_no_other(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_cap cap = book.cap[FB_TEST_CAP_AGREED_2026];
    int32_t rows[FB_TEST_GRADES][FB_CATEGORIES_MAX];
    memcpy(rows, cap.pence_hour, sizeof rows);
    rows[FB_TEST_BAND_5][FB_TEST_UNSOCIAL] = -1;
    cap.pence_hour = rows[0];
    book.cap = &cap;
    book.n_caps = 1;
    struct fb_booking b;
    struct fb_price p;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-06-02T13:30", "2026-06-02T21:30", 0);
    fb_test_rate_all(&b, FB_PART_WORKER_PAY, 900000, 900000, 900000);
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT(!p.cap.known && !p.cap.excess_known);
    CU_ASSERT_EQUAL(p.cap.lack, FB_LACK_CAP);
    CU_ASSERT_EQUAL(p.cap.over, 1u << FB_TEST_PLAIN);
    CU_ASSERT_EQUAL(p.cap.hour_e4[FB_TEST_UNSOCIAL], FB_ABSENT);
    /* 6.5 hours at 90 pounds against the cap's own figure. */
    int64_t over = (900000 - (int64_t)rows[FB_TEST_BAND_5][FB_TEST_PLAIN] * 100) * 390;
    CU_ASSERT_EQUAL(p.cap.category_excess_pence[FB_TEST_PLAIN], (over + 3000) / 6000);
    rows[FB_TEST_BAND_5][FB_TEST_UNSOCIAL] = 0;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT(p.cap.known && p.cap.excess_known);
    CU_ASSERT_EQUAL(p.cap.over, 1u << FB_TEST_PLAIN | 1u << FB_TEST_UNSOCIAL);
}

static void test_a_missing_rate_hides_no_breach(void)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-06-02T13:30", "2026-06-02T21:30", 0);
    fb_test_rate(&b, FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 900000);
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT(!p.charge.known && p.cap.known && !p.cap.excess_known);
    CU_ASSERT_EQUAL(p.cap.over, 1u << FB_TEST_UNSOCIAL);
    CU_ASSERT(p.cap.category_excess_pence[FB_TEST_UNSOCIAL] > 0);
    CU_ASSERT_EQUAL(p.cap.category_excess_pence[FB_TEST_PLAIN], 0);
}

CU_TestInfo suite_price_charge[] = {
    {"a category without cap hides no other", test_a_category_without_cap_hides_no_other},
    {"a missing rate hides no breach", test_a_missing_rate_hides_no_breach},
    {"a charge at the cap is not over it, a hundredth of a penny more is", test_the_cap_s_edge},
    {"office staff have a derived cap", test_office_staff_have_a_derived_cap},
    {"left-over pennies go to the largest remainders", test_left_over_pennies_go_to_the_largest_remainders},
    CU_TEST_INFO_NULL,
};
