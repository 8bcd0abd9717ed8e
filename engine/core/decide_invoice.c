#include "engine/base/check.h"
#include "engine/core/judge.h"
#include "engine/core/match_steps.h"

/* A line of an invoice judged by itself: which shifts it names, and what their decisions say of it. One that names several is
 * held against their sum, and shared out among them. */

static const struct fb_record *line_of(const struct fb_view *view)
{
    return view->invoice[0].record;
}

/* ---- what it comes to ---- */

static int64_t plus(int64_t sum, int64_t v)
{
    return sum == FB_ABSENT || v == FB_ABSENT ? FB_ABSENT : sum + v;
}

static void begin_match(const struct fb_invoice_line *l, struct fb_match *m)
{
    *m = (struct fb_match){.charged_pence = l->net_pence,
                           .expected_pence = FB_ABSENT,
                           .vat_pence = l->vat_pence,
                           .vat_expected_pence = FB_ABSENT,
                           .minutes = fb_match_minutes(l),
                           .expected_minutes = FB_ABSENT,
                           .rate_e4 = l->rate_e4,
                           .expected_rate_e4 = FB_ABSENT};
}

/* ---- what falls to each of several ---- */

static bool all_weighed(const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_billed; i++)
        if (!view->billed[i].judged || !view->billed[i].match.weighed)
            return false;
    return true;
}

/* Until all of its shifts know that it asks for others too, nothing is said of any part. */
static void share_out(const struct fb_view *view, struct fb_decision *out)
{
    struct fb_match_weight by[FB_GATHER_MAX];
    const struct fb_invoice_line *l = &line_of(view)->as.invoice_line;
    if (view->n_billed < 2 || l->state == FB_INVOICE_STATE_WITHDRAWN || view->withdrawn || fb_view_cut(view, FB_KIND_BOOKING) ||
        !all_weighed(view))
        return;
    for (unsigned i = 0; i < view->n_billed; i++)
        by[i] = view->billed[i].match.by;
    fb_match_share(by, view->n_billed, l->net_pence, l->vat_pence, fb_match_minutes(l), out->share);
    out->n_shares = view->n_billed;
    for (unsigned i = 0; i < out->n_shares; i++)
        out->share[i].number = view->billed[i].number;
}

static bool is_parted(const struct fb_decision *out)
{
    return out->n_shares > 0 && out->share[0].net_pence != FB_ABSENT; /* raw: asked for */
}

static bool all_parted(const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_billed; i++)
        if (!view->billed[i].match.parted)
            return false;
    return true;
}

/* ---- held against their sum ---- */

/* What is left of it: of each shift's part; where there are none, the least that any of them says, for a credit may name one of
 * the shifts only. */
static int64_t left_of(const struct fb_view *view, int64_t net)
{
    int64_t sum = 0, least = net;
    for (unsigned i = 0; i < view->n_billed; i++) {
        int64_t left = view->billed[i].match.charged_pence; /* raw: whole pence */
        sum += left;
        least = left < least ? left : least;
    }
    return all_parted(view) ? sum : least;
}

static void add_up(const struct fb_view *view, struct fb_match *m, unsigned *duplicates)
{
    m->expected_pence = m->expected_minutes = 0;
    for (unsigned i = 0; i < view->n_billed; i++) {
        const struct fb_match *row = &view->billed[i].match;
        bool twice = row->end == FB_INVOICE_END_DUPLICATE;
        *duplicates += twice;
        m->differs |= row->differs;
        m->unsaid |= row->unsaid;
        m->expected_pence = plus(m->expected_pence, twice ? FB_ABSENT : row->expected_pence);
        m->expected_minutes = plus(m->expected_minutes, twice ? FB_ABSENT : row->expected_minutes);
    }
}

static bool apart(int64_t a, int64_t b, int64_t tolerance)
{
    int64_t d = a > b ? a - b : b - a;
    return d > tolerance;
}

static void hold(struct fb_match *m, int64_t is, int64_t expected, int64_t tolerance, uint16_t bit)
{
    if (is == FB_ABSENT || expected == FB_ABSENT)
        m->unsaid |= bit;
    else if (apart(is, expected, tolerance))
        m->differs |= bit;
}

/* Against the sum of what its shifts come to. VAT may be of another treatment for each. */
static void of_several(const struct fb_book *book, const struct fb_view *view, bool parted, struct fb_match *m)
{
    const struct fb_invoice_terms *terms = &book->invoice;
    unsigned duplicates = 0;
    m->shared = true;
    m->parted = parted;
    add_up(view, m, &duplicates);
    m->charged_pence = left_of(view, m->charged_pence); /* raw: whole pence */
    m->unsaid = (uint16_t)(m->unsaid & ~(FB_BIT_OF(SHIFTS) | FB_BIT_OF(AMOUNT) | FB_BIT_OF(HOURS)));
    /* One that was judged before the others came may have held the whole against itself. */
    m->differs = (uint16_t)(m->differs & ~(FB_BIT_OF(AMOUNT) | FB_BIT_OF(HOURS)));
    hold(m, m->charged_pence, m->expected_pence, terms->apart_pence, FB_BIT_OF(AMOUNT));
    hold(m, m->minutes, m->expected_minutes, terms->minutes, FB_BIT_OF(HOURS));
    m->unsaid |= FB_BIT_OF(VAT) | (parted ? 0u : FB_BIT_OF(SHIFTS));
    if (duplicates > 0)
        m->differs |= FB_BIT_OF(SHIFTS);
    if (m->charged_pence < 0 && line_of(view)->as.invoice_line.net_pence >= 0) /* raw: which side of nought */
        m->differs |= FB_BIT_OF(CREDITED);
    m->end = (uint8_t)fb_match_end(&line_of(view)->as.invoice_line, m->differs, m->unsaid);
    if (duplicates == view->n_billed && m->end != FB_INVOICE_END_DISPUTED)
        m->end = FB_INVOICE_END_DUPLICATE;
}

static bool all_judged(const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_billed; i++)
        if (!view->billed[i].judged)
            return false;
    return true;
}

static void match(const struct fb_book *book, const struct fb_view *view, bool parted, struct fb_match *m)
{
    const struct fb_invoice_line *l = &line_of(view)->as.invoice_line;
    begin_match(l, m);
    if (view->withdrawn || l->state == FB_INVOICE_STATE_WITHDRAWN) {
        m->end = FB_INVOICE_END_WITHDRAWN;
    } else if (view->n_billed == 0) {
        m->end = FB_INVOICE_END_UNMATCHED;
    } else if (fb_view_cut(view, FB_KIND_BOOKING) || !all_judged(view)) {
        m->unsaid |= FB_BIT_OF(SHIFTS);
        m->end = (uint8_t)fb_match_end(l, 0, m->unsaid);
    } else if (view->n_billed == 1 && !view->billed[0].match.shared) {
        *m = view->billed[0].match;
        m->number = view->billed[0].number;
    } else {
        of_several(book, view, parted, m);
    }
}

/* ---- what is told ---- */

static void begin(const struct fb_book *book, const struct fb_view *view, struct fb_decision *out)
{
    const struct fb_member *m = &view->member[0];
    out->subject = view->subject;
    out->kind = FB_KIND_INVOICE_LINE;
    out->journal = view->journal;
    out->at_ms = view->now_ms;
    out->issue = book->issue;
    out->version = FB_DECIDE_VERSION;
    out->shadow = m->source != NULL && m->source->mode == FB_SOURCE_MODE_SHADOW;
    out->historic = m->version->env.historic;
    out->joined = view->withdrawn;
    out->vacancy_end = FB_VACANCY_END_NONE;
    out->state = FB_BOOKING_STATE_NONE;
    out->basis = FB_BASIS_NONE;
    out->drift = FB_COMPARED_NOTHING;
    out->grade = m->version->as.invoice_line.grade;
    out->n_lines = out->n_findings = out->n_counts = out->n_spent = out->n_shares = 0;
    out->stint.worker = 0;
    out->approval_end = out->approval_when = 0;
    out->n_matches = 1;
    out->due_ms = INT64_MAX;
    out->trace = (struct fb_span){NULL, 0};
}

/* What no shift's decision can tell. */
static void add_findings(const struct fb_book *book, struct fb_decision *out)
{
    const struct fb_match *m = &out->match[0];
    bool over = m->shared && fb_match_has(m->differs, FB_DIFFERS_AMOUNT) && m->expected_pence != FB_ABSENT &&
                m->charged_pence > m->expected_pence;
    if (m->end == FB_INVOICE_END_UNMATCHED)
        fb_judge__add(out, book->built_in[FB_RULE_INVOICE_UNMATCHED].id, FB_SEVERITY_WARN, 0, m->charged_pence);
    if (over)
        fb_judge__add(out, book->built_in[FB_RULE_INVOICE_OVERCHARGED].id, FB_SEVERITY_BREACH, 0,
                      m->charged_pence - m->expected_pence);
}

static struct fb_event shared_event(const struct fb_view *view, const struct fb_decision *out)
{
    const struct fb_record *r = line_of(view);
    return (struct fb_event){.at_ms = view->now_ms,
                             .journal = view->journal,
                             .subject = view->subject,
                             .trust = r->as.invoice_line.hirer,
                             .shadow = out->shadow,
                             .historic = out->historic,
                             .issue = out->issue,
                             .shift_day = r->as.invoice_line.from,
                             .source = r->env.source,
                             .record_ref = r->env.record_ref};
}

/* How each end is told; one that no shift is held for by its finding. */
static const struct {
    enum fb_event_kind kind;
    enum fb_severity severity;
} told[FB_INVOICE_END_END] = {
    [FB_INVOICE_END_MATCHED] = {FB_EVENT_INVOICE_MATCHED, FB_SEVERITY_OK_},
    [FB_INVOICE_END_PART_MATCHED] = {FB_EVENT_INVOICE_MATCHED, FB_SEVERITY_NOTE},
    [FB_INVOICE_END_DISPUTED] = {FB_EVENT_INVOICE_DISPUTED, FB_SEVERITY_WARN},
    [FB_INVOICE_END_PAID] = {FB_EVENT_INVOICE_MATCHED, FB_SEVERITY_OK_},
    [FB_INVOICE_END_DUPLICATE] = {FB_EVENT_INVOICE_MATCHED, FB_SEVERITY_WARN},
    [FB_INVOICE_END_WITHDRAWN] = {FB_EVENT_INVOICE_MATCHED, FB_SEVERITY_OK_},
};

static void tell_end(const struct fb_decision *prior, const struct fb_decision *out, const struct fb_event *shared,
                     struct fb_effects *effects)
{
    const struct fb_match *m = &out->match[0];
    bool heard = prior != NULL && prior->n_matches == 1 && fb_judge__silent(prior) == fb_judge__silent(out);
    if (told[m->end].kind == FB_EVENT_NONE || (heard && prior->match[0].end == m->end))
        return;
    struct fb_event *e = fb_judge__event(effects, shared, told[m->end].kind);
    e->severity = (uint8_t)told[m->end].severity;
    e->detail = m->end;
    e->pence = m->charged_pence; /* raw: whole pence */
    e->delta_pence = m->expected_pence == FB_ABSENT ? 0 : m->charged_pence - m->expected_pence;
    e->minutes = m->minutes == FB_ABSENT ? 0 : m->minutes;
}

enum fb_err fb_decide_invoice(const struct fb_book *book, const struct fb_view *view, const struct fb_decision *prior,
                              struct fb_arena *arena, struct fb_decision *out, struct fb_effects *effects)
{
    struct fb_judging j;
    (void)arena;
    fb_assert(view->n_invoices == 1 && view->n_members == 1);
    j.book = book;
    j.view = view;
    j.prior = prior;
    j.out = out;
    j.effects = effects;
    effects->n_events = effects->n_posts = 0;
    begin(book, view, out);
    share_out(view, out);
    match(book, view, is_parted(out), &out->match[0]);
    if (!view->withdrawn) {
        add_findings(book, out);
        fb_judge__life(&j);
    }
    const struct fb_event shared = shared_event(view, out);
    tell_end(prior, out, &shared, effects);
    fb_judge__finding_events(&j, &shared);
    return FB_OK;
}
