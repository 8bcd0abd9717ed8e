#include "engine/base/check.h"
#include "tools/fairbank/books/differences_steps.h"
#include "tools/fairbank/books/trust_return.h"
#include <stdlib.h>
#include <string.h>

const char *diff_class_word(enum diff_class c)
{
    static const char *const words[] = {
#define X(id, word, text) word,
        DIFF_CLASS_MAP(X)
#undef X
    };
    return words[c];
}

const char *diff_class_text(enum diff_class c)
{
    static const char *const texts[] = {
#define X(id, word, text) text,
        DIFF_CLASS_MAP(X)
#undef X
    };
    return texts[c];
}

const char *diff_why_text(enum diff_why w)
{
    static const char *const texts[] = {
#define X(id, text) text,
        DIFF_WHY_MAP(X)
#undef X
    };
    return texts[w];
}

/* ---- items ---- */

static struct diff_item *next_item(struct diff *d)
{
    if (d->n_items == d->item_room) {
        unsigned room = d->item_room == 0 ? 256 : d->item_room * 2;
        struct diff_item *more = realloc(d->item, room * sizeof *more);
        d->full |= more == NULL;
        if (more == NULL)
            return NULL;
        d->item = more;
        d->item_room = room;
    }
    return &d->item[d->n_items++];
}

/* Nought is no difference. */
void diff__add(struct diff *d, enum diff_class in, enum diff_why why, int64_t pence, int64_t line, int64_t shift)
{
    struct diff_item *item = pence == 0 ? NULL : next_item(d);
    if (item != NULL)
        *item = (struct diff_item){in, why, pence, line, shift, -1, {0, FB_VAT_BASE_NONE}};
}

void diff__add_rate(struct diff *d, enum diff_why why, int64_t pence, int64_t shift, struct diff_rate rate)
{
    struct diff_item *item = pence == 0 ? NULL : next_item(d);
    if (item != NULL)
        *item = (struct diff_item){DIFF_VAT, why, pence, -1, shift, -1, rate};
}

/* Counts that differ are told though their pounds agree. */
void diff__add_pool(struct diff *d, enum diff_class in, enum diff_why why, int64_t pence, unsigned pool)
{
    struct diff_item *item = pence == 0 && why != DIFF_WHY_COUNTS_DIFFER ? NULL : next_item(d);
    if (item != NULL)
        *item = (struct diff_item){in, why, pence, -1, -1, pool, {0, FB_VAT_BASE_NONE}};
}

bool diff__is_open(const struct held_shift *s, const struct diff_world *w)
{
    return !s->settled && (w->sheets_come >> (unsigned)s->route & 1u) != 0;
}

int64_t diff__on(const struct held_shift *s, enum diff__basis b)
{
    switch (b) {
    case DIFF__HELD: return s->pence;
    case DIFF__WITH_VAT: return s->pence + s->vat;
    case DIFF__WITHOUT_INSIDE: return s->pence - s->inside;
    case DIFF__WITH_TOP: return s->pence + s->on_top;
    case DIFF__VAT_LESS_INSIDE: return s->pence + s->vat - s->inside;
    case DIFF__VAT_AND_TOP: return s->pence + s->vat + s->on_top;
    case DIFF__BASES: break;
    }
    return s->pence;
}

void diff__add_basis(struct diff *d, const struct held_shift *s, int64_t shift, enum diff__basis b)
{
    bool vat = b == DIFF__WITH_VAT || b == DIFF__VAT_LESS_INSIDE || b == DIFF__VAT_AND_TOP;
    bool less = b == DIFF__WITHOUT_INSIDE || b == DIFF__VAT_LESS_INSIDE, top = b == DIFF__WITH_TOP || b == DIFF__VAT_AND_TOP;
    diff__add(d, DIFF_VAT, DIFF_WHY_VAT_ON_TOP, vat ? s->vat : 0, -1, shift);
    diff__add(d, DIFF_ON_COST, DIFF_WHY_COSTS_ELSEWHERE, less ? -s->inside : 0, -1, shift);
    diff__add(d, DIFF_ON_COST, DIFF_WHY_COSTS_ON_TOP, top ? s->on_top : 0, -1, shift);
}

static int item_cmp(const void *a, const void *b)
{
    const struct diff_item *x = a, *y = b;
    const int64_t d[] = {(int64_t)x->in - (int64_t)y->in, (int64_t)x->why - (int64_t)y->why, x->pool - y->pool, x->line - y->line, x->shift - y->shift};
    for (unsigned i = 0; i < sizeof d / sizeof d[0]; i++)
        if (d[i] != 0)
            return d[i] < 0 ? -1 : 1;
    return 0;
}

/* The promise of the header: every pound of the difference stands in one class. */
void diff__close(struct diff *d)
{
    int64_t sum = 0;
    if (d->full)
        return;
    if (d->n_items > 0)
        qsort(d->item, d->n_items, sizeof *d->item, item_cmp);
    for (unsigned i = 0; i < d->n_items; i++) {
        const struct diff_item *item = &d->item[i];
        d->sum[item->in] += item->pence;
        d->count[item->in]++;
        if (item->in == DIFF_UNEXPLAINED)
            d->unexplained += item->pence < 0 ? -item->pence : item->pence;
    }
    for (unsigned c = 0; c < DIFF_CLASSES; c++)
        sum += d->sum[c];
    fb_assert(sum == d->said - d->held);
}

static void take_totals(struct diff *d, const struct diff_world *w)
{
    for (unsigned i = 0; i < w->n_lines; i++)
        if (w->line[i].posted == w->month) {
            d->said += w->line[i].pence;
            d->n_lines++;
        }
    for (unsigned i = 0; i < w->n_shifts; i++)
        if (w->shift[i].in_month) {
            d->held += w->shift[i].pence;
            d->n_shifts += w->shift[i].shifts;
        }
}

enum fb_err diff_sort(struct diff *out, const struct diff_world *w)
{
    *out = (struct diff){0};
    bool *used = calloc(w->n_lines + 1, sizeof *used), *named = calloc(w->n_shifts + 1, sizeof *named);
    take_totals(out, w);
    if (used == NULL || named == NULL) {
        out->full = true;
    } else {
        diff__named(out, w, used, named);
        out->full |= !diff__pools(out, w, used, named);
    }
    free(used);
    free(named);
    diff__close(out);
    return out->full ? FB_FULL : FB_OK;
}

void diff_free(struct diff *d)
{
    free(d->item);
    free(d->pool);
    free(d->lists);
    *d = (struct diff){0};
}
