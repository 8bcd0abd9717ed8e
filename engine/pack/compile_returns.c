#include "engine/pack/compile.h"

/* Groups of the last pack that states any: a crosswalk is taken whole, or one staff group would stand in two groups. Returns of
 * all packs, most general first: the last of a name counts. */

static const struct fb_span nothing = {NULL, 0};

static unsigned groups_pack(const struct fb_draft *d)
{
    const struct fb_draft_return_group *g = d->return_groups.item;
    return g[d->return_groups.n - 1].place.pack;
}

static void compile_groups(struct fb_compiling *c)
{
    struct fb_list rows = {0};
    FB_EACH(c->draft->return_groups, struct fb_draft_return_group, d)
    {
        struct fb_return_group *row =
            d->place.pack == groups_pack(c->draft) ? fb_list_add(c->draft->pool, &rows, sizeof *row) : NULL;
        if (row == NULL)
            continue;
        *row = d->group;
        row->from = d->standing.from;
        row->until = d->standing.until;
        row->origin = fb_compile_origin(c, d->place, &d->standing);
        if (rows.n == FB_RETURN_GROUPS_MAX + 1)
            fb_compile_complain(c->draft, d->place, false, "more than 16 groups of returns in one pack", nothing, "");
    }
    c->book->return_group = rows.item;
    c->book->n_return_groups = rows.n;
}

/* Of a pack, or of the engine itself. */
static bool is_rule(const struct fb_compiling *c, struct fb_span name)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        if (fb_span_eq(c->book->built_in[i].name, name))
            return true;
    }
    FB_EACH(c->draft->rules, struct fb_draft_rule, rule)
    {
        if (fb_span_eq(rule->rule.name, name))
            return true;
    }
    return false;
}

static void refuse_unknown_rules(struct fb_compiling *c, const struct fb_draft_return *d)
{
    FB_EACH(d->named, struct fb_draft_named, n)
    {
        struct fb_place place = d->place;
        place.line = n->line;
        if (!is_rule(c, n->name))
            fb_compile_complain(c->draft, place, false, "no pack has a rule called", n->name, ": name one under rules of an assurance file");
    }
}

void fb_compile_returns(struct fb_compiling *c)
{
    struct fb_list rows = {0};
    compile_groups(c);
    FB_EACH(c->draft->returns, struct fb_draft_return, d)
    {
        struct fb_return *row = fb_list_add(c->draft->pool, &rows, sizeof *row);
        if (row == NULL)
            continue;
        *row = d->row;
        refuse_unknown_rules(c, d);
        row->column = d->columns.item;
        row->n_columns = (uint8_t)d->columns.n;
        row->from = d->standing.from;
        row->until = d->standing.until;
        row->origin = fb_compile_origin(c, d->place, &d->standing);
        if (row->by == FB_RETURN_BY_GROUP && c->draft->return_groups.n == 0)
            fb_compile_complain(c->draft, d->place, false, "no pack has the groups that this return is by: add groups under returns/", nothing, "");
        if (rows.n == FB_RETURNS_MAX + 1)
            fb_compile_complain(c->draft, d->place, false, "more than 32 returns in all packs together", nothing, "");
    }
    c->book->returns = rows.item;
    c->book->n_returns = rows.n;
}
