#include "engine/wire/result.h"

/* What a result tells of lines of invoices. */
#define PB   Fairbank__V1__InvoiceRow
#define OURS struct fb_invoice_row
static const struct fb_wire_row invoice_rows[] = {
    U32(record, record),
    CODE(trust, trust, false),
    TEXT(supplier, supplier, false, FB_ID_BYTES_MAX),
    TEXT(invoice, invoice, false, FB_ID_BYTES_MAX),
    U64(line, line, false),
    WORD(billing, billing, false, fb_billing_known),
    DAY(invoice_day, invoice_day, false, 0),
    DAY(from, from, false, 0),
    DAY(until, until, false, 0),
    TEXT(shift, shift, false, FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 1),
    AMOUNT(charged_pence, charged_pence),
    NUMBER(expected_pence, expected_pence, false, -INT64_MAX, INT64_MAX),
    NUMBER(vat_pence, vat_pence, false, -INT64_MAX, INT64_MAX),
    NUMBER(vat_expected_pence, vat_expected_pence, false, -INT64_MAX, INT64_MAX),
    TEXT(end, end, false, FB_TEXT_BYTES_MAX),
    WORD(state, state, false, fb_invoice_state_known),
    TEXT(differs, differs, false, FB_BODY_BYTES_MAX),
    TEXT(unsaid, unsaid, false, FB_BODY_BYTES_MAX),
    TEXT(why, why, false, FB_BODY_BYTES_MAX),
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(record_ref, record_ref, false, FB_ID_BYTES_MAX),
    FLAG(shadow, shadow),
};
#undef PB
#undef OURS
enum { INVOICES_FIELD = 70 };

void fb_wire__append_invoices(struct fb_writer *w, const struct fb_result *r)
{
    for (unsigned i = 0; i < r->n_invoices && !w->bad; i++) {
        Fairbank__V1__InvoiceRow m = FAIRBANK__V1__INVOICE_ROW__INIT;
        struct fb_wire_scratch s;
        s.used = 0;
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(invoice_rows), &r->invoice[i], &m);
        fb_wire__append(w, INVOICES_FIELD, &m.base);
    }
}

void fb_wire__read_invoices(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out)
{
    out->invoice = fb_wire__room(r, m->n_invoices, sizeof *out->invoice);
    out->n_invoices = out->invoice == NULL ? 0 : (unsigned)m->n_invoices;
    for (unsigned i = 0; i < out->n_invoices; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(invoice_rows), m->invoices[i], &out->invoice[i]);
}
