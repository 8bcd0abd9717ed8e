#ifndef FB_TURN_VERSIONS_H
#define FB_TURN_VERSIONS_H
/* Every version of each approval, in memory: journal numbers, winners and losers alike, in the order in which they came. A fold of
 * IDS, so it is the same after every opening. An approval is the only record whose earlier versions still count: what was granted by
 * telephone and lapsed is nothing that a later version can take away (gather.h, fb_gather_standing). */
#include "engine/base/err.h"
#include <stdint.h>
struct fb_versions_row {
    uint32_t number, journal;
};
struct fb_versions {
    struct fb_versions_row *row; /* ascending by number, then as they came */
    uint32_t n, room;
};
void fb_versions_release(struct fb_versions *v);
FB_MUST_CHECK enum fb_err fb_versions_add(struct fb_versions *v, uint32_t number, uint32_t journal);
/* The journal numbers of its versions, the first `max` that came. Returns how many. */
unsigned fb_versions_of(const struct fb_versions *v, uint32_t number, uint32_t *journal, unsigned max);
uint64_t fb_versions_bytes(const struct fb_versions *v);
#endif
