#ifndef FB_WEBHOOK_RECEIVER_H
#define FB_WEBHOOK_RECEIVER_H
/* Who gets web hooks, as the configuration says:
 *
 *   receivers:
 *     - name: finance-hook             as the routes name it
 *       url: https://example.nhs.uk/hooks/fairbank
 *       secret: /etc/fairbank/finance-hook.secret      a file with whsec_…, readable by its owner alone
 *       old_secret: FILE               while it is being changed: both sign
 *       timeout: 15                    seconds for one attempt (default 15)
 *       at_once: 8                     requests on their way together (default 8)
 *       give_up_after: 72              hours after which a delivery is given up (default 72)
 *       ca: FILE                       a certificate authority of one's own
 *
 * A url must be https, unless it leads to this machine: what a hook says is not for every wire. */
#include "adapters/lib/yaml_file.h"
#include "adapters/outbound/outlet/plan.h"
#include "adapters/outbound/outlet/receivers.h"
#include "adapters/outbound/webhook/sign.h"
enum { FB_WEBHOOK_URL_MAX = 500, FB_WEBHOOK_AT_ONCE_MAX = 64 };
struct fb_webhook_receiver {
    char name[FB_ALERT_NAME_MAX + 1], url[FB_WEBHOOK_URL_MAX + 1], ca[FB_WEBHOOK_URL_MAX + 1];
    struct fb_webhook_secret secret, old_secret;
    long timeout_ms;
    unsigned at_once, on_its_way;
    int64_t give_up_ms;
};
struct fb_webhook_receivers {
    unsigned n;
    struct fb_webhook_receiver one[FB_RECEIVERS_MAX];
    const char *name[FB_RECEIVERS_MAX];
};
/* Mistakes go through y. */
void fb_webhook_receivers_read(struct fb_webhook_receivers *out, struct fb_yaml *y, const yaml_node_t *root);
/* https, or http to this machine; no user and password in it, which would be logged. */
bool fb_webhook_url_is_good(const char *url);
#endif
