#include "adapters/inbound/scrub/row.h"
#include "adapters/inbound/scrub/scrub.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fb_scrub_rules rules;
static unsigned char memory[400000];

static enum fb_err parse(const char *text, char why[FB_CSV_FAULT_BYTES])
{
    CU_ASSERT_FATAL(sodium_init() >= 0);
    return fb_scrub_rules_parse(&rules, "r", fb_span_of(text), why);
}

static void check_fault(const char *text, const char *wanted)
{
    char why[FB_CSV_FAULT_BYTES];
    enum fb_err e = parse(text, why);
    if (e == FB_OK || strstr(why, wanted) != why)
        printf("\n    wanted %s\n    got    %s\n", wanted, e == FB_OK ? "no fault" : why);
    CU_ASSERT_EQUAL(e, FB_REFUSED);
    CU_ASSERT_PTR_EQUAL(strstr(why, wanted), why);
}

static void test_whole(void)
{
    char why[FB_CSV_FAULT_BYTES];
    CU_ASSERT_EQUAL_FATAL(parse("\xEF\xBB\xBF# of a Windows server\r\n[file]\r\ndelimiter = tab\r\nencoding = windows-1252\r\nheader = 3\r\n"
                                "[keep]\r\nRate = 2026 = number\r\n[free text]\r\nReason = why\r\n[pseudonym]\r\nWho = {Pin}{ Born }\r\n"
                                "[keyed]\r\nRef = {pin}/visa\r\n[skip]\r\nPin =\r\n",
                                why),
                          FB_OK);
    CU_ASSERT(rules.delimiter == '\t' && rules.windows_1252 && rules.header == 3 && rules.needs_key);
    CU_ASSERT_EQUAL_FATAL(rules.n_columns, 4);
    CU_ASSERT_EQUAL(rules.n_sources, 4); /* a name is one column however it is written */
    CU_ASSERT(fb_span_is(rules.column[0].name, "Rate = 2026") && rules.column[0].shape == FB_SCRUB_NUMBER);
    CU_ASSERT(fb_span_is(rules.column[1].name, "Reason = why") && rules.column[1].shape == FB_SCRUB_TEXT);
    CU_ASSERT(rules.column[2].kind == FB_CSV_PSEUDONYM && rules.column[2].n == 2);
    CU_ASSERT(rules.column[3].kind == FB_CSV_KEYED && rules.column[3].n == 2 && rules.column[3].piece[1].column < 0);
    CU_ASSERT(rules.n_skips == 1 && rules.skip[0].is.n == 0);
}

static void test_faults(void)
{
    check_fault("", "r:0: no column");
    check_fault("[keep]\n", "r:1: no column");
    check_fault("Ward = label\n", "r:1: stands before");
    check_fault("[kept]\n", "r:1: no such section: '[kept]'");
    check_fault("[keep]\nWard\n", "r:2: name = value");
    check_fault("[keep]\nWard = words\n", "r:2: a kept column is a code");
    check_fault("[keep]\nWard\t= label\n", "r:2: no text");
    check_fault("[keep]\nWard = label\nward = code\n", "r:3: written twice");
    check_fault("[file]\nheader = 0\n", "r:2: header is");
    check_fault("[file]\ndelimiter = ;\n", "r:2: delimiter is");
    check_fault("[pseudonym]\nWho = {Pin\n", "r:2: a brace");
    check_fault("[pseudonym]\nWho = {Pin}x\n", "r:2: a pseudonym is made of");
    check_fault("[keyed]\nRef = visa\n", "r:2: say of which");
    check_fault("[keyed]\nRef = {a}{a}{a}{a}{a}{a}{a}{a}{a}\n", "r:2: more than eight");
}

/* Whoever writes the rules in a hurry keeps what stands there. */
static void test_persons_by_name(void)
{
    static const char *const persons[] = {"Surname", "Date of Birth", "D.O.B", "Worker E-Mail", "Home Telephone No", "NI-Number", "Name",
                                          "Address Line 1", "Birthdate"};
    static const char *const others[] = {"Worker Type", "Staff Group", "Contact Hours", "Agency Name", "Ward Name", "Telemetry", "Sick Notes Given", "Admin Unit"};
    char text[120];
    for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++) {
        snprintf(text, sizeof text, "[keep]\n%s = label\n", persons[i]);
        check_fault(text, "r:2: a column of this name says who");
        snprintf(text, sizeof text, "[free text]\n%s\n", persons[i]);
        check_fault(text, "r:2: a column of this name says who");
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CU_ASSERT_FALSE(fb_scrub_names_person(fb_span_of(others[i])));
    check_fault("[keep]\nShift Comments = label\n", "r:2: people write in such a column");
    check_fault("[keep]\nStaff No = code\n[pseudonym]\nWho = {Pin}{Staff No}\n", "r:2: a pseudonym is made of this column");
    check_fault("[old pseudonym]\nWho = {Staff No}\n[free text]\nstaff no\n", "r:4: a pseudonym is made of this column");
}

static void check_shape(enum fb_scrub_shape shape, const char *good, const char *bad)
{
    const char *why = fb_scrub_shape_fault(shape, fb_span_of(good));
    if (why != NULL)
        printf("\n    %s: %s\n", good, why);
    CU_ASSERT_PTR_NULL(why);
    if (fb_scrub_shape_fault(shape, fb_span_of(bad)) == NULL)
        printf("\n    taken: %s\n", bad);
    CU_ASSERT_PTR_NOT_NULL(fb_scrub_shape_fault(shape, fb_span_of(bad)));
}

static void test_shapes(void)
{
    check_shape(FB_SCRUB_CODE, "BP3000002", "07700900123");
    check_shape(FB_SCRUB_CODE, "2026/0012", "12/03/1985");
    check_shape(FB_SCRUB_CODE, "AB12345C9", "QQ123456C");
    check_shape(FB_SCRUB_CODE, "", "Quentin Planted");
    check_shape(FB_SCRUB_LONG_CODE, "12345678901234", "a b");
    check_shape(FB_SCRUB_DATE, "16-Mar-2026 07:30", "12/03/1985");
    check_shape(FB_SCRUB_DATE, "2026-03-16T07:30", "19850312");
    check_shape(FB_SCRUB_DATE, "20260316", "12031985");
    check_shape(FB_SCRUB_DATE, "07:30", "March 2026");
    check_shape(FB_SCRUB_OLD_DATE, "01/09/1999", "since 1999");
    check_shape(FB_SCRUB_NUMBER, "\xC2\xA3" "1,234.50", "07700 900123");
    check_shape(FB_SCRUB_NUMBER, "-37:30", "1e5");
    check_shape(FB_SCRUB_LABEL, "Ward 5B (East) & Caf\xC3\xA9", "a@b");
    check_shape(FB_SCRUB_LABEL, "Sickness, long term", "12/03/1985");
    check_shape(FB_SCRUB_LABEL, "Specialling 1:1", "=cmd");
    check_shape(FB_SCRUB_CODE, "001.123.456", "07700.900123");
    check_shape(FB_SCRUB_DATE, "16-Mar-26 08:00", "12-Mar-85");
    check_shape(FB_SCRUB_DATE, "16/03/26", "12/03/85");
    check_shape(FB_SCRUB_DATE, "160326", "120385");
    check_shape(FB_SCRUB_DATE, "16.03.2026 07.30", "85-03-12");
    check_shape(FB_SCRUB_LABEL, "4/5/6 East", "1/2/85");
    check_shape(FB_SCRUB_TEXT, "w/c 16/03/2026 0730, late 2000-0800", "dob 12/03/1985");
    check_shape(FB_SCRUB_TEXT, "cover 07.30-08.00", "born on the 12th of March '85");
    check_shape(FB_SCRUB_TEXT, "12 beds, 5 March 2026", "March 12, 1985");
    check_shape(FB_SCRUB_TEXT, "version 2.85.1", "1985-3-12");
    check_shape(FB_SCRUB_TEXT, "12 may 30 ask", "x 12 03 1985 x");
    check_shape(FB_SCRUB_TEXT, "20001234", "since 19850312.");
    check_shape(FB_SCRUB_TEXT, "AB123456", "nino QQ 12 34 56 c,");
    check_shape(FB_SCRUB_TEXT, "look at this", "quentin(at)example.org");
    check_shape(FB_SCRUB_TEXT, "caf\xC3\xA9", "quentin\xEF\xBC\xA0" "example.org");
    check_shape(FB_SCRUB_TEXT, "10 or 11", "\xD9\xA0\xD9\xA7\xD9\xA7");
    check_shape(FB_SCRUB_TEXT, "(12 beds) 0730", "ring (07700) 900 123");
    check_shape(FB_SCRUB_TEXT, "1.234.567", "07700.900123");
    check_shape(FB_SCRUB_TEXT, "asked for two, \"regular\" = yes", "ring 07700 900 123");
}

static void test_row(void)
{
    static const char *const names[] = {"Pin", " REQUEST   id ", "Notes", "Ward"};
    char why[FB_CSV_FAULT_BYTES];
    struct fb_span header[4], cell[5], missing;
    struct fb_csv_row row = {.n = 4, .cell = header};
    struct fb_csv_layout layout;
    struct fb_csv_task task = {.worker_key = {1, 2}, .has_worker_key = true};
    struct fb_scrub_cells out;
    struct fb_arena arena;
    bool twice;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(parse("[keep]\nRequest Id = code\nWard = label\n[pseudonym]\nWho = {Pin}\n[keyed]\nRef = {Pin}/visa\n[skip]\nWard = total\n", why), FB_OK);
    for (int i = 0; i < 4; i++)
        header[i] = fb_span_of(names[i]);
    CU_ASSERT_EQUAL_FATAL(fb_scrub_layout_find(&layout, &rules, &row, &arena, &missing, &twice), FB_OK);
    cell[0] = fb_span_of("20001234"), cell[1] = fb_span_of("R1"), cell[2] = fb_span_of("\xFF"), cell[3] = fb_span_of("5B"), cell[4] = fb_span_of("");
    row.cell = cell;
    CU_ASSERT_EQUAL(fb_scrub_row(&out, &rules, &layout, &task, &row, &arena), FB_SCRUB_WRITTEN); /* what is dropped may be anything */
    CU_ASSERT(fb_span_is(out.cell[0], "R1") && fb_span_is(out.cell[1], "5B") && out.cell[2].n == 41 && out.cell[3].n == 32);
    row.n = 5;
    CU_ASSERT_EQUAL(fb_scrub_row(&out, &rules, &layout, &task, &row, &arena), FB_SCRUB_WRITTEN);
    row.n = 3;
    CU_ASSERT_EQUAL(fb_scrub_row(&out, &rules, &layout, &task, &row, &arena), FB_SCRUB_SET_ASIDE);
    row.n = 4;
    cell[3] = fb_span_of("Total");
    CU_ASSERT_EQUAL(fb_scrub_row(&out, &rules, &layout, &task, &row, &arena), FB_SCRUB_SKIPPED);
    cell[3] = fb_span_of("quentin@example.org");
    CU_ASSERT_EQUAL(fb_scrub_row(&out, &rules, &layout, &task, &row, &arena), FB_SCRUB_SET_ASIDE);
    CU_ASSERT(fb_span_is(out.column, "Ward") && strstr(out.reason, "quentin") == NULL);
}

static void test_files(void)
{
    struct fb_test_folder folder;
    char in[FB_TEST_PATH], out[FB_TEST_PATH], path[FB_TEST_PATH + 16], why[FB_CSV_FAULT_BYTES], manifest[FB_SCRUB_MANIFEST_BYTES];
    struct fb_scrub_counts counts;
    size_t n;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "in.csv", in);
    fb_test_folder_file(&folder, "out.csv", out);
    fb_test_file_write(in, "Ward,Name\n\"5B, East\",Quentin\n,Q\n", 32);
    CU_ASSERT_EQUAL_FATAL(parse("[keep]\nWard = label\n", why), FB_OK);
    FILE *log = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(log);
    struct fb_scrub_task task = {.rules = &rules, .extract = in, .out = out, .log = log};
    CU_ASSERT_EQUAL_FATAL(fb_scrub_run(&task, &counts, manifest), FB_OK);
    unsigned char *bytes = fb_test_file_read(out, &n);
    CU_ASSERT(n == 19 && memcmp(bytes, "Ward\n\"5B, East\"\n\"\"\n", 19) == 0);
    free(bytes);
    CU_ASSERT(counts.rows == 2 && counts.written == 2 && strstr(manifest, "\"file\":\"out.csv\",\"rows\":2,\"written\":2,") != NULL);
    fb_test_file_write(in, "Unit\n5B\n", 8); /* an extract that does not fit leaves what was written before */
    CU_ASSERT_EQUAL(fb_scrub_run(&task, &counts, manifest), FB_REFUSED);
    CU_ASSERT_EQUAL(access(out, F_OK), 0);
    snprintf(path, sizeof path, "%s.part", out);
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    fclose(log);
    fb_test_folder_remove(&folder);
}

/* fairbank-csv takes a ready pseudonym in a worker's field only, and nothing that is none. */
#define SHIFTS(worker, ref)                                                                                                            \
    "source: {name: s, trust: RTH, system: roster}\nfile: {kind: snapshot, occurred_at: at, date_time: iso}\n"                       \
    "columns: {at: A, who: W, r: R}\nrecords:\n  - {kind: worker, ref: " ref ", fields: {worker: " worker ", employer: {is: RTH}}}\n"

static enum fb_csv_made build_ready(const char *who, struct fb_record *made)
{
    struct fb_mapping *m = NULL;
    char why[FB_CSV_FAULT_BYTES];
    struct fb_span cell[3] = {fb_span_of("2026-03-16T08:00"), fb_span_of(who), fb_span_of("R1")};
    struct fb_csv_row row = {.line = 1, .n = 3, .cell = cell};
    struct fb_csv_fault fault;
    struct fb_arena arena;
    unsigned n;
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&m, "m", fb_span_of(SHIFTS("{ready_pseudonym: who}", "r")), why), FB_OK);
    CU_ASSERT_FALSE(m->needs_worker_key);
    struct fb_csv_task task = {.mapping = m, .layout = {.cells = 3, .at = {0, 1, 2}}, .batch_id = fb_span_of("b"), .occurred_ms = FB_ABSENT};
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_csv_made how = fb_csv_build(&task, &row, &arena, made, NULL, &n, &fault);
    CU_ASSERT(how != FB_CSV_FAULTY || strstr(fault.reason, who) == NULL);
    fb_mapping_close(&m);
    return how;
}

static void test_ready(void)
{
    static struct fb_record made[FB_CSV_RECORDS_MAX];
    struct fb_mapping *m = NULL;
    char why[FB_CSV_FAULT_BYTES];
    CU_ASSERT_FATAL(sodium_init() >= 0);
    CU_ASSERT_EQUAL(build_ready("16c87fe6.3cdb7a58276b96daf7b4391896915997", made), FB_CSV_MADE);
    CU_ASSERT(made[0].env.kind == FB_KIND_WORKER && fb_span_is(made[0].as.worker.token, "16c87fe6.3cdb7a58276b96daf7b4391896915997"));
    CU_ASSERT_EQUAL(build_ready("20007884", made), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(build_ready("16c87fe6.3CDB7a58276b96daf7b4391896915997", made), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(build_ready("16c87fe6a3cdb7a58276b96daf7b4391896915997", made), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(fb_mapping_parse(&m, "m", fb_span_of(SHIFTS("{ready_pseudonym: who}", "who")), why), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_mapping_parse(&m, "m", fb_span_of(SHIFTS("{ready_pseudonym: who}", "{ready_pseudonym: who}")), why), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_mapping_parse(&m, "m", fb_span_of(SHIFTS("who", "r")), why), FB_REFUSED);
}

CU_TestInfo suite_scrub[] = {
    {"rules are read as a Windows server writes them", test_whole},
    {"rules with a fault are refused with the line", test_faults},
    {"columns that say who somebody is are kept by no rules", test_persons_by_name},
    {"a kept cell looks as the rules say, or its row is set aside", test_shapes},
    {"a row leaves with what is named and nothing else", test_row},
    {"a file is written whole, with its manifest, or not at all", test_files},
    {"a ready pseudonym goes where a worker belongs, and only when it is one", test_ready},
    CU_TEST_INFO_NULL,
};
