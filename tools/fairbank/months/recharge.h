#ifndef FB_TOOLS_FAIRBANK_RECHARGE_H
#define FB_TOOLS_FAIRBANK_RECHARGE_H
/* Statements between trusts: who owes whom for shifts whose hirer, payer and employer are not one. Folds, pure but for memory.
 *
 * The employer supplied the worker and is owed by the payer; a payer that is not the hirer paid for another's ward and is owed by it.
 * A shift of three trusts has two lines and is one shift of the system's spend. Agency shifts have no employer among the trusts: of
 * them only the second line can be. What was approved stands at worked figures, what was not at its expected value.
 *
 * A worker who was sent to another trust for a part of a shift: intervals of the approved timesheet that name a host of their own are that
 * host's, at the minutes and the price of that part (core/price.h, fb_price_hosts), and it owes them to the payer; the parts sum to
 * the shift to the penny. What is not approved yet is the hirer's. Totals by trust elsewhere (spend, returns) count a shift whole
 * with its hirer. */
#include "tools/fairbank/months/month_fold.h"

enum recharge_leg {
    RECHARGE_SUPPLY, /* the payer owes the employer */
    RECHARGE_HOST,   /* the hirer, or whoever had the worker for a part of it, owes the payer */
    RECHARGE_LEGS
};
struct recharge_line {
    const struct month_shift *of;
    fb_code creditor, debtor;
    enum recharge_leg leg;
    bool part;                 /* of the shift only this was worked for the debtor */
    struct month_money owed;
};
/* "payer to employer", "hirer to payer", "host to payer" */
const char *recharge_line_word(const struct recharge_line *l);
struct recharge_pair { /* all that one owes another */
    fb_code creditor, debtor;
    unsigned first, n; /* of the lines */
    struct month_money receivable; /* as the creditor's statement has it, */
    struct month_money payable;    /* and as the debtor's does: each summed by itself */
};
struct recharge_trust {
    fb_code trust;
    struct month_money owed, owes; /* to it, by it */
};
struct recharge {
    struct recharge_line *line; /* by creditor, debtor, day and name */
    unsigned n_lines;
    struct recharge_pair *pair;
    unsigned n_pairs;
    struct recharge_trust *trust;
    unsigned n_trusts;
    struct month_money lines;   /* of all lines */
    struct month_money system;  /* of their shifts, each counted once */
    int64_t shifts;             /* so many */
    int64_t split;              /* of them worked for more than one trust */
    int64_t nobody;             /* collaborative shifts of which nobody said the employer: no line can be */
};
/* trust: only its statements; 0: all. FB_FULL, FB_OVERFLOW; FB_DAMAGED: two sides, or two ways of counting, do not agree. */
FB_MUST_CHECK enum fb_err recharge_fold(const struct month_list *list, fb_code trust, struct recharge *out);
void recharge_release(struct recharge *r);
void recharge_draw(const struct options *o, fb_day month, const struct recharge *r);
bool recharge_csv(const struct options *o, const struct recharge *r);
#endif
