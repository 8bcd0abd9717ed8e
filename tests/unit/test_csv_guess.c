#include "adapters/inbound/csv/guess/guess.h"
#include "adapters/inbound/csv/guess/meaning.h"
#include "adapters/inbound/csv/guess/write.h"
#include "adapters/inbound/csv/mapping.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char text[FB_GUESS_TEXT_BYTES];
static const char *why;

static enum fb_err guess_bytes(const char *bytes, size_t n, unsigned header)
{
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    struct fb_text t;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "a.csv", path);
    fb_test_file_write(path, bytes, n);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    fb_text_init(&t, text, sizeof text);
    why = "";
    enum fb_err e = fb_csv_guess_text(fd, false, path, NULL, header, &t, &why);
    close(fd);
    fb_test_folder_remove(&folder);
    return e;
}

static enum fb_err guess(const char *csv)
{
    return guess_bytes(csv, strlen(csv), 0);
}

static void check_has(const char *part, bool has)
{
    bool found = strstr(text, part) != NULL;
    CU_ASSERT_EQUAL(found, has);
    if (found != has)
        fprintf(stderr, "'%s' is %s\n", part, found ? "there" : "not there");
}

static void test_dates(void)
{
    /* Nothing settles it: the day is taken to come first, and it is said. */
    CU_ASSERT_EQUAL_FATAL(guess("Ref No,Shift Date,Start,End\nR1,03/04/2026,07:00,15:00\nR2,05/06/2026,07:00,15:00\n"), FB_OK);
    check_has("date: [\"dd/mm/yyyy\"]", true);
    check_has("# ? 1 columns of dates fit dd/mm and mm/dd alike", true);
    /* One value settles it, also for another column. */
    CU_ASSERT_EQUAL_FATAL(guess("Ref No,Shift Date,Start,End,Booked At\nR1,04/13/2026,07:00,15:00,03/04/2026 09:00\nR2,05/06/2026,07:00,15:00,03/05/2026 09:00\n"), FB_OK);
    check_has("date: [\"mm/dd/yyyy\"]", true);
    check_has("date_time: [\"mm/dd/yyyy HH:MM\"]", true);
    check_has("alike", false);
    CU_ASSERT_EQUAL_FATAL(guess("Ref No;Shift Date;Start;End\nR1;3-Apr-2026;7:00;15:00\nR2;13-Apr-2026;10:30;15:00\n"), FB_OK);
    check_has("delimiter: semicolon", true);
    check_has("date: [\"d-mmm-yyyy\"]", true);
    check_has("time: [\"H:MM\"", true);
}

static void test_shape_of_file(void)
{
    CU_ASSERT_EQUAL_FATAL(guess("A report of the made-up trust\n\nPrinted,16/03/2026\nRef No\tWard\tShift Date\tStart\tEnd\nR1\tCaf\xE9\t16/03/2026\t07:00\t15:00\n"
                                "R2\tCaf\xE9\t17/03/2026\t07:00\t15:00\nTotal\t2\t\t\t\n"),
                          FB_OK);
    check_has("delimiter: tab", true);
    check_has("encoding: windows-1252", true);
    check_has("header: 3", true); /* blank lines are not counted */
    check_has("skip: [{column: first, starts: [Total, Grand Total]}]", true);
    CU_ASSERT_EQUAL(guess("only one column\nof text\n"), FB_REFUSED);
    CU_ASSERT_EQUAL(guess(""), FB_REFUSED);
    CU_ASSERT_EQUAL(guess("Ref No,Ward,Start,End\n"), FB_REFUSED);
    /* Without names on its columns a row of values is not taken for them. */
    CU_ASSERT_EQUAL(guess("Smith,Ward,16/03/2026,07:00\nJones,Ward,17/03/2026,07:00\n"), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "--header"));
}

static void test_words(void)
{
    CU_ASSERT_EQUAL_FATAL(guess("Request Id,Shift Date,Start,End,Staff Group,Band,Status,Filled By\n"
                                "1,16/03/2026,07:00,15:00,Registered Nursing,Band 5,Filled,Bank\n"
                                "2,17/03/2026,07:00,15:00,Unqualified Nursing,B8a,Cancelled,Collaborative\n"
                                "3,18/03/2026,07:00,15:00,Plumbing,AFC_2,Unfilled,\n"),
                          FB_OK);
    check_has("\"Registered Nursing\": \"nursing_midwifery\"", true);
    check_has("\"Unqualified Nursing\": \"add_clinical_services\"", true);
    check_has("\"Plumbing\": \"\"    # ?", true);
    check_has("\"Band 5\": \"5\"", true);
    check_has("\"B8a\": \"8a\"", true);
    check_has("\"AFC_2\": \"2\"", true);
    check_has("\"Cancelled\": \"cancelled\"", true);
    check_has("\"Collaborative\": \"collaborative\"", true);
    check_has("is_not: [\"\", \"Unfilled\"]", true);
    check_has("kind: vacancy", true);
}

/* Whatever says who somebody is stays in the file, wherever it stands. */
static void test_persons(void)
{
    CU_ASSERT_EQUAL_FATAL(
        guess("Request Id,Shift Date,Start,End,Candidate Name,NHS Number,Contact,Staff No,Grade,Status,Lead,Remarks\n"
              "1,16/03/2026,07:00,15:00,Quentin Planted,943 476 5919,q@planted.org,P900123,Band 5,Filled,Planted Quentin,Dr Planted rang\n"
              "2,17/03/2026,07:00,15:00,\"Planted, Quentin\",9434765919,q@planted.org,P900124,Quentin Planted,Mrs Planted,Planted,Planted\n"
              "3,18/03/2026,07:00,15:00,Quentin Planted,943 476 5919,q@planted.org,P900125,Band 6,Filled,Quentin O'Planted,x\n"),
        FB_OK);
    check_has("lanted", false);
    check_has("Quentin", false);
    check_has("943", false);
    check_has("P9001", false);
    check_has("\"Candidate Name\": looks as if it said who somebody is", true);
    check_has("\"NHS Number\": looks as if it said who somebody is", true);
    check_has("\"Contact\": looks as if it said who somebody is", true);
    check_has("worker: {pseudonym: [worker]}", true);
    check_has("might be somebody's name", true);
    CU_ASSERT_TRUE(fb_guess_is_person(fb_span_of("Smith, John")));
    CU_ASSERT_TRUE(fb_guess_is_person(fb_span_of("Zo\xC3\xAB Brown")));
    CU_ASSERT_TRUE(fb_guess_is_person(fb_span_of("07700 900123")));
    CU_ASSERT_FALSE(fb_guess_is_person(fb_span_of("Nursing & Midwifery")));
    CU_ASSERT_FALSE(fb_guess_is_person(fb_span_of("Booking Cancelled")));
    CU_ASSERT_TRUE(fb_guess_is_identifier(fb_span_of("943 476 5919")));
    CU_ASSERT_FALSE(fb_guess_is_identifier(fb_span_of("943 476 5918")));
    CU_ASSERT_TRUE(fb_guess_is_identifier(fb_span_of("QQ 12 34 56 C")));
}

static void test_header_words(void)
{
    CU_ASSERT_TRUE(fb_guess_knows(fb_span_of("startTime")));
    CU_ASSERT_TRUE(fb_guess_knows(fb_span_of("HR_Request_Id")));
    CU_ASSERT_TRUE(fb_guess_knows(fb_span_of("Break (mins)")));
    CU_ASSERT_FALSE(fb_guess_knows(fb_span_of("Bandwidth")));
    CU_ASSERT_FALSE(fb_guess_knows(fb_span_of("")));
}

CU_TestInfo suite_csv_guess[] = {
    {"dates are found by trial, and what cannot be settled is said", test_dates},
    {"delimiter, encoding, header and totals are found", test_shape_of_file},
    {"their words become ours, or a question", test_words},
    {"nobody's name, number or address is written", test_persons},
    {"a header is known by its words", test_header_words},
    CU_TEST_INFO_NULL,
};
