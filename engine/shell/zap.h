#ifndef FB_SHELL_ZAP_H
#define FB_SHELL_ZAP_H
/* The library asks here, on its ZAP socket (RFC 27 of the ZeroMQ project), whether a key may connect: once a connection, before its
 * first message. Without somebody at that socket the library would let every key in, so it is bound before any socket that takes
 * keys. Served on the loop thread.
 *
 * A key that is let in gets its number as a property of the connection, FB_ZAP_NUMBER; what it may do is looked up for each message
 * (gate.h). Only what is said of a whole socket is said here: whose roles are for nothing that it offers are not let in. */
#include "engine/shell/gate.h"
#define FB_ZAP_NUMBER "Fairbank-Key"
#define FB_ZAP_DOOR   "door"
#define FB_ZAP_FEED   "feed"
#define FB_ZAP_TICKER "ticker"
enum { FB_ZAP_PARTS = 7, FB_ZAP_META_BYTES = 64 };
struct fb_zap_reply {
    const char *status, *text; /* "200", "400"; of a refusal: nothing that helps whoever tries */
    char user[FB_SOURCE_BYTES_MAX + 1]; /* the identity's name */
    unsigned n_meta;
    unsigned char meta[FB_ZAP_META_BYTES];
    bool answered; /* false: the question is not even one that can be answered */
};
/* The parts of a question after the empty one: version, request id, domain, address, routing id, mechanism, key. Counts and logs
 * who is turned away. Never asserts on what it reads. */
void fb_zap_judge(struct fb_gate *g, const struct fb_span *part, unsigned n, struct fb_zap_reply *out);

struct fb_zap;
/* FB_IO: *why says what the system said. */
FB_MUST_CHECK enum fb_err fb_zap_open(struct fb_zap **out, void *zmq_context, struct fb_gate *g, const char **why);
void fb_zap_close(struct fb_zap **z);
int fb_zap_fd(const struct fb_zap *z);
bool fb_zap_ready(const struct fb_zap *z);
/* Answers at most `most` questions. */
void fb_zap_serve(struct fb_zap *z, unsigned most);
#endif
