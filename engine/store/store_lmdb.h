#ifndef FB_STORE_STORE_LMDB_H
#define FB_STORE_STORE_LMDB_H
/* What the two files of the LMDB implementation share: store_lmdb.c moves rows, store_lmdb_open.c opens. */
#include "engine/store/seam.h"
#include <lmdb.h>
struct lmdb_store {
    struct fb_store base;
    MDB_env *env;
    MDB_dbi dbi[FB_TABLES]; /* opened once, in a transaction that was committed */
    int lock_fd;            /* flock on writer.lock; -1 for a reader */
    uint64_t page_bytes;
    _Atomic uint64_t last_page; /* that the file is known to be long enough for */
};
extern const struct fb_store_ops fb_lmdb__ops;
enum fb_err fb_lmdb__err(int rc);
/* Makes the file as long as its own index says. A page taken and given back within one transaction is never
 * written; without this, a sound file could be shorter than its index says, as a cut one is. */
void fb_lmdb__cover(struct lmdb_store *s);
#endif
