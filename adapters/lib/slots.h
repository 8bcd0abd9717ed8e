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
/* Two messages with one id, as the engine compares them: hashes of all that makes a repeat, and of what makes a refusal again. */
struct fb_slot_said {
    uint64_t contents, body;
};
/* One that went out more than once, and was answered: more answers to it may come. */
struct fb_slot_gone {
    uint64_t id; /* its hash */
    uint64_t journal;
    struct fb_slot_said said;
};
enum { FB_SLOT_GONE_MAX = 512 };
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
    uint32_t sends; /* times that it went out */
    uint8_t id_n;
    char id[FB_ID_BYTES_MAX];
};
struct fb_slots {
    struct fb_slot *slot;
    uint32_t *bucket;
    uint32_t head[FB_SLOT_LISTS], tail[FB_SLOT_LISTS];
    uint32_t used, n_gone; /* n_gone: so far, of which the last FB_SLOT_GONE_MAX are remembered */
    struct fb_slot_gone gone[FB_SLOT_GONE_MAX];
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
/* Remembers that slot i, which said this, was answered under this journal number. The oldest of FB_SLOT_GONE_MAX is forgotten. */
void fb_slots_remember(struct fb_slots *s, uint32_t i, uint64_t journal, struct fb_slot_said said);
/* A message with this id that was answered so; NULL: none is remembered. */
const struct fb_slot_gone *fb_slots_gone(const struct fb_slots *s, struct fb_span id, uint64_t journal);
/* Frees the slot; the one that stood behind it, if any, becomes READY. */
void fb_slots_drop(struct fb_slots *s, uint32_t i, int64_t at_ms);
#endif
