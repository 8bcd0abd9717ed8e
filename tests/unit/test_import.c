#include "engine/pack/import.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_pack_report report;
static struct fb_import out;

static enum fb_err run(const char *map, const char *sheet)
{
    struct fb_pack_file m = {{"m", 1}, fb_span_of("map.yaml"), fb_span_of(map)};
    struct fb_pack_file s = {{"s", 1}, fb_span_of("sheet.csv"), fb_span_of(sheet)};
    fb_pack_report_free(&report);
    report = (struct fb_pack_report){0};
    return fb_import_caps(&out, &m, &s, &report);
}

static bool says(const char *file, unsigned line, const char *text)
{
    for (unsigned i = 0; i < report.n; i++)
        if (strstr(report.e[i].file, file) != NULL && report.e[i].line == line &&
            strstr(report.e[i].text, text) != NULL)
            return true;
    return false;
}

#define TERMS                                                                                                \
    "caps: {name: card-2026, from: 2026-04-01, until: 2027-04-01, status: published, source: \"a "           \
    "\\\"card\\\"\","                                                                                        \
    " routes: [agency], staff_groups: [nursing_midwifery], calendar: agenda-for-change, whole_shift: none,"  \
    " break_from: plain_then_dearest}\nheader_row: 3\n"
static const char by_column[] = TERMS
    "grade: {column: Band, words: {\"Band 5\": \"5\", \"Band 8a\": \"8a\"}, leave_out: [Band 1]}\n"
    "zone: {column: Zone, words: {\"Inner London\": inner, \"Rest\": none}}\n"
    "values:\n  - {column: Core, category: plain}\n  - {column: \"Nights, Saturday\", category: unsocial}\n";
static const char sheet[] = "Price card (made up for this test)\n\nBand,Zone,Core,\"Nights, Saturday\",\n"
                            "Band 5,Rest,£27.18,\"£1,035.33\",,\nBand 5,Inner London,32,38.5\n,,,\nBand "
                            "1,Rest,1,2,\nBand 8a,Rest,,44.00,\n";

static void a_card_becomes_a_table_with_the_lines_it_came_from(void)
{
    CU_ASSERT_EQUAL_FATAL(run(by_column, sheet), FB_OK);
    CU_ASSERT_EQUAL(
        strncmp(out.table,
                "grade,zone,category,pence_hour,note\n5,none,plain,2718,line 4 of the sheet\n"
                "5,none,unsocial,103533,line 4 of the sheet\n5,inner,plain,3200,line 5 of the sheet\n"
                "5,inner,unsocial,3850,line 5 of the sheet\n8a,none,unsocial,4400,line 8 of the sheet\n",
                out.n_table),
        0);
    CU_ASSERT_EQUAL(out.rows, 3);
    CU_ASSERT_EQUAL(out.amounts, 5);
    CU_ASSERT_EQUAL(out.empty, 1);
    CU_ASSERT_EQUAL(out.left_out, 1);
    CU_ASSERT_STRING_EQUAL(out.name, "card-2026");
    CU_ASSERT_PTR_NOT_NULL(strstr(out.terms, "  - table: card-2026.csv\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.terms, "    source: \"a \\\"card\\\"\"\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.terms, "    staff_groups: [nursing_midwifery]\n"));
    fb_import_free(&out);
}

static void each_zone_may_have_columns_of_its_own(void)
{
    static const char map[] = TERMS "grade: {column: Band}\nvalues:\n  - {column: A, category: plain, zone: "
                                    "none}\n  - {column: B, category: plain, zone: inner}\n";
    CU_ASSERT_EQUAL_FATAL(run(map, "x\n\nBand,A,B\n5,1,2\n"), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.table, "5,none,plain,100,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.table, "5,inner,plain,200,"));
    fb_import_free(&out);
    CU_ASSERT_EQUAL(run(TERMS "grade: {column: Band}\nvalues:\n  - {column: A, category: plain, zone: "
                              "none}\n  - {column: B, category: plain}\n",
                        "x\n\nBand,A,B\n5,1,2\n"),
                    FB_REFUSED);
}

static void what_is_wrong_is_told_with_the_sheets_line(void)
{
    CU_ASSERT_EQUAL(run(by_column, "x\n\nBand,Zone,Core,\"Nights, Saturday\"\nBand 6,Rest,1,2\nBand "
                                   "5,Mars,1,2\nBand 5,Rest,n/a,2.005\n"
                                   "Band 5,Inner London,1,2\nBand 5,Inner London,1,2\n"),
                    FB_REFUSED);
    CU_ASSERT_TRUE(says("sheet.csv", 4, "no word is given for the grade 'Band 6'"));
    CU_ASSERT_TRUE(says("sheet.csv", 5, "no word is given for the zone 'Mars'"));
    CU_ASSERT_TRUE(says("sheet.csv", 6, "not an amount in pounds and whole pence: 'n/a'"));
    CU_ASSERT_TRUE(says("sheet.csv", 6, "'2.005'"));
    CU_ASSERT_TRUE(says("sheet.csv", 8, "given twice"));
    CU_ASSERT_PTR_NULL(out.table);
    CU_ASSERT_EQUAL(run(by_column, "x\n\nBand,Zone,Core\nBand 5,Rest,1\n"), FB_REFUSED);
    CU_ASSERT_TRUE(says("map.yaml", 7, "no column 'Nights, Saturday'"));
    CU_ASSERT_EQUAL(run("nonsense: 1\n", sheet), FB_REFUSED);
    CU_ASSERT_TRUE(says("map.yaml", 1, "unknown key 'nonsense'"));
}

static void parts_of_a_penny_are_rounded_only_when_the_mapping_says_so(void)
{
    static const char map[] =
        TERMS "grade: {column: Band}\nrounding: half_up_penny\nvalues:\n  - {column: A, category: plain}\n";
    CU_ASSERT_EQUAL_FATAL(run(map, "x\n\nBand,A\n5,27.185\n6,27.1849\n"), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.table, "5,plain,2719,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.table, "6,plain,2718,"));
    fb_import_free(&out);
    fb_pack_report_free(&report);
}

CU_TestInfo suite_import[] = {
    {"a card becomes a table, with the lines it came from",
     a_card_becomes_a_table_with_the_lines_it_came_from},
    {"each zone may have columns of its own", each_zone_may_have_columns_of_its_own},
    {"what is wrong is told with the sheet's line", what_is_wrong_is_told_with_the_sheets_line},
    {"parts of a penny are rounded only when the mapping says so",
     parts_of_a_penny_are_rounded_only_when_the_mapping_says_so},
    CU_TEST_INFO_NULL,
};
