#ifndef FB_SHELL_REFUSALS_H
#define FB_SHELL_REFUSALS_H
/* Who was turned away at the doors, and why: counted by cause since the start, and logged once a minute for each cause and whoever
 * it was, with how often it was meanwhile. Whoever knocks ten thousand times, under as many names, writes a bounded number of
 * lines. Loop thread only. */
#include "engine/base/span.h"
#include "engine/shell/pace.h"
#define FB_TURNED_MAP(X)                                                                     \
    X(KEY_UNKNOWN, "key_unknown", "a key that no identity has")                              \
    X(KEY_REVOKED, "key_revoked", "a key that was revoked or taken out of the file")         \
    X(NO_KEY, "no_key", "a connection that speaks without a key, or no ZeroMQ at all")       \
    X(HANDSHAKE, "handshake", "a connection that broke off, or took too long to say who it is") \
    X(SOCKET, "socket", "a key whose roles are not for this socket")                         \
    X(NOBODY, "nobody", "a message of which the connection's key is not known")              \
    X(ZAP, "zap", "a malformed question about a key")                                        \
    X(HELLO, "hello", "a Hello for a source or a trust that is not theirs")                  \
    X(RIGHT, "right", "a question that their role does not ask")                             \
    X(FEED, "feed", "events or a position that are not theirs")                              \
    X(ACCEPT, "accept", "a connection for which no file descriptor was left")                \
    X(TOPICS, "topics", "listeners who named more topics than are kept: all have to connect anew")    \
    X(ROUTING_ID, "routing_id", "a connection under a routing id of its own choice: set none")
enum fb_turned {
#define X(id, word, text) FB_TURNED_##id,
    FB_TURNED_MAP(X)
#undef X
        FB_TURNED_END
};
enum { FB_TURNED_WHO_BYTES = 56, FB_TURNED_LINES_A_MINUTE = 8, FB_TURNED_NAMES = FB_TURNED_END * FB_TURNED_LINES_A_MINUTE };
struct fb_refusals {
    uint64_t count[FB_TURNED_END];
    uint64_t lines; /* logged since the start */
    struct fb_paced pace[FB_TURNED_END]; /* however many names a stranger thinks of, a cause gets so many lines a minute */
    unsigned n;
    struct fb_turned_name {
        enum fb_turned cause;
        char who[FB_TURNED_WHO_BYTES];
        uint64_t said_ms; /* ticks of its last line */
        uint64_t unsaid;  /* since then */
    } name[FB_TURNED_NAMES];
};
/* who: a name, an address, a key; cut when long. */
void fb_turned_away(struct fb_refusals *r, enum fb_turned cause, struct fb_span who, uint64_t ticks_ms);
/* "key_unknown 3, hello 1"; nothing when nobody was turned away. */
void fb_refusals_add(struct fb_text *t, const struct fb_refusals *r);
#endif
