#include "engine/shell/commit.h"
#include "tests/lib/suite.h"
#include "tests/unit/commit_rig.h"

static struct fb_test_commit C;

static void test_records(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin(&C, 2); /* five records are three batches */
    struct fb_greeted number = fb_test_commit_roster(&C);
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5"};
    for (unsigned i = 0; i < 5; i++)
        fb_test_commit_record(&C, &number, ref[i]);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 5, item), 5);
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(item[i]->answer.outcome, FB_OUTCOME_ACCEPTED);
        CU_ASSERT_EQUAL(item[i]->answer.record, i + 1);
    }
    fb_test_commit_free(&C, item, 5);
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_DECISIONS), 5);
    CU_ASSERT_TRUE(fb_test_verify(&C.turn));
    fb_test_commit_end(&C);
}

static void test_hello_first(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    struct fb_greeted number = {0}, none = {0};
    fb_test_commit_begin(&C, 64);
    fb_test_commit_hello(&C, "fb-new", FB_SOURCE_MODE_LIVE, &number);
    fb_test_commit_record(&C, &number, "B1")->env.source = fb_span_of("fb-new"); /* handed over together with its Hello */
    fb_test_commit_record(&C, &none, "B2");                                      /* its Hello was never taken */
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 3, item), 3);
    CU_ASSERT_EQUAL(item[0]->err, FB_OK);
    CU_ASSERT_TRUE(number.number > C.turn.source[FB_TEST_REGISTERS]);
    CU_ASSERT_EQUAL(item[1]->answer.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(item[2]->answer.outcome, FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(item[2]->answer.reason, FB_REASON_NO_HELLO);
    fb_test_commit_free(&C, item, 3);
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_DECISIONS), 1);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_REFUSED), 0);
    fb_test_commit_end(&C);
}

/* A Hello may change what is thought of a source: from its place in the queue on, and not before. */
static void test_hello_in_its_place(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    fb_test_commit_record(&C, &number, "B1");
    fb_test_commit_hello(&C, "rth-roster", FB_SOURCE_MODE_SHADOW, &number);
    fb_test_commit_record(&C, &number, "B2");
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 3, item), 3);
    CU_ASSERT_EQUAL(item[1]->err, FB_OK);
    CU_ASSERT_TRUE(item[0]->answer.journal > 0 && item[2]->answer.journal == item[0]->answer.journal + 2);
    fb_test_commit_free(&C, item, 3);
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(fb_turn_source_get(C.turn.turn, number.number)->mode, FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_TRUE(fb_test_verify(&C.turn));
    fb_test_commit_end(&C);
}

/* Whoever changes trust is told of by the loop; who says the same again, or something else than a trust, is not. */
static void test_hello_of_another_trust(void)
{
    static const struct {
        const char *trust;
        enum fb_source_mode mode;
        bool moved;
        const char *was;
    } said[] = {{"RTH", FB_SOURCE_MODE_LIVE, false, "RTH"},  {"RXQ", FB_SOURCE_MODE_LIVE, true, "RTH"},   {"RXQ", FB_SOURCE_MODE_LIVE, false, "RXQ"},
                {"RXQ", FB_SOURCE_MODE_SHADOW, false, "RXQ"}, {"RTH", FB_SOURCE_MODE_SHADOW, true, "RXQ"}};
    enum { SAID = sizeof said / sizeof said[0] };
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    for (unsigned i = 0; i < SAID; i++)
        fb_test_commit_hello_of(&C, "rth-roster", said[i].trust, said[i].mode, &number);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, SAID, item), SAID);
    for (unsigned i = 0; i < SAID; i++) {
        CU_ASSERT_EQUAL(item[i]->err, FB_OK);
        CU_ASSERT_EQUAL(item[i]->moved, said[i].moved);
        CU_ASSERT_EQUAL(item[i]->trust_was, fb_code_of(said[i].was));
    }
    fb_test_commit_free(&C, item, SAID);
    fb_test_commit_stop(&C);
    fb_test_commit_end(&C);
}

static void test_hello_alone(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    struct fb_greeted number = {0};
    fb_test_commit_begin_alone(&C, 64);
    uint64_t journal = fb_test_rows(&C.turn, FB_TABLE_JOURNAL), sources = fb_test_rows(&C.turn, FB_TABLE_SOURCES);
    fb_test_commit_hello(&C, "made-up", FB_SOURCE_MODE_LIVE, &number);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 1, item), 1);
    CU_ASSERT_EQUAL(item[0]->err, FB_OK);
    fb_test_commit_free(&C, item, 1);
    CU_ASSERT_TRUE(number.said && number.number == 0);
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_JOURNAL), journal);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_SOURCES), sources);
    fb_test_commit_end(&C);
}

static void test_find(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    fb_test_commit_record(&C, &number, "B1");
    struct fb_item *find = fb_test_commit_push(&C, FB_ITEM_FIND);
    find->query.record_ref = fb_span_of("B1");
    fb_queue_push(C.queue, find);
    find = fb_test_commit_push(&C, FB_ITEM_FIND);
    find->query.record_ref = fb_span_of("B9");
    fb_queue_push(C.queue, find);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 3, item), 3);
    CU_ASSERT_EQUAL(item[1]->answer.record, 1);
    CU_ASSERT_EQUAL(item[2]->answer.record, 0);
    fb_test_commit_free(&C, item, 3);
    fb_test_commit_stop(&C);
    fb_test_commit_end(&C);
}

static void push_close(fb_day month)
{
    struct fb_item *item = fb_test_commit_push(&C, FB_ITEM_CLOSE);
    item->query = (struct fb_query){.kind = FB_QUERY_CLOSE_PERIOD,
                                    .month = month,
                                    .role = fb_span_of("finance_director"),
                                    .reason = fb_span_of("month end")};
    fb_text_init(&item->why, fb_arena_get(&item->arena, FB_WHY_BYTES), FB_WHY_BYTES);
    fb_queue_push(C.queue, item);
}

static void test_close(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    fb_test_commit_record(&C, &number, "B1");
    push_close(fb_day_of(2026, 3, 1)); /* this machine's clock is later: it is over */
    push_close(fb_day_of(2026, 3, 1)); /* again */
    push_close(fb_day_of(2099, 1, 1));
    fb_test_commit_record(&C, &number, "B2");
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 5, item), 5);
    CU_ASSERT_EQUAL(item[1]->err, FB_OK);
    CU_ASSERT_EQUAL(item[2]->err, FB_REFUSED);
    CU_ASSERT_TRUE(item[2]->why.n > 0 && item[3]->why.n > 0 && item[1]->why.n == 0);
    CU_ASSERT_EQUAL(item[3]->err, FB_REFUSED);
    /* In its place: after the record before it, before the one after. */
    CU_ASSERT_EQUAL(item[4]->answer.journal, item[0]->answer.journal + 2);
    fb_test_commit_free(&C, item, 5);
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_PERIODS), 1);
    CU_ASSERT_TRUE(fb_test_verify(&C.turn));
    fb_test_commit_end(&C);
}

static void test_failed_commit(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    struct fb_commit_news news = {0};
    unsigned answered = 0, handed = 0;
    char ref[8] = "B00";
    fb_test_commit_begin_with(&C, 64, 300); /* a record is some seven puts, and opening fewer than a hundred */
    struct fb_greeted number = fb_test_commit_roster(&C);
    while (news.failed == FB_OK && handed < 60) {
        ref[1] = (char)('0' + handed / 10);
        ref[2] = (char)('0' + handed++ % 10);
        fb_test_commit_record(&C, &number, ref);
        fb_queue_hand_over(C.queue);
        unsigned n = 0;
        while (news.failed == FB_OK && n == 0) {
            uv_sem_wait(&C.woken);
            fb_commit_news(C.commit, &news);
            n = fb_queue_done(C.queue, item, 64);
        }
        answered += n;
    }
    CU_ASSERT_EQUAL(news.failed, FB_IO);
    CU_ASSERT_TRUE(news.stopped);
    CU_ASSERT_EQUAL(answered, handed - 1); /* the record whose commit failed is not answered */
    fb_commit_stop(&C.commit);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_IDS), answered);
    fb_test_commit_end(&C);
}

static void test_drains_at_the_stop(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    struct fb_commit_news news;
    fb_test_commit_begin(&C, 1);
    struct fb_greeted number = fb_test_commit_roster(&C);
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5", "B6"};
    for (unsigned i = 0; i < 6; i++)
        fb_test_commit_record(&C, &number, ref[i]);
    fb_queue_hand_over(C.queue);
    fb_queue_finish(C.queue);
    do {
        uv_sem_wait(&C.woken);
        fb_commit_news(C.commit, &news);
    } while (!news.stopped);
    unsigned n = fb_queue_done(C.queue, item, 64);
    CU_ASSERT_EQUAL(n, 6);
    CU_ASSERT_EQUAL(news.failed, FB_OK);
    CU_ASSERT_EQUAL(news.stats.bookings, 6);
    fb_test_commit_free(&C, item, n);
    fb_commit_stop(&C.commit);
    fb_test_commit_end(&C);
}

CU_TestInfo suite_commit[] = {
    {"records come back answered, in order, over several batches", test_records},
    {"a Hello is taken before the records that came with it; without one nothing is journalled",
     test_hello_first},
    {"a Hello counts from its place in the queue on, not for the records before it", test_hello_in_its_place},
    {"a Hello of another trust than the journal has is told as that, once", test_hello_of_another_trust},
    {"a Hello alone leaves nothing in the journal", test_hello_alone},
    {"an outside name is found in turn's memory", test_find},
    {"a month is closed in its place among the records, and a refusal says why", test_close},
    {"a failed commit stops the thread, and nothing is answered", test_failed_commit},
    {"at the stop everything queued is committed and comes back", test_drains_at_the_stop},
    CU_TEST_INFO_NULL,
};
