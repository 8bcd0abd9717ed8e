#ifndef FB_STORE_SEAM_H
#define FB_STORE_SEAM_H
/* The seam inside the room: what an implementation must do. store.c owns what is the same for both (sticky
 * errors, checksums, copies, one writer at a time); an implementation keeps ordered bytes. */
#include "engine/store/store.h"
#include <stdatomic.h>

/* A stored row is its CRC-32C, big-endian, then the value. The sum covers table number, key and value, so
 * that a row that turns up under another key or in another table is seen too. */
#define FB_ROW_HEAD_BYTES  4u
#define FB_VALUE_BYTES_MAX (64u << 20) /* the largest value is a pack file; LMDB is fragile near 2 GiB */

struct fb_row {
    struct fb_span key;
    struct fb_span bytes; /* empty when only the key could be told (FB_DAMAGED); else head and value, in the implementation's memory: copy before the next call */
};
/* Writes head and value to `to`, which has FB_ROW_HEAD_BYTES + value.n bytes. */
void fb_store__row_write(void *to, enum fb_table table, struct fb_span key, struct fb_span value);

/* Begins every implementation's cursor. `changes` is the transaction's count when the cursor last moved: a
 * cursor of a transaction that has written since is put back by its key, so both implementations scan alike.
 */
struct fb_cursor {
    uint64_t changes;
};
struct fb_store_ops {
    void (*close)(struct fb_store *s);
    uint64_t (*bytes)(struct fb_store *s);
    uint64_t (*map_bytes)(struct fb_store *s); /* NULL: there is no map */
    enum fb_err (*begin)(struct fb_store *s, bool writes, struct fb_txn **out);
    enum fb_err (*commit)(struct fb_txn *t); /* frees t, whatever comes back */
    void (*abort)(struct fb_txn *t);         /* frees t */
    /* FB_REFUSED: an append table and a key that does not grow. */
    enum fb_err (*put)(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_span value);
    enum fb_err (*del)(struct fb_txn *t, enum fb_table table, struct fb_span key);
    enum fb_err (*find)(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_row *row);
    enum fb_err (*last)(struct fb_txn *t, enum fb_table table, struct fb_row *row);
    /* The last row whose key is <= `key`, which is not empty. */
    enum fb_err (*last_to)(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_row *row);
    uint64_t (*rows)(struct fb_txn *t, enum fb_table table);
    enum fb_err (*cursor_open)(struct fb_txn *t, enum fb_table table, struct fb_cursor **out);
    /* The first row whose key is >= `key` (> `key` when `after`); an empty key: the first row. */
    enum fb_err (*cursor_seek)(struct fb_cursor *c, struct fb_span key, bool after, struct fb_row *row);
    enum fb_err (*cursor_next)(struct fb_cursor *c, struct fb_row *row);
    void (*cursor_close)(struct fb_cursor *c);
};

/* For whoever opens a store for one piece of care: the map begins as large as the file is, which LMDB sees to, and grows when a write
 * needs it. Address space for years of growth would be asked for in vain, and there may be less (a limit of the process, valgrind). */
#define FB_MAP_BYTES_LEAST ((uint64_t)1 << 20)
enum { FB_FORMER_MAX = 64 }; /* a store is restored a few times in its life */

/* Both begin every implementation's own struct. */
struct fb_store {
    const struct fb_store_ops *ops;
    uint64_t epoch;
    uint32_t schema;
    struct fb_former {
        uint64_t epoch, last; /* of the last event that was told under it */
    } former[FB_FORMER_MAX];  /* epochs before this one, oldest first */
    unsigned n_former;
    bool read_only;
    bool as_it_is;              /* older schemas, and tables that are not there: see struct fb_store_options */
    bool unsummed;              /* sums are not looked at: see struct fb_store_options */
    _Atomic enum fb_err broken; /* why a commit failed: nothing is written after that */
    atomic_bool writing;        /* the one write transaction is open */
    atomic_uint open;           /* transactions, of either kind */
};
struct fb_txn {
    struct fb_store *store;
    bool writes;
    enum fb_err err;
    unsigned scans; /* open ones; each must end before the transaction does */
    uint64_t changes, scattered; /* rows put or taken away; those of tables whose keys come in any order */
};
/* Keeps the first error; an absent row is an answer, not an error. Gives err back. */
enum fb_err fb_store__stick(struct fb_txn *t, enum fb_err err);
/* Checks a row, as far as its store is to, and copies its value out of the implementation's memory. */
FB_MUST_CHECK enum fb_err fb_store__take(const struct fb_txn *t, enum fb_table table, const struct fb_row *row,
                                         struct fb_arena *arena, struct fb_span *value);
/* Checks a row's sizes and its sum; *value points into the implementation's memory. */
FB_MUST_CHECK enum fb_err fb_store__check(enum fb_table table, const struct fb_row *row, struct fb_span *value);
/* The first rows of META. Their form never changes, so that an older engine can read a newer store's version.
 */
#define FB_META_SCHEMA  "schema"  /* u32 */
#define FB_META_EPOCH   "epoch"   /* u64 */
#define FB_META_CREATED "created" /* u64, milliseconds since 1970; 0 in memory, which has no clock */
#define FB_META_FORMER  "former"  /* (u64 epoch, u64 last sequence number) of each epoch before, oldest first; absent: none */
enum { FB_META_ROWS = 3 };
/* Puts them into a new store. */
void fb_store__meta_put(struct fb_txn *t, uint64_t epoch, uint64_t created_ms);
/* Reads and checks them: s->epoch, s->schema and the former epochs. FB_DAMAGED: absent or unsound; FB_NEWER; FB_REFUSED: too old, or older and
 * opened only to read, and not as it is. *why says what to do. */
FB_MUST_CHECK enum fb_err fb_store__meta_check(struct fb_txn *t, struct fb_store *s, const char **why);
/* Gives the store another epoch: the one it had becomes a former one, whose events up to `seq` are this store's. */
void fb_store__epoch_change(struct fb_txn *t, uint64_t epoch, uint64_t seq);
FB_MUST_CHECK enum fb_err fb_store__lmdb_open(struct fb_store **out, const char *folder,
                                              const struct fb_store_options *options, const char **why);
bool fb_table__appends(enum fb_table t);
#endif
