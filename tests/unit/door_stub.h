#ifndef FB_TESTS_UNIT_DOOR_STUB_H
#define FB_TESTS_UNIT_DOOR_STUB_H
/* The door with a list in memory in place of a socket, and the test in place of the commit thread. One at a time: its log is
 * off while it is tested. */
#include "engine/shell/door.h"
struct fb_test_sent {
    struct fb_peer peer;
    size_t n;
    unsigned char frame[FB_MESSAGE_BYTES_MAX];
};
struct fb_test_door {
    struct fb_config config;
    struct fb_queue *queue;
    struct fb_sessions *sessions;
    struct fb_stats stats;
    struct fb_desk desk;
    struct fb_commit_news news;
    struct fb_reload reload; /* never reads anything here */
    struct fb_door door;
    struct fb_test_sent *sent; /* what the door said, in order */
    unsigned n_sent;
    bool nobody_there; /* who is spoken to has gone */
    struct fb_arena arena;
    unsigned char arena_memory[1 << 17];
};
/* Opens it all, with so many places in the queue and a window of four; a fatal failure of the test when it cannot. */
void fb_test_door_begin(struct fb_test_door *t, unsigned room);
/* Nothing may be left out of the queue. */
void fb_test_door_end(struct fb_test_door *t);
struct fb_peer fb_test_door_peer(unsigned n);
/* A frame from the n-th peer. */
void fb_test_door_take(struct fb_test_door *t, unsigned who, const void *frame, size_t n);
/* What the commit thread would do: Hellos get a number, records are accepted. How many items it was. */
unsigned fb_test_door_commit(struct fb_test_door *t);
/* The frame that was sent i-th, which must be of this kind; t->arena is empty then, to decode it into. */
struct fb_span fb_test_door_payload(struct fb_test_door *t, unsigned i, enum fb_frame_kind kind);
#endif
