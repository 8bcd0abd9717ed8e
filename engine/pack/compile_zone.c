/* Zones, which sites lie in them, and what they add: outside the enhancements, the same in every category. */
#include "engine/pack/compile.h"
#include "engine/pack/known.h"
#include <string.h>

static const char what[] = "this supplement";

void fb_compile_zones(struct fb_compiling *c)
{
    struct fb_draft *d = c->draft;
    struct fb_book *b = c->book;
    const struct fb_draft_zone_row *rows = d->zone_rows.item;
    b->n_zones = d->n_zones;
    memcpy(b->zone, d->zone, sizeof b->zone);
    b->zone_row = fb_pool_get(d->pool, (d->zone_claims.stretch.n + 1) * sizeof *b->zone_row);
    if (b->zone_row == NULL)
        return;
    FB_EACH(d->zone_claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_zone_row *z = &rows[s->row];
        b->zone_row[b->n_zone_rows++] =
            (struct fb_zone_row){.trust = z->trust,
                                 .site = z->site,
                                 .zone = z->zone,
                                 .from = s->from,
                                 .until = s->until,
                                 .origin = fb_compile_origin(c, z->place, &z->standing)};
    }
}

struct fb_ratio fb_supplement_annual(const struct fb_draft_supplement *s, int64_t annual_pence)
{
    struct fb_ratio part = fb_ratio_mul(fb_ratio_of(annual_pence, 1), s->factor);
    if (!fb_ratio_ok(part) || part.num < (fb_i128)s->least_pence * part.den)
        return fb_ratio_of(s->least_pence, 1);
    return part.num > (fb_i128)s->most_pence * part.den ? fb_ratio_of(s->most_pence, 1) : part;
}

const struct fb_draft_supplement *fb_draft_supplement_on(const struct fb_draft *d, unsigned zone, fb_day day)
{
    const struct fb_draft_supplement *rows = d->supplements.item;
    FB_EACH(d->supplement_claims.stretch, struct fb_stretch, s)
    {
        if (s->thing == zone && s->from <= day && day < s->until)
            return &rows[s->row];
    }
    return NULL;
}

static struct fb_supplement *supplement_at(const struct fb_compiling *c, const struct fb_pay_period *period,
                                           unsigned point, unsigned zone)
{
    return &period->supplement[(size_t)point * c->book->n_zones + zone];
}

/* Pence a minute of what the zone adds to a pay point. */
static struct fb_ratio minute_of(const struct fb_draft_supplement *s, const struct fb_draft_hourly *h,
                                 int64_t annual_pence)
{
    struct fb_ratio minutes = fb_ratio_mul(fb_ratio_mul(h->weeks, h->hours), fb_ratio_of(60, 1));
    return fb_ratio_div(fb_supplement_annual(s, annual_pence), minutes);
}

/* One walk for both passes. out is NULL in the first, which only widens. */
static bool put(struct fb_compiling *c, const struct fb_draft_supplement *s, const struct fb_draft_hourly *h,
                int64_t annual_pence, struct fb_supplement *out)
{
    struct fb_ratio rate = minute_of(s, h, annual_pence);
    if (out == NULL)
        return fb_compile_widen(c, s->place, rate, what);
    out->num = fb_compile_num(c, s->place, rate, what);
    return true;
}

static void walk_points(struct fb_compiling *c, const struct fb_draft_supplement *s,
                        const struct fb_pay_period *period, uint16_t origin, bool number)
{
    const struct fb_draft_hourly *h = fb_draft_hourly_on(c->draft, FB_FAMILY_AGENDA_FOR_CHANGE, period->from);
    for (unsigned i = 0; h != NULL && i < c->book->n_grades * FB_POINT_END; i++) {
        const struct fb_pay_point *p = &period->point[i];
        struct fb_supplement *out = supplement_at(c, period, i, s->zone);
        if (!p->held || c->book->grade[i / FB_POINT_END].family != FB_FAMILY_AGENDA_FOR_CHANGE)
            continue;
        if (!put(c, s, h, p->annual_pence, number ? out : NULL))
            return;
        out->held = number;
        out->origin = origin;
    }
}

static void walk(struct fb_compiling *c, bool number)
{
    const struct fb_draft_supplement *rows = c->draft->supplements.item;
    FB_EACH(c->draft->supplement_claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_supplement *row = &rows[s->row];
        uint16_t origin = number ? fb_compile_origin(c, row->place, &row->standing) : FB_NO_ROW;
        unsigned i = fb_compile_period_from(c, s->from);
        for (; i < c->book->n_periods && c->book->period[i].until <= s->until; i++)
            walk_points(c, row, &c->book->period[i], origin, number);
    }
}

static void widen(struct fb_compiling *c)
{
    walk(c, false);
}

/* Outside the areas nothing is added: that is known of every family. */
static void number(struct fb_compiling *c)
{
    for (unsigned i = 0; i < c->book->n_periods && c->book->n_zones > 0; i++) {
        const struct fb_pay_period *period = &c->book->period[i];
        for (unsigned p = 0; p < c->book->n_grades * FB_POINT_END; p++)
            *supplement_at(c, period, p, 0) =
                (struct fb_supplement){.held = period->point[p].held, .origin = FB_NO_ROW};
    }
    walk(c, true);
}

const struct fb_rate_part fb_supplement_part = {widen, number};
