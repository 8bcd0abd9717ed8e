/* A peer that sends more than is read, and hangs up. libzmq keeps what came until it is read; while it does, a heartbeat that falls
 * due on that connection ends the process. */
#include "engine/shell/port_zmq.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <zmq.h>

enum { FRAMES = 20000, FRAME = 100, LONGER_THAN_A_HEARTBEAT_MS = 5500 };

static void count(void *ctx, const struct fb_peer *peer, struct fb_span frame)
{
    (void)peer;
    *(unsigned *)ctx += frame.n == FRAME;
}

static void flood_and_leave(const char *endpoint)
{
    static const char frame[FRAME];
    void *context = zmq_ctx_new();
    void *s = zmq_socket(context, ZMQ_DEALER);
    int none = 0, unbounded = 0;
    zmq_setsockopt(s, ZMQ_SNDHWM, &unbounded, sizeof unbounded);
    CU_ASSERT_FATAL(zmq_connect(s, endpoint) == 0);
    for (unsigned i = 0; i < FRAMES; i++)
        CU_ASSERT_EQUAL(zmq_send(s, frame, sizeof frame, 0), FRAME);
    zmq_poll(NULL, 0, 200); /* until no more goes into the connection */
    zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof none);
    zmq_close(s);
    zmq_ctx_term(context);
}

static void test_hangup(void)
{
    struct fb_test_folder folder;
    struct fb_stats stats = {0};
    struct fb_port *port;
    char endpoint[FB_TEST_PATH + 20];
    const char *why = NULL;
    unsigned came = 0;
    fb_test_folder_make(&folder);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/door.sock", folder.path);
    void *context = zmq_ctx_new();
    CU_ASSERT_EQUAL_FATAL(fb_port_open(&port, context, FB_PORT_ROUTER, endpoint, &stats, &why), FB_OK);
    flood_and_leave(endpoint);
    zmq_poll(NULL, 0, LONGER_THAN_A_HEARTBEAT_MS);
    for (unsigned i = 0; i < 100; i++) {
        fb_port_drain(port, FRAMES, count, &came);
        zmq_poll(NULL, 0, 1);
    }
    CU_ASSERT(came > 1000 && came < FRAMES); /* more had come than is held, and not all of it */
    fb_port_close(&port);
    zmq_ctx_term(context);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_hangup[] = {{"a peer that floods and leaves", test_hangup}, CU_TEST_INFO_NULL};
