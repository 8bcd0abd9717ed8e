#include "engine/core/book.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

static void test_codes_are_found_by_text(void)
{
    const struct fb_book *book = fb_test_book();
    CU_ASSERT_EQUAL(fb_book_grade(book, fb_code_of("2")), FB_TEST_BAND_2);
    CU_ASSERT_EQUAL(fb_book_grade(book, fb_code_of("7")), FB_TEST_BAND_7);
    CU_ASSERT_EQUAL(fb_book_grade(book, fb_code_of("8a")), -1);
    CU_ASSERT_EQUAL(fb_book_category(book, fb_code_of("premium")), FB_TEST_PREMIUM);
    CU_ASSERT_EQUAL(fb_book_category(book, fb_code_of("social")), -1);
    CU_ASSERT_EQUAL(fb_book_grade(book, 0), -1);
}

static void test_a_rule_is_found_by_its_number(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_rule rules[2] = {{.id = 7}, {.id = 8}};
    book.rule = rules;
    book.n_rules = 2;
    CU_ASSERT_PTR_EQUAL(fb_book_rule(&book, 8), &rules[1]);
    const struct fb_rule *own = &book.built_in[FB_RULE_RATE_OFF_CARD];
    CU_ASSERT_PTR_EQUAL(fb_book_rule(&book, own->id), own);
    CU_ASSERT_PTR_NULL(fb_book_rule(&book, 9));
}

static void test_holidays_have_a_beginning_and_an_end(void)
{
    const struct fb_book *book = fb_test_book();
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2026, 4, 3)), 1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2026, 4, 4)), 0);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2025, 1, 1)), 1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2024, 12, 31)), -1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2027, 12, 31)), 0);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2028, 1, 1)), -1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, INT32_MIN), -1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, INT32_MAX), -1);
}

static void test_pay_years_turn_on_the_first_of_april(void)
{
    const struct fb_book *book = fb_test_book();
    CU_ASSERT_PTR_NULL(fb_book_period(book, fb_day_of(2025, 3, 31)));
    CU_ASSERT_PTR_EQUAL(fb_book_period(book, fb_day_of(2025, 4, 1)), &book->period[0]);
    CU_ASSERT_PTR_EQUAL(fb_book_period(book, fb_day_of(2026, 3, 31)), &book->period[0]);
    CU_ASSERT_PTR_EQUAL(fb_book_period(book, fb_day_of(2026, 4, 1)), &book->period[1]);
    CU_ASSERT_PTR_NULL(fb_book_period(book, fb_day_of(2027, 4, 1)));
}

static void test_the_most_specific_cap_wins(void)
{
    const struct fb_book *book = fb_test_book();
    fb_code trust = fb_code_of("RTH");
    fb_day day = fb_day_of(2026, 6, 1);
    CU_ASSERT_PTR_EQUAL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, FB_STAFF_GROUP_NURSING_MIDWIFERY, day}),
                        &book->cap[FB_TEST_CAP_AGREED_2026]);
    CU_ASSERT_PTR_EQUAL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, FB_STAFF_GROUP_ADMIN_CLERICAL, day}),
                        &book->cap[FB_TEST_CAP_DERIVED_2026]);
    CU_ASSERT_PTR_EQUAL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, FB_STAFF_GROUP_ADMIN_CLERICAL, fb_day_of(2026, 3, 31)}),
                        &book->cap[FB_TEST_CAP_DERIVED_2025]);
    CU_ASSERT_PTR_NULL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, FB_STAFF_GROUP_MEDICAL_DENTAL, day}));
    CU_ASSERT_PTR_NULL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, FB_STAFF_GROUP_NONE, day}));
    CU_ASSERT_PTR_NULL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, (enum fb_staff_group)35, day}));
    CU_ASSERT_PTR_NULL(fb_book_cap(book, &(struct fb_where){trust, {NULL, 0}, FB_STAFF_GROUP_ADMIN_CLERICAL, fb_day_of(2027, 4, 1)}));
}

static void test_a_trust_s_card_is_its_own(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_card cards[2] = {book.card[0], book.card[0]};
    cards[1].scope.trust = fb_code_of("RXQ");
    cards[1].scope.until = fb_day_of(2026, 7, 1);
    book.card = cards;
    book.n_cards = 2;
    fb_day day = fb_day_of(2026, 6, 30);
    enum fb_staff_group group = FB_STAFF_GROUP_ALLIED_HEALTH;
    CU_ASSERT_PTR_EQUAL(fb_book_card(&book, &(struct fb_where){fb_code_of("RTH"), {NULL, 0}, group, day}), &cards[0]);
    CU_ASSERT_PTR_EQUAL(fb_book_card(&book, &(struct fb_where){fb_code_of("RXQ"), {NULL, 0}, group, day}), &cards[1]);
    CU_ASSERT_PTR_EQUAL(fb_book_card(&book, &(struct fb_where){fb_code_of("RXQ"), {NULL, 0}, group, day + 1}), &cards[0]);
    CU_ASSERT_PTR_NULL(fb_book_card(&book, &(struct fb_where){fb_code_of("RTH"), {NULL, 0}, FB_STAFF_GROUP_MEDICAL_DENTAL, day}));
    CU_ASSERT_PTR_NULL(fb_book_card(&book, &(struct fb_where){fb_code_of("RTH"), {NULL, 0}, (enum fb_staff_group) - 1, day}));
}

CU_TestInfo suite_book[] = {
    {"grades and categories are found by their text", test_codes_are_found_by_text},
    {"a rule is found by its number, the engine's own too", test_a_rule_is_found_by_its_number},
    {"public holidays have a first and a last known day", test_holidays_have_a_beginning_and_an_end},
    {"pay years turn on the first of April", test_pay_years_turn_on_the_first_of_april},
    {"the most specific cap wins", test_the_most_specific_cap_wins},
    {"a trust's own card holds for it, in its dates", test_a_trust_s_card_is_its_own},
    CU_TEST_INFO_NULL,
};
