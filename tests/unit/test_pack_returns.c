/* Returns of a pack: the crosswalk to their groups, which one holds on a day, and what is refused with file and line. */
#include "engine/core/returns.h"
#include "tests/lib/packs.h"
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include <stdio.h>

#define FILE_NAME "england/returns/temporary-staffing.yaml"
static const struct {
    const char *from, *to;
    int below;
    const char *words;
} broken[] = {
    {"staff_groups: [allied_health,", "staff_groups: [medical_dental, allied_health,", 0, "has on the same days the staff group 'medical_dental'"},
    {"name: ahp_stt, title", "name: medical_dental, title", 0, "has the same name on the same days: 'medical_dental'"},
    {"staff_groups: [admin_clerical,", "staff_groups: [clerks,", 0, "unknown staff group 'clerks'"},
    {"{name: non_clinical, title", "{name: Non Clinical, title", 0, "write at most 24 small letters"},
    {"- name: return\n", "- name: spend\n", 0, "there is an export already called 'spend'"},
    {"- name: foi-shifts\n", "- name: return\n", 0, "has the same name on the same days: 'return'"},
    {"period: month", "period: fortnight", 0, "unknown period of a return 'fortnight': use one of week, month"},
    {"by: agency", "by: ward", 0, "use one of group, agency"},
    {"stage: latest", "stage: paid", -4, "use committed, worked or latest"},
    {"by: agency\n", "by: agency\n    groups_across: yes\n", -3, "groups_across is for a return by group"},
    {"name: bank_hours, title: \"Bank hours\"", "name: bank_shifts, title: \"Bank hours\"", 0, "has the name 'bank_shifts' already"},
    {"figure: commission", "figure: profit", 0, "unknown figure of a return 'profit'"},
    {"figure: commission, routes: [agency]", "figure: percent, routes: [agency]", 0, "a percentage of what?"},
    {"figure: unfilled}", "figure: unfilled, over_cap: yes}", 0, "nobody worked an unfilled shift"},
    {"figure: commission, routes: [agency]}", "figure: unfilled}", -13, "no agency is behind an unfilled shift"},
    {"no_finding: agency.off_framework", "no_finding: agency.of_framework", 0, "no pack has a rule called 'agency.of_framework'"},
    {"no_finding: agency.off_framework", "no_finding: agency.off_framework, finding: agency.off_framework", 0, "say one of them"},
    {"{at_least: 100.00}", "{at_least: 100.00, above: 90}", 0, "takes one limit"},
    {"{at_least: 100.00}", "{below: 100.00}", 0, "the key 'above' is missing"},
    {"{at_least: 100.00}", "{at_least: nought}", 0, "write a plain number"},
    {"percent_over_cap: {at_least: 50.00}", "percent_over_cap: {at_least: half}", 0, "write a plain number"},
    {"percent_over_cap: {at_least: 50.00}", "percent_over_cap: {at_least: 50.00, above: 50}", 0, "takes one limit"},
    {"percent_over_cap: {at_least: 50.00}", "percent_over_cap: {above: 50}, percent_over_cap_average: {above: 50}", -1, "say one of them"},
    {"over_cap: yes}", "over_cap: perhaps}", 0, "write yes or no"},
    {"engagements: [direct]", "engagement: [direct]", 0, "a percentage of what?"},
    {"    source: \"elht.nhs.uk FOI 2024-045; CLCH FOI 25/023\"\n", "", -8, "the key 'source' is missing"},
};

static bool is_refused(size_t i)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned line = (unsigned)((int)fb_test_pack_change(&files, FILE_NAME, broken[i].from, broken[i].to) + broken[i].below);
    enum fb_err err = fb_pack_load_files(&book, files.file, files.n, &report);
    bool said = err == FB_REFUSED && fb_test_pack_said(&report, FILE_NAME, line, broken[i].words) != NULL;
    if (!said) {
        printf("\nnot said at line %u: %s\n", line, broken[i].words);
        fb_pack_report_print(stdout, &report);
    }
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
    return said;
}

static void test_refused(void)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        CU_ASSERT_TRUE(is_refused(i));
}

static void test_only_for_all_trusts(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_put(&files, "rth/returns/r.yaml", "groups: [{name: a, title: A, staff_groups: all, from: 2026-01-01, status: made_up, source: s}]\n");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, "rth/returns/r.yaml", 1, "only a national or an ics pack has 'groups'"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

#define STATED "from: 2026-01-01, status: made_up, source: s"
#define COLUMN "columns: [{name: n, title: N, figure: shifts, routes: all}]"

/* A crosswalk is taken whole from the last pack that has one; of returns the last one that holds on the day counts. */
static void test_the_last_pack_counts(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_put(&files, "base/returns/r.yaml",
                     "groups:\n  - {name: a, title: A, staff_groups: [students], " STATED "}\n  - {name: b, title: B, staff_groups: [medical_dental], " STATED "}\n"
                     "returns: [{name: r, title: R, period: week, by: group, stage: worked, " STATED ", " COLUMN "}]\n");
    fb_test_pack_put(&files, "north/returns/r.yaml",
                     "groups:\n  - {name: c, title: C, staff_groups: [students], until: 2026-07-01, " STATED "}\n" /* and a rule of the engine */
                     "returns: [{name: r, title: R, period: month, by: agency, stage: worked, until: 2026-07-01, " STATED ",\n"
                     "  columns: [{name: n, title: N, figure: shifts, routes: all, finding: rate.off_card}]}]\n");
    struct fb_book *book = fb_test_pack_book(&files);
    fb_day june = fb_day_of(2026, 6, 30), july = fb_day_of(2026, 7, 1);
    CU_ASSERT_EQUAL_FATAL(book->n_return_groups, 1);
    CU_ASSERT_EQUAL(fb_book_return_group(book, FB_STAFF_GROUP_STUDENTS, june), 0);
    CU_ASSERT_EQUAL(fb_book_return_group(book, FB_STAFF_GROUP_STUDENTS, july), -1);
    CU_ASSERT_EQUAL(fb_book_return_group(book, FB_STAFF_GROUP_MEDICAL_DENTAL, june), -1);
    const struct fb_return *r = fb_book_return(book, fb_span_of("r"), june);
    CU_ASSERT_FATAL(r != NULL && r->period == FB_RETURN_PERIOD_MONTH);
    r = fb_book_return(book, fb_span_of("r"), july);
    CU_ASSERT_FATAL(r != NULL && r->period == FB_RETURN_PERIOD_WEEK && r->n_columns == 1);
    CU_ASSERT_PTR_NULL(fb_book_return(book, fb_span_of("s"), june));
    CU_ASSERT_PTR_NULL(fb_book_return(book, fb_span_of("r"), fb_day_of(2025, 12, 31)));
    CU_ASSERT(fb_span_is(book->origin[r->origin].pack, "base"));
    fb_pack_free(&book);
}

/* What the national pack says: four groups, and where each figure's shifts are from. */
static void test_the_national_pack(void)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_book *book = fb_test_pack_book(&files);
    fb_day day = fb_day_of(2026, 3, 1);
    CU_ASSERT_EQUAL(book->n_return_groups, 4);
    CU_ASSERT(fb_book_return_group(book, FB_STAFF_GROUP_ADD_CLINICAL_SERVICES, day) ==
              fb_book_return_group(book, FB_STAFF_GROUP_NURSING_MIDWIFERY, day));
    CU_ASSERT_EQUAL(fb_book_return_group(book, FB_STAFF_GROUP_STUDENTS, day), -1);
    const struct fb_return *r = fb_book_return(book, fb_span_of("return"), day);
    CU_ASSERT_FATAL(r != NULL && r->n_columns == 12);
    const struct fb_return_column *c = &r->column[10];
    CU_ASSERT(fb_span_is(c->name, "hundred_pounds") && c->hour_pence == 10000 && c->hour_inclusive);
    CU_ASSERT(r->column[0].hour_pence == FB_ABSENT && r->column[0].over_cap_e2 == FB_ABSENT);
    c = &r->column[9];
    CU_ASSERT(fb_span_is(c->name, "half_over_cap") && c->over_cap_e2 == 5000 && c->over_cap_inclusive && !c->over_cap_average && c->found == FB_SAID_NONE);
    r = fb_book_return(book, fb_span_of("foi-agency"), day);
    CU_ASSERT_FATAL(r != NULL && r->by == FB_RETURN_BY_AGENCY);
    CU_ASSERT(r->column[6].found == FB_SAID_NO && fb_book_rule(book, r->column[6].rule) != NULL);
    fb_pack_free(&book);
}

CU_TestInfo suite_pack_returns[] = {
    {"what is wrong is said with file and line", test_refused},
    {"a trust's own pack has no returns", test_only_for_all_trusts},
    {"the crosswalk of the last pack, and the last return that holds on the day", test_the_last_pack_counts},
    {"the national pack's groups and columns", test_the_national_pack},
    CU_TEST_INFO_NULL,
};
