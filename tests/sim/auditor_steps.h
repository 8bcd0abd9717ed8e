#ifndef FB_TESTS_SIM_AUDITOR_STEPS_H
#define FB_TESTS_SIM_AUDITOR_STEPS_H
/* Inside the auditor: what a shift is priced with, from one step to the next (auditor_price.c,
 * auditor_card.c, auditor_loaded.c). */
#include "tests/sim/auditor.h"

/* An exact amount of pence; den is positive. */
struct aud_amount {
    fb_i128 num, den;
};
struct aud_pricing {
    const struct fb_book *book;
    const struct fb_booking *b;
    const struct aud_work *work;
    const struct fb_card *card;
    const struct fb_cap *cap;
    const struct fb_pay_period *period; /* NULL: none holds on that day */
    const struct fb_rate_cell *sent[FB_CATEGORIES_MAX];
    fb_day day;
    bool card_counts, cap_counts; /* its calendar covers every minute */
    int64_t by_card[FB_CATEGORIES_MAX], by_cap[FB_CATEGORIES_MAX], called[FB_CATEGORIES_MAX];
    int grade, zone;
    fb_i128 timed, supplement, each; /* the card's pay, over the book's den */
    unsigned rates;                  /* that were paid */
    bool by_the_hour;                /* the one rate that was paid has an hour: */
    int64_t rate[FB_CATEGORIES_MAX]; /* with its supplement, over the book's den */
};
/* A scope by trust, site, staff group and day; with its routes too. */
bool aud_covers(const struct fb_scope *s, const struct fb_booking *b, fb_day day);
bool aud_covers_route(const struct fb_scope *s, const struct fb_booking *b, fb_day day);
bool aud_by_card(enum fb_route r);
bool aud_is_bank(enum fb_route r);
void aud_price_card(struct aud_pricing *x, struct aud_price *out);
void aud_price_loaded(const struct aud_pricing *x, struct aud_price *out);
/* n amounts in whole pennies that sum to their sum, rounded once: the largest remainders get one more, of
 * equal ones the first. Returns the sum. */
int64_t aud_share(const struct aud_amount *exact, unsigned n, int64_t *shares);
#endif
