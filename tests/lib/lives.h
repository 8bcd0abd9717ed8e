#ifndef FB_TESTS_LIVES_H
#define FB_TESTS_LIVES_H
/* One shift judged again and again, and what became of its breach of agency.off_framework (answers.h). */
#include "tests/lib/answers.h"
/* The last decision, the one before it, and what followed of the last. */
struct fb_test_judged {
    struct fb_decision before, after;
    struct fb_effects effects;
};
extern struct fb_test_judged fb_test_judged;
/* What each step that people take makes of a finding's life, and which event tells of it: in the order of enum fb_step. */
struct fb_test_step {
    enum fb_step step;
    unsigned life;
    enum fb_event_kind kind;
};
extern const struct fb_test_step fb_test_steps[FB_STEP_END - 1];
/* The view of answers.h, never judged before. */
void fb_test_judge_first(struct fb_test_view *v);
/* Judges it again on top of what was decided last. */
void fb_test_judge(struct fb_test_view *v);
/* The next journal entry, at that instant. */
void fb_test_at(struct fb_test_view *v, const char *now);
/* The register is amended: the agency is on the framework, or it is not. */
void fb_test_amend_register(struct fb_test_view *v, bool held);
/* The breach, in whatever state; the test ends where there is none. */
const struct fb_finding *fb_test_breach(void);
bool fb_test_breach_has(unsigned life);
/* Events of that kind about the breach; and of whatever kind. */
unsigned fb_test_told(enum fb_event_kind kind);
unsigned fb_test_told_any(void);
#endif
