/* The store in memory: a tree a table, a transaction a set of roots. Its faults are the simulator's disk.
 * Used from one thread; what it holds is a function of the calls made, so its epoch is fixed. */
#include "engine/base/check.h"
#include "engine/store/mem_tree.h"
#include "engine/store/seam.h"
#include <stdlib.h>
#include <string.h>

#define EPOCH ((uint64_t)0x6d656d6f7279) /* "memory" */

struct mem_txn;
struct mem_store {
    struct fb_store base;
    struct fb_tree_pool pool;
    struct fb_tree tree[FB_TABLES]; /* as last committed */
    const struct fb_faults *faults;
    uint64_t puts, commits; /* of its life, for the faults */
    struct mem_txn *open;   /* linked, so that a power cut finds them */
};
struct mem_txn {
    struct fb_txn base;
    struct mem_store *s;
    struct mem_txn *next, **place; /* place NULL: lost in a power cut, counted no longer */
    struct fb_tree tree[FB_TABLES];
};
struct mem_cursor {
    struct fb_cursor base;
    struct mem_txn *t;
    enum fb_table table;
    struct fb_tree_at at;
};
static const struct fb_faults no_faults = {0};

static struct mem_txn *txn_of(struct fb_txn *t)
{
    return (struct mem_txn *)t;
}

static void let_go_all(struct mem_store *s, struct fb_tree tree[FB_TABLES])
{
    for (unsigned i = 0; i < FB_TABLES; i++)
        fb_tree__let_go(&s->pool, &tree[i]);
}

static uint64_t bytes(struct fb_store *s)
{
    return ((struct mem_store *)s)->pool.bytes;
}

static void close_store(struct fb_store *base)
{
    struct mem_store *s = (struct mem_store *)base;
    fb_assert(s->open == NULL);
    let_go_all(s, s->tree);
    fb_assert(s->pool.bytes == 0);
    free(s);
}

/* ---- transactions ---- */
static enum fb_err begin(struct fb_store *base, bool writes, struct fb_txn **out)
{
    struct mem_store *s = (struct mem_store *)base;
    struct mem_txn *t = calloc(1, sizeof *t);
    if (t == NULL)
        return FB_FULL;
    if (!writes && s->faults->reads != NULL)
        ++*s->faults->reads;
    t->s = s;
    for (unsigned i = 0; i < FB_TABLES; i++)
        t->tree[i] = fb_tree__hold(&s->tree[i]);
    t->next = s->open;
    if (t->next != NULL)
        t->next->place = &t->next;
    t->place = &s->open;
    s->open = t;
    *out = &t->base;
    return FB_OK;
}

static void unlink_txn(struct mem_txn *t)
{
    if (t->place == NULL)
        return;
    *t->place = t->next;
    if (t->next != NULL)
        t->next->place = t->place;
    t->place = NULL;
}

static void abort_txn(struct fb_txn *base)
{
    struct mem_txn *t = txn_of(base);
    unlink_txn(t);
    let_go_all(t->s, t->tree);
    free(t);
}

static enum fb_err commit(struct fb_txn *base)
{
    struct mem_txn *t = txn_of(base);
    struct mem_store *s = t->s;
    enum fb_err err = FB_OK;
    if (++s->commits == s->faults->fail_commit_at) {
        err = FB_IO;
    } else {
        for (unsigned i = 0; i < FB_TABLES; i++) {
            struct fb_tree old = s->tree[i];
            s->tree[i] = t->tree[i];
            t->tree[i] = old;
        }
    }
    abort_txn(base);
    return err;
}

/* ---- rows ---- */
static enum fb_err put(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_span value)
{
    struct mem_txn *t = txn_of(base);
    struct mem_store *s = t->s;
    const struct fb_tree_row *last = fb_table__appends(table) ? fb_tree__last(&t->tree[table]) : NULL;
    if (++s->puts == s->faults->fail_put_at)
        return FB_IO;
    if (last != NULL && fb_span_cmp(fb_tree__row_key(last), key) >= 0)
        return FB_REFUSED;
    char *to;
    struct fb_tree_row *row = fb_tree__row(&s->pool, key, FB_ROW_HEAD_BYTES + value.n, &to);
    if (row == NULL)
        return FB_FULL;
    fb_store__row_write(to, table, key, value);
    return fb_tree__put(&s->pool, &t->tree[table], row);
}

static enum fb_err del(struct fb_txn *base, enum fb_table table, struct fb_span key)
{
    struct mem_txn *t = txn_of(base);
    return fb_tree__del(&t->s->pool, &t->tree[table], key);
}

static enum fb_err row_of(const struct fb_tree_row *found, struct fb_row *row)
{
    if (found == NULL)
        return FB_NOT_FOUND;
    *row = (struct fb_row){fb_tree__row_key(found), fb_tree__row_bytes(found)};
    return FB_OK;
}

static enum fb_err find(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    return row_of(fb_tree__find(&txn_of(base)->tree[table], key), row);
}

static enum fb_err last(struct fb_txn *base, enum fb_table table, struct fb_row *row)
{
    return row_of(fb_tree__last(&txn_of(base)->tree[table]), row);
}

static enum fb_err last_to(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    return row_of(fb_tree__last_to(&txn_of(base)->tree[table], key), row);
}

static uint64_t rows(struct fb_txn *base, enum fb_table table)
{
    return txn_of(base)->tree[table].rows;
}

/* ---- cursors ---- */
static enum fb_err cursor_open(struct fb_txn *base, enum fb_table table, struct fb_cursor **out)
{
    struct mem_cursor *c = calloc(1, sizeof *c);
    if (c == NULL)
        return FB_FULL;
    c->t = txn_of(base);
    c->table = table;
    *out = &c->base;
    return FB_OK;
}

static enum fb_err cursor_seek(struct fb_cursor *base, struct fb_span key, bool after, struct fb_row *row)
{
    struct mem_cursor *c = (struct mem_cursor *)base;
    return row_of(fb_tree__seek(&c->t->tree[c->table], key, after, &c->at), row);
}

static enum fb_err cursor_next(struct fb_cursor *base, struct fb_row *row)
{
    struct mem_cursor *c = (struct mem_cursor *)base;
    return row_of(fb_tree__next(&c->t->tree[c->table], &c->at), row);
}

static void cursor_close(struct fb_cursor *base)
{
    free(base);
}

static const struct fb_store_ops mem_ops = {
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

/* ---- the store ---- */
enum fb_err fb_store_open_memory(struct fb_store **out, struct fb_faults *faults)
{
    struct fb_txn *t = NULL;
    struct mem_store *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return FB_FULL;
    s->base.ops = &mem_ops;
    s->base.epoch = EPOCH;
    s->base.schema = FB_SCHEMA_VERSION;
    s->faults = &no_faults;
    s->pool.fail_at = faults == NULL ? NULL : &faults->fail_alloc_at;
    struct fb_store *store = &s->base;
    enum fb_err err = fb_store_write(store, &t);
    if (err == FB_OK) {
        fb_store__meta_put(t, EPOCH, 0);
        err = fb_txn_commit(&t);
    }
    if (err != FB_OK) {
        fb_store_close(&store);
        return err;
    }
    /* The store's own first rows are not the test's to fail. */
    s->puts = s->commits = 0;
    s->faults = faults == NULL ? &no_faults : faults;
    *out = store;
    return FB_OK;
}

void fb_store_power_cut(struct fb_store *base)
{
    fb_assert(base->ops == &mem_ops);
    struct mem_store *s = (struct mem_store *)base;
    while (s->open != NULL) {
        struct mem_txn *t = s->open;
        unlink_txn(t);
        let_go_all(s, t->tree);
        t->base.err = FB_IO;
        t->base.writes = false; /* its end must not be taken for that of the next writer */
    }
    atomic_store(&base->writing, false);
    atomic_store(&base->broken, FB_OK);
}
