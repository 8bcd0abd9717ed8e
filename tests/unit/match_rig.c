#include "tests/unit/match_rig.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"

void fb_test_match_begin(struct fb_test_match *m)
{
    m->book = *fb_test_book();
    m->book.invoice = (struct fb_invoice_terms){.origin = FB_NO_ROW};
    m->plain = fb_book_category(&m->book, fb_code_of("plain"));
    m->unsocial = fb_book_category(&m->book, fb_code_of("unsocial"));
    CU_ASSERT_FATAL(m->plain >= 0 && m->unsocial >= 0);
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++) {
        m->minutes_in[c] = 0;
        m->hour_e4[c] = FB_ABSENT;
    }
    m->minutes_in[m->plain] = 480;
    m->minutes_in[m->unsocial] = 120;
    m->hour_e4[m->plain] = 400000;
    m->hour_e4[m->unsocial] = 520000;
    m->vat = (struct fb_vat){.base = FB_VAT_BASE_WHOLE_CHARGE, .ppm = 200000, .settled = true};
    m->shift = (struct fb_match_shift){.day = fb_day_of(2026, 3, 16),
                                       .stands = true,
                                       .confirmed = true,
                                       .supplier = fb_span_of("NS"),
                                       .supplier_asked = true,
                                       .minutes = FB_TEST_MATCH_MINUTES,
                                       .owed_pence = FB_TEST_MATCH_OWED,
                                       .book = &m->book,
                                       .minutes_in = m->minutes_in,
                                       .hour_e4 = m->hour_e4,
                                       .vat = &m->vat,
                                       .commission_pence = 3000};
}

struct fb_invoice_line *fb_test_match_line(struct fb_test_match *m, unsigned i, const char *ref)
{
    CU_ASSERT_FATAL(i < FB_TEST_MATCH_LINES);
    struct fb_record *r = &m->record[i];
    *r = (struct fb_record){.env = {.kind = FB_KIND_INVOICE_LINE, .source = fb_span_of("ledger"), .record_ref = fb_span_of(ref)}};
    r->as.invoice_line = (struct fb_invoice_line){.hirer = fb_code_of("RTH"),
                                                  .supplier = fb_span_of("NS"),
                                                  .invoice = fb_span_of("NS-1"),
                                                  .line = 1 + i,
                                                  .invoice_day = m->shift.day + 7,
                                                  .billing = FB_BILLING_CHARGE,
                                                  .credit_line = FB_ABSENT,
                                                  .from = m->shift.day,
                                                  .until = m->shift.day + 1,
                                                  .units_e2 = FB_ABSENT,
                                                  .minutes = FB_TEST_MATCH_MINUTES,
                                                  .rate_e4 = FB_ABSENT,
                                                  .net_pence = FB_TEST_MATCH_OWED,
                                                  .vat_pence = 8480,
                                                  .state = FB_INVOICE_STATE_RECEIVED};
    m->in[i] = (struct fb_invoice_in_view){.record = r, .number = 10 + i};
    return &r->as.invoice_line;
}

const struct fb_match *fb_test_match(struct fb_test_match *m, unsigned n)
{
    fb_match_lines(&m->shift, m->in, n, &m->got);
    CU_ASSERT_EQUAL_FATAL(m->got.n, n);
    return &m->got.row[0];
}
