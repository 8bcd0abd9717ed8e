#include "adapters/lib/spool.h"
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include <string.h>

enum { LENGTH_AND_SUM = 8, LETTER_AND_NUMBER = 9 };
_Static_assert(LENGTH_AND_SUM + LETTER_AND_NUMBER == FB_SPOOL_ROW_BYTES, "what stands before a message's bytes");

size_t fb_spool_row(unsigned char *memory, bool message, uint64_t number, struct fb_span bytes)
{
    struct fb_writer w;
    uint32_t n = LETTER_AND_NUMBER + (message ? bytes.n : 0);
    fb_writer_init(&w, memory + LENGTH_AND_SUM, (size_t)n);
    fb_put_u8(&w, message ? 'm' : 'a');
    fb_put_u64(&w, number);
    if (message)
        fb_put_bytes(&w, bytes.p, bytes.n);
    uint32_t sum = fb_crc32c(0, memory + LENGTH_AND_SUM, n);
    fb_writer_init(&w, memory, LENGTH_AND_SUM);
    fb_put_u32(&w, n);
    fb_put_u32(&w, sum);
    return LENGTH_AND_SUM + n;
}

/* False: the bytes end, or are not what was written. A mark has nothing after its number, and a message something. */
static bool read_row(struct fb_reader *r, struct fb_spool_row *row)
{
    row->at = (uint32_t)r->n;
    uint32_t n = fb_get_u32(r), sum = fb_get_u32(r);
    if (r->bad || n < LETTER_AND_NUMBER || n > FB_SPOOL_BYTES_MAX + LETTER_AND_NUMBER)
        return false;
    const unsigned char *p = fb_get_bytes(r, n);
    if (p == NULL || fb_crc32c(0, p, n) != sum || (p[0] != 'm' && p[0] != 'a'))
        return false;
    struct fb_reader inner;
    fb_reader_init(&inner, p + 1, 8);
    row->message = p[0] == 'm';
    row->number = fb_get_u64(&inner);
    row->bytes = (struct fb_span){(const char *)p + LETTER_AND_NUMBER, n - LETTER_AND_NUMBER};
    return row->number != 0 && row->message == (row->bytes.n > 0);
}

size_t fb_spool_synced(struct fb_span segment)
{
    unsigned char mark[FB_SPOOL_ROW_BYTES];
    size_t n = fb_spool_row(mark, false, FB_SPOOL_SYNCED, (struct fb_span){NULL, 0});
    for (size_t end = segment.n; end >= n + FB_SPOOL_HEAD_BYTES; end--)
        if (memcmp(segment.p + end - n, mark, n) == 0)
            return end;
    return 0;
}

size_t fb_spool_scan(struct fb_span segment, fb_spool_take *take, void *ctx)
{
    struct fb_reader r;
    struct fb_spool_row row;
    if (segment.n < FB_SPOOL_HEAD_BYTES || memcmp(segment.p, "FBSPOOL1", FB_SPOOL_HEAD_BYTES) != 0)
        return 0;
    fb_reader_init(&r, segment.p, segment.n);
    (void)fb_get_bytes(&r, FB_SPOOL_HEAD_BYTES);
    size_t good = r.n;
    while (good < segment.n && read_row(&r, &row) && take(ctx, &row))
        good = r.n;
    return good;
}
