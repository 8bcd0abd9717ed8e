/* Messages that come again: refused, in conflict, or mended. */
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

static void check_same(const struct fb_answer *a, const struct fb_answer *b)
{
    CU_ASSERT(a->outcome == b->outcome && a->reason == b->reason && a->journal == b->journal &&
              a->record == b->record);
    CU_ASSERT_STRING_EQUAL(a->field, b->field);
}

static struct fb_input refused(const char *id, const char *body)
{
    return (struct fb_input){.body = fb_span_of(body),
                             .source = T.source[FB_TEST_ROSTER],
                             .refused = FB_REASON_FIELD_MISSING,
                             .field = fb_span_of("booking.shift.hirer"),
                             .env = {.message_id = fb_span_of(id),
                                     .record_ref = fb_span_of("B1"),
                                     .revision = FB_ABSENT,
                                     .source_seq = FB_ABSENT,
                                     .occurred_ms = FB_ABSENT}};
}

static struct fb_answer refuse(const char *id, const char *body)
{
    struct fb_input in = refused(id, body);
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &a), FB_OK);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_REFUSED);
    return a;
}

static void test_conflict(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *other = fb_test_amend(r, 2), *third = fb_test_amend(r, 3);
    other->env.message_id = third->env.message_id = r->env.message_id;
    fb_test_send_one(&T, r);
    struct fb_answer first = fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(first.outcome, FB_OUTCOME_CONFLICT);
    uint64_t rows = fb_test_rows(&T, FB_TABLE_JOURNAL);
    for (unsigned i = 0; i < 3; i++) {
        struct fb_answer again = fb_test_send_one(&T, other);
        check_same(&again, &first);
        if (i == 1)
            fb_test_turn_reopen(&T);
    }
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), rows);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECORD_CONFLICT), 1);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, r).outcome, FB_OUTCOME_DUPLICATE);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, third).outcome, FB_OUTCOME_CONFLICT);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), rows + 1);
    struct fb_turn_stats stats;
    fb_turn_stats(T.turn, &stats);
    CU_ASSERT_EQUAL(stats.messages, 1);
    end();
}

static void test_refusal(void)
{
    begin();
    struct fb_answer first = refuse("m9", "garbage"), again = refuse("m9", "garbage");
    check_same(&again, &first);
    fb_test_turn_reopen(&T);
    again = refuse("m9", "garbage");
    check_same(&again, &first);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 1);
    CU_ASSERT_NOT_EQUAL(refuse("m9", "other garbage").journal, first.journal);
    CU_ASSERT_NOT_EQUAL(refuse("m8", "garbage").journal, first.journal);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 3);
    again = refuse("m9", "garbage");
    check_same(&again, &first);
    end();
}

static void test_no_id(void)
{
    begin();
    (void)refuse("", "garbage");
    (void)refuse("", "garbage");
    fb_test_turn_reopen(&T);
    (void)refuse("", "garbage");
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 3);
    end();
}

/* Refused under m0; mended and sent again as m0 it is taken, and from then on m0 is used. */
static void test_mended(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *other = fb_test_amend(r, 2);
    other->env.message_id = r->env.message_id;
    struct fb_answer first = refuse("m0", "garbage");
    CU_ASSERT_EQUAL(fb_test_send_one(&T, r).outcome, FB_OUTCOME_ACCEPTED);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, r).outcome, FB_OUTCOME_DUPLICATE);
    struct fb_answer again = refuse("m0", "garbage");
    check_same(&again, &first);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, other).outcome, FB_OUTCOME_CONFLICT);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    end();
}

CU_TestInfo suite_turn_again[] = {
    {"a conflict sent again gets the same answer and is told of once", test_conflict},
    {"a refusal sent again gets the same answer and is kept once", test_refusal},
    {"a refusal whose id could not be read is kept each time", test_no_id},
    {"a message refused, mended and sent again under its id is taken", test_mended},
    CU_TEST_INFO_NULL,
};
