#ifndef FB_ADAPTERS_SAID_H
#define FB_ADAPTERS_SAID_H
/* What a message in a slot says, for two that have one id: read from its frame, as the engine will. */
#include "adapters/lib/slots.h"
#include "engine/base/arena.h"
/* What is left of the arena is written over and stays left: it must hold a record and what its frame unpacks to. */
struct fb_slot_said fb_slot_says(const struct fb_slot *slot, const struct fb_arena *arena);
#endif
