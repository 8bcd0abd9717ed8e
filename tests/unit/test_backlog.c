#include "engine/shell/backlog.h"
#include "engine/shell/clock.h"
#include "engine/shell/port_zmq.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <zmq.h>

static const struct fb_peer ann = {.n = 1, .id = "a"}, bob = {.n = 1, .id = "b"};

/* Pipes with room for so many frames, and what went through them. */
struct pipes {
    unsigned room_a, room_b;
    bool a_left;
    char got[64];
    uint64_t lost;
};

static enum fb_err into(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    struct pipes *p = ctx;
    unsigned *room = fb_peer_same(peer, &ann) ? &p->room_a : &p->room_b;
    if (fb_peer_same(peer, &ann) && p->a_left)
        return FB_NOT_FOUND;
    if (*room == 0)
        return FB_BUSY;
    --*room;
    strncat(p->got, frame, n);
    return FB_OK;
}

static enum fb_err give(struct fb_backlog *b, struct pipes *p, const char *frame, uint64_t ticks_ms)
{
    const struct fb_backlog_way way = {into, p, &p->lost};
    return fb_backlog_send(b, &way, frame[0] == 'a' ? &ann : &bob, frame, 3, ticks_ms);
}

static void retry(struct fb_backlog *b, struct pipes *p, uint64_t ticks_ms)
{
    const struct fb_backlog_way way = {into, p, &p->lost};
    fb_backlog_retry(b, &way, ticks_ms);
}

/* Kept, when there is no room in the pipes. */
static void keep_all(struct fb_backlog *b)
{
    static const char *const frames[] = {"a1 ", "b1 ", "a2 ", "b2 ", "a3 "};
    struct pipes full = {0};
    for (unsigned i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(give(b, &full, frames[i], 1000 + i), FB_OK);
    CU_ASSERT_EQUAL(b->frames, 5);
}

static void test_order(void)
{
    struct fb_backlog b = {0};
    struct pipes p = {.room_a = 1};
    keep_all(&b);
    retry(&b, &p, 1010);
    CU_ASSERT_STRING_EQUAL(p.got, "a1 ");
    p.room_a = 9, p.room_b = 1;
    retry(&b, &p, 1020);
    CU_ASSERT_EQUAL(b.frames, 1);
    CU_ASSERT_EQUAL(give(&b, &p, "b3 ", 1030), FB_OK); /* no room */
    p.room_b = 9;
    CU_ASSERT_EQUAL(give(&b, &p, "b4 ", 1040), FB_OK); /* room again: what waited goes first, at once */
    const char *a2 = strstr(p.got, "a2 "), *b1 = strstr(p.got, "b1 ");
    CU_ASSERT(a2 != NULL && strncmp(a2, "a2 a3 ", 6) == 0);
    CU_ASSERT(b1 != NULL && strstr(b1, "b2 b3 b4 ") != NULL);
    CU_ASSERT(b.frames == 0 && b.bytes == 0 && b.peer == NULL && p.lost == 0);
}

static void test_too_old(void)
{
    struct fb_backlog b = {0};
    struct pipes p = {0};
    keep_all(&b); /* at 1000 to 1004 */
    retry(&b, &p, 6001);
    CU_ASSERT(p.lost == 2 && b.frames == 3);
    p.room_a = p.room_b = 9;
    retry(&b, &p, 9000); /* old, but there is room at last */
    CU_ASSERT_EQUAL(p.lost, 2);
    CU_ASSERT_EQUAL(strlen(p.got), 9);
    CU_ASSERT(b.bytes == 0 && b.peer == NULL);
}

static void test_left(void)
{
    struct fb_backlog b = {0};
    struct pipes p = {.a_left = true, .room_b = 9};
    keep_all(&b);
    retry(&b, &p, 1010);
    CU_ASSERT_EQUAL(p.lost, 3);
    CU_ASSERT_STRING_EQUAL(p.got, "b1 b2 ");
    CU_ASSERT(b.bytes == 0 && b.frames == 0 && b.peer == NULL);
    p.a_left = false;
    keep_all(&b);
    p.a_left = true;
    CU_ASSERT_EQUAL(give(&b, &p, "a4 ", 1020), FB_NOT_FOUND);
    CU_ASSERT(p.lost == 7 && b.frames == 2);
    fb_backlog_close(&b);
}

static void test_room(void)
{
    static const unsigned char frame[1 << 16];
    struct fb_backlog b = {0};
    struct pipes full = {0};
    const struct fb_backlog_way way = {into, &full, &full.lost};
    for (unsigned n = 0; n < 1000 && full.lost == 0; n++)
        CU_ASSERT_EQUAL(fb_backlog_send(&b, &way, &ann, frame, sizeof frame, 0), FB_OK);
    CU_ASSERT_EQUAL(b.frames, (FB_OUTGOING_BYTES_MAX >> 16) - 1);
    CU_ASSERT(b.bytes <= FB_OUTGOING_BYTES_MAX && full.lost == 1);
    CU_ASSERT_EQUAL(give(&b, &full, "b1 ", 0), FB_OK);
    CU_ASSERT_EQUAL(full.lost, 1);
    fb_backlog_close(&b);
    CU_ASSERT(b.bytes == 0 && b.frames == 0 && b.peer == NULL);
}

/* ---- over a real socket ---- */

enum { LONG = 60000, ENOUGH = 1000 };

static void learn(void *ctx, const struct fb_peer *peer, struct fb_span frame)
{
    (void)frame;
    *(struct fb_peer *)ctx = *peer;
}

static void *slow_reader(void *context, const char *endpoint)
{
    void *s = zmq_socket(context, ZMQ_DEALER);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    int one = 1, none = 0, wait_ms = 2000;
    zmq_setsockopt(s, ZMQ_RCVHWM, &one, sizeof one);
    zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(s, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
    CU_ASSERT_FATAL(zmq_connect(s, endpoint) == 0 && zmq_send(s, "hi", 2, 0) == 2);
    return s;
}

static void send_next(struct fb_outlet *out, const struct fb_peer *peer, unsigned *n)
{
    static unsigned char frame[LONG];
    memcpy(frame, n, sizeof *n);
    CU_ASSERT_EQUAL(out->send(out->ctx, peer, frame, sizeof frame), FB_OK);
    ++*n;
}

/* The number of the next frame, ENOUGH when none comes. */
static unsigned receive(void *s)
{
    static unsigned char frame[LONG];
    unsigned n = ENOUGH;
    if (zmq_recv(s, frame, sizeof frame, 0) == LONG)
        memcpy(&n, frame, sizeof n);
    return n;
}

/* Its pipe is full, a frame is kept; it reads, so that there is room; the next frame must not come first. */
static void test_port(void)
{
    struct fb_test_folder folder;
    struct fb_stats stats = {0};
    struct fb_port_pair pair = {0};
    struct fb_peer peer = {0};
    char endpoint[FB_TEST_PATH + 20];
    const char *why = NULL;
    unsigned sent = 0, got = 0;
    fb_test_folder_make(&folder);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/door.sock", folder.path);
    void *context = zmq_ctx_new();
    CU_ASSERT_EQUAL_FATAL(fb_port_open(&pair.local, context, FB_PORT_ROUTER, endpoint, &stats, &why), FB_OK);
    struct fb_outlet out = fb_port_pair_outlet(&pair);
    void *s = slow_reader(context, endpoint);
    for (unsigned i = 0; i < 2000 && peer.n == 0; i++) {
        fb_port_drain(pair.local, 10, learn, &peer);
        zmq_poll(NULL, 0, 1);
    }
    CU_ASSERT_FATAL(peer.n > 0);
    while (fb_port_kept(pair.local) < 2 && sent < ENOUGH)
        send_next(&out, &peer, &sent);
    CU_ASSERT(sent < ENOUGH);
    while (got < sent / 2 && receive(s) == got)
        got++;
    zmq_poll(NULL, 0, 50); /* until the library has moved what it holds */
    send_next(&out, &peer, &sent);
    for (unsigned i = 0; i < 1000 && got < sent; i++) {
        (void)fb_port_retry(pair.local, fb_clock_ticks_ms());
        unsigned n = receive(s);
        CU_ASSERT_EQUAL(n, got);
        got++;
    }
    CU_ASSERT_EQUAL(got, sent);
    CU_ASSERT(fb_port_kept(pair.local) == 0 && stats.undelivered == 0);
    zmq_close(s);
    fb_port_close(&pair.local);
    zmq_ctx_term(context);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_backlog[] = {{"each peer's frames in their order", test_order},
                               {"what waited too long goes, and nothing for which there is room", test_too_old},
                               {"of a peer that left everything goes", test_left},
                               {"a bound in all", test_room},
                               {"a slow reader over a real socket", test_port},
                               CU_TEST_INFO_NULL};
