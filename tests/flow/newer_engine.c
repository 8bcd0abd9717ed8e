/* An engine that is newer than whoever asks: it answers every question of the feed with one page that holds an event of a kind that
 * nobody here knows, one of a kind that has no usable name, and one that everybody knows.
 *
 *   newer_engine ENDPOINT READY     READY is made when it listens; it ends by a signal */
#include "engine/wire/wire.h"
#include <stdio.h>
#include <zmq.h>

enum { ID_BYTES = 256, ASK_BYTES = 1024, ARENA_BYTES = 1 << 16, KIND = 200, NAMELESS = 201, HEAD = 3 };

static struct fb_event_row row_of(uint64_t seq, enum fb_event_kind kind, const char *type)
{
    struct fb_event_row row = {.seq = seq, .type = fb_span_of(type), .statement = fb_span_of("What a newer engine says of it, in a sentence.")};
    row.event = (struct fb_event){.kind = kind, .at_ms = 1774000000000, .journal = 90 + seq, .trust = fb_code_of("RTH"), .severity = FB_SEVERITY_WARN,
                                  .source = fb_span_of("rth-roster"), .record_ref = fb_span_of("B-1")};
    return row;
}

static size_t answer(const struct fb_feed_ask *ask, void *frame, size_t size)
{
    struct fb_event_row rows[HEAD] = {row_of(1, (enum fb_event_kind)KIND, "ward.closed"), row_of(2, (enum fb_event_kind)NAMELESS, "ratecap.breached"),
                                      row_of(3, FB_EVENT_RATECAP_BREACHED, "")};
    unsigned from = ask->after < HEAD ? (unsigned)ask->after : HEAD;
    struct fb_feed_page page = {.epoch = 7, .next = HEAD, .head = HEAD, .n = HEAD - from, .row = rows + from};
    return fb_encode_feed_page(&page, frame, size);
}

static void serve(void *socket)
{
    static unsigned char memory[ARENA_BYTES], frame[ARENA_BYTES];
    struct fb_arena arena;
    char id[ID_BYTES], asked[ASK_BYTES];
    int n_id, n;
    while ((n_id = zmq_recv(socket, id, sizeof id, 0)) > 0 && (n = zmq_recv(socket, asked, sizeof asked, 0)) >= 0) {
        struct fb_feed_ask ask;
        enum fb_frame_kind kind;
        struct fb_span payload;
        fb_arena_init(&arena, memory, sizeof memory);
        if (n > ASK_BYTES || fb_frame_open((struct fb_span){asked, (uint32_t)n}, &kind, &payload) != FB_REASON_NONE || kind != FB_FRAME_FEED_ASK ||
            fb_decode_feed_ask(payload, &arena, &ask, NULL) != FB_REASON_NONE)
            continue;
        size_t size = answer(&ask, frame, sizeof frame);
        (void)zmq_send(socket, id, (size_t)n_id, ZMQ_SNDMORE);
        (void)zmq_send(socket, frame, size, 0);
    }
}

int main(int argc, char **argv)
{
    void *context = zmq_ctx_new(), *socket = context == NULL ? NULL : zmq_socket(context, ZMQ_ROUTER);
    if (argc != 3 || socket == NULL || zmq_bind(socket, argv[1]) != 0) {
        fprintf(stderr, "newer_engine: %s cannot be listened on\n", argc > 1 ? argv[1] : "nothing");
        return 1;
    }
    FILE *ready = fopen(argv[2], "w");
    if (ready == NULL || fclose(ready) != 0)
        return 1;
    serve(socket);
    return 1;
}
