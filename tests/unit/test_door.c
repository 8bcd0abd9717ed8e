#include "tests/lib/suite.h"
#include "tests/lib/wire_records.h"
#include "tests/unit/door_stub.h"
#include <string.h>

static struct fb_test_door T;
static unsigned char memory[1 << 18];

static void say_hello(unsigned who, const char *name, const char *trust)
{
    struct fb_hello h = {.source = {.name = fb_span_of(name),
                                    .trust = trust == NULL ? 0 : fb_code_of(trust),
                                    .system = FB_SYSTEM_ROSTER,
                                    .mode = FB_SOURCE_MODE_LIVE}};
    fb_test_door_take(&T, who, memory, fb_encode_hello(&h, memory, sizeof memory));
}

static void publish(unsigned who, const char *source, const char *id, const char *hirer)
{
    struct fb_record r;
    fb_test_typical_booking(&r);
    r.env.source = fb_span_of(source);
    r.env.message_id = fb_span_of(id);
    r.as.booking.shift.hirer = fb_code_of(hirer);
    fb_test_door_take(&T, who, memory, fb_encode_publish(&r, memory, sizeof memory));
}

static struct fb_welcome welcome(unsigned i)
{
    struct fb_welcome w;
    CU_ASSERT_EQUAL(fb_decode_welcome(fb_test_door_payload(&T, i, FB_FRAME_WELCOME), &T.arena, &w), FB_REASON_NONE);
    return w;
}

static unsigned answers(unsigned i, struct fb_wire_answer **a)
{
    unsigned n = 0;
    uint32_t window = 0;
    CU_ASSERT_EQUAL(fb_decode_answers(fb_test_door_payload(&T, i, FB_FRAME_ANSWERS), &T.arena, a, &n, &window),
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
    fb_test_door_begin(&T, 8);
    say_hello(1, "rth", "RTH");
    CU_ASSERT_EQUAL(T.n_sent, 0); /* not before the source is in the journal */
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 1);
    struct fb_welcome w = welcome(0);
    CU_ASSERT_TRUE(w.reason == FB_REASON_NONE && w.window == 4 && w.epoch == 77);
    CU_ASSERT_EQUAL(T.sent[0].peer.id[0], 1);
    fb_test_door_end(&T);
}

static void test_no_hello(void)
{
    fb_test_door_begin(&T, 8);
    publish(1, "rth", "m1", "RTH");
    CU_ASSERT_TRUE(answer(0).reason == FB_REASON_NO_HELLO && fb_span_is(answer(0).message_id, "m1"));
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 0); /* nothing of a stranger reaches the journal */
    CU_ASSERT_EQUAL(T.stats.no_hello, 1);
    fb_test_door_end(&T);
}

static void test_answer_after_commit(void)
{
    fb_test_door_begin(&T, 8);
    say_hello(1, "rth", "RTH");
    publish(1, "rth", "m1", "RTH"); /* need not wait for Welcome */
    publish(1, "rth", "m2", "RTH");
    CU_ASSERT_EQUAL(T.n_sent, 0);
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 3);
    CU_ASSERT_EQUAL(T.n_sent, 2);
    struct fb_wire_answer *a = NULL;
    CU_ASSERT_EQUAL_FATAL(answers(1, &a), 2); /* both in one frame */
    CU_ASSERT_TRUE(fb_span_is(a[0].message_id, "m1") && a[0].outcome == FB_OUTCOME_ACCEPTED &&
                   a[0].journal == 101);
    CU_ASSERT_TRUE(fb_span_is(a[1].message_id, "m2"));
    fb_test_door_end(&T);
}

static void test_each_to_his_own(void)
{
    struct fb_wire_answer *a = NULL;
    fb_test_door_begin(&T, 16);
    say_hello(1, "rth", "RTH");
    say_hello(2, "rxq", "RXQ");
    fb_test_door_commit(&T);
    publish(1, "rth", "a1", "RTH");
    publish(2, "rxq", "b1", "RXQ");
    publish(1, "rth", "a2", "RTH");
    fb_test_door_commit(&T);
    CU_ASSERT_EQUAL_FATAL(T.n_sent, 4);
    for (unsigned i = 2; i < 4; i++) {
        unsigned n = answers(i, &a);
        CU_ASSERT_EQUAL(n, T.sent[i].peer.id[0] == 1 ? 2 : 1);
        CU_ASSERT_TRUE(a[0].message_id.p[0] == (T.sent[i].peer.id[0] == 1 ? 'a' : 'b'));
    }
    fb_test_door_end(&T);
}

/* Each row is refused with its reason, goes to the journal, and breaks what is below it too. */
static void test_refusals(void)
{
    fb_test_door_begin(&T, 8);
    say_hello(1, "rth", "RTH");
    fb_test_door_commit(&T);
    publish(1, "another", "m1", "RXQ");
    publish(1, "rth", "m2", "RXQ");
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 2);
    struct fb_wire_answer *a = NULL;
    CU_ASSERT_EQUAL_FATAL(answers(1, &a), 2);
    CU_ASSERT_EQUAL(a[0].reason, FB_REASON_UNKNOWN_SOURCE);
    CU_ASSERT_EQUAL(a[1].reason, FB_REASON_NOT_YOURS);
    CU_ASSERT_TRUE(fb_span_is(a[1].message_id, "m2") && a[1].outcome == FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(T.stats.refused, 2);
    fb_test_door_end(&T);
}

/* Nobody says the controls team's word about what was found at their own trust. */
static void test_last_word(void)
{
    static const struct {
        enum fb_step step;
        enum fb_said for_trust;
        enum fb_reason of_trust, of_nobody;
    } rows[] = {{FB_STEP_REPLY, FB_SAID_YES, FB_REASON_NONE, FB_REASON_NONE},
                {FB_STEP_NOTE, FB_SAID_NONE, FB_REASON_NONE, FB_REASON_NONE},
                {FB_STEP_REPLY, FB_SAID_NO, FB_REASON_NOT_YOURS, FB_REASON_NONE},
                {FB_STEP_CLOSE, FB_SAID_NONE, FB_REASON_NOT_YOURS, FB_REASON_NONE},
                {FB_STEP_CHALLENGE, FB_SAID_NO, FB_REASON_NOT_YOURS, FB_REASON_NONE},
                {FB_STEP_CLOSE, FB_SAID_YES, FB_REASON_FIELD_RANGE, FB_REASON_FIELD_RANGE}};
    for (unsigned i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        bool bound = i % 2 == 0;
        struct fb_record r = {.env = {.kind = FB_KIND_REPLY,
                                      .message_id = fb_span_of("m"),
                                      .record_ref = fb_span_of("R-1"),
                                      .revision = FB_ABSENT,
                                      .source_seq = FB_ABSENT,
                                      .occurred_ms = 1773650000000},
                              .as.reply = {.hirer = fb_code_of("RTH"),
                                           .booking_source = fb_span_of("s"),
                                           .booking_ref = fb_span_of("B"),
                                           .step = rows[i / 2].step,
                                           .by = fb_span_of("RTH-CE"),
                                           .for_trust = rows[i / 2].for_trust,
                                           .until_ms = FB_ABSENT,
                                           .verdict = rows[i / 2].step == FB_STEP_CLOSE ? FB_VERDICT_UPHELD : FB_VERDICT_NONE,
                                           .text = fb_span_of("seen")}};
        r.env.source = fb_span_of(bound ? "rth" : "controls");
        fb_test_door_begin(&T, 8);
        say_hello(1, bound ? "rth" : "controls", bound ? "RTH" : NULL);
        fb_test_door_commit(&T);
        fb_test_door_take(&T, 1, memory, fb_encode_publish(&r, memory, sizeof memory));
        fb_test_door_commit(&T);
        CU_ASSERT_EQUAL(answer(1).reason, bound ? rows[i / 2].of_trust : rows[i / 2].of_nobody);
        fb_test_door_end(&T);
    }
}

static void test_system_wide(void)
{
    struct fb_record r;
    fb_test_door_begin(&T, 8);
    say_hello(1, "registers", NULL);
    say_hello(2, "rth", "RTH");
    fb_test_door_commit(&T);
    publish(1, "registers", "m1", "RXQ");
    r = (struct fb_record){.env = {.kind = FB_KIND_AGENCY,
                                   .source = fb_span_of("rth"),
                                   .message_id = fb_span_of("m2"),
                                   .record_ref = fb_span_of("r"),
                                   .revision = FB_ABSENT,
                                   .source_seq = FB_ABSENT,
                                   .occurred_ms = 1},
                           .as.agency = {fb_span_of("AG"), fb_span_of("An agency")}};
    fb_test_door_take(&T, 2, memory, fb_encode_publish(&r, memory, sizeof memory));
    fb_test_door_commit(&T);
    for (unsigned i = 2; i < 4; i++)
        CU_ASSERT_EQUAL(answer(i).reason, T.sent[i].peer.id[0] == 1 ? FB_REASON_NONE : FB_REASON_NOT_YOURS);
    fb_test_door_end(&T);
}

static void test_busy(void)
{
    char id[3] = "m0";
    fb_test_door_begin(&T, 64);
    say_hello(1, "rth", "RTH");
    say_hello(2, "rth", "RTH");
    fb_test_door_commit(&T);
    T.n_sent = 0;
    for (unsigned i = 0; i < 6; i++) {
        id[1] = (char)('0' + i);
        publish(1 + i % 2, "rth", id, "RTH");
    }
    CU_ASSERT_EQUAL(T.n_sent, 2); /* the window is 4, for both connections together */
    CU_ASSERT_TRUE(answer(0).busy && fb_span_is(answer(0).message_id, "m4"));
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 4);
    publish(1, "rth", "m4", "RTH");
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 1);
    CU_ASSERT_EQUAL(T.stats.busy, 2);
    fb_test_door_end(&T);
}

/* A connection that is lost with a full window comes back under another id, and must be greeted to go on. */
static void test_hello_beside_a_full_window(void)
{
    char id[3] = "m0";
    fb_test_door_begin(&T, 64);
    say_hello(1, "rth", "RTH");
    fb_test_door_commit(&T);
    for (unsigned i = 0; i < 4; i++) {
        id[1] = (char)('0' + i);
        publish(1, "rth", id, "RTH");
    }
    T.n_sent = 0;
    say_hello(2, "rth", "RTH");
    CU_ASSERT_EQUAL(T.n_sent, 0);
    CU_ASSERT_EQUAL(fb_sessions_source(T.sessions, 0)->in_flight, 4);
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 5);
    bool welcomed = false;
    for (unsigned i = 0; i < T.n_sent; i++)
        welcomed = welcomed || (T.sent[i].peer.id[0] == 2 && welcome(i).reason == FB_REASON_NONE);
    CU_ASSERT_TRUE(welcomed);
    CU_ASSERT_EQUAL(fb_sessions_source(T.sessions, 0)->in_flight, 0);
    /* A connection that says nothing else is told to wait. */
    T.n_sent = 0;
    for (unsigned i = 0; i <= FB_HELLOS_MAX; i++)
        say_hello(2, "rth", "RTH");
    CU_ASSERT_EQUAL(T.n_sent, 1);
    CU_ASSERT_EQUAL(welcome(0).reason, FB_REASON_NO_PLACE);
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), FB_HELLOS_MAX);
    fb_test_door_end(&T);
}

/* One that says now this and now that of itself is told to wait; what it said last stands, and records of its connections are taken. */
static void test_changes_of_mind(void)
{
    unsigned waits = 0;
    fb_test_door_begin(&T, 64);
    for (unsigned i = 0; i < 12; i++) {
        say_hello(1, "rth", i % 2 == 0 ? "RTH" : "RXQ");
        (void)fb_test_door_commit(&T);
        waits += welcome(i).reason == FB_REASON_NO_PLACE;
    }
    CU_ASSERT_EQUAL(waits, 4); /* the seventh and every other one after: first, four changes, and what is as it was */
    T.n_sent = 0;
    publish(1, "rth", "m1", "RTH");
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 1);
    CU_ASSERT_EQUAL(answer(0).reason, FB_REASON_NONE);
    fb_test_door_end(&T);
}

static void test_full_queue(void)
{
    fb_test_door_begin(&T, 2);
    say_hello(1, "rth", "RTH");
    fb_test_door_commit(&T);
    publish(1, "rth", "m1", "RTH");
    publish(1, "rth", "m2", "RTH");
    publish(1, "rth", "m3", "RTH");
    CU_ASSERT_TRUE(answer(1).busy);
    say_hello(2, "rxq", "RXQ");
    CU_ASSERT_EQUAL(welcome(2).reason, FB_REASON_NO_PLACE);
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 2);
    CU_ASSERT_EQUAL(fb_sessions_source(T.sessions, 0)->in_flight, 0);
    fb_test_door_end(&T);
}

static void test_gone(void)
{
    struct fb_peer p = fb_test_door_peer(1);
    fb_test_door_begin(&T, 8);
    say_hello(1, "rth", "RTH");
    fb_test_door_commit(&T);
    publish(1, "rth", "m1", "RTH");
    publish(1, "rth", "m2", "RTH");
    T.nobody_there = true;
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 2);
    CU_ASSERT_PTR_NULL(fb_session_find(T.sessions, &p));
    T.nobody_there = false;
    say_hello(1, "rth", "RTH");
    fb_test_door_commit(&T);
    CU_ASSERT_EQUAL(welcome(T.n_sent - 1).reason, FB_REASON_NONE);
    fb_test_door_end(&T);
}

static void test_unlisted(void)
{
    fb_test_door_begin(&T, 8);
    T.config.accept_unknown_sources = false;
    say_hello(1, "rth", "RTH");
    CU_ASSERT_EQUAL(welcome(0).reason, FB_REASON_UNKNOWN_SOURCE);
    publish(1, "rth", "m1", "RTH");
    CU_ASSERT_EQUAL(answer(1).reason, FB_REASON_NO_HELLO);
    fb_test_door_end(&T);
}

static void test_garbage(void)
{
    struct fb_prng r;
    fb_test_door_begin(&T, 64);
    say_hello(1, "rth", "RTH");
    fb_test_door_commit(&T);
    fb_prng_init(&r, 5);
    for (unsigned i = 0; i < 3000; i++) {
        size_t n = fb_prng_below(&r, 80);
        for (size_t k = 0; k < n; k++)
            memory[k] = (unsigned char)fb_prng_next(&r);
        if (n > 1 && i % 2 == 0) {
            memory[0] = FB_WIRE_VERSION;
            memory[1] = i % 4 == 0 ? FB_FRAME_PUBLISH : FB_FRAME_HELLO;
        }
        T.n_sent = 0;
        fb_test_door_take(&T, 1 + i % 3, memory, n);
        fb_test_door_commit(&T);
    }
    publish(1, "rth", "m1", "RTH");
    T.n_sent = 0;
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 1);
    CU_ASSERT_EQUAL(answer(0).outcome, FB_OUTCOME_ACCEPTED);
    fb_test_door_end(&T);
}

static void query(unsigned who, const struct fb_query *q)
{
    fb_test_door_take(&T, who, memory, fb_encode_query(q, memory, sizeof memory));
}

static struct fb_result *result(unsigned i)
{
    static struct fb_result r;
    CU_ASSERT_EQUAL(fb_decode_result(fb_test_door_payload(&T, i, FB_FRAME_RESULT), &T.arena, &r), FB_REASON_NONE);
    return &r;
}

static void test_issue_asked_for(void)
{
    struct fb_query q = {.kind = FB_QUERY_ISSUE, .due_ms = 1796083200000};
    fb_test_door_begin(&T, 8);
    query(3, &q);
    CU_ASSERT_TRUE(T.reload.n_waiting == 1 && T.reload.waiting[0].peer.id[0] == 3 &&
                   T.reload.waiting[0].due_ms == q.due_ms);
    CU_ASSERT_EQUAL(T.n_sent, 0);
    for (unsigned i = 1; i < FB_RELOAD_ASKERS_MAX; i++)
        query(3, &q);
    query(4, &q);
    CU_ASSERT_TRUE(result(0)->reason == FB_REASON_NO_PLACE && T.sent[0].peer.id[0] == 4);
    q.due_ms = 5;
    query(5, &q); /* a moment that nobody means */
    CU_ASSERT_TRUE(result(1)->kind == FB_QUERY_ISSUE && result(1)->reason == FB_REASON_FIELD_RANGE);
    CU_ASSERT_EQUAL(result(1)->text.p[0], 'q'); /* query.due_ms: … */
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 0);
    fb_test_door_end(&T);
}

static void test_month_closed(void)
{
    struct fb_query q = {.kind = FB_QUERY_CLOSE_PERIOD,
                         .findings.trust = fb_code_of("RTH"),
                         .month = fb_day_of(2026, 10, 1),
                         .role = fb_span_of("finance_director"),
                         .reason = fb_span_of("month end")};
    struct fb_item *item[2];
    fb_test_door_begin(&T, 8);
    query(1, &q);
    query(2, &q);
    CU_ASSERT_EQUAL(T.n_sent, 0); /* not before it is durable */
    fb_queue_hand_over(T.queue);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(T.queue, item, 2, 0), 2);
    CU_ASSERT_TRUE(item[0]->kind == FB_ITEM_CLOSE && item[0]->query.month == q.month &&
                   fb_span_is(item[0]->query.role, "finance_director"));
    item[1]->err = FB_REFUSED;
    fb_text_add(&item[1]->why, "the month is not over");
    fb_queue_give_back(T.queue, item, 2);
    CU_ASSERT_EQUAL(fb_queue_done(T.queue, item, 2), 2);
    fb_door_done(&T.door, item, 2);
    CU_ASSERT_TRUE(result(0)->reason == FB_REASON_NONE && T.sent[0].peer.id[0] == 1);
    CU_ASSERT_TRUE(fb_span_is(result(0)->text, "2026-10 of RTH is closed by finance_director"));
    CU_ASSERT_TRUE(result(1)->reason == FB_REASON_FIELD_RANGE && T.sent[1].peer.id[0] == 2);
    CU_ASSERT_TRUE(fb_span_is(result(1)->text, "2026-10 of RTH was not closed: the month is not over"));
    q.role.n = 0;
    query(1, &q);
    CU_ASSERT_EQUAL(result(2)->reason, FB_REASON_FIELD_MISSING);
    fb_test_door_end(&T);
}

static void test_issue_withdrawn(void)
{
    struct fb_query q = {.kind = FB_QUERY_WITHDRAW, .issue = 3};
    struct fb_item *item[2];
    fb_test_door_begin(&T, 8);
    query(1, &q);
    query(2, &q);
    CU_ASSERT_EQUAL(T.n_sent, 0); /* not before it is durable */
    fb_queue_hand_over(T.queue);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(T.queue, item, 2, 0), 2);
    CU_ASSERT_TRUE(item[0]->kind == FB_ITEM_WITHDRAW && item[0]->query.issue == 3);
    item[1]->err = FB_REFUSED;
    fb_text_add(&item[1]->why, "issue 3 is current");
    fb_queue_give_back(T.queue, item, 2);
    CU_ASSERT_EQUAL(fb_queue_done(T.queue, item, 2), 2);
    fb_door_done(&T.door, item, 2);
    CU_ASSERT_TRUE(result(0)->reason == FB_REASON_NONE && T.sent[0].peer.id[0] == 1 && result(0)->issue == 3);
    CU_ASSERT_TRUE(fb_span_is(result(0)->text, "issue 3 is withdrawn: it will not become current"));
    CU_ASSERT_TRUE(result(1)->reason == FB_REASON_FIELD_RANGE && T.sent[1].peer.id[0] == 2);
    CU_ASSERT_TRUE(fb_span_is(result(1)->text, "issue 3 was not withdrawn: issue 3 is current"));
    fb_test_door_end(&T);
}

CU_TestInfo suite_door[] = {
    {"Welcome comes when the source is in the journal, with its window", test_welcome},
    {"before Hello nothing is taken", test_no_hello},
    {"nothing is said of a record before its commit; then answers share a frame", test_answer_after_commit},
    {"answers go to the connection that asked", test_each_to_his_own},
    {"another's source and another's trust are refused, in this order, and journalled", test_refusals},
    {"a trust's system says no word of the controls team", test_last_word},
    {"a system-wide source writes for every trust, a trust's none of the registers", test_system_wide},
    {"above the source's window the answer is busy, and nothing is kept", test_busy},
    {"a source whose window is full is greeted all the same", test_hello_beside_a_full_window},
    {"a source that changes its mind again and again is told to wait", test_changes_of_mind},
    {"with a full queue the answer is busy, and the window stays whole", test_full_queue},
    {"a publisher that left is forgotten, and welcome again", test_gone},
    {"a source that is not listed is refused when the configuration says so", test_unlisted},
    {"an issue that is asked for waits its turn, or is refused with a sentence", test_issue_asked_for},
    {"a month is closed by the commit thread, and whoever asked is told then", test_month_closed},
    {"so is an issue withdrawn", test_issue_withdrawn},
    {"garbage is answered or counted, and leaves the door open for others", test_garbage},
    CU_TEST_INFO_NULL,
};
