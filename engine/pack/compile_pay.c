#include "engine/pack/compile.h"
#include <stdlib.h>

/* A rate that a source states (hundredths of a penny an hour) is exact over the denominator too: 100 x 60. */
#define STATED_DEN 6000
/* Bounds a denominator, so that an amount over it compares with another without leaving 128 bits:
 * 2^17.3 (minutes x categories) x 2^63 (numerator) x 2^46 (the other's denominator) < 2^127. */
#define DEN_MAX ((int64_t)1 << 46)
/* Dearest pay of an hour, in pence: the bound that holds for every rate. */
#define PENCE_HOUR_MAX (FB_RATE_E4_MAX / 100)

_Static_assert((fb_i128)FB_SHIFT_MINUTES_MAX *FB_CATEGORIES_MAX < (fb_i128)1 << 18,
               "minutes of all categories");
_Static_assert(((fb_i128)1 << 18) * INT64_MAX <= ((fb_i128)1 << 81),
               "a whole shift at the largest numerator");

static int by_day(const void *a, const void *b)
{
    fb_day x = *(const fb_day *)a, y = *(const fb_day *)b;
    return (x > y) - (x < y);
}

static void add_dates(struct fb_pool *pool, struct fb_list *dates, const struct fb_standing *s)
{
    fb_day both[] = {s->from, s->until};
    for (unsigned i = 0; i < 2; i++) {
        fb_day *place = fb_list_add(pool, dates, sizeof *place);
        if (place != NULL)
            *place = both[i];
    }
}

/* Every date on which a figure of pay begins or ends, ascending, once each. */
static void dates_of(struct fb_draft *d, struct fb_list *dates)
{
    FB_EACH(d->points, struct fb_draft_point, p)
    {
        add_dates(d->pool, dates, &p->standing);
    }
    FB_EACH(d->hourlies, struct fb_draft_hourly, h)
    {
        add_dates(d->pool, dates, &h->standing);
    }
    FB_EACH(d->enhancements, struct fb_draft_enhancement, e)
    {
        add_dates(d->pool, dates, &e->standing);
    }
    fb_day *day = dates->item;
    unsigned n = 0;
    if (dates->n > 0)
        qsort(day, dates->n, sizeof *day, by_day);
    for (unsigned i = 0; i < dates->n; i++) {
        if (n == 0 || day[n - 1] != day[i])
            day[n++] = day[i];
    }
    dates->n = n;
}

static bool in_period(const struct fb_standing *s, const struct fb_pay_period *period)
{
    return s->from <= period->from && period->until <= s->until;
}

static bool has_points(const struct fb_draft *d, const struct fb_pay_period *period)
{
    FB_EACH(d->points, struct fb_draft_point, p)
    {
        if (in_period(&p->standing, period))
            return true;
    }
    return false;
}

static void make_periods(struct fb_compiling *c)
{
    struct fb_list dates = {0};
    struct fb_book *b = c->book;
    dates_of(c->draft, &dates);
    const fb_day *day = dates.item;
    b->period = fb_pool_get(c->draft->pool, FB_PERIODS_MAX * sizeof *b->period);
    for (unsigned i = 0; b->period != NULL && i + 1 < dates.n; i++) {
        struct fb_pay_period period = {day[i], day[i + 1], NULL, NULL};
        if (!has_points(c->draft, &period))
            continue;
        if (b->n_periods == FB_PERIODS_MAX) {
            fb_compile_complain(c->draft, ((struct fb_draft_point *)c->draft->points.item)->place, false,
                                "more than 200 different periods of pay points", (struct fb_span){NULL, 0},
                                "");
            return;
        }
        period.point = fb_pool_get(c->draft->pool, (b->n_grades + 1) * FB_POINT_END * sizeof *period.point);
        if (period.point != NULL)
            b->period[b->n_periods++] = period;
    }
}

/* Pence a minute, exact: annual / (weeks x hours) / 60 x (1 + percentage). */
static struct fb_ratio minute_rate(const struct fb_draft_point *p, const struct fb_draft_hourly *h,
                                   struct fb_ratio factor)
{
    struct fb_ratio minutes = fb_ratio_mul(fb_ratio_mul(h->weeks, h->hours), fb_ratio_of(60, 1));
    return fb_ratio_mul(fb_ratio_div(fb_ratio_of(p->annual_pence, 1), minutes), factor);
}

/* What turns a point's annual pay into rates in a period; false, with a complaint, when a part is missing. */
static bool parts_of(struct fb_compiling *c, const struct fb_draft_point *p, fb_day day,
                     const struct fb_draft_hourly **h, const struct fb_draft_percent **percent)
{
    char text[11];
    const struct fb_grade *grade = &c->book->grade[p->grade];
    fb_day_format(text, day);
    *h = fb_draft_hourly_on(c->draft, grade->family, day);
    if (*h == NULL) {
        fb_compile_complain(c->draft, p->place, false, "no hourly divisor holds for this pay point on",
                            fb_span_of(text), "");
        return false;
    }
    *percent = fb_draft_percent_on(c->draft, (*h)->enhancement, p->grade, day);
    if (*percent == NULL)
        fb_compile_complain(c->draft, p->place, false,
                            "no percentages hold for the band of this pay point on", fb_span_of(text), "");
    return *percent != NULL;
}

static bool too_dear(struct fb_ratio minute)
{
    return !fb_ratio_ok(minute) || minute.num / minute.den >= PENCE_HOUR_MAX / 60;
}

/* First walk: the least denominator over which every rate is a whole number. */
static void widen(struct fb_compiling *c, const struct fb_draft_point *p, fb_day day)
{
    const struct fb_draft_hourly *h;
    const struct fb_draft_percent *percent;
    if (!parts_of(c, p, day, &h, &percent))
        return;
    for (unsigned k = 0; k < c->book->n_categories; k++) {
        struct fb_ratio rate = minute_rate(p, h, percent->factor[k]);
        int64_t den = too_dear(rate) ? 0 : fb_ratio_common(c->book->den, rate, DEN_MAX);
        if (den == 0) {
            fb_compile_complain(c->draft, p->place, false,
                                "this pay point's rate cannot be held exactly: use fewer decimals in weeks, "
                                "hours or percentages",
                                (struct fb_span){NULL, 0}, "");
            return;
        }
        c->book->den = den;
    }
}

static void hold(struct fb_pay_point *out, const struct fb_pay_point *point)
{
    *out = *point;
    out->held = true;
}

/* Second walk: numerators. A single point is entry, middle and top at once. */
static void place_point(struct fb_compiling *c, const struct fb_draft_point *p, struct fb_pay_period *period,
                        uint16_t origin)
{
    const struct fb_draft_hourly *h;
    const struct fb_draft_percent *percent;
    struct fb_pay_point point = {.origin = origin, .annual_pence = p->annual_pence};
    struct fb_pay_point *row = period->point + (size_t)p->grade * FB_POINT_END;
    if (!parts_of(c, p, period->from, &h, &percent))
        return;
    for (unsigned k = 0; k < c->book->n_categories; k++) {
        point.num[k] = fb_ratio_over(minute_rate(p, h, percent->factor[k]), c->book->den);
        if (point.num[k] < 0)
            fb_compile_complain(c->draft, p->place, false, "this pay point's rate does not fit",
                                (struct fb_span){NULL, 0}, "");
    }
    if (p->step != FB_POINT_NONE) {
        hold(&row[p->step], &point);
        return;
    }
    for (unsigned step = FB_POINT_ENTRY; step <= FB_POINT_TOP; step++)
        hold(&row[step], &point);
}

void fb_compile_pay(struct fb_compiling *c)
{
    struct fb_book *b = c->book;
    unsigned before = c->draft->report->errors;
    b->den = STATED_DEN;
    make_periods(c);
    for (unsigned i = 0; i < b->n_periods; i++) {
        FB_EACH(c->draft->points, struct fb_draft_point, p)
        {
            if (in_period(&p->standing, &b->period[i]))
                widen(c, p, b->period[i].from);
        }
    }
    if (c->draft->report->errors > before)
        return;
    FB_EACH(c->draft->points, struct fb_draft_point, q)
    {
        uint16_t origin = fb_compile_origin(c, q->place, &q->standing);
        for (unsigned i = 0; i < b->n_periods; i++) {
            if (in_period(&q->standing, &b->period[i]))
                place_point(c, q, &b->period[i], origin);
        }
    }
}
