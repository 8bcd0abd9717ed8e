#include "engine/pack/known.h"
#include "engine/pack/compile.h"
#include <stdlib.h>
#include <string.h>

/* Days of one thing that a row has taken; ascending, disjoint. */
struct taken {
    fb_day from, until;
};
struct settling {
    struct fb_draft *draft;
    const char *what;
    struct fb_list taken;   /* struct taken, of the thing at hand */
    struct fb_list refused; /* unsigned: rows already complained of */
    struct fb_list *out;    /* struct fb_stretch */
};

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_thing(const struct fb_claim *a, const struct fb_claim *b)
{
    if (a->thing != b->thing)
        return a->thing > b->thing ? 1 : -1;
    int names = fb_span_cmp(a->name, b->name);
    return names != 0 ? names : fb_span_cmp(a->other, b->other);
}

/* The row known last comes first and takes its days; then the one before it. */
static int by_claim(const void *left, const void *right)
{
    const struct fb_claim *a = left, *b = right;
    int c = by_thing(a, b);
    if (c == 0)
        c = order(b->known_since, a->known_since);
    if (c == 0)
        c = order(a->from, b->from);
    return c != 0 ? c : order(a->row, b->row);
}

static int by_row(const void *left, const void *right)
{
    const struct fb_stretch *a = left, *b = right;
    int c = order(a->row, b->row);
    if (c == 0 && a->thing != b->thing)
        c = a->thing > b->thing ? 1 : -1;
    return c != 0 ? c : order(a->from, b->from);
}

static int by_number(const void *left, const void *right)
{
    const struct fb_stretch *a = left, *b = right;
    if (a->thing != b->thing)
        return a->thing > b->thing ? 1 : -1;
    return order(a->from, b->from);
}

void fb_stretches_by_thing(struct fb_list *stretches)
{
    if (stretches->n > 0)
        qsort(stretches->item, stretches->n, sizeof(struct fb_stretch), by_number);
}

void fb_claim_add(struct fb_draft *d, struct fb_claims *claims, const struct fb_claim *claim,
                  const struct fb_standing *s, struct fb_place place)
{
    struct fb_claim *c = fb_list_add(d->pool, &claims->claim, sizeof *c);
    if (c == NULL)
        return;
    *c = *claim;
    c->from = s->from;
    c->until = s->until;
    c->known_since = s->known_since;
    c->place = place;
}

static void add_stretch(struct settling *s, const struct fb_claim *c, fb_day from, fb_day until)
{
    struct fb_stretch *place = fb_list_add(s->draft->pool, s->out, sizeof *place);
    if (place != NULL)
        *place = (struct fb_stretch){c->row, c->thing, from, until};
}

/* Takes the whole of the claim's days, melting with whatever it touches: only what is taken matters, not by
 * whom. */
static void take(struct settling *s, unsigned first, unsigned after, const struct fb_claim *c)
{
    struct taken *t = s->taken.item, whole = {c->from, c->until};
    unsigned hidden = after - first;
    if (hidden > 0) {
        whole.from = t[first].from < whole.from ? t[first].from : whole.from;
        whole.until = t[after - 1].until > whole.until ? t[after - 1].until : whole.until;
    } else {
        if (fb_list_add(s->draft->pool, &s->taken, sizeof *t) == NULL)
            return;
        t = s->taken.item;
    }
    unsigned rest = s->taken.n - (hidden > 0 ? after : first + 1);
    memmove(t + first + 1, t + (hidden > 0 ? after : first), rest * sizeof *t);
    if (hidden > 0)
        s->taken.n -= hidden - 1;
    t[first] = whole;
}

/* The days of the claim that no later-known row took. */
static void leave(struct settling *s, const struct fb_claim *c)
{
    const struct taken *t = s->taken.item;
    unsigned first = 0;
    fb_day at = c->from;
    while (first < s->taken.n && t[first].until < c->from)
        first++;
    unsigned i = first;
    for (; i < s->taken.n && t[i].from <= c->until; i++) {
        if (t[i].from > at)
            add_stretch(s, c, at, t[i].from);
        at = t[i].until > at ? t[i].until : at;
    }
    if (at < c->until)
        add_stretch(s, c, at, c->until);
    take(s, first, i, c);
}

/* A single pay point claims three things with one row: it is complained of once. */
static bool already_refused(struct settling *s, unsigned row)
{
    FB_EACH(s->refused, unsigned, other)
    {
        if (*other == row)
            return true;
    }
    if (s->refused.n == FB_PACK_ERRORS_MAX)
        return true;
    unsigned *place = fb_list_add(s->draft->pool, &s->refused, sizeof *place);
    if (place != NULL)
        *place = row;
    return false;
}

/* Among claims of one thing that became known on one day: each that begins before the ones above it have
 * ended. */
static void refuse_twins(struct settling *s, const struct fb_claim *c, unsigned n)
{
    const struct fb_claim *longest = &c[0];
    for (unsigned i = 1; i < n; i++) {
        if (by_thing(&c[i], longest) != 0 || c[i].known_since != longest->known_since) {
            longest = &c[i];
            continue;
        }
        const struct fb_claim *late = c[i].row > longest->row ? &c[i] : longest;
        if (c[i].from < longest->until && !already_refused(s, late->row))
            fb_compile_complain(
                s->draft, late->place, false, s->what, late->word,
                " is stated twice for the same days; a row that takes the place of another says since "
                "when it is known: known_since");
        if (c[i].until > longest->until)
            longest = &c[i];
    }
}

void fb_claims_settle(struct fb_draft *d, struct fb_claims *claims, const char *what)
{
    struct settling s = {.draft = d, .what = what, .out = &claims->stretch};
    struct fb_claim *c = claims->claim.item;
    unsigned n = claims->claim.n;
    if (n == 0 || d->pool->bad)
        return;
    qsort(c, n, sizeof *c, by_claim);
    refuse_twins(&s, c, n);
    for (unsigned i = 0; i < n && !d->pool->bad; i++) {
        if (i > 0 && by_thing(&c[i], &c[i - 1]) != 0)
            s.taken.n = 0;
        if (c[i].from < c[i].until)
            leave(&s, &c[i]);
    }
    if (claims->stretch.n > 0 && !d->pool->bad)
        qsort(claims->stretch.item, claims->stretch.n, sizeof(struct fb_stretch), by_row);
}
