/* Two connections under one routing id, the first of which hangs up: what it waited for at the feed must not come to whoever has the id
 * then. So nobody is heard who chose one; who did not is served. */
#include "tests/flow/abuse.h"
#include <string.h>
#include <zmq.h>

enum { PARK_MS = 500, CONNECT_MS = 500, PAGE_MS = 8000 };
static const char PLACE[] = "same-place";

static void *at_feed(const struct abuse *a, void *context, const char *key, const char *place)
{
    struct fb_curve keys;
    const int none = 0;
    void *socket = zmq_socket(context, ZMQ_DEALER);
    abuse_keys(a, key, &keys);
    abuse_must(socket != NULL && zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none) == 0 &&
                   (place == NULL || zmq_setsockopt(socket, ZMQ_ROUTING_ID, place, strlen(place)) == 0) && fb_curve_set(socket, &keys) == FB_OK &&
                   zmq_connect(socket, a->feed) == 0,
               "no socket");
    return socket;
}

static bool comes(void *socket, int ms)
{
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    return zmq_poll(&item, 1, ms) > 0;
}

/* They wait for what nothing raises here: what comes is the empty page at the end of the engine's patience. */
void abuse_place(struct abuse *a)
{
    unsigned char frame[512];
    void *context = zmq_ctx_new();
    abuse_must(context != NULL, "no context");
    const struct fb_feed_ask ask = {.wait = true, .after = UINT64_MAX >> 1, .filter = {.kinds = fb_event_set_of(FB_EVENT_RATE_REPRICED)}};
    size_t n = fb_encode_feed_ask(&ask, frame, sizeof frame);
    void *first = at_feed(a, context, "controls", PLACE), *honest = at_feed(a, context, "controls", NULL);
    abuse_must(n > 0 && zmq_send(first, frame, n, 0) == (int)n && zmq_send(honest, frame, n, 0) == (int)n && !comes(honest, PARK_MS),
               "a question at the feed does not wait");
    zmq_close(first);
    (void)comes(honest, CONNECT_MS); /* its place is free by then */
    void *second = at_feed(a, context, "rth-late", PLACE);
    abuse_must(comes(honest, PAGE_MS), "who waited at the feed is given nothing");
    abuse_must(!comes(second, PARK_MS), "who asked for nothing is sent what another waited for, because its routing id is the same");
    zmq_close(second);
    zmq_close(honest);
    zmq_ctx_term(context);
}
