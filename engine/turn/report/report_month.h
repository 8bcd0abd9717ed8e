#ifndef FB_TURN_REPORT_MONTH_H
#define FB_TURN_REPORT_MONTH_H
/* The shifts of a span of days as rows (core/report.h, fb_month_row), page by page: what accruals, statements between trusts,
 * reconciliations and exports are folded from. Reads in short transactions, beside a running engine. The timesheet that settled a
 * shift is read by what its decision's row says (turn/row.h); of a shift that was decided before such rows were kept (by versions of deciding
 * below 5) it is not known which one did: its worked figures have no cap, no parts of hosts and no timesheet's name. Where the rules under which a shift was decided no longer compile,
 * it has no caps, no VAT treatment and no parts of hosts either. */
#include "engine/turn/report.h"
struct fb_month_filter {
    fb_code trust;      /* that is hirer, payer or employer, or for whom a part was worked; 0: all */
    fb_code seen_by;    /* and so is this one: a trust is shown what concerns it; 0: all are shown */
    fb_day from, until; /* by local start date, half-open */
    uint64_t as_of;     /* as known at that journal entry; 0: now */
    uint32_t after;     /* rows of subjects above this: paging */
    unsigned limit;     /* rows */
    unsigned most;      /* subjects looked at */
};
/* Rows in ascending order of subjects, of live and of shadow sources. *last: the last subject that was looked at, to ask after next,
 * also when no row came of it; 0: the end was reached. row memory is the caller's; texts and findings in the arena (FB_LIMIT when it
 * is too small). FB_REFUSED: the store has no rules yet. */
FB_MUST_CHECK enum fb_err fb_report_month(struct fb_store *store, struct fb_reader_books *books, const struct fb_month_filter *filter,
                                          struct fb_arena *arena, struct fb_month_row *row, unsigned *n, uint32_t *last);
#endif
