#include "engine/base/check.h"
#include "tests/sim/auditor.h"
#include "tests/sim/workload_making.h"
#include <string.h>

/* What suppliers ask for a shift, and give back: right, too much, twice, for nobody; amended and withdrawn. Drawn with numbers of their
 * own, so that everything else of a seed is what it would be without them. */

enum { LINES_OF_A_SHIFT = 12, MANY = 34, E4_PENCE = 100 };
/* What a line is drawn around: a booking as some system told of it, and what it comes to by the packs as they stand. */
struct asking {
    struct sim_making *k;
    const struct sim_shift *s;
    const struct sim_message *booking;
    struct aud_price price;
    unsigned n;
    struct fb_record line[LINES_OF_A_SHIFT]; /* that were sent so far, each as first drawn */
};

/* ---- what it is drawn around ---- */

static const struct sim_message *pick(struct sim_making *k, unsigned first, enum fb_kind kind)
{
    const struct sim_message *found = NULL;
    unsigned n = 0;
    for (unsigned i = first; i < k->l->n; i++) {
        const struct sim_message *m = &k->l->message[i];
        if (m->refused == FB_REASON_NONE && m->record.env.kind == kind && sim_once_in(&k->p, ++n))
            found = m;
    }
    return found;
}

static void look(struct asking *q, unsigned first)
{
    static struct aud_work work;
    const struct sim_message *sheet = sim_once_in(&q->k->p, 3) ? NULL : pick(q->k, first, FB_KIND_TIMESHEET);
    const struct fb_booking *b;
    q->booking = pick(q->k, first, FB_KIND_BOOKING);
    if (q->booking == NULL)
        return;
    b = &q->booking->record.as.booking;
    if (sheet == NULL)
        aud_work_booked(b, &work);
    else
        aud_work_done(b, &sheet->record.as.timesheet, &work);
    aud_price(q->k->w->rules->issue[0].book, b, &work, &q->price);
}

static struct fb_prng *draws(struct asking *q)
{
    return &q->k->p;
}

/* ---- which shift it names ---- */

static void name_booking(struct asking *q, struct fb_invoice_line *l)
{
    l->booking_source = q->booking->record.env.source;
    l->booking_ref = q->booking->record.env.record_ref;
    if (sim_once_in(draws(q), 15))
        l->booking_ref = sim_name(q->k->w, "B", (int64_t)q->s->number, 7); /* nobody has sent it */
}

static void add_request(struct asking *q, struct fb_invoice_line *l, unsigned number)
{
    l->reference[l->n_references++] =
        (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"), sim_name(q->k->w, "HR", (int64_t)number, -1)};
}

static void name_order(struct asking *q, struct fb_invoice_line *l)
{
    l->purchase_order = sim_order_of(q->k->w, q->s->number + (sim_once_in(draws(q), 4) ? 12 : 0));
    if (!sim_once_in(draws(q), 3))
        l->order_system = fb_span_of("oracle");
}

/* Those of its neighbours too, and an order that may stand for several. */
static void name_several(struct asking *q, struct fb_invoice_line *l)
{
    for (unsigned i = 0, n = 1 + (unsigned)fb_prng_below(draws(q), 3); i < n; i++)
        add_request(q, l, q->s->number + i + 1);
    if (sim_once_in(draws(q), 2))
        name_order(q, l);
    l->from -= 7;
    l->until += 21;
}

static void name(struct asking *q, struct fb_invoice_line *l)
{
    struct fb_prng *p = draws(q);
    fb_day day = aud_local_day(q->s->start_min);
    l->from = day + (sim_once_in(p, 12) ? 1 : 0);
    l->until = l->from + 1 + (sim_once_in(p, 6) ? 6 : 0);
    if (sim_once_in(p, 14))
        return; /* it names nobody */
    if (q->booking != NULL && !sim_once_in(p, 3))
        name_booking(q, l);
    if (l->booking_ref.n == 0 || sim_once_in(p, 4))
        add_request(q, l, q->s->number);
    if (sim_once_in(p, 4))
        name_order(q, l);
    if (q->k->w->bills == SIM_BILLS_OF_SEVERAL && sim_once_in(p, 3))
        name_several(q, l);
}

/* ---- what it asks for ---- */

static int64_t round_up_half(int64_t num, int64_t den)
{
    return (num + den / 2) / den;
}

static void add_vat(struct fb_prng *p, struct fb_invoice_line *l)
{
    l->vat_treatment = (enum fb_vat_treatment)fb_prng_below(p, FB_VAT_TREATMENT_END);
    l->vat_pence = sim_once_in(p, 3) ? 0 : sim_once_in(p, 3) ? FB_ABSENT : l->net_pence / 5;
    if (sim_once_in(p, 10))
        l->vat_pence = sim_between(p, 0, 5000);
}

/* By the hour, with a rate; of one category, or of all that there are when they cost the same. */
static void ask_by_hour(struct asking *q, struct fb_invoice_line *l, unsigned category)
{
    const struct fb_book *book = q->k->w->rules->issue[0].book;
    int64_t rate = q->price.charge_hour[category], minutes = q->price.minutes[category];
    if (rate == FB_ABSENT)
        rate = 250000;
    rate += sim_once_in(draws(q), 6) ? sim_between(draws(q), 1, 40000) : 0;
    if (rate > FB_RATE_E4_MAX)
        rate = FB_RATE_E4_MAX;
    l->unit = FB_UNIT_HOUR;
    l->units_e2 = round_up_half(minutes * 100, 60);
    l->rate_e4 = rate;
    l->minutes = sim_once_in(draws(q), 3) ? FB_ABSENT : minutes;
    l->category = sim_once_in(draws(q), 3) ? 0 : book->category[category];
    l->net_pence = round_up_half(l->units_e2 * rate, 100 * E4_PENCE);
    l->net_pence += sim_once_in(draws(q), 12) ? sim_between(draws(q), 1, 300) : 0; /* not its own sum */
}

static void ask_whole(struct asking *q, struct fb_invoice_line *l)
{
    l->net_pence = q->price.charge_known ? q->price.charge : 20000;
    l->minutes = sim_once_in(draws(q), 5) ? FB_ABSENT : q->price.total > 0 ? q->price.total : q->price.plain_length;
    if (sim_once_in(draws(q), 8) && l->net_pence * E4_PENCE <= FB_RATE_E4_MAX) {
        l->unit = FB_UNIT_SHIFT;
        l->units_e2 = 100;
        l->rate_e4 = sim_once_in(draws(q), 2) ? l->net_pence * E4_PENCE : FB_ABSENT;
    }
}

static void spoil(struct asking *q, struct fb_invoice_line *l)
{
    struct fb_prng *p = draws(q);
    if (sim_once_in(p, 4))
        l->net_pence += sim_between(p, 0, sim_once_in(p, 3) ? 3 : 9000);
    if (sim_once_in(p, 12) && l->minutes != FB_ABSENT)
        l->minutes += sim_between(p, 0, 90);
}

static void stand(struct fb_prng *p, struct fb_invoice_line *l)
{
    static const enum fb_invoice_state states[] = {FB_INVOICE_STATE_RECEIVED, FB_INVOICE_STATE_RECEIVED, FB_INVOICE_STATE_APPROVED,
                                                   FB_INVOICE_STATE_PAID,     FB_INVOICE_STATE_PAID,     FB_INVOICE_STATE_DISPUTED,
                                                   FB_INVOICE_STATE_WITHDRAWN};
    l->state = states[fb_prng_below(p, sizeof states / sizeof states[0])];
    l->reason = l->state == FB_INVOICE_STATE_DISPUTED ? fb_span_of("not our ward") : (struct fb_span){NULL, 0};
}

static struct fb_span supplier_of(struct asking *q)
{
    const struct fb_booking *b = q->booking == NULL ? NULL : &q->booking->record.as.booking;
    if (b != NULL && b->route == FB_ROUTE_AGENCY && b->agency.n > 0 && !sim_once_in(draws(q), 8))
        return b->agency;
    return q->s->route == FB_ROUTE_AGENCY ? sim_pick(draws(q), sim_agencies, SIM_AGENCIES) : fb_span_of("north-bank");
}

/* One that asks for the whole shift, or that is one of the invoice's lines for it. */
static void begin_line(struct asking *q, struct fb_span supplier, int64_t invoice, struct fb_record *out)
{
    struct fb_prng *p = draws(q);
    struct fb_invoice_line *l = &out->as.invoice_line;
    memset(out, 0, sizeof *out);
    out->env.kind = FB_KIND_INVOICE_LINE;
    l->hirer = sim_once_in(p, 15) ? fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]) : q->s->hirer;
    l->supplier = supplier;
    l->invoice = sim_name(q->k->w, "INV", invoice, -1);
    l->line = (int64_t)(q->s->number % 3 * LINES_OF_A_SHIFT + q->n + 1);
    l->invoice_day = aud_local_day(q->s->start_min) + 1 + (fb_day)fb_prng_below(p, 20);
    l->billing = FB_BILLING_CHARGE;
    l->credit_line = l->units_e2 = l->minutes = l->rate_e4 = l->vat_pence = FB_ABSENT;
    l->grade = sim_once_in(p, 2) ? q->s->grade : sim_once_in(p, 6) ? fb_code_of("6") : 0;
    name(q, l);
    stand(p, l);
}

static void send(struct asking *q, struct fb_record *r)
{
    sim_edge_line(q->k->w, &r->as.invoice_line);
    struct fb_record sent = *r; /* which is amended on its way */
    sim_make_record(q->k, &sent, (unsigned)fb_prng_below(draws(q), SIM_SOURCES - 1), sim_name(q->k->w, "L", (int64_t)q->s->number, q->n));
    q->line[q->n++] = *r;
}

static bool has_room(const struct asking *q)
{
    return q->n < LINES_OF_A_SHIFT;
}

/* ---- the kinds of lines ---- */

/* An invoice that asks for several shifts by category has a line of each category for all of them. */
static void name_as(const struct fb_invoice_line *first, struct fb_invoice_line *l)
{
    if (first->n_references < 2)
        return;
    l->booking_ref = first->booking_ref;
    l->booking_source = first->booking_source;
    l->purchase_order = first->purchase_order;
    l->order_system = first->order_system;
    l->n_references = first->n_references;
    for (unsigned i = 0; i < first->n_references; i++)
        l->reference[i] = first->reference[i];
    l->from = first->from;
    l->until = first->until;
}

static void charge_by_category(struct asking *q, struct fb_span supplier, int64_t invoice)
{
    struct fb_record r;
    struct fb_invoice_line first;
    fb_day day = 0;
    for (unsigned c = 0; c < q->k->w->rules->issue[0].book->n_categories && has_room(q); c++) {
        if (q->price.minutes[c] == 0)
            continue;
        begin_line(q, supplier, invoice, &r);
        if (day == 0)
            first = r.as.invoice_line;
        name_as(&first, &r.as.invoice_line);
        day = day == 0 || sim_once_in(draws(q), 10) ? r.as.invoice_line.invoice_day : day;
        r.as.invoice_line.invoice_day = day;
        ask_by_hour(q, &r.as.invoice_line, c);
        add_vat(draws(q), &r.as.invoice_line);
        send(q, &r);
    }
}

static void charge(struct asking *q, int64_t invoice)
{
    struct fb_record r;
    struct fb_span supplier = supplier_of(q);
    if (q->booking != NULL && !sim_once_in(draws(q), 3)) {
        charge_by_category(q, supplier, invoice);
        return;
    }
    begin_line(q, supplier, invoice, &r);
    ask_whole(q, &r.as.invoice_line);
    spoil(q, &r.as.invoice_line);
    add_vat(draws(q), &r.as.invoice_line);
    send(q, &r);
}

static void supplement(struct asking *q, int64_t invoice)
{
    struct fb_record r;
    begin_line(q, supplier_of(q), invoice, &r);
    r.as.invoice_line.billing = FB_BILLING_SUPPLEMENT;
    r.as.invoice_line.net_pence = sim_between(draws(q), 0, 4000);
    add_vat(draws(q), &r.as.invoice_line);
    send(q, &r);
}

/* Of a line that was sent: all of it, a part, or too much. */
static void credit(struct asking *q)
{
    struct fb_prng *p = draws(q);
    const struct fb_invoice_line of = q->line[fb_prng_below(p, q->n)].as.invoice_line;
    struct fb_record r;
    begin_line(q, of.supplier, (int64_t)q->s->number + 500, &r);
    struct fb_invoice_line *l = &r.as.invoice_line;
    l->billing = FB_BILLING_CREDIT;
    l->credit_invoice = sim_once_in(p, 10) ? fb_span_of("INV-NONE") : of.invoice;
    l->credit_line = sim_once_in(p, 3) ? FB_ABSENT : of.line;
    int64_t net = of.net_pence < 0 ? -of.net_pence : of.net_pence;
    l->net_pence = sim_once_in(p, 2) ? -net : -(net / 3) - (sim_once_in(p, 5) ? net : 0);
    l->minutes = sim_once_in(p, 2) ? FB_ABSENT : of.minutes;
    add_vat(p, l);
    if (l->vat_pence != FB_ABSENT && l->vat_pence > 0)
        l->vat_pence = -l->vat_pence;
    send(q, &r);
}

/* The same line, under another name. */
static void repeat(struct asking *q)
{
    struct fb_record r = q->line[fb_prng_below(draws(q), q->n)];
    if (sim_once_in(draws(q), 3))
        stand(draws(q), &r.as.invoice_line);
    send(q, &r);
}

/* More than one decision can read, for one booking. */
static void ask_often(struct asking *q)
{
    struct fb_record r;
    for (unsigned i = 0; i < MANY && q->booking != NULL; i++) {
        begin_line(q, supplier_of(q), (int64_t)(q->s->number * 100 + i), &r);
        ask_whole(q, &r.as.invoice_line);
        name_booking(q, &r.as.invoice_line);
        sim_make_record(q->k, &r, (unsigned)fb_prng_below(draws(q), SIM_SOURCES - 1), sim_name(q->k->w, "LL", (int64_t)q->s->number, (int64_t)i));
    }
}

static void ask(struct asking *q)
{
    struct fb_prng *p = draws(q);
    int64_t invoice = (int64_t)(q->s->number / 3);
    if (!sim_once_in(p, 5))
        charge(q, invoice);
    if (sim_once_in(p, 4) && has_room(q))
        charge(q, invoice + 1000);
    if (sim_once_in(p, 5) && has_room(q))
        supplement(q, sim_once_in(p, 2) ? invoice : invoice + 2000);
    for (unsigned i = sim_once_in(p, 3) ? 1 + (unsigned)fb_prng_below(p, 2) : 0; i > 0 && q->n > 0 && has_room(q); i--)
        credit(q);
    if (sim_once_in(p, 5) && q->n > 0 && has_room(q))
        repeat(q);
    if (sim_once_in(p, 80))
        ask_often(q);
}

static void change_places(struct sim_making *k)
{
    struct fb_prng p = k->p, pages = k->pages;
    k->p = k->of_bills;
    k->pages = k->pages_of_bills;
    k->of_bills = p;
    k->pages_of_bills = pages;
}

void sim_make_bills(struct sim_making *k, const struct sim_shift *s, unsigned first)
{
    static struct asking q;
    change_places(k);
    memset(&q, 0, sizeof q);
    q.k = k;
    q.s = s;
    look(&q, first);
    if (!sim_once_in(&k->p, 3))
        ask(&q);
    change_places(k);
}

/* ---- amendments ---- */

static void another_sum(struct fb_prng *p, struct fb_invoice_line *l)
{
    int64_t by = sim_between(p, 0, 3000);
    l->net_pence = l->billing == FB_BILLING_CREDIT ? l->net_pence - by : l->net_pence + by;
    l->rate_e4 = l->units_e2 = FB_ABSENT;
}

void sim_change_bill(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *r)
{
    struct fb_invoice_line *l = &r->as.invoice_line;
    switch (fb_prng_below(p, 8)) {
    case 0: /* it is for another shift */
        l->booking_source = w->source[s->sources[0]].name;
        l->booking_ref = sim_name(w, "B", sim_between(p, 1, (int64_t)s->number + 2), 0);
        break;
    case 1: /* it was another line, or another's */
        l->line = sim_between(p, 1, 3 * LINES_OF_A_SHIFT);
        break;
    case 2:
        another_sum(p, l);
        break;
    case 3:
        l->supplier = sim_pick(p, sim_agencies, SIM_AGENCIES);
        break;
    case 4:
        l->invoice_day += (fb_day)sim_between(p, -5, 6);
        break;
    default: /* it goes one step on */
        stand(p, l);
        break;
    }
}
