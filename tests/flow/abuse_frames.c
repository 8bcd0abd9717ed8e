/* Frames of ours, sent by who has a good key: again, garbled, of many parts, too long. */
#include "tests/flow/abuse.h"
#include <errno.h>
#include <string.h>
#include <zmq.h>

enum { ANSWER_MS = 10000 };

static void *wire(const struct abuse *a, void *context, const char *key)
{
    struct fb_curve keys;
    void *socket = NULL;
    abuse_keys(a, key, &keys);
    abuse_must(fb_dealer_open_with(&socket, context, a->door, FB_MESSAGE_BYTES_MAX, NULL, &keys) == FB_OK, "no socket");
    return socket;
}

static void put(void *socket, const void *bytes, size_t n, int flags)
{
    while (zmq_send(socket, bytes, n, flags) < 0 && zmq_errno() == EINTR)
        ;
}

/* The answer to a frame: outcome and reason. false: none came. */
static bool hear(void *socket, int ms, struct fb_wire_answer *out)
{
    static unsigned char memory[1 << 18], frame[FB_MESSAGE_BYTES_MAX];
    struct fb_arena arena;
    struct fb_span payload;
    struct fb_wire_answer *list;
    enum fb_frame_kind kind;
    unsigned many = 0;
    uint32_t window;
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    fb_arena_init(&arena, memory, sizeof memory);
    if (zmq_poll(&item, 1, ms) <= 0)
        return false;
    int n = zmq_recv(socket, frame, sizeof frame, 0);
    *out = (struct fb_wire_answer){.outcome = 0};
    if (n > 0 && fb_frame_open((struct fb_span){(char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE && kind == FB_FRAME_ANSWERS &&
        fb_decode_answers(payload, &arena, &list, &many, &window) == FB_REASON_NONE && many == 1)
        *out = list[0];
    return true;
}

static size_t hello(unsigned char *frame, const char *name)
{
    struct fb_hello h = {.source = {.name = fb_span_of(name), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE}};
    return fb_encode_hello(&h, frame, FB_MESSAGE_BYTES_MAX);
}

/* The very frame of a record again: in its own session a duplicate, in another trust's a refusal, before Hello not looked at. */
static void replay_frames(struct abuse *a, void *context)
{
    enum { ACCEPTED = 1, DUPLICATE = 3 };
    static unsigned char frame[FB_MESSAGE_BYTES_MAX], greeting[FB_MESSAGE_BYTES_MAX];
    struct fb_wire_answer answer;
    void *own = wire(a, context, "rth-late"), *other = wire(a, context, "ruh");
    size_t n = abuse_frame(frame, "rth-late", "RTH", "replayed-1");
    put(own, greeting, hello(greeting, "rth-late"), 0);
    abuse_must(hear(own, ANSWER_MS, &answer), "no welcome");
    put(own, frame, n, 0);
    abuse_must(hear(own, ANSWER_MS, &answer) && answer.outcome == ACCEPTED, "a record was not taken");
    a->accepted++;
    put(own, frame, n, 0);
    abuse_must(hear(own, ANSWER_MS, &answer) && answer.outcome == DUPLICATE, "a record that was sent again is outcome %d", (int)answer.outcome);
    put(other, frame, n, 0);
    abuse_must(hear(other, ANSWER_MS, &answer) && answer.reason == FB_REASON_NO_HELLO, "a record before Hello: reason %d", (int)answer.reason);
    put(other, greeting, hello(greeting, "ruh"), 0);
    abuse_must(hear(other, ANSWER_MS, &answer), "no welcome");
    put(other, frame, n, 0);
    abuse_must(hear(other, ANSWER_MS, &answer) && answer.reason == FB_REASON_UNKNOWN_SOURCE, "another's record: reason %d", (int)answer.reason);
    zmq_close(own);
    zmq_close(other);
}

/* A good key, and every byte of a record's frame wrong in turn; empty parts, many parts, no Hello: no session, so nothing is taken. */
static void garble_frames(struct abuse *a, void *context)
{
    static unsigned char frame[FB_MESSAGE_BYTES_MAX];
    struct fb_wire_answer answer;
    void *socket = wire(a, context, "ruh");
    size_t n = abuse_frame(frame, "ruh", "RUH", "garbled-1");
    for (size_t at = 0; at < n; at++)
        for (unsigned bit = 0; bit < 8; bit += 3) {
            frame[at] ^= (unsigned char)(1u << bit);
            put(socket, frame, n, 0);
            abuse_must(hear(socket, ANSWER_MS, &answer) && answer.outcome != 1, "a garbled record before Hello was taken (byte %zu)", at);
            frame[at] ^= (unsigned char)(1u << bit);
        }
    for (unsigned parts = 2; parts < 40; parts++) {
        for (unsigned i = 1; i < parts; i++)
            put(socket, frame, i % 2 == 0 ? 0 : n, ZMQ_SNDMORE);
        put(socket, frame, parts % 3 == 0 ? 0 : n, 0);
    }
    put(socket, frame, n, 0); /* it still listens */
    abuse_must(hear(socket, ANSWER_MS, &answer), "after messages of many parts nobody listens");
    zmq_close(socket);
}

/* Longer than a frame may be: the connection ends, and the next one is served. */
static void send_too_much(struct abuse *a, void *context)
{
    static unsigned char frame[1 << 20];
    static const size_t sizes[] = {FB_MESSAGE_BYTES_MAX + 1, sizeof frame};
    struct fb_wire_answer answer;
    memset(frame, 1, sizeof frame);
    for (unsigned i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
        void *socket = wire(a, context, "ruh");
        put(socket, frame, sizes[i / 2], 0);
        abuse_must(!hear(socket, 300, &answer), "a frame that is too long was answered");
        zmq_close(socket);
    }
}

void abuse_frames(struct abuse *a)
{
    void *context = zmq_ctx_new();
    abuse_must(context != NULL, "no context");
    replay_frames(a, context);
    garble_frames(a, context);
    send_too_much(a, context);
    zmq_ctx_term(context);
    abuse_watch_memory(a);
}
