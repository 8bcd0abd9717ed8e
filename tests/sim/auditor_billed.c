#include "tests/sim/auditor_bills.h"
#include "engine/base/check.h"
#include <string.h>

/* What is asked for a shift, as spend and as findings. */

/* ---- spend ---- */

/* Net, VAT and hours of some of the lines that count for this shift alone; FB_ABSENT: one of them does not say. */
struct asked {
    bool any;
    int64_t net, vat, minutes;
};

static void add(struct asked *sum, const struct aud_bill *b, bool hours)
{
    sum->any = true;
    sum->net += b->left;
    sum->vat = sum->vat == FB_ABSENT || b->vat == FB_ABSENT ? FB_ABSENT : sum->vat + b->vat;
    if (hours && b->l->billing == FB_BILLING_CHARGE)
        sum->minutes = sum->minutes == FB_ABSENT || b->minutes == FB_ABSENT ? FB_ABSENT : sum->minutes + b->minutes;
}

/* Of a line for several more was given back than this shift's part: else all parts would be more than the line. */
static bool is_below(const struct aud_bill *b)
{
    return b->gone && b->open && b->known && b->says.shared && !b->says.repeated && b->left < 0;
}

static bool is_paid_again(const struct aud_bill *b)
{
    bool asks = b->open && !b->gone && b->l->billing != FB_BILLING_CREDIT && !b->counts;
    return asks && b->known && !b->says.retold && b->l->state == FB_INVOICE_STATE_PAID;
}

/* Paid: with what was paid again, whose hours are no further hours. Where only such was paid nobody says which hours were. */
static struct asked add_up(const struct aud_bills *x, bool paid)
{
    struct asked sum = {false, 0, 0, 0};
    bool first = false;
    for (unsigned i = 0; i < x->n; i++) {
        const struct aud_bill *b = &x->bill[i];
        if (paid && b->l->state != FB_INVOICE_STATE_PAID)
            continue;
        bool whole = b->counts && b->known;
        first |= whole;
        if (whole || is_below(b) || (paid && is_paid_again(b)))
            add(&sum, b, whole);
    }
    sum.minutes = paid && !first ? FB_ABSENT : sum.minutes;
    return sum;
}

/* The trust pays the worker: what is asked takes the place of the commission, and stands alone where only what is asked is told. */
static void replace_commission(int64_t *v, const struct asked *by, bool latest)
{
    int64_t vat = by->vat == FB_ABSENT ? v[FB_MEASURE_VAT] : by->vat, was = v[FB_MEASURE_COMMISSION] + v[FB_MEASURE_VAT];
    int64_t pence = latest ? v[FB_MEASURE_PENCE] - v[FB_MEASURE_COMMISSION] + by->net : by->net;
    bool loaded = latest && v[FB_MEASURE_LOADED_SHORT] == 0;
    v[FB_MEASURE_LOADED] = loaded ? v[FB_MEASURE_LOADED] - was + by->net + vat : latest ? v[FB_MEASURE_LOADED] : 0;
    if (!latest) {
        for (unsigned m = FB_MEASURE_WORKER_PAY; m <= FB_MEASURE_OTHER_FEE; m++)
            v[m] = 0;
        v[FB_MEASURE_CARD_LOADED] = v[FB_MEASURE_UNPRICED] = 0;
        v[FB_MEASURE_LOADED_SHORT] = 1;
    }
    v[FB_MEASURE_SHIFTS] = 1;
    v[FB_MEASURE_MINUTES] = by->minutes == FB_ABSENT ? v[FB_MEASURE_MINUTES] : by->minutes;
    v[FB_MEASURE_PENCE] = pence;
    v[FB_MEASURE_COMMISSION] = by->net;
    v[FB_MEASURE_VAT] = vat;
}

/* What was expected is replaced by what is asked. Loaded cost moves with it where it was known whole, and is unknown where it was not;
 * of another net nobody stated the parts. */
static void replace(const struct aud_shift *s, int64_t *v, const struct asked *by, bool latest)
{
    if (s->b.state == FB_BOOKING_STATE_CANCELLED) {
        v[FB_MEASURE_CANCEL_CHARGE] = by->net;
        v[FB_MEASURE_VAT] = by->vat == FB_ABSENT ? 0 : by->vat;
        return;
    }
    if (aud_bill_of_commission(&s->b)) {
        replace_commission(v, by, latest);
        return;
    }
    bool whole = v[FB_MEASURE_EXPECTED] == 0 && v[FB_MEASURE_UNPRICED] == 0 && v[FB_MEASURE_LOADED_SHORT] == 0;
    int64_t vat = by->vat == FB_ABSENT ? v[FB_MEASURE_VAT] : by->vat;
    static const enum fb_measure parts[] = {FB_MEASURE_WORKER_PAY, FB_MEASURE_WTD_HOLIDAY, FB_MEASURE_EMPLOYER_NI, FB_MEASURE_EMPLOYER_PENSION,
                                            FB_MEASURE_LEVY,       FB_MEASURE_COMMISSION,  FB_MEASURE_OTHER_FEE};
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0] && by->net != v[FB_MEASURE_PENCE]; i++)
        v[parts[i]] = 0;
    v[FB_MEASURE_LOADED] = whole ? v[FB_MEASURE_LOADED] + by->net + vat - v[FB_MEASURE_PENCE] - v[FB_MEASURE_VAT] : 0;
    v[FB_MEASURE_CARD_LOADED] = whole ? v[FB_MEASURE_CARD_LOADED] : 0;
    v[FB_MEASURE_LOADED_SHORT] = !whole;
    v[FB_MEASURE_SHIFTS] = 1;
    v[FB_MEASURE_MINUTES] = by->minutes == FB_ABSENT ? v[FB_MEASURE_MINUTES] : by->minutes;
    v[FB_MEASURE_PENCE] = by->net;
    v[FB_MEASURE_VAT] = vat;
    v[FB_MEASURE_EXPECTED] = v[FB_MEASURE_UNPRICED] = 0;
}

static void stage(const struct aud_bills *x, struct aud_verdict *v, enum fb_stage stage, const struct fb_line *latest, const struct asked *by)
{
    if (!by->any)
        return;
    struct fb_line *line = &v->line[v->n_lines++];
    *line = *latest;
    line->cell.stage = (uint8_t)stage;
    line->figures.v[FB_MEASURE_BONUS] = 0; /* nobody invoiced it */
    replace(x->s, line->figures.v, by, false);
}

static void spend(struct auditor *a, const struct aud_bills *x, struct aud_verdict *v)
{
    const struct asked asked = add_up(x, false), paid = add_up(x, true);
    struct fb_line latest = aud_new_line(a, x->s, v, FB_STAGE_LATEST);
    bool there = v->n_lines > 0 && v->line[v->n_lines - 1].cell.stage == FB_STAGE_LATEST;
    if (there)
        latest = v->line[--v->n_lines];
    stage(x, v, FB_STAGE_INVOICED, &latest, &asked);
    stage(x, v, FB_STAGE_PAID, &latest, &paid);
    if (x->charged) { /* a charge counts: it is what the shift costs */
        v->drifts &= asked.net == latest.figures.v[FB_MEASURE_PENCE] || x->s->b.state == FB_BOOKING_STATE_CANCELLED;
        replace(x->s, latest.figures.v, &asked, true);
    }
    if (there || x->charged)
        v->line[v->n_lines++] = latest;
    a->met->invoiced += asked.any;
    a->met->paid += paid.any;
}

/* ---- findings ---- */

static void find(const struct fb_book *book, struct aud_verdict *v, enum fb_built_in_rule rule, enum fb_severity severity, unsigned detail,
                 int64_t pence)
{
    fb_assert(v->n_findings < FB_FINDINGS_MAX);
    v->finding[v->n_findings++] =
        (struct fb_finding){.rule = book->built_in[rule].id, .severity = (uint8_t)severity, .detail = (uint8_t)detail, .pence = pence};
}

static void part_match(const struct aud_bills *x, struct aud_verdict *v, unsigned differs, unsigned unsaid)
{
    for (unsigned d = 1; d < FB_DIFFERS_END; d++) {
        bool own_rule = d == FB_DIFFERS_RATE || d == FB_DIFFERS_BAND || (d == FB_DIFFERS_AMOUNT && x->over > 0);
        if ((differs >> d & 1) != 0 && !own_rule)
            find(x->book, v, FB_RULE_INVOICE_PART_MATCH, FB_SEVERITY_WARN, d, 0);
        if ((differs >> d & 1) == 0 && (unsaid >> d & 1) != 0 && (d != FB_DIFFERS_SHIFTS || x->any_nobody)) /* else it is only not known yet */
            find(x->book, v, FB_RULE_INVOICE_PART_MATCH, FB_SEVERITY_CANNOT_SAY, d, 0);
    }
}

static void findings(const struct aud_bills *x, struct aud_verdict *v)
{
    unsigned differs = 0, unsaid = 0;
    for (unsigned i = 0; i < x->n; i++) {
        differs |= x->bill[i].counts ? x->bill[i].says.differs : 0;
        unsaid |= x->bill[i].counts ? x->bill[i].says.unsaid : 0;
    }
    if (x->over > 0)
        find(x->book, v, FB_RULE_INVOICE_OVERCHARGED, FB_SEVERITY_BREACH, 0, x->over);
    if (x->any_asked_again)
        find(x->book, v, FB_RULE_INVOICE_DUPLICATE, FB_SEVERITY_BREACH, FB_DUPLICATE_ASKED, x->asked_again);
    if (x->any_paid_again)
        find(x->book, v, FB_RULE_INVOICE_DUPLICATE, FB_SEVERITY_BREACH, FB_DUPLICATE_PAID, x->paid_again);
    if ((differs >> FB_DIFFERS_RATE & 1) != 0)
        find(x->book, v, FB_RULE_INVOICE_OFF_RATE, FB_SEVERITY_WARN, 0, x->off_rate);
    if ((differs >> FB_DIFFERS_BAND & 1) != 0)
        find(x->book, v, FB_RULE_INVOICE_WRONG_BAND, FB_SEVERITY_WARN, 0, 0);
    part_match(x, v, differs, unsaid);
}

static void keep_said(const struct aud_bills *x, struct aud_verdict *v)
{
    v->n_matches = x->n;
    for (unsigned i = 0; i < x->n; i++) {
        unsigned before = 0;
        for (unsigned k = 0; k < x->n; k++)
            before += x->bill[k].says.number < x->bill[i].says.number;
        v->match[before] = x->bill[i].says;
    }
}

void aud_bills_judge(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_judged *j,
                     struct aud_verdict *v)
{
    static struct aud_bills x;
    aud_bills_of(a, book, s, j, &x);
    if (x.cut) {
        find(book, v, FB_RULE_INVOICE_PART_MATCH, FB_SEVERITY_CANNOT_SAY, FB_DIFFERS_SHIFTS, 0);
        a->met->bills_cut++;
        return;
    }
    if (x.n == 0)
        return;
    keep_said(&x, v);
    spend(a, &x, v);
    findings(&x, v);
}

/* ---- against the decision ---- */

static int64_t bits_of(const struct fb_match *m)
{
    return m->shared * 16 + m->parted * 8 + m->elsewhere * 4 + m->repeated * 2 + m->retold;
}

static bool same_figures(struct auditor *a, const struct aud_held *h, const struct fb_match *must, const struct fb_match *is)
{
    const struct {
        const char *what;
        int64_t must, is;
    } rows[] = {{"shared, parted, elsewhere, repeated and retold, of a line, as bits", bits_of(must), bits_of(is)},
                {"in what a line differs, as bits", must->differs, is->differs},
                {"what of a line cannot be said, as bits", must->unsaid, is->unsaid},
                {"what has become of a line", must->end, is->end},
                {"pence that a line asks for", must->charged_pence, is->charged_pence},
                {"pence expected of a line", must->expected_pence, is->expected_pence},
                {"VAT of a line", must->vat_pence, is->vat_pence},
                {"VAT expected of a line", must->vat_expected_pence, is->vat_expected_pence},
                {"minutes of a line", must->minutes, is->minutes},
                {"minutes expected of a line", must->expected_minutes, is->expected_minutes},
                {"rate of a line", must->rate_e4, is->rate_e4},
                {"rate expected of a line", must->expected_rate_e4, is->expected_rate_e4}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].must != rows[i].is)
            return auditor_differs_at(a, h, rows[i].what, rows[i].must, rows[i].is);
    return true;
}

bool aud_match_same(struct auditor *a, const struct aud_held *h, const struct fb_match *must, const struct fb_match *is)
{
    return same_figures(a, h, must, is) && (must->number == is->number || auditor_differs_at(a, h, "number that a line is held against", must->number, is->number));
}

bool aud_bills_same(struct auditor *a, uint32_t subject, const struct aud_verdict *v, const struct fb_decision *d, struct aud_said *said)
{
    const struct aud_held *h = &a->held[subject];
    if (v->n_matches != d->n_matches)
        return auditor_differs_at(a, h, "lines of invoices that name the shift", v->n_matches, d->n_matches);
    for (unsigned i = 0; i < v->n_matches; i++) {
        if (v->match[i].number != d->match[i].number)
            return auditor_differs_at(a, h, "number of a line that names the shift", v->match[i].number, d->match[i].number);
        if (!aud_match_same(a, &a->held[v->match[i].number], &v->match[i], &d->match[i]))
            return false;
        fb_assert(said->n < AUD_SAID_MAX);
        said->row[said->n].shift = subject;
        said->row[said->n++].match = v->match[i];
    }
    return true;
}
