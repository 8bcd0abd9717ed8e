#include "engine/turn/memory/cache.h"
#include <stdlib.h>

static unsigned place_of(uint64_t journal)
{
    return (unsigned)(journal % FB_CACHE_PLACES);
}

enum fb_err fb_cache_init(struct fb_cache *c)
{
    *c = (struct fb_cache){.memory = malloc((size_t)FB_CACHE_PLACES * FB_CACHE_PLACE_BYTES), .now = 1};
    return c->memory == NULL ? FB_FULL : FB_OK;
}

void fb_cache_release(struct fb_cache *c)
{
    free(c->memory);
    c->memory = NULL;
}

const struct fb_record *fb_cache_get(struct fb_cache *c, uint64_t journal)
{
    unsigned at = place_of(journal);
    if (c->journal[at] != journal)
        return NULL;
    c->given[at] = c->now;
    return c->record[at];
}

bool fb_cache_place(struct fb_cache *c, uint64_t journal, struct fb_arena *arena)
{
    unsigned at = place_of(journal);
    if (c->journal[at] != 0 && c->given[at] == c->now)
        return false;
    c->journal[at] = 0;
    fb_arena_init(arena, c->memory + (size_t)at * FB_CACHE_PLACE_BYTES, FB_CACHE_PLACE_BYTES);
    return true;
}

void fb_cache_keep(struct fb_cache *c, uint64_t journal, const struct fb_record *record)
{
    unsigned at = place_of(journal);
    c->journal[at] = journal;
    c->record[at] = record;
    c->given[at] = c->now;
}

void fb_cache_let_go(struct fb_cache *c)
{
    c->now++;
}
