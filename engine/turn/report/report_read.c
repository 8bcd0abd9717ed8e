#include "engine/turn/report/report_read.h"

enum fb_err fb_read_row(struct fb_store *store, enum fb_table table, struct fb_key key,
                        struct fb_arena *arena, struct fb_span *value)
{
    struct fb_txn *txn;
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = fb_find(txn, table, fb_key_span(&key), arena, value);
    fb_txn_abort(&txn);
    return err;
}

struct fb_span fb_read_source_name(struct fb_store *store, uint32_t number, struct fb_arena *arena)
{
    struct fb_span row;
    struct fb_source s;
    if (fb_read_row(store, FB_TABLE_SOURCES, fb_key_u32(number), arena, &row) != FB_OK ||
        fb_source_unpack(&s, row) != FB_OK)
        return (struct fb_span){NULL, 0};
    return s.name;
}

enum fb_err fb_read_decision(struct fb_store *store, uint32_t subject, uint64_t journal,
                             struct fb_arena *arena, struct fb_decision_row *row, struct fb_decision *d)
{
    struct fb_span bytes;
    enum fb_err err =
        fb_read_row(store, FB_TABLE_DECISIONS, fb_key_decision(subject, journal), arena, &bytes);
    if (err == FB_OK)
        err = fb_decision_row_unpack(row, bytes);
    if (err == FB_OK && fb_decision_unpack(d, row->decision) != FB_OK)
        err = FB_DAMAGED;
    return err;
}

static enum fb_err read_source(struct fb_store *store, uint32_t number, struct fb_arena *arena,
                               struct fb_source *source)
{
    struct fb_span row;
    enum fb_err err = fb_read_row(store, FB_TABLE_SOURCES, fb_key_u32(number), arena, &row);
    if (err == FB_OK && fb_source_unpack(source, row) != FB_OK)
        err = FB_DAMAGED;
    return err == FB_NOT_FOUND ? FB_DAMAGED : err;
}

enum fb_err fb_read_member(struct fb_reader_books *books, uint64_t journal, struct fb_arena *arena,
                           const struct fb_record **out, uint32_t *number, struct fb_source *source)
{
    struct fb_span bytes;
    struct fb_entry e;
    struct fb_record *r = fb_arena_zero(arena, sizeof *r);
    if (r == NULL)
        return FB_LIMIT;
    enum fb_err err = fb_read_row(books->store, FB_TABLE_JOURNAL, fb_key_u64(journal), arena, &bytes);
    if (err != FB_OK)
        return err;
    if (fb_entry_unpack(&e, bytes) != FB_OK || e.kind != FB_ENTRY_MESSAGE)
        return FB_DAMAGED;
    err = read_source(books->store, e.source, arena, source);
    if (err != FB_OK)
        return err;
    e.env.source = source->name;
    err = books->ports.decode(books->ports.ctx, &e.env, e.body, arena, r);
    if (err == FB_OK)
        fb_record_set_worker(r, e.worker, e.worker_was);
    *number = e.source;
    *out = r;
    return err;
}

enum fb_err fb_read_version(struct fb_reader_books *books, uint64_t journal, struct fb_arena *arena,
                            const struct fb_record **out)
{
    uint32_t number;
    struct fb_source source;
    return fb_read_member(books, journal, arena, out, &number, &source);
}

enum fb_err fb_arena_part(struct fb_arena *whole, size_t n, struct fb_arena *part)
{
    void *memory = fb_arena_get(whole, n);
    if (memory == NULL)
        return FB_LIMIT;
    fb_arena_init(part, memory, n);
    return FB_OK;
}
