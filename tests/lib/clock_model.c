#include "tests/lib/clock_model_steps.h"
#include "engine/base/check.h"
#include <string.h>

static void say(struct model *m, enum fb_fact fact, int64_t v, bool exact)
{
    if (exact)
        fb_fact_set(m->out, fact, v);
    else
        fb_fact_set_at_least(m->out, fact, v);
}

static void say_most(struct model *m, enum fb_fact fact, int64_t v, bool exact)
{
    if (exact)
        fb_fact_set(m->out, fact, v);
    else
        fb_fact_set_at_most(m->out, fact, v);
}

/* ---- sums ---- */

struct choice {
    unsigned n;
    int64_t start[SHIFTS_MAX], end[SHIFTS_MAX], minutes[SHIFTS_MAX];
};

/* With and without each shift, for one heap of shifts that overlap in a chain. */
static int64_t best_of(const struct choice *c, unsigned i, unsigned until, int64_t covered)
{
    if (i == until)
        return 0;
    int64_t without = best_of(c, i + 1, until, covered);
    int64_t end = c->end[i] < covered ? c->end[i] : covered,
            twice = end > c->start[i] ? end - c->start[i] : 0;
    int64_t with =
        c->minutes[i] - twice + best_of(c, i + 1, until, c->end[i] > covered ? c->end[i] : covered);
    return with > without ? with : without;
}

static int64_t total(const struct choice *c)
{
    int64_t sum = 0;
    for (unsigned i = 0, k; i < c->n; i = k) {
        int64_t end = c->end[i];
        for (k = i + 1; k < c->n && c->start[k] < end; k++)
            end = c->end[k] > end ? c->end[k] : end;
        sum += best_of(c, i, k, 0);
    }
    return sum;
}

static void choose(struct choice *c, const struct fb_stint *s, int64_t minutes)
{
    if (minutes <= 0)
        return;
    c->start[c->n] = s->start_min;
    c->end[c->n] = s->end_min;
    c->minutes[c->n++] = minutes;
}

static int64_t counted(const struct model *m, const struct fb_stint *s)
{
    if (s->route == FB_ROUTE_SUBSTANTIVE &&
        fb_model__hours_at(m, fb_model__monday_of(fb_london_day(s->start_min)), s->hirer) >= 0)
        return 0;
    return s->minutes;
}

static bool overlaps_earlier(const struct model *m, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (m->all[k].end_min > m->all[i].start_min)
            return true;
    return false;
}

struct read {
    bool any[SHIFTS_MAX];
};

static void seven_days(struct model *m, struct read *read)
{
    struct choice c = {.n = 0};
    const struct fb_stint *own = &m->d->own;
    int64_t end = own->end_min, begin = end - 7 * DAY, other = 0;
    fb_day first = fb_london_day(begin), last = fb_london_day(end - 1);
    bool exact = fb_model__all_told(m, first - LONGEST, first, last, false);
    for (unsigned i = 0; i < m->n; i++) {
        const struct fb_stint *s = &m->all[i];
        int64_t in = 0, length = s->end_min - (int64_t)s->start_min;
        for (int64_t t = s->start_min; t < s->end_min; t++)
            in += t >= begin && t < end;
        if (in == 0)
            continue;
        read->any[i] = true;
        choose(&c, s, counted(m, s) - (length - in));
        exact = exact && !overlaps_earlier(m, i) && (in == length || s->minutes == length);
    }
    for (fb_day w = fb_model__monday_of(first); w <= last; w += 7) {
        bool told, open = false;
        int64_t hours = fb_model__hours_of(m, w, &told, &open), in = 0, from = fb_model__begin_of(w), until = fb_model__begin_of(w + 7);
        for (int64_t t = from; t < until; t++)
            in += t >= begin && t < end;
        for (unsigned i = 0; i < 3; i++) {
            int64_t one = fb_model__surely_at(m, w, fb_code_of(fb_model__employers[i]), &open) - (until - from - in);
            other += one > 0 ? one : 0;
        }
        exact = exact && (hours == 0 || in == until - from) && !(open && in > 0);
    }
    say(m, FB_FACT_WEEK_MINUTES, total(&c) + other, exact);
}

/* Shifts that start in these calendar weeks, before `end`. */
static int64_t weeks_sum(const struct model *m, fb_day from, fb_day until, int64_t end, struct read *read,
                         bool *exact)
{
    struct choice c = {.n = 0};
    int64_t other = 0;
    for (unsigned i = 0; i < m->n; i++) {
        fb_day day = fb_london_day(m->all[i].start_min);
        if (day < from || day >= until || m->all[i].start_min >= end)
            continue;
        read->any[i] = true;
        choose(&c, &m->all[i], counted(m, &m->all[i]));
        *exact = *exact && !overlaps_earlier(m, i);
    }
    for (fb_day w = from; w < until; w += 7) {
        bool told, open = false;
        other += fb_model__hours_of(m, w, &told, &open);
        *exact = *exact && !open;
    }
    return total(&c) + other;
}

static bool away(const struct model *m, fb_day day)
{
    unsigned n;
    const struct fb_diary_row *r = fb_model__rows(m, FB_DIARY_ABSENCES, &n);
    for (unsigned i = 0; i < n; i++)
        if ((m->c->absences_left_out >> r[i].kind & 1) != 0 && r[i].stint.start_min <= (uint32_t)day * DAY &&
            r[i].stint.end_min > (uint32_t)day * DAY)
            return true;
    return false;
}

static unsigned days_left_out(const struct model *m, fb_day monday)
{
    unsigned days = 0;
    for (fb_day day = monday; day < monday + 7; day++)
        days += away(m, day);
    return days;
}

static bool left_out(const struct model *m, fb_day monday)
{
    return days_left_out(m, monday) == 7;
}

/* Whole weeks are left out or none of their days. */
static bool by_whole_weeks(const struct model *m, fb_day from)
{
    for (fb_day w = from; w <= m->monday; w += 7)
        if (days_left_out(m, w) > 0 && !left_out(m, w))
            return false;
    return true;
}

static fb_day first_entry(const struct model *m)
{
    unsigned n;
    fb_day first = fb_london_day(m->all[0].start_min);
    const struct fb_diary_row *r = fb_model__rows(m, FB_DIARY_HOURS, &n);
    for (unsigned i = 0; i < n; i++)
        if ((fb_day)(r[i].stint.start_min / DAY) < first)
            first = (fb_day)(r[i].stint.start_min / DAY);
    return fb_model__monday_of(first);
}

static void average(struct model *m, struct read *read)
{
    unsigned asked = m->c->reference_weeks, numbered = 0, looked = 0, divisor = asked;
    fb_day from = m->monday + 7, last = m->monday;
    while (numbered < asked && looked < 2 * asked) {
        from -= 7;
        numbered += !left_out(m, from);
        looked++;
    }
    bool whole = numbered == asked;
    fb_day entry = first_entry(m);
    unsigned since = 0;
    for (fb_day w = entry; w <= last; w += 7)
        since += !left_out(m, w);
    if (entry > from && since > 0 && fb_model__all_told(m, from, entry, last, false) && fb_model__no_post(m, from, entry)) {
        from = entry;
        divisor = since;
        whole = true;
    }
    bool told = fb_model__all_told(m, from, from, last, false), exact = told && whole && by_whole_weeks(m, from);
    int64_t sum = weeks_sum(m, from, m->monday + 7, INT64_MAX, read, &exact);
    fb_fact_set(m->out, FB_FACT_CLOCK_FED, told);
    say(m, FB_FACT_AVERAGE_WEEK_MINUTES, sum / divisor, exact);
}

static void sums(struct model *m)
{
    struct read read = {{false}};
    unsigned trusts = 0;
    bool exact = fb_model__all_told(m, m->monday, m->monday, m->monday, false);
    seven_days(m, &read);
    average(m, &read);
    int64_t week = weeks_sum(m, m->monday, m->monday + 7, m->d->own.end_min, &read, &exact);
    if (fb_fact_known(m->out, FB_FACT_VISA_WEEK_MINUTES))
        say(m, FB_FACT_OVER_VISA_MINUTES, week - m->out->value[FB_FACT_VISA_WEEK_MINUTES], exact);
    for (unsigned i = 0; i < m->n; i++) {
        bool again = !read.any[i];
        for (unsigned k = 0; k < i; k++)
            again |= read.any[k] && m->all[k].hirer == m->all[i].hirer;
        trusts += !again;
    }
    fb_fact_set(m->out, FB_FACT_CLOCK_TRUSTS, trusts);
}

/* ---- rest, overlap, gap: minute by minute from the shift ---- */

static bool is_own(const struct model *m, const struct fb_stint *s)
{
    return s->tie == m->d->own.tie;
}

static void rest(struct model *m)
{
    const struct fb_stint *own = &m->d->own;
    bool before = false, after = false;
    for (int64_t gap = 0; gap <= FORTNIGHT; gap++)
        for (unsigned i = 0; i < m->n; i++) {
            const struct fb_stint *s = &m->all[i];
            if (!before && !is_own(m, s) && s->end_min + gap == own->start_min) {
                before = true;
                say_most(m, FB_FACT_REST_BEFORE_MINUTES, gap,
                         fb_model__all_told(m, fb_london_day(s->end_min) - LONGEST, fb_london_day(s->end_min), m->day, true));
            }
            if (!after && !is_own(m, s) && s->start_min == own->end_min + gap) {
                fb_day end = fb_london_day(own->end_min);
                after = true;
                say_most(m, FB_FACT_REST_AFTER_MINUTES, gap,
                         fb_model__all_told(m, end - LONGEST, end, fb_london_day(s->start_min), true));
            }
        }
    fb_day first = fb_london_day((int64_t)own->start_min - FORTNIGHT);
    if (!before && fb_model__all_told(m, first - LONGEST, first, m->day, true))
        fb_fact_set_at_least(m->out, FB_FACT_REST_BEFORE_MINUTES, FORTNIGHT);
}

static void overlap(struct model *m)
{
    const struct fb_stint *own = &m->d->own;
    bool twin = false, elsewhere = false;
    int64_t minutes = 0, gap = INT64_MAX;
    for (int64_t t = own->start_min; t < own->end_min; t++) {
        bool covered = false;
        for (unsigned i = 0; i < m->n; i++) {
            const struct fb_stint *s = &m->all[i];
            if (is_own(m, s) || t < s->start_min || t >= s->end_min)
                continue;
            bool same = own->unit != 0 && s->unit == own->unit && s->hirer == own->hirer;
            twin |= same;
            covered |= !same;
            elsewhere |= !same && s->hirer != own->hirer;
        }
        minutes += covered;
    }
    for (unsigned i = 0; i < m->n; i++) {
        const struct fb_stint *s = &m->all[i];
        int64_t one = s->end_min <= own->start_min ? (int64_t)own->start_min - s->end_min
                                                   : (int64_t)s->start_min - own->end_min;
        if (!is_own(m, s) && one >= 0 && own->unit != 0 && s->unit == own->unit && s->hirer == own->hirer &&
            s->agency == own->agency && one < gap)
            gap = one;
    }
    bool cut = m->d->view.cut;
    say(m, FB_FACT_OVERLAP_MINUTES, minutes, !cut && m->c->fed_from <= m->day - LONGEST);
    if (minutes > 0)
        say(m, FB_FACT_OVERLAP_ELSEWHERE, elsewhere, elsewhere || !cut);
    say(m, FB_FACT_TWIN_SUSPECTED, twin, twin || !cut);
    if (gap <= DAY)
        say_most(m, FB_FACT_GAP_HERE_MINUTES, gap, !cut);
    else if (!cut && own->unit != 0)
        fb_fact_set_at_least(m->out, FB_FACT_GAP_HERE_MINUTES, DAY);
}

void fb_model_clocks(const struct fb_test_diary *d, struct fb_facts *out)
{
    struct model m = {.d = d, .c = &d->book.clocks, .out = out, .day = fb_london_day(d->own.start_min)};
    m.monday = fb_model__monday_of(m.day);
    m.all[m.n++] = d->own;
    for (unsigned i = 0; i < d->view.n[FB_DIARY_SHIFTS]; i++) {
        unsigned at = m.n++;
        const struct fb_stint *s = &d->row[FB_DIARY_SHIFTS][i].stint;
        for (; at > 0 && m.all[at - 1].start_min > s->start_min; at--)
            m.all[at] = m.all[at - 1];
        m.all[at] = *s;
    }
    sums(&m);
    rest(&m);
    overlap(&m);
    fb_model_runs(d, out);
}
