#ifndef FB_TURN_CHECKPOINT_INDEX_H
#define FB_TURN_CHECKPOINT_INDEX_H
/* Where the rows of CHECKPOINTS stand, in memory: 16 bytes a row. Countersignatures come long after what they sign, and a row says only
 * what it signs: without this, whoever asks for an old checkpoint has all later rows read. Rows are never changed or taken away, so
 * that only those that came since are read again. */
#include "engine/turn/chain/checkpoint.h"
struct fb_checkpoint_index {
    uint64_t read, last; /* the last row that was read; the last checkpoint's, 0: there is none */
    struct fb_checkpoint_places {
        struct fb_checkpoint_place {
            uint64_t of, number; /* of: the entries of a checkpoint, or the number of what is countersigned; ascending, then by number */
        } *at;
        size_t n, room;
    } checkpoint, witness;
};
/* Reads the rows that came since, the first time all. FB_DAMAGED: one cannot be read, and it is tried again with the next call. FB_FULL. */
FB_MUST_CHECK enum fb_err fb_checkpoint_index_read(struct fb_checkpoint_index *x, struct fb_store *store);
void fb_checkpoint_index_free(struct fb_checkpoint_index *x);
/* As fb_checkpoint_note. The second: the number of that very checkpoint, signature and all; FB_NOT_FOUND. Both read what came since first. */
FB_MUST_CHECK enum fb_err fb_checkpoint_index_note(struct fb_checkpoint_index *x, struct fb_store *store, uint64_t number, struct fb_note *out, uint64_t *found);
FB_MUST_CHECK enum fb_err fb_checkpoint_index_find(struct fb_checkpoint_index *x, struct fb_store *store, const struct fb_checkpoint *c, uint64_t *number);
#endif
