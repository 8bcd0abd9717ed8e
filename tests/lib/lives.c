#include "tests/lib/lives.h"
#include "tests/lib/suite.h"
#include <string.h>

static unsigned char memory[1 << 16];
static bool any_before;
struct fb_test_judged fb_test_judged;
const struct fb_test_step fb_test_steps[FB_STEP_END - 1] = {
    {FB_STEP_ACKNOWLEDGE, FB_LIFE_ACKNOWLEDGED, FB_EVENT_FINDING_ACKNOWLEDGED},
    {FB_STEP_ASSIGN, FB_LIFE_ASSIGNED, FB_EVENT_FINDING_ASSIGNED},
    {FB_STEP_NOTE, 0, FB_EVENT_FINDING_NOTED},
    {FB_STEP_SNOOZE, FB_LIFE_SNOOZED, FB_EVENT_FINDING_SNOOZED},
    {FB_STEP_REPLY, FB_LIFE_REPLIED, FB_EVENT_FINDING_REPLIED},
    {FB_STEP_CHALLENGE, FB_LIFE_CHALLENGED, FB_EVENT_FINDING_CHALLENGED},
    {FB_STEP_CLOSE, FB_LIFE_CLOSED, FB_EVENT_FINDING_CLOSED},
};

void fb_test_judge(struct fb_test_view *v)
{
    struct fb_arena arena;
    struct fb_book book = fb_test_answer_book();
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_test_judged *x = &fb_test_judged;
    x->before = x->after;
    memset(&x->after, 0xa5, sizeof x->after); /* nothing may rest on what was there */
    memset(&x->effects, 0xa5, sizeof x->effects);
    CU_ASSERT_EQUAL_FATAL(
        fb_decide_booking(&book, &v->view, any_before ? &x->before : NULL, &arena, &x->after, &x->effects),
        FB_OK);
    any_before = true;
}

void fb_test_judge_first(struct fb_test_view *v)
{
    any_before = false;
    fb_test_breach_view(v);
}

void fb_test_at(struct fb_test_view *v, const char *now)
{
    v->view.now_ms = fb_test_ms(now);
    v->view.journal++;
}

const struct fb_finding *fb_test_breach(void)
{
    for (unsigned i = 0; i < fb_test_judged.after.n_findings; i++)
        if (fb_test_judged.after.finding[i].rule == fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK))
            return &fb_test_judged.after.finding[i];
    CU_FAIL_FATAL("no such finding");
    return NULL;
}

bool fb_test_breach_has(unsigned life)
{
    return (fb_test_breach()->life & life) == life;
}

unsigned fb_test_told(enum fb_event_kind kind)
{
    unsigned n = 0;
    for (unsigned i = 0; i < fb_test_judged.effects.n_events; i++)
        n += fb_test_judged.effects.event[i].kind == kind &&
             fb_test_judged.effects.event[i].rule == fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK);
    return n;
}

unsigned fb_test_told_any(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < fb_test_judged.effects.n_events; i++)
        n += fb_test_judged.effects.event[i].rule == fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK);
    return n;
}

void fb_test_amend_register(struct fb_test_view *v, bool held)
{
    if (held)
        fb_test_framework(v, "NHSE-1", "2025-01-01", "2027-01-01");
    else
        v->view.n_frameworks = 0;
}
