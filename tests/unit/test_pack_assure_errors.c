/* What packs may not say of rules, clocks, approvals and delegations: refused with file, line and what to write. */
#include "engine/pack/pack.h"
#include "tests/lib/assured_pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

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
    {"minutes_in_plain: {above: 0}", "minutes_in_plain: {above: lots}", 0, "minutes_in_plain"},
    {"minutes_in_plain: {above: 0}", "minutes_in_plain: [{above: 3}]", 0, "write one value for the fact 'minutes_in_plain'"},
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
    {"answers:\n", "answers:\n  - {rule: booking.overlap, roles: [nhs_england], " FB_ASSURED_PACK_STATED "}\n", 2,
     "stands twice in this pack"},
    {"identity: RTH-CE, from: 2025-04-01, " FB_ASSURED_PACK_STATED, "identity: RTH-CE, from: 2025-04-01, status: made_up", 0,
     "the key 'source' is missing"},
    {"trust: RTH, role", "trust: RTX, role", 0, "'RTX' is not among the pack's trusts"},
    {"trust: RTH, role: chief_executive", "role: chief_executive", 0, "the key 'trust' is missing"},
    {"role: chief_executive", "role: chief", 0, "unknown role 'chief'"},
    {"identity: RTH-CE", "identity: \"Jo Smith\"", 0, "never a person's name"},
    {"from: \"2026-03-16T17:00\"", "from: \"2026-03-16 17:00\"", 0, "write a date such as"},
    {"until: \"2026-06-23T09:00\"", "until: \"2026-03-16T17:00\"", 0, "until is not after from"},
    {"delegations:\n",
     "delegations:\n  - {trust: RTH, role: chief_executive, identity: RTH-CE, from: 2026-05-01, " FB_ASSURED_PACK_STATED
     "}\n",
     3, "a row above delegates the same role"},
    {"delegations:\n", "delegations:\n  - RTH-CE\n", 1, "write a mapping"},
    {"from: 2026-04-01, until: 2027-04-01, number: 40", "from: 2026-04-02, until: 2027-04-01, number: 40", 0,
     "first days of months"},
    {"number: 40", "number: many", 0, "write a whole number from 0 to 100000"},
    {"trust: RXQ, from: 2026-05-01", "trust: RXX, from: 2026-05-01", 0, "is not among the pack's trusts"},
    {"pounds: 250000", "pounds: many", 0, "many"},
    {"pounds: 250000", "pounds: \"1000000000.01\"", 0, "lies between 0 and 1,000,000,000"},
    {"pounds: 250000, stage: worked", "stage: worked", 0, "the key 'pounds' is missing"},
    {"stage: worked", "stage: paid", 0, "as committed or as worked"},
    {"stage: worked, ", "", 0, "the key 'stage' is missing"},
    {"from: 2026-04-01, until: 2027-04-01, pounds", "from: 2026-04-02, until: 2027-04-01, pounds", 0, "a ceiling is of a month"},
    {"agency_ceilings:\n", "agency_ceilings:\n  - 250000\n", 1, "write a mapping"},
    {"small_number: 5", "small_number: 0", 0, "write a whole number from 1 to 100"},
    {"privacy:", "secrecy:", 0, "unknown key 'secrecy'"},
};

static void try_broken(const struct broken *b)
{
    struct fb_pack_files files = fb_test_assured_pack();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned line = fb_test_pack_change(&files, FB_ASSURED_PACK_AT, b->from, b->to);
    enum fb_err err = fb_pack_load_files(&book, files.file, files.n, &report);
    bool said = b->words == NULL ? err == FB_OK
                                 : err == FB_REFUSED && book == NULL &&
                                       fb_test_pack_said(&report, FB_ASSURED_PACK_AT, (unsigned)((int)line + b->below),
                                                         b->words) != NULL;
    if (!said) {
        printf("\nnot said at %s:%d: %s\n", FB_ASSURED_PACK_AT, (int)line + b->below,
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
/* What stands below a condition that is not understood is no unknown key besides. */
static void test_a_mistyped_condition_is_told_once(void)
{
    static const char *const conditions[] = {"rest_before_minutes: {abov: 11 hours}", "rest_before_minutes: {above: 1 hour, below: 11 hours}",
                                             "rest_befor_minutes: {below: 11 hours}"};
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        struct fb_pack_files files = fb_test_assured_pack();
        struct fb_pack_report report = {0};
        struct fb_book *book = NULL;
        fb_test_pack_change(&files, FB_ASSURED_PACK_AT, "rest_before_minutes: {below: 11 hours}", conditions[i]);
        CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
        CU_ASSERT_EQUAL(report.errors, 1);
        fb_pack_report_free(&report);
        fb_pack_files_free(&files);
    }
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
                {"site\nsites: [X]", "only an ics or a trust pack has 'agency_ceilings'", 0},
                {"site\nsites: [X]", "a site pack has no rules", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_pack_files files = fb_test_assured_pack();
        struct fb_pack_report report = {0};
        struct fb_book *book = NULL;
        char layer[40] = "layer: ";
        strncat(layer, rows[i].layer, sizeof layer - 8);
        fb_test_pack_change(&files, FB_ASSURED_PACK, "layer: ics", layer);
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

CU_TestInfo suite_pack_assure_errors[] = {
    {"rules that are refused", test_rules_that_are_refused},
    {"a mistyped condition is told once", test_a_mistyped_condition_is_told_once},
    {"clocks that are refused", test_clocks_that_are_refused},
    {"schemes that are refused", test_schemes_that_are_refused},
    {"layers that may not say it", test_layers_that_may_not_say_it},
    CU_TEST_INFO_NULL,
};
