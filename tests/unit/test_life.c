#include "engine/base/prng.h"
#include "tests/lib/lives.h"
#include "tests/lib/suite.h"

static void test_opened_once(void)
{
    struct fb_test_view v;
    fb_test_judge_first(&v);
    fb_test_judge(&v);
    int64_t opened = v.view.now_ms;
    CU_ASSERT(fb_test_breach()->opened_ms == opened && fb_test_breach()->changed_ms == 0 &&
              fb_test_breach()->life == 0);
    CU_ASSERT(fb_test_told(FB_EVENT_ASSURANCE_FINDING) == 1 && fb_test_told_any() == 1);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told_any() == 0 && fb_test_breach()->opened_ms == opened);
    fb_test_amend_register(&v, true);
    fb_test_at(&v, "2026-03-12T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_CLEARED) == 1 && fb_test_told_any() == 1);
    CU_ASSERT(fb_test_breach()->severity == FB_SEVERITY_OK_ && fb_test_breach_has(FB_LIFE_CLEARED) &&
              !fb_finding_open(fb_test_breach()));
    CU_ASSERT_EQUAL(fb_test_breach()->changed_ms, v.view.now_ms);
    fb_test_at(&v, "2026-03-13T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told_any() == 0 && fb_test_breach()->changed_ms == fb_test_ms("2026-03-12T12:00"));
    fb_test_amend_register(&v, false);
    fb_test_at(&v, "2026-03-14T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_REOPENED) == 1 && fb_test_told_any() == 1); /* never as new */
    CU_ASSERT(fb_test_breach()->opened_ms == opened && fb_test_breach()->life == FB_LIFE_REOPENED);
    CU_ASSERT_EQUAL(fb_test_breach()->changed_ms, v.view.now_ms);
}

static void test_same_cause_never_opens_twice(void)
{
    struct fb_test_view v;
    struct fb_prng r;
    fb_prng_init(&r, 11);
    for (unsigned round = 0; round < 50; round++) {
        unsigned opened = 0, cleared = 0, reopened = 0;
        fb_test_judge_first(&v);
        for (unsigned i = 0; i < 20; i++) {
            v.view.now_ms += 60000;
            v.view.journal++;
            v.view.n_frameworks = 0;
            if (fb_prng_below(&r, 2) == 0)
                fb_test_amend_register(&v, true);
            v.booking[0].as.booking.state =
                fb_prng_below(&r, 4) == 0 ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED;
            fb_test_judge(&v);
            opened += fb_test_told(FB_EVENT_ASSURANCE_FINDING);
            cleared += fb_test_told(FB_EVENT_FINDING_CLEARED);
            reopened += fb_test_told(FB_EVENT_FINDING_REOPENED);
        }
        bool any = opened > 0;
        bool stands = any && fb_test_breach()->severity > FB_SEVERITY_OK_;
        CU_ASSERT(opened <= 1 && opened + reopened == cleared + stands);
    }
}

/* What one step of each kind leaves, and the one event that tells of it. */
/* A step about what nobody is told of is told when it is back. */
static void test_closed_and_changed(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", "agency.off_framework", FB_STEP_CLOSE, "2026-03-10T13:00");
    struct fb_record again = fb_test_reply("R2", NULL, FB_STEP_CLOSE, "2026-03-13T13:00");
    r.as.reply.verdict = FB_VERDICT_NO_CASE;
    fb_test_judge_first(&v);
    fb_test_judge(&v);
    fb_test_add_reply(&v, &r);
    fb_test_at(&v, "2026-03-10T13:30");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_breach_has(FB_LIFE_CLOSED) && fb_test_breach()->verdict == FB_VERDICT_NO_CASE);
    fb_test_amend_register(&v, true);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_told(FB_EVENT_FINDING_CLEARED), 1);
    fb_test_amend_register(&v, false);
    fb_test_at(&v, "2026-03-12T12:00");
    fb_test_judge(&v); /* it is back, and nobody has closed that */
    CU_ASSERT(!fb_test_breach_has(FB_LIFE_CLOSED) && fb_test_breach_has(FB_LIFE_REOPENED) &&
              fb_test_told(FB_EVENT_FINDING_REOPENED) == 1 && fb_test_told_any() == 1);
    fb_test_add_reply(&v, &again);
    fb_test_at(&v, "2026-03-13T13:30");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_breach_has(FB_LIFE_CLOSED) && fb_test_told(FB_EVENT_FINDING_CLOSED) == 1 &&
              fb_test_breach()->verdict == FB_VERDICT_UPHELD);
}

/* Over the ceiling, closed, then charged more. */
static void test_amount_changes_after_closing(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", "ratecap.breached", FB_STEP_CLOSE, "2026-03-10T13:00");
    fb_test_judge_first(&v);
    fb_test_charge(&v.booking[0].as.booking, "40.00", "3.10");
    fb_test_add_reply(&v, &r);
    fb_test_judge(&v);
    fb_test_at(&v, "2026-03-10T13:00");
    fb_test_judge(&v);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_charge(&v.booking[0].as.booking, "41.00", "3.10");
    fb_test_judge(&v);
    unsigned reopened = 0, changed = 0;
    for (unsigned i = 0; i < fb_test_judged.effects.n_events; i++) {
        reopened += fb_test_judged.effects.event[i].kind == FB_EVENT_FINDING_REOPENED;
        changed += fb_test_judged.effects.event[i].kind == FB_EVENT_FINDING_CHANGED;
        if (fb_test_judged.effects.event[i].kind == FB_EVENT_FINDING_REOPENED)
            CU_ASSERT_EQUAL(fb_test_judged.effects.event[i].delta_pence, 1200);
    }
    CU_ASSERT(reopened == 1 && changed == 0);
}

/* To close all is to close what was there to be seen. */
static void test_closing_all_before_it_opened(void)
{
    struct fb_test_view v;
    struct fb_record all = fb_test_reply("R1", NULL, FB_STEP_CLOSE, "2026-03-10T11:59");
    fb_test_judge_first(&v);
    fb_test_add_reply(&v, &all);
    fb_test_judge(&v);
    CU_ASSERT_FALSE(fb_test_breach_has(FB_LIFE_CLOSED));
    all.env.occurred_ms = fb_test_ms("2026-03-10T12:00");
    fb_test_judge(&v);
    CU_ASSERT_TRUE(fb_test_breach_has(FB_LIFE_CLOSED));
    fb_test_judge_first(&v);
    all.as.reply.rule = fb_span_of("agency.off_framework");
    all.env.occurred_ms = fb_test_ms("2026-03-01T12:00"); /* by name, of a load of last year's answers */
    fb_test_add_reply(&v, &all);
    fb_test_judge(&v);
    CU_ASSERT_TRUE(fb_test_breach_has(FB_LIFE_CLOSED));
}

/* Each step comes in a judgement of its own, in any order: the finding ends the same, and each was told once.
 */
/* The live shift opens anew, with all that people did: those who are alerted have heard of none of it. */
static void test_silent_becomes_live(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", "agency.off_framework", FB_STEP_NOTE, "2026-03-10T11:00");
    struct fb_record a = fb_test_approval("A1", "agency.off_framework");
    fb_test_judge_first(&v);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    fb_test_add_reply(&v, &r);
    fb_test_add_approval(&v, &a, 31);
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_NOTED) == 1 && fb_test_told(FB_EVENT_FINDING_ANSWERED) == 1);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_amend_register(&v, true);
    fb_test_judge(&v);
    fb_test_amend_register(&v, false);
    v.source[0].mode = FB_SOURCE_MODE_LIVE;
    fb_test_at(&v, "2026-03-12T12:00");
    fb_test_judge(&v); /* cleared in the trial: to those who are alerted it is new */
    CU_ASSERT(fb_test_told(FB_EVENT_ASSURANCE_FINDING) == 1 && fb_test_told(FB_EVENT_FINDING_REOPENED) == 0);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_ANSWERED) == 1 && fb_test_told(FB_EVENT_FINDING_NOTED) == 1);
    CU_ASSERT_EQUAL(fb_test_breach()->opened_ms, v.view.now_ms);
}

/* What is gone is forgotten with those who heard of it; and what is answered is told as such to those who did
 * not. */
static void test_live_while_cleared(void)
{
    struct fb_test_view v;
    struct fb_record a = fb_test_approval("A1", "agency.off_framework");
    fb_test_judge_first(&v);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    fb_test_judge(&v);
    fb_test_amend_register(&v, true);
    fb_test_judge(&v);
    v.source[0].mode = FB_SOURCE_MODE_LIVE;
    fb_test_judge(&v); /* live, and nothing to tell */
    CU_ASSERT_EQUAL(fb_test_told_any(), 0);
    fb_test_amend_register(&v, false);
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_ASSURANCE_FINDING) == 1 && fb_test_told_any() == 1);
    fb_test_judge_first(&v);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    fb_test_add_approval(&v, &a, 31);
    fb_test_judge(&v);
    v.source[0].mode = FB_SOURCE_MODE_LIVE;
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_CLEARED) == 1 && fb_test_told(FB_EVENT_ASSURANCE_FINDING) == 1);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_ANSWERED) == 1 && fb_test_told_any() == 3);
}

/* When there is no room for all that cleared, the first of them are forgotten. */
static void test_room(void)
{
    struct fb_test_view v;
    fb_test_judge_first(&v);
    fb_test_judge(&v);
    unsigned n = fb_test_judged.after.n_findings;
    for (unsigned i = n; i < FB_FINDINGS_MAX; i++) {
        unsigned to = i;
        struct fb_finding f = {
            .rule = 100 + i, .severity = FB_SEVERITY_OK_, .life = FB_LIFE_CLEARED, .changed_ms = 1000 + i};
        for (; to > 0 && fb_test_judged.after.finding[to - 1].rule > f.rule; to--)
            fb_test_judged.after.finding[to] = fb_test_judged.after.finding[to - 1];
        fb_test_judged.after.finding[to] = f;
    }
    fb_test_judged.after.n_findings = FB_FINDINGS_MAX;
    fb_test_charge(&v.booking[0].as.booking, "40.00", "3.10"); /* one finding more */
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_judged.after.n_findings, FB_FINDINGS_MAX);
    for (unsigned i = 1; i < fb_test_judged.after.n_findings; i++)
        CU_ASSERT(fb_test_judged.after.finding[i - 1].rule <= fb_test_judged.after.finding[i].rule);
    unsigned oldest = 0, next = 0;
    for (unsigned i = 0; i < fb_test_judged.after.n_findings; i++) {
        oldest += fb_test_judged.after.finding[i].rule == 100 + n;
        next += fb_test_judged.after.finding[i].rule == 101 + n;
    }
    CU_ASSERT(oldest == 0 && next == 1);
}

CU_TestInfo suite_life[] = {
    {"a finding opens, clears and opens again, each told once", test_opened_once},
    {"the same cause never opens twice, whatever is amended", test_same_cause_never_opens_twice},
    {"what comes back after it was closed is open", test_closed_and_changed},
    {"a closed finding whose amount changes is open again", test_amount_changes_after_closing},
    {"closing all does not close what opened since", test_closing_all_before_it_opened},
    {"to those who are alerted a trial's finding is new", test_silent_becomes_live},
    {"a trial's finding that cleared is new when it comes back live", test_live_while_cleared},
    {"what cleared first is forgotten when there is no room", test_room},
    CU_TEST_INFO_NULL};
