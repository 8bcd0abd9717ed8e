#ifndef FB_TURN_CACHE_H
#define FB_TURN_CACHE_H
/* Decoded register records (organisations, agencies, framework places) and approvals, by the journal number of their
 * version: every booking reads them, and they hardly ever change. Bounded; a version never changes, so
 * nothing goes stale. A record that does not fit its place is simply not kept.
 *
 * Two versions may want the same place. What was given out since the last fb_cache_let_go stays put until the next,
 * because a view points at it: the later one is then not kept. */
#include "engine/core/record.h"
enum { FB_CACHE_PLACES = 512, FB_CACHE_PLACE_BYTES = 12288 };
struct fb_cache {
    unsigned char *memory;
    uint64_t journal[FB_CACHE_PLACES]; /* 0: free */
    const struct fb_record *record[FB_CACHE_PLACES];
    uint64_t given[FB_CACHE_PLACES], now; /* when a place was last given out */
};
FB_MUST_CHECK enum fb_err fb_cache_init(struct fb_cache *c);
void fb_cache_release(struct fb_cache *c);
const struct fb_record *fb_cache_get(struct fb_cache *c, uint64_t journal); /* NULL: not held */
/* The place for a version, emptied, as an arena; fb_cache_keep when the record stands in it. false: it is given out. */
bool fb_cache_place(struct fb_cache *c, uint64_t journal, struct fb_arena *arena);
void fb_cache_keep(struct fb_cache *c, uint64_t journal, const struct fb_record *record);
/* Nobody points at a cached record any more. */
void fb_cache_let_go(struct fb_cache *c);
#endif
