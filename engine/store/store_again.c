#include "engine/base/check.h"
#include "engine/store/again.h"
#include "engine/store/seam.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1 << 16 };

struct again_store {
    struct fb_store base;
    struct fb_store *from, *kept;
    struct fb_again_tables tables;
    struct fb_again_rows *list;
    bool begun;
    struct last_key {
        unsigned char bytes[FB_KEY_BYTES_MAX];
        uint32_t n;
    } last[FB_TABLES]; /* that was put into a noted table whose keys grow */
};
struct again_txn {
    struct fb_txn base;
    struct again_store *s;
    struct fb_txn *from, *kept; /* from NULL: nothing was begun */
};
struct again_cursor {
    struct fb_cursor base;
    const struct fb_store_ops *ops;
    struct fb_cursor *inner;
    const struct last_key *until; /* NULL: to the table's end */
};

static struct again_store *store_of(struct fb_store *s)
{
    return (struct again_store *)s;
}

static struct again_txn *txn_of(struct fb_txn *t)
{
    return (struct again_txn *)t;
}

static bool is_in(uint64_t tables, enum fb_table table)
{
    return (tables >> table & 1u) != 0;
}

/* ---- the list ---- */

/* Before each row; its key and its value follow. */
struct head {
    uint32_t n_value;
    uint8_t table, gone, n_key, none;
};

void fb_again_rows_release(struct fb_again_rows *r)
{
    free(r->bytes);
    *r = (struct fb_again_rows){.bytes = NULL};
}

static enum fb_err note(struct fb_again_rows *r, enum fb_table table, bool gone, struct fb_span key, struct fb_span value)
{
    struct head head = {value.n, (uint8_t)table, gone, (uint8_t)key.n, 0};
    size_t more = sizeof head + key.n + value.n, room = r->room == 0 ? FIRST_ROOM : r->room;
    while (room < r->n + more)
        room *= 2;
    unsigned char *bytes = room == r->room ? r->bytes : realloc(r->bytes, room);
    if (bytes == NULL)
        return FB_FULL;
    r->bytes = bytes;
    r->room = room;
    memcpy(bytes + r->n, &head, sizeof head);
    memcpy(bytes + r->n + sizeof head, key.p, key.n);
    if (value.n > 0)
        memcpy(bytes + r->n + sizeof head + key.n, value.p, value.n);
    r->n += more;
    return FB_OK;
}

bool fb_again_rows_next(const struct fb_again_rows *r, size_t *at, struct fb_again_row *out)
{
    struct head head;
    if (*at == r->n)
        return false;
    memcpy(&head, r->bytes + *at, sizeof head);
    const char *key = (const char *)r->bytes + *at + sizeof head;
    *out = (struct fb_again_row){(enum fb_table)head.table, head.gone != 0, {key, head.n_key}, {key + head.n_key, head.n_value}};
    *at += sizeof head + head.n_key + head.n_value;
    return true;
}

/* ---- transactions ---- */

static void close_store(struct fb_store *base)
{
    fb_store_close(&store_of(base)->kept);
    free(base);
}

static uint64_t bytes(struct fb_store *base)
{
    return fb_store_bytes(store_of(base)->kept);
}

static enum fb_err begin(struct fb_store *base, bool writes, struct fb_txn **out)
{
    struct again_store *s = store_of(base);
    struct again_txn *t = calloc(1, sizeof *t);
    if (t == NULL)
        return FB_FULL;
    t->s = s;
    s->begun = s->begun || writes;
    enum fb_err err = writes ? fb_store_write(s->kept, &t->kept) : fb_store_read(s->kept, &t->kept);
    if (err == FB_OK && s->begun)
        err = fb_store_read(s->from, &t->from);
    if (err != FB_OK) {
        fb_txn_abort(&t->kept);
        free(t);
        return err;
    }
    *out = &t->base;
    return FB_OK;
}

static enum fb_err commit(struct fb_txn *base)
{
    struct again_txn *t = txn_of(base);
    fb_txn_abort(&t->from);
    enum fb_err err = fb_txn_commit(&t->kept);
    free(t);
    return err;
}

static void abort_txn(struct fb_txn *base)
{
    struct again_txn *t = txn_of(base);
    fb_txn_abort(&t->from);
    fb_txn_abort(&t->kept);
    free(t);
}

/* ---- rows ---- */

static bool is_listed(const struct again_store *s, enum fb_table table)
{
    return is_in(s->tables.noted | s->tables.apart, table);
}

static enum fb_err put(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_span value)
{
    struct again_txn *t = txn_of(base);
    if (is_listed(t->s, table)) {
        t->s->last[table].n = key.n;
        memcpy(t->s->last[table].bytes, key.p, key.n);
        return note(t->s->list, table, false, key, value);
    }
    return t->kept->store->ops->put(t->kept, table, key, value);
}

static enum fb_err del(struct fb_txn *base, enum fb_table table, struct fb_span key)
{
    struct again_txn *t = txn_of(base);
    if (is_listed(t->s, table))
        return note(t->s->list, table, true, key, (struct fb_span){NULL, 0});
    return t->kept->store->ops->del(t->kept, table, key);
}

/* Beside a writer the row may be younger than this transaction. */
static enum fb_err find_in_from(struct again_txn *t, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    const struct fb_store_ops *from = t->s->from->ops;
    enum fb_err err = from->find(t->from, table, key, row);
    if (err != FB_NOT_FOUND || t->base.scans > 0)
        return err;
    fb_txn_abort(&t->from);
    err = fb_store_read(t->s->from, &t->from);
    return err == FB_OK ? from->find(t->from, table, key, row) : err;
}

static enum fb_err find(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    struct again_txn *t = txn_of(base);
    if (is_in(t->s->tables.apart, table))
        return t->s->begun ? FB_REFUSED : FB_NOT_FOUND;
    if (!is_in(t->s->tables.noted, table))
        return t->kept->store->ops->find(t->kept, table, key, row);
    return t->from == NULL ? FB_NOT_FOUND : find_in_from(t, table, key, row);
}

/* How far `from` goes says nothing about how far this one went. */
static enum fb_err last(struct fb_txn *base, enum fb_table table, struct fb_row *row)
{
    struct again_txn *t = txn_of(base);
    if (is_listed(t->s, table))
        return t->s->begun ? FB_REFUSED : FB_NOT_FOUND;
    return t->kept->store->ops->last(t->kept, table, row);
}

static enum fb_err last_to(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    struct again_txn *t = txn_of(base);
    if (is_listed(t->s, table))
        return t->s->begun ? FB_REFUSED : FB_NOT_FOUND;
    return t->kept->store->ops->last_to(t->kept, table, key, row);
}

static uint64_t rows(struct fb_txn *base, enum fb_table table)
{
    struct again_txn *t = txn_of(base);
    return t->kept->store->ops->rows(t->kept, table); /* of what is listed none is kept */
}

/* ---- cursors: over what is noted, where keys grow, as far as it was put here ---- */

static enum fb_err cursor_open(struct fb_txn *base, enum fb_table table, struct fb_cursor **out)
{
    struct again_txn *t = txn_of(base);
    bool listed = is_listed(t->s, table) && t->s->begun;
    if (listed && (t->from == NULL || is_in(t->s->tables.apart, table) || !fb_table__appends(table)))
        return FB_REFUSED;
    struct again_cursor *c = calloc(1, sizeof *c);
    if (c == NULL)
        return FB_FULL;
    struct fb_txn *of = listed ? t->from : t->kept;
    c->ops = of->store->ops;
    c->until = listed ? &t->s->last[table] : NULL;
    enum fb_err err = c->ops->cursor_open(of, table, &c->inner);
    if (err != FB_OK) {
        free(c);
        return err;
    }
    *out = &c->base;
    return FB_OK;
}

static enum fb_err within(const struct again_cursor *c, enum fb_err err, const struct fb_row *row)
{
    if (err != FB_OK || c->until == NULL)
        return err;
    return fb_span_cmp(row->key, (struct fb_span){(const char *)c->until->bytes, c->until->n}) > 0 ? FB_NOT_FOUND : FB_OK;
}

static enum fb_err cursor_seek(struct fb_cursor *base, struct fb_span key, bool after, struct fb_row *row)
{
    const struct again_cursor *c = (const struct again_cursor *)base;
    return within(c, c->ops->cursor_seek(c->inner, key, after, row), row);
}

static enum fb_err cursor_next(struct fb_cursor *base, struct fb_row *row)
{
    const struct again_cursor *c = (const struct again_cursor *)base;
    return within(c, c->ops->cursor_next(c->inner, row), row);
}

static void cursor_close(struct fb_cursor *base)
{
    struct again_cursor *c = (struct again_cursor *)base;
    c->ops->cursor_close(c->inner);
    free(c);
}

static const struct fb_store_ops ops = {
    .close = close_store,
    .bytes = bytes,
    .begin = begin,
    .commit = commit,
    .abort = abort_txn,
    .put = put,
    .del = del,
    .find = find,
    .last = last,
    .last_to = last_to,
    .rows = rows,
    .cursor_open = cursor_open,
    .cursor_seek = cursor_seek,
    .cursor_next = cursor_next,
    .cursor_close = cursor_close,
};

enum fb_err fb_store_open_again(struct fb_store **out, struct fb_store *from, const struct fb_again_tables *tables)
{
    struct again_store *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return FB_FULL;
    enum fb_err err = fb_store_open_memory(&s->kept, NULL);
    if (err != FB_OK) {
        free(s);
        return err;
    }
    s->base.ops = &ops;
    s->base.epoch = s->kept->epoch;
    s->base.schema = s->kept->schema;
    s->base.unsummed = from->unsummed;
    s->from = from;
    s->tables = *tables;
    *out = &s->base;
    return FB_OK;
}

void fb_store_again_list(struct fb_store *s, struct fb_again_rows *list)
{
    fb_assert(s->ops == &ops);
    store_of(s)->list = list;
}
