/* The feed's answers, with a store in memory and a list of one frame in place of a socket. */
#include "engine/shell/commit_cursors.h"
#include "engine/shell/door.h"
#include "engine/shell/feed.h"
#include "engine/shell/log.h"
#include "engine/store/seam.h"
#include "tests/lib/frames.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

enum { EPOCH = 5, FRAME_BYTES = 65536 };
static struct fb_test_turn T;
static struct fb_reader_books *books;
static struct fb_queue *Q;
static struct fb_stats stats;
static struct fb_outfeed *F;
static struct fb_under_way acks;
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
    acks = (struct fb_under_way){.n_askers = 0};
    stats = (struct fb_stats){0};
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&Q, 64, 4), FB_OK);
    struct fb_outfeed_with with = {T.store, books, Q, &stats, {NULL, note}, EPOCH, 20, NULL, NULL, &acks};
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
    size_t n = fb_encode_feed_ask(&a, frame, sizeof frame);
    fb_outfeed_take(F, &peer, (struct fb_span){(const char *)frame, (uint32_t)n});
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_decode_feed_page(fb_test_payload(sent, n_sent, FB_FRAME_FEED_PAGE), &arena, &page), FB_REASON_NONE);
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

static void put(enum fb_table table, struct fb_span key, struct fb_span value)
{
    struct fb_txn *txn = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_put(txn, table, key, value);
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
}

static void ask_in_vain(const char *cursor)
{
    struct fb_feed_ask a = {.cursor = fb_span_of(cursor), .from_cursor = true};
    struct fb_peer peer = {.n = 1, .id = {1}};
    size_t n = fb_encode_feed_ask(&a, frame, sizeof frame);
    n_sent = 0;
    fb_outfeed_take(F, &peer, (struct fb_span){(const char *)frame, (uint32_t)n});
    CU_ASSERT_EQUAL(n_sent, 0);
    CU_ASSERT_EQUAL(fb_outfeed_parked(F), 0);
}

/* A refusal would say that its position is worth nothing, and it would begin at the first event again. */
static void test_unread(void)
{
    static const char much[5000] = "no position is as long"; /* longer than there is room for */
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    keep("finance", 1);
    CU_ASSERT_EQUAL(ask("finance").row[0].seq, 2);
    put(FB_TABLE_CURSORS, fb_span_of("audit"), (struct fb_span){much, sizeof much});
    ask_in_vain("audit");
    struct fb_key key = fb_key_u64(fb_test_rows(&T, FB_TABLE_EVENTS) + 1);
    put(FB_TABLE_EVENTS, fb_key_span(&key), fb_span_of("no event"));
    ask_in_vain("finance");
    end();
}

/* ---- after a restore ---- */

enum { SHARED = 3, UNKNOWN_EPOCH = 77 };

static void keep_of(const char *cursor, uint64_t epoch, uint64_t seq)
{
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    fb_cursor_pack(value, epoch, seq);
    put(FB_TABLE_CURSORS, fb_span_of(cursor), (struct fb_span){(const char *)value, sizeof value});
}

/* The page holds an event of that name. */
static bool names(uint64_t epoch, uint64_t seq)
{
    char id[64];
    struct fb_text t;
    fb_text_init(&t, id, sizeof id);
    fb_text_add_int(&t, (int64_t)epoch);
    fb_text_add(&t, "-");
    fb_text_add_int(&t, (int64_t)seq);
    for (size_t i = 0; i + t.n <= n_sent; i++)
        if (memcmp(sent + i, id, t.n) == 0)
            return true;
    return false;
}

static void test_restored(void)
{
    struct fb_txn *txn = NULL;
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2"));
    uint64_t before = fb_store_epoch(T.store);
    CU_ASSERT_TRUE_FATAL(before != EPOCH && fb_test_rows(&T, FB_TABLE_EVENTS) > SHARED);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_store__epoch_change(txn, EPOCH, SHARED);
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
    keep_of("behind", before, 1);
    keep_of("beyond", before, 1000000);
    keep_of("another", UNKNOWN_EPOCH, 2);
    struct fb_feed_page page = ask("behind");
    CU_ASSERT_TRUE_FATAL(page.reason == FB_REASON_NONE && page.n > 2);
    CU_ASSERT_TRUE(page.row[0].seq == 2 && page.epoch == EPOCH);
    /* What was told before the restore keeps its name. */
    CU_ASSERT_TRUE(names(before, 2) && names(before, SHARED) && names(EPOCH, SHARED + 1));
    CU_ASSERT_FALSE(names(before, SHARED + 1));
    page = ask("beyond");
    CU_ASSERT_TRUE_FATAL(page.reason == FB_REASON_NONE && page.n > 0);
    CU_ASSERT_EQUAL(page.row[0].seq, SHARED + 1);
    CU_ASSERT_EQUAL(ask("another").reason, FB_REASON_FIELD_RANGE);
    end();
}

static void ack(unsigned connection, uint32_t key, unsigned n)
{
    const struct fb_feed_ack a = {.cursor = fb_span_of("finance"), .epoch = EPOCH, .seq = 1};
    const struct fb_peer peer = {.n = 1, .id = {(unsigned char)connection}, .key = key};
    size_t bytes = fb_encode_feed_ack(&a, frame, sizeof frame);
    for (unsigned i = 0; i < n; i++)
        fb_outfeed_take(F, &peer, (struct fb_span){(const char *)frame, (uint32_t)bytes});
}

/* What the commit thread has is a few of each, and the rest goes: a position that is lost is made good by the next one. */
static void test_acks_of_one(void)
{
    struct fb_item *item[64];
    begin();
    ack(1, 0, 1000);
    CU_ASSERT_TRUE(fb_queue_out(Q) == FB_UNDER_WAY_MAX && stats.feed_acks == FB_UNDER_WAY_MAX && stats.acks_dropped == 1000 - FB_UNDER_WAY_MAX);
    ack(2, 0, 3); /* another connection of this machine has its own */
    CU_ASSERT_EQUAL(fb_queue_out(Q), FB_UNDER_WAY_MAX + 3);
    fb_queue_hand_over(Q);
    unsigned n = fb_queue_take(Q, item, 64, 0);
    fb_queue_give_back(Q, item, n);
    CU_ASSERT_EQUAL_FATAL(fb_queue_done(Q, item, 64), n);
    struct fb_door door = {.queue = Q, .acks = &acks};
    fb_door_done(&door, item, n);
    CU_ASSERT_TRUE(acks.n_askers == 0 && fb_queue_out(Q) == 0);
    ack(1, 0, 1);
    CU_ASSERT_EQUAL(fb_queue_out(Q), 1);
    fb_queue_hand_over(Q);
    n = fb_queue_take(Q, item, 64, 0);
    fb_queue_give_back(Q, item, n);
    CU_ASSERT_EQUAL_FATAL(fb_queue_done(Q, item, 64), n);
    fb_door_done(&door, item, n);
    end();
}

CU_TestInfo suite_outfeed[] = {
    {"after a restore consumers go on where both stores are the same", test_restored},
    {"a consumer goes on after its stored position", test_position},
    {"a stored position beyond the last event counts as the last event", test_position_beyond_the_head},
    {"a store that cannot be read is no answer to a consumer", test_unread},
    {"of one consumer a few acknowledgements are on their way, and the rest is dropped", test_acks_of_one},
    CU_TEST_INFO_NULL,
};
