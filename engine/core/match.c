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

/* Of one for several shifts its part. For those that it is not for it is shared out by nothing. */
static void take_part(const struct fb_match_shift *s, const struct fb_invoice_in_view *in, struct fb_match_item *m)
{
    bool told = in->parted && in->part.net_pence != FB_ABSENT; /* raw: asked for */
    m->known = !in->shared || told;
    m->unsaid = in->shared && in->parted && !told;
    m->row.weighed = in->shared;
    m->row.elsewhere = in->elsewhere;
    m->row.by = (struct fb_match_weight){0, 0, FB_ABSENT, FB_ABSENT};
    if (!in->shared)
        return;
    m->row.by = (struct fb_match_weight){s->start_min, s->tie, in->elsewhere ? 0 : s->owed_pence, in->elsewhere ? 0 : s->minutes};
    m->row.parted = told;
    if (!told)
        return;
    m->row.charged_pence = m->left = in->part.net_pence; /* raw: whole pence */
    m->row.vat_pence = m->vat = in->part.vat_pence;
    m->row.minutes = m->minutes = in->part.minutes;
}

static void begin_item(const struct fb_match_shift *s, struct fb_match_item *m, const struct fb_invoice_in_view *in)
{
    const struct fb_invoice_line *l = &in->record->as.invoice_line;
    *m = (struct fb_match_item){.r = in->record, .l = l, .left = l->net_pence, .vat = l->vat_pence, .minutes = fb_match_minutes(l)};
    m->row = (struct fb_match){.number = in->number,
                               .shared = in->shared,
                               .repeated = in->repeated,
                               .retold = in->retold,
                               .charged_pence = l->net_pence,
                               .expected_pence = FB_ABSENT,
                               .vat_pence = l->vat_pence,
                               .vat_expected_pence = FB_ABSENT,
                               .minutes = m->minutes,
                               .expected_minutes = FB_ABSENT,
                               .rate_e4 = l->rate_e4,
                               .expected_rate_e4 = FB_ABSENT};
    take_part(s, in, m);
    m->open = l->state != FB_INVOICE_STATE_WITHDRAWN && !in->elsewhere;
    if (l->state == FB_INVOICE_STATE_WITHDRAWN)
        m->row.end = FB_INVOICE_END_WITHDRAWN;
}

static void begin(struct fb_matching *x, const struct fb_match_shift *shift, const struct fb_invoice_in_view *line, unsigned n)
{
    x->shift = shift;
    x->n = 0;
    for (unsigned i = 0; i < n; i++) {
        struct fb_match_item m;
        begin_item(shift, &m, &line[i]);
        unsigned at = x->n++;
        for (; at > 0 && item_cmp(&m, &x->item[at - 1]) < 0; at--)
            x->item[at] = x->item[at - 1];
        x->item[at] = m;
    }
}

/* ---- credits ---- */

bool fb_match__same_invoice(const struct fb_invoice_line *a, const struct fb_invoice_line *b)
{
    return fb_span_eq(a->supplier, b->supplier) && fb_span_eq(a->invoice, b->invoice);
}

bool fb_match__is_credited_by(const struct fb_match_item *m, const struct fb_invoice_line *credit)
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
        if (!fb_match__is_credited_by(m, credit))
            continue;
        if (m->left > 0)
            return m;
        first = first == NULL ? m : first;
    }
    return first;
}

static int64_t after(int64_t of, int64_t given_back)
{
    return of == FB_ABSENT || given_back == FB_ABSENT ? of : of + given_back;
}

/* What one for several shifts gives back here is not known until its own decision says; where that cannot say it, nobody knows what is
 * left here either. From one of which no part is known the whole is taken: what is left of that is asked of its own decision. */
static bool may_take(struct fb_match_item *m, const struct fb_match_item *credit)
{
    bool whole = m->row.shared && !m->row.parted;
    m->unsaid = m->unsaid || credit->unsaid;
    m->known = m->known && !credit->unsaid;
    return credit->known || whole;
}

/* A shift where it takes from nothing has no part in it. */
static void take_credit(struct fb_matching *x, struct fb_match_item *credit)
{
    struct fb_match_item *m = credited(x, credit->l);
    if (m == NULL) {
        credit->row.unsaid |= FB_BIT_OF(CREDITED);
        credit->row.end = FB_INVOICE_END_UNMATCHED;
        credit->row.by.pence = credit->row.by.minutes = credit->row.weighed ? 0 : FB_ABSENT; /* raw: a weight */
        return;
    }
    if (may_take(m, credit)) {
        m->credited = true;
        m->left += credit->left; /* raw: below nought */
        m->vat = after(m->vat, credit->vat);
        if (credit->minutes != FB_ABSENT)
            m->minutes = after(m->minutes, -credit->minutes);
    }
    if (m->left < 0 && !m->row.shared) /* what is given back of the whole is its own decision's to say */
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
    if (!fb_match__same_invoice(m->l, x->first->l) || m->l->category == 0)
        return false;
    for (unsigned i = 0; i < x->n; i++) {
        const struct fb_match_item *other = &x->item[i];
        if (other->counts && is_charge(other) && (other->l->category == m->l->category || other->l->category == 0))
            return false;
    }
    return true;
}

static void pay(struct fb_matched *out, const struct fb_match_item *m);

/* What was paid for again is gone, whoever was to be paid first. */
static void repeat(struct fb_match_item *m, struct fb_matched *out)
{
    bool paid = m->l->state == FB_INVOICE_STATE_PAID && !m->row.retold && m->known;
    int64_t left = m->known ? m->left : 0;
    out->twice = out->twice || paid;
    out->duplicate = out->duplicate || !paid;
    *(paid ? &out->twice_pence : &out->duplicate_pence) += left; /* raw: whole pence */
    if (paid)
        pay(out, m);
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

/* Its hours are no further hours. */
static void pay(struct fb_matched *out, const struct fb_match_item *m)
{
    out->paid = true;
    out->paid_net_pence += m->left;
    out->paid_vat_pence = plus(out->paid_vat_pence, m->vat);
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
    pay(out, m);
    if (charge)
        out->paid_minutes = plus(out->paid_minutes, m->minutes);
}

/* More was given back than this shift's part of a line for several: the others' parts are less by that, and the line's sum is its own. */
static bool gives_back(const struct fb_match_item *m)
{
    return m->gone && m->open && m->known && m->row.shared && !m->row.repeated && m->left < 0;
}

static void give_back(struct fb_matched *out, const struct fb_match_item *m)
{
    out->any = true;
    out->net_pence += m->left;
    out->vat_pence = plus(out->vat_pence, m->vat);
    if (m->l->state == FB_INVOICE_STATE_PAID)
        pay(out, m);
}

/* Where only what nobody should have paid was paid, no hours of the shift were. */
static void sum_up(const struct fb_matching *x, struct fb_matched *out)
{
    bool unknown = false, paid = false;
    for (unsigned i = 0; i < x->n; i++) {
        const struct fb_match_item *m = &x->item[i];
        if (gives_back(m))
            give_back(out, m);
        if (!m->counts)
            continue;
        out->unshared = out->unshared || (!m->known && m->unsaid);
        unknown = unknown || (!m->known && is_charge(m));
        paid = paid || (m->known && m->l->state == FB_INVOICE_STATE_PAID);
        if (m->known)
            add(out, m);
    }
    if (out->paid && !paid)
        out->paid_minutes = FB_ABSENT;
    out->charged = x->first != NULL && !unknown;
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
    fb_match__weigh(&x);
    take_credits(&x);
    choose(&x, out);
    sum_up(&x, out);
    fb_match__compare(&x, out);
    give_rows(&x, out);
}
