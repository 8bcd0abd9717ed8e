#include "engine/wire/body.h"
#include "fairbank/v1/record.pb-c.h"

/* Lines of invoices and credit notes. */
enum { LINE_NUMBER_MAX = 1000000, PERIOD_DAYS_MAX = 366, UNITS_E2_MAX = 100000000, MINUTES_MAX = 60000000 };

#define PB   Fairbank__V1__InvoiceLine
#define OURS struct fb_invoice_line
static const struct fb_wire_row line_rows[] = {
    CODE(hirer, hirer, true),
    TEXT(supplier, supplier, true, FB_ID_BYTES_MAX),
    TEXT(invoice, invoice, true, FB_ID_BYTES_MAX),
    NUMBER(line, line, true, 1, LINE_NUMBER_MAX),
    DAY(invoice_day, invoice_day, true, 0),
    WORD(billing, billing, true, fb_billing_known),
    TEXT(credit_invoice, credit_invoice, false, FB_ID_BYTES_MAX),
    NUMBER(credit_line, credit_line, false, 1, LINE_NUMBER_MAX),
    TEXT(purchase_order, purchase_order, false, FB_ID_BYTES_MAX),
    TEXT(order_system, order_system, false, FB_SOURCE_BYTES_MAX),
    TEXT(booking_source, booking_source, false, FB_SOURCE_BYTES_MAX),
    TEXT(booking_ref, booking_ref, false, FB_ID_BYTES_MAX),
    DAY(from, from, true, 0),
    DAY(until, until, false, 0),
    WORD(unit, unit, false, fb_unit_known),
    NUMBER(units_e2, units_e2, false, 0, UNITS_E2_MAX),
    NUMBER(minutes, minutes, false, 0, MINUTES_MAX),
    NUMBER(rate_e4, rate_e4, false, 0, FB_RATE_E4_MAX),
    CODE(grade, grade, false),
    CODE(category, category, false),
    NUMBER(net_pence, net_pence, true, -FB_AMOUNT_PENCE_MAX, FB_AMOUNT_PENCE_MAX),
    NUMBER(vat_pence, vat_pence, false, -FB_AMOUNT_PENCE_MAX, FB_AMOUNT_PENCE_MAX),
    WORD(vat_treatment, vat_treatment, false, fb_vat_treatment_known),
    WORD(state, state, true, fb_invoice_state_known),
    TEXT(reason, reason, false, FB_TEXT_BYTES_MAX),
};
static const struct fb_wire_list line_lists[] = {
    {FB_WIRE_LIST(references, n_references, reference, FB_REFERENCES_MAX),
     &fairbank__v1__reference__descriptor, FB_WIRE_SPAN_ROWS(fb_wire__reference_rows), NULL, NULL},
};
#undef PB
#undef OURS

static void need(struct fb_wire_reading *r, bool there, const char *name)
{
    if (!there)
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, name);
}

/* A field with a fault of its own is there: that is asked of what was sent. */
#define HAS_TEXT(m, f) ((m)->has_##f && (m)->f.len > 0)
#define HAS_WORD(m, f) ((m)->has_##f && (int)(m)->f != 0)

/* A shift's name stands with the system whose name it is. */
static void check_names(struct fb_wire_reading *r, const Fairbank__V1__InvoiceLine *m)
{
    if (HAS_TEXT(m, booking_ref))
        need(r, HAS_TEXT(m, booking_source), "booking_source");
    if (HAS_TEXT(m, booking_source))
        need(r, HAS_TEXT(m, booking_ref), "booking_ref");
    if (HAS_TEXT(m, order_system))
        need(r, HAS_TEXT(m, purchase_order), "purchase_order");
}

static void check_sign(struct fb_wire_reading *r, bool credit, int64_t pence, const char *name)
{
    if (pence != FB_ABSENT && (credit ? pence > 0 : pence < 0)) /* raw: which side of nought */
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, name);
}

static void check_money(struct fb_wire_reading *r, const Fairbank__V1__InvoiceLine *m, const struct fb_invoice_line *l)
{
    bool credit = l->billing == FB_BILLING_CREDIT;
    if (credit)
        need(r, HAS_TEXT(m, credit_invoice), "credit_invoice");
    else if (l->billing != FB_BILLING_NONE && (m->has_credit_invoice || m->has_credit_line))
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, m->has_credit_invoice ? "credit_invoice" : "credit_line");
    check_sign(r, credit, l->net_pence, "net_pence");
    check_sign(r, credit, l->vat_pence, "vat_pence");
    if (m->has_units_e2 || m->has_rate_e4)
        need(r, HAS_WORD(m, unit), "unit");
}

static void read_line(struct fb_wire_reading *r, const void *message, void *ours)
{
    const Fairbank__V1__InvoiceLine *m = message;
    struct fb_invoice_line *l = ours;
    if (!m->has_until && l->from != 0)
        l->until = l->from + 1;
    fb_wire__check_days(r, l->from, l->until, "until");
    if (l->from != 0 && l->until > l->from && l->until - l->from > PERIOD_DAYS_MAX)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "until");
    fb_wire__check_references(r, l->reference, l->n_references);
    check_names(r, m);
    check_money(r, m, l);
    if (l->state == FB_INVOICE_STATE_DISPUTED)
        need(r, HAS_TEXT(m, reason), "reason");
}

const struct fb_wire_shape fb_wire__invoice_line = {
    .name = "invoice_line",
    .type = &fairbank__v1__invoice_line__descriptor,
    .size = sizeof(struct fb_invoice_line),
    .row = line_rows,
    .rows = sizeof line_rows / sizeof *line_rows,
    .list = line_lists,
    .lists = sizeof line_lists / sizeof *line_lists,
    .read_more = read_line,
};
