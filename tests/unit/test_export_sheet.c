/* Files of an export: what a cell says, what cannot become a formula, quoting, the same bytes again; names of figures. A workbook is read
 * back with xlsx2csv, as `fairbank rules import-caps` does. */
#include "tests/lib/suite.h"
#include "tools/fairbank/export/cell_id.h"
#include "tools/fairbank/export/sheet.h"
#include "tools/fairbank/export/sheet_whole.h"
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *said(uint8_t kind, uint8_t state, int64_t value, int64_t of)
{
    static char out[64];
    sheet_cell_format(out, sizeof out, &(struct sheet_cell){.kind = kind, .state = state, .value = value, .of = of});
    return out;
}

static void test_figures(void)
{
    CU_ASSERT_STRING_EQUAL(said(SHEET_COUNT, SHEET_SHOWN, 1234567, 0), "1234567");
    CU_ASSERT_STRING_EQUAL(said(SHEET_PENCE, SHEET_SHOWN, 123405, 0), "1234.05");
    CU_ASSERT_STRING_EQUAL(said(SHEET_PENCE, SHEET_SHOWN, -7, 0), "-0.07");
    CU_ASSERT_STRING_EQUAL(said(SHEET_MINUTES, SHEET_SHOWN, 90, 0), "1.50");
    CU_ASSERT_STRING_EQUAL(said(SHEET_MINUTES, SHEET_SHOWN, 20, 0), "0.33");
    CU_ASSERT_STRING_EQUAL(said(SHEET_MINUTES, SHEET_SHOWN, 40, 0), "0.67");
    CU_ASSERT_STRING_EQUAL(said(SHEET_PERCENT, SHEET_SHOWN, 1, 3), "33.3");
    CU_ASSERT_STRING_EQUAL(said(SHEET_PERCENT, SHEET_SHOWN, 1, 16), "6.3"); /* 6.25: half up */
    CU_ASSERT_STRING_EQUAL(said(SHEET_COUNT, SHEET_LEFT_OUT, 3, 0), "*");
    CU_ASSERT_STRING_EQUAL(said(SHEET_PENCE, SHEET_NOT_SAID, 0, 0), "cannot say");
    CU_ASSERT_STRING_EQUAL(said(SHEET_PERCENT, SHEET_NOTHING, 0, 0), "");
}

static const char *const texts[] = {"=1+1", "+44 20", "-2+3", "@SUM(A1)", "\tx", "\rx", "\n=x", "#from", "plain", "a,b", "say \"no\"", "", "'quoted", "Ward £9"};
enum { TEXTS = sizeof texts / sizeof texts[0], UNSAFE = 8 };

static struct sheet_book book_of_texts(void)
{
    struct sheet_book b = {.table = {.name = "texts", .n_columns = 2, .head = {"Text", "£"}, .texts = 1}, .day = 20535};
    for (unsigned i = 0; i < TEXTS; i++) {
        sheet_add_text(&b, &b.table, texts[i]);
        sheet_add(&b, &b.table, (struct sheet_cell){.kind = SHEET_PENCE, .value = -(int64_t)i});
    }
    sheet_say(&b, "What", "%s", "=HYPERLINK(\"http://x\")");
    return b;
}

/* The whole file; NULL-ended, and freed by the caller. */
static char *slurp(FILE *f, size_t *n)
{
    char *out = calloc(1, 1 << 20);
    *n = fread(out, 1, (1 << 20) - 1, f);
    return out;
}

static char *csv_of(const struct sheet_book *b, size_t *n)
{
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    sheet_write_csv(f, b);
    rewind(f);
    char *out = slurp(f, n);
    fclose(f);
    return out;
}

static void test_csv(void)
{
    size_t n;
    struct sheet_book b = book_of_texts();
    char *text = csv_of(&b, &n);
    CU_ASSERT_STRING_EQUAL(text, "Text,£\n"
                                 "'=1+1,0.00\n'+44 20,-0.01\n'-2+3,-0.02\n'@SUM(A1),-0.03\n'\tx,-0.04\n\"'\rx\",-0.05\n\"'\n=x\",-0.06\n"
                                 "'#from,-0.07\nplain,-0.08\n\"a,b\",-0.09\n\"say \"\"no\"\"\",-0.10\n,-0.11\n'quoted,-0.12\nWard £9,-0.13\n"
                                 "# What,\"'=HYPERLINK(\"\"http://x\"\")\"\n");
    free(text);
    sheet_release(&b);
    for (unsigned i = 0; i < TEXTS; i++)
        CU_ASSERT_EQUAL(sheet_is_unsafe(texts[i]), i < UNSAFE);
}

static char *workbook(const char *path, size_t *n)
{
    struct sheet_book b = book_of_texts();
    CU_ASSERT_PTR_NULL(sheet_write_xlsx(path, &b));
    sheet_release(&b);
    FILE *f = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    char *bytes = slurp(f, n);
    fclose(f);
    return bytes;
}

/* What others read of it: the second sheet, and no formula anywhere. */
static void test_workbook(void)
{
    char path[] = "/tmp/fb-sheet-XXXXXX", command[128];
    size_t n, again;
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    close(fd);
    char *first = workbook(path, &n);
    sleep(2); /* an archive keeps times by two seconds */
    char *second = workbook(path, &again);
    CU_ASSERT(n > 1000 && n == again && memcmp(first, second, n) == 0);
    (void)snprintf(command, sizeof command, "xlsx2csv -s 2 -e %s", path);
    FILE *f = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    char *text = slurp(f, &n);
    CU_ASSERT_EQUAL(pclose(f), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "Text,£"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "'=1+1,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "'@SUM(A1),-0.03"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "Ward £9,-0.13"));
    (void)snprintf(command, sizeof command, "unzip -p %s 'xl/worksheets/*' | grep -c '<f>'", path);
    f = popen(command, "r");
    CU_ASSERT_EQUAL(fgetc(f), '0');
    (void)pclose(f);
    free(text);
    free(first);
    free(second);
    unlink(path);
}

static struct sheet_book book_of_many(void)
{
    struct sheet_book b = {.table = {.name = "many", .n_columns = 2, .head = {"Text", "£"}, .texts = 1}, .day = 20535};
    for (unsigned i = 0; i < 20000; i++) {
        sheet_add_text(&b, &b.table, "the same");
        sheet_add(&b, &b.table, (struct sheet_cell){.kind = SHEET_PENCE, .value = 700});
    }
    return b;
}

/* The rows' temporary file finds no room, and the workbook, which is much smaller, does: the library calls that well done. */
static void test_workbook_no_room(void)
{
    enum { ROOM = 400 << 10 };
    char path[] = "/tmp/fb-sheet-XXXXXX";
    struct rlimit was, now;
    struct sheet_book b = book_of_many();
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &was), 0);
    close(fd);
    CU_ASSERT_PTR_NULL(sheet_write_xlsx(path, &b));
    now = was;
    now.rlim_cur = ROOM;
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &now), 0);
    const char *why = sheet_write_xlsx(path, &b);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, before);
    CU_ASSERT_PTR_NOT_NULL_FATAL(why);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "was cut off"));
    sheet_release(&b);
    unlink(path);
}

/* Whatever is cut off or changed of a workbook's bytes, reading it back ends, and within them. */
static void test_workbook_harmed(void)
{
    char path[] = "/tmp/fb-sheet-XXXXXX";
    size_t n;
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    close(fd);
    char *bytes = workbook(path, &n);
    CU_ASSERT_PTR_NULL(sheet_whole_fault(path));
    CU_ASSERT_PTR_NULL(sheet_whole_fault_of((unsigned char *)bytes, n));
    for (size_t i = 0; i < n; i++) {
        unsigned char *part = malloc(i + 1); /* of just this size, for AddressSanitizer */
        memcpy(part, bytes, i + 1);
        CU_ASSERT(i + 1 == n || sheet_whole_fault_of(part, i + 1) != NULL);
        free(part);
        bytes[i] ^= 0x55;
        (void)sheet_whole_fault_of((unsigned char *)bytes, n);
        bytes[i] ^= 0x55;
    }
    CU_ASSERT_PTR_NOT_NULL(sheet_whole_fault("/nowhere/at/all.xlsx"));
    free(bytes);
    unlink(path);
}

static void test_workbook_nowhere(void)
{
    struct sheet_book b = book_of_texts();
    CU_ASSERT_PTR_NOT_NULL(sheet_write_xlsx("/nowhere/at/all.xlsx", &b));
    sheet_release(&b);
}

/* ---- names of figures ---- */

static void test_ids(void)
{
    static const char *const good[] = {"cell:return:2026-03:RTH:nursing_hca:over_cap", "cell:foi-agency:2026-12:all:AG%2001:hours",
                                       "cell:spend:2026-03-16..2026-04-13:shadow-all:+/+/+/+/worked:spend", "cell:x:2026-03:shadow-RXQ:~:n"};
    static const char *const bad[] = {"cell:", "cell:return:2026-03:RTH:nursing_hca", "cell:return:2026-13:RTH:a:b", "cell:return:2026-03-16:RTH:a:b",
                                      "cell:return:2026-04-13..2026-03-16:RTH:a:b", "cell:return:2026-03:everybody:a:b", "cell:return:2026-03:RTH:a:b:c",
                                      "cell:return::RTH:a:b", "B-10233", "cell:a-name-that-is-longer-than-any-name-of-ours:2026-03:RTH:a:b"};
    char text[CELL_ID_BYTES_MAX];
    const char *what;
    struct cell_id id;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CU_ASSERT_TRUE_FATAL(cell_id_parse(&id, good[i], &what));
        cell_id_format(text, &id);
        CU_ASSERT_STRING_EQUAL(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(cell_id_parse(&id, bad[i], &what) || *what == '\0');
    CU_ASSERT_TRUE(cell_id_parse(&id, good[0], &what));
    CU_ASSERT(id.from == fb_day_of(2026, 3, 1) && id.until == fb_day_of(2026, 4, 1) && !id.shadow);
}

/* Codes of agencies come from others: nothing in them can end a part of a name. */
static void test_words(void)
{
    char memory[100];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    cell_add_word(&t, fb_span_of("A:B/+ ~%é"));
    CU_ASSERT_STRING_EQUAL(memory, "A%3AB%2F%2B%20%7E%25%C3%A9");
    fb_text_init(&t, memory, sizeof memory);
    cell_add_word(&t, (struct fb_span){NULL, 0});
    CU_ASSERT_STRING_EQUAL(memory, "~");
}

static const char *at(const json_t *cell, const char *key) { return json_string_value(json_object_get(cell, key)); }

/* For machines nothing is dressed up, nothing that is left out shows, and each figure says its name. */
static void test_json(void)
{
    struct sheet_book b = book_of_texts();
    struct sheet_cell cells[] = {{SHEET_PERCENT, SHEET_SHOWN, NULL, 3, 7}, {SHEET_COUNT, SHEET_LEFT_OUT, NULL, 4, 0}, {SHEET_MINUTES, SHEET_NOT_SAID, NULL, 9, 0},
                                 {SHEET_PENCE, SHEET_NOTHING, NULL, 1, 0}};
    for (unsigned i = 0; i < 4; i++) {
        sheet_add_text(&b, &b.table, "row");
        sheet_add(&b, &b.table, cells[i]);
    }
    b.from = (struct sheet){.n_columns = 2};
    for (unsigned i = 0; i < b.table.n_cells; i++)
        sheet_add_text(&b, &b.from, i % 2 == 0 ? "row" : "cell:x");
    b.left_out = 1;
    b.small = 5;
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_TRUE(sheet_write_json(f, &b));
    rewind(f);
    json_t *j = json_loadf(f, JSON_REJECT_DUPLICATES, NULL), *rows = json_object_get(j, "rows"), *left = json_object_get(j, "left_out");
    CU_ASSERT_PTR_NOT_NULL_FATAL(j);
    CU_ASSERT_EQUAL_FATAL(json_array_size(rows), TEXTS + 4);
    for (unsigned i = 0; i < TEXTS; i++) {
        json_t *figure = json_array_get(json_array_get(rows, i), 1);
        CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(json_array_get(rows, i), 0)), texts[i]);
        CU_ASSERT(json_integer_value(json_object_get(figure, "value")) == -(int64_t)i && strcmp(at(figure, "unit"), "pence") == 0 && strcmp(at(figure, "from"), "cell:x") == 0);
    }
    static const char *const state[] = {"shown", "left_out", "cannot_say", "nothing"};
    for (unsigned i = 0; i < 4; i++) {
        json_t *figure = json_array_get(json_array_get(rows, TEXTS + i), 1);
        CU_ASSERT_STRING_EQUAL(at(figure, "state"), state[i]);
        CU_ASSERT_EQUAL(json_object_get(figure, "value") != NULL, i == 0);
        CU_ASSERT_EQUAL(json_integer_value(json_object_get(figure, "of")), i == 0 ? 7 : 0);
    }
    CU_ASSERT(json_integer_value(json_object_get(left, "figures")) == 1 && json_integer_value(json_object_get(left, "fewer_than")) == 5 && at(left, "why") != NULL);
    CU_ASSERT_STRING_EQUAL(at(json_array_get(json_object_get(j, "about"), 0), "text"), "=HYPERLINK(\"http://x\")");
    json_decref(j);
    (void)fclose(f);
    sheet_release(&b);
}

CU_TestInfo suite_export_sheet[] = {
    {"for machines each figure says its unit, state and name", test_json},
    {"figures are written exactly, rounded once", test_figures},
    {"CSV: quoted, and no text can be a formula", test_csv},
    {"a workbook reads back, holds no formula, and is the same bytes two seconds later", test_workbook},
    {"a workbook of which a part found no room is none", test_workbook_no_room},
    {"a workbook that was harmed is read back within its bytes", test_workbook_harmed},
    {"a workbook that cannot be written says so", test_workbook_nowhere},
    {"names of figures read back as they were written", test_ids},
    {"words of others cannot end a part of a name", test_words},
    CU_TEST_INFO_NULL,
};
