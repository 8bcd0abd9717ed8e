/* Rows that name no shift against the shifts that no row names: by code, and by cost centre and agency where all of a code's rows and
 * shifts give them; a return's rows by route and staff group. */
#include "tools/fairbank/books/differences_steps.h"
#include "tools/fairbank/books/trust_return.h"
#include <stdlib.h>
#include <string.h>

struct entry {
    struct fb_span code, cost_centre, agency;
    unsigned route, staff_group; /* of a return's */
    bool is_shift;
    uint32_t index;
};
struct entries {
    struct entry *of;
    unsigned n;
};

static int entry_cmp(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int by_text[] = {fb_span_cmp(x->code, y->code), fb_span_cmp(x->cost_centre, y->cost_centre), fb_span_cmp(x->agency, y->agency)};
    const int64_t by_number[] = {(int64_t)x->route - y->route, (int64_t)x->staff_group - y->staff_group, x->is_shift - y->is_shift, (int64_t)x->index - y->index};
    for (unsigned i = 0; i < 3; i++)
        if (by_text[i] != 0)
            return by_text[i];
    for (unsigned i = 0; i < 4; i++)
        if (by_number[i] != 0)
            return by_number[i] < 0 ? -1 : 1;
    return 0;
}

static bool same_pool(const struct entry *a, const struct entry *b)
{
    return fb_span_eq(a->code, b->code) && fb_span_eq(a->cost_centre, b->cost_centre) && fb_span_eq(a->agency, b->agency) &&
           a->route == b->route && a->staff_group == b->staff_group;
}

/* A code of which one row or shift lacks a cost centre is not split by it: the row might be any's. */
static void blunt(struct entry *e, unsigned n)
{
    bool centres = true, agencies = true;
    for (unsigned i = 0; i < n; i++) {
        centres = centres && e[i].cost_centre.n > 0;
        agencies = agencies && e[i].agency.n > 0;
    }
    for (unsigned i = 0; i < n; i++) {
        if (!centres)
            e[i].cost_centre = (struct fb_span){NULL, 0};
        if (!agencies)
            e[i].agency = (struct fb_span){NULL, 0};
    }
}

static void sort_entries(struct entries *e)
{
    if (e->n == 0)
        return;
    qsort(e->of, e->n, sizeof *e->of, entry_cmp);
    for (unsigned i = 0, n; i < e->n; i += n) {
        for (n = 1; i + n < e->n && fb_span_eq(e->of[i].code, e->of[i + n].code); n++)
            continue;
        blunt(&e->of[i], n);
    }
    qsort(e->of, e->n, sizeof *e->of, entry_cmp);
}

static struct diff_pool *next_pool(struct diff *d)
{
    if (d->n_pools == d->pool_room) {
        unsigned room = d->pool_room == 0 ? 64 : d->pool_room * 2;
        struct diff_pool *more = realloc(d->pool, room * sizeof *more);
        if (more == NULL)
            return NULL;
        d->pool = more;
        d->pool_room = room;
    }
    d->pool[d->n_pools] = (struct diff_pool){.counted = -1};
    return &d->pool[d->n_pools++];
}

static void fill_pool(struct diff_pool *p, const struct diff_world *w, const struct entry *e, unsigned n, uint32_t *lists)
{
    p->code = e->code, p->cost_centre = e->cost_centre, p->agency = e->agency;
    p->route = (enum fb_route)e->route, p->staff_group = (enum fb_staff_group)e->staff_group;
    p->line = lists;
    for (unsigned i = 0; i < n; i++)
        lists[i] = e[i].index;
    while (p->n_lines < n && !e[p->n_lines].is_shift)
        p->said += w->line[e[p->n_lines++].index].pence;
    p->shift = lists + p->n_lines;
    p->n_shifts = n - p->n_lines;
    for (unsigned i = 0; i < p->n_shifts; i++) {
        const struct held_shift *s = &w->shift[p->shift[i]];
        p->held += s->in_month ? s->pence : 0;
        if (e->route == 0 && s->arrears_days > p->arrears_days) /* a return tells of when shifts were worked */
            p->arrears_days = s->arrears_days;
    }
}

static bool make_pools(struct diff *d, const struct diff_world *w, struct entries *e)
{
    sort_entries(e);
    d->lists = malloc((e->n + 1) * sizeof *d->lists);
    for (unsigned i = 0, n; d->lists != NULL && i < e->n; i += n) {
        struct diff_pool *p = next_pool(d);
        if (p == NULL)
            return false;
        for (n = 1; i + n < e->n && same_pool(&e->of[i], &e->of[i + n]); n++)
            continue;
        fill_pool(p, w, &e->of[i], n, d->lists + i);
    }
    return d->lists != NULL;
}

/* A shift of the days before the month, of a code that is posted so late. */
static bool from_before(const struct held_shift *s, const struct diff_world *w)
{
    return !s->in_month && s->day < w->month && (int64_t)s->day >= (int64_t)w->month - s->arrears_days;
}

bool diff__pools(struct diff *d, const struct diff_world *w, const bool *used_line, const bool *named_shift)
{
    struct entries e = {calloc((size_t)w->n_lines + w->n_shifts + 1, sizeof *e.of), 0};
    if (e.of == NULL)
        return false;
    for (uint32_t i = 0; i < w->n_lines; i++)
        if (!used_line[i])
            e.of[e.n++] = (struct entry){.code = w->line[i].code, .cost_centre = w->line[i].cost_centre, .agency = w->line[i].supplier, .index = i};
    for (uint32_t i = 0; i < w->n_shifts; i++) {
        const struct held_shift *s = &w->shift[i];
        if (named_shift[i] || !(s->in_month || from_before(s, w)) || (s->shifts == 0 && s->pence == 0))
            continue;
        if (s->code.n > 0)
            e.of[e.n++] = (struct entry){.code = s->code, .cost_centre = s->cost_centre, .agency = s->agency, .is_shift = true, .index = i};
        else if (s->in_month)
            diff__add(d, DIFF_UNEXPLAINED, DIFF_WHY_NO_CODE, -s->pence, -1, i);
    }
    bool made = make_pools(d, w, &e);
    free(e.of);
    for (unsigned i = 0; made && i < d->n_pools; i++)
        diff__settle(d, w, i);
    return made;
}

/* ---- a return ---- */

static void take_counts(struct diff *d, const struct return_line *line)
{
    for (unsigned i = 0; i < d->n_pools; i++) {
        struct diff_pool *p = &d->pool[i];
        p->counted = 0;
        for (unsigned k = 0; k < p->n_lines; k++)
            p->counted += line[p->line[k]].shifts;
    }
}

enum fb_err diff_sort_return(struct diff *out, const struct diff_world *w, const struct return_line *line, unsigned n, bool counts)
{
    *out = (struct diff){.n_lines = n};
    struct ledger_line *as_lines = calloc(n + 1, sizeof *as_lines);
    struct entries e = {calloc((size_t)n + w->n_shifts + 1, sizeof *e.of), 0};
    struct diff_world whole = *w;
    whole.line = as_lines, whole.n_lines = n;
    out->full = as_lines == NULL || e.of == NULL;
    for (uint32_t i = 0; !out->full && i < n; i++) {
        as_lines[i] = (struct ledger_line){.line = line[i].line, .pence = line[i].pence, .posted = w->month};
        out->said += line[i].pence;
        e.of[e.n++] = (struct entry){.route = line[i].route, .staff_group = line[i].staff_group, .index = i};
    }
    for (uint32_t i = 0; !out->full && i < w->n_shifts; i++) {
        const struct held_shift *s = &w->shift[i];
        out->held += s->in_month ? s->pence : 0;
        out->n_shifts += s->in_month ? s->shifts : 0;
        if (s->in_month && (s->shifts > 0 || s->pence != 0))
            e.of[e.n++] = (struct entry){.route = s->route, .staff_group = s->staff_group, .is_shift = true, .index = i};
    }
    out->full = out->full || !make_pools(out, &whole, &e);
    if (!out->full && counts)
        take_counts(out, line);
    for (unsigned i = 0; !out->full && i < out->n_pools; i++)
        diff__settle(out, &whole, i);
    free(e.of);
    free(as_lines);
    diff__close(out);
    return out->full ? FB_FULL : FB_OK;
}
