#ifndef FB_CORE_TRACE_FORM_H
#define FB_CORE_TRACE_FORM_H
/* Inside the core: the stored form of a trace, for its writer and its reader (trace.c, trace_read.c).
 *
 * Version 3. All numbers are LEB128 varints, signed ones zigzag; a mask before a group says
 * which of it follow. In order: version byte; issue; decide version; day; flags; lacks; rows; figures;
 * categories with their minutes; hourly rates of the charge, the cap and the card; adoption, loaded cost and
 * what else there is, each where a flag says so; the masks of known facts; a byte that says whether masks of
 * bounds follow, and those; the values. Version 2 has one word of facts and no bounds. Version 1 has every
 * series of rates, and nothing between them and the facts. What makes it short: only categories with minutes are
 * kept; a rate in whole pennies is stored in pennies and as the step from the category before; a fact that a figure
 * above already says is stored as the difference (nought). */
#include "engine/core/trace.h"
enum {
    FB_FLAG_ASSUMED_BANK_ONLY = 1,
    FB_FLAG_LOWER_BOUND = 2,
    FB_FLAG_CARD_LACK = 4,
    FB_FLAG_CHARGE_LACK = 8,
    FB_FLAG_CAP_LACK = 16,
    FLAGS_1 = 31, /* all that version 1 knows */
    FB_FLAG_ADOPTION = 32,
    FB_FLAG_LOADED = 64,
    FB_FLAG_MORE = 128
};
enum {
    FB_MORE_ZONE = 1,
    FB_MORE_SUPPLEMENT = 2,
    FB_MORE_UNIT = 4,
    FB_MORE_LAPSED = 8,
    FB_MORE_LIMITED = 16,
    FB_MORE_WEAK = 32,
    FB_MORE_VAT = 64,
    FB_MORE_LACK = 128
};
enum { FB_TRACE_ROWS = 5, FB_TRACE_FIGURES = 4, FB_TRACE_SERIES = 3, FB_VARINT_MAX = 10, FB_PENNY_E4 = 100 };

/* a - b and a + b that wrap: a reader adds back what the writer took away, whatever the values. */
static inline int64_t fb_trace__less(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }
static inline int64_t fb_trace__plus(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
/* What is packed: the scalars of a trace, and where its long parts stand: they need not be copied into it first. */
struct fb_trace_parts {
    const struct fb_trace *t;
    const int32_t *minutes;
    const int64_t *series[FB_TRACE_SERIES]; /* of the charge, the cap and the card; NULL: no cap */
    const struct fb_facts *facts;
    const struct fb_fact_bits *kept;        /* of the facts */
};
struct fb_trace_parts fb_trace__parts(const struct fb_trace *t);
/* The scalars of a price into *t, which must outlive the result; the caller adds the issue, the version, the day and the facts. */
struct fb_trace_parts fb_trace__parts_of_price(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p,
                                               enum fb_route route);
size_t fb_trace__pack(const struct fb_trace_parts *s, unsigned char bytes[FB_TRACE_BYTES_MAX]);
/* What the figures already say about a fact: the value is stored as the difference from it. */
int64_t fb_trace__expected(const struct fb_trace_parts *s, unsigned fact);
/* What loaded cost is stored as the difference from. */
int64_t fb_trace__before_loading(const struct fb_trace *t);
#endif
