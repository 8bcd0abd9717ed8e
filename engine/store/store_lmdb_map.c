/* The map: how much of the file LMDB can see. It is virtual, and is doubled before it is more than half full, between
 * transactions, so that no commit meets its end. LMDB exchanges the map by taking the old one away first: whoever
 * read from it then would end the process, so it is done only while no transaction of this process is open. */
#include "engine/store/store_lmdb.h"
#include <sys/mman.h>
#include <time.h>

/* A writer that finds readers waits for them a little when it is getting urgent, and else tries again next time. Nobody is kept
 * out meanwhile: a reader that begins a second transaction must not wait for itself. */
enum { WAITS = 50, FOLLOW_WAITS = 1000 };

static void nap(void)
{
    const struct timespec ms = {0, 1000000};
    (void)nanosleep(&ms, NULL);
}

/* LMDB gives the old map back before it asks for the new one, and has none when that is refused. So it is asked for here
 * first, and given back at once. */
static bool has_room(const struct lmdb_store *s, uint64_t bytes)
{
    int fd;
    if (mdb_env_get_fd(s->env, &fd) != 0)
        return false;
    void *p = mmap(NULL, (size_t)bytes, PROT_NONE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return false;
    (void)munmap(p, (size_t)bytes);
    return true;
}

static uint64_t larger(const struct lmdb_store *s, uint64_t size, uint64_t used)
{
    uint64_t wanted = size;
    while (used > wanted / 2 && wanted < UINT64_MAX / 4)
        wanted *= 2;
    return s->map_max != 0 && wanted > s->map_max ? s->map_max : wanted;
}

/* How full the map is, in quarters. */
static unsigned quarters(const struct lmdb_store *s, uint64_t *size, uint64_t *used)
{
    MDB_envinfo info;
    if (mdb_env_info(s->env, &info) != 0 || info.me_mapsize == 0)
        return 0;
    *size = info.me_mapsize;
    *used = ((uint64_t)info.me_last_pgno + 1) * s->page_bytes;
    return (unsigned)(*used / (*size / 4 + 1));
}

/* Under the gate, with no transaction open. */
static void grow(struct lmdb_store *s, uint64_t size, uint64_t used)
{
    uint64_t wanted = larger(s, size, used);
    if (wanted > size && has_room(s, wanted) && mdb_env_set_mapsize(s->env, (size_t)wanted) != 0)
        s->lost = true;
}

static enum fb_err enter(struct lmdb_store *s, bool writes, bool *again)
{
    uint64_t size = 0, used = 0;
    unsigned full = writes ? quarters(s, &size, &used) : 0;
    bool due = full >= 2 && larger(s, size, used) > size;
    *again = due && s->live > 0 && full >= 3;
    if (*again)
        return FB_OK;
    if (due && s->live == 0)
        grow(s, size, used);
    if (s->lost)
        return FB_FULL;
    s->live++;
    return FB_OK;
}

enum fb_err fb_lmdb__enter(struct lmdb_store *s, bool writes)
{
    enum fb_err err = FB_OK;
    bool again = true;
    for (unsigned i = 0; again; i++) {
        pthread_mutex_lock(&s->gate);
        err = enter(s, writes, &again);
        if (again && i == WAITS) {
            again = false;
            s->live++;
        }
        pthread_mutex_unlock(&s->gate);
        if (again)
            nap();
    }
    return err;
}

void fb_lmdb__leave(struct lmdb_store *s)
{
    pthread_mutex_lock(&s->gate);
    s->live--;
    pthread_mutex_unlock(&s->gate);
}

bool fb_lmdb__info(struct lmdb_store *s, MDB_envinfo *info)
{
    pthread_mutex_lock(&s->gate);
    bool told = !s->lost && mdb_env_info(s->env, info) == 0;
    pthread_mutex_unlock(&s->gate);
    return told;
}

bool fb_lmdb__follow(struct lmdb_store *s)
{
    bool done = false;
    for (unsigned i = 0; !done && i < FOLLOW_WAITS; i++) {
        if (i > 0)
            nap();
        pthread_mutex_lock(&s->gate);
        if (s->live == 1) { /* the caller's own, which is not begun */
            s->lost = mdb_env_set_mapsize(s->env, 0) != 0;
            done = true;
        }
        pthread_mutex_unlock(&s->gate);
    }
    return done && !s->lost;
}
