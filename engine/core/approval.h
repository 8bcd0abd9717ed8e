#ifndef FB_CORE_APPROVAL_H
#define FB_CORE_APPROVAL_H
/* Break-glass permissions (domain model, section 6): who may grant what, how one ends, and which findings it answers. An
 * approval never deletes a finding; it answers it. Pure: the instant is given. */
#include "engine/core/decide.h"
/* What has become of an approval at an instant, by the book's policy and schemes of delegation: ASKED; REFUSED, WITHDRAWN;
 * NOT_ENTITLED (the role may not grant it for one of its rules, the identity does not hold that role at that trust at that
 * moment, or it confirms its own: granted_by is asked_by and the policy forbids it, confirmed_by is recorded_by);
 * NEEDS_SECOND; PROVISIONAL (by telephone, not yet confirmed, before the deadline); LAPSED (the deadline passed); EXPIRED
 * (its last day is over); else GRANTED. Exhaustion is the turn's to tell (struct fb_spent). */
struct fb_approval_state_at {
    enum fb_approval_end end;
    int64_t next_ms;          /* when this may change by the clock alone; INT64_MAX: never */
    const char *why;          /* NOT_ENTITLED, NEEDS_SECOND: a clause for people; static text */
    uint16_t origin;          /* row of the scheme that entitles, FB_NO_ROW */
};
void fb_approval_at(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms, struct fb_approval_state_at *out);
/* It is about this shift: named, or of the class. */
bool fb_approval_covers(const struct fb_approval *a, const struct fb_view *view, const struct fb_booking *b, fb_day day);
/* It answers this rule: names it, and the rule's policy lets it be answered. */
bool fb_approval_names(const struct fb_book *book, const struct fb_approval *a, uint32_t rule);
/* Before the booking was made, before the shift starts, or after. */
enum fb_answered fb_approval_when(const struct fb_approval *a, const struct fb_booking *b);
#endif
