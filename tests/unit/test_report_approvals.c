/* What is told of approvals from the store alone: what one was before it was taken back. */
#include "engine/turn/report/report_approvals.h"
#include "engine/turn/report/report_record.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_test_turn T;
static unsigned char memory[1 << 20];
static struct fb_arena arena;
static struct fb_approval_row row;
static struct fb_explanation told;

/* The one approval, as the list and as the explanation have it. */
static void ask(const struct fb_record *a)
{
    struct fb_reader_books *books;
    struct fb_approval_month month[2];
    uint32_t number = fb_test_number(&T, a);
    unsigned rows, months, done;
    const struct fb_approval_filter all = {.now_ms = T.now_ms};
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_report_approvals(T.store, books, &all, &number, 1, &arena, &row, &rows, month, &months, &done), FB_OK);
    CU_ASSERT_EQUAL_FATAL(rows, 1);
    CU_ASSERT_EQUAL(fb_report_explain(T.store, books, number, 0, &arena, &told), FB_OK);
    fb_reader_books_close(&books);
}

static bool says(const char *words)
{
    size_t n = strlen(words);
    for (unsigned i = 0; i < told.n_lines; i++)
        for (size_t at = 0; at + n <= told.line[i].n; at++)
            if (memcmp(told.line[i].p + at, words, n) == 0)
                return true;
    return false;
}

/* A class whose limit one shift uses up, or none does; then it is withdrawn, and the rules move on. */
static void test_exhausted_then_withdrawn(void)
{
    for (unsigned used_up = 0; used_up < 2; used_up++) {
        fb_test_records_forget();
        fb_test_turn_open_bare(&T);
        fb_test_turn_issue(&T, "answered");
        struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"),
                         *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1"), *off = fb_test_amend(a, 2);
        a->as.approval.limit_pence = off->as.approval.limit_pence = used_up ? 40000 : 4000000;
        off->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
        off->as.approval.ended_ms = off->env.occurred_ms = T.now_ms;
        fb_test_send_one(&T, b);
        fb_test_send_one(&T, a);
        ask(a);
        CU_ASSERT_TRUE(fb_span_is(row.end, used_up ? "exhausted" : "granted"));
        CU_ASSERT_EQUAL(says("Its money limit is used up"), used_up);
        CU_ASSERT_FALSE(says("had been used up before"));
        fb_test_send_one(&T, off);
        fb_test_turn_issue(&T, "answered, and said again");
        fb_test_settle(&T);
        ask(a);
        CU_ASSERT_TRUE(fb_span_is(row.end, "withdrawn"));
        CU_ASSERT_EQUAL(fb_span_is(row.why, "its money limit had been used up before"), used_up);
        CU_ASSERT_EQUAL(says("had been used up before"), used_up);
        CU_ASSERT_TRUE(says("It was withdrawn"));
        fb_test_turn_close(&T);
    }
}

CU_TestInfo suite_report_approvals[] = {
    {"what was used up before it was withdrawn is told as both", test_exhausted_then_withdrawn},
    CU_TEST_INFO_NULL,
};
