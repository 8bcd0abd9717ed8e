/* What a check tells of rules of assurance and of who may answer them: what is never raised, or always, or
 * twice; roles that nobody holds; two pairs of eyes that are one. Each is told at its line, and not before
 * the change that brought it. */
#include "engine/pack/condition.h"
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"
#include "tests/lib/suite.h"
#include <string.h>

#define RULES  "s/assurance/a.yaml"
#define PACK   "s/pack.yaml"
#define STATED "status: made_up, source: s"
#define END                                                                                                  \
    "    then: {severity: warn, audience: controls}\n    because: b\n    status: made_up\n    source: s\n"
#define HEAD                                                                                                 \
    "    title: t\n    routes: [bank, agency]\n    staff_groups: all\n    from: 2026-04-01\n    date_fact: " \
    "shift_day\n"

static const char south[] = "pack: s\ntitle: t\nlayer: ics\nissue: \"1\"\nreview_by: 2027-04-01\n"
                            "trusts: [{code: RTH, from: 2026-01-01, until: 2026-07-01}, RXQ]\n";
static const char rules[] =
    "rules:\n"
    "  - name: shift.long\n" HEAD
    "    when: {paid_minutes: {at_least: 10 hours}, grade: [\"2\", \"5\"]}\n    unless: {grade: \"9\"}\n" END
    "    answer: {roles: [chief_executive], second: [executive_director], confirm_within: 1 day}\n"
    "  - name: shift.short\n" HEAD "    when: {paid_minutes: {below: 2 hours}}\n" END "delegations:\n"
    "  - {trust: RTH, role: chief_executive, identity: RTH-CE, from: 2026-01-01, " STATED "}\n"
    "  - {trust: RTH, role: executive_director, identity: RTH-COO, from: 2026-01-01, " STATED "}\n"
    "  - {trust: RXQ, role: chief_executive, identity: RXQ-CE, from: 2026-01-01, " STATED "}\n"
    "  - {trust: RXQ, role: executive_director, identity: RXQ-COO, from: 2026-01-01, " STATED "}\n"
    "clocks:\n  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n  status: made_up\n  source: s\n";

static struct fb_pack_files packs(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    fb_test_pack_put(&files, PACK, south);
    fb_test_pack_put(&files, RULES, rules);
    return files;
}

struct finding {
    const char *from, *to;
    int line;          /* of the file; 0: that of the change */
    const char *words; /* NULL: nothing is told that was not before */
};

static unsigned told(const struct fb_pack_report *r)
{
    unsigned n = 0;
    for (unsigned i = 0; i < r->n; i++)
        n += strncmp(r->e[i].file, "s/", 2) == 0;
    return n;
}

static bool is_told(const struct finding *f)
{
    struct fb_pack_files files = packs();
    struct fb_pack_report before = {0}, after = {0};
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &before), FB_OK);
    unsigned line = fb_test_pack_change(&files, RULES, f->from, f->to);
    enum fb_err err = fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &after);
    line = f->line > 0 ? (unsigned)f->line : line;
    const struct fb_pack_error *e =
        f->words == NULL ? NULL : fb_test_pack_said(&after, RULES, line, f->words);
    bool good = err == FB_OK && told(&before) == 0 &&
                (f->words == NULL ? told(&after) == 0 : e != NULL && e->warning);
    if (!good) {
        printf("\nat %s:%u: %s; what is told:\n", RULES, line, f->words == NULL ? "(nothing)" : f->words);
        fb_pack_report_print(stdout, &before);
        fb_pack_report_print(stdout, &after);
    }
    fb_pack_report_free(&before);
    fb_pack_report_free(&after);
    fb_pack_files_free(&files);
    return good;
}
#define EXPECT(list)                                                                                         \
    for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)                                            \
    CU_ASSERT(is_told(&(list)[i]))

static void test_rules_that_are_never_raised(void)
{
    static const struct finding list[] = {
        {"routes: [bank, agency]", "routes: [bank, agency]", 0, NULL},
        {"unless: {grade: \"9\"}", "unless: {grade: [\"2\", \"5\", \"9\"]}", 2,
         "what stands under when stands under unless as well"},
        {"unless: {grade: \"9\"}", "unless: {paid_minutes: {above: 599}}", 2,
         "what stands under when stands under unless as well"},
        {"unless: {grade: \"9\"}", "unless: {paid_minutes: {above: 600}}", 0, NULL},
        {"unless: {grade: \"9\"}", "unless: {grade: {not: \"9\"}}", 2,
         "what stands under when stands under unless as well"},
        {"grade: [\"2\", \"5\"]}", "grade: [\"2\", \"5\"], hirer: RXX}", 2,
         "two conditions under when ask one fact for what cannot both be"},
        {"grade: [\"2\", \"5\"]}", "grade: [\"2\", \"5\"], hirer: RXQ}", 0, NULL},
        {"routes: [bank, agency]", "routes: [bank]\n    known_since: 2026-01-01", 0, NULL},
        {"when: {paid_minutes: {below: 2 hours}}", "when: {route: collaborative}", 15,
         "when asks for a route or staff group that it is not for"},
    };
    EXPECT(list);
}

static void test_days_on_which_the_pack_has_no_trust(void)
{
    struct fb_pack_files files = packs();
    struct fb_pack_report report = {0};
    fb_test_pack_change(&files, PACK, ", RXQ]", "]");
    fb_test_pack_change(
        &files, RULES,
        "  - {trust: RXQ, role: chief_executive, identity: RXQ-CE, from: 2026-01-01, " STATED "}\n", "");
    fb_test_pack_change(
        &files, RULES,
        "  - {trust: RXQ, role: executive_director, identity: RXQ-COO, from: 2026-01-01, " STATED "}\n", "");
    fb_test_pack_change(&files, RULES, "from: 2026-04-01", "from: 2026-07-01");
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &report), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, RULES, 2, "on none of its days has the pack a trust"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_conditions_outside_of_what_a_fact_can_be(void)
{
    static const struct finding list[] = {
        {"{below: 2 hours}", "{below: 0}", 15, "asks for what never is: paid_minutes"},
        {"{below: 2 hours}", "{above: 10080}", 15, "asks for what never is: paid_minutes"},
        {"{below: 2 hours}", "{at_least: 0}", 15, "asks for what always is: paid_minutes"},
        {"{below: 2 hours}", "{at_most: 7 days}", 15, "asks for what always is: paid_minutes"},
        {"{below: 2 hours}", "{at_most: 0}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{consecutive_days: {below: 1}}", 15,
         "asks for what never is: consecutive_days"},
        {"{paid_minutes: {below: 2 hours}}", "{same_agency_weeks: {above: 26 weeks}}", 15,
         "asks for what never is: same_agency_weeks"},
        {"{paid_minutes: {below: 2 hours}}", "{same_agency_weeks: {at_least: 26 weeks}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{consecutive_nights: {at_least: 900}}", 15,
         "asks for what never is: consecutive_nights"},
        {"{paid_minutes: {below: 2 hours}}", "{consecutive_nights: {at_least: 31}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{minutes_in_plain: {below: 0}}", 15,
         "asks for what never is: minutes_in_plain"},
        {"{paid_minutes: {below: 2 hours}}", "{rest_before_minutes: {below: 0}}", 15,
         "asks for what never is: rest_before_minutes"},
        {"{paid_minutes: {below: 2 hours}}", "{percent_over_cap_e2: {below: \"-100.01\"}}", 15,
         "asks for what never is: percent_over_cap_e2"},
        {"{paid_minutes: {below: 2 hours}}", "{identity_days: {above: 9000000}}", 15,
         "asks for what never is: identity_days"},
    };
    EXPECT(list);
}

static void test_facts_against_one_another(void)
{
    static const struct finding list[] = {
        {"{paid_minutes: {below: 2 hours}}", "{booked_after_start: yes, lead_minutes: {above: 100}}", 15,
         "what it asks of booked_after_start rules out what it asks of lead_minutes"},
        {"{paid_minutes: {below: 2 hours}}", "{booked_after_start: no, lead_minutes: {below: 0}}", 15,
         "what it asks of booked_after_start rules out what it asks of lead_minutes"},
        {"{paid_minutes: {below: 2 hours}}", "{booked_after_start: no, lead_minutes: {below: 100}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{booked_after_start: yes, lead_minutes: {at_most: 0}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{worker_known: no, week_minutes: {above: 48 hours}}", 15,
         "what it asks of worker_known leaves unknown week_minutes"},
        {"{paid_minutes: {below: 2 hours}}", "{worker_known: no, visa_days: {below: 0}}", 15,
         "what it asks of worker_known leaves unknown visa_days"},
        {"{paid_minutes: {below: 2 hours}}", "{worker_known: yes, week_minutes: {above: 48 hours}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{worker_known: no, paid_minutes: {below: 2 hours}}", 0, NULL},
    };
    EXPECT(list);
}

static void test_what_a_bound_never_shows(void)
{
    static const struct finding list[] = {
        {"{paid_minutes: {below: 2 hours}}", "{consecutive_nights: {at_least: 3, below: 5}}", 15,
         "can never be raised: consecutive_nights is a bound"},
        {"{paid_minutes: {below: 2 hours}}", "{week_minutes: {below: 48 hours}}", 15,
         "can never be raised: week_minutes is a bound"},
        {"{paid_minutes: {below: 2 hours}}", "{rest_before_minutes: {at_least: 11 hours}}", 15,
         "can never be raised: rest_before_minutes is a bound"},
        {"{paid_minutes: {below: 2 hours}}", "{rest_before_minutes: {below: 11 hours}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{consecutive_nights: {at_least: 3}}", 0, NULL},
        {"{paid_minutes: {below: 2 hours}}", "{consecutive_nights: 0}", 0, NULL},
    };
    EXPECT(list);
}

static void test_facts_that_the_routes_never_have(void)
{
    struct fb_pack_files files = packs();
    struct fb_pack_report report = {0};
    fb_test_pack_change(&files, RULES, "routes: [bank, agency]", "routes: [bank]");
    fb_test_pack_change(&files, RULES, "when: {paid_minutes: {at_least: 10 hours}, ",
                        "when: {on_framework: no, ");
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &report), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(
        fb_test_pack_said(&report, RULES, 2, "on_framework is not known of any shift by the routes"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_twins_and_weak_breaches(void)
{
    static const char twin[] =
        "when: {grade: [\"5\", \"2\"], paid_minutes: {at_least: 600}}\n    unless: {grade: \"9\"}";
    static const struct finding list[] = {
        {"when: {paid_minutes: {below: 2 hours}}", twin, 15,
         "has the conditions of another one, and shifts in common with it: shift.long"},
        {"when: {paid_minutes: {below: 2 hours}}",
         "when: {grade: [\"5\", \"2\"], paid_minutes: {at_least: 600}}", 0, NULL},
        {"date_fact: shift_day\n    when: {paid_minutes: {below: 2 hours}}",
         "date_fact: booking_day\n    when: {grade: [\"5\", \"2\"], paid_minutes: {at_least: 600}}\n    unless: "
         "{grade: \"9\"}",
         15, "has the conditions of another one, and shifts in common with it: shift.long"},
        {"severity: warn, audience: controls}\n    because: b\n    status: made_up",
         "severity: breach, audience: controls}\n    because: b\n    status: unverified", 2,
         "calls a breach what rests on a text that nobody has read"},
    };
    EXPECT(list);
}

static void test_who_may_answer(void)
{
    static const struct finding list[] = {
        {"{trust: RXQ, role: chief_executive, identity: RXQ-CE",
         "{trust: RXQ, role: nhs_england, identity: RXQ-CE", 2,
         "is answered by a role that nobody is delegated for: chief_executive at RXQ from 2026-04-01"},
        {"identity: RXQ-CE, from: 2026-01-01", "identity: RXQ-CE, from: 2026-01-01, until: 2026-04-01", 2,
         "nobody is delegated for"},
        {"identity: RXQ-CE, from: 2026-01-01", "identity: RXQ-CE, from: 2026-01-01, until: 2026-04-02", 0,
         NULL},
        {"{trust: RXQ, role: executive_director, identity: RXQ-COO",
         "{trust: RXQ, role: nhs_england, identity: RXQ-COO", 2,
         "nobody is delegated for: executive_director at RXQ"},
        {"{trust: RXQ, role: executive_director, identity: RXQ-COO",
         "{trust: RXQ, role: executive_director, identity: RXQ-CE", 29,
         "RXQ-CE is chief_executive and executive_director at once: for 'shift.long' these are to be two "
         "people"},
        {"confirm_within: 1 day", "retrospective: no", 2, "can be answered neither by telephone"},
        {"confirm_within: 1 day", "retrospective: no, confirm_within: 1 day", 0, NULL},
        {"confirm_within: 1 day", "retrospective: yes", 0, NULL},
    };
    EXPECT(list);
}

static void test_a_trust_without_a_scheme(void)
{
    struct fb_pack_files files = packs();
    struct fb_pack_report report = {0};
    fb_test_pack_change(&files, PACK, ", RXQ]", ", RXQ, RHW]");
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &report), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, PACK, 6, "no scheme of delegation is held for RHW"));
    CU_ASSERT_PTR_NULL(fb_test_pack_said(&report, RULES, 2, "RHW"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

/* ---- what can be proved of conditions ---- */

#define ASK(operator, x, y)                                                                                  \
    {                                                                                                        \
        .fact = FB_FACT_PAID_MINUTES, .op = (operator), .a = (x), .b = (y)                                   \
    }

static void test_conditions_that_can_meet(void)
{
    static const struct {
        struct fb_predicate p[2];
        bool meet;
    } rows[] = {
        {{ASK(FB_OP_GE, 50, 0), ASK(FB_OP_LT, 10, 0)}, false},
        {{ASK(FB_OP_GE, 50, 0), ASK(FB_OP_LT, 51, 0)}, true},
        {{ASK(FB_OP_GE, 50, 0), ASK(FB_OP_LT, 50, 0)}, false},
        {{ASK(FB_OP_GT, 50, 0), ASK(FB_OP_LE, 50, 0)}, false},
        {{ASK(FB_OP_GE, 50, 0), ASK(FB_OP_LE, 50, 0)}, true},
        {{ASK(FB_OP_EQ, 7, 0), ASK(FB_OP_NE, 7, 0)}, false},
        {{ASK(FB_OP_EQ, 7, 0), ASK(FB_OP_BETWEEN, 7, 8)}, true},
        {{ASK(FB_OP_EQ, 8, 0), ASK(FB_OP_BETWEEN, 7, 8)}, false},
        {{ASK(FB_OP_NE, 7, 0), ASK(FB_OP_NE, 8, 0)}, true},
        {{ASK(FB_OP_LT, INT64_MIN, 0), ASK(FB_OP_NE, 8, 0)}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(fb_conditions_can_meet(rows[i].p, 2, FB_FACT_PAID_MINUTES), rows[i].meet);
    static const int64_t set[] = {3, 9};
    struct fb_predicate listed[2] = {{.fact = FB_FACT_GRADE, .op = FB_OP_IN, .n_set = 2, .set = set},
                                     {.fact = FB_FACT_GRADE, .op = FB_OP_GT, .a = 8}};
    CU_ASSERT(fb_conditions_can_meet(listed, 2, FB_FACT_GRADE));
    listed[1].a = 9;
    CU_ASSERT(!fb_conditions_can_meet(listed, 2, FB_FACT_GRADE));
}

static void test_conditions_that_follow(void)
{
    static const struct {
        struct fb_predicate given, then;
        bool follows;
    } rows[] = {
        {ASK(FB_OP_GE, 50, 0), ASK(FB_OP_GT, 49, 0), true},
        {ASK(FB_OP_GE, 50, 0), ASK(FB_OP_GT, 50, 0), false},
        {ASK(FB_OP_LT, 50, 0), ASK(FB_OP_LE, 49, 0), true},
        {ASK(FB_OP_LT, 50, 0), ASK(FB_OP_LE, 48, 0), false},
        {ASK(FB_OP_EQ, 5, 0), ASK(FB_OP_NE, 6, 0), true},
        {ASK(FB_OP_EQ, 5, 0), ASK(FB_OP_NE, 5, 0), false},
        {ASK(FB_OP_BETWEEN, 5, 8), ASK(FB_OP_LT, 8, 0), true},
        {ASK(FB_OP_BETWEEN, 5, 8), ASK(FB_OP_LT, 7, 0), false},
        {ASK(FB_OP_BETWEEN, 5, 8), ASK(FB_OP_NE, 8, 0), true},
        {ASK(FB_OP_BETWEEN, 5, 8), ASK(FB_OP_NE, 7, 0), false},
        {ASK(FB_OP_BETWEEN, 5, 8), ASK(FB_OP_BETWEEN, 5, 8), true},
        {ASK(FB_OP_BETWEEN, 5, 6), ASK(FB_OP_EQ, 5, 0), true},
        {ASK(FB_OP_GT, 50, 0), ASK(FB_OP_GE, 51, 0), true},
        {ASK(FB_OP_BETWEEN, 5, 8), ASK(FB_OP_NE, 5, 0), false},
        {ASK(FB_OP_NE, 5, 0), ASK(FB_OP_NE, 5, 0), true},
        {ASK(FB_OP_NE, 5, 0), ASK(FB_OP_NE, 6, 0), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(fb_condition_follows(&rows[i].given, 1, &rows[i].then), rows[i].follows);
}

static void test_conditions_that_are_the_same(void)
{
    static const int64_t one[] = {2}, two[] = {2, 5}, turned[] = {5, 2}, other[] = {2, 9};
    struct fb_predicate a = {.fact = FB_FACT_GRADE, .op = FB_OP_IN, .n_set = 2, .set = two}, b = a;
    CU_ASSERT(fb_condition_same(&a, &b));
    b.set = turned;
    CU_ASSERT(fb_condition_same(&a, &b));
    b.set = other;
    CU_ASSERT(!fb_condition_same(&a, &b));
    b.set = one;
    b.n_set = 1;
    CU_ASSERT(!fb_condition_same(&a, &b) && !fb_condition_same(&b, &a));
}

CU_TestInfo suite_pack_rules[] = {
    {"rules that are never raised", test_rules_that_are_never_raised},
    {"days on which the pack has no trust", test_days_on_which_the_pack_has_no_trust},
    {"conditions outside of what a fact can be", test_conditions_outside_of_what_a_fact_can_be},
    {"facts against one another", test_facts_against_one_another},
    {"what a bound never shows", test_what_a_bound_never_shows},
    {"facts that the routes never have", test_facts_that_the_routes_never_have},
    {"twins, and breaches of what nobody has read", test_twins_and_weak_breaches},
    {"who may answer", test_who_may_answer},
    {"a trust without a scheme", test_a_trust_without_a_scheme},
    {"conditions that can meet", test_conditions_that_can_meet},
    {"conditions that are the same", test_conditions_that_are_the_same},
    {"conditions that follow", test_conditions_that_follow},
    CU_TEST_INFO_NULL,
};
