#include "tests/sim/auditor_bills.h"
#include <string.h>

/* Which lines name a shift, and which of them count. */

/* ---- names ---- */

static bool is_reference(const struct fb_booking *b, struct fb_span system, struct fb_span kind, struct fb_span id)
{
    bool found = false;
    for (unsigned i = 0; i < b->n_references; i++)
        found |= fb_span_eq(b->reference[i].system, system) && fb_span_eq(b->reference[i].kind, kind) && fb_span_eq(b->reference[i].id, id);
    return found && id.n > 0;
}

bool aud_bill_names(const struct auditor *a, const struct aud_held *line, const struct aud_held *booking)
{
    const struct fb_invoice_line *l = &line->winner->record.as.invoice_line;
    const struct fb_booking *b = &booking->winner->record.as.booking;
    if (booking->kind != FB_KIND_BOOKING || b->shift.hirer != l->hirer)
        return false;
    if (l->booking_ref.n > 0 && fb_span_eq(l->booking_ref, booking->ref) && fb_span_eq(l->booking_source, aud_source(a, booking)->name))
        return true;
    fb_day day = aud_local_day(b->shift.time.start_min);
    bool found = l->order_system.n > 0 && is_reference(b, l->order_system, fb_span_of(FB_REFERENCE_ORDER), l->purchase_order);
    for (unsigned i = 0; i < l->n_references; i++)
        found |= is_reference(b, l->reference[i].system, l->reference[i].kind, l->reference[i].id);
    return found && l->from <= day && day < l->until;
}

bool aud_bill_owed(const struct fb_booking *b)
{
    bool fee = b->cancel_charge_pence != FB_ABSENT && b->cancel_charge_pence > 0;
    return b->state == FB_BOOKING_STATE_BOOKED || (b->state == FB_BOOKING_STATE_CANCELLED && fee);
}

static bool is_shadow(const struct auditor *a, const struct aud_held *h)
{
    return aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
}

static bool is_same_line(const struct fb_invoice_line *x, const struct fb_invoice_line *y)
{
    return x->hirer == y->hirer && x->line == y->line && fb_span_eq(x->supplier, y->supplier) && fb_span_eq(x->invoice, y->invoice);
}

static int by_names(const struct auditor *a, const struct aud_held *x, const struct aud_held *y)
{
    int order = fb_span_cmp(aud_source(a, x)->name, aud_source(a, y)->name);
    return order != 0 ? order : fb_span_cmp(x->ref, y->ref);
}

/* Under which lower name it is held; NULL: none. */
static const struct aud_held *first_of(const struct auditor *a, const struct aud_held *line)
{
    const struct aud_held *first = line;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        if (h != line && h->kind == FB_KIND_INVOICE_LINE && is_shadow(a, h) == is_shadow(a, line) &&
            h->winner->record.as.invoice_line.state != FB_INVOICE_STATE_WITHDRAWN &&
            is_same_line(&h->winner->record.as.invoice_line, &line->winner->record.as.invoice_line) && by_names(a, h, first) < 0)
            first = h;
    }
    return first == line ? NULL : first;
}

/* It asks for a shift besides: where something is owed for this one, such a one. Where nothing is, and something for another, it is for
 * that one. What a trial tells takes nothing of what is live. */
static void see_others(const struct aud_bills *x, struct aud_bill *b)
{
    static uint32_t group[AUD_RECORDS_MAX];
    unsigned n = aud_group(x->a, x->s->number[0], group);
    bool owed = aud_bill_owed(&x->s->b), other = false, other_owed = false;
    for (uint32_t i = 1; i <= x->a->n_held; i++) {
        bool own = false;
        for (unsigned k = 0; k < n; k++)
            own |= group[k] == i;
        own |= !is_shadow(x->a, x->s->member[0]) && x->a->held[i].kind == FB_KIND_BOOKING && is_shadow(x->a, &x->a->held[i]);
        if (own || !aud_bill_names(x->a, b->h, &x->a->held[i]))
            continue;
        other = true;
        other_owed |= aud_bill_owed(&x->a->held[i].winner->record.as.booking);
    }
    b->says.shared = owed ? other_owed : other;
    b->says.elsewhere = !owed && other_owed;
}

/* ---- the lines, in their order ---- */

int64_t aud_bill_minutes(const struct fb_invoice_line *l)
{
    if (l->minutes != FB_ABSENT)
        return l->minutes;
    return l->unit == FB_UNIT_HOUR && l->units_e2 != FB_ABSENT ? aud_round((fb_i128)l->units_e2 * 60, 100) : FB_ABSENT;
}

static bool is_before(const struct auditor *a, const struct aud_bill *x, const struct aud_bill *y)
{
    if (x->l->invoice_day != y->l->invoice_day)
        return x->l->invoice_day < y->l->invoice_day;
    int invoice = fb_span_cmp(x->l->invoice, y->l->invoice), supplier = fb_span_cmp(x->l->supplier, y->l->supplier);
    if (invoice != 0)
        return invoice < 0;
    if (x->l->line != y->l->line)
        return x->l->line < y->l->line;
    return supplier != 0 ? supplier < 0 : by_names(a, x->h, y->h) < 0;
}

static void begin(struct aud_bill *b, const struct aud_bills *x, uint32_t number)
{
    memset(b, 0, sizeof *b);
    b->h = &x->a->held[number];
    b->l = &b->h->winner->record.as.invoice_line;
    b->left = b->l->net_pence;
    b->vat = b->l->vat_pence;
    b->minutes = aud_bill_minutes(b->l);
    b->says.number = number;
    see_others(x, b);
    const struct aud_held *first = first_of(x->a, b->h);
    b->says.repeated = first != NULL;
    b->says.retold = first != NULL && first->source != b->h->source;
    b->open = b->l->state != FB_INVOICE_STATE_WITHDRAWN && !b->says.elsewhere;
    b->known = true;
    b->says.rate_e4 = b->l->rate_e4;
    b->says.expected_pence = b->says.vat_expected_pence = b->says.expected_minutes = b->says.expected_rate_e4 = FB_ABSENT;
}

static bool names_any(const struct aud_bills *x, const struct aud_held *line)
{
    bool any = false;
    for (unsigned i = 0; i < x->s->n; i++)
        any |= aud_bill_names(x->a, line, x->s->member[i]);
    return any;
}

static void collect(struct aud_bills *x)
{
    bool shadow = is_shadow(x->a, x->s->member[0]); /* as all the others are */
    struct aud_bill all[FB_INVOICES_MAX];
    for (uint32_t i = 1; i <= x->a->n_held; i++) {
        const struct aud_held *h = &x->a->held[i];
        if (h->kind != FB_KIND_INVOICE_LINE || (is_shadow(x->a, h) && !shadow) || !names_any(x, h))
            continue;
        x->cut |= x->n == FB_INVOICES_MAX;
        if (!x->cut)
            begin(&all[x->n++], x, i);
    }
    for (unsigned i = 0; i < x->n; i++) {
        unsigned before = 0;
        for (unsigned k = 0; k < x->n; k++)
            before += k != i && is_before(x->a, &all[k], &all[i]);
        x->bill[before] = all[i];
    }
}

/* ---- credits ---- */

static bool is_credit(const struct aud_bill *b)
{
    return b->l->billing == FB_BILLING_CREDIT;
}

static bool is_named_by(const struct aud_bill *b, const struct fb_invoice_line *credit)
{
    return b->open && !is_credit(b) && fb_span_eq(b->l->supplier, credit->supplier) && fb_span_eq(b->l->invoice, credit->credit_invoice) &&
           (credit->credit_line == FB_ABSENT || credit->credit_line == b->l->line);
}

struct aud_bill *aud_bill_credited(struct aud_bills *x, const struct aud_bill *credit)
{
    struct aud_bill *from = NULL;
    for (unsigned i = x->n; i-- > 0;)
        if (is_named_by(&x->bill[i], credit->l))
            from = &x->bill[i];
    for (unsigned i = x->n; i-- > 0;)
        if (is_named_by(&x->bill[i], credit->l) && x->bill[i].left > 0)
            from = &x->bill[i];
    return from;
}

/* Of a part that nobody knows nothing is taken, unless from one that stands here whole. */
static void give_back(struct aud_bills *x, struct aud_bill *credit)
{
    struct aud_bill *from = aud_bill_credited(x, credit);
    if (from == NULL) {
        aud_bill_say(credit, FB_DIFFERS_CREDITED, false, false);
        credit->says.end = FB_INVOICE_END_UNMATCHED;
        return;
    }
    from->nobody |= credit->nobody;
    from->known &= !credit->nobody;
    if (credit->known || (from->says.shared && !from->says.parted)) {
        from->touched = true;
        from->left += credit->left;
        if (from->vat != FB_ABSENT && credit->vat != FB_ABSENT)
            from->vat += credit->vat;
        if (from->minutes != FB_ABSENT && credit->minutes != FB_ABSENT)
            from->minutes -= credit->minutes;
    }
    bool too_much = from->left < 0 && !from->says.shared;
    aud_bill_say(credit, FB_DIFFERS_CREDITED, true, too_much);
    credit->says.end = (uint8_t)aud_bill_end(credit->l, too_much);
}

/* ---- which charges count ---- */

bool aud_bill_charges(const struct aud_bill *b)
{
    return b->open && !b->gone && b->l->billing == FB_BILLING_CHARGE;
}

/* It goes with the first: of the same invoice, and for a category that none before it asks for. */
static bool goes_along(const struct aud_bills *x, const struct aud_bill *b)
{
    const struct aud_bill *f = x->first;
    if (b->l->category == 0 || !fb_span_eq(b->l->invoice, f->l->invoice) ||
        !fb_span_eq(b->l->supplier, f->l->supplier))
        return false;
    for (const struct aud_bill *o = x->bill; o < b; o++)
        if (o->counts && aud_bill_charges(o) && (o->l->category == 0 || o->l->category == b->l->category))
            return false;
    return true;
}

static void ask_twice(struct aud_bills *x, struct aud_bill *b)
{
    bool paid = b->l->state == FB_INVOICE_STATE_PAID && b->known && !b->says.retold; /* another system's word of it is no payment */
    if (paid)
        x->paid_again += b->left;
    else
        x->asked_again += b->known ? b->left : 0;
    x->any_paid_again |= paid;
    x->any_asked_again |= !paid;
    b->says.end = b->l->state == FB_INVOICE_STATE_DISPUTED ? FB_INVOICE_END_DISPUTED : FB_INVOICE_END_DUPLICATE;
}

static void choose(struct aud_bills *x)
{
    for (unsigned i = 0; i < x->n; i++) {
        struct aud_bill *b = &x->bill[i];
        bool more = b->open && !b->gone && b->l->billing == FB_BILLING_SUPPLEMENT;
        if (!more && !aud_bill_charges(b))
            continue;
        b->counts = !b->says.repeated && (more || x->first == NULL || goes_along(x, b));
        if (b->counts && !more && x->first != NULL)
            x->a->met->parted_along += b->says.shared;
        if (!b->counts)
            ask_twice(x, b);
        else if (!more && x->first == NULL)
            x->first = b;
    }
    x->charged = x->first != NULL;
    for (unsigned i = 0; i < x->n; i++) {
        const struct aud_bill *b = &x->bill[i];
        x->charged &= b->known || !b->counts || !aud_bill_charges(b);
        x->any_nobody |= b->counts && !b->known && b->nobody;
    }
}

/* ---- all of it ---- */

enum fb_invoice_end aud_bill_end(const struct fb_invoice_line *l, bool any)
{
    if (l->state == FB_INVOICE_STATE_DISPUTED || l->state == FB_INVOICE_STATE_PAID)
        return l->state == FB_INVOICE_STATE_PAID ? FB_INVOICE_END_PAID : FB_INVOICE_END_DISPUTED;
    return any ? FB_INVOICE_END_PART_MATCHED : FB_INVOICE_END_MATCHED;
}

static void end_all(struct aud_bills *x)
{
    for (unsigned i = 0; i < x->n; i++) {
        struct aud_bill *b = &x->bill[i];
        b->says.charged_pence = b->left; /* of a credit nothing was taken */
        b->says.vat_pence = b->vat;
        b->says.minutes = b->minutes;
        if (b->l->state == FB_INVOICE_STATE_WITHDRAWN)
            b->says.end = FB_INVOICE_END_WITHDRAWN;
        else if (b->says.end == 0)
            b->says.end = (uint8_t)(b->says.repeated ? FB_INVOICE_END_DUPLICATE : aud_bill_end(b->l, (b->says.differs | b->says.unsaid) != 0));
    }
}

void aud_bills_collect(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_judged *j,
                       struct aud_bills *out)
{
    memset(out, 0, sizeof *out);
    out->a = a;
    out->book = book;
    out->s = s;
    out->j = j;
    collect(out);
    aud_bills_know(out);
}

/* Of a line for several this shift's part. */
static void take_part(const struct aud_bills *x, struct aud_bill *b)
{
    static struct aud_parts parts;
    static uint32_t group[AUD_RECORDS_MAX];
    if (!b->says.shared)
        return;
    b->known = false;
    (void)aud_group(x->a, x->s->number[0], group);
    aud_parts_of(x->a, x->book, b->says.number, &parts);
    for (unsigned i = 0; i < parts.n && parts.shared_out; i++) {
        if (parts.shift[i] != group[0])
            continue;
        b->known = b->says.parted = parts.known;
        b->nobody = !parts.known;
        if (!parts.known)
            return;
        b->left = parts.part[i].net;
        b->vat = parts.part[i].vat;
        b->minutes = parts.part[i].minutes;
    }
}

void aud_bills_of(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_judged *j,
                  struct aud_bills *out)
{
    aud_bills_collect(a, book, s, j, out);
    if (out->cut)
        return;
    for (unsigned i = 0; i < out->n; i++)
        take_part(out, &out->bill[i]);
    for (unsigned i = 0; i < out->n; i++)
        if (out->bill[i].open && is_credit(&out->bill[i]) && !out->bill[i].says.repeated)
            give_back(out, &out->bill[i]);
    for (unsigned i = 0; i < out->n; i++)
        out->bill[i].gone = out->bill[i].touched && out->bill[i].left <= 0;
    choose(out);
    aud_bills_compare(out);
    end_all(out);
}
