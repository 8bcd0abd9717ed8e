#ifndef FB_SHELL_NETWORK_H
#define FB_SHELL_NETWORK_H
/* The engine's side of the network: its key, who may connect (gate.h), the place where the library asks (zap.h), and the sockets
 * that take keys. Each stands beside the one of this machine that does the same work, so that a publisher over the network and one
 * beside the engine meet the same door.
 *
 * Order: the gate and the ZAP socket first, then the sockets. Closing is the reverse, after the loop has let go of them. */
#include "engine/shell/config.h"
#include "engine/shell/loop.h"
struct fb_network {
    const struct fb_config *config;
    struct fb_gate *gate;
    struct fb_zap *zap; /* NULL: there is no network, and no socket of those below */
    struct fb_port *door, *feed, *ticker;
};
/* false: what is wrong was logged; *keys_wrong: it is the engine's key or the identities. Close all the same. */
bool fb_network_open(struct fb_network *n, const struct fb_config *config, void *zmq_context, struct fb_stats *stats, bool *keys_wrong);
void fb_network_close(struct fb_network *n);
/* The sockets, with their bounds, for the loop; how many. `door` and `feed` are what is taken with. */
unsigned fb_network_sockets(const struct fb_network *n, const struct fb_loop_socket *door, const struct fb_loop_socket *feed,
                            const struct fb_loop_socket *ticker, struct fb_loop_socket *out);
/* SIGHUP: reads the identities again. A file with an error changes nothing, and is told of line by line. True: others are in
 * force now. */
bool fb_network_reload(struct fb_network *n);
/* Once a second. True: a day has come on which keys are revoked. */
bool fb_network_second(struct fb_network *n);
/* The engine's key, of the file that the configuration names as `fairbank keys make` writes it: one without a leading / lies in the data
 * folder. FB_REFUSED, FB_IO: *why says what is wrong with which file. */
FB_MUST_CHECK enum fb_err fb_network_key_of(const struct fb_config *config, unsigned char secret[FB_Z85_KEY_BYTES], struct fb_text *why);
#endif
