/* Who may answer, and when: replies of another trust, of a trial, of days to come; grants of days to come; and the
 * confirmation of a grant by telephone, which is the engine's own record. */
#include "engine/core/approval.h"
#include "engine/turn/report/report_replies.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS };
static struct fb_test_turn T;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "answered");
}

static void end(void)
{
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *booking(const char *ref)
{
    return fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
}

static struct fb_record *reply(const char *ref, const struct fb_record *b, enum fb_step step)
{
    struct fb_record *r = fb_test_record(FB_KIND_REPLY, FB_TEST_PORTAL, ref);
    r->env.occurred_ms = T.now_ms;
    r->as.reply.booking_source = b->env.source;
    r->as.reply.booking_ref = b->env.record_ref;
    r->as.reply.step = step;
    return r;
}

static const struct fb_finding *breach(const struct fb_record *b)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    return f;
}

/* How many replies the findings of a booking are shown with. */
static unsigned shown(const struct fb_record *b)
{
    struct fb_replies_of said;
    fb_turn_replies(T.turn, fb_test_number(&T, b), &said);
    return said.n;
}

static enum fb_approval_end end_of(const struct fb_record *a)
{
    const struct fb_decision *d;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, a), &d));
    return (enum fb_approval_end)d->approval_end;
}

static void test_of_another_trust(void)
{
    begin();
    struct fb_record *b = booking("B1"), *r = reply("R1", b, FB_STEP_CLOSE), *own = reply("R2", b, FB_STEP_CLOSE);
    r->as.reply.hirer = fb_code_of("RXQ");
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(breach(b)->life, 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_FINDING_CLOSED), 0);
    CU_ASSERT_EQUAL(shown(b), 0);
    fb_test_send_one(&T, own);
    CU_ASSERT_EQUAL(shown(b), 1);
    CU_ASSERT_EQUAL(breach(b)->life, FB_LIFE_CLOSED);
    end();
}

static void tell_portal_of(enum fb_source_mode mode, const char *trust)
{
    uint32_t number;
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    s.mode = mode;
    s.trust = fb_code_of(trust);
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    fb_test_settle(&T);
}

static void tell_portal(enum fb_source_mode mode) { tell_portal_of(mode, "RTH"); }

static void send_many_of_another_trust(const struct fb_record *b, const char *name, unsigned many)
{
    struct fb_record *r[FB_TEST_BATCH];
    struct fb_answer answer[FB_TEST_BATCH];
    char ref[24];
    for (unsigned sent = 0, n; sent < many; sent += n) {
        for (n = 0; n < FB_TEST_BATCH && sent + n < many; n++) {
            snprintf(ref, sizeof ref, "%s%u", name, sent + n);
            r[n] = reply(ref, b, FB_STEP_CLOSE);
            r[n]->as.reply.hirer = fb_code_of("RXQ");
        }
        CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, r, n, answer), FB_OK);
    }
    fb_test_settle(&T);
}

/* However many another trust sends that name the booking, they take no place of the trust's own. */
static void test_of_many_of_another_trust(void)
{
    begin();
    tell_portal_of(FB_SOURCE_MODE_LIVE, "RXQ");
    struct fb_record *b = booking("B1"), *own = fb_test_record(FB_KIND_REPLY, FB_TEST_ROSTER, "R1");
    own->as = reply("unsent", b, FB_STEP_CLOSE)->as;
    own->env.occurred_ms = T.now_ms;
    fb_test_send_one(&T, b);
    send_many_of_another_trust(b, "X", 1100);
    CU_ASSERT_EQUAL(breach(b)->life, 0);
    fb_test_send_one(&T, own);
    CU_ASSERT_EQUAL(breach(b)->life, FB_LIFE_CLOSED);
    send_many_of_another_trust(b, "Y", 300);
    CU_ASSERT_EQUAL(shown(b), 1);
    end();
}

static void test_of_a_trial(void)
{
    begin();
    tell_portal(FB_SOURCE_MODE_SHADOW);
    struct fb_record *b = booking("B1"), *trial = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1");
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, trial);
    fb_test_send_one(&T, reply("R1", b, FB_STEP_CLOSE));
    fb_test_send_one(&T, reply("R2", trial, FB_STEP_CLOSE));
    CU_ASSERT_TRUE(breach(b)->life == 0 && shown(b) == 0 && shown(trial) == 1);
    CU_ASSERT_EQUAL(breach(trial)->life, FB_LIFE_CLOSED); /* of its own kind it is heard */
    tell_portal(FB_SOURCE_MODE_LIVE);
    CU_ASSERT_EQUAL(breach(b)->life, FB_LIFE_CLOSED);
    tell_portal(FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_EQUAL(breach(b)->life & FB_LIFE_CLOSED, 0);
    end();
}

/* Nobody closes for all time what is still to happen. */
static void test_step_to_come(void)
{
    static const enum fb_step step[] = {FB_STEP_ACKNOWLEDGE, FB_STEP_NOTE, FB_STEP_CLOSE};
    for (unsigned i = 0; i < 3; i++) {
        begin();
        struct fb_record *b = booking("B1"), *r = reply("R1", b, step[i]);
        r->env.occurred_ms = T.now_ms + 90 * MINUTE_MS;
        fb_test_send_one(&T, r);
        fb_test_send_one(&T, b);
        CU_ASSERT_TRUE(breach(b)->life == 0 && breach(b)->steps[step[i]] == 0);
        CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), r->env.occurred_ms);
        T.now_ms += 90 * MINUTE_MS;
        fb_test_settle(&T);
        CU_ASSERT_EQUAL(breach(b)->steps[step[i]], 1);
        end();
    }
}

/* ---- grants ---- */

static struct fb_record *of_booking(const char *ref, const struct fb_record *b)
{
    struct fb_record *r = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, ref);
    r->as.approval.booking_source = b->env.source;
    r->as.approval.booking_ref = b->env.record_ref;
    return r;
}

static void test_granted_later(void)
{
    begin();
    struct fb_record *b = booking("B1"), *a = of_booking("A1", b);
    a->as.approval.granted_ms = T.now_ms + HOUR_MS;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_ASKED && breach(b)->answered == FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), a->as.approval.granted_ms);
    T.now_ms += HOUR_MS;
    fb_test_settle(&T);
    CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_GRANTED && breach(b)->answered == FB_ANSWERED_BEFORE_START);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_GRANTED), 1);
    end();
}

static void by_telephone(struct fb_record *a)
{
    a->as.approval.channel = FB_CHANNEL_TELEPHONE;
    a->as.approval.granted_ms = T.now_ms - 30 * MINUTE_MS;
}

/* As the shell makes it. */
static struct fb_record *confirmation(const char *ref, const struct fb_record *a)
{
    static char terms[4][FB_APPROVAL_TERMS_BYTES];
    static unsigned n;
    struct fb_record *r = reply(ref, a, FB_STEP_ACKNOWLEDGE);
    char *text = terms[n++ % 4];
    fb_approval_terms(text, &a->as.approval);
    r->env.source = fb_span_of(FB_SOURCE_OWN);
    r->as.reply.by = a->as.approval.granted_by;
    r->as.reply.text = fb_span_of(text);
    return r;
}

static void send_own(struct fb_record *r)
{
    const struct fb_source own = {.name = fb_span_of(FB_SOURCE_OWN), .mode = FB_SOURCE_MODE_LIVE};
    struct fb_input in = {.record = r, .body = fb_test_body(r)};
    struct fb_answer answer;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &own, T.now_ms, &in.source), FB_OK);
    in.body = fb_test_body(r);
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &answer), FB_OK);
    CU_ASSERT_EQUAL(answer.outcome, FB_OUTCOME_ACCEPTED);
    fb_test_settle(&T);
}

static void a_day_passes(void)
{
    T.now_ms += 24 * HOUR_MS;
    fb_test_settle(&T);
}

static void test_confirmed(void)
{
    for (unsigned first = 0; first < 2; first++) {
        begin();
        struct fb_record *b = booking("B1"), *a = of_booking("A1", b), *yes;
        by_telephone(a);
        yes = confirmation("c1", a);
        fb_test_send_one(&T, b);
        if (first == 0)
            send_own(yes); /* as when it is replayed from elsewhere */
        fb_test_send_one(&T, a);
        if (first != 0)
            send_own(yes);
        fb_test_turn_reopen(&T);
        a_day_passes();
        CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_GRANTED && breach(b)->answered == FB_ANSWERED_BEFORE_START);
        CU_ASSERT_EQUAL(breach(b)->life, 0); /* it is no step about a finding */
        CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_LAPSED), 0);
        end();
    }
}

/* Of several the first in time that is not before the grant, in whichever order they came. */
static void test_confirmed_more_than_once(void)
{
    for (unsigned first = 0; first < 3; first++) {
        begin();
        struct fb_record *b = booking("B1"), *a = of_booking("A1", b), *yes[3];
        by_telephone(a);
        for (unsigned i = 0; i < 3; i++)
            yes[i] = confirmation(i == 0 ? "c1" : i == 1 ? "c2" : "c3", a);
        yes[0]->env.occurred_ms = a->as.approval.granted_ms - 1;
        yes[2]->env.occurred_ms = a->as.approval.granted_ms + 400 * HOUR_MS; /* nobody confirms what lapsed long ago */
        fb_test_send_one(&T, b);
        fb_test_send_one(&T, a);
        for (unsigned i = 0; i < 3; i++)
            send_own(yes[(first + i) % 3]);
        CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_GRANTED);
        fb_test_turn_reopen(&T);
        a_day_passes();
        CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_GRANTED && breach(b)->answered == FB_ANSWERED_BEFORE_START);
        CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_LAPSED), 0);
        end();
    }
}

/* Whoever sends the approval again, with a revision or without one, neither undoes it nor is kept from anything by it. */
static void test_survives(void)
{
    begin();
    struct fb_record *b = booking("B1"), *a = of_booking("A1", b);
    a->env.revision = FB_ABSENT;
    by_telephone(a);
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    send_own(confirmation("c1", a));
    struct fb_record *again = fb_test_amend(a, FB_ABSENT), *off, *more;
    again->env.occurred_ms = T.now_ms + 1;
    again->as.approval.reason = fb_span_of("spelt better");
    fb_test_send_one(&T, again);
    a_day_passes();
    CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_GRANTED && breach(b)->answered == FB_ANSWERED_BEFORE_START);
    off = fb_test_amend(again, FB_ABSENT);
    off->env.occurred_ms = T.now_ms;
    off->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    fb_test_send_one(&T, off);
    CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_WITHDRAWN && breach(b)->answered == FB_ANSWERED_NONE);
    more = fb_test_amend(again, INT64_MAX);
    more->as.approval.limit_pence = 100000000; /* which nobody confirmed */
    fb_test_send_one(&T, more);
    CU_ASSERT_TRUE(end_of(a) == FB_APPROVAL_END_LAPSED && breach(b)->answered == FB_ANSWERED_NONE);
    end();
}

/* One of a class answers its shifts again, whenever they came. */
static void test_of_a_class(void)
{
    begin();
    struct fb_record *b = booking("B1"), *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1"), *later = booking("B2");
    by_telephone(a);
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(breach(b)->answered, FB_ANSWERED_PROVISIONAL);
    send_own(confirmation("c1", a));
    CU_ASSERT_EQUAL(breach(b)->answered, FB_ANSWERED_BEFORE_START);
    fb_test_send_one(&T, later);
    CU_ASSERT_EQUAL(breach(later)->answered, FB_ANSWERED_BEFORE_START);
    end();
}

/* Under another name it is a reply like any other, to a booking that is not held. */
static void test_of_the_portal(void)
{
    begin();
    struct fb_record *b = booking("B1"), *a = of_booking("A1", b), *no;
    by_telephone(a);
    no = confirmation("c1", a);
    no->env.source = a->env.source;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, no);
    CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_PROVISIONAL);
    a_day_passes();
    CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_LAPSED);
    end();
}

CU_TestInfo suite_turn_answers[] = {
    {"a reply of another trust is not heard", test_of_another_trust},
    {"many replies of another trust leave room for the trust's own", test_of_many_of_another_trust},
    {"a reply of a source on trial is heard by its own kind only, until it goes live", test_of_a_trial},
    {"a step of days to come counts when they have come", test_step_to_come},
    {"a grant of days to come is asked for until then", test_granted_later},
    {"a grant by telephone stands when its confirmation is held, whichever came first", test_confirmed},
    {"of several confirmations the first in time counts, in any order", test_confirmed_more_than_once},
    {"no later version of the same grant undoes a confirmation, and none that grants more has it", test_survives},
    {"the confirmation of a class reaches its shifts", test_of_a_class},
    {"nobody else's record confirms", test_of_the_portal},
    CU_TEST_INFO_NULL};
