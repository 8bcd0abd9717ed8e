#include "engine/pack/compile.h"

/* Counters and what is earned by them. Each keeps the place in which it was read: facts and bonuses name it
 * by that. */

void fb_compile_counters(struct fb_compiling *c)
{
    struct fb_book *b = c->book;
    b->counter = fb_pool_get(c->draft->pool, (c->draft->counters.n + 1) * sizeof *b->counter);
    if (b->counter == NULL)
        return;
    FB_EACH(c->draft->counters, struct fb_draft_counter, d)
    {
        struct fb_counter *counter = &b->counter[b->n_counters++];
        *counter = d->counter;
        counter->origin = fb_compile_origin(c, d->place, &d->standing);
    }
}

static const struct fb_bonus_row *rows_of(struct fb_compiling *c, const struct fb_draft_bonus *d)
{
    struct fb_bonus_row *row = fb_pool_get(c->draft->pool, (d->rows.n + 1) * sizeof *row);
    unsigned n = 0;
    if (row == NULL)
        return NULL;
    FB_EACH(d->rows, struct fb_draft_bonus_row, r)
    {
        struct fb_place place = {d->place.pack, d->place.path, r->line};
        row[n] = r->row;
        row[n++].origin = fb_compile_origin(c, place, &d->standing);
    }
    return row;
}

static void refuse_built_in(struct fb_compiling *c, const struct fb_draft_bonus *d)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        if (d->bonus.rule.id == c->book->built_in[i].id || d->bonus.rule.id == 0)
            fb_compile_complain(c->draft, d->place, false, "the bonus's name", d->bonus.rule.name,
                                " is taken by the engine itself");
    }
}

static void refuse_too_many(struct fb_compiling *c)
{
    const struct fb_draft_bonus *first = c->draft->bonuses.item;
    unsigned n = c->draft->bonuses.n;
    struct fb_span nothing = {NULL, 0};
    if (n > FB_BONUSES_MAX)
        fb_compile_complain(c->draft, first[FB_BONUSES_MAX].place, false,
                            "more than 16 bonuses in all packs together", nothing, "");
    else if (fb_compile_other_findings(c->book) + c->draft->rules.n + n > FB_FINDINGS_MAX)
        fb_compile_complain(c->draft, first[n - 1].place, false,
                            "more rules and bonuses than one decision can hold findings for", nothing, "");
}

void fb_compile_bonuses(struct fb_compiling *c)
{
    struct fb_book *b = c->book;
    if (c->draft->bonuses.n == 0)
        return;
    refuse_too_many(c);
    b->bonus = fb_pool_get(c->draft->pool, c->draft->bonuses.n * sizeof *b->bonus);
    if (b->bonus == NULL)
        return;
    FB_EACH(c->draft->bonuses, struct fb_draft_bonus, d)
    {
        refuse_built_in(c, d);
        struct fb_bonus *bonus = &b->bonus[b->n_bonuses++];
        *bonus = d->bonus;
        bonus->n_rows = d->rows.n;
        bonus->row = rows_of(c, d);
        bonus->origin = bonus->rule.origin = fb_compile_origin(c, d->place, &d->standing);
    }
}
