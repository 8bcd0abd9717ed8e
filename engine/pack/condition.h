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
/* What one fact of a shift says of another one (condition_facts.c has the table): that it cannot be what a condition asks,
 * or that it is not known at all. *of, *on: the two facts, where it is not NONE. */
enum fb_bearing { FB_BEARING_NONE, FB_BEARING_EXCLUDES, FB_BEARING_HIDES };
enum fb_bearing fb_conditions_bear(const struct fb_predicate *p, unsigned n, unsigned *of, unsigned *on);
/* A condition that a bound never shows: "at least five nights" is not known to be below anything. It holds only of workers
 * whom every employer tells of. */
bool fb_condition_needs_all(const struct fb_predicate *p);
/* Bit per route of the shifts of which a fact can be known at all; 0: of all. */
uint32_t fb_fact_routes(unsigned fact);
#endif
