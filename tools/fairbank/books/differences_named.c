/* Rows of the ledger that name a shift, or that say themselves for which month they are. */
#include "tools/fairbank/books/differences_steps.h"
#include <stdlib.h>
#include <string.h>

struct index {
    const struct diff_world *w;
    uint32_t *by_reference, *by_order; /* shifts */
};
/* What the rows that name one shift say of it. */
struct said {
    int64_t here, elsewhere;
    int64_t line; /* the first of the month; -1 none */
    int64_t other;
};
enum { NOT_HELD = -1, MORE_THAN_ONE = -2, ORDER_OF_SEVERAL = -3 };

static const struct diff_world *sorting; /* of qsort, which hands no context on */

static int reference_cmp(const void *a, const void *b)
{
    const struct held_shift *x = &sorting->shift[*(const uint32_t *)a], *y = &sorting->shift[*(const uint32_t *)b];
    int by_reference = fb_span_cmp(x->reference, y->reference);
    return by_reference != 0 ? by_reference : fb_span_cmp(x->source, y->source);
}

static int order_cmp(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int by_order = fb_span_cmp(sorting->shift[x].purchase_order, sorting->shift[y].purchase_order);
    return by_order != 0 ? by_order : (x > y) - (x < y);
}

static uint32_t *sorted_by(const struct diff_world *w, int (*cmp)(const void *, const void *))
{
    uint32_t *shift = malloc((w->n_shifts + 1) * sizeof *shift);
    for (uint32_t i = 0; shift != NULL && i < w->n_shifts; i++)
        shift[i] = i;
    sorting = w;
    if (shift != NULL && w->n_shifts > 0)
        qsort(shift, w->n_shifts, sizeof *shift, cmp);
    return shift;
}

static bool build_index(struct index *x, const struct diff_world *w)
{
    *x = (struct index){w, sorted_by(w, reference_cmp), sorted_by(w, order_cmp)};
    return x->by_reference != NULL && x->by_order != NULL;
}

static struct fb_span name_at(const struct index *x, unsigned i, bool order)
{
    return order ? x->w->shift[x->by_order[i]].purchase_order : x->w->shift[x->by_reference[i]].reference;
}

/* The first place whose reference (or purchase order) is not below. */
static unsigned lower(const struct index *x, struct fb_span name, bool order)
{
    unsigned from = 0, until = x->w->n_shifts;
    while (from < until) {
        unsigned middle = from + (until - from) / 2;
        if (fb_span_cmp(name_at(x, middle, order), name) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

/* source n 0: of any. */
static int64_t find(const struct index *x, struct fb_span source, struct fb_span reference)
{
    int64_t found = NOT_HELD;
    for (unsigned i = lower(x, reference, false); i < x->w->n_shifts; i++) {
        const struct held_shift *s = &x->w->shift[x->by_reference[i]];
        if (!fb_span_eq(s->reference, reference))
            break;
        if (source.n > 0 && !fb_span_eq(s->source, source))
            continue;
        if (found >= 0)
            return MORE_THAN_ONE;
        found = x->by_reference[i];
    }
    return found;
}

/* An order may be for many shifts: a row of it is then held against them together, as one that names none. */
static int64_t find_order(const struct index *x, struct fb_span order)
{
    unsigned i = lower(x, order, true);
    if (i == x->w->n_shifts || !fb_span_eq(name_at(x, i, true), order))
        return NOT_HELD;
    bool alone = i + 1 == x->w->n_shifts || !fb_span_eq(name_at(x, i + 1, true), order);
    return alone ? (int64_t)x->by_order[i] : ORDER_OF_SEVERAL;
}

static int64_t shift_of(const struct index *x, struct fb_span text)
{
    int64_t found = find(x, (struct fb_span){NULL, 0}, text);
    const char *slash = found == NOT_HELD ? memchr(text.p, '/', text.n) : NULL;
    uint32_t n = slash == NULL ? 0 : (uint32_t)(slash - text.p);
    if (n > 0)
        found = find(x, (struct fb_span){text.p, n}, (struct fb_span){slash + 1, text.n - n - 1});
    return found == NOT_HELD ? find_order(x, text) : found;
}

/* A row that leads to no shift may still say which month it is for. true: it is dealt with. */
static bool take_alone(struct diff *d, const struct diff_world *w, uint32_t i, int64_t found)
{
    const struct ledger_line *l = &w->line[i];
    if (l->posted != w->month)
        return true;
    if (l->kind == LEDGER_REVERSAL)
        diff__add(d, DIFF_TIMING, DIFF_WHY_REVERSAL, l->pence, i, -1);
    else if (l->worked != 0 && l->worked != w->month)
        diff__add(d, DIFF_TIMING, DIFF_WHY_FOR_ELSEWHERE, l->pence, i, -1);
    else if (found == MORE_THAN_ONE)
        diff__add(d, DIFF_UNEXPLAINED, DIFF_WHY_SEVERAL, l->pence, i, -1);
    else if (found == NOT_HELD && l->reference.n > 0)
        diff__add(d, DIFF_OUTSIDE, DIFF_WHY_NO_BOOKING, l->pence, i, -1);
    else
        return false;
    return true;
}

static void take_named(struct diff *d, const struct diff_world *w, uint32_t i, int64_t shift, struct said *said)
{
    const struct ledger_line *l = &w->line[i];
    const struct held_shift *s = &w->shift[shift];
    bool here = l->posted == w->month;
    if (here && !s->in_month) {
        diff__add(d, DIFF_TIMING, DIFF_WHY_WORKED_ELSEWHERE, l->pence, i, shift);
        return;
    }
    d->recoded += here && said->line < 0 && s->code.n > 0 && !fb_span_eq(s->code, l->code);
    if (here && said->line < 0)
        said->line = i;
    if (!here && said->other < 0)
        said->other = i;
    *(here ? &said->here : &said->elsewhere) += l->pence;
}

static enum diff_why why_other(const struct held_shift *s)
{
    return s->unpriced ? DIFF_WHY_NO_PRICE : s->shifts == 0 ? DIFF_WHY_CANCELLED : DIFF_WHY_OTHER_AMOUNT;
}

/* Of a shift of the month that rows name. */
static void settle_one(struct diff *d, const struct held_shift *s, int64_t shift, const struct said *said)
{
    for (unsigned b = 0; said->line >= 0 && b < DIFF__BASES; b++)
        if (said->here == diff__on(s, (enum diff__basis)b)) {
            diff__add_basis(d, s, shift, (enum diff__basis)b);
            return;
        }
    int64_t difference = said->here - s->pence;
    bool elsewhere = said->line < 0;
    struct diff_rate rate;
    if (said->line >= 0 && diff__is_vat_at_rate(s, difference, &rate)) {
        diff__add_rate(d, DIFF_WHY_VAT_AT_RATE, difference, shift, rate);
        return;
    }
    for (unsigned b = 0; said->other >= 0 && b < DIFF__BASES; b++)
        elsewhere |= said->here + said->elsewhere == diff__on(s, (enum diff__basis)b);
    elsewhere |= said->other >= 0 && diff__is_vat_at_rate(s, said->here + said->elsewhere - s->pence, &rate);
    if (elsewhere)
        diff__add(d, DIFF_TIMING, DIFF_WHY_POSTED_ELSEWHERE, difference, said->other, shift);
    else
        diff__add(d, DIFF_UNEXPLAINED, why_other(s), difference, said->line, shift);
}

void diff__named(struct diff *d, const struct diff_world *w, bool *used_line, bool *named_shift)
{
    struct index x;
    struct said *said = calloc(w->n_shifts + 1, sizeof *said);
    d->full |= !build_index(&x, w) || said == NULL;
    for (unsigned i = 0; !d->full && i < w->n_shifts; i++)
        said[i].line = said[i].other = -1;
    for (uint32_t i = 0; !d->full && i < w->n_lines; i++) {
        int64_t shift = w->line[i].reference.n > 0 ? shift_of(&x, w->line[i].reference) : NOT_HELD;
        used_line[i] = shift >= 0 || take_alone(d, w, i, shift);
        if (shift < 0)
            continue;
        named_shift[shift] = true;
        take_named(d, w, i, shift, &said[shift]);
    }
    for (uint32_t i = 0; !d->full && i < w->n_shifts; i++)
        if (named_shift[i] && w->shift[i].in_month)
            settle_one(d, &w->shift[i], i, &said[i]);
    free(x.by_reference);
    free(x.by_order);
    free(said);
}
