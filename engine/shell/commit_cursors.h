#ifndef FB_SHELL_COMMIT_CURSORS_H
#define FB_SHELL_COMMIT_CURSORS_H
/* How far consumers of the feed have come: rows of CURSORS, outside the journal. Written on the commit thread, read by feed.c. */
#include "engine/shell/pace.h"
#include "engine/shell/queue.h"
#include "engine/store/store.h"
/* Acknowledgements on their way to the disk. Nobody is told that one is there, so that they may wait for the next commit of
 * records and ride along with it: one of their own would stand before those records with two flushes. */
enum { FB_CURSORS_HELD = 128 };
struct fb_cursors {
    struct fb_acked {
        char name[FB_ID_BYTES_MAX];
        uint32_t n, key;
        uint64_t epoch, seq;
    } held[FB_CURSORS_HELD];
    unsigned n;
    uint64_t since_ms;   /* ticks; of the first that is held */
    struct fb_pace beyond, no_room; /* what is logged of those that are not kept */
    uint64_t records_ms; /* ticks; when records were committed last, set by the commit thread; 0: never */
};
/* Takes an FB_ITEM_ACK; the item may go then. When there is no room, what is held is kept first. */
FB_MUST_CHECK enum fb_err fb_cursors_hold(struct fb_cursors *c, struct fb_store *store, const struct fb_item *item, uint64_t ticks_ms);
/* Writes all that are held into a transaction, in their order, and forgets them (cursors: struct fb_cursors). A position that goes
 * back, stands beyond the last event or finds no room is not kept: whoever sent it is given events again. */
FB_MUST_CHECK enum fb_err fb_cursors_write(void *cursors, struct fb_txn *txn);
/* The same in a transaction of their own, when there are any. */
FB_MUST_CHECK enum fb_err fb_cursors_keep(struct fb_cursors *c, struct fb_store *store);
/* That, unless records come just now, whose commit will take them along, and they have not waited long for it. */
FB_MUST_CHECK enum fb_err fb_cursors_keep_due(struct fb_cursors *c, struct fb_store *store, uint64_t ticks_ms);
enum { FB_CURSOR_VALUE_BYTES = 16 };
void fb_cursor_pack(unsigned char value[FB_CURSOR_VALUE_BYTES], uint64_t epoch, uint64_t seq);
bool fb_cursor_unpack(struct fb_span value, uint64_t *epoch, uint64_t *seq);
#endif
