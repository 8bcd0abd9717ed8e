/* The one denominator: everything that is paid by the minute or the piece is a whole number over it. */
#include "engine/pack/compile.h"

/* A rate that a source states (hundredths of a penny an hour) is exact over the denominator too: 100 x 60. */
#define STATED_DEN 6000
/* Bounds a denominator, so that an amount over it compares with another without leaving 128 bits:
 * 2^17.3 (minutes x categories) x 2^63 (pay, supplement and fees of a minute) x 2^46 (the other's
 * denominator) < 2^127. */
#define DEN_MAX ((int64_t)1 << 46)
/* Dearest pay of an hour, or of a piece, in pence: the bound that holds for every rate. */
#define PENCE_MAX (FB_RATE_E4_MAX / 100)

_Static_assert((fb_i128)FB_SHIFT_MINUTES_MAX *FB_CATEGORIES_MAX < (fb_i128)1 << 18,
               "minutes of all categories");
_Static_assert(((fb_i128)1 << 18) * INT64_MAX <= ((fb_i128)1 << 81),
               "a whole shift at the largest numerator");
_Static_assert((fb_i128)3 * FB_NUM_MAX < INT64_MAX, "pay, supplement and all fees of one minute");
_Static_assert(((fb_i128)1 << 81) * 1000000 < ((fb_i128)1 << 101), "a percentage of a whole shift");

static const struct fb_rate_part *const parts[] = {&fb_point_part, &fb_supplement_part, &fb_table_part,
                                                   &fb_fee_part};
enum { PARTS = sizeof parts / sizeof parts[0] };

static void refuse(struct fb_compiling *c, struct fb_place place, const char *what)
{
    fb_compile_complain(c->draft, place, false, what, (struct fb_span){NULL, 0},
                        " cannot be held exactly: use fewer decimals in weeks, hours or percentages");
}

bool fb_compile_widen(struct fb_compiling *c, struct fb_place place, struct fb_ratio rate, const char *what)
{
    bool small = fb_ratio_ok(rate) && rate.num / rate.den <= PENCE_MAX;
    int64_t den = small ? fb_ratio_common(c->book->den, rate, DEN_MAX) : 0;
    if (den == 0) {
        refuse(c, place, what);
        return false;
    }
    c->book->den = den;
    return true;
}

int64_t fb_compile_num(struct fb_compiling *c, struct fb_place place, struct fb_ratio rate, const char *what)
{
    int64_t num = fb_ratio_over(rate, c->book->den);
    if (num >= 0 && num <= FB_NUM_MAX)
        return num;
    refuse(c, place, what);
    return 0;
}

struct fb_ratio fb_compile_minute(int64_t gbp_e4_hour)
{
    return fb_ratio_of(gbp_e4_hour, STATED_DEN);
}

void fb_compile_rates(struct fb_compiling *c)
{
    unsigned before = c->draft->report->errors;
    c->book->den = STATED_DEN;
    for (unsigned i = 0; i < PARTS; i++)
        parts[i]->widen(c);
    for (unsigned i = 0; i < PARTS && c->draft->report->errors == before && !c->draft->pool->bad; i++)
        parts[i]->number(c);
}
