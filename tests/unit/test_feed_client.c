#include "adapters/lib/feed.h"
#include "tests/lib/suite.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

/* A feed's door with nothing behind it: answers each question with an empty page that moves `limit` on. A
 * question after position LATE is kept until the next one has come, as a parked one may be; one after
 * NONSENSE gets bytes that are no page. */
enum { LATE = 1000, NONSENSE = 2000 };
struct door {
    void *context, *router;
    pthread_t thread;
    char endpoint[100], path[80];
    atomic_bool stop;
    atomic_ullong asks, acked;
    unsigned char late_peer[16];
    int late_n;
};

static void send_page(struct door *d, const unsigned char *peer, int peer_n, const struct fb_feed_ask *ask)
{
    unsigned char frame[1024];
    struct fb_feed_page page = {.epoch = 7, .next = ask->after + ask->limit, .head = 5000};
    size_t n = fb_encode_feed_page(&page, frame, sizeof frame);
    if (ask->after == NONSENSE)
        memset(frame, 0xFF, n);
    zmq_send(d->router, peer, (size_t)peer_n, ZMQ_SNDMORE);
    zmq_send(d->router, frame, n, 0);
}

static void take_ask(struct door *d, const unsigned char *peer, int peer_n, const struct fb_feed_ask *ask)
{
    const struct fb_feed_ask late = {.after = LATE, .limit = 1};
    atomic_fetch_add(&d->asks, 1);
    if (ask->after == LATE) {
        memcpy(d->late_peer, peer, (size_t)peer_n);
        d->late_n = peer_n;
        return;
    }
    if (d->late_n > 0)
        send_page(d, d->late_peer, d->late_n, &late);
    d->late_n = 0;
    send_page(d, peer, peer_n, ask);
}

static void take_one(struct door *d)
{
    unsigned char peer[16], frame[2048], memory[4096];
    enum fb_frame_kind kind;
    struct fb_span payload;
    struct fb_arena arena;
    struct fb_feed_ask ask;
    struct fb_feed_ack ack;
    const char *field;
    int peer_n = zmq_recv(d->router, peer, sizeof peer, 0), n = zmq_recv(d->router, frame, sizeof frame, 0);
    fb_arena_init(&arena, memory, sizeof memory);
    if (fb_frame_open((struct fb_span){(char *)frame, (uint32_t)n}, &kind, &payload) != FB_REASON_NONE)
        return;
    if (kind == FB_FRAME_FEED_ASK && fb_decode_feed_ask(payload, &arena, &ask, &field) == FB_REASON_NONE)
        take_ask(d, peer, peer_n, &ask);
    if (kind == FB_FRAME_FEED_ACK && fb_decode_feed_ack(payload, &arena, &ack, &field) == FB_REASON_NONE)
        atomic_store(&d->acked, ack.seq);
}

static void *serve(void *ctx)
{
    struct door *d = ctx;
    while (!atomic_load(&d->stop)) {
        zmq_pollitem_t item = {d->router, 0, ZMQ_POLLIN, 0};
        if (zmq_poll(&item, 1, 20) > 0)
            take_one(d);
    }
    return NULL;
}

static void open_door(struct door *d)
{
    int linger = 0;
    memset(d, 0, sizeof *d);
    snprintf(d->path, sizeof d->path, "/tmp/fairbank-feed-%ld.sock", (long)getpid());
    snprintf(d->endpoint, sizeof d->endpoint, "ipc://%s", d->path);
    d->context = zmq_ctx_new();
    d->router = zmq_socket(d->context, ZMQ_ROUTER);
    zmq_setsockopt(d->router, ZMQ_LINGER, &linger, sizeof linger);
    CU_ASSERT_EQUAL_FATAL(zmq_bind(d->router, d->endpoint), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&d->thread, NULL, serve, d), 0);
}

static void close_door(struct door *d)
{
    atomic_store(&d->stop, true);
    pthread_join(d->thread, NULL);
    zmq_close(d->router);
    zmq_ctx_term(d->context);
    unlink(d->path);
}

static void test_pages(void)
{
    static struct door d;
    struct fb_feed_client *f = NULL;
    struct fb_feed_page page;
    struct fb_feed_ask ask = {.cursor = fb_span_of("finance"), .after = 10, .limit = 5};
    open_door(&d);
    CU_ASSERT_EQUAL_FATAL(fb_feed_open(&f, d.endpoint), FB_OK);
    for (unsigned i = 0; i < 20; i++) {
        CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 3000, &page), FB_OK);
        CU_ASSERT(page.epoch == 7 && page.next == ask.after + 5 && page.n == 0);
        ask.after = page.next;
    }
    struct fb_feed_ack ack = {.cursor = fb_span_of("finance"), .epoch = 7, .seq = ask.after};
    CU_ASSERT_EQUAL(fb_feed_ack(f, &ack, 3000), FB_OK);
    CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 3000, &page), FB_OK); /* behind it in the same pipe */
    CU_ASSERT_EQUAL(atomic_load(&d.acked), 110);
    CU_ASSERT_EQUAL(atomic_load(&d.asks), 21);
    fb_feed_close(&f);
    CU_ASSERT_PTR_NULL(f);
    close_door(&d);
}

/* The answer to a question that was given up must not be taken for the answer to the next. */
static void test_late(void)
{
    static struct door d;
    struct fb_feed_client *f = NULL;
    struct fb_feed_page page;
    struct fb_feed_ask ask = {.after = LATE, .limit = 5};
    open_door(&d);
    CU_ASSERT_EQUAL_FATAL(fb_feed_open(&f, d.endpoint), FB_OK);
    CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 300, &page), FB_NOT_FOUND);
    ask.after = 30;
    CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 3000, &page), FB_OK);
    CU_ASSERT_EQUAL(page.next, 35);
    ask.after = NONSENSE;
    CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 3000, &page), FB_DAMAGED);
    fb_feed_close(&f);
    close_door(&d);
}

static void test_nobody(void)
{
    static char longer[3000];
    struct fb_feed_client *f = NULL;
    struct fb_feed_page page;
    struct fb_feed_ask ask = {.limit = 5};
    struct fb_feed_ack ack = {.cursor = fb_span_of("finance")};
    CU_ASSERT_EQUAL(fb_feed_open(&f, "nonsense"), FB_REFUSED);
    CU_ASSERT_PTR_NULL(f);
    CU_ASSERT_EQUAL_FATAL(fb_feed_open(&f, "ipc:///tmp/fairbank-no-feed.sock"), FB_OK);
    CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 50, &page), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_feed_ack(f, &ack, 50), FB_NOT_FOUND);
    memset(longer, 'x', sizeof longer);
    ask.cursor = (struct fb_span){longer, sizeof longer};
    CU_ASSERT_EQUAL(fb_feed_next(f, &ask, 50, &page), FB_LIMIT);
    fb_feed_close(&f);
}

CU_TestInfo suite_feed_client[] = {
    {"pages follow each other, and a cursor is acknowledged", test_pages},
    {"a late answer is not taken for the next one's", test_late},
    {"without a feed, and with a question too long, the caller is told", test_nobody},
    CU_TEST_INFO_NULL,
};
