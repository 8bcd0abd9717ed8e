/* Sources that fall silent against their own habit. */
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
static unsigned sent;
#define HOUR_MS ((int64_t)3600000)
#define DAY_MS  (24 * HOUR_MS)
enum { ROWS = 64, MEMORY = 1 << 20 };

static void send(void)
{
    char ref[16];
    struct fb_answer a;
    snprintf(ref, sizeof ref, "B%u", sent++);
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, ref);
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    fb_test_settle(&T);
}

/* From now on until then; whatever falls due on the way is done at its moment. */
static void until(int64_t then_ms)
{
    for (int64_t due; (due = fb_turn_next_due_ms(T.turn)) <= then_ms;) {
        T.now_ms = due > T.now_ms ? due : T.now_ms;
        fb_test_settle(&T);
    }
    T.now_ms = then_ms;
    fb_test_settle(&T);
}

static int64_t at(unsigned day, unsigned hour, unsigned minute)
{
    static const char noon[] = "2026-03-10T12:00Z";
    int64_t ms = 0;
    CU_ASSERT_EQUAL(fb_instant_parse(&ms, fb_span_of(noon)), FB_OK);
    return ms - 12 * HOUR_MS + (int64_t)day * DAY_MS + hour * HOUR_MS + (int64_t)minute * 60000;
}

/* Each day but Sundays a message at half past the hour, from nine to four: 2026-03-10 is a Tuesday. Local time is an hour later from
 * 29 March on (day 19), and people keep to local time. */
static void send_days(unsigned from, unsigned days)
{
    for (unsigned d = from; d < from + days; d++)
        for (unsigned h = 9; h < 17 && d % 7 != 5; h++) {
            until(at(d, h - (d >= 19), 30));
            send();
        }
}

static unsigned told(struct fb_event_row row[ROWS])
{
    static unsigned char memory[MEMORY];
    struct fb_event_filter filter = {.kinds = fb_event_set_of(FB_EVENT_SOURCE_SILENT)};
    struct fb_reader_books *books;
    struct fb_arena arena;
    uint64_t next = 0, head = 1;
    unsigned n, all = 0;
    CU_ASSERT_EQUAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    fb_arena_init(&arena, memory, sizeof memory);
    while (next < head && all < ROWS) {
        CU_ASSERT_EQUAL_FATAL(fb_report_events(T.store, books, &filter, next, &arena, row + all, ROWS - all, &n, &next, &head), FB_OK);
        all += n;
    }
    fb_reader_books_close(&books);
    return all;
}

static struct fb_event_row row[ROWS];

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_test_turn_issue(&T, "silence");
    fb_turn_listen(T.turn);
    sent = 0;
    T.now_ms = at(0, 0, 1) > T.now_ms ? at(0, 0, 1) : T.now_ms;
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static enum fb_habit_known known(int64_t *since_ms)
{
    static unsigned char memory[1 << 16];
    enum fb_habit_known k = FB_HABIT_NO_RULE;
    struct fb_arena arena;
    struct fb_txn *txn;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    CU_ASSERT_EQUAL(fb_report_habit(txn, &arena, fb_turn_book(T.turn, 0), T.source[FB_TEST_ROSTER], fb_london_day_of_ms(T.now_ms), &k, since_ms), FB_OK);
    fb_txn_abort(&txn);
    return k;
}

/* Three weeks are too few for a fourth Monday, and enough for the one after: day 28 is a Tuesday, when three Tuesdays were whole
 * days (the first began at noon, and counts with its afternoon). */
static void test_no_habit(void)
{
    int64_t since;
    begin();
    send_days(1, 18);
    CU_ASSERT_EQUAL(known(&since), FB_HABIT_CANNOT_SAY);
    until(at(20, 23, 0));
    CU_ASSERT_EQUAL(told(row), 0);
    end();
}

static void test_silent_and_back(void)
{
    int64_t since = 0;
    begin();
    send_days(1, 28); /* up to day 28, a Tuesday, its last message at 16:30 */
    CU_ASSERT_EQUAL(known(&since), FB_HABIT_KNOWN);
    CU_ASSERT_EQUAL(told(row), 0); /* nights and Sundays are nobody's silence */
    until(at(29, 10, 59));         /* 11:59 on Wednesday: two whole hours of the habit */
    CU_ASSERT_EQUAL(told(row), 0);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), at(29, 11, 0));
    until(at(29, 11, 0));
    CU_ASSERT_EQUAL_FATAL(told(row), 1);
    CU_ASSERT_EQUAL(row[0].event.severity, FB_SEVERITY_WARN);
    CU_ASSERT_EQUAL(row[0].event.detail, FB_SILENCE_FELL);
    CU_ASSERT_EQUAL(row[0].event.trust, fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER])->trust);
    CU_ASSERT_TRUE(fb_span_eq(row[0].event.source, fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER])->name));
    CU_ASSERT_EQUAL(row[0].event.minutes, (at(29, 11, 0) - at(28, 15, 30)) / 60000);
    CU_ASSERT_EQUAL(row[0].event.shift_day, fb_london_day_of_ms(at(28, 12, 0)));
    CU_ASSERT_TRUE(known(&since) == FB_HABIT_SILENT && since == at(28, 15, 30));
    until(at(31, 12, 0)); /* once a silence, however long, also after a restart */
    fb_test_turn_reopen(&T);
    fb_turn_listen(T.turn);
    until(at(32, 12, 0));
    CU_ASSERT_EQUAL(told(row), 1);
    send();
    CU_ASSERT_EQUAL_FATAL(told(row), 2);
    CU_ASSERT_EQUAL(row[1].event.severity, FB_SEVERITY_OK_);
    CU_ASSERT_EQUAL(row[1].event.detail, FB_SILENCE_BACK);
    CU_ASSERT_EQUAL(row[1].event.minutes, (at(32, 12, 0) - at(28, 15, 30)) / 60000);
    CU_ASSERT_EQUAL(known(&since), FB_HABIT_KNOWN);
    until(at(32, 14, 59)); /* 13:00 local is the hour of that message; it ends three whole hours later */
    CU_ASSERT_EQUAL(told(row), 2);
    until(at(32, 23, 0));
    CU_ASSERT_EQUAL(told(row), 3);
    end();
}

/* What this engine slept through is nobody's silence; hours begin to count when it listens again. */
static void test_not_listening(void)
{
    begin();
    send_days(1, 28);
    fb_test_turn_reopen(&T);
    fb_turn_listen(T.turn);
    T.now_ms = at(29, 11, 10);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(told(row), 0);
    until(at(29, 13, 59)); /* 12:10 local: 13, 14 and 15 o'clock are the first whole hours */
    CU_ASSERT_EQUAL(told(row), 0);
    until(at(29, 15, 0));
    CU_ASSERT_EQUAL(told(row), 1);
    end();
}

/* A repeat is answered and leaves no trace; anything that the journal keeps ends the silence. */
static void test_what_ends_it(void)
{
    static const char body[] = "nonsense";
    struct fb_answer a;
    begin();
    send_days(1, 28);
    until(at(29, 12, 0));
    CU_ASSERT_EQUAL(told(row), 1);
    struct fb_input in = {.body = {body, sizeof body}, .source = T.source[FB_TEST_ROSTER], .refused = FB_REASON_FIELD_MISSING};
    in.env = (struct fb_envelope){.revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = FB_ABSENT};
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &a), FB_OK);
    CU_ASSERT_EQUAL(told(row), 2);
    end();
}

/* Whoever asks for the day so far looks at messages that nobody looked at yet; what then falls due is asked of them too, else the
 * engine would be woken for a silence that is none, and again at once. */
static void test_asked_meanwhile(void)
{
    struct fb_receipt receipt;
    struct fb_answer a;
    fb_day first;
    begin();
    send_days(1, 28);
    until(at(29, 10, 30));
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "asked");
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), at(29, 11, 0));
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    CU_ASSERT_EQUAL(fb_turn_receipt(T.turn, T.source[FB_TEST_ROSTER], fb_london_day_of_ms(T.now_ms), T.now_ms, &receipt, &first), FB_OK);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), at(29, 14, 0)); /* 11:30 local: 12, 13 and 14 o'clock */
    until(at(29, 13, 59));
    CU_ASSERT_EQUAL(told(row), 0);
    end();
}

/* Instants of the journal never go back: what is due by the last of them is due now, whatever a clock says that was set right. */
static void test_clock_set_back(void)
{
    bool more;
    begin();
    send_days(1, 28);
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_REGISTERS, "ahead");
    struct fb_answer a;
    T.now_ms = at(29, 12, 0); /* a clock that is wrong */
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    T.now_ms = at(28, 16, 0);
    CU_ASSERT_TRUE(fb_turn_next_due_ms(T.turn) <= T.now_ms);
    do {
        CU_ASSERT_TRUE(fb_turn_next_due_ms(T.turn) <= T.now_ms);
        CU_ASSERT_EQUAL_FATAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    } while (more);
    CU_ASSERT_TRUE(fb_turn_next_due_ms(T.turn) > at(29, 12, 0));
    CU_ASSERT_EQUAL(told(row), 1);
    end();
}

/* Without a rule in the packs nobody is said to be silent; with the next issue that has one, whoever is. */
static void test_rule_comes(void)
{
    int64_t since;
    begin();
    fb_test_turn_issue(&T, "first");
    send_days(1, 28);
    until(at(29, 23, 0));
    CU_ASSERT_EQUAL(told(row), 0);
    CU_ASSERT_EQUAL(known(&since), FB_HABIT_NO_RULE);
    fb_test_turn_issue(&T, "silence again");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(told(row), 1);
    end();
}

CU_TestInfo suite_silence[] = {
    {"with too few weeks nobody can say, and nothing is told", test_no_habit},
    {"a silence is told once, at the end of its third hour, and its end with the next message", test_silent_and_back},
    {"hours in which the engine did not listen are nobody's silence", test_not_listening},
    {"what was refused ends a silence too", test_what_ends_it},
    {"who asks for the day so far leaves no silence due that is none", test_asked_meanwhile},
    {"what is due by the last instant is done though the clock was set back", test_clock_set_back},
    {"a rule that comes with an issue is followed from then on", test_rule_comes},
    CU_TEST_INFO_NULL,
};
