#include "adapters/inbound/csv/rows.h"
#include "adapters/inbound/csv/sheet.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct fb_csv_sheet_limits plenty = {1ull << 30, 64ull << 20, 60};
static char said[512];

static enum fb_err open_sheet(const char *path, const char *sheet, const struct fb_csv_sheet_limits *limits, int *out)
{
    struct fb_text why;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CU_ASSERT_FATAL(fd >= 0);
    fb_text_init(&why, said, sizeof said);
    enum fb_err e = fb_csv_sheet_open(out, fd, fb_span_of(sheet), NULL, limits, NULL, &why);
    close(fd);
    return e;
}

static void test_sheets(void)
{
    int fd = -1;
    struct fb_csv_rows *rows = NULL;
    struct fb_csv_row row;
    unsigned n = 0;
    CU_ASSERT_EQUAL_FATAL(open_sheet("tests/data/sheets/shifts.xlsx", "Shifts", &plenty, &fd), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_csv_rows_open_fd(&rows, fd, ','), FB_OK);
    while (fb_csv_rows_next(rows, &row) == FB_OK)
        if (n++ == 1) {
            CU_ASSERT_TRUE(fb_span_is(row.cell[1], "2026-03-09T08:30:00.000000"));
            CU_ASSERT_TRUE(fb_span_is(row.cell[3], "08:30"));
        }
    CU_ASSERT_EQUAL(n, 41);
    fb_csv_rows_close(&rows);
    CU_ASSERT_EQUAL_FATAL(open_sheet("tests/data/sheets/shifts.xlsx", "2", &plenty, &fd), FB_OK);
    close(fd);
    CU_ASSERT_EQUAL(open_sheet("tests/data/sheets/shifts.xlsx", "--version", &plenty, &fd), FB_REFUSED); /* a name, and no option */
    CU_ASSERT_EQUAL(open_sheet("tests/data/sheets/shifts.xlsx", "No such", &plenty, &fd), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "not found"));
    CU_ASSERT_EQUAL(open_sheet("tests/data/sheets/shifts.xlsx", "0", &plenty, &fd), FB_REFUSED);
}

/* What it unpacks to, what it takes of time and memory: each has its end. */
static void test_bounds(void)
{
    int fd = -1;
    const struct fb_csv_sheet_limits little_room = {1ull << 30, 1ull << 20, 60}, no_time = {1ull << 30, 64ull << 20, 0}, no_memory = {16ull << 20, 64ull << 20, 60};
    CU_ASSERT_EQUAL(open_sheet("tests/data/sheets/bomb.xlsx", "2", &little_room, &fd), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "1 MiB"));
    CU_ASSERT_EQUAL(open_sheet("tests/data/sheets/shifts.xlsx", "2", &no_time, &fd), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "longer than 0 s"));
    CU_ASSERT_NOT_EQUAL(open_sheet("tests/data/sheets/shifts.xlsx", "2", &no_memory, &fd), FB_OK);
    CU_ASSERT_EQUAL(open_sheet("tests/data/sheets/garbage.xlsx", "2", &plenty, &fd), FB_REFUSED);
    volatile sig_atomic_t stop = 1;
    struct fb_text why;
    int workbook = open("tests/data/sheets/shifts.xlsx", O_RDONLY | O_CLOEXEC);
    fb_text_init(&why, said, sizeof said);
    CU_ASSERT_EQUAL(fb_csv_sheet_open(&fd, workbook, fb_span_of("2"), NULL, &plenty, &stop, &why), FB_BUSY);
    close(workbook);
}

/* A workbook cut off anywhere, or with a byte that is another, is refused or read; it is never waited for. */
static void test_torn(void)
{
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    size_t n = 0;
    unsigned char *bytes = fb_test_file_read("tests/data/sheets/shifts.xlsx", &n);
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "torn.xlsx", path);
    for (unsigned i = 1; i <= 6; i++) {
        int fd = -1;
        bytes[n * i / 7] ^= 0x5A;
        fb_test_file_write(path, bytes, i % 2 == 0 ? n : n * i / 7);
        enum fb_err e = open_sheet(path, "2", &plenty, &fd);
        CU_ASSERT(e == FB_OK || e == FB_REFUSED);
        if (e == FB_OK)
            close(fd);
        bytes[n * i / 7] ^= 0x5A;
    }
    free(bytes);
    fb_test_folder_remove(&folder);
}

static void test_formats(void)
{
    struct fb_test_folder folder;
    static const struct {
        const char *bytes;
        size_t n;
        enum fb_csv_format is;
    } table[] = {{"PK\3\4....", 8, FB_CSV_IS_WORKBOOK}, {"\xD0\xCF\x11\xE0....", 8, FB_CSV_IS_OLD_WORKBOOK}, {"PK", 2, FB_CSV_IS_TEXT}, {"a,b\n", 4, FB_CSV_IS_TEXT}, {"", 0, FB_CSV_IS_TEXT}};
    fb_test_folder_make(&folder);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char path[FB_TEST_PATH];
        fb_test_folder_file(&folder, "a", path);
        fb_test_file_write(path, table[i].bytes, table[i].n);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        CU_ASSERT_EQUAL(fb_csv_format_of(fd), table[i].is);
        close(fd);
    }
    fb_test_folder_remove(&folder);
}

static void test_names_and_formats(void)
{
    static const struct {
        enum fb_csv_format format;
        const char *path, *says;
    } table[] = {{FB_CSV_IS_TEXT, "a/junk.xlsx", "its content is none"}, {FB_CSV_IS_TEXT, "JUNK.XLSM", "its content is none"}, {FB_CSV_IS_TEXT, "a.xlsx.csv", NULL},
                 {FB_CSV_IS_TEXT, "xlsx", NULL},                         {FB_CSV_IS_WORKBOOK, "a.xlsx", NULL},                    {FB_CSV_IS_WORKBOOK, "a.csv", NULL},
                 {FB_CSV_IS_OLD_WORKBOOK, "a.xls", "of the old kind"},   {FB_CSV_IS_OLD_WORKBOOK, "a.xlsx", "of the old kind"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *fault = fb_csv_format_fault(table[i].format, table[i].path);
        CU_ASSERT_EQUAL(fault != NULL, table[i].says != NULL);
        CU_ASSERT_TRUE(fault == NULL || strstr(fault, table[i].says) != NULL);
    }
}

static void check_moment(const char *cell, bool is, bool date, unsigned minute, unsigned second, int day)
{
    struct fb_moment m = {.has_date = false};
    CU_ASSERT_EQUAL(fb_csv_sheet_moment(&m, fb_span_of(cell)), is);
    if (!is)
        return;
    CU_ASSERT_EQUAL(m.has_date, date);
    CU_ASSERT_EQUAL(m.minute, minute);
    CU_ASSERT_EQUAL(m.second, second);
    if (date)
        CU_ASSERT_EQUAL(m.day, fb_day_of(2026, 3, (unsigned)day));
}

static void test_moments(void)
{
    check_moment("2026-03-16T08:29:59.999999", true, true, 510, 0, 16);
    check_moment("2026-03-16T23:59:59.900000", true, true, 0, 0, 17);
    check_moment("2026-03-16T08:29:58.400000", true, true, 509, 58, 16);
    check_moment("1899-12-30T07:30:00.000000", true, false, 450, 0, 0);
    check_moment("2026-02-30T08:30:00.000000", false, false, 0, 0, 0);
    check_moment("2026-03-16T08:30:00", false, false, 0, 0, 0);
    check_moment("abcdefghijabcdefghi.klmnop", false, false, 0, 0, 0);
}

static void test_parts_of_days(void)
{
    static const struct {
        const char *cell;
        int minute; /* -1: none */
    } table[] = {{"0.333333", 480}, {"0.33333333333333331", 480}, {"0.833333", 1200}, {"0.020833", 30}, {"0.0", 0}, {"0.3333", -1}, {"0.999999999", -1}, {"1.333333", -1},
                 {"0.", -1},        {"0.33x", -1},                {"", -1},           {".5", -1},       {"0.5", 720}, {"0.500000000000000000000000001", -1}, {"-0.5", -1}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fb_moment m = {.has_time = false};
        bool is = fb_csv_sheet_part_of_day(&m, fb_span_of(table[i].cell));
        CU_ASSERT_EQUAL(is, table[i].minute >= 0);
        CU_ASSERT_TRUE(!is || (m.has_time && !m.has_date && m.second == 0 && (int)m.minute == table[i].minute));
    }
}

CU_TestInfo suite_csv_sheet[] = {
    {"a sheet by its name or number becomes rows", test_sheets},
    {"a workbook's output, time and memory have bounds", test_bounds},
    {"a torn workbook is refused and not waited for", test_torn},
    {"the first bytes say what a file is", test_formats},
    {"a name that says workbook, and a content that is none", test_names_and_formats},
    {"a workbook's moments are rounded to the second", test_moments},
    {"a time that a format of hours showed is the part of a day that it is", test_parts_of_days},
    CU_TEST_INFO_NULL,
};
