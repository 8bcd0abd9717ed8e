/* What is suspicious in packs that load: each warning has its place, and the real packs have none. */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/suite.h"

static bool warned(struct fb_pack_files *files, fb_day today, const char *name, unsigned line,
                   const char *words)
{
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL(fb_pack_check(files->file, files->n, today, &report), FB_OK);
    const struct fb_pack_error *e = fb_test_pack_said(&report, name, line, words);
    bool said = e != NULL && e->warning && report.errors == 0;
    if (!said)
        fb_pack_report_print(stdout, &report);
    fb_pack_report_free(&report);
    fb_pack_files_free(files);
    return said;
}

static void test_the_real_packs_are_clean(void)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, fb_day_of(2026, 11, 21), &report), FB_OK);
    fb_pack_report_print(stdout, &report);
    CU_ASSERT_EQUAL(report.warnings, 0);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_a_review_date_that_has_passed(void)
{
    struct fb_pack_files files = fb_test_packs();
    CU_ASSERT(warned(&files, fb_day_of(2027, 4, 1), "thames-valley/pack.yaml", 7,
                     "the review date of the pack 'thames-valley' has passed"));
    files = fb_test_packs();
    CU_ASSERT_FALSE(warned(&files, fb_day_of(2027, 3, 31), "thames-valley/pack.yaml", 7, "review date"));
    files = fb_test_packs();
    CU_ASSERT_FALSE(warned(&files, FB_PACK_NO_DATE, "thames-valley/pack.yaml", 7, "review date"));
}

static void test_a_gap_between_pay_years(void)
{
    struct fb_pack_files files = fb_test_packs();
    unsigned line = fb_test_pack_change(&files, "england/rates/afc-pay-points.csv",
                                        "2025-04-01,2026-04-01,5,mid", "2025-04-01,2026-03-01,5,mid");
    CU_ASSERT(warned(&files, FB_PACK_NO_DATE, "england/rates/afc-pay-points.csv", line,
                     "band '5' have a gap from 2026-03-01"));
}

static void test_a_band_without_a_pay_point(void)
{
    struct fb_pack_files files = fb_test_packs();
    unsigned line = fb_test_pack_change(&files, "england/rates/agenda-for-change.yaml", "\"8d\", \"9\"]\n\n",
                                        "\"8d\", \"9\", \"10\"]\n\n");
    CU_ASSERT(warned(&files, FB_PACK_NO_DATE, "england/rates/agenda-for-change.yaml", line,
                     "'10' has no pay point"));
}

static void test_a_card_rule_that_is_never_reached(void)
{
    struct fb_pack_files files = fb_test_packs();
    unsigned line = fb_test_pack_change(&files, "thames-valley/rates/bank-card.yaml",
                                        "      - {worker: substantive, lower_band_only: yes, at: top}",
                                        "      - {worker: substantive, at: top}");
    CU_ASSERT(
        warned(&files, FB_PACK_NO_DATE, "thames-valley/rates/bank-card.yaml", line + 2, "is never reached"));
}

static void test_a_card_that_pays_at_a_point_no_band_has(void)
{
    struct fb_pack_files files = fb_test_packs();
    unsigned line = fb_test_pack_change(&files, "thames-valley/rates/bank-card.yaml",
                                        "{bands: [\"3\", \"4\"], worker: bank_only, at: top}",
                                        "{bands: [\"3\", \"4\"], worker: bank_only, at: mid}");
    CU_ASSERT(warned(&files, FB_PACK_NO_DATE, "thames-valley/rates/bank-card.yaml", line,
                     "does not exist in band '3'"));
}

static void test_a_band_that_the_card_leaves_out(void)
{
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_change(&files, "thames-valley/rates/bank-card.yaml", "      - {bands: [\"1\"]",
                        "      #- {bands: [\"1\"]");
    CU_ASSERT(warned(&files, FB_PACK_NO_DATE, "thames-valley/rates/bank-card.yaml", 6,
                     "no rule for a bank-only worker in band '1'"));
}

static void test_a_cap_that_hides_another(void)
{
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_put(
        &files, "thames-valley/caps/other.yaml",
        "caps:\n  - name: other\n    from: 2026-04-01\n    status: agreed\n    source: a test\n    routes: "
        "[agency]\n"
        "    staff_groups: [nursing_midwifery]\n    calendar: agenda-for-change\n    whole_shift: none\n"
        "    break_from: plain_then_dearest\n    formula: {scale_point: top, weeks: 52, hours: 37.5, uplift: "
        "1.5,\n"
        "      enhancement: section-2, rounding: half_up_penny_hour}\n");
    CU_ASSERT(warned(&files, FB_PACK_NO_DATE, "thames-valley/caps/other.yaml", 2,
                     "hides, for some staff groups and days, 'thames-valley-ceiling'"));
}

static void test_a_cap_table_with_categories_missing(void)
{
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_put(&files, "england/caps/card.csv",
                     "grade,category,pence_hour\n5,plain,3000\n5,premium,4800\n");
    CU_ASSERT(warned(&files, FB_PACK_NO_DATE, "england/caps/card.csv", 3,
                     "some categories have no cap in band '5'"));
}

CU_TestInfo suite_pack_check[] = {
    {"the real packs have no warning", test_the_real_packs_are_clean},
    {"a review date that has passed", test_a_review_date_that_has_passed},
    {"a gap between pay years", test_a_gap_between_pay_years},
    {"a band without a pay point", test_a_band_without_a_pay_point},
    {"a rule of a card that is never reached", test_a_card_rule_that_is_never_reached},
    {"a card that pays at a point no band has", test_a_card_that_pays_at_a_point_no_band_has},
    {"a band that the card leaves out", test_a_band_that_the_card_leaves_out},
    {"a cap that hides another of its pack", test_a_cap_that_hides_another},
    {"a table of caps with categories missing", test_a_cap_table_with_categories_missing},
    CU_TEST_INFO_NULL,
};
