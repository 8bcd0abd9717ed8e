#include "engine/core/judge.h"
#include "engine/core/match_steps.h"

/* What suppliers ask for a shift: its lines of the stages invoiced and paid, and the findings. What a line comes to is match.c's
 * to say. */

/* ---- what the lines are held against ---- */

static void add_order(struct fb_match_shift *s, struct fb_span order)
{
    if (order.n > 0)
        s->order[s->n_orders++] = order;
}

static void add_orders_of(struct fb_match_shift *s, const struct fb_booking *b)
{
    for (unsigned i = 0; i < b->n_references; i++)
        if (fb_span_is(b->reference[i].kind, FB_REFERENCE_ORDER))
            add_order(s, b->reference[i].id);
}

/* Every member's, not the merged booking's: that has no more references than one booking may. */
static void set_orders(const struct fb_judging *j, struct fb_match_shift *s)
{
    for (unsigned i = 0; i < j->view->n_members; i++)
        add_orders_of(s, &j->view->member[i].version->as.booking);
    s->orders_cut = fb_view_cut(j->view, FB_KIND_BOOKING) || fb_view_cut(j->view, FB_KIND_VACANCY);
    if (j->view->vacancy.version != NULL)
        add_order(s, j->view->vacancy.version->as.vacancy.purchase_order);
}

static void set_supplier(const struct fb_judging *j, struct fb_match_shift *s)
{
    s->supplier_asked = j->booking->route == FB_ROUTE_AGENCY;
    if (s->supplier_asked)
        s->supplier = j->booking->agency;
    else if (j->view->vacancy.version != NULL)
        s->supplier = j->view->vacancy.version->as.vacancy.bank_provider;
}

static const struct fb_vat *vat_of(const struct fb_judging *j)
{
    const struct fb_shift *shift = &j->booking->shift;
    const struct fb_where where = {shift->hirer, shift->site, shift->staff_group, j->day};
    return fb_vat_row(j->book, j->booking, &where);
}

/* Nobody was to work: at most what was agreed for the cancellation is owed. */
static void set_fallen(const struct fb_judging *j, struct fb_match_shift *s)
{
    bool cancelled = j->booking->state == FB_BOOKING_STATE_CANCELLED;
    s->confirmed = true;
    s->minutes = 0;
    s->owed_pence = cancelled ? j->booking->cancel_charge_pence : 0;
}

/* Of a shift that fell through the agency is owed its charge for that, whoever pays the worker. */
static bool of_commission(const struct fb_booking *b)
{
    return b->state == FB_BOOKING_STATE_BOOKED && fb_paid_by_trust(b->route, b->engagement);
}

/* Where none was sent nobody can say what it is. By the hour nothing is held against it: it is the amount that tells. */
static void set_commission(struct fb_match_shift *s, const struct fb_price *p)
{
    int64_t pence = p->charge.known && !p->charge.lower_bound ? p->charge.part_pence[FB_PART_COMMISSION] : 0; /* raw: already rounded */
    if (pence == 0)                                                                                          /* raw: asked for */
        return;
    s->owed_pence = s->commission_pence = pence; /* raw: the same */
    s->minutes_in = p->minutes.in;
}

/* A grid that may lack a part says no more than the least that may be charged, and a card says what is paid. */
static void set_price(const struct fb_booking *b, struct fb_match_shift *s, const struct fb_price *p)
{
    bool whole = p->charge.known && !p->charge.lower_bound;
    if (of_commission(b)) {
        set_commission(s, p);
        return;
    }
    s->owed_pence = whole ? p->charge.pence : FB_ABSENT; /* raw: already rounded once */
    s->commission_pence = whole ? p->charge.part_pence[FB_PART_COMMISSION] : FB_ABSENT;
    if (!whole)
        return;
    s->minutes_in = p->minutes.in;
    s->hour_e4 = p->charge.hour_e4;
}

static void set_shift(const struct fb_judging *j, struct fb_match_shift *s)
{
    int64_t start = j->booking->shift.time.start_min;
    *s = (struct fb_match_shift){.day = j->day,
                                 .start_min = start < 0 || start > UINT32_MAX ? 0 : (uint32_t)start,
                                 .tie = fb_judge__tie(&j->lead->version->env),
                                 .stands = j->booking->state == FB_BOOKING_STATE_BOOKED,
                                 .confirmed = j->sheet != NULL,
                                 .grade = j->booking->shift.grade,
                                 .minutes = FB_ABSENT,
                                 .owed_pence = FB_ABSENT,
                                 .commission_pence = FB_ABSENT,
                                 .book = j->book,
                                 .vat = vat_of(j)};
    set_orders(j, s);
    set_supplier(j, s);
    if (fb_view_cut(j->view, FB_KIND_BOOKING) || fb_view_cut(j->view, FB_KIND_TIMESHEET))
        return; /* which of them is right may hang on who was left out */
    if (!s->stands) {
        set_fallen(j, s);
    } else if (j->sheet == NULL) {
        s->minutes = fb_judge__booked_minutes(j->booking, j->price);
        set_price(j->booking, s, j->price);
    } else {
        s->minutes = j->worked_minutes;
        if (j->worked != NULL)
            set_price(j->booking, s, j->worked);
        else
            s->owed_pence = 0; /* the sheet says that nobody worked */
    }
}

/* ---- lines of the totals ---- */

static void clear_parts(int64_t *v)
{
    for (unsigned m = FB_MEASURE_WORKER_PAY; m < FB_MEASURE_VAT; m++)
        v[m] = 0;
}

/* A net that is another than was expected has no parts that anybody stated; and of loaded cost it is known only where that was
 * the charge with its VAT and fees. */
static void set_net(int64_t *v, int64_t net, int64_t vat)
{
    bool as_sent = v[FB_MEASURE_EXPECTED] == 0 && v[FB_MEASURE_UNPRICED] == 0 && v[FB_MEASURE_LOADED_SHORT] == 0;
    int64_t vat_now = vat == FB_ABSENT ? v[FB_MEASURE_VAT] : vat;
    if (!as_sent) {
        v[FB_MEASURE_LOADED] = v[FB_MEASURE_CARD_LOADED] = 0;
        v[FB_MEASURE_LOADED_SHORT] = 1;
    } else {
        v[FB_MEASURE_LOADED] += net - v[FB_MEASURE_PENCE] + vat_now - v[FB_MEASURE_VAT];
    }
    if (net != v[FB_MEASURE_PENCE])
        clear_parts(v);
    v[FB_MEASURE_PENCE] = net; /* raw: whole pence */
    v[FB_MEASURE_VAT] = vat_now;
    v[FB_MEASURE_EXPECTED] = v[FB_MEASURE_UNPRICED] = 0;
}

/* The shift costs what it did with the commission that is asked; what is asked by itself has no other part, and is not all that it costs. */
static void set_agencys_part(int64_t *v, int64_t net, int64_t vat, bool latest)
{
    int64_t vat_now = vat == FB_ABSENT ? v[FB_MEASURE_VAT] : vat, more = net - v[FB_MEASURE_COMMISSION];
    if (latest) {
        v[FB_MEASURE_PENCE] += more; /* raw: whole pence */
        v[FB_MEASURE_LOADED] += v[FB_MEASURE_LOADED_SHORT] == 0 ? more + vat_now - v[FB_MEASURE_VAT] : 0;
    } else {
        clear_parts(v);
        v[FB_MEASURE_PENCE] = net; /* raw: the same */
        v[FB_MEASURE_LOADED] = v[FB_MEASURE_CARD_LOADED] = v[FB_MEASURE_UNPRICED] = 0;
        v[FB_MEASURE_LOADED_SHORT] = 1;
    }
    v[FB_MEASURE_COMMISSION] = net;
    v[FB_MEASURE_VAT] = vat_now;
}

/* The figures of the stage before, with what is asked in the place of what was expected. */
static void fill(struct fb_judging *j, struct fb_line *line, int64_t net, int64_t vat, int64_t minutes)
{
    int64_t *v = line->figures.v;
    if (j->booking->state == FB_BOOKING_STATE_CANCELLED) {
        v[FB_MEASURE_CANCEL_CHARGE] = net;
        v[FB_MEASURE_VAT] = vat == FB_ABSENT ? 0 : vat;
        return;
    }
    v[FB_MEASURE_SHIFTS] = 1;
    if (minutes != FB_ABSENT)
        v[FB_MEASURE_MINUTES] = minutes;
    if (of_commission(j->booking))
        set_agencys_part(v, net, vat, line->cell.stage == FB_STAGE_LATEST);
    else
        set_net(v, net, vat);
}

/* A copy of the latest line in another stage; a bonus is spend of its own kind, and nobody invoiced it. */
static struct fb_line *add_stage(struct fb_judging *j, enum fb_stage stage, const struct fb_line *latest)
{
    struct fb_line *line = &j->out->line[j->out->n_lines++];
    *line = *latest;
    line->cell.stage = (uint8_t)stage;
    line->figures.v[FB_MEASURE_BONUS] = 0;
    return line;
}

/* Where nothing was owed there is no latest line yet. */
static struct fb_line take_latest(struct fb_judging *j, bool *there)
{
    struct fb_decision *d = j->out;
    *there = d->n_lines > 0 && d->line[d->n_lines - 1].cell.stage == FB_STAGE_LATEST;
    if (*there)
        return d->line[--d->n_lines];
    return fb_judge__new_line(j, FB_STAGE_LATEST);
}

/* Drift is of the latest figure alone: of another net nobody stated whose pay it would be measured by. */
static void fill_latest(struct fb_judging *j, struct fb_line *latest, const struct fb_matched *m)
{
    if (m->net_pence != latest->figures.v[FB_MEASURE_PENCE])
        j->out->drift = FB_COMPARED_NOTHING;
    fill(j, latest, m->net_pence, m->vat_pence, m->minutes);
}

/* The latest figure follows what was invoiced as soon as a charge of the shift counts: what is paid of it is a part of that. */
static void add_lines(struct fb_judging *j, const struct fb_matched *m)
{
    bool there;
    struct fb_line latest = take_latest(j, &there);
    if (m->any)
        fill(j, add_stage(j, FB_STAGE_INVOICED, &latest), m->net_pence, m->vat_pence, m->minutes);
    if (m->paid)
        fill(j, add_stage(j, FB_STAGE_PAID, &latest), m->paid_net_pence, m->paid_vat_pence, m->paid_minutes);
    if (m->charged)
        fill_latest(j, &latest, m);
    if (there || m->charged)
        j->out->line[j->out->n_lines++] = latest;
}

/* ---- findings ---- */

static void find(struct fb_judging *j, enum fb_built_in_rule rule, enum fb_severity severity, unsigned detail, int64_t pence)
{
    fb_judge__add(j->out, j->book->built_in[rule].id, severity, detail, pence);
}

/* Those that have a rule of their own; what one for several shifts comes to is its own line's to tell. */
static bool is_told_apart(const struct fb_matched *m, enum fb_differs d)
{
    return d == FB_DIFFERS_RATE || d == FB_DIFFERS_BAND || (d == FB_DIFFERS_AMOUNT && m->over_pence > 0);
}

static void part_match(struct fb_judging *j, const struct fb_matched *m)
{
    for (unsigned d = FB_DIFFERS_NONE + 1; d < FB_DIFFERS_END; d++) {
        if (fb_match_has(m->differs, (enum fb_differs)d)) {
            if (!is_told_apart(m, (enum fb_differs)d))
                find(j, FB_RULE_INVOICE_PART_MATCH, FB_SEVERITY_WARN, d, 0);
        } else if (fb_match_has(m->unsaid, (enum fb_differs)d) && (d != FB_DIFFERS_SHIFTS || m->unshared)) {
            find(j, FB_RULE_INVOICE_PART_MATCH, FB_SEVERITY_CANNOT_SAY, d, 0);
        }
    }
}

static void add_findings(struct fb_judging *j, const struct fb_matched *m)
{
    if (m->over_pence > 0)
        find(j, FB_RULE_INVOICE_OVERCHARGED, FB_SEVERITY_BREACH, 0, m->over_pence);
    if (m->duplicate)
        find(j, FB_RULE_INVOICE_DUPLICATE, FB_SEVERITY_BREACH, FB_DUPLICATE_ASKED, m->duplicate_pence);
    if (m->twice)
        find(j, FB_RULE_INVOICE_DUPLICATE, FB_SEVERITY_BREACH, FB_DUPLICATE_PAID, m->twice_pence);
    if (fb_match_has(m->differs, FB_DIFFERS_RATE))
        find(j, FB_RULE_INVOICE_OFF_RATE, FB_SEVERITY_WARN, 0, m->off_rate_pence);
    if (fb_match_has(m->differs, FB_DIFFERS_BAND))
        find(j, FB_RULE_INVOICE_WRONG_BAND, FB_SEVERITY_WARN, 0, 0);
    part_match(j, m);
}

void fb_judge__invoices(struct fb_judging *j)
{
    struct fb_match_shift shift;
    struct fb_matched m;
    if (fb_view_cut(j->view, FB_KIND_INVOICE_LINE)) { /* among those that were left out may be one that counts */
        find(j, FB_RULE_INVOICE_PART_MATCH, FB_SEVERITY_CANNOT_SAY, FB_DIFFERS_SHIFTS, 0);
        return;
    }
    set_shift(j, &shift);
    fb_match_lines(&shift, j->view->invoice, j->view->n_invoices, &m);
    j->out->n_matches = m.n;
    for (unsigned i = 0; i < m.n; i++)
        j->out->match[i] = m.row[i];
    if (m.any || m.charged || m.paid)
        add_lines(j, &m);
    add_findings(j, &m);
}
