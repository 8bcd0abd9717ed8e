#ifndef FB_CORE_EXPLAIN_H
#define FB_CORE_EXPLAIN_H
/* Sentences from a decision: the rule, the values read, layer, file and row, source and its status. The
 * predicates are evaluated again on the traced facts; nothing is stored as text. */
#include "engine/core/trace.h"
/* One finding as one or two plain sentences, such as: "Charged £42.10 an hour for unsocial time; the agreed ceiling
 * (thames-valley, caps/ceiling.yaml line 4) is £39.88: £2.22 an hour over, £9.99 for the shift." */
void fb_explain_finding(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace, const struct fb_finding *f);
/* The figures of the shift: minutes by category, card, charge, cap, each with its origin and status. */
void fb_explain_price(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* "thames-valley (ics), rates/card.yaml line 12, agreed: Lancashire and South Cumbria …" */
void fb_explain_origin(struct fb_text *t, const struct fb_book *book, uint16_t origin);
#endif
