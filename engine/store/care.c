/* Copying a store while it is written, and who reads it. */
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "engine/store/store_lmdb.h"
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

static struct lmdb_store *on_disk(struct fb_store *s)
{
    return s->ops == &fb_lmdb__ops ? (struct lmdb_store *)s : NULL;
}

enum fb_err fb_store_copy(struct fb_store *store, int fd)
{
    struct lmdb_store *s = on_disk(store);
    if (s == NULL)
        return FB_REFUSED;
    /* LMDB reads in a transaction of its own, which the map may not be taken from either. */
    enum fb_err err = fb_lmdb__enter(s, false);
    if (err != FB_OK)
        return err;
    int rc = mdb_env_copyfd2(s->env, fd, MDB_CP_COMPACT);
    fb_lmdb__leave(s);
    return rc == EPIPE ? FB_IO : fb_lmdb__err(rc);
}

static enum fb_err last_event(struct fb_txn *t, uint64_t *seq)
{
    unsigned char memory[1u << 14];
    struct fb_arena arena;
    struct fb_span key, value;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find_last(t, FB_TABLE_EVENTS, &arena, &key, &value);
    *seq = 0;
    if (err == FB_OK)
        err = fb_key_parse_u64(key, seq);
    fb_arena_release(&arena);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

enum fb_err fb_store_new_epoch(const char *folder, uint64_t *epoch, const char **why)
{
    struct fb_store *s = NULL;
    struct fb_txn *t = NULL;
    uint64_t seq;
    *epoch = 0;
    enum fb_err err = fb_store_open(&s, folder, &(struct fb_store_options){.map_bytes = FB_MAP_BYTES_LEAST}, why);
    if (err == FB_OK && sodium_init() < 0)
        err = FB_IO;
    while (err == FB_OK && (*epoch == 0 || *epoch == s->epoch))
        randombytes_buf(epoch, sizeof *epoch);
    if (err == FB_OK)
        err = fb_store_write(s, &t);
    if (err == FB_OK)
        err = last_event(t, &seq);
    if (err == FB_OK) {
        fb_store__epoch_change(t, *epoch, seq);
        err = fb_txn_commit(&t);
    }
    fb_txn_abort(&t);
    fb_store_close(&s);
    return err;
}

enum fb_err fb_store_hold(const char *folder, int *fd)
{
    char path[FB_LMDB_PATH];
    *fd = -1;
    return fb_lmdb__path(path, folder, "writer.lock") ? fb_lmdb__writer_lock(path, fd) : FB_LIMIT;
}

/* ---- who reads ---- */

struct listing {
    struct fb_store_reader *out;
    unsigned most, n;
    uint64_t newest; /* number of the last commit */
};

static uint64_t digits(const char **at, unsigned base)
{
    uint64_t v = 0;
    while (**at == ' ')
        ++*at;
    for (;; ++*at) {
        unsigned char c = (unsigned char)**at;
        unsigned d = c >= '0' && c <= '9' ? c - 0u - '0' : c >= 'a' && c <= 'f' ? c + 10u - 'a' : 99u;
        if (d >= base)
            return v;
        v = v * base + d;
    }
}

/* A line is "       pid  thread  transaction", its thread in base 16, "-" for no transaction; the first is a heading. */
static int take_line(const char *line, void *ctx)
{
    struct listing *l = ctx;
    struct fb_store_reader r = {.pid = (int64_t)digits(&line, 10)};
    if (r.pid == 0)
        return 0;
    (void)digits(&line, 16);
    while (*line == ' ')
        line++;
    r.reads = *line != '-';
    if (!r.reads && r.pid == getpid())
        return 0;
    uint64_t txn = r.reads ? digits(&line, 10) : l->newest;
    r.behind = l->newest > txn ? l->newest - txn : 0;
    r.is_gone = kill((pid_t)r.pid, 0) != 0 && errno == ESRCH;
    if (l->n < l->most)
        l->out[l->n] = r;
    l->n++;
    return 0;
}

enum fb_err fb_store_readers(struct fb_store *store, struct fb_store_reader *out, unsigned most, unsigned *n)
{
    struct lmdb_store *s = on_disk(store);
    MDB_envinfo info;
    *n = 0;
    if (s == NULL)
        return FB_REFUSED;
    if (!fb_lmdb__info(s, &info))
        return FB_IO;
    struct listing l = {out, most, 0, info.me_last_txnid};
    int rc = mdb_reader_list(s->env, take_line, &l);
    *n = l.n;
    return rc < 0 ? FB_IO : FB_OK;
}

enum fb_err fb_store_readers_in(const char *folder, struct fb_store_reader *out, unsigned most, unsigned *n)
{
    struct lmdb_store s = {.base = {.ops = &fb_lmdb__ops, .read_only = true}, .lock_fd = -1, .open_fd = -1};
    struct fb_store_owner was;
    const char *why = NULL;
    *n = 0;
    enum fb_err err = fb_store_become_owner(&was, folder, &why);
    if (err != FB_OK)
        return err;
    err = fb_lmdb__env_open(&s, folder, FB_MAP_BYTES_LEAST, MDB_RDONLY);
    fb_store_return_root(&was);
    if (err == FB_OK)
        err = fb_store_readers(&s.base, out, most, n);
    fb_lmdb__env_close(&s);
    return err;
}

enum fb_err fb_store_readers_clear(struct fb_store *store, unsigned *cleared)
{
    struct lmdb_store *s = on_disk(store);
    int dead = 0;
    *cleared = 0;
    if (s == NULL)
        return FB_REFUSED;
    int rc = mdb_reader_check(s->env, &dead);
    *cleared = dead > 0 ? (unsigned)dead : 0;
    return fb_lmdb__err(rc);
}
