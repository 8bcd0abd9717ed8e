/* Too much at once, against a running engine: a publisher that sends faster than the disk takes, and peers that ask and never read.
 *   overload page FILE FROM_MS TO_MS   orders for the crash shim: every flush sleeps so long
 *   overload flood DATA PID            all is answered, nothing dropped, every record taken once
 *   overload deaf DATA PID             what the engine keeps for them is bounded, and others are served
 *   overload curious DATA PID          one who asks about a worker without end holds nobody up (overload_curious.c)
 *   overload sources DATA PID          more publishing systems than one answer shows (overload_sources.c)
 * Whatever should not have happened ends the program with a sentence. */
#include "adapters/lib/ask.h"
#include "adapters/lib/client.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/feed.h"
#include "tests/bench/bench.h"
#include "tests/flow/overload.h"
#include "tests/flow/shim_crash.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { FLOOD = 3000, DEAF_ASKS = 2500, DEAF_DOORS = 2, HONEST = 300, PATIENCE_S = 240, FRAME = FB_MESSAGE_BYTES_MAX, MIB = 1 << 20 };

int64_t overload_memory_kib(const char *pid)
{
    char path[64], line[256];
    int64_t kib = -1;
    snprintf(path, sizeof path, "/proc/%.20s/status", pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0)
            kib = strtoll(line + 8, NULL, 10);
    if (f != NULL)
        fclose(f);
    overload_must(kib >= 0, "the engine is gone");
    return kib;
}

static void watch(struct overload *o)
{
    int64_t now = overload_memory_kib(o->pid);
    o->most_kib = now > o->most_kib ? now : o->most_kib;
}

static int write_page(const char *file, const char *from_ms, const char *to_ms)
{
    struct fb_crash_page page = {.slow_from_ms = (uint32_t)strtoul(from_ms, NULL, 10), .slow_to_ms = (uint32_t)strtoul(to_ms, NULL, 10)};
    FILE *f = fopen(file, "w");
    overload_must(f != NULL && fwrite(&page, sizeof page, 1, f) == 1 && fclose(f) == 0, "the shim's page cannot be written");
    return 0;
}

/* ---- faster than the disk ---- */

struct flood {
    struct overload *o;
    void *socket;
    unsigned char *frame;
    unsigned next, waiting[FLOOD], n_waiting; /* answered busy: to be sent again */
    uint8_t taken[FLOOD];
    uint64_t sent, answers, busy, accepted;
};

static size_t make(struct flood *f, unsigned n)
{
    static struct bench_texts texts;
    static struct fb_record record;
    bench_booking(n, fb_span_of("flood"), &texts, &record);
    return fb_encode_publish(&record, f->frame, FRAME);
}

static bool send_one(struct flood *f, unsigned n)
{
    size_t length = make(f, n);
    if (zmq_send(f->socket, f->frame, length, ZMQ_DONTWAIT) < 0)
        return false;
    f->sent++;
    return true;
}

/* Message ids end with the booking's number: see bench_booking. */
static void take(struct flood *f, const struct fb_wire_answer *a)
{
    int64_t n = -1;
    overload_must(a->message_id.n > 2 && fb_parse_int(&n, (struct fb_span){a->message_id.p + 2, a->message_id.n - 2}) == FB_OK && n >= 0 && n < FLOOD,
                  "an answer to nothing that was sent");
    f->answers++;
    if (a->busy) {
        f->busy++;
        overload_must(!f->taken[n] && f->n_waiting < FLOOD, "a record was answered twice");
        f->waiting[f->n_waiting++] = (unsigned)n;
        return;
    }
    overload_must(a->reason == FB_REASON_NONE && a->outcome == 1 && !f->taken[n], "a record was not taken, or twice: outcome %d", a->outcome);
    f->taken[n] = 1;
    f->accepted++;
}

static void receive(struct flood *f)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    struct fb_wire_answer *a;
    struct fb_span payload;
    enum fb_frame_kind kind;
    unsigned n = 0;
    uint32_t window;
    int size;
    while ((size = zmq_recv(f->socket, f->frame, FRAME, ZMQ_DONTWAIT)) > 0) {
        fb_arena_init(&arena, memory, sizeof memory);
        overload_must(fb_frame_open((struct fb_span){(char *)f->frame, (uint32_t)size}, &kind, &payload) == FB_REASON_NONE, "not a frame");
        if (kind != FB_FRAME_ANSWERS)
            continue; /* the welcome */
        overload_must(fb_decode_answers(payload, &arena, &a, &n, &window) == FB_REASON_NONE, "not answers");
        for (unsigned i = 0; i < n; i++)
            take(f, &a[i]);
    }
}

/* Says Hello and never looks at the window that it is given. */
static void flood(struct overload *o)
{
    static struct flood f;
    void *context = zmq_ctx_new();
    struct fb_hello hello = {.adapter = fb_span_of("flood")};
    hello.source = (struct fb_source){.name = fb_span_of("flood"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    f.o = o;
    f.frame = malloc(FRAME);
    overload_must(f.frame != NULL && fb_dealer_open_with(&f.socket, context, o->door, FRAME, NULL, NULL) == FB_OK, "no socket");
    overload_must(zmq_send(f.socket, f.frame, fb_encode_hello(&hello, f.frame, FRAME), 0) > 0, "no Hello");
    int64_t until = bench_now_ns() + (int64_t)PATIENCE_S * 1000000000;
    for (uint64_t i = 0; f.accepted < FLOOD; i++) {
        bool went = false;
        if (f.next < FLOOD && (went = send_one(&f, f.next)))
            f.next++;
        else if (f.n_waiting > 0 && (went = send_one(&f, f.waiting[f.n_waiting - 1])))
            f.n_waiting--;
        receive(&f);
        if (i % 1024 == 0)
            watch(o);
        if (!went)
            nanosleep(&(struct timespec){0, 200000}, NULL);
        overload_must(bench_now_ns() < until, "of %d records %" PRIu64 " were taken in %d s", FLOOD, f.accepted, PATIENCE_S);
    }
    overload_must(f.answers == f.sent, "%" PRIu64 " frames were sent and %" PRIu64 " answered", f.sent, f.answers);
    overload_must(f.busy > 0, "the disk was not slow enough to answer busy");
    printf("flood: %d records in %" PRIu64 " frames, %" PRIu64 " answered busy and sent again, each taken once; the engine's memory grew by %lld KiB at most\n",
           FLOOD, f.sent, f.busy, (long long)(o->most_kib - o->before_kib));
    zmq_close(f.socket);
    zmq_ctx_term(context);
    free(f.frame);
}

/* ---- asking and never reading ---- */

struct deaf {
    void *context, *door[DEAF_DOORS], *feed, *ticker;
    unsigned asked[DEAF_DOORS + 1];
};

/* A socket that takes one frame in and leaves the rest to the other end. */
static void *deaf_socket(struct deaf *d, int type, const char *endpoint)
{
    int one = 1, none = 0;
    void *socket = zmq_socket(d->context, type);
    overload_must(socket != NULL && zmq_setsockopt(socket, ZMQ_RCVHWM, &one, sizeof one) == 0 && zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none) == 0 &&
                      (type != ZMQ_SUB || zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0) == 0) && zmq_connect(socket, endpoint) == 0,
                  "no socket");
    return socket;
}

static void deaf_open(struct deaf *d, const struct overload *o)
{
    *d = (struct deaf){.context = zmq_ctx_new()};
    for (unsigned i = 0; i < DEAF_DOORS; i++)
        d->door[i] = deaf_socket(d, ZMQ_DEALER, o->door);
    d->feed = deaf_socket(d, ZMQ_DEALER, o->feed);
    d->ticker = deaf_socket(d, ZMQ_SUB, o->ticker);
}

static void deaf_close(struct deaf *d)
{
    for (unsigned i = 0; i < DEAF_DOORS; i++)
        zmq_close(d->door[i]);
    zmq_close(d->feed);
    zmq_close(d->ticker);
    zmq_ctx_term(d->context);
}

/* As many as go at the moment. */
static void ask_on(struct deaf *d)
{
    static unsigned char frame[2048];
    struct fb_feed_ask page = {.limit = FB_FEED_PAGE_MAX};
    struct fb_query query = {.kind = FB_QUERY_FINDINGS};
    size_t n = fb_encode_query(&query, frame, sizeof frame);
    for (unsigned i = 0; i < DEAF_DOORS; i++)
        for (unsigned k = 0; k < 16 && d->asked[i] < DEAF_ASKS && zmq_send(d->door[i], frame, n, ZMQ_DONTWAIT) > 0; k++)
            d->asked[i]++;
    n = fb_encode_feed_ask(&page, frame, sizeof frame);
    for (unsigned k = 0; k < 64 && d->asked[DEAF_DOORS] < DEAF_ASKS && zmq_send(d->feed, frame, n, ZMQ_DONTWAIT) > 0; k++)
        d->asked[DEAF_DOORS]++;
}

struct honest {
    struct fb_client *client;
    unsigned next, answered;
    int64_t sent_ns[HONEST], took_ns[HONEST];
};

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct honest *h = ctx;
    overload_must(answer->reason == FB_REASON_NONE, "an honest record was refused");
    h->took_ns[h->answered++] = bench_now_ns() - h->sent_ns[tag];
}

static void send_honest(struct honest *h)
{
    static struct bench_texts texts;
    static struct fb_record record;
    bench_booking(FLOOD + h->next, fb_span_of("honest"), &texts, &record);
    h->sent_ns[h->next] = bench_now_ns();
    if (fb_client_publish(h->client, &record, h->next) == FB_OK)
        h->next++;
}

static void deaf(struct overload *o)
{
    static struct honest h;
    struct deaf d;
    struct fb_client_options options = {.endpoint = o->door, .answered = on_answer, .ctx = &h};
    options.hello.source = (struct fb_source){.name = fb_span_of("honest"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    options.hello.adapter = fb_span_of("honest");
    overload_must(fb_client_open(&h.client, &options) == FB_OK, "no socket");
    deaf_open(&d, o);
    int64_t until = bench_now_ns() + (int64_t)PATIENCE_S * 1000000000;
    for (unsigned i = 0; h.answered < HONEST; i++) {
        ask_on(&d);
        if (h.next < HONEST && h.next < h.answered + 32)
            send_honest(&h);
        overload_must(fb_client_poll(h.client, 1) == FB_OK, "the honest publisher was not served");
        if (i % 64 == 0)
            watch(o);
        overload_must(bench_now_ns() < until, "the honest publisher waits for ever: %u of %d answered", h.answered, HONEST);
    }
    watch(o);
    fb_client_close(&h.client);
    deaf_close(&d);
    int64_t grew = o->most_kib - o->before_kib, bound = (DEAF_DOORS + 1) * (OVERLOAD_HELD * FRAME / 1024) + 2 * (FB_OUTGOING_BYTES_MAX / 1024) + OVERLOAD_SLACK_KIB;
    printf("deaf: %u + %u questions and %u asks of the feed, no answer read; %d honest records taken, p99 %lld ms; the engine's memory grew by %lld KiB, "
           "at most %lld may\n", d.asked[0], d.asked[1], d.asked[DEAF_DOORS], HONEST, (long long)(bench_quantile(h.took_ns, HONEST, 990) / 1000000),
           (long long)grew, (long long)bound);
    overload_must(d.asked[0] + d.asked[DEAF_DOORS] > 2000, "hardly anything was asked");
    overload_must(grew <= bound, "the engine keeps too much for those who do not read");
}

int main(int argc, char **argv)
{
    static struct overload o;
    if (argc == 5 && strcmp(argv[1], "page") == 0)
        return write_page(argv[2], argv[3], argv[4]);
    if (argc != 4)
        return 2;
    o.pid = argv[3];
    snprintf(o.door, sizeof o.door, "ipc://%s/door.sock", argv[2]);
    snprintf(o.feed, sizeof o.feed, "ipc://%s/feed.sock", argv[2]);
    snprintf(o.ticker, sizeof o.ticker, "ipc://%s/ticker.sock", argv[2]);
    o.before_kib = o.most_kib = overload_memory_kib(o.pid);
    if (strcmp(argv[1], "flood") == 0)
        flood(&o);
    else if (strcmp(argv[1], "curious") == 0)
        overload_curious(&o);
    else if (strcmp(argv[1], "sources") == 0)
        overload_sources(&o);
    else
        deaf(&o);
    return 0;
}
