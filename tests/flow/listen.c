/* Listens to the ticker as a console would, and to its heartbeat: prints one line a message, until it is killed. Who has seen a
 * heartbeat is called everything from then on.
 *   listen ENDPOINT TOPIC     "event TOPIC SEQ HEAD" or "heartbeat HEAD" */
#include "engine/wire/wire.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

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
    if (argc != 3)
        return 2;
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_SUB);
    if (zmq_connect(socket, argv[1]) != 0 || zmq_setsockopt(socket, ZMQ_SUBSCRIBE, argv[2], strlen(argv[2])) != 0 ||
        zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "tick", strlen("tick")) != 0)
        return 1;
    for (;;) {
        char topic[80], frame[8192];
        int t = zmq_recv(socket, topic, sizeof(topic) - 1, 0);
        int n = t < 0 ? -1 : zmq_recv(socket, frame, sizeof(frame), 0);
        if (t >= (int)sizeof(topic) || n < 0 || n > (int)sizeof(frame))
            break;
        topic[t] = '\0';
        if (!print(topic, (struct fb_span){frame, (uint32_t)n}))
            break;
    }
    fprintf(stderr, "the ticker sent what is not ours\n");
    return 1;
}
