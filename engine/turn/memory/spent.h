#ifndef FB_TURN_SPENT_H
#define FB_TURN_SPENT_H
/* What shifts took of the approvals that have a limit, in memory: for each approval the rows of all shifts, in the order of
 * the shifts. It holds exactly what the latest decisions say (struct fb_spent), so it is the same after every opening. A trial,
 * a shift of shadow sources, has rows too, so that it is found when what comes before it changes; they add nothing up. */
#include "engine/core/decide.h"
/* Rows ascend by (start_min, tie, subject). */
struct fb_spent_row {
    uint32_t start_min, tie, subject;
    bool trial; /* counts for no other, and in no total */
    int64_t pence;
};
struct fb_spent_list {
    uint32_t approval; /* its number; 0: a free place */
    uint32_t n, room;
    bool unsorted;     /* while a store is opened */
    int64_t total;     /* without trials */
    struct fb_spent_row *row;
};
struct fb_spents {
    struct fb_spent_list *slot; /* open addressing: a power of two of places, never more than half of them used */
    uint32_t n_slots, n_lists;
    uint64_t row_bytes;
};
void fb_spents_release(struct fb_spents *s);
/* Of whom something is told. */
struct fb_spender {
    uint32_t subject;
    bool trial;
};
/* What a subject takes, added and taken back. FB_FULL: no memory; FB_DAMAGED: what is taken back is not there. */
FB_MUST_CHECK enum fb_err fb_spents_add(struct fb_spents *s, struct fb_spender by, const struct fb_spent *spent);
FB_MUST_CHECK enum fb_err fb_spents_take(struct fb_spents *s, struct fb_spender by, const struct fb_spent *spent);
/* The same as add, for a store that is opened: rows are put in order by the one call afterwards. */
FB_MUST_CHECK enum fb_err fb_spents_load(struct fb_spents *s, struct fb_spender by, const struct fb_spent *spent);
void fb_spents_sort(struct fb_spents *s);
/* What a row takes away from others. */
static inline int64_t fb_spent_row_counts(const struct fb_spent_row *row)
{
    return row->trial ? 0 : row->pence; /* raw: as stored */
}
int fb_spent_row_cmp(const struct fb_spent_row *a, const struct fb_spent_row *b);
/* NULL: nothing was taken of it. Lasts until the next add or take. */
const struct fb_spent_list *fb_spents_of(const struct fb_spents *s, uint32_t approval);
/* What the others took of it that come before this place; `place.subject` is left out itself. */
int64_t fb_spents_before(const struct fb_spents *s, uint32_t approval, const struct fb_spent_row *place);
int64_t fb_spents_total(const struct fb_spents *s, uint32_t approval);
uint64_t fb_spents_bytes(const struct fb_spents *s);
#endif
