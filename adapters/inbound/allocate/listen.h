#ifndef FB_ALLOCATE_LISTEN_H
#define FB_ALLOCATE_LISTEN_H
/* Events as HTTP posts, one JSON object each. 2xx means that the engine has it on its disk: the connection waits for that, so that no spool
 * of our own can be lost. 4xx: cannot be read, and was set aside with its reason; 503: the engine is away, say it again. */
#include "adapters/inbound/allocate/send.h"
struct fb_allocate_listener;
/* FB_IO: the address cannot be listened at. */
FB_MUST_CHECK enum fb_err fb_allocate_listen_open(struct fb_allocate_listener **out, const struct fb_allocate_settings *settings, struct fb_allocate_sender *sender);
void fb_allocate_listen_close(struct fb_allocate_listener **listener);
unsigned fb_allocate_listen_port(const struct fb_allocate_listener *l);
/* Until *stop: requests and answers in turn, in one loop. */
FB_MUST_CHECK enum fb_err fb_allocate_listen_run(struct fb_allocate_listener *l, const volatile sig_atomic_t *stop);
/* An event of a path of the vacancy interface: a body becomes {eventType, ...}; any other path takes events as they are. NULL: not understood. */
json_t *fb_allocate_of_path(const char *path, json_t *body);
#endif
