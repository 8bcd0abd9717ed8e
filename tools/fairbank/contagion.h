#ifndef FB_TOOLS_FAIRBANK_CONTAGION_H
#define FB_TOOLS_FAIRBANK_CONTAGION_H
/* Contagion: when one trust raises what it pays for a band and time of day, do its neighbours follow within some days, more
 * than chance would have it?
 *
 * What is looked at is pay against the card, so that an award that lifts the card for everybody is no rise; what has no
 * card is left out. A rise: a week's median (of at least ten hours) lies `rise_percent` or more above the middle of the
 * medians of the four weeks before (at least two of which have one), and the week before was no rise: a step up is one
 * rise, not one in each week until the past has caught up. Rises of the same week are nobody's following. Observed: of all pairs (a rise; a neighbour that has figures in
 * the weeks that follow), the share in which the neighbour rises within `days`. Chance: the same share when every
 * trust's rises are turned round its own weeks by a random number of them, which keeps how often it rises and how its
 * rises hang together, and breaks only when they fall beside the neighbours'. The seed is fixed: the same data give
 * the same answer. p counts the data as one of the turns. */
#include "tools/fairbank/spread.h"
struct contagion_how {
    int64_t rise_percent;
    unsigned days, turns;
    uint64_t seed;
};
struct contagion {
    bool enough;             /* no: fewer than five rises, three trusts or twelve weeks: nothing is said */
    unsigned trusts, weeks, series, rises, pairs, followed;
    int64_t observed_e4, chance_e4; /* shares, 1/10,000 */
    int64_t p_e4;            /* of a share as large by chance, 1/10,000 */
};
/* l sorted as paid_sort leaves it. false: no memory. */
bool contagion_test(const struct paid_list *l, const struct contagion_how *how, struct contagion *out);
#endif
