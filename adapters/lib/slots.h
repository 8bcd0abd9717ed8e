#ifndef FB_ADAPTERS_SLOTS_H
#define FB_ADAPTERS_SLOTS_H
/* The messages that wait for their answer: a fixed pool, found by message id through a hash table, and
 * threaded on lists in the order in which something is due, so that nothing is ever scanned.
 *
 * Lifetimes: 1. a slot's frame memory is kept and used again by the next message; 2. slot numbers are valid
 * from fb_slots_take to fb_slots_drop. Two messages with one id (a file that repeats a row) are not in flight
 * together: the second stands behind the first, so that answers go to their own message. */
#include "engine/base/err.h"
#include "engine/base/limits.h"
#include "engine/base/span.h"
#include <stdbool.h>
#define FB_SLOTS_MAX 8192u
#define FB_SLOT_NONE UINT32_MAX
enum fb_slot_list {
    FB_SLOT_FREE,
    FB_SLOT_READY,   /* to be sent (again) at once */
    FB_SLOT_SENT,    /* waits for its answer; oldest first */
    FB_SLOT_RESTING, /* answered `busy`; oldest first */
    FB_SLOT_LISTS,
    FB_SLOT_BEHIND /* on no list: another message with its id goes first */
};
struct fb_slot {
    unsigned char *frame;
    uint32_t size, n; /* of the memory, of the frame */
    uint32_t prev, next, chain;
    uint32_t behind, last; /* the next with this id; on the first of them, the last */
    uint32_t bucket;
    enum fb_slot_list list;
    int64_t at_ms; /* when it was put on its list */
    uint64_t tag;  /* the caller's own */
    uint8_t id_n;
    char id[FB_ID_BYTES_MAX];
};
struct fb_slots {
    struct fb_slot *slot;
    uint32_t *bucket;
    uint32_t head[FB_SLOT_LISTS], tail[FB_SLOT_LISTS];
    uint32_t used;
};
FB_MUST_CHECK enum fb_err fb_slots_open(struct fb_slots *s);
void fb_slots_close(struct fb_slots *s);
/* A free slot with at least `size` bytes of frame memory, on no list yet; FB_SLOT_NONE when all are taken or
 * there is no memory. */
uint32_t fb_slots_take(struct fb_slots *s, uint32_t size);
/* Gives the slot its id. True: it is the only one with it, and may be sent. False: it stands behind another.
 */
bool fb_slots_name(struct fb_slots *s, uint32_t i, struct fb_span id);
/* The slot that waits for an answer to this id, or FB_SLOT_NONE. */
uint32_t fb_slots_find(const struct fb_slots *s, struct fb_span id);
void fb_slots_move(struct fb_slots *s, uint32_t i, enum fb_slot_list list, int64_t at_ms);
/* Frees the slot; the one that stood behind it, if any, becomes READY. */
void fb_slots_drop(struct fb_slots *s, uint32_t i, int64_t at_ms);
#endif
