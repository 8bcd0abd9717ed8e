#include "tests/sim/auditor_bills.h"

/* In what the lines that count differ from the booking, the confirmation and the timesheet. */

void aud_bill_say(struct aud_bill *b, enum fb_differs d, bool known, bool differs)
{
    if (!known)
        b->says.unsaid |= (uint16_t)(1u << d);
    else if (differs)
        b->says.differs |= (uint16_t)(1u << d);
}

bool aud_bill_apart(int64_t a, int64_t b, int64_t tolerance)
{
    return a - b > tolerance || b - a > tolerance;
}

/* ---- what is known of the shift ---- */

bool aud_bill_of_commission(const struct fb_booking *b)
{
    return b->route == FB_ROUTE_AGENCY && b->engagement == FB_ENGAGEMENT_DIRECT && b->state == FB_BOOKING_STATE_BOOKED;
}

static void know_price(struct aud_bills *x, const struct aud_price *p)
{
    if (!p->charge_known || p->lower_bound)
        return;
    x->commission = aud_bill_of_commission(&x->s->b);
    if (x->commission && p->part[FB_PART_COMMISSION] == 0)
        return;
    x->owed = x->commission ? p->part[FB_PART_COMMISSION] : p->charge;
    x->price = p;
}

void aud_bills_know(struct aud_bills *x)
{
    const struct fb_booking *b = &x->s->b;
    x->stands = b->state == FB_BOOKING_STATE_BOOKED;
    x->confirmed = x->j->sheet != NULL;
    x->minutes = x->owed = FB_ABSENT;
    if (x->s->cut)
        return;
    if (!x->stands) {
        x->confirmed = true;
        x->minutes = 0;
        x->owed = b->state == FB_BOOKING_STATE_CANCELLED ? b->cancel_charge_pence : 0;
    } else if (x->j->sheet != NULL && !x->j->any_worked) {
        x->minutes = x->owed = 0;
    } else {
        const struct aud_price *p = x->j->sheet == NULL ? &x->j->price : &x->j->worked;
        x->minutes = p->minutes_known && p->total > 0 ? p->total : p->plain_length;
        know_price(x, p);
    }
}

/* ---- each line against the documents ---- */

static void supplier(const struct aud_bills *x, struct aud_bill *b)
{
    struct fb_span who = {NULL, 0};
    bool agency = x->s->b.route == FB_ROUTE_AGENCY;
    if (agency)
        who = x->s->b.agency;
    else if (x->s->vacancy != NULL)
        who = x->s->vacancy->winner->record.as.vacancy.bank_provider;
    if (agency || who.n > 0)
        aud_bill_say(b, FB_DIFFERS_AGENCY, who.n > 0, !fb_span_eq(who, b->l->supplier));
}

static void order_of(const struct fb_booking *of, struct fb_span order, bool *any, bool *same)
{
    for (unsigned i = 0; i < of->n_references; i++) {
        const struct fb_reference *r = &of->reference[i];
        bool is = fb_span_is(r->kind, FB_REFERENCE_ORDER) && r->id.n > 0;
        *any |= is;
        *same |= is && fb_span_eq(r->id, order);
    }
}

/* Of a shift of more bookings than are read one that was left out may be of that order. */
static void order(const struct aud_bills *x, struct aud_bill *b)
{
    struct fb_span told = b->l->purchase_order, of_vacancy = {NULL, 0};
    if (x->s->vacancy != NULL)
        of_vacancy = x->s->vacancy->winner->record.as.vacancy.purchase_order;
    bool any = of_vacancy.n > 0, same = any && fb_span_eq(of_vacancy, told);
    for (unsigned i = 0; i < x->s->n; i++)
        order_of(&x->s->member[i]->winner->record.as.booking, told, &any, &same);
    if (told.n > 0 && !same && (any || x->s->cut))
        aud_bill_say(b, FB_DIFFERS_PURCHASE_ORDER, !x->s->cut, true);
}

static void documents(const struct aud_bills *x, struct aud_bill *b)
{
    const struct fb_invoice_line *l = b->l;
    fb_code grade = x->s->b.shift.grade;
    supplier(x, b);
    order(x, b);
    aud_bill_say(b, FB_DIFFERS_PERIOD, true, x->s->day < l->from || x->s->day >= l->until);
    aud_bill_say(b, FB_DIFFERS_BAND, true, grade != 0 && l->grade != 0 && grade != l->grade);
    if (l->units_e2 != FB_ABSENT && l->rate_e4 != FB_ABSENT) {
        int64_t net = aud_round((fb_i128)l->units_e2 * l->rate_e4, 10000), told = net;
        if (l->unit == FB_UNIT_HOUR) /* hundredths of an hour stand for whole minutes */
            told = aud_round((fb_i128)aud_bill_minutes(l) * l->rate_e4, 6000);
        bool off = aud_bill_apart(net, l->net_pence, x->book->invoice.apart_pence) && aud_bill_apart(told, l->net_pence, x->book->invoice.apart_pence);
        aud_bill_say(b, FB_DIFFERS_SUM, true, off);
    }
}

/* ---- the rate ---- */

static int category_of(const struct fb_book *book, fb_code code)
{
    for (unsigned c = 0; c < book->n_categories && code != 0; c++)
        if (book->category[c] == code)
            return (int)c;
    return -1;
}

/* An hour of the line's category; of a line without one, of any, when all that were worked cost the same. */
static int64_t agreed(const struct aud_bills *x, const struct fb_invoice_line *l)
{
    int64_t one = FB_ABSENT;
    bool several = false;
    int of = category_of(x->book, l->category);
    if (x->price == NULL || x->commission || (l->category != 0 && of < 0))
        return FB_ABSENT;
    if (of >= 0)
        return x->price->charge_hour[of];
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        int64_t hour = x->price->charge_hour[c];
        if (x->price->minutes[c] == 0)
            continue;
        several |= hour == FB_ABSENT || (one != FB_ABSENT && one != hour);
        one = hour;
    }
    return several ? FB_ABSENT : one;
}

static void rate(struct aud_bills *x, struct aud_bill *b)
{
    if (!x->stands || b->l->unit != FB_UNIT_HOUR || b->l->rate_e4 == FB_ABSENT)
        return;
    int64_t must = agreed(x, b->l), is = b->l->rate_e4;
    b->says.expected_rate_e4 = must;
    if (must == FB_ABSENT) { /* where the amount is known, it is that which tells */
        aud_bill_say(b, FB_DIFFERS_RATE, x->owed != FB_ABSENT, false);
        return;
    }
    bool off = aud_bill_apart(is, must, x->book->invoice.rate_e4);
    aud_bill_say(b, FB_DIFFERS_RATE, true, off);
    if (off && b->minutes != FB_ABSENT)
        x->off_rate += aud_round((fb_i128)(is - must) * b->minutes, 6000);
}

/* ---- VAT ---- */

static bool counts_as_charge(const struct aud_bill *b)
{
    return b->counts && b->l->billing == FB_BILLING_CHARGE;
}

static int64_t vat_due(const struct aud_bills *x, const struct aud_bill *b, const struct fb_vat *row)
{
    unsigned charges = 0;
    for (unsigned i = 0; i < x->n; i++)
        charges += counts_as_charge(&x->bill[i]);
    if (row == NULL)
        return FB_ABSENT;
    if (row->base == FB_VAT_BASE_NOTHING)
        return 0;
    if (row->base == FB_VAT_BASE_WHOLE_CHARGE)
        return aud_round((fb_i128)b->left * row->ppm, 1000000);
    return charges == 1 && x->price != NULL ? aud_round((fb_i128)x->price->part[FB_PART_COMMISSION] * row->ppm, 1000000) : FB_ABSENT;
}

static void vat(const struct aud_bills *x, struct aud_bill *b)
{
    const struct fb_vat *row = aud_vat(x->book, &x->s->b, x->s->day);
    int64_t due = vat_due(x, b, row);
    bool bare = b->l->vat_treatment == FB_VAT_TREATMENT_ZERO || b->l->vat_treatment == FB_VAT_TREATMENT_EXEMPT ||
                b->l->vat_treatment == FB_VAT_TREATMENT_OUTSIDE || b->l->vat_treatment == FB_VAT_TREATMENT_REVERSE_CHARGE;
    b->says.vat_expected_pence = due;
    if (bare && b->vat != FB_ABSENT && b->vat != 0) {
        aud_bill_say(b, FB_DIFFERS_VAT, true, true);
        return;
    }
    bool known = due != FB_ABSENT && b->vat != FB_ABSENT;
    bool off = known && aud_bill_apart(due, b->vat, x->book->invoice.apart_pence);
    aud_bill_say(b, FB_DIFFERS_VAT, known && (!off || row->settled), off); /* where the law is open nobody is wrong */
}

/* ---- all charges together ---- */

void aud_bill_category(const struct aud_bills *x, fb_code category, int64_t *pence, int64_t *minutes)
{
    int c = x->price == NULL || x->commission ? -1 : category_of(x->book, category);
    *minutes = c < 0 ? 0 : x->price->minutes[c];
    *pence = c < 0 || x->price->charge_hour[c] == FB_ABSENT ? 0 : aud_round((fb_i128)x->price->charge_hour[c] * x->price->minutes[c], 6000);
}

/* Each after the first is expected to be its category's hours; the first whatever is left of what is owed. */
static void expect(struct aud_bills *x)
{
    int64_t others = 0, their_minutes = 0;
    for (unsigned i = 0; i < x->n; i++) {
        struct aud_bill *b = &x->bill[i];
        int64_t pence, minutes;
        if (!counts_as_charge(b) || b == x->first)
            continue;
        aud_bill_category(x, b->l->category, &pence, &minutes);
        b->says.expected_pence = x->owed == FB_ABSENT ? FB_ABSENT : pence;
        b->says.expected_minutes = x->minutes == FB_ABSENT ? FB_ABSENT : minutes;
        others += pence;
        their_minutes += minutes;
    }
    if (x->first != NULL && x->owed != FB_ABSENT)
        x->first->says.expected_pence = x->owed - others;
    if (x->first != NULL && x->minutes != FB_ABSENT)
        x->first->says.expected_minutes = x->minutes - their_minutes;
}

static void together(struct aud_bills *x)
{
    int64_t net = 0, minutes = 0;
    for (unsigned i = 0; i < x->n; i++) {
        const struct aud_bill *b = &x->bill[i];
        if (!counts_as_charge(b))
            continue;
        net += b->left;
        minutes = minutes == FB_ABSENT || b->minutes == FB_ABSENT ? FB_ABSENT : minutes + b->minutes;
    }
    const struct fb_invoice_terms *terms = &x->book->invoice;
    bool timed = minutes != FB_ABSENT && x->minutes != FB_ABSENT, priced = x->owed != FB_ABSENT;
    bool off = priced && aud_bill_apart(net, x->owed, terms->apart_pence);
    for (unsigned i = 0; i < x->n; i++) {
        struct aud_bill *b = &x->bill[i];
        if (!counts_as_charge(b))
            continue;
        aud_bill_say(b, FB_DIFFERS_CONFIRMATION, x->confirmed, false);
        aud_bill_say(b, FB_DIFFERS_HOURS, timed || !x->stands, timed && aud_bill_apart(minutes, x->minutes, terms->minutes));
        aud_bill_say(b, FB_DIFFERS_AMOUNT, priced, off);
    }
    x->over = off && net > x->owed ? net - x->owed : 0;
}

/* One that is for this shift only, where another that counts is for several: it is held against what is expected of itself. */
static void by_itself(struct aud_bills *x, struct aud_bill *b)
{
    const struct fb_invoice_terms *terms = &x->book->invoice;
    int64_t must = b->says.expected_pence;
    bool timed = b->minutes != FB_ABSENT && b->says.expected_minutes != FB_ABSENT && (x->price != NULL || x->minutes == 0);
    bool off = must != FB_ABSENT && aud_bill_apart(b->left, must, terms->apart_pence);
    aud_bill_say(b, FB_DIFFERS_CONFIRMATION, x->confirmed, false);
    aud_bill_say(b, FB_DIFFERS_HOURS, timed || !x->stands, timed && aud_bill_apart(b->minutes, b->says.expected_minutes, terms->minutes));
    aud_bill_say(b, FB_DIFFERS_AMOUNT, must != FB_ABSENT, off);
    x->over += off && b->left > must ? b->left - must : 0;
}

void aud_bills_compare(struct aud_bills *x)
{
    bool several = false;
    for (unsigned i = 0; i < x->n; i++)
        several |= counts_as_charge(&x->bill[i]) && x->bill[i].says.shared;
    expect(x);
    for (unsigned i = 0; i < x->n; i++) {
        struct aud_bill *b = &x->bill[i];
        if (!b->counts)
            continue;
        documents(x, b);
        aud_bill_say(b, FB_DIFFERS_SHIFTS, b->known, false);
        if (b->l->billing == FB_BILLING_SUPPLEMENT) {
            aud_bill_say(b, FB_DIFFERS_AMOUNT, false, false);
        } else if (b->says.shared) {
            aud_bill_say(b, FB_DIFFERS_CONFIRMATION, x->confirmed, false); /* the rest is held against the sum of its shifts */
        } else {
            rate(x, b);
            vat(x, b);
            if (several && b->known)
                by_itself(x, b);
        }
    }
    if (x->charged && !several)
        together(x);
}
