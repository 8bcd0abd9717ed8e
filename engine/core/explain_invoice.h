#ifndef FB_CORE_EXPLAIN_INVOICE_H
#define FB_CORE_EXPLAIN_INVOICE_H
/* What an invoice asks and what booking, confirmation and timesheet come to, as sentences. The figures stand in the decision
 * (core/match.h), not in its trace. */
#include "engine/core/explain.h"
struct fb_decision;
struct fb_share;
/* A line and what became of it, by its own decision's match. */
void fb_explain_match(struct fb_text *t, const struct fb_invoice_line *l, const struct fb_match *m);
/* "£495.00 of it falls to", of a part that is known. */
void fb_explain_share(struct fb_text *t, const struct fb_share *s);
/* A finding about invoices, of a shift's decision or of a line's. false: it is none, and nothing was added. */
bool fb_explain_invoiced(struct fb_text *t, const struct fb_book *book, const struct fb_decision *d, const struct fb_finding *f);
#endif
