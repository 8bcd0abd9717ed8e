#ifndef FB_BASE_SPAN_H
#define FB_BASE_SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/err.h"
/* A piece of somebody else's bytes: valid as long as they are. Not NUL-terminated. {NULL, 0}: absent. */
struct fb_span {
    const char *p;
    uint32_t n;
};
/* A span over a string literal or any NUL-terminated text. */
struct fb_span fb_span_of(const char *text);
bool fb_span_eq(struct fb_span a, struct fb_span b);
bool fb_span_is(struct fb_span a, const char *text);
/* Byte order; a shorter span that begins the longer one comes first. <0, 0, >0. */
int fb_span_cmp(struct fb_span a, struct fb_span b);
/* Without the blanks before and behind it. */
struct fb_span fb_span_trimmed(struct fb_span a);
/* Valid UTF-8 without control characters (NUL included); tab is not allowed either. */
bool fb_span_is_text(struct fb_span a);

/* A short code (ODS trust code, grade, category), up to 8 printable ASCII bytes packed big-endian,
 * so that comparing integers compares texts and a key sorts as the code reads. 0: absent. */
typedef uint64_t fb_code;
/* FB_REFUSED: empty, longer than 8, or not printable ASCII without spaces. */
FB_MUST_CHECK enum fb_err fb_code_parse(fb_code *out, struct fb_span text);
/* For literals in code and tests: aborts when the text is not a code. */
fb_code fb_code_of(const char *text);
/* Writes at most 8 bytes and a NUL; returns the length. */
size_t fb_code_format(char out[9], fb_code code);

/* A bounded text being built: never overruns, always NUL-terminated, remembers that it was cut. */
struct fb_text {
    char *p;
    size_t size; /* of the memory at p, the NUL included; > 0 */
    size_t n;    /* length so far */
    bool cut;    /* something did not fit */
};
void fb_text_init(struct fb_text *t, char *memory, size_t size);
void fb_text_add(struct fb_text *t, const char *text);
void fb_text_add_span(struct fb_text *t, struct fb_span s);
void fb_text_add_code(struct fb_text *t, fb_code code);
void fb_text_add_int(struct fb_text *t, int64_t v);
/* v / 10^decimals, such as fb_text_add_decimal(t, 12345, 2) -> 123.45 */
void fb_text_add_decimal(struct fb_text *t, int64_t v, unsigned decimals);
/* Digits only (an optional leading '-'); FB_REFUSED otherwise, FB_OVERFLOW when too large. */
FB_MUST_CHECK enum fb_err fb_parse_int(int64_t *out, struct fb_span s);
/* All of 64 bits, such as an epoch: digits only. FB_REFUSED, FB_OVERFLOW. */
FB_MUST_CHECK enum fb_err fb_parse_u64(uint64_t *out, struct fb_span s);
/* A decimal such as "17.69" to an integer of 10^-decimals units. Accepts a leading '-', no exponent,
 * no thousands separators. FB_REFUSED: not a number, or more decimals than asked (never rounded). */
FB_MUST_CHECK enum fb_err fb_parse_decimal(int64_t *out, struct fb_span s, unsigned decimals);
#endif
