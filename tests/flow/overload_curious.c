/* One who asks about a worker without end: each such question is kept in a log before it is answered, and publishers meanwhile
 * wait no longer than for a few of them. */
#include "adapters/lib/client.h"
#include "adapters/lib/dealer.h"
#include "engine/wire/wire.h"
#include "tests/bench/bench.h"
#include "tests/flow/overload.h"
#include <string.h>
#include <zmq.h>

enum { ASKS = 20000, HONEST = 100, WORST_MS = 2000, PATIENCE_S = 120, FRAME = FB_MESSAGE_BYTES_MAX };

struct curious {
    void *socket;
    unsigned asked, answered, refused; /* refused: were not taken to be answered */
};

static size_t question(unsigned char *frame, enum fb_query_kind kind)
{
    const struct fb_query q = {.kind = kind, .worker_number = kind == FB_QUERY_WORKER, .due_ms = FB_ABSENT,
                               .findings = {.limit = 1}, .asker = {.identity = fb_span_of("curious"), .as = FB_AS_ADMIN}};
    size_t n = fb_encode_query(&q, frame, 2048);
    overload_must(n > 0, "a question cannot be encoded");
    return n;
}

static enum fb_err read_result(const unsigned char *frame, int n, struct fb_result *out)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    struct fb_span payload;
    enum fb_frame_kind kind;
    fb_arena_init(&arena, memory, sizeof memory);
    bool good = n > 0 && fb_frame_open((struct fb_span){(const char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE &&
                kind == FB_FRAME_RESULT && fb_decode_result(payload, &arena, out) == FB_REASON_NONE;
    return good ? FB_OK : FB_DAMAGED;
}

/* As many as go, and what came back. */
static void ask_on(struct curious *c)
{
    static unsigned char frame[FRAME], asked[2048];
    struct fb_result r;
    int n;
    size_t length = question(asked, FB_QUERY_WORKER);
    for (unsigned k = 0; k < 64 && c->asked < ASKS && zmq_send(c->socket, asked, length, ZMQ_DONTWAIT) > 0; k++)
        c->asked++;
    while ((n = zmq_recv(c->socket, frame, sizeof frame, ZMQ_DONTWAIT)) > 0) {
        overload_must(read_result(frame, n, &r) == FB_OK, "an answer cannot be read");
        c->answered++;
        c->refused += r.reason == FB_REASON_NO_PLACE;
    }
}

/* The number of the newest row. */
static uint64_t rows(void *context, const struct overload *o)
{
    static unsigned char frame[FRAME];
    struct fb_result r = {.n_audit = 0};
    void *socket = NULL;
    zmq_pollitem_t item = {NULL, 0, ZMQ_POLLIN, 0};
    overload_must(fb_dealer_open_with(&socket, context, o->door, FRAME, NULL, NULL) == FB_OK, "no socket");
    item.socket = socket;
    overload_must(zmq_send(socket, frame, question(frame, FB_QUERY_AUDIT), 0) > 0 && zmq_poll(&item, 1, PATIENCE_S * 1000) > 0, "the log is not shown");
    overload_must(read_result(frame, zmq_recv(socket, frame, sizeof frame, 0), &r) == FB_OK && r.reason == FB_REASON_NONE, "the log cannot be read");
    zmq_close(socket);
    return r.n_audit > 0 ? r.audit[0].seq : 0;
}

struct honest {
    struct fb_client *client;
    unsigned sent, answered;
    int64_t sent_ns, took_ns[HONEST];
};

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct honest *h = ctx;
    (void)tag;
    overload_must(answer->reason == FB_REASON_NONE, "an honest record was refused");
    h->took_ns[h->answered++] = bench_now_ns() - h->sent_ns;
}

static void send_one(struct honest *h)
{
    static struct bench_texts texts;
    static struct fb_record record;
    bench_booking(100000 + h->sent, fb_span_of("honest"), &texts, &record);
    h->sent_ns = bench_now_ns();
    if (fb_client_publish(h->client, &record, h->sent) == FB_OK)
        h->sent++;
}

void overload_curious(struct overload *o)
{
    static struct honest h;
    static struct curious c;
    void *context = zmq_ctx_new();
    struct fb_client_options options = {.endpoint = o->door, .answered = on_answer, .ctx = &h};
    options.hello.source = (struct fb_source){.name = fb_span_of("honest"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    options.hello.adapter = fb_span_of("honest");
    overload_must(fb_client_open(&h.client, &options) == FB_OK && fb_dealer_open_with(&c.socket, context, o->door, FRAME, NULL, NULL) == FB_OK, "no socket");
    uint64_t before = rows(context, o);
    int64_t until = bench_now_ns() + (int64_t)PATIENCE_S * 1000000000;
    while (h.answered < HONEST || c.answered < ASKS) {
        ask_on(&c);
        if (h.sent < HONEST && h.sent == h.answered && c.asked > 2000)
            send_one(&h);
        overload_must(fb_client_poll(h.client, 1) == FB_OK, "the honest publisher was not served");
        overload_must(bench_now_ns() < until, "after %d s %u of %d honest records and %u of %d questions are answered", PATIENCE_S, h.answered, HONEST,
                      c.answered, ASKS);
    }
    uint64_t kept = rows(context, o) - before;
    int64_t worst_ms = bench_quantile(h.took_ns, HONEST, 1000) / 1000000;
    printf("curious: %d questions about a worker at once, %u of them told to wait; %llu rows in the log of who read what; %d honest records taken "
           "meanwhile, one after another, the slowest in %lld ms\n",
           ASKS, c.refused, (unsigned long long)kept, HONEST, (long long)worst_ms);
    overload_must(c.refused > 0 && kept == ASKS - c.refused, "%llu rows were kept of %u answers", (unsigned long long)kept, ASKS - c.refused);
    overload_must(worst_ms < WORST_MS, "an honest record waited %lld ms behind questions", (long long)worst_ms);
    fb_client_close(&h.client);
    zmq_close(c.socket);
    zmq_ctx_term(context);
}
