/* What the figures of a cut give away of one another: the equations that a reader has (hide.h). */
#include "tools/fairbank/export/cut.h"
#include <stdlib.h>

/* One set of shifts, whatever is told of it: two columns about the same shifts (their number, their hours, their cost) are left
 * out together, and a percentage tells of two sets, those of which it is true and those of which it is not. */
struct set {
    struct fb_return_column is;  /* its conditions; name, title and figure do not count */
    bool unfilled;
};
enum { SETS_MAX = 2 * FB_RETURN_COLUMNS_MAX, NONE = -1 };
struct sets {
    unsigned n;
    struct set at[SETS_MAX];
    int yes[FB_RETURN_COLUMNS_MAX], no[FB_RETURN_COLUMNS_MAX]; /* of each column; NONE: it tells nothing of those */
    unsigned *var; /* [row][set] */
};

static bool same_conditions(const struct fb_return_column *a, const struct fb_return_column *b)
{
    return a->engagements == b->engagements && a->over_cap == b->over_cap && a->found == b->found && a->rule == b->rule &&
           a->hour_pence == b->hour_pence && a->hour_inclusive == b->hour_inclusive && a->over_cap_e2 == b->over_cap_e2 &&
           a->over_cap_inclusive == b->over_cap_inclusive && a->over_cap_average == b->over_cap_average;
}

static int set_of(struct sets *s, const struct fb_return_column *c)
{
    bool unfilled = c->figure == FB_RETURN_FIGURE_UNFILLED;
    for (unsigned i = 0; i < s->n; i++)
        if (s->at[i].unfilled == unfilled && s->at[i].is.routes == c->routes && same_conditions(&s->at[i].is, c))
            return (int)i;
    s->at[s->n] = (struct set){*c, unfilled};
    return (int)s->n++;
}

/* Those of which it is not true, where one condition says so, have the same name as in a column that asks for just them. */
static struct fb_return_column opposite(const struct fb_return_column *c)
{
    struct fb_return_column out = *c;
    bool others = c->engagements != 0 || c->hour_pence != FB_ABSENT || c->over_cap_e2 != FB_ABSENT;
    if (c->over_cap != FB_SAID_NONE && c->found == FB_SAID_NONE && !others)
        out.over_cap = c->over_cap == FB_SAID_YES ? FB_SAID_NO : FB_SAID_YES;
    else if (c->found != FB_SAID_NONE && c->over_cap == FB_SAID_NONE && !others)
        out.found = c->found == FB_SAID_YES ? FB_SAID_NO : FB_SAID_YES;
    else
        out.engagements = ~c->engagements; /* a name that no column of a pack has */
    return out;
}

static void list_sets(const struct cut *x, struct sets *s)
{
    for (unsigned i = 0; i < x->plan->n_columns; i++) {
        const struct fb_return_column *c = &x->plan->column[i];
        struct fb_return_column other = opposite(c);
        s->yes[i] = set_of(s, c);
        s->no[i] = c->figure == FB_RETURN_FIGURE_PERCENT ? set_of(s, &other) : NONE;
    }
}

static uint64_t count_of(const struct cut *x, const struct sets *s, const struct cut_row *row, unsigned set)
{
    for (unsigned i = 0; i < x->plan->n_columns; i++) {
        if (s->yes[i] == (int)set)
            return row->cell[i].yes;
        if (s->no[i] == (int)set)
            return row->cell[i].no;
    }
    return 0;
}

static unsigned var_at(const struct sets *s, unsigned row, unsigned set) { return s->var[(size_t)row * s->n + set]; }

/* The rows of a block add up to its total, set by set. */
static void relate_totals(const struct cut *x, const struct sets *s, struct hide *h)
{
    for (unsigned t = 0; t < x->n; t++)
        for (unsigned set = 0; x->row[t].total && set < s->n; set++) {
            hide_term(h, var_at(s, t, set), -1);
            for (unsigned r = 0; r < x->n; r++)
                if (!x->row[r].total && x->row[r].block == x->row[t].block)
                    hide_term(h, var_at(s, r, set), 1);
            hide_relation(h, true);
        }
}

/* All shifts of a column's routes, where another column tells of them. */
static int whole_of(const struct sets *s, const struct fb_return_column *c)
{
    struct fb_return_column all = {.routes = c->routes, .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT};
    for (unsigned i = 0; i < s->n; i++)
        if (!s->at[i].unfilled && s->at[i].is.routes == c->routes && same_conditions(&s->at[i].is, &all))
            return (int)i;
    return NONE;
}

/* Those with a condition and those without it are all of the routes: how many cannot be said is taken as known. */
static void relate_opposites(const struct cut *x, const struct sets *s, struct hide *h)
{
    for (unsigned i = 0; i < x->plan->n_columns; i++) {
        int whole = whole_of(s, &x->plan->column[i]);
        for (unsigned r = 0; s->no[i] != NONE && r < x->n; r++) {
            hide_term(h, var_at(s, r, (unsigned)s->yes[i]), 1);
            hide_term(h, var_at(s, r, (unsigned)s->no[i]), 1);
            if (whole != NONE)
                hide_term(h, var_at(s, r, (unsigned)whole), -1);
            hide_relation(h, false);
        }
    }
}

static bool is_sum(const struct set *whole, const struct set *a, const struct set *b)
{
    return !whole->unfilled && !a->unfilled && !b->unfilled && (a->is.routes & b->is.routes) == 0 && whole->is.routes == (a->is.routes | b->is.routes) &&
           a->is.routes != 0 && b->is.routes != 0 && same_conditions(&whole->is, &a->is) && same_conditions(&whole->is, &b->is);
}

/* Bank and agency together, where a column has both and others one each. */
static void relate_routes(const struct cut *x, const struct sets *s, struct hide *h)
{
    for (unsigned w = 0; w < s->n; w++)
        for (unsigned a = 0; a < s->n; a++)
            for (unsigned b = a + 1; b < s->n; b++)
                for (unsigned r = 0; is_sum(&s->at[w], &s->at[a], &s->at[b]) && r < x->n; r++) {
                    hide_term(h, var_at(s, r, a), 1);
                    hide_term(h, var_at(s, r, b), 1);
                    hide_term(h, var_at(s, r, w), -1);
                    hide_relation(h, false);
                }
}

/* A percentage is the pair of its sets: to leave one of them out is to leave it out, and then neither is told by it. One of shifts whose
 * number is left out goes too: with it, and its rows, the number could be had. */
static void pair_percents(const struct cut *x, const struct sets *s, struct hide *h)
{
    for (unsigned i = 0; i < x->plan->n_columns; i++) {
        int whole = whole_of(s, &x->plan->column[i]);
        for (unsigned r = 0; s->no[i] != NONE && r < x->n; r++) {
            unsigned yes = var_at(s, r, (unsigned)s->yes[i]), no = var_at(s, r, (unsigned)s->no[i]);
            hide_also(h, yes, no);
            hide_also(h, no, yes);
            if (whole != NONE)
                hide_also(h, var_at(s, r, (unsigned)whole), yes);
        }
    }
}

static void mark(struct cut *x, const struct sets *s, const struct hide *h)
{
    for (unsigned r = 0; r < x->n; r++)
        for (unsigned i = 0; i < x->plan->n_columns; i++) {
            bool yes = h->hidden[var_at(s, r, (unsigned)s->yes[i])], no = s->no[i] != NONE && h->hidden[var_at(s, r, (unsigned)s->no[i])];
            x->row[r].cell[i].hidden = yes || no;
        }
}

static unsigned left_out(const struct cut *x)
{
    unsigned n = 0;
    for (unsigned r = 0; r < x->n; r++)
        for (unsigned i = 0; i < x->plan->n_columns; i++)
            n += x->row[r].cell[i].hidden;
    return n;
}

unsigned cut_hide(struct cut *x, uint32_t small)
{
    struct hide h = {0};
    struct sets s = {0};
    if (small == 0 || x->n == 0)
        return 0;
    list_sets(x, &s);
    if (s.n == 0)
        return 0;
    s.var = malloc((size_t)x->n * s.n * sizeof *s.var);
    x->full = x->full || s.var == NULL;
    for (unsigned r = 0; r < x->n && !x->full; r++)
        for (unsigned set = 0; set < s.n; set++)
            s.var[(size_t)r * s.n + set] = hide_var(&h, count_of(x, &s, &x->row[r], set));
    if (!x->full) {
        relate_totals(x, &s, &h);
        relate_opposites(x, &s, &h);
        relate_routes(x, &s, &h);
        pair_percents(x, &s, &h);
        x->full = !hide_small(&h, small);
    }
    if (!x->full)
        mark(x, &s, &h);
    hide_release(&h);
    free(s.var);
    return left_out(x);
}
