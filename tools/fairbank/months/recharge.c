#include "tools/fairbank/months/recharge.h"
#include <stdlib.h>

const char *recharge_line_word(const struct recharge_line *l)
{
    static const char *const word[RECHARGE_LEGS] = {"payer to employer", "hirer to payer"};
    return l->leg == RECHARGE_HOST && l->debtor != l->of->hirer ? "host to payer" : word[l->leg];
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

struct owing {
    fb_code creditor, debtor;
    const struct month_money *owed;
};

/* Of nought minutes and nought pounds nobody owes anybody anything. */
static bool is_line(const struct owing *w, fb_code trust)
{
    bool nought = w->owed->minutes == 0 && w->owed->pence == 0 && w->owed->vat == 0;
    return !nought && w->creditor != 0 && w->debtor != 0 && w->creditor != w->debtor &&
           (trust == 0 || w->creditor == trust || w->debtor == trust);
}

static void add_line(struct recharge *r, const struct month_shift *s, const struct owing *w, enum recharge_leg leg, fb_code trust)
{
    if (is_line(w, trust))
        r->line[r->n_lines++] = (struct recharge_line){s, w->creditor, w->debtor, leg, leg == RECHARGE_HOST && s->n_hosts > 1, *w->owed};
}

static bool take(struct recharge *r, const struct month_shift *s, fb_code trust)
{
    unsigned before = r->n_lines;
    if (s->kind == MONTH_NOTHING)
        return true;
    r->nobody += s->route == FB_ROUTE_COLLABORATIVE && s->employer == 0 && (trust == 0 || s->payer == trust || s->hirer == trust);
    if (s->route != FB_ROUTE_AGENCY) /* what an agency is owed is between it and the payer */
        add_line(r, s, &(struct owing){s->employer, s->payer, &s->owed}, RECHARGE_SUPPLY, trust);
    if (s->n_hosts == 0)
        add_line(r, s, &(struct owing){s->payer, s->hirer, &s->owed}, RECHARGE_HOST, trust);
    for (unsigned i = 0; i < s->n_hosts; i++)
        add_line(r, s, &(struct owing){s->payer, s->host[i].host, &s->host[i].owed}, RECHARGE_HOST, trust);
    if (r->n_lines == before)
        return true;
    r->shifts++;
    r->split += s->n_hosts > 1;
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
        fits = month_money_add(&p->receivable, &l->owed, 1) && month_money_add(&trust_of(r, l->creditor)->owed, &l->owed, 1) &&
               month_money_add(&r->lines, &l->owed, 1) && fits;
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

static enum fb_err debit_one(struct recharge *r, const struct owing *w, fb_code trust)
{
    if (!is_line(w, trust))
        return FB_OK;
    struct recharge_pair *p = find_pair(r, w->creditor, w->debtor);
    if (p == NULL)
        return FB_DAMAGED;
    bool fits = month_money_add(&p->payable, w->owed, 1) && month_money_add(&trust_of(r, w->debtor)->owes, w->owed, 1);
    return fits ? FB_OK : FB_OVERFLOW;
}

/* The other side goes by the shifts and not by the lines: what a trust finds that it owes when it looks at its own. A debt that
 * no creditor has a line for would be a difference. What is nobody else's of a shift is its hirer's. */
static enum fb_err debit(struct recharge *r, const struct month_list *list, fb_code trust)
{
    enum fb_err e = FB_OK;
    for (unsigned i = 0; i < list->n && e == FB_OK; i++) {
        const struct month_shift *s = &list->shift[i];
        struct month_money rest = s->owed;
        if (s->kind == MONTH_NOTHING)
            continue;
        if (s->route != FB_ROUTE_AGENCY)
            e = debit_one(r, &(struct owing){s->employer, s->payer, &s->owed}, trust);
        for (unsigned k = 0; k < s->n_hosts && e == FB_OK; k++) {
            if (s->host[k].host == s->hirer)
                continue;
            if (!month_money_add(&rest, &s->host[k].owed, -1))
                return FB_OVERFLOW;
            e = debit_one(r, &(struct owing){s->payer, s->host[k].host, &s->host[k].owed}, trust);
        }
        if (e == FB_OK && !month_money_eq(&rest, &(struct month_money){0}))
            e = debit_one(r, &(struct owing){s->payer, s->hirer, &rest}, trust);
    }
    return e;
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
    for (unsigned i = 0; i < list->n; i++)
        most += list->shift[i].n_hosts;
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
