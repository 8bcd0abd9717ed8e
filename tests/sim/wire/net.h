#ifndef FB_TESTS_SIM_NET_H
#define FB_TESTS_SIM_NET_H
/* The network of a run: a link for each publisher and consumer, frames on their way in both directions, and what happens to them.
 * The adapters' own library runs on it unchanged: net_zmq.c has the few functions of ZeroMQ that it calls, and stands in their
 * place when the simulator is linked.
 *
 * What a link does is worse than what TCP does (it drops, repeats and reorders frames within a connection), because the protocol
 * promises publishers to bear that; a consumer's question and answer carry no names, so of its frames some are lost or late, and none
 * comes twice or out of order within a connection. Nor are answers repeated, nor messages whose id another one has: the client
 * library knows by what it sent itself how many answers may come. A garbled frame is what a broken adapter would send: no transport delivers flipped bits. So it comes
 * beside or instead of the true one, only to the engine, and only when the engine can tell; what it cannot tell is another
 * message, and workload.c has those. */
#include "engine/shell/peer.h"
#include "tests/sim/swarm.h"

enum { SIM_PUBLISHERS = 7, SIM_CONSUMERS = 3, SIM_LINKS = SIM_PUBLISHERS + SIM_CONSUMERS, SIM_TOLD_MAX = 8 };
enum sim_way { SIM_TO_ENGINE, SIM_FROM_ENGINE, SIM_WAYS };
struct sim_flight {
    struct sim_flight *next;
    int64_t due_ms;
    uint32_t connection, n;
    int message; /* index of the message in it, -1: none */
    unsigned char bytes[];
};
struct sim_link {
    unsigned number;
    bool open, watched;      /* there is a socket; it wants to hear of its connections */
    uint32_t connection;     /* 0: none */
    int64_t back_ms;         /* no connection before then */
    int64_t held_ms;         /* nothing arrives before then */
    int64_t last_ms[SIM_WAYS];
    struct sim_flight *way[SIM_WAYS]; /* by due */
    unsigned n_told;         /* what the monitor has to say: enough for what a round can bring */
    uint16_t told[SIM_TOLD_MAX];
    bool half_told;          /* the first of an event's two parts was read */
};
struct sim_wire;
struct sim_net {
    struct sim_wire *wire;
    struct sim_link link[SIM_LINKS];
    uint32_t connections; /* so far */
    bool listening;       /* the engine is there */
};
void sim_net_open(struct sim_net *net, struct sim_wire *wire);
void sim_net_close(struct sim_net *net);
/* Connections come and go. */
void sim_net_tick(struct sim_net *net);
/* The connection is lost, and perhaps what was on its way; none comes before so many milliseconds have passed. */
void sim_net_lose(struct sim_net *net, struct sim_link *l, int64_t for_ms);
/* The next frame that has arrived at the engine, taken off the link; NULL: none. Freed by the caller. */
struct sim_flight *sim_net_take(struct sim_net *net, struct sim_link *l);
/* A frame on its way. */
void sim_net_send(struct sim_net *net, struct sim_link *l, enum sim_way way, const void *frame, size_t n, int message);
/* As the engine's sockets send: an outlet of the door and the feed. ctx: the net. */
enum fb_err sim_net_answer(void *net, const struct fb_peer *peer, const void *frame, size_t n);
struct fb_peer sim_net_peer(const struct sim_link *l, const struct sim_flight *f);
/* From now on nothing is held up or kept apart. */
void sim_net_heal(struct sim_net *net);
#endif
