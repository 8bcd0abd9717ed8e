/* Issues that are known before they hold. */
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

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
    CU_ASSERT_EQUAL(schedule("card+4", due), 2);
    CU_ASSERT_EQUAL(schedule("card+3", due + 1), 3);
    CU_ASSERT_EQUAL(schedule("card+2", due + 2), 4);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due);
    T.now_ms = due + HOUR_MS; /* the engine was down at all their moments */
    for (unsigned i = 0; i < 3; i++) {
        fb_test_turn_reopen(&T);
        (void)step();
        CU_ASSERT_EQUAL(stats().issue, 2 + i);
        CU_ASSERT_EQUAL(stats().waiting, 2 - i);
    }
    CU_ASSERT_FALSE(step());
    fb_test_turn_issue(&T, "card+9");
    CU_ASSERT_EQUAL(stats().issue, 5);
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
    CU_ASSERT_EQUAL(fb_test_turn_held_once(&T, "first"), 1);
    CU_ASSERT_EQUAL(fb_test_turn_held_once(&T, "card+3"), 0);
    CU_ASSERT_EQUAL(fb_test_turn_held_once(&T, "card+4"), 0);
    fb_test_turn_issue(&T, "first"); /* on purpose: the third, and the last that had them */
    fb_test_turn_issue(&T, "card+4");
    CU_ASSERT_EQUAL(fb_test_turn_held_once(&T, "first"), 3);
    schedule("first", T.now_ms + HOUR_MS);
    CU_ASSERT_EQUAL(fb_test_turn_held_once(&T, "first"), 0);
    end();
}

static void is_refused(enum fb_err err, const char *why)
{
    CU_ASSERT_EQUAL(err, FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(T.why, why));
}

/* One that waits is all packs as they were when it was taken in: it would undo what comes between. */
static void test_undoing(void)
{
    begin();
    uint32_t issue = 0;
    int64_t due = T.now_ms + HOUR_MS;
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    schedule("card+3", due);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL), held = fb_test_rows(&T, FB_TABLE_ISSUES);
    for (unsigned i = 0; i < 2; i++) {
        is_refused(fb_test_turn_try_issue(&T, "card+2"),
                   "issue 2 waits for 2026-03-10 13:00 and was taken in before this change: it would undo it. "
                   "Withdraw it (fairbank rules withdraw 2), issue this, and schedule it again");
        is_refused(fb_test_turn_schedule(&T, "card+2", due - 1, &issue), "it would undo it. Withdraw it (fairbank "
                                                                         "rules withdraw 2), schedule this");
        is_refused(fb_test_turn_schedule(&T, "card+2", due, &issue), "issue 2 waits for 2026-03-10 13:00 already");
        CU_ASSERT_EQUAL(fb_test_turn_try_issue(&T, "first"), FB_OK); /* current: nothing to undo */
        CU_ASSERT_TRUE(fb_test_verify(&T));
        fb_test_turn_reopen(&T);
    }
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_ISSUES), held);
    CU_ASSERT_EQUAL(schedule("card+5", due + 2), 3); /* read last: it replaces the other whole */
    is_refused(fb_test_turn_schedule(&T, "card+2", due + 1, &issue), "issue 3 waits");
    T.now_ms = due + 1; /* overdue and not yet current: it would be, with the next step */
    is_refused(fb_test_turn_try_issue(&T, "card+2"), "issue 2 waits");
    T.now_ms = due + 2;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_turn_try_issue(&T, "card+2"), FB_OK);
    CU_ASSERT_EQUAL(stats().issue, 4);
    end();
}

/* Rules that this version cannot read judge nothing: others are taken, whatever waits. */
static void test_no_rules(void)
{
    begin();
    schedule("card+3", T.now_ms + HOUR_MS);
    const char *broken = fb_test_broken;
    fb_test_broken = "first";
    fb_test_turn_reopen(&T);
    CU_ASSERT_PTR_NULL(fb_turn_book(T.turn, 0));
    CU_ASSERT_EQUAL(fb_test_turn_try_issue(&T, "card+2"), FB_OK);
    CU_ASSERT_TRUE(stats().issue == 3 && stats().waiting == 1);
    fb_test_broken = broken;
    end();
}

/* ---- withdrawing ---- */

static void withdraw(uint32_t issue)
{
    const char *why = NULL;
    CU_ASSERT_EQUAL(fb_turn_withdraw(T.turn, issue, T.now_ms, &why), FB_OK);
}

static void is_not_withdrawn(uint32_t issue, const char *expected)
{
    const char *why = NULL;
    CU_ASSERT_EQUAL(fb_turn_withdraw(T.turn, issue, T.now_ms, &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, expected));
}

static void again(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_store_power_cut(T.store);
    fb_test_turn_reopen(&T);
}

static void test_withdrawn(void)
{
    begin();
    int64_t due = T.now_ms + HOUR_MS;
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    int64_t before = fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD);
    schedule("card+3", due);
    schedule("card+4", due + 1);
    again();
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    withdraw(2);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RULES_WITHDRAWN), 1);
    CU_ASSERT_TRUE(stats().issue == 1 && stats().waiting == 1);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due + 1);
    again();
    CU_ASSERT_EQUAL(stats().waiting, 1);
    withdraw(3);
    CU_ASSERT_PTR_NULL(fb_turn_book(T.turn, 3));
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    again();
    CU_ASSERT_EQUAL(stats().waiting, 0);
    CU_ASSERT_EQUAL(fb_test_turn_held_once(&T, "card+4"), 3); /* a folder that still has them is no news */
    is_not_withdrawn(0, "there is none");
    is_not_withdrawn(1, "is current");
    is_not_withdrawn(2, "does not wait");
    is_not_withdrawn(4, "there is none");
    T.now_ms = due + HOUR_MS;
    CU_ASSERT_FALSE(step());
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD), before);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 2);
    fb_test_turn_issue(&T, "card+2"); /* numbers are not given again */
    CU_ASSERT_EQUAL(stats().issue, 4);
    again();
    CU_ASSERT_EQUAL(schedule("card+3", T.now_ms + HOUR_MS), 5);
    withdraw(5);
    end();
}

static void test_withdrawn_held_back(void)
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
    withdraw(2);
    CU_ASSERT_TRUE(fb_turn_next_due_ms(T.turn) <= T.now_ms);
    fb_test_settle(&T);
    CU_ASSERT_TRUE(stats().issue == 3 && stats().waiting == 0);
    fb_test_broken = broken;
    end();
}

static void test_listed(void)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    static struct fb_engine_status s;
    struct fb_reader_books *books;
    begin();
    int64_t due = T.now_ms + HOUR_MS;
    schedule("soon unreadable", due);
    schedule("card+2", due + 1);
    const char *broken = fb_test_broken;
    fb_test_broken = "soon unreadable";
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL(fb_report_status(T.store, books, &arena, &s), FB_OK);
    CU_ASSERT_TRUE(s.waiting == 2 && s.waits[0].issue == 2 && s.waits[0].due_ms == due && s.waits[0].book_name.n == 0);
    CU_ASSERT_TRUE(s.waits[1].issue == 3 && s.waits[1].due_ms == due + 1 && s.waits[1].book_name.n > 0);
    CU_ASSERT_EQUAL(s.waits[2].issue, 0);
    fb_reader_books_close(&books);
    fb_test_broken = broken;
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
    schedule("card+5", T.now_ms + HOUR_MS);
    const char *why = NULL;
    for (unsigned after = 0; after < 4; after++) { /* journal, event, counts, how issues stand */
        T.faults.fail_put_at = fb_test_next_put(&T) + after;
        CU_ASSERT_EQUAL(fb_turn_withdraw(T.turn, 3, T.now_ms, &why), FB_IO);
        fb_store_power_cut(T.store);
        fb_test_turn_reopen(&T);
        CU_ASSERT_EQUAL(stats().waiting, 1);
    }
    T.faults.fail_put_at = 0;
    CU_ASSERT_EQUAL(fb_turn_withdraw(T.turn, 3, T.now_ms, &why), FB_OK);
    end();
}

CU_TestInfo suite_schedule[] = {
    {"an issue becomes current in the first step at its moment, not before", test_becomes_current},
    {"issues become current in the order of their moments", test_order},
    {"an issue that waits survives a power cut, and its packs are compiled when it holds", test_survives},
    {"a moment that is not after now is refused, and so is one issue too many", test_refused},
    {"files are known to be current or waiting, or to have been", test_holds},
    {"what an issue that waits would undo is refused, with what to do", test_undoing},
    {"without rules that can be read others are taken, whatever waits", test_no_rules},
    {"a withdrawn issue does not become current, and nothing else changes", test_withdrawn},
    {"withdrawing one that cannot be read lets those behind it go", test_withdrawn_held_back},
    {"the status lists what waits, with its moment and name", test_listed},
    {"an issue that cannot be read holds back itself and what waits behind it", test_held_back},
    {"a failing disk leaves what waits as it was", test_failures},
    CU_TEST_INFO_NULL,
};
