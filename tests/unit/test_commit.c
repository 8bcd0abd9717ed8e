/* The real commit thread on the store in memory. */
#include "engine/shell/commit.h"
#include "engine/shell/commit_cursors.h"
#include "engine/shell/log.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>
#include <time.h>
#include <uv.h>

static struct fb_test_turn T;
static struct fb_queue *Q;
static struct fb_commit *K;
static uv_sem_t woken;
static struct fb_record *first; /* of the pool */
static bool alone; /* there is no commit thread: whoever waits takes its rounds, and may look into the store, which is one thread's, between them */

static void wake(void *ctx)
{
    (void)ctx;
    uv_sem_post(&woken);
}

/* put: the store's n-th put fails; 0: none. */
static void begin_with(unsigned batch_max, uint64_t put)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    T.faults.fail_put_at = put;
    first = NULL;
    uv_sem_init(&woken, 0);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&Q, 64, 4), FB_OK);
    struct fb_commit_with with = {
        .turn = T.turn, .store = T.store, .queue = Q, .batch_max = batch_max, .wake = wake, .ports = &T.ports};
    CU_ASSERT_EQUAL_FATAL(alone ? fb_commit_open(&K, &with) : fb_commit_start(&K, &with), FB_OK);
}

static void begin(unsigned batch_max)
{
    begin_with(batch_max, 0);
}

static void begin_alone(unsigned batch_max)
{
    alone = true;
    begin(batch_max);
}

static void stop(void)
{
    fb_queue_finish(Q);
    fb_commit_stop(&K);
    CU_ASSERT_PTR_NULL(K);
}

static void end(void)
{
    alone = false;
    fb_queue_close(&Q);
    fb_test_turn_close(&T);
    uv_sem_destroy(&woken);
}

static struct fb_item *push(enum fb_item_kind kind)
{
    struct fb_item *item = fb_queue_new(Q);
    CU_ASSERT_PTR_NOT_NULL_FATAL(item);
    item->kind = kind;
    return item;
}

static struct fb_greeted roster(void)
{
    return (struct fb_greeted){.number = T.source[FB_TEST_ROSTER], .said = true};
}

static struct fb_record *push_record(struct fb_greeted *greeted, const char *ref)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    first = first == NULL ? r : first;
    struct fb_item *item = push(FB_ITEM_RECORD);
    uint32_t *at = fb_arena_get(&item->arena, sizeof *at);
    *at = (uint32_t)(r - first); /* the pool's records have their place as a body */
    item->greeted = greeted;
    item->input = (struct fb_input){.record = r, .body = {(const char *)at, sizeof *at}};
    fb_queue_push(Q, item);
    return r;
}

/* Waits until n items came back; they are freed by the caller. */
static unsigned wait_for(unsigned n, struct fb_item **item)
{
    unsigned have = 0;
    struct fb_commit_news news = {0};
    while (have < n && news.failed == FB_OK) {
        if (alone)
            CU_ASSERT_EQUAL_FATAL(fb_commit_round(K), FB_OK);
        uv_sem_wait(&woken);
        fb_commit_news(K, &news);
        have += fb_queue_done(Q, item + have, 64 - have);
    }
    return have;
}

static void free_all(struct fb_item **item, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fb_queue_free(Q, item[i]);
}

static void push_hello_as(const char *name, enum fb_source_mode mode, struct fb_greeted *greeted)
{
    struct fb_item *item = push(FB_ITEM_HELLO);
    item->greeted = greeted;
    item->hello.source = (struct fb_source){.name = fb_span_of(name),
                                            .trust = fb_code_of("RTH"),
                                            .system = FB_SYSTEM_ROSTER,
                                            .mode = mode,
                                            .window = 4};
    fb_queue_push(Q, item);
}

static void push_hello(const char *name, struct fb_greeted *greeted)
{
    push_hello_as(name, FB_SOURCE_MODE_LIVE, greeted);
}

static void test_records(void)
{
    struct fb_item *item[64];
    begin(2); /* five records are three batches */
    struct fb_greeted number = roster();
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5"};
    for (unsigned i = 0; i < 5; i++)
        push_record(&number, ref[i]);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(5, item), 5);
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(item[i]->answer.outcome, FB_OUTCOME_ACCEPTED);
        CU_ASSERT_EQUAL(item[i]->answer.record, i + 1);
    }
    free_all(item, 5);
    stop();
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), 5);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    end();
}

static void test_hello_first(void)
{
    struct fb_item *item[64];
    struct fb_greeted number = {0}, none = {0};
    begin(64);
    push_hello("fb-new", &number);
    push_record(&number, "B1")->env.source = fb_span_of("fb-new"); /* handed over together with its Hello */
    push_record(&none, "B2");                                      /* its Hello was never taken */
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(3, item), 3);
    CU_ASSERT_EQUAL(item[0]->err, FB_OK);
    CU_ASSERT_TRUE(number.number > T.source[FB_TEST_REGISTERS]);
    CU_ASSERT_EQUAL(item[1]->answer.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(item[2]->answer.outcome, FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(item[2]->answer.reason, FB_REASON_NO_HELLO);
    free_all(item, 3);
    stop();
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 0);
    end();
}

/* A Hello may change what is thought of a source: from its place in the queue on, and not before. */
static void test_hello_in_its_place(void)
{
    struct fb_item *item[64];
    begin(64);
    struct fb_greeted number = roster();
    push_record(&number, "B1");
    push_hello_as("rth-roster", FB_SOURCE_MODE_SHADOW, &number);
    push_record(&number, "B2");
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(3, item), 3);
    CU_ASSERT_EQUAL(item[1]->err, FB_OK);
    CU_ASSERT_TRUE(item[0]->answer.journal > 0 && item[2]->answer.journal == item[0]->answer.journal + 2);
    free_all(item, 3);
    stop();
    CU_ASSERT_EQUAL(fb_turn_source_get(T.turn, number.number)->mode, FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    end();
}

static void test_hello_alone(void)
{
    struct fb_item *item[64];
    struct fb_greeted number = {0};
    begin_alone(64);
    uint64_t journal = fb_test_rows(&T, FB_TABLE_JOURNAL), sources = fb_test_rows(&T, FB_TABLE_SOURCES);
    push_hello("made-up", &number);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(1, item), 1);
    CU_ASSERT_EQUAL(item[0]->err, FB_OK);
    free_all(item, 1);
    CU_ASSERT_TRUE(number.said && number.number == 0);
    stop();
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), journal);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_SOURCES), sources);
    end();
}

static void push_ack(const char *cursor, uint64_t epoch, uint64_t seq)
{
    struct fb_item *item = push(FB_ITEM_ACK);
    item->ack = (struct fb_feed_ack){fb_span_of(cursor), epoch, seq};
    fb_queue_push(Q, item);
}

static uint64_t position(const char *cursor)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_txn *txn = NULL;
    struct fb_span value;
    uint64_t epoch = 0, seq = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    if (fb_find(txn, FB_TABLE_CURSORS, fb_span_of(cursor), &arena, &value) == FB_OK)
        CU_ASSERT_TRUE(fb_cursor_unpack(value, &epoch, &seq));
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
    fb_arena_release(&arena);
    return seq;
}

/* Events to have positions among; how many there are then. */
static uint64_t make_events(struct fb_greeted *number)
{
    struct fb_item *item[64];
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"};
    for (unsigned i = 0; i < 8; i++)
        push_record(number, ref[i]);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(8, item), 8);
    free_all(item, 8);
    return fb_test_rows(&T, FB_TABLE_EVENTS);
}

/* Nothing comes any more: in so long a round keeps what positions it holds. */
static void keep(void)
{
    nanosleep(&(struct timespec){0, 25000000}, NULL);
    CU_ASSERT_EQUAL_FATAL(fb_commit_round(K), FB_OK);
}

/* One message could otherwise keep a consumer from every event that is still to come. */
static void test_cursor_beyond_the_head(void)
{
    struct fb_item *item[64];
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    struct fb_txn *txn = NULL;
    begin_alone(64);
    struct fb_greeted number = roster();
    uint64_t head = make_events(&number);
    fb_cursor_pack(value, 5, UINT64_MAX); /* as an earlier version kept it */
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_put(txn, FB_TABLE_CURSORS, fb_span_of("ill"), (struct fb_span){(const char *)value, sizeof value});
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
    fb_log_set(FB_LOG_NONE);
    push_ack("finance", 5, 7);
    push_ack("finance", 5, UINT64_MAX);
    push_ack("bi", 5, head);
    push_ack("bi", 5, head + 1);
    push_ack("ill", 5, 3);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(5, item), 5);
    free_all(item, 5);
    keep();
    stop();
    fb_log_set(FB_LOG_INFO);
    CU_ASSERT_EQUAL(position("finance"), 7);
    CU_ASSERT_EQUAL(position("bi"), head);
    CU_ASSERT_EQUAL(position("ill"), 3);
    end();
}

static void test_cursors(void)
{
    struct fb_item *item[64];
    begin_alone(64);
    struct fb_greeted number = roster();
    CU_ASSERT_TRUE_FATAL(make_events(&number) >= 30);
    uint64_t journal = fb_test_rows(&T, FB_TABLE_JOURNAL);
    push_ack("finance", 5, 10);
    push_ack("finance", 5, 30);
    push_ack("finance", 5, 20); /* late: a position never goes back */
    push_ack("bi", 5, 1);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(4, item), 4);
    free_all(item, 4);
    push_ack("bi", 6, 0); /* another epoch is another history */
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(1, item), 1);
    free_all(item, 1);
    keep();
    stop();
    CU_ASSERT_EQUAL(position("finance"), 30);
    CU_ASSERT_EQUAL(position("bi"), 0);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_CURSORS), 2);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), journal);
    end();
}

/* Just behind records it waits for the commit of more, but not for ever. */
static void test_cursor_alone(void)
{
    struct fb_item *item[64];
    begin_alone(64);
    struct fb_greeted number = roster();
    (void)make_events(&number);
    push_ack("finance", 5, 3);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(1, item), 1);
    free_all(item, 1);
    for (unsigned i = 0; i < 3000 && position("finance") == 0; i++)
        keep();
    CU_ASSERT_EQUAL(position("finance"), 3);
    for (unsigned i = 0; i < 300; i++) { /* more than are held */
        push_ack("finance", 5, 4 + i % 5);
        fb_queue_hand_over(Q);
        CU_ASSERT_EQUAL_FATAL(wait_for(1, item), 1);
        free_all(item, 1);
    }
    keep();
    stop();
    CU_ASSERT_EQUAL(position("finance"), 8);
    end();
}

static void test_find(void)
{
    struct fb_item *item[64];
    begin(64);
    struct fb_greeted number = roster();
    push_record(&number, "B1");
    struct fb_item *find = push(FB_ITEM_FIND);
    find->query.record_ref = fb_span_of("B1");
    fb_queue_push(Q, find);
    find = push(FB_ITEM_FIND);
    find->query.record_ref = fb_span_of("B9");
    fb_queue_push(Q, find);
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(3, item), 3);
    CU_ASSERT_EQUAL(item[1]->answer.record, 1);
    CU_ASSERT_EQUAL(item[2]->answer.record, 0);
    free_all(item, 3);
    stop();
    end();
}

static void push_close(fb_day month)
{
    struct fb_item *item = push(FB_ITEM_CLOSE);
    item->query = (struct fb_query){.kind = FB_QUERY_CLOSE_PERIOD,
                                    .month = month,
                                    .role = fb_span_of("finance_director"),
                                    .reason = fb_span_of("month end")};
    fb_text_init(&item->why, fb_arena_get(&item->arena, FB_WHY_BYTES), FB_WHY_BYTES);
    fb_queue_push(Q, item);
}

static void test_close(void)
{
    struct fb_item *item[64];
    begin(64);
    struct fb_greeted number = roster();
    push_record(&number, "B1");
    push_close(fb_day_of(2026, 3, 1)); /* this machine's clock is later: it is over */
    push_close(fb_day_of(2026, 3, 1)); /* again */
    push_close(fb_day_of(2099, 1, 1));
    push_record(&number, "B2");
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(wait_for(5, item), 5);
    CU_ASSERT_EQUAL(item[1]->err, FB_OK);
    CU_ASSERT_EQUAL(item[2]->err, FB_REFUSED);
    CU_ASSERT_TRUE(item[2]->why.n > 0 && item[3]->why.n > 0 && item[1]->why.n == 0);
    CU_ASSERT_EQUAL(item[3]->err, FB_REFUSED);
    /* In its place: after the record before it, before the one after. */
    CU_ASSERT_EQUAL(item[4]->answer.journal, item[0]->answer.journal + 2);
    free_all(item, 5);
    stop();
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_PERIODS), 1);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    end();
}

static void test_failed_commit(void)
{
    struct fb_item *item[64];
    struct fb_commit_news news = {0};
    unsigned answered = 0, handed = 0;
    char ref[8] = "B00";
    begin_with(64, 300); /* a record is some seven puts, and opening fewer than a hundred */
    struct fb_greeted number = roster();
    while (news.failed == FB_OK && handed < 60) {
        ref[1] = (char)('0' + handed / 10);
        ref[2] = (char)('0' + handed++ % 10);
        push_record(&number, ref);
        fb_queue_hand_over(Q);
        unsigned n = 0;
        while (news.failed == FB_OK && n == 0) {
            uv_sem_wait(&woken);
            fb_commit_news(K, &news);
            n = fb_queue_done(Q, item, 64);
        }
        answered += n;
    }
    CU_ASSERT_EQUAL(news.failed, FB_IO);
    CU_ASSERT_TRUE(news.stopped);
    CU_ASSERT_EQUAL(answered, handed - 1); /* the record whose commit failed is not answered */
    fb_commit_stop(&K);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_IDS), answered);
    end();
}

static void test_drains_at_the_stop(void)
{
    struct fb_item *item[64];
    struct fb_commit_news news;
    begin(1);
    struct fb_greeted number = roster();
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5", "B6"};
    for (unsigned i = 0; i < 6; i++)
        push_record(&number, ref[i]);
    fb_queue_hand_over(Q);
    fb_queue_finish(Q);
    do {
        uv_sem_wait(&woken);
        fb_commit_news(K, &news);
    } while (!news.stopped);
    unsigned n = fb_queue_done(Q, item, 64);
    CU_ASSERT_EQUAL(n, 6);
    CU_ASSERT_EQUAL(news.failed, FB_OK);
    CU_ASSERT_EQUAL(news.stats.bookings, 6);
    free_all(item, n);
    fb_commit_stop(&K);
    end();
}

CU_TestInfo suite_commit[] = {
    {"records come back answered, in order, over several batches", test_records},
    {"a Hello is taken before the records that came with it; without one nothing is journalled",
     test_hello_first},
    {"a Hello counts from its place in the queue on, not for the records before it", test_hello_in_its_place},
    {"a Hello alone leaves nothing in the journal", test_hello_alone},
    {"a consumer's position is kept outside the journal, and never goes back", test_cursors},
    {"a position beyond the last event is not kept, and one that was kept is put right",
     test_cursor_beyond_the_head},
    {"a consumer's position is kept with no record to ride along with", test_cursor_alone},
    {"an outside name is found in turn's memory", test_find},
    {"a month is closed in its place among the records, and a refusal says why", test_close},
    {"a failed commit stops the thread, and nothing is answered", test_failed_commit},
    {"at the stop everything queued is committed and comes back", test_drains_at_the_stop},
    CU_TEST_INFO_NULL,
};
