/* What packs say of clocks, approvals, delegations and small numbers, compiled into the book. */
#include "engine/base/hash.h"
#include "engine/pack/pack.h"
#include "tests/lib/assured_pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_book *load(struct fb_pack_files *files)
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_files(&book, files->file, files->n, &report);
    if (err != FB_OK)
        fb_pack_report_print(stdout, &report);
    CU_ASSERT_EQUAL_FATAL(err, FB_OK);
    fb_pack_report_free(&report);
    fb_pack_files_free(files);
    return book;
}

static struct fb_book *whole(void)
{
    struct fb_pack_files files = fb_test_assured_pack();
    return load(&files);
}

static const struct fb_rule *rule_of(const struct fb_book *book, const char *name)
{
    for (unsigned i = 0; i < book->n_rules; i++) {
        if (fb_span_is(book->rule[i].name, name))
            return &book->rule[i];
    }
    CU_FAIL_FATAL("no such rule");
    return NULL;
}

static const struct fb_predicate *condition(const struct fb_rule *rule, enum fb_fact fact)
{
    for (unsigned i = 0; i < rule->n_when; i++) {
        if (rule->when[i].fact == fact)
            return &rule->when[i];
    }
    CU_FAIL_FATAL("no such condition");
    return NULL;
}

static void test_conditions_on_the_facts_of_assurance(void)
{
    struct fb_book *book = whole();
    const struct fb_rule *rule = rule_of(book, "gate.answered");
    CU_ASSERT_EQUAL(condition(rule, FB_FACT_REST_BEFORE_MINUTES)->a, 660);
    CU_ASSERT_EQUAL(condition(rule, FB_FACT_MINUTES_IN_1)->op, FB_OP_GT);
    CU_ASSERT_EQUAL(condition(rule, FB_FACT_PAY_HOUR_IN_2)->a, 105000);
    const struct fb_predicate *reason = condition(rule, FB_FACT_REASON);
    CU_ASSERT_EQUAL(reason->n_set, 2);
    CU_ASSERT_EQUAL(reason->set[1], fb_fact_name(fb_span_of("one to one")));
    CU_ASSERT_EQUAL(condition(rule, FB_FACT_CASCADED_TO)->set[1], FB_TIER_AGENCY);
    CU_ASSERT_EQUAL(condition(rule, FB_FACT_FRAMEWORK_PLACE)->a, FB_LOT_PLACE_ENDED);
    CU_ASSERT_EQUAL(condition(rule, FB_FACT_REGISTRATION_STATUS)->set[0], FB_FACT_STATUS_LAPSED);
    fb_pack_free(&book);
}

/* Facts are kept for the first four categories of the book, whichever pack lists them. */
static void test_categories_that_have_facts(void)
{
    struct fb_pack_files files = fb_test_assured_pack();
    fb_test_pack_put(&files, FB_ASSURED_PACK, FB_ASSURED_PACK_HEAD "categories: [late, dusk, dawn]\n");
    fb_test_pack_change(&files, FB_ASSURED_PACK_AT, "minutes_in_plain", "minutes_in_dusk");
    struct fb_book *book = load(&files);
    CU_ASSERT_EQUAL(condition(rule_of(book, "gate.answered"), FB_FACT_MINUTES_IN_4)->op, FB_OP_GT);
    fb_pack_free(&book);
    files = fb_test_assured_pack();
    struct fb_pack_report report = {0};
    fb_test_pack_put(&files, FB_ASSURED_PACK, FB_ASSURED_PACK_HEAD "categories: [late, dusk, dawn]\n");
    unsigned line = fb_test_pack_change(&files, FB_ASSURED_PACK_AT, "minutes_in_plain", "minutes_in_dawn");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, FB_ASSURED_PACK_AT, line, "no fact for the category of 'minutes_in_dawn'"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_how_a_finding_is_answered(void)
{
    struct fb_book *book = whole();
    const struct fb_rule *rule = rule_of(book, "gate.answered"), *plain = rule_of(book, "working_time.plain");
    const struct fb_rule *own = &book->built_in[FB_RULE_BOOKING_OVERLAP];
    CU_ASSERT_EQUAL(rule->answer.roles, 1u << FB_ROLE_CHIEF_EXECUTIVE);
    CU_ASSERT_EQUAL(rule->answer.second_roles, 1u << FB_ROLE_EXECUTIVE_DIRECTOR);
    CU_ASSERT(rule->answer.own && !rule->answer.retrospective && rule->cross_trust);
    CU_ASSERT_EQUAL(rule->answer.confirm_minutes, 1440);
    CU_ASSERT_EQUAL(rule->answer.origin, rule->origin);
    CU_ASSERT_EQUAL(rule->correction_days, 14);
    CU_ASSERT_EQUAL(rule->family, FB_FAMILY_ASSURANCE);
    CU_ASSERT_EQUAL(plain->family, FB_FAMILY_WORKING_TIME);
    CU_ASSERT(plain->answer.roles == 0 && plain->correction_days == 0 && !plain->cross_trust);
    CU_ASSERT_EQUAL(own->family, FB_FAMILY_OVERLAP);
    CU_ASSERT_EQUAL(own->answer.roles, 1u << FB_ROLE_EXECUTIVE_DIRECTOR);
    CU_ASSERT(own->answer.retrospective && own->answer.confirm_minutes == 90 &&
              own->answer.origin != FB_NO_ROW);
    CU_ASSERT_EQUAL(book->built_in[FB_RULE_BOOKING_DUPLICATE_SUSPECT].family, FB_FAMILY_DUPLICATE);
    CU_ASSERT_EQUAL(book->built_in[FB_RULE_RATECAP_BREACHED].answer.roles, 0);
    fb_pack_free(&book);
}

static void test_clocks(void)
{
    struct fb_book *book = whole();
    const struct fb_clocks *c = &book->clocks;
    CU_ASSERT_EQUAL(c->reference_weeks, 17);
    CU_ASSERT_EQUAL(c->absences_left_out,
                    1u << FB_ABSENCE_KIND_ANNUAL_LEAVE | 1u << FB_ABSENCE_KIND_SICKNESS);
    CU_ASSERT_EQUAL_FATAL(c->n_by_grade, 1);
    CU_ASSERT_EQUAL(c->by_grade[0].grades, (uint64_t)1 << fb_book_grade(book, fb_code_of("FY1")));
    CU_ASSERT_EQUAL(c->by_grade[0].weeks, 26);
    CU_ASSERT(c->night_from_min == 1380 && c->night_until_min == 360 && c->night_least_min == 180);
    CU_ASSERT_EQUAL(c->assignment_reset_weeks, 6);
    CU_ASSERT_EQUAL(c->absence[FB_ABSENCE_KIND_SICKNESS].effect, FB_CLOCK_EFFECT_PAUSES);
    CU_ASSERT_EQUAL(c->absence[FB_ABSENCE_KIND_SICKNESS].weeks_max, 28);
    CU_ASSERT_EQUAL(c->absence[FB_ABSENCE_KIND_ANNUAL_LEAVE].weeks_max, 0);
    CU_ASSERT_EQUAL(c->absence[FB_ABSENCE_KIND_MATERNITY].effect, FB_CLOCK_EFFECT_RUNS);
    CU_ASSERT_EQUAL(c->absence[FB_ABSENCE_KIND_OTHER].effect, 0);
    CU_ASSERT_EQUAL(c->fed_from, fb_day_of(2026, 4, 1));
    CU_ASSERT(c->origin != FB_NO_ROW);
    fb_pack_free(&book);
}

static void test_a_book_without_clocks(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    struct fb_book *book = load(&files);
    CU_ASSERT_EQUAL(book->clocks.origin, FB_NO_ROW);
    CU_ASSERT_EQUAL(book->clocks.fed_from, INT32_MAX);
    CU_ASSERT(book->clocks.reference_weeks == 0 && book->n_delegations == 0 && book->n_approval_budgets == 0);
    CU_ASSERT_EQUAL(book->small_number, 0);
    fb_pack_free(&book);
}

/* The system's own clocks take the place of the national ones key by key. */
static void test_a_later_layers_keys_win(void)
{
    struct fb_pack_files files = fb_test_assured_pack();
    fb_test_pack_put(
        &files, "n/assurance/clocks.yaml",
        "clocks:\n  reference: {weeks: 20}\n  night: {from: \"22:00\", until: \"05:00\", at_least: 2 hours}\n"
        "  status: published\n  source: s\n");
    fb_test_pack_change(&files, FB_ASSURED_PACK_AT, "  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n",
                        "");
    struct fb_book *book = load(&files);
    CU_ASSERT_EQUAL(book->clocks.reference_weeks, 17);
    CU_ASSERT(book->clocks.night_from_min == 1320 && book->clocks.night_least_min == 120);
    CU_ASSERT_EQUAL(book->origin[book->clocks.origin].status, FB_STATUS_SECOND_HAND);
    fb_pack_free(&book);
}

/* Ascending by trust; a date is local midnight, summer time or not; and a trust's only while it is the
 * pack's. */
static void test_delegations(void)
{
    struct fb_book *book = whole();
    CU_ASSERT_EQUAL_FATAL(book->n_delegations, 2);
    const struct fb_delegation *d = book->delegation;
    int64_t from_ms, until_ms, member_ms, left_ms;
    CU_ASSERT_EQUAL(fb_instant_parse(&from_ms, fb_span_of("2026-03-16T17:00Z")), FB_OK);
    CU_ASSERT_EQUAL(fb_instant_parse(&until_ms, fb_span_of("2026-06-23T08:00Z")), FB_OK);
    CU_ASSERT_EQUAL(fb_instant_parse(&member_ms, fb_span_of("2026-01-01T00:00Z")), FB_OK);
    CU_ASSERT_EQUAL(fb_instant_parse(&left_ms, fb_span_of("2026-06-30T23:00Z")), FB_OK);
    CU_ASSERT_EQUAL(d[0].trust, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(d[0].from_ms, member_ms);
    CU_ASSERT_EQUAL(d[0].until_ms, left_ms);
    CU_ASSERT_EQUAL(d[1].role, FB_ROLE_EXECUTIVE_DIRECTOR);
    CU_ASSERT(fb_span_is(d[1].identity, "RXQ-ONCALL"));
    CU_ASSERT_EQUAL(d[1].from_ms, from_ms);
    CU_ASSERT_EQUAL(d[1].until_ms, until_ms);
    CU_ASSERT(fb_span_is(book->origin[d[1].origin].file, "assurance/a.yaml") &&
              book->origin[d[1].origin].line > 30);
    fb_pack_free(&book);
}

static void test_budgets_and_small_numbers(void)
{
    struct fb_book *book = whole();
    const struct fb_approval_budget *b = book->approval_budget;
    CU_ASSERT_EQUAL(book->small_number, 5);
    CU_ASSERT_EQUAL_FATAL(book->n_approval_budgets, 3);
    CU_ASSERT(b[0].trust == fb_code_of("RTH") && b[0].number == 40 && b[0].until == fb_day_of(2026, 7, 1));
    CU_ASSERT(b[1].trust == fb_code_of("RXQ") && b[1].number == 40 && b[1].until == fb_day_of(2027, 4, 1));
    CU_ASSERT(b[2].trust == fb_code_of("RXQ") && b[2].number == 3 && b[2].until == INT32_MAX);
    fb_pack_free(&book);
}

static void test_ceilings(void)
{
    struct fb_book *book = whole();
    const struct fb_agency_ceiling *c = book->agency_ceiling;
    CU_ASSERT_EQUAL_FATAL(book->n_agency_ceilings, 3);
    CU_ASSERT(c[0].trust == fb_code_of("RTH") && c[0].pence == 25000000 && c[0].until == fb_day_of(2026, 7, 1) && c[0].stage == FB_STAGE_WORKED); /* raw: as stated */
    CU_ASSERT(c[1].trust == fb_code_of("RXQ") && c[1].until == fb_day_of(2027, 4, 1));
    CU_ASSERT(c[2].pence == 9950 && c[2].stage == FB_STAGE_COMMITTED && c[2].until == INT32_MAX); /* raw: the same */
    CU_ASSERT_TRUE(book->origin[c[2].origin].line > book->origin[c[1].origin].line);
    fb_pack_free(&book);
}

static void test_which_facts_the_book_reads(void)
{
    struct fb_pack_files files = fb_test_assured_pack();
    fb_test_pack_put(&files, "s/assurance/counters.yaml",
                     "counters:\n  - {name: c.n, key: worker, adds: shifts, of: booked, routes: all, "
                     "staff_groups: all, span: month,\n"
                     "     from: 2026-01-01, when: {booked_after_start: yes}, " FB_ASSURED_PACK_STATED "}\n"
                     "bonuses:\n  - {name: b.n, title: t, because: b, counter: c.n, routes: [bank], "
                     "staff_groups: all, from: 2026-01-01,\n"
                     "     rows: [{every: 5, gbp: 10}], " FB_ASSURED_PACK_STATED "}\n");
    struct fb_book *book = load(&files);
    static const enum fb_fact read[] = {
        FB_FACT_REST_BEFORE_MINUTES, FB_FACT_CONSECUTIVE_NIGHTS, FB_FACT_ROUTE,    FB_FACT_HIRER,
        FB_FACT_BOOKED_AFTER_START,  FB_FACT_COUNTER_1,          FB_FACT_SHIFT_DAY};
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++)
        CU_ASSERT(fb_fact_in(&book->reads, read[i]));
    CU_ASSERT(!fb_fact_in(&book->reads, FB_FACT_WEEK_MINUTES));
    CU_ASSERT(!fb_fact_in(&book->reads, FB_FACT_COUNTER_2));
    fb_pack_free(&book);
}

/* Who comes to know of a scheme later was not entitled by it before. */
static void test_rows_known_later_are_left_out(void)
{
    struct fb_pack_files files = fb_test_assured_pack();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_change(&files, FB_ASSURED_PACK_AT, "identity: RTH-CE, from: 2025-04-01, ",
                        "identity: RTH-CE, from: 2025-04-01, known_since: 2026-05-01, ");
    fb_test_pack_change(&files, FB_ASSURED_PACK_AT, "small_number: 5, ", "small_number: 5, known_since: 2026-05-01, ");
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_known(&book, files.file, files.n, fb_day_of(2026, 4, 30), &report),
                          FB_OK);
    CU_ASSERT(book->n_delegations == 1 && book->small_number == 0);
    fb_pack_free(&book);
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_known(&book, files.file, files.n, fb_day_of(2026, 5, 1), &report),
                          FB_OK);
    CU_ASSERT(book->n_delegations == 2 && book->small_number == 5);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

CU_TestInfo suite_pack_assure[] = {
    {"conditions on the facts of assurance", test_conditions_on_the_facts_of_assurance},
    {"categories that have facts", test_categories_that_have_facts},
    {"how a finding is answered", test_how_a_finding_is_answered},
    {"clocks", test_clocks},
    {"a book without clocks", test_a_book_without_clocks},
    {"a later layer's keys win", test_a_later_layers_keys_win},
    {"delegations", test_delegations},
    {"budgets and small numbers", test_budgets_and_small_numbers},
    {"ceilings of agency spend", test_ceilings},
    {"which facts the book reads", test_which_facts_the_book_reads},
    {"rows known later are left out", test_rows_known_later_are_left_out},
    CU_TEST_INFO_NULL,
};
