#include "adapters/lib/dealer.h"
#include <time.h>
#include <zmq.h>

enum { LINGER_MS = 1000, QUEUE_FRAMES = 65536, LOST_MS = 30000 };

/* A connection that died without a word is found by the system: the library's heartbeats can end the engine's process (port_zmq.c). */
static const struct {
    int option, value;
} options[] = {
    {ZMQ_LINGER, LINGER_MS},
    {ZMQ_IMMEDIATE, 1},
    {ZMQ_SNDHWM, QUEUE_FRAMES},
    {ZMQ_RCVHWM, QUEUE_FRAMES},
    {ZMQ_RECONNECT_IVL, 100},
    {ZMQ_RECONNECT_IVL_MAX, 2000},
    {ZMQ_HANDSHAKE_IVL, 5000},
    {ZMQ_TCP_KEEPALIVE, 1},
    {ZMQ_TCP_KEEPALIVE_IDLE, 10}, /* seconds, as the next */
    {ZMQ_TCP_KEEPALIVE_INTVL, 5},
    {ZMQ_TCP_KEEPALIVE_CNT, 3},
    {ZMQ_TCP_MAXRT, LOST_MS},
};

/* Before connecting: most of these take effect only for connections made afterwards. */
static int set_options(void *socket, int64_t max_bytes)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof options[i].value) != 0)
            return -1;
    return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_bytes, sizeof max_bytes);
}

enum fb_err fb_dealer_open_with(void **out, void *context, const char *endpoint, int64_t max_bytes, const char *monitor,
                                const struct fb_curve *curve)
{
    enum fb_err e = FB_IO;
    void *socket = zmq_socket(context, ZMQ_DEALER);
    if (socket == NULL || set_options(socket, max_bytes) != 0 || fb_curve_set(socket, curve) != FB_OK)
        goto bad;
    if (monitor != NULL &&
        zmq_socket_monitor(socket, monitor, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED) != 0)
        goto bad;
    e = FB_REFUSED;
    if (zmq_connect(socket, endpoint) != 0)
        goto bad;
    *out = socket;
    return FB_OK;
bad:
    if (socket != NULL)
        zmq_close(socket);
    return e;
}

int64_t fb_dealer_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
