/* What a case may say of a shift: timesheets, other shifts of the same worker, the register; and that each
 * expectation can go red. */
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include <stdio.h>

static const char bonus[] = "counters:\n"
                            "  - {name: feb.shifts, key: worker, adds: shifts, of: worked, routes: [bank], "
                            "staff_groups: all, span: dates,\n"
                            "     from: 2026-02-01, until: 2026-03-01, status: made_up, source: s}\n"
                            "  - {name: feb.cancelled, key: worker, adds: shifts, of: cancelled, routes: "
                            "[bank], staff_groups: all, span: dates,\n"
                            "     from: 2026-02-01, until: 2026-03-01, when: {cancelled_by: worker, "
                            "cancel_notice_minutes: {below: 1440}},\n"
                            "     status: made_up, source: s}\n"
                            "bonuses:\n"
                            "  - {name: bonus.fifth, title: t, because: b, counter: feb.shifts, "
                            "void_counter: feb.cancelled, routes: [bank],\n"
                            "     staff_groups: all, from: 2026-02-01, until: 2026-03-01, rows: [{every: 5, "
                            "gbp: 50}], status: made_up,\n"
                            "     source: s}\n";

/* Band 5 is 20 pounds an hour: eight hours booked, nine worked; the fifth shift of the month. */
static const char one_case[] =
    "cases:\n"
    "  - name: \"the fifth shift\"\n"
    "    booking: {trust: RHW, site: RHW01, staff_group: nursing_midwifery, band: \"5\", route: bank, "
    "engagement: direct,\n"
    "              worker: {token: W1, kind: bank_only}, start: \"2026-02-09T09:00\", end: "
    "\"2026-02-09T17:00\",\n"
    "              break_minutes: 0}\n"
    "    timesheet: {state: approved, settled_at: \"2026-02-16T09:00\",\n"
    "                intervals: [{kind: worked, start: \"2026-02-09T13:00\", end: \"2026-02-09T18:00\"},\n"
    "                            {kind: worked, start: \"2026-02-09T09:00\", end: \"2026-02-09T13:00\"}]}\n"
    "    register: [RHW, {code: RXQ, until: 2026-01-01}]\n"
    "    others:\n"
    "      - {start: \"2026-02-02T09:00\", end: \"2026-02-02T17:00\", repeat: 4, every_days: 1, timesheet: "
    "{state: approved}}\n"
    "    expect: {card: 160.00, worked: 180.00, worked_minutes: 540, bonus: 50.00, zone: unknown, "
    "supplement: none,\n"
    "             card_loaded: none, loaded: none, findings: {bonus.fifth: note}}\n";
#define CASES "south/cases/fifth.yaml"

struct change {
    const char *from, *to;
    unsigned line; /* 0: the case still holds */
    const char *words;
};

static bool comes_out(const struct change *c)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned ran = 0;
    fb_test_pack_put(&files, "south/assurance/bonus.yaml", bonus);
    fb_test_pack_put(&files, CASES, one_case);
    if (c->from != NULL)
        fb_test_pack_change(&files, CASES, c->from, c->to);
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_OK);
    enum fb_err err = fb_pack_cases(book, files.file, files.n, &ran, &report);
    bool as_said = c->line == 0
                       ? err == FB_OK && report.n == 0
                       : err == FB_REFUSED && fb_test_pack_said(&report, CASES, c->line, c->words) != NULL;
    if (!as_said) {
        printf("\nnot said at line %u: %s\n", c->line, c->line == 0 ? c->to : c->words);
        fb_pack_report_print(stdout, &report);
    }
    CU_ASSERT_EQUAL(ran, 1);
    fb_pack_free(&book);
    fb_pack_files_free(&files);
    fb_pack_report_free(&report);
    return as_said;
}

static void test_the_case_as_it_stands(void)
{
    CU_ASSERT(comes_out(&(struct change){NULL, "the case as it stands", 0, NULL}));
}

static void test_each_expectation_can_go_red(void)
{
    static const struct change rows[] = {
        {"card: 160.00", "card: 160.01", 2, "card should be 160.01, is 160.00"},
        {"worked: 180.00", "worked: 160.00", 2, "worked should be 160.00, is 180.00"},
        {"worked_minutes: 540", "worked_minutes: 480", 2, "worked_minutes should be 480, is 540"},
        {"bonus: 50.00", "bonus: none", 2, "bonus should be none, is 50.00"},
        {"zone: unknown", "zone: inner", 2, "zone should be inner, is unknown"},
        {"supplement: none", "supplement: 1.00", 2, "supplement should be 1.00, is 0.00"},
        {"card_loaded: none", "card_loaded: 1.00", 2, "card_loaded should be 1.00, is none"},
        {" loaded: none", " loaded: 1.00", 2, " loaded should be 1.00, is none"},
        {"{bonus.fifth: note}", "{}", 2, "unexpected bonus.fifth: note"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT(comes_out(&rows[i]));
}

static void test_what_other_shifts_change(void)
{
    static const struct change rows[] = {
        /* one too few; settled by nobody; another worker's; worked by the day before the window */
        {"repeat: 4", "repeat: 3", 2, "bonus should be 50.00, is 0.00"},
        {"timesheet: {state: approved}", "timesheet: {state: submitted}", 2,
         "bonus should be 50.00, is 0.00"},
        {", timesheet: {state: approved}", "", 2, "bonus should be 50.00, is 0.00"},
        {"repeat: 4", "worker: {token: W2, kind: bank_only}, repeat: 4", 2, "bonus should be 50.00, is 0.00"},
        {"repeat: 4, every_days: 1", "repeat: 4, every_days: 30", 2, "bonus should be 50.00, is 0.00"},
        {"{state: approved}}\n",
         "{state: approved}}\n      - {start: \"2026-02-20T09:00\", end: \"2026-02-20T17:00\", state: "
         "cancelled, cancelled_by: worker, cancelled_at: \"2026-02-20T08:00\"}\n",
         2, "missing bonus.fifth: note"},
        /* cancelled in good time, or by the trust: nothing is void */
        {"{state: approved}}\n",
         "{state: approved}}\n      - {start: \"2026-02-20T09:00\", end: \"2026-02-20T17:00\", state: "
         "cancelled, cancelled_by: worker, cancelled_at: \"2026-02-18T08:00\"}\n",
         0, NULL},
        {"{state: approved}}\n",
         "{state: approved}}\n      - {start: \"2026-02-20T09:00\", end: \"2026-02-20T17:00\", state: "
         "cancelled, cancelled_by: hirer, cancelled_at: \"2026-02-20T08:00\"}\n",
         0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT(comes_out(&rows[i]));
}

static void test_the_register(void)
{
    static const struct change rows[] = {
        {"    register: [RHW, {code: RXQ, until: 2026-01-01}]\n", "", 0, NULL},
        {"[RHW,", "[RTH,", 2, "unexpected organisation.unknown: note"},
        {"[RHW,", "[{code: RHW, until: 2026-02-09},", 2, "unexpected organisation.unknown: note"},
        {"[RHW,", "[{code: RHW, from: 2026-02-09},", 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT(comes_out(&rows[i]));
}

static void test_mistakes_in_a_case(void)
{
    static const struct change rows[] = {
        {"engagement: direct", "engagement: married", 3, "unknown engagement 'married'"},
        {"engagement: direct", "unit: furlong", 3, "unknown unit 'furlong'"},
        {"engagement: direct", "unit: hour", 0, NULL},
        {"engagement: direct", "state: maybe", 3, "unknown state 'maybe'"},
        {"engagement: direct", "cancelled_by: worker", 3, "of a booking with state: cancelled"},
        {"{state: approved, settled", "{state: signed, settled", 6, "unknown state of a timesheet 'signed'"},
        {"{kind: worked, start: \"2026-02-09T13:00\"", "{kind: slept, start: \"2026-02-09T13:00\"", 7,
         "unknown kind of interval 'slept'"},
        {"end: \"2026-02-09T18:00\"", "end: \"2026-02-08T18:00\"", 7, "end: the shift does not end after its start"},
        {"{state: approved}", "{state: approved, intervals: []}", 11, "who was not there is did_not_work"},
        {"{state: approved}", "{state: did_not_work, intervals: []}", 2, "bonus should be 50.00, is 0.00"},
        {"settled_at: \"2026-02-16T09:00\"", "settled_at: Monday", 6, "write 2026-03-16T07:30"},
        {"repeat: 4, every_days: 1", "repeat: 4", 11, "the key 'every_days' is missing"},
        {"repeat: 4", "repeat: 0", 11, "write a whole number from 1 to 512"},
        {"repeat: 4", "wage: 4", 11, "unknown key 'wage'"},
        {"token: W1", "name: Jo", 4, "unknown key 'name'"},
        {"zone: unknown", "zones: none", 12, "unknown key 'zones'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT(comes_out(&rows[i]));
}

CU_TestInfo suite_pack_cases[] = {
    {"a shift with its timesheet, the register and the worker's other shifts", test_the_case_as_it_stands},
    {"each expectation can go red", test_each_expectation_can_go_red},
    {"what other shifts of the same worker change", test_what_other_shifts_change},
    {"the register", test_the_register},
    {"mistakes in a case are told with their line", test_mistakes_in_a_case},
    CU_TEST_INFO_NULL,
};
