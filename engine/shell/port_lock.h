#ifndef FB_SHELL_PORT_LOCK_H
#define FB_SHELL_PORT_LOCK_H
/* The part of a socket (port_zmq.c, the only one that includes this) that is about keys: the library's options for CURVE, what its
 * monitor tells of connections that failed, and which key a message came with. */
#include "engine/shell/port_zmq.h"
#include <zmq.h>
enum { FB_PORT_ENDPOINT_BYTES = 256 };
struct fb_port_watch {
    bool locked, unbound;
    bool crammed; /* topics beyond what is kept, until they are gone */
    uint64_t *crowded; /* counted there: connections for which no descriptor was left */
    void *monitor;
    struct fb_refusals *refusals;
    char endpoint[FB_PORT_ENDPOINT_BYTES]; /* as the library calls it */
};
/* Before the bind. False: zmq_errno says why. */
bool fb_port_watch_open(struct fb_port_watch *w, void *zmq_context, void *socket, const struct fb_port_lock *lock, struct fb_stats *stats);
bool fb_port_watch_bound(struct fb_port_watch *w, void *socket);
void fb_port_watch_close(struct fb_port_watch *w, void *socket);
void fb_port_watch_round(struct fb_port_watch *w, void *socket);
void fb_port_watch_hear(struct fb_port_watch *w);
void fb_port_watch_cut(struct fb_port_watch *w, void *socket);
/* So many bytes of topics are listened to now: too many, and every listener is cut off, once. */
void fb_port_watch_topics(struct fb_port_watch *w, void *socket, size_t bytes);
/* The number of the key that this part of a message came with; without a lock 0. False: it has none, and was counted. */
bool fb_port_watch_key(struct fb_port_watch *w, zmq_msg_t *part, uint32_t *key);
#endif
