/* The door with a list in memory in place of a socket, and the test in place of the commit thread. */
#include "engine/shell/door.h"
#include "tests/lib/suite.h"
#include "tests/lib/wire_records.h"
#include <stdlib.h>
#include <string.h>

enum { SENT_MAX = 64 };
static struct {
    struct fb_peer peer;
    size_t n;
    unsigned char frame[FB_MESSAGE_BYTES_MAX];
} * sent;
static unsigned n_sent;
static bool nobody_there;

static enum fb_err note(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    (void)ctx;
    if (nobody_there || n_sent == SENT_MAX)
        return FB_NOT_FOUND;
    sent[n_sent].peer = *peer;
    sent[n_sent].n = n;
    memcpy(sent[n_sent++].frame, frame, n);
    return FB_OK;
}

static struct fb_config C;
static struct fb_queue *Q;
static struct fb_sessions *S;
static struct fb_stats stats;
static struct fb_desk desk;
static struct fb_commit_news news;
static struct fb_door D;
static struct fb_reload reload;
static unsigned char memory[1 << 18];

static void begin(unsigned room)
{
    fb_log_set(FB_LOG_NONE);
    fb_config_default(&C);
    C.window = 4;
    n_sent = 0;
    nobody_there = false;
    stats = (struct fb_stats){0};
    sent = calloc(SENT_MAX, sizeof *sent);
    desk = (struct fb_desk){.news = &news};
    CU_ASSERT_TRUE_FATAL(sent != NULL && fb_queue_open(&Q, room, 8) == FB_OK &&
                         fb_sessions_open(&S, &C) == FB_OK && fb_desk_open(&desk) == FB_OK);
    D = (struct fb_door){.sessions = S,
                         .queue = Q,
                         .desk = &desk,
                         .reload = &reload,
                         .stats = &stats,
                         .outlet = {NULL, note},
                         .epoch = 77};
    /* It never reads anything here: something is in hand already. */
    static char commit_thread;
    reload =
        (struct fb_reload){.state = FB_RELOAD_HANDED, .commit = (struct fb_commit *)(void *)&commit_thread};
    CU_ASSERT_EQUAL_FATAL(fb_door_open(&D), FB_OK);
}

static void end(void)
{
    CU_ASSERT_EQUAL(fb_queue_out(Q), 0);
    fb_door_close(&D);
    fb_desk_close(&desk);
    fb_sessions_close(&S);
    fb_queue_close(&Q);
    free(sent);
}

static struct fb_peer peer(unsigned n)
{
    return (struct fb_peer){.n = 1, .id = {(unsigned char)n}};
}

static void take(unsigned who, const void *frame, size_t n)
{
    struct fb_peer p = peer(who);
    fb_door_take(&D, &p, (struct fb_span){frame, (uint32_t)n});
}

static void say_hello(unsigned who, const char *name, const char *trust)
{
    struct fb_hello h = {.source = {.name = fb_span_of(name),
                                    .trust = trust == NULL ? 0 : fb_code_of(trust),
                                    .system = FB_SYSTEM_ROSTER,
                                    .mode = FB_SOURCE_MODE_LIVE}};
    take(who, memory, fb_encode_hello(&h, memory, sizeof memory));
}

static void publish(unsigned who, const char *source, const char *id, const char *hirer)
{
    struct fb_record r;
    fb_test_typical_booking(&r);
    r.env.source = fb_span_of(source);
    r.env.message_id = fb_span_of(id);
    r.as.booking.shift.hirer = fb_code_of(hirer);
    take(who, memory, fb_encode_publish(&r, memory, sizeof memory));
}

/* What the commit thread would do: Hellos get a number, records are accepted. */
static unsigned commit(void)
{
    struct fb_item *item[32];
    fb_queue_hand_over(Q);
    unsigned n = fb_queue_take(Q, item, 32, 0);
    for (unsigned i = 0; i < n; i++)
        if (item[i]->kind == FB_ITEM_HELLO)
            *item[i]->greeted = (struct fb_greeted){.number = 9, .said = true};
        else if (item[i]->kind == FB_ITEM_RECORD)
            item[i]->answer = (struct fb_answer){
                .outcome = item[i]->input.record != NULL ? FB_OUTCOME_ACCEPTED : FB_OUTCOME_REFUSED,
                .reason = item[i]->input.refused,
                .journal = 100 + i};
    fb_queue_give_back(Q, item, n);
    n = fb_queue_done(Q, item, 32);
    fb_door_done(&D, item, n);
    return n;
}

static struct fb_arena arena;
static unsigned char arena_memory[1 << 17];

/* The frame that was sent i-th, which must be of this kind. */
static struct fb_span payload_of(unsigned i, enum fb_frame_kind kind)
{
    enum fb_frame_kind k = FB_FRAME_HELLO;
    struct fb_span payload = {NULL, 0};
    CU_ASSERT_TRUE_FATAL(i < n_sent);
    CU_ASSERT_EQUAL(
        fb_frame_open((struct fb_span){(const char *)sent[i].frame, (uint32_t)sent[i].n}, &k, &payload),
        FB_REASON_NONE);
    CU_ASSERT_EQUAL_FATAL(k, kind);
    fb_arena_init(&arena, arena_memory, sizeof arena_memory);
    return payload;
}

static struct fb_welcome welcome(unsigned i)
{
    struct fb_welcome w;
    CU_ASSERT_EQUAL(fb_decode_welcome(payload_of(i, FB_FRAME_WELCOME), &arena, &w), FB_REASON_NONE);
    return w;
}

static unsigned answers(unsigned i, struct fb_wire_answer **a)
{
    unsigned n = 0;
    uint32_t window = 0;
    CU_ASSERT_EQUAL(fb_decode_answers(payload_of(i, FB_FRAME_ANSWERS), &arena, a, &n, &window),
                    FB_REASON_NONE);
    return n;
}

static struct fb_wire_answer answer(unsigned i)
{
    struct fb_wire_answer *a = NULL;
    CU_ASSERT_EQUAL(answers(i, &a), 1);
    return *a;
}

static void test_welcome(void)
{
    begin(8);
    say_hello(1, "rth", "RTH");
    CU_ASSERT_EQUAL(n_sent, 0); /* not before the source is in the journal */
    CU_ASSERT_EQUAL(commit(), 1);
    struct fb_welcome w = welcome(0);
    CU_ASSERT_TRUE(w.reason == FB_REASON_NONE && w.window == 4 && w.epoch == 77);
    CU_ASSERT_EQUAL(sent[0].peer.id[0], 1);
    end();
}

static void test_no_hello(void)
{
    begin(8);
    publish(1, "rth", "m1", "RTH");
    CU_ASSERT_TRUE(answer(0).reason == FB_REASON_NO_HELLO && fb_span_is(answer(0).message_id, "m1"));
    CU_ASSERT_EQUAL(commit(), 0); /* nothing of a stranger reaches the journal */
    CU_ASSERT_EQUAL(stats.no_hello, 1);
    end();
}

static void test_answer_after_commit(void)
{
    begin(8);
    say_hello(1, "rth", "RTH");
    publish(1, "rth", "m1", "RTH"); /* need not wait for Welcome */
    publish(1, "rth", "m2", "RTH");
    CU_ASSERT_EQUAL(n_sent, 0);
    CU_ASSERT_EQUAL(commit(), 3);
    CU_ASSERT_EQUAL(n_sent, 2);
    struct fb_wire_answer *a = NULL;
    CU_ASSERT_EQUAL_FATAL(answers(1, &a), 2); /* both in one frame */
    CU_ASSERT_TRUE(fb_span_is(a[0].message_id, "m1") && a[0].outcome == FB_OUTCOME_ACCEPTED &&
                   a[0].journal == 101);
    CU_ASSERT_TRUE(fb_span_is(a[1].message_id, "m2"));
    end();
}

static void test_each_to_his_own(void)
{
    struct fb_wire_answer *a = NULL;
    begin(16);
    say_hello(1, "rth", "RTH");
    say_hello(2, "rxq", "RXQ");
    commit();
    publish(1, "rth", "a1", "RTH");
    publish(2, "rxq", "b1", "RXQ");
    publish(1, "rth", "a2", "RTH");
    commit();
    CU_ASSERT_EQUAL_FATAL(n_sent, 4);
    for (unsigned i = 2; i < 4; i++) {
        unsigned n = answers(i, &a);
        CU_ASSERT_EQUAL(n, sent[i].peer.id[0] == 1 ? 2 : 1);
        CU_ASSERT_TRUE(a[0].message_id.p[0] == (sent[i].peer.id[0] == 1 ? 'a' : 'b'));
    }
    end();
}

/* Each row is refused with its reason, goes to the journal, and breaks what is below it too. */
static void test_refusals(void)
{
    begin(8);
    say_hello(1, "rth", "RTH");
    commit();
    publish(1, "another", "m1", "RXQ");
    publish(1, "rth", "m2", "RXQ");
    CU_ASSERT_EQUAL(commit(), 2);
    struct fb_wire_answer *a = NULL;
    CU_ASSERT_EQUAL_FATAL(answers(1, &a), 2);
    CU_ASSERT_EQUAL(a[0].reason, FB_REASON_UNKNOWN_SOURCE);
    CU_ASSERT_EQUAL(a[1].reason, FB_REASON_NOT_YOURS);
    CU_ASSERT_TRUE(fb_span_is(a[1].message_id, "m2") && a[1].outcome == FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(stats.refused, 2);
    end();
}

static void test_system_wide(void)
{
    struct fb_record r;
    begin(8);
    say_hello(1, "registers", NULL);
    say_hello(2, "rth", "RTH");
    commit();
    publish(1, "registers", "m1", "RXQ");
    r = (struct fb_record){.env = {.kind = FB_KIND_AGENCY,
                                   .source = fb_span_of("rth"),
                                   .message_id = fb_span_of("m2"),
                                   .record_ref = fb_span_of("r"),
                                   .revision = FB_ABSENT,
                                   .source_seq = FB_ABSENT,
                                   .occurred_ms = 1},
                           .as.agency = {fb_span_of("AG"), fb_span_of("An agency")}};
    take(2, memory, fb_encode_publish(&r, memory, sizeof memory));
    commit();
    for (unsigned i = 2; i < 4; i++)
        CU_ASSERT_EQUAL(answer(i).reason, sent[i].peer.id[0] == 1 ? FB_REASON_NONE : FB_REASON_NOT_YOURS);
    end();
}

static void test_busy(void)
{
    char id[3] = "m0";
    begin(64);
    say_hello(1, "rth", "RTH");
    say_hello(2, "rth", "RTH");
    commit();
    n_sent = 0;
    for (unsigned i = 0; i < 6; i++) {
        id[1] = (char)('0' + i);
        publish(1 + i % 2, "rth", id, "RTH");
    }
    CU_ASSERT_EQUAL(n_sent, 2); /* the window is 4, for both connections together */
    CU_ASSERT_TRUE(answer(0).busy && fb_span_is(answer(0).message_id, "m4"));
    CU_ASSERT_EQUAL(commit(), 4);
    publish(1, "rth", "m4", "RTH");
    CU_ASSERT_EQUAL(commit(), 1);
    CU_ASSERT_EQUAL(stats.busy, 2);
    end();
}

/* A connection that is lost with a full window comes back under another id, and must be greeted to go on. */
static void test_hello_beside_a_full_window(void)
{
    char id[3] = "m0";
    begin(64);
    say_hello(1, "rth", "RTH");
    commit();
    for (unsigned i = 0; i < 4; i++) {
        id[1] = (char)('0' + i);
        publish(1, "rth", id, "RTH");
    }
    n_sent = 0;
    say_hello(2, "rth", "RTH");
    CU_ASSERT_EQUAL(n_sent, 0);
    CU_ASSERT_EQUAL(fb_sessions_source(S, 0)->in_flight, 4);
    CU_ASSERT_EQUAL(commit(), 5);
    bool welcomed = false;
    for (unsigned i = 0; i < n_sent; i++)
        welcomed = welcomed || (sent[i].peer.id[0] == 2 && welcome(i).reason == FB_REASON_NONE);
    CU_ASSERT_TRUE(welcomed);
    CU_ASSERT_EQUAL(fb_sessions_source(S, 0)->in_flight, 0);
    /* A connection that says nothing else is told to wait. */
    n_sent = 0;
    for (unsigned i = 0; i <= FB_HELLOS_MAX; i++)
        say_hello(2, "rth", "RTH");
    CU_ASSERT_EQUAL(n_sent, 1);
    CU_ASSERT_EQUAL(welcome(0).reason, FB_REASON_NO_PLACE);
    CU_ASSERT_EQUAL(commit(), FB_HELLOS_MAX);
    end();
}

static void test_full_queue(void)
{
    begin(2);
    say_hello(1, "rth", "RTH");
    commit();
    publish(1, "rth", "m1", "RTH");
    publish(1, "rth", "m2", "RTH");
    publish(1, "rth", "m3", "RTH");
    CU_ASSERT_TRUE(answer(1).busy);
    say_hello(2, "rxq", "RXQ");
    CU_ASSERT_EQUAL(welcome(2).reason, FB_REASON_NO_PLACE);
    CU_ASSERT_EQUAL(commit(), 2);
    CU_ASSERT_EQUAL(fb_sessions_source(S, 0)->in_flight, 0);
    end();
}

static void test_gone(void)
{
    struct fb_peer p = peer(1);
    begin(8);
    say_hello(1, "rth", "RTH");
    commit();
    publish(1, "rth", "m1", "RTH");
    publish(1, "rth", "m2", "RTH");
    nobody_there = true;
    CU_ASSERT_EQUAL(commit(), 2);
    CU_ASSERT_PTR_NULL(fb_session_find(S, &p));
    nobody_there = false;
    say_hello(1, "rth", "RTH");
    commit();
    CU_ASSERT_EQUAL(welcome(n_sent - 1).reason, FB_REASON_NONE);
    end();
}

static void test_unlisted(void)
{
    begin(8);
    C.accept_unknown_sources = false;
    say_hello(1, "rth", "RTH");
    CU_ASSERT_EQUAL(welcome(0).reason, FB_REASON_UNKNOWN_SOURCE);
    publish(1, "rth", "m1", "RTH");
    CU_ASSERT_EQUAL(answer(1).reason, FB_REASON_NO_HELLO);
    end();
}

static void test_garbage(void)
{
    struct fb_prng r;
    begin(64);
    say_hello(1, "rth", "RTH");
    commit();
    fb_prng_init(&r, 5);
    for (unsigned i = 0; i < 3000; i++) {
        size_t n = fb_prng_below(&r, 80);
        for (size_t k = 0; k < n; k++)
            memory[k] = (unsigned char)fb_prng_next(&r);
        if (n > 1 && i % 2 == 0) {
            memory[0] = FB_WIRE_VERSION;
            memory[1] = i % 4 == 0 ? FB_FRAME_PUBLISH : FB_FRAME_HELLO;
        }
        n_sent = 0;
        take(1 + i % 3, memory, n);
        commit();
    }
    publish(1, "rth", "m1", "RTH");
    n_sent = 0;
    CU_ASSERT_EQUAL(commit(), 1);
    CU_ASSERT_EQUAL(answer(0).outcome, FB_OUTCOME_ACCEPTED);
    end();
}

static void query(unsigned who, const struct fb_query *q)
{
    take(who, memory, fb_encode_query(q, memory, sizeof memory));
}

static struct fb_result *result(unsigned i)
{
    static struct fb_result r;
    CU_ASSERT_EQUAL(fb_decode_result(payload_of(i, FB_FRAME_RESULT), &arena, &r), FB_REASON_NONE);
    return &r;
}

static void test_issue_asked_for(void)
{
    struct fb_query q = {.kind = FB_QUERY_ISSUE, .due_ms = 1796083200000};
    begin(8);
    query(3, &q);
    CU_ASSERT_TRUE(reload.n_waiting == 1 && reload.waiting[0].peer.id[0] == 3 &&
                   reload.waiting[0].due_ms == q.due_ms);
    CU_ASSERT_EQUAL(n_sent, 0);
    for (unsigned i = 1; i < FB_RELOAD_ASKERS_MAX; i++)
        query(3, &q);
    query(4, &q);
    CU_ASSERT_TRUE(result(0)->reason == FB_REASON_NO_PLACE && sent[0].peer.id[0] == 4);
    q.due_ms = 5;
    query(5, &q); /* a moment that nobody means */
    CU_ASSERT_TRUE(result(1)->kind == FB_QUERY_ISSUE && result(1)->reason == FB_REASON_FIELD_RANGE);
    CU_ASSERT_EQUAL(result(1)->text.p[0], 'q'); /* query.due_ms: … */
    CU_ASSERT_EQUAL(commit(), 0);
    end();
}

static void test_month_closed(void)
{
    struct fb_query q = {.kind = FB_QUERY_CLOSE_PERIOD,
                         .findings.trust = fb_code_of("RTH"),
                         .month = fb_day_of(2026, 10, 1),
                         .role = fb_span_of("finance_director"),
                         .reason = fb_span_of("month end")};
    struct fb_item *item[2];
    begin(8);
    query(1, &q);
    query(2, &q);
    CU_ASSERT_EQUAL(n_sent, 0); /* not before it is durable */
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(Q, item, 2, 0), 2);
    CU_ASSERT_TRUE(item[0]->kind == FB_ITEM_CLOSE && item[0]->query.month == q.month &&
                   fb_span_is(item[0]->query.role, "finance_director"));
    item[1]->err = FB_REFUSED;
    fb_text_add(&item[1]->why, "the month is not over");
    fb_queue_give_back(Q, item, 2);
    CU_ASSERT_EQUAL(fb_queue_done(Q, item, 2), 2);
    fb_door_done(&D, item, 2);
    CU_ASSERT_TRUE(result(0)->reason == FB_REASON_NONE && sent[0].peer.id[0] == 1);
    CU_ASSERT_TRUE(fb_span_is(result(0)->text, "2026-10 of RTH is closed by finance_director"));
    CU_ASSERT_TRUE(result(1)->reason == FB_REASON_FIELD_RANGE && sent[1].peer.id[0] == 2);
    CU_ASSERT_TRUE(fb_span_is(result(1)->text, "2026-10 of RTH was not closed: the month is not over"));
    q.role.n = 0;
    query(1, &q);
    CU_ASSERT_EQUAL(result(2)->reason, FB_REASON_FIELD_MISSING);
    end();
}

static void test_issue_withdrawn(void)
{
    struct fb_query q = {.kind = FB_QUERY_WITHDRAW, .issue = 3};
    struct fb_item *item[2];
    begin(8);
    query(1, &q);
    query(2, &q);
    CU_ASSERT_EQUAL(n_sent, 0); /* not before it is durable */
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(Q, item, 2, 0), 2);
    CU_ASSERT_TRUE(item[0]->kind == FB_ITEM_WITHDRAW && item[0]->query.issue == 3);
    item[1]->err = FB_REFUSED;
    fb_text_add(&item[1]->why, "issue 3 is current");
    fb_queue_give_back(Q, item, 2);
    CU_ASSERT_EQUAL(fb_queue_done(Q, item, 2), 2);
    fb_door_done(&D, item, 2);
    CU_ASSERT_TRUE(result(0)->reason == FB_REASON_NONE && sent[0].peer.id[0] == 1 && result(0)->issue == 3);
    CU_ASSERT_TRUE(fb_span_is(result(0)->text, "issue 3 is withdrawn: it will not become current"));
    CU_ASSERT_TRUE(result(1)->reason == FB_REASON_FIELD_RANGE && sent[1].peer.id[0] == 2);
    CU_ASSERT_TRUE(fb_span_is(result(1)->text, "issue 3 was not withdrawn: issue 3 is current"));
    end();
}

CU_TestInfo suite_door[] = {
    {"Welcome comes when the source is in the journal, with its window", test_welcome},
    {"before Hello nothing is taken", test_no_hello},
    {"nothing is said of a record before its commit; then answers share a frame", test_answer_after_commit},
    {"answers go to the connection that asked", test_each_to_his_own},
    {"another's source and another's trust are refused, in this order, and journalled", test_refusals},
    {"a system-wide source writes for every trust, a trust's none of the registers", test_system_wide},
    {"above the source's window the answer is busy, and nothing is kept", test_busy},
    {"a source whose window is full is greeted all the same", test_hello_beside_a_full_window},
    {"with a full queue the answer is busy, and the window stays whole", test_full_queue},
    {"a publisher that left is forgotten, and welcome again", test_gone},
    {"a source that is not listed is refused when the configuration says so", test_unlisted},
    {"an issue that is asked for waits its turn, or is refused with a sentence", test_issue_asked_for},
    {"a month is closed by the commit thread, and whoever asked is told then", test_month_closed},
    {"so is an issue withdrawn", test_issue_withdrawn},
    {"garbage is answered or counted, and leaves the door open for others", test_garbage},
    CU_TEST_INFO_NULL,
};
