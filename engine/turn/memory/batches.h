#ifndef FB_TURN_BATCHES_H
#define FB_TURN_BATCHES_H
/* Batches (files, pages) by number, in memory: a publisher names one in its envelopes, and what came with it can be taken back
 * together (withdraw.h). Numbers are given in the order in which batches were first met. Where a batch's entries lie is known by its
 * first and its last one: batches may interleave, and whoever looks for entries passes those of others. So a message costs a look-up
 * in memory and nothing in the store, and a batch one row of BATCHES for each transaction that had some of it.
 *
 * Row 0 says which batch is being taken back, and how far, and how much of each source's quota of kept refusals is used; where it is
 * missing, the store is from before batches were noted, and opening folds the journal once. All of it follows from the journal
 * (level 2). */
#include "engine/base/limits.h"
#include "engine/base/when.h"
#include "engine/store/store.h"
struct fb_batch {
    uint32_t source, first, last;    /* journal numbers; refusals count too */
    uint32_t accepted, amended, refused, conflicts;
    uint32_t asked;                  /* the entry that had it taken back: what came before is withdrawn; 0: never */
    uint32_t withdrawn, restored, left; /* of the last time: records that nothing is left of, that fell back to a version before, and
                                      * messages that a later one of another batch had replaced */
    int64_t pence;                   /* by how much the latest figures of shifts moved with it */
    int64_t first_ms, last_ms;
    uint32_t id_at;                  /* its name, in the pool */
    uint8_t id_n;
    bool dirty;
};
/* What is being taken back. batch 0: nothing is. */
struct fb_taking {
    uint32_t batch, next, until; /* the next entry to look at, and the last */
};
/* What was kept whole of the refusals and conflicts of one day, in bytes, by source. */
struct fb_kept {
    fb_day day;
    uint64_t bytes[FB_SOURCES_MAX + 1];
    bool over[FB_SOURCES_MAX + 1]; /* something was not kept whole for want of quota. Not stored: it is an alarm */
    uint32_t n_over;
};
struct fb_batches {
    struct fb_batch *row; /* [number - 1] */
    uint32_t n, room;
    uint32_t *slot, n_slots; /* number, by source and name; 0 free */
    char *text;
    uint32_t n_text, text_room;
    uint32_t of_source[FB_SOURCES_MAX + 1];
    uint32_t *moved, n_moved, moved_room; /* rows to write */
    struct fb_taking taking;
    struct fb_kept kept_whole;
    bool kept, taking_moved; /* kept: row 0 is there */
};
/* How a message of it ended. */
enum fb_batch_count { FB_BATCH_ACCEPTED, FB_BATCH_AMENDED, FB_BATCH_REFUSED, FB_BATCH_CONFLICT };
void fb_batches_release(struct fb_batches *b);
uint32_t fb_batches_find(const struct fb_batches *b, uint32_t source, struct fb_span id); /* 0: not known */
/* NULL: no such number. It moves when batches are added. */
struct fb_batch *fb_batches_get(const struct fb_batches *b, uint32_t number);
struct fb_span fb_batches_id(const struct fb_batches *b, const struct fb_batch *batch);
/* An entry of it was written. An absent name, or one too many of that source (FB_BATCHES_OF_SOURCE_MAX), is passed over. FB_FULL. */
FB_MUST_CHECK enum fb_err fb_batches_note(struct fb_batches *b, uint32_t source, struct fb_span id, enum fb_batch_count how,
                                          uint32_t journal, int64_t at_ms);
/* The row is written with this transaction. */
FB_MUST_CHECK enum fb_err fb_batches_move(struct fb_batches *b, uint32_t number);
/* The body of a refusal is kept on that day; and what was kept before it. */
void fb_batches_keep(struct fb_batches *b, uint32_t source, fb_day day, uint32_t bytes);
uint64_t fb_batches_kept_bytes(const struct fb_batches *b, uint32_t source, fb_day day);
void fb_batches_over(struct fb_batches *b, uint32_t source, fb_day day);
/* Writes what moved. */
void fb_batches_put(struct fb_batches *b, struct fb_txn *txn);
/* A row as it is stored: number 0 is fb_taking's. FB_DAMAGED, FB_NEWER. */
FB_MUST_CHECK enum fb_err fb_batches_load(struct fb_batches *b, uint32_t number, struct fb_span bytes);
uint64_t fb_batches_bytes(const struct fb_batches *b);
#endif
