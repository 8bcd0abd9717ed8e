#ifndef FB_TOOLS_FAIRBANK_SPREAD_H
#define FB_TOOLS_FAIRBANK_SPREAD_H
/* What trusts paid for an hour, as observations, and their medians and quarters weighted by minutes. Whole numbers only. */
#include "engine/base/span.h"
#include "engine/base/when.h"
/* One shift's minutes in one category. Rates are loaded cost in 1/100 penny an hour. */
struct paid {
    fb_code trust, grade;
    uint8_t category, grade_at;  /* index in the book, for the order of rows */
    fb_day day;
    int32_t minutes;
    int64_t paid_e4, card_e4;    /* card_e4 -1: not known */
    int64_t difference_e4;       /* (paid - card) x minutes / 60, 1/100 penny */
};
struct paid_list {
    struct paid *at;
    unsigned n, room;
};
bool paid_add(struct paid_list *l, const struct paid *p); /* false: no memory */
/* By grade, category, trust, then rate. */
void paid_sort(struct paid_list *l);

/* A run of observations of one grade, category and trust (or all trusts, when told so). */
struct spread {
    fb_code trust, grade;
    uint8_t category;
    unsigned shifts;
    int64_t minutes, card_e4;           /* card_e4: weighted mean, -1 when none is known */
    int64_t lower_e4, median_e4, upper_e4;
    int64_t difference_pence;           /* rounded once */
    int64_t against_e1;                 /* the same over what the card comes to for these minutes, in tenths of a per cent; where card_e4 is known.
                                         * A median says how most are paid, not where the money goes: the two may lie on two sides of the card */
};
/* Of at[0..n), which ascend by paid_e4. */
void spread_of(const struct paid *at, unsigned n, struct spread *out);
/* The least rate that at least num/den of the minutes do not exceed. */
int64_t spread_quantile(const struct paid *at, unsigned n, int64_t num, int64_t den);
#endif
