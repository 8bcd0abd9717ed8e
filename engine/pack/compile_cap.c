#include "engine/pack/compile.h"

#define PENCE_HOUR_MAX (FB_RATE_E4_MAX / 100)

/* The rows of a cap: [n_grades][FB_CATEGORIES_MAX] pence an hour, -1 where there is none. */
static int32_t *no_caps(struct fb_compiling *c)
{
    size_t n = (size_t)(c->book->n_grades + 1) * FB_CATEGORIES_MAX;
    int32_t *hour = fb_pool_get(c->draft->pool, n * sizeof *hour);
    for (size_t i = 0; hour != NULL && i < n; i++)
        hour[i] = -1;
    return hour;
}

/* Each row cites the cap itself until a table's own line is known. */
static uint16_t *rows_of(struct fb_compiling *c, uint16_t origin)
{
    unsigned n = c->book->n_grades + 1;
    uint16_t *row = fb_pool_get(c->draft->pool, n * sizeof *row);
    for (unsigned i = 0; row != NULL && i < n; i++)
        row[i] = origin;
    return row;
}

/* An empty cap; false when memory ran out. */
static bool start_cap(struct fb_compiling *c, const struct fb_draft_cap *d, struct fb_cap *out)
{
    uint16_t origin = fb_compile_origin(c, d->terms.place, &d->terms.standing);
    *out = (struct fb_cap){.name = d->terms.name,
                           .basis = d->terms.standing.status,
                           .calendar = d->terms.calendar,
                           .whole_shift = d->terms.whole_shift,
                           .break_from = d->terms.break_from,
                           .pence_hour = no_caps(c), /* raw: pence an hour, as published cards have it */
                           .row_origin = rows_of(c, origin),
                           .origin = origin};
    return !c->draft->pool->bad;
}

static int32_t *cell(const struct fb_cap *cap, unsigned grade, unsigned category)
{
    return &cap->pence_hour[grade * FB_CATEGORIES_MAX + category]; /* raw: pence an hour */
}

/* annual / (weeks x hours) x uplift x (1 + percentage), rounded half up to the penny an hour, as published
 * cards are. -1 when it does not fit. */
static int32_t pence_hour(int64_t annual_pence, const struct fb_draft_cap *d, struct fb_ratio factor)
{
    struct fb_pence out;
    struct fb_ratio hour = fb_ratio_div(fb_ratio_of(annual_pence, 1), fb_ratio_mul(d->weeks, d->hours));
    struct fb_ratio cap = fb_ratio_mul(fb_ratio_mul(hour, d->uplift), factor);
    if (!fb_ratio_ok(cap) || fb_pence_round(&out, cap.num, cap.den) != FB_OK ||
        fb_pence_get(out) > PENCE_HOUR_MAX)
        return -1;
    return (int32_t)fb_pence_get(out);
}

/* false, with one complaint for the whole cap: every band would say the same. */
static bool fill_grade(struct fb_compiling *c, const struct fb_draft_cap *d, struct fb_cap *cap,
                       unsigned grade, int64_t annual_pence)
{
    const struct fb_draft_percent *percent =
        fb_draft_percent_on(c->draft, d->enhancement, grade, cap->scope.from);
    if (percent == NULL) {
        fb_compile_complain(c->draft, d->terms.place, false, "no percentages of the enhancement",
                            d->enhancement, " hold for a band that has a pay point");
        return false;
    }
    for (unsigned k = 0; k < c->book->n_categories; k++) {
        int32_t pence = pence_hour(annual_pence, d, percent->factor[k]);
        *cell(cap, grade, k) = pence;
        if (pence >= 0)
            continue;
        fb_compile_complain(c->draft, d->terms.place, false, "the formula of", d->terms.name,
                            " gives more than 100,000 pounds an hour, or cannot be held exactly");
        return false;
    }
    return true;
}

static bool add_cap(struct fb_compiling *c, struct fb_list *caps, const struct fb_draft_cap *d,
                    const struct fb_cap *cap)
{
    for (unsigned i = 0; i < fb_compile_scopes(c, &d->terms); i++) {
        struct fb_cap *place = fb_list_add(c->draft->pool, caps, sizeof *place);
        if (place == NULL)
            return false;
        *place = *cap;
        place->scope = fb_compile_scope(c, &d->terms, i);
        place->scope.from = cap->scope.from;
        place->scope.until = cap->scope.until;
    }
    return true;
}

static fb_day later(fb_day a, fb_day b)
{
    return a > b ? a : b;
}

static fb_day earlier(fb_day a, fb_day b)
{
    return a < b ? a : b;
}

/* A formula follows the pay points: one cap for each period in which it holds. */
static bool add_by_formula(struct fb_compiling *c, struct fb_list *caps, const struct fb_draft_cap *d)
{
    for (unsigned i = 0; i < c->book->n_periods; i++) {
        const struct fb_pay_period *period = &c->book->period[i];
        fb_day from = later(d->terms.standing.from, period->from);
        fb_day until = earlier(d->terms.standing.until, period->until);
        if (from >= until)
            continue;
        struct fb_cap cap;
        if (!start_cap(c, d, &cap))
            return false;
        cap.scope = (struct fb_scope){.from = from, .until = until};
        for (unsigned g = 0; g < c->book->n_grades; g++) {
            const struct fb_pay_point *point = &period->point[g * FB_POINT_END + d->step];
            if (point->held && !fill_grade(c, d, &cap, g, point->annual_pence))
                return false;
        }
        if (!add_cap(c, caps, d, &cap))
            return false;
    }
    return true;
}

static const struct fb_draft_cap_table *table_of(const struct fb_draft *d, const struct fb_draft_cap *cap)
{
    FB_EACH(d->cap_tables, struct fb_draft_cap_table, t)
    {
        if (t->pack == cap->terms.place.pack && fb_span_eq(t->name, cap->table))
            return t;
    }
    return NULL;
}

static bool add_by_table(struct fb_compiling *c, struct fb_list *caps, const struct fb_draft_cap *d)
{
    const struct fb_draft_cap_table *t = table_of(c->draft, d);
    if (t == NULL) {
        fb_compile_complain(c->draft, d->terms.place, false, "this pack has no caps table", d->table,
                            ": name a .csv file under caps");
        return true;
    }
    struct fb_cap cap;
    if (!start_cap(c, d, &cap))
        return false;
    cap.scope = (struct fb_scope){.from = d->terms.standing.from, .until = d->terms.standing.until};
    FB_EACH(t->rows, struct fb_draft_cap_row, row)
    {
        struct fb_place place = {t->pack, t->path, row->line};
        *cell(&cap, row->grade, row->category) = row->hour_pence;
        if (cap.row_origin[row->grade] == cap.origin)
            cap.row_origin[row->grade] = fb_compile_origin(c, place, &d->terms.standing);
    }
    return add_cap(c, caps, d, &cap);
}

void fb_compile_caps(struct fb_compiling *c)
{
    struct fb_list caps = {0};
    FB_EACH(c->draft->caps, struct fb_draft_cap, d)
    {
        bool added = d->table.n > 0 ? add_by_table(c, &caps, d) : add_by_formula(c, &caps, d);
        if (!added)
            break;
    }
    c->book->cap = caps.item;
    c->book->n_caps = caps.n;
    if (caps.n >= FB_NO_ROW)
        c->draft->pool->bad = true;
}
