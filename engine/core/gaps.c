#include "engine/core/gaps.h"

uint64_t fb_gaps_listed(const struct fb_gaps *g)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < g->n; i++)
        n += g->gap[i].last - g->gap[i].first + 1;
    return n;
}

void fb_gaps_open(struct fb_gaps *g, uint64_t first, uint64_t last)
{
    if (first <= last && g->n < FB_GAPS_MAX)
        g->gap[g->n++] = (struct fb_gap){first, last};
}

static void drop(struct fb_gaps *g, unsigned i)
{
    g->n--;
    for (; i < g->n; i++)
        g->gap[i] = g->gap[i + 1];
}

/* What is above the position becomes a range of its own. */
static void part(struct fb_gaps *g, unsigned i, uint64_t at)
{
    g->n += g->n < FB_GAPS_MAX;
    for (unsigned j = g->n - 1; j > i; j--)
        g->gap[j] = g->gap[j - 1];
    if (i + 1 < g->n)
        g->gap[i + 1].first = at + 1;
    g->gap[i].last = at - 1;
}

bool fb_gaps_fill(struct fb_gaps *g, uint64_t at)
{
    unsigned i = 0;
    while (i < g->n && g->gap[i].last < at)
        i++;
    if (i == g->n || at < g->gap[i].first)
        return false;
    struct fb_gap *here = &g->gap[i];
    if (here->first == here->last)
        drop(g, i);
    else if (at == here->first)
        here->first++;
    else if (at == here->last)
        here->last--;
    else
        part(g, i, at);
    return true;
}

bool fb_gaps_are_good(const struct fb_gaps *g, uint64_t missing, uint64_t next)
{
    uint64_t left = missing;
    if (g->n > FB_GAPS_MAX)
        return false;
    for (unsigned i = 0; i < g->n; i++) {
        const struct fb_gap *here = &g->gap[i];
        bool above = i == 0 || (here->first > g->gap[i - 1].last && here->first - g->gap[i - 1].last > 1);
        if (!above || here->last < here->first || here->last >= next || here->last - here->first >= left)
            return false;
        left -= here->last - here->first + 1;
    }
    return true;
}
