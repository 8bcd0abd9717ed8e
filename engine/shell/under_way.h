#ifndef FB_SHELL_UNDER_WAY_H
#define FB_SHELL_UNDER_WAY_H
/* How many questions of each asker are on their way round by the commit thread, where they stand before and after what publishers
 * send. An asker is a key, over however many connections; over this machine's sockets, a connection. Loop thread only. */
#include "engine/shell/peer.h"
struct fb_under_way {
    unsigned n_askers;
    struct fb_asking {
        struct fb_peer peer;
        unsigned n;
    } asker[FB_ASKERS_MAX]; /* those with any */
};
/* One more may be on its way. */
bool fb_under_way_has_room(const struct fb_under_way *u, const struct fb_peer *peer);
/* One left, of an asker for whom there is room; one came back. */
void fb_under_way_left(struct fb_under_way *u, const struct fb_peer *peer);
void fb_under_way_back(struct fb_under_way *u, const struct fb_peer *peer);
#endif
