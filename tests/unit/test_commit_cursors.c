/* Consumers' positions, kept by the commit thread beside its records. */
#include "engine/shell/commit_cursors.h"
#include "engine/shell/log.h"
#include "tests/lib/suite.h"
#include "tests/unit/commit_rig.h"
#include <time.h>

static struct fb_test_commit C;

static void push_ack(const char *cursor, uint64_t epoch, uint64_t seq)
{
    struct fb_item *item = fb_test_commit_push(&C, FB_ITEM_ACK);
    item->ack = (struct fb_feed_ack){fb_span_of(cursor), epoch, seq};
    fb_queue_push(C.queue, item);
}

static uint64_t position(const char *cursor)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_txn *txn = NULL;
    struct fb_span value;
    uint64_t epoch = 0, seq = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(C.turn.store, &txn), FB_OK);
    if (fb_find(txn, FB_TABLE_CURSORS, fb_span_of(cursor), &arena, &value) == FB_OK)
        CU_ASSERT_TRUE(fb_cursor_unpack(value, &epoch, &seq));
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
    fb_arena_release(&arena);
    return seq;
}

/* Events to have positions among; how many there are then. */
static uint64_t make_events(struct fb_greeted *number)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"};
    for (unsigned i = 0; i < 8; i++)
        fb_test_commit_record(&C, number, ref[i]);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 8, item), 8);
    fb_test_commit_free(&C, item, 8);
    return fb_test_rows(&C.turn, FB_TABLE_EVENTS);
}

/* Nothing comes any more: in so long a round keeps what positions it holds. */
static void keep(void)
{
    nanosleep(&(struct timespec){0, 25000000}, NULL);
    CU_ASSERT_EQUAL_FATAL(fb_commit_round(C.commit), FB_OK);
}

/* One message could otherwise keep a consumer from every event that is still to come. */
static void test_cursor_beyond_the_head(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    struct fb_txn *txn = NULL;
    fb_test_commit_begin_alone(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    uint64_t head = make_events(&number);
    fb_cursor_pack(value, 5, UINT64_MAX); /* as an earlier version kept it */
    CU_ASSERT_EQUAL_FATAL(fb_store_write(C.turn.store, &txn), FB_OK);
    fb_put(txn, FB_TABLE_CURSORS, fb_span_of("ill"), (struct fb_span){(const char *)value, sizeof value});
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
    fb_log_set(FB_LOG_NONE);
    push_ack("finance", 5, 7);
    push_ack("finance", 5, UINT64_MAX);
    push_ack("bi", 5, head);
    push_ack("bi", 5, head + 1);
    push_ack("ill", 5, 3);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 5, item), 5);
    fb_test_commit_free(&C, item, 5);
    keep();
    fb_test_commit_stop(&C);
    fb_log_set(FB_LOG_INFO);
    CU_ASSERT_EQUAL(position("finance"), 7);
    CU_ASSERT_EQUAL(position("bi"), head);
    CU_ASSERT_EQUAL(position("ill"), 3);
    fb_test_commit_end(&C);
}

static void test_cursors(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin_alone(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    CU_ASSERT_TRUE_FATAL(make_events(&number) >= 30);
    uint64_t journal = fb_test_rows(&C.turn, FB_TABLE_JOURNAL);
    push_ack("finance", 5, 10);
    push_ack("finance", 5, 30);
    push_ack("finance", 5, 20); /* late: a position never goes back */
    push_ack("bi", 5, 1);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 4, item), 4);
    fb_test_commit_free(&C, item, 4);
    push_ack("bi", 6, 0); /* another epoch is another history */
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 1, item), 1);
    fb_test_commit_free(&C, item, 1);
    keep();
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(position("finance"), 30);
    CU_ASSERT_EQUAL(position("bi"), 0);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_CURSORS), 2);
    CU_ASSERT_EQUAL(fb_test_rows(&C.turn, FB_TABLE_JOURNAL), journal);
    fb_test_commit_end(&C);
}

/* Just behind records it waits for the commit of more, but not for ever. */
static void test_cursor_alone(void)
{
    struct fb_item *item[FB_TEST_COMMIT_ITEMS];
    fb_test_commit_begin_alone(&C, 64);
    struct fb_greeted number = fb_test_commit_roster(&C);
    (void)make_events(&number);
    push_ack("finance", 5, 3);
    fb_queue_hand_over(C.queue);
    CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 1, item), 1);
    fb_test_commit_free(&C, item, 1);
    for (unsigned i = 0; i < 3000 && position("finance") == 0; i++)
        keep();
    CU_ASSERT_EQUAL(position("finance"), 3);
    for (unsigned i = 0; i < 300; i++) { /* more than are held */
        push_ack("finance", 5, 4 + i % 5);
        fb_queue_hand_over(C.queue);
        CU_ASSERT_EQUAL_FATAL(fb_test_commit_wait(&C, 1, item), 1);
        fb_test_commit_free(&C, item, 1);
    }
    keep();
    fb_test_commit_stop(&C);
    CU_ASSERT_EQUAL(position("finance"), 8);
    fb_test_commit_end(&C);
}

/* Each of those that are not kept could have a line of its own, hundreds of thousands a second. */
static void test_lines(void)
{
    static struct fb_cursors cursors;
    struct fb_store *store = NULL;
    struct fb_item item = {.kind = FB_ITEM_ACK, .peer = {.key = 7}, .ack = {fb_span_of("finance"), 5, 1000}};
    fb_log_set(FB_LOG_NONE);
    cursors = (struct fb_cursors){.n = 0};
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    for (unsigned i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(fb_cursors_hold(&cursors, store, &item, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_cursors_keep(&cursors, store), FB_OK);
    CU_ASSERT_TRUE(cursors.beyond.of[7].n == FB_PACE_LINES_A_MINUTE && cursors.beyond.of[7].left_out == 100 - FB_PACE_LINES_A_MINUTE);
    fb_store_close(&store);
    fb_log_set(FB_LOG_INFO);
}

CU_TestInfo suite_commit_cursors[] = {
    {"a consumer's position is kept outside the journal, and never goes back", test_cursors},
    {"a position beyond the last event is not kept, and one that was kept is put right",
     test_cursor_beyond_the_head},
    {"a consumer's position is kept with no record to ride along with", test_cursor_alone},
    {"positions that are not kept are told of so often a minute", test_lines},
    CU_TEST_INFO_NULL,
};
