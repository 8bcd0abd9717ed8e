#include "engine/base/span.h"
#include "engine/base/check.h"
#include <string.h>

struct fb_span fb_span_of(const char *text)
{
    if (text == NULL)
        return (struct fb_span){NULL, 0};
    size_t n = strlen(text);
    fb_assert(n <= UINT32_MAX);
    return (struct fb_span){text, (uint32_t)n};
}

bool fb_span_eq(struct fb_span a, struct fb_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool fb_span_is(struct fb_span a, const char *text)
{
    return fb_span_eq(a, fb_span_of(text));
}

struct fb_span fb_span_trimmed(struct fb_span s)
{
    while (s.n > 0 && s.p[0] == ' ')
        s = (struct fb_span){s.p + 1, s.n - 1};
    while (s.n > 0 && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

int fb_span_cmp(struct fb_span a, struct fb_span b)
{
    uint32_t shared = a.n < b.n ? a.n : b.n;
    int order = shared == 0 ? 0 : memcmp(a.p, b.p, shared);
    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

/* The well-formed sequences of Unicode 15, table 3-7: how many bytes follow a first byte, and the bounds of
 * the second one, which shut out overlong forms, surrogates, and what lies past U+10FFFF. */
static const struct lead {
    unsigned char first, last, follow, low, high;
} leads[] = {
    {0x20, 0x7E, 0, 0, 0},       {0xC2, 0xC2, 1, 0xA0, 0xBF}, /* U+0080 to U+009F are control characters as
                                                                 well */
    {0xC3, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF}, {0xE1, 0xEC, 2, 0x80, 0xBF},
    {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF}, {0xF0, 0xF0, 3, 0x90, 0xBF},
    {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

static const struct lead *lead_of(unsigned char b)
{
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        if (b >= leads[i].first && b <= leads[i].last)
            return &leads[i];
    }
    return NULL;
}

/* The length of the character at p, of which n bytes are left; 0 when it is none. */
static uint32_t character_at(const unsigned char *p, uint32_t n)
{
    const struct lead *lead = lead_of(p[0]);
    if (lead == NULL || lead->follow >= n)
        return 0;
    if (lead->follow > 0 && (p[1] < lead->low || p[1] > lead->high))
        return 0;
    for (uint32_t i = 2; i <= lead->follow; i++) {
        if ((p[i] & 0xC0u) != 0x80u)
            return 0;
    }
    return lead->follow + 1u;
}

bool fb_span_is_text(struct fb_span a)
{
    const unsigned char *p = (const unsigned char *)a.p;
    uint32_t n;
    for (uint32_t i = 0; i < a.n; i += n) {
        n = character_at(p + i, a.n - i);
        if (n == 0)
            return false;
    }
    return true;
}

enum fb_err fb_code_parse(fb_code *out, struct fb_span text)
{
    if (text.n == 0 || text.n > 8)
        return FB_REFUSED;
    fb_code code = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        unsigned char b = (unsigned char)text.p[i];
        if (b <= 0x20 || b > 0x7E)
            return FB_REFUSED;
        code |= (fb_code)b << (56 - 8 * i);
    }
    *out = code;
    return FB_OK;
}

fb_code fb_code_of(const char *text)
{
    fb_code code = 0;
    enum fb_err e = fb_code_parse(&code, fb_span_of(text));
    fb_assert(e == FB_OK);
    return code;
}

size_t fb_code_format(char out[9], fb_code code)
{
    size_t n = 0;
    for (; n < 8 && (code >> 56) != 0; code <<= 8)
        out[n++] = (char)(code >> 56);
    out[n] = '\0';
    return n;
}

/* Reads digits into a magnitude. Goes on to the end after an overflow: text that is no number at all is
 * refused as such, however long it is. */
struct digits {
    uint64_t magnitude;
    bool too_large;
};

static bool add_digit(struct digits *d, char c)
{
    if (c < '0' || c > '9')
        return false;
    d->too_large |= __builtin_mul_overflow(d->magnitude, (uint64_t)10, &d->magnitude);
    d->too_large |= __builtin_add_overflow(d->magnitude, (uint64_t)(c - '0'), &d->magnitude);
    return true;
}

static enum fb_err signed_value(int64_t *out, const struct digits *d, bool negative)
{
    uint64_t most = (uint64_t)INT64_MAX + (negative ? 1u : 0u);
    if (d->too_large || d->magnitude > most)
        return FB_OVERFLOW;
    if (negative && d->magnitude > 0)
        *out = -(int64_t)(d->magnitude - 1) - 1;
    else
        *out = (int64_t)d->magnitude;
    return FB_OK;
}

enum fb_err fb_parse_int(int64_t *out, struct fb_span s)
{
    return fb_parse_decimal(out, s, 0);
}

enum fb_err fb_parse_u64(uint64_t *out, struct fb_span s)
{
    uint64_t v = 0;
    if (s.n == 0)
        return FB_REFUSED;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return FB_REFUSED;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (v > (UINT64_MAX - digit) / 10)
            return FB_OVERFLOW;
        v = v * 10 + digit;
    }
    *out = v;
    return FB_OK;
}

/* A point needs a digit on both sides: "5." and ".5" are more often damage than numbers. */
enum fb_err fb_parse_decimal(int64_t *out, struct fb_span s, unsigned decimals)
{
    struct digits d = {0, false};
    bool negative = s.n > 0 && s.p[0] == '-';
    uint32_t i = negative ? 1 : 0;
    uint32_t first = i;
    while (i < s.n && add_digit(&d, s.p[i]))
        i++;
    if (i == first)
        return FB_REFUSED;
    unsigned given = 0;
    if (i < s.n) {
        if (s.p[i++] != '.')
            return FB_REFUSED;
        for (; i < s.n && add_digit(&d, s.p[i]); i++)
            given++;
        if (i < s.n || given == 0 || given > decimals)
            return FB_REFUSED;
    }
    for (; given < decimals && d.magnitude != 0 && !d.too_large; given++)
        (void)add_digit(&d, '0');
    return signed_value(out, &d, negative);
}
