/* The feed's answers, with a store in memory and a list of one frame in place of a socket. */
#include "engine/shell/feed.h"
#include "engine/shell/log.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

enum { EPOCH = 5, FRAME_BYTES = 65536 };
static struct fb_test_turn T;
static struct fb_reader_books *books;
static struct fb_queue *Q;
static struct fb_stats stats;
static struct fb_outfeed *F;
static unsigned char sent[FRAME_BYTES], frame[FRAME_BYTES], memory[1 << 20];
static size_t n_sent;
static struct fb_arena arena;

static enum fb_err note(void *ctx, const struct fb_peer *peer, const void *bytes, size_t n)
{
    (void)ctx;
    (void)peer;
    CU_ASSERT_TRUE_FATAL(n <= sizeof sent);
    memcpy(sent, bytes, n);
    n_sent = n;
    return FB_OK;
}

static void begin(void)
{
    fb_log_set(FB_LOG_NONE);
    fb_test_records_forget();
    fb_test_turn_open(&T);
    n_sent = 0;
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&Q, 8, 4), FB_OK);
    struct fb_outfeed_with with = {T.store, books, Q, &stats, {NULL, note}, EPOCH, 20};
    CU_ASSERT_EQUAL_FATAL(fb_outfeed_open(&F, &with), FB_OK);
}

static void end(void)
{
    fb_outfeed_close(&F);
    fb_queue_close(&Q);
    fb_reader_books_close(&books);
    fb_test_turn_close(&T);
    fb_log_set(FB_LOG_INFO);
}

static void keep(const char *cursor, uint64_t seq)
{
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    struct fb_txn *txn = NULL;
    fb_cursor_pack(value, EPOCH, seq);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_put(txn, FB_TABLE_CURSORS, fb_span_of(cursor), (struct fb_span){(const char *)value, sizeof value});
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
}

static struct fb_feed_page ask(const char *cursor)
{
    struct fb_feed_page page = {0};
    struct fb_feed_ask a = {.cursor = fb_span_of(cursor), .from_cursor = true};
    struct fb_peer peer = {.n = 1, .id = {1}};
    enum fb_frame_kind kind = FB_FRAME_HELLO;
    struct fb_span payload = {NULL, 0};
    size_t n = fb_encode_feed_ask(&a, frame, sizeof frame);
    fb_outfeed_take(F, &peer, (struct fb_span){(const char *)frame, (uint32_t)n});
    CU_ASSERT_EQUAL_FATAL(
        fb_frame_open((struct fb_span){(const char *)sent, (uint32_t)n_sent}, &kind, &payload),
        FB_REASON_NONE);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_decode_feed_page(payload, &arena, &page), FB_REASON_NONE);
    return page;
}

static void test_position(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    keep("finance", 1);
    struct fb_feed_page page = ask("finance");
    uint64_t head = fb_test_rows(&T, FB_TABLE_EVENTS);
    CU_ASSERT_TRUE(head > 2 && page.head == head && page.next == head);
    CU_ASSERT_EQUAL_FATAL(page.n, head - 1);
    CU_ASSERT_EQUAL(page.row[0].seq, 2);
    end();
}

static void test_position_beyond_the_head(void)
{
    begin();
    keep("finance", UINT64_MAX);
    struct fb_feed_page page = ask("finance");
    uint64_t head = fb_test_rows(&T, FB_TABLE_EVENTS);
    CU_ASSERT_TRUE(page.reason == FB_REASON_NONE && page.n == 0);
    CU_ASSERT_EQUAL(page.next, head);
    end();
}

CU_TestInfo suite_outfeed[] = {
    {"a consumer goes on after its stored position", test_position},
    {"a stored position beyond the last event counts as the last event", test_position_beyond_the_head},
    CU_TEST_INFO_NULL,
};
