/* What packs say of clocks, approvals, delegations and small numbers: read with file and line, refused where
 * it means nothing, and compiled into the book. */
#include "engine/base/hash.h"
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"
#include "tests/lib/suite.h"
#include <string.h>

#define FILE_AT "s/assurance/a.yaml"
#define STATED  "status: made_up, source: s"
#define SOUTH                                                                                                \
    "pack: s\ntitle: t\nlayer: ics\nissue: \"1\"\nreview_by: 2027-04-01\n"                                      \
    "trusts: [{code: RTH, from: 2026-01-01, until: 2026-07-01}, RXQ]\n"
static const char south[] = SOUTH;
static const char assurance[] =
    "rules:\n"
    "  - name: gate.answered\n    title: t\n    routes: [bank]\n    staff_groups: all\n    from: "
    "2026-04-01\n    date_fact: shift_day\n"
    "    when: {rest_before_minutes: {below: 11 hours}, minutes_in_plain: {above: 0}, pay_hour_in_dear: "
    "{at_least: 10.50},\n"
    "           reason: [SPEC, \"one to one\"], cascaded_to: [bank, agency], framework_place: ended, "
    "registration_status: [lapsed]}\n"
    "    then: {severity: warn, audience: controls}\n"
    "    answer: {roles: [chief_executive], second: [executive_director], own: yes, retrospective: no, "
    "confirm_within: 1 day}\n"
    "    correction: 2 weeks\n    cross_trust: yes\n    because: b\n    status: made_up\n    source: s\n"
    "  - name: working_time.plain\n    title: t\n    routes: [bank]\n    staff_groups: all\n    from: "
    "2026-04-01\n    date_fact: shift_day\n"
    "    when: {consecutive_nights: {above: 4}}\n    then: {severity: warn, audience: controls}\n    "
    "because: b\n    status: made_up\n    source: s\n"
    "clocks:\n"
    "  reference: {weeks: 17, leave_out: [annual_leave, sickness], by_grade: [{grades: [FY1], weeks: 26}]}\n"
    "  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n"
    "  assignment: {reset_after: 6 weeks, absences: {sickness: {pauses: 28 weeks}, annual_leave: pauses, "
    "maternity: runs}}\n"
    "  fed_from: 2026-04-01\n  status: second_hand\n  source: s\n"
    "answers:\n  - {rule: booking.overlap, roles: [executive_director], confirm_within: 90 minutes, " STATED
    "}\n"
    "delegations:\n"
    "  - {trust: RXQ, role: executive_director, identity: RXQ-ONCALL, from: \"2026-03-16T17:00\", until: "
    "\"2026-06-23T09:00\", " STATED "}\n"
    "  - {trust: RTH, role: chief_executive, identity: RTH-CE, from: 2025-04-01, " STATED "}\n"
    "approval_budgets:\n  - {from: 2026-04-01, until: 2027-04-01, number: 40, " STATED "}\n"
    "  - {trust: RXQ, from: 2026-05-01, number: 3, " STATED "}\n"
    "privacy: {small_number: 5, " STATED "}\n";

static struct fb_pack_files packs(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    fb_test_pack_put(&files, "s/pack.yaml", south);
    fb_test_pack_put(&files, FILE_AT, assurance);
    return files;
}

/* ---- what is compiled ---- */

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
    struct fb_pack_files files = packs();
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
    struct fb_pack_files files = packs();
    fb_test_pack_put(&files, "s/pack.yaml", SOUTH "categories: [late, dusk, dawn]\n");
    fb_test_pack_change(&files, FILE_AT, "minutes_in_plain", "minutes_in_dusk");
    struct fb_book *book = load(&files);
    CU_ASSERT_EQUAL(condition(rule_of(book, "gate.answered"), FB_FACT_MINUTES_IN_4)->op, FB_OP_GT);
    fb_pack_free(&book);
    files = packs();
    struct fb_pack_report report = {0};
    fb_test_pack_put(&files, "s/pack.yaml", SOUTH "categories: [late, dusk, dawn]\n");
    unsigned line = fb_test_pack_change(&files, FILE_AT, "minutes_in_plain", "minutes_in_dawn");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, FILE_AT, line, "no fact for the category of 'minutes_in_dawn'"));
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
    struct fb_pack_files files = packs();
    fb_test_pack_put(
        &files, "n/assurance/clocks.yaml",
        "clocks:\n  reference: {weeks: 20}\n  night: {from: \"22:00\", until: \"05:00\", at_least: 2 hours}\n"
        "  status: published\n  source: s\n");
    fb_test_pack_change(&files, FILE_AT, "  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n",
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

static void test_which_facts_the_book_reads(void)
{
    struct fb_pack_files files = packs();
    fb_test_pack_put(&files, "s/assurance/counters.yaml",
                     "counters:\n  - {name: c.n, key: worker, adds: shifts, of: booked, routes: all, "
                     "staff_groups: all, span: month,\n"
                     "     from: 2026-01-01, when: {booked_after_start: yes}, " STATED "}\n"
                     "bonuses:\n  - {name: b.n, title: t, because: b, counter: c.n, routes: [bank], "
                     "staff_groups: all, from: 2026-01-01,\n"
                     "     rows: [{every: 5, gbp: 10}], " STATED "}\n");
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
    struct fb_pack_files files = packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_change(&files, FILE_AT, "identity: RTH-CE, from: 2025-04-01, ",
                        "identity: RTH-CE, from: 2025-04-01, known_since: 2026-05-01, ");
    fb_test_pack_change(&files, FILE_AT, "small_number: 5, ", "small_number: 5, known_since: 2026-05-01, ");
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

/* ---- what is refused ---- */

struct broken {
    const char *from, *to;
    int below;
    const char *words;
};
static const struct broken in_rules[] = {
    {"below: 11 hours", "below: 11 ours", 0, "write a length from"},
    {"below: 11 hours", "below: 30 minutes 11 hours", 0, "such as 11 hours or 48 hours 30 minutes"},
    {"below: 11 hours", "below: 11 hours 2 hours", 0, "write a length"},
    {"below: 11 hours", "below: 11 hours 30", 0, "write a length"},
    {"above: 4}", "above: 4 hours}", 0, "write a plain number"},
    {"minutes_in_plain", "minutes_in_lunar", 0, "no fact for the category of 'minutes_in_lunar'"},
    {"minutes_in_plain", "minutes_in_1", 0, "no fact for the category of 'minutes_in_1'"},
    {"minutes_in_plain", "counter_1", 0, "unknown fact 'counter_1'"},
    {"reason: [SPEC, \"one to one\"]", "reason: \"\"", 0, "a name of 1 to 200 bytes"},
    {"reason: [SPEC, \"one to one\"]", "reason: {above: SPEC}", 0, "has no order"},
    {"cascaded_to: [bank, agency]", "cascaded_to: [bench]", 0, "unknown tier 'bench'"},
    {"framework_place: ended", "framework_place: gone", 0, "unknown place on a framework 'gone'"},
    {"registration_status: [lapsed]", "registration_status: [gone]", 0, "unknown status of a fact 'gone'"},
    {"roles: [chief_executive], second", "roles: [porter], second", 0, "unknown role 'porter'"},
    {"roles: [chief_executive], second", "roles: [], second", 0, "is empty"},
    {"{roles: [chief_executive], second", "{second", 0, "the key 'roles' is missing"},
    {"own: yes", "own: perhaps", 0, "write yes or no"},
    {"confirm_within: 1 day}", "confirm_within: 0 hours}", 0, "write a length from 1 to"},
    {"confirm_within: 1 day}", "within: 1 day}", 0, "unknown key 'within'"},
    {"correction: 2 weeks", "correction: 36 hours", 0, "days, whole"},
    {"correction: 2 weeks", "correction: 2 years", 0, "write a length from 0 to 366 days"},
    {"cross_trust: yes", "cross_trust: RXQ", 0, "write yes or no"},
};
static const struct broken in_clocks[] = {
    {"weeks: 17", "weeks: 53", 0, "write a whole number from 1 to 52"},
    {"[annual_leave, sickness]", "[annual_leave, holiday]", 0, "unknown kind of absence 'holiday'"},
    {"grades: [FY1]", "grades: [FY9]", 0, "unknown band 'FY9'"},
    {"by_grade: [{grades: [FY1], weeks: 26}]",
     "by_grade: [{grades: [FY1], weeks: 26}, {grades: [FY1], weeks: 4}]", 0, "stands in a row above as well"},
    {"by_grade: [{grades: [FY1], weeks: 26}]", "by_grade: [26]", 0, "by_grade: at most 4 rows"},
    {"until: \"06:00\", at_least", "until: \"23:00\", at_least", 0, "ends when it begins"},
    {"at_least: 3 hours}", "at_least: 8 hours}", 0, "at_least is longer than the night"},
    {"at_least: 3 hours}", "at_least: none}", 0, "write a length"},
    {"reset_after: 6 weeks", "reset_after: 10 days", 0, "weeks, whole"},
    {"sickness: {pauses: 28 weeks}", "sickness: {stops: 28 weeks}", 0,
     "write pauses, runs, or {pauses: 28 weeks}"},
    {"maternity: runs", "maternity: walks", 0, "unknown effect on the clock 'walks'"},
    {"maternity: runs", "fatherhood: runs", 0, "unknown kind of absence 'fatherhood'"},
    {"fed_from: 2026-04-01", "fed_from: soon", 0, "is not a date"},
    {"  fed_from: 2026-04-01\n  status: second_hand", "  fed_from: 2026-04-01\n  #", -4,
     "the key 'status' is missing"},
    {"  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n", "", -13,
     "the fact 'consecutive_nights': no pack states what a night is"},
    {"when: {consecutive_nights: {above: 4}}",
     "when: {week_minutes: {above: 4}}\n    unless: {assignment_weeks: 3, clock_fed: yes}", 0,
     NULL}, /* both clocks are there */
};
static const struct broken in_schemes[] = {
    {"rule: booking.overlap", "rule: gate.answered", 0,
     "no rule of the engine that can be answered is called 'gate.answered'"},
    {"rule: booking.overlap", "rule: cannot_say", 0,
     "no rule of the engine that can be answered is called 'cannot_say'"},
    {"answers:\n", "answers:\n  - {rule: booking.overlap, roles: [nhs_england], " STATED "}\n", 2,
     "stands twice in this pack"},
    {"identity: RTH-CE, from: 2025-04-01, " STATED, "identity: RTH-CE, from: 2025-04-01, status: made_up", 0,
     "the key 'source' is missing"},
    {"trust: RTH, role", "trust: RTX, role", 0, "'RTX' is not among the pack's trusts"},
    {"trust: RTH, role: chief_executive", "role: chief_executive", 0, "the key 'trust' is missing"},
    {"role: chief_executive", "role: chief", 0, "unknown role 'chief'"},
    {"identity: RTH-CE", "identity: \"Jo Smith\"", 0, "never a person's name"},
    {"from: \"2026-03-16T17:00\"", "from: \"2026-03-16 17:00\"", 0, "write a date such as"},
    {"until: \"2026-06-23T09:00\"", "until: \"2026-03-16T17:00\"", 0, "until is not after from"},
    {"delegations:\n",
     "delegations:\n  - {trust: RTH, role: chief_executive, identity: RTH-CE, from: 2026-05-01, " STATED
     "}\n",
     3, "a row above delegates the same role"},
    {"delegations:\n", "delegations:\n  - RTH-CE\n", 1, "write a mapping"},
    {"from: 2026-04-01, until: 2027-04-01, number: 40", "from: 2026-04-02, until: 2027-04-01, number: 40", 0,
     "first days of months"},
    {"number: 40", "number: many", 0, "write a whole number from 0 to 100000"},
    {"trust: RXQ, from: 2026-05-01", "trust: RXX, from: 2026-05-01", 0, "is not among the pack's trusts"},
    {"small_number: 5", "small_number: 0", 0, "write a whole number from 1 to 100"},
    {"privacy:", "secrecy:", 0, "unknown key 'secrecy'"},
};

static void try_broken(const struct broken *b)
{
    struct fb_pack_files files = packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned line = fb_test_pack_change(&files, FILE_AT, b->from, b->to);
    enum fb_err err = fb_pack_load_files(&book, files.file, files.n, &report);
    bool said = b->words == NULL ? err == FB_OK
                                 : err == FB_REFUSED && book == NULL &&
                                       fb_test_pack_said(&report, FILE_AT, (unsigned)((int)line + b->below),
                                                         b->words) != NULL;
    if (!said) {
        printf("\nnot said at %s:%d: %s\n", FILE_AT, (int)line + b->below,
               b->words == NULL ? "(nothing)" : b->words);
        fb_pack_report_print(stdout, &report);
    }
    CU_ASSERT(said);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}
#define TRY(rows)                                                                                            \
    for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                                            \
    try_broken(&(rows)[i])

static void test_rules_that_are_refused(void)
{
    TRY(in_rules);
}
static void test_clocks_that_are_refused(void)
{
    TRY(in_clocks);
}
static void test_schemes_that_are_refused(void)
{
    TRY(in_schemes);
}

/* What holds for a system, or for all, stands in no trust's pack; and the other way round. */
static void test_layers_that_may_not_say_it(void)
{
    static const struct {
        const char *layer, *words;
        unsigned line;
    } rows[] = {{"trust", "clocks: only a national or an ics pack has them", 0},
                {"trust", "fed_from: only an ics pack can say", 0},
                {"trust", "answers: only a national or an ics pack", 0},
                {"trust", "privacy: only a national or an ics pack", 0},
                {"site\nsites: [X]", "only an ics or a trust pack has 'delegations'", 0},
                {"site\nsites: [X]", "only an ics or a trust pack has 'approval_budgets'", 0},
                {"site\nsites: [X]", "a site pack has no rules", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_pack_files files = packs();
        struct fb_pack_report report = {0};
        struct fb_book *book = NULL;
        char layer[40] = "layer: ";
        strncat(layer, rows[i].layer, sizeof layer - 8);
        fb_test_pack_change(&files, "s/pack.yaml", "layer: ics", layer);
        CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
        bool said = false;
        for (unsigned k = 0; k < report.n; k++)
            said = said || (strstr(report.e[k].text, rows[i].words) != NULL && report.e[k].line > 0);
        if (!said)
            fb_pack_report_print(stdout, &report);
        CU_ASSERT(said);
        fb_pack_report_free(&report);
        fb_pack_files_free(&files);
    }
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
    {"which facts the book reads", test_which_facts_the_book_reads},
    {"rows known later are left out", test_rows_known_later_are_left_out},
    {"rules that are refused", test_rules_that_are_refused},
    {"clocks that are refused", test_clocks_that_are_refused},
    {"schemes that are refused", test_schemes_that_are_refused},
    {"layers that may not say it", test_layers_that_may_not_say_it},
    CU_TEST_INFO_NULL,
};
