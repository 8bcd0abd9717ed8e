/* Rows that never win. Of rows that fit the same shift the last holds; one that is followed, on every day and
 * for everything that it speaks of, by others that fit as well, is there to no purpose, and whoever wrote it
 * believes otherwise. */
#include "engine/base/hash.h"
#include "engine/pack/check_steps.h"

static const struct fb_span nothing = {NULL, 0};

/* A row as it competes: with those of the same kind, and among them of the same part. */
struct rival {
    const struct fb_scope *scope;
    uint32_t routes, engagements; /* 1: what competes does not ask them */
    unsigned part;
    uint16_t origin;
    struct fb_span name;
};
struct rivals {
    struct rival *r;
    unsigned n;
    const char *what; /* "the card" */
};

/* Wherever a shift of `of` can be, `by` can be as well. */
static bool reaches(const struct fb_scope *by, const struct fb_scope *of)
{
    return (by->trust == 0 || by->trust == of->trust) && (by->site.n == 0 || fb_span_eq(by->site, of->site));
}

/* The groups of that route and engagement which a later row takes on the day. */
static uint32_t taken(const struct rivals *all, unsigned i, fb_day day, uint32_t route, uint32_t engagement)
{
    uint32_t groups = 0;
    for (unsigned k = i + 1; k < all->n; k++) {
        const struct rival *late = &all->r[k];
        bool fits = late->part == all->r[i].part && (late->routes & route) != 0 &&
                    (late->engagements & engagement) != 0;
        if (fits && day >= late->scope->from && day < late->scope->until &&
            reaches(late->scope, all->r[i].scope))
            groups |= late->scope->staff_groups;
    }
    return groups;
}

static bool wins_on(const struct rivals *all, unsigned i, fb_day day)
{
    const struct rival *r = &all->r[i];
    for (uint32_t route = 1; route != 0 && route <= r->routes; route <<= 1) {
        for (uint32_t engagement = 1; engagement != 0 && engagement <= r->engagements; engagement <<= 1) {
            bool asked = (r->routes & route) != 0 && (r->engagements & engagement) != 0;
            if (asked && (r->scope->staff_groups & ~taken(all, i, day, route, engagement)) != 0)
                return true;
        }
    }
    return false;
}

/* It can win first on its own first day, or on the day after a later one has ended. */
static bool wins(const struct rivals *all, unsigned i)
{
    const struct fb_scope *own = all->r[i].scope;
    if (wins_on(all, i, own->from))
        return true;
    for (unsigned k = i + 1; k < all->n; k++) {
        fb_day day = all->r[k].scope->until;
        if (day > own->from && day < own->until && wins_on(all, i, day))
            return true;
    }
    return false;
}

/* One row of a file stands for each member, and for each stretch of days: it is of use when any of them wins.
 */
static bool any_wins(const struct rivals *all, uint16_t origin)
{
    for (unsigned i = 0; i < all->n; i++) {
        if (all->r[i].origin == origin && wins(all, i))
            return true;
    }
    return false;
}

static void tell(struct fb_checking *c, struct fb_check_at at, const char *before, struct fb_span name,
                 const char *after, const struct fb_scope *scope)
{
    struct fb_check_text text;
    if (!fb_check_begin(c, at, true, fb_hash64(before, 4), &text))
        return;
    fb_text_add(&text.t, before);
    fb_text_add(&text.t, " '");
    fb_text_add_span(&text.t, name);
    fb_text_add(&text.t, after);
    if (scope != NULL && scope->staff_groups != 0) {
        fb_text_add(&text.t, fb_staff_group_word((enum fb_staff_group)__builtin_ctz(scope->staff_groups)));
        fb_text_add(&text.t, " on ");
        fb_check_add_day(&text.t, scope->from);
    }
    fb_check_end(c, &text);
}

static void check_rivals(struct fb_checking *c, const struct rivals *all)
{
    for (unsigned i = 0; i < all->n; i++) {
        const struct rival *r = &all->r[i];
        bool seen = i > 0 && all->r[i - 1].origin == r->origin;
        if (!seen && !any_wins(all, r->origin))
            tell(c, fb_check_origin(c, r->origin), all->what, r->name,
                 "' never wins: others stand after it for all that it speaks of, such as ", r->scope);
    }
}

static struct rivals room_for(struct fb_checking *c, unsigned n, const char *what)
{
    struct rivals all = {fb_pool_get(c->draft->pool, (n + 1) * sizeof *all.r), 0, what};
    return all;
}

static void check_each(struct fb_checking *c)
{
    const struct fb_book *b = c->book;
    struct rivals cards = room_for(c, b->n_cards, "the card"), caps = room_for(c, b->n_caps, "the cap");
    struct rivals vats = room_for(c, b->n_vats, "the VAT treatment"),
                  costs = room_for(c, b->n_on_costs, "the on-cost");
    if (c->draft->pool->bad)
        return;
    for (unsigned i = 0; i < b->n_cards; i++)
        cards.r[cards.n++] = (struct rival){&b->card[i].scope, 1, 1, 0, b->card[i].origin, b->card[i].name};
    for (unsigned i = 0; i < b->n_caps; i++)
        caps.r[caps.n++] = (struct rival){&b->cap[i].scope, 1, 1, 0, b->cap[i].origin, b->cap[i].name};
    for (unsigned i = 0; i < b->n_vats; i++)
        vats.r[vats.n++] = (struct rival){&b->vat[i].scope, b->vat[i].scope.routes, b->vat[i].engagements, 0,
                                          b->vat[i].origin, b->vat[i].name};
    for (unsigned i = 0; i < b->n_on_costs; i++) {
        const struct fb_on_cost *row = &b->on_cost[i];
        struct fb_span name = fb_span_of(fb_part_word((enum fb_part)row->part));
        costs.r[costs.n++] = (struct rival){&row->scope, row->scope.routes, 1, row->part, row->origin, name};
    }
    check_rivals(c, &cards);
    check_rivals(c, &caps);
    check_rivals(c, &vats);
    check_rivals(c, &costs);
}

/* Two treatments for the very same supplies win equally: their names differ, so that only the order of lines
 * decides. */
static void refuse_equal_vats(struct fb_checking *c)
{
    const struct fb_draft_vat *v = c->draft->vats.item;
    for (unsigned i = 1; i < c->draft->vats.n; i++) {
        for (unsigned k = 0; k < i; k++) {
            const struct fb_draft_terms *a = &v[i].terms, *b = &v[k].terms;
            bool same = a->place.pack == b->place.pack && a->routes == b->routes &&
                        a->staff_groups == b->staff_groups && v[i].vat.engagements == v[k].vat.engagements;
            if (same && a->standing.from < b->standing.until && b->standing.from < a->standing.until)
                fb_compile_complain(
                    c->draft, a->place, false, "wins equally with", b->name,
                    ", which is for the same routes, staff groups, engagements and days: end one with until");
        }
    }
}

/* ---- bonuses ---- */

static void check_bonus_rows(struct fb_checking *c, const struct fb_draft_bonus *bonus)
{
    const struct fb_draft_bonus_row *row = bonus->rows.item;
    for (unsigned late = 1; late < bonus->rows.n; late++) {
        uint64_t taken_by_all = 0, taken_by_kind = 0;
        for (unsigned early = 0; early < late; early++) {
            enum fb_worker_kind kind = row[early].row.worker_kind;
            taken_by_all |= kind == FB_WORKER_KIND_NONE ? row[early].row.grades : 0;
            taken_by_kind |= kind == row[late].row.worker_kind ? row[early].row.grades : 0;
        }
        struct fb_place place = bonus->place;
        place.line = row[late].line;
        if ((row[late].row.grades & ~(taken_by_all | taken_by_kind)) == 0)
            fb_compile_complain(c->draft, place, true,
                                "this row of the bonus never wins: those above it take the same shifts",
                                nothing, "");
    }
}

/* What its counter never adds cannot earn it. */
static void check_bonus_scope(struct fb_checking *c, const struct fb_draft_bonus *bonus)
{
    const struct fb_rule *rule = &bonus->bonus.rule;
    const struct fb_draft_counter *counter =
        (const struct fb_draft_counter *)c->draft->counters.item + bonus->bonus.counter;
    const struct fb_scope *a = &rule->scope, *b = &counter->counter.scope;
    bool meet = (a->staff_groups & b->staff_groups) != 0 && (a->routes & b->routes) != 0 &&
                bonus->standing.from < counter->standing.until &&
                counter->standing.from < bonus->standing.until;
    if (!meet)
        tell(c, fb_check_place(c, bonus->place), "the bonus", rule->name,
             "' can never be earned: its counter adds no shift of its routes, staff groups and days", NULL);
}

void fb_check_hidden(struct fb_checking *c)
{
    check_each(c);
    refuse_equal_vats(c);
    FB_EACH(c->draft->bonuses, struct fb_draft_bonus, bonus)
    {
        check_bonus_rows(c, bonus);
        check_bonus_scope(c, bonus);
    }
}
