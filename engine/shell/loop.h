#ifndef FB_SHELL_LOOP_H
#define FB_SHELL_LOOP_H
/* The loop thread's round: sleep until something may have come, take a bounded number of messages from each
 * socket, hand over, again.
 *
 * A ZeroMQ descriptor is only signalled when its mailbox goes from empty to not empty, and any send or
 * receive may take that signal. So its readiness wakes the loop and decides nothing. Whether the loop may
 * sleep is asked of every socket right before it would (prepare); when one has something, an idle handle
 * makes the sleep nought; and the reading is done right after (check). Draining in the poll callback would
 * stall for ever under load, and no light test would show it. */
#include "engine/shell/port_zmq.h"
#include "engine/shell/zap.h"
#include <uv.h>
enum { FB_LOOP_SOCKETS_MAX = 10, FB_LOOP_SIGNALS = 3 };
struct fb_loop_socket {
    struct fb_port *port; /* or, with port NULL: */
    struct fb_zap *zap;   /* where the library asks about keys; or, with both NULL: */
    struct fb_port *news; /* of which it tells what becomes of connections */
    unsigned most; /* messages a round */
    void (*take)(void *ctx, const struct fb_peer *peer, struct fb_span frame);
    void *ctx;
};
struct fb_loop_hooks {
    void *ctx;
    void (*turned)(void *ctx);               /* the sockets were drained: hand over */
    void (*woken)(void *ctx);                /* another thread called fb_loop_wake */
    void (*second)(void *ctx);               /* once a second */
    void (*signalled)(void *ctx, int which); /* SIGTERM, SIGINT, SIGHUP */
};
struct fb_loop;
FB_MUST_CHECK enum fb_err fb_loop_open(struct fb_loop **out, const struct fb_loop_socket *socket, unsigned n,
                                       const struct fb_loop_hooks *hooks);
uv_loop_t *fb_loop_uv(struct fb_loop *l);
/* Before any other thread is made, so that none takes a signal: they come to fb_loop_run only. One that comes after it waits for the
 * end of the process, so who asks a second time does not kill it while it closes its store. */
void fb_loop_hold_signals(void);
/* Runs until fb_loop_end. */
void fb_loop_run(struct fb_loop *l);
void fb_loop_end(struct fb_loop *l);
/* Takes nothing more from the sockets; frames still go out. */
void fb_loop_deafen(struct fb_loop *l);
/* May be called from any thread until close; calls may be merged into one. */
void fb_loop_wake(void *loop);
/* Closes every handle and waits for work on other threads. Sockets are closed by their owner, afterwards. */
void fb_loop_close(struct fb_loop **l);
#endif
