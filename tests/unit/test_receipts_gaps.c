/* Which positions of a source's stream have not come, from day to day. */
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
#define DAY_MS ((int64_t)86400000)

static void reopen(void)
{
    fb_test_turn_reopen(&T);
    fb_turn_listen(T.turn);
}

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_turn_listen(T.turn);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static void pass(unsigned days)
{
    T.now_ms += days * DAY_MS;
    fb_test_settle(&T);
}

static struct fb_record *booking(const char *ref, int64_t seq)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    r->env.source_seq = seq;
    return r;
}

static void send(struct fb_record *r)
{
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_ACCEPTED);
}

static enum fb_err ask(fb_day day, struct fb_receipt *out)
{
    fb_day first;
    return fb_turn_receipt(T.turn, T.source[FB_TEST_ROSTER], day, T.now_ms, out, &first);
}

/* Which are missing is carried from day to day, until they come; a number that is not missing fills nobody's place. */
static void test_gaps(void)
{
    struct fb_receipt r;
    begin();
    fb_test_settle(&T);
    send(booking("G1", 1));
    send(booking("G2", 10));
    send(booking("G3", 12));
    pass(1);
    send(booking("G4", 5));
    CU_ASSERT_EQUAL(ask(fb_london_day_of_ms(T.now_ms), &r), FB_OK);
    CU_ASSERT_TRUE(r.seq_missing == 8 && r.seq_again == 0 && r.gaps.n == 3);
    CU_ASSERT_TRUE(r.gaps.gap[0].last == 4 && r.gaps.gap[1].first == 6 && r.gaps.gap[1].last == 9 && r.gaps.gap[2].first == 11);
    send(booking("G5", 10)); /* two messages under one number: no other's place is taken by it */
    pass(1);
    reopen();
    CU_ASSERT_EQUAL(ask(fb_london_day_of_ms(T.now_ms) - 1, &r), FB_OK);
    CU_ASSERT_TRUE(r.seq_missing == 8 && r.seq_again == 1 && r.gaps.n == 3);
    for (int64_t i = 2; i < 12; i++)
        if (i != 5 && i != 10) {
            char ref[8];
            snprintf(ref, sizeof ref, "L%d", (int)i);
            send(booking(ref, i));
        }
    CU_ASSERT_EQUAL(ask(fb_london_day_of_ms(T.now_ms), &r), FB_OK);
    CU_ASSERT_TRUE(r.seq_missing == 0 && r.gaps.n == 0 && r.seq_again == 0 && r.seq_next == 13);
    end();
}

/* A day that an engine of a version before stated, which only counted: replay makes the same of it, and which are missing of that day
 * nobody says, while those that follow are listed. */
static void test_of_before(void)
{
    static const uint64_t none[FB_SOURCES_MAX + 1];
    struct fb_receipt r;
    begin();
    fb_test_settle(&T);
    fb_day day = fb_london_day_of_ms(T.now_ms);
    send(booking("G1", 1));
    send(booking("G2", 4));
    send(booking("G3", 4)); /* counted as one that came late */
    T.now_ms += DAY_MS;
    CU_ASSERT_EQUAL(fb_turn_begin(T.turn), FB_OK);
    fb_turn_at(T.turn, T.now_ms);
    fb_turn_take_day(T.turn, &(struct fb_receipts_of){.day = day}, none);
    CU_ASSERT_EQUAL(fb_turn_end(T.turn), FB_OK);
    reopen();
    CU_ASSERT_EQUAL(ask(day, &r), FB_OK);
    CU_ASSERT_TRUE(r.seq_missing == 1 && r.gaps.n == 0 && r.seq_again == 0);
    send(booking("G4", 7));
    CU_ASSERT_EQUAL(ask(day + 1, &r), FB_OK);
    CU_ASSERT_TRUE(r.seq_missing == 3 && r.gaps.n == 1 && r.gaps.gap[0].first == 5 && r.gaps.gap[0].last == 6);
    pass(1);
    end();
}

CU_TestInfo suite_receipts_gaps[] = {
    {"which positions are missing is carried on until they come", test_gaps},
    {"a day that was stated by a version that only counted is replayed as it was", test_of_before},
    CU_TEST_INFO_NULL,
};
