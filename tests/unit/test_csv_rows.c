#include "adapters/inbound/csv/rows.h"
#include "engine/base/prng.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file read whole, row by row: cells joined by '|', rows by '/', a bad row as '!', its line number before
 * ':'. */
static void check_bytes(const void *bytes, size_t n, char delimiter, const char *expected)
{
    static char out[4096];
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    struct fb_csv_rows *rows = NULL;
    struct fb_csv_row row;
    struct fb_text t;
    uint64_t covered = 0;
    fb_text_init(&t, out, sizeof out);
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "a.csv", path);
    fb_test_file_write(path, bytes, n);
    CU_ASSERT_EQUAL_FATAL(fb_csv_rows_open(&rows, path, delimiter), FB_OK);
    while (fb_csv_rows_next(rows, &row) == FB_OK) {
        CU_ASSERT(row.offset >= covered && row.bytes > 0);
        covered = row.offset + row.bytes;
        CU_ASSERT_EQUAL(fb_csv_rows_offset(rows), covered);
        fb_text_add_int(&t, (int64_t)row.line);
        fb_text_add(&t, row.fault != NULL ? ":!" : ":");
        for (unsigned i = 0; i < row.n; i++) {
            fb_text_add(&t, i > 0 ? "|" : "");
            fb_text_add_span(&t, row.cell[i]);
        }
        fb_text_add(&t, "/");
    }
    CU_ASSERT_EQUAL(fb_csv_rows_offset(rows), n);
    CU_ASSERT_STRING_EQUAL(out, expected);
    fb_csv_rows_close(&rows);
    fb_test_folder_remove(&folder);
}

static void check(const char *text, const char *expected)
{
    check_bytes(text, strlen(text), ',', expected);
}

/* A line without quotes is split here, one with a quote by libcsv: of the same cells they make the same. The last cell, quoted, sends
 * the whole line to libcsv. */
static void check_split(const char *line, char delimiter)
{
    char text[256], plain[1024] = "", quoted[1024] = "";
    for (unsigned how = 0; how < 2; how++) {
        struct fb_test_folder folder;
        char path[FB_TEST_PATH];
        struct fb_csv_rows *rows = NULL;
        struct fb_csv_row row = {.n = 0};
        struct fb_text t;
        int n = snprintf(text, sizeof text, "%s%c%s\r\n", line, delimiter, how == 0 ? "z" : "\"z\"");
        fb_test_folder_make(&folder);
        fb_test_folder_file(&folder, "a.csv", path);
        fb_test_file_write(path, text, (size_t)n);
        CU_ASSERT_EQUAL_FATAL(fb_csv_rows_open(&rows, path, delimiter), FB_OK);
        CU_ASSERT_EQUAL(fb_csv_rows_next(rows, &row), FB_OK);
        fb_text_init(&t, how == 0 ? plain : quoted, sizeof plain);
        for (unsigned i = 0; i < row.n; i++) {
            fb_text_add(&t, "[");
            fb_text_add_span(&t, row.cell[i]);
            fb_text_add(&t, "]");
        }
        fb_csv_rows_close(&rows);
        fb_test_folder_remove(&folder);
    }
    CU_ASSERT_STRING_EQUAL(plain, quoted);
}

static void test_split(void)
{
    static const char letters[] = "a ,;\tb\r|x";
    static const char marks[] = ",;\t|";
    struct fb_prng random;
    fb_prng_init(&random, 7);
    for (unsigned i = 0; i < 400; i++) {
        char line[40];
        uint64_t n = fb_prng_below(&random, 20);
        for (uint64_t k = 0; k < n; k++)
            line[k] = letters[fb_prng_below(&random, sizeof letters - 1)];
        line[n] = '\0';
        check_split(line, marks[i % 4]);
    }
}

static void test_habits(void)
{
    check("a,b\nc,d\n", "1:a|b/2:c|d/");
    check("\xEF\xBB\xBF"
          "a,b\r\nc,d\r\n",
          "1:a|b/2:c|d/");
    check("a,b\nc,d", "1:a|b/2:c|d/");
    check("a, b ,\n,,\n", "1:a|b|/2:||/");
    check("\n\r\n  \na\n\n", "4:a/");
    check("a,\"x, y\",\"say \"\"hi\"\"\"\n", "1:a|x, y|say \"hi\"/");
    check("a,\"two\r\nlines\",b\r\nc,d,e\r\n", "1:a|two\nlines|b/3:c|d|e/");
    check("", "");
    check_bytes("a\tb\n\t\n", 6, '\t', "1:a|b/2:|/");
    check_bytes("a;b,c\n", 6, ';', "1:a|b,c/");
}

static void test_bad_rows(void)
{
    check("a,b\nc,d\"e\nf,g\n", "1:a|b/2:!/3:f|g/");
    check("a,\"b\"x\nc,d\n", "1:!/2:c|d/");
    /* A quote that is never closed costs its own line, not the rest of the file. */
    check("a,b\nc,\"d\ne,f\ng,h\n", "1:a|b/2:!/3:e|f/4:g|h/");
    check("c,\"d\ne,\"f\"\n", "1:!/2:e|f/");
    check("a,\"b", "1:!/");
}

static void test_too_much(void)
{
    enum { LONG = 200000 };
    char *text = malloc(LONG + 10);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memset(text, 'x', LONG);
    memcpy(text + LONG, "\na,b\n", 5);
    check_bytes(text, LONG + 5, ',', "1:!/2:a|b/");
    memset(text, ',', 600);
    memcpy(text + 600, "\na,b\n", 5);
    check_bytes(text, 605, ',', "1:!/2:a|b/");
    text[0] = '"'; /* opened, and a thousand lines without a closing quote */
    for (unsigned i = 1; i < 2001; i++)
        text[i] = i % 2 == 0 ? '\n' : 'y';
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    struct fb_csv_rows *rows = NULL;
    struct fb_csv_row row;
    unsigned n = 0, bad = 0;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "a.csv", path);
    fb_test_file_write(path, text, 2001);
    CU_ASSERT_EQUAL_FATAL(fb_csv_rows_open(&rows, path, ','), FB_OK);
    while (fb_csv_rows_next(rows, &row) == FB_OK) {
        n++;
        bad += row.fault != NULL;
    }
    CU_ASSERT(n == 1000 && bad == 1);
    fb_csv_rows_close(&rows);
    fb_test_folder_remove(&folder);
    free(text);
}

/* Buffers of any alignment: a long file comes out as it went in, and reading can go on anywhere. */
static void test_long(void)
{
    enum { ROWS = 60000 };
    struct fb_test_folder folder;
    char path[FB_TEST_PATH], line[64];
    size_t used = 0;
    char *text = malloc((size_t)ROWS * 40);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (unsigned i = 0; i < ROWS; i++)
        used += (size_t)snprintf(text + used, 40, "%u,\"a\nb%u\",c\r\n", i, i % 7919);
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "a.csv", path);
    fb_test_file_write(path, text, used);
    struct fb_csv_rows *rows = NULL;
    struct fb_csv_row row;
    CU_ASSERT_EQUAL_FATAL(fb_csv_rows_open(&rows, path, ','), FB_OK);
    for (unsigned i = 0; i < ROWS; i++) {
        CU_ASSERT_EQUAL_FATAL(fb_csv_rows_next(rows, &row), FB_OK);
        snprintf(line, sizeof line, "%u", i);
        CU_ASSERT_FATAL(row.n == 3 && fb_span_is(row.cell[0], line) && row.line == 2 * (uint64_t)i + 1);
        snprintf(line, sizeof line, "a\nb%u", i % 7919);
        CU_ASSERT_FATAL(fb_span_is(row.cell[1], line));
    }
    CU_ASSERT_EQUAL(fb_csv_rows_next(rows, &row), FB_NOT_FOUND);
    CU_ASSERT(fb_csv_rows_offset(rows) == used && fb_csv_rows_line(rows) == 2 * (uint64_t)ROWS + 1);
    fb_csv_rows_close(&rows);
    fb_test_folder_remove(&folder);
    free(text);
}

static void test_unreadable(void)
{
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    struct fb_csv_rows *rows = NULL;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "a.csv", path);
    CU_ASSERT_EQUAL(fb_csv_rows_open(&rows, path, ','), FB_IO);
    fb_test_file_write(path,
                       "\xFF\xFE"
                       "a\0,\0",
                       6);
    CU_ASSERT_EQUAL(fb_csv_rows_open(&rows, path, ','), FB_REFUSED);
    CU_ASSERT_PTR_NULL(rows);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_csv_rows[] = {
    {"a line is split as libcsv splits it", test_split},
    {"marks, CRLF, quoted line ends, blank lines and missing last line ends are read as people meant them",
     test_habits},
    {"a row that cannot be split costs only itself", test_bad_rows},
    {"a line, a row or an open quote without end is given up within its limit", test_too_much},
    {"a long file comes out whole", test_long},
    {"a file that is not there, and UTF-16, are told", test_unreadable},
    CU_TEST_INFO_NULL,
};
