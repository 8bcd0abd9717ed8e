#ifndef FB_PACK_POOL_H
#define FB_PACK_POOL_H
/* Memory that grows in chunks and is freed as a whole: a pack's size is known only when it has been read.
 * Bounded by FB_POOL_BYTES_MAX, so that no file can ask for more. */
#include "engine/base/span.h"
#include <stdbool.h>
#include <stddef.h>
#define FB_POOL_BYTES_MAX ((size_t)64 << 20)
struct fb_pool_chunk;
struct fb_pool {
    struct fb_pool_chunk *last;
    size_t total;
    bool bad; /* an allocation did not succeed: sticky */
};
/* n zeroed bytes aligned to 16, or NULL (and bad). */
void *fb_pool_get(struct fb_pool *pool, size_t n);
struct fb_span fb_pool_copy(struct fb_pool *pool, struct fb_span s);
void fb_pool_free(struct fb_pool *pool);

/* A list in a pool: the struct starts with these three, and `item` points to the elements. */
struct fb_list {
    void *item;
    unsigned n, room;
};
/* Room for one more element of `size` bytes, zeroed, at the end; NULL when there is no memory. Elements move
 * when a list grows: keep indexes. */
void *fb_list_add(struct fb_pool *pool, struct fb_list *list, size_t size);
#endif
