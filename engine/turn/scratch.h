#ifndef FB_TURN_SCRATCH_H
#define FB_TURN_SCRATCH_H
/* Scratch of one decision: arenas of FB_ARENA_BYTES, the first made at start, more only when a decision reads
 * very large records: each decodes within one arena, and a decision stops looking when half of them are used.
 * What was handed out stays until reset. */
#include "engine/base/arena.h"
#include "engine/base/limits.h"
enum { FB_SCRATCH_ARENAS = FB_GATHER_MAX + 8 };
struct fb_scratch {
    struct fb_arena arena[FB_SCRATCH_ARENAS];
    unsigned n, at;
};
FB_MUST_CHECK enum fb_err fb_scratch_init(struct fb_scratch *s);
void fb_scratch_release(struct fb_scratch *s);
void fb_scratch_reset(struct fb_scratch *s);
static inline struct fb_arena *fb_scratch_arena(struct fb_scratch *s)
{
    return &s->arena[s->at];
}
/* Moves on to an empty arena. FB_LIMIT: there is no other; FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_scratch_more(struct fb_scratch *s);
/* What was handed out since a mark is given back: nobody points at it. */
struct fb_scratch_mark {
    unsigned at;
    size_t used;
};
struct fb_scratch_mark fb_scratch_mark(const struct fb_scratch *s);
void fb_scratch_back(struct fb_scratch *s, struct fb_scratch_mark mark);
/* At least n bytes are left in the arena that is current after this. */
FB_MUST_CHECK enum fb_err fb_scratch_room(struct fb_scratch *s, size_t n);
uint64_t fb_scratch_bytes(const struct fb_scratch *s);
#endif
