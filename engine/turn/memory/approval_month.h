#ifndef FB_TURN_APPROVAL_MONTH_H
#define FB_TURN_APPROVAL_MONTH_H
/* How many approvals each trust granted in a month, in memory: what its monthly budget of approvals is held against. A fold of
 * the latest decisions about approvals that are not of shadow sources, so it is the same after every opening.
 *
 * An approval counts in the local month of its grant, from the decision that finds it granted; that its grantor let it lapse,
 * that its days are over or its money is used up takes nothing back, for it was used. Refused, withdrawn or not entitled it
 * does not count. */
#include "engine/core/decide.h"
struct fb_turn;
/* Where an approval counts; trust 0: nowhere. */
struct fb_granted_place {
    fb_code trust;
    fb_day month;
};
struct fb_granted_row {
    uint32_t number;
    struct fb_granted_place place;
};
struct fb_granted_month {
    struct fb_granted_place place;
    uint32_t n;
};
struct fb_granted {
    struct fb_granted_row *row;      /* ascending by number */
    struct fb_granted_month *month;  /* ascending by place */
    uint32_t n_rows, rows_room, n_months, months_room;
};
void fb_granted_release(struct fb_granted *g);
struct fb_granted_place fb_granted_place_of(const struct fb_decision *d, const struct fb_approval *a);
/* An approval counts there now, and nowhere else. *n: how many count there with it; *more: it did not before. FB_FULL. */
FB_MUST_CHECK enum fb_err fb_granted_put(struct fb_granted *g, uint32_t number, const struct fb_granted_place *place,
                                         uint32_t *n, bool *more);
uint32_t fb_granted_in(const struct fb_granted *g, fb_code trust, fb_day month);
uint64_t fb_granted_bytes(const struct fb_granted *g);
/* The number that a trust may grant in a month, by the last row of the book that fits; NULL: no budget. */
const struct fb_approval_budget *fb_granted_budget(const struct fb_book *book, const struct fb_granted_place *place);
/* t->decision about an approval is its latest now. approval.budget is told with the grant that reaches the budget and with
 * each beyond it. */
void fb_granted_apply(struct fb_turn *t, const struct fb_book *book);
/* All of them from the store, when it is opened: links and decisions stand in memory already. */
FB_MUST_CHECK enum fb_err fb_granted_open(struct fb_turn *t);
#endif
