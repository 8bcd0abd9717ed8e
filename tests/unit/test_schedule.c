/* Issues that are known before they hold. */
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
enum { HOUR_MS = 3600000 };

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static bool step(void)
{
    bool more = false;
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    return more;
}

static struct fb_turn_stats stats(void)
{
    struct fb_turn_stats s;
    fb_turn_stats(T.turn, &s);
    return s;
}

static uint32_t schedule(const char *text, int64_t due_ms)
{
    uint32_t issue = 0;
    CU_ASSERT_EQUAL(fb_test_turn_schedule(&T, text, due_ms, &issue), FB_OK);
    return issue;
}

static void test_becomes_current(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    int64_t due = T.now_ms + HOUR_MS, before = fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(schedule("card+3", due), 2);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RULES_SCHEDULED), 1);
    CU_ASSERT_TRUE(stats().issue == 1 && stats().waiting == 1);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due);
    T.now_ms = due - 1;
    CU_ASSERT_FALSE(step());
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1);
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 1);
    T.now_ms = due;
    CU_ASSERT_TRUE(step()); /* the issue; its re-pricing follows */
    CU_ASSERT_TRUE(stats().issue == 2 && stats().waiting == 0);
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 2);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RULES_ISSUED), 2);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD), before);
    CU_ASSERT_FALSE(step());
    CU_ASSERT_TRUE(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD) > before);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    end();
}

static void test_order(void)
{
    begin();
    int64_t due = T.now_ms + HOUR_MS;
    CU_ASSERT_EQUAL(schedule("card+4", due + 1), 2);
    CU_ASSERT_EQUAL(schedule("card+3", due), 3);
    CU_ASSERT_EQUAL(schedule("card+2", due), 4);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due);
    fb_test_turn_issue(&T, "card+1"); /* at once, and under the next number */
    CU_ASSERT_EQUAL(stats().issue, 5);
    static const uint32_t expected[] = {3, 4, 2};
    T.now_ms = due + HOUR_MS; /* the engine was down at all their moments */
    for (unsigned i = 0; i < 3; i++) {
        fb_test_turn_reopen(&T);
        (void)step();
        CU_ASSERT_EQUAL(stats().issue, expected[i]);
        CU_ASSERT_EQUAL(stats().waiting, 2 - i);
    }
    CU_ASSERT_FALSE(step());
    fb_test_turn_issue(&T, "card+9");
    CU_ASSERT_EQUAL(stats().issue, 6);
    end();
}

static void test_survives(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    int64_t due = T.now_ms + HOUR_MS, before = fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD);
    schedule("card+3", due);
    fb_store_power_cut(T.store);
    fb_test_turn_reopen(&T);
    CU_ASSERT_TRUE(stats().issue == 1 && stats().waiting == 1);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due);
    CU_ASSERT_PTR_NULL(fb_turn_book(T.turn, 2)); /* compiled when it is needed */
    T.now_ms = due;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(stats().issue, 2);
    CU_ASSERT_PTR_NOT_NULL(fb_turn_book(T.turn, 2));
    CU_ASSERT_TRUE(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD) > before);
    fb_test_turn_reopen(&T); /* the newest number is not always the one that holds */
    schedule("card+5", due + HOUR_MS);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(stats().issue, 2);
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 2);
    struct fb_reader_books *books;
    CU_ASSERT_EQUAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL(fb_reader_book(books, 0)->issue, 2);
    CU_ASSERT_EQUAL(fb_reader_book(books, 3)->issue, 3);
    CU_ASSERT_PTR_NULL(fb_reader_book(books, 4));
    fb_reader_books_close(&books);
    end();
}

static void test_refused(void)
{
    begin();
    uint32_t issue = 77;
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(fb_test_turn_schedule(&T, "card+3", T.now_ms, &issue), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_test_turn_schedule(&T, "card+3", T.now_ms - 1, &issue), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    char text[16];
    enum fb_err err = FB_OK;
    unsigned n = 0;
    for (; err == FB_OK && n < 1000; n++) {
        snprintf(text, sizeof text, "pack %u", n);
        err = fb_test_turn_schedule(&T, text, T.now_ms + HOUR_MS + n, &issue);
    }
    CU_ASSERT_EQUAL(err, FB_LIMIT);
    CU_ASSERT_EQUAL(stats().waiting, n - 1);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(stats().waiting, n - 1);
    T.now_ms += 2 * (int64_t)HOUR_MS;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(stats().waiting, 0);
    CU_ASSERT_EQUAL(stats().issue, n);
    end();
}

static void test_holds(void)
{
    begin();
    CU_ASSERT_TRUE(fb_test_turn_holds(&T, "first"));
    CU_ASSERT_FALSE(fb_test_turn_holds(&T, "card+3"));
    schedule("card+3", T.now_ms + HOUR_MS);
    CU_ASSERT_TRUE(fb_test_turn_holds(&T, "first"));
    CU_ASSERT_TRUE(fb_test_turn_holds(&T, "card+3"));
    T.now_ms += HOUR_MS;
    fb_test_settle(&T);
    CU_ASSERT_FALSE(fb_test_turn_holds(&T, "first")); /* held once, but not now */
    CU_ASSERT_TRUE(fb_test_turn_holds(&T, "card+3"));
    end();
}

/* A later version may not understand packs that were taken in: nothing is judged by what nobody can read, and nothing that
 * waits behind it overtakes it. */
static void test_held_back(void)
{
    begin();
    int64_t due = T.now_ms + HOUR_MS;
    schedule("soon unreadable", due);
    schedule("card+2", due + 1);
    const char *broken = fb_test_broken;
    fb_test_broken = "soon unreadable";
    fb_test_turn_reopen(&T);
    T.now_ms = due + HOUR_MS;
    CU_ASSERT_FALSE(step());
    CU_ASSERT_TRUE(stats().issue == 1 && stats().waiting == 2);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_broken = broken;
    fb_test_turn_reopen(&T);
    fb_test_settle(&T);
    CU_ASSERT_TRUE(stats().issue == 3 && stats().waiting == 0);
    end();
}

/* The disk fails while the issue is taken in, and while it becomes current: as if it had never been tried. */
static void test_failures(void)
{
    begin();
    uint32_t issue = 0;
    int64_t due = T.now_ms + HOUR_MS;
    for (unsigned after = 0; after < 6; after++) { /* journal, event, file, row, counts, how issues stand */
        T.faults.fail_put_at = fb_test_next_put(&T) + after;
        CU_ASSERT_EQUAL(fb_test_turn_schedule(&T, "card+3", due, &issue), FB_IO);
        fb_store_power_cut(T.store);
        fb_test_turn_reopen(&T);
        CU_ASSERT_EQUAL(stats().waiting, 0);
    }
    T.faults.fail_put_at = 0;
    CU_ASSERT_EQUAL(schedule("card+3", due), 2);
    T.now_ms = due;
    T.faults.fail_commit_at = fb_test_next_commit(&T);
    bool more;
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_IO);
    fb_store_power_cut(T.store);
    fb_test_turn_reopen(&T);
    CU_ASSERT_TRUE(stats().issue == 1 && stats().waiting == 1);
    fb_test_settle(&T);
    CU_ASSERT_TRUE(stats().issue == 2 && stats().waiting == 0);
    end();
}

CU_TestInfo suite_schedule[] = {
    {"an issue becomes current in the first step at its moment, not before", test_becomes_current},
    {"issues become current in the order of their moments, then of their numbers", test_order},
    {"an issue that waits survives a power cut, and its packs are compiled when it holds", test_survives},
    {"a moment that is not after now is refused, and so is one issue too many", test_refused},
    {"files are known to be current or waiting", test_holds},
    {"an issue that cannot be read holds back itself and what waits behind it", test_held_back},
    {"a failing disk leaves what waits as it was", test_failures},
    CU_TEST_INFO_NULL,
};
