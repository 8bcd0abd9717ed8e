#include "engine/core/match.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"

/* A line for several shifts, shared out among them: match.h says by what rule. */

/* Their places in the order of the shifts: which of them was held first plays no part. */
static void order_of(const struct fb_match_weight *by, unsigned n, uint8_t *order)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned at = i;
        for (; at > 0; at--) {
            const struct fb_match_weight *before = &by[order[at - 1]];
            bool later = before->start_min != by[i].start_min ? before->start_min > by[i].start_min : before->tie > by[i].tie;
            if (!later)
                break;
            order[at] = order[at - 1];
        }
        order[at] = (uint8_t)i;
    }
}
_Static_assert(FB_GATHER_MAX <= UINT8_MAX, "a place fits a byte");

/* In that order; where nothing is expected of any, alike. False: nobody can say one of them. */
static bool weights_of(const struct fb_match_weight *by, unsigned n, const uint8_t *order, bool minutes, int64_t *weight)
{
    bool any = false;
    for (unsigned i = 0; i < n; i++) {
        const struct fb_match_weight *w = &by[order[i]];
        weight[i] = minutes ? w->minutes : w->pence; /* raw: a figure already rounded */
        if (weight[i] < 0)                           /* FB_ABSENT too */
            return false;
        any = any || weight[i] > 0;
    }
    for (unsigned i = 0; i < n && !any; i++)
        weight[i] = 1;
    return true;
}

/* Minutes are shared out as pence are: whole, and none is lost. */
static void share(const int64_t *weight, unsigned n, bool known, int64_t total, int64_t *part)
{
    struct fb_pence shares[FB_GATHER_MAX];
    bool said = known && total != FB_ABSENT && fb_pence_share(shares, n, weight, fb_pence_of(total)) == FB_OK;
    for (unsigned i = 0; i < n; i++)
        part[i] = said ? fb_pence_get(shares[i]) : FB_ABSENT;
}

void fb_match_share(const struct fb_match_weight *by, unsigned n, int64_t net_pence, int64_t vat_pence, int64_t minutes, struct fb_share *out)
{
    uint8_t order[FB_GATHER_MAX];
    int64_t weight[FB_GATHER_MAX], net[FB_GATHER_MAX], vat[FB_GATHER_MAX], hours[FB_GATHER_MAX];
    fb_assert(n > 0 && n <= FB_GATHER_MAX);
    order_of(by, n, order);
    bool known = weights_of(by, n, order, false, weight);
    share(weight, n, known, net_pence, net);
    share(weight, n, known, vat_pence, vat);
    known = weights_of(by, n, order, true, weight);
    share(weight, n, known && net[0] != FB_ABSENT, minutes, hours);
    for (unsigned i = 0; i < n; i++)
        out[order[i]] = (struct fb_share){.net_pence = net[i], .vat_pence = vat[i], .minutes = hours[i]}; /* raw: rounded once */
}
