#include "tests/lib/invoices.h"
#include "engine/turn/report/report_invoices.h"
#include <CUnit/CUnit.h>
#include <stdio.h>

struct fb_record *fb_test_billed_booking(const char *ref)
{
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    b->as.booking.rates.complete = FB_SAID_YES;
    return b;
}

struct fb_record *fb_test_billed_sheet(const char *ref, const char *of)
{
    struct fb_record *s = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, ref);
    s->as.timesheet.booking_ref = fb_span_of(of);
    return s;
}

struct fb_record *fb_test_invoice_line(const char *ref, const char *of)
{
    struct fb_record *l = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_PORTAL, ref);
    l->as.invoice_line.booking_ref = fb_span_of(of);
    return l;
}

struct fb_invoice_line *fb_test_line_of(struct fb_record *r) { return &r->as.invoice_line; }

/* The row of a list that is called so; its texts live until the next call. */
struct fb_invoice_row fb_test_invoice_row(struct fb_test_turn *t, const char *ref)
{
    static unsigned char memory[1 << 18];
    static struct fb_invoice_row row[32];
    struct fb_invoice_filter filter = {.trust = 0};
    struct fb_arena arena;
    uint32_t after;
    unsigned n = 0;
    struct fb_reader_books *books = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, t->store, &t->ports), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_report_invoices(t->store, books, &filter, 65536, &arena, row, 32, &n, &after), FB_OK);
    fb_reader_books_close(&books);
    for (unsigned i = 0; i < n; i++)
        if (fb_span_is(row[i].record_ref, ref))
            return row[i];
    return (struct fb_invoice_row){.record = 0};
}

void fb_test_is_invoice_row(struct fb_test_turn *t, const char *ref, const char *state, const char *differs, const char *unsaid)
{
    struct fb_invoice_row row = fb_test_invoice_row(t, ref);
    CU_ASSERT_NOT_EQUAL_FATAL(row.record, 0);
    bool same = fb_span_is(row.end, state) && fb_span_is(row.differs, differs) && fb_span_is(row.unsaid, unsaid);
    CU_ASSERT_TRUE(same);
    if (!same)
        printf("%s: %.*s, differs %.*s, unsaid %.*s\n  %.*s\n", ref, (int)row.end.n, row.end.p, (int)row.differs.n, row.differs.p,
               (int)row.unsaid.n, row.unsaid.p, (int)row.why.n, row.why.p);
}
