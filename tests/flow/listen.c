/* Listens to the ticker as a console would: prints one line a message, until so many seconds have passed.
 *   listen ENDPOINT TOPIC SECONDS     "event TOPIC SEQ HEAD" or "heartbeat HEAD" */
#include "engine/wire/wire.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Two parts: the topic, for the socket's own filter, and the frame. */
static bool print(const char *topic, struct fb_span frame)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    enum fb_frame_kind kind;
    struct fb_span payload;
    struct fb_event_row row;
    uint64_t epoch = 0, head = 0;
    bool has_row = false;
    fb_arena_init(&arena, memory, sizeof(memory));
    if (fb_frame_open(frame, &kind, &payload) != FB_REASON_NONE || kind != FB_FRAME_TICK ||
        fb_decode_tick(payload, &arena, &epoch, &head, &row, &has_row) != FB_REASON_NONE || epoch == 0)
        return false;
    if (has_row)
        printf("event %s %" PRIu64 " %" PRIu64 "\n", topic, row.seq, head);
    else
        printf("heartbeat %" PRIu64 "\n", head);
    fflush(stdout);
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_SUB);
    int wait_ms = 200, bad = 0;
    if (zmq_connect(socket, argv[1]) != 0 || zmq_setsockopt(socket, ZMQ_SUBSCRIBE, argv[2], strlen(argv[2])) != 0 ||
        zmq_setsockopt(socket, ZMQ_RCVTIMEO, &wait_ms, sizeof(wait_ms)) != 0)
        return 1;
    printf("listening\n");
    fflush(stdout);
    int64_t until = now_ms() + strtol(argv[3], NULL, 10) * 1000;
    while (now_ms() < until) {
        char topic[80], frame[8192];
        int t = zmq_recv(socket, topic, sizeof(topic) - 1, 0);
        if (t < 0)
            continue;
        int n = zmq_recv(socket, frame, sizeof(frame), 0);
        if (t >= (int)sizeof(topic) || n < 0 || n > (int)sizeof(frame))
            return 1;
        topic[t] = '\0';
        bad += !print(topic, (struct fb_span){frame, (uint32_t)n});
    }
    zmq_close(socket);
    zmq_ctx_term(context);
    return bad != 0;
}
