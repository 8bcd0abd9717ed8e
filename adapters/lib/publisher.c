#include "adapters/lib/publisher.h"
#include "adapters/lib/dealer.h"
#include <stdlib.h>

enum { ARENA_BYTES = 256 << 10 };

struct fb_publisher {
    struct fb_spool *spool;
    struct fb_client *client;
    fb_publisher_answered *answered;
    void *ctx;
    uint64_t sent;          /* the number up to which the client has been given everything */
    enum fb_err spool_said; /* of marks that could not be written, told at the next poll */
    struct fb_arena arena;
    unsigned char memory[ARENA_BYTES], frame[FB_MESSAGE_BYTES_MAX];
};

static void on_answer(void *ctx, uint64_t number, const struct fb_wire_answer *answer)
{
    struct fb_publisher *p = ctx;
    enum fb_err e = fb_spool_answered(p->spool, number);
    if (p->spool_said == FB_OK)
        p->spool_said = e;
    p->answered(p->ctx, answer);
}

enum fb_err fb_publisher_open(struct fb_publisher **out, const struct fb_publisher_options *options, struct fb_spool_found *found, struct fb_text *why)
{
    struct fb_publisher *p = calloc(1, sizeof *p);
    if (p == NULL)
        return FB_FULL;
    struct fb_client_options o = options->client;
    o.answered = on_answer;
    o.ctx = p;
    p->answered = options->answered;
    p->ctx = options->ctx;
    fb_arena_init(&p->arena, p->memory, sizeof p->memory);
    enum fb_err e = fb_spool_open(&p->spool, &options->spool, found, why);
    if (e == FB_OK) {
        e = fb_client_open(&p->client, &o);
        if (e != FB_OK)
            fb_text_add(why, "the engine's endpoint cannot be used");
    }
    if (e != FB_OK) {
        fb_publisher_close(&p);
        return e;
    }
    *out = p;
    return FB_OK;
}

void fb_publisher_close(struct fb_publisher **publisher)
{
    struct fb_publisher *p = *publisher;
    *publisher = NULL;
    if (p == NULL)
        return;
    fb_client_close(&p->client);
    fb_spool_close(&p->spool);
    fb_arena_release(&p->arena);
    free(p);
}

/* A frame of a record, as it was kept or is to be kept, by the engine's own decoder. */
static enum fb_err unpack(struct fb_publisher *p, struct fb_span frame, struct fb_record *r, struct fb_span *body, const char **field)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    fb_arena_reset(&p->arena);
    *field = "message";
    if (fb_frame_open(frame, &kind, &payload) != FB_REASON_NONE || kind != FB_FRAME_PUBLISH)
        return FB_REFUSED;
    return fb_decode_publish(payload, &p->arena, r, body, field) == FB_REASON_NONE ? FB_OK : FB_REFUSED;
}

enum fb_err fb_publisher_publish(struct fb_publisher *p, const struct fb_record *record, const char **field)
{
    struct fb_record back;
    struct fb_span body;
    uint64_t number;
    struct fb_span frame = {(const char *)p->frame, (uint32_t)fb_encode_publish(record, p->frame, sizeof p->frame)};
    *field = "";
    if (frame.n == 0)
        return FB_LIMIT;
    enum fb_err e = unpack(p, frame, &back, &body, field);
    return e == FB_OK ? fb_spool_add(p->spool, frame, &number) : e;
}

/* From the spool to the client, in order, as far as the window goes. */
static enum fb_err hand_over(struct fb_publisher *p)
{
    uint64_t next;
    while (fb_client_state(p->client) == FB_CLIENT_WELCOME && fb_client_outstanding(p->client) < fb_client_window(p->client) &&
           (next = fb_spool_after(p->spool, p->sent)) != 0) {
        struct fb_record r;
        struct fb_span body;
        const char *field;
        uint32_t n;
        enum fb_err e = fb_spool_get(p->spool, next, p->frame, &n);
        if (e == FB_OK && unpack(p, (struct fb_span){(const char *)p->frame, n}, &r, &body, &field) != FB_OK)
            e = FB_DAMAGED;
        if (e == FB_OK)
            e = fb_client_publish_kept(p->client, &r.env, body, next);
        if (e != FB_OK)
            return e == FB_BUSY ? FB_OK : e;
        p->sent = next;
    }
    return FB_OK;
}

enum fb_err fb_publisher_poll(struct fb_publisher *p, int timeout_ms)
{
    enum fb_err e = hand_over(p);
    if (e == FB_OK)
        e = fb_client_poll(p->client, timeout_ms);
    if (e == FB_OK) {
        e = p->spool_said;
        p->spool_said = FB_OK;
    }
    return e;
}

enum fb_err fb_publisher_wait(struct fb_publisher *p, int64_t timeout_ms)
{
    int64_t until = fb_dealer_now_ms() + timeout_ms;
    enum fb_err e = FB_OK;
    while (e == FB_OK && fb_spool_waiting(p->spool) > 0) {
        if (fb_dealer_now_ms() >= until)
            return FB_BUSY;
        e = fb_publisher_poll(p, 50);
    }
    return e;
}

uint32_t fb_publisher_waiting(const struct fb_publisher *p) { return fb_spool_waiting(p->spool); }
const char *fb_publisher_refusal(const struct fb_publisher *p) { return fb_client_refusal(p->client); }
