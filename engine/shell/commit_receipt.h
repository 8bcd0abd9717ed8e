#ifndef FB_SHELL_COMMIT_RECEIPT_H
#define FB_SHELL_COMMIT_RECEIPT_H
/* A source's statement of a day, signed with the key that signs checkpoints: the same text each time it is asked for, because
 * the row does not change and the signature follows from it. deploy/RECEIPTS.md. */
#include "engine/shell/commit_chain.h"
#include "engine/turn/receipts/receipts.h"
/* Fills in key and signature. */
void fb_receipt_sign(struct fb_receipt *r, const struct fb_keys *keys);
/* The text with FB_WIRE_LINE for each line feed, in the arena; absent: no room. */
struct fb_span fb_receipt_for_wire(const struct fb_receipt *r, struct fb_arena *arena);
/* One item, as fb_seals_take. */
FB_MUST_CHECK enum fb_err fb_seals_receipt(struct fb_seals *s, struct fb_item *item);
#endif
