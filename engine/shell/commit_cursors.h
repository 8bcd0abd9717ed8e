#ifndef FB_SHELL_COMMIT_CURSORS_H
#define FB_SHELL_COMMIT_CURSORS_H
/* How far consumers of the feed have come: rows of CURSORS, outside the journal. Written on the commit thread, read by feed.c. */
#include "engine/shell/queue.h"
#include "engine/store/store.h"
/* The acknowledgements (FB_ITEM_ACK) among n items, in one transaction of their own. A position that goes back, stands beyond the
 * last event or finds no room is not kept: whoever sent it is given events again. */
FB_MUST_CHECK enum fb_err fb_cursors_keep(struct fb_store *store, struct fb_item *const *item, unsigned n);
enum { FB_CURSOR_VALUE_BYTES = 16 };
void fb_cursor_pack(unsigned char value[FB_CURSOR_VALUE_BYTES], uint64_t epoch, uint64_t seq);
bool fb_cursor_unpack(struct fb_span value, uint64_t *epoch, uint64_t *seq);
#endif
