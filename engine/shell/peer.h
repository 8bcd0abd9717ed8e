#ifndef FB_SHELL_PEER_H
#define FB_SHELL_PEER_H
/* Who is at the other end of a ROUTER socket, and the way back to it. The way back has two implementations: a
 * ZeroMQ socket (port_zmq.c), and a list in memory (the tests'). */
#include "engine/base/limits.h"
#include "engine/base/span.h"
#include <string.h>
struct fb_peer {
    uint8_t n;
    unsigned char id[FB_PEER_BYTES_MAX]; /* the routing id; made by ZeroMQ for each connection of one socket */
    uint32_t key; /* number of the key that it came with over the network (gate.h); 0: over a socket of this machine */
};
static inline bool fb_peer_same(const struct fb_peer *a, const struct fb_peer *b)
{
    return a->key == b->key && a->n == b->n && memcmp(a->id, b->id, a->n) == 0;
}
struct fb_outlet {
    void *ctx;
    /* Copies the frame. A peer gets its frames in the order of the calls. FB_NOT_FOUND: that peer has gone. Anything else that may happen to a frame (a slow
     * peer, a full queue) is the outlet's to deal with: what is lost is asked for again, and answered as a
     * duplicate. */
    enum fb_err (*send)(void *ctx, const struct fb_peer *peer, const void *frame, size_t n);
};
#endif
