#ifndef FB_ADAPTERS_LIB_ASK_H
#define FB_ADAPTERS_LIB_ASK_H
/* One question, one answer: a frame goes to the engine's door or feed and the next frame comes back. For
 * people's tools; publishers use client.h. Not for use from two threads. */
#include "adapters/lib/curve.h"
#include "engine/base/arena.h"
struct fb_ask;
/* Connects (lazily: an engine that is not there shows as a time-out). curve NULL: without keys. FB_IO: the endpoint cannot be used. */
FB_MUST_CHECK enum fb_err fb_ask_open_with(struct fb_ask **out, const char *endpoint, const struct fb_curve *curve);
void fb_ask_close(struct fb_ask **a);
/* Sends and waits. FB_BUSY: no answer within timeout_ms. The answer is copied into the arena (FB_LIMIT: too
 * small). */
FB_MUST_CHECK enum fb_err fb_ask_send(struct fb_ask *a, struct fb_span frame, int timeout_ms,
                                      struct fb_arena *arena, struct fb_span *answer);
#endif
