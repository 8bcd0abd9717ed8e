#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/rules_terms.h"
#include <string.h>

static char only[8][1700];
static unsigned n_only;

static void keep(void *ctx, const char *line)
{
    (void)ctx;
    if (n_only < 8)
        snprintf(only[n_only], sizeof only[0], "%s", line);
    n_only++;
}

static void compare(struct fb_book was, const struct fb_book *is)
{
    struct terms a, b;
    n_only = 0;
    terms_of(&was, &a);
    terms_of(is, &b);
    CU_ASSERT_FALSE(a.full || b.full);
    CU_ASSERT(a.n > 20);
    terms_only_in(&a, &b, keep, NULL);
    terms_only_in(&b, &a, keep, NULL);
    terms_free(&a);
    terms_free(&b);
}

static void equal_books_differ_in_nothing(void)
{
    struct fb_book is = fb_test_rich_book();
    compare(fb_test_rich_book(), &is);
    CU_ASSERT_EQUAL(n_only, 0);
}

static void an_on_cost_is_told_before_and_after(void)
{
    struct fb_book is = fb_test_rich_book();
    struct fb_on_cost cost[32];
    CU_ASSERT_FATAL(is.n_on_costs > 0 && is.n_on_costs <= 32);
    memcpy(cost, is.on_cost, is.n_on_costs * sizeof *cost);
    cost[0].ppm += 10000;
    is.on_cost = cost;
    compare(fb_test_rich_book(), &is);
    CU_ASSERT_EQUAL_FATAL(n_only, 2);
    CU_ASSERT_EQUAL(strncmp(only[0], "on-cost ", 8), 0);
    CU_ASSERT_EQUAL(strncmp(only[1], "on-cost ", 8), 0);
    CU_ASSERT_STRING_NOT_EQUAL(only[0], only[1]);
}

static void a_rate_of_any_unit_is_told(void)
{
    struct fb_book is = fb_test_rich_book();
    struct fb_rate_table table[8];
    struct fb_table_rate rate[64];
    CU_ASSERT_FATAL(is.n_tables > 0 && is.n_tables <= 8);
    memcpy(table, is.table, is.n_tables * sizeof *table);
    CU_ASSERT_FATAL(table[0].n > 0 && table[0].n <= 64);
    memcpy(rate, table[0].rate, table[0].n * sizeof *rate);
    unsigned last = table[0].n - 1, category = 0;
    while ((rate[last].held >> category & 1) == 0)
        category++;
    rate[last].num[category] += is.den; /* a penny more */
    table[0].rate = rate;
    is.table = table;
    compare(fb_test_rich_book(), &is);
    CU_ASSERT_EQUAL(n_only, 2);
    CU_ASSERT_EQUAL(strncmp(only[0], "table ", 6), 0);
}

static void how_a_card_pays_is_told_rule_by_rule(void)
{
    struct fb_book is = fb_test_rich_book();
    struct fb_card card[32];
    struct fb_card_rule rule[32];
    CU_ASSERT_FATAL(is.n_cards > 0 && is.n_cards <= 32);
    memcpy(card, is.card, is.n_cards * sizeof *card);
    CU_ASSERT_FATAL(card[0].n_rules > 0 && card[0].n_rules <= 32);
    memcpy(rule, card[0].rule, card[0].n_rules * sizeof *rule);
    rule[0].lower_band_only = !rule[0].lower_band_only;
    card[0].rule = rule;
    is.card = card;
    compare(fb_test_rich_book(), &is);
    CU_ASSERT_EQUAL(n_only, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(only[0], " pays, rule 1: "));
}

CU_TestInfo suite_rules_terms[] = {
    {"equal books differ in nothing", equal_books_differ_in_nothing},
    {"an on-cost is told before and after", an_on_cost_is_told_before_and_after},
    {"a rate of any unit is told", a_rate_of_any_unit_is_told},
    {"how a card pays is told rule by rule", how_a_card_pays_is_told_rule_by_rule},
    CU_TEST_INFO_NULL,
};
