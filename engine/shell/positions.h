#ifndef FB_SHELL_POSITIONS_H
#define FB_SHELL_POSITIONS_H
/* Where a consumer of the feed goes on: at the position that it says, or at the one that is kept of it; of another epoch or beyond the
 * last event, where both stores are the same, or after the last. Written by the commit thread (commit_cursors.h). Loop thread only. */
#include "engine/shell/pace.h"
#include "engine/shell/peer.h"
#include "engine/store/store.h"
#include "engine/wire/wire.h"
struct fb_positions {
    struct fb_store *store;
    uint64_t epoch;
    struct fb_pace beyond, restored; /* what is logged of those that say more than there is */
};
/* Sets ask->after. FB_REFUSED: that position is of an epoch that is not known. */
FB_MUST_CHECK enum fb_err fb_positions_begin(struct fb_positions *p, const struct fb_peer *peer, struct fb_feed_ask *ask);
#endif
