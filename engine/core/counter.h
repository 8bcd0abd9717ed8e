#ifndef FB_CORE_COUNTER_H
#define FB_CORE_COUNTER_H
/* Counters (DESIGN 6): one primitive, declared by packs. A shift's own decision says what it adds (struct fb_count, kept in
 * the decision, so that a later one takes back exactly that); what a counter says to a shift is computed from what the
 * other shifts of the same key added, never from their verdicts. So nothing runs in circles, and the order in which
 * records came never counts. */
#include "engine/core/book.h"
struct fb_count {
    uint32_t counter;   /* struct fb_counter.id */
    uint64_t key;       /* fb_counter_key_of */
    uint32_t start_min; /* of the shift: its place in the order */
    uint32_t tie;       /* of the shift's outside name: its place among those that start with it, whichever came first */
    int32_t amount;     /* shifts or minutes */
    int32_t minutes;    /* paid minutes, whatever is counted */
};
/* What another shift added. Rows ascend by (start_min, tie, subject). */
struct fb_counted_row {
    uint32_t start_min, tie, subject;
    int32_t amount, minutes;
};
int fb_counted_row_cmp(const struct fb_counted_row *a, const struct fb_counted_row *b);
struct fb_counted_rows {
    const struct fb_counted_row *row; /* without the shift's own */
    unsigned n;
    bool cut; /* there were more than FB_COUNTED_MAX: the counter is unknown */
};
/* The days that a counter reads for a shift of that day: half-open. DATES: the scope's; MONTH: the calendar month; WEEK: the
 * ISO week; ROLLING_DAYS: the day and so many less one before it. */
void fb_counter_window(const struct fb_counter *c, fb_day day, fb_day *from, fb_day *until);
/* The same as minutes UTC: which rows it reads. */
void fb_counter_minutes(const struct fb_counter *c, fb_day day, uint32_t *from_min, uint32_t *until_min);
/* The other way round: the shifts whose window holds that day. */
void fb_counter_readers(const struct fb_counter *c, fb_day day, uint32_t *from_min, uint32_t *until_min);
/* The key under which a booking is counted; 0: it has none (no worker named, no agency). Two counters of the same kind of
 * key have the same. */
uint64_t fb_counter_key_of(const struct fb_counter *c, const struct fb_booking *b);
/* The same for a decision: what shadow sources tell is counted apart. */
uint64_t fb_counter_key_for(const struct fb_counter *c, const struct fb_booking *b, bool shadow);

/* What a counter says to one shift. own NULL: the shift adds nothing itself. */
struct fb_counted {
    int64_t before;         /* sum over the window of the shifts before this one that count */
    int64_t here;           /* what this one adds: 0 when it starts too soon after the last that counted */
    int64_t whole;          /* the whole window, shifts after this one included */
    int64_t recent, recent_minutes; /* of the last shifts up to this one, for `average`: how many, and their paid minutes */
};
/* recent_of: how many shifts `recent` takes together at most. day: local date of the shift; start_min, subject: its place
 * (and own->tie, where it adds). Rows outside the window are passed over; rows->cut is the caller's to ask. */
void fb_counter_read(const struct fb_counter *c, const struct fb_counted_rows *rows, const struct fb_count *own, fb_day day,
                 uint32_t start_min, uint32_t subject, unsigned recent_of, struct fb_counted *out);
#endif
