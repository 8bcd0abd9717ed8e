#include "engine/turn/cache.h"
#include <stdlib.h>

static unsigned place_of(uint64_t journal)
{
    return (unsigned)(journal % FB_CACHE_PLACES);
}

enum fb_err fb_cache_init(struct fb_cache *c)
{
    *c = (struct fb_cache){.memory = malloc((size_t)FB_CACHE_PLACES * FB_CACHE_PLACE_BYTES)};
    return c->memory == NULL ? FB_FULL : FB_OK;
}

void fb_cache_release(struct fb_cache *c)
{
    free(c->memory);
    c->memory = NULL;
}

const struct fb_record *fb_cache_get(const struct fb_cache *c, uint64_t journal)
{
    unsigned at = place_of(journal);
    return c->journal[at] == journal ? c->record[at] : NULL;
}

void fb_cache_place(struct fb_cache *c, uint64_t journal, struct fb_arena *arena)
{
    unsigned at = place_of(journal);
    c->journal[at] = 0;
    fb_arena_init(arena, c->memory + (size_t)at * FB_CACHE_PLACE_BYTES, FB_CACHE_PLACE_BYTES);
}

void fb_cache_keep(struct fb_cache *c, uint64_t journal, const struct fb_record *record)
{
    unsigned at = place_of(journal);
    c->journal[at] = journal;
    c->record[at] = record;
}
