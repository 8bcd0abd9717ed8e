/* A closed day of a source, as it is kept. */
#include "engine/base/bytes.h"
#include "engine/turn/receipts/receipt.h"
#include <string.h>

enum { ROW_COUNTS = 1, ROW_LISTS = 2, ROW_SPAN = 3, HOURS_MAX = (1 << 24) - 1 };

static void put_line(struct fb_writer *w, unsigned kind, const struct fb_receipt_line *l)
{
    fb_put_u8(w, (uint8_t)kind);
    fb_put_varint(w, l->first);
    fb_put_varint(w, l->amended);
    for (unsigned i = 0; i < FB_SUMS; i++)
        fb_put_zigzag(w, l->sum[i]);
    fb_put_bytes(w, l->hash, sizeof l->hash);
}

static void put_gaps(struct fb_writer *w, const struct fb_gaps *g)
{
    fb_put_varint(w, g->n);
    for (unsigned i = 0; i < g->n; i++) {
        fb_put_varint(w, g->gap[i].first);
        fb_put_varint(w, g->gap[i].last - g->gap[i].first);
    }
}

static void put_count(struct fb_writer *w, const struct fb_receipt_count *c)
{
    fb_put_varint(w, c->n);
    fb_put_bytes(w, c->hash, sizeof c->hash);
}

size_t fb_receipt_row_pack(const struct fb_receipt_row *row, void *memory, size_t size)
{
    const struct fb_receipt *r = &row->receipt;
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, r->before > 0 ? ROW_SPAN : row->lists ? ROW_LISTS : ROW_COUNTS);
    fb_put_varint(&w, row->hours);
    fb_put_zigzag(&w, row->last_ms);
    fb_put_varint(&w, r->entries);
    fb_put_zigzag(&w, r->made_ms);
    fb_put_varint(&w, r->repeats);
    fb_put_zigzag(&w, r->seq_first);
    fb_put_zigzag(&w, r->seq_last);
    fb_put_varint(&w, r->seq_next);
    fb_put_varint(&w, r->seq_missing);
    fb_put_varint(&w, r->seq_again);
    if (row->lists)
        put_gaps(&w, &r->gaps);
    if (r->before > 0)
        fb_put_varint(&w, r->before);
    put_count(&w, &r->refused);
    put_count(&w, &r->conflict);
    for (unsigned k = 1; k < FB_KIND_END; k++)
        if (r->line[k].first + r->line[k].amended > 0)
            put_line(&w, k, &r->line[k]);
    return w.bad ? 0 : w.n;
}

static void get_hash(struct fb_reader *r, unsigned char hash[FB_RECEIPT_HASH_BYTES])
{
    const void *p = fb_get_bytes(r, FB_RECEIPT_HASH_BYTES);
    if (p != NULL)
        memcpy(hash, p, FB_RECEIPT_HASH_BYTES);
}

static void get_gaps(struct fb_reader *in, struct fb_receipt *r)
{
    uint64_t n = fb_get_varint(in);
    in->bad = in->bad || n > FB_GAPS_MAX;
    for (; !in->bad && r->gaps.n < n; r->gaps.n++) {
        struct fb_gap *g = &r->gaps.gap[r->gaps.n];
        g->first = fb_get_varint(in);
        g->last = g->first + fb_get_varint(in);
    }
    in->bad = in->bad || !fb_gaps_are_good(&r->gaps, r->seq_missing, r->seq_next);
}

static void get_before(struct fb_reader *in, struct fb_receipt *r)
{
    uint64_t n = fb_get_varint(in);
    in->bad = in->bad || n == 0 || n > FB_RECEIPT_BEFORE_MAX;
    r->before = in->bad ? 0 : (uint32_t)n;
}

static void get_count(struct fb_reader *r, struct fb_receipt_count *c)
{
    c->n = fb_get_varint(r);
    get_hash(r, c->hash);
}

/* Kinds rise, and one of which nothing was taken has no line: a row has one form. */
static unsigned get_line(struct fb_reader *in, unsigned above, struct fb_receipt *r)
{
    unsigned kind = fb_get_u8(in);
    if (kind <= above || kind >= FB_KIND_END || !fb_kind_known((int64_t)kind)) {
        in->bad = true;
        return above;
    }
    struct fb_receipt_line *l = &r->line[kind];
    l->first = fb_get_varint(in);
    l->amended = fb_get_varint(in);
    for (unsigned i = 0; i < FB_SUMS; i++)
        l->sum[i] = fb_get_zigzag(in);
    get_hash(in, l->hash);
    in->bad = in->bad || l->first + l->amended == 0;
    return kind;
}

static uint32_t get_hours(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v > HOURS_MAX;
    return (uint32_t)v;
}

static enum fb_err begin(struct fb_reader *r, struct fb_span bytes, unsigned *version)
{
    fb_reader_init(r, bytes.p, bytes.n);
    *version = fb_get_u8(r);
    if (r->bad || *version < ROW_COUNTS)
        return FB_DAMAGED;
    return *version > ROW_SPAN ? FB_NEWER : FB_OK;
}

enum fb_err fb_receipt_row_unpack(struct fb_receipt_row *out, struct fb_span bytes)
{
    struct fb_reader in;
    struct fb_receipt *r = &out->receipt;
    unsigned version;
    enum fb_err err = begin(&in, bytes, &version);
    memset(out, 0, sizeof *out);
    if (err != FB_OK)
        return err;
    out->lists = version >= ROW_LISTS;
    out->hours = get_hours(&in);
    out->last_ms = fb_get_zigzag(&in);
    r->entries = fb_get_varint(&in);
    r->made_ms = fb_get_zigzag(&in);
    r->repeats = fb_get_varint(&in);
    r->seq_first = fb_get_zigzag(&in);
    r->seq_last = fb_get_zigzag(&in);
    r->seq_next = fb_get_varint(&in);
    r->seq_missing = fb_get_varint(&in);
    r->seq_again = fb_get_varint(&in);
    if (out->lists)
        get_gaps(&in, r);
    if (version >= ROW_SPAN)
        get_before(&in, r);
    get_count(&in, &r->refused);
    get_count(&in, &r->conflict);
    for (unsigned kind = 0; !in.bad && in.n < in.size;)
        kind = get_line(&in, kind, r);
    return in.bad ? FB_DAMAGED : FB_OK;
}

enum fb_err fb_receipt_row_hours(struct fb_span bytes, uint32_t *hours)
{
    struct fb_reader in;
    unsigned version;
    enum fb_err err = begin(&in, bytes, &version);
    *hours = err == FB_OK ? get_hours(&in) : 0;
    return err == FB_OK && in.bad ? FB_DAMAGED : err;
}
