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
/* Totals: week, hirer, ics, staff group, route, stage, shadow, then the knowledge day. */
struct fb_key fb_key_cell(const struct fb_cell *cell, fb_day known);
struct fb_key fb_key_word(const char *word);
FB_MUST_CHECK enum fb_err fb_key_parse_u32(struct fb_span key, uint32_t *v);
FB_MUST_CHECK enum fb_err fb_key_parse_u64(struct fb_span key, uint64_t *v);
FB_MUST_CHECK enum fb_err fb_key_parse_decision(struct fb_span key, uint32_t *subject, uint64_t *journal);
FB_MUST_CHECK enum fb_err fb_key_parse_cell(struct fb_span key, struct fb_cell *cell, fb_day *known);
#endif
