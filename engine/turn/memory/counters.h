#ifndef FB_TURN_COUNTERS_H
#define FB_TURN_COUNTERS_H
/* What shifts add to counters, in memory: for each counter and key the rows of all shifts that count, in their order. It
 * holds exactly the counts of the latest decisions, so it is the same after every opening. */
#include "engine/core/counter.h"
struct fb_counted_list {
    uint32_t counter; /* struct fb_counter.id; 0: a free place */
    uint64_t key;
    uint32_t n, room;
    bool unsorted; /* while a store is opened */
    struct fb_counted_row *row;
};
struct fb_counters {
    struct fb_counted_list *slot; /* open addressing: a power of two of places, never more than half of them used */
    uint32_t n_slots, n_lists;
    uint64_t row_bytes;
};
void fb_counters_release(struct fb_counters *c);
/* What a subject adds, added and taken back. FB_FULL: no memory; FB_DAMAGED: what is taken back is not there. */
FB_MUST_CHECK enum fb_err fb_counters_add(struct fb_counters *c, uint32_t subject, const struct fb_count *count);
FB_MUST_CHECK enum fb_err fb_counters_take(struct fb_counters *c, uint32_t subject, const struct fb_count *count);
/* The same as add, for a store that is opened: rows are put in order by the one call afterwards. */
FB_MUST_CHECK enum fb_err fb_counters_load(struct fb_counters *c, uint32_t subject, const struct fb_count *count);
void fb_counters_sort(struct fb_counters *c);
/* The rows that start in [from_min, until_min); they stay until the next add or take. */
struct fb_counted_rows fb_counters_rows(const struct fb_counters *c, uint32_t counter, uint64_t key, uint32_t from_min,
                                        uint32_t until_min);
uint64_t fb_counters_bytes(const struct fb_counters *c);
#endif
