#include "engine/pack/compile.h"

static void set_holiday(struct fb_compiling *c, unsigned char *bits, const struct fb_draft_holiday *h)
{
    const struct fb_book *b = c->book;
    if (h->day < b->holidays_from || h->day >= c->draft->holidays_until) {
        fb_compile_complain(c->draft, h->place, false,
                            "a public holiday outside the years that public_holidays says are covered",
                            (struct fb_span){NULL, 0}, ": move its until, once that year is whole");
        return;
    }
    unsigned i = (unsigned)(h->day - b->holidays_from);
    bits[i / 8] = (unsigned char)(bits[i / 8] | 1u << i % 8);
}

/* A year with fewer than six public holidays is a year whose list was not finished: it would be priced as
 * plain. */
static void refuse_thin_years(struct fb_compiling *c)
{
    int first, last;
    unsigned month, day;
    fb_day_civil(c->draft->holidays_from, &first, &month, &day);
    fb_day_civil(c->draft->holidays_until - 1, &last, &month, &day);
    for (int year = first; year <= last; year++) {
        unsigned n = 0;
        FB_EACH(c->draft->holidays, struct fb_draft_holiday, h)
        {
            n += h->day >= fb_day_of(year, 1, 1) && h->day < fb_day_of(year + 1, 1, 1);
        }
        bool whole = fb_day_of(year, 1, 1) >= c->draft->holidays_from &&
                     fb_day_of(year + 1, 1, 1) <= c->draft->holidays_until;
        if (n >= 6 || !whole)
            continue;
        char text[11];
        fb_day_format(text, fb_day_of(year, 1, 1));
        fb_compile_complain(c->draft, c->draft->holidays_at, false,
                            "fewer than six public holidays in the year that begins on", fb_span_of(text),
                            ": finish its list, or end public_holidays before it");
    }
}

static void compile_holidays(struct fb_compiling *c)
{
    struct fb_draft *d = c->draft;
    struct fb_book *b = c->book;
    if (d->holidays_at.line == 0) {
        if (d->calendars.n > 0)
            fb_compile_complain(d, ((struct fb_draft_calendar *)d->calendars.item)->place, false,
                                "no pack says which years its public holidays cover: public_holidays",
                                (struct fb_span){NULL, 0}, "");
        return;
    }
    b->holidays_from = d->holidays_from;
    b->n_holiday_days = (unsigned)(d->holidays_until - d->holidays_from);
    unsigned char *bits = fb_pool_get(d->pool, b->n_holiday_days / 8 + 1);
    if (bits == NULL)
        return;
    FB_EACH(d->holidays, struct fb_draft_holiday, h)
    {
        set_holiday(c, bits, h);
    }
    b->holiday = bits;
    refuse_thin_years(c);
}

void fb_compile_calendars(struct fb_compiling *c)
{
    struct fb_draft *d = c->draft;
    c->book->calendar = fb_pool_get(d->pool, (d->calendars.n + 1) * sizeof *c->book->calendar);
    if (c->book->calendar == NULL)
        return;
    FB_EACH(d->calendars, struct fb_draft_calendar, calendar)
    {
        calendar->calendar.origin = fb_compile_origin(c, calendar->place, &calendar->standing);
        c->book->calendar[c->book->n_calendars++] = calendar->calendar;
    }
    compile_holidays(c);
}
