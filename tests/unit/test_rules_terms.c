#include "engine/core/returns.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/rules/rules_terms.h"
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

/* Each of these changes one row: told before and after. */
static void what_people_go_by_is_told(void)
{
    struct fb_delegation delegation = {fb_code_of("RTH"), FB_ROLE_CHIEF_EXECUTIVE, fb_span_of("RTH-CE"), INT64_MIN, INT64_MAX, FB_NO_ROW};
    struct fb_approval_budget budget = {fb_code_of("RTH"), fb_day_of(2026, 3, 1), INT32_MAX, 4, FB_NO_ROW};
    struct fb_rule rule[1], stricter[1];
    struct fb_book was = fb_test_rich_book(), is;
    CU_ASSERT_EQUAL_FATAL(was.n_rules, 0);
    was.n_rules = 1;
    rule[0] = (struct fb_rule){.id = 1, .name = fb_span_of("agency.office")};
    rule[0].answer = (struct fb_answer_policy){.roles = 1u << FB_ROLE_CHIEF_EXECUTIVE, .confirm_minutes = 240};
    was.rule = rule;
    was.clocks = (struct fb_clocks){.reference_weeks = 17, .assignment_reset_weeks = 6, .fed_from = INT32_MAX};
    was.delegation = &delegation;
    was.approval_budget = &budget;
    was.n_delegations = was.n_approval_budgets = 1;
    was.small_number = 5;
    is = was;
    is.clocks.fed_from = fb_day_of(2026, 7, 1);
    compare(was, &is);
    CU_ASSERT_EQUAL_FATAL(n_only, 2);
    CU_ASSERT_STRING_EQUAL(only[0], "clocks: all trusts of the system send all bookings never yet");
    CU_ASSERT_STRING_EQUAL(only[1], "clocks: all trusts of the system send all bookings from 2026-07-01");
    is.clocks = was.clocks;
    is.clocks.reference_weeks = 26;
    is.clocks.absence[FB_ABSENCE_KIND_SICKNESS].effect = FB_CLOCK_EFFECT_PAUSES; /* new: told once */
    compare(was, &is);
    CU_ASSERT_EQUAL(n_only, 3);
    is.clocks = was.clocks;
    struct fb_delegation until = delegation;
    until.until_ms = (int64_t)fb_day_of(2026, 7, 1) * 86400000;
    is.delegation = &until;
    compare(was, &is);
    CU_ASSERT_EQUAL_FATAL(n_only, 2);
    CU_ASSERT_STRING_EQUAL(only[0], "delegation at RTH: RTH-CE is chief_executive from open until open");
    CU_ASSERT_STRING_EQUAL(only[1], "delegation at RTH: RTH-CE is chief_executive from open until 2026-07-01 01:00");
    is.delegation = &delegation;
    struct fb_approval_budget less = budget;
    less.number = 3;
    is.approval_budget = &less;
    compare(was, &is);
    CU_ASSERT_EQUAL(n_only, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(only[0], "RTH grants at most 4 a month, from 2026-03-01"));
    is.approval_budget = &budget;
    is.small_number = 10;
    compare(was, &is);
    CU_ASSERT_EQUAL(n_only, 2);
    is.small_number = 5;
    memcpy(stricter, rule, was.n_rules * sizeof *rule);
    stricter[0].answer.second_roles = 1u << FB_ROLE_CHIEF_EXECUTIVE;
    is.rule = stricter;
    compare(was, &is);
    CU_ASSERT_EQUAL(n_only, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(only[0], "answers to agency.office: granted by chief_executive, looked at by nobody besides, never one's own, before the start only"));
}

static void returns_are_told(void)
{
    struct fb_return_column column = {.name = fb_span_of("dear"), .title = fb_span_of("Dear shifts"), .figure = FB_RETURN_FIGURE_SHIFTS, .routes = 1u << FB_ROUTE_AGENCY,
                                      .over_cap = FB_SAID_YES, .hour_pence = 10000, .hour_inclusive = true, .over_cap_e2 = 5000,
                                      .over_cap_inclusive = true}, above = column;
    struct fb_return sheet = {.name = fb_span_of("return"), .title = fb_span_of("R"), .period = FB_RETURN_PERIOD_MONTH, .by = FB_RETURN_BY_AGENCY,
                              .stage = FB_STAGE_LATEST, .n_columns = 1, .column = &column, .from = INT32_MIN, .until = INT32_MAX}, weekly = sheet;
    struct fb_return_group group = {.name = fb_span_of("a"), .title = fb_span_of("A"), .staff_groups = 1u << FB_STAFF_GROUP_STUDENTS, .from = INT32_MIN, .until = INT32_MAX};
    struct fb_book was = fb_test_rich_book(), is;
    was.returns = &sheet;
    was.n_returns = 1;
    is = was;
    weekly.period = FB_RETURN_PERIOD_WEEK;
    is.returns = &weekly;
    compare(was, &is);
    CU_ASSERT_EQUAL_FATAL(n_only, 2);
    CU_ASSERT_STRING_EQUAL(only[0], "return return (R): by the month and agency, stage latest, always");
    weekly = sheet;
    above.hour_inclusive = false;
    weekly.column = &above;
    compare(was, &is);
    CU_ASSERT_EQUAL_FATAL(n_only, 2);
    CU_ASSERT_STRING_EQUAL(only[0], "return return, column dear (Dear shifts): shifts of agency, over the cap, an hour at least £100.00, at least 50.00 % over the cap in the worst category");
    CU_ASSERT_STRING_EQUAL(only[1], "return return, column dear (Dear shifts): shifts of agency, over the cap, an hour above £100.00, at least 50.00 % over the cap in the worst category");
    is = was;
    is.return_group = &group;
    is.n_return_groups = 1;
    compare(was, &is);
    CU_ASSERT_EQUAL_FATAL(n_only, 1);
    CU_ASSERT_STRING_EQUAL(only[0], "returns: a (A) is students, always");
}

CU_TestInfo suite_rules_terms[] = {
    {"returns, their columns and groups are told", returns_are_told},
    {"equal books differ in nothing", equal_books_differ_in_nothing},
    {"an on-cost is told before and after", an_on_cost_is_told_before_and_after},
    {"a rate of any unit is told", a_rate_of_any_unit_is_told},
    {"how a card pays is told rule by rule", how_a_card_pays_is_told_rule_by_rule},
    {"clocks, delegations, budgets, answers and the small number are told", what_people_go_by_is_told},
    CU_TEST_INFO_NULL,
};
