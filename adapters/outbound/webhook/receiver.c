#include "adapters/outbound/webhook/receiver.h"
#include "adapters/lib/secret_file.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { SECOND_MS = 1000, HOUR_MS = 3600000, SECRET_FILE_MAX = 200 };

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool fb_webhook_url_is_good(const char *url)
{
    static const char *const here[] = {"http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:", "http://localhost/", "http://[::1]:", "http://[::1]/"};
    const char *host = begins(url, "https://") ? url + 8 : begins(url, "http://") ? url + 7 : NULL;
    if (host == NULL || *host == '\0' || *host == '/' || memchr(host, '@', strcspn(host, "/?#")) != NULL)
        return false;
    bool good = begins(url, "https://");
    for (unsigned i = 0; i < sizeof here / sizeof here[0]; i++)
        good |= begins(url, here[i]);
    return good;
}

/* A secret in a file that others may read is none. */
static const char *read_secret(const char *path, struct fb_webhook_secret *out)
{
    char text[SECRET_FILE_MAX];
    const char *fault = fb_secret_line(path, text, sizeof text);
    bool good = fault == NULL && fb_webhook_secret_parse(out, fb_span_of(text));
    sodium_memzero(text, sizeof text);
    return fault != NULL || good ? fault : "no secret (whsec_ and base64 of 24 to 64 bytes) in";
}

static void take_secret(struct fb_yaml *y, const yaml_node_t *node, const char *key, bool wanted, struct fb_webhook_secret *out)
{
    char path[FB_WEBHOOK_URL_MAX + 1] = "";
    fb_yaml_take_text(y, node, key, wanted, path, sizeof path);
    const char *fault = path[0] == '\0' || y->bad ? NULL : read_secret(path, out);
    if (fault != NULL)
        fb_yaml_fault(y, fb_yaml_get(y, node, key), fault, fb_span_of(path));
}

static const char *take_receiver(void *ctx, struct fb_yaml *y, const yaml_node_t *node, unsigned i)
{
    struct fb_webhook_receiver *r = &((struct fb_webhook_receivers *)ctx)->one[i];
    static const char *const keys[] = {"name", "url", "secret", "old_secret", "timeout", "at_once", "give_up_after", "ca", NULL};
    fb_yaml_only(y, node, "unknown key of a receiver:", keys);
    fb_yaml_take_text(y, node, "name", true, r->name, sizeof r->name);
    fb_yaml_take_text(y, node, "url", true, r->url, sizeof r->url);
    fb_yaml_take_text(y, node, "ca", false, r->ca, sizeof r->ca);
    if (!y->bad && strchr(r->url, '@') != NULL && !fb_webhook_url_is_good(r->url)) /* what may be a password is told nowhere */
        fb_yaml_fault(y, fb_yaml_get(y, node, "url"), "an https address without a user and a password is wanted", (struct fb_span){NULL, 0});
    if (!y->bad && !fb_webhook_url_is_good(r->url))
        fb_yaml_fault(y, fb_yaml_get(y, node, "url"), "an https address is wanted (http only to this machine), not", fb_span_of(r->url));
    take_secret(y, node, "secret", true, &r->secret);
    take_secret(y, node, "old_secret", false, &r->old_secret);
    r->timeout_ms = (long)(fb_yaml_take_number(y, node, "timeout", 1, 120, 15) * SECOND_MS);
    r->at_once = (unsigned)fb_yaml_take_number(y, node, "at_once", 1, FB_WEBHOOK_AT_ONCE_MAX, 8);
    r->give_up_ms = fb_yaml_take_number(y, node, "give_up_after", 1, 24 * 30, 72) * HOUR_MS;
    return r->name;
}

void fb_webhook_receivers_read(struct fb_webhook_receivers *out, struct fb_yaml *y, const yaml_node_t *root)
{
    out->n = fb_receivers_read(y, root, out->name, take_receiver, out);
}
