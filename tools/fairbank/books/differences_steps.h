#ifndef FB_TOOLS_FAIRBANK_DIFFERENCES_STEPS_H
#define FB_TOOLS_FAIRBANK_DIFFERENCES_STEPS_H
/* Between the files of differences.h only. */
#include "tools/fairbank/books/differences.h"
void diff__add(struct diff *d, enum diff_class in, enum diff_why why, int64_t pence, int64_t line, int64_t shift);
void diff__add_pool(struct diff *d, enum diff_class in, enum diff_why why, int64_t pence, unsigned pool);
/* No timesheet settles it, though those of its route come. */
bool diff__is_open(const struct held_shift *s, const struct diff_world *w);
/* What an amount rests on beside what is held: VAT, on-costs taken out or put on. */
enum diff__basis { DIFF__HELD, DIFF__WITH_VAT, DIFF__WITHOUT_INSIDE, DIFF__WITH_TOP, DIFF__VAT_LESS_INSIDE, DIFF__VAT_AND_TOP, DIFF__BASES };
int64_t diff__on(const struct held_shift *s, enum diff__basis b);
/* The pounds of one shift beyond what is held, by their classes. */
void diff__add_basis(struct diff *d, const struct held_shift *s, int64_t shift, enum diff__basis b);
/* VAT that the rules do not give it, at a rate that they give to others: what it comes to on the charge, or on the commission, to less
 * than a penny (some round down). false: `pence` is no such VAT on it. */
bool diff__is_vat_at_rate(const struct held_shift *s, int64_t pence, struct diff_rate *rate);
void diff__add_rate(struct diff *d, enum diff_why why, int64_t pence, int64_t shift, struct diff_rate rate);
/* The same of all shifts of which posted[] says so: each by itself, or their sum. */
bool diff__add_vat_at_rate(struct diff *d, const struct diff_world *w, const struct diff_pool *p, const bool *posted, int64_t pence);
/* Rows that name a shift: used[] and named[] say which of either are dealt with. */
void diff__named(struct diff *d, const struct diff_world *w, bool *used_line, bool *named_shift);
/* All else, by pools. false: no memory. */
bool diff__pools(struct diff *d, const struct diff_world *w, const bool *used_line, const bool *named_shift);
/* One pool whose lists stand: gives its pounds to classes. */
void diff__settle(struct diff *d, const struct diff_world *w, unsigned pool);
/* Sorts the items and proves the sum. */
void diff__close(struct diff *d);
#endif
