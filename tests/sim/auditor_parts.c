#include "tests/sim/auditor_bills.h"
#include <string.h>

/* A line for several shifts, shared out among them by what each is expected to come to: an exact fraction of each, rounded down, and the
 * pennies that are left one by one to whoever has most left of a penny. */
struct weight {
    int64_t start_min, pence, minutes;
    uint32_t tie;
    bool hears;
};

/* ---- for which shifts it is ---- */

static bool is_shadow(const struct auditor *a, const struct aud_held *h)
{
    return aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
}

/* One of a live source is for what live sources booked, where there is any. */
static bool is_live_only(const struct auditor *a, const struct aud_held *line)
{
    bool any = false;
    for (uint32_t i = 1; i <= a->n_held && !is_shadow(a, line); i++)
        any |= aud_bill_names(a, line, &a->held[i]) && !is_shadow(a, &a->held[i]);
    return any;
}

/* Those for which something is owed; where nothing is for any, all. */
static void list(const struct auditor *a, const struct aud_held *line, bool owed, struct aud_parts *x)
{
    bool live_only = is_live_only(a, line);
    static uint32_t group[AUD_RECORDS_MAX];
    x->n = 0;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        bool held = false;
        if (!aud_bill_names(a, line, &a->held[i]) || (live_only && is_shadow(a, &a->held[i])) || (owed && !aud_bill_owed(&a->held[i].winner->record.as.booking)))
            continue;
        (void)aud_group(a, i, group);
        for (unsigned k = 0; k < x->n; k++)
            held |= x->shift[k] == group[0];
        if (!held && x->n < AUD_PARTS_MAX)
            x->shift[x->n++] = group[0];
    }
    if (owed && x->n == 0)
        list(a, line, false, x);
}

/* ---- what each is expected to come to ---- */

static bool is_of(const struct aud_bill *b, const struct aud_bill *o)
{
    return fb_span_eq(b->l->invoice, o->l->invoice) && fb_span_eq(b->l->supplier, o->l->supplier);
}

static bool asks_one_category(const struct aud_bill *b)
{
    return b->open && b->l->billing == FB_BILLING_CHARGE && b->l->category != 0;
}

/* The line that a credit names, where that one is for several as well. */
static const struct aud_bill *named_by(const struct aud_bills *x, const struct aud_bill *b)
{
    const struct aud_bill *line = b;
    for (unsigned i = x->n; i-- > 0 && b->open && b->l->billing == FB_BILLING_CREDIT && b->l->credit_line != FB_ABSENT;) {
        const struct aud_bill *o = &x->bill[i];
        if (o->open && o->says.shared && o->l->billing != FB_BILLING_CREDIT && o->l->line == b->l->credit_line &&
            fb_span_eq(o->l->invoice, b->l->credit_invoice) && fb_span_eq(o->l->supplier, b->l->supplier))
            line = o;
    }
    return line;
}

/* The category that its invoice asks for first has what all the others of that invoice leave. */
void aud_bill_due(const struct aud_bills *x, const struct aud_bill *b, int64_t *pence, int64_t *minutes)
{
    const struct aud_bill *of = named_by(x, b);
    fb_code seen[FB_INVOICES_MAX];
    unsigned n = 0;
    *pence = x->owed;
    *minutes = x->minutes;
    for (unsigned i = 0; i < x->n && asks_one_category(of); i++) {
        const struct aud_bill *o = &x->bill[i];
        bool again = false;
        int64_t p, m;
        for (unsigned k = 0; k < n; k++)
            again |= seen[k] == o->l->category;
        if (again || !asks_one_category(o) || o->says.repeated || !is_of(o, of))
            continue;
        seen[n++] = o->l->category;
        aud_bill_category(x, o->l->category, &p, &m);
        if (n == 1)
            continue;
        if (x->owed != FB_ABSENT)
            *pence = *pence > p ? *pence - p : 0;
        if (x->minutes != FB_ABSENT)
            *minutes = *minutes > m ? *minutes - m : 0;
    }
    if (n == 0 || seen[0] == of->l->category)
        return;
    int64_t p, m;
    aud_bill_category(x, of->l->category, &p, &m);
    *pence = x->owed == FB_ABSENT ? FB_ABSENT : p;
    *minutes = x->minutes == FB_ABSENT ? FB_ABSENT : m;
}

/* Of a credit note only the shifts count where it takes from a line. */
static void weigh(const struct auditor *a, const struct fb_book *book, uint32_t line, uint32_t shift, struct weight *w)
{
    static struct aud_bills x;
    static struct aud_shift s;
    static struct aud_judged j;
    static uint32_t group[AUD_RECORDS_MAX];
    unsigned n = aud_group(a, shift, group);
    aud_shift(a, book, group, n, &s);
    aud_judge_first(a, book, &s, &j);
    aud_bills_collect(a, book, &s, &j, &x);
    *w = (struct weight){.start_min = s.b.shift.time.start_min, .tie = aud_tie(a, &s)};
    for (unsigned i = 0; i < x.n && !x.cut; i++) {
        const struct aud_bill *b = &x.bill[i];
        if (b->says.number != line)
            continue;
        w->hears = b->says.shared;
        aud_bill_due(&x, b, &w->pence, &w->minutes);
        bool takes_nothing = b->l->billing == FB_BILLING_CREDIT && b->open && !b->says.repeated && aud_bill_credited(&x, b) == NULL;
        if (b->says.elsewhere || takes_nothing)
            w->pence = w->minutes = 0;
    }
}

/* ---- whole pennies ---- */

static bool is_earlier(const struct weight *a, const struct weight *b)
{
    return a->start_min != b->start_min ? a->start_min < b->start_min : a->tie < b->tie;
}

/* FB_ABSENT in every part: nobody can say. */
static void share(const struct weight *w, unsigned n, bool hours, int64_t total, int64_t *part)
{
    fb_i128 sum = 0, rest[AUD_PARTS_MAX];
    bool known = total != FB_ABSENT;
    for (unsigned i = 0; i < n; i++) {
        int64_t by = hours ? w[i].minutes : w[i].pence;
        known &= by >= 0;
        sum += by;
    }
    bool minus = known && total < 0;
    int64_t left = minus ? -total : total;
    fb_i128 whole = left;
    for (unsigned i = 0; i < n && known; i++) {
        fb_i128 by = sum == 0 ? 1 : hours ? w[i].minutes : w[i].pence, of = sum == 0 ? n : sum;
        part[i] = (int64_t)(whole * by / of);
        rest[i] = whole * by % of;
        left -= part[i];
    }
    for (; known && left > 0; left--) {
        unsigned best = 0;
        for (unsigned i = 1; i < n; i++)
            if (rest[i] > rest[best] || (rest[i] == rest[best] && is_earlier(&w[i], &w[best])))
                best = i;
        part[best]++;
        rest[best] = -1;
    }
    for (unsigned i = 0; i < n; i++)
        part[i] = !known ? FB_ABSENT : minus ? -part[i] : part[i];
}

void aud_parts_of(const struct auditor *a, const struct fb_book *book, uint32_t line, struct aud_parts *out)
{
    struct weight w[AUD_PARTS_MAX];
    int64_t net[AUD_PARTS_MAX], vat[AUD_PARTS_MAX], minutes[AUD_PARTS_MAX];
    const struct fb_invoice_line *l = &a->held[line].winner->record.as.invoice_line;
    memset(out, 0, sizeof *out);
    list(a, &a->held[line], true, out);
    out->shared_out = out->n > 1 && l->state != FB_INVOICE_STATE_WITHDRAWN;
    for (unsigned i = 0; i < out->n && out->shared_out; i++) {
        weigh(a, book, line, out->shift[i], &w[i]);
        out->shared_out = w[i].hears;
    }
    if (!out->shared_out)
        return;
    share(w, out->n, false, l->net_pence, net);
    share(w, out->n, false, l->vat_pence, vat);
    share(w, out->n, true, aud_bill_minutes(l), minutes);
    out->known = net[0] != FB_ABSENT;
    for (unsigned i = 0; i < out->n; i++) {
        out->part[i].net = net[i];
        out->part[i].vat = vat[i];
        out->part[i].minutes = out->known ? minutes[i] : FB_ABSENT;
    }
}
