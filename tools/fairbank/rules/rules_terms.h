#ifndef FB_TOOLS_FAIRBANK_RULES_TERMS_H
#define FB_TOOLS_FAIRBANK_RULES_TERMS_H
/* What a book says besides the rates of an hour and the rules: one sentence each for the terms of cards and caps, the rules by
 * which cards pay, tables of rates by unit, on-costs, VAT, fees, floors, zones, counters, bonuses, calendars, clocks over
 * people, who may answer which rule, delegations, budgets of approvals and the small number. Two books are compared sentence by sentence, so that nothing that a pack can say changes unseen. */
#include "engine/core/book.h"
struct terms {
    char **line; /* ascending; freed by terms_free */
    unsigned n, room;
    bool full;   /* memory ran out: the comparison is not whole */
};
void terms_of(const struct fb_book *book, struct terms *out);
/* The lines of a that b has not. each gets them in order. */
void terms_only_in(const struct terms *a, const struct terms *b, void (*each)(void *ctx, const char *line), void *ctx);
void terms_free(struct terms *t);
#endif
