/* What each source sent, day by day: counted by the engine, and by somebody who only knows what was sent and answered. */
#include "engine/core/reason.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"
#include "tests/lib/kept.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

static struct fb_test_turn T;
#define DAY_MS ((int64_t)86400000)
static struct fb_test_kept kept;

static fb_day day_now(void)
{
    return fb_london_day_of_ms(T.now_ms);
}

static struct fb_answer send(struct fb_record *r)
{
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    if (a.outcome != FB_OUTCOME_DUPLICATE)
        fb_test_keep(&kept, r, &a, day_now());
    return a;
}

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_turn_listen(T.turn);
    kept.n = 0;
}

static void reopen(void)
{
    fb_test_turn_reopen(&T);
    fb_turn_listen(T.turn);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* Midday of so many days later, with whatever is due until then done. */
static void pass(unsigned days)
{
    T.now_ms += days * DAY_MS;
    fb_test_settle(&T);
}

static enum fb_err ask(enum fb_test_source source, fb_day day, struct fb_receipt *out)
{
    fb_day first;
    return fb_turn_receipt(T.turn, T.source[source], day, T.now_ms, out, &first);
}

/* ---- a day of several things ---- */

static struct fb_record *booking(const char *ref, int64_t seq)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    r->env.source_seq = seq;
    return r;
}

static void refuse_one(void)
{
    static struct fb_record none;
    static const char body[] = "nonsense";
    struct fb_answer a;
    struct fb_input in = {.body = {body, sizeof body}, .source = T.source[FB_TEST_ROSTER], .refused = FB_REASON_FIELD_MISSING};
    in.env = (struct fb_envelope){.revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = FB_ABSENT};
    in.env.message_id = fb_span_of("bad-1");
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &a), FB_OK);
    none.env = in.env;
    none.env.source = kept.sent[0].r->env.source; /* the turn is closed before this is looked at */
    fb_test_keep(&kept, &none, &a, day_now());
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &a), FB_OK); /* a repeat of a refusal is a repeat */
}

static void check_remade(enum fb_test_source source, fb_day day, const struct fb_receipt *r)
{
    CU_ASSERT_TRUE(fb_test_kept_same(&kept, fb_turn_source_get(T.turn, T.source[source])->name, day, day, r));
}

static void send_a_day(void)
{
    struct fb_record *r = booking("B1", 10), *other, *amended = fb_test_amend(r, 2);
    amended->env.source_seq = FB_ABSENT; /* its publisher numbers some messages and not others */
    (void)send(r);
    (void)send(amended);
    (void)send(booking("B2", 13));
    (void)send(booking("B3", 11)); /* late: one of the two that were missing */
    (void)send(fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    (void)send(fb_test_record(FB_KIND_AGENCY, FB_TEST_REGISTERS, "NS"));
    CU_ASSERT_EQUAL(send(r).outcome, FB_OUTCOME_DUPLICATE);
    other = fb_test_amend(r, 9);
    other->env.message_id = r->env.message_id;
    CU_ASSERT_EQUAL(send(other).outcome, FB_OUTCOME_CONFLICT);
    refuse_one();
}

static void check_the_day(const struct fb_receipt *r, bool open)
{
    CU_ASSERT_EQUAL(r->open, open);
    CU_ASSERT_EQUAL(r->line[FB_KIND_BOOKING].first, 3);
    CU_ASSERT_EQUAL(r->line[FB_KIND_BOOKING].amended, 1);
    CU_ASSERT_EQUAL(r->line[FB_KIND_BOOKING].sum[FB_SUM_MINUTES], 4 * 720);
    CU_ASSERT_TRUE(r->line[FB_KIND_BOOKING].sum[FB_SUM_RATES] > 0);
    CU_ASSERT_EQUAL(r->line[FB_KIND_VACANCY].first, 1);
    CU_ASSERT_EQUAL(r->line[FB_KIND_AGENCY].first, 0); /* the registers' */
    CU_ASSERT_EQUAL(r->refused.n, 1);
    CU_ASSERT_EQUAL(r->conflict.n, 1);
    CU_ASSERT_EQUAL(r->repeats, 2);
    CU_ASSERT_TRUE(r->seq_first == 10 && r->seq_last == 13 && r->seq_next == 14 && r->seq_missing == 1 && r->seq_again == 0);
    CU_ASSERT_TRUE(r->gaps.n == 1 && r->gaps.gap[0].first == 12 && r->gaps.gap[0].last == 12);
    CU_ASSERT_TRUE(fb_span_eq((struct fb_span){r->source, r->n_source}, fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER])->name));
    check_remade(FB_TEST_ROSTER, r->day, r);
}

static void test_day(void)
{
    struct fb_receipt open, closed, again;
    begin();
    fb_day day = day_now();
    fb_test_settle(&T);
    send_a_day();
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day, &open), FB_OK);
    check_the_day(&open, true);
    CU_ASSERT_EQUAL(open.made_ms, T.now_ms);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECEIPT_ISSUED), 0);
    T.now_ms = fb_turn_next_due_ms(T.turn);
    CU_ASSERT_EQUAL(fb_london_day_of_ms(T.now_ms - 1), day);
    CU_ASSERT_EQUAL(fb_london_day_of_ms(T.now_ms), day + 1);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECEIPT_ISSUED), FB_TEST_SOURCES);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day, &closed), FB_OK);
    check_the_day(&closed, false);
    CU_ASSERT_EQUAL(closed.made_ms, T.now_ms);
    reopen();
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day, &again), FB_OK);
    CU_ASSERT_EQUAL(memcmp(&again, &closed, sizeof again), 0);
    CU_ASSERT_EQUAL(ask(FB_TEST_REGISTERS, day, &again), FB_OK);
    CU_ASSERT_EQUAL(again.line[FB_KIND_AGENCY].first, 1);
    check_remade(FB_TEST_REGISTERS, day, &again);
    CU_ASSERT_EQUAL(ask(FB_TEST_PORTAL, day, &again), FB_OK); /* nothing came, and that is said too */
    check_remade(FB_TEST_PORTAL, day, &again);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day - 1, &again), FB_NOT_FOUND);
    end();
}

/* However it is looked at, in slices and after a crash, it is the same. */
static void test_slices(void)
{
    struct fb_receipt whole, sliced;
    bool more = true;
    begin();
    fb_test_settle(&T);
    for (unsigned i = 0; i < 50; i++) {
        char ref[8];
        snprintf(ref, sizeof ref, "S%u", i);
        (void)send(booking(ref, i));
        if (i % 7 == 0)
            CU_ASSERT_EQUAL(fb_turn_look_on(T.turn, 3, &more), FB_OK);
    }
    CU_ASSERT_TRUE(more);
    while (more)
        CU_ASSERT_EQUAL(fb_turn_look_on(T.turn, 3, &more), FB_OK);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now(), &sliced), FB_OK);
    reopen();
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now(), &whole), FB_OK);
    CU_ASSERT_EQUAL(memcmp(&whole, &sliced, sizeof whole), 0);
    CU_ASSERT_EQUAL(whole.line[FB_KIND_BOOKING].first, 50);
    check_remade(FB_TEST_ROSTER, day_now(), &whole);
    end();
}

/* A message after midnight and before the statement belongs to the day after. */
static void test_midnight(void)
{
    struct fb_receipt before, after;
    begin();
    fb_test_settle(&T);
    fb_day day = day_now();
    (void)send(booking("B1", 1));
    T.now_ms = fb_turn_next_due_ms(T.turn) - 1;
    (void)send(booking("B2", 2));
    T.now_ms++;
    (void)send(booking("B3", 3));
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day, &before), FB_OK);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day + 1, &after), FB_OK);
    CU_ASSERT_TRUE(before.line[FB_KIND_BOOKING].first == 2 && before.seq_last == 2 && !before.open);
    CU_ASSERT_TRUE(after.line[FB_KIND_BOOKING].first == 1 && after.seq_first == 3 && after.open && after.seq_missing == 0 && after.seq_again == 0);
    (void)send(booking("B4", 1)); /* the numbers begin anew: nobody can say whether one is missing, and that is said */
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day + 1, &after), FB_OK);
    CU_ASSERT_TRUE(after.seq_again == 1 && after.seq_missing == 0 && after.seq_next == 4);
    check_remade(FB_TEST_ROSTER, day, &before);
    check_remade(FB_TEST_ROSTER, day + 1, &after);
    CU_ASSERT_EQUAL(before.entries, kept.sent[1].answer.journal);
    end();
}

/* The last day on which something came is stated whenever that is; then a month at the most is made up for. */
static void test_away(void)
{
    struct fb_receipt r;
    begin();
    fb_test_settle(&T);
    fb_day day = day_now();
    (void)send(booking("B1", 1));
    pass(1); /* it is stated */
    reopen();
    pass(399);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day, &r), FB_OK);
    CU_ASSERT_TRUE(r.line[FB_KIND_BOOKING].first == 1 && r.day == day && r.before == 0);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day + 2, &r), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now() - FB_RECEIPTS_BEHIND_MAX, &r), FB_OK);
    CU_ASSERT_EQUAL(r.seq_next, 2);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now() - 1, &r), FB_OK);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECEIPT_ISSUED), (2 + FB_RECEIPTS_BEHIND_MAX) * FB_TEST_SOURCES); /* the day after has an entry: that statement */
    end();
}

/* An engine that is killed after midnight, with messages of both days taken and none stated yet, states both; so does one that finds
 * a store of a version that stated nothing. */
static void test_begun_late(void)
{
    struct fb_receipt r;
    fb_test_records_forget();
    fb_test_turn_open(&T);
    kept.n = 0;
    (void)send(booking("B1", 1));
    T.now_ms += 3 * DAY_MS;
    (void)send(booking("B2", 3));
    reopen();
    (void)send(booking("B3", 4));
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now(), &r), FB_OK);
    CU_ASSERT_TRUE(r.line[FB_KIND_BOOKING].first == 2 && r.open && r.seq_missing == 1);
    check_remade(FB_TEST_ROSTER, day_now(), &r);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now() - 3, &r), FB_OK);
    CU_ASSERT_TRUE(r.line[FB_KIND_BOOKING].first == 1 && !r.open && r.seq_missing == 0);
    check_remade(FB_TEST_ROSTER, day_now() - 3, &r);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now() - 4, &r), FB_NOT_FOUND);
    pass(1);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now() - 1, &r), FB_OK);
    CU_ASSERT_EQUAL(r.line[FB_KIND_BOOKING].first, 2);
    end();
}

/* Of a day whose first entries were lost nobody can say how much it was: the day after is the first. */
static void test_begun_without_the_first(void)
{
    struct fb_receipt r;
    struct fb_txn *txn;
    fb_test_records_forget();
    fb_test_turn_open(&T);
    kept.n = 0;
    for (unsigned i = 0; i < 3; i++) {
        char ref[8];
        snprintf(ref, sizeof ref, "A%u", i);
        (void)send(booking(ref, i + 1));
        T.now_ms += i == 1 ? DAY_MS : 1000;
    }
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    for (uint64_t journal = 1; journal <= kept.sent[0].answer.journal; journal++) {
        struct fb_key key = fb_key_u64(journal);
        fb_del(txn, FB_TABLE_JOURNAL, fb_key_span(&key));
    }
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
    reopen();
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now() - 1, &r), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(ask(FB_TEST_ROSTER, day_now(), &r), FB_OK);
    CU_ASSERT_EQUAL(r.line[FB_KIND_BOOKING].first, 1);
    fb_test_turn_close(&T);
}

/* Nothing is stated by a turn that nobody told to listen, and nothing is due. */
static void test_off(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_test_send_one(&T, booking("B1", 1));
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    pass(5);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_RECEIPTS), 0);
    end();
}

/* An altered row of a statement is found by whoever replays. */
static void test_changed_row(void)
{
    struct fb_verify out;
    struct fb_txn *txn;
    struct fb_span value;
    struct fb_arena arena;
    static unsigned char memory[1 << 16];
    begin();
    (void)send(booking("B1", 1));
    fb_test_settle(&T);
    pass(1);
    struct fb_key key = fb_key_receipt(T.source[FB_TEST_ROSTER], day_now() - 1);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_find(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), &arena, &value), FB_OK);
    memory[(size_t)((const unsigned char *)value.p - memory) + value.n - 1] ^= 1;
    fb_put(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), value);
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
    CU_ASSERT_EQUAL(fb_turn_verify(T.store, &T.ports, NULL, &out), FB_OK);
    CU_ASSERT_FALSE(out.equal);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.first_difference, "receipts: source 1, day 2026-03-10"));
    fb_test_turn_close(&T);
}

static void test_body(void)
{
    static uint64_t repeats[FB_SOURCES_MAX + 1];
    struct fb_receipts_of of;
    bool lists;
    static const char *const wrong[] = {"", "\x02", "\x02\x01", "\x02\x01\x01", "\x02\x01\x01\x02x", "\x02\x02\x02\x01\x01\x01",
                                        "\x02\x02\x01\x05\x03\x07\x02\x02", "\x02\x02\x01\x05\x03\x07\x03",
                                        "\x02\x02\x01\x05\x03\x07\x03\x09\x01", "\x02\x02\x01\x05\x03\x07\x03\xff\xff\xff\xff\x01"};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CU_ASSERT_FALSE(fb_receipts_read_day(fb_span_of(wrong[i]), &of, repeats));
    CU_ASSERT_TRUE(fb_receipts_read_day(fb_span_of("\x02\x02\x01\x05\x03\x07"), &of, repeats));
    CU_ASSERT_TRUE(of.day == 1 && repeats[1] == 5 && repeats[2] == 0 && repeats[3] == 7);
    CU_ASSERT_TRUE(!of.lists && of.before == 0);
    CU_ASSERT_TRUE(fb_receipts_read_day(fb_span_of("\x02\x02\x01\x05\x03\x07\x02"), &of, repeats));
    CU_ASSERT_TRUE(of.lists && of.before == 0);
    CU_ASSERT_TRUE(fb_receipts_read_day(fb_span_of("\x02\x02\x01\x05\x03\x07\x03\x09"), &of, repeats));
    CU_ASSERT_TRUE(of.lists && of.before == 9);
    int64_t since;
    CU_ASSERT_FALSE(fb_silence_read(fb_span_of("\x02"), &since, &lists));
    CU_ASSERT_TRUE(fb_silence_read(fb_span_of("\x02\x03"), &since, &lists));
    CU_ASSERT_FALSE(fb_silence_read(fb_span_of("\x02\x03\x03\x01"), &since, &lists));
}

CU_TestInfo suite_receipts[] = {
    {"a publisher that knows what it sent and was answered makes the same statement, open and closed", test_day},
    {"what is looked at in slices, and again after a crash, adds up to the same", test_slices},
    {"the day of a message is that of the instant at which it was taken", test_midnight},
    {"an engine that was away states the last day and then a month at the most", test_away},
    {"an engine that was killed before its first statement, and a store of before, begin with the first entry's day", test_begun_late},
    {"a day whose first entries were lost before anything was stated is passed over", test_begun_without_the_first},
    {"a turn that does not listen states nothing", test_off},
    {"a statement that was changed in the store is found by verify", test_changed_row},
    {"bodies of entries that are none are refused", test_body},
    CU_TEST_INFO_NULL,
};
