/* What people do about a finding that a line of an invoice has by itself: it is kept, told and shown as that about a shift's. */
#include "engine/turn/report/report_replies.h"
#include "tests/lib/invoices.h"
#include "tests/lib/latest.h"
#include "tests/lib/lives.h"
#include "tests/lib/orders.h"
#include "tests/lib/suite.h"

enum { MINUTE_MS = 60000, RECORDS = 4 };
static struct fb_test_turn T;

static struct fb_record *about(const char *ref, const struct fb_record *line, enum fb_step step)
{
    struct fb_record *r = fb_test_record(FB_KIND_REPLY, FB_TEST_ROSTER, ref);
    r->env.occurred_ms = T.now_ms;
    r->as.reply.booking_source = line->env.source;
    r->as.reply.booking_ref = line->env.record_ref;
    r->as.reply.rule = fb_span_of("invoice.unmatched");
    r->as.reply.step = step;
    r->as.reply.text = fb_span_of("the ward has no such shift");
    if (step == FB_STEP_CLOSE || step == FB_STEP_CHALLENGE)
        r->as.reply.for_trust = FB_SAID_NO;
    return r;
}

static const struct fb_finding *unmatched(const struct fb_record *line)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, line), "invoice.unmatched");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    return f;
}

static unsigned shown(const struct fb_record *line)
{
    struct fb_replies_of said;
    fb_turn_replies(T.turn, fb_test_number(&T, line), &said);
    return said.n;
}

static void test_each_step(void)
{
    for (size_t i = 0; i < FB_STEP_END - 1; i++) {
        if (fb_test_steps[i].step == FB_STEP_SNOOZE)
            continue; /* has an end: test_put_off */
        fb_test_turn_begin(&T);
        struct fb_record *l = fb_test_invoice_line("L1", "B1");
        fb_test_send_one(&T, l);
        CU_ASSERT_TRUE(unmatched(l)->life == 0 && shown(l) == 0);
        fb_test_send_one(&T, about("R1", l, fb_test_steps[i].step));
        CU_ASSERT_EQUAL(unmatched(l)->life, fb_test_steps[i].life);
        CU_ASSERT_EQUAL(fb_test_events(&T, fb_test_steps[i].kind), 1);
        CU_ASSERT_EQUAL(shown(l), 1);
        fb_test_turn_reopen(&T);
        CU_ASSERT_EQUAL(shown(l), 1);
        fb_test_turn_end(&T);
    }
}

static void test_put_off(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *l = fb_test_invoice_line("L1", "B1"), *r = about("R1", l, FB_STEP_SNOOZE);
    r->as.reply.until_ms = T.now_ms + 90 * MINUTE_MS;
    fb_test_send_one(&T, r); /* before the line */
    fb_test_send_one(&T, l);
    CU_ASSERT_EQUAL(unmatched(l)->life, FB_LIFE_SNOOZED);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), T.now_ms + 90 * MINUTE_MS);
    T.now_ms += 90 * MINUTE_MS;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(unmatched(l)->life, 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_FINDING_WOKEN), 1);
    fb_test_turn_end(&T);
}

/* Nobody closes what was found at another trust; and a rule that the line did not break is not meant. */
static void test_who_may(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *l = fb_test_invoice_line("L1", "B1"), *r = about("R1", l, FB_STEP_CLOSE), *other = about("R2", l, FB_STEP_CLOSE);
    fb_test_send_one(&T, l);
    r->as.reply.hirer = fb_code_of("RXQ");
    fb_test_send_one(&T, r);
    other->as.reply.rule = fb_span_of("invoice.overcharged");
    fb_test_send_one(&T, other);
    CU_ASSERT_TRUE(unmatched(l)->life == 0 && fb_test_events(&T, FB_EVENT_FINDING_CLOSED) == 0);
    CU_ASSERT_EQUAL(shown(l), 1); /* what its own trust said is shown all the same */
    r = about("R3", l, FB_STEP_CLOSE);
    r->as.reply.rule = (struct fb_span){NULL, 0}; /* all that was found */
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(unmatched(l)->life, FB_LIFE_CLOSED);
    fb_test_turn_end(&T);
}

/* A booking that its source calls as another calls the line is not meant. */
static void test_another_of_that_name(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *b = fb_test_billed_booking("L1"), *l = fb_test_invoice_line("L1", "B1"), *r = about("R1", l, FB_STEP_CLOSE);
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, l);
    r->as.reply.rule = (struct fb_span){NULL, 0};
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(unmatched(l)->life, FB_LIFE_CLOSED);
    CU_ASSERT_TRUE(shown(b) == 0 && fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached")->life == 0);
    fb_test_turn_end(&T);
}

/* It clears when the booking comes, and opens again, not closed, when that goes. */
static void test_a_batch_taken_back(void)
{
    const char *why;
    bool several;
    fb_test_turn_begin(&T);
    struct fb_record *l = fb_test_invoice_line("L1", "B1"), *r = about("R1", l, FB_STEP_CLOSE);
    r->env.batch_id = fb_span_of("said.csv");
    fb_test_send_one(&T, l);
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(unmatched(l)->life, FB_LIFE_CLOSED);
    uint32_t number = fb_turn_batch_find(T.turn, 0, (struct fb_span){NULL, 0}, fb_span_of("said.csv"), &several);
    CU_ASSERT_EQUAL(fb_turn_batch_withdraw(T.turn, number, fb_span_of("RTH-DESK"), fb_span_of("not said"), T.now_ms, &why), FB_OK);
    fb_test_settle(&T);
    CU_ASSERT_TRUE((unmatched(l)->life & FB_LIFE_CLOSED) == 0 && shown(l) == 0);
    fb_test_turn_end(&T);
}

static void make(struct fb_record **r)
{
    r[0] = fb_test_invoice_line("L1", "B9");
    r[1] = about("R1", r[0], FB_STEP_REPLY);
    r[2] = about("R2", r[0], FB_STEP_ACKNOWLEDGE);
    r[3] = about("R3", r[0], FB_STEP_CHALLENGE);
}

static void test_every_order(void)
{
    unsigned order[RECORDS] = {0, 1, 2, 3};
    uint64_t first = 0;
    bool more = true;
    for (unsigned i = 0; more; i++, more = fb_test_next_order(order, RECORDS)) {
        struct fb_record *r[RECORDS];
        fb_test_turn_begin(&T);
        make(r);
        for (unsigned k = 0; k < RECORDS; k++)
            fb_test_send_one(&T, r[order[k]]);
        uint64_t decided = fb_test_decided(&T, r, RECORDS);
        first = i == 0 ? decided : first;
        CU_ASSERT_EQUAL(decided, first);
        CU_ASSERT_EQUAL(unmatched(r[0])->life, FB_LIFE_REPLIED | FB_LIFE_ACKNOWLEDGED | FB_LIFE_CHALLENGED);
        fb_test_turn_end(&T);
    }
}

CU_TestInfo suite_turn_invoice_said[] = {
    {"each step about a line's own finding", test_each_step},
    {"a snooze ends at its moment", test_put_off},
    {"nobody closes what was found at another trust", test_who_may},
    {"a booking of that name from another source", test_another_of_that_name},
    {"a step taken back with its batch", test_a_batch_taken_back},
    {"every order has one outcome", test_every_order},
    CU_TEST_INFO_NULL,
};
