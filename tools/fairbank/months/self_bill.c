#include "tools/fairbank/months/self_bill.h"
#include <stdlib.h>

const char *self_bill_change_word(enum self_bill_change change)
{
    static const char *const word[SELF_BILL_CHANGES] = {"added", "changed", "taken_back"};
    return word[change];
}

static bool add(struct self_bill_sum *to, const struct self_bill_sum *s, int sign)
{
    struct month_money sum = {.pence = to->pence, .vat = to->vat, .minutes = to->minutes};
    const struct month_money part = {.pence = s->pence, .vat = s->vat, .minutes = s->minutes};
    bool fits = month_money_add(&sum, &part, sign);
    *to = (struct self_bill_sum){sum.pence, sum.vat, sum.minutes};
    return fits;
}

static bool same(const struct self_bill_sum *a, const struct self_bill_sum *b)
{
    return a->pence == b->pence && a->vat == b->vat && a->minutes == b->minutes;
}

static bool is_nought(const struct self_bill_sum *s) { return same(s, &(struct self_bill_sum){0}); }

static int order_codes(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int order_keys(const void *left, const void *right)
{
    const struct self_bill_line *a = left, *b = right;
    int by = fb_span_cmp(a->shift, b->shift);
    return by != 0 ? by : order_codes(a->payer, b->payer);
}

static int order_lines(const void *left, const void *right)
{
    const struct self_bill_line *a = left, *b = right;
    int by = order_codes(a->payer, b->payer);
    by = by != 0 ? by : order_codes((uint64_t)a->day, (uint64_t)b->day);
    return by != 0 ? by : fb_span_cmp(a->shift, b->shift);
}

static int order_held(const void *left, const void *right)
{
    const struct self_bill_held *a = left, *b = right;
    int by = order_codes((uint64_t)a->of->day, (uint64_t)b->of->day);
    return by != 0 ? by : fb_span_cmp(a->of->name, b->of->name);
}

/* ---- what may be paid now ---- */

static bool was_billed(const struct self_bill_before *before, const struct month_shift *s)
{
    const struct self_bill_line key = {.shift = s->name, .payer = s->payer};
    const struct self_bill_line *l = before->n == 0 ? NULL : bsearch(&key, before->line, before->n, sizeof(*before->line), order_keys);
    return l != NULL && !is_nought(&l->stands);
}

/* Who is engaged directly is paid by the trust: the agency is owed its commission alone. */
static bool is_agencys_part(const struct month_shift *s) { return s->direct && s->kind != MONTH_CANCELLATION; }

/* NULL: it may be paid. An invoice that came after a run is most likely that run's own, and holds nothing back. */
static const char *held_why(const struct month_shift *s, const struct self_bill_before *before)
{
    if (s->kind == MONTH_UNAPPROVED)
        return "no approved timesheet";
    if (s->breaches.n > 0)
        return "an open breach that no approval answers";
    if (s->owed.unpriced > 0)
        return "nobody can say what it costs";
    if (is_agencys_part(s) && s->owed.commission == 0)
        return "the trust pays the worker itself, and nobody can say the agency's commission";
    if (s->owed.vat_unsaid > 0)
        return "nobody can say which VAT it bears";
    if (s->invoiced && !was_billed(before, s))
        return "an invoice is matched to it already";
    return NULL;
}

static void propose(struct self_bill_line *to, const struct month_shift *s)
{
    *to = (struct self_bill_line){.shift = s->name,
                                  .payer = s->payer,
                                  .day = s->day,
                                  .cost_centre = s->cost_centre,
                                  .subjective = s->subjective,
                                  .purchase_order = s->purchase_order,
                                  .timesheet = s->sheet,
                                  .confirmation = s->confirmation,
                                  .posted = s->posted,
                                  .treatment = s->kind == MONTH_CANCELLATION ? fb_span_of("cancellation") : s->vat,
                                  .stands = {is_agencys_part(s) ? s->owed.commission : s->owed.pence, s->owed.vat, s->owed.minutes}};
}

static bool gather(const struct month_list *list, struct fb_span supplier, fb_code trust, const struct self_bill_before *before, struct self_bill *b,
                   struct self_bill_line *now, unsigned *n)
{
    bool fits = true;
    for (unsigned i = 0; i < list->n; i++) {
        const struct month_shift *s = &list->shift[i];
        if (!fb_span_eq(s->agency, supplier) || (trust != 0 && s->payer != trust) || s->kind == MONTH_NOTHING)
            continue;
        const char *why = held_why(s, before);
        if (why != NULL) {
            b->held[b->n_held++] = (struct self_bill_held){s, why, s->breaches, s->kind != MONTH_UNAPPROVED};
            continue;
        }
        propose(&now[*n], s);
        fits = add(&b->now, &now[*n].stands, 1) && fits;
        ++*n;
    }
    return fits;
}

/* ---- against the runs before ---- */

/* of: what is said of the shift, now or in the last run that has it. */
static bool put(struct self_bill *b, const struct self_bill_line *of, struct self_bill_sum was, struct self_bill_sum now)
{
    struct self_bill_line l = *of;
    l.bill = l.stands = now;
    bool fits = add(&l.bill, &was, -1);
    if (is_nought(&l.bill))
        return fits;
    l.change = is_nought(&was) ? SELF_BILL_ADDED : is_nought(&now) ? SELF_BILL_TAKEN_BACK : SELF_BILL_CHANGED;
    b->line[b->n++] = l;
    return add(&b->total, &l.bill, 1) && fits;
}

static bool meet(struct self_bill *b, const struct self_bill_before *before, const struct self_bill_line *now, unsigned n)
{
    const struct self_bill_sum nought = {0};
    bool fits = true;
    for (unsigned i = 0, k = 0; i < before->n || k < n;) {
        int by = i == before->n ? 1 : k == n ? -1 : order_keys(&before->line[i], &now[k]);
        fits = put(b, by >= 0 ? &now[k] : &before->line[i], by <= 0 ? before->line[i].stands : nought, by >= 0 ? now[k].stands : nought) && fits;
        i += by <= 0;
        k += by >= 0;
    }
    return fits;
}

enum fb_err self_bill_fold(const struct month_list *list, struct fb_span supplier, fb_code trust, const struct self_bill_before *before, struct self_bill *out)
{
    unsigned n = 0;
    size_t most = (size_t)list->n + before->n + 1;
    struct self_bill_line *now = calloc(most, sizeof(*now));
    *out = (struct self_bill){.run = before->runs + 1,
                              .line = calloc(most, sizeof(*out->line)),
                              .held = calloc(most, sizeof(*out->held)),
                              .before = before->total};
    if (now == NULL || out->line == NULL || out->held == NULL) {
        free(now);
        return FB_FULL;
    }
    bool fits = gather(list, supplier, trust, before, out, now, &n);
    qsort(now, n, sizeof(*now), order_keys);
    fits = meet(out, before, now, n) && fits;
    qsort(out->line, out->n, sizeof(*out->line), order_lines);
    qsort(out->held, out->n_held, sizeof(*out->held), order_held);
    free(now);
    struct self_bill_sum all = out->before;
    fits = add(&all, &out->total, 1) && fits;
    return !fits ? FB_OVERFLOW : same(&all, &out->now) ? FB_OK : FB_DAMAGED;
}

void self_bill_release(struct self_bill *b)
{
    free(b->line);
    free(b->held);
    *b = (struct self_bill){.run = 0};
}
