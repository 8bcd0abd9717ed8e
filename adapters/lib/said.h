#ifndef FB_ADAPTERS_SAID_H
#define FB_ADAPTERS_SAID_H
/* What a message in a slot says, for two that have one id: read from its frame, as the engine will. */
#include "adapters/lib/slots.h"
#include "engine/base/arena.h"
/* The arena is used and not reset. */
struct fb_slot_said fb_slot_says(const struct fb_slot *slot, struct fb_arena *arena);
#endif
