/* Listeners of the ticker: one whose key is revoked while it listens, and one whose is not. */
#include "engine/base/prng.h"
#include "tests/flow/abuse.h"
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { TOPICS = 40000, TOPIC_BYTES = 200, PAUSE_EVERY = 500, TICK_MS = 5000, QUIET_MS = 2500, SETTLE_MS = 4000 };

static void *listen_as(const struct abuse *a, void *context, const char *key)
{
    char endpoint[64];
    struct fb_curve keys;
    const int none = 0;
    void *socket = zmq_socket(context, ZMQ_SUB);
    abuse_keys(a, key, &keys);
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", a->port + 2);
    abuse_must(socket != NULL && zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none) == 0 && fb_curve_set(socket, &keys) == FB_OK &&
                   zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "tick", 4) == 0 && zmq_connect(socket, endpoint) == 0,
               "nobody can listen");
    return socket;
}

/* A call within that time; what came before it is passed over. */
static bool hears(void *socket, int ms)
{
    unsigned char part[512];
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    while (zmq_recv(socket, part, sizeof part, ZMQ_DONTWAIT) >= 0)
        ;
    return zmq_poll(&item, 1, ms) > 0;
}

void abuse_ears_open(struct abuse_ears *e, const struct abuse *a)
{
    void *wrong;
    e->context = zmq_ctx_new();
    abuse_must(e->context != NULL, "no context");
    e->revoked = listen_as(a, e->context, "screens");
    e->kept = listen_as(a, e->context, "controls");
    wrong = listen_as(a, e->context, "ruh"); /* a trust's key */
    abuse_must(hears(e->revoked, TICK_MS) && hears(e->kept, TICK_MS), "the ticker is not heard");
    abuse_must(!hears(wrong, QUIET_MS), "a trust hears every trust's events");
    zmq_close(wrong);
}

/* The key was revoked just now. */
void abuse_ears_close(struct abuse_ears *e)
{
    int64_t until = fb_dealer_now_ms() + SETTLE_MS;
    while (fb_dealer_now_ms() < until)
        (void)hears(e->kept, 100);
    abuse_must(!hears(e->revoked, QUIET_MS), "a listener whose key was revoked goes on listening");
    abuse_must(hears(e->kept, TICK_MS), "a listener whose key is good hears nothing any more");
    zmq_close(e->revoked);
    zmq_close(e->kept);
    zmq_ctx_term(e->context);
}

/* One key that names topics without end: what is kept of them is bounded, and whoever listens hears again. */
void abuse_topics(struct abuse *a)
{
    char endpoint[64];
    unsigned char wish[TOPIC_BYTES] = {1};
    struct fb_curve keys;
    const int none = 0;
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_XSUB);
    struct fb_prng r;
    fb_prng_init(&r, 7);
    abuse_keys(a, "controls", &keys);
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", a->port + 2);
    abuse_must(socket != NULL && zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none) == 0 && zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none) == 0 &&
                   fb_curve_set(socket, &keys) == FB_OK && zmq_connect(socket, endpoint) == 0,
               "nobody can listen");
    for (unsigned i = 0; i < TOPICS; i++) {
        for (unsigned k = 1; k < TOPIC_BYTES; k++)
            wish[k] = (unsigned char)fb_prng_below(&r, 256);
        abuse_must(zmq_send(socket, wish, sizeof wish, 0) == TOPIC_BYTES, "a topic cannot be named");
        if (i % PAUSE_EVERY == 0) {
            nanosleep(&(struct timespec){0, 20000000}, NULL);
            abuse_watch_memory(a);
        }
    }
    for (int64_t until = fb_dealer_now_ms() + SETTLE_MS; fb_dealer_now_ms() < until; nanosleep(&(struct timespec){0, 50000000}, NULL))
        abuse_watch_memory(a);
    zmq_close(socket);
    void *honest = listen_as(a, context, "controls");
    abuse_must(hears(honest, 2 * TICK_MS), "after topics without end nobody is heard");
    zmq_close(honest);
    zmq_ctx_term(context);
}
