#include "engine/store/store.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/store/seam.h"
#include "engine/store/sum.h"
#include <string.h>

const char *fb_table_word(enum fb_table t)
{
    static const char *const words[FB_TABLES] = {
#define X(id, word, append) [FB_TABLE_##id] = word,
        FB_TABLE_MAP(X)
#undef X
    };
    fb_assert((unsigned)t < FB_TABLES);
    return words[t];
}

bool fb_table__appends(enum fb_table t)
{
    static const bool appends[FB_TABLES] = {
#define X(id, word, append) [FB_TABLE_##id] = append,
        FB_TABLE_MAP(X)
#undef X
    };
    fb_assert((unsigned)t < FB_TABLES);
    return appends[t];
}

/* ---- checksums ---- */
static uint32_t row_crc(enum fb_table table, struct fb_span key, struct fb_span value)
{
    unsigned char number = (unsigned char)table;
    uint32_t crc = fb_sum(0, &number, 1);
    crc = fb_sum(crc, key.p, key.n);
    return value.n > 0 ? fb_sum(crc, value.p, value.n) : crc;
}

void fb_store__row_write(void *to, enum fb_table table, struct fb_span key, struct fb_span value)
{
    struct fb_writer w;
    fb_writer_init(&w, to, FB_ROW_HEAD_BYTES);
    fb_put_u32(&w, row_crc(table, key, value));
    if (value.n > 0)
        memcpy((char *)to + FB_ROW_HEAD_BYTES, value.p, value.n);
}

enum fb_err fb_store__check(enum fb_table table, const struct fb_row *row, struct fb_span *value)
{
    if (row->key.n > FB_KEY_BYTES_MAX || row->bytes.n < FB_ROW_HEAD_BYTES ||
        row->bytes.n - FB_ROW_HEAD_BYTES > FB_VALUE_BYTES_MAX)
        return FB_DAMAGED;
    *value = (struct fb_span){row->bytes.p + FB_ROW_HEAD_BYTES, row->bytes.n - FB_ROW_HEAD_BYTES};
    struct fb_reader r;
    fb_reader_init(&r, row->bytes.p, FB_ROW_HEAD_BYTES);
    return fb_get_u32(&r) == row_crc(table, row->key, *value) ? FB_OK : FB_DAMAGED;
}

/* Its sizes, and its sum where nobody else looks at that. */
static enum fb_err read(const struct fb_txn *t, enum fb_table table, const struct fb_row *row, struct fb_span *value)
{
    if (t->store->unsummed && row->bytes.n >= FB_ROW_HEAD_BYTES && row->bytes.n - FB_ROW_HEAD_BYTES <= FB_VALUE_BYTES_MAX &&
        row->key.n <= FB_KEY_BYTES_MAX) {
        *value = (struct fb_span){row->bytes.p + FB_ROW_HEAD_BYTES, row->bytes.n - FB_ROW_HEAD_BYTES};
        return FB_OK;
    }
    return fb_store__check(table, row, value);
}

enum fb_err fb_store__take(const struct fb_txn *t, enum fb_table table, const struct fb_row *row, struct fb_arena *arena,
                           struct fb_span *value)
{
    struct fb_span held;
    enum fb_err err = read(t, table, row, &held);
    if (err != FB_OK)
        return err;
    struct fb_span copy = fb_arena_copy(arena, held);
    if (copy.p == NULL)
        return FB_LIMIT;
    *value = copy;
    return FB_OK;
}

/* ---- the store ---- */
enum fb_err fb_store_open(struct fb_store **out, const char *folder, const struct fb_store_options *options,
                          const char **why)
{
    const char *ignored;
    if (why == NULL)
        why = &ignored;
    *why = "";
    *out = NULL;
    return fb_store__lmdb_open(out, folder, options, why);
}

void fb_store_close(struct fb_store **s)
{
    if (*s == NULL)
        return;
    (*s)->ops->close(*s);
    *s = NULL;
}

uint64_t fb_store_epoch(struct fb_store *s)
{
    return s->epoch;
}

uint64_t fb_store_bytes(struct fb_store *s)
{
    return s->ops->bytes(s);
}

uint64_t fb_store_map_bytes(struct fb_store *s)
{
    return s->ops->map_bytes != NULL ? s->ops->map_bytes(s) : 0;
}

/* ---- transactions ---- */
static enum fb_err begin(struct fb_store *s, bool writes, struct fb_txn **out)
{
    *out = NULL;
    enum fb_err err = s->ops->begin(s, writes, out);
    if (err != FB_OK)
        return err;
    (*out)->store = s;
    (*out)->writes = writes;
    atomic_fetch_add(&s->open, 1u);
    return FB_OK;
}

enum fb_err fb_store_write(struct fb_store *s, struct fb_txn **out)
{
    *out = NULL;
    if (s->read_only)
        return FB_REFUSED;
    enum fb_err broken = atomic_load(&s->broken);
    if (broken != FB_OK)
        return broken;
    /* A second write transaction would wait for the first for ever. */
    if (atomic_exchange(&s->writing, true))
        return FB_BUSY;
    enum fb_err err = begin(s, true, out);
    if (err != FB_OK)
        atomic_store(&s->writing, false);
    return err;
}

enum fb_err fb_store_read(struct fb_store *s, struct fb_txn **out)
{
    return begin(s, false, out);
}

/* What ends with either: t is gone after it. */
static void ended(struct fb_store *s, bool writes)
{
    atomic_fetch_sub(&s->open, 1u);
    if (writes)
        atomic_store(&s->writing, false);
}

enum fb_err fb_txn_commit(struct fb_txn **tp)
{
    struct fb_txn *t = *tp;
    fb_assert(t != NULL && t->scans == 0);
    *tp = NULL;
    struct fb_store *s = t->store;
    bool writes = t->writes;
    enum fb_err err = t->err;
    if (err == FB_OK && writes)
        err = s->ops->commit(t);
    else
        s->ops->abort(t);
    /* Whoever asked for this commit has already changed its memory: only a restart brings the two together.
     */
    if (writes && err != FB_OK)
        atomic_store(&s->broken, err);
    ended(s, writes);
    return err;
}

void fb_txn_abort(struct fb_txn **tp)
{
    struct fb_txn *t = *tp;
    if (t == NULL)
        return;
    fb_assert(t->scans == 0);
    *tp = NULL;
    struct fb_store *s = t->store;
    bool writes = t->writes;
    s->ops->abort(t);
    ended(s, writes);
}

enum fb_err fb_txn_err(const struct fb_txn *t)
{
    return t->err;
}

/* ---- rows ---- */
static bool key_fits(struct fb_span key)
{
    return key.p != NULL && key.n > 0 && key.n <= FB_KEY_BYTES_MAX;
}

enum fb_err fb_store__stick(struct fb_txn *t, enum fb_err err)
{
    if (err != FB_OK && err != FB_NOT_FOUND && t->err == FB_OK)
        t->err = err;
    return err;
}

static void count_change(struct fb_txn *t, enum fb_table table)
{
    fb_assert(t->writes);
    t->changes++;
    t->scattered += !fb_table__appends(table);
}

uint64_t fb_txn_scattered(const struct fb_txn *t)
{
    return t->scattered;
}

void fb_put(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_span value)
{
    if (t->err != FB_OK)
        return;
    count_change(t, table);
    if (!key_fits(key) || value.n > FB_VALUE_BYTES_MAX)
        fb_store__stick(t, FB_LIMIT);
    else
        fb_store__stick(t, t->store->ops->put(t, table, key, value));
}

void fb_del(struct fb_txn *t, enum fb_table table, struct fb_span key)
{
    if (t->err != FB_OK)
        return;
    count_change(t, table);
    fb_store__stick(t, key_fits(key) ? t->store->ops->del(t, table, key) : FB_LIMIT);
}

enum fb_err fb_find(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_arena *arena,
                    struct fb_span *value)
{
    struct fb_row row;
    *value = (struct fb_span){NULL, 0};
    if (t->err != FB_OK)
        return t->err;
    if (!key_fits(key))
        return fb_store__stick(t, FB_LIMIT);
    enum fb_err err = t->store->ops->find(t, table, key, &row);
    return fb_store__stick(t, err == FB_OK ? fb_store__take(t, table, &row, arena, value) : err);
}

enum fb_err fb_find_last(struct fb_txn *t, enum fb_table table, struct fb_arena *arena, struct fb_span *key,
                         struct fb_span *value)
{
    struct fb_row row;
    *key = *value = (struct fb_span){NULL, 0};
    if (t->err != FB_OK)
        return t->err;
    enum fb_err err = t->store->ops->last(t, table, &row);
    if (err == FB_OK)
        err = fb_store__take(t, table, &row, arena, value);
    if (err != FB_OK)
        return fb_store__stick(t, err);
    *key = fb_arena_copy(arena, row.key);
    return fb_store__stick(t, key->p == NULL ? FB_LIMIT : FB_OK);
}

static bool begins_alike(struct fb_span a, struct fb_span b, uint32_t prefix)
{
    return a.n >= prefix && b.n >= prefix && (prefix == 0 || memcmp(a.p, b.p, prefix) == 0);
}

/* The row is checked before its key is believed: a damaged key must not look like an absent row. */
enum fb_err fb_find_last_to(struct fb_txn *t, enum fb_table table, struct fb_span key, uint32_t prefix,
                            struct fb_arena *arena, struct fb_span *found, struct fb_span *value)
{
    struct fb_row row;
    struct fb_span held;
    *found = *value = (struct fb_span){NULL, 0};
    if (t->err != FB_OK)
        return t->err;
    if (!key_fits(key) || prefix > key.n)
        return fb_store__stick(t, FB_LIMIT);
    enum fb_err err = t->store->ops->last_to(t, table, key, &row);
    if (err == FB_OK)
        err = read(t, table, &row, &held);
    if (err == FB_OK && !begins_alike(row.key, key, prefix))
        err = FB_NOT_FOUND;
    if (err != FB_OK)
        return fb_store__stick(t, err);
    struct fb_span key_copy = fb_arena_copy(arena, row.key), value_copy = fb_arena_copy(arena, held);
    if (key_copy.p == NULL || value_copy.p == NULL)
        return fb_store__stick(t, FB_LIMIT);
    *found = key_copy;
    *value = value_copy;
    return FB_OK;
}

uint64_t fb_table_rows(struct fb_txn *t, enum fb_table table)
{
    fb_assert((unsigned)table < FB_TABLES);
    return t->err == FB_OK ? t->store->ops->rows(t, table) : 0;
}

/* ---- scans ---- */
void fb_scan_begin(struct fb_scan *scan, struct fb_txn *t, enum fb_table table, struct fb_span from)
{
    fb_assert((unsigned)table < FB_TABLES);
    memset(scan, 0, sizeof *scan);
    scan->txn = t;
    scan->table = table;
    scan->ended = true;
    if (from.n > FB_KEY_BYTES_MAX)
        fb_store__stick(t, FB_LIMIT);
    if (t->err != FB_OK)
        return;
    if (from.n > 0)
        memcpy(scan->key_bytes, from.p, from.n);
    scan->from = (struct fb_span){(const char *)scan->key_bytes, from.n};
    struct fb_cursor *c = NULL;
    if (fb_store__stick(t, t->store->ops->cursor_open(t, table, &c)) != FB_OK)
        return;
    scan->cursor = c;
    scan->ended = false;
    t->scans++;
}

static enum fb_err step(struct fb_scan *scan, struct fb_row *row)
{
    struct fb_txn *t = scan->txn;
    struct fb_cursor *c = scan->cursor;
    const struct fb_store_ops *ops = t->store->ops;
    bool moved = c->changes != t->changes;
    c->changes = t->changes;
    if (!scan->begun)
        return ops->cursor_seek(c, scan->from, false, row);
    return moved ? ops->cursor_seek(c, scan->key, true, row) : ops->cursor_next(c, row);
}

bool fb_scan_next(struct fb_scan *scan, struct fb_arena *arena)
{
    struct fb_row row;
    if (scan->ended)
        return false;
    enum fb_err err = scan->txn->err;
    if (err == FB_OK)
        err = step(scan, &row);
    if (err == FB_OK)
        err = fb_store__take(scan->txn, scan->table, &row, arena, &scan->value);
    if (fb_store__stick(scan->txn, err) != FB_OK) {
        fb_scan_end(scan);
        return false;
    }
    memcpy(scan->key_bytes, row.key.p, row.key.n);
    scan->key = (struct fb_span){(const char *)scan->key_bytes, row.key.n};
    scan->begun = true;
    return true;
}

void fb_scan_end(struct fb_scan *scan)
{
    if (scan->ended)
        return;
    scan->txn->store->ops->cursor_close(scan->cursor);
    scan->cursor = NULL;
    scan->ended = true;
    scan->txn->scans--;
}
