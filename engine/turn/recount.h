#ifndef FB_TURN_RECOUNT_H
#define FB_TURN_RECOUNT_H
/* Counters between decisions: what the others added goes into the view of a shift, and what its decision adds makes those
 * stale that read it. What a shift adds never hangs on another shift's decision, so this comes to rest by itself. */
#include "engine/turn/state.h"
/* view.counted for the shift as merged. */
void fb_recount_gather(struct fb_turn *t, const struct fb_book *book, const struct fb_booking *merged);
/* t->decision is the latest of its subject now, in place of t->prior (held) or of nothing. Who read what changed is
 * noted in t->stale, or put on the todo. */
void fb_recount_apply(struct fb_turn *t, const struct fb_book *book, bool held);
/* The subject is to be judged again under the entry at hand, or, when there are many, from the todo. */
void fb_recount_note(struct fb_turn *t, uint32_t subject);
/* The next subject to judge again under the entry at hand; 0: no more. */
uint32_t fb_recount_next(struct fb_turn *t);
#endif
