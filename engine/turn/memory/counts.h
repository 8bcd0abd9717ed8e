#ifndef FB_TURN_COUNTS_H
#define FB_TURN_COUNTS_H
/* How many records there are, kept beside the tables so that a report need not scan for it. A row of META. */
#include "engine/store/store.h"
struct fb_counts {
    uint64_t records, bookings, vacancies;
};
void fb_counts_put(struct fb_txn *txn, const struct fb_counts *c);
/* All nought when nothing was counted yet. */
FB_MUST_CHECK enum fb_err fb_counts_find(struct fb_txn *txn, struct fb_arena *arena, struct fb_counts *out);
#endif
