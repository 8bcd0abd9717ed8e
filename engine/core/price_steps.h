#ifndef FB_CORE_PRICE_STEPS_H
#define FB_CORE_PRICE_STEPS_H
/* The steps of pricing, shared by the files price*.c and by nobody else. Each step reads what the ones before
 * it left in struct fb_price: minutes, then card, charge, cap, and last the comparison with the card. */
#include "engine/core/price.h"
enum { FB_E4_MINUTES = 6000 }; /* a rate of 1/100 penny an hour x minutes, over this, is pence */

struct fb_piece {
    int64_t start_min, end_min; /* UTC, half-open */
};
/* What was worked, and which of it is unpaid. Either stated breaks, each inside a piece of work, or so many
 * minutes by the policy of card and cap. Pieces do not overlap. */
struct fb_hours {
    unsigned n_work, n_breaks;
    const struct fb_piece *work, *rest;
    int64_t break_min;
};
/* What the book has for a shift. */
struct fb_found {
    const struct fb_card *card;
    const struct fb_cap *cap;
    bool card_minutes, cap_minutes, minutes; /* which minutes of struct fb_price are known */
    const struct fb_pay_point *point;        /* what the card pays by; NULL until, and unless, it is known */
    const struct fb_rate_cell
        *cell[FB_CATEGORIES_MAX]; /* the rates sent, by the book's category; NULL where none */
};
void fb_price__hours(const struct fb_book *book, const struct fb_booking *b, const struct fb_hours *hours,
                     const struct fb_price_options *options, struct fb_price *out);
void fb_price__card(const struct fb_book *book, const struct fb_booking *b, struct fb_found *found,
                    struct fb_price *out);
void fb_price__off_card(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                        struct fb_price *out);
void fb_price__charge(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out);
void fb_price__cap(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                   struct fb_price *out);
/* num / den, rounded once, half up. The compiler of packs and the decoder's ranges prove that it fits. */
int64_t fb_price__round(fb_i128 num, int64_t den);
/* bank, collaborative, substantive: paid by the card. */
bool fb_price__by_card(enum fb_route route);
#endif
