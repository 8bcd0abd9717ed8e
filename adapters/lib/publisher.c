#include "adapters/lib/publisher.h"
#include "adapters/lib/dealer.h"
#include "engine/wire/wire.h"
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 256 << 10, POLL_MS = 50 };

/* An answer as it is remembered; number 0: none. */
struct told {
    uint64_t number;
    struct fb_publisher_said said;
};
struct fb_publisher {
    struct fb_spool *spool;
    struct fb_client *client;
    fb_publisher_answered *answered;
    void *ctx;
    char *endpoint;
    struct fb_span source;
    struct fb_curve curve;
    struct told told[FB_PUBLISHER_SAID_MAX];
    uint64_t n_told;
    uint64_t sent;          /* the number up to which the client has been given everything */
    enum fb_err spool_said; /* of marks that could not be written, told at the next poll */
    struct fb_arena arena;
    unsigned char memory[ARENA_BYTES], frame[FB_MESSAGE_BYTES_MAX];
};

static void remember(struct fb_publisher *p, uint64_t number, const struct fb_wire_answer *a)
{
    struct told *t = &p->told[p->n_told++ % FB_PUBLISHER_SAID_MAX];
    struct fb_text field;
    *t = (struct told){.number = number, .said = {.outcome = (enum fb_outcome)a->outcome, .reason = a->reason, .journal = a->journal, .record = a->record}};
    fb_text_init(&field, t->said.field, sizeof t->said.field);
    fb_text_add_span(&field, a->field);
}

static void on_answer(void *ctx, uint64_t number, const struct fb_wire_answer *answer)
{
    struct fb_publisher *p = ctx;
    remember(p, number, answer);
    if (p->answered != NULL)
        p->answered(p->ctx, answer); /* before the mark: who is killed in it is told again by the next run */
    enum fb_err e = fb_spool_answered(p->spool, number);
    if (p->spool_said == FB_OK)
        p->spool_said = e;
}

/* What asking for receipts needs, of options that need not stay. */
static bool keep(struct fb_publisher *p, const struct fb_client_options *o)
{
    size_t n = strlen(o->endpoint) + 1;
    p->endpoint = malloc(n);
    if (p->endpoint != NULL)
        memcpy(p->endpoint, o->endpoint, n);
    if (o->curve != NULL)
        p->curve = *o->curve;
    p->source = o->hello.source.name;
    return p->endpoint != NULL;
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
    enum fb_err e = keep(p, &o) ? fb_spool_open(&p->spool, &options->spool, found, why) : FB_FULL;
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
    fb_curve_close(&p->curve);
    free(p->endpoint);
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

/* Into the spool, when the engine would take it; not yet synced. */
static enum fb_err put(struct fb_publisher *p, const struct fb_record *record, uint64_t *number, const char **field)
{
    struct fb_record back;
    struct fb_span body;
    struct fb_span frame = {(const char *)p->frame, (uint32_t)fb_encode_publish(record, p->frame, sizeof p->frame)};
    *field = "";
    if (frame.n == 0)
        return FB_LIMIT;
    enum fb_err e = unpack(p, frame, &back, &body, field);
    return e == FB_OK ? fb_spool_put(p->spool, frame, number) : e;
}

enum fb_err fb_publisher_publish_many(struct fb_publisher *p, const struct fb_record *record, unsigned n, uint64_t *number, unsigned *taken,
                                      const char **field)
{
    enum fb_err e = FB_OK;
    uint64_t each, first = fb_spool_next(p->spool);
    unsigned i = 0;
    *field = "";
    while (i < n && (e = put(p, &record[i], &each, field)) == FB_OK)
        i++;
    if (i > 0 && number != NULL)
        *number = first;
    if (i == 0 || fb_spool_sync(p->spool) == FB_OK) {
        *taken = i;
        return e;
    }
    *taken = (unsigned)(fb_spool_next(p->spool) - first); /* a segment that ended among them was synced: these go out, whatever came after */
    return *taken == n ? FB_OK : FB_IO;
}

enum fb_err fb_publisher_publish(struct fb_publisher *p, const struct fb_record *record, uint64_t *number, const char **field)
{
    unsigned taken;
    return fb_publisher_publish_many(p, record, 1, number, &taken, field);
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

/* ---- waiting ---- */

static const struct told *find_told(const struct fb_publisher *p, uint64_t number)
{
    for (unsigned i = 0; number != 0 && i < FB_PUBLISHER_SAID_MAX; i++)
        if (p->told[i].number == number)
            return &p->told[i];
    return NULL;
}

/* One round of waiting until then. FB_BUSY: it is then. */
static enum fb_err poll_until(struct fb_publisher *p, int64_t until_ms)
{
    int64_t left = until_ms - fb_dealer_now_ms();
    if (left <= 0)
        return FB_BUSY;
    return fb_publisher_poll(p, left < POLL_MS ? (int)left : POLL_MS);
}

enum fb_err fb_publisher_await(struct fb_publisher *p, uint64_t number, int64_t timeout_ms, struct fb_publisher_said *said)
{
    int64_t until = fb_dealer_now_ms() + timeout_ms;
    const struct told *t;
    enum fb_err e = FB_OK;
    while ((t = find_told(p, number)) == NULL && e == FB_OK)
        e = number != 0 && fb_spool_after(p->spool, number - 1) == number ? poll_until(p, until) : FB_NOT_FOUND;
    if (t == NULL)
        return e;
    *said = t->said;
    return FB_OK;
}

enum fb_err fb_publisher_wait(struct fb_publisher *p, int64_t timeout_ms)
{
    int64_t until = fb_dealer_now_ms() + timeout_ms;
    enum fb_err e = FB_OK;
    while (e == FB_OK && fb_spool_waiting(p->spool) > 0)
        e = poll_until(p, until);
    return e;
}

/* ---- how it stands ---- */

struct fb_publisher_level fb_publisher_level(const struct fb_publisher *p)
{
    return (struct fb_publisher_level){.spool = fb_spool_level(p->spool),
                                       .waiting = fb_spool_waiting(p->spool),
                                       .in_flight = fb_client_outstanding(p->client),
                                       .window = fb_client_window(p->client),
                                       .state = fb_client_state(p->client),
                                       .figures = fb_client_figures(p->client)};
}
uint32_t fb_publisher_waiting(const struct fb_publisher *p) { return fb_spool_waiting(p->spool); }
const char *fb_publisher_refusal(const struct fb_publisher *p) { return fb_client_refusal(p->client); }

enum fb_err fb_publisher_receipt(struct fb_publisher *p, fb_day day, const unsigned char *signer, int timeout_ms, struct fb_receipt *out,
                                 char text[FB_RECEIPT_TEXT_BYTES], struct fb_text *why)
{
    return fb_receipt_fetch(out, text,
                            &(struct fb_receipt_ask){.endpoint = p->endpoint, .curve = &p->curve, .source = p->source, .day = day, .signer = signer,
                                                     .timeout_ms = timeout_ms},
                            why);
}
