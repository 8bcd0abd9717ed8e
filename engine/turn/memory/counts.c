#include "engine/turn/memory/counts.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"

void fb_counts_put(struct fb_txn *txn, const struct fb_counts *c)
{
    unsigned char bytes[24];
    struct fb_writer w;
    struct fb_key key = fb_key_word("turn.counts");
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_u64(&w, c->records);
    fb_put_u64(&w, c->bookings);
    fb_put_u64(&w, c->vacancies);
    fb_put(txn, FB_TABLE_META, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
}

enum fb_err fb_counts_find(struct fb_txn *txn, struct fb_arena *arena, struct fb_counts *out)
{
    struct fb_key key = fb_key_word("turn.counts");
    struct fb_span row;
    *out = (struct fb_counts){0, 0, 0};
    enum fb_err err = fb_find(txn, FB_TABLE_META, fb_key_span(&key), arena, &row);
    if (err != FB_OK)
        return err == FB_NOT_FOUND ? FB_OK : err;
    struct fb_reader r;
    fb_reader_init(&r, row.p, row.n);
    out->records = fb_get_u64(&r);
    out->bookings = fb_get_u64(&r);
    out->vacancies = fb_get_u64(&r);
    return r.bad ? FB_DAMAGED : FB_OK;
}
