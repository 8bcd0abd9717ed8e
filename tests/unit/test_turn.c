#include "tests/lib/suite.h"
#include "tests/lib/turns.h"

static struct fb_test_turn T;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static bool add_live(void *ctx, const struct fb_total *line)
{
    int64_t *sum = ctx;
    *sum += line->place.cell.stage == FB_STAGE_COMMITTED ? line->figures.v[FB_MEASURE_SHIFTS] : 0;
    return true;
}

static int64_t live_shifts(void)
{
    int64_t sum = 0;
    struct fb_total_filter f = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    CU_ASSERT_EQUAL(fb_report_totals(T.store, &f, add_live, &sum), FB_OK);
    return sum;
}

/* Every test ends by replaying its journal. */
static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static void test_accepts(void)
{
    begin();
    struct fb_answer a = fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(a.record, 1);
    CU_ASSERT_EQUAL(a.journal, 5); /* three sources and an issue came before */
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), 1);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 11 * 4500);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_BOOKING_ASSESSED), 1);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of("B1")), 1);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_VACANCY, 0, fb_span_of("B1")), 0);
    end();
}

static void test_duplicate(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_answer first = fb_test_send_one(&T, r), a[3];
    uint64_t rows = fb_test_rows(&T, FB_TABLE_JOURNAL);
    struct fb_record *batch[] = {r, r, r};
    CU_ASSERT_EQUAL(fb_test_send(&T, batch, 3, a), FB_OK);
    CU_ASSERT_EQUAL(a[2].outcome, FB_OUTCOME_DUPLICATE);
    CU_ASSERT_EQUAL(a[2].journal, first.journal);
    CU_ASSERT_EQUAL(a[2].record, first.record);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), rows);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, r).outcome, FB_OUTCOME_DUPLICATE);
    end();
}

static void test_duplicate_in_batch(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *other = fb_test_amend(r, 2);
    struct fb_record *batch[] = {r, r, other};
    struct fb_answer a[3];
    other->env.message_id = r->env.message_id;
    CU_ASSERT_EQUAL(fb_test_send(&T, batch, 3, a), FB_OK);
    CU_ASSERT_EQUAL(a[0].outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(a[1].outcome, FB_OUTCOME_DUPLICATE);
    CU_ASSERT_EQUAL(a[1].journal, a[0].journal);
    CU_ASSERT_EQUAL(a[2].outcome, FB_OUTCOME_CONFLICT);
    end();
}

static void test_same_id_of_another_source(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *s = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "B1");
    s->env.message_id = r->env.message_id;
    CU_ASSERT_EQUAL(fb_test_send_one(&T, r).record, 1);
    struct fb_answer a = fb_test_send_one(&T, s);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(a.record, 2);
    end();
}

static void test_conflict(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    fb_test_send_one(&T, r);
    uint64_t before = fb_test_outcome(&T);
    struct fb_record *other = fb_test_amend(r, 2);
    other->env.message_id = r->env.message_id;
    other->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    struct fb_answer a = fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_CONFLICT);
    CU_ASSERT_EQUAL(a.reason, FB_REASON_CONFLICT);
    CU_ASSERT_EQUAL(a.journal, 6);
    CU_ASSERT_STRING_EQUAL(a.field, "message_id");
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECORD_CONFLICT), 1);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    end();
}

static void test_refused(void)
{
    begin();
    struct fb_input in = {.body = fb_span_of("garbage"),
                          .source = T.source[FB_TEST_ROSTER],
                          .refused = FB_REASON_FIELD_MISSING,
                          .field = fb_span_of("booking.shift.hirer"),
                          .env = {.revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = FB_ABSENT}};
    struct fb_input stranger = in;
    struct fb_answer a[2];
    stranger.source = 0;
    struct fb_input batch[] = {in, stranger};
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, batch, 2, T.now_ms, a), FB_OK);
    CU_ASSERT_EQUAL(a[0].outcome, FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(a[0].reason, FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(a[0].field, "booking.shift.hirer");
    CU_ASSERT_EQUAL(a[0].journal, 5);
    CU_ASSERT_EQUAL(a[1].outcome, FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(a[1].journal, 0);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 1);
    end();
}

static unsigned rode;
static enum fb_err ride(void *ctx, struct fb_txn *txn)
{
    rode++;
    fb_put(txn, FB_TABLE_CURSORS, fb_span_of("rider"), fb_span_of(ctx));
    return FB_OK;
}

static void test_beside(void)
{
    char way[] = "1234567890123456";
    begin();
    rode = 0;
    fb_turn_beside(T.turn, ride, way);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(rode, 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_CURSORS), 1); /* durable with the record */
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(rode, 1); /* a repeat writes nothing, so that nothing can ride along */
    fb_turn_beside(T.turn, NULL, NULL);
    end();
}

static void test_source_must_agree(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_input in = {.record = r, .source = T.source[FB_TEST_PORTAL]};
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &a), FB_OK);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_REFUSED);
    CU_ASSERT_EQUAL(a.reason, FB_REASON_UNKNOWN_SOURCE);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_IDS), 0);
    end();
}

static void test_amended(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *cheaper = fb_test_amend(r, 2);
    cheaper->as.booking.rates.n = 0;
    fb_test_charge(&cheaper->as.booking, "20.00", "1.00");
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(fb_test_open(&T, "override.half_over"), 1);
    struct fb_answer a = fb_test_send_one(&T, cheaper);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_AMENDED);
    CU_ASSERT_EQUAL(a.record, 1);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 11 * 2100);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_FINDING_CLEARED), 2);
    end();
}

static void test_late_revision_loses(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *second = fb_test_amend(r, 2), *third = fb_test_amend(r, 3);
    third->as.booking.rates.n = 0;
    fb_test_charge(&third->as.booking, "20.00", "1.00");
    CU_ASSERT_EQUAL(fb_test_send_one(&T, third).outcome, FB_OUTCOME_ACCEPTED);
    uint64_t before = fb_test_outcome(&T);
    uint64_t decisions = fb_test_rows(&T, FB_TABLE_DECISIONS);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, r).outcome, FB_OUTCOME_AMENDED);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, second).outcome, FB_OUTCOME_AMENDED);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_IDS), 3);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, fb_test_amend(r, 2)).outcome, FB_OUTCOME_AMENDED);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    end();
}

static void test_cancelled(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *off = fb_test_amend(r, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, r);
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(fb_test_open(&T, NULL), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 0);
    end();
}

static void test_instants_do_not_go_back(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    T.now_ms -= 86400000;
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2"));
    fb_test_turn_reopen(&T);
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B3"));
    /* One week, one trust, one knowledge day: committed, latest and nothing else. */
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TOTALS), 2);
    end();
}

static void test_issue(void)
{
    begin();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_turn_issue(&T, "first");
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_ISSUES), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RULES_ISSUED), 1);
    fb_test_turn_issue(&T, "second");
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_ISSUES), 2);
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 2);
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 1)->issue, 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), 1);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 2);
    end();
}

static void test_before_the_first_issue(void)
{
    bool more = true;
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    struct fb_answer a = fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 1);
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    CU_ASSERT_FALSE(more);
    fb_test_turn_issue(&T, "first");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 1);
    end();
}

/* A source that turns shadow takes its bookings out of the live totals, also those that nobody touches again.
 */
static void test_source_changes_its_mode(void)
{
    begin();
    uint32_t number = 0;
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1"));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 2);
    struct fb_source told = *fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER]);
    told.mode = FB_SOURCE_MODE_SHADOW;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &told, T.now_ms, &number), FB_OK);
    CU_ASSERT_EQUAL(number, T.source[FB_TEST_ROSTER]);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 1);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_EQUAL(live_shifts(), 1);
    end();
}

CU_TestInfo suite_turn[] = {
    {"a booking is numbered, judged, counted and told of", test_accepts},
    {"the same message again is answered with the first numbers and leaves no trace", test_duplicate},
    {"repeats within one batch are seen too", test_duplicate_in_batch},
    {"message ids of two sources have nothing to do with each other", test_same_id_of_another_source},
    {"an id used again for something else is a conflict: kept, told, and without effect", test_conflict},
    {"a refusal at the door is kept; a stranger's is not", test_refused},
    {"what rides along is durable with the batch, and calls for no commit of its own", test_beside},
    {"a record may not name another source than the one that sends it", test_source_must_agree},
    {"an amendment takes back what was and puts what is", test_amended},
    {"a late lower revision is kept and changes nothing", test_late_revision_loses},
    {"a cancelled booking counts nothing and has no finding", test_cancelled},
    {"a clock that goes back does not take the journal with it", test_instants_do_not_go_back},
    {"the same packs are not issued twice; new ones become current", test_issue},
    {"before the first issue records wait to be judged", test_before_the_first_issue},
    {"what a source sent is judged again when its mode changes", test_source_changes_its_mode},
    CU_TEST_INFO_NULL,
};
