#include "tools/fairbank/months/accruals.h"
#include <stdlib.h>
#include <string.h>

static bool is_accrued(const struct month_shift *s, fb_code trust, fb_day until)
{
    return s->kind != MONTH_NOTHING && !s->invoiced && s->day < until && (trust == 0 || s->payer == trust);
}

/* ---- order ---- */

static int order_codes(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int order_groups(const struct month_shift *a, const struct month_shift *b)
{
    int by = order_codes(a->payer, b->payer);
    by = by != 0 ? by : order_codes((uint64_t)a->route, (uint64_t)b->route);
    by = by != 0 ? by : fb_span_cmp(a->cost_centre, b->cost_centre);
    return by != 0 ? by : fb_span_cmp(a->subjective, b->subjective);
}

static int order_lines(const void *left, const void *right)
{
    const struct month_shift *a = *(const struct month_shift *const *)left, *b = *(const struct month_shift *const *)right;
    int by = order_groups(a, b);
    by = by != 0 ? by : order_codes((uint64_t)a->day, (uint64_t)b->day);
    return by != 0 ? by : fb_span_cmp(a->name, b->name);
}

/* ---- accruals ---- */

static void cover(struct accruals *a, const struct month_shift *s)
{
    struct accrual_cover *c = NULL;
    for (unsigned i = 0; i < a->n_cover && c == NULL; i++)
        c = a->cover[i].trust == s->payer ? &a->cover[i] : NULL;
    if (c == NULL) {
        c = &a->cover[a->n_cover++];
        *c = (struct accrual_cover){.trust = s->payer, .first = s->day, .last = s->day};
    }
    c->shifts++;
    c->approved += s->kind == MONTH_APPROVED;
    c->unapproved += s->kind == MONTH_UNAPPROVED;
    c->invoiced += s->invoiced;
    c->first = s->day < c->first ? s->day : c->first;
    c->last = s->day > c->last ? s->day : c->last;
}

/* Payers are few: a trust a legal body. Room is made for as many as there are shifts of different ones. */
static unsigned payers(const struct month_list *list)
{
    unsigned n = 0;
    fb_code last = 0;
    for (unsigned i = 0; i < list->n; i++) {
        n += i == 0 || list->shift[i].payer != last;
        last = list->shift[i].payer;
    }
    return n;
}

static enum fb_err gather(const struct month_list *list, fb_code trust, fb_day until, struct accruals *out)
{
    out->line = calloc(list->n + 1u, sizeof(*out->line));
    out->group = calloc(list->n + 1u, sizeof(*out->group));
    out->cover = calloc(payers(list) + 1u, sizeof(*out->cover));
    if (out->line == NULL || out->group == NULL || out->cover == NULL)
        return FB_FULL;
    for (unsigned i = 0; i < list->n; i++) {
        const struct month_shift *s = &list->shift[i];
        if (trust != 0 && s->payer != trust)
            continue;
        cover(out, s);
        if (is_accrued(s, trust, until))
            out->line[out->n_lines++] = s;
        else
            ++*(s->invoiced ? &out->invoiced : s->kind == MONTH_NOTHING ? &out->nothing : &out->to_come);
    }
    return FB_OK;
}

static bool group_lines(struct accruals *a)
{
    bool fits = true;
    for (unsigned i = 0; i < a->n_lines; i++) {
        const struct month_shift *s = a->line[i];
        if (a->n_groups == 0 || order_groups(a->group[a->n_groups - 1].of, s) != 0)
            a->group[a->n_groups++] = (struct accrual_group){.of = s};
        struct accrual_group *g = &a->group[a->n_groups - 1];
        fits = month_money_add(&g->kind[s->kind], &s->owed, 1) && month_money_add(&g->total, &s->owed, 1) && fits;
    }
    for (unsigned i = 0; i < a->n_groups; i++) {
        fits = month_money_add(&a->total, &a->group[i].total, 1) && fits;
        for (unsigned k = 0; k < MONTH_KINDS; k++)
            fits = month_money_add(&a->kind[k], &a->group[i].kind[k], 1) && fits;
    }
    return fits;
}

/* The total once more, from the shifts as they were read and not from the groups. */
static bool agrees(const struct month_list *list, fb_code trust, fb_day until, const struct accruals *a)
{
    struct month_money shifts = {0}, kinds = {0};
    for (unsigned i = 0; i < list->n; i++)
        if (is_accrued(&list->shift[i], trust, until) && !month_money_add(&shifts, &list->shift[i].owed, 1))
            return false;
    for (unsigned k = 0; k < MONTH_KINDS; k++)
        if (!month_money_add(&kinds, &a->kind[k], 1))
            return false;
    return month_money_eq(&shifts, &a->total) && month_money_eq(&kinds, &a->total);
}

enum fb_err accruals_fold(const struct month_list *list, fb_code trust, fb_day until, struct accruals *out)
{
    *out = (struct accruals){0};
    enum fb_err e = gather(list, trust, until, out);
    if (e != FB_OK)
        return e;
    qsort(out->line, out->n_lines, sizeof(*out->line), order_lines);
    if (!group_lines(out))
        return FB_OVERFLOW;
    return agrees(list, trust, until, out) ? FB_OK : FB_DAMAGED;
}

void accruals_release(struct accruals *a)
{
    free(a->line);
    free(a->group);
    free(a->cover);
    *a = (struct accruals){0};
}

/* ---- what became of them ---- */

const char *accrual_fate_word(enum accrual_fate fate)
{
    static const char *const word[ACCRUAL_FATES] = {"still open", "approved since", "changed", "invoiced", "fell away", "came since"};
    return word[fate];
}

const char *accrual_fate_key(enum accrual_fate fate)
{
    static const char *const word[ACCRUAL_FATES] = {"still_open", "approved_since", "changed", "invoiced", "fell_away", "came_since"};
    return word[fate];
}

static bool settle(struct accrual_line *l, bool accrued, bool open)
{
    bool fits = true;
    if (accrued)
        l->accrued = l->then->owed;
    if (open)
        *(accrued ? &l->open : &l->come) = l->now->owed;
    if (l->now != NULL && l->now->invoiced)
        l->became = l->now->invoice;
    l->fate = !accrued                                            ? ACCRUAL_NEW
              : !open                                             ? (l->now != NULL && l->now->invoiced ? ACCRUAL_INVOICED : ACCRUAL_FELL)
              : l->now->kind == MONTH_APPROVED && l->then->kind == MONTH_UNAPPROVED ? ACCRUAL_APPROVED
              : month_money_eq(&l->now->owed, &l->then->owed)     ? ACCRUAL_OPEN
                                                                  : ACCRUAL_CHANGED;
    fits = month_money_add(&l->reversal, &l->accrued, 1);
    return month_money_add(&l->reversal, &l->open, -1) && fits;
}

/* Both lists ascend by subject: each shift of either is met once. What was accrued at neither moment is no line. */
static bool meet(const struct month_list *then, const struct month_list *now, fb_code trust, fb_day until, struct accrual_reversal *r)
{
    bool fits = true;
    for (unsigned i = 0, k = 0; i < then->n || k < now->n;) {
        const struct month_shift *a = i < then->n ? &then->shift[i] : NULL, *b = k < now->n ? &now->shift[k] : NULL;
        bool left = a != NULL && (b == NULL || a->subject <= b->subject), right = b != NULL && (a == NULL || b->subject <= a->subject);
        i += left;
        k += right;
        struct accrual_line l = {.then = left ? a : NULL, .now = right ? b : NULL};
        bool accrued = left && is_accrued(a, trust, until), open = right && is_accrued(b, trust, until);
        if (!accrued && !open)
            continue;
        fits = settle(&l, accrued, open) && fits;
        r->line[r->n++] = l;
    }
    return fits;
}

static const struct month_shift *either(const struct accrual_line *l) { return l->then != NULL ? l->then : l->now; }

static int order_reversals(const void *left, const void *right)
{
    const struct month_shift *a = either(left), *b = either(right);
    int by = order_codes(a->payer, b->payer);
    by = by != 0 ? by : order_codes((uint64_t)a->day, (uint64_t)b->day);
    return by != 0 ? by : fb_span_cmp(a->name, b->name);
}

static bool add_up(struct accrual_reversal *r)
{
    bool fits = true;
    for (unsigned i = 0; i < r->n; i++) {
        const struct accrual_line *l = &r->line[i];
        r->fate[l->fate].shifts++;
        fits = month_money_add(&r->fate[l->fate].accrued, &l->accrued, 1) && month_money_add(&r->fate[l->fate].reversal, &l->reversal, 1) &&
               month_money_add(&r->fate[l->fate].open, &l->open, 1) && month_money_add(&r->fate[l->fate].come, &l->come, 1) &&
               month_money_add(&r->fate[l->fate].became, &l->became, 1) && fits;
    }
    for (unsigned f = 0; f < ACCRUAL_FATES; f++) {
        r->total.shifts += r->fate[f].shifts;
        fits = month_money_add(&r->total.accrued, &r->fate[f].accrued, 1) && month_money_add(&r->total.reversal, &r->fate[f].reversal, 1) &&
               month_money_add(&r->total.open, &r->fate[f].open, 1) && month_money_add(&r->total.come, &r->fate[f].come, 1) &&
               month_money_add(&r->total.became, &r->fate[f].became, 1) && fits;
    }
    return fits;
}

/* Against two folds of their own: the accrual of then, and that of now. */
static enum fb_err prove(const struct month_list *then, const struct month_list *now, fb_code trust, fb_day until, const struct accrual_reversal *r)
{
    struct accruals before, after;
    struct month_money nought = r->total.accrued, open = r->total.open;
    enum fb_err e = accruals_fold(then, trust, until, &before), e2 = accruals_fold(now, trust, until, &after);
    bool good = e == FB_OK && e2 == FB_OK && month_money_add(&nought, &r->total.reversal, -1) && month_money_add(&nought, &r->total.open, -1) &&
                month_money_add(&open, &r->total.come, 1) && month_money_eq(&nought, &(struct month_money){0}) &&
                month_money_eq(&before.total, &r->total.accrued) && month_money_eq(&after.total, &open);
    accruals_release(&before);
    accruals_release(&after);
    return e != FB_OK ? e : e2 != FB_OK ? e2 : good ? FB_OK : FB_DAMAGED;
}

enum fb_err accruals_reverse(const struct month_list *then, const struct month_list *now, fb_code trust, fb_day until, struct accrual_reversal *out)
{
    *out = (struct accrual_reversal){.line = calloc((size_t)then->n + now->n + 1, sizeof(*out->line))};
    if (out->line == NULL)
        return FB_FULL;
    bool fits = meet(then, now, trust, until, out);
    qsort(out->line, out->n, sizeof(*out->line), order_reversals);
    fits = add_up(out) && fits;
    return fits ? prove(then, now, trust, until, out) : FB_OVERFLOW;
}

void accruals_reversal_release(struct accrual_reversal *r)
{
    free(r->line);
    *r = (struct accrual_reversal){0};
}
