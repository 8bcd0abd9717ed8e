#include "adapters/lib/ask.h"
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

struct fb_ask {
    void *context, *socket;
};

enum fb_err fb_ask_open_with(struct fb_ask **out, const char *endpoint, const struct fb_curve *curve)
{
    struct fb_ask *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return FB_LIMIT;
    a->context = zmq_ctx_new();
    a->socket = a->context != NULL ? zmq_socket(a->context, ZMQ_DEALER) : NULL;
    int linger = 200;
    if (a->socket != NULL)
        (void)zmq_setsockopt(a->socket, ZMQ_LINGER, &linger, sizeof(linger));
    if (a->socket == NULL || fb_curve_set(a->socket, curve) != FB_OK || zmq_connect(a->socket, endpoint) != 0) {
        fb_ask_close(&a);
        return FB_IO;
    }
    *out = a;
    return FB_OK;
}

void fb_ask_close(struct fb_ask **a)
{
    if (*a == NULL)
        return;
    if ((*a)->socket != NULL)
        zmq_close((*a)->socket);
    if ((*a)->context != NULL)
        zmq_ctx_term((*a)->context);
    free(*a);
    *a = NULL;
}

enum fb_err fb_ask_send(struct fb_ask *a, struct fb_span frame, int timeout_ms, struct fb_arena *arena,
                        struct fb_span *answer)
{
    if (zmq_send(a->socket, frame.p, frame.n, 0) < 0)
        return FB_IO;
    zmq_pollitem_t item = {a->socket, 0, ZMQ_POLLIN, 0};
    int ready = zmq_poll(&item, 1, timeout_ms);
    if (ready <= 0)
        return ready == 0 ? FB_BUSY : FB_IO;
    zmq_msg_t m;
    zmq_msg_init(&m);
    int n = zmq_msg_recv(&m, a->socket, 0);
    enum fb_err e = FB_IO;
    if (n >= 0) {
        *answer = fb_arena_copy(arena, (struct fb_span){zmq_msg_data(&m), (uint32_t)n});
        e = answer->p != NULL ? FB_OK : FB_LIMIT;
    }
    zmq_msg_close(&m);
    return e;
}
