#include "adapters/lib/client_private.h"
#include "adapters/lib/dealer.h"
#include "engine/wire/wire.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/* A small record's frame; a longer one makes its slot grow once, to the most a frame may have. */
enum { SMALL_FRAME = 2048, LONG_FRAME = FB_MESSAGE_BYTES_MAX, ARENA_BYTES = 2 << 20, TAKE_AT_ONCE = 256 };

static enum fb_err open_sockets(struct fb_client *c)
{
    char name[64];
    snprintf(name, sizeof name, "inproc://fairbank-client-%p", (void *)c);
    c->context = zmq_ctx_new();
    if (c->context == NULL)
        return FB_IO;
    enum fb_err e = fb_dealer_open_with(&c->socket, c->context, c->options.endpoint, FB_MESSAGE_BYTES_MAX, name, c->options.curve);
    if (e != FB_OK)
        return e;
    c->monitor = zmq_socket(c->context, ZMQ_PAIR);
    return c->monitor != NULL && zmq_connect(c->monitor, name) == 0 ? FB_OK : FB_IO;
}

enum fb_err fb_client_open(struct fb_client **out, const struct fb_client_options *options)
{
    struct fb_client *c = calloc(1, sizeof *c);
    void *memory = malloc(ARENA_BYTES);
    enum fb_err e = FB_FULL;
    if (c == NULL || memory == NULL) {
        free(c);
        free(memory);
        return e;
    }
    c->options = *options;
    if (c->options.resend_ms == 0)
        c->options.resend_ms = FB_CLIENT_RESEND_MS;
    if (c->options.rest_ms == 0)
        c->options.rest_ms = FB_CLIENT_REST_MS;
    fb_arena_init(&c->arena, memory, ARENA_BYTES);
    e = fb_slots_open(&c->slots);
    if (e == FB_OK)
        e = open_sockets(c);
    c->options.curve = NULL; /* the caller's, until now */
    if (e != FB_OK) {
        fb_client_close(&c);
        return e;
    }
    *out = c;
    return FB_OK;
}

void fb_client_close(struct fb_client **client)
{
    struct fb_client *c = *client;
    *client = NULL;
    if (c == NULL)
        return;
    if (c->socket != NULL) {
        zmq_socket_monitor(c->socket, NULL, 0);
        zmq_close(c->socket);
    }
    if (c->monitor != NULL)
        zmq_close(c->monitor);
    if (c->context != NULL)
        zmq_ctx_term(c->context);
    fb_slots_close(&c->slots);
    free(c->arena.base);
    free(c);
}

/* FB_BUSY: the pipe is full or gone, which is for later; anything else that fails is fatal. */
static enum fb_err send_frame(struct fb_client *c, const void *frame, size_t n)
{
    for (;;) {
        if (zmq_send(c->socket, frame, n, ZMQ_DONTWAIT) >= 0)
            return FB_OK;
        if (errno != EINTR)
            return errno == EAGAIN ? FB_BUSY : FB_IO;
    }
}

static enum fb_err send_hello(struct fb_client *c, int64_t now)
{
    size_t n = fb_encode_hello(&c->options.hello, c->frame, sizeof c->frame);
    if (n == 0)
        return FB_LIMIT;
    enum fb_err e = send_frame(c, c->frame, n);
    if (e == FB_OK) {
        c->hello_due = false;
        c->hello_ms = now;
        c->figures.greetings++;
    }
    return e == FB_BUSY ? FB_OK : e;
}

static enum fb_err send_slot(struct fb_client *c, uint32_t i, int64_t now)
{
    struct fb_slot *slot = &c->slots.slot[i];
    enum fb_err e = send_frame(c, slot->frame, slot->n);
    fb_slots_move(&c->slots, i, e == FB_OK ? FB_SLOT_SENT : FB_SLOT_READY, now);
    c->figures.sent += e == FB_OK;
    slot->sends += e == FB_OK;
    return e;
}

/* The record, or a body as it was kept, as a frame in a slot's own memory. */
struct packed {
    const struct fb_record *record; /* NULL: env and body */
    const struct fb_envelope *env;
    struct fb_span body;
};

static size_t encode(const struct packed *p, void *frame, size_t size)
{
    return p->record != NULL ? fb_encode_publish(p->record, frame, size) : fb_encode_kept(p->env, p->body, frame, size);
}

static enum fb_err pack(struct fb_client *c, const struct packed *what, uint32_t *out)
{
    static const uint32_t sizes[] = {SMALL_FRAME, LONG_FRAME};
    for (unsigned s = 0; s < 2; s++) {
        uint32_t i = fb_slots_take(&c->slots, sizes[s]);
        if (i == FB_SLOT_NONE)
            return FB_BUSY;
        struct fb_slot *slot = &c->slots.slot[i];
        slot->n = (uint32_t)encode(what, slot->frame, slot->size);
        *out = i;
        if (slot->n != 0)
            return FB_OK;
        fb_slots_drop(&c->slots, i, 0);
    }
    return FB_LIMIT;
}

static enum fb_err publish(struct fb_client *c, const struct packed *what, uint64_t tag)
{
    uint32_t i;
    struct fb_span id = what->env->message_id;
    if (c->state == FB_CLIENT_REFUSED)
        return FB_REFUSED;
    if (c->state != FB_CLIENT_WELCOME || c->slots.used >= c->window)
        return FB_BUSY;
    if (id.n == 0 || id.n > FB_ID_BYTES_MAX)
        return FB_LIMIT;
    enum fb_err e = pack(c, what, &i);
    if (e != FB_OK)
        return e;
    c->slots.slot[i].tag = tag;
    c->figures.published++;
    if (fb_slots_name(&c->slots, i, id))
        e = send_slot(c, i, fb_dealer_now_ms());
    return e == FB_BUSY ? FB_OK : e;
}

enum fb_err fb_client_publish(struct fb_client *c, const struct fb_record *record, uint64_t tag)
{
    return publish(c, &(struct packed){.record = record, .env = &record->env}, tag);
}

enum fb_err fb_client_publish_kept(struct fb_client *c, const struct fb_envelope *env, struct fb_span body, uint64_t tag)
{
    return publish(c, &(struct packed){.env = env, .body = body}, tag);
}

/* How many frames were taken; -1: the socket failed. */
static int take_frames(struct fb_client *c)
{
    int taken = 0;
    while (taken < TAKE_AT_ONCE) {
        int n = zmq_recv(c->socket, c->frame, sizeof c->frame, ZMQ_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? taken : -1;
        taken++;
        if ((size_t)n <= sizeof c->frame)
            fb_client__hear(c, (struct fb_span){(const char *)c->frame, (uint32_t)n});
    }
    return taken;
}

/* The monitor's messages: a 16-bit event with its value, then the address. */
static void watch_connection(struct fb_client *c)
{
    unsigned char event[16];
    char address[256];
    while (zmq_recv(c->monitor, event, sizeof event, ZMQ_DONTWAIT) >= 2) {
        uint16_t what;
        memcpy(&what, event, sizeof what);
        zmq_recv(c->monitor, address, sizeof address, ZMQ_DONTWAIT);
        if (what == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
            fb_client__greet_again(c);
        else if (what == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
            fb_client__be_unknown(c);
        else if (what == ZMQ_EVENT_DISCONNECTED && c->state != FB_CLIENT_REFUSED)
            c->state = FB_CLIENT_CONNECTING;
    }
}

static void wake_due(struct fb_client *c, int64_t now)
{
    uint32_t i;
    while ((i = c->slots.head[FB_SLOT_RESTING]) != FB_SLOT_NONE &&
           now - c->slots.slot[i].at_ms >= c->options.rest_ms) {
        fb_slots_move(&c->slots, i, FB_SLOT_READY, now);
        c->figures.resent++;
    }
    while ((i = c->slots.head[FB_SLOT_SENT]) != FB_SLOT_NONE &&
           now - c->slots.slot[i].at_ms >= c->options.resend_ms) {
        fb_slots_move(&c->slots, i, FB_SLOT_READY, now);
        c->figures.resent++;
    }
}

static enum fb_err send_due(struct fb_client *c)
{
    uint32_t i;
    int64_t now = fb_dealer_now_ms();
    if (c->state == FB_CLIENT_GREETING && (c->hello_due || now - c->hello_ms >= c->options.resend_ms))
        return send_hello(c, now);
    if (c->state != FB_CLIENT_WELCOME)
        return FB_OK;
    wake_due(c, now);
    while ((i = c->slots.head[FB_SLOT_READY]) != FB_SLOT_NONE) {
        enum fb_err e = send_slot(c, i, now);
        if (e != FB_OK)
            return e == FB_BUSY ? FB_OK : e;
    }
    return FB_OK;
}

/* Until something comes, or something of ours may be due. */
static void wait_for_more(struct fb_client *c, int timeout_ms)
{
    zmq_pollitem_t items[] = {{c->socket, 0, ZMQ_POLLIN, 0}, {c->monitor, 0, ZMQ_POLLIN, 0}};
    bool soon = c->hello_due || c->slots.head[FB_SLOT_RESTING] != FB_SLOT_NONE ||
                c->slots.head[FB_SLOT_READY] != FB_SLOT_NONE;
    int most = soon ? 20 : 200;
    zmq_poll(items, 2, timeout_ms < most ? timeout_ms : most);
}

enum fb_err fb_client_poll(struct fb_client *c, int timeout_ms)
{
    watch_connection(c);
    enum fb_err e = send_due(c);
    int taken = e == FB_OK ? take_frames(c) : 0;
    if (e == FB_OK && taken == 0 && timeout_ms > 0) {
        wait_for_more(c, timeout_ms);
        watch_connection(c);
        taken = take_frames(c);
        if (taken >= 0)
            e = send_due(c);
    }
    if (taken < 0)
        return FB_IO;
    return e == FB_OK && c->state == FB_CLIENT_REFUSED ? FB_REFUSED : e;
}

enum fb_client_state fb_client_state(const struct fb_client *c)
{
    return c->state;
}
unsigned fb_client_outstanding(const struct fb_client *c)
{
    return c->slots.used;
}
unsigned fb_client_window(const struct fb_client *c)
{
    return c->window;
}
const char *fb_client_refusal(const struct fb_client *c)
{
    return c->refusal;
}
const char *fb_client_put_off(const struct fb_client *c)
{
    return c->put_off;
}
enum fb_reason fb_client_refusal_reason(const struct fb_client *c)
{
    return c->refusal_reason;
}
struct fb_client_figures fb_client_figures(const struct fb_client *c)
{
    return c->figures;
}
