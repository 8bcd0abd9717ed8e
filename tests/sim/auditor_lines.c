#include "tests/sim/auditor_bills.h"
#include <string.h>

/* A line of an invoice by itself: which shifts it names, and what they say of it together. */

struct shifts {
    struct aud_parts of;
    unsigned known; /* those that say something of the line */
    const struct fb_match *says[AUD_PARTS_MAX];
};

static void ask_them(const struct aud_said *said, uint32_t line, struct shifts *x)
{
    x->known = 0;
    for (unsigned i = 0; i < x->of.n; i++) {
        x->says[i] = NULL;
        for (unsigned k = 0; k < said->n; k++)
            if (said->row[k].shift == x->of.shift[i] && said->row[k].match.number == line)
                x->says[i] = &said->row[k].match;
        x->known += x->says[i] != NULL;
    }
}

/* ---- of several ---- */

static void hold(struct fb_match *m, int64_t is, int64_t must, int64_t tolerance, enum fb_differs d)
{
    const uint16_t bit = (uint16_t)(1u << d);
    m->differs &= (uint16_t)~bit;
    m->unsaid &= (uint16_t)~bit;
    if (is == FB_ABSENT || must == FB_ABSENT)
        m->unsaid |= bit;
    else if (aud_bill_apart(is, must, tolerance))
        m->differs |= bit;
}

/* Against their sum: what a shift expects of a line that only asks again, nobody can say. Where there are no parts, of what was
 * credited the least is left. */
static void together(const struct fb_book *book, const struct fb_invoice_line *l, const struct shifts *x, struct fb_match *m)
{
    unsigned twice = 0;
    bool all_parted = true;
    int64_t sum = 0;
    m->shared = true;
    m->parted = x->of.shared_out && x->of.known;
    m->expected_pence = m->expected_minutes = 0;
    for (unsigned i = 0; i < x->of.n; i++) {
        const struct fb_match *s = x->says[i];
        bool again = s->end == FB_INVOICE_END_DUPLICATE;
        twice += again;
        m->differs |= s->differs;
        m->unsaid |= s->unsaid;
        all_parted &= s->parted;
        sum += s->charged_pence;
        m->charged_pence = s->charged_pence < m->charged_pence ? s->charged_pence : m->charged_pence;
        bool pence = m->expected_pence != FB_ABSENT && s->expected_pence != FB_ABSENT && !again;
        bool minutes = m->expected_minutes != FB_ABSENT && s->expected_minutes != FB_ABSENT && !again;
        m->expected_pence = pence ? m->expected_pence + s->expected_pence : FB_ABSENT;
        m->expected_minutes = minutes ? m->expected_minutes + s->expected_minutes : FB_ABSENT;
    }
    m->charged_pence = all_parted ? sum : m->charged_pence;
    m->unsaid &= (uint16_t)~(1u << FB_DIFFERS_SHIFTS);
    hold(m, m->charged_pence, m->expected_pence, book->invoice.apart_pence, FB_DIFFERS_AMOUNT);
    hold(m, m->minutes, m->expected_minutes, book->invoice.minutes, FB_DIFFERS_HOURS);
    m->unsaid |= (uint16_t)(1u << FB_DIFFERS_VAT); /* which may be of another treatment for each */
    if (!m->parted)
        m->unsaid |= (uint16_t)(1u << FB_DIFFERS_SHIFTS);
    if (m->charged_pence < 0 && l->net_pence >= 0)
        m->differs |= (uint16_t)(1u << FB_DIFFERS_CREDITED);
    if (twice > 0)
        m->differs |= (uint16_t)(1u << FB_DIFFERS_SHIFTS);
    m->end = (uint8_t)aud_bill_end(l, true);
    if (twice == x->of.n && m->end != FB_INVOICE_END_DISPUTED)
        m->end = FB_INVOICE_END_DUPLICATE;
}

/* ---- what it comes to ---- */

static void come_to(const struct auditor *a, const struct fb_book *book, uint32_t number, const struct aud_said *said, struct fb_match *m)
{
    static struct shifts x;
    const struct aud_held *h = &a->held[number];
    const struct fb_invoice_line *l = &h->winner->record.as.invoice_line;
    *m = (struct fb_match){.charged_pence = l->net_pence,
                           .expected_pence = FB_ABSENT,
                           .vat_pence = l->vat_pence,
                           .vat_expected_pence = FB_ABSENT,
                           .minutes = aud_bill_minutes(l),
                           .expected_minutes = FB_ABSENT,
                           .rate_e4 = l->rate_e4,
                           .expected_rate_e4 = FB_ABSENT};
    m->end = FB_INVOICE_END_WITHDRAWN;
    if (l->state == FB_INVOICE_STATE_WITHDRAWN)
        return;
    aud_parts_of(a, book, number, &x.of);
    ask_them(said, number, &x);
    if (x.of.n == 0) {
        m->end = FB_INVOICE_END_UNMATCHED;
    } else if (x.known < x.of.n) { /* one that hears nothing of it: it is not of a trial, or too many ask */
        m->unsaid = (uint16_t)(1u << FB_DIFFERS_SHIFTS);
        m->end = (uint8_t)aud_bill_end(l, true);
    } else if (x.of.n == 1 && !x.says[0]->shared) {
        *m = *x.says[0];
        m->number = x.of.shift[0];
    } else {
        together(book, l, &x, m);
    }
}

static void find(const struct fb_book *book, const struct fb_match *m, struct aud_verdict *v)
{
    bool over = m->shared && (m->differs >> FB_DIFFERS_AMOUNT & 1) != 0 && m->charged_pence > m->expected_pence;
    if (m->end == FB_INVOICE_END_UNMATCHED)
        v->finding[v->n_findings++] = (struct fb_finding){
            .rule = book->built_in[FB_RULE_INVOICE_UNMATCHED].id, .severity = FB_SEVERITY_WARN, .pence = m->charged_pence};
    if (over)
        v->finding[v->n_findings++] = (struct fb_finding){.rule = book->built_in[FB_RULE_INVOICE_OVERCHARGED].id,
                                                          .severity = FB_SEVERITY_BREACH,
                                                          .pence = m->charged_pence - m->expected_pence};
}

/* What falls to each of its shifts, and nothing is lost of it. */
static bool same_parts(struct auditor *a, const struct fb_book *book, uint32_t number, const struct fb_decision *d)
{
    static struct aud_parts p;
    const struct aud_held *h = &a->held[number];
    int64_t sum = 0;
    aud_parts_of(a, book, number, &p);
    unsigned n = p.shared_out ? p.n : 0;
    if (d->n_shares != n)
        return auditor_differs_at(a, h, "shifts among which a line is shared out", n, d->n_shares);
    for (unsigned i = 0; i < n; i++) {
        const struct fb_share *is = NULL;
        for (unsigned k = 0; k < n; k++)
            is = d->share[k].number == p.shift[i] ? &d->share[k] : is;
        if (is == NULL)
            return auditor_differs_at(a, h, "shift among which a line is shared out", p.shift[i], 0);
        if (is->net_pence != p.part[i].net)
            return auditor_differs_at(a, h, "pence of a line that fall to a shift", p.part[i].net, is->net_pence);
        if (is->vat_pence != p.part[i].vat || is->minutes != p.part[i].minutes)
            return auditor_differs_at(a, h, "VAT and minutes of a line that fall to a shift, minutes", p.part[i].minutes, is->minutes);
        sum += p.known ? is->net_pence : 0;
    }
    a->met->parted += n > 0 && p.known;
    a->met->parted_unknown += n > 0 && !p.known;
    int64_t net = h->winner->record.as.invoice_line.net_pence;
    return n == 0 || !p.known || sum == net || auditor_differs_at(a, h, "sum of the parts of a line", net, sum);
}

bool aud_line_same(struct auditor *a, const struct fb_book *book, uint32_t number, const struct aud_said *said, const struct fb_decision *d,
                   struct aud_verdict *v)
{
    const struct aud_held *h = &a->held[number];
    struct fb_match m;
    memset(v, 0, sizeof *v);
    v->shadow = aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
    v->historic = h->winner->record.env.historic;
    come_to(a, book, number, said, &m);
    find(book, &m, v);
    aud_meet_line(a->met, &m);
    if (d->n_matches != 1 || d->kind != FB_KIND_INVOICE_LINE)
        return auditor_differs_at(a, h, "what a line by itself comes to", 1, d->n_matches);
    return aud_match_same(a, h, &m, &d->match[0]) && same_parts(a, book, number, d);
}
