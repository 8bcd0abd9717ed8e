#ifndef FB_CORE_MATCH_STEPS_H
#define FB_CORE_MATCH_STEPS_H
/* Inside the core: the steps of matching. Only match*.c open this door. */
#include "engine/core/match.h"
#define FB_BIT_OF(d) ((uint16_t)(1u << FB_DIFFERS_##d))
_Static_assert(FB_DIFFERS_END <= 16, "a bit for each");
struct fb_match_item {
    const struct fb_record *r;
    const struct fb_invoice_line *l;
    int64_t left, vat, minutes; /* pence and minutes, less what was credited; vat and minutes FB_ABSENT: not stated */
    bool open;                  /* finance has not withdrawn it, and it is for this shift */
    bool known;                 /* how much of it, and of what is credited to it, is for this shift */
    bool unsaid;                /* nobody can say that; else it is not known yet */
    bool credited, gone;        /* something was given back; all of it was */
    bool counts;
    struct fb_match row;
};
struct fb_matching {
    const struct fb_match_shift *shift;
    unsigned n;
    struct fb_match_item item[FB_INVOICES_MAX]; /* ascending by (invoice day, invoice, line) */
    const struct fb_match_item *first;          /* the charge that counts; NULL: none */
};
/* Those that count against what is known of the shift. */
void fb_match__compare(struct fb_matching *x, struct fb_matched *out);
#endif
