/* Rows and shifts that are held against each other as a whole: which of the shifts can the books have, and on which basis, so that
 * the sum is theirs to the penny? The plain answer comes first, and the first that fits is taken. */
#include "tools/fairbank/books/differences_steps.h"
#include <stdlib.h>

/* Which shifts the books of the month have. */
enum posted { ALL, INVOICED, SETTLED, SHIFTED, POSTED_END };

static bool in_tail(const struct held_shift *s, const struct diff_world *w)
{
    return s->arrears_days > 0 && (int64_t)s->day >= (int64_t)w->next - s->arrears_days;
}

static bool is_posted(const struct held_shift *s, const struct diff_world *w, enum posted set)
{
    switch (set) {
    case ALL: return s->in_month;
    case INVOICED: return s->in_month && s->invoiced;
    case SETTLED: return s->in_month && !diff__is_open(s, w);
    case SHIFTED: return !s->in_month || !in_tail(s, w); /* those before the month are in the pool for that alone */
    case POSTED_END: break;
    }
    return false;
}

static bool can_be(const struct diff_pool *p, const struct diff_world *w, enum posted set)
{
    return (set != INVOICED || w->invoices_come) && (set != SHIFTED || p->arrears_days > 0);
}

static int64_t sum_of(const struct diff_pool *p, const struct diff_world *w, enum posted set, enum diff__basis basis)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < p->n_shifts; i++)
        sum += is_posted(&w->shift[p->shift[i]], w, set) ? diff__on(&w->shift[p->shift[i]], basis) : 0;
    return sum;
}

static int64_t count_of(const struct diff_pool *p, const struct diff_world *w, enum posted set)
{
    int64_t n = 0;
    for (unsigned i = 0; i < p->n_shifts; i++)
        n += is_posted(&w->shift[p->shift[i]], w, set) ? w->shift[p->shift[i]].shifts : 0;
    return n;
}

static void add_posted(struct diff *d, const struct diff_pool *p, const struct diff_world *w, enum posted set, enum diff__basis basis)
{
    static const enum diff_why why[POSTED_END] = {DIFF_WHY_NOTHING, DIFF_WHY_NOT_INVOICED, DIFF_WHY_NOT_APPROVED, DIFF_WHY_IN_ARREARS};
    for (unsigned i = 0; i < p->n_shifts; i++) {
        const struct held_shift *s = &w->shift[p->shift[i]];
        bool posted = is_posted(s, w, set);
        if (posted)
            diff__add_basis(d, s, p->shift[i], basis);
        if (posted && !s->in_month)
            diff__add(d, DIFF_TIMING, DIFF_WHY_ARREARS_BEFORE, s->pence, -1, p->shift[i]);
        if (!posted && s->in_month)
            diff__add(d, DIFF_TIMING, why[set], -s->pence, -1, p->shift[i]);
    }
}

static bool settle_whole(struct diff *d, const struct diff_pool *p, const struct diff_world *w)
{
    for (unsigned set = ALL; set < POSTED_END; set++) {
        bool fits = can_be(p, w, (enum posted)set) && (p->counted < 0 || p->counted == count_of(p, w, (enum posted)set));
        for (unsigned b = 0; fits && b < DIFF__BASES; b++)
            if (sum_of(p, w, (enum posted)set, (enum diff__basis)b) == p->said) {
                add_posted(d, p, w, (enum posted)set, (enum diff__basis)b);
                return true;
            }
    }
    return false;
}

/* The same with VAT on them that the rules do not give: only where nothing plainer fits. */
static bool settle_at_rate(struct diff *d, const struct diff_pool *p, const struct diff_world *w)
{
    bool *posted = calloc(p->n_shifts + 1, sizeof *posted), found = false;
    d->full |= posted == NULL;
    for (unsigned set = ALL; posted != NULL && !found && set < POSTED_END; set++) {
        if (!can_be(p, w, (enum posted)set) || (p->counted >= 0 && p->counted != count_of(p, w, (enum posted)set)))
            continue;
        for (unsigned i = 0; i < p->n_shifts; i++)
            posted[i] = is_posted(&w->shift[p->shift[i]], w, (enum posted)set);
        found = diff__add_vat_at_rate(d, w, p, posted, p->said - sum_of(p, w, (enum posted)set, DIFF__HELD));
        if (found)
            add_posted(d, p, w, (enum posted)set, DIFF__HELD);
    }
    free(posted);
    return found;
}

/* The one row without which the rest agrees; two such rows leave it open which. */
static bool settle_but_one(struct diff *d, const struct diff_pool *p, const struct diff_world *w)
{
    int64_t out = -1;
    enum diff__basis basis = DIFF__HELD;
    for (unsigned b = 0; b < DIFF__BASES; b++) {
        int64_t sum = sum_of(p, w, ALL, (enum diff__basis)b);
        for (unsigned i = 0; i < p->n_lines; i++) {
            if (p->said - w->line[p->line[i]].pence != sum || out == p->line[i])
                continue;
            if (out >= 0)
                return false;
            out = p->line[i];
            basis = (enum diff__basis)b;
        }
    }
    if (out < 0)
        return false;
    add_posted(d, p, w, ALL, basis);
    diff__add(d, DIFF_OUTSIDE, DIFF_WHY_ALONE_OUTSIDE, w->line[out].pence, out, -1);
    return true;
}

/* A code without a row: what each shift says of itself. */
static void settle_shifts(struct diff *d, const struct diff_pool *p, const struct diff_world *w)
{
    for (unsigned i = 0; i < p->n_shifts; i++) {
        const struct held_shift *s = &w->shift[p->shift[i]];
        enum diff_why why = diff__is_open(s, w)                ? DIFF_WHY_NOT_APPROVED
                            : w->invoices_come && !s->invoiced ? DIFF_WHY_NOT_INVOICED
                            : in_tail(s, w)                    ? DIFF_WHY_IN_ARREARS
                                                               : DIFF_WHY_NOT_IN_LEDGER;
        if (s->in_month)
            diff__add(d, why == DIFF_WHY_NOT_IN_LEDGER ? DIFF_UNEXPLAINED : DIFF_TIMING, why, -s->pence, -1, p->shift[i]);
    }
}

static enum diff_why why_open(const struct diff_pool *p, const struct diff_world *w)
{
    unsigned unpriced = 0, here = 0;
    for (unsigned i = 0; i < p->n_shifts; i++) {
        unpriced += w->shift[p->shift[i]].in_month && w->shift[p->shift[i]].unpriced;
        here += w->shift[p->shift[i]].in_month;
    }
    if (p->n_lines == 0)
        return DIFF_WHY_NO_ROW;
    if (p->counted >= 0 && p->counted != count_of(p, w, ALL))
        return DIFF_WHY_COUNTS_DIFFER;
    return here > 0 && unpriced == here ? DIFF_WHY_NO_PRICE : DIFF_WHY_SUMS_DIFFER;
}

/* Accruals of shifts that are not approved are estimates, and go when those are. */
static bool is_estimate(const struct diff_pool *p, const struct diff_world *w)
{
    bool all = p->route == FB_ROUTE_NONE && p->n_lines > 0;
    for (unsigned i = 0; i < p->n_lines; i++)
        all = all && w->line[p->line[i]].kind == LEDGER_ACCRUAL;
    for (unsigned i = 0; i < p->n_shifts; i++)
        all = all && (!w->shift[p->shift[i]].in_month || diff__is_open(&w->shift[p->shift[i]], w));
    return all;
}

void diff__settle(struct diff *d, const struct diff_world *w, unsigned pool)
{
    const struct diff_pool *p = &d->pool[pool];
    bool of_return = p->route != FB_ROUTE_NONE, here = false;
    unsigned before = d->n_items;
    for (unsigned i = 0; i < p->n_shifts; i++)
        here = here || w->shift[p->shift[i]].in_month;
    if (p->n_lines == 0 && !of_return)
        settle_shifts(d, p, w);
    else if (settle_whole(d, p, w) || settle_at_rate(d, p, w) || (!of_return && p->n_lines > 1 && here && settle_but_one(d, p, w)))
        ; /* given to classes */
    else if (!here)
        for (unsigned i = 0; i < p->n_lines; i++)
            diff__add(d, DIFF_OUTSIDE, DIFF_WHY_NO_SHIFTS, w->line[p->line[i]].pence, p->line[i], -1);
    else if (is_estimate(p, w))
        diff__add_pool(d, DIFF_TIMING, DIFF_WHY_ESTIMATE, p->said - p->held, pool);
    else
        diff__add_pool(d, DIFF_UNEXPLAINED, why_open(p, w), p->said - p->held, pool);
    for (unsigned i = before; i < d->n_items; i++)
        d->item[i].pool = pool;
}
