#include "engine/base/check.h"
#include "tests/sim/workload.h"

/* What the other draws never come to, in a third of the worlds: the hours around both changes of clocks, the minutes around midnight,
 * the night's beginning and its end, weekends, holidays, the ends of months and years, leap days and the first and last years that can be
 * written; a minute and a week of work, a break that fills its shift, sheets that are all break or lie a day beside what was booked. Drawn
 * with numbers of their own. */
enum { MINUTES_OF_DAY = 1440, MOST = FB_SHIFT_MINUTES_MAX };

static fb_day near_day(struct sim_world *w)
{
    static const int near[][3] = {{2026, 3, 28}, {2026, 3, 29}, {2026, 3, 31}, {2026, 4, 2}, {2026, 4, 3},
                                  {2026, 4, 5},  {2026, 4, 6},  {2026, 4, 7}, {2026, 3, 22}, {2026, 3, 29}};
    const int *d = near[fb_prng_below(&w->of_edges, sizeof near / sizeof near[0])];
    return fb_day_of(d[0], (unsigned)d[1], (unsigned)d[2]) + w->moved;
}

static fb_day far_day(struct sim_world *w)
{
    static const int far[][3] = {{2026, 10, 24}, {2026, 10, 25}, {2025, 10, 25}, {2027, 3, 28}, {2026, 12, 25}, {2026, 12, 26},
                                 {2026, 12, 31}, {2027, 3, 31},  {2026, 5, 4},   {2028, 2, 28}, {2028, 2, 29},  {2024, 2, 29},
                                 {2027, 10, 31},  {2024, 12, 31},  {2000, 2, 29},  {2099, 10, 25}, {2099, 10, 31}};
    const int *d = far[fb_prng_below(&w->of_edges, sizeof far / sizeof far[0])];
    return fb_day_of(d[0], (unsigned)d[1], (unsigned)d[2]);
}

static int64_t minute(struct sim_world *w)
{
    static const int minutes[] = {0,   1,   30,  59,  60,   61,   90,   119,  120,  299,  300,  301,
                                  359, 360, 361, 420, 1139, 1140, 1141, 1199, 1200, 1201, 1380, 1439};
    return minutes[fb_prng_below(&w->of_edges, sizeof minutes / sizeof minutes[0])];
}

static int64_t length(struct sim_world *w)
{
    static const int lengths[] = {1,   2,   30,  59,   60,   61,   90,   120,  359,  360,  361,  480,
                                  720, 721, 750, 1379, 1380, 1439, 1440, 1441, 1500, 2880, 4320, MOST};
    return lengths[fb_prng_below(&w->of_edges, sizeof lengths / sizeof lengths[0])];
}

void sim_edge_shift(struct sim_world *w, struct sim_shift *s)
{
    struct fb_prng *p = &w->of_edges;
    if (!w->edges || sim_once_in(p, 3))
        return;
    s->start_min = (int64_t)(sim_once_in(p, 4) ? far_day(w) : near_day(w)) * MINUTES_OF_DAY + minute(w);
    int64_t long_is = length(w), rest = s->break_min;
    if (sim_once_in(p, 3))
        rest = long_is - (int64_t)fb_prng_below(p, 3);
    s->end_min = s->start_min + long_is;
    s->break_min = rest == FB_ABSENT ? FB_ABSENT : rest < 0 ? 0 : rest > long_is ? long_is : rest;
}

/* ---- what a booking says ---- */

static void edge_rates(struct sim_world *w, struct fb_rates *r)
{
    static const int64_t rates[] = {0, 1, 49, 50, 99, 100, 5000, 333333, FB_RATE_E4_MAX};
    struct fb_prng *p = &w->of_edges;
    for (unsigned i = 0; i < r->n; i++)
        for (unsigned part = 0; part < FB_PART_END; part++)
            if (r->cell[i].part[part] != FB_ABSENT && sim_once_in(p, 6))
                r->cell[i].part[part] = rates[fb_prng_below(p, sizeof rates / sizeof rates[0])];
}

void sim_edge_booking(struct sim_world *w, const struct sim_shift *s, struct fb_booking *b)
{
    struct fb_prng *p = &w->of_edges;
    if (!w->edges)
        return;
    if (sim_once_in(p, 4))
        b->employer = fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]);
    if (sim_once_in(p, 4))
        b->payer = fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]);
    for (unsigned i = 0; i < b->n_sign_offs; i++)
        if (sim_once_in(p, 2))
            b->sign_off[i].granted_ms = s->start_min * SIM_MINUTE_MS + sim_between(p, -2, 3);
    if (b->booked_ms != FB_ABSENT && sim_once_in(p, 4))
        b->booked_ms = s->start_min * SIM_MINUTE_MS + sim_between(p, -1, 2);
    if (sim_once_in(p, 6))
        edge_rates(w, &b->rates);
}

/* ---- what a sheet says ---- */

static void add(struct fb_timesheet *t, enum fb_interval kind, int64_t from, int64_t until)
{
    if (from < until && t->n < FB_INTERVALS_MAX && from >= 0)
        t->interval[t->n++] = (struct fb_interval_row){kind, from, until, 0};
}

/* As many as a sheet holds, each a few minutes, work and break by turns; some of the breaks begin with the work. */
static void in_small_pieces(struct sim_world *w, int64_t from, struct fb_timesheet *t)
{
    struct fb_prng *p = &w->of_edges;
    while (t->n + 2 <= FB_INTERVALS_MAX) {
        int64_t work = sim_between(p, 1, 40), late = sim_between(p, 0, work + 1), rest = sim_between(p, 1, 12);
        add(t, FB_INTERVAL_WORKED, from, from + work);
        add(t, FB_INTERVAL_BREAK, from + late, from + late + rest);
        from += (late + rest > work ? late + rest : work) + sim_between(p, 0, 2) * 5;
    }
}

void sim_edge_timesheet(struct sim_world *w, const struct sim_shift *s, struct fb_timesheet *t)
{
    struct fb_prng *p = &w->of_edges;
    int64_t from = s->start_min, until = s->end_min;
    if (!w->edges)
        return;
    for (unsigned i = 0; i < t->n; i++) /* a week is as long as the wire takes */
        if (t->interval[i].end_min > t->interval[i].start_min + MOST)
            t->interval[i].end_min = t->interval[i].start_min + MOST;
    if (until - from > 120 && sim_once_in(p, 2)) /* what lies beside a shorter one would lie over itself */
        return;
    t->n = 0;
    switch (fb_prng_below(p, 7)) {
    case 0: /* nothing but break */
        add(t, FB_INTERVAL_WORKED, from, until);
        add(t, FB_INTERVAL_BREAK, from, until);
        break;
    case 1: /* which lies over both ends */
        add(t, FB_INTERVAL_BREAK, from - 10, from + 1);
        add(t, FB_INTERVAL_WORKED, from, until);
        add(t, FB_INTERVAL_BREAK, until - (until - from > 20 ? 10 : 0), until + 60);
        break;
    case 2:
        in_small_pieces(w, from, t);
        break;
    case 3: /* another day, or an hour beside */
        from += sim_once_in(p, 2) ? MINUTES_OF_DAY : -60;
        add(t, FB_INTERVAL_WORKED, from, from + (until - s->start_min));
        break;
    case 4: /* two that are the same minutes, and one that lies beside */
        add(t, FB_INTERVAL_WORKED, from, until);
        add(t, FB_INTERVAL_CALLED_OUT, from, until);
        add(t, FB_INTERVAL_STANDBY, until, until + 1);
        break;
    case 5: /* a break and nothing else, or nothing at all */
        if (sim_once_in(p, 2))
            add(t, FB_INTERVAL_BREAK, from, until);
        break;
    default:
        add(t, FB_INTERVAL_WORKED, from, until);
        break;
    }
    for (unsigned i = 0; i < t->n; i++)
        if (sim_once_in(p, 4))
            t->interval[i].host = fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]);
}

/* ---- exceptions ---- */

/* To the millisecond at the shift's beginning, or at the end of a month's last day. */
void sim_edge_approval(struct sim_world *w, const struct sim_shift *s, struct fb_approval *a)
{
    struct fb_prng *p = &w->of_edges;
    if (!w->edges || a->granted_ms == FB_ABSENT || sim_once_in(p, 2))
        return;
    int64_t was = a->granted_ms;
    a->granted_ms = s->start_min * SIM_MINUTE_MS + sim_between(p, -1, 2);
    if (a->second_ms != FB_ABSENT)
        a->second_ms += a->granted_ms - was;
}

/* ---- what is known of people, and what is asked for ---- */

/* It was over long before anybody worked. */
void sim_edge_fact(struct sim_world *w, struct fb_worker_fact *f)
{
    struct fb_prng *p = &w->of_edges;
    if (!w->edges || !sim_once_in(p, 4))
        return;
    f->from = fb_day_of(2010, 1, 1) + (fb_day)fb_prng_below(p, 5000);
    f->until = f->from + 1 + (fb_day)fb_prng_below(p, 1000);
}

/* Nothing, a penny, or so much that a credit for more of it can still be said. */
void sim_edge_line(struct sim_world *w, struct fb_invoice_line *l)
{
    static const int64_t sums[] = {0, 1, 2, 3, 99, FB_AMOUNT_PENCE_MAX / 4 - 1, FB_AMOUNT_PENCE_MAX / 4};
    struct fb_prng *p = &w->of_edges;
    int64_t sign = l->billing == FB_BILLING_CREDIT ? -1 : 1;
    if (!w->edges)
        return;
    if (sim_once_in(p, 8))
        l->net_pence = sign * sums[fb_prng_below(p, sizeof sums / sizeof sums[0])];
    if (l->vat_pence != FB_ABSENT && sim_once_in(p, 8))
        l->vat_pence = sign * sums[fb_prng_below(p, sizeof sums / sizeof sums[0])];
    if (l->minutes != FB_ABSENT && sim_once_in(p, 16))
        l->minutes = sim_once_in(p, 2) ? 0 : 60000000;
}
