#include "adapters/inbound/csv/run.h"
#include "tests/lib/folder.h"
#include "tests/lib/stub_engine.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* An agency register as a file: small records, so that the tests are about the run. */
#define MAPPING(kind)                                                                                        \
    "source: {name: reg, system: roster}\n"                                                                  \
    "file: {kind: " kind                                                                                     \
    ", occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM, skip: {column: code, is: Total}}\n"           \
    "columns: {code: Code, name: Name, at: At}\n"                                                            \
    "records: [{kind: agency, ref: code, fields: {code: code, name: name}}]\n"
static const char header[] = "Code,Name,At\r\n";

static struct fb_test_folder folder;
static char path[FB_TEST_PATH], rejects[FB_TEST_PATH], progress[FB_TEST_PATH];
static struct fb_mapping *mapping;
static volatile sig_atomic_t stop;
static const char *again; /* as --again */

static void start(const char *kind, const char *text)
{
    char fault[FB_CSV_FAULT_BYTES];
    const char *yaml = strcmp(kind, "ledger") == 0 ? MAPPING("ledger") : MAPPING("snapshot");
    CU_ASSERT_FATAL(sodium_init() >= 0);
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&mapping, "m", fb_span_of(yaml), fault), FB_OK);
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "a.csv", path);
    fb_test_folder_file(&folder, "a.rejects.csv", rejects);
    fb_test_folder_file(&folder, "a.progress", progress);
    fb_test_file_write(path, text, strlen(text));
}

static void end(void)
{
    fb_mapping_close(&mapping);
    fb_test_folder_remove(&folder);
}

static enum fb_err run(struct fb_stub_engine *stub, int timeout_s, struct fb_csv_result *result)
{
    struct fb_csv_options o = {.mapping = "m.yaml",
                               .quiet = true,
                               .timeout_s = timeout_s,
                               .again = again,
                               .check = stub == NULL,
                               .engine = stub == NULL ? "" : fb_stub_endpoint(stub)};
    struct fb_csv_run *r = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_csv_run_open(&r, &o, mapping, NULL, &stop), FB_OK);
    enum fb_err e = fb_csv_run_file(r, path, result);
    fb_csv_run_close(&r);
    return e;
}

static void check_counts(const struct fb_csv_result *r, unsigned accepted, unsigned duplicates,
                         unsigned amended, unsigned refused, unsigned conflicts)
{
    CU_ASSERT_EQUAL(r->counts.row[FB_ROW_ACCEPTED], accepted);
    CU_ASSERT_EQUAL(r->counts.row[FB_ROW_DUPLICATE], duplicates);
    CU_ASSERT_EQUAL(r->counts.row[FB_ROW_AMENDED], amended);
    CU_ASSERT_EQUAL(r->counts.row[FB_ROW_REFUSED], refused);
    CU_ASSERT_EQUAL(r->counts.row[FB_ROW_CONFLICT], conflicts);
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&r->counts), accepted + duplicates + amended + refused + conflicts);
}

static bool there(const char *file)
{
    FILE *f = fopen(file, "rb");
    if (f != NULL)
        fclose(f);
    return f != NULL;
}

static void check_file(const char *file, const char *expected)
{
    size_t n = 0;
    unsigned char *bytes = fb_test_file_read(file, &n);
    CU_ASSERT_EQUAL(n, strlen(expected));
    CU_ASSERT(n == strlen(expected) && memcmp(bytes, expected, n) == 0);
    free(bytes);
}

static void test_snapshot(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4});
    start("snapshot",
          "Code,Name,At\r\nA1,\"Ac\"\"me\",16/03/2026 09:00\r\nB2,Best,16/03/2026 09:00\r\n"
          "A1,\"Ac\"\"me\",16/03/2026 09:00\r\nC3,\"Two\r\nlines\",31/02/2026 09:00\r\nTotal,3,\r\n");
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    check_counts(&r, 2, 1, 0, 1, 0);
    CU_ASSERT_EQUAL(r.counts.row[FB_ROW_SKIPPED], 1);
    check_file(rejects, "line,column,reason,original_text\r\n"
                        "5,\"At\",\"not a date and time by the mapping's patterns (dd/mm/yyyy HH:MM): '31/02/2026 09:00'\","
                        "\"C3,\"\"Two\r\nlines\"\",31/02/2026 09:00\"\r\n");
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK); /* the same file again is harmless */
    check_counts(&r, 0, 3, 0, 1, 0);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, 2);
    /* A corrected file: the changed row amends, and yesterday's rejects are gone. */
    const char *corrected =
        "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,Best,16/03/2026 09:00\nC3,Three,28/02/2026 09:00\n";
    fb_test_file_write(path, corrected, strlen(corrected));
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    check_counts(&r, 1, 1, 1, 0, 0);
    CU_ASSERT_FALSE(there(rejects));
    CU_ASSERT_FALSE(there(progress));
    end();
    fb_stub_close(&stub);
}

static void test_ledger(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4});
    start("ledger",
          "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,Best,16/03/2026 09:00\nA1,Acne,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    check_counts(&r, 2, 0, 0, 0, 1);
    check_file(rejects,
               "line,column,reason,original_text\r\n4,\"\",\"agency in conflict: this message id was used "
               "before with other contents: both are kept; use a new id to amend\","
               "\"A1,Acne,16/03/2026 09:00\"\r\n");
    end();
    fb_stub_close(&stub);
}

static void test_refused(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .refuse_every = 2});
    start("snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,Best,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    check_counts(&r, 1, 0, 0, 1, 0);
    CU_ASSERT_EQUAL(r.counts.unreadable, 0);
    check_file(
        rejects,
        "line,column,reason,original_text\r\n3,\"shift.grade\",\"agency refused by the engine: a required "
        "field is missing\",\"B2,Best,16/03/2026 09:00\"\r\n");
    end();
    fb_stub_close(&stub);
}

static char *rows_of(unsigned n)
{
    char *text = malloc(sizeof header + (size_t)n * 64);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    size_t used = (size_t)snprintf(text, sizeof header, "%s", header);
    for (unsigned i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, 64, "R%u,Name %u,16/03/2026 %02u:%02u\r\n", i, i, i / 60 % 24,
                                 i % 60);
    return text;
}

static void test_weather(void)
{
    enum { ROWS = 3000 };
    struct fb_csv_result r;
    struct fb_stub_engine *stub =
        fb_stub_open(&(struct fb_stub_options){.window = 100, .busy_every = 50, .restart_after = 1500});
    char *text = rows_of(ROWS);
    start("snapshot", text);
    CU_ASSERT_EQUAL(run(stub, 20, &r), FB_OK);
    /* An answer that was lost in the restart comes back as a duplicate: all rows are in, none twice. */
    CU_ASSERT_EQUAL(r.counts.row[FB_ROW_ACCEPTED] + r.counts.row[FB_ROW_DUPLICATE], ROWS);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, ROWS);
    end();
    free(text);
    fb_stub_close(&stub);
}

/* A run that ends early on an engine that goes silent. */
static void run_cut_short(unsigned heard, struct fb_csv_result *r)
{
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50, .silent_after = heard});
    CU_ASSERT_EQUAL(run(stub, 1, r), FB_NOT_FOUND);
    CU_ASSERT_FALSE(r->complete);
    CU_ASSERT_FALSE(there(progress));
    fb_stub_close(&stub);
}

/* On another engine, which knows nothing of the first: one that was restored from a backup, or a batch that was taken back. */
static void run_whole(const char *word, unsigned rows)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50});
    again = word;
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    again = NULL;
    check_counts(&r, rows, 0, 0, 0, 0);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).messages, rows);
    fb_stub_close(&stub);
}

static void test_cut_short(void)
{
    enum { ROWS = 2000, HEARD = 700 };
    struct fb_csv_result r;
    char *text = rows_of(ROWS);
    start("snapshot", text);
    run_cut_short(HEARD, &r);
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&r.counts), HEARD);
    CU_ASSERT_EQUAL(r.line, HEARD + 2);
    run_whole(NULL, ROWS);
    run_cut_short(HEARD, &r);
    run_whole("mended", ROWS);
    end();
    free(text);
}

static void test_rejects_of_a_run_cut_short(void)
{
    static const char faulty[] = "X1,Bad,soon\r\n";
    static const char expected[] = "line,column,reason,original_text\r\n"
                                   "2,\"At\",\"not a date and time by the mapping's patterns (dd/mm/yyyy HH:MM): 'soon'\",\"X1,Bad,soon\"\r\n";
    struct fb_csv_result r;
    char *rows = rows_of(300), *text = malloc(strlen(rows) + sizeof faulty);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    snprintf(text, strlen(rows) + sizeof faulty, "%s%s%s", header, faulty, rows + strlen(header));
    start("snapshot", text);
    run_cut_short(100, &r);
    check_file(rejects, expected);
    fb_test_file_write(rejects, expected, sizeof expected - 5); /* as one that was killed leaves them */
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50});
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    check_counts(&r, 300, 0, 0, 1, 0);
    check_file(rejects, expected);
    fb_stub_close(&stub);
    end();
    free(text);
    free(rows);
}

static void test_stop(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50});
    start("snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\n");
    stop = 1;
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_BUSY);
    CU_ASSERT_FALSE(there(progress));
    stop = 0;
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
    check_counts(&r, 1, 0, 0, 0, 0);
    fb_stub_close(&stub);
    end();
}

static void keep_time(void *ctx, const struct fb_record *r, enum fb_outcome outcome)
{
    (void)outcome;
    *(int64_t *)ctx = r->env.occurred_ms;
}

/* One that corrects the day's file says in its name that it is later. */
static void test_time_in_the_name(void)
{
    static const char yaml[] = "source: {name: reg, system: roster}\n"
                               "file: {kind: snapshot, occurred_at: {file_name: [\"*{yyyy-mm-dd}_{HHMM}*\", \"*{yyyy-mm-dd}*\"]}}\n"
                               "columns: {code: Code, name: Name}\n"
                               "records: [{kind: agency, ref: code, fields: {code: code, name: name}}]\n";
    static const char *const names[] = {"reg_2026-03-16.csv", "reg_2026-03-16_1407.csv", "reg_2026-03-17.csv"};
    static const int64_t expected[] = {1773619200000, 1773670020000, 1773705600000};
    int64_t seen = 0;
    char fault[FB_CSV_FAULT_BYTES];
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .on_message = keep_time, .ctx = &seen});
    start("snapshot", header);
    fb_mapping_close(&mapping);
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&mapping, "m", fb_span_of(yaml), fault), FB_OK);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        fb_test_folder_file(&folder, names[i], path);
        fb_test_file_write(path, "Code,Name\nA1,Acme\n", 18);
        CU_ASSERT_EQUAL(run(stub, 5, &r), FB_OK);
        CU_ASSERT_EQUAL(seen, expected[i]);
    }
    fb_test_folder_file(&folder, "reg.csv", path);
    fb_test_file_write(path, "Code,Name\nA1,Acme\n", 18);
    CU_ASSERT_EQUAL(run(stub, 5, &r), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.reason, "does not say when it was made"));
    end();
    fb_stub_close(&stub);
}

static void test_check_only(void)
{
    struct fb_csv_result r;
    start("snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,,16/03/2026 09:00\nC3,Care,soon\n");
    CU_ASSERT_EQUAL(run(NULL, 1, &r), FB_OK);
    CU_ASSERT(r.counts.unreadable >= 1 && fb_csv_tally_rows(&r.counts) == 3);
    fb_csv_result_free(&r);
    CU_ASSERT_FALSE(there(rejects));
    CU_ASSERT_FALSE(there(progress));
    end();
}

static void test_no_header(void)
{
    struct fb_csv_result r;
    start("snapshot", "Code,At\nA1,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(run(NULL, 1, &r), FB_REFUSED);
    fb_csv_result_free(&r);
    fb_test_file_write(path, "", 0);
    CU_ASSERT_EQUAL(run(NULL, 1, &r), FB_REFUSED);
    fb_csv_result_free(&r);
    end();
}

/* Before anything is sent: what is set aside must have a place. */
static void test_no_place_for_rejects(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4});
    start("snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\nC3,Care,soon\n");
    struct fb_csv_options o = {.mapping = "m.yaml",
                               .quiet = true,
                               .timeout_s = 5,
                               .engine = fb_stub_endpoint(stub),
                               .state = "/no/such/folder"};
    struct fb_csv_run *one = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_csv_run_open(&one, &o, mapping, NULL, &stop), FB_OK);
    CU_ASSERT_EQUAL(fb_csv_run_file(one, path, &r), FB_REFUSED);
    CU_ASSERT(!r.complete && r.line == 0 && r.rejects[0] == '\0');
    fb_csv_run_close(&one);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, 0);
    end();
    fb_stub_close(&stub);
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

/* Also the words behind the first fault of a row, and where each first stands. */
static void test_survey(void)
{
    static const char yaml[] = "source: {name: reg, system: roster}\n"
                               "file: {kind: snapshot, occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM}\n"
                               "columns: {code: Code, kind: Kind, name: Name, at: At}\n"
                               "words: {kind: {Good: A1}, name: {Known: x}}\n"
                               "records: [{kind: agency, ref: code, fields: {code: {column: kind, words: kind}, name: {column: name, words: name}}}]\n";
    struct fb_csv_result r;
    char fault[FB_CSV_FAULT_BYTES];
    start("snapshot", "Code,Kind,Name,At\n1,Good,Known,16/03/2026 09:00\n2,Bad,Odd,16/03/2026 09:00\n3,Bad,Known,16/03/2026 09:00\n4,Good,Odd,soon\n");
    fb_mapping_close(&mapping);
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&mapping, "m", fb_span_of(yaml), fault), FB_OK);
    CU_ASSERT_EQUAL(run(NULL, 1, &r), FB_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(r.survey);
    CU_ASSERT(r.survey->kind[FB_KIND_AGENCY] == 1 && r.survey->n_lacks == 2 && r.survey->n_refusals == 3 && r.ending == FB_CSV_WHOLE);
    CU_ASSERT_STRING_EQUAL(r.survey->lack[0].word, "Bad");
    CU_ASSERT(r.survey->lack[0].rows == 2 && r.survey->lack[0].line == 3);
    CU_ASSERT_STRING_EQUAL(r.survey->lack[1].word, "Odd");
    CU_ASSERT(r.survey->lack[1].rows == 2 && r.survey->lack[1].line == 3);
    CU_ASSERT(r.survey->refusal[2].line == 5 && strcmp(r.survey->refusal[2].column, "At") == 0);
    fb_csv_result_free(&r);
    end();
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
    char fault[FB_CSV_FAULT_BYTES], file[512], fits[ROOM + 1], longer[ROOM + 2];
    memset(fits, 'x', ROOM - 2);
    memcpy(fits + ROOM - 2, "é", 3);
    memset(longer, 'y', ROOM - 1);
    memcpy(longer + ROOM - 1, "é", 3);
    snprintf(file, sizeof file, "Code,Kind,At\n1,%s,16/03/2026 09:00\n2,%s,16/03/2026 09:00\n", fits, longer);
    start("snapshot", file);
    fb_mapping_close(&mapping);
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&mapping, "m", fb_span_of(yaml), fault), FB_OK);
    CU_ASSERT_EQUAL(run(NULL, 1, &r), FB_OK);
    CU_ASSERT_TRUE_FATAL(r.survey != NULL && r.survey->n_lacks == 2);
    CU_ASSERT_STRING_EQUAL(r.survey->lack[0].word, fits);
    CU_ASSERT(strlen(r.survey->lack[1].word) == ROOM - 1 && strncmp(r.survey->lack[1].word, longer, ROOM - 1) == 0);
    fb_csv_result_free(&r);
    end();
}

/* Who started this one must know whether another try makes sense. */
static void test_endings(void)
{
    struct fb_csv_result r;
    start("snapshot", "Code,At\nA1,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(run(NULL, 1, &r), FB_REFUSED);
    CU_ASSERT(r.ending == FB_CSV_BAD_FILE && strstr(r.reason, "no column 'Name'") != NULL);
    fb_csv_result_free(&r);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .silent_after = 0});
    struct fb_csv_options o = {.mapping = "m.yaml", .quiet = true, .timeout_s = 1, .engine = "ipc:///tmp/fairbank-no-such-engine"};
    struct fb_csv_run *one = NULL;
    fb_test_file_write(path, "Code,Name,At\nA1,B,16/03/2026 09:00\n", 35);
    CU_ASSERT_EQUAL_FATAL(fb_csv_run_open(&one, &o, mapping, NULL, &stop), FB_OK);
    CU_ASSERT_EQUAL(fb_csv_run_file(one, path, &r), FB_NOT_FOUND);
    CU_ASSERT(r.ending == FB_CSV_NO_ENGINE && strstr(r.reason, "gave up") != NULL);
    fb_csv_run_close(&one);
    fb_stub_close(&stub);
    fb_csv_result_free(&r);
    stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .no_place = 1000}); /* there, and puts off */
    CU_ASSERT_EQUAL(run(stub, 1, &r), FB_NOT_FOUND);
    CU_ASSERT(r.ending == FB_CSV_NO_ENGINE && strstr(r.reason, "puts this source off: try again in a second") != NULL);
    fb_stub_close(&stub);
    end();
}

CU_TestInfo suite_csv_run[] = {
    {"a snapshot sent again is harmless, and a corrected one amends", test_snapshot},
    {"in a ledger a changed row is a conflict that someone is told of", test_ledger},
    {"what the engine refuses is set aside with its reason", test_refused},
    {"busy answers and a restart of the engine lose nothing and repeat nothing", test_weather},
    {"after a run that was cut short all is sent, whatever the engine holds by then", test_cut_short},
    {"what is set aside is written anew by each run", test_rejects_of_a_run_cut_short},
    {"a signal stops a run, and the next completes it", test_stop},
    {"a file's name says when it was made by the first template that it fits", test_time_in_the_name},
    {"a check sends and writes nothing", test_check_only},
    {"a file without the columns is refused as a whole", test_no_header},
    {"without a place for what is set aside nothing is sent", test_no_place_for_rejects},
    {"a check tells kinds, and every word without translation", test_survey},
    {"a word without translation is not cut in a letter", test_survey_of_long_words},
    {"a run says how it ended", test_endings},
    {"the summary adds up, for people and for machines", test_summary},
    CU_TEST_INFO_NULL,
};
