#ifndef FB_TURN_TOTALS_H
#define FB_TURN_TOTALS_H
/* What a transaction adds to the totals: kept in memory, and written once per cell and knowledge day at its
 * end. A cell that was touched is written even when its deltas cancel out, so that the rows do not depend on
 * where one transaction ended and the next began. */
#include "engine/core/decide.h"
#include "engine/store/store.h"
struct fb_totals_cell {
    struct fb_cell cell;
    fb_day known;
    struct fb_figures figures;
};
enum { FB_TOTALS_CELLS = 1024, FB_TOTALS_SLOTS = 4096 };
struct fb_totals {
    struct fb_totals_cell cell[FB_TOTALS_CELLS];
    uint16_t slot[FB_TOTALS_SLOTS]; /* 0: free, else index + 1 */
    unsigned n;
};
/* Adds a line. Writes what is held first when there is no more room. */
void fb_totals_add(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena,
                   const struct fb_line *line, fb_day known);
/* Writes all and forgets it; the arena is scratch for one row at a time. */
void fb_totals_write(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena);
void fb_totals_forget(struct fb_totals *t);
/* to += from. Two's complement: taking back exactly what was added gives back exactly what was. */
void fb_figures_add(struct fb_figures *to, const struct fb_figures *from);
#endif
