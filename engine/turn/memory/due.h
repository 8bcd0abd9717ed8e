#ifndef FB_TURN_DUE_H
#define FB_TURN_DUE_H
/* What the clock alone may change, by minute: open vacancies by their start, bookings and approvals by the deadline, the end
 * of a snooze or the last day that their decision names. A heap in memory. An entry is stale when its subject is due at
 * another minute, or not at all (struct fb_held.due_min): it is dropped when it comes up. */
#include "engine/turn/memory/index.h"
struct fb_due_entry {
    uint32_t start_min, number;
};
struct fb_due {
    struct fb_due_entry *entry; /* a heap: the earliest first, then the lowest number */
    uint32_t n, room;
};
void fb_due_release(struct fb_due *d);
/* FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_due_add(struct fb_due *d, uint32_t start_min, uint32_t number);
/* The earliest that is not stale; NULL: none. */
const struct fb_due_entry *fb_due_first(struct fb_due *d, const struct fb_index *ix);
void fb_due_drop(struct fb_due *d); /* the first */
#endif
