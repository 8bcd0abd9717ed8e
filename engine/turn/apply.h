#ifndef FB_TURN_APPLY_H
#define FB_TURN_APPLY_H
/* Effects into the open transaction: decision, events, totals, open findings, due queue. */
#include "engine/turn/row.h"
#include "engine/turn/state.h"
/* The latest decision kept under a number: its row and, in t->prior, the decision itself. false: none, or
 * t->err. */
bool fb_apply_prior(struct fb_turn *t, uint32_t subject, struct fb_decision_row *row);
/* Puts t->decision and t->effects for t->view. prior: the row before, NULL when there is none. into: 0 unless
 * joined. A decision that says the same as the one before, at another instant, is not written. */
void fb_apply(struct fb_turn *t, const struct fb_book *book, const struct fb_decision_row *prior,
              uint32_t into);
#endif
