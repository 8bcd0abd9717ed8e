#ifndef FB_TURN_REPORT_POSTED_H
#define FB_TURN_REPORT_POSTED_H
/* In whose month's books a decision stands: closed months, and since which journal entry each is. Read once, then asked for each row. */
#include "engine/turn/report.h"
struct fb_posted {
    struct fb_posted_close {
        fb_code trust; /* 0: all */
        fb_day month;
        uint64_t journal;
    } *row;
    unsigned n, room;
};
/* Reads PERIODS in short transactions. FB_FULL: no memory. Release it either way. */
FB_MUST_CHECK enum fb_err fb_posted_read(struct fb_posted *p, struct fb_store *store);
void fb_posted_release(struct fb_posted *p);
/* The first month from this one on that was open for the trust when entry `journal` was decided. */
fb_day fb_posted_month(const struct fb_posted *p, fb_code trust, fb_day month, uint64_t journal);
/* It was closed when entry `as_of` was the last; 0: it is now. */
bool fb_posted_closed(const struct fb_posted *p, fb_code trust, fb_day month, uint64_t as_of);
#endif
