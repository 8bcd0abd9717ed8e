#ifndef FB_BASE_MONEY_H
#define FB_BASE_MONEY_H
#include <stdint.h>
#include "engine/base/err.h"
/* 128-bit integers, accepted by gcc and clang under -Wpedantic. */
__extension__ typedef __int128 fb_i128;
/* A settled amount of money, in pence sterling, after the one rounding. Only money.c opens it. */
struct fb_pence {
    int64_t pence;
};
struct fb_pence fb_pence_of(int64_t pence);
int64_t fb_pence_get(struct fb_pence a);
/* *out = a + b, a - b. FB_OVERFLOW: does not fit; *out is left alone. */
FB_MUST_CHECK enum fb_err fb_pence_add(struct fb_pence *out, struct fb_pence a, struct fb_pence b);
FB_MUST_CHECK enum fb_err fb_pence_sub(struct fb_pence *out, struct fb_pence a, struct fb_pence b);
/* Rounds num/den pence half up by magnitude; the sign goes on afterwards. den > 0. */
FB_MUST_CHECK enum fb_err fb_pence_round(struct fb_pence *out, fb_i128 num, fb_i128 den);
/* Shares `total` over n weights by largest remainder (ties: the lower index), so that the shares sum to
 * the total exactly. Weights >= 0; all nought gives everything to index 0. */
FB_MUST_CHECK enum fb_err fb_pence_share(struct fb_pence *shares, unsigned n, const int64_t *weights,
                                         struct fb_pence total);
/* A rate as its source stated it: ten-thousandths of a pound (hundredths of a penny) per unit. */
typedef int64_t fb_rate_e4;
#define FB_RATE_E4_MAX 1000000000 /* 100,000 pounds a unit: no rate is larger */
#endif
