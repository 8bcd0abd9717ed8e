/* Any bytes as each kind of key: what is read makes the same bytes again, and two cells that follow each
 * other in the input sort as their fields do. */
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static void same(struct fb_span key, struct fb_key again)
{
    fb_assert(fb_span_eq(key, fb_key_span(&again)));
}

static void check_numbers(struct fb_span key)
{
    uint32_t four;
    uint64_t eight;
    enum fb_err as_u32 = fb_key_parse_u32(key, &four);
    fb_assert((as_u32 == FB_OK) == (key.n == 4));
    if (as_u32 == FB_OK)
        same(key, fb_key_u32(four));
    enum fb_err as_u64 = fb_key_parse_u64(key, &eight);
    fb_assert((as_u64 == FB_OK) == (key.n == 8));
    if (as_u64 == FB_OK)
        same(key, fb_key_u64(eight));
    if (fb_key_parse_decision(key, &four, &eight) == FB_OK)
        same(key, fb_key_decision(four, eight));
}

static void check_cells(struct fb_span key, struct fb_span next)
{
    struct fb_posting_place a, b;
    fb_day known_a, known_b;
    if (fb_key_parse_total(key, &a, &known_a) != FB_OK)
        return;
    same(key, fb_key_total(&a, known_a));
    if (fb_key_parse_total(next, &b, &known_b) != FB_OK)
        return;
    if (a.cell.week != b.cell.week)
        fb_assert((a.cell.week < b.cell.week) == (fb_span_cmp(key, next) < 0));
    else if (a.cell.hirer != b.cell.hirer)
        fb_assert((a.cell.hirer < b.cell.hirer) == (fb_span_cmp(key, next) < 0));
}

static void check_places(struct fb_span key)
{
    fb_code code, other;
    fb_day day;
    uint32_t number;
    if (fb_key_parse_period(key, &code, &day) == FB_OK)
        same(key, fb_key_period(code, day));
    if (fb_key_parse_receipt(key, &number, &day) == FB_OK)
        same(key, fb_key_receipt(number, day));
    if (fb_key_parse_paid(key, &day, &code, &other) == FB_OK)
        same(key, fb_key_paid(day, code, other));
}

static void check_word(const uint8_t *data, size_t size)
{
    char word[FB_KEY_BYTES_MAX + 8];
    size_t n = size < sizeof word ? size : sizeof word - 1;
    memcpy(word, data, n);
    word[n] = '\0';
    struct fb_key k = fb_key_word(word);
    fb_assert(strlen(word) > FB_KEY_BYTES_MAX ? k.n == 0 : fb_span_is(fb_key_span(&k), word));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { CELL_BYTES = 28 };
    if (size == 0 || size > 4096)
        return 0;
    struct fb_span all = {(const char *)data, (uint32_t)size};
    check_numbers(all);
    check_places(all);
    check_word(data, size);
    uint32_t cut = size < CELL_BYTES ? (uint32_t)size : CELL_BYTES;
    check_cells((struct fb_span){all.p, cut}, (struct fb_span){all.p + cut, all.n - cut});
    return 0;
}
