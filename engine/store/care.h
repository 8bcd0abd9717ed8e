#ifndef FB_STORE_CARE_H
#define FB_STORE_CARE_H
/* Care of a store on disk: looking at every row, copying it while it is written, who reads it, making it small again.
 * A store in memory has no file: FB_REFUSED. */
#include "engine/store/store.h"
#include <sys/types.h>

/* ---- root in the folder of another ---- */

/* Who the process was. */
struct fb_store_owner {
    bool became;
    gid_t gid, *groups;
    int n_groups;
};
/* When this is root and the folder another's, the process is that one until fb_store_return_root: nothing is opened or made there that
 * the owner could not, and what is made the owner can use. Every opening of a store does this by itself; whoever else makes a file in
 * its folder asks for it. FB_IO, with a sentence: it could not be done; then nothing is to be returned. */
FB_MUST_CHECK enum fb_err fb_store_become_owner(struct fb_store_owner *was, const char *folder, const char **why);
void fb_store_return_root(struct fb_store_owner *was);

/* ---- looking at every row ---- */

enum { FB_FAULTS_MAX = 16, FB_FAULT_ROWS_MAX = 4096 };
enum fb_fault_kind {
    FB_FAULT_ROW = 1,  /* the row of this key fails its checksum */
    FB_FAULT_ORDER,    /* this key does not come after the one before: it was changed, or its page was */
    FB_FAULT_PAGE,     /* after this key (empty: from the beginning) nothing more of the table can be reached */
    FB_FAULT_COUNT     /* the table says that it has another number of rows than can be met */
};
struct fb_fault {
    enum fb_table table;
    enum fb_fault_kind kind;
    unsigned char key[FB_KEY_BYTES_MAX];
    uint32_t n_key;
};
/* No pointers: it may lie in memory that processes share, so that whoever waits for a process that LMDB ended knows how far it
 * came. */
struct fb_store_look {
    uint64_t rows, of;         /* looked at, of so many */
    uint64_t faults;           /* more than FB_FAULTS_MAX are counted only */
    struct fb_fault fault[FB_FAULTS_MAX];
    unsigned n_faults;
    struct fb_fault at;        /* kind PAGE: the table at hand, and the last key of it that was sound */
    bool ended;
};
/* Reads each row of each table and holds it against its checksum, in short transactions, beside a writer. FB_OK also with
 * faults. LMDB ends the process on some damage of inner pages: call it in a process made for it (tools/fairbank/care/rot.c). */
FB_MUST_CHECK enum fb_err fb_store_look(struct fb_store *s, struct fb_store_look *out,
                                        void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx);
/* "decisions: the row of key 00000007000000000000005a (subject 7, journal 90) fails its checksum" */
void fb_fault_say(struct fb_text *out, const struct fb_fault *fault);

/* ---- copying ---- */

/* The store of one moment, without its free pages, into a descriptor (a file or a pipe), while a writer goes on. It reads in
 * one transaction: pages that the writer gives up meanwhile are used again only after it, so the file may grow by what is
 * written in that time. Not durable before the caller's fsync. FB_IO also when the reader of the pipe left. */
FB_MUST_CHECK enum fb_err fb_store_copy(struct fb_store *s, int fd);
/* In the folder of a copy that nobody has opened yet: it goes on under a new epoch, and remembers the one it had with the last
 * sequence number of its events, so that consumers go on where they stood. */
FB_MUST_CHECK enum fb_err fb_store_new_epoch(const char *folder, uint64_t *epoch, const char **why);

/* Takes the lock that a writer takes, in a folder that need not hold a store: until *fd is closed nobody makes or writes one there.
 * FB_BUSY: somebody has it. */
FB_MUST_CHECK enum fb_err fb_store_hold(const char *folder, int *fd);

struct fb_store_compacted {
    uint64_t before, after; /* bytes of the file */
    uint64_t rows;          /* that were compared */
};
/* Writes the store anew without its free pages, compares every row, and puts it in the old one's place; the old one stays
 * beside as data.mdb.before until the new one was opened. FB_BUSY: somebody has the store open. Other errors leave
 * the old one where it was. */
FB_MUST_CHECK enum fb_err fb_store_compact(const char *folder, struct fb_store_compacted *out, const char **why);
/* The same; progress is told nought of nought once nobody else can have the store, before anything is made, then, from time to time, how
 * many rows were compared, of so many, and that all were, before the new file takes the old one's place. While the new file is written nobody is told anything: it is data.mdb.compact in the folder, and grows. */
FB_MUST_CHECK enum fb_err fb_store_compact_told(const char *folder, void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx,
                                                struct fb_store_compacted *out, const char **why);

/* ---- who reads ---- */

/* Transactions that read at once, of all processes: what fits lock.mdb of 64 KiB. Who writes keeps a few of them. */
enum { FB_READERS_MAX = 1022 };
struct fb_store_reader {
    int64_t pid;
    bool reads;      /* in a transaction now */
    bool is_gone;    /* its process is no more: the place is cleared by the next fb_store_readers_clear */
    uint64_t behind; /* commits since that transaction began */
};
/* At most `most`; *n may be larger. Places that this process keeps for what it will read are left out. */
FB_MUST_CHECK enum fb_err fb_store_readers(struct fb_store *s, struct fb_store_reader *out, unsigned most, unsigned *n);
/* The same of a folder whose store this process has not open, and needs no place: for when all are taken. */
FB_MUST_CHECK enum fb_err fb_store_readers_in(const char *folder, struct fb_store_reader *out, unsigned most, unsigned *n);
/* Clears the places of readers whose processes are no more: one that died in a transaction would keep every page since then
 * from being used again. */
FB_MUST_CHECK enum fb_err fb_store_readers_clear(struct fb_store *s, unsigned *cleared);
#endif
