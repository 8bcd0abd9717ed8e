#ifndef FB_ALLOCATE_POLL_H
#define FB_ALLOCATE_POLL_H
/* The direct engagement interface, polled: what changed since, then each thing that did. How far was read is in the memory, and moves on
 * when the engine has answered for all of it. */
#include "adapters/inbound/allocate/api.h"
struct fb_allocate_poll_options {
    const struct fb_allocate_settings *settings;
    struct fb_allocate_sender *sender;
    const volatile sig_atomic_t *stop;
    bool once; /* one round */
    int64_t patience_ms;
};
/* FB_OK: stopped, or the one round was whole. FB_BUSY: the one round was not. */
FB_MUST_CHECK enum fb_err fb_allocate_poll(const struct fb_allocate_poll_options *o);
#endif
