#ifndef FB_CORE_GAPS_H
#define FB_CORE_GAPS_H
/* Which positions of a source's stream have not come: the lowest ranges of them, as many as there is room for. Those beyond are only
 * counted (fb_habit.seq_missing), so that a source that skips about costs no more than one that does not. */
#include <stdbool.h>
#include <stdint.h>

enum { FB_GAPS_MAX = 16 };
struct fb_gap {
    uint64_t first, last; /* both have not come */
};
struct fb_gaps {
    unsigned n;
    struct fb_gap gap[FB_GAPS_MAX]; /* ascending; between two of them something came */
};
/* How many positions the ranges hold together. */
uint64_t fb_gaps_listed(const struct fb_gaps *g);
/* These were passed over; they lie above all that are listed. Without room they are not listed. */
void fb_gaps_open(struct fb_gaps *g, uint64_t first, uint64_t last);
/* It came late. false: it is not listed. A range that falls apart may push the last one out. */
bool fb_gaps_fill(struct fb_gaps *g, uint64_t at);
/* Ranges that could have been listed, of so many that are missing below `next`. */
bool fb_gaps_are_good(const struct fb_gaps *g, uint64_t missing, uint64_t next);
#endif
