#ifndef FB_CORE_PRICE_STEPS_H
#define FB_CORE_PRICE_STEPS_H
/* The steps of pricing, shared by the files price*.c and loaded.c (and one question by trace_price.c) and by nobody else. Each step reads what the
 * ones before it left in struct fb_price: minutes, then card, charge, cap, then the comparison with the card, and
 * last the loaded cost. */
#include "engine/core/price.h"
enum { FB_E4_MINUTES = 6000 }; /* a rate of 1/100 penny an hour x minutes, over this, is pence */

struct fb_piece {
    int64_t start_min, end_min; /* UTC, half-open */
    enum fb_interval kind;      /* of work: worked or called out */
};
/* What was worked, and which of it is unpaid. Either stated breaks, each inside a piece of work, or so many
 * minutes by the policy of card and cap. Pieces do not overlap. */
struct fb_hours {
    unsigned n_work, n_breaks;
    const struct fb_piece *work, *rest;
    int64_t break_min;
    const struct fb_timesheet *sheet; /* NULL: as booked */
    const struct fb_hours *part_of;   /* of a part of a shift the whole, whose share of night converts it; NULL: this is the whole */
};
/* What the book has for a shift. */
struct fb_found {
    struct fb_where where;
    const struct fb_card *card;
    const struct fb_cap *cap;
    bool card_minutes, cap_minutes, minutes; /* which minutes of struct fb_price are known */
    bool turned;   /* the whole-shift rule turned the card's minutes */
    bool one_rate; /* the card pays every minute by one rate a category, which is: */
    int64_t num[FB_CATEGORIES_MAX];          /* pence a minute x den, the supplement included */
    fb_i128 card_sum;                        /* the card's pay over the book's den, before it is rounded */
    const struct fb_rate_cell
        *cell[FB_CATEGORIES_MAX]; /* the rates sent, by the book's category; NULL where none */
};

/* What a card pays for one kind of time: a pay point, perhaps cut by a limit, with its supplement, or the row of a
 * table. */
struct fb_pay_rate {
    const struct fb_card_rule *rule;
    bool each;               /* num[0] is pence x den for one, however long it takes */
    enum fb_unit unit;       /* what it is a rate for */
    uint16_t origin, limit_origin;                       /* of the pay point or row, and of the limit; FB_NO_ROW: none */
    uint16_t supplement_origin, limit_supplement_origin; /* FB_NO_ROW: none */
    uint32_t held;           /* bit per category that has a rate */
    uint32_t limited;        /* bit per category that the limit cut */
    const int64_t *num;      /* pence a minute x den, by category */
    int64_t supplement, limit_supplement; /* the same, of every minute: of the point, and where the limit cut */
    int64_t cut[FB_CATEGORIES_MAX];       /* room for num where it is nobody else's */
};
/* The rule that pays that kind of time in a booking, and at which rate; `lack` says what is missing. */
enum fb_lack fb_price__rule(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                            const struct fb_price *p, enum fb_interval kind, const struct fb_card_rule **rule);
enum fb_lack fb_price__rate(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                            const struct fb_price *p, enum fb_interval kind, struct fb_pay_rate *rate);
/* The unit that a booking's time is paid by: that of its rates, else the hour. */
enum fb_unit fb_price__unit(const struct fb_booking *b);

void fb_price__hours(const struct fb_book *book, const struct fb_booking *b, const struct fb_hours *hours,
                     const struct fb_price_options *options, struct fb_price *out);
void fb_price__card(const struct fb_book *book, const struct fb_booking *b, const struct fb_hours *hours,
                    struct fb_found *found, struct fb_price *out);
void fb_price__off_card(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                        struct fb_price *out);
void fb_price__charge(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out);
/* minutes x rate of each part that was sent, over FB_E4_MINUTES. */
void fb_price__weigh(const struct fb_book *book, const struct fb_found *found, const struct fb_minutes *m,
                     int64_t part[FB_PART_END]);
void fb_price__cap(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                   struct fb_price *out);
void fb_price__loaded(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out);
/* num / den, rounded once, half up. The compiler of packs and the decoder's ranges prove that it fits. */
int64_t fb_price__round(fb_i128 num, int64_t den);
/* The sum of num[0..n), none negative, over den, rounded once, half up; parts get whole pennies that sum to it, by
 * largest remainder (ties: the lower index). n is at most FB_CATEGORIES_MAX. */
int64_t fb_price__settle(const fb_i128 *num, unsigned n, fb_i128 den, int64_t *parts);
/* bank, collaborative, substantive: paid by the card. */
bool fb_price__by_card(enum fb_route route);
/* bank, collaborative: where nobody sent a charge, the card's pay is expected. */
bool fb_price__is_bank(enum fb_route route);
/* A row whose status is less than published or agreed. */
static inline bool fb_price__weak(const struct fb_book *book, uint16_t origin)
{
    return origin < book->n_origins && book->origin[origin].status > FB_STATUS_AGREED;
}

/* The minutes of a timesheet's intervals of one kind (standby, sleep-in, travel) that are not work, by category;
 * *n: how many such intervals. false: nobody can say. */
bool fb_price__beside(const struct fb_book *book, const struct fb_calendar *calendar, const struct fb_hours *hours,
                      enum fb_interval kind, struct fb_minutes *m, unsigned *n);
/* Work of one kind, less the stated rest inside it. false: nobody can say. */
bool fb_price__work_of(const struct fb_book *book, const struct fb_calendar *calendar, const struct fb_hours *hours,
                       enum fb_interval kind, struct fb_minutes *m);
#endif
