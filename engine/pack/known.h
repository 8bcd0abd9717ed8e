#ifndef FB_PACK_KNOWN_H
#define FB_PACK_KNOWN_H
/* Which row holds for a thing on a day, when several do: the one that became known last. A pay award that
 * arrives in July and holds from April stands beside the row that was published in March; the earlier row
 * keeps only the days which the later one does not speak of. Two rows that became known on the same day
 * contradict each other, and that is an error at the later line. */
#include "engine/pack/draft.h"
/* What a row says it holds for: number and names together are the thing. */
struct fb_claim {
    unsigned row; /* in the list of rows that it was read from */
    uint64_t thing;
    struct fb_span name, other;
    fb_day from, until, known_since;
    struct fb_place place;
    struct fb_span word; /* what a person calls the thing: for the complaint */
};
/* The days that a row is left with. */
struct fb_stretch {
    unsigned row;
    uint64_t thing;
    fb_day from, until;
};
/* Adds a claim for the row of that index. */
void fb_claim_add(struct fb_draft *d, struct fb_claims *claims, const struct fb_claim *claim,
                  const struct fb_standing *s, struct fb_place place);
/* claims->claim -> claims->stretch, ascending by (row, thing, from). what: "the same pay point of band". */
void fb_claims_settle(struct fb_draft *d, struct fb_claims *claims, const char *what);
/* Puts the stretches in the order (thing, from). */
void fb_stretches_by_thing(struct fb_list *stretches);
#endif
