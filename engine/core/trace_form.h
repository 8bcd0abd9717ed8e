#ifndef FB_CORE_TRACE_FORM_H
#define FB_CORE_TRACE_FORM_H
/* Inside the core: the stored form of a trace, for its writer (trace.c) and its readers (trace_read.c, and trace_read_old.c for
 * versions 1 to 3).
 *
 * Version 4 is written without a jump on what is in it: a processor cannot foresee how long a number is, and each wrong guess
 * costs more than the number. Bytes of a number are little-endian. In order:
 *   version byte; issue and decide version as LEB128 varints;
 *   flags (one byte), parts of the loaded cost (one), how many categories (one), which of them have minutes (two), the day (three);
 *   rows of the card, the rule, the point, the cap, the cap's row, the adoption and the weakest (two each);
 *   the list, by twos: a byte with the width of a number (low four bits) and of the next, nought to eight bytes, then as many bytes of
 *   each; one of odd length ends with the width nought. It holds the masks of known facts; where a flag says so the masks of bounds, those
 *   of one kind, then of the other; where a flag says so what is seldom there, which is the lacks of card, charge, cap and loaded cost
 *   (eight bits each), unit and zone (eight each), the rows of the zone, the supplement, the lapsed card and the VAT + 1 (sixteen
 *   each), the supplement and what is paid by the piece;
 *   the figures of card, charge, cap and excess, and the loaded cost (three each);
 *   for each category with minutes these (two), and the rates of charge, cap and card (three each);
 *   the facts that are words (one each), codes (five), names (eight), and all others (three), each set by its places.
 * Where something is wider than its bytes a flag says so: then the day is nought, and what follows the list stands in it instead, behind the
 * day, the facts as one set. Signed numbers are zigzag; the day and the facts in three bytes have 2^23 added instead, so that one
 * comparison finds all that do not fit. Of a figure or rate that may be absent it is one more than the zigzag, in 64 bits, so that an absent
 * one is nought. A code is left-aligned in its 64 bits, and is turned round. */
#include "engine/base/bytes.h"
#include "engine/core/trace.h"
enum {
    FB_TRACE_ASSUMED_BANK_ONLY = 1,
    FB_TRACE_LOWER_BOUND = 2,
    FB_TRACE_LIMITED = 4,
    FB_TRACE_VAT_UNSETTLED = 8,
    FB_TRACE_LOADED_LOWER_BOUND = 16,
    FB_TRACE_SELDOM = 32,
    FB_TRACE_BOUNDS = 64,
    FB_TRACE_WIDE = 128
};
enum { FB_TRACE_SERIES = 3, FB_TRACE_FIGURES = 5, FB_TRACE_SELDOM_NUMBERS = 5, FB_TRACE_FIRST_LISTED = 4 /* version with a list */ };
enum { FB_TRACE_WORD_BYTES = 1, FB_TRACE_MINUTES_BYTES = 2, FB_TRACE_NUMBER_BYTES = 3, FB_TRACE_CODE_BYTES = 5, FB_TRACE_NAME_BYTES = 8 };
enum { FB_TRACE_BIAS = 1 << (8 * FB_TRACE_NUMBER_BYTES - 1) };

/* Sets of facts by their type. */
extern const struct fb_fact_bits fb_trace__words, fb_trace__codes, fb_trace__names, fb_trace__numbers;
/* What is packed: the scalars of a trace as they are stored, and where its long parts stand, which need not be copied first. */
struct fb_trace_parts {
    uint32_t issue, decide_version;
    fb_day day;
    unsigned flags; /* but those that hang on the facts */
    unsigned loaded_parts, n_categories;
    uint64_t rows[2]; /* four and three of them */
    uint64_t figure[FB_TRACE_FIGURES], seldom[FB_TRACE_SELDOM_NUMBERS];
    const int32_t *minutes;
    const int64_t *series[FB_TRACE_SERIES]; /* of the charge, the cap and the card */
    const struct fb_facts *facts;
    const struct fb_fact_bits *kept;        /* of the facts */
};
static inline uint64_t fb_trace__zigzag(int64_t v) { return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0); }
/* Absent is nought. */
static inline uint64_t fb_trace__or_absent(int64_t v) { return fb_trace__zigzag(v) + 1; }
_Static_assert(FB_ABSENT == INT64_MIN, "the last of the zigzag: one more is nought");
/* All but the issue and the version, the day, and the long parts. Inline, so that a trace that is only made for this is never made:
 * fields that were just written one by one cannot be read as one word without waiting. */
static inline void fb_trace__scalars(struct fb_trace_parts *s, const struct fb_trace *t)
{
#define ROW(row, place) ((uint64_t)(uint16_t)(row) << 16 * (place))
    s->flags = (t->assumed_bank_only ? FB_TRACE_ASSUMED_BANK_ONLY : 0u) | (t->lower_bound ? FB_TRACE_LOWER_BOUND : 0u) |
               (t->limited ? FB_TRACE_LIMITED : 0u) | (t->vat_unsettled ? FB_TRACE_VAT_UNSETTLED : 0u) |
               (t->loaded_lower_bound ? FB_TRACE_LOADED_LOWER_BOUND : 0u);
    s->loaded_parts = (unsigned)t->loaded_parts >> FB_PART_WTD_HOLIDAY;
    s->n_categories = t->n_categories;
    s->rows[0] = ROW(t->card, 0) | ROW(t->rule_origin, 1) | ROW(t->point_origin, 2) | ROW(t->cap, 3);
    s->rows[1] = ROW(t->cap_origin, 0) | ROW(t->adoption, 1) | ROW(t->weak_origin, 2);
    s->figure[0] = fb_trace__or_absent(t->card_pence);
    s->figure[1] = fb_trace__or_absent(t->charge_pence);
    s->figure[2] = fb_trace__or_absent(t->cap_pence);
    s->figure[3] = fb_trace__or_absent(t->excess_pence);
    s->figure[4] = fb_trace__or_absent(t->loaded_pence);
    s->seldom[0] = t->card_lack | (unsigned)t->charge_lack << 8 | (unsigned)t->cap_lack << 16 | (uint64_t)t->loaded_lack << 24;
    s->seldom[1] = t->unit | (unsigned)t->zone << 8;
    s->seldom[2] = ROW(t->zone_row + 1, 0) | ROW(t->supplement_origin + 1, 1) | ROW(t->lapsed + 1, 2) | ROW(t->vat_origin + 1, 3);
    s->seldom[3] = fb_trace__zigzag(t->supplement_pence); /* raw: as it is */
    s->seldom[4] = fb_trace__zigzag(t->each_pence);       /* raw: as it is */
    if ((s->seldom[0] | (s->seldom[1] ^ FB_UNIT_HOUR) | s->seldom[2] | s->seldom[3] | s->seldom[4]) != 0)
        s->flags |= FB_TRACE_SELDOM;
#undef ROW
}
/* A price; the caller adds the issue, the version, the day and the facts. */
void fb_trace__parts_of_price(struct fb_trace_parts *s, const struct fb_book *book, const struct fb_price *p, enum fb_route route);
size_t fb_trace__pack(const struct fb_trace_parts *s, unsigned char bytes[FB_TRACE_BYTES_MAX]);
/* What stands behind the version byte of a trace of version 1, 2 or 3, into *out, which is cleared. */
void fb_trace__read_old(struct fb_reader *r, struct fb_trace *out, unsigned version);
#endif
