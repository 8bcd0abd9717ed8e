#include "engine/core/clocks.h"

/* Days, nights and weeks in a row. */
enum { RUN_MOST = 31, ASSIGNMENT_DAYS = 728, AGENCY_WEEKS = 26, WEEK_DAYS = 7 };

/* How many rows stand before this shift. */
static unsigned before(const struct fb_clock *k)
{
    const struct fb_diary_view *d = k->diary;
    unsigned i = fb_clock__place(d, FB_DIARY_SHIFTS, k->own->start_min);
    while (i < d->n[FB_DIARY_SHIFTS] && d->row[FB_DIARY_SHIFTS][i].stint.start_min == k->own->start_min &&
           d->row[FB_DIARY_SHIFTS][i].stint.tie <= k->own->tie)
        i++;
    return i;
}

/* ---- days and nights ---- */

/* The date on which the first night that a shift touches begins. */
static fb_day night_of(const struct fb_clocks *c, uint32_t start_min)
{
    int64_t local = fb_london_local_min(start_min);
    fb_day day = (fb_day)(local / FB_CLOCK_DAY_MIN);
    bool early = local % FB_CLOCK_DAY_MIN < c->night_until_min;
    return c->night_from_min < c->night_until_min ? (early ? day : day + 1) : (early ? day - 1 : day);
}

/* Walks back until a date is left out. */
static unsigned run_of(const struct fb_clock *k, bool nights, fb_day *first)
{
    const struct fb_diary_row *rows = k->diary->row[FB_DIARY_SHIFTS];
    unsigned n = 1;
    *first = nights ? night_of(k->c, k->own->start_min) : k->day;
    for (unsigned i = before(k); i-- > 0 && n < RUN_MOST;) {
        const struct fb_stint *s = &rows[i].stint;
        if (nights && (s->flags & FB_STINT_NIGHT) == 0) {
            if (fb_clock__day(s->start_min) < *first - 2)
                break;
            continue;
        }
        fb_day day = nights ? night_of(k->c, s->start_min) : fb_clock__day(s->start_min);
        if (day < *first - 1)
            break;
        n += day == *first - 1;
        *first = day < *first ? day : *first;
    }
    return n;
}

void fb_clock__runs(const struct fb_clock *k)
{
    fb_day first;
    if (fb_clock__wants(k, FB_FACT_CONSECUTIVE_DAYS)) {
        unsigned n = run_of(k, false, &first);
        fb_clock__set(k, FB_FACT_CONSECUTIVE_DAYS, n, n < RUN_MOST && fb_clock__idle(k, first - 1, k->day));
    }
    if (!fb_clock__wants(k, FB_FACT_CONSECUTIVE_NIGHTS) || k->c->night_least_min == 0)
        return;
    if ((k->own->flags & FB_STINT_NIGHT) == 0) {
        fb_fact_set(k->out, FB_FACT_CONSECUTIVE_NIGHTS, 0);
        return;
    }
    unsigned n = run_of(k, true, &first);
    fb_clock__set(k, FB_FACT_CONSECUTIVE_NIGHTS, n, n < RUN_MOST && fb_clock__idle(k, first - 1, k->day));
}

/* ---- the 12-week clock ---- */

static bool covers(const struct fb_diary_row *row, fb_day day)
{
    return (fb_day)(row->stint.start_min / FB_CLOCK_DAY_MIN) <= day &&
           (int64_t)(row->stint.end_min / FB_CLOCK_DAY_MIN) > day;
}

/* The absences that say something of an assignment, of the kinds that do anything to its clock. */
struct away {
    unsigned n;
    const struct fb_diary_row *row[FB_DIARY_ROWS_MAX];
};

/* The kind of absence that explains a day: one that runs before one that pauses without end before one that
 * pauses for so many weeks, of which `used` days were taken already. */
static unsigned explained_by(const struct fb_clock *k, const struct away *away, fb_day day,
                             const uint16_t used[FB_ABSENCE_KIND_END])
{
    unsigned best = 0, best_rank = 0;
    for (unsigned i = 0; i < away->n; i++) {
        const struct fb_diary_row *row = away->row[i];
        if (!covers(row, day))
            continue;
        unsigned most = k->c->absence[row->kind].weeks_max * 7u, rank = 1;
        if (k->c->absence[row->kind].effect == FB_CLOCK_EFFECT_RUNS)
            rank = 3;
        else if (most == 0)
            rank = 2;
        else if (used[row->kind] >= most)
            rank = 0;
        if (rank > best_rank || (rank == best_rank && rank > 0 && row->kind < best)) {
            best = row->kind;
            best_rank = rank;
        }
    }
    return best;
}

/* The days without work from `from` to before `until` set the clock back. */
static bool breaks(const struct fb_clock *k, const struct away *away, fb_day from, fb_day until)
{
    uint16_t used[FB_ABSENCE_KIND_END] = {0};
    unsigned unexplained = 0;
    if (until - from <= k->c->assignment_reset_weeks * WEEK_DAYS)
        return false;
    if (away->n == 0)
        return true;
    for (fb_day day = from; day < until && unexplained < WEEK_DAYS; day++) {
        unsigned kind = explained_by(k, away, day, used);
        used[kind]++;
        unexplained += kind == 0;
    }
    return unexplained >= WEEK_DAYS;
}

struct assignment {
    fb_day first, last;
    bool begun;
    /* By each weekday on which the periods could begin: nought that of the first day known, more: so many
     * days before it. */
    int32_t period[WEEK_DAYS]; /* the last that counts */
    unsigned weeks[WEEK_DAYS];
};

static bool runs_on(const struct fb_clock *k, const struct away *away, fb_day day)
{
    for (unsigned i = 0; i < away->n; i++)
        if (k->c->absence[away->row[i]->kind].effect == FB_CLOCK_EFFECT_RUNS && covers(away->row[i], day))
            return true;
    return false;
}

static void count_period(struct assignment *a, fb_day day)
{
    int32_t period = (day - a->first) / WEEK_DAYS, into = (day - a->first) % WEEK_DAYS;
    for (int32_t i = 0; i < WEEK_DAYS; i++) {
        int32_t one = period + (into + i >= WEEK_DAYS);
        a->weeks[i] += one > a->period[i];
        a->period[i] = one > a->period[i] ? one : a->period[i];
    }
}

static void work_on(const struct fb_clock *k, const struct away *away, struct assignment *a, fb_day day)
{
    bool anew = a->begun && day > a->last + 1 && breaks(k, away, a->last + 1, day);
    if (!a->begun || anew) {
        *a = (struct assignment){.first = day, .last = day, .begun = true, .weeks = {1, 1, 1, 1, 1, 1, 1}};
        return;
    }
    if (away->n > 0 && day - a->last > WEEK_DAYS)
        for (fb_day at = a->last + 1; at < day; at++)
            if (runs_on(k, away, at))
                count_period(a, at);
    count_period(a, day);
    a->last = day;
}

static bool same_assignment(const struct fb_stint *a, const struct fb_stint *b)
{
    return a->route == FB_ROUTE_AGENCY && a->hirer == b->hirer && a->role == b->role;
}

/* The shifts that may be of the assignment: up to two years back, and before this one. */
static unsigned assigned(const struct fb_clock *k, const struct fb_diary_row **first)
{
    unsigned i = fb_clock__place(k->diary, FB_DIARY_SHIFTS, fb_clock__begin(k->day - ASSIGNMENT_DAYS)), end = before(k);
    *first = k->diary->row[FB_DIARY_SHIFTS] + i;
    return end > i ? end - i : 0;
}

/* Some of this work was done by that agency. */
static bool supplies(const struct fb_clock *k, uint32_t agency)
{
    const struct fb_diary_row *rows;
    unsigned n = assigned(k, &rows);
    bool does = agency == k->own->agency;
    for (unsigned i = 0; i < n && !does; i++)
        does = rows[i].stint.agency == agency && same_assignment(&rows[i].stint, k->own);
    return does;
}

/* Who is away from another employer's post may have worked here: that says nothing of this assignment. */
static void find_away(const struct fb_clock *k, struct away *out)
{
    out->n = 0;
    for (unsigned i = 0; i < k->diary->n[FB_DIARY_ABSENCES] && out->n < FB_DIARY_ROWS_MAX; i++) {
        const struct fb_diary_row *row = &k->diary->row[FB_DIARY_ABSENCES][i];
        fb_code employer = row->stint.hirer;
        if (row->kind >= FB_ABSENCE_KIND_END || k->c->absence[row->kind].effect == 0)
            continue;
        if (employer == 0 || employer == k->own->hirer || supplies(k, row->stint.agency))
            out->row[out->n++] = row;
    }
}

void fb_clock__assignment(const struct fb_clock *k)
{
    const struct fb_stint *own = k->own;
    const struct fb_diary_row *rows;
    struct assignment a = {.begun = false};
    struct away away;
    if (!fb_clock__wants(k, FB_FACT_ASSIGNMENT_WEEKS) || k->c->assignment_reset_weeks == 0 ||
        own->route != FB_ROUTE_AGENCY || own->role == 0)
        return;
    find_away(k, &away);
    for (unsigned i = 0, n = assigned(k, &rows); i < n; i++)
        if (same_assignment(&rows[i].stint, own))
            work_on(k, &away, &a, fb_clock__day(rows[i].stint.start_min));
    work_on(k, &away, &a, k->day);
    /* What was worked before that is told would have to lie so far back that it counts no more. */
    fb_day from = k->day - ASSIGNMENT_DAYS, told = k->c->fed_from > from ? k->c->fed_from : from;
    bool exact = fb_clock__fed(k, a.first) && breaks(k, &away, told, a.first);
    unsigned weeks = a.weeks[0];
    for (unsigned i = 1; i < WEEK_DAYS && !exact; i++)
        weeks = a.weeks[i] < weeks ? a.weeks[i] : weeks;
    fb_clock__set(k, FB_FACT_ASSIGNMENT_WEEKS, weeks, exact);
}

/* ---- one agency ---- */

void fb_clock__same_agency(const struct fb_clock *k)
{
    const struct fb_stint *own = k->own;
    fb_day first = k->week - (AGENCY_WEEKS - 1) * WEEK_DAYS, counted = first - WEEK_DAYS;
    unsigned n = 0;
    bool here = false;
    if (!fb_clock__wants(k, FB_FACT_SAME_AGENCY_WEEKS) || own->route != FB_ROUTE_AGENCY || own->agency == 0)
        return;
    const struct fb_diary_row *rows = k->diary->row[FB_DIARY_SHIFTS];
    for (unsigned i = fb_clock__place(k->diary, FB_DIARY_SHIFTS, fb_clock__begin(first)), end = k->diary->n[FB_DIARY_SHIFTS];
         i < end; i++) {
        const struct fb_stint *s = &rows[i].stint;
        if (s->agency != own->agency || s->route != FB_ROUTE_AGENCY || s->hirer != own->hirer)
            continue;
        fb_day week = fb_clock__week_of(fb_clock__day(s->start_min));
        if (week > k->week)
            break;
        here |= week == k->week;
        n += week > counted;
        counted = week > counted ? week : counted;
    }
    fb_clock__set(k, FB_FACT_SAME_AGENCY_WEEKS, n + !here, fb_clock__fed(k, first));
}
