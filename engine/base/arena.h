#ifndef FB_BASE_ARENA_H
#define FB_BASE_ARENA_H
#include <stddef.h>
#include "engine/base/span.h"
/* A bump arena over memory that the caller owns. Nothing is freed one by one; reset frees all, and
 * poisons the memory under AddressSanitizer. */
struct fb_arena {
    unsigned char *base;
    size_t size, used;
};
void fb_arena_init(struct fb_arena *arena, void *memory, size_t size);
/* n bytes, aligned to 16, or NULL when they do not fit: the arena's size is the limit. */
void *fb_arena_get(struct fb_arena *arena, size_t n);
/* Of the piece handed out last only its first n bytes are kept: for whoever cannot say before how many it takes. */
void fb_arena_trim(struct fb_arena *arena, void *piece, size_t n);
/* The same as get, zeroed. */
void *fb_arena_zero(struct fb_arena *arena, size_t n);
/* A copy of the bytes; {NULL, 0} when they do not fit. */
struct fb_span fb_arena_copy(struct fb_arena *arena, struct fb_span s);
void fb_arena_reset(struct fb_arena *arena);
/* Before the memory goes back to the heap or the stack that it came from: nothing of it is poisoned any more, and the
 * arena has no memory. */
void fb_arena_release(struct fb_arena *arena);
#endif
