#ifndef FB_TOOLS_FAIRBANK_SELF_BILL_H
#define FB_TOOLS_FAIRBANK_SELF_BILL_H
/* A self-bill: what an agency may be paid for a month, proposed by whoever pays instead of billed by the agency. The first run has
 * every shift that may be paid; a run after it only what differs from all runs before. Runs are CSV files in the user's hands:
 * nothing is kept elsewhere, so that the same shifts and the same files give the same bytes. */
#include "engine/pack/report.h"
#include "tools/fairbank/months/month_fold.h"

enum self_bill_change { SELF_BILL_ADDED, SELF_BILL_CHANGED, SELF_BILL_TAKEN_BACK, SELF_BILL_CHANGES };
const char *self_bill_change_word(enum self_bill_change change);
/* What is billed for one shift to one payer: charge, VAT and paid minutes. */
struct self_bill_sum {
    int64_t pence, vat, minutes;
};
/* One row of a run: what it changes, and what all runs come to with it. */
struct self_bill_line {
    enum self_bill_change change;
    struct fb_span shift;        /* SOURCE/REFERENCE */
    fb_code payer;
    fb_day day;
    struct fb_span cost_centre, subjective, purchase_order, treatment; /* treatment: of its VAT */
    struct self_bill_sum bill, stands;
    struct fb_span timesheet, confirmation; /* what it rests on: the timesheet that settles it, and what the supplier's own system calls the booking;
                                  * absent: none is held, or (of one taken back) the run before did not say */
    fb_day posted;               /* first day of the month in whose books it stands; 0: not said */
    unsigned at;                 /* of one that was read: its line in its file */
};
/* A shift that is not proposed, and why. One sentence, static or of the list. */
struct self_bill_held {
    const struct month_shift *of;
    const char *why;
    struct fb_span detail;       /* rules of open breaches, */
    bool by_rules;               /* and they are why; else they hold it back besides */
};
/* What the runs before come to, by shift and payer: ascending by these. */
struct self_bill_before {
    struct self_bill_line *line; /* bill: all of them together; stands the same */
    unsigned n, runs;
    struct self_bill_sum total;
};
struct self_bill {
    unsigned run;                /* 1, 2, … */
    struct self_bill_line *line; /* by payer, day and shift */
    unsigned n;
    struct self_bill_held *held; /* by day and shift */
    unsigned n_held;
    struct self_bill_sum total, before, now; /* of this run; of those before; of what may be paid now: before + total = now */
};
/* supplier: the agency's code; trust: only what this one pays, 0: all. FB_FULL, FB_OVERFLOW; FB_DAMAGED: before + this run is not
 * what may be paid now. */
FB_MUST_CHECK enum fb_err self_bill_fold(const struct month_list *list, struct fb_span supplier, fb_code trust, const struct self_bill_before *before,
                                         struct self_bill *out);
void self_bill_release(struct self_bill *b);

/* ---- files ---- */
struct self_bill_scope {
    struct fb_span supplier;
    fb_code trust;               /* 0: all */
    fb_day month;
};
/* One run: its rows, its number and its total must be right in themselves, of this scope, and the next after those read before. What
 * is wrong is told in the report with file and line; then false. Texts lie in the pool; start `out` as {0}. */
bool self_bill_read(struct fb_pool *pool, const struct fb_pack_file *file, const struct self_bill_scope *scope, struct self_bill_before *out,
                    struct fb_pack_report *report);
void self_bill_before_release(struct self_bill_before *b);
/* The run as CSV, its total in its last row: of one that has rows. false as month_file_end. */
bool self_bill_write(const struct options *o, const struct self_bill_scope *scope, const struct self_bill *b);
void self_bill_draw(const struct options *o, const struct self_bill_scope *scope, const struct self_bill *b);
#endif
