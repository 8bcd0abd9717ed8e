#ifndef FB_SHELL_BACKLOG_H
#define FB_SHELL_BACKLOG_H
/* Frames for peers whose pipe is full: FB_OUTGOING_BYTES_MAX in all, each for five seconds, a queue for each peer, so that nobody
 * gets a later answer before an earlier one: of a record that was sent twice, "known already" before "accepted". */
#include "engine/base/err.h"
#include "engine/shell/peer.h"
struct fb_backlog { /* all noughts at first */
    struct fb_backlog_peer *peer;
    size_t bytes;
    unsigned frames;
};
/* The pipes themselves. FB_BUSY: that one is full. FB_NOT_FOUND: the peer has left. */
struct fb_backlog_way {
    enum fb_err (*send)(void *ctx, const struct fb_peer *peer, const void *frame, size_t n);
    void *ctx;
    uint64_t *lost; /* counted there: frames that reached nobody */
};
/* What waits for that peer first, then this: sent, or kept, or lost when there is no room. FB_NOT_FOUND: the peer has left. */
enum fb_err fb_backlog_send(struct fb_backlog *b, const struct fb_backlog_way *way, const struct fb_peer *peer, const void *frame, size_t n,
                            uint64_t ticks_ms);
/* Each peer's frames in their order, until its pipe is full: then what is too old goes, and the rest stays. */
void fb_backlog_retry(struct fb_backlog *b, const struct fb_backlog_way *way, uint64_t ticks_ms);
void fb_backlog_close(struct fb_backlog *b);
#endif
