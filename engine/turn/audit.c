#include "engine/turn/audit.h"
#include "engine/base/bytes.h"
#include "engine/base/limits.h"
#include "engine/store/key.h"

enum { AUDIT_VERSION = 1, ROW_ROOM = 512 };

static size_t pack(const struct fb_audit_row *row, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, AUDIT_VERSION);
    fb_put_zigzag(&w, row->at_ms);
    fb_put_span(&w, row->asker.identity);
    fb_put_u8(&w, (uint8_t)row->asker.as);
    fb_put_u64(&w, row->asker.trust);
    fb_put_u8(&w, row->query);
    fb_put_varint(&w, row->worker);
    fb_put_varint(&w, row->record);
    return w.bad ? 0 : w.n;
}

static enum fb_err unpack(struct fb_audit_row *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    if (fb_get_u8(&r) != AUDIT_VERSION)
        return r.bad ? FB_DAMAGED : FB_NEWER;
    out->at_ms = fb_get_zigzag(&r);
    out->asker.identity = fb_get_span(&r);
    unsigned as = fb_get_u8(&r);
    out->asker.as = (enum fb_as)as;
    out->asker.trust = fb_get_u64(&r);
    out->query = fb_get_u8(&r);
    uint64_t worker = fb_get_varint(&r), record = fb_get_varint(&r);
    out->worker = (uint32_t)worker;
    out->record = (uint32_t)record;
    bool known = as < FB_AS_END && worker <= UINT32_MAX && record <= UINT32_MAX;
    return r.bad || r.n != r.size || !known ? FB_DAMAGED : FB_OK;
}

/* The last row is the newest; *seq 0: there is none. */
static enum fb_err last_of(struct fb_txn *txn, uint64_t *seq)
{
    unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_span key, value;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find_last(txn, FB_TABLE_AUDIT, &arena, &key, &value);
    *seq = 0;
    if (err == FB_OK)
        err = fb_key_parse_u64(key, seq);
    fb_arena_release(&arena);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

static enum fb_err put(struct fb_txn *txn, uint64_t seq, const struct fb_audit_row *row)
{
    unsigned char bytes[ROW_ROOM];
    size_t n = row->asker.identity.n <= FB_ID_BYTES_MAX ? pack(row, bytes, sizeof bytes) : 0;
    struct fb_key key = fb_key_u64(seq);
    if (n == 0)
        return FB_LIMIT;
    fb_put(txn, FB_TABLE_AUDIT, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)n});
    return FB_OK;
}

enum fb_err fb_audit_append(struct fb_store *store, const struct fb_audit_row *row, unsigned n)
{
    struct fb_txn *txn;
    uint64_t seq = 0;
    enum fb_err err = fb_store_write(store, &txn);
    if (err != FB_OK)
        return err;
    err = last_of(txn, &seq);
    for (unsigned i = 0; i < n && err == FB_OK; i++)
        err = put(txn, ++seq, &row[i]);
    if (err == FB_OK)
        return fb_txn_commit(&txn);
    fb_txn_abort(&txn);
    return err;
}

/* ---- reading ---- */

struct looking {
    struct fb_txn *txn;
    struct fb_arena *arena;
    struct fb_audit_row *row;
    uint32_t worker;
    unsigned n, max;
};

/* The row of that number, when it is wanted. Bytes of one that is not are given back. */
static enum fb_err look_at(struct looking *l, uint64_t seq)
{
    struct fb_key key = fb_key_u64(seq);
    struct fb_span value;
    size_t used = l->arena->used;
    enum fb_err err = fb_find(l->txn, FB_TABLE_AUDIT, fb_key_span(&key), l->arena, &value);
    if (err != FB_OK)
        return err == FB_NOT_FOUND ? FB_DAMAGED : err; /* numbers have no gaps */
    struct fb_audit_row *row = &l->row[l->n];
    err = unpack(row, value);
    row->seq = seq;
    if (err == FB_OK && (l->worker == 0 || row->worker == l->worker))
        l->n++;
    else
        l->arena->used = used;
    return err;
}

enum fb_err fb_audit_read(struct fb_store *store, uint32_t worker, uint64_t before, struct fb_arena *arena,
                          struct fb_audit_row *row, unsigned max, unsigned *n, uint64_t *next)
{
    struct looking l = {.arena = arena, .row = row, .worker = worker, .max = max};
    uint64_t last;
    *n = 0;
    *next = 0;
    enum fb_err err = fb_store_read(store, &l.txn);
    if (err != FB_OK)
        return err;
    err = last_of(l.txn, &last);
    uint64_t at = before != 0 && before <= last ? before : last + 1;
    for (unsigned looked = 0; err == FB_OK && at > 1 && l.n < max && looked < FB_AUDIT_SCAN_MAX; looked++)
        err = look_at(&l, --at);
    fb_txn_abort(&l.txn);
    *n = l.n;
    *next = at > 1 ? at : 0;
    return err;
}
