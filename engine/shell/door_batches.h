#ifndef FB_SHELL_DOOR_BATCHES_H
#define FB_SHELL_DOOR_BATCHES_H
/* The part of the door where people ask about batches, and take one back. */
#include "engine/shell/door.h"
void fb_door_batches(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_withdraw_batch(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
/* For the answers. */
void fb_door_batches_room(struct fb_item *item);
/* Items that came back; frees them. */
void fb_door_tell_batches(struct fb_door *d, struct fb_item *item);
#endif
