#include "engine/base/money.h"
#include "engine/base/check.h"
#include <stdbool.h>

__extension__ typedef unsigned __int128 u128;

struct fb_pence fb_pence_of(int64_t pence)
{
    return (struct fb_pence){pence};
}

int64_t fb_pence_get(struct fb_pence a)
{
    return a.pence;
}

enum fb_err fb_pence_add(struct fb_pence *out, struct fb_pence a, struct fb_pence b)
{
    int64_t sum;
    if (__builtin_add_overflow(a.pence, b.pence, &sum))
        return FB_OVERFLOW;
    out->pence = sum;
    return FB_OK;
}

enum fb_err fb_pence_sub(struct fb_pence *out, struct fb_pence a, struct fb_pence b)
{
    int64_t difference;
    if (__builtin_sub_overflow(a.pence, b.pence, &difference))
        return FB_OVERFLOW;
    out->pence = difference;
    return FB_OK;
}

/* Puts the sign back on a magnitude. The most negative amount has no positive twin, hence the two limits. */
static enum fb_err with_sign(struct fb_pence *out, u128 magnitude, bool negative)
{
    u128 most = (u128)INT64_MAX + (negative ? 1u : 0u);
    if (magnitude > most)
        return FB_OVERFLOW;
    uint64_t m = (uint64_t)magnitude;
    if (!negative)
        out->pence = (int64_t)m;
    else
        out->pence = m == 0 ? 0 : -(int64_t)(m - 1) - 1;
    return FB_OK;
}

enum fb_err fb_pence_round(struct fb_pence *out, fb_i128 num, fb_i128 den)
{
    fb_assert(den > 0);
    bool negative = num < 0;
    u128 n = negative ? 0u - (u128)num : (u128)num;
    u128 d = (u128)den;
    u128 whole = n / d;
    u128 rest = n - whole * d;
    /* rest >= d - rest says 2 * rest >= d without overflowing. */
    if (rest >= d - rest)
        whole++;
    return with_sign(out, whole, negative);
}

/* total * weight / sum, whole part and remainder. At most 2^63 * 2^63, so that it fits. */
static u128 whole_share(u128 total, int64_t weight, u128 sum)
{
    return total * (uint64_t)weight / sum;
}

static u128 rest_of_share(u128 total, int64_t weight, u128 sum)
{
    return total * (uint64_t)weight % sum;
}

/* How many of the others come before i when the left-over pennies are handed out. */
static unsigned rank_of(unsigned i, unsigned n, const int64_t *weights, u128 total, u128 sum)
{
    u128 mine = rest_of_share(total, weights[i], sum);
    unsigned rank = 0;
    for (unsigned j = 0; j < n; j++) {
        u128 other = rest_of_share(total, weights[j], sum);
        if (other > mine || (other == mine && j < i))
            rank++;
    }
    return rank;
}

/* The sum of the weights; false when there are none or one is negative. */
static bool sum_weights(u128 *sum, unsigned n, const int64_t *weights)
{
    *sum = 0;
    for (unsigned i = 0; i < n; i++) {
        if (weights[i] < 0)
            return false;
        *sum += (uint64_t)weights[i];
    }
    return n > 0;
}

static void all_to_first(struct fb_pence *shares, unsigned n, struct fb_pence total)
{
    for (unsigned i = 0; i < n; i++)
        shares[i].pence = 0;
    shares[0] = total;
}

enum fb_err fb_pence_share(struct fb_pence *shares, unsigned n, const int64_t *weights, struct fb_pence total)
{
    u128 sum;
    if (!sum_weights(&sum, n, weights))
        return FB_REFUSED;
    if (sum == 0) {
        all_to_first(shares, n, total);
        return FB_OK;
    }
    bool negative = total.pence < 0;
    u128 amount = negative ? 0u - (u128)total.pence : (u128)total.pence;
    u128 left = amount;
    for (unsigned i = 0; i < n; i++)
        left -= whole_share(amount, weights[i], sum);
    /* Ranking compares all with all instead of sorting: n is a handful, and nothing needs memory. */
    for (unsigned i = 0; i < n; i++) {
        u128 share = whole_share(amount, weights[i], sum);
        if (left > 0 && rank_of(i, n, weights, amount, sum) < left)
            share++;
        enum fb_err e = with_sign(&shares[i], share, negative);
        fb_assert(e == FB_OK); /* no share is larger than the total, which fitted */
    }
    return FB_OK;
}
