#include "engine/turn/scratch.h"
#include <stdlib.h>

static enum fb_err add_arena(struct fb_scratch *s)
{
    void *memory = s->n < FB_SCRATCH_ARENAS ? malloc(FB_ARENA_BYTES) : NULL;
    if (memory == NULL)
        return s->n < FB_SCRATCH_ARENAS ? FB_FULL : FB_LIMIT;
    fb_arena_init(&s->arena[s->n++], memory, FB_ARENA_BYTES);
    return FB_OK;
}

enum fb_err fb_scratch_init(struct fb_scratch *s)
{
    s->n = s->at = 0;
    return add_arena(s);
}

void fb_scratch_release(struct fb_scratch *s)
{
    for (unsigned i = 0; i < s->n; i++)
        free(s->arena[i].base);
    s->n = s->at = 0;
}

void fb_scratch_reset(struct fb_scratch *s)
{
    for (unsigned i = 0; i <= s->at && i < s->n; i++)
        fb_arena_reset(&s->arena[i]);
    s->at = 0;
}

enum fb_err fb_scratch_more(struct fb_scratch *s)
{
    enum fb_err err = s->at + 1 < s->n ? FB_OK : add_arena(s);
    if (err == FB_OK)
        s->at++;
    return err;
}

struct fb_scratch_mark fb_scratch_mark(const struct fb_scratch *s)
{
    return (struct fb_scratch_mark){s->at, s->arena[s->at].used};
}

void fb_scratch_back(struct fb_scratch *s, struct fb_scratch_mark mark)
{
    for (; s->at > mark.at; s->at--)
        fb_arena_reset(&s->arena[s->at]);
    s->arena[s->at].used = mark.used;
}

enum fb_err fb_scratch_room(struct fb_scratch *s, size_t n)
{
    const struct fb_arena *a = fb_scratch_arena(s);
    return a->size - a->used >= n + 64 ? FB_OK : fb_scratch_more(s);
}

uint64_t fb_scratch_bytes(const struct fb_scratch *s)
{
    return (uint64_t)s->n * FB_ARENA_BYTES;
}
