/* Files that are sent: what becomes of each row, and of a run that is cut short. */
#include "tests/lib/suite.h"
#include "tests/unit/csv_rig.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char header[] = "Code,Name,At\r\n";

static struct fb_test_csv C;

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

static bool there(const char *file) { return access(file, F_OK) == 0; }

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
    fb_test_csv_begin(&C, "snapshot",
          "Code,Name,At\r\nA1,\"Ac\"\"me\",16/03/2026 09:00\r\nB2,Best,16/03/2026 09:00\r\n"
          "A1,\"Ac\"\"me\",16/03/2026 09:00\r\nC3,\"Two\r\nlines\",31/02/2026 09:00\r\nTotal,3,\r\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    check_counts(&r, 2, 1, 0, 1, 0);
    CU_ASSERT_EQUAL(r.counts.row[FB_ROW_SKIPPED], 1);
    check_file(C.rejects, "line,column,reason,original_text\r\n"
                        "5,\"At\",\"not a date and time by the mapping's patterns (dd/mm/yyyy HH:MM): '31/02/2026 09:00'\","
                        "\"C3,\"\"Two\r\nlines\"\",31/02/2026 09:00\"\r\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK); /* the same file again is harmless */
    check_counts(&r, 0, 3, 0, 1, 0);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, 2);
    /* A corrected file: the changed row amends, and yesterday's rejects are gone. */
    const char *corrected =
        "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,Best,16/03/2026 09:00\nC3,Three,28/02/2026 09:00\n";
    fb_test_file_write(C.path, corrected, strlen(corrected));
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    check_counts(&r, 1, 1, 1, 0, 0);
    CU_ASSERT_FALSE(there(C.rejects));
    CU_ASSERT_FALSE(there(C.progress));
    fb_test_csv_end(&C);
    fb_stub_close(&stub);
}

static void test_ledger(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4});
    fb_test_csv_begin(&C, "ledger",
          "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,Best,16/03/2026 09:00\nA1,Acne,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    check_counts(&r, 2, 0, 0, 0, 1);
    check_file(C.rejects,
               "line,column,reason,original_text\r\n4,\"\",\"agency in conflict: this message id was used "
               "before with other contents: both are kept; use a new id to amend\","
               "\"A1,Acne,16/03/2026 09:00\"\r\n");
    fb_test_csv_end(&C);
    fb_stub_close(&stub);
}

static void test_refused(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .refuse_every = 2});
    fb_test_csv_begin(&C, "snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\nB2,Best,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    check_counts(&r, 1, 0, 0, 1, 0);
    CU_ASSERT_EQUAL(r.counts.unreadable, 0);
    check_file(
        C.rejects,
        "line,column,reason,original_text\r\n3,\"shift.grade\",\"agency refused by the engine: a required "
        "field is missing\",\"B2,Best,16/03/2026 09:00\"\r\n");
    fb_test_csv_end(&C);
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
    fb_test_csv_begin(&C, "snapshot", text);
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 20, &r), FB_OK);
    /* An answer that was lost in the restart comes back as a duplicate: all rows are in, none twice. */
    CU_ASSERT_EQUAL(r.counts.row[FB_ROW_ACCEPTED] + r.counts.row[FB_ROW_DUPLICATE], ROWS);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, ROWS);
    fb_test_csv_end(&C);
    free(text);
    fb_stub_close(&stub);
}

/* A run that ends early on an engine that goes silent. */
static void run_cut_short(unsigned heard, struct fb_csv_result *r)
{
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50, .silent_after = heard});
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 1, r), FB_NOT_FOUND);
    CU_ASSERT_FALSE(r->complete);
    CU_ASSERT_FALSE(there(C.progress));
    fb_stub_close(&stub);
}

/* On another engine, which knows nothing of the first: one that was restored from a backup, or a batch that was taken back. */
static void run_whole(const char *word, unsigned rows)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50});
    C.again = word;
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    C.again = NULL;
    check_counts(&r, rows, 0, 0, 0, 0);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).messages, rows);
    fb_stub_close(&stub);
}

static void test_cut_short(void)
{
    enum { ROWS = 2000, HEARD = 700 };
    struct fb_csv_result r;
    char *text = rows_of(ROWS);
    fb_test_csv_begin(&C, "snapshot", text);
    run_cut_short(HEARD, &r);
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&r.counts), HEARD);
    CU_ASSERT_EQUAL(r.line, HEARD + 2);
    run_whole(NULL, ROWS);
    run_cut_short(HEARD, &r);
    run_whole("mended", ROWS);
    fb_test_csv_end(&C);
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
    fb_test_csv_begin(&C, "snapshot", text);
    run_cut_short(100, &r);
    check_file(C.rejects, expected);
    fb_test_file_write(C.rejects, expected, sizeof expected - 5); /* as one that was killed leaves them */
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50});
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    check_counts(&r, 300, 0, 0, 1, 0);
    check_file(C.rejects, expected);
    fb_stub_close(&stub);
    fb_test_csv_end(&C);
    free(text);
    free(rows);
}

static void test_stop(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 50});
    fb_test_csv_begin(&C, "snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\n");
    C.stop = 1;
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_BUSY);
    CU_ASSERT_FALSE(there(C.progress));
    C.stop = 0;
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
    check_counts(&r, 1, 0, 0, 0, 0);
    fb_stub_close(&stub);
    fb_test_csv_end(&C);
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
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .on_message = keep_time, .ctx = &seen});
    fb_test_csv_begin(&C, "snapshot", header);
    fb_test_csv_map(&C, yaml);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        fb_test_folder_file(&C.folder, names[i], C.path);
        fb_test_file_write(C.path, "Code,Name\nA1,Acme\n", 18);
        CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_OK);
        CU_ASSERT_EQUAL(seen, expected[i]);
    }
    fb_test_folder_file(&C.folder, "reg.csv", C.path);
    fb_test_file_write(C.path, "Code,Name\nA1,Acme\n", 18);
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 5, &r), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.reason, "does not say when it was made"));
    fb_test_csv_end(&C);
    fb_stub_close(&stub);
}

/* Before anything is sent: what is set aside must have a place. */
static void test_no_place_for_rejects(void)
{
    struct fb_csv_result r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4});
    fb_test_csv_begin(&C, "snapshot", "Code,Name,At\nA1,Acme,16/03/2026 09:00\nC3,Care,soon\n");
    struct fb_csv_options o = {.mapping = "m.yaml",
                               .quiet = true,
                               .timeout_s = 5,
                               .engine = fb_stub_endpoint(stub),
                               .state = "/no/such/folder"};
    struct fb_csv_run *one = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_csv_run_open(&one, &o, C.mapping, NULL, &C.stop), FB_OK);
    CU_ASSERT_EQUAL(fb_csv_run_file(one, C.path, &r), FB_REFUSED);
    CU_ASSERT(!r.complete && r.line == 0 && r.rejects[0] == '\0');
    fb_csv_run_close(&one);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, 0);
    fb_test_csv_end(&C);
    fb_stub_close(&stub);
}

/* Who started this one must know whether another try makes sense. */
static void test_endings(void)
{
    struct fb_csv_result r;
    fb_test_csv_begin(&C, "snapshot", "Code,At\nA1,16/03/2026 09:00\n");
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, NULL, 1, &r), FB_REFUSED);
    CU_ASSERT(r.ending == FB_CSV_BAD_FILE && strstr(r.reason, "no column 'Name'") != NULL);
    fb_csv_result_free(&r);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .silent_after = 0});
    struct fb_csv_options o = {.mapping = "m.yaml", .quiet = true, .timeout_s = 1, .engine = "ipc:///tmp/fairbank-no-such-engine"};
    struct fb_csv_run *one = NULL;
    fb_test_file_write(C.path, "Code,Name,At\nA1,B,16/03/2026 09:00\n", 35);
    CU_ASSERT_EQUAL_FATAL(fb_csv_run_open(&one, &o, C.mapping, NULL, &C.stop), FB_OK);
    CU_ASSERT_EQUAL(fb_csv_run_file(one, C.path, &r), FB_NOT_FOUND);
    CU_ASSERT(r.ending == FB_CSV_NO_ENGINE && strstr(r.reason, "gave up") != NULL);
    fb_csv_run_close(&one);
    fb_stub_close(&stub);
    fb_csv_result_free(&r);
    stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .no_place = 1000}); /* there, and puts off */
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 1, &r), FB_NOT_FOUND);
    CU_ASSERT(r.ending == FB_CSV_NO_ENGINE && strstr(r.reason, "puts this source off: try again in a second") != NULL);
    fb_stub_close(&stub);
    fb_csv_result_free(&r);
    stub = fb_stub_open(&(struct fb_stub_options){.window = 4, .busy_every = 1}); /* there, and takes nothing */
    CU_ASSERT_EQUAL(fb_test_csv_run(&C, stub, 1, &r), FB_NOT_FOUND);
    CU_ASSERT(r.ending == FB_CSV_NO_ENGINE && strstr(r.reason, "answered busy and took nothing") != NULL);
    fb_stub_close(&stub);
    fb_test_csv_end(&C);
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
    {"without a place for what is set aside nothing is sent", test_no_place_for_rejects},
    {"a run says how it ended", test_endings},
    CU_TEST_INFO_NULL,
};
