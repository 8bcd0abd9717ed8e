#include "engine/pack/pool.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 << 10)
#define ALIGN       16u

struct fb_pool_chunk {
    struct fb_pool_chunk *before;
    size_t size, used;
    _Alignas(ALIGN) unsigned char bytes[];
};

static struct fb_pool_chunk *add_chunk(struct fb_pool *pool, size_t least)
{
    size_t size = least > CHUNK_BYTES ? least : CHUNK_BYTES;
    if (size > FB_POOL_BYTES_MAX - pool->total)
        return NULL;
    struct fb_pool_chunk *c = calloc(1, sizeof *c + size);
    if (c == NULL)
        return NULL;
    c->before = pool->last;
    c->size = size;
    pool->last = c;
    pool->total += size;
    return c;
}

void *fb_pool_get(struct fb_pool *pool, size_t n)
{
    if (n > FB_POOL_BYTES_MAX || pool->bad) {
        pool->bad = true;
        return NULL;
    }
    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    struct fb_pool_chunk *c = pool->last;
    if (c == NULL || n > c->size - c->used)
        c = add_chunk(pool, n);
    if (c == NULL) {
        pool->bad = true;
        return NULL;
    }
    void *p = c->bytes + c->used;
    c->used += n;
    return p;
}

struct fb_span fb_pool_copy(struct fb_pool *pool, struct fb_span s)
{
    char *p = fb_pool_get(pool, s.n);
    if (p == NULL || s.n == 0)
        return (struct fb_span){NULL, 0};
    memcpy(p, s.p, s.n);
    return (struct fb_span){p, s.n};
}

void fb_pool_free(struct fb_pool *pool)
{
    while (pool->last != NULL) {
        struct fb_pool_chunk *c = pool->last;
        pool->last = c->before;
        free(c);
    }
    *pool = (struct fb_pool){0};
}

void *fb_list_add(struct fb_pool *pool, struct fb_list *list, size_t size)
{
    if (list->n == list->room) {
        unsigned room = list->room == 0 ? 16 : list->room * 2;
        void *item = fb_pool_get(pool, room * size);
        if (item == NULL)
            return NULL;
        if (list->n > 0)
            memcpy(item, list->item, list->n * size);
        list->item = item;
        list->room = room;
    }
    return (unsigned char *)list->item + size * list->n++;
}
