/* Pay points: a year's pay becomes pence a minute in each category, exactly. */
#include "engine/pack/compile.h"
#include "engine/pack/known.h"

static const char what[] = "this pay point's rate";

/* What turns a year's pay of a band into pence a minute, by category: (1 + percentage) / (weeks x hours x
 * 60). */
struct divisor {
    const struct fb_draft_hourly *hourly;
    const struct fb_draft_percent *percent;
    struct fb_ratio minute[FB_CATEGORIES_MAX];
};

static struct fb_pay_point *point_at(const struct fb_pay_period *period, unsigned grade, unsigned step)
{
    return &period->point[grade * FB_POINT_END + step];
}

static struct fb_place place_of(const struct fb_compiling *c, uint16_t origin)
{
    return ((const struct fb_place *)c->places.item)[origin];
}

/* Stretches come in the order of their rows, so that a row has one origin. */
static void hold_points(struct fb_compiling *c)
{
    const struct fb_draft_point *points = c->draft->points.item;
    uint16_t origin = FB_NO_ROW;
    unsigned row = UINT32_MAX;
    FB_EACH(c->draft->point_claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_point *p = &points[s->row];
        if (s->row != row)
            origin = fb_compile_origin(c, p->place, &p->standing);
        if (origin == FB_NO_ROW)
            return;
        row = s->row;
        unsigned i = fb_compile_period_from(c, s->from);
        for (; i < c->book->n_periods && c->book->period[i].until <= s->until; i++)
            *point_at(&c->book->period[i], p->grade, (unsigned)(s->thing % FB_POINT_END)) =
                (struct fb_pay_point){.held = true, .origin = origin, .annual_pence = p->annual_pence};
    }
}

/* false, with a complaint at the pay point, when a part is missing. Kept from band to band: most share it. */
static bool find_divisor(struct fb_compiling *c, const struct fb_pay_period *period, unsigned grade,
                         const struct fb_pay_point *point, struct divisor *d)
{
    char text[11];
    struct divisor found = {.hourly =
                                fb_draft_hourly_on(c->draft, c->book->grade[grade].family, period->from)};
    fb_day_format(text, period->from);
    if (found.hourly == NULL) {
        fb_compile_complain(c->draft, place_of(c, point->origin), false,
                            "no hourly divisor holds for this pay point on", fb_span_of(text), "");
        return false;
    }
    found.percent = fb_draft_percent_on(c->draft, found.hourly->enhancement, grade, period->from);
    if (found.percent == NULL) {
        fb_compile_complain(c->draft, place_of(c, point->origin), false,
                            "no percentages hold for the band of this pay point on", fb_span_of(text), "");
        return false;
    }
    if (found.hourly == d->hourly && found.percent == d->percent)
        return true;
    struct fb_ratio minutes =
        fb_ratio_mul(fb_ratio_mul(found.hourly->weeks, found.hourly->hours), fb_ratio_of(60, 1));
    for (unsigned k = 0; k < c->book->n_categories; k++)
        found.minute[k] = fb_ratio_div(found.percent->factor[k], minutes);
    *d = found;
    return true;
}

/* false when the rest of the period would only say the same again. */
static bool widen_point(struct fb_compiling *c, const struct fb_pay_point *p, const struct divisor *d)
{
    for (unsigned k = 0; k < c->book->n_categories; k++) {
        struct fb_ratio rate = fb_ratio_mul(fb_ratio_of(p->annual_pence, 1), d->minute[k]);
        if (!fb_compile_widen(c, place_of(c, p->origin), rate, what))
            return false;
    }
    return true;
}

static bool number_point(struct fb_compiling *c, struct fb_pay_point *p, const struct divisor *d)
{
    for (unsigned k = 0; k < c->book->n_categories; k++) {
        struct fb_ratio rate = fb_ratio_mul(fb_ratio_of(p->annual_pence, 1), d->minute[k]);
        p->num[k] = fb_compile_num(c, place_of(c, p->origin), rate, what);
    }
    return true;
}

static bool is_same(const struct fb_pay_point *a, const struct fb_pay_point *b)
{
    return a->held && a->origin == b->origin && a->annual_pence == b->annual_pence;
}

/* One walk for both passes: they must see the same rates. A single point is worked out once. */
static void walk_period(struct fb_compiling *c, const struct fb_pay_period *period, struct divisor *d,
                        bool number)
{
    for (unsigned g = 0; g < c->book->n_grades; g++) {
        for (unsigned step = FB_POINT_ENTRY; step < FB_POINT_END; step++) {
            struct fb_pay_point *p = point_at(period, g, step);
            if (!p->held)
                continue;
            if (step > FB_POINT_ENTRY && is_same(p - 1, p))
                *p = p[-1];
            else if (!find_divisor(c, period, g, p, d))
                break;
            else if (!(number ? number_point(c, p, d) : widen_point(c, p, d)))
                break;
        }
    }
}

static void widen(struct fb_compiling *c)
{
    struct divisor d = {0};
    hold_points(c);
    if (c->draft->pool->bad)
        return;
    for (unsigned i = 0; i < c->book->n_periods; i++)
        walk_period(c, &c->book->period[i], &d, false);
}

static void number(struct fb_compiling *c)
{
    struct divisor d = {0};
    for (unsigned i = 0; i < c->book->n_periods; i++)
        walk_period(c, &c->book->period[i], &d, true);
}

const struct fb_rate_part fb_point_part = {widen, number};
