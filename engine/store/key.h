#ifndef FB_STORE_KEY_H
#define FB_STORE_KEY_H
/* Keys are typed functions, big-endian, so that byte order is value order. */
#include "engine/core/decide.h"
#include "engine/store/store.h"
struct fb_key {
    unsigned char b[FB_KEY_BYTES_MAX];
    uint32_t n;
};
struct fb_span fb_key_span(const struct fb_key *k);
struct fb_key fb_key_u32(uint32_t v);
struct fb_key fb_key_u64(uint64_t v);
struct fb_key fb_key_decision(uint32_t subject, uint64_t journal);
/* Where a figure stands: its cell, the month in whose books it was posted, and why it was posted. */
struct fb_posting_place {
    struct fb_cell cell;
    fb_day posted; /* first day of a month: that of the shift, or of a later one when that was closed */
    uint8_t cause; /* enum fb_cause; REPRICED only where posted is not the shift's month */
};
/* Totals: week, month, hirer, ics, staff group, route, stage, shadow, posted, cause, then the knowledge day. A row holds the
 * running figures up to the end of that day, so that what was known at a moment is one row for each place. */
enum { FB_KEY_PLACE_BYTES = 4 + 4 + 8 + 8 + 1 + 1 + 1 + 1 + 4 + 1 }; /* all but the knowledge day */
struct fb_key fb_key_total(const struct fb_posting_place *place, fb_day known);
struct fb_key fb_key_period(fb_code trust, fb_day month);
struct fb_key fb_key_paid(fb_day week, fb_code hirer, fb_code grade);
/* A source's day; FB_RECEIPT_STATE in place of the day: how it stands (turn/receipts.h). */
struct fb_key fb_key_receipt(uint32_t source, fb_day day);
struct fb_key fb_key_word(const char *word);
/* A node of the journal's chain: the number of its last leaf, and its height. */
struct fb_key fb_key_chain(uint64_t last, unsigned height);
FB_MUST_CHECK enum fb_err fb_key_parse_u32(struct fb_span key, uint32_t *v);
FB_MUST_CHECK enum fb_err fb_key_parse_u64(struct fb_span key, uint64_t *v);
FB_MUST_CHECK enum fb_err fb_key_parse_decision(struct fb_span key, uint32_t *subject, uint64_t *journal);
FB_MUST_CHECK enum fb_err fb_key_parse_total(struct fb_span key, struct fb_posting_place *place, fb_day *known);
FB_MUST_CHECK enum fb_err fb_key_parse_period(struct fb_span key, fb_code *trust, fb_day *month);
FB_MUST_CHECK enum fb_err fb_key_parse_receipt(struct fb_span key, uint32_t *source, fb_day *day);
FB_MUST_CHECK enum fb_err fb_key_parse_paid(struct fb_span key, fb_day *week, fb_code *hirer, fb_code *grade);
#endif
