#ifndef FB_TURN_CHAIN_H
#define FB_TURN_CHAIN_H
/* The journal's chain (level 2: it can be dropped and folded anew): every entry has a leaf in a Merkle mountain range
 * (mountain.h), in the order of the journal and whatever the batches were. An entry that was changed, with what was
 * decided by it, has another leaf; the root of a checkpoint that somebody keeps (checkpoint.h) then no longer follows.
 *
 *   leaf      H of these bytes, integers big-endian:
 *               1  0x00                       8  journal number, from 1
 *               1  kind of the entry          1  kind of the record, 0 where there is none
 *               8  instant, ms UTC (two's complement)
 *               4  decide version             4  issue            4  number of the source
 *               4  number of the record, 0 of a refusal and of what the engine does by itself
 *              16  digest of what was sent, noughts where nothing was
 *              32  digest of the entry        32 digest of the decisions
 *               2  length, message id         2  length, reference
 *   entry     H(0x03, the entry as it is stored)
 *   decision  H(0x04, 4 bytes subject, the row as it is stored)
 *   decisions of none: 32 noughts; of one row: its digest; with each further one, by rising subject:
 *             H(0x05, the digest so far, the digest of the row)
 *
 * The entry is hashed as it is stored, and not only its dedupe digest: that one is of what was sent, which is not kept
 * where it held a pseudonym, and so could not be made again from the journal. All that a proof has to show of an entry
 * that names nobody stands in the leaf itself.
 *
 * LEAVES has rows of up to FB_LEAVES_A_ROW leaves, keyed by the number of the first, none across a block of
 * FB_BLOCK_LEAVES: how many (1 byte), the leaves, and for each which subjects were decided about, so that a proof finds
 * those decisions, which are kept by subject. These notes are no part of a leaf: what they lead to is, or is not, what
 * was hashed. As varints: 0 the entry's own record and no other; 1 none; 2 not noted; k + 2 and k subjects. CHAIN has the nodes from height FB_KEPT_HEIGHT on, keyed by their last journal number and their height.
 * Nodes below are made from the block's leaves when somebody asks. */
#include "engine/store/store.h"
#include "engine/turn/chain/lanes.h"
#include "engine/turn/chain/mountain.h"
#include "engine/turn/entry.h"
#include "engine/turn/walk.h"

enum {
    FB_LEAVES_A_ROW = 60,
    FB_LEAVES_FULL_BYTES = 2010, /* of a row: two fill a page of the disk, and none needs pages of its own */
    FB_KEPT_HEIGHT = 10,
    FB_BLOCK_LEAVES = 1 << FB_KEPT_HEIGHT,
    FB_NOTED_MAX = 32,    /* subjects of one entry that are noted; a step of re-pricing has hundreds, and they are looked for */
    FB_NOT_NOTED = FB_NOTED_MAX + 1,
    FB_LEAVES_BYTES_MAX = 1 + FB_LEAVES_A_ROW * (FB_NODE_BYTES + 1 + 5 * FB_NOTED_MAX),
    FB_LEAF_BYTES_MAX = 1 + 8 + 2 + 8 + 4 * 4 + 16 + 2 * FB_NODE_BYTES + 2 * (2 + (int)FB_ID_BYTES_MAX)
};
struct fb_leaf_of { /* what a leaf is made from */
    uint64_t number;
    const struct fb_entry *entry;
    struct fb_node stored, decisions;
};
size_t fb_leaf_pack(const struct fb_leaf_of *l, unsigned char bytes[FB_LEAF_BYTES_MAX]);
void fb_leaf_make(const struct fb_leaf_of *l, struct fb_node *out);
void fb_leaf_stored(struct fb_span bytes, struct fb_node *out);
void fb_leaf_decision(uint32_t subject, struct fb_span row, struct fb_node *out);
/* What is hashed for either, for whoever hashes several at once; returns how many bytes, the tag's and these. */
enum { FB_TAG_BYTES_MAX = 5 };
size_t fb_leaf_put_stored(unsigned char *to, struct fb_span bytes);
size_t fb_leaf_put_decision(unsigned char *to, uint32_t subject, struct fb_span row);
/* `so_far` with one more row; rows come by rising subject. */
void fb_leaf_fold(struct fb_node *so_far, const struct fb_node *row);

/* ---- while it grows ---- */

struct fb_chain_row {
    uint32_t subject;
    struct fb_node digest;
};
struct fb_chain {
    bool off;        /* nobody will ask: a copy that is thrown away */
    enum fb_err err; /* sticky */
    struct fb_mountain range;
    /* The entry at hand, whose decisions are being made; */
    bool open;
    struct fb_leaf_of of;
    struct fb_entry entry; /* its ids lie in these two */
    char message_id[FB_ID_BYTES_MAX], record_ref[FB_ID_BYTES_MAX];
    struct fb_chain_row *row;
    unsigned n_rows, rows_room;
    /* and what was made since the last fb_chain_put. */
    struct fb_fresh_leaf {
        struct fb_node leaf;
        size_t notes; /* where its notes end */
    } *fresh;
    unsigned n_fresh, fresh_room;
    unsigned char *notes;
    size_t notes_room;
    struct fb_chain_high {
        uint64_t last;
        unsigned height;
        struct fb_node node;
    } *high;
    unsigned n_high, high_room;
};
/* The next entry, whose number is one above the last one's. */
void fb_chain_entry(struct fb_chain *c, uint64_t number, const struct fb_entry *e, struct fb_span bytes);
/* A decision that the entry at hand made; of one subject the last one counts. */
void fb_chain_decision(struct fb_chain *c, uint32_t subject, struct fb_span row);
/* The same for whoever has the leaf already. subject: which were decided about, rising; FB_NOT_NOTED of them: not known. */
void fb_chain_leaf(struct fb_chain *c, const struct fb_node *leaf, uint32_t record, const uint32_t *subject, unsigned n);
/* Ends the entry at hand and puts what is new, in the transaction of the entries. */
FB_MUST_CHECK enum fb_err fb_chain_put(struct fb_chain *c, struct fb_txn *txn);
void fb_chain_release(struct fb_chain *c);
/* Takes the range up where the store's stands, which is at `head`: the journal's last number. FB_NOT_FOUND: the leaves end
 * before it, so that it must be folded anew. FB_DAMAGED: a row is missing, or there are more leaves than entries. */
FB_MUST_CHECK enum fb_err fb_chain_open(struct fb_chain *c, struct fb_store *store, uint64_t head);
/* The same of the first `size` leaves only. FB_DAMAGED: a row is missing. */
FB_MUST_CHECK enum fb_err fb_chain_open_at(struct fb_mountain *range, struct fb_store *store, uint64_t size);
/* Leaves and nodes of the entries that have none yet, from the journal and the decisions as they stand: for a store of a
 * version before this. It goes on where it was cut short. FB_DAMAGED: an entry or a decision cannot be read. */
FB_MUST_CHECK enum fb_err fb_chain_refold(struct fb_store *store, void (*progress)(void *ctx, uint64_t done, uint64_t of),
                                          void *ctx);

/* ---- reading what is kept ---- */

struct fb_chain_reader {
    struct fb_txn *txn; /* of the caller; */
    uint64_t block;     /* whose leaves stand here; UINT64_MAX: none */
    unsigned n;
    struct fb_node leaf[FB_BLOCK_LEAVES];
};
void fb_chain_reader_init(struct fb_chain_reader *r, struct fb_txn *txn);
/* A fb_nodes whose ctx is the reader. FB_DAMAGED: it is not there, or not whole. */
struct fb_nodes fb_chain_nodes(struct fb_chain_reader *r);
/* Which subjects the entry of that number decided about; *n is FB_NOT_NOTED when that is not known. record: the entry's. */
FB_MUST_CHECK enum fb_err fb_chain_noted(struct fb_txn *txn, uint64_t number, uint32_t record,
                                         uint32_t subject[FB_NOTED_MAX], unsigned *n);
/* How many leaves there are. */
FB_MUST_CHECK enum fb_err fb_chain_size(struct fb_txn *txn, uint64_t *size);
/* The same, and the journal's last number, at one moment. */
FB_MUST_CHECK enum fb_err fb_chain_heads(struct fb_store *store, uint64_t *journal, uint64_t *size);

/* Leaves made anew from the journal and the decisions, in order. Decisions are kept by subject, so those of a window of
 * the journal are gathered first: one pass over all decisions a window. As many entries as there are lanes are read ahead. */
enum { FB_WINDOW_ENTRIES = 2000 * FB_WALK_ROWS }; /* whole transactions of a walk: none stays open meanwhile */
struct fb_leaves {
    struct fb_store *store;
    uint64_t next, until, window; /* window: up to which number decisions were gathered */
    uint64_t beyond;              /* the highest number behind `until` of which a decision was met; 0: none */
    struct fb_decided {
        struct fb_node digest;
        uint32_t subject, rows; /* the last of so many */
    } *decided;                 /* of the window */
    uint64_t decided_from, decided_room;
    struct fb_walk walk;
    unsigned char *memory, *lanes;
    struct fb_arena arena;
    struct fb_leaf_ahead {
        struct fb_entry entry;
        struct fb_span bytes, hashed; /* as they are stored; with the tag before them */
        struct fb_node leaf;
    } ahead[FB_LANES];
    unsigned at, n_ahead;
    enum fb_err then;    /* what was met after those */
    uint64_t number;     /* of the leaf at hand; */
    struct fb_node leaf;
    struct fb_span value; /* its entry's bytes, until the next */
    uint32_t record;     /* of its entry */
    enum fb_err err;
    uint32_t subject;    /* FB_DAMAGED: `number` is the entry that cannot be read; 0: it is a decision, after this subject's */
};
FB_MUST_CHECK enum fb_err fb_leaves_begin(struct fb_leaves *l, struct fb_store *store, uint64_t first, uint64_t until);
/* false: the end, or l->err. */
bool fb_leaves_next(struct fb_leaves *l);
void fb_leaves_end(struct fb_leaves *l);

/* ---- proving that all is as it was ---- */

struct fb_checkpoint;
struct fb_chain_check {
    bool equal;
    uint64_t entries, checkpoints; /* compared */
    struct fb_node root;           /* of all entries */
    char first_difference[240];    /* "journal: entry 90311: …" */
};
struct fb_chain_ask {
    const struct fb_checkpoint *held; /* that somebody kept outside the store; NULL: none */
    void (*progress)(void *ctx, uint64_t done, uint64_t of); /* may be NULL */
    void *ctx;
};
/* Every leaf made anew, from entry 1 on, is the one that is kept, the nodes above follow, and so do the checkpoints' roots, whose
 * signatures hold; no decision is of an entry that the journal does not have. Only reads; an engine may be writing. Errors: it could not be told. */
FB_MUST_CHECK enum fb_err fb_chain_verify(struct fb_store *from, const struct fb_chain_ask *ask, struct fb_chain_check *out);
#endif
