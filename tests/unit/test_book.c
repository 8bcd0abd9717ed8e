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

static struct fb_where nurse_at(const char *trust, const char *site, fb_day day)
{
    return (struct fb_where){fb_code_of(trust), fb_span_of(site), FB_STAFF_GROUP_NURSING_MIDWIFERY, day};
}

static void test_a_site_lies_in_a_zone_of_its_own(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_zone_row rows[2] = {book.zone_row[0], book.zone_row[1]}; /* the site's row first, and last */
    fb_day day = fb_day_of(2026, 6, 1);
    struct fb_where at = nurse_at("RTH", "RTH02", day), other = nurse_at("RTH", "RTH03", day);
    uint16_t origin;
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(fb_book_zone(&book, &at, &origin), FB_TEST_ZONE_INNER);
        CU_ASSERT_EQUAL(fb_book_zone(&book, &other, NULL), FB_TEST_ZONE_NONE);
        rows[0] = book.zone_row[1];
        rows[1] = book.zone_row[0];
        book.zone_row = rows;
        book.n_zone_rows = 2;
    }
    book = fb_test_rich_book();
    other = nurse_at("RXQ", "", fb_day_of(2026, 3, 31));
    CU_ASSERT_EQUAL(fb_book_zone(&book, &other, &origin), -1);
    CU_ASSERT_EQUAL(origin, FB_NO_ROW);
    other.day++;
    CU_ASSERT_EQUAL(fb_book_zone(&book, &other, &origin), FB_TEST_ZONE_OUTER);
    CU_ASSERT_EQUAL(origin, book.zone_row[2].origin);
}

static void test_a_card_is_adopted_trust_by_trust_and_day_by_day(void)
{
    struct fb_book book = fb_test_rich_book();
    const struct fb_card *card = &book.card[FB_TEST_CARD_BANK];
    fb_code rth = fb_code_of("RTH"), rxq = fb_code_of("RXQ");
    uint16_t origin;
    CU_ASSERT_EQUAL(fb_book_adoption(card, rth, fb_day_of(2025, 12, 31), &origin), FB_ADOPTION_NONE);
    CU_ASSERT_EQUAL(origin, FB_NO_ROW);
    CU_ASSERT_EQUAL(fb_book_adoption(card, rth, fb_day_of(2026, 3, 31), &origin), FB_ADOPTION_PROPOSED);
    CU_ASSERT_EQUAL(fb_book_adoption(card, rth, fb_day_of(2026, 4, 1), &origin), FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL(origin, card->adoption[1].origin);
    CU_ASSERT_EQUAL(fb_book_adoption(card, rxq, fb_day_of(2026, 4, 1), &origin), FB_ADOPTION_AGREED);
    CU_ASSERT_EQUAL(fb_book_adoption(&book.card[FB_TEST_CARD_DOCTORS], rxq, 0, &origin), FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL(origin, FB_NO_ROW);
}

static void test_a_local_card_lapses(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_card cards[2] = {book.card[0], book.card[0]};
    struct fb_where at = nurse_at("RXQ", "RXQ01", fb_day_of(2026, 6, 30));
    cards[1].scope.trust = at.trust;
    cards[1].scope.site = fb_span_of("RXQ01");
    cards[1].scope.until = cards[1].agreed_until = at.day + 1;
    cards[1].departs = true;
    book.card = cards;
    book.n_cards = 2;
    CU_ASSERT_PTR_EQUAL(fb_book_card(&book, &at), &cards[1]);
    CU_ASSERT_PTR_NULL(fb_book_lapsed(&book, &at));
    at.day++;
    CU_ASSERT_PTR_EQUAL(fb_book_card(&book, &at), &cards[0]);
    CU_ASSERT_PTR_EQUAL(fb_book_lapsed(&book, &at), &cards[1]);
    struct fb_where elsewhere = nurse_at("RXQ", "RXQ02", at.day);
    CU_ASSERT_PTR_NULL(fb_book_lapsed(&book, &elsewhere));
    /* A price names it while nothing as local took its place. */
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    struct fb_price p;
    b.shift.hirer = at.trust;
    b.shift.site = at.site;
    b.shift.time.start_min += 30 * 1440;
    b.shift.time.end_min += 30 * 1440;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT(p.card.card == 0 && p.card.lapsed == 1);
    struct fb_card renewed[3] = {cards[0], cards[1], cards[1]};
    renewed[2].departs = false;
    renewed[2].scope.until = INT32_MAX;
    book.card = renewed;
    book.n_cards = 3;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT(p.card.card == 2 && p.card.lapsed == FB_NO_ROW);
}

static void test_a_table_s_rate_is_found_by_grade_unit_and_day(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_table_rate rates[2] = {book.table[0].rate[2], book.table[0].rate[2]};
    struct fb_rate_table table = {fb_span_of("t"), 2, rates};
    rates[0].until = rates[1].from = 100;
    CU_ASSERT_PTR_EQUAL(fb_book_table_rate(&table, FB_TEST_BAND_7, FB_UNIT_SESSION, 99), &rates[0]);
    CU_ASSERT_PTR_EQUAL(fb_book_table_rate(&table, FB_TEST_BAND_7, FB_UNIT_SESSION, 100), &rates[1]);
    CU_ASSERT_PTR_NULL(fb_book_table_rate(&table, FB_TEST_BAND_6, FB_UNIT_SESSION, 100));
    CU_ASSERT_PTR_NULL(fb_book_table_rate(&table, FB_TEST_BAND_7, FB_UNIT_HOUR, 100));
}

CU_TestInfo suite_book[] = {
    {"a site lies in a zone of its own", test_a_site_lies_in_a_zone_of_its_own},
    {"a card is adopted trust by trust, day by day", test_a_card_is_adopted_trust_by_trust_and_day_by_day},
    {"a local card lapses and is named", test_a_local_card_lapses},
    {"a table's rate is found by grade, unit and day", test_a_table_s_rate_is_found_by_grade_unit_and_day},
    {"grades and categories are found by their text", test_codes_are_found_by_text},
    {"a rule is found by its number, the engine's own too", test_a_rule_is_found_by_its_number},
    {"public holidays have a first and a last known day", test_holidays_have_a_beginning_and_an_end},
    {"pay years turn on the first of April", test_pay_years_turn_on_the_first_of_april},
    {"the most specific cap wins", test_the_most_specific_cap_wins},
    {"a trust's own card holds for it, in its dates", test_a_trust_s_card_is_its_own},
    CU_TEST_INFO_NULL,
};
