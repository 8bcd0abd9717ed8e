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
/* Something is kept for that peer: what comes after goes behind it. */
bool fb_backlog_waits(const struct fb_backlog *b, const struct fb_peer *peer);
/* Copies the frame. False: there is no room. */
bool fb_backlog_keep(struct fb_backlog *b, const struct fb_peer *peer, const void *frame, size_t n, uint64_t ticks_ms);
/* Each peer's frames in their order, until send says FB_BUSY: then what is too old goes, and the rest stays. FB_NOT_FOUND: the
 * peer has left, and all that it had goes. How many frames reached nobody. */
unsigned fb_backlog_retry(struct fb_backlog *b, uint64_t ticks_ms,
                          enum fb_err (*send)(void *ctx, const struct fb_peer *peer, const void *frame, size_t n), void *ctx);
void fb_backlog_close(struct fb_backlog *b);
#endif
