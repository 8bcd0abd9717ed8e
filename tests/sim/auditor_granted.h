#ifndef FB_TESTS_SIM_AUDITOR_GRANTED_H
#define FB_TESTS_SIM_AUDITOR_GRANTED_H
/* Inside the auditor: exceptions, by themselves (auditor_granted.c) and at shifts (auditor_answered.c). */
#include "tests/sim/auditor.h"

/* What the rules that an approval names ask together. */
struct aud_asked {
    bool any, own, retrospective;
    uint32_t roles, second, confirm;
};

bool aud_same_text(struct fb_span a, struct fb_span b); /* and there is any */
const struct fb_rule *aud_rule_named(const struct fb_book *book, struct fb_span name);
struct aud_asked aud_ask_rules(const struct fb_book *book, const struct fb_approval *a);
/* A version that takes a grant back says what was granted. */
bool aud_tells_grant(const struct fb_approval *a);
/* The version that it stands by: the one that holds; but what was granted by telephone, and had lapsed before the next version was
 * written, which does not say that grant again, stays a lapse whatever is sent later. */
const struct fb_record *aud_stands_by(const struct auditor *a, const struct fb_book *book, uint32_t number);
/* As it stands: with what the grantor confirmed. */
struct fb_approval aud_approval_now(const struct auditor *a, const struct fb_book *book, uint32_t number);
#endif
