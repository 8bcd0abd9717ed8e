#ifndef FB_SHELL_PORT_ZMQ_H
#define FB_SHELL_PORT_ZMQ_H
/* One ZeroMQ socket with the traps sprung: every call is non-blocking, every part of a message is taken even
 * when the message is not, a drain is bounded so that timers and the other sockets keep their turn, and a
 * peer that reads slowly fills a bounded list and nothing else. Used by the loop thread only. */
#include "engine/shell/peer.h"
#include "engine/shell/refusals.h"
#include "engine/shell/stats.h"
enum fb_port_kind {
    FB_PORT_ROUTER, /* door and feed: one-part frames from many peers */
    FB_PORT_TICKER  /* calls out to whoever listens (XPUB: so that we know whether anybody does) */
};
struct fb_port;
/* FB_IO: *why says what the system said. The endpoint's file (ipc) is made with the process's umask. */
FB_MUST_CHECK enum fb_err fb_port_open(struct fb_port **out, void *zmq_context, enum fb_port_kind kind,
                                       const char *endpoint, struct fb_stats *stats, const char **why);
/* What a socket to the network has more: it takes keys only (CURVE), and says each peer's key number. */
struct fb_port_lock {
    const char *domain;               /* which socket it is, for zap.h, which must be served: bound before this is */
    const unsigned char *secret;      /* the engine's key, 32 bytes; not kept */
    struct fb_refusals *refusals;     /* connections that never came as far as a key are counted there */
};
FB_MUST_CHECK enum fb_err fb_port_open_locked(struct fb_port **out, void *zmq_context, enum fb_port_kind kind, const char *endpoint,
                                              const struct fb_port_lock *lock, struct fb_stats *stats, const char **why);
/* Of a locked one: what the library tells of its connections, which must be heard as it comes. */
int fb_port_news_fd(const struct fb_port *p);
bool fb_port_news_ready(const struct fb_port *p);
void fb_port_news_hear(struct fb_port *p);
/* Once a second: tries to bind again where fb_port_cut could not. */
void fb_port_watch(struct fb_port *p);
/* Cuts every connection: whoever may still come connects again, and is asked for the key again. The library has no call to cut
 * one peer. */
void fb_port_cut(struct fb_port *p);
void fb_port_close(struct fb_port **p);
int fb_port_fd(const struct fb_port *p);
/* There is something to read now. Must be asked right before the loop sleeps: any send or receive may have
 * taken the descriptor's signal. */
bool fb_port_ready(const struct fb_port *p);
/* Takes at most `most` messages, and none any more after a few milliseconds (questions take longer than records), and hands each
 * to `take`; the frame lives until take returns. */
void fb_port_drain(struct fb_port *p, unsigned most,
                   void (*take)(void *ctx, const struct fb_peer *peer, struct fb_span frame), void *ctx);
/* Two sockets as one: peers with a key by the second, those of this machine by the first. The pair must outlive the outlet. */
struct fb_port_pair {
    struct fb_port *local, *network; /* network NULL: there is none */
};
struct fb_outlet fb_port_pair_outlet(struct fb_port_pair *pair);
/* Tries the kept frames again; drops those that waited for five seconds. How many are left. */
unsigned fb_port_retry(struct fb_port *p, uint64_t ticks_ms);
unsigned fb_port_kept(const struct fb_port *p);
/* TICKER: how many topics somebody listens to, and one call. */
unsigned fb_port_listeners(const struct fb_port *p);
void fb_port_call(struct fb_port *p, struct fb_span topic, const void *frame, size_t n);
#endif
