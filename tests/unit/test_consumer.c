/* The consumer, against an engine of the test's own: a thread that answers the feed's questions from a list of events. */
#include "adapters/lib/consumer.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

enum { EPOCH = 7, ROWS = 10, STEP = 4, FRAME = 1 << 16, WAIT_MS = 3000 };
struct stub {
    void *context, *socket;
    pthread_t thread;
    char endpoint[FB_TEST_PATH + 16];
    atomic_bool ends, anew; /* anew: the store is another, and no place of the old one means anything */
    atomic_uint kept;       /* the cursor */
    atomic_uint asked;
};
static struct stub S;
static struct fb_test_folder folder;
static struct fb_consumer *C;

static size_t answer(const struct fb_feed_ask *ask, void *frame)
{
    static struct fb_event_row row[ROWS];
    uint64_t after = ask->from_cursor ? atomic_load(&S.kept) : ask->after;
    unsigned n = 0, limit = ask->limit < STEP ? ask->limit : STEP;
    if (atomic_load(&S.anew) && ask->epoch == EPOCH)
        return fb_encode_feed_page(&(struct fb_feed_page){.reason = FB_REASON_FIELD_RANGE, .epoch = EPOCH + 1}, frame, FRAME);
    uint64_t seq = after;
    for (; seq < ROWS && n < limit; seq++) {
        /* Every fifth is of another kind; who asks for one alone meets pages on which nothing stands. */
        enum fb_event_kind kind = seq % 5 == 4 ? FB_EVENT_RATECAP_BREACHED : FB_EVENT_SPEND_POSTED;
        row[n] = (struct fb_event_row){.seq = seq + 1, .event = {.kind = kind, .at_ms = 1774000000000, .trust = fb_code_of("RTH")}};
        if (fb_event_set_empty(&ask->filter.kinds) || fb_event_set_has(&ask->filter.kinds, kind))
            n++;
        else if (seq + 1 - after == STEP) {
            seq++;
            break;
        }
    }
    uint64_t epoch = atomic_load(&S.anew) ? EPOCH + 1 : EPOCH;
    return fb_encode_feed_page(&(struct fb_feed_page){.epoch = epoch, .next = seq, .head = ROWS, .n = n, .row = row}, frame, FRAME);
}

/* A parked question to which nothing comes is answered by nobody. */
static bool is_parked(const struct fb_feed_ask *ask)
{
    return ask->wait && !ask->from_cursor && ask->after >= ROWS && !atomic_load(&S.anew);
}

static void take(const char *id, size_t n_id, struct fb_span asked)
{
    static unsigned char memory[FRAME], frame[FRAME];
    struct fb_arena arena;
    struct fb_feed_ask ask;
    struct fb_feed_ack ack;
    enum fb_frame_kind kind;
    struct fb_span payload;
    fb_arena_init(&arena, memory, sizeof memory);
    if (fb_frame_open(asked, &kind, &payload) != FB_REASON_NONE)
        return;
    if (kind == FB_FRAME_FEED_ACK && fb_decode_feed_ack(payload, &arena, &ack, NULL) == FB_REASON_NONE)
        atomic_store(&S.kept, (unsigned)ack.seq);
    if (kind != FB_FRAME_FEED_ASK || fb_decode_feed_ask(payload, &arena, &ask, NULL) != FB_REASON_NONE)
        return;
    atomic_fetch_add(&S.asked, 1);
    if (is_parked(&ask))
        return;
    size_t n = answer(&ask, frame);
    (void)zmq_send(S.socket, id, n_id, ZMQ_SNDMORE);
    (void)zmq_send(S.socket, frame, n, 0);
}

static void *serve(void *ctx)
{
    char id[256], asked[1024];
    (void)ctx;
    while (!atomic_load(&S.ends)) {
        zmq_pollitem_t item = {.socket = S.socket, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, 20) <= 0)
            continue;
        int n_id = zmq_recv(S.socket, id, sizeof id, 0), n = zmq_recv(S.socket, asked, sizeof asked, 0);
        if (n_id > 0 && n > 0)
            take(id, (size_t)n_id, (struct fb_span){asked, (uint32_t)n});
    }
    return NULL;
}

static void begin(void)
{
    char path[FB_TEST_PATH];
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "feed.sock", path);
    snprintf(S.endpoint, sizeof S.endpoint, "ipc://%s", path);
    atomic_store(&S.ends, false);
    atomic_store(&S.anew, false);
    atomic_store(&S.kept, 0);
    atomic_store(&S.asked, 0);
    S.context = zmq_ctx_new();
    S.socket = zmq_socket(S.context, ZMQ_ROUTER);
    CU_ASSERT_EQUAL_FATAL(zmq_bind(S.socket, S.endpoint), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&S.thread, NULL, serve, NULL), 0);
}

static void end(void)
{
    fb_consumer_close(&C);
    atomic_store(&S.ends, true);
    pthread_join(S.thread, NULL);
    zmq_close(S.socket);
    zmq_ctx_term(S.context);
    fb_test_folder_remove(&folder);
}

static void open_as(const char *cursor, struct fb_event_filter filter)
{
    const struct fb_consumer_options o = {.endpoint = S.endpoint, .cursor = fb_span_of(cursor), .filter = filter};
    fb_consumer_close(&C);
    CU_ASSERT_EQUAL_FATAL(fb_consumer_open(&C, &o), FB_OK);
}
static const struct fb_event_filter all = {.trust = 0};

static void next(uint64_t first, unsigned n)
{
    struct fb_feed_page page = {.n = 0};
    char id[FB_EVENT_ID_BYTES], expected[FB_EVENT_ID_BYTES];
    CU_ASSERT_EQUAL_FATAL(fb_consumer_next(C, WAIT_MS, &page), FB_OK);
    CU_ASSERT_EQUAL_FATAL(page.n, n);
    CU_ASSERT_EQUAL(page.row[0].seq, first);
    snprintf(expected, sizeof expected, "%d-%u", EPOCH, (unsigned)first);
    CU_ASSERT_STRING_EQUAL(fb_consumer_id(id, &page, 0), expected);
}

/* What was not kept is given again, in one life and in the next. */
static void test_pages(void)
{
    struct fb_feed_page page;
    begin();
    open_as("finance", all);
    next(1, STEP);
    next(1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK); /* once is enough */
    CU_ASSERT(fb_consumer_place(C).after == STEP && fb_consumer_place(C).epoch == EPOCH && fb_consumer_place(C).head == ROWS);
    next(STEP + 1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_settle(C, WAIT_MS), FB_OK);
    open_as("finance", all);
    next(STEP + 1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    next(2 * STEP + 1, 2);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_next(C, 200, &page), FB_NOT_FOUND);
    CU_ASSERT_TRUE(fb_consumer_hears(C)); /* it is there, and has nothing */
    CU_ASSERT_EQUAL(fb_consumer_settle(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(atomic_load(&S.kept), ROWS);
    end();
}

static void test_own_place_and_filter(void)
{
    struct fb_feed_page page;
    struct fb_event_filter breaches = {.kinds = fb_event_set_of(FB_EVENT_RATECAP_BREACHED)};
    begin();
    const struct fb_consumer_options o = {.endpoint = S.endpoint, .from_place = true, .epoch = EPOCH, .after = 8};
    CU_ASSERT_EQUAL_FATAL(fb_consumer_open(&C, &o), FB_OK);
    next(9, 2);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, 0), FB_OK); /* nobody is told */
    CU_ASSERT_EQUAL(atomic_load(&S.kept), 0);
    CU_ASSERT_EQUAL(fb_consumer_place(C).after, ROWS);
    open_as("breaches", breaches);
    next(5, 1); /* behind a page on which nothing fits */
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    next(10, 1);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_next(C, 0, &page), FB_NOT_FOUND);
    end();
}

struct heard {
    unsigned n, most;
};

static enum fb_err hear(void *ctx, const struct fb_event_row *row, const char *id)
{
    struct heard *h = ctx;
    CU_ASSERT(row->seq > 0 && strncmp(id, "7-", 2) == 0);
    return ++h->n == h->most ? FB_FULL : FB_OK;
}

static void test_callback(void)
{
    struct heard h = {0, 6};
    begin();
    open_as("run", all);
    CU_ASSERT_EQUAL(fb_consumer_run(C, hear, &h, 200), FB_FULL);
    CU_ASSERT(h.n == 6 && fb_consumer_place(C).after == STEP); /* the second page comes again */
    h = (struct heard){0, 100};
    CU_ASSERT_EQUAL(fb_consumer_run(C, hear, &h, 200), FB_NOT_FOUND);
    CU_ASSERT(h.n == ROWS - STEP && fb_consumer_place(C).after == ROWS);
    end();
}

static void test_store_made_anew(void)
{
    struct fb_feed_page page;
    begin();
    open_as("finance", all);
    next(1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    atomic_store(&S.anew, true);
    CU_ASSERT_EQUAL(fb_consumer_next(C, WAIT_MS, &page), FB_REFUSED);
    fb_consumer_begin_again(C);
    CU_ASSERT_EQUAL_FATAL(fb_consumer_next(C, WAIT_MS, &page), FB_OK);
    CU_ASSERT(page.row[0].seq == 1 && page.epoch == EPOCH + 1);
    end();
}

static void test_nobody(void)
{
    struct fb_feed_page page;
    char name[FB_ID_BYTES_MAX + 2];
    const struct fb_consumer_options o = {.endpoint = "ipc:///nobody/here.sock", .cursor = fb_span_of("x")};
    CU_ASSERT_EQUAL_FATAL(fb_consumer_open(&C, &o), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_next(C, 100, &page), FB_NOT_FOUND);
    CU_ASSERT_FALSE(fb_consumer_hears(C));
    fb_consumer_close(&C);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const struct fb_consumer_options longer = {.endpoint = o.endpoint, .cursor = fb_span_of(name)};
    CU_ASSERT_EQUAL(fb_consumer_open(&C, &longer), FB_LIMIT);
    CU_ASSERT_PTR_NULL(C);
}

CU_TestInfo suite_consumer[] = {
    {"a page that was not kept is given again, and a place is kept by the engine", test_pages},
    {"a place of one's own; pages on which nothing fits are passed over", test_own_place_and_filter},
    {"a callback; what it does not take is given again", test_callback},
    {"a store that was made anew is told, and begun again", test_store_made_anew},
    {"nobody there, and a name that is too long", test_nobody},
    CU_TEST_INFO_NULL,
};
