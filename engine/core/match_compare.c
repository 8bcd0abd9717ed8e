#include "engine/core/match_steps.h"

/* In what the lines that count differ from the other documents. */

enum { E4_MINUTES = 100 * 60, PPM = 1000000 };

static bool apart(int64_t a, int64_t b, int64_t tolerance)
{
    int64_t d = a > b ? a - b : b - a;
    return d > tolerance;
}

static int64_t rounded(fb_i128 num, int64_t den)
{
    struct fb_pence p;
    return fb_pence_round(&p, num, den) == FB_OK ? fb_pence_get(p) : FB_ABSENT;
}

static const struct fb_invoice_terms *terms_of(const struct fb_matching *x)
{
    return &x->shift->book->invoice;
}

static void say(struct fb_match_item *m, bool known, bool differs, uint16_t bit)
{
    if (!known)
        m->row.unsaid |= bit;
    else if (differs)
        m->row.differs |= bit;
}

/* ---- each line by itself ---- */

static bool names_order(const struct fb_match_shift *s, struct fb_span order)
{
    for (unsigned i = 0; i < s->n_orders; i++)
        if (fb_span_eq(s->order[i], order))
            return true;
    return false;
}

/* What nobody stated on one of the two sides is no difference. */
static void documents(const struct fb_match_shift *s, struct fb_match_item *m)
{
    const struct fb_invoice_line *l = m->l;
    if (s->supplier.n > 0 || s->supplier_asked)
        say(m, s->supplier.n > 0, !fb_span_eq(s->supplier, l->supplier), FB_BIT_OF(AGENCY));
    say(m, true, s->day < l->from || s->day >= l->until, FB_BIT_OF(PERIOD));
    if (l->purchase_order.n > 0 && (s->n_orders > 0 || s->orders_cut) && !names_order(s, l->purchase_order))
        say(m, !s->orders_cut, true, FB_BIT_OF(PURCHASE_ORDER));
    if (l->grade != 0 && s->grade != 0)
        say(m, true, l->grade != s->grade, FB_BIT_OF(BAND));
}

/* The line's own units and rate come to its own net. Hundredths of an hour are rounded minutes (7.33 is 7 h 20): a net by those
 * minutes is as good. */
static void sum(const struct fb_matching *x, struct fb_match_item *m)
{
    const struct fb_invoice_line *l = m->l;
    if (l->units_e2 == FB_ABSENT || l->rate_e4 == FB_ABSENT)
        return;
    int64_t net = rounded((fb_i128)l->units_e2 * l->rate_e4, 100 * 100), tolerance = terms_of(x)->apart_pence;
    int64_t minutes = l->unit == FB_UNIT_HOUR ? fb_match_minutes(l) : FB_ABSENT;
    int64_t by_minutes = minutes == FB_ABSENT ? net : rounded((fb_i128)minutes * l->rate_e4, E4_MINUTES);
    bool known = net != FB_ABSENT && by_minutes != FB_ABSENT;
    say(m, known, known && apart(net, l->net_pence, tolerance) && apart(by_minutes, l->net_pence, tolerance), FB_BIT_OF(SUM)); /* raw: compared */
}

/* What was agreed for an hour of the line's category; of a line that states none, where all hours of the shift cost the same.
 * FB_ABSENT: it is the amount that tells. */
static int64_t agreed_rate(const struct fb_match_shift *s, const struct fb_invoice_line *l)
{
    int64_t rate = FB_ABSENT;
    if (s->hour_e4 == NULL)
        return FB_ABSENT;
    if (l->category != 0) {
        int c = fb_book_category(s->book, l->category);
        return c < 0 ? FB_ABSENT : s->hour_e4[c];
    }
    for (unsigned c = 0; c < s->book->n_categories; c++) {
        if (s->minutes_in[c] == 0)
            continue;
        if (s->hour_e4[c] == FB_ABSENT || (rate != FB_ABSENT && rate != s->hour_e4[c]))
            return FB_ABSENT;
        rate = s->hour_e4[c];
    }
    return rate;
}

static void rate(const struct fb_matching *x, struct fb_match_item *m, struct fb_matched *out)
{
    const struct fb_invoice_line *l = m->l;
    if (l->unit != FB_UNIT_HOUR || l->rate_e4 == FB_ABSENT || !x->shift->stands)
        return;
    int64_t agreed = agreed_rate(x->shift, l);
    m->row.expected_rate_e4 = agreed;
    if (agreed == FB_ABSENT) {
        say(m, x->shift->owed_pence != FB_ABSENT, false, FB_BIT_OF(RATE));
        return;
    }
    bool off = apart(l->rate_e4, agreed, terms_of(x)->rate_e4);
    say(m, true, off, FB_BIT_OF(RATE));
    if (off && m->minutes != FB_ABSENT)
        out->off_rate_pence += rounded((fb_i128)(l->rate_e4 - agreed) * m->minutes, E4_MINUTES);
}

/* ---- VAT ---- */

static unsigned charges(const struct fb_matching *x)
{
    unsigned n = 0;
    for (unsigned i = 0; i < x->n; i++)
        n += x->item[i].counts && x->item[i].l->billing == FB_BILLING_CHARGE;
    return n;
}

/* By the book's treatment of such a shift, on what was charged. */
static int64_t vat_expected(const struct fb_matching *x, const struct fb_match_item *m)
{
    const struct fb_vat *row = x->shift->vat;
    if (row == NULL)
        return FB_ABSENT;
    if (row->base == FB_VAT_BASE_NOTHING)
        return 0;
    if (row->base == FB_VAT_BASE_WHOLE_CHARGE)
        return rounded((fb_i128)m->left * row->ppm, PPM);
    bool said = x->shift->commission_pence != FB_ABSENT && charges(x) == 1 && m->l->billing == FB_BILLING_CHARGE; /* raw: asked for */
    return said ? rounded((fb_i128)x->shift->commission_pence * row->ppm, PPM) : FB_ABSENT;
}

/* What bears no VAT by its own treatment has none. Where the law is open nobody can say that another figure is wrong. */
static void vat(const struct fb_matching *x, struct fb_match_item *m)
{
    enum fb_vat_treatment t = m->l->vat_treatment;
    bool bears = t == FB_VAT_TREATMENT_NONE || t == FB_VAT_TREATMENT_STANDARD || t == FB_VAT_TREATMENT_REDUCED;
    int64_t expected = vat_expected(x, m);
    m->row.vat_expected_pence = expected; /* raw: rounded once */
    if (!bears && m->vat != FB_ABSENT && m->vat != 0) {
        say(m, true, true, FB_BIT_OF(VAT));
        return;
    }
    bool known = expected != FB_ABSENT && m->vat != FB_ABSENT;
    bool differs = known && apart(m->vat, expected, terms_of(x)->apart_pence);
    say(m, known && (!differs || x->shift->vat->settled), differs, FB_BIT_OF(VAT));
}

/* ---- all charges together ---- */

/* What each charge was expected to be: its category's hours at the agreed rate, and the first what is left of the whole. */
static void expect(struct fb_matching *x)
{
    const struct fb_match_shift *s = x->shift;
    int64_t rest = s->owed_pence, minutes = s->minutes;
    struct fb_match_item *first = NULL;
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        if (!m->counts || m->l->billing != FB_BILLING_CHARGE)
            continue;
        if (first == NULL) {
            first = m;
            continue;
        }
        if (minutes != FB_ABSENT) {
            m->row.expected_minutes = fb_match__category_minutes(s, m->l->category);
            minutes -= m->row.expected_minutes;
        }
        if (rest != FB_ABSENT) {
            m->row.expected_pence = fb_match__category_pence(s, m->l->category); /* raw: rounded once */
            rest -= m->row.expected_pence;
        }
    }
    if (first == NULL)
        return;
    first->row.expected_minutes = minutes;
    first->row.expected_pence = rest; /* raw: the shares sum to the whole */
}

static void blame(struct fb_matching *x, bool known, bool differs, uint16_t bit)
{
    for (unsigned i = 0; i < x->n; i++)
        if (x->item[i].counts && x->item[i].l->billing == FB_BILLING_CHARGE)
            say(&x->item[i], known, differs, bit);
}

static int64_t charged_net(const struct fb_matching *x)
{
    int64_t net = 0;
    for (unsigned i = 0; i < x->n; i++)
        net += x->item[i].counts && x->item[i].l->billing == FB_BILLING_CHARGE ? x->item[i].left : 0;
    return net;
}

static void together(struct fb_matching *x, struct fb_matched *out)
{
    const struct fb_match_shift *s = x->shift;
    const struct fb_invoice_terms *terms = terms_of(x);
    int64_t net = charged_net(x);
    bool hours = s->minutes != FB_ABSENT && out->minutes != FB_ABSENT;
    blame(x, s->confirmed, false, FB_BIT_OF(CONFIRMATION));
    blame(x, hours || !s->stands, hours && apart(out->minutes, s->minutes, terms->minutes), FB_BIT_OF(HOURS));
    bool known = s->owed_pence != FB_ABSENT;                                 /* raw: asked for */
    bool differs = known && apart(net, s->owed_pence, terms->apart_pence);         /* raw: compared */
    blame(x, known, differs, FB_BIT_OF(AMOUNT));
    out->over_pence = differs && net > s->owed_pence ? net - s->owed_pence : 0;   /* raw: whole pence */
    out->as_expected = known && net == s->owed_pence && net == out->net_pence; /* raw: compared */
}

/* Beside a line for several shifts, which is held against their sum, each other is held against what is expected of it alone. */
static void alone(const struct fb_matching *x, struct fb_match_item *m, struct fb_matched *out)
{
    const struct fb_match_shift *s = x->shift;
    const struct fb_invoice_terms *terms = terms_of(x);
    int64_t minutes = m->row.expected_minutes, pence = m->row.expected_pence; /* raw: rounded once */
    bool hours = minutes != FB_ABSENT && m->minutes != FB_ABSENT && (s->minutes_in != NULL || s->minutes == 0);
    bool known = pence != FB_ABSENT;
    bool differs = known && apart(m->left, pence, terms->apart_pence);
    say(m, s->confirmed, false, FB_BIT_OF(CONFIRMATION));
    say(m, hours || !s->stands, hours && apart(m->minutes, minutes, terms->minutes), FB_BIT_OF(HOURS));
    say(m, known, differs, FB_BIT_OF(AMOUNT));
    if (differs && m->left > pence)
        out->over_pence += m->left - pence; /* raw: whole pence */
}

static bool any_shared(const struct fb_matching *x)
{
    for (unsigned i = 0; i < x->n; i++)
        if (x->item[i].counts && x->item[i].l->billing == FB_BILLING_CHARGE && x->item[i].row.shared)
            return true;
    return false;
}

void fb_match__compare(struct fb_matching *x, struct fb_matched *out)
{
    const bool beside_shared = any_shared(x);
    expect(x);
    for (unsigned i = 0; i < x->n; i++) {
        struct fb_match_item *m = &x->item[i];
        if (!m->counts)
            continue;
        documents(x->shift, m);
        sum(x, m);
        say(m, m->known, false, FB_BIT_OF(SHIFTS));
        if (m->l->billing == FB_BILLING_SUPPLEMENT) {
            say(m, false, false, FB_BIT_OF(AMOUNT)); /* nothing was agreed that it could be held against */
            continue;
        }
        if (m->row.shared) {
            say(m, x->shift->confirmed, false, FB_BIT_OF(CONFIRMATION));
            continue; /* the rest is held against the sum of its shifts */
        }
        rate(x, m, out);
        vat(x, m);
        if (beside_shared && m->known)
            alone(x, m, out);
    }
    if (out->charged && !beside_shared)
        together(x, out);
}
