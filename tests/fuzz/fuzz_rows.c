/* Rows of the store that stand beside the core's (fuzz_stored): a week's pay, the closing of a period and its row, a batch to be taken
 * back, a worker, a consumer's position. The first byte chooses, the rest is the row. What is read packs again, and reads as the same;
 * with a byte behind it, it is none, nor without its last. */
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/shell/commit_cursors.h"
#include "engine/turn/drift.h"
#include "engine/turn/memory/period.h"
#include "engine/turn/memory/workers.h"
#include "engine/turn/withdraw.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>

enum { ROW_MAX = 1 << 16, ROOM = ROW_MAX + 64, PAID_VERSION = 1 };
static unsigned char first[ROOM], second[ROOM];

/* Each: 0 when it was refused, else how long it is when it is packed again. */

static size_t again_paid(struct fb_span row, unsigned char *out)
{
    struct fb_paid p;
    struct fb_writer w;
    if (fb_paid_unpack(&p, row) != FB_OK)
        return 0;
    fb_writer_init(&w, out, ROOM);
    fb_put_u8(&w, PAID_VERSION);
    fb_put_zigzag(&w, p.minutes);
    fb_put_zigzag(&w, p.pay);
    fb_put_zigzag(&w, p.card);
    return w.n;
}

static size_t again_close(struct fb_span row, unsigned char *out)
{
    struct fb_period_close c;
    if (fb_period_close_unpack(&c, row) != FB_OK)
        return 0;
    fb_assert(fb_day_month(c.month) == c.month);
    return fb_period_close_pack(&c, out, ROOM);
}

static size_t again_period(struct fb_span row, unsigned char *out)
{
    struct fb_period_row r;
    return fb_period_row_unpack(&r, row) == FB_OK ? fb_period_row_pack(&r, out, ROOM) : 0;
}

static size_t again_asked(struct fb_span row, unsigned char *out)
{
    struct fb_batch_asked a;
    if (fb_batch_asked_unpack(&a, row) != FB_OK)
        return 0;
    fb_assert(a.batch > 0);
    return fb_batch_asked_pack(&a, out, ROOM);
}

/* Its key is the first bytes. */
static size_t again_worker(struct fb_span row, unsigned char *out)
{
    struct fb_worker_row r;
    struct fb_writer w;
    uint32_t cut = row.n < FB_WHO_BYTES ? row.n : FB_WHO_BYTES;
    const struct fb_span key = {row.p, cut}, value = {row.p + cut, row.n - cut};
    if (fb_worker_row_unpack(&r, key, value) != FB_OK)
        return 0;
    fb_assert(r.number > 0 && memcmp(r.hash, row.p, FB_WHO_BYTES) == 0);
    fb_writer_init(&w, out, ROOM);
    fb_put_bytes(&w, r.hash, FB_WHO_BYTES);
    fb_put_varint(&w, r.number);
    fb_put_varint(&w, r.journal);
    return w.n;
}

static size_t again_cursor(struct fb_span row, unsigned char *out)
{
    uint64_t epoch, seq;
    if (!fb_cursor_unpack(row, &epoch, &seq))
        return 0;
    fb_cursor_pack(out, epoch, seq);
    return FB_CURSOR_VALUE_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static size_t (*const again[])(struct fb_span, unsigned char *) = {again_paid, again_close, again_period, again_asked, again_worker, again_cursor};
    if (size < 1 || size > ROW_MAX)
        return 0;
    size_t (*one)(struct fb_span, unsigned char *) = again[data[0] % 6];
    char *exact = malloc(size);
    fb_assert(exact != NULL);
    memcpy(exact, data + 1, size - 1);
    size_t n = one((struct fb_span){exact, (uint32_t)size - 1}, first);
    free(exact);
    if (n == 0)
        return 0;
    fb_assert(n <= size - 1);
    fb_assert(one((struct fb_span){(const char *)first, (uint32_t)n}, second) == n && memcmp(first, second, n) == 0);
    first[n] = 0;
    fb_assert(one((struct fb_span){(const char *)first, (uint32_t)n + 1}, second) == 0);
    fb_assert(one((struct fb_span){(const char *)first, (uint32_t)n - 1}, second) == 0);
    return 0;
}
