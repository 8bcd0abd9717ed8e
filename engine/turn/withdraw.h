#ifndef FB_TURN_WITHDRAW_H
#define FB_TURN_WITHDRAW_H
/* A batch is taken back. Each record of which it brought the version that holds falls back to the best version that is left, of those
 * that came before it or after; where none is left the record is withdrawn: it counts for nothing, is found by its name only, and a
 * version that comes later (under a message id not used before) stands as if it were the first. Versions of the batch that another
 * had replaced change nothing. What is judged again posts deltas, with the cause `withdrawn`, into the month that is open.
 *
 * FB_ENTRY_BATCH asks for it; steps (FB_ENTRY_BATCH_STEP) take FB_WITHDRAW_OWN_MAX messages of the batch at most, between other work,
 * and what one touches beyond its step goes on the todo. A last step tells of it (batch.withdrawn). Everything a step needs stands in
 * row 0 of BATCHES, so a restart goes on where it stood. One batch at a time. */
#include "engine/base/bytes.h"
#include "engine/turn/stale.h"
#include "engine/turn/walk.h"
enum { FB_WITHDRAW_OWN_MAX = 64, FB_WITHDRAW_LOOK_MAX = 1024 };

/* A row of WITHDRAWN: of each record that a step took something from, which version holds now. */
struct fb_withdrawn_item {
    uint32_t number, winner; /* winner 0: nothing is left */
    bool by_agency, of_worker; /* of a winner that had never held: what its IDS row would have said */
    uint32_t worker;
    unsigned n_tags;
    uint32_t tag[FB_LINKS_MAX];
};
/* Memory follows: the same call in a step and when a store is opened. */
FB_MUST_CHECK enum fb_err fb_withdrawn_note(struct fb_turn *t, const struct fb_withdrawn_item *item);
/* All of a row. */
FB_MUST_CHECK enum fb_err fb_withdrawn_load(struct fb_turn *t, struct fb_span row);

/* The version that this entry brought went with its batch. The entry's own kind and source are looked at. */
bool fb_batch_took(const struct fb_turn *t, uint64_t journal, const struct fb_entry *e);

/* A stretch of the journal, and the messages of a batch in it. */
struct fb_stretch {
    uint32_t first, last; /* first > last: nothing is left to look at */
    unsigned n;
    struct {
        uint32_t journal, record;
    } own[FB_WITHDRAW_OWN_MAX];
};
/* From `first` on, to `until` at most; ends before it where there is enough to do. */
void fb_withdraw_scan(struct fb_turn *t, uint32_t batch, uint32_t first, uint32_t until, struct fb_stretch *out);
/* What becomes of a message of a batch that is, or would be, taken back. */
enum fb_withdraw_fate { FB_FATE_WITHDRAWN, FB_FATE_RESTORED, FB_FATE_LEFT, FB_FATE_NOTHING };

/* What live code and replay share. The first: nothing is asked; the second: from where fb_taking stands, up to `last`. */
struct fb_batch_asked {
    uint32_t batch;
    struct fb_span by, reason;
};
size_t fb_batch_asked_pack(const struct fb_batch_asked *a, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_batch_asked_unpack(struct fb_batch_asked *out, struct fb_span bytes);
void fb_turn_take_batch(struct fb_turn *t, const struct fb_batch_asked *asked);
void fb_turn_take_batch_step(struct fb_turn *t, const struct fb_stretch *stretch);
/* The stretch of the next step. */
void fb_withdraw_next(struct fb_turn *t, struct fb_stretch *out);
/* withdraw_open.c: when a store is opened. What batches took with them, row by row, between the messages before and those after: all
 * that happened before entry `until`. end does the rest. */
struct fb_withdrawn_walk {
    struct fb_turn *turn;
    struct fb_walk walk;
    struct fb_arena arena;
    uint64_t journal, most; /* of the row at hand, UINT64_MAX: no more; what lies beyond the last is not looked at */
    enum fb_err err;
};
FB_MUST_CHECK enum fb_err fb_withdrawn_begin(struct fb_withdrawn_walk *w, struct fb_turn *t, bool beside);
FB_MUST_CHECK enum fb_err fb_withdrawn_until(struct fb_withdrawn_walk *w, uint64_t until);
FB_MUST_CHECK enum fb_err fb_withdrawn_end(struct fb_withdrawn_walk *w);
/* The rows of BATCHES; of a store from before batches were noted they are folded from its journal. */
FB_MUST_CHECK enum fb_err fb_batches_open(struct fb_turn *t, struct fb_arena *arena, bool beside,
                                          void (*progress)(void *ctx, uint64_t done, uint64_t of));
#endif
