#include "engine/core/price_steps.h"

/* Pay sent against the card, category by category. */
struct against {
    unsigned given, missing; /* categories with minutes that have worker pay, and that have none */
    uint32_t off;            /* bit per category */
    fb_i128 paid;            /* minutes x pay, over FB_E4_MINUTES */
    fb_i128 by_card;         /* minutes x rate of the same categories, over the book's den */
};

fb_rate_e4 fb_price_compared(enum fb_compared how, const struct fb_rate_cell *cell)
{
    fb_rate_e4 pay = cell->part[FB_PART_WORKER_PAY], holiday = cell->part[FB_PART_WTD_HOLIDAY];
    if (how == FB_COMPARED_NOTHING || pay == FB_ABSENT || how == FB_COMPARED_PAY)
        return how == FB_COMPARED_NOTHING ? FB_ABSENT : pay;
    return holiday == FB_ABSENT ? FB_ABSENT : pay + holiday;
}

static void compare(const struct fb_book *book, const struct fb_found *found, const struct fb_price *out,
                    enum fb_compared how, struct against *a)
{
    for (unsigned c = 0; c < book->n_categories; c++) {
        int32_t minutes = out->card_minutes.in[c];
        const struct fb_rate_cell *cell = found->cell[c];
        if (minutes == 0)
            continue;
        int64_t pay = cell == NULL ? FB_ABSENT : fb_price_compared(how, cell);
        if (pay == FB_ABSENT) {
            a->missing++;
            continue;
        }
        int64_t over = pay - out->card.hour_e4[c];
        int64_t tolerance = found->card->off_card_tolerance_e4;
        a->given++;
        a->paid += (fb_i128)pay * minutes;
        a->by_card += (fb_i128)found->num[c] * minutes;
        if (over > tolerance || over < -tolerance)
            a->off |= (uint32_t)1 << c;
    }
}

/* By the hour on both sides, and one rate a category: what is paid by the piece has no hour to compare. */
static bool can_compare(const struct fb_booking *b, const struct fb_found *found, const struct fb_price *out)
{
    return fb_price__is_bank(b->route) && out->card.known && found->one_rate && b->rates.unit == FB_UNIT_HOUR;
}

/* Like with like: pay for leave is in both, or in neither. What the source did not say is not guessed. */
static enum fb_compared like_with_like(enum fb_said pay_includes, bool card_includes)
{
    if (pay_includes == FB_SAID_NO)
        return card_includes ? FB_COMPARED_PAY_AND_HOLIDAY : FB_COMPARED_PAY;
    return pay_includes == FB_SAID_YES && card_includes ? FB_COMPARED_PAY : FB_COMPARED_NOTHING;
}

void fb_price__off_card(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                        struct fb_price *out)
{
    if (!can_compare(b, found, out))
        return;
    struct against a = {0, 0, 0, 0, 0};
    enum fb_compared how = like_with_like(b->rates.pay_includes_holiday, found->card->includes_holiday);
    compare(book, found, out, how, &a);
    /* Off in one category is off; on card only when nothing is left to ask. Nobody is held to a card that the trust
     * has not adopted. */
    out->off_card = a.off != 0 && out->card.adoption == FB_ADOPTION_ADOPTED;
    out->off_card_in = a.off;
    out->off_card_known = a.off != 0 || (a.given > 0 && a.missing == 0);
    if (!out->off_card_known)
        return;
    out->compared = how;
    out->compared_whole = a.missing == 0;
    out->card_difference_pence =
        fb_price__round(a.paid * book->den - a.by_card * FB_E4_MINUTES, book->den * FB_E4_MINUTES);
}
