#ifndef FB_SHELL_COMMIT_BATCHES_H
#define FB_SHELL_COMMIT_BATCHES_H
/* What the commit thread does about batches: it owns turn, which knows them. */
#include "engine/shell/queue.h"
/* Rows go to item->batch (room for FB_ITEM_BATCHES, made by the loop) and stay when turn's memory moves; what was refused stands in
 * item->err and item->why; what is returned is the end of the engine. */
FB_MUST_CHECK enum fb_err fb_batches_take(struct fb_turn *turn, struct fb_item *item, int64_t now_ms);
#endif
