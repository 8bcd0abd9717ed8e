#include "engine/base/check.h"
#include "tests/lib/clock_model.h"
#include <string.h>

/* A calendar of two years, a cell for each day: worked, worked at night, worked in the assignment. */
enum { DAYS = 1000, DAY = 1440, BACK = 728 };
struct calendar {
    const struct fb_test_diary *d;
    fb_day zero; /* the day of cell 0 */
    bool worked[DAYS], night[DAYS], assigned[DAYS], supplied[DAYS];
};

/* Every day of the week is one of absence from that employer. */
static bool away_all_week(const struct calendar *c, fb_day monday, fb_code employer)
{
    unsigned days = 0;
    for (fb_day day = monday; day < monday + 7; day++) {
        bool away = false;
        for (unsigned i = 0; i < c->d->view.n[FB_DIARY_ABSENCES]; i++) {
            const struct fb_stint *s = &c->d->row[FB_DIARY_ABSENCES][i].stint;
            away |= (s->hirer == 0 || s->hirer == employer) && s->start_min / DAY <= (uint32_t)day && (uint32_t)day < s->end_min / DAY;
        }
        days += away;
    }
    return days == 7;
}

/* What this row says of its week is that something may have been worked in it. */
static bool says_work(const struct calendar *c, fb_day monday, const struct fb_diary_row *r)
{
    for (unsigned k = 0; k < c->d->view.n[FB_DIARY_HOURS]; k++) {
        const struct fb_diary_row *o = &c->d->row[FB_DIARY_HOURS][k];
        if (o->stint.start_min == r->stint.start_min && o->stint.hirer == r->stint.hirer && o->kind < r->kind)
            return false; /* another speaks better */
    }
    return r->stint.minutes > 0 && (r->kind == FB_HOURS_KIND_WORKED || !away_all_week(c, monday, r->stint.hirer));
}

/* An employer whose post it is says nothing of the week. */
static bool silent(const struct calendar *c, fb_day monday)
{
    for (unsigned i = 0; i < c->d->view.n[FB_DIARY_FACTS]; i++) {
        const struct fb_diary_row *p = &c->d->row[FB_DIARY_FACTS][i];
        bool said = p->kind != FB_FACT_KIND_SUBSTANTIVE_POST || p->status > FB_FACT_STATUS_CONDITIONS || p->stint.hirer == 0 ||
                    p->stint.start_min >= (uint32_t)(monday + 7) * DAY || p->stint.end_min <= (uint32_t)monday * DAY;
        for (unsigned k = 0; k < c->d->view.n[FB_DIARY_HOURS]; k++)
            said |= c->d->row[FB_DIARY_HOURS][k].stint.hirer == p->stint.hirer &&
                    c->d->row[FB_DIARY_HOURS][k].stint.start_min == (uint32_t)monday * DAY;
        if (!said)
            return true;
    }
    return false;
}

static bool told_nought(const struct calendar *c, fb_day first, fb_day last)
{
    if (c->d->view.cut || c->d->book.clocks.fed_from > first)
        return false;
    for (fb_day w = first - (fb_day)fb_day_weekday(first); w <= last; w += 7) {
        bool told = false;
        for (unsigned i = 0; i < c->d->view.n[FB_DIARY_HOURS]; i++) {
            const struct fb_diary_row *r = &c->d->row[FB_DIARY_HOURS][i];
            if (r->stint.start_min != (uint32_t)w * DAY)
                continue;
            told = true;
            if (says_work(c, w, r))
                return false;
        }
        if (!told || silent(c, w))
            return false;
    }
    return true;
}

/* The evening of the night that a shift is in first: walks from its start to the first minute of a night. */
static fb_day evening_of(const struct fb_clocks *c, uint32_t start_min)
{
    int64_t local = fb_london_local_min(start_min);
    for (int64_t t = local;; t++) {
        int64_t minute = t % DAY;
        bool wraps = c->night_from_min >= c->night_until_min;
        if (wraps ? minute >= c->night_from_min || minute < c->night_until_min
                  : minute >= c->night_from_min && minute < c->night_until_min)
            return (fb_day)(t / DAY) - (wraps && minute < c->night_until_min);
    }
}

static void mark(struct calendar *c, const struct fb_stint *s, bool before)
{
    const struct fb_stint *own = &c->d->own;
    fb_day day = fb_london_day(s->start_min);
    fb_assert(day >= c->zero && day < c->zero + DAYS);
    if (before)
        c->worked[day - c->zero] = true;
    if (before && (s->flags & FB_STINT_NIGHT) != 0)
        c->night[evening_of(&c->d->book.clocks, s->start_min) - c->zero] = true;
    if (s->route != FB_ROUTE_AGENCY || s->hirer != own->hirer)
        return;
    if (before && s->role == own->role && day >= fb_london_day(own->start_min) - BACK)
        c->assigned[day - c->zero] = true;
    if (s->agency == own->agency)
        c->supplied[day - c->zero] = true;
}

static void in_a_row(const struct calendar *c, const bool *cell, enum fb_fact fact, fb_day last, fb_day day,
                     struct fb_facts *out)
{
    int64_t n = 0;
    while (n < 31 && cell[last - n - c->zero])
        n++;
    if (n < 31 && told_nought(c, last - (fb_day)n, day))
        fb_fact_set(out, fact, n);
    else
        fb_fact_set_at_least(out, fact, n);
}

/* ---- the assignment ---- */

/* Of whose work the absence is: of all, the hirer's, or an agency's that has sent the worker here. */
static bool concerns(const struct calendar *c, const struct fb_stint *absence)
{
    const struct fb_stint *own = &c->d->own;
    bool does = absence->hirer == 0 || absence->hirer == own->hirer || absence->agency == own->agency;
    for (unsigned i = 0; i < c->d->view.n[FB_DIARY_SHIFTS]; i++) {
        const struct fb_stint *s = &c->d->row[FB_DIARY_SHIFTS][i].stint;
        bool earlier = s->start_min < own->start_min || (s->start_min == own->start_min && s->tie < own->tie);
        does |= earlier && fb_london_day(s->start_min) >= fb_london_day(own->start_min) - BACK && s->route == FB_ROUTE_AGENCY &&
                s->hirer == own->hirer && s->role == own->role && s->agency == absence->agency;
    }
    return does;
}

static unsigned effect_on(const struct calendar *c, fb_day day, unsigned kind)
{
    for (unsigned i = 0; i < c->d->view.n[FB_DIARY_ABSENCES]; i++) {
        const struct fb_diary_row *r = &c->d->row[FB_DIARY_ABSENCES][i];
        if (r->kind == kind && r->stint.start_min <= (uint32_t)day * DAY &&
            r->stint.end_min > (uint32_t)day * DAY && concerns(c, &r->stint))
            return c->d->book.clocks.absence[kind].effect;
    }
    return 0;
}

static bool runs(const struct calendar *c, fb_day day)
{
    for (unsigned kind = 1; kind < FB_ABSENCE_KIND_END; kind++)
        if (effect_on(c, day, kind) == FB_CLOCK_EFFECT_RUNS)
            return true;
    return false;
}

/* Whether the days from `from` to before `until` set the clock back. */
static bool sets_back(const struct calendar *c, fb_day from, fb_day until)
{
    unsigned left[FB_ABSENCE_KIND_END], unexplained = 0;
    for (unsigned kind = 1; kind < FB_ABSENCE_KIND_END; kind++)
        left[kind] = c->d->book.clocks.absence[kind].weeks_max == 0
                         ? UINT32_MAX
                         : 7u * c->d->book.clocks.absence[kind].weeks_max;
    for (fb_day day = from; day < until; day++) {
        unsigned by = 0;
        for (unsigned kind = FB_ABSENCE_KIND_END - 1; kind > 0; kind--)
            if (effect_on(c, day, kind) == FB_CLOCK_EFFECT_PAUSES && left[kind] != UINT32_MAX &&
                left[kind] > 0)
                by = kind;
        for (unsigned kind = 1; kind < FB_ABSENCE_KIND_END; kind++)
            if (effect_on(c, day, kind) == FB_CLOCK_EFFECT_PAUSES && left[kind] == UINT32_MAX)
                by = kind;
        if (runs(c, day))
            continue;
        if (by == 0)
            unexplained++;
        else if (left[by] != UINT32_MAX)
            left[by]--;
    }
    return until - from > 7 * c->d->book.clocks.assignment_reset_weeks && unexplained > 6;
}

/* Periods with work, or with a day of an absence that runs between two days of work, if they began so many
 * days earlier. */
static int64_t periods(const struct calendar *c, fb_day first, fb_day last, int earlier)
{
    int64_t n = 0;
    for (fb_day p = first - earlier; p <= last; p += 7) {
        bool counts = false;
        for (fb_day day = p < first ? first : p; day < p + 7 && day <= last; day++)
            counts |= c->assigned[day - c->zero] || runs(c, day);
        n += counts;
    }
    return n;
}

static void assignment(const struct calendar *c, fb_day day, struct fb_facts *out)
{
    const struct fb_clocks *k = &c->d->book.clocks;
    fb_day first = day, gap = day;
    for (fb_day at = day - 1; at >= day - BACK; at--) {
        if (!c->assigned[at - c->zero])
            continue;
        if (gap - at > 1 && sets_back(c, at + 1, gap))
            break;
        first = gap = at;
    }
    fb_day told = k->fed_from > day - BACK ? k->fed_from : day - BACK;
    if (!c->d->view.cut && k->fed_from <= first && sets_back(c, told, first)) {
        fb_fact_set(out, FB_FACT_ASSIGNMENT_WEEKS, periods(c, first, day, 0));
        return;
    }
    int64_t least = INT64_MAX;
    for (int earlier = 0; earlier < 7; earlier++) {
        int64_t n = periods(c, first, day, earlier);
        least = n < least ? n : least;
    }
    fb_fact_set_at_least(out, FB_FACT_ASSIGNMENT_WEEKS, least);
}

static void supplied(const struct calendar *c, fb_day day, struct fb_facts *out)
{
    fb_day monday = day - (fb_day)fb_day_weekday(day), first = monday - 25 * 7;
    int64_t n = 0;
    for (fb_day w = first; w <= monday; w += 7) {
        bool any = false;
        for (fb_day at = w; at < w + 7; at++)
            any |= c->supplied[at - c->zero];
        n += any;
    }
    if (!c->d->view.cut && c->d->book.clocks.fed_from <= first)
        fb_fact_set(out, FB_FACT_SAME_AGENCY_WEEKS, n);
    else
        fb_fact_set_at_least(out, FB_FACT_SAME_AGENCY_WEEKS, n);
}

void fb_model_runs(const struct fb_test_diary *d, struct fb_facts *out)
{
    static struct calendar c;
    fb_day day = fb_london_day(d->own.start_min);
    memset(&c, 0, sizeof c);
    c.d = d;
    c.zero = day - DAYS + 100;
    mark(&c, &d->own, true);
    for (unsigned i = 0; i < d->view.n[FB_DIARY_SHIFTS]; i++) {
        const struct fb_stint *s = &d->row[FB_DIARY_SHIFTS][i].stint;
        mark(&c, s,
             s->start_min < d->own.start_min || (s->start_min == d->own.start_min && s->tie < d->own.tie));
    }
    in_a_row(&c, c.worked, FB_FACT_CONSECUTIVE_DAYS, day, day, out);
    if ((d->own.flags & FB_STINT_NIGHT) == 0)
        fb_fact_set(out, FB_FACT_CONSECUTIVE_NIGHTS, 0);
    else
        in_a_row(&c, c.night, FB_FACT_CONSECUTIVE_NIGHTS, evening_of(&d->book.clocks, d->own.start_min), day,
                 out);
    if (d->own.route == FB_ROUTE_AGENCY && d->own.role != 0)
        assignment(&c, day, out);
    if (d->own.route == FB_ROUTE_AGENCY && d->own.agency != 0)
        supplied(&c, day, out);
}
