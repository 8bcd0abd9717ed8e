#ifndef FB_CORE_TRACE_H
#define FB_CORE_TRACE_H
/* The compact why: what cannot be recomputed. Issue, decide version, card, cap and pay rows, minutes by category, and
 * the facts that the rules in force read, with unknown bits; numbers as long as they are, no text. Versioned; golden in tests.
 * Goal: median <= 128 bytes, <= 5 % of a decision's time. */
#include "engine/core/decide.h"
#define FB_TRACE_VERSION 4u /* older ones are read too: 3 says the same at less length; 2 has one word of facts, and no bounds; 1 nothing of what a
                              * card or cap did besides its rate, and no loaded cost */
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
    /* What is seldom there, and then costs a few bytes. */
    bool limited;                /* the card rule's limit took effect */
    uint8_t unit;                /* enum fb_unit that the card's rate is for one of; HOUR */
    uint8_t zone;                /* index + 1 of the zone that the card's supplement or the cap asked for; 0: none did */
    uint16_t zone_row;           /* that says so */
    uint16_t supplement_origin;  /* FB_NO_ROW: none was paid */
    uint16_t adoption;           /* bank: the row of the card's list counted from 1, 0 when none speaks of the trust; FB_NO_ROW:
                                  * nobody keeps book */
    uint16_t lapsed;             /* bank: index of a departing card that no longer holds; FB_NO_ROW */
    int64_t supplement_pence, each_pence; /* parts of card_pence */
    int64_t loaded_pence;        /* FB_ABSENT: not known */
    uint16_t loaded_parts;       /* bit per enum fb_part that is in it, pay left out; 0 where it is not known */
    uint8_t loaded_lack;         /* enum fb_lack; NOTHING also where it is what the charge and the card lack, or an on-cost */
    bool loaded_lower_bound, vat_unsettled;
    uint16_t vat_origin;         /* where it is unsettled; FB_NO_ROW */
    uint16_t weak_origin;        /* the weakest on-cost, VAT or fee row; FB_NO_ROW: none is weaker than agreed */
};
/* What is kept of a price that was worked out by that book; the caller fills in the facts, the issue and the version. */
void fb_trace_price(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p, enum fb_route route);
size_t fb_trace_pack(const struct fb_trace *t, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_trace_unpack(struct fb_trace *out, struct fb_span bytes);
#endif
