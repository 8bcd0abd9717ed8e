#include "engine/core/judge.h"

static bool is_shadow(const struct fb_member *m)
{
    return m->source->mode == FB_SOURCE_MODE_SHADOW;
}

static bool stands(const struct fb_member *m)
{
    return m->version->as.booking.state == FB_BOOKING_STATE_BOOKED;
}

static bool same_source(const struct fb_member *a, const struct fb_member *b)
{
    return fb_span_eq(a->version->env.source, b->version->env.source);
}

bool fb_members_mixed(const struct fb_member *member, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (is_shadow(&member[i]) != is_shadow(&member[0]))
            return true;
    return false;
}

static unsigned leave_shadows_out(struct fb_member *member, unsigned n)
{
    unsigned left = 0;
    for (unsigned i = 0; i < n; i++)
        if (!is_shadow(&member[i]))
            member[left++] = member[i];
    return left;
}

/* How many of its own source come before this one: those that stand, then by name. */
static unsigned place_of(const struct fb_member *member, unsigned n, unsigned at)
{
    unsigned before = 0;
    for (unsigned i = 0; i < n; i++) {
        bool first = stands(&member[i]) == stands(&member[at]) ? i < at : stands(&member[i]);
        before += i != at && first && same_source(&member[i], &member[at]);
    }
    return before;
}

/* Every source's first comes before any source's second, what stands before what does not, then by name. */
static unsigned rank_of(const struct fb_member *member, unsigned n, unsigned at)
{
    return place_of(member, n, at) * 2 + !stands(&member[at]);
}

static bool is_kept(const struct fb_member *member, unsigned n, unsigned at)
{
    unsigned before = 0, rank = rank_of(member, n, at);
    for (unsigned i = 0; i < n; i++) {
        unsigned other = rank_of(member, n, i);
        before += other < rank || (other == rank && i < at);
    }
    return before < FB_MEMBERS_MAX;
}

/* A booking that fell through, and was made again by its own source, says nothing any more. */
static bool is_made_again(const struct fb_member *member, unsigned n, unsigned at)
{
    if (stands(&member[at]))
        return false;
    for (unsigned i = 0; i < n; i++)
        if (stands(&member[i]) && same_source(&member[i], &member[at]) && is_kept(member, n, i))
            return true;
    return false;
}

unsigned fb_members_choose(struct fb_member *member, unsigned n, bool *cut)
{
    bool keep[FB_GATHER_MAX];
    unsigned kept = 0;
    *cut = false;
    if (fb_members_mixed(member, n))
        n = leave_shadows_out(member, n);
    if (n <= FB_MEMBERS_MAX)
        return n;
    for (unsigned i = 0; i < n; i++) {
        keep[i] = is_kept(member, n, i);
        *cut = *cut || (!keep[i] && !is_made_again(member, n, i));
    }
    for (unsigned i = 0; i < n; i++)
        if (keep[i])
            member[kept++] = member[i];
    return kept;
}

uint32_t fb_view_tie(const struct fb_book *book, const struct fb_view *view)
{
    uint8_t order[FB_MEMBERS_MAX] = {0};
    if (view->n_members > 1)
        fb_judge__order(book, view, FB_FIELDS_HOURS, order);
    return fb_judge__tie(&view->member[order[0]].version->env);
}
