/* What is kept whole of refusals and conflicts: so much a source and day. */
#include "engine/store/key.h"
#include "engine/turn/entry.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"

static struct fb_test_turn T;

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

static struct fb_answer door(struct fb_record *r, const char *bytes)
{
    struct fb_input in = {.body = fb_span_of(bytes), .source = T.source[FB_TEST_ROSTER], .refused = FB_REASON_FIELD_RANGE, .env = r->env, .formed = true};
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &a), FB_OK);
    return a;
}

/* How many bytes stand in an entry's body, and how many were sent. */
static void kept_of(uint64_t journal, uint32_t *body, uint32_t *sent)
{
    static unsigned char memory[1 << 17];
    struct fb_arena arena;
    struct fb_txn *txn;
    struct fb_span value;
    struct fb_entry e;
    struct fb_key key = fb_key_u64(journal);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_find(txn, FB_TABLE_JOURNAL, fb_key_span(&key), &arena, &value), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_entry_unpack(&e, value), FB_OK);
    *body = e.body.n;
    *sent = e.sent;
    fb_txn_abort(&txn);
}

static void test_quota(void)
{
    static const char junk[] = "thirty bytes that say nothing.";
    struct fb_span name[2];
    uint32_t body, sent;
    begin();
    fb_turn_refused_most(T.turn, 65);
    struct fb_record *r[6];
    struct fb_answer a = {0};
    for (unsigned i = 0; i < 6; i++)
        r[i] = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(fb_turn_over_quota(T.turn, name, 2), 0);
        a = door(r[i], junk);
        kept_of(a.journal, &body, &sent);
        CU_ASSERT_EQUAL(sent, 30);
        CU_ASSERT_EQUAL(body, i < 2 ? 30 : 0);
        CU_ASSERT_EQUAL(a.reason, FB_REASON_FIELD_RANGE);
    }
    CU_ASSERT_EQUAL_FATAL(fb_turn_over_quota(T.turn, name, 2), 1);
    CU_ASSERT_TRUE(fb_span_is(name[0], "rth-roster"));
    /* It is known again all the same; a conflict is told, without what it said; and a restart does not begin anew. */
    CU_ASSERT_EQUAL(door(r[2], junk).journal, a.journal);
    (void)fb_test_send_one(&T, r[3]);
    struct fb_record *other = fb_test_amend(r[3], 2);
    other->env.message_id = r[3]->env.message_id;
    fb_test_turn_reopen(&T);
    fb_turn_refused_most(T.turn, 62);
    a = fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_CONFLICT);
    kept_of(a.journal, &body, &sent);
    CU_ASSERT_TRUE(body == 0 && sent > 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECORD_CONFLICT), 1);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    T.now_ms += 86400000; /* the next day has its own */
    a = door(r[4], junk);
    kept_of(a.journal, &body, &sent);
    CU_ASSERT_EQUAL(body, 30);
    CU_ASSERT_EQUAL(fb_turn_over_quota(T.turn, name, 2), 0);
    end();
}

CU_TestInfo suite_quota[] = {{"what is refused beyond a day's quota is kept as digest and reason", test_quota}, CU_TEST_INFO_NULL};
