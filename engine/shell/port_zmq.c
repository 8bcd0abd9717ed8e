#include "engine/shell/port_zmq.h"
#include "engine/base/check.h"
#include "engine/base/z85.h"
#include "engine/shell/backlog.h"
#include "engine/shell/clock.h"
#include "engine/shell/port_lock.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/* Frames that the library may hold for one connection. A frame has up to 64 KiB, and a peer that sends without reading chooses
 * how many there are: what comes out of a ROUTER is answers in frames of hundreds, or one page for one question, so that who
 * reads never needs more. Calls of the ticker are short. */
enum { ROUND_MS = 3, ANSWERS_HELD = 64, TAKEN_AHEAD = 1024, CALLS_HELD = 8192, WISHES_AHEAD = 64 };
/* What a listener sends is a topic; the longest frame of a handshake with keys is some 300 bytes. */
enum { WISH_BYTES_MAX = 512 };

struct fb_port {
    void *socket;
    enum fb_port_kind kind;
    struct fb_stats *stats;
    struct fb_backlog backlog;
    unsigned listeners;
    size_t topic_bytes; /* of those */
    struct fb_port_watch lock; /* of a socket to the network */
};

struct option {
    int name, value;
};

static bool set_options(void *socket, const struct option *o, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (zmq_setsockopt(socket, o[i].name, &o[i].value, sizeof o[i].value) != 0)
            return false;
    return true;
}

static bool configure(void *socket, enum fb_port_kind kind, bool locked)
{
    /* Dead connections are found by the system, not by the library's heartbeats: libzmq 4.3 ends the process when it is to send one
     * on a connection that hung up while more had come from it than was read (its issue 4841). */
    static const struct option all[] = {
        {ZMQ_LINGER, 1000}, /* last answers may leave at the stop */
        {ZMQ_RCVHWM, TAKEN_AHEAD},    {ZMQ_HANDSHAKE_IVL, 3000},     {ZMQ_BACKLOG, 512},         {ZMQ_TCP_KEEPALIVE, 1},
        {ZMQ_TCP_KEEPALIVE_IDLE, 10}, {ZMQ_TCP_KEEPALIVE_INTVL, 5},  {ZMQ_TCP_KEEPALIVE_CNT, 3}, {ZMQ_TCP_MAXRT, 30000},
    };
    /* Mandatory: a frame for a peer that left is an error we see. Handover: a client of this machine that reconnects under
     * its own routing id gets the place, instead of being mute. Over the network anybody with a key could take the place of
     * somebody else so, and be sent what is meant for them: there whoever came first keeps it. */
    const struct option router[] = {{ZMQ_SNDHWM, ANSWERS_HELD}, {ZMQ_ROUTER_MANDATORY, 1}, {ZMQ_ROUTER_HANDOVER, !locked}};
    static const struct option ticker[] = {{ZMQ_SNDHWM, CALLS_HELD}, {ZMQ_RCVHWM, WISHES_AHEAD}};
    int64_t longest = kind == FB_PORT_ROUTER ? (int64_t)FB_MESSAGE_BYTES_MAX : WISH_BYTES_MAX;
    if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &longest, sizeof longest) != 0)
        return false;
    if (!set_options(socket, all, sizeof all / sizeof all[0]))
        return false;
    if (kind == FB_PORT_ROUTER)
        return set_options(socket, router, sizeof router / sizeof router[0]);
    return set_options(socket, ticker, sizeof ticker / sizeof ticker[0]);
}

enum fb_err fb_port_open(struct fb_port **out, void *zmq_context, enum fb_port_kind kind,
                         const char *endpoint, struct fb_stats *stats, const char **why)
{
    return fb_port_open_locked(out, zmq_context, kind, endpoint, NULL, stats, why);
}

enum fb_err fb_port_open_locked(struct fb_port **out, void *zmq_context, enum fb_port_kind kind, const char *endpoint,
                                const struct fb_port_lock *lock, struct fb_stats *stats, const char **why)
{
    struct fb_port *p = calloc(1, sizeof *p);
    if (p == NULL) {
        *why = "no memory is left";
        return FB_FULL;
    }
    p->kind = kind;
    p->stats = stats;
    p->socket = zmq_socket(zmq_context, kind == FB_PORT_ROUTER ? ZMQ_ROUTER : ZMQ_XPUB);
    if (p->socket == NULL || !configure(p->socket, kind, lock != NULL) ||
        (lock != NULL && !fb_port_watch_open(&p->lock, zmq_context, p->socket, lock, stats)) || zmq_bind(p->socket, endpoint) != 0 ||
        (lock != NULL && !fb_port_watch_bound(&p->lock, p->socket))) {
        *why = zmq_strerror(zmq_errno());
        fb_port_close(&p);
        return FB_IO;
    }
    *out = p;
    return FB_OK;
}

void fb_port_close(struct fb_port **port)
{
    struct fb_port *p = *port;
    *port = NULL;
    if (p == NULL)
        return;
    fb_backlog_close(&p->backlog);
    fb_port_watch_close(&p->lock, p->socket);
    if (p->socket != NULL)
        zmq_close(p->socket);
    free(p);
}

void fb_port_watch(struct fb_port *p)
{
    fb_port_watch_round(&p->lock, p->socket);
}

void fb_port_cut(struct fb_port *p)
{
    fb_port_watch_cut(&p->lock, p->socket);
}

static int fd_of(void *socket)
{
    int fd = -1;
    size_t n = sizeof fd;
    int rc = zmq_getsockopt(socket, ZMQ_FD, &fd, &n);
    fb_assert(rc == 0);
    return fd;
}

static bool is_ready(void *socket)
{
    int events = 0;
    size_t n = sizeof events;
    return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &n) == 0 && (events & ZMQ_POLLIN) != 0;
}

int fb_port_fd(const struct fb_port *p)
{
    return fd_of(p->socket);
}

bool fb_port_ready(const struct fb_port *p)
{
    return is_ready(p->socket);
}

int fb_port_news_fd(const struct fb_port *p)
{
    return fd_of(p->lock.monitor);
}

bool fb_port_news_ready(const struct fb_port *p)
{
    return is_ready(p->lock.monitor);
}

void fb_port_news_hear(struct fb_port *p)
{
    fb_port_watch_hear(&p->lock);
}

/* One part; false: none is there. */
static bool receive(struct fb_port *p, zmq_msg_t *part)
{
    while (zmq_msg_recv(part, p->socket, ZMQ_DONTWAIT) < 0)
        if (zmq_errno() != EINTR)
            return false;
    return true;
}

/* The rest of a message that has more parts than it should; how many. */
static unsigned pass_over(struct fb_port *p, zmq_msg_t *last)
{
    unsigned n = 0;
    while (zmq_msg_more(last) && receive(p, last))
        n++;
    return n;
}

/* The library makes an id of nought and four bytes that nobody else has had. One that a peer chose may be taken by another key as soon as
 * it has hung up, with what it waited for at the feed and what it had not read: over the network whoever chose one is not heard. */
static bool is_made_here(zmq_msg_t *id)
{
    return zmq_msg_size(id) == 5 && *(const unsigned char *)zmq_msg_data(id) == 0;
}

static void take_frame(struct fb_port *p, zmq_msg_t *id, zmq_msg_t *part,
                       void (*take)(void *ctx, const struct fb_peer *peer, struct fb_span frame), void *ctx)
{
    struct fb_peer peer = {0};
    size_t n = zmq_msg_size(id), length = zmq_msg_size(part);
    p->stats->frames++;
    if (!fb_port_watch_key(&p->lock, part, &peer.key)) {
        return; /* counted there */
    } else if (p->lock.locked && !is_made_here(id)) {
        fb_turned_away(p->lock.refusals, FB_TURNED_ROUTING_ID, fb_span_of(p->lock.endpoint), fb_clock_ticks_ms());
    } else if (n == 0 || n > sizeof peer.id) {
        p->stats->strange_peers++;
    } else if (length == 0 || length > FB_MESSAGE_BYTES_MAX || zmq_msg_more(part)) {
        p->stats->not_ours++;
    } else {
        peer.n = (uint8_t)n;
        memcpy(peer.id, zmq_msg_data(id), n);
        take(ctx, &peer, (struct fb_span){zmq_msg_data(part), (uint32_t)length});
    }
}

/* A listener's wish: 1 and a topic, or 0 and a topic when the last one who had it left. */
static void take_wish(struct fb_port *p, zmq_msg_t *part)
{
    const unsigned char *b = zmq_msg_data(part);
    size_t n = zmq_msg_size(part);
    if (n == 0)
        return;
    if (b[0] == 1) {
        p->listeners++;
        p->topic_bytes += n;
    } else if (b[0] == 0 && p->listeners > 0) {
        p->listeners--;
        p->topic_bytes -= n < p->topic_bytes ? n : p->topic_bytes;
    }
    fb_port_watch_topics(&p->lock, p->socket, p->topic_bytes);
}

void fb_port_drain(struct fb_port *p, unsigned most,
                   void (*take)(void *ctx, const struct fb_peer *peer, struct fb_span frame), void *ctx)
{
    zmq_msg_t first, second;
    uint64_t from_ms = fb_clock_ticks_ms();
    zmq_msg_init(&first);
    zmq_msg_init(&second);
    for (unsigned i = 0; i < most && fb_clock_ticks_ms() - from_ms <= ROUND_MS && receive(p, &first); i++) {
        if (p->kind == FB_PORT_TICKER)
            take_wish(p, &first);
        else if (zmq_msg_more(&first) && receive(p, &second))
            take_frame(p, &first, &second, take, ctx);
        (void)pass_over(p, p->kind == FB_PORT_TICKER ? &first : &second);
    }
    zmq_msg_close(&first);
    zmq_msg_close(&second);
}

static enum fb_err try_send(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    struct fb_port *p = ctx;
    int rc;
    while ((rc = zmq_send(p->socket, peer->id, peer->n, ZMQ_DONTWAIT | ZMQ_SNDMORE)) < 0 &&
           zmq_errno() == EINTR)
        ;
    if (rc < 0)
        return zmq_errno() == EAGAIN ? FB_BUSY : FB_NOT_FOUND;
    /* Once the first part is taken, the rest of the message is. */
    while ((rc = zmq_send(p->socket, frame, n, ZMQ_DONTWAIT)) < 0 && zmq_errno() == EINTR)
        ;
    return rc < 0 ? FB_NOT_FOUND : FB_OK;
}

static struct fb_backlog_way way_of(struct fb_port *p)
{
    return (struct fb_backlog_way){try_send, p, &p->stats->undelivered};
}

static enum fb_err send_frame(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    struct fb_port *p = ctx;
    const struct fb_backlog_way way = way_of(p);
    return fb_backlog_send(&p->backlog, &way, peer, frame, n, fb_clock_ticks_ms());
}

static enum fb_err send_to_pair(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    struct fb_port_pair *pair = ctx;
    struct fb_port *p = peer->key != 0 ? pair->network : pair->local;
    return p != NULL ? send_frame(p, peer, frame, n) : FB_NOT_FOUND;
}

struct fb_outlet fb_port_pair_outlet(struct fb_port_pair *pair)
{
    return (struct fb_outlet){pair, send_to_pair};
}

unsigned fb_port_retry(struct fb_port *p, uint64_t ticks_ms)
{
    const struct fb_backlog_way way = way_of(p);
    fb_backlog_retry(&p->backlog, &way, ticks_ms);
    return p->backlog.frames;
}

unsigned fb_port_kept(const struct fb_port *p)
{
    return p->backlog.frames;
}

unsigned fb_port_listeners(const struct fb_port *p)
{
    return p->listeners;
}

void fb_port_call(struct fb_port *p, struct fb_span topic, const void *frame, size_t n)
{
    /* XPUB without NODROP never blocks and never says that it dropped: the feed is the truth. */
    if (zmq_send(p->socket, topic.p, topic.n, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0)
        (void)zmq_send(p->socket, frame, n, ZMQ_DONTWAIT);
}
