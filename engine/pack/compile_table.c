/* Tables of rates: rows of one grade, unit and stretch of days become one entry with a rate for each
 * category. */
#include "engine/pack/compile.h"
#include "engine/pack/known.h"
#include <stdlib.h>

static const char what[] = "this rate";

/* The stretches of one grade and unit, and of each category the one that is looked at: they ascend and do not
 * overlap. */
struct group {
    const struct fb_draft_rate_table *table;
    const struct fb_stretch *stretch;
    unsigned n;
    unsigned at[FB_CATEGORIES_MAX], end[FB_CATEGORIES_MAX]; /* at == end: no more */
};

static const struct fb_draft_table_rate *row_of(const struct fb_draft_rate_table *t,
                                                const struct fb_stretch *s)
{
    return (const struct fb_draft_table_rate *)t->rows.item + s->row;
}

/* Pence a minute; of a unit that is paid as a whole, pence each. */
static struct fb_ratio rate_of(const struct fb_draft_table_rate *row)
{
    if (row->unit == FB_UNIT_HOUR)
        return fb_compile_minute(row->gbp_e4);
    return fb_ratio_of(row->gbp_e4, 100 * (row->unit_minutes > 0 ? row->unit_minutes : 1));
}

static void widen(struct fb_compiling *c)
{
    FB_EACH(c->draft->tables, struct fb_draft_rate_table, t)
    {
        FB_EACH(t->rows, struct fb_draft_table_rate, row)
        {
            if (!fb_compile_widen(c, row->place, rate_of(row), what))
                break;
        }
    }
}

static uint64_t grade_and_unit(const struct fb_stretch *s)
{
    return s->thing >> 8;
}

static struct group group_at(const struct fb_draft_rate_table *t, unsigned first)
{
    const struct fb_stretch *all = t->claims.stretch.item;
    struct group g = {.table = t, .stretch = all + first};
    while (first + g.n < t->claims.stretch.n &&
           grade_and_unit(&all[first + g.n]) == grade_and_unit(g.stretch)) {
        unsigned category = g.stretch[g.n].thing & 0xff;
        if (g.end[category] == 0)
            g.at[category] = g.n;
        g.end[category] = ++g.n;
    }
    return g;
}

/* The next day on which a category's rate begins or ends: the entry that begins on `day` ends there. */
static fb_day next_change(const struct group *g, fb_day day)
{
    fb_day next = INT32_MAX;
    for (unsigned k = 0; k < FB_CATEGORIES_MAX; k++) {
        if (g->at[k] == g->end[k])
            continue;
        const struct fb_stretch *s = &g->stretch[g->at[k]];
        fb_day change = s->from > day ? s->from : s->until;
        next = change < next ? change : next;
    }
    return next;
}

/* The first day from `day` on which some category has a rate; INT32_MAX when there is none. Passes over what
 * ended. */
static fb_day next_held(struct group *g, fb_day day)
{
    fb_day first = INT32_MAX;
    for (unsigned k = 0; k < FB_CATEGORIES_MAX; k++) {
        while (g->at[k] < g->end[k] && g->stretch[g->at[k]].until <= day)
            g->at[k]++;
        if (g->at[k] == g->end[k])
            continue;
        fb_day from = g->stretch[g->at[k]].from;
        from = from > day ? from : day;
        first = from < first ? from : first;
    }
    return first;
}

/* A row's rate in its category; that of another unit than the hour in every one. The entry cites its cheapest
 * category. */
static void put_rate(struct fb_compiling *c, struct fb_table_rate *out, const struct fb_draft_table_rate *row,
                     uint16_t origin)
{
    int64_t num = fb_compile_num(c, row->place, rate_of(row), what);
    if (out->held == 0)
        out->origin = origin;
    out->unit_minutes = row->unit_minutes;
    for (unsigned k = 0; k < c->book->n_categories; k++) {
        if (row->unit == FB_UNIT_HOUR && k != row->category)
            continue;
        out->num[k] = num;
        out->held |= (uint32_t)1 << k;
    }
}

static struct fb_table_rate entry_of(struct fb_compiling *c, const struct group *g, fb_day from, fb_day until,
                                     const uint16_t *origins)
{
    struct fb_table_rate out = {.grade = (uint8_t)(g->stretch->thing >> 16),
                                .unit = (uint8_t)(g->stretch->thing >> 8),
                                .from = from,
                                .until = until};
    for (unsigned k = 0; k < FB_CATEGORIES_MAX; k++) {
        const struct fb_stretch *s = &g->stretch[g->at[k]];
        if (g->at[k] < g->end[k] && s->from <= from)
            put_rate(c, &out, row_of(g->table, s), origins[s->row]);
    }
    return out;
}

static void add_group(struct fb_compiling *c, struct group *g, struct fb_list *rates, const uint16_t *origins)
{
    fb_day from = next_held(g, INT32_MIN);
    while (from != INT32_MAX) {
        fb_day until = next_change(g, from);
        struct fb_table_rate *place = fb_list_add(c->draft->pool, rates, sizeof *place);
        if (place == NULL)
            return;
        *place = entry_of(c, g, from, until, origins);
        from = until == INT32_MAX ? INT32_MAX : next_held(g, until);
    }
}

static uint16_t *origins_of(struct fb_compiling *c, const struct fb_draft_rate_table *t)
{
    uint16_t *origin = fb_pool_get(c->draft->pool, (t->rows.n + 1) * sizeof *origin);
    unsigned i = 0;
    FB_EACH(t->rows, struct fb_draft_table_rate, row)
    {
        if (origin != NULL)
            origin[i++] = fb_compile_origin(c, row->place, &row->standing);
    }
    return origin;
}

static void number(struct fb_compiling *c)
{
    struct fb_draft *d = c->draft;
    struct fb_rate_table *table = fb_pool_get(d->pool, (d->tables.n + 1) * sizeof *table);
    c->book->table = table;
    FB_EACH(d->tables, struct fb_draft_rate_table, t)
    {
        struct fb_list rates = {0};
        const uint16_t *origins = origins_of(c, t);
        if (table == NULL || origins == NULL)
            return;
        fb_stretches_by_thing(&t->claims.stretch);
        for (unsigned i = 0; i < t->claims.stretch.n;) {
            struct group g = group_at(t, i);
            i += g.n;
            add_group(c, &g, &rates, origins);
        }
        table[c->book->n_tables++] = (struct fb_rate_table){t->name, rates.n, rates.item};
    }
}

const struct fb_rate_part fb_table_part = {widen, number};
