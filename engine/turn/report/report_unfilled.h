#ifndef FB_TURN_REPORT_UNFILLED_H
#define FB_TURN_REPORT_UNFILLED_H
/* Vacancies whose shift began without anybody: what returns count beside shifts. Reads in short transactions, beside a running
 * engine. */
#include "engine/turn/report.h"
struct fb_unfilled_filter {
    fb_code trust;    /* hirer; 0: all */
    bool shadow;      /* shadow sources instead of live */
    fb_day week;      /* the Monday of the week in which the shift stands; INT32_MIN: of any */
    fb_day month;     /* the first day of its month; INT32_MIN: of any */
    uint64_t as_of;   /* as known at that journal entry; 0: now */
};
struct fb_unfilled_row {
    uint32_t subject;
    struct fb_span source, record_ref; /* as its first record has them; live until `each` returns */
    struct fb_cell cell;               /* hirer, staff group, week, month */
    uint64_t journal;                  /* of the decision */
};
/* In ascending order of subjects; false from `each` stops. */
FB_MUST_CHECK enum fb_err fb_report_unfilled(struct fb_store *store, const struct fb_unfilled_filter *filter,
                                             bool (*each)(void *ctx, const struct fb_unfilled_row *row), void *ctx);
#endif
