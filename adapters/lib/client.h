#ifndef FB_ADAPTERS_CLIENT_H
#define FB_ADAPTERS_CLIENT_H
/* The publisher's side of the protocol, small enough to read in one sitting: say Hello, send records within
 * the granted window, keep every message until it is answered, and send it again with the same id when the
 * answer does not come, when the engine said `busy`, or when the connection or the engine was lost. The
 * engine knows repeats by their id, so sending again is always safe, and what was answered is durable.
 *
 * One thread. Lifetimes: 1. what is published is copied before fb_client_publish returns; 2. an answer and
 * its spans live until the callback returns; 3. the texts in the options' hello must outlive the client. The
 * callback may not call the client. */
#include "adapters/lib/curve.h"
#include "engine/wire/exchange.h"
#define FB_CLIENT_RESEND_MS 5000 /* no answer after this: the message goes out again */
#define FB_CLIENT_REST_MS   50   /* how long a message answered `busy` waits */

struct fb_client;
/* What became of the message published with this tag. `busy` never gets here. */
typedef void fb_client_answered(void *ctx, uint64_t tag, const struct fb_wire_answer *answer);
struct fb_client_options {
    const char *endpoint; /* tcp://HOST:PORT or ipc://PATH of the engine's publishers' socket */
    struct fb_hello hello;
    fb_client_answered *answered;
    void *ctx;
    int64_t resend_ms, rest_ms; /* 0: the values above */
    const struct fb_curve *curve; /* keys; NULL: without. Read by open only */
};
enum fb_client_state {
    FB_CLIENT_CONNECTING, /* nobody answers at the endpoint (yet, or any more) */
    FB_CLIENT_GREETING,   /* connected; Hello is not answered yet, or there was no place for us: it is said
                             again */
    FB_CLIENT_WELCOME,
    FB_CLIENT_REFUSED /* the engine does not take this source: fb_client_refusal says why; final */
};
struct fb_client_figures {
    uint64_t published, sent, resent, busy, answered, greetings, strays;
    uint64_t no_place; /* Hellos answered with "no place now"; each is said again */
};

FB_MUST_CHECK enum fb_err fb_client_open(struct fb_client **out, const struct fb_client_options *options);
/* Closes at once: what is not answered yet is forgotten here, and must be published again in another session.
 */
void fb_client_close(struct fb_client **client);
/* Takes the record, if the window allows. FB_BUSY: not now, poll first. FB_LIMIT: longer than a frame may be,
 * or its message id is empty or too long: it can never be sent. FB_REFUSED: the engine refused the source. */
FB_MUST_CHECK enum fb_err fb_client_publish(struct fb_client *client, const struct fb_record *record,
                                            uint64_t tag);
/* The same of a body as it was kept, byte for byte. */
FB_MUST_CHECK enum fb_err fb_client_publish_kept(struct fb_client *client, const struct fb_envelope *env, struct fb_span body, uint64_t tag);
/* Sends what is due, takes what has come; waits up to timeout_ms when there is nothing to take. FB_OK also
 * when nothing came; FB_REFUSED as above; FB_IO: the socket failed, which no resending mends. */
FB_MUST_CHECK enum fb_err fb_client_poll(struct fb_client *client, int timeout_ms);
enum fb_client_state fb_client_state(const struct fb_client *client);
unsigned fb_client_outstanding(const struct fb_client *client);
unsigned fb_client_window(const struct fb_client *client);
/* Sentences for the person who runs the adapter; NUL-terminated, "" when there was no refusal. */
const char *fb_client_refusal(const struct fb_client *client);
/* What the engine said when it last had no place; "" after a welcome. */
const char *fb_client_put_off(const struct fb_client *client);
enum fb_reason fb_client_refusal_reason(const struct fb_client *client);
struct fb_client_figures fb_client_figures(const struct fb_client *client);
#endif
