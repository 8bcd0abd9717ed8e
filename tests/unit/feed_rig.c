#include "tests/unit/feed_rig.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <pthread.h>
#include <stdio.h>
#include <zmq.h>

enum { FRAME = 1 << 16 };
struct fb_feed_rig fb_feed_rig;
static void *context, *door;
static pthread_t thread;
static atomic_bool ends;

static size_t answer(const struct fb_feed_ask *ask, void *frame)
{
    static struct fb_event_row row[FB_FEED_RIG_ROWS];
    uint64_t after = ask->from_cursor ? atomic_load(&fb_feed_rig.kept) : ask->after;
    unsigned n = 0, limit = ask->limit < FB_FEED_RIG_STEP ? ask->limit : FB_FEED_RIG_STEP;
    if (atomic_load(&fb_feed_rig.refuses))
        return fb_encode_feed_page(&(struct fb_feed_page){.reason = FB_REASON_NOT_YOURS, .epoch = FB_FEED_RIG_EPOCH}, frame, FRAME);
    if (atomic_load(&fb_feed_rig.anew) && ask->epoch == FB_FEED_RIG_EPOCH)
        return fb_encode_feed_page(&(struct fb_feed_page){.reason = FB_REASON_FIELD_RANGE, .epoch = FB_FEED_RIG_EPOCH + 1}, frame, FRAME);
    if (atomic_load(&fb_feed_rig.stands))
        return fb_encode_feed_page(&(struct fb_feed_page){.epoch = FB_FEED_RIG_EPOCH, .next = after, .head = FB_FEED_RIG_ROWS}, frame, FRAME);
    uint64_t seq = after;
    for (; seq < FB_FEED_RIG_ROWS && n < limit; seq++) {
        /* Every fifth is of another kind; who asks for one alone meets pages on which nothing stands. */
        enum fb_event_kind kind = seq % 5 == 4 ? FB_EVENT_RATECAP_BREACHED : FB_EVENT_SPEND_POSTED;
        row[n] = (struct fb_event_row){.seq = seq + 1, .event = {.kind = kind, .at_ms = 1774000000000, .trust = fb_code_of("RTH")}};
        if (fb_event_set_empty(&ask->filter.kinds) || fb_event_set_has(&ask->filter.kinds, kind))
            n++;
        else if (seq + 1 - after == FB_FEED_RIG_STEP) {
            seq++;
            break;
        }
    }
    uint64_t epoch = atomic_load(&fb_feed_rig.anew) ? FB_FEED_RIG_EPOCH + 1 : FB_FEED_RIG_EPOCH;
    return fb_encode_feed_page(&(struct fb_feed_page){.epoch = epoch, .next = seq, .head = FB_FEED_RIG_ROWS, .n = n, .row = row}, frame, FRAME);
}

/* A parked question to which nothing comes is answered by nobody. */
static bool is_parked(const struct fb_feed_ask *ask)
{
    return ask->wait && !ask->from_cursor && ask->after >= FB_FEED_RIG_ROWS && !atomic_load(&fb_feed_rig.anew);
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
        atomic_store(&fb_feed_rig.kept, (unsigned)ack.seq);
    if (kind != FB_FRAME_FEED_ASK || fb_decode_feed_ask(payload, &arena, &ask, NULL) != FB_REASON_NONE)
        return;
    atomic_fetch_add(&fb_feed_rig.asked, 1);
    if (is_parked(&ask))
        return;
    size_t n = answer(&ask, frame);
    (void)zmq_send(door, id, n_id, ZMQ_SNDMORE);
    (void)zmq_send(door, frame, n, 0);
}

static void *serve(void *ctx)
{
    char id[256], asked[1024];
    (void)ctx;
    while (!atomic_load(&ends)) {
        zmq_pollitem_t item = {.socket = door, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, 20) <= 0)
            continue;
        int n_id = zmq_recv(door, id, sizeof id, 0), n = zmq_recv(door, asked, sizeof asked, 0);
        if (n_id > 0 && n > 0)
            take(id, (size_t)n_id, (struct fb_span){asked, (uint32_t)n});
    }
    return NULL;
}

void fb_feed_rig_begin(const struct fb_test_folder *folder)
{
    char path[FB_TEST_PATH];
    fb_test_folder_file(folder, "feed.sock", path);
    snprintf(fb_feed_rig.endpoint, sizeof fb_feed_rig.endpoint, "ipc://%s", path);
    atomic_store(&ends, false);
    atomic_store(&fb_feed_rig.anew, false);
    atomic_store(&fb_feed_rig.stands, false);
    atomic_store(&fb_feed_rig.refuses, false);
    atomic_store(&fb_feed_rig.kept, 0);
    atomic_store(&fb_feed_rig.asked, 0);
    context = zmq_ctx_new();
    door = zmq_socket(context, ZMQ_ROUTER);
    CU_ASSERT_EQUAL_FATAL(zmq_bind(door, fb_feed_rig.endpoint), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, serve, NULL), 0);
}

void fb_feed_rig_end(void)
{
    atomic_store(&ends, true);
    pthread_join(thread, NULL);
    zmq_close(door);
    zmq_ctx_term(context);
}
