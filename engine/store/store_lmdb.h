#ifndef FB_STORE_STORE_LMDB_H
#define FB_STORE_STORE_LMDB_H
/* What the files of the LMDB implementation share: store_lmdb.c moves rows, store_lmdb_open.c opens. */
#include "engine/store/seam.h"
#include <limits.h>
#include <lmdb.h>
#include <pthread.h>
enum { FB_LMDB_PLACES_KEPT = 16 }; /* more than threads of an engine ever read at once */
struct lmdb_store {
    struct fb_store base;
    MDB_env *env;
    MDB_dbi dbi[FB_TABLES]; /* opened once, in a transaction that was committed */
    int lock_fd;            /* flock on writer.lock; -1 for a reader */
    int open_fd;            /* shared flock on open.lock: this store must not be exchanged under whoever has it open; -1 none */
    pthread_mutex_t gate;   /* LMDB's map may only be exchanged while no transaction of this process is open */
    unsigned live;          /* transactions begun or beginning; under the gate */
    bool lost;              /* the map could not be had again: nothing can be read any more; under the gate */
    MDB_txn *kept[FB_LMDB_PLACES_KEPT]; /* of who writes: reset, each with its place of a reader; under the gate */
    unsigned n_kept;
    uint64_t map_max;       /* 0: none */
    uint64_t page_bytes;
    _Atomic uint64_t last_page; /* that the file is known to be long enough for */
};
#define FB_LMDB_NO_TABLE UINT_MAX /* in dbi: the file has none, and it counts as empty (as_it_is) */
extern const struct fb_store_ops fb_lmdb__ops;
enum fb_err fb_lmdb__err(int rc);
/* The same of a commit: a full disk comes back as EIO from LMDB's short writes. */
enum fb_err fb_lmdb__commit_err(struct lmdb_store *s, int rc);

/* store_lmdb_map.c. Before a transaction: enters, after the map was made larger where that is due (writers) ; and after it.
 * FB_FULL: the map is lost. */
FB_MUST_CHECK enum fb_err fb_lmdb__enter(struct lmdb_store *s, bool writes);
void fb_lmdb__leave(struct lmdb_store *s);
/* What LMDB says of itself, which it reads from the map. False: nothing. */
bool fb_lmdb__info(struct lmdb_store *s, MDB_envinfo *info);
/* Another process has made the map larger: takes its size over, when no other transaction of ours is open (the caller's own is
 * not begun, but entered). False: it could not be done within a second. */
bool fb_lmdb__follow(struct lmdb_store *s);

/* store_lmdb_places.c. LMDB's transaction for reading, begun and ended: in a place that is kept where there is one. Entered, both. */
int fb_lmdb__read_begin(struct lmdb_store *s, MDB_txn **txn);
void fb_lmdb__read_end(struct lmdb_store *s, MDB_txn *txn);
/* Of who writes, once it has opened: all that it keeps; MDB_READERS_FULL: there were not so many. And before the environment goes. */
int fb_lmdb__places_take(struct lmdb_store *s);
void fb_lmdb__places_give_back(struct lmdb_store *s);

/* store_lmdb_short.c. The file lacks n pages from that one on: is nothing of the store in them? */
bool fb_lmdb__missing_are_free(struct lmdb_store *s, uint64_t from, uint64_t n);

/* store_lmdb_open.c. An environment over one file (flags with MDB_NOSUBDIR) or folder; and the tables of it. */
FB_MUST_CHECK enum fb_err fb_lmdb__env_open(struct lmdb_store *s, const char *path, uint64_t map_bytes, unsigned flags);
void fb_lmdb__env_close(struct lmdb_store *s);
/* The environment, both locks, and s itself. */
void fb_lmdb__release(struct lmdb_store *s);
/* The first n tables; their handles stay. Gives LMDB's error. */
int fb_lmdb__tables_open(struct lmdb_store *s, unsigned n, bool make);
/* The one writer's lock; *fd is -1 unless it is had. FB_BUSY: another has it. */
FB_MUST_CHECK enum fb_err fb_lmdb__writer_lock(const char *path, int *fd);
enum { FB_LMDB_PATH = 4096, FB_LMDB_FILE_MODE = 0660 };
/* folder/name; false: too long. */
bool fb_lmdb__path(char out[FB_LMDB_PATH], const char *folder, const char *name);
#endif
