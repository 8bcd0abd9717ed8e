#ifndef FB_TURN_SOURCES_H
#define FB_TURN_SOURCES_H
/* The publishing systems, by number: 1 is the first that was told of. Names are kept here, at fixed
 * addresses. */
#include "engine/core/record.h"
struct fb_sources {
    unsigned n;
    struct fb_source row[FB_SOURCES_MAX + 1]; /* [0] is not used */
    char name[FB_SOURCES_MAX + 1][FB_SOURCE_BYTES_MAX];
};
uint32_t fb_sources_find(const struct fb_sources *s, struct fb_span name);           /* 0: not known */
const struct fb_source *fb_sources_get(const struct fb_sources *s, uint32_t number); /* NULL: not known */
bool fb_sources_same(const struct fb_source *a, const struct fb_source *b);
/* Number 1..n replaces, n + 1 adds. FB_LIMIT: FB_SOURCES_MAX are held; FB_REFUSED: no name, or too long. */
FB_MUST_CHECK enum fb_err fb_sources_put(struct fb_sources *s, uint32_t number, const struct fb_source *row);
#endif
