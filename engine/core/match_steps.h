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
bool fb_match__same_invoice(const struct fb_invoice_line *a, const struct fb_invoice_line *b);
bool fb_match__is_credited_by(const struct fb_match_item *m, const struct fb_invoice_line *credit);
/* What the hours of the line's category come to in that shift, and how many they are: 0 of a category that is not known. */
int64_t fb_match__category_pence(const struct fb_match_shift *s, fb_code category);
int64_t fb_match__category_minutes(const struct fb_match_shift *s, fb_code category);
/* By category, what the lines for several shifts are shared out by. */
void fb_match__weigh(struct fb_matching *x);
/* Those that count against what is known of the shift. */
void fb_match__compare(struct fb_matching *x, struct fb_matched *out);
#endif
