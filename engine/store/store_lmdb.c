/* The store on disk. LMDB runs with its default flags, so a commit is two flushes and what it acknowledged
 * stays (tests/flow/power_cut.c). No sorted duplicates, no nested transactions, no writable map. */
#include "engine/store/store_lmdb.h"
#include "engine/base/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct lmdb_txn {
    struct fb_txn base;
    struct lmdb_store *s;
    MDB_txn *txn;
    MDB_cursor *cursor[FB_TABLES]; /* made when first needed: a put must not allocate */
};
struct lmdb_cursor {
    struct fb_cursor base;
    struct lmdb_txn *t;
    MDB_cursor *cursor;
};
#define DISK_IS_FULL_BYTES (1u << 20)

enum fb_err fb_lmdb__err(int rc)
{
    static const struct {
        int rc;
        enum fb_err err;
    } known[] = {
        {MDB_SUCCESS, FB_OK},
        {MDB_NOTFOUND, FB_NOT_FOUND},
        {MDB_KEYEXIST, FB_REFUSED},
        {MDB_MAP_FULL, FB_FULL},
        {ENOSPC, FB_FULL},
        {EDQUOT, FB_FULL},
        {ENOMEM, FB_FULL},
        {MDB_TXN_FULL, FB_LIMIT},
        {MDB_BAD_VALSIZE, FB_LIMIT},
        {MDB_CORRUPTED, FB_DAMAGED},
        {MDB_PAGE_NOTFOUND, FB_DAMAGED},
        {MDB_INVALID, FB_DAMAGED},
        {MDB_CURSOR_FULL, FB_DAMAGED},
        {MDB_INCOMPATIBLE, FB_DAMAGED},
        {MDB_VERSION_MISMATCH, FB_NEWER},
        {MDB_READERS_FULL, FB_CROWDED},
        {MDB_MAP_RESIZED, FB_BUSY},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].rc == rc)
            return known[i].err;
    }
    return FB_IO;
}

static struct lmdb_store *store_of(struct fb_store *s)
{
    return (struct lmdb_store *)s;
}

static struct lmdb_txn *txn_of(struct fb_txn *t)
{
    return (struct lmdb_txn *)t;
}

static MDB_val val(struct fb_span s)
{
    return (MDB_val){s.n, (void *)s.p};
}

static uint64_t bytes(struct fb_store *s)
{
    MDB_envinfo info;
    if (!fb_lmdb__info(store_of(s), &info))
        return 0;
    return ((uint64_t)info.me_last_pgno + 1) * store_of(s)->page_bytes;
}

static uint64_t map_bytes(struct fb_store *s)
{
    MDB_envinfo info;
    return fb_lmdb__info(store_of(s), &info) ? info.me_mapsize : 0;
}

static void close_store(struct fb_store *base)
{
    struct lmdb_store *s = store_of(base);
    fb_assert(atomic_load(&base->open) == 0);
    fb_lmdb__release(s);
}

/* Makes the file as long as its own index says. A page taken and given back within one transaction is never
 * written; without this, a sound file could be shorter than its index says, as a cut one is. */
static void cover(struct lmdb_store *s)
{
    MDB_envinfo info;
    struct stat st;
    int fd;
    if (mdb_env_info(s->env, &info) != 0 || info.me_last_pgno <= atomic_load(&s->last_page))
        return;
    atomic_store(&s->last_page, info.me_last_pgno);
    off_t wanted = (off_t)((info.me_last_pgno + 1) * s->page_bytes);
    if (mdb_env_get_fd(s->env, &fd) != 0 || fstat(fd, &st) != 0 || st.st_size >= wanted)
        return;
    /* Nothing is lost when this fails: the next start looks which pages are missing and finds them free. */
    if (ftruncate(fd, wanted) != 0)
        return;
}

/* ---- transactions ---- */
static int begin_once(struct lmdb_store *s, bool writes, MDB_txn **txn)
{
    return writes ? mdb_txn_begin(s->env, NULL, 0, txn) : fb_lmdb__read_begin(s, txn);
}

static int begin_mdb(struct lmdb_store *s, bool writes, MDB_txn **txn)
{
    int rc = begin_once(s, writes, txn);
    if (rc == MDB_MAP_RESIZED && fb_lmdb__follow(s))
        rc = begin_once(s, writes, txn);
    return rc;
}

static enum fb_err begin(struct fb_store *base, bool writes, struct fb_txn **out)
{
    struct lmdb_txn *t = calloc(1, sizeof *t);
    if (t == NULL)
        return FB_FULL;
    t->s = store_of(base);
    enum fb_err err = fb_lmdb__enter(t->s, writes);
    if (err != FB_OK) {
        free(t);
        return err;
    }
    int rc = begin_mdb(t->s, writes, &t->txn);
    if (rc != 0) {
        fb_lmdb__leave(t->s);
        free(t);
        return fb_lmdb__err(rc);
    }
    *out = &t->base;
    return FB_OK;
}

enum fb_err fb_lmdb__commit_err(struct lmdb_store *s, int rc)
{
    struct statvfs disk;
    int fd;
    if (rc == EIO && mdb_env_get_fd(s->env, &fd) == 0 && fstatvfs(fd, &disk) == 0 &&
        (uint64_t)disk.f_bavail * disk.f_frsize < DISK_IS_FULL_BYTES)
        return FB_FULL;
    return fb_lmdb__err(rc);
}

/* LMDB closes the cursors of a write transaction with it. */
static enum fb_err commit(struct fb_txn *base)
{
    struct lmdb_txn *t = txn_of(base);
    struct lmdb_store *s = t->s;
    int rc = mdb_txn_commit(t->txn);
    free(t);
    fb_lmdb__leave(s);
    if (rc != 0)
        return fb_lmdb__commit_err(s, rc);
    cover(s);
    return FB_OK;
}

static void abort_txn(struct fb_txn *base)
{
    struct lmdb_txn *t = txn_of(base);
    for (unsigned i = 0; i < FB_TABLES && !base->writes; i++) {
        if (t->cursor[i] != NULL)
            mdb_cursor_close(t->cursor[i]);
    }
    if (base->writes)
        mdb_txn_abort(t->txn);
    else
        fb_lmdb__read_end(t->s, t->txn);
    fb_lmdb__leave(t->s);
    free(t);
}

/* ---- rows ---- */

/* LMDB leaves the value as it was where a damaged page calls itself one of keys alone: then there is none, and the row is damaged. */
static const MDB_val nothing = {0, NULL};

static int cursor_make(struct lmdb_txn *t, enum fb_table table, MDB_cursor **out)
{
    MDB_dbi dbi = t->s->dbi[table];
    return dbi == FB_LMDB_NO_TABLE ? MDB_NOTFOUND : mdb_cursor_open(t->txn, dbi, out);
}

static int cursor_of(struct lmdb_txn *t, enum fb_table table, MDB_cursor **out)
{
    if (t->cursor[table] == NULL) {
        int rc = cursor_make(t, table, &t->cursor[table]);
        if (rc != 0)
            return rc;
    }
    *out = t->cursor[table];
    return 0;
}

static enum fb_err put(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_span value)
{
    MDB_cursor *c;
    MDB_val k = val(key), v = {FB_ROW_HEAD_BYTES + (size_t)value.n, NULL};
    int rc = cursor_of(txn_of(base), table, &c);
    if (rc == 0)
        rc = mdb_cursor_put(c, &k, &v, MDB_RESERVE | (fb_table__appends(table) ? MDB_APPEND : 0u));
    if (rc != 0)
        return fb_lmdb__err(rc);
    fb_store__row_write(v.mv_data, table, key, value);
    return FB_OK;
}

static enum fb_err del(struct fb_txn *base, enum fb_table table, struct fb_span key)
{
    struct lmdb_txn *t = txn_of(base);
    MDB_val k = val(key);
    return fb_lmdb__err(mdb_del(t->txn, t->s->dbi[table], &k, NULL));
}

/* A damaged page can state a row longer than the page or the file, and reading past the file is a SIGBUS. A
 * row lies within its page, or alone on a run of pages whose header (16 bytes: number first, length of the
 * run at 12) stands before it. Pages changed by an open write transaction are on the heap and are not looked
 * at. */
static bool lies_inside(const struct lmdb_txn *t, const MDB_val *v)
{
    enum { RUN_AT = 12, HEADER_BYTES = 16 };
    uint64_t page_bytes = t->s->page_bytes;
    uint64_t offset = (uintptr_t)v->mv_data % page_bytes;
    if (t->base.writes || offset + v->mv_size <= page_bytes)
        return true;
    if (offset != HEADER_BYTES)
        return false;
    const char *page = (const char *)v->mv_data - HEADER_BYTES;
    uint64_t number;
    uint32_t run;
    MDB_envinfo info;
    memcpy(&number, page, sizeof number);
    memcpy(&run, page + RUN_AT, sizeof run);
    return mdb_env_info(t->s->env, &info) == 0 && HEADER_BYTES + v->mv_size <= run * page_bytes &&
           number <= info.me_last_pgno && run <= info.me_last_pgno + 1 - number;
}

static enum fb_err row_of(const struct lmdb_txn *t, int rc, const MDB_val *k, const MDB_val *v,
                          struct fb_row *row)
{
    if (rc != 0)
        return fb_lmdb__err(rc);
    *row = (struct fb_row){.key = {k->mv_data, k->mv_size > FB_KEY_BYTES_MAX ? 0 : (uint32_t)k->mv_size}};
    if (k->mv_size > FB_KEY_BYTES_MAX || v->mv_size > FB_ROW_HEAD_BYTES + (size_t)FB_VALUE_BYTES_MAX ||
        !lies_inside(t, v))
        return FB_DAMAGED;
    row->bytes = (struct fb_span){v->mv_data, (uint32_t)v->mv_size};
    return FB_OK;
}

static enum fb_err find(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    struct lmdb_txn *t = txn_of(base);
    MDB_val k = val(key), v = nothing;
    MDB_dbi dbi = t->s->dbi[table];
    int rc = dbi == FB_LMDB_NO_TABLE ? MDB_NOTFOUND : mdb_get(t->txn, dbi, &k, &v);
    return row_of(t, rc, &k, &v, row);
}

static enum fb_err last(struct fb_txn *base, enum fb_table table, struct fb_row *row)
{
    struct lmdb_txn *t = txn_of(base);
    MDB_cursor *c;
    MDB_val k = nothing, v = nothing;
    int rc = cursor_of(t, table, &c);
    if (rc == 0)
        rc = mdb_cursor_get(c, &k, &v, MDB_LAST);
    return row_of(t, rc, &k, &v, row);
}

/* The first row that is not before the key, or the end; and a step back unless it is the key itself. */
static int seek_last_to(MDB_cursor *c, struct fb_span key, MDB_val *k, MDB_val *v)
{
    *k = val(key);
    int rc = mdb_cursor_get(c, k, v, MDB_SET_RANGE);
    if (rc == MDB_NOTFOUND)
        return mdb_cursor_get(c, k, v, MDB_LAST);
    if (rc != 0 || (k->mv_size == key.n && memcmp(k->mv_data, key.p, key.n) == 0))
        return rc;
    return mdb_cursor_get(c, k, v, MDB_PREV);
}

static enum fb_err last_to(struct fb_txn *base, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    struct lmdb_txn *t = txn_of(base);
    MDB_cursor *c;
    MDB_val k = nothing, v = nothing;
    int rc = cursor_of(t, table, &c);
    if (rc == 0)
        rc = seek_last_to(c, key, &k, &v);
    return row_of(t, rc, &k, &v, row);
}

static uint64_t rows(struct fb_txn *base, enum fb_table table)
{
    struct lmdb_txn *t = txn_of(base);
    MDB_stat stat; /* a table that is not there is no table of LMDB's either */
    return mdb_stat(t->txn, t->s->dbi[table], &stat) == 0 ? stat.ms_entries : 0;
}

/* ---- cursors ---- */
static enum fb_err cursor_open(struct fb_txn *base, enum fb_table table, struct fb_cursor **out)
{
    struct lmdb_cursor *c = calloc(1, sizeof *c);
    if (c == NULL)
        return FB_FULL;
    c->t = txn_of(base);
    int rc = cursor_make(c->t, table, &c->cursor);
    if (rc != 0) {
        free(c);
        return fb_lmdb__err(rc);
    }
    *out = &c->base;
    return FB_OK;
}

static enum fb_err cursor_seek(struct fb_cursor *base, struct fb_span key, bool after, struct fb_row *row)
{
    struct lmdb_cursor *c = (struct lmdb_cursor *)base;
    MDB_val k = val(key), v = nothing;
    int rc = mdb_cursor_get(c->cursor, &k, &v, key.n == 0 ? MDB_FIRST : MDB_SET_RANGE);
    if (rc == 0 && after && k.mv_size == key.n && memcmp(k.mv_data, key.p, key.n) == 0)
        rc = mdb_cursor_get(c->cursor, &k, &v, MDB_NEXT);
    return row_of(c->t, rc, &k, &v, row);
}

static enum fb_err cursor_next(struct fb_cursor *base, struct fb_row *row)
{
    struct lmdb_cursor *c = (struct lmdb_cursor *)base;
    MDB_val k = nothing, v = nothing;
    int rc = mdb_cursor_get(c->cursor, &k, &v, MDB_NEXT);
    return row_of(c->t, rc, &k, &v, row);
}

static void cursor_close(struct fb_cursor *base)
{
    struct lmdb_cursor *c = (struct lmdb_cursor *)base;
    mdb_cursor_close(c->cursor);
    free(c);
}

const struct fb_store_ops fb_lmdb__ops = {
    .close = close_store,
    .bytes = bytes,
    .map_bytes = map_bytes,
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
