#ifndef FB_TURN_REPORT_APPROVALS_H
#define FB_TURN_REPORT_APPROVALS_H
/* Permissions as people read them: one row each, and by trust and month against the budget of the rules. */
#include "engine/turn/report.h"
struct fb_approval_filter {
    fb_code trust;  /* 0: all */
    fb_day month;   /* granted in it, or asked for where nobody granted it yet; 0: all */
    int64_t now_ms; /* what has become of one is told as of now */
};
/* Rows of the records `number`, of which those that are no approvals, not judged yet, or do not pass are left out. row and
 * month have room for n each; texts in the arena. A month's counts are those of these rows only: whoever reads on adds them up.
 * *done: how many of the numbers were looked at, because the arena was full. */
FB_MUST_CHECK enum fb_err fb_report_approvals(struct fb_store *store, struct fb_reader_books *books,
                                              const struct fb_approval_filter *filter, const uint32_t *number, unsigned n,
                                              struct fb_arena *arena, struct fb_approval_row *row, unsigned *n_rows,
                                              struct fb_approval_month *month, unsigned *n_months, unsigned *done);
/* How many were granted, those that lapsed too: each stands in one of the counts, and takes its place in the budget. */
uint64_t fb_approval_used(const struct fb_approval_month *m);
/* The day on which the budget is used up at the pace of the month so far, `today` included; today when it is already. 0: not
 * in this month, no budget, or the month is not today's. */
fb_day fb_approval_dry_on(const struct fb_approval_month *m, fb_day today);
#endif
