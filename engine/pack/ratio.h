#ifndef FB_PACK_RATIO_H
#define FB_PACK_RATIO_H
/* Exact fractions of numbers that are not negative, always in lowest terms. A result that does not fit 128
 * bits is sticky: den is 0 from then on, and so is everything made from it (fb_ratio_ok asks once at the
 * end). */
#include "engine/base/money.h"
#include "engine/base/span.h"
#include <stdbool.h>
#define FB_RATIO_DECIMALS 6u
struct fb_ratio {
    fb_i128 num, den; /* den 0: did not fit, or was divided by nought */
};
struct fb_ratio fb_ratio_of(int64_t num, int64_t den);
struct fb_ratio fb_ratio_mul(struct fb_ratio a, struct fb_ratio b);
struct fb_ratio fb_ratio_div(struct fb_ratio a, struct fb_ratio b);
struct fb_ratio fb_ratio_add(struct fb_ratio a, struct fb_ratio b);
bool fb_ratio_ok(struct fb_ratio a);
/* Least common multiple of den and a's denominator; 0 when it exceeds `most`, or a is not ok. */
int64_t fb_ratio_common(int64_t den, struct fb_ratio a, int64_t most);
/* a x den when that is a whole number that fits; -1 otherwise. */
int64_t fb_ratio_over(struct fb_ratio a, int64_t den);
/* "52.143" or "365.25/7": up to six decimals each. FB_REFUSED: not one, negative, or divided by nought. */
FB_MUST_CHECK enum fb_err fb_ratio_parse(struct fb_ratio *out, struct fb_span s);
#endif
