#ifndef FB_TURN_PERIOD_H
#define FB_TURN_PERIOD_H
/* Closed months. What is known of a closed month later is posted to the first month after it that is open, so
 * the books of a closed month never change. Kept in memory, rebuilt from PERIODS at opening.
 *
 * A month that nobody closed is open, also one before the first that was closed: history that is sent later
 * then stands in its own month, and nowhere else. So months close in order from the first that was closed on, and
 * whoever closes that first one is told which earlier ones stay open. */
#include "engine/turn/turn.h"
struct fb_period {
    fb_code trust; /* 0: all */
    fb_day month;
};
struct fb_periods {
    struct fb_period *closed; /* ascending by (trust, month) */
    uint32_t n, room;
    char why[240]; /* the last sentence that names a month */
};
void fb_periods_release(struct fb_periods *p);
/* FB_FULL: no memory. One that is held already stays as it is. */
FB_MUST_CHECK enum fb_err fb_periods_put(struct fb_periods *p, fb_code trust, fb_day month);
/* For that trust, by a close of its own or of all. */
bool fb_periods_closed(const struct fb_periods *p, fb_code trust, fb_day month);
/* The first month from this one on that is open for the trust. */
fb_day fb_periods_posted(const struct fb_periods *p, fb_code trust, fb_day month);
fb_day fb_month_next(fb_day month);

/* The body of a CLOSE entry. Spans point into bytes; FB_REFUSED, FB_NEWER. */
size_t fb_period_close_pack(const struct fb_period_close *c, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_period_close_unpack(struct fb_period_close *out, struct fb_span bytes);
/* A row of PERIODS: who closed it, and when. */
struct fb_period_row {
    int64_t at_ms;
    uint64_t journal;
    struct fb_span role, reason;
};
size_t fb_period_row_pack(const struct fb_period_row *row, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_period_row_unpack(struct fb_period_row *out, struct fb_span bytes);

struct fb_turn;
/* The entry, its row and its event: what live code and replay share. Nothing is asked here. */
void fb_turn_take_close(struct fb_turn *t, const struct fb_period_close *close);
#endif
