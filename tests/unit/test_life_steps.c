#include "engine/base/prng.h"
#include "tests/lib/lives.h"
#include "tests/lib/suite.h"
#include <stdio.h>

static void test_each_step(void)
{
    for (unsigned i = 0; i < FB_STEP_END - 1; i++) {
        struct fb_test_view v;
        fb_test_judge_first(&v);
        fb_test_judge(&v);
        struct fb_record r = fb_test_reply("R1", "agency.off_framework", fb_test_steps[i].step, "2026-03-10T13:00");
        struct fb_record again =
            fb_test_reply("R2", "agency.off_framework", fb_test_steps[i].step, "2026-03-10T14:00");
        r.as.reply.until_ms = again.as.reply.until_ms = fb_test_ms("2026-03-12T12:00");
        fb_test_add_reply(&v, &r);
        fb_test_at(&v, "2026-03-10T13:30");
        fb_test_judge(&v);
        CU_ASSERT(fb_test_breach()->life == fb_test_steps[i].life && fb_test_breach()->steps[fb_test_steps[i].step] == 1);
        CU_ASSERT(fb_test_told(fb_test_steps[i].kind) == 1 && fb_test_told_any() == 1);
        CU_ASSERT_EQUAL(fb_test_breach()->verdict, fb_test_steps[i].step == FB_STEP_CLOSE ? FB_VERDICT_UPHELD : 0);
        fb_test_at(&v, "2026-03-10T13:40");
        fb_test_judge(&v);
        CU_ASSERT_EQUAL(fb_test_told_any(), 0); /* once */
        fb_test_add_reply(&v, &again);
        fb_test_at(&v, "2026-03-10T14:30");
        fb_test_judge(&v);
        CU_ASSERT_EQUAL(fb_test_breach()->steps[fb_test_steps[i].step], 2);
        CU_ASSERT_EQUAL(fb_test_told_any(), fb_test_steps[i].step == FB_STEP_CLOSE ? 0 : 1); /* closed is closed */
    }
}

static void test_all_or_one_rule(void)
{
    struct fb_test_view v;
    struct fb_record one = fb_test_reply("R1", "agency.no_cascade", FB_STEP_NOTE, "2026-03-10T11:00");
    struct fb_record all = fb_test_reply("R2", NULL, FB_STEP_NOTE, "2026-03-10T11:01");
    fb_test_judge_first(&v);
    fb_test_add_reply(&v, &one);
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_breach()->steps[FB_STEP_NOTE], 0);
    fb_test_add_reply(&v, &all);
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_breach()->steps[FB_STEP_NOTE], 1);
    for (unsigned i = 0; i < fb_test_judged.after.n_findings; i++)
        if (fb_test_judged.after.finding[i].rule == fb_test_rule_id(FB_TEST_RULE_NO_CASCADE))
            CU_ASSERT_EQUAL(fb_test_judged.after.finding[i].steps[FB_STEP_NOTE], 2);
}

/* Minutes of the one event that tells of the snooze. */
static int64_t minutes_told(void)
{
    for (unsigned i = 0; i < fb_test_judged.effects.n_events; i++)
        if (fb_test_judged.effects.event[i].kind == FB_EVENT_FINDING_SNOOZED)
            return fb_test_judged.effects.event[i].minutes;
    return -1;
}

static void test_snooze(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", NULL, FB_STEP_SNOOZE, "2026-03-10T13:00");
    struct fb_record shorter = fb_test_reply("R2", NULL, FB_STEP_SNOOZE, "2026-03-10T15:00");
    r.as.reply.until_ms = fb_test_ms("2026-03-14T12:00");
    shorter.as.reply.until_ms = fb_test_ms("2026-03-11T12:00");
    fb_test_judge_first(&v);
    fb_test_add_reply(&v, &r);
    fb_test_judge(&v); /* an hour before it begins */
    CU_ASSERT(!fb_test_breach_has(FB_LIFE_SNOOZED) &&
              fb_test_judged.after.due_ms == fb_test_ms("2026-03-10T13:00"));
    fb_test_at(&v, "2026-03-10T13:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_breach_has(FB_LIFE_SNOOZED) &&
              fb_test_judged.after.due_ms == fb_test_ms("2026-03-14T12:00") &&
              fb_test_told(FB_EVENT_FINDING_SNOOZED) == 1);
    CU_ASSERT_EQUAL(minutes_told(), 3 * 1440 + 23 * 60);
    fb_test_add_reply(&v, &shorter);
    fb_test_at(&v, "2026-03-10T15:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_breach_has(FB_LIFE_SNOOZED) &&
              fb_test_judged.after.due_ms == fb_test_ms("2026-03-11T12:00") &&
              fb_test_told(FB_EVENT_FINDING_SNOOZED) == 1);
    CU_ASSERT_EQUAL(minutes_told(), 21 * 60);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_judge(&v);
    CU_ASSERT(!fb_test_breach_has(FB_LIFE_SNOOZED) && fb_test_judged.after.due_ms == INT64_MAX);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_WOKEN) == 1 && fb_test_told_any() == 1);
    fb_test_at(&v, "2026-03-12T12:00");
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_told_any(), 0);
}

static void test_snooze_of_what_is_gone(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", "agency.off_framework", FB_STEP_SNOOZE, "2026-03-10T11:00");
    r.as.reply.until_ms = fb_test_ms("2026-03-14T12:00");
    fb_test_judge_first(&v);
    fb_test_add_reply(&v, &r);
    fb_test_judge(&v);
    fb_test_amend_register(&v, true);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_judged.after.due_ms == INT64_MAX && !fb_test_breach_has(FB_LIFE_SNOOZED) &&
              fb_test_told(FB_EVENT_FINDING_WOKEN) == 0);
    fb_test_amend_register(&v, false);
    fb_test_at(&v, "2026-03-12T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_breach_has(FB_LIFE_SNOOZED | FB_LIFE_REOPENED) &&
              fb_test_judged.after.due_ms == fb_test_ms("2026-03-14T12:00"));
}

static void test_step_while_cleared(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", "agency.off_framework", FB_STEP_NOTE, "2026-03-10T13:00");
    fb_test_judge_first(&v);
    fb_test_judge(&v);
    fb_test_amend_register(&v, true);
    fb_test_at(&v, "2026-03-11T12:00");
    fb_test_judge(&v);
    fb_test_add_reply(&v, &r);
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_NOTED) == 1 && fb_test_told_any() == 1 && fb_test_breach()->steps[FB_STEP_NOTE] == 1);
    fb_test_amend_register(&v, false);
    fb_test_at(&v, "2026-03-12T12:00");
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_REOPENED) == 1 && fb_test_told_any() == 1);
    fb_test_amend_register(&v, true);
    fb_test_judge(&v);
    fb_test_amend_register(&v, false);
    fb_test_judge(&v);
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_NOTED) == 0 && fb_test_breach()->steps[FB_STEP_NOTE] == 1);
}

static void test_several_at_once(void)
{
    struct fb_test_view v;
    struct fb_record r[4];
    static const char *const refs[] = {"R1", "R2", "R3", "R4"};
    for (unsigned i = 0; i < 4; i++)
        r[i] = fb_test_reply(refs[i], "agency.off_framework", i < 3 ? FB_STEP_ACKNOWLEDGE : FB_STEP_NOTE, "2026-03-10T11:00");
    fb_test_judge_first(&v);
    fb_test_add_reply(&v, &r[0]);
    fb_test_add_reply(&v, &r[1]);
    fb_test_judge(&v); /* opened together with two */
    CU_ASSERT_EQUAL(fb_test_told(FB_EVENT_FINDING_ACKNOWLEDGED), 2);
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_told_any(), 0);
    fb_test_add_reply(&v, &r[2]);
    fb_test_add_reply(&v, &r[3]);
    fb_test_amend_register(&v, true);
    fb_test_judge(&v); /* and two as it cleared */
    CU_ASSERT(fb_test_told(FB_EVENT_FINDING_CLEARED) == 1 && fb_test_told(FB_EVENT_FINDING_ACKNOWLEDGED) == 1 &&
              fb_test_told(FB_EVENT_FINDING_NOTED) == 1 && fb_test_told_any() == 3);
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_told_any(), 0);
}

static void test_more_than_room(void)
{
    static const enum fb_step kinds[] = {FB_STEP_ACKNOWLEDGE, FB_STEP_ASSIGN, FB_STEP_NOTE, FB_STEP_REPLY};
    static struct fb_record r[FB_REPLIES_MAX];
    static char refs[FB_REPLIES_MAX][16];
    struct fb_test_view v;
    unsigned kinds_told = 0;
    fb_test_judge_first(&v);
    for (unsigned i = 0; i < FB_REPLIES_MAX; i++) {
        snprintf(refs[i], sizeof refs[i], "R%u", i);
        r[i] = fb_test_reply(refs[i], NULL, kinds[i % 4], "2026-03-10T11:00");
        fb_test_add_reply(&v, &r[i]);
    }
    fb_test_judge(&v);
    for (unsigned k = 0; k < 4; k++)
        kinds_told += fb_test_breach()->steps[kinds[k]] == UINT8_MAX;
    CU_ASSERT_EQUAL(kinds_told, 4);
    CU_ASSERT_TRUE(fb_test_judged.effects.n_events <= FB_EFFECTS_MAX);
    CU_ASSERT_TRUE(fb_test_told(FB_EVENT_FINDING_ACKNOWLEDGED) >= 1 && fb_test_told(FB_EVENT_FINDING_REPLIED) >= 1);
    CU_ASSERT_TRUE(fb_test_judged.effects.n_events > FB_EFFECTS_MAX / 2);
    fb_test_judge(&v);
    CU_ASSERT_EQUAL(fb_test_told_any(), 0);
}

enum { STEPS = 6 };
static void shuffled(struct fb_record *r, struct fb_prng *prng)
{
    for (unsigned i = STEPS; i > 1; i--) {
        unsigned k = (unsigned)fb_prng_below(prng, i);
        struct fb_record swap = r[i - 1];
        r[i - 1] = r[k];
        r[k] = swap;
    }
}

static void test_any_order(void)
{
    static const enum fb_step step[STEPS] = {FB_STEP_ACKNOWLEDGE, FB_STEP_ASSIGN, FB_STEP_NOTE,
                                             FB_STEP_NOTE,        FB_STEP_REPLY,  FB_STEP_CLOSE};
    static const char *const refs[STEPS] = {"R1", "R2", "R3", "R4", "R5", "R6"};
    struct fb_finding first = {0};
    struct fb_prng prng;
    fb_prng_init(&prng, 3);
    for (unsigned round = 0; round < 60; round++) {
        struct fb_test_view v;
        struct fb_record r[STEPS];
        unsigned told = 0;
        for (unsigned i = 0; i < STEPS; i++)
            r[i] = fb_test_reply(refs[i], "agency.off_framework", step[i], "2026-03-10T13:00");
        shuffled(r, &prng);
        fb_test_judge_first(&v);
        fb_test_judge(&v);
        fb_test_at(&v, "2026-03-10T14:00");
        for (unsigned i = 0; i < STEPS; i++) {
            fb_test_add_reply(&v, &r[i]);
            fb_test_judge(&v);
            told += fb_test_told_any();
        }
        CU_ASSERT_EQUAL(told, STEPS);
        if (round == 0)
            first = *fb_test_breach();
        CU_ASSERT_TRUE(fb_test_same_finding(&first, fb_test_breach()));
    }
}

static void test_too_many_to_read(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_reply("R1", "agency.off_framework", FB_STEP_ACKNOWLEDGE, "2026-03-10T11:00");
    struct fb_record closed = fb_test_reply("R2", "agency.off_framework", FB_STEP_CLOSE, "2026-03-10T11:00");
    fb_test_judge_first(&v);
    fb_test_add_reply(&v, &r);
    fb_test_add_reply(&v, &closed);
    fb_test_judge(&v);
    v.view.n_replies = 0; /* pushed out by later ones */
    v.view.cut |= 1u << FB_KIND_REPLY;
    fb_test_judge(&v);
    CU_ASSERT(fb_test_breach_has(FB_LIFE_ACKNOWLEDGED | FB_LIFE_CLOSED) &&
              fb_test_breach()->verdict == FB_VERDICT_UPHELD && fb_test_told_any() == 0);
    v.view.cut = 0;
    fb_test_judge(&v); /* taken back */
    CU_ASSERT(fb_test_breach_has(FB_LIFE_REOPENED) && !fb_test_breach_has(FB_LIFE_ACKNOWLEDGED) &&
              !fb_test_breach_has(FB_LIFE_CLOSED) && fb_test_told(FB_EVENT_FINDING_REOPENED) == 1);
}

CU_TestInfo suite_life_steps[] = {
    {"each step that people take is told once", test_each_step},
    {"a step is about one rule, or about all", test_all_or_one_rule},
    {"a snooze begins, is replaced and ends by the clock", test_snooze},
    {"nobody waits for the end of a snooze of what is gone", test_snooze_of_what_is_gone},
    {"a step about what is gone is told at once, and not again when it is back", test_step_while_cleared},
    {"several steps of one kind are told each, also those before it was opened", test_several_at_once},
    {"of more steps at once than there is room for each kind is told of each finding", test_more_than_room},
    {"the order in which steps come makes no difference", test_any_order},
    {"of more steps than can be read the first are remembered", test_too_many_to_read},
    CU_TEST_INFO_NULL};
