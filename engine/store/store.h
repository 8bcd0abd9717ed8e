#ifndef FB_STORE_STORE_H
#define FB_STORE_STORE_H
/* The whole door of the store: ordered tables of rows, one writer, many readers. Two implementations: LMDB, and
 * memory with switches for faults (the simulator's disk). Nothing here knows what a row means.
 *
 * Lifetimes: 1. a value given by get or scan is copied into the caller's arena and lives as long as that; no
 * pointer into the map leaves this room. 2. a transaction ends by commit or abort, on the thread that began it,
 * after its scans; one write transaction at once (FB_BUSY). 3. handles: open/close, close leaves NULL, after
 * every transaction. 4. one process opens a folder's store once (LMDB's locks are the process's).
 * Errors are sticky: the first stays in the transaction, later calls do nothing, commit gives it back. A failed
 * commit is final for the store: stop and start again (DESIGN 4.3).
 * Every row carries a CRC-32C, put by the store and checked on reading (FB_DAMAGED). Sticky too: FB_LIMIT (a key
 * that is empty or over FB_KEY_BYTES_MAX, a value over 64 MiB, an arena too small for a copy), FB_REFUSED (a key of
 * an append table that is not above the last one; fb_store_write of a store opened to read), FB_FULL, FB_IO. */
#include "engine/base/arena.h"

/* Tables, in file order: numbers are stored names, never reused. `append`: keys only ever grow. */
#define FB_TABLE_MAP(X)                                                                                  \
    X(META, "meta", 0)           /* word -> value: schema version, epoch, counters */                    \
    X(JOURNAL, "journal", 1)     /* u64 journal number -> entry (turn/entry.h). Level 0 */               \
    X(IDS, "ids", 1)             /* u64 journal number -> source, ids and links: what memory is rebuilt from. Level 2 */ \
    X(DECISIONS, "decisions", 0) /* u32 subject, u64 journal number -> decision (core/decide.h). Level 1 */ \
    X(EVENTS, "events", 1)       /* u64 sequence -> event (core/decide.h). Level 1 */                    \
    X(TOTALS, "totals", 0)       /* cell, posted month, cause, knowledge day -> running figures. Level 2 */ \
    X(FINDINGS, "findings", 0)   /* u32 subject -> open findings. Level 2 */                             \
    X(REFUSED, "refused", 1)     /* u64 journal number -> reason and field of what was not taken. Level 2 */ \
    X(TODO, "todo", 0)           /* u32 subject -> why: judged again between turns. Level 2 */           \
    X(SOURCES, "sources", 0)     /* u32 source number -> struct fb_source. Level 2 */                    \
    X(FILES, "files", 0)         /* 16-byte digest -> a pack file. Level 0 */                            \
    X(ISSUES, "issues", 0)       /* u32 issue -> the files that make it. Level 0 */                      \
    X(CURSORS, "cursors", 0)     /* feed cursor name -> position. Outside the journal */                 \
    X(PERIODS, "periods", 0)     /* trust, month -> who closed it, when. Level 2 */                      \
    X(PAID, "paid", 0)           /* week, hirer, grade -> bank minutes, pay, pay by the card. Level 2 */ \
    X(WORKERS, "workers", 0)     /* 16-byte hash of a pseudonym -> worker number. Outside the journal (erasure) */ \
    X(AUDIT, "audit", 1)         /* u64 -> who read what about a worker. Outside the journal */ \
    X(LEAVES, "leaves", 1)       /* u64 number of the first -> leaves of the journal's chain (turn/chain.h). Level 2 */ \
    X(CHAIN, "chain", 1)         /* u64 last journal number, height -> a node above leaves. Level 2 */ \
    X(CHECKPOINTS, "checkpoints", 1) /* u64 -> a signed root, or who countersigned one. Outside the journal */ \
    X(BATCHES, "batches", 0)     /* u32 batch -> its source, name, first and last entry, counts; 0: what is being taken back. Level 2 */ \
    X(WITHDRAWN, "withdrawn", 1) /* u64 journal number -> which version holds of the records that a batch took with it. Level 2 */ \
    X(RECEIPTS, "receipts", 0)   /* u32 source, day -> what it sent on it (turn/receipt.h). Level 2 */
enum fb_table {
#define X(id, word, append) FB_TABLE_##id,
    FB_TABLE_MAP(X)
#undef X
    FB_TABLES
};
const char *fb_table_word(enum fb_table t);
#define FB_SCHEMA_VERSION 3u /* 1: pseudonyms stood in the journal; 2: it had no chain */
#define FB_SCHEMA_OLDEST  2u /* that can be carried over */
#define FB_KEY_BYTES_MAX 64u

struct fb_store;
struct fb_txn;
struct fb_store_options {
    bool read_only;        /* another process may be writing */
    bool unsummed;         /* rows are read without their checksums, because fb_store_look goes over all of them beside, and nothing
                            * that was made of them is told before it found them sound */
    bool as_it_is;         /* with read_only: an older schema is well too, and a table that is not there is empty. For who only copies
                            * rows and looks at their sums, and asks nothing that a later schema says otherwise */
    bool create;           /* make the folder's store when there is none */
    uint64_t map_bytes;    /* the first size of the map, which is virtual; 0: 64 GiB. It doubles before it is more than half full */
    uint64_t map_bytes_max; /* that it may grow to; 0: what the address space has room for */
};
/* Opens (or makes) the store in a folder. FB_NOT_FOUND: no store there; FB_NEWER: its schema is newer than ours;
 * FB_REFUSED: its schema is older, and cannot be carried over, or is opened only to read, and not as it is (a writer gets it, and carries it over
 * before anything else: turn/migrate.h); FB_DAMAGED: not a store, or its meta rows fail their checksum; FB_BUSY: another process writes to it; FB_CROWDED: all
 * places of readers are taken; FB_IO.
 * *why (may be NULL) gets a sentence that says what to do; static text. */
FB_MUST_CHECK enum fb_err fb_store_open(struct fb_store **out, const char *folder, const struct fb_store_options *options, const char **why);

/* The store in memory, for one thread. Faults are switches that a test turns, at any time; they must live as long
 * as the store. NULL or all nought: a perfect disk. Its epoch is always the same: one seed, one run. */
struct fb_faults {
    uint64_t fail_put_at;      /* the n-th put of the store's life fails with FB_IO; 0 never */
    uint64_t fail_commit_at;   /* the n-th commit fails with FB_IO and nothing of it stays */
    bool lose_unsynced;        /* reserved for stores that acknowledge before they sync */
    uint64_t fail_alloc_at;    /* the n-th piece of memory that the store asks for is refused: FB_FULL; 0 never */
    uint64_t *reads;           /* no fault: where transactions that only read are counted; NULL: nowhere */
};
FB_MUST_CHECK enum fb_err fb_store_open_memory(struct fb_store **out, struct fb_faults *faults);
/* A power cut of the memory store: the open transaction and, of the last commit that failed, everything is lost;
 * the store can then be used again as if newly opened. Transactions that were open hold FB_IO, and the caller
 * still ends them. */
void fb_store_power_cut(struct fb_store *s);
void fb_store_close(struct fb_store **s);
/* Random number made when the store was made: sequences of different epochs are not comparable. */
uint64_t fb_store_epoch(struct fb_store *s);
/* The schema of the file that was opened; older than FB_SCHEMA_VERSION only with the writer, until it is carried over. */
uint32_t fb_store_schema(struct fb_store *s);
/* With the transaction that finishes it. */
void fb_store_schema_put(struct fb_txn *t, uint32_t version);
/* A store that was restored from a backup goes on under a new epoch; its first events are those of the epochs before. The
 * last sequence number up to which the events of that epoch are this store's: UINT64_MAX for its own, 0 for one unknown. */
uint64_t fb_store_shares(const struct fb_store *s, uint64_t epoch);
/* The epoch under which an event of this store was told first: with it the event has the same name for ever. */
uint64_t fb_store_epoch_of(const struct fb_store *s, uint64_t seq);
/* Bytes used on disk (or in memory) by the rows and their pages. */
uint64_t fb_store_bytes(struct fb_store *s);
/* The map's size now; 0 in memory. */
uint64_t fb_store_map_bytes(struct fb_store *s);

FB_MUST_CHECK enum fb_err fb_store_write(struct fb_store *s, struct fb_txn **out); /* the one writer */
FB_MUST_CHECK enum fb_err fb_store_read(struct fb_store *s, struct fb_txn **out);  /* short: at most a thousand rows */
/* Durable when it returns FB_OK (write), or simply ended (read). *t becomes NULL. */
FB_MUST_CHECK enum fb_err fb_txn_commit(struct fb_txn **t);
void fb_txn_abort(struct fb_txn **t);
enum fb_err fb_txn_err(const struct fb_txn *t); /* the sticky error so far */
/* Rows put or taken away so far in tables whose keys come in any order. Each may lie on a page of its own, which is in memory until the
 * commit; and LMDB keeps as many pages as its largest commit ever had, until the store is closed. So whoever can end a transaction
 * early does, by this. Rows that are appended share their pages. */
uint64_t fb_txn_scattered(const struct fb_txn *t);

void fb_put(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_span value);
void fb_del(struct fb_txn *t, enum fb_table table, struct fb_span key); /* absent: nothing happens */
/* FB_NOT_FOUND is not sticky. *value is copied into the arena. */
FB_MUST_CHECK enum fb_err fb_find(struct fb_txn *t, enum fb_table table, struct fb_span key, struct fb_arena *arena, struct fb_span *value);

/* Rows in key order, from the first key >= `from` ({NULL,0}: the first). The key is copied into the scan. */
struct fb_scan {
    struct fb_txn *txn;
    enum fb_table table;
    unsigned char key_bytes[FB_KEY_BYTES_MAX];
    struct fb_span key, value; /* value: in the arena given to next */
    void *cursor;
    bool begun, ended;
    struct fb_span from;
};
void fb_scan_begin(struct fb_scan *scan, struct fb_txn *t, enum fb_table table, struct fb_span from);
/* false: no more rows (or the transaction's sticky error is set). */
bool fb_scan_next(struct fb_scan *scan, struct fb_arena *arena);
void fb_scan_end(struct fb_scan *scan);
/* The last row of a table; FB_NOT_FOUND when empty. */
FB_MUST_CHECK enum fb_err fb_find_last(struct fb_txn *t, enum fb_table table, struct fb_arena *arena, struct fb_span *key, struct fb_span *value);
/* The last row whose key is not after `key` and begins with its first `prefix` bytes; FB_NOT_FOUND when none. One seek,
 * however many rows there are: what was last known at a moment is asked with it. */
FB_MUST_CHECK enum fb_err fb_find_last_to(struct fb_txn *t, enum fb_table table, struct fb_span key, uint32_t prefix,
                                          struct fb_arena *arena, struct fb_span *found, struct fb_span *value);
uint64_t fb_table_rows(struct fb_txn *t, enum fb_table table);
#endif
