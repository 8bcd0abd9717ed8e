#include "engine/base/money.h"
#include "tools/fairbank/books/parity.h"
#include <stdlib.h>
#include <string.h>

enum { DAYS_OF_WEEK = 7, USUAL_MAX = 400 };

const char *parity_verdict_text(enum parity_verdict v)
{
    static const char *const texts[] = {
#define X(id, text) text,
        PARITY_VERDICT_MAP(X)
#undef X
    };
    return texts[v];
}

/* ---- order ---- */

static int by_numbers(const int64_t *d, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (d[i] != 0)
            return d[i] < 0 ? -1 : 1;
    return 0;
}

static int place_cmp(const struct parity_shift *a, const struct parity_shift *b)
{
    const int64_t d[] = {(int64_t)a->route - (int64_t)b->route, (int64_t)a->staff_group - (int64_t)b->staff_group, (int64_t)a->day - b->day};
    return by_numbers(d, 3);
}

/* All that is known of a shift but its name. */
static int like_cmp(const struct parity_shift *a, const struct parity_shift *b)
{
    const int64_t d[] = {a->start_min - b->start_min, a->end_min - b->end_min, (int64_t)(a->grade > b->grade) - (a->grade < b->grade),
                         a->figure[PARITY_PENCE] - b->figure[PARITY_PENCE], a->figure[PARITY_MINUTES] - b->figure[PARITY_MINUTES]};
    const struct fb_span *const texts[][2] = {{&a->site, &b->site}, {&a->unit, &b->unit}, {&a->role, &b->role}};
    int by = by_numbers(d, sizeof d / sizeof d[0]);
    for (unsigned i = 0; by == 0 && i < 3; i++)
        by = fb_span_cmp(*texts[i][0], *texts[i][1]);
    return by;
}

static int shift_cmp(const void *x, const void *y)
{
    const struct parity_shift *a = x, *b = y;
    int by = place_cmp(a, b);
    by = by != 0 ? by : like_cmp(a, b);
    return by != 0 ? by : fb_span_cmp(a->reference, b->reference);
}

/* The first shift that does not come before a place's day. */
static unsigned lower(const struct parity *p, enum fb_route route, enum fb_staff_group group, fb_day day)
{
    const struct parity_shift at = {.route = route, .staff_group = group, .day = day};
    unsigned from = 0, until = p->n_shifts;
    while (from < until) {
        unsigned middle = from + (until - from) / 2;
        if (place_cmp(&p->shift[middle], &at) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static int64_t shifts_on(const struct parity *p, const struct parity_cell *c, fb_day day)
{
    int64_t n = 0;
    unsigned until = lower(p, c->route, c->staff_group, day + 1);
    for (unsigned i = lower(p, c->route, c->staff_group, day); i < until; i++)
        n += p->shift[i].figure[PARITY_SHIFTS];
    return n;
}

/* ---- figures ---- */

static bool is_within(int64_t theirs, int64_t ours, int64_t tolerance_e2)
{
    int64_t apart = theirs > ours ? theirs - ours : ours - theirs, of = theirs < 0 ? -theirs : theirs;
    return (fb_i128)apart * PARITY_BOTH <= (fb_i128)tolerance_e2 * of;
}

unsigned parity_agree_e2(int64_t theirs, int64_t ours)
{
    int64_t apart = theirs > ours ? theirs - ours : ours - theirs, most = theirs > ours ? theirs : ours;
    if (apart == 0)
        return PARITY_BOTH;
    return most <= 0 || apart >= most ? 0 : PARITY_BOTH - 1 - (unsigned)(((fb_i128)apart * PARITY_BOTH - 1) / most);
}

static void fill_ours(const struct parity *p, struct parity_cell *c)
{
    unsigned until = lower(p, c->route, c->staff_group, c->until);
    c->first = lower(p, c->route, c->staff_group, c->from);
    c->n = until - c->first;
    for (unsigned i = c->first; i < until; i++)
        for (unsigned m = 0; m < PARITY_MEASURES; m++)
            c->ours[m] += p->shift[i].figure[m];
}

static void compare(const struct parity *p, struct parity_cell *c, int64_t tolerance_e2, bool within[PARITY_MEASURES])
{
    c->within = true;
    c->agree_e2 = PARITY_BOTH;
    for (unsigned m = 0; m < PARITY_MEASURES; m++) {
        unsigned agree = parity_agree_e2(c->theirs[m], c->ours[m]);
        within[m] = !p->has[m] || is_within(c->theirs[m], c->ours[m], tolerance_e2);
        c->within = c->within && within[m];
        if (p->has[m] && agree < c->agree_e2)
            c->agree_e2 = agree;
    }
}

/* ---- what to look at ---- */

static void add_twin(struct parity_cell *c, uint32_t a, uint32_t b)
{
    if (c->n_twins < PARITY_TWINS) {
        c->twin[c->n_twins][0] = a;
        c->twin[c->n_twins][1] = b;
    }
    c->n_twins++;
}

/* Two shifts of one place, time and pay are common (two nurses of one night), so alone they prove nothing: they are told where there are
 * too many shifts. What a finding suspects is told in any case. */
static void find_twins(const struct parity *p, struct parity_cell *c, bool too_many)
{
    for (unsigned i = c->first; i < c->first + c->n; i++) {
        const struct parity_shift *s = &p->shift[i];
        bool like = i > c->first && s->figure[PARITY_SHIFTS] > 0 && like_cmp(&p->shift[i - 1], s) == 0;
        if (like && (too_many || s->suspect || p->shift[i - 1].suspect))
            add_twin(c, i - 1, i);
        else if (s->suspect && !(i + 1 < c->first + c->n && like_cmp(s, &p->shift[i + 1]) == 0))
            add_twin(c, i, i);
    }
}

static int number_cmp(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The middle of what the same weekday has on its other days; -1: there is none. */
static int64_t usual_of(const struct parity *p, const struct parity_cell *c, fb_day day, fb_day from, fb_day until)
{
    int64_t n[USUAL_MAX];
    unsigned count = 0;
    fb_day first = from + (fb_day)(((int64_t)day - from) % DAYS_OF_WEEK);
    for (fb_day d = first; d < until && count < USUAL_MAX; d += DAYS_OF_WEEK)
        if (d != day)
            n[count++] = shifts_on(p, c, d);
    if (count == 0)
        return -1;
    qsort(n, count, sizeof n[0], number_cmp);
    return n[count / 2];
}

/* The day that lacks as many as the whole line does comes first: it is likely the one. */
static bool comes_before(const struct parity_low_day *a, const struct parity_low_day *b, int64_t missing)
{
    int64_t of_a = a->usual - a->has, of_b = b->usual - b->has;
    return (of_a == missing) != (of_b == missing) ? of_a == missing : of_a > of_b;
}

static void add_low(struct parity_cell *c, const struct parity_low_day *day)
{
    unsigned at = c->n_low;
    while (at > 0 && comes_before(day, &c->low[at - 1], c->theirs[PARITY_SHIFTS] - c->ours[PARITY_SHIFTS]))
        at--;
    if (at == PARITY_DAYS)
        return;
    c->n_low += c->n_low < PARITY_DAYS;
    for (unsigned i = c->n_low - 1; i > at; i--)
        c->low[i] = c->low[i - 1];
    c->low[at] = *day;
}

static void find_low_days(const struct parity *p, struct parity_cell *c, fb_day from, fb_day until)
{
    for (fb_day day = c->from; day < c->until; day++) {
        struct parity_low_day low = {day, shifts_on(p, c, day), usual_of(p, c, day, from, until)};
        if (low.usual > low.has)
            add_low(c, &low);
    }
}

static enum parity_rate why_rate(const struct parity *p, const struct parity_cell *c)
{
    int64_t vat = 0, inside = 0, on_top = 0, apart = c->theirs[PARITY_PENCE] - c->ours[PARITY_PENCE];
    bool unpriced = false;
    for (unsigned i = c->first; i < c->first + c->n; i++) {
        vat += p->shift[i].vat;
        inside += p->shift[i].inside;
        on_top += p->shift[i].on_top;
        unpriced |= p->shift[i].unpriced;
    }
    return apart == vat       ? PARITY_RATE_VAT
           : apart == -inside ? PARITY_RATE_INSIDE
           : apart == on_top  ? PARITY_RATE_ON_TOP
           : unpriced         ? PARITY_RATE_UNPRICED
                              : PARITY_RATE_OTHER;
}

static enum parity_verdict verdict_of(const struct parity *p, const struct parity_cell *c, const bool within[PARITY_MEASURES])
{
    const int64_t *theirs = c->theirs, *ours = c->ours;
    if (c->line == 0)
        return PARITY_NOT_IN_RETURN;
    if (!c->within && c->n == 0)
        return PARITY_NOTHING_SENT;
    if (p->has[PARITY_SHIFTS] && !within[PARITY_SHIFTS])
        return ours[PARITY_SHIFTS] < theirs[PARITY_SHIFTS] ? PARITY_MISSING : c->n_twins > 0 ? PARITY_DOUBLED : PARITY_MORE;
    if (!within[PARITY_MINUTES])
        return PARITY_HOURS;
    return within[PARITY_PENCE] ? PARITY_AGREES : PARITY_RATES;
}

static void judge_cell(struct parity *p, struct parity_cell *c, fb_day from, fb_day until, int64_t tolerance_e2)
{
    bool within[PARITY_MEASURES];
    compare(p, c, tolerance_e2, within);
    find_twins(p, c, p->has[PARITY_SHIFTS] && c->line != 0 && c->ours[PARITY_SHIFTS] > c->theirs[PARITY_SHIFTS]);
    c->verdict = verdict_of(p, c, within);
    if (c->verdict == PARITY_MISSING)
        find_low_days(p, c, from, until);
    if (c->verdict == PARITY_RATES)
        c->rate = why_rate(p, c);
    p->all_within = p->all_within && c->within;
}

/* ---- cells ---- */

static struct parity_cell *next_cell(struct parity *p)
{
    if (p->n_cells == p->room) {
        unsigned room = p->room == 0 ? 256 : p->room * 2;
        struct parity_cell *more = realloc(p->cell, room * sizeof *more);
        if (more == NULL)
            return NULL;
        p->cell = more;
        p->room = room;
    }
    p->cell[p->n_cells] = (struct parity_cell){0};
    return &p->cell[p->n_cells++];
}

static bool add_theirs(struct parity *p, const struct return_line *l)
{
    struct parity_cell *c = next_cell(p);
    if (c == NULL)
        return false;
    c->from = l->from, c->until = l->until, c->route = l->route, c->staff_group = l->staff_group, c->line = l->line;
    c->theirs[PARITY_SHIFTS] = l->shifts, c->theirs[PARITY_MINUTES] = l->minutes, c->theirs[PARITY_PENCE] = l->pence;
    fill_ours(p, c);
    return true;
}

/* The return's rows ascend by period, route and staff group. */
static int row_cmp(const struct return_line *l, const struct return_line *period, const struct parity_shift *s)
{
    const int64_t d[] = {(int64_t)l->from - period->from, (int64_t)l->until - period->until, (int64_t)l->route - (int64_t)s->route,
                         (int64_t)l->staff_group - (int64_t)s->staff_group};
    return by_numbers(d, sizeof d / sizeof d[0]);
}

static bool has_row(const struct trust_return *r, const struct return_line *period, const struct parity_shift *s)
{
    unsigned from = 0, until = r->n;
    while (from < until) {
        unsigned middle = from + (until - from) / 2;
        if (row_cmp(&r->line[middle], period, s) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from < r->n && row_cmp(&r->line[from], period, s) == 0;
}

/* In one period of the return: groups and routes of which it has no row. */
static bool add_others(struct parity *p, const struct trust_return *r, const struct return_line *period)
{
    for (unsigned i = 0; i < p->n_shifts;) {
        const struct parity_shift s = p->shift[i];
        if (!has_row(r, period, &s)) {
            struct parity_cell *c = next_cell(p);
            if (c == NULL)
                return false;
            c->from = period->from, c->until = period->until, c->route = s.route, c->staff_group = s.staff_group;
            fill_ours(p, c);
            p->n_cells -= c->ours[PARITY_SHIFTS] == 0 && c->ours[PARITY_PENCE] == 0;
        }
        i = lower(p, s.route, s.staff_group, INT32_MAX);
    }
    return true;
}

/* Shifts of days that the return does not cover. */
static bool count_outside(struct parity *p, const struct trust_return *r, fb_day from, fb_day until)
{
    bool *covered = calloc(r->n == 0 ? 1 : (size_t)((int64_t)until - from), sizeof *covered);
    for (unsigned i = 0; covered != NULL && i < r->n; i++)
        memset(covered + (r->line[i].from - from), true, (size_t)(r->line[i].until - r->line[i].from));
    for (unsigned i = 0; covered != NULL && i < p->n_shifts; i++) {
        fb_day day = p->shift[i].day;
        p->outside += r->n == 0 || day < from || day >= until || !covered[day - from];
    }
    bool good = covered != NULL;
    free(covered);
    return good;
}

static bool make_cells(struct parity *p, const struct trust_return *r)
{
    bool good = true;
    for (unsigned i = 0; good && i < r->n; i++)
        good = add_theirs(p, &r->line[i]);
    for (unsigned i = 0; good && i < r->n; i++)
        if (i == 0 || r->line[i].from != r->line[i - 1].from || r->line[i].until != r->line[i - 1].until)
            good = add_others(p, r, &r->line[i]);
    return good;
}

enum fb_err parity_judge(struct parity *out, struct parity_shift *shift, unsigned n_shifts, const struct trust_return *r, int64_t tolerance_e2)
{
    fb_day from = INT32_MAX, until = INT32_MIN;
    *out = (struct parity){.shift = shift, .n_shifts = n_shifts, .has = {r->has_shifts, r->has_hours, r->has_pounds}, .all_within = true};
    if (n_shifts > 0)
        qsort(shift, n_shifts, sizeof *shift, shift_cmp);
    for (unsigned i = 0; i < r->n; i++) {
        from = r->line[i].from < from ? r->line[i].from : from;
        until = r->line[i].until > until ? r->line[i].until : until;
    }
    if (!make_cells(out, r) || !count_outside(out, r, from, until))
        return FB_FULL;
    for (unsigned i = 0; i < out->n_cells; i++)
        judge_cell(out, &out->cell[i], from, until, tolerance_e2);
    return FB_OK;
}

void parity_free(struct parity *p)
{
    free(p->cell);
    *p = (struct parity){0};
}
