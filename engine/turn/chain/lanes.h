#ifndef FB_TURN_LANES_H
#define FB_TURN_LANES_H
/* BLAKE2b-256 of several messages at once, side by side in the processor's wide registers (AVX2; elsewhere, and of one message, by
 * libsodium): the same digests, in a third to half of the time. What a chain is proved by is hashing alone. */
#include "engine/base/span.h"
#include "engine/turn/chain/mountain.h"
enum { FB_LANES = 4 };
/* n: 1 to FB_LANES. It takes as long as the longest. */
void fb_lanes_hash(const struct fb_span *message, unsigned n, struct fb_node *out);
#endif
