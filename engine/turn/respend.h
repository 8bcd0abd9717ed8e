#ifndef FB_TURN_RESPEND_H
#define FB_TURN_RESPEND_H
/* Limits of approvals between decisions: what the shifts before it took goes into the view of a shift, and what its decision
 * takes makes those stale that come after it. What a shift takes never hangs on another shift's decision, so this comes to
 * rest by itself. A decision may use before_pence only to hold it, with or without what the shift takes itself, against the
 * limit: those for whom that comes out the same are not judged again. */
#include "engine/turn/state.h"
/* view.approval[].before_pence for the shift as merged. */
void fb_respend_gather(struct fb_turn *t, const struct fb_book *book, const struct fb_booking *merged);
/* What a decision that was read says its subject took, for a store that is opened. */
FB_MUST_CHECK enum fb_err fb_respend_load(struct fb_turn *t, uint32_t subject, const struct fb_decision *d);
/* t->decision is the latest of its subject now, in place of t->prior (held) or of nothing. Whom that concerns, the approval
 * itself among them, is noted in t->stale, or put on the todo. */
void fb_respend_apply(struct fb_turn *t, bool held);
#endif
