#ifndef FB_CORE_TRACE_H
#define FB_CORE_TRACE_H
/* The compact why: what cannot be recomputed. Issue, decide version, card, cap and pay rows, minutes by category, and
 * the facts that the rules in force read, with unknown bits; delta-coded varints, no text. Versioned; golden in tests.
 * Goal: median <= 128 bytes, <= 5 % of a decision's time. */
#include "engine/core/decide.h"
#define FB_TRACE_VERSION 1u
struct fb_trace {
    uint32_t issue, decide_version;
    fb_day day;
    bool assumed_bank_only, lower_bound;
    uint8_t card_lack, charge_lack, cap_lack; /* enum fb_lack */
    uint16_t card, rule_origin, point_origin, cap, cap_origin; /* FB_NO_ROW where none */
    int64_t card_pence, charge_pence, cap_pence, excess_pence; /* FB_ABSENT where not known */
    unsigned n_categories;
    int32_t minutes[FB_CATEGORIES_MAX];
    int64_t charge_hour_e4[FB_CATEGORIES_MAX], cap_hour_e4[FB_CATEGORIES_MAX], card_hour_e4[FB_CATEGORIES_MAX];
    struct fb_facts facts; /* only those that the rules in force read are kept */
};
size_t fb_trace_pack(const struct fb_trace *t, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_trace_unpack(struct fb_trace *out, struct fb_span bytes);
#endif
