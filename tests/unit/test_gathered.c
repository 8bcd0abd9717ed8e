/* What is gathered for a decision: neither the order of arrival, nor a trial, nor what was at hand may count. */
#include "engine/turn/report/report_replies.h"
#include "engine/turn/state.h"
#include "tests/lib/latest.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { MINUTE_MS = 60000, REPLIES = 280, ELSEWHERE = 900, LATER = 400, AMONG = LATER / 2 + 170, NAME = 8 };
static struct fb_test_turn T;
static char name[ELSEWHERE + LATER][NAME];

static void begin(const char *rules)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, rules);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static const char *named(char letter, unsigned i, unsigned place)
{
    snprintf(name[place], NAME, "%c%03u", letter, i % 1000);
    return name[place];
}

static struct fb_record *booking(void)
{
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    fb_test_send_one(&T, b);
    return b;
}

static const struct fb_finding *breach(const struct fb_record *b)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    return f;
}

/* ---- approvals ---- */

static struct fb_record *class_of(const char *ref, enum fb_approval_state state)
{
    struct fb_record *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, ref);
    a->as.approval.state = state;
    return a;
}

static void send_own(const struct fb_record *b)
{
    struct fb_record *own = class_of("Z1", FB_APPROVAL_STATE_GRANTED);
    own->as.approval.booking_source = b->env.source;
    own->as.approval.booking_ref = b->env.record_ref;
    own->as.approval.granted_ms -= MINUTE_MS;
    fb_test_send_one(&T, own);
    CU_ASSERT_EQUAL(breach(b)->approval, fb_test_number(&T, own));
}

static void test_refused_take_no_room(void)
{
    begin("answered");
    struct fb_record *b = booking();
    for (unsigned i = 0; i < 3 * FB_APPROVALS_MAX; i++) {
        struct fb_record *a = class_of(named('A', i, i), i % 2 == 0 ? FB_APPROVAL_STATE_REFUSED : FB_APPROVAL_STATE_ASKED);
        if (i % 3 != 0) {
            a->as.approval.booking_source = b->env.source;
            a->as.approval.booking_ref = b->env.record_ref;
        }
        fb_test_send_one(&T, a);
    }
    CU_ASSERT_EQUAL(breach(b)->answered, FB_ANSWERED_NONE);
    send_own(b);
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 0);
    end();
}

static void test_own_before_class(void)
{
    begin("answered");
    struct fb_record *b = booking();
    for (unsigned i = 0; i < FB_APPROVALS_MAX; i++)
        fb_test_send_one(&T, class_of(named('A', i, i), FB_APPROVAL_STATE_GRANTED));
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 0);
    CU_ASSERT_NOT_EQUAL(breach(b)->answered, FB_ANSWERED_NONE);
    send_own(b); /* of the class the last by name makes room, and that is said */
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 1);
    end();
}

/* ---- replies ---- */

static struct fb_record *reply(const char *ref, const struct fb_record *b, enum fb_step step, int64_t at_ms)
{
    struct fb_record *r = fb_test_record(FB_KIND_REPLY, FB_TEST_PORTAL, ref);
    r->as.reply.booking_source = b->env.source;
    r->as.reply.booking_ref = b->env.record_ref;
    r->as.reply.step = step;
    r->env.occurred_ms = at_ms;
    return r;
}

static void test_replies_in_any_order(void)
{
    uint8_t life[2];
    for (unsigned order = 0; order < 2; order++) {
        struct fb_record *r[REPLIES];
        struct fb_replies_of said;
        begin("answered");
        struct fb_record *b = booking();
        for (unsigned i = 0; i < REPLIES; i++)
            r[i] = reply(named('R', i, i), b, i < 2 ? FB_STEP_CHALLENGE : FB_STEP_NOTE, T.now_ms + i * MINUTE_MS);
        T.now_ms += (int64_t)REPLIES * MINUTE_MS;
        for (unsigned i = 0; i < REPLIES; i++)
            fb_test_send_one(&T, r[order == 0 ? i : REPLIES - 1 - i]);
        life[order] = breach(b)->life;
        CU_ASSERT_EQUAL(breach(b)->steps[FB_STEP_NOTE], UINT8_MAX); /* no more can be counted */
        CU_ASSERT_EQUAL(breach(b)->steps[FB_STEP_CHALLENGE], 2);
        fb_turn_replies(T.turn, fb_test_number(&T, b), &said);
        CU_ASSERT_EQUAL(said.n, FB_REPLIES_OF_ONE);
        CU_ASSERT_EQUAL(said.journal[said.n - 1], fb_index_held(&T.turn->index, fb_test_number(&T, r[order == 0 ? REPLIES - 1 : 0]))->winner);
        end();
    }
    CU_ASSERT_TRUE(life[0] == life[1] && (life[0] & FB_LIFE_CHALLENGED) != 0);
}

/* Approvals of the class are at hand in one run and not in the other. */
static void test_how_far_it_looks(void)
{
    uint64_t decided[2];
    for (unsigned again = 0; again < 2; again++) {
        begin("answered");
        struct fb_record *b = booking(), *r = NULL;
        for (unsigned i = 0; i < ELSEWHERE; i++) {
            struct fb_record *a = class_of(named('A', i, i), FB_APPROVAL_STATE_GRANTED);
            a->as.approval.unit = fb_span_of("elsewhere");
            fb_test_send_one(&T, a);
        }
        int64_t from_ms = T.now_ms;
        T.now_ms += MINUTE_MS;
        for (unsigned i = 0; i < LATER; i++) {
            if (again != 0 && i == LATER - 1)
                fb_test_turn_reopen(&T);
            r = reply(named('R', i, ELSEWHERE + i), b, i == AMONG ? FB_STEP_CHALLENGE : FB_STEP_NOTE, from_ms + i);
            fb_test_send_one(&T, r);
        }
        CU_ASSERT_EQUAL(breach(b)->steps[FB_STEP_CHALLENGE], 1);
        decided[again] = fb_test_outcome(&T);
        end();
    }
    CU_ASSERT_EQUAL(decided[0], decided[1]);
}

/* ---- a trial ---- */

static void set_mode(enum fb_source_mode mode)
{
    char text[FB_SOURCE_BYTES_MAX];
    uint32_t number;
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    memcpy(text, s.name.p, s.name.n);
    s.name.p = text;
    s.mode = mode;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    fb_test_settle(&T);
}

/* That a trial speaks of people is no feed to the live ones, until it goes live. */
static void test_trial_feed(void)
{
    begin("clocked");
    set_mode(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, fb_test_turn_shift("somebody", "B1", 0, 8, 12));
    uint64_t before = fb_test_outcome(&T), rows = fb_test_rows(&T, FB_TABLE_DECISIONS);
    struct fb_record *f = fb_test_record(FB_KIND_WORKER_FACT, FB_TEST_PORTAL, "F1");
    f->as.worker_fact.token = fb_span_of("somebody-else");
    fb_test_send_one(&T, f);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), rows);
    CU_ASSERT_TRUE(T.turn->feeds.live == 0 && T.turn->feeds.trial == FB_SENDS_WORKER_FACTS);
    fb_test_turn_reopen(&T);
    CU_ASSERT_TRUE(T.turn->feeds.live == 0 && T.turn->feeds.trial == FB_SENDS_WORKER_FACTS);
    set_mode(FB_SOURCE_MODE_LIVE);
    CU_ASSERT_EQUAL(T.turn->feeds.live, FB_SENDS_WORKER_FACTS);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), before);
    end();
}

CU_TestInfo suite_gathered[] = {
    {"approvals that were refused, or only asked for, take no room", test_refused_take_no_room},
    {"an approval of the booking comes before those of a class, and too many are said", test_own_before_class},
    {"many replies make the same of a finding in any order, and the last are shown", test_replies_in_any_order},
    {"how far a decision looks does not hang on what is at hand", test_how_far_it_looks},
    {"that a trial tells of people changes nothing of the live ones, until it goes live", test_trial_feed},
    CU_TEST_INFO_NULL,
};
