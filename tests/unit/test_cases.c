/* Every cases/ file of every pack, against the book of that pack and the more general ones. */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/suite.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- the examples: each on what its pack.yaml says it stands on ---- */

static unsigned run_stack(const char *dir)
{
    struct fb_pack_files all = {0}, own = {0};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned ran = 0;
    enum fb_err err = fb_pack_read_stack(&all, dir, &report);
    if (err == FB_OK)
        err = fb_pack_read_dir(&own, dir, &report);
    if (err == FB_OK)
        err = fb_pack_load_files(&book, all.file, all.n, &report);
    if (err == FB_OK)
        err = fb_pack_cases(book, own.file, own.n, &ran, &report);
    if (err != FB_OK)
        printf("\n%s\n", dir);
    fb_pack_report_print(stdout, &report);
    CU_ASSERT_EQUAL(err, FB_OK);
    CU_ASSERT_EQUAL(report.n, 0);
    fb_pack_free(&book);
    fb_pack_files_free(&own);
    fb_pack_files_free(&all);
    fb_pack_report_free(&report);
    return ran;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

enum { EXAMPLES_MAX = 200, NAME_BYTES = 256 };

/* The folders under rules/examples, in order of name. */
static unsigned list_examples(char name[EXAMPLES_MAX][NAME_BYTES])
{
    DIR *d = opendir("rules/examples");
    unsigned n = 0;
    for (struct dirent *e = d == NULL ? NULL : readdir(d); e != NULL && n < EXAMPLES_MAX; e = readdir(d)) {
        const char *dot = strchr(e->d_name, '.');
        if (dot == NULL && snprintf(name[n], NAME_BYTES, "rules/examples/%s", e->d_name) < NAME_BYTES)
            n++;
    }
    if (d != NULL)
        closedir(d);
    qsort(name, n, sizeof name[0], by_name);
    return n;
}

static void test_the_examples(void)
{
    static char name[EXAMPLES_MAX][NAME_BYTES];
    unsigned n = list_examples(name);
    for (unsigned i = 0; i < n; i++) {
        unsigned ran = run_stack(name[i]);
        if (ran == 0)
            printf("\n%s has no case that could be run\n", name[i]);
        CU_ASSERT(ran > 0);
    }
}

static void test_what_a_pack_stands_on(void)
{
    struct fb_pack_files files = {0};
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL(fb_pack_read_stack(&files, "rules/thames-valley", &report), FB_OK);
    CU_ASSERT_FATAL(files.n > 2);
    CU_ASSERT(fb_span_is(files.file[0].pack, "england"));
    CU_ASSERT(fb_span_is(files.file[files.n - 1].pack, "thames-valley"));
    fb_pack_files_free(&files);
    CU_ASSERT_EQUAL(fb_pack_read_stack(&files, "rules/england", &report), FB_OK);
    CU_ASSERT(fb_span_is(files.file[files.n - 1].pack, "england"));
    fb_pack_files_free(&files);
    CU_ASSERT_EQUAL(fb_pack_read_stack(&files, "rules/atlantis", &report), FB_IO);
    fb_pack_files_free(&files);
    fb_pack_report_free(&report);
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
        unsigned own = 0; /* the more general pack's cases are for its own book */
        while (own < files.n && !fb_span_is(files.file[own].pack, "thames-valley"))
            own++;
        CU_ASSERT_EQUAL(fb_pack_cases(book, files.file + own, files.n - own, &ran, &report), FB_REFUSED);
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
    {"every case of every example holds", test_the_examples},
    {"a pack is read with what it stands on before it", test_what_a_pack_stands_on},
    {"a case that is not met is an error at its line", test_a_case_that_is_not_met},
    CU_TEST_INFO_NULL,
};
