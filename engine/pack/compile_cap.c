#include "engine/pack/compile.h"
#include "engine/pack/known.h"

#define PENCE_HOUR_MAX (FB_RATE_E4_MAX / 100)

/* How many sets of caps it has: one for every zone, or one that holds in all of them. */
static unsigned zones_of(const struct fb_compiling *c, bool by_zone)
{
    return by_zone ? c->book->n_zones : 1;
}

/* The rows of a cap: [zones][n_grades][FB_CATEGORIES_MAX] pence an hour, -1 where there is none. */
static int32_t *no_caps(struct fb_compiling *c, unsigned zones)
{
    size_t n = (size_t)(c->book->n_grades + 1) * FB_CATEGORIES_MAX * zones;
    int32_t *hour = fb_pool_get(c->draft->pool, n * sizeof *hour);
    for (size_t i = 0; hour != NULL && i < n; i++)
        hour[i] = -1;
    return hour;
}

/* Each row cites the cap itself until a table's own line is known. */
static uint16_t *rows_of(struct fb_compiling *c, uint16_t origin, unsigned zones)
{
    unsigned n = (c->book->n_grades + 1) * zones;
    uint16_t *row = fb_pool_get(c->draft->pool, n * sizeof *row);
    for (unsigned i = 0; row != NULL && i < n; i++)
        row[i] = origin;
    return row;
}

/* An empty cap; false when memory ran out. */
static bool start_cap(struct fb_compiling *c, const struct fb_draft_cap *d, bool by_zone, struct fb_cap *out)
{
    uint16_t origin = fb_compile_origin(c, d->terms.place, &d->terms.standing);
    unsigned zones = zones_of(c, by_zone);
    *out =
        (struct fb_cap){.name = d->terms.name,
                        .basis = d->terms.standing.status,
                        .calendar = d->terms.calendar,
                        .whole_shift = d->terms.whole_shift,
                        .break_from = d->terms.break_from,
                        .n_zones = by_zone ? zones : 0,
                        .pence_hour = no_caps(c, zones), /* raw: pence an hour, as published cards have it */
                        .row_origin = rows_of(c, origin, zones),
                        .origin = origin};
    return !c->draft->pool->bad;
}

/* Where the row of a zone and band begins; `grade` counts through the zones. */
static unsigned row_at(const struct fb_compiling *c, unsigned zone, unsigned grade)
{
    return zone * c->book->n_grades + grade;
}

static int32_t *cell(const struct fb_cap *cap, unsigned row, unsigned category)
{
    return &cap->pence_hour[(size_t)row * FB_CATEGORIES_MAX + category]; /* raw: pence an hour */
}

/* annual / (weeks x hours) x uplift x (1 + percentage), rounded half up to the penny an hour, as published
 * cards are. -1 when it does not fit. */
static int32_t pence_hour(struct fb_ratio annual, const struct fb_draft_cap *d, struct fb_ratio factor)
{
    struct fb_pence out;
    struct fb_ratio hour = fb_ratio_div(annual, fb_ratio_mul(d->weeks, d->hours));
    struct fb_ratio cap = fb_ratio_mul(fb_ratio_mul(hour, d->uplift), factor);
    if (!fb_ratio_ok(cap) || fb_pence_round(&out, cap.num, cap.den) != FB_OK ||
        fb_pence_get(out) > PENCE_HOUR_MAX)
        return -1;
    return (int32_t)fb_pence_get(out);
}

/* A formula in one period: what is looked up by date is looked up once. */
struct formula {
    const struct fb_draft_cap *d;
    const struct fb_pay_period *period;
    const struct fb_cap *cap;
    const struct fb_draft_percent *percent[FB_GRADES_MAX];
    bool known;        /* the enhancement speaks of some band */
    uint64_t families; /* bit per family of which it speaks, low six bits of its number */
};

static uint64_t family_bit(const struct fb_compiling *c, unsigned grade)
{
    return (uint64_t)1 << c->book->grade[grade].family % 64;
}

static void find_percents(struct fb_compiling *c, struct formula *f)
{
    for (unsigned g = 0; g < c->book->n_grades; g++) {
        f->percent[g] = fb_draft_percent_on(c->draft, f->d->enhancement, g, f->cap->scope.from);
        f->known = f->known || f->percent[g] != NULL;
        f->families |= f->percent[g] != NULL ? family_bit(c, g) : 0;
    }
}

/* Bands of a family that the enhancement does not speak of are not under the cap; one band left out of a
 * family that it does speak of was forgotten. */
static bool is_forgotten(struct fb_compiling *c, const struct formula *f, unsigned grade)
{
    if (f->percent[grade] != NULL || (f->known && (f->families & family_bit(c, grade)) == 0))
        return false;
    fb_compile_complain(c->draft, f->d->terms.place, false, "no percentages of the enhancement",
                        f->d->enhancement, " hold for a band that has a pay point");
    return true;
}

/* false, with one complaint for the whole cap: every band would say the same. */
static bool fill_row(struct fb_compiling *c, const struct formula *f, unsigned zone, unsigned grade,
                     struct fb_ratio annual)
{
    const struct fb_draft_percent *percent = f->percent[grade];
    for (unsigned k = 0; percent != NULL && k < c->book->n_categories; k++) {
        int32_t pence = pence_hour(annual, f->d, percent->factor[k]);
        *cell(f->cap, row_at(c, zone, grade), k) = pence;
        if (pence >= 0)
            continue;
        fb_compile_complain(c->draft, f->d->terms.place, false, "the formula of", f->d->terms.name,
                            " gives more than 100,000 pounds an hour, or cannot be held exactly");
        return false;
    }
    return true;
}

/* A zone whose supplement is not known, or a family that has none, has no cap there. */
static bool fill_zone(struct fb_compiling *c, const struct formula *f, unsigned zone)
{
    const struct fb_draft_supplement *s =
        zone == 0 ? NULL : fb_draft_supplement_on(c->draft, zone, f->cap->scope.from);
    for (unsigned g = 0; g < c->book->n_grades; g++) {
        const struct fb_pay_point *point = &f->period->point[g * FB_POINT_END + f->d->step];
        struct fb_ratio annual = fb_ratio_of(point->annual_pence, 1);
        if (!point->held)
            continue;
        if (is_forgotten(c, f, g))
            return false;
        if (zone > 0 && (s == NULL || c->book->grade[g].family != FB_FAMILY_AGENDA_FOR_CHANGE))
            continue;
        if (zone > 0)
            annual = fb_ratio_add(annual, fb_supplement_annual(s, point->annual_pence));
        if (!fill_row(c, f, zone, g, annual))
            return false;
    }
    return true;
}

static bool fill_from_formula(struct fb_compiling *c, const struct fb_draft_cap *d,
                              const struct fb_pay_period *period, const struct fb_cap *cap)
{
    struct formula f = {.d = d, .period = period, .cap = cap};
    find_percents(c, &f);
    for (unsigned z = 0; z < zones_of(c, cap->n_zones > 0); z++) {
        if (!fill_zone(c, &f, z))
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
        fb_compile_cut(&place->scope, cap->scope.from, cap->scope.until);
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
        if (!start_cap(c, d, d->by_zone, &cap))
            return false;
        cap.scope = (struct fb_scope){.from = from, .until = until};
        if (!fill_from_formula(c, d, period, &cap))
            return false;
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

/* Rows that a later-known one has put aside are left without days: they are not among the stretches. */
static void fill_from_table(struct fb_compiling *c, const struct fb_draft_cap *d,
                            const struct fb_draft_cap_table *t, const struct fb_cap *cap)
{
    const struct fb_draft_cap_row *rows = t->rows.item;
    FB_EACH(t->claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_cap_row *row = &rows[s->row];
        unsigned at = row_at(c, row->zone, row->grade);
        struct fb_place place = {t->pack, t->path, row->line};
        *cell(cap, at, row->category) = row->hour_pence;
        if (cap->row_origin[at] == cap->origin)
            cap->row_origin[at] = fb_compile_origin(c, place, &d->terms.standing);
    }
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
    if (!start_cap(c, d, t->by_zone, &cap))
        return false;
    cap.scope = (struct fb_scope){.from = d->terms.standing.from, .until = d->terms.standing.until};
    fill_from_table(c, d, t, &cap);
    return add_cap(c, caps, d, &cap);
}

void fb_compile_caps(struct fb_compiling *c)
{
    struct fb_list caps = {0};
    FB_EACH(c->draft->caps, struct fb_draft_cap, d)
    {
        if (d->table.n == 0)
            fb_compile_refuse_missing(c, &d->terms, d->enhancement, UINT64_MAX);
        bool added = d->table.n > 0 ? add_by_table(c, &caps, d) : add_by_formula(c, &caps, d);
        if (!added)
            break;
    }
    c->book->cap = caps.item;
    c->book->n_caps = caps.n;
    if (caps.n >= FB_NO_ROW)
        c->draft->pool->bad = true;
}
