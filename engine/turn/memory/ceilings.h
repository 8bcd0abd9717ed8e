#ifndef FB_TURN_CEILINGS_H
#define FB_TURN_CEILINGS_H
/* What each trust spends on agency shifts of a month, in memory: what the ceiling of its packs (core/book.h) is held against. A fold of
 * what is posted to the totals for live sources, by the month in which a shift is worked (whenever it was told, and whichever month's
 * books it stands in), so it is the same after every opening and does not depend on the order of records.
 *
 * After each entry of the journal every place that it moved is looked at: ceiling.passed is told when it was not over the ceiling
 * before the entry and is now, ceiling.cleared when it is the other way round. A new issue of the rules is such an entry too. What
 * lies over it and comes back within one entry is told to nobody. Whether a ceiling is passed follows from the sums and the current
 * book alone; nothing is kept of what was told. */
#include "engine/core/decide.h"
struct fb_turn;
struct fb_ceiling_sum {
    fb_code trust;
    fb_day month;
    int64_t spent[2], before[2]; /* pence as committed, as worked; before: ahead of the entry at hand */
    bool touched, live;          /* by the entry at hand; by what is no backfill */
};
struct fb_ceilings {
    struct fb_ceiling_sum *sum; /* as they came */
    uint32_t *slot;             /* open addressing over them: 0 free, else index + 1; a power of two of places */
    uint32_t *touched;          /* of the entry at hand, in the order of their touching */
    uint32_t n, room, n_slots, n_touched;
    int64_t at_ms;              /* of that entry */
    uint64_t journal;
};
void fb_ceilings_release(struct fb_ceilings *c);
uint64_t fb_ceilings_bytes(const struct fb_ceilings *c);
/* The sum at a stage; 0 where nothing was spent. */
int64_t fb_ceilings_spent(const struct fb_ceilings *c, fb_code trust, fb_day month, enum fb_stage stage);
/* A line is posted under the entry at hand. historic: by what alerts nobody. FB_FULL. */
FB_MUST_CHECK enum fb_err fb_ceilings_post(struct fb_ceilings *c, const struct fb_line *line, bool historic);
/* The entry at hand is over: what it passed is told. Called before the next one is written, and before a commit. */
void fb_ceilings_tell(struct fb_turn *t);
/* The entry that was just written made another book current: every place is held against both. */
void fb_ceilings_issued(struct fb_turn *t, const struct fb_book *before, const struct fb_book *now);
/* All of it from the totals, when a store is opened. */
FB_MUST_CHECK enum fb_err fb_ceilings_open(struct fb_turn *t);
#endif
