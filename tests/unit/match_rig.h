#ifndef FB_TESTS_UNIT_MATCH_RIG_H
#define FB_TESTS_UNIT_MATCH_RIG_H
/* One shift and the lines of invoices that ask for it. The shift is of 16 March 2026, 8 hours plain at 40.00 and 2 hours unsocial at
 * 52.00, of agency NS: 424.00 owed, of which 30.00 are commission, with VAT on the whole. Failures are fatal ones of the test. */
#include "engine/core/match.h"
#include "engine/core/decide.h"
enum { FB_TEST_MATCH_LINES = 5, FB_TEST_MATCH_MINUTES = 600, FB_TEST_MATCH_OWED = 42400 };
struct fb_test_match {
    struct fb_book book;
    struct fb_vat vat;
    int plain, unsocial; /* categories of the book */
    int32_t minutes_in[FB_CATEGORIES_MAX];
    int64_t hour_e4[FB_CATEGORIES_MAX];
    struct fb_match_shift shift; /* reads all of those */
    struct fb_record record[FB_TEST_MATCH_LINES];
    struct fb_invoice_in_view in[FB_TEST_MATCH_LINES];
    struct fb_matched got;
};
/* The shift as it is at first; lines stay. */
void fb_test_match_begin(struct fb_test_match *m);
/* The i-th line is made anew: line i + 1 of invoice NS-1 under that reference, and agrees with all of the shift. */
struct fb_invoice_line *fb_test_match_line(struct fb_test_match *m, unsigned i, const char *ref);
/* The first n lines against the shift; what the first came to. */
const struct fb_match *fb_test_match(struct fb_test_match *m, unsigned n);
#endif
