/* Dates become periods: stretches of days in which no figure of pay changes. */
#include "engine/pack/compile.h"
#include "engine/pack/known.h"
#include <stdlib.h>

static int by_day(const void *a, const void *b)
{
    fb_day x = *(const fb_day *)a, y = *(const fb_day *)b;
    return (x > y) - (x < y);
}

static void add_dates(struct fb_pool *pool, struct fb_list *dates, fb_day from, fb_day until)
{
    fb_day both[] = {from, until};
    for (unsigned i = 0; i < 2; i++) {
        fb_day *place = fb_list_add(pool, dates, sizeof *place);
        if (place != NULL)
            *place = both[i];
    }
}

static void once_each(struct fb_list *dates)
{
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

/* Every date on which a figure of pay begins or ends, ascending, once each. */
static void dates_of(struct fb_draft *d, struct fb_list *dates)
{
    FB_EACH(d->point_claims.stretch, struct fb_stretch, p)
    {
        add_dates(d->pool, dates, p->from, p->until);
    }
    FB_EACH(d->supplement_claims.stretch, struct fb_stretch, s)
    {
        add_dates(d->pool, dates, s->from, s->until);
    }
    FB_EACH(d->hourlies, struct fb_draft_hourly, h)
    {
        add_dates(d->pool, dates, h->standing.from, h->standing.until);
    }
    FB_EACH(d->enhancements, struct fb_draft_enhancement, e)
    {
        add_dates(d->pool, dates, e->standing.from, e->standing.until);
    }
    once_each(dates);
}

static unsigned place_of(const struct fb_list *dates, fb_day day)
{
    const fb_day *d = dates->item;
    const fb_day *at = bsearch(&day, d, dates->n, sizeof *d, by_day);
    return at == NULL ? 0 : (unsigned)(at - d);
}

/* How many pay points hold from each date to the next, in one walk over the points: +1 where one begins, -1
 * where one ends, summed up. */
static int32_t *points_from(struct fb_draft *d, const struct fb_list *dates)
{
    int32_t *n = fb_pool_get(d->pool, (dates->n + 1) * sizeof *n);
    if (n == NULL)
        return NULL;
    FB_EACH(d->point_claims.stretch, struct fb_stretch, p)
    {
        n[place_of(dates, p->from)]++;
        n[place_of(dates, p->until)]--;
    }
    for (unsigned i = 1; i < dates->n; i++)
        n[i] += n[i - 1];
    return n;
}

/* Room for every pay point, and for what each zone adds to it. */
static bool make_room(struct fb_compiling *c, struct fb_pay_period *period)
{
    size_t n = (size_t)(c->book->n_grades + 1) * FB_POINT_END;
    period->point = fb_pool_get(c->draft->pool, n * sizeof *period->point);
    if (c->book->n_zones > 0)
        period->supplement = fb_pool_get(c->draft->pool, n * c->book->n_zones * sizeof *period->supplement);
    return !c->draft->pool->bad;
}

void fb_compile_periods(struct fb_compiling *c)
{
    struct fb_list dates = {0};
    struct fb_book *b = c->book;
    dates_of(c->draft, &dates);
    const fb_day *day = dates.item;
    const int32_t *points = points_from(c->draft, &dates);
    b->period = fb_pool_get(c->draft->pool, FB_PERIODS_MAX * sizeof *b->period);
    for (unsigned i = 0; points != NULL && b->period != NULL && i + 1 < dates.n; i++) {
        struct fb_pay_period period = {day[i], day[i + 1], NULL, NULL};
        if (points[i] == 0)
            continue;
        if (b->n_periods == FB_PERIODS_MAX) {
            fb_compile_complain(c->draft, ((struct fb_draft_point *)c->draft->points.item)->place, false,
                                "more than 200 different periods of pay points", (struct fb_span){NULL, 0},
                                "");
            return;
        }
        if (make_room(c, &period))
            b->period[b->n_periods++] = period;
    }
}

unsigned fb_compile_period_from(const struct fb_compiling *c, fb_day day)
{
    unsigned low = 0, high = c->book->n_periods;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (c->book->period[middle].from < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
