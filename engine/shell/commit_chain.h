#ifndef FB_SHELL_COMMIT_CHAIN_H
#define FB_SHELL_COMMIT_CHAIN_H
/* What the commit thread does for people who want to be sure of the journal: signs checkpoints of its chain (each hour
 * when it grew, when somebody asks, and at a clean stop), makes proofs, and keeps countersignatures. deploy/PROOF.md. */
#include "engine/shell/keys.h"
#include "engine/shell/queue.h"
#include "engine/turn/chain/checkpoint_index.h"
/* For who comes with a key none is made when the last is younger: each is a commit of its own between everybody's records, and a row for ever. */
enum { FB_SEALS_REST_MS = 30000 };
struct fb_seals {
    struct fb_turn *turn;
    struct fb_store *store;
    const struct fb_keys *keys; /* NULL: nothing is signed */
    int64_t every_ms, now_ms;   /* now: of the batch */
    /* Of the last checkpoint, read with the first that is asked. */
    bool known;
    uint64_t number, size;
    int64_t made_ms;
    struct fb_checkpoint_index index;
};
/* The rows of checkpoints that there are already: some microseconds each, before anybody waits. What cannot be read is told with the
 * first question. */
void fb_seals_open(struct fb_seals *s);
void fb_seals_close(struct fb_seals *s);
/* An item of CHECKPOINT, PROVE, COUNTERSIGN or RECEIPT. What was refused stands in item->err and item->why; what is returned is the
 * end of the engine. */
FB_MUST_CHECK enum fb_err fb_seals_take(struct fb_seals *s, struct fb_item *item);
/* Makes one when it is time; anyway: when the journal grew at all. */
FB_MUST_CHECK enum fb_err fb_seals_make(struct fb_seals *s, int64_t now_ms, bool anyway);
#endif
