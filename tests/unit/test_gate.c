/* The door and the feed for peers that come with a key: what their key is for, and what becomes of it when the file changes. */
#include "engine/shell/feed.h"
#include "engine/shell/log.h"
#include "tests/lib/frames.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include "tests/lib/wire_records.h"
#include "tests/unit/door_stub.h"
#include <string.h>

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define RTH   "  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:RTH, feed]\n"
#define RXQ   "  - name: rxq\n    key: '" KEY_B "'\n    roles: [publish:RXQ, trust:RXQ]\n"
enum { KEY_RTH = 1, KEY_RXQ = 2, EPOCH = 5 };

static struct fb_test_door T;
static struct fb_gate *G;
static unsigned char memory[1 << 18];

static void load(const char *text)
{
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    unsigned lost;
    CU_ASSERT_EQUAL_FATAL(fb_identities_parse(&ids, "t", fb_span_of(text), &report), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_gate_take(G, &ids, 20000, &lost), FB_OK);
    fb_pack_report_free(&report);
}

static void begin(void)
{
    fb_test_door_begin(&T, 16);
    CU_ASSERT_EQUAL_FATAL(fb_gate_open(&G), FB_OK);
    load("identities:\n" RTH RXQ);
    T.door.gate = G;
}

static void end(void)
{
    fb_test_door_end(&T);
    fb_gate_close(&G);
}

/* Connections of two sockets may have one routing id: the key tells them apart. */
static void take(uint32_t key, const void *frame, size_t n)
{
    struct fb_peer p = fb_test_door_peer(1);
    p.key = key;
    fb_door_take(&T.door, &p, (struct fb_span){frame, (uint32_t)n});
}

static void say_hello(uint32_t key, const char *name, const char *trust)
{
    struct fb_hello h = {.source = {.name = fb_span_of(name), .trust = trust == NULL ? 0 : fb_code_of(trust), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE}};
    take(key, memory, fb_encode_hello(&h, memory, sizeof memory));
}

static void publish(uint32_t key, const char *source, const char *id, const char *hirer)
{
    struct fb_record r;
    fb_test_typical_booking(&r);
    r.env.source = fb_span_of(source);
    r.env.message_id = fb_span_of(id);
    r.as.booking.shift.hirer = fb_code_of(hirer);
    take(key, memory, fb_encode_publish(&r, memory, sizeof memory));
}

static enum fb_reason welcome(unsigned i)
{
    struct fb_welcome w;
    CU_ASSERT_EQUAL(fb_decode_welcome(fb_test_door_payload(&T, i, FB_FRAME_WELCOME), &T.arena, &w), FB_REASON_NONE);
    return w.reason;
}

static enum fb_reason answer(unsigned i)
{
    struct fb_wire_answer *a = NULL;
    unsigned n = 0;
    uint32_t window = 0;
    CU_ASSERT_EQUAL(fb_decode_answers(fb_test_door_payload(&T, i, FB_FRAME_ANSWERS), &T.arena, &a, &n, &window), FB_REASON_NONE);
    CU_ASSERT_EQUAL_FATAL(n, 1);
    return a[0].reason;
}

static void test_hello(void)
{
    static const struct {
        uint32_t key;
        const char *name, *trust;
        enum fb_reason reason;
    } row[] = {{KEY_RTH, "rth", NULL, FB_REASON_NONE},      {KEY_RTH, "rth", "RTH", FB_REASON_NONE},   {KEY_RTH, "rth", "RXQ", FB_REASON_NOT_YOURS},
               {KEY_RTH, "rxq", "RTH", FB_REASON_NOT_YOURS}, {KEY_RXQ, "rth", NULL, FB_REASON_NOT_YOURS}, {9, "rth", NULL, FB_REASON_NOT_YOURS},
               {0, "rth", NULL, FB_REASON_NONE},              {KEY_RTH, FB_SOURCE_OWN, NULL, FB_REASON_NOT_YOURS}};
    begin();
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        say_hello(row[i].key, row[i].name, row[i].trust);
        (void)fb_test_door_commit(&T);
        CU_ASSERT_EQUAL(welcome(i), row[i].reason);
    }
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_HELLO], 4); /* the engine's own name is one */
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_KEY_REVOKED], 1);
    end();
}

/* Under the engine's own name, by who may publish under any: refused, and counted like every other Hello that is not taken. */
static void test_hello_unlisted(void)
{
    begin();
    say_hello(0, FB_SOURCE_OWN, NULL);
    CU_ASSERT_EQUAL(welcome(0), FB_REASON_UNKNOWN_SOURCE);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_HELLO], 1);
    end();
}

static void ask_of(uint32_t key, enum fb_query_kind kind)
{
    struct fb_query q = {.kind = kind, .batch_number = 1, .source = fb_span_of("rth"), .findings.trust = fb_code_of("RTH"), .month = fb_day_of(2026, 10, 1),
                         .role = fb_span_of("finance_director"), .reason = fb_span_of("month end"), .due_ms = FB_ABSENT};
    take(key, memory, fb_encode_query(&q, memory, sizeof memory));
}

/* What the commit thread found to be another trust's is told so, and counted. */
static void test_refused_behind_the_door(void)
{
    struct fb_item *item[1];
    begin();
    ask_of(KEY_RXQ, FB_QUERY_RECEIPT);
    fb_queue_hand_over(T.queue);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(T.queue, item, 1, 0), 1);
    item[0]->err = FB_REFUSED;
    item[0]->reason = FB_REASON_NOT_YOURS;
    fb_text_add(&item[0]->why, "another trust's");
    fb_queue_give_back(T.queue, item, 1);
    CU_ASSERT_EQUAL(fb_queue_done(T.queue, item, 1), 1);
    fb_door_done(&T.door, item, 1);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_RIGHT], 1);
    load("identities:\n" RTH);
    ask_of(KEY_RXQ, FB_QUERY_RECEIPT);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_RIGHT], 1);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_KEY_REVOKED], 1);
    end();
}

/* Who closes a month is who the key says, whatever they say they are. */
static void test_close(void)
{
    struct fb_item *item[1];
    begin();
    load("identities:\n" RTH "  - name: finance-1\n    key: '" KEY_B "'\n    roles: [finance]\n");
    ask_of(KEY_RXQ, FB_QUERY_CLOSE_PERIOD);
    fb_queue_hand_over(T.queue);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(T.queue, item, 1, 0), 1);
    CU_ASSERT_TRUE(fb_span_is(item[0]->query.role, "finance-1 (finance_director)"));
    fb_queue_give_back(T.queue, item, 1);
    CU_ASSERT_EQUAL(fb_queue_done(T.queue, item, 1), 1);
    fb_door_done(&T.door, item, 1);
    end();
}

/* A session is of its own key's trust, also where somebody of this machine said Hello under the same name for every trust. */
static void test_record(void)
{
    begin();
    say_hello(KEY_RTH, "rth", NULL);
    say_hello(0, "rth", NULL);
    fb_test_door_commit(&T);
    publish(KEY_RTH, "rth", "m1", "RXQ");
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 1);
    CU_ASSERT_EQUAL(answer(2), FB_REASON_NOT_YOURS);
    publish(KEY_RTH, "rth", "m2", "RTH");
    publish(0, "rth", "m3", "RXQ");
    fb_test_door_commit(&T);
    CU_ASSERT_TRUE(answer(3) == FB_REASON_NONE && answer(4) == FB_REASON_NONE);
    CU_ASSERT_TRUE(T.sent[3].peer.key != T.sent[4].peer.key);
    publish(KEY_RXQ, "rth", "m2", "RTH"); /* the frame of another, before Hello */
    CU_ASSERT_EQUAL(answer(5), FB_REASON_NO_HELLO);
    end();
}

static void test_revoked(void)
{
    begin();
    say_hello(KEY_RTH, "rth", NULL);
    say_hello(KEY_RXQ, "rxq", NULL);
    fb_test_door_commit(&T);
    publish(KEY_RTH, "rth", "m1", "RTH"); /* on its way while the file changes: it was taken */
    load("identities:\n" RXQ);
    fb_door_recheck(&T.door);
    publish(KEY_RTH, "rth", "m2", "RTH");
    CU_ASSERT_EQUAL(answer(2), FB_REASON_NO_HELLO);
    fb_test_door_commit(&T);
    CU_ASSERT_EQUAL(answer(3), FB_REASON_NONE);
    say_hello(KEY_RTH, "rth", NULL);
    CU_ASSERT_EQUAL(welcome(4), FB_REASON_NOT_YOURS);
    CU_ASSERT_EQUAL(fb_sessions_count(T.sessions), 1);
    publish(KEY_RXQ, "rxq", "m3", "RXQ");
    fb_test_door_commit(&T);
    CU_ASSERT_EQUAL(answer(5), FB_REASON_NONE); /* the others go on */
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_KEY_REVOKED] > 0, true);
    end();
}

/* The trust of a key changes: its session was for the old one. */
static void test_moved(void)
{
    begin();
    say_hello(KEY_RTH, "rth", NULL);
    fb_test_door_commit(&T);
    load("identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:RNU]\n" RXQ);
    publish(KEY_RTH, "rth", "m1", "RTH"); /* before anybody rechecked: looked at for each message */
    CU_ASSERT_EQUAL(answer(1), FB_REASON_NO_HELLO);
    fb_door_recheck(&T.door);
    say_hello(KEY_RTH, "rth", NULL);
    fb_test_door_commit(&T);
    publish(KEY_RTH, "rth", "m2", "RTH");
    publish(KEY_RTH, "rth", "m3", "RNU");
    fb_test_door_commit(&T);
    struct fb_wire_answer *a = NULL;
    unsigned n = 0;
    uint32_t window = 0;
    CU_ASSERT_EQUAL(fb_decode_answers(fb_test_door_payload(&T, 3, FB_FRAME_ANSWERS), &T.arena, &a, &n, &window), FB_REASON_NONE);
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT_TRUE(a[0].reason == FB_REASON_NOT_YOURS && a[1].reason == FB_REASON_NONE);
    end();
}

static void test_question(void)
{
    struct fb_result r;
    const struct fb_query q = {.kind = FB_QUERY_FORGET, .worker_number = 1, .reason = fb_span_of("why"), .asker = {fb_span_of("x"), FB_AS_ADMIN, 0}};
    begin();
    take(KEY_RXQ, memory, fb_encode_query(&q, memory, sizeof memory));
    CU_ASSERT_EQUAL(fb_decode_result(fb_test_door_payload(&T, 0, FB_FRAME_RESULT), &T.arena, &r), FB_REASON_NONE);
    CU_ASSERT_EQUAL(r.reason, FB_REASON_NOT_YOURS);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_RIGHT], 1);
    end();
}

/* Connection after connection under one key: its own oldest go, and nobody else's. */
static void test_many_sessions(void)
{
    begin();
    say_hello(KEY_RXQ, "rxq", NULL);
    fb_test_door_commit(&T);
    struct fb_source told = {.name = fb_span_of("rth"), .trust = fb_code_of("RTH"), .window = 4};
    for (unsigned i = 0; i < 3 * FB_SESSIONS_BY_KEY_MAX; i++) {
        const struct fb_peer peer = {.n = 2, .id = {(unsigned char)i, 7}, .key = KEY_RTH};
        CU_ASSERT_PTR_NOT_NULL(fb_session_begin(T.sessions, &peer, &told, 100 + i));
    }
    CU_ASSERT_EQUAL(fb_sessions_count(T.sessions), FB_SESSIONS_BY_KEY_MAX + 1);
    publish(KEY_RXQ, "rxq", "m1", "RXQ");
    fb_test_door_commit(&T);
    CU_ASSERT_EQUAL(answer(1), FB_REASON_NONE);
    end();
}

/* ---- the feed ---- */

static struct fb_test_turn turn;
static struct fb_reader_books *books;
static struct fb_queue *queue;
static struct fb_stats stats;
static struct fb_outfeed *feed;
static unsigned char said[65536];
static size_t n_said;

static enum fb_err note(void *ctx, const struct fb_peer *peer, const void *bytes, size_t n)
{
    (void)ctx;
    (void)peer;
    memcpy(said, bytes, n < sizeof said ? n : sizeof said);
    n_said = n;
    return FB_OK;
}

static void begin_feed(void)
{
    begin();
    fb_test_records_forget();
    fb_test_turn_open(&turn);
    n_said = 0;
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, turn.store, &turn.ports), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&queue, 8, 4), FB_OK);
    struct fb_outfeed_with with = {turn.store, books, queue, &stats, {NULL, note}, EPOCH, 20, G, NULL, NULL};
    CU_ASSERT_EQUAL_FATAL(fb_outfeed_open(&feed, &with), FB_OK);
}

static void end_feed(void)
{
    fb_outfeed_close(&feed);
    fb_queue_close(&queue);
    fb_reader_books_close(&books);
    fb_test_turn_close(&turn);
    end();
}

static void ask(uint32_t key, const struct fb_feed_ask *a)
{
    struct fb_peer peer = fb_test_door_peer(1);
    peer.key = key;
    n_said = 0;
    fb_outfeed_take(feed, &peer, (struct fb_span){(const char *)memory, (uint32_t)fb_encode_feed_ask(a, memory, sizeof memory)});
}

static struct fb_feed_page page(void)
{
    static unsigned char room[1 << 16];
    struct fb_arena arena;
    struct fb_feed_page p = {0};
    fb_arena_init(&arena, room, sizeof room);
    CU_ASSERT_EQUAL(fb_decode_feed_page(fb_test_payload(said, n_said, FB_FRAME_FEED_PAGE), &arena, &p), FB_REASON_NONE);
    return p;
}

static void test_feed_scope(void)
{
    const struct fb_feed_ask all = {.limit = 10}, rth = {.filter = {.trust = fb_code_of("RTH")}}, rxq = {.filter = {.trust = fb_code_of("RXQ")}};
    begin_feed();
    ask(KEY_RTH, &all);
    CU_ASSERT_EQUAL(page().reason, FB_REASON_NONE);
    ask(KEY_RTH, &rth);
    CU_ASSERT_EQUAL(page().reason, FB_REASON_NONE);
    ask(KEY_RTH, &rxq);
    CU_ASSERT_EQUAL(page().reason, FB_REASON_NOT_YOURS);
    ask(KEY_RXQ, &all); /* may not read the feed */
    CU_ASSERT_EQUAL(page().reason, FB_REASON_NOT_YOURS);
    ask(0, &rxq);
    CU_ASSERT_EQUAL(page().reason, FB_REASON_NONE);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_FEED], 2);
    end_feed();
}

/* Waits for what never comes; when its key goes, so does the waiting, at once. */
static void test_feed_revoked(void)
{
    const struct fb_feed_ask wait = {.after = 1000, .wait = true};
    begin_feed();
    ask(KEY_RTH, &wait);
    CU_ASSERT_TRUE(n_said == 0 && fb_outfeed_parked(feed) == 1);
    load("identities:\n" RTH RXQ);
    fb_outfeed_recheck(feed);
    CU_ASSERT_TRUE(n_said == 0 && fb_outfeed_parked(feed) == 1); /* nothing has changed for it */
    load("identities:\n" RXQ);
    fb_outfeed_recheck(feed);
    CU_ASSERT_TRUE(page().reason == FB_REASON_NOT_YOURS && fb_outfeed_parked(feed) == 0);
    end_feed();
}

static void test_feed_places(void)
{
    begin_feed();
    for (unsigned i = 0; i < 2 * FB_PARKED_BY_KEY_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "c%u", i);
        const struct fb_feed_ask wait = {.after = 1000, .wait = true, .cursor = fb_span_of(name)};
        ask(KEY_RTH, &wait);
    }
    CU_ASSERT_EQUAL(fb_outfeed_parked(feed), FB_PARKED_BY_KEY_MAX);
    end_feed();
}

/* Under one word two identities have two positions. */
static void test_feed_cursor(void)
{
    const struct fb_feed_ack ack = {.cursor = fb_span_of("ledger"), .epoch = EPOCH, .seq = 1};
    char name[80];
    struct fb_item *item[2];
    begin_feed();
    for (uint32_t key = 0; key < 2; key++) {
        struct fb_peer peer = fb_test_door_peer(1);
        peer.key = key;
        fb_outfeed_take(feed, &peer, (struct fb_span){(const char *)memory, (uint32_t)fb_encode_feed_ack(&ack, memory, sizeof memory)});
    }
    fb_queue_hand_over(queue);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(queue, item, 2, 0), 2);
    CU_ASSERT_TRUE(fb_span_is(item[0]->ack.cursor, "ledger") && fb_span_is(item[1]->ack.cursor, "rth/ledger"));
    fb_queue_give_back(queue, item, 2);
    CU_ASSERT_EQUAL_FATAL(fb_queue_done(queue, item, 2), 2);
    for (unsigned i = 0; i < 2; i++)
        fb_queue_free(queue, item[i]);
    memset(name, 'c', sizeof name);
    const struct fb_feed_ask longest = {.limit = 1, .cursor = {name, FB_ID_BYTES_MAX}};
    ask(KEY_RTH, &longest); /* with the name before it, it does not fit */
    CU_ASSERT_EQUAL(page().reason, FB_REASON_TOO_LONG);
    end_feed();
}

static void ack_and_ask(const char *cursor)
{
    const struct fb_feed_ack ack = {.cursor = fb_span_of(cursor), .epoch = EPOCH, .seq = 1};
    const struct fb_feed_ask at = {.limit = 1, .cursor = fb_span_of(cursor), .from_cursor = true};
    const struct fb_peer peer = fb_test_door_peer(1);
    fb_outfeed_take(feed, &peer, (struct fb_span){(const char *)memory, (uint32_t)fb_encode_feed_ack(&ack, memory, sizeof memory)});
    ask(0, &at);
}

static unsigned acks(void)
{
    struct fb_item *item[4];
    fb_queue_hand_over(queue);
    unsigned n = fb_queue_take(queue, item, 4, 0);
    fb_queue_give_back(queue, item, n);
    CU_ASSERT_EQUAL_FATAL(fb_queue_done(queue, item, n), n);
    for (unsigned i = 0; i < n; i++)
        fb_queue_free(queue, item[i]);
    return n;
}

/* Where this machine's sockets are not for everything, they are not for what the network's identities were given so far. */
static void test_feed_local(void)
{
    begin_feed();
    ack_and_ask("rth/ledger");
    CU_ASSERT_TRUE(page().reason == FB_REASON_NONE && acks() == 1);
    load("local:\n  roles: [trust:RXQ, feed]\nidentities:\n" RTH RXQ);
    ack_and_ask("rth/ledger");
    CU_ASSERT_TRUE(page().reason == FB_REASON_NOT_YOURS && acks() == 0);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_FEED], 2);
    ack_and_ask("rth");
    CU_ASSERT_TRUE(page().reason == FB_REASON_NONE && acks() == 1);
    ack_and_ask("ward/7");
    CU_ASSERT_TRUE(page().reason == FB_REASON_NONE && acks() == 1);
    end_feed();
}

CU_TestInfo suite_gate[] = {{"Hello: the source and the trust are the key's", test_hello},
                            {"a Hello under the engine's own name is counted", test_hello_unlisted},
                            {"what turns out behind the door to be another's is refused as such, and counted", test_refused_behind_the_door},
                            {"a month is closed by who the key says", test_close},
                            {"a record: the trust is the key's, whoever else said Hello under that name", test_record},
                            {"a revoked key is refused from its next message, and what was taken before is answered", test_revoked},
                            {"a key that moves to another trust begins anew", test_moved},
                            {"a question that the key's roles do not ask is refused and counted", test_question},
                            {"one key does not take every place at the door", test_many_sessions},
                            {"the feed gives a trust its own events, and nobody without the role any", test_feed_scope},
                            {"a waiting consumer whose key is revoked is refused at once", test_feed_revoked},
                            {"one key does not take every place at the feed", test_feed_places},
                            {"a position belongs to an identity", test_feed_cursor},
                            {"peers of this machine who may not do everything do not move an identity's position", test_feed_local},
                            CU_TEST_INFO_NULL};
