#include "adapters/inbound/csv/tally.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

/* The rejects in the order in which they were told: "line:reason ". */
static char told[512];

static void reject(void *ctx, const struct fb_csv_tally_row *row)
{
    size_t n = strlen(told);
    (void)ctx;
    snprintf(told + n, sizeof told - n, "%u:%.9s ", (unsigned)row->line, row->reason);
}

static void start(struct fb_csv_tally *t)
{
    CU_ASSERT_EQUAL_FATAL(fb_csv_tally_open(t), FB_OK);
    t->reject = reject;
    told[0] = '\0';
    fb_csv_tally_start(t, 100, 2);
}

static int64_t at_ms; /* when the source did what the next rows say */

/* A row of 10 bytes and one line. */
static uint64_t add(struct fb_csv_tally *t, uint64_t line, unsigned records)
{
    struct fb_csv_row row = {.offset = 100 + 10 * (line - 2), .bytes = 10, .line = line, .lines = 1};
    uint64_t number = fb_csv_tally_add(t, &row);
    for (unsigned i = 0; i < records; i++)
        fb_csv_tally_sent(t, number, &(struct fb_envelope){.kind = FB_KIND_BOOKING, .revision = FB_ABSENT, .occurred_ms = at_ms});
    return number;
}

static void answer(struct fb_csv_tally *t, uint64_t number, uint8_t outcome)
{
    struct fb_wire_answer a = {.outcome = outcome,
                               .reason = outcome == 5 ? FB_REASON_FIELD_MISSING : FB_REASON_NONE};
    fb_csv_tally_answer(t, number, 0, &a);
}

static void test_worst(void)
{
    static const struct {
        uint8_t answers[3];
        enum fb_csv_outcome row;
    } table[] = {
        {{3, 3, 3}, FB_ROW_DUPLICATE}, {{3, 1, 3}, FB_ROW_ACCEPTED}, {{1, 2, 3}, FB_ROW_AMENDED},
        {{2, 4, 1}, FB_ROW_CONFLICT},  {{5, 4, 1}, FB_ROW_REFUSED},  {{4, 5, 1}, FB_ROW_REFUSED},
        {{1, 99, 1}, FB_ROW_REFUSED},
    };
    struct fb_csv_tally t;
    start(&t);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint64_t before = t.counts.row[table[i].row], number = add(&t, 2 + i, 3);
        fb_csv_tally_row_end(&t, number);
        for (unsigned a = 0; a < 3; a++)
            answer(&t, number, table[i].answers[a]);
        CU_ASSERT_EQUAL(t.counts.row[table[i].row], before + 1);
    }
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&t.counts), sizeof table / sizeof table[0]);
    CU_ASSERT_EQUAL(fb_csv_tally_records(&t.counts), 3 * sizeof table / sizeof table[0]);
    fb_csv_tally_close(&t);
}

static void test_order(void)
{
    struct fb_csv_tally t;
    start(&t);
    uint64_t a = add(&t, 2, 1), b = add(&t, 3, 2), c = add(&t, 4, 0), d = add(&t, 5, 1);
    fb_csv_tally_row_end(&t, a);
    fb_csv_tally_row_end(&t, b);
    fb_csv_tally_unreadable(&t, c, fb_span_of("Date"), "not a date");
    fb_csv_tally_row_end(&t, c);
    answer(&t, d, 4);
    answer(&t, b, 1);
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&t.counts), 0); /* the first row waits: nothing is counted past it */
    CU_ASSERT(t.offset == 100 && t.line == 2 && told[0] == '\0');
    answer(&t, a, 1);
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&t.counts), 1);
    CU_ASSERT(t.offset == 110 && t.line == 3);
    answer(&t, b, 5);
    CU_ASSERT_STRING_EQUAL(told, "3:booking r 4:not a dat ");
    CU_ASSERT_EQUAL(fb_csv_tally_waiting(&t), 1); /* d has its answer, but may get more records */
    fb_csv_tally_row_end(&t, d);
    CU_ASSERT_STRING_EQUAL(told, "3:booking r 4:not a dat 5:booking i ");
    CU_ASSERT(fb_csv_tally_rows(&t.counts) == 4 && t.counts.unreadable == 1 && t.line == 6);
    fb_csv_tally_close(&t);
}

static void test_full(void)
{
    struct fb_csv_tally t;
    start(&t);
    uint64_t first = add(&t, 2, 1), number = first;
    for (unsigned i = 1; i < FB_CSV_TALLY_ROWS; i++) {
        CU_ASSERT_FALSE_FATAL(fb_csv_tally_full(&t));
        number = add(&t, 2 + i, 0);
        fb_csv_tally_skip(&t, number);
        fb_csv_tally_row_end(&t, number);
    }
    CU_ASSERT_TRUE(fb_csv_tally_full(&t));
    fb_csv_tally_row_end(&t, first);
    answer(&t, first, 1);
    CU_ASSERT_EQUAL(fb_csv_tally_waiting(&t), 0);
    CU_ASSERT(t.counts.row[FB_ROW_SKIPPED] == FB_CSV_TALLY_ROWS - 1 && fb_csv_tally_rows(&t.counts) == 1);
    fb_csv_tally_start(&t, 0, 1);
    answer(&t, first, 5); /* late, of another file: nobody's */
    CU_ASSERT_EQUAL(fb_csv_tally_rows(&t.counts), 0);
    fb_csv_tally_close(&t);
}

static uint64_t say(struct fb_csv_tally *t, uint64_t line, uint8_t outcome, uint32_t record, uint64_t journal)
{
    struct fb_wire_answer a = {.outcome = outcome, .record = record, .journal = journal};
    uint64_t number = add(t, line, 1);
    fb_csv_tally_row_end(t, number);
    fb_csv_tally_answer(t, number, 0, &a);
    return t->outdated;
}

/* A, B, A: the third is known by the first's number, and B stands. */
static void test_changed_and_changed_back(void)
{
    struct fb_csv_tally t;
    start(&t);
    CU_ASSERT_EQUAL(say(&t, 2, 1, 7, 100), 0);
    CU_ASSERT_EQUAL(say(&t, 3, 3, 7, 100), 0); /* an honest repeat */
    CU_ASSERT_EQUAL(say(&t, 4, 2, 7, 101), 0);
    CU_ASSERT_EQUAL(say(&t, 5, 3, 7, 101), 0);
    CU_ASSERT_EQUAL(say(&t, 6, 3, 7, 100), 1);
    CU_ASSERT_EQUAL(say(&t, 7, 3, 8, 50), 1); /* of an earlier run: this one cannot tell */
    fb_csv_tally_start(&t, 0, 1);       /* the next file of the same run */
    CU_ASSERT_EQUAL(say(&t, 2, 3, 7, 100), 1);
    fb_csv_tally_close(&t);
}

/* What was said at one time twice, and differently: which of the two stands is not for the order of rows or files to say. */
static void test_changed_at_the_same_time(void)
{
    struct fb_csv_tally t;
    start(&t);
    at_ms = 1000;
    (void)say(&t, 2, 1, 7, 100);
    (void)say(&t, 3, 2, 8, 101); /* of an earlier run: this one cannot tell */
    CU_ASSERT_EQUAL(t.tied, 0);
    (void)say(&t, 4, 2, 7, 102);
    CU_ASSERT_EQUAL(t.tied, 1);
    at_ms = 2000;
    (void)say(&t, 5, 2, 7, 103); /* later: it stands */
    CU_ASSERT_EQUAL(t.tied, 1);
    fb_csv_tally_start(&t, 0, 1); /* the next file of the same run */
    CU_ASSERT_EQUAL(t.tied, 0);
    (void)say(&t, 2, 2, 7, 104);
    CU_ASSERT_EQUAL(t.tied, 1);
    at_ms = 0;
    fb_csv_tally_close(&t);
}

CU_TestInfo suite_csv_tally[] = {
    {"a row's outcome is the worst of its records'", test_worst},
    {"rows are counted and rejected in the order of the file", test_order},
    {"the ring is full when its first row waits, and empties behind it", test_full},
    {"a row that is changed back without a later time is told of", test_changed_and_changed_back},
    {"a row that is changed with the same time is told of", test_changed_at_the_same_time},
    CU_TEST_INFO_NULL,
};
