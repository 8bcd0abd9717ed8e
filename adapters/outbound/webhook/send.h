#ifndef FB_WEBHOOK_SEND_H
#define FB_WEBHOOK_SEND_H
/* Web hooks on their way: several at once over connections that are kept (libcurl's multi interface), each settled by what its receiver
 * answered. 2xx: delivered. 410: given up, because the receiver says so. Anything else is tried again, later each time, or when
 * Retry-After says, until give_up_after. Redirections are not followed: a hook goes where its owner said. */
#include "adapters/outbound/outlet/outlet.h"
#include "adapters/outbound/webhook/receiver.h"
#include <signal.h>
struct fb_webhook_sender;
/* The receivers stay the caller's. */
FB_MUST_CHECK enum fb_err fb_webhook_sender_open(struct fb_webhook_sender **out, struct fb_webhook_receivers *receivers);
void fb_webhook_sender_close(struct fb_webhook_sender **sender);
/* See fb_outlet_program.send. */
enum fb_err fb_webhook_send(struct fb_webhook_sender *s, struct fb_outlet *o, int wait_ms, const volatile sig_atomic_t *stop, bool *busy);
/* What an answer means. status 0: there was none. */
struct fb_webhook_answer {
    int64_t id, since_ms, tries, now_ms, retry_after_s; /* retry_after_s: 0 not said */
    long status;
    const char *trouble; /* why there was none */
};
struct fb_settled fb_webhook_settle(const struct fb_webhook_receiver *r, const struct fb_webhook_answer *a, char error[120]);
#endif
