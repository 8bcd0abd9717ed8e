#include "tools/fairbank/contagion.h"
#include "engine/base/prng.h"
#include <stdlib.h>
#include <string.h>

enum { WEEK_MINUTES_LEAST = 600, WEEKS_BEFORE = 4, WEEKS_BEFORE_LEAST = 2 };
enum { RISES_LEAST = 5, TRUSTS_LEAST = 3, WEEKS_LEAST = 12 };

/* What one trust paid in one grade and category, week by week. */
struct series {
    fb_code trust, grade;
    uint8_t category;
    int64_t *median; /* [weeks]; -1: too few hours */
    bool *has, *rise, *turned;
};
struct field {
    struct series *at;
    unsigned n, weeks;
    fb_day first; /* Monday */
    int64_t *medians;
    bool *flags;
};

static bool same_series(const struct paid *a, const struct paid *b)
{
    return a->grade_at == b->grade_at && a->category == b->category && a->trust == b->trust;
}

static unsigned run_length(const struct paid_list *l, unsigned from)
{
    unsigned to = from;
    while (to < l->n && same_series(&l->at[from], &l->at[to]))
        to++;
    return to - from;
}

/* ---- the field: all series over the same weeks ---- */

static void measure(struct field *f, const struct paid_list *l)
{
    fb_day first = INT32_MAX, last = INT32_MIN;
    for (unsigned i = 0; i < l->n; i++) {
        fb_day week = fb_day_week(l->at[i].day);
        first = week < first ? week : first;
        last = week > last ? week : last;
    }
    f->first = first;
    f->weeks = l->n == 0 ? 0 : (unsigned)(last - first) / 7 + 1;
    for (unsigned i = 0; i < l->n; i += run_length(l, i))
        f->n++;
}

static bool make_room(struct field *f)
{
    size_t cells = (size_t)f->n * f->weeks;
    f->at = calloc(f->n + 1, sizeof *f->at);
    f->medians = malloc((cells + 1) * sizeof *f->medians);
    f->flags = calloc(3 * cells + 1, sizeof *f->flags);
    if (f->at == NULL || f->medians == NULL || f->flags == NULL)
        return false;
    for (unsigned i = 0; i < f->n; i++) {
        f->at[i].median = f->medians + (size_t)i * f->weeks;
        f->at[i].has = f->flags + (size_t)i * f->weeks;
        f->at[i].rise = f->flags + cells + (size_t)i * f->weeks;
        f->at[i].turned = f->flags + 2 * cells + (size_t)i * f->weeks;
    }
    return true;
}

/* The run ascends by rate; of it, those of one week still do. */
static bool fill_series(struct field *f, struct series *s, const struct paid *at, unsigned n)
{
    struct paid *week = malloc(n * sizeof *week);
    if (week == NULL)
        return false;
    s->trust = at[0].trust;
    s->grade = at[0].grade;
    s->category = at[0].category;
    for (unsigned w = 0; w < f->weeks; w++) {
        unsigned m = 0;
        int64_t minutes = 0;
        for (unsigned i = 0; i < n; i++) {
            if (fb_day_week(at[i].day) != f->first + 7 * (fb_day)w)
                continue;
            minutes += at[i].minutes;
            week[m++] = at[i];
        }
        s->has[w] = minutes >= WEEK_MINUTES_LEAST;
        s->median[w] = s->has[w] ? spread_quantile(week, m, 1, 2) : -1;
    }
    free(week);
    return true;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool is_rise(const struct series *s, unsigned w, int64_t percent)
{
    int64_t before[WEEKS_BEFORE];
    unsigned n = 0;
    for (unsigned i = w < WEEKS_BEFORE ? 0 : w - WEEKS_BEFORE; i < w; i++)
        if (s->has[i])
            before[n++] = s->median[i];
    if (!s->has[w] || n < WEEKS_BEFORE_LEAST)
        return false;
    qsort(before, n, sizeof *before, by_value);
    int64_t middle = n % 2 == 1 ? before[n / 2] : (before[n / 2 - 1] + before[n / 2]) / 2;
    return s->median[w] * 100 >= middle * (100 + percent);
}

static bool fill(struct field *f, const struct paid_list *l, const struct contagion_how *how)
{
    unsigned k = 0;
    for (unsigned i = 0, n; i < l->n; i += n, k++) {
        n = run_length(l, i);
        if (!fill_series(f, &f->at[k], &l->at[i], n))
            return false;
        bool above = false; /* the week before */
        for (unsigned w = 0; w < f->weeks; w++) {
            bool now = is_rise(&f->at[k], w, how->rise_percent);
            f->at[k].rise[w] = now && !above;
            above = now;
        }
    }
    return true;
}

/* Pay against the card, in millionths, in the place of pay. */
static bool against_card(const struct paid_list *l, struct paid_list *out)
{
    for (unsigned i = 0; i < l->n; i++) {
        struct paid p = l->at[i];
        if (p.card_e4 <= 0)
            continue;
        p.paid_e4 = p.paid_e4 * 1000000 / p.card_e4;
        if (!paid_add(out, &p))
            return false;
    }
    paid_sort(out);
    return true;
}

/* ---- the share that followed ---- */

static bool same_market(const struct series *a, const struct series *b)
{
    return a->grade == b->grade && a->category == b->category && a->trust != b->trust;
}

/* Whether b has figures in the weeks after w, and whether it rises in one of them. */
static void look_after(const struct field *f, const struct series *b, const bool *rise, unsigned w, unsigned weeks,
                       bool *seen, bool *rises)
{
    *seen = *rises = false;
    for (unsigned i = w + 1; i <= w + weeks && i < f->weeks; i++) {
        *seen = *seen || b->has[i];
        *rises = *rises || rise[i];
    }
}

static void count_pairs(const struct field *f, bool turned, unsigned weeks, unsigned *pairs, unsigned *followed)
{
    *pairs = *followed = 0;
    for (unsigned a = 0; a < f->n; a++) {
        const bool *rise = turned ? f->at[a].turned : f->at[a].rise;
        for (unsigned w = 0; w < f->weeks; w++) {
            if (!rise[w])
                continue;
            for (unsigned b = 0; b < f->n; b++) {
                bool seen, rises;
                if (!same_market(&f->at[a], &f->at[b]))
                    continue;
                look_after(f, &f->at[b], turned ? f->at[b].turned : f->at[b].rise, w, weeks, &seen, &rises);
                *pairs += seen;
                *followed += seen && rises;
            }
        }
    }
}

static int64_t share_e4(unsigned followed, unsigned pairs)
{
    return pairs == 0 ? 0 : ((int64_t)followed * 20000 + pairs) / (2 * (int64_t)pairs);
}

/* A trust's rises are turned together in all its series: what it does in one band it does in another. */
static void turn_all(struct field *f, struct fb_prng *r)
{
    fb_code done[256];
    unsigned shift[256], n = 0;
    for (unsigned i = 0; i < f->n; i++) {
        unsigned k = 0;
        while (k < n && done[k] != f->at[i].trust)
            k++;
        if (k == n && n < 256) {
            done[n] = f->at[i].trust;
            shift[n++] = (unsigned)fb_prng_below(r, f->weeks);
        }
        unsigned by = k < n ? shift[k] : 0;
        for (unsigned w = 0; w < f->weeks; w++)
            f->at[i].turned[(w + by) % f->weeks] = f->at[i].rise[w];
    }
}

static void try_chance(struct field *f, const struct contagion_how *how, unsigned weeks, struct contagion *out)
{
    struct fb_prng r;
    unsigned as_large = 1;
    int64_t sum = 0;
    fb_prng_init(&r, how->seed);
    for (unsigned i = 0; i < how->turns; i++) {
        unsigned pairs, followed;
        turn_all(f, &r);
        count_pairs(f, true, weeks, &pairs, &followed);
        int64_t share = share_e4(followed, pairs);
        sum += share;
        as_large += share >= out->observed_e4;
    }
    out->chance_e4 = how->turns == 0 ? 0 : sum / how->turns;
    out->p_e4 = (int64_t)as_large * 10000 / (how->turns + 1);
}

static unsigned count_trusts(const struct field *f)
{
    unsigned n = 0;
    for (unsigned i = 0; i < f->n; i++) {
        bool before = false;
        for (unsigned k = 0; k < i && !before; k++)
            before = f->at[k].trust == f->at[i].trust;
        n += !before;
    }
    return n;
}

static void test(struct field *f, const struct contagion_how *how, struct contagion *out)
{
    unsigned weeks = (how->days + 6) / 7;
    out->trusts = count_trusts(f);
    out->weeks = f->weeks;
    out->series = f->n;
    for (unsigned i = 0; i < f->n; i++)
        for (unsigned w = 0; w < f->weeks; w++)
            out->rises += f->at[i].rise[w];
    count_pairs(f, false, weeks, &out->pairs, &out->followed);
    out->observed_e4 = share_e4(out->followed, out->pairs);
    out->enough = out->rises >= RISES_LEAST && out->trusts >= TRUSTS_LEAST && out->weeks >= WEEKS_LEAST && out->pairs > 0;
    if (out->enough)
        try_chance(f, how, weeks, out);
}

bool contagion_test(const struct paid_list *l, const struct contagion_how *how, struct contagion *out)
{
    struct field f = {0};
    struct paid_list against = {0};
    *out = (struct contagion){0};
    bool ok = against_card(l, &against);
    measure(&f, &against);
    ok = ok && make_room(&f) && fill(&f, &against, how);
    if (ok)
        test(&f, how, out);
    free(f.at);
    free(f.medians);
    free(f.flags);
    free(against.at);
    return ok;
}
