#ifndef FB_TURN_TOTALS_H
#define FB_TURN_TOTALS_H
/* What a transaction adds to the totals: kept in memory, and written once per place and knowledge day at its
 * end. A row holds the running figures of its place up to the end of its day: the first of a new day starts
 * from the last one before it. A place that was touched is written even when its deltas cancel out, so that
 * the rows do not depend on where one transaction ended and the next began. */
#include "engine/core/decide.h"
#include "engine/store/key.h"
struct fb_totals_cell {
    struct fb_posting_place place;
    fb_day known;
    struct fb_figures figures; /* what this transaction adds */
};
enum { FB_TOTALS_CELLS = 1024, FB_TOTALS_SLOTS = 4096 };
struct fb_totals {
    struct fb_totals_cell cell[FB_TOTALS_CELLS]; /* days of one place ascend */
    uint16_t slot[FB_TOTALS_SLOTS];              /* 0: free, else index + 1 */
    unsigned n;
};
/* Adds figures to a place. Writes what is held first when there is no more room. `known` never goes back. */
FB_MUST_CHECK enum fb_err fb_totals_add(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena,
                                        const struct fb_posting_place *place,
                                        const struct fb_figures *figures, fb_day known);
/* Writes all and forgets it; the arena is scratch for one row at a time. FB_DAMAGED: a row that cannot be
 * read. */
FB_MUST_CHECK enum fb_err fb_totals_write(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena);
void fb_totals_forget(struct fb_totals *t);
bool fb_posting_place_same(const struct fb_posting_place *a, const struct fb_posting_place *b);
#endif
