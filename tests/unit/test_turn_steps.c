/* What the engine does by itself: vacancies that fall due, and what is left to judge again. */
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
enum { DAY_MS = 86400000 };

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

static int64_t start_ms(const struct fb_record *v)
{
    return v->as.vacancy.shift.time.start_min * 60000;
}

static void test_due(void)
{
    begin();
    struct fb_record *v = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    bool more = true;
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    fb_test_send_one(&T, v);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), start_ms(v));
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, start_ms(v) - 1, &more), FB_OK);
    CU_ASSERT_FALSE(more);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), start_ms(v));
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, start_ms(v), &more), FB_OK);
    CU_ASSERT_FALSE(more);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_UNFILLED), 1);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    end();
}

static void test_filled_is_not_due(void)
{
    begin();
    struct fb_record *v = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    b->as.booking.vacancy_ref = fb_span_of("V1");
    struct fb_record *off = fb_test_amend(b, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, v);
    fb_test_send_one(&T, b);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    T.now_ms = start_ms(v) - 60000;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    fb_test_send_one(&T, off); /* open again, a minute before it starts */
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), start_ms(v));
    T.now_ms = start_ms(v);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_UNFILLED), 1);
    end();
}

static void test_moved_start(void)
{
    begin();
    struct fb_record *v = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"),
                     *earlier = fb_test_amend(v, 2), *later = fb_test_amend(v, 3);
    earlier->as.vacancy.shift.time.start_min -= 1440;
    later->as.vacancy.shift.time.start_min += 1440;
    later->as.vacancy.shift.time.end_min += 1440;
    fb_test_send_one(&T, v);
    fb_test_send_one(&T, earlier);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), start_ms(earlier));
    fb_test_send_one(&T, later);
    T.now_ms = start_ms(v);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), start_ms(later));
    T.now_ms = start_ms(later);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_UNFILLED), 1);
    end();
}

static void send_many(enum fb_kind kind, unsigned from, unsigned n)
{
    char ref[16];
    struct fb_record *r[FB_TEST_BATCH];
    struct fb_answer answer[FB_TEST_BATCH];
    for (unsigned done = 0; done < n; done += FB_TEST_BATCH) {
        unsigned batch = n - done < FB_TEST_BATCH ? n - done : FB_TEST_BATCH;
        for (unsigned i = 0; i < batch; i++) {
            snprintf(ref, sizeof ref, "R%u", from + done + i);
            r[i] = fb_test_record(kind, FB_TEST_ROSTER, ref);
        }
        CU_ASSERT_EQUAL(fb_test_send(&T, r, batch, answer), FB_OK);
    }
}

static void test_many_due(void)
{
    begin();
    bool more = false;
    send_many(FB_KIND_VACANCY, 0, 300);
    T.now_ms += 30 * (int64_t)DAY_MS;
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    CU_ASSERT_TRUE(more);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_UNFILLED), 256);
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    CU_ASSERT_FALSE(more);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_NONE, FB_MEASURE_UNFILLED), 300);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 2);
    end();
}

static void test_todo(void)
{
    begin();
    struct fb_record *org = fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O1");
    struct fb_answer answer;
    struct fb_turn_stats stats;
    bool more = false;
    send_many(FB_KIND_BOOKING, 0, 600);
    uint64_t before = fb_test_rows(&T, FB_TABLE_DECISIONS);
    CU_ASSERT_EQUAL(fb_test_send(&T, &org, 1, &answer), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), before + FB_TOUCH_AT_ONCE_MAX);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 600 - FB_TOUCH_AT_ONCE_MAX);
    fb_test_turn_reopen(&T);
    fb_turn_stats(T.turn, &stats);
    CU_ASSERT_EQUAL(stats.todo, 600 - FB_TOUCH_AT_ONCE_MAX);
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    CU_ASSERT_TRUE(more);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 600 - FB_TOUCH_AT_ONCE_MAX - 256);
    CU_ASSERT_TRUE(fb_test_verify(&T)); /* also in the middle of the list */
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), before + 600);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 600);
    end();
}

static void test_nothing_new_is_not_written(void)
{
    begin();
    struct fb_record *org = fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O1");
    fb_test_send_one(&T, org);
    send_many(FB_KIND_BOOKING, 0, 50);
    uint64_t decisions = fb_test_rows(&T, FB_TABLE_DECISIONS), events = fb_test_rows(&T, FB_TABLE_EVENTS);
    struct fb_record *renamed = fb_test_amend(org, 2);
    renamed->as.organisation.name = fb_span_of("Oxford");
    fb_test_send_one(&T, renamed);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_EVENTS), events);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    end();
}

static void test_knowledge_days(void)
{
    begin();
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"), *off = fb_test_amend(b, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, b);
    uint64_t rows = fb_test_rows(&T, FB_TABLE_TOTALS);
    T.now_ms += DAY_MS;
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TOTALS), 2 * rows);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 0);
    end();
}

CU_TestInfo suite_turn_steps[] = {
    {"an open vacancy falls due at its start, also after opening again", test_due},
    {"a filled vacancy does not fall due, until its booking is cancelled", test_filled_is_not_due},
    {"a vacancy that moves falls due when it starts now", test_moved_start},
    {"many due vacancies are judged in steps of 256", test_many_due},
    {"what a record touches beyond the limit is judged in steps, also after opening again", test_todo},
    {"a decision that says nothing new is not written", test_nothing_new_is_not_written},
    {"what is known on another day stands in rows of its own", test_knowledge_days},
    CU_TEST_INFO_NULL,
};
