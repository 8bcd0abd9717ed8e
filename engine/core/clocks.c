#include "engine/core/clocks.h"
#include <string.h>

/* One walk over the shifts of a worker, this one in its place among them: the sums, rest and overlap. */
enum { REST_DAYS = 14, TRUSTS_MAX = 32, WAYS_MAX = 8 };

/* The most that can be said of shifts some of which overlap. Each way of leaving some of them out gives a
 * total and the end up to which it is covered; a way that ends later and gives no more is worth nothing. So
 * one more shift never makes a sum smaller. Where nothing overlaps there are two ways, with the last shift
 * and without. */
struct sum {
    unsigned n;
    /* The ways, ascending by both. Apart: of a pair written by halves and read at once the reader would wait. */
    int64_t end[WAYS_MAX + 1], total[WAYS_MAX + 1];
    int64_t other;       /* what is added besides the shifts */
    bool lost;           /* something was counted in part: the sum is only a lower bound */
};

struct walk {
    struct fb_clock k;
    struct fb_reference_period period;
    int64_t period_from, period_until, week_from, week_until, seven_from; /* minutes UTC */
    int64_t covered; /* until this minute there were shifts */
    struct sum average, calendar, seven;
    int64_t last_end, next_start; /* of the work nearest to this shift; -1: none */
    int64_t overlap, overlap_until, gap;
    bool elsewhere, twin;
    unsigned n_trusts;
    fb_code trust[TRUSTS_MAX];
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- sums ---- */

static void begin_sum(struct sum *s)
{
    s->n = 1;
    s->end[0] = s->total[0] = s->other = 0;
    s->lost = false;
}

static int64_t total_of(const struct sum *s)
{
    return s->total[s->n - 1] + s->other;
}

/* All ways from one place on. */
static void move_ways(struct sum *s, unsigned to, unsigned from)
{
    memmove(&s->end[to], &s->end[from], (s->n - from) * sizeof s->end[0]);
    memmove(&s->total[to], &s->total[from], (s->n - from) * sizeof s->total[0]);
    s->n += to - from;
}

/* Takes the way in its place and the ones out that are worth no more; where there are too many, the smallest
 * goes. */
static void take_way(struct sum *s, int64_t end, int64_t total)
{
    unsigned at = 0, past;
    while (at < s->n && s->end[at] <= end)
        at++;
    if (at > 0 && s->total[at - 1] >= total)
        return;
    while (at > 0 && s->end[at - 1] == end)
        at--;
    for (past = at; past < s->n && s->total[past] <= total; past++)
        ;
    move_ways(s, at + 1, past);
    s->end[at] = end;
    s->total[at] = total;
    if (s->n > WAYS_MAX)
        move_ways(s, 0, 1);
}

/* A minute that is covered already counts nothing. */
static void add_over(struct sum *s, const struct fb_stint *shift, int64_t minutes)
{
    int64_t end[WAYS_MAX], total[WAYS_MAX];
    unsigned n = 0, first = s->n;
    while (first > 0 && s->end[first - 1] > shift->start_min)
        first--;
    first -= first > 0; /* of those that ended before it starts only the largest matters from now on */
    move_ways(s, 0, first);
    for (; n < s->n; n++) {
        int64_t twice = most(least(shift->end_min, s->end[n]) - shift->start_min, 0);
        end[n] = most(shift->end_min, s->end[n]);
        total[n] = s->total[n] + minutes - twice;
    }
    for (unsigned i = 0; i < n; i++)
        take_way(s, end[i], total[i]);
}

/* Shifts come by start. Nearly always nothing overlaps. */
static inline void add_shift(struct sum *s, const struct fb_stint *shift, int64_t minutes)
{
    unsigned last = s->n - 1;
    if (minutes <= 0)
        return;
    if (s->end[last] > shift->start_min) {
        add_over(s, shift, minutes);
        return;
    }
    s->end[0] = s->end[last];
    s->total[0] = s->total[last];
    s->end[1] = shift->end_min;
    s->total[1] = s->total[0] + minutes;
    s->n = 2;
}

static void count_trust(struct walk *w, fb_code trust)
{
    for (unsigned i = w->n_trusts; i-- > 0;) /* nearly always that of the shift before */
        if (w->trust[i] == trust)
            return;
    if (w->n_trusts < TRUSTS_MAX)
        w->trust[w->n_trusts++] = trust;
}

/* The hours stated for the week of a shift in the worker's own post hold it already. */
static bool is_stated(const struct walk *w, const struct fb_stint *s)
{
    return s->route == FB_ROUTE_SUBSTANTIVE &&
           fb_clock__stated(w->k.diary, fb_clock__week_of(fb_clock__day(s->start_min)), s->hirer);
}

static void add_other(struct sum *s, int64_t minutes, bool lost)
{
    s->other += minutes;
    s->lost |= lost;
}

/* What cannot have lain outside the seven days. */
static void add_seven(struct walk *w, const struct fb_stint *s, int64_t minutes)
{
    int64_t length = (int64_t)s->end_min - s->start_min;
    int64_t inside = least(s->end_min, w->k.own->end_min) - most(s->start_min, w->seven_from);
    add_shift(&w->seven, s, minutes - (length - inside));
    w->seven.lost |= inside < length && s->minutes != length;
}

static void add(struct walk *w, const struct fb_stint *s)
{
    int64_t minutes = is_stated(w, s) ? 0 : s->minutes;
    bool lost = s->start_min < w->covered, read = false;
    w->covered = most(w->covered, s->end_min);
    if (s->start_min >= w->period_from && s->start_min < w->period_until) {
        add_shift(&w->average, s, minutes);
        w->average.lost |= lost;
        read = true;
    }
    if (s->start_min >= w->week_from && s->start_min < least(w->week_until, w->k.own->end_min)) {
        add_shift(&w->calendar, s, minutes);
        w->calendar.lost |= lost;
        read = true;
    }
    if (s->end_min > w->seven_from && s->start_min < w->k.own->end_min) {
        add_seven(w, s, minutes);
        w->seven.lost |= lost;
        read = true;
    }
    if (read)
        count_trust(w, s->hirer);
}

/* ---- what lies beside and over this shift ---- */

static bool same_unit(const struct fb_stint *a, const struct fb_stint *b)
{
    return a->unit != 0 && a->unit == b->unit && a->hirer == b->hirer;
}

/* Rows come by start, so that what they cover together is met in one walk. */
static void add_overlap(struct walk *w, const struct fb_stint *s)
{
    const struct fb_stint *own = w->k.own;
    if (same_unit(s, own)) {
        w->twin = true;
        return;
    }
    int64_t from = most(most(s->start_min, own->start_min), w->overlap_until),
            until = least(s->end_min, own->end_min);
    w->overlap += most(until - from, 0);
    w->overlap_until = most(w->overlap_until, until);
    w->elsewhere |= s->hirer != own->hirer;
}

static void beside(struct walk *w, const struct fb_stint *s)
{
    const struct fb_stint *own = w->k.own;
    int64_t gap;
    if (s->end_min <= own->start_min) {
        gap = (int64_t)own->start_min - s->end_min;
        w->last_end = most(w->last_end, s->end_min);
    } else if (s->start_min >= own->end_min) {
        gap = (int64_t)s->start_min - own->end_min;
        w->next_start = w->next_start < 0 ? s->start_min : w->next_start;
    } else {
        add_overlap(w, s);
        return;
    }
    if (same_unit(s, own) && s->agency == own->agency && (w->gap < 0 || gap < w->gap))
        w->gap = gap;
}

/* Those at the beginning that ended before the week and the seven days: they are in the average, and one may be the last before this
 * shift or the nearest in its unit. Nearly all are so, and what add and beside would do to them is done here at once. Returns the
 * place of the first that is not. */
static unsigned walk_far(struct walk *w, const struct fb_diary_row *rows, unsigned i, unsigned n)
{
    const struct fb_stint *own = w->k.own;
    const int64_t far = least(least(w->seven_from, own->start_min), w->week_from), period_from = w->period_from;
    int64_t covered = 0, nearest = -1; /* ends: of all, and in the unit */
    bool lost = false;
    for (; i < n && rows[i].stint.end_min <= far; i++) {
        const struct fb_stint *s = &rows[i].stint;
        if (s->start_min >= period_from) {
            add_shift(&w->average, s, is_stated(w, s) ? 0 : s->minutes);
            lost |= s->start_min < covered;
            count_trust(w, s->hirer);
        }
        covered = most(covered, s->end_min);
        if (same_unit(s, own) && s->agency == own->agency)
            nearest = most(nearest, s->end_min);
    }
    w->covered = covered;
    w->average.lost |= lost;
    w->last_end = covered > 0 ? covered : -1;
    w->gap = nearest >= 0 ? own->start_min - nearest : -1;
    return i;
}

static void walk(struct walk *w)
{
    const struct fb_diary_view *d = w->k.diary;
    const struct fb_diary_row *rows = d->row[FB_DIARY_SHIFTS];
    const unsigned n = d->n[FB_DIARY_SHIFTS];
    const struct fb_stint *own = w->k.own;
    /* A shift that began before what is summed may run into it, but none is longer than a week. */
    int64_t from =
        least(least(w->period_from, w->week_from), own->start_min - (int64_t)REST_DAYS * FB_CLOCK_DAY_MIN);
    bool passed = false;
    for (unsigned i = walk_far(w, rows, fb_clock__place(d, FB_DIARY_SHIFTS, from - FB_SHIFT_MINUTES_MAX), n); i < n; i++) {
        const struct fb_stint *s = &rows[i].stint;
        if (!passed &&
            (s->start_min > own->start_min || (s->start_min == own->start_min && s->tie > own->tie))) {
            passed = true;
            add(w, own);
        }
        add(w, s);
        beside(w, s);
    }
    if (!passed)
        add(w, own);
}

/* ---- facts ---- */

/* Hours in posts of their own: a calendar week counts wholly where it is read wholly. */
static void add_hours(struct walk *w)
{
    const struct fb_diary_view *d = w->k.diary;
    fb_day from = fb_clock__week_of(fb_clock__day((uint32_t)most(w->seven_from, 0)));
    if (w->period.weeks > 0 && w->period.from < from)
        from = w->period.from;
    for (unsigned i = fb_clock__place(d, FB_DIARY_HOURS, (int64_t)from * FB_CLOCK_DAY_MIN);
         i < d->n[FB_DIARY_HOURS]; i++) {
        fb_day monday = (fb_day)(d->row[FB_DIARY_HOURS][i].stint.start_min / FB_CLOCK_DAY_MIN);
        bool doubt = false;
        int64_t minutes = fb_clock__sure(d, i, &doubt);
        if (minutes == 0 && !doubt)
            continue;
        if (w->period.weeks > 0 && monday >= w->period.from && monday <= w->k.week)
            add_other(&w->average, minutes, doubt);
        if (monday == w->k.week)
            add_other(&w->calendar, minutes, doubt);
        if ((int64_t)(monday + 7) * FB_CLOCK_DAY_MIN <= w->seven_from)
            continue; /* also where summer time ends it an hour earlier */
        int64_t begin = fb_clock__begin(monday), end = fb_clock__begin(monday + 7);
        int64_t inside = least(end, w->k.own->end_min) - most(begin, w->seven_from);
        if (inside > 0)
            add_other(&w->seven, most(minutes - (end - begin - inside), 0), doubt || inside < end - begin);
    }
}

static void set_average(const struct walk *w)
{
    const struct fb_clock *k = &w->k;
    const struct fb_reference_period *p = &w->period;
    bool told = p->weeks > 0 && fb_clock__fed(k, p->from) && fb_clock__told(k->diary, p->from, k->week);
    fb_fact_set(k->out, FB_FACT_CLOCK_FED, told);
    if (p->weeks > 0)
        fb_clock__set(k, FB_FACT_AVERAGE_WEEK_MINUTES, total_of(&w->average) / p->divisor,
                      told && p->whole && !w->average.lost);
}

static void set_week(const struct walk *w)
{
    const struct fb_clock *k = &w->k;
    fb_day from = fb_clock__day((uint32_t)most(w->seven_from, 0));
    bool told =
        fb_clock__fed_into(k, from) && fb_clock__told(k->diary, fb_clock__week_of(from),
                                                      fb_clock__week_of(fb_clock__day(k->own->end_min - 1)));
    fb_clock__set(k, FB_FACT_WEEK_MINUTES, total_of(&w->seven), told && !w->seven.lost);
    if (!fb_fact_known(k->out, FB_FACT_VISA_WEEK_MINUTES))
        return;
    told = fb_clock__fed(k, k->week) && fb_clock__told(k->diary, k->week, k->week);
    fb_clock__set(k, FB_FACT_OVER_VISA_MINUTES,
                  total_of(&w->calendar) - k->out->value[FB_FACT_VISA_WEEK_MINUTES],
                  told && !w->calendar.lost);
}

static void set_bound(const struct fb_clock *k, enum fb_fact fact, int64_t v, bool exact)
{
    if (exact)
        fb_fact_set(k->out, fact, v);
    else
        fb_fact_set_at_most(k->out, fact, v);
}

/* Nobody heard of anything else that ends or begins within these days. */
static bool is_quiet(const struct fb_clock *k, int64_t from_min, int64_t until_min)
{
    fb_day from = fb_clock__day((uint32_t)from_min), until = fb_clock__day((uint32_t)until_min);
    return fb_clock__fed_into(k, from) && fb_clock__idle(k, from, until);
}

static void set_rest(const struct walk *w)
{
    const struct fb_clock *k = &w->k;
    const int64_t limit = (int64_t)REST_DAYS * FB_CLOCK_DAY_MIN, start = k->own->start_min,
                  end = k->own->end_min;
    if (w->last_end >= 0 && start - w->last_end <= limit)
        set_bound(k, FB_FACT_REST_BEFORE_MINUTES, start - w->last_end, is_quiet(k, w->last_end, start));
    else if (start >= limit && is_quiet(k, start - limit, start))
        fb_fact_set_at_least(k->out, FB_FACT_REST_BEFORE_MINUTES, limit);
    if (w->next_start >= 0 && w->next_start - end <= limit)
        set_bound(k, FB_FACT_REST_AFTER_MINUTES, w->next_start - end, is_quiet(k, end, w->next_start));
}

static void set_beside(const struct walk *w)
{
    const struct fb_clock *k = &w->k;
    bool cut = k->diary->cut;
    fb_clock__set(k, FB_FACT_OVERLAP_MINUTES, w->overlap, fb_clock__fed_into(k, k->day));
    if (w->overlap > 0)
        fb_clock__set(k, FB_FACT_OVERLAP_ELSEWHERE, w->elsewhere, w->elsewhere || !cut);
    fb_clock__set(k, FB_FACT_TWIN_SUSPECTED, w->twin, w->twin || !cut);
    if (w->gap >= 0 && w->gap <= FB_CLOCK_DAY_MIN)
        set_bound(k, FB_FACT_GAP_HERE_MINUTES, w->gap, !cut);
    else if (!cut && k->own->unit != 0)
        fb_fact_set_at_least(k->out, FB_FACT_GAP_HERE_MINUTES, FB_CLOCK_DAY_MIN);
}

static bool wants_sums(const struct fb_clock *k)
{
    static const enum fb_fact sums[] = {FB_FACT_WEEK_MINUTES, FB_FACT_AVERAGE_WEEK_MINUTES,
                                        FB_FACT_OVER_VISA_MINUTES, FB_FACT_CLOCK_FED, FB_FACT_CLOCK_TRUSTS};
    for (unsigned i = 0; i < sizeof sums / sizeof sums[0]; i++)
        if (fb_clock__wants(k, sums[i]))
            return true;
    return false;
}

static void set_sums(struct walk *w)
{
    add_hours(w);
    set_average(w);
    set_week(w);
    fb_clock__set(&w->k, FB_FACT_CLOCK_TRUSTS, w->n_trusts, w->n_trusts < TRUSTS_MAX);
}

void fb_diary_facts(const struct fb_book *book, const struct fb_diary_view *diary, const struct fb_stint *own,
                    fb_day day, struct fb_facts *out)
{
    fb_day begins = fb_clock__day(own->start_min);
    struct walk w;
    w.k = (struct fb_clock){.book = book,
                            .c = &book->clocks,
                            .diary = diary,
                            .own = own,
                            .day = begins,
                            .week = fb_clock__week_of(begins),
                            .shift_day = day,
                            .out = out};
    begin_sum(&w.average);
    begin_sum(&w.calendar);
    begin_sum(&w.seven);
    w.covered = w.overlap = w.overlap_until = 0;
    w.elsewhere = w.twin = false;
    w.last_end = w.next_start = w.gap = -1;
    w.n_trusts = 0;
    w.week_from = fb_clock__begin(w.k.week);
    w.week_until = fb_clock__begin(w.k.week + 7);
    w.seven_from = (int64_t)own->end_min - FB_CLOCK_WEEK_MIN;
    w.period_from = w.period_until = INT64_MAX;
    w.period.weeks = 0;
    bool sums = wants_sums(&w.k);
    if (sums)
        fb_clock__reference(&w.k, &w.period);
    if (w.period.weeks > 0) {
        w.period_from = fb_clock__begin(w.period.from);
        w.period_until = w.week_until;
    }
    fb_clock__checks(&w.k);
    if ((own->flags & FB_STINT_IDLE) != 0)
        return;
    walk(&w);
    if (sums)
        set_sums(&w);
    set_rest(&w);
    set_beside(&w);
    fb_clock__runs(&w.k);
    fb_clock__assignment(&w.k);
    fb_clock__same_agency(&w.k);
}
