/* Any bytes as a receipt's text and as its row. What is read is written again as the same bytes, but for carriage returns. */
#include "adapters/lib/receipt.h"
#include "engine/base/check.h"
#include "engine/turn/receipts/receipts.h"
#include "tests/lib/fuzz.h"
#include <string.h>

enum { MOST = 16 << 10 };

static bool same_text(struct fb_span in, const struct fb_text *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < in.n; i++) {
        if (in.p[i] == '\r' && i + 1 < in.n && in.p[i + 1] == '\n')
            continue;
        if (at == out->n || out->p[at++] != in.p[i])
            return false;
    }
    return at == out->n;
}

static void check_text(struct fb_span s)
{
    struct fb_receipt r;
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text t;
    unsigned line = 0;
    if (fb_receipt_parse(&r, s, &line) != FB_OK) {
        fb_assert(line > 0);
        return;
    }
    fb_text_init(&t, memory, sizeof memory);
    fb_receipt_format(&t, &r);
    fb_assert(!t.cut && same_text(s, &t));
    (void)fb_receipt_is_signed(&r);
}

/* A number may be written longer than it is packed, so only what was packed by us must come out the same. */
static void check_row(struct fb_span s)
{
    struct fb_receipt_row row;
    unsigned char first[FB_RECEIPT_ROW_BYTES], again[FB_RECEIPT_ROW_BYTES];
    uint32_t hours = 0;
    if (fb_receipt_row_unpack(&row, s) != FB_OK)
        return;
    fb_assert(fb_receipt_row_hours(s, &hours) == FB_OK && hours == row.hours);
    size_t n = fb_receipt_row_pack(&row, first, sizeof first);
    fb_assert(n > 0 && fb_receipt_row_unpack(&row, (struct fb_span){(char *)first, (uint32_t)n}) == FB_OK);
    fb_assert(fb_receipt_row_pack(&row, again, sizeof again) == n && memcmp(first, again, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t repeats[FB_SOURCES_MAX + 1];
    const struct fb_span s = {(const char *)data, (uint32_t)size};
    int64_t since;
    struct fb_receipts_of of;
    bool lists;
    if (size > MOST)
        return 0;
    check_text(s);
    check_row(s);
    if (fb_receipts_read_day(s, &of, repeats))
        fb_assert(of.before <= FB_RECEIPT_BEFORE_MAX && (of.lists || of.before == 0));
    (void)fb_silence_read(s, &since, &lists);
    return 0;
}
