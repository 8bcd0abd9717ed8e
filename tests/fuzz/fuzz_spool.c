/* Any bytes as a segment of a spool. What is whole is a segment by itself, and each row of it is written again as it was. */
#include "adapters/lib/spool.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <string.h>

struct seen {
    const uint8_t *data;
    size_t at, rows;
};

static bool same(void *ctx, const struct fb_spool_row *row)
{
    static unsigned char memory[FB_SPOOL_BYTES_MAX + FB_SPOOL_ROW_BYTES];
    struct seen *s = ctx;
    size_t n = fb_spool_row(memory, row->message, row->number, row->bytes);
    fb_assert(row->at == s->at && memcmp(memory, s->data + s->at, n) == 0);
    s->at += n;
    s->rows++;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen first = {data, FB_SPOOL_HEAD_BYTES, 0}, again = first;
    if (size > 1 << 20)
        return 0;
    size_t good = fb_spool_scan((struct fb_span){(const char *)data, (uint32_t)size}, same, &first);
    fb_assert(good <= size && (good == 0 ? first.rows == 0 : first.at == good));
    fb_assert(fb_spool_scan((struct fb_span){(const char *)data, (uint32_t)good}, same, &again) == good && again.rows == first.rows);
    return 0;
}
