#ifndef FB_TURN_SEEN_H
#define FB_TURN_SEEN_H
/* Every message id ever taken, refused or in conflict, in memory: a 32-bit tag of (source, message id) -> the
 * journal number of what was taken under it, and a tag of (source, id, contents) -> what was refused: an id that
 * a source uses again and again, for other contents each time, costs no more than any other. Two may share a tag (one in
 * four thousand million pairs), so a hit is proved by reading the entry. Eight bytes a slot; slots are in tag order, so that growing is one walk from left to right. */
#include "engine/base/err.h"
#include "engine/base/span.h"
#include <stdint.h>
struct fb_seen {
    uint64_t *slot; /* tag << 32 | journal; 0: free */
    uint32_t n_slots, n;
};
/* Room for `expected` ids before the first growth. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_seen_init(struct fb_seen *s, uint64_t expected);
void fb_seen_release(struct fb_seen *s);
uint32_t fb_seen_tag(uint32_t source, struct fb_span message_id);
uint32_t fb_seen_contents(uint32_t tag, const unsigned char digest[16]);
/* The tag will be asked for soon: has its place fetched (fb_diary_near). */
void fb_seen_near(const struct fb_seen *s, uint32_t tag);
FB_MUST_CHECK enum fb_err fb_seen_add(struct fb_seen *s, uint32_t tag, uint32_t journal);
/* The journal numbers under a tag, one after another; 0: no more. *at is 0 before the first. */
uint32_t fb_seen_next(const struct fb_seen *s, uint32_t tag, uint32_t *at);
uint64_t fb_seen_bytes(const struct fb_seen *s);
#endif
