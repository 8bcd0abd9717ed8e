#ifndef FB_TOOLS_FAIRBANK_RECONCILE_H
#define FB_TOOLS_FAIRBANK_RECONCILE_H
/* fairbank reconcile, between its command and its drawing. */
#include "tools/fairbank/books/held.h"
#include "tools/fairbank/books/trust_return.h"
#include "tools/fairbank/options.h"
enum { RECONCILE_LIMIT = 20 };
struct reconciling {
    const struct options *o;
    struct trust_map map;
    struct held held;
    struct ledger ledger;
    struct trust_return sent;
    unsigned n_sent;                    /* its rows of the month, which stand first */
    struct held_shift *compared;        /* for the return: shifts of the routes that it has */
    unsigned n_compared, n_left, n_around; /* shifts of routes that it has not; its rows of other months */
    int64_t left;                       /* their pence */
    struct diff of_ledger, of_return;
    fb_day from, until;                 /* days of which shifts were read */
};
/* More of it is unexplained than was said to be let pass. */
bool reconcile_is_over(const struct reconciling *r, const struct diff *d);
void reconcile_draw(const struct reconciling *r);
void reconcile_draw_json(const struct reconciling *r);
/* "roster.csv:17", "rth-roster/B-1", or what a pool is about: a rotating text, for printing only. */
const char *reconcile_why(const struct reconciling *r, const struct diff *d, const struct diff_item *item);
const char *reconcile_what(const struct reconciling *r, const struct diff *d, const struct diff_item *item);
#endif
