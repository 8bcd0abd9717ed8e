#include "engine/pack/ratio.h"
#include <string.h>

#define MOST (((fb_i128)1 << 126) - 1 + ((fb_i128)1 << 126))

static const struct fb_ratio broken = {0, 0};

/* Most rates fit 64 bits, and there a division takes a fraction of the time. */
static uint64_t short_gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static fb_i128 gcd(fb_i128 a, fb_i128 b)
{
    while (b != 0) {
        if (a <= INT64_MAX && b <= INT64_MAX)
            return (fb_i128)short_gcd((uint64_t)a, (uint64_t)b);
        fb_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static struct fb_ratio lowest(fb_i128 num, fb_i128 den)
{
    if (den == 0)
        return broken;
    fb_i128 g = gcd(num, den);
    return (struct fb_ratio){num / g, den / g};
}

/* The compiler's own check of a 128-bit product needs a library that clang does not bring along. */
static bool product(fb_i128 *out, fb_i128 a, fb_i128 b)
{
    if (a != 0 && b > MOST / a)
        return false;
    *out = a * b;
    return true;
}

struct fb_ratio fb_ratio_of(int64_t num, int64_t den)
{
    return num < 0 || den <= 0 ? broken : lowest(num, den);
}

/* Reduced crosswise first, so that only a result that truly does not fit is broken. */
struct fb_ratio fb_ratio_mul(struct fb_ratio a, struct fb_ratio b)
{
    struct fb_ratio out;
    if (a.den == 0 || b.den == 0)
        return broken;
    struct fb_ratio x = lowest(a.num, b.den), y = lowest(b.num, a.den);
    if (!product(&out.num, x.num, y.num) || !product(&out.den, x.den, y.den))
        return broken;
    return out;
}

struct fb_ratio fb_ratio_div(struct fb_ratio a, struct fb_ratio b)
{
    if (b.num == 0)
        return broken;
    return fb_ratio_mul(a, (struct fb_ratio){b.den, b.num});
}

struct fb_ratio fb_ratio_add(struct fb_ratio a, struct fb_ratio b)
{
    fb_i128 left, right, den;
    if (a.den == 0 || b.den == 0)
        return broken;
    if (!product(&left, a.num, b.den) || !product(&right, b.num, a.den) || !product(&den, a.den, b.den) ||
        left > MOST - right)
        return broken;
    return lowest(left + right, den);
}

bool fb_ratio_ok(struct fb_ratio a)
{
    return a.den > 0;
}

int64_t fb_ratio_common(int64_t den, struct fb_ratio a, int64_t most)
{
    fb_i128 common;
    if (a.den == 0 || !product(&common, den / gcd(den, a.den), a.den) || common > most)
        return 0;
    return (int64_t)common;
}

int64_t fb_ratio_over(struct fb_ratio a, int64_t den)
{
    fb_i128 num;
    if (a.den == 0 || den % a.den != 0 || !product(&num, a.num, den / a.den) || num > INT64_MAX)
        return -1;
    return (int64_t)num;
}

enum fb_err fb_ratio_parse(struct fb_ratio *out, struct fb_span s)
{
    static const int64_t unit = 1000000;
    const char *slash = s.n == 0 ? NULL : memchr(s.p, '/', s.n);
    struct fb_span over = s, under = fb_span_of("1");
    int64_t num, den;
    if (slash != NULL) {
        over.n = (uint32_t)(slash - s.p);
        under = (struct fb_span){slash + 1, s.n - over.n - 1};
    }
    if (fb_parse_decimal(&num, over, FB_RATIO_DECIMALS) != FB_OK ||
        fb_parse_decimal(&den, under, FB_RATIO_DECIMALS) != FB_OK || num < 0 || den <= 0)
        return FB_REFUSED;
    *out = fb_ratio_div(fb_ratio_of(num, unit), fb_ratio_of(den, unit));
    return fb_ratio_ok(*out) ? FB_OK : FB_REFUSED;
}
