#ifndef FB_TESTS_INVOICES_H
#define FB_TESTS_INVOICES_H
/* Records of one shift and its invoice that fit each other, and what lists of lines say. */
#include "engine/core/report.h"
#include "tests/lib/turns.h"
struct fb_record *fb_test_billed_booking(const char *ref); /* with all its rates */
struct fb_record *fb_test_billed_sheet(const char *ref, const char *of);
struct fb_record *fb_test_invoice_line(const char *ref, const char *of); /* of a booking */
struct fb_invoice_line *fb_test_line_of(struct fb_record *r);
/* The row of a list that is called so, record 0: none; its texts live until the next call. */
struct fb_invoice_row fb_test_invoice_row(struct fb_test_turn *t, const char *ref);
void fb_test_is_invoice_row(struct fb_test_turn *t, const char *ref, const char *state, const char *differs, const char *unsaid);
#endif
