#include "engine/core/match.h"
#include "engine/core/decide.h"
#include "engine/core/match_steps.h"

/* Which lines count, and what they come to together. */

int64_t fb_match_minutes(const struct fb_invoice_line *l)
{
    if (l->minutes != FB_ABSENT)
        return l->minutes;
    if (l->unit != FB_UNIT_HOUR || l->units_e2 == FB_ABSENT)
        return FB_ABSENT;
    return (l->units_e2 * 60 + 50) / 100; /* hundredths of an hour, to the minute */
}

enum fb_invoice_end fb_match_end(const struct fb_invoice_line *l, uint16_t differs, uint16_t unsaid)
{
    if (l->state == FB_INVOICE_STATE_DISPUTED)
        return FB_INVOICE_END_DISPUTED;
    if (l->state == FB_INVOICE_STATE_PAID)
        return FB_INVOICE_END_PAID;
    return (differs | unsaid) != 0 ? FB_INVOICE_END_PART_MATCHED : FB_INVOICE_END_MATCHED;
}

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Arrival plays no part: neither record numbers nor positions are compared. */
static int item_cmp(const struct fb_match_item *a, const struct fb_match_item *b)
{
    int order = number_cmp(a->l->invoice_day, b->l->invoice_day);
    if (order == 0)
        order = fb_span_cmp(a->l->invoice, b->l->invoice);
    if (order == 0)
        order = number_cmp(a->l->line, b->l->line);
    if (order == 0)
        order = fb_span_cmp(a->l->supplier, b->l->supplier);
    if (order == 0)
        order = fb_span_cmp(a->r->env.source, b->r->env.source);
    return order == 0 ? fb_span_cmp(a->r->env.record_ref, b->r->env.record_ref) : order;
}

static void begin_item(struct fb_match_item *m, const struct fb_invoice_in_view *in)
{
    const struct fb_invoice_line *l = &in->record->as.invoice_line;
    *m = (struct fb_match_item){.r = in->record, .l = l, .left = l->net_pence, .vat = l->vat_pence, .minutes = fb_match_minutes(l)};
    m->row = (struct fb_match){.number = in->number,
                               .shared = in->shared,
                               .repeated = in->repeated,
                               .charged_pence = l->net_pence,
                               .expected_pence = FB_ABSENT,
                               .vat_pence = l->vat_pence,
                               .vat_expected_pence = FB_ABSENT,
                               .minutes = m->minutes,
                               .expected_minutes = FB_ABSENT,
                               .rate_e4 = l->rate_e4,
                               .expected_rate_e4 = FB_ABSENT};
    m->open = l->state != FB_INVOICE_STATE_WITHDRAWN;
    if (!m->open)
        m->row.end = FB_INVOICE_END_WITHDRAWN;
}

static void begin(struct fb_matching *x, const struct fb_match_shift *shift, const struct fb_invoice_in_view *line, unsigned n)
{
    x->shift = shift;
    x->n = 0;
    for (unsigned i = 0; i < n; i++) {
        struct fb_match_item m;
        begin_item(&m, &line[i]);
        unsigned at = x->n++;
        for (; at > 0 && item_cmp(&m, &x->item[at - 1]) < 0; at--)
            x->item[at] = x->item[at - 1];
        x->item[at] = m;
    }
}

/* ---- credits ---- */

static bool same_invoice(const struct fb_invoice_line *a, const struct fb_invoice_line *b)
{
    return fb_span_eq(a->supplier, b->supplier) && fb_span_eq(a->invoice, b->invoice);
}

static bool is_credited_by(const struct fb_match_item *m, const struct fb_invoice_line *credit)
{
    return m->open && m->l->billing != FB_BILLING_CREDIT && fb_span_eq(m->l->supplier, credit->supplier) &&
           fb_span_eq(m->l->invoice, credit->credit_invoice) &&
           (credit->credit_line == FB_ABSENT || credit->credit_line == m->l->line);
}

/* The first of which something is left; else the first. */
static struct fb_match_item *credited(struct fb_matching *x, const struct fb_invoice_line *credit)
{
    struct fb_match_item *first = NULL;
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        if (!is_credited_by(m, credit))
            continue;
        if (m->left > 0)
            return m;
        first = first == NULL ? m : first;
    }
    return first;
}

static int64_t less(int64_t of, int64_t given_back)
{
    return of == FB_ABSENT || given_back == FB_ABSENT ? of : of + given_back;
}

static void take_credit(struct fb_matching *x, struct fb_match_item *credit)
{
    struct fb_match_item *m = credited(x, credit->l);
    if (m == NULL) {
        credit->row.unsaid |= FB_BIT_OF(CREDITED);
        credit->row.end = FB_INVOICE_END_UNMATCHED;
        return;
    }
    m->credited = true;
    m->left += credit->l->net_pence; /* raw: below nought */
    m->vat = less(m->vat, credit->l->vat_pence);
    if (credit->minutes != FB_ABSENT)
        m->minutes = less(m->minutes, -credit->minutes);
    if (m->left < 0)
        credit->row.differs |= FB_BIT_OF(CREDITED);
    credit->row.end = (uint8_t)fb_match_end(credit->l, credit->row.differs, 0);
}

static void take_credits(struct fb_matching *x)
{
    for (unsigned i = 0; i < x->n; i++)
        if (x->item[i].open && x->item[i].l->billing == FB_BILLING_CREDIT && !x->item[i].row.repeated)
            take_credit(x, &x->item[i]);
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        m->gone = m->credited && m->left <= 0;
        if (m->l->billing == FB_BILLING_CREDIT)
            continue;
        m->row.charged_pence = m->left; /* raw: whole pence */
        m->row.vat_pence = m->vat;
        m->row.minutes = m->minutes;
    }
}

/* ---- which charges count ---- */

static bool is_charge(const struct fb_match_item *m)
{
    return m->open && !m->gone && m->l->billing == FB_BILLING_CHARGE;
}

/* Of the invoice that counts, and of a category of its own. */
static bool is_part(const struct fb_matching *x, const struct fb_match_item *m)
{
    if (!same_invoice(m->l, x->first->l) || m->l->category == 0 || m->row.shared || x->first->row.shared)
        return false;
    for (unsigned i = 0; i < x->n; i++) {
        const struct fb_match_item *other = &x->item[i];
        if (other->counts && is_charge(other) && (other->l->category == m->l->category || other->l->category == 0))
            return false;
    }
    return true;
}

/* Of one for several shifts nobody can say how much is for this. */
static void repeat(struct fb_match_item *m, struct fb_matched *out)
{
    out->duplicate = true;
    out->duplicate_pence += m->row.shared ? 0 : m->left;
    m->row.end = m->l->state == FB_INVOICE_STATE_DISPUTED ? FB_INVOICE_END_DISPUTED : FB_INVOICE_END_DUPLICATE;
}

static void choose(struct fb_matching *x, struct fb_matched *out)
{
    x->first = NULL;
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        if (!is_charge(m))
            continue;
        m->counts = !m->row.repeated && (x->first == NULL || is_part(x, m));
        if (m->counts && x->first == NULL)
            x->first = m;
        if (!m->counts)
            repeat(m, out);
    }
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        if (!m->open || m->gone || m->l->billing != FB_BILLING_SUPPLEMENT)
            continue;
        m->counts = !m->row.repeated;
        if (m->row.repeated)
            repeat(m, out);
    }
}

/* ---- what they come to ---- */

static int64_t plus(int64_t sum, int64_t v)
{
    return sum == FB_ABSENT || v == FB_ABSENT ? FB_ABSENT : sum + v;
}

/* Hours are those of the charges: what comes on top has none of its own. */
static void add(struct fb_matched *out, const struct fb_match_item *m)
{
    bool charge = m->l->billing == FB_BILLING_CHARGE;
    out->any = true;
    out->net_pence += m->left;
    out->vat_pence = plus(out->vat_pence, m->vat);
    if (charge)
        out->minutes = plus(out->minutes, m->minutes);
    if (m->l->state != FB_INVOICE_STATE_PAID)
        return;
    out->paid = true;
    out->paid_net_pence += m->left;
    out->paid_vat_pence = plus(out->paid_vat_pence, m->vat);
    if (charge)
        out->paid_minutes = plus(out->paid_minutes, m->minutes);
}

static void sum_up(const struct fb_matching *x, struct fb_matched *out)
{
    bool shared = false;
    for (unsigned i = 0; i < x->n; i++) {
        const struct fb_match_item *m = &x->item[i];
        if (!m->counts)
            continue;
        shared = shared || (m->row.shared && is_charge(m));
        if (!m->row.shared)
            add(out, m);
    }
    out->charged = x->first != NULL && !shared;
}

/* ---- the rows ---- */

static void end_item(struct fb_match_item *m)
{
    if (m->row.end != FB_INVOICE_END_NONE)
        return;
    if (m->row.repeated) /* a credit note that is held twice gives back once */
        m->row.end = FB_INVOICE_END_DUPLICATE;
    else
        m->row.end = (uint8_t)fb_match_end(m->l, m->row.differs, m->row.unsaid); /* also of one that was credited wholly */
}

static void give_rows(struct fb_matching *x, struct fb_matched *out)
{
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        end_item(m);
        if (m->counts) {
            out->differs |= m->row.differs;
            out->unsaid |= m->row.unsaid;
        }
        unsigned at = out->n++;
        for (; at > 0 && out->row[at - 1].number > m->row.number; at--)
            out->row[at] = out->row[at - 1];
        out->row[at] = m->row;
    }
}

void fb_match_lines(const struct fb_match_shift *shift, const struct fb_invoice_in_view *line, unsigned n, struct fb_matched *out)
{
    struct fb_matching x;
    *out = (struct fb_matched){.n = 0};
    begin(&x, shift, line, n < FB_INVOICES_MAX ? n : FB_INVOICES_MAX);
    take_credits(&x);
    choose(&x, out);
    sum_up(&x, out);
    fb_match__compare(&x, out);
    give_rows(&x, out);
}
