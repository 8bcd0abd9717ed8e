#include "tools/fairbank/months/recharge.h"
#include <stdlib.h>

const char *recharge_leg_word(enum recharge_leg leg)
{
    static const char *const word[RECHARGE_LEGS] = {"payer to employer", "hirer to payer"};
    return word[leg];
}

static int order_codes(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int order_shifts(const struct month_shift *a, const struct month_shift *b)
{
    int by = order_codes((uint64_t)a->day, (uint64_t)b->day);
    by = by != 0 ? by : fb_span_cmp(a->name, b->name);
    return by != 0 ? by : order_codes(a->subject, b->subject);
}

static int order_by_creditor(const void *left, const void *right)
{
    const struct recharge_line *a = left, *b = right;
    int by = order_codes(a->creditor, b->creditor);
    by = by != 0 ? by : order_codes(a->debtor, b->debtor);
    by = by != 0 ? by : order_shifts(a->of, b->of);
    return by != 0 ? by : (int)a->leg - (int)b->leg;
}

/* ---- lines ---- */

static void add_line(struct recharge *r, const struct month_shift *s, fb_code creditor, fb_code debtor, enum recharge_leg leg, fb_code trust)
{
    if (creditor == 0 || debtor == 0 || creditor == debtor || (trust != 0 && creditor != trust && debtor != trust))
        return;
    r->line[r->n_lines++] = (struct recharge_line){s, creditor, debtor, leg};
}

static bool take(struct recharge *r, const struct month_shift *s, fb_code trust)
{
    unsigned before = r->n_lines;
    if (s->kind == MONTH_NOTHING)
        return true;
    r->nobody += s->route == FB_ROUTE_COLLABORATIVE && s->employer == 0 && (trust == 0 || s->payer == trust || s->hirer == trust);
    if (s->route != FB_ROUTE_AGENCY) /* what an agency is owed is between it and the payer */
        add_line(r, s, s->employer, s->payer, RECHARGE_SUPPLY, trust);
    add_line(r, s, s->payer, s->hirer, RECHARGE_HOST, trust);
    if (r->n_lines == before)
        return true;
    r->shifts++;
    return month_money_add(&r->system, &s->owed, 1);
}

/* ---- both sides ---- */

static struct recharge_trust *trust_of(struct recharge *r, fb_code code)
{
    for (unsigned i = 0; i < r->n_trusts; i++)
        if (r->trust[i].trust == code)
            return &r->trust[i];
    r->trust[r->n_trusts] = (struct recharge_trust){.trust = code};
    return &r->trust[r->n_trusts++];
}

static bool credit(struct recharge *r)
{
    bool fits = true;
    for (unsigned i = 0; i < r->n_lines; i++) {
        const struct recharge_line *l = &r->line[i];
        if (i == 0 || l[-1].creditor != l->creditor || l[-1].debtor != l->debtor)
            r->pair[r->n_pairs++] = (struct recharge_pair){.creditor = l->creditor, .debtor = l->debtor, .first = i};
        struct recharge_pair *p = &r->pair[r->n_pairs - 1];
        p->n++;
        fits = month_money_add(&p->receivable, &l->of->owed, 1) && month_money_add(&trust_of(r, l->creditor)->owed, &l->of->owed, 1) &&
               month_money_add(&r->lines, &l->of->owed, 1) && fits;
    }
    return fits;
}

static struct recharge_pair *find_pair(struct recharge *r, fb_code creditor, fb_code debtor)
{
    for (unsigned i = 0; i < r->n_pairs; i++)
        if (r->pair[i].creditor == creditor && r->pair[i].debtor == debtor)
            return &r->pair[i];
    return NULL;
}

/* The other side goes by the shifts and not by the lines: what a trust finds that it owes when it looks at its own. A debt that
 * no creditor has a line for would be a difference. */
static enum fb_err debit(struct recharge *r, const struct month_list *list, fb_code trust)
{
    for (unsigned i = 0; i < list->n; i++) {
        const struct month_shift *s = &list->shift[i];
        const fb_code owes[RECHARGE_LEGS][2] = {{s->payer, s->route == FB_ROUTE_AGENCY ? 0 : s->employer}, {s->hirer, s->payer}};
        for (unsigned leg = 0; leg < RECHARGE_LEGS && s->kind != MONTH_NOTHING; leg++) {
            fb_code debtor = owes[leg][0], creditor = owes[leg][1];
            if (debtor == 0 || creditor == 0 || debtor == creditor || (trust != 0 && debtor != trust && creditor != trust))
                continue;
            struct recharge_pair *p = find_pair(r, creditor, debtor);
            if (p == NULL)
                return FB_DAMAGED;
            if (!month_money_add(&p->payable, &s->owed, 1) || !month_money_add(&trust_of(r, debtor)->owes, &s->owed, 1))
                return FB_OVERFLOW;
        }
    }
    return FB_OK;
}

static bool agrees(const struct recharge *r)
{
    struct month_money nought = {0}, pairs = {0};
    bool good = true;
    for (unsigned i = 0; i < r->n_pairs; i++)
        good = month_money_eq(&r->pair[i].receivable, &r->pair[i].payable) && month_money_add(&pairs, &r->pair[i].receivable, 1) && good;
    for (unsigned i = 0; i < r->n_trusts; i++)
        good = month_money_add(&nought, &r->trust[i].owed, 1) && month_money_add(&nought, &r->trust[i].owes, -1) && good;
    return good && month_money_eq(&nought, &(struct month_money){0}) && month_money_eq(&pairs, &r->lines);
}

static int order_trusts(const void *left, const void *right)
{
    const struct recharge_trust *a = left, *b = right;
    return order_codes(a->trust, b->trust);
}

enum fb_err recharge_fold(const struct month_list *list, fb_code trust, struct recharge *out)
{
    size_t most = (size_t)list->n * RECHARGE_LEGS + 1;
    bool fits = true;
    *out = (struct recharge){.line = calloc(most, sizeof(*out->line)), .pair = calloc(most, sizeof(*out->pair)), .trust = calloc(2 * most, sizeof(*out->trust))};
    if (out->line == NULL || out->pair == NULL || out->trust == NULL)
        return FB_FULL;
    for (unsigned i = 0; i < list->n; i++)
        fits = take(out, &list->shift[i], trust) && fits;
    qsort(out->line, out->n_lines, sizeof(*out->line), order_by_creditor);
    fits = credit(out) && fits;
    enum fb_err e = fits ? debit(out, list, trust) : FB_OVERFLOW;
    qsort(out->trust, out->n_trusts, sizeof(*out->trust), order_trusts);
    return e != FB_OK ? e : agrees(out) ? FB_OK : FB_DAMAGED;
}

void recharge_release(struct recharge *r)
{
    free(r->line);
    free(r->pair);
    free(r->trust);
    *r = (struct recharge){0};
}
