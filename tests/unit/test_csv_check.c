/* Files that are looked at and not sent, and what people and machines are told of a run. */
#include "tests/lib/suite.h"
#include "tests/unit/csv_rig.h"
#include <string.h>
#include <unistd.h>

static struct fb_test_csv C;

static bool there(const char *file) { return access(file, F_OK) == 0; }

static void test_check_only(void)
{
    struct fb_csv_result r;
    fb_test_csv_begin(&C, "snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,,16/03/2026 09:00\nC3,Care,soon\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, NULL, 1, &r), FB_OK);
    CU_ASSERT(r.counts.unreadable >= 1 && fb_csv_tally_rows(&r.counts) == 3);
    fb_csv_result_free(&r);
    CU_ASSERT_FALSE(there(C.rejects));
    CU_ASSERT_FALSE(there(C.progress));
    fb_test_csv_end(&C);
}

static void test_no_header(void)
{
    struct fb_csv_result r;
    fb_test_csv_begin(&C, "snapshot", "Code,At\nA1,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, NULL, 1, &r), FB_REFUSED);
    fb_csv_result_free(&r);
    fb_test_file_write(C.path, "", 0);
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, NULL, 1, &r), FB_REFUSED);
    fb_csv_result_free(&r);
    fb_test_csv_end(&C);
}

/* Also the words behind the first fault of a row, and where each first stands. */
static void test_survey(void)
{
    static const char yaml[] = "source: {name: reg, system: roster}\n"
                               "file: {kind: snapshot, occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM}\n"
                               "columns: {code: Code, kind: Kind, name: Name, at: At}\n"
                               "words: {kind: {Good: A1}, name: {Known: x}}\n"
                               "records: [{kind: agency, ref: code, fields: {code: {column: kind, words: kind}, name: {column: name, words: name}}}]\n";
    struct fb_csv_result r;
    fb_test_csv_begin(&C, "snapshot", "Code,Kind,Name,At\n1,Good,Known,16/03/2026 09:00\n2,Bad,Odd,16/03/2026 09:00\n3,Bad,Known,16/03/2026 09:00\n4,Good,Odd,soon\n");
    fb_test_csv_map(&C, yaml);
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, NULL, 1, &r), FB_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(r.survey);
    CU_ASSERT(r.survey->kind[FB_KIND_AGENCY] == 1 && r.survey->n_lacks == 2 && r.survey->n_refusals == 3 && r.ending == FB_CSV_WHOLE);
    CU_ASSERT_STRING_EQUAL(r.survey->lack[0].word, "Bad");
    CU_ASSERT(r.survey->lack[0].rows == 2 && r.survey->lack[0].line == 3);
    CU_ASSERT_STRING_EQUAL(r.survey->lack[1].word, "Odd");
    CU_ASSERT(r.survey->lack[1].rows == 2 && r.survey->lack[1].line == 3);
    CU_ASSERT(r.survey->refusal[2].line == 5 && strcmp(r.survey->refusal[2].column, "At") == 0);
    fb_csv_result_free(&r);
    fb_test_csv_end(&C);
}

/* A word that just fits is whole; a longer one ends before the letter that does not fit, and not in it. */
static void test_survey_of_long_words(void)
{
    enum { ROOM = sizeof((struct fb_csv_lack *)0)->word - 1 };
    static const char yaml[] = "source: {name: reg, system: roster}\n"
                               "file: {kind: snapshot, occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM}\n"
                               "columns: {code: Code, kind: Kind, at: At}\n"
                               "words: {kind: {Good: A1}}\n"
                               "records: [{kind: agency, ref: code, fields: {code: {column: kind, words: kind}}}]\n";
    struct fb_csv_result r;
    char file[512], fits[ROOM + 1], longer[ROOM + 2];
    memset(fits, 'x', ROOM - 2);
    memcpy(fits + ROOM - 2, "é", 3);
    memset(longer, 'y', ROOM - 1);
    memcpy(longer + ROOM - 1, "é", 3);
    snprintf(file, sizeof file, "Code,Kind,At\n1,%s,16/03/2026 09:00\n2,%s,16/03/2026 09:00\n", fits, longer);
    fb_test_csv_begin(&C, "snapshot", file);
    fb_test_csv_map(&C, yaml);
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, NULL, 1, &r), FB_OK);
    CU_ASSERT_TRUE_FATAL(r.survey != NULL && r.survey->n_lacks == 2);
    CU_ASSERT_STRING_EQUAL(r.survey->lack[0].word, fits);
    CU_ASSERT(strlen(r.survey->lack[1].word) == ROOM - 1 && strncmp(r.survey->lack[1].word, longer, ROOM - 1) == 0);
    fb_csv_result_free(&r);
    fb_test_csv_end(&C);
}

static void test_summary(void)
{
    char text[4096] = {0};
    struct fb_csv_result r[3] = {{.file = "a\"b.csv", .complete = true},
                                 {.file = "c.csv", .line = 9, .rejects = "c.rejects.csv", .outdated = 2, .tied = 3},
                                 {.file = "d.csv"}};
    r[0].counts.row[FB_ROW_ACCEPTED] = r[0].counts.record[FB_ROW_ACCEPTED] = 1234567;
    r[1].counts.row[FB_ROW_REFUSED] = r[1].counts.unreadable = 2;
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fb_csv_summary_json(f, r, 3);
    fb_csv_summary_print(f, r, 3, false);
    rewind(f);
    CU_ASSERT(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "{\"file\":\"a\\\"b.csv\",\"rows\":1234567,\"accepted\":1234567,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"rejects\":\"c.rejects.csv\",\"complete\":false"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        text, "all files: 1,234,569 rows = 1,234,567 accepted + 0 duplicates + 0 amended + 2 refused"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nd.csv: not read\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "with no later occurred_at: 2; they change nothing"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "with the same occurred_at: 3; either of the two may stand"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"same_occurred_at\":3"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "before line 9: run the same command again; it begins at the start"));
}

CU_TestInfo suite_csv_check[] = {
    {"a check sends and writes nothing", test_check_only},
    {"a file without the columns is refused as a whole", test_no_header},
    {"a check tells kinds, and every word without translation", test_survey},
    {"a word without translation is not cut in a letter", test_survey_of_long_words},
    {"the summary adds up, for people and for machines", test_summary},
    CU_TEST_INFO_NULL,
};
