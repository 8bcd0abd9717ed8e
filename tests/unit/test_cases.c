/* Every cases/ file of every pack, against the book of that pack and the more general ones. */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/suite.h"

/* england alone runs against england; thames-valley against both. */
static unsigned run(const char *const *dirs, unsigned n)
{
    struct fb_pack_files own = {0};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned ran = 0;
    CU_ASSERT_EQUAL(fb_pack_read_dir(&own, dirs[n - 1], &report), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_pack_load(&book, dirs, n, &report), FB_OK);
    CU_ASSERT_EQUAL(fb_pack_cases(book, own.file, own.n, &ran, &report), FB_OK);
    fb_pack_report_print(stdout, &report);
    fb_pack_free(&book);
    fb_pack_files_free(&own);
    fb_pack_report_free(&report);
    return ran;
}

static const char *const dirs[] = {"rules/england", "rules/thames-valley"};

static void test_england(void)
{
    CU_ASSERT(run(dirs, 1) >= 20);
}

static void test_thames_valley(void)
{
    CU_ASSERT(run(dirs, 2) >= 20);
}

/* A runner that cannot go red proves nothing. */
static void test_a_case_that_is_not_met(void)
{
    static const struct {
        const char *from, *to, *words;
    } rows[] = {{"card: 344.09", "card: 344.10", "card should be 344.10, is 344.09"},
                {"unsocial: 270", "unsocial: 271", "unsocial should be 271, is 270"},
                {"{booking.retrospective: cannot_say, ", "{", "unexpected booking.retrospective: cannot_say"},
                {"findings: {booking", "findings: {made.up: warn, booking", "missing made.up: warn"},
                {"card: 344.09", "crad: 344.09", "unknown key 'crad'"}};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_pack_load(&book, dirs, 2, &report), FB_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned ran;
        struct fb_pack_files files = fb_test_packs();
        unsigned line =
            fb_test_pack_change(&files, "thames-valley/cases/bank-card.yaml", rows[i].from, rows[i].to);
        line = i == 4 ? line : 4;
        fb_pack_report_free(&report);
        CU_ASSERT_EQUAL(fb_pack_cases(book, files.file, files.n, &ran, &report), FB_REFUSED);
        CU_ASSERT_PTR_NOT_NULL(
            fb_test_pack_said(&report, "thames-valley/cases/bank-card.yaml", line, rows[i].words));
        fb_pack_files_free(&files);
    }
    fb_pack_free(&book);
    fb_pack_report_free(&report);
}

CU_TestInfo suite_cases[] = {
    {"every case of england holds", test_england},
    {"every case of thames-valley holds", test_thames_valley},
    {"a case that is not met is an error at its line", test_a_case_that_is_not_met},
    CU_TEST_INFO_NULL,
};
