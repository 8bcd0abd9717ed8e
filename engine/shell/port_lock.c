#include "engine/shell/port_lock.h"
#include "engine/shell/clock.h"
#include "engine/shell/log.h"
#include "engine/shell/zap.h"
#include <stdio.h>
#include <string.h>

/* What the monitor tells that nobody else counts. A key that is not let in is counted where keys are asked for (zap.c). */
static const struct {
    uint16_t event;
    enum fb_turned cause;
} failures[] = {{ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, FB_TURNED_HANDSHAKE},
                {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, FB_TURNED_NO_KEY},
                {ZMQ_EVENT_ACCEPT_FAILED, FB_TURNED_ACCEPT}};

/* Heard in one round of the loop. */
enum { HEARD_MAX = 4096, EVENTS = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_ACCEPT_FAILED };

/* The monitor's way to us has no high-water mark: the library's own thread would wait for us there, and we for it at the end. The
 * loop empties it as it fills. */
static bool open_monitor(struct fb_port_watch *w, void *zmq_context, void *socket)
{
    const int none = 0;
    char name[64];
    snprintf(name, sizeof name, "inproc://fairbank-watch-%p", socket);
    if (zmq_socket_monitor(socket, name, EVENTS) != 0)
        return false;
    w->monitor = zmq_socket(zmq_context, ZMQ_PAIR);
    return w->monitor != NULL && zmq_setsockopt(w->monitor, ZMQ_RCVHWM, &none, sizeof none) == 0 &&
           zmq_setsockopt(w->monitor, ZMQ_LINGER, &none, sizeof none) == 0 && zmq_connect(w->monitor, name) == 0;
}

bool fb_port_watch_open(struct fb_port_watch *w, void *zmq_context, void *socket, const struct fb_port_lock *lock, struct fb_stats *stats)
{
    const int yes = 1;
    w->locked = true;
    w->refusals = lock->refusals;
    w->crowded = &stats->crowded;
    return zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &yes, sizeof yes) == 0 &&
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, lock->secret, FB_Z85_KEY_BYTES) == 0 &&
           zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, lock->domain, strlen(lock->domain)) == 0 && open_monitor(w, zmq_context, socket);
}

bool fb_port_watch_bound(struct fb_port_watch *w, void *socket)
{
    size_t n = sizeof w->endpoint;
    return zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, w->endpoint, &n) == 0;
}

void fb_port_watch_close(struct fb_port_watch *w, void *socket)
{
    if (w->monitor == NULL)
        return;
    (void)zmq_socket_monitor(socket, NULL, 0);
    zmq_close(w->monitor);
    w->monitor = NULL;
}

static void count(struct fb_port_watch *w, uint16_t event, struct fb_span address)
{
    *w->crowded += event == ZMQ_EVENT_ACCEPT_FAILED;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (failures[i].event == event)
            fb_turned_away(w->refusals, failures[i].cause, address, fb_clock_ticks_ms());
}

/* A 16-bit event with its value, then the address at which it happened: ours. */
void fb_port_watch_hear(struct fb_port_watch *w)
{
    unsigned char event[16];
    char address[FB_PORT_ENDPOINT_BYTES];
    for (unsigned i = 0; i < HEARD_MAX && zmq_recv(w->monitor, event, sizeof event, ZMQ_DONTWAIT) >= 2; i++) {
        uint16_t what;
        memcpy(&what, event, sizeof what);
        int n = zmq_recv(w->monitor, address, sizeof address, ZMQ_DONTWAIT);
        if (n >= 0)
            count(w, what, (struct fb_span){address, (uint32_t)n < sizeof address ? (uint32_t)n : (uint32_t)sizeof address});
    }
}

static void bind_again(struct fb_port_watch *w, void *socket)
{
    if (w->unbound && zmq_bind(socket, w->endpoint) == 0) {
        w->unbound = false;
        if (!w->crammed) /* which was logged by who was turned away */
            fb_log(FB_LOG_INFO, "%s is bound again: listeners connect anew, and are asked for their keys", w->endpoint);
    }
}

void fb_port_watch_round(struct fb_port_watch *w, void *socket)
{
    if (w->locked)
        bind_again(w, socket);
}

/* The library lets go of the address a little later, so the first try to bind may fail; the next is a second away. */
void fb_port_watch_cut(struct fb_port_watch *w, void *socket)
{
    if (!w->locked || w->unbound || zmq_unbind(socket, w->endpoint) != 0)
        return;
    w->unbound = true;
    bind_again(w, socket);
}

void fb_port_watch_topics(struct fb_port_watch *w, void *socket, size_t bytes)
{
    if (w->locked && bytes > FB_TOPICS_BYTES_MAX && !w->crammed) {
        w->crammed = true;
        fb_turned_away(w->refusals, FB_TURNED_TOPICS, fb_span_of(w->endpoint), fb_clock_ticks_ms());
        fb_port_watch_cut(w, socket);
    }
    w->crammed = w->crammed && bytes > 0;
}

/* Taken from the payload: of the part before it, which holds the routing id, this version of the library forgets it. */
bool fb_port_watch_key(struct fb_port_watch *w, zmq_msg_t *part, uint32_t *key)
{
    int64_t number = 0;
    *key = 0;
    if (!w->locked)
        return true; /* whatever such a peer says of itself is not looked at */
    const char *text = zmq_msg_gets(part, FB_ZAP_NUMBER);
    if (text != NULL && fb_parse_int(&number, fb_span_of(text)) == FB_OK && number > 0 && number <= FB_CONNECTION_KEYS_MAX)
        *key = (uint32_t)number;
    else
        fb_turned_away(w->refusals, FB_TURNED_NOBODY, fb_span_of(w->endpoint), fb_clock_ticks_ms());
    return *key != 0;
}
