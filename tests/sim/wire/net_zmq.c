/* The functions of ZeroMQ that the adapters' library calls, over the simulated network. They are linked in place of the
 * library's, and so are fb_dealer_open_with and the clocks: of client.c, feed.c and slots.c no line is another than in an adapter.
 *
 * An endpoint is the number of a link. The library makes its monitor right after its socket, which is how they are known to
 * belong together. */
#include "adapters/lib/dealer.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include "tests/sim/wire/wire.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

struct handle {
    struct sim_link *link;
    bool monitor;
};
static struct sim_wire *at;
static struct handle socket_of[SIM_LINKS], monitor_of[SIM_LINKS];
static unsigned newest;

void sim_zmq_set(struct sim_wire *wire)
{
    at = wire;
    for (unsigned i = 0; i < SIM_LINKS; i++) {
        socket_of[i] = (struct handle){&wire->net.link[i], false};
        monitor_of[i] = (struct handle){&wire->net.link[i], true};
    }
}

int64_t fb_clock_now_ms(void)
{
    return at->r->now_ms;
}

uint64_t fb_clock_ticks_ms(void)
{
    return (uint64_t)at->ticks_ms;
}

uint64_t fb_clock_ticks_us(void)
{
    return (uint64_t)at->ticks_ms * 1000;
}

int64_t fb_dealer_now_ms(void)
{
    return at->ticks_ms;
}

enum fb_err fb_dealer_open_with(void **out, void *context, const char *endpoint, int64_t max_bytes, const char *monitor,
                                const struct fb_curve *curve)
{
    (void)context, (void)max_bytes, (void)curve;
    newest = (unsigned)(endpoint[0] - '0');
    struct sim_link *l = &at->net.link[newest];
    fb_assert(newest < SIM_LINKS && !l->open);
    l->open = true;
    l->watched = monitor != NULL;
    l->n_told = 0;
    l->half_told = false;
    *out = &socket_of[newest];
    return FB_OK;
}

void *zmq_ctx_new(void)
{
    return at;
}

int zmq_ctx_term(void *context)
{
    return context == at ? 0 : -1;
}

void *zmq_socket(void *context, int type)
{
    fb_assert(context == at && type == ZMQ_PAIR);
    return &monitor_of[newest];
}

int zmq_connect(void *socket, const char *endpoint)
{
    (void)endpoint;
    return ((const struct handle *)socket)->monitor ? 0 : -1;
}

int zmq_socket_monitor(void *socket, const char *endpoint, int events)
{
    (void)endpoint, (void)events;
    ((struct handle *)socket)->link->watched = false;
    return 0;
}

int zmq_close(void *socket)
{
    const struct handle *h = socket;
    if (h->monitor)
        return 0;
    sim_net_lose(&at->net, h->link, 0);
    h->link->open = h->link->watched = false;
    return 0;
}

int zmq_send(void *socket, const void *frame, size_t n, int flags)
{
    const struct handle *h = socket;
    fb_assert(flags == ZMQ_DONTWAIT && !h->monitor);
    if (h->link->connection == 0) { /* ZMQ_IMMEDIATE: nothing is queued for a connection that is not there */
        errno = EAGAIN;
        return -1;
    }
    sim_net_send(&at->net, h->link, SIM_TO_ENGINE, frame, n, sim_post_find(at, h->link->number, frame, n));
    return (int)n;
}

/* An event is two frames: its number with a value, and an address. */
static int monitor_recv(struct sim_link *l, void *frame, size_t n)
{
    if (l->n_told == 0) {
        errno = EAGAIN;
        return -1;
    }
    l->half_told = !l->half_told;
    if (l->half_told) {
        fb_assert(n >= sizeof l->told[0]);
        memcpy(frame, &l->told[0], sizeof l->told[0]);
        return 6;
    }
    memmove(&l->told[0], &l->told[1], --l->n_told * sizeof l->told[0]);
    return 0;
}

static struct sim_flight *arrived(const struct sim_link *l)
{
    struct sim_flight *f = l->way[SIM_FROM_ENGINE];
    return f != NULL && f->due_ms <= at->ticks_ms ? f : NULL;
}

int zmq_recv(void *socket, void *frame, size_t n, int flags)
{
    const struct handle *h = socket;
    fb_assert(flags == ZMQ_DONTWAIT);
    if (h->monitor)
        return monitor_recv(h->link, frame, n);
    struct sim_flight *f = arrived(h->link);
    if (f == NULL) {
        errno = EAGAIN;
        return -1;
    }
    int length = (int)f->n;
    memcpy(frame, f->bytes, f->n < n ? f->n : n);
    h->link->way[SIM_FROM_ENGINE] = f->next;
    free(f);
    return length;
}

/* Only a consumer waits; the world goes on meanwhile, but for the consumers. */
int zmq_poll(zmq_pollitem_t *items, int n, long timeout_ms)
{
    const struct handle *h = items[0].socket;
    int64_t until_ms = at->ticks_ms + timeout_ms;
    fb_assert(n == 1 && !h->monitor);
    for (;;) {
        bool ready = items[0].events == ZMQ_POLLIN ? arrived(h->link) != NULL : h->link->connection != 0;
        if (ready || at->ticks_ms >= until_ms)
            return ready;
        sim_wire_tick(at);
    }
}
