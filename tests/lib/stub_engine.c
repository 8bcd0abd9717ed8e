#include "tests/lib/stub_engine.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { SEEN = 1 << 16, ANSWERS = 128, PEER_BYTES = 16 };
struct seen { /* by hash of the text; collisions do not matter in a test */
    uint64_t id;
    unsigned char digest[16];
    uint8_t outcome;
};
struct fb_stub_engine {
    struct fb_stub_options options;
    void *context, *router;
    pthread_t thread;
    atomic_bool stop;
    atomic_ullong messages, hellos, distinct, repeats;
    char endpoint[100], path[80];
    unsigned char peer[PEER_BYTES];
    size_t peer_n;
    bool greeted, restarted;
    unsigned n;
    struct fb_wire_answer answer[ANSWERS];
    char id[ANSWERS][FB_ID_BYTES_MAX];
    struct seen by_id[SEEN], by_ref[SEEN];
    unsigned char frame[FB_MESSAGE_BYTES_MAX], arena[FB_ARENA_BYTES];
};

static struct seen *find(struct seen *table, uint64_t hash)
{
    size_t i = hash % SEEN;
    while (table[i].id != 0 && table[i].id != hash)
        i = (i + 1) % SEEN;
    return &table[i];
}

static void bind_router(struct fb_stub_engine *s)
{
    int linger = 0, hwm = 100000;
    s->router = zmq_socket(s->context, ZMQ_ROUTER);
    fb_assert(s->router != NULL);
    zmq_setsockopt(s->router, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(s->router, ZMQ_SNDHWM, &hwm, sizeof hwm);
    zmq_setsockopt(s->router, ZMQ_RCVHWM, &hwm, sizeof hwm);
    fb_assert(zmq_bind(s->router, s->endpoint) == 0);
}

static void send_frame(struct fb_stub_engine *s, const void *frame, size_t n)
{
    fb_assert(n > 0);
    zmq_send(s->router, s->peer, s->peer_n, ZMQ_SNDMORE);
    zmq_send(s->router, frame, n, 0);
}

static void send_answers(struct fb_stub_engine *s)
{
    unsigned char frame[FB_MESSAGE_BYTES_MAX];
    if (s->n > 0)
        send_frame(s, frame, fb_encode_answers(s->answer, s->n, s->options.window, frame, sizeof frame));
    s->n = 0;
}

static void welcome(struct fb_stub_engine *s)
{
    struct fb_welcome w = {.window = s->options.window, .epoch = 1, .engine = fb_span_of("stub")};
    unsigned char frame[512];
    if (s->options.refuse_source) {
        w.reason = FB_REASON_NOT_YOURS;
        w.text = fb_span_of("ask the controls team");
    }
    uint64_t before = atomic_fetch_add(&s->hellos, 1);
    if (before < s->options.no_place) {
        w.reason = FB_REASON_NO_PLACE;
        w.text = fb_span_of("try again in a second");
    } else if (before < s->options.no_place + s->options.cut_short) {
        w.window = 0;
    }
    s->greeted = w.reason == FB_REASON_NONE;
    send_frame(s, frame, fb_encode_welcome(&w, frame, sizeof frame));
}

/* Turn's numbers: 1 accepted, 2 amended, 3 duplicate, 4 conflict, 5 refused. */
static void judge(struct fb_stub_engine *s, const struct fb_record *r, struct fb_wire_answer *a)
{
    uint64_t id = fb_hash64(r->env.message_id.p, r->env.message_id.n) | 1;
    uint64_t ref = fb_hash64_mix(fb_hash64(r->env.record_ref.p, r->env.record_ref.n), r->env.kind) | 1;
    struct seen *by_id = find(s->by_id, id), *by_ref = find(s->by_ref, ref);
    a->journal = fb_hash64(r->digest, sizeof r->digest) >> 1 | 1; /* the same for a repeat, another for a conflict */
    if (by_id->id != 0) {
        bool same = memcmp(by_id->digest, r->digest, sizeof r->digest) == 0;
        a->outcome = same ? 3 : 4;
        a->reason = same ? FB_REASON_NONE : FB_REASON_CONFLICT;
        atomic_fetch_add(&s->repeats, 1);
        return;
    }
    unsigned n = (unsigned)atomic_fetch_add(&s->distinct, 1) + 1;
    a->outcome = by_ref->id != 0 ? 2 : 1;
    if (s->options.refuse_every != 0 && n % s->options.refuse_every == 0) {
        a->outcome = 5;
        a->reason = FB_REASON_FIELD_MISSING;
        a->field = fb_span_of("shift.grade");
    }
    by_id->id = id;
    by_ref->id = ref;
    memcpy(by_id->digest, r->digest, sizeof r->digest);
}

/* A receipt's lines, as they cross the wire. */
static void answer_query(struct fb_stub_engine *s, struct fb_span payload)
{
    struct fb_span line[64];
    unsigned char frame[8192];
    struct fb_arena arena;
    struct fb_query q;
    const char *field;
    struct fb_result r = {.line = line};
    fb_arena_init(&arena, s->arena, sizeof s->arena);
    if (fb_decode_query(payload, &arena, &q, &field) != FB_REASON_NONE)
        return;
    r.kind = q.kind;
    if (s->options.receipt == NULL || q.kind != FB_QUERY_RECEIPT) {
        r.reason = FB_REASON_FIELD_RANGE;
        r.text = fb_span_of("that day has not come yet");
    }
    for (const char *p = r.text.n > 0 ? "" : s->options.receipt; *p != '\0' && r.n_lines < 64; p += line[r.n_lines++].n + 1)
        line[r.n_lines] = (struct fb_span){p, (uint32_t)strcspn(p, "\n")};
    send_frame(s, frame, fb_encode_result(&r, frame, sizeof frame));
}

static bool every(unsigned n, uint64_t count)
{
    return n != 0 && count % n == 0;
}

static void answer(struct fb_stub_engine *s, struct fb_span payload)
{
    struct fb_record r;
    struct fb_arena arena;
    struct fb_span body;
    const char *field;
    fb_arena_init(&arena, s->arena, sizeof s->arena);
    enum fb_reason reason = fb_decode_publish(payload, &arena, &r, &body, &field);
    uint64_t count = atomic_fetch_add(&s->messages, 1) + 1;
    struct fb_wire_answer *a = &s->answer[s->n];
    *a = (struct fb_wire_answer){.outcome = 1, .reason = reason};
    bool silent = s->options.silent_after != 0 && count > s->options.silent_after;
    if (every(s->options.lose_every, count) || silent)
        return;
    a->busy = every(s->options.busy_every, count);
    if (a->busy)
        a->outcome = 0;
    else if (!s->greeted)
        *a = (struct fb_wire_answer){.outcome = 5, .reason = FB_REASON_NO_HELLO};
    else if (reason != FB_REASON_NONE)
        a->outcome = 5;
    else if (!s->options.forgetful)
        judge(s, &r, a);
    if (s->options.on_message != NULL && !a->busy && s->greeted)
        s->options.on_message(s->options.ctx, &r, (enum fb_outcome)a->outcome);
    memcpy(s->id[s->n], r.env.message_id.p, r.env.message_id.n);
    a->message_id = (struct fb_span){s->id[s->n], r.env.message_id.n};
    if (++s->n == ANSWERS)
        send_answers(s);
}

static void restart_when_due(struct fb_stub_engine *s)
{
    if (s->restarted || s->options.restart_after == 0 || atomic_load(&s->messages) < s->options.restart_after)
        return;
    struct timespec pause = {0, 50 * 1000000};
    s->restarted = true;
    s->greeted = false;
    s->n = 0; /* whatever was to be answered is lost with it */
    zmq_close(s->router);
    nanosleep(&pause, NULL);
    bind_router(s);
}

/* False: nothing more for now. */
static bool take_one(struct fb_stub_engine *s)
{
    unsigned char peer[PEER_BYTES];
    enum fb_frame_kind kind;
    struct fb_span payload;
    int n = zmq_recv(s->router, peer, sizeof peer, ZMQ_DONTWAIT);
    if (n < 0)
        return false;
    if ((size_t)n != s->peer_n || memcmp(peer, s->peer, s->peer_n) != 0)
        send_answers(s);
    memcpy(s->peer, peer, (size_t)n);
    s->peer_n = (size_t)n;
    int size = zmq_recv(s->router, s->frame, sizeof s->frame, 0);
    fb_assert(size >= 0 && (size_t)size <= sizeof s->frame);
    if (fb_frame_open((struct fb_span){(char *)s->frame, (uint32_t)size}, &kind, &payload) != FB_REASON_NONE)
        return true;
    if (kind == FB_FRAME_HELLO)
        welcome(s);
    else if (kind == FB_FRAME_PUBLISH)
        answer(s, payload);
    else if (kind == FB_FRAME_QUERY)
        answer_query(s, payload);
    return true;
}

static void *serve(void *ctx)
{
    struct fb_stub_engine *s = ctx;
    while (!atomic_load(&s->stop)) {
        zmq_pollitem_t item = {s->router, 0, ZMQ_POLLIN, 0};
        zmq_poll(&item, 1, 20);
        while (take_one(s))
            restart_when_due(s);
        send_answers(s);
    }
    return NULL;
}

struct fb_stub_engine *fb_stub_open(const struct fb_stub_options *options)
{
    static atomic_uint opened; /* several may run side by side */
    struct fb_stub_engine *s = calloc(1, sizeof *s);
    fb_assert(s != NULL);
    s->options = *options;
    if (s->options.window == 0)
        s->options.window = 64;
    snprintf(s->path, sizeof s->path, "/tmp/fairbank-stub-%ld-%u.sock", (long)getpid(), atomic_fetch_add(&opened, 1));
    snprintf(s->endpoint, sizeof s->endpoint, "ipc://%s", s->path);
    s->context = zmq_ctx_new();
    bind_router(s);
    fb_assert(pthread_create(&s->thread, NULL, serve, s) == 0);
    return s;
}

void fb_stub_close(struct fb_stub_engine **engine)
{
    struct fb_stub_engine *s = *engine;
    *engine = NULL;
    atomic_store(&s->stop, true);
    pthread_join(s->thread, NULL);
    zmq_close(s->router);
    zmq_ctx_term(s->context);
    unlink(s->path);
    free(s);
}

const char *fb_stub_endpoint(const struct fb_stub_engine *s)
{
    return s->endpoint;
}

struct fb_stub_figures fb_stub_figures(struct fb_stub_engine *s)
{
    return (struct fb_stub_figures){atomic_load(&s->messages), atomic_load(&s->hellos),
                                    atomic_load(&s->distinct), atomic_load(&s->repeats)};
}
