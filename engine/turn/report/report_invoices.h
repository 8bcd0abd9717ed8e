#ifndef FB_TURN_REPORT_INVOICES_H
#define FB_TURN_REPORT_INVOICES_H
/* Lines of invoices as people read them: one row each, with what it was matched with. Reads in short transactions, beside a
 * running engine. */
#include "engine/turn/report.h"
/* Rows of records above filter->after, in ascending order: at most `limit`, and of at most `scan` decisions looked at. *after:
 * where to go on; 0: there are no more. Texts in the arena. FB_LIMIT: not even one row fits it. */
FB_MUST_CHECK enum fb_err fb_report_invoices(struct fb_store *store, struct fb_reader_books *books,
                                             const struct fb_invoice_filter *filter, unsigned scan, struct fb_arena *arena,
                                             struct fb_invoice_row *row, unsigned limit, unsigned *n, uint32_t *after);
#endif
