#ifndef FB_SHELL_STATS_H
#define FB_SHELL_STATS_H
/* What was counted at the doors since this start. Owned by the loop thread. Frames of strangers, frames that
 * are not ours and frames that could not be delivered leave no other trace than a number here. */
#include <stdint.h>
#define FB_STATS_MAP(X)                                                                                      \
    X(frames, "frames taken")                                                                                \
    X(not_ours, "not a frame of ours") X(strange_peers, "peers with an odd routing id")                      \
        X(published, "records handed to the journal") X(busy, "answered busy") X(no_hello, "before Hello")   \
            X(refused, "refused at the door") X(hellos, "hellos") X(hellos_refused, "hellos refused")        \
                X(queries, "queries") X(feed_pages, "feed pages") X(feed_acks, "feed acknowledgements")      \
                    X(acks_dropped, "feed acknowledgements dropped")                                         \
                    X(ticks, "ticks") X(ticks_skipped, "ticks passed over")                                  \
                        X(undelivered, "answers that found nobody") X(commits, "commits")                 \
                        X(crowded, "connections hung up on for want of file descriptors")
struct fb_stats {
#define X(name, text) uint64_t name;
    FB_STATS_MAP(X)
#undef X
};
/* One log line with everything that is not nought. */
void fb_stats_log(const struct fb_stats *s);
#endif
