#ifndef FB_TURN_AGAIN_STEPS_H
#define FB_TURN_AGAIN_STEPS_H
/* Between again.c, which makes, and verify.c, which compares. */
#include "engine/turn/again.h"
struct fb_again_made {
    struct fb_store *from, *copy, *ends; /* ends: rows of tables apart, as they stand at last */
    struct fb_turn *turn;
    const struct fb_again_held *held;
    uint64_t head;
};
/* Which tables' rows are held where they stand, and which are apart. */
void fb_verify_tables(struct fb_again_tables *out);
/* *same: everything that the journal gives is there, and nothing else. */
FB_MUST_CHECK enum fb_err fb_verify_made(const struct fb_again_made *made, struct fb_verify *out, bool *same);
/* The last number of the journal; 0: none. */
FB_MUST_CHECK enum fb_err fb_verify_head(struct fb_store *store, struct fb_arena *arena, uint64_t *head);
#endif
