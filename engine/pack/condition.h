#ifndef FB_PACK_CONDITION_H
#define FB_PACK_CONDITION_H
/* What can be proved of conditions without a shift: whether they can hold together, and whether one follows from others.
 * Proofs are about one fact at a time; what cannot be proved is taken to be possible. */
#include "engine/core/book.h"
/* Some value of the fact satisfies every one of them that asks it. */
bool fb_conditions_can_meet(const struct fb_predicate *p, unsigned n, unsigned fact);
/* Whatever they let the fact of `then` be, `then` holds for. */
bool fb_condition_follows(const struct fb_predicate *p, unsigned n, const struct fb_predicate *then);
/* The same fact, comparison and values, in whatever order a list has them. */
bool fb_condition_same(const struct fb_predicate *a, const struct fb_predicate *b);
/* The least and the most that a fact is on any shift; false: no bound is known. */
bool fb_fact_range(unsigned fact, int64_t *least, int64_t *most);
/* Bit per route of the shifts of which a fact can be known at all; 0: of all. */
uint32_t fb_fact_routes(unsigned fact);
#endif
