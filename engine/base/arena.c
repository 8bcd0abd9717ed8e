#include "engine/base/arena.h"
#include "engine/base/check.h"
#include <string.h>

/* Under AddressSanitizer what is not handed out is poisoned, so that reading one message's memory while
 * the next is decided stops the program at the reader and not three rooms later. No red zones are put
 * between pieces: the arena must be full at the same byte in every build. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
static void hide(void *p, size_t n)
{
    __asan_poison_memory_region(p, n);
}
static void show(void *p, size_t n)
{
    __asan_unpoison_memory_region(p, n);
}
#else
static void hide(void *p, size_t n)
{
    (void)p;
    (void)n;
}
static void show(void *p, size_t n)
{
    (void)p;
    (void)n;
}
#endif

#define ALIGNMENT ((uintptr_t)16)

void fb_arena_init(struct fb_arena *arena, void *memory, size_t size)
{
    fb_assert(memory != NULL || size == 0);
    arena->base = memory;
    arena->size = size;
    arena->used = 0;
    if (size > 0)
        hide(memory, size);
}

void *fb_arena_get(struct fb_arena *arena, size_t n)
{
    if (arena->base == NULL)
        return NULL;
    /* The address is aligned, not the offset: the caller's memory may begin anywhere. */
    uintptr_t next = (uintptr_t)arena->base + arena->used;
    size_t pad = (size_t)((ALIGNMENT - next % ALIGNMENT) % ALIGNMENT);
    size_t left = arena->size - arena->used;
    if (pad > left || n > left - pad)
        return NULL;
    unsigned char *p = arena->base + arena->used + pad;
    arena->used += pad + n;
    if (n > 0)
        show(p, n);
    return p;
}

void fb_arena_trim(struct fb_arena *arena, void *piece, size_t n)
{
    size_t used = (size_t)((unsigned char *)piece - arena->base) + n;
    fb_assert(used <= arena->used);
    if (used < arena->used)
        hide(arena->base + used, arena->used - used);
    arena->used = used;
}

void *fb_arena_zero(struct fb_arena *arena, size_t n)
{
    void *p = fb_arena_get(arena, n);
    if (p != NULL)
        memset(p, 0, n);
    return p;
}

struct fb_span fb_arena_copy(struct fb_arena *arena, struct fb_span s)
{
    struct fb_span none = {NULL, 0};
    if (s.p == NULL)
        return none;
    /* An empty text that is there stays told apart from an absent one, and takes no room. */
    if (s.n == 0)
        return (struct fb_span){"", 0};
    char *p = fb_arena_get(arena, s.n);
    if (p == NULL)
        return none;
    memcpy(p, s.p, s.n);
    return (struct fb_span){p, s.n};
}

void fb_arena_release(struct fb_arena *arena)
{
    if (arena->size > 0)
        show(arena->base, arena->size);
    *arena = (struct fb_arena){NULL, 0, 0};
}

void fb_arena_reset(struct fb_arena *arena)
{
    arena->used = 0;
    if (arena->size > 0)
        hide(arena->base, arena->size);
}
