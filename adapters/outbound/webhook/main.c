/* fairbank-webhook: alerts as signed HTTP posts. START HERE: outlet/run.h is the program around it, receiver.h the configuration,
 * send.h what is sent and how an answer is taken. */
#include "adapters/outbound/outlet/run.h"
#include "adapters/outbound/webhook/send.h"
#include <sodium.h>
#include <stdlib.h>

static const char help[] =
    "fairbank-webhook: posts alerts to web hooks, signed as the Standard Webhooks specification says.\n"
    "\n"
    "Each alert is one POST of a CloudEvents 1.0 envelope in JSON, with the headers webhook-id (the event's id: the same\n"
    "however often it is sent, so that a receiver can drop what it has; an escalation's ends with -e, a reminder's\n"
    "with -r), webhook-timestamp, and webhook-signature (HMAC-SHA256). 2xx is delivered; 410 gives it up; anything else is\n"
    "tried again after 5 seconds, doubling up to 6 hours, or when Retry-After says, for 72 hours. Then it is kept as dead.\n"
    "\n"
    "  receivers:\n"
    "    - name: finance-hook                 as the routes name it\n"
    "      url: https://example.nhs.uk/hooks/fairbank\n"
    "      secret: /etc/fairbank/finance-hook.secret     a file with whsec_ and base64, readable by its owner alone\n"
    "      old_secret: FILE                   while it is being changed: both sign\n"
    "      timeout: 15                        seconds for one attempt\n"
    "      at_once: 8                         requests at the same time\n"
    "      give_up_after: 72                  hours\n"
    "      ca: FILE                           a certificate authority of one's own\n";

struct webhook {
    struct fb_webhook_receivers receivers;
    struct fb_webhook_sender *sender;
};

static void close_it(void **ctx)
{
    struct webhook *w = *ctx;
    *ctx = NULL;
    fb_webhook_sender_close(&w->sender);
    sodium_memzero(w, sizeof *w);
    free(w);
}

static enum fb_err open_it(void **ctx, struct fb_yaml *y, const yaml_node_t *root, struct fb_receivers *mine)
{
    struct webhook *w = sodium_init() < 0 ? NULL : calloc(1, sizeof *w);
    if (w == NULL)
        return FB_FULL;
    *ctx = w;
    fb_webhook_receivers_read(&w->receivers, y, root);
    *mine = (struct fb_receivers){.n = y->bad ? 0 : w->receivers.n, .name = w->receivers.name};
    return y->bad ? FB_REFUSED : fb_webhook_sender_open(&w->sender, &w->receivers);
}

static enum fb_err send_it(void *ctx, struct fb_outlet *o, int wait_ms, const volatile sig_atomic_t *stop, bool *busy)
{
    struct webhook *w = ctx;
    return fb_webhook_send(w->sender, o, wait_ms, stop, busy);
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"receivers", NULL};
    static const struct fb_outlet_program program = {"fairbank-webhook", help, keys, open_it, send_it, close_it};
    return fb_outlet_main(&program, argc, argv);
}
