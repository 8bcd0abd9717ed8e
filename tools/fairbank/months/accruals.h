#ifndef FB_TOOLS_FAIRBANK_ACCRUALS_H
#define FB_TOOLS_FAIRBANK_ACCRUALS_H
/* Accruals of a month, and what became of them: folds over what was read, pure but for their memory.
 *
 * A shift is accrued when it was worked in the month and no invoice is matched to it: at worked figures when its timesheet is
 * approved, at its expected value (as booked) when it is not, at its charge when it was cancelled for one. Whoever pays accrues it:
 * the payer that the booking names, else its hirer. */
#include "tools/fairbank/months/month_fold.h"

struct accrual_group { /* of one trust, route, cost centre and subjective code */
    const struct month_shift *of; /* one of them: the four are its */
    struct month_money kind[MONTH_KINDS], total;
};
struct accrual_cover { /* what was sent of a payer's month at all */
    fb_code trust;
    int64_t shifts, approved, unapproved, invoiced;
    fb_day first, last; /* days of which there is a shift */
};
struct accruals {
    const struct month_shift **line; /* accrued, in the groups' order and within it by day and name */
    unsigned n_lines;
    struct accrual_group *group;
    unsigned n_groups;
    struct accrual_cover *cover;
    unsigned n_cover;
    struct month_money kind[MONTH_KINDS], total;
    int64_t invoiced, to_come, nothing; /* shifts that are not accrued: an invoice is matched; not worked yet; nothing is owed */
};
/* trust: only what that one pays; 0: all. until: shifts of this day and later are not worked yet. FB_FULL; FB_OVERFLOW: a sum does
 * not fit; FB_DAMAGED: the sums of the groups are not those of the shifts, which must never be passed over. */
FB_MUST_CHECK enum fb_err accruals_fold(const struct month_list *list, fb_code trust, fb_day until, struct accruals *out);
void accruals_release(struct accruals *a);

/* ---- what became of it ---- */
enum accrual_fate {
    ACCRUAL_OPEN,     /* as it was: still accrued at the same figure */
    ACCRUAL_APPROVED, /* its timesheet was approved since; not invoiced */
    ACCRUAL_CHANGED,  /* still accrued, at another figure */
    ACCRUAL_INVOICED, /* reversed whole: the invoice stands in its place */
    ACCRUAL_FELL,     /* reversed whole, and nothing is owed: cancelled, nobody came, taken back, or in another month now */
    ACCRUAL_NEW,      /* not accrued then: it came since */
    ACCRUAL_FATES
};
const char *accrual_fate_word(enum accrual_fate fate); /* for people */
const char *accrual_fate_key(enum accrual_fate fate);  /* the same for machines, without blanks */
/* accrued = reversal + open, of each and of all; what came since stands apart, so that open + come = the accrual as it is now. */
struct accrual_line {
    const struct month_shift *then, *now; /* NULL: not held, or not of the month, at that moment */
    enum accrual_fate fate;
    struct month_money accrued, reversal, open, come, became; /* became: of an invoiced one, the invoice */
};
struct accrual_reversal {
    struct accrual_line *line; /* by trust, day and name */
    unsigned n;
    struct {
        int64_t shifts;
        struct month_money accrued, reversal, open, come, became;
    } fate[ACCRUAL_FATES], total;
};
/* then and now: of the same month, each as known at its moment, with the same `until` and trust. Errors as above: FB_DAMAGED when
 * accrual - reversal - still open is not nought, or still open + come since is not the accrual of now. */
FB_MUST_CHECK enum fb_err accruals_reverse(const struct month_list *then, const struct month_list *now, fb_code trust, fb_day until,
                                           struct accrual_reversal *out);
void accruals_reversal_release(struct accrual_reversal *r);

/* ---- drawing ---- */
struct accrual_heading {
    const struct options *o;
    fb_day month, then, now; /* as known at the end of these; now 0: as things stand */
};
void accruals_draw(const struct accrual_heading *h, const struct accruals *a);
void accruals_reversal_draw(const struct accrual_heading *h, const struct accrual_reversal *r);
/* The lines as CSV, into the file that --csv names. false: could not be written, and said so. */
bool accruals_csv(const struct accrual_heading *h, const struct accruals *a);
bool accruals_reversal_csv(const struct accrual_heading *h, const struct accrual_reversal *r);
#endif
