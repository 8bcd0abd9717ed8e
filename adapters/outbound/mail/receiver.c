#include "adapters/outbound/mail/receiver.h"
#include "adapters/lib/secret_file.h"
#include <stdio.h>
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

bool fb_mail_address_is_good(struct fb_span s)
{
    unsigned at = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        at += c == '@';
        if (c <= ' ' || c >= 127 || memchr("<>(),;:\\\"[]", c, 11) != NULL)
            return false;
    }
    return at == 1 && s.n >= 3 && s.n <= FB_MAIL_TEXT_MAX && s.p[0] != '@' && s.p[s.n - 1] != '@';
}

static void take_address(struct fb_yaml *y, const yaml_node_t *node, char out[FB_MAIL_TEXT_MAX + 1])
{
    struct fb_span s = fb_yaml_text(y, node);
    if (y->bad)
        return;
    if (!fb_mail_address_is_good(s)) {
        fb_yaml_fault(y, node, "no address of a mailbox:", s);
        return;
    }
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
}

/* ---- the relay ---- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_here(const char *url)
{
    return begins(url, "smtp://127.0.0.1:") || begins(url, "smtp://localhost:") || begins(url, "smtp://[::1]:");
}

static void take_password(struct fb_yaml *y, const yaml_node_t *node, struct fb_mail_settings *s)
{
    char path[FB_MAIL_TEXT_MAX + 1] = "";
    fb_yaml_take_text(y, node, "user", false, s->user, sizeof s->user);
    fb_yaml_take_text(y, node, "password", s->user[0] != '\0', path, sizeof path);
    if (y->bad || path[0] == '\0')
        return;
    const char *fault = s->user[0] == '\0' ? "a password without a user:" : fb_secret_line(path, s->password, sizeof s->password);
    if (fault != NULL)
        fb_yaml_fault(y, fb_yaml_get(y, node, "password"), fault, fb_span_of(path));
}

static void take_relay(struct fb_yaml *y, const yaml_node_t *root, struct fb_mail_settings *s)
{
    static const char *const keys[] = {"url", "from", "user", "password", "ca", "timeout", NULL};
    yaml_node_t *node = fb_yaml_get(y, root, "smtp"), *timeout;
    int64_t seconds = 30;
    if (node == NULL)
        fb_yaml_fault(y, root, "which relay? (smtp: {url: …, from: …})", nothing);
    if (y->bad)
        return;
    fb_yaml_only(y, node, "unknown key of smtp:", keys);
    fb_yaml_take_text(y, node, "url", true, s->url, sizeof s->url);
    fb_yaml_take_text(y, node, "ca", false, s->ca, sizeof s->ca);
    if (!y->bad && !begins(s->url, "smtp://") && !begins(s->url, "smtps://"))
        fb_yaml_fault(y, fb_yaml_get(y, node, "url"), "smtp:// or smtps:// is wanted, not", fb_span_of(s->url));
    if (!y->bad && strchr(s->url, '@') != NULL) /* smtp://localhost:x@relay is another machine's */
        fb_yaml_fault(y, fb_yaml_get(y, node, "url"), "a user and a password stand in user: and password: (a file), not in the address", nothing);
    s->plain = is_here(s->url);
    if (fb_yaml_get(y, node, "from") == NULL)
        fb_yaml_fault(y, node, "who sends? (from: …)", nothing);
    else
        take_address(y, fb_yaml_get(y, node, "from"), s->from);
    take_password(y, node, s);
    timeout = fb_yaml_get(y, node, "timeout");
    if (timeout != NULL && !y->bad && (fb_parse_int(&seconds, fb_yaml_text(y, timeout)) != FB_OK || seconds < 1 || seconds > 300))
        fb_yaml_fault(y, timeout, "1 to 300 seconds are wanted", nothing);
    s->timeout_s = (long)seconds;
}

/* ---- the receivers ---- */

static const char *take_receiver(void *ctx, struct fb_yaml *y, const yaml_node_t *node, unsigned i)
{
    struct fb_mail_receiver *r = &((struct fb_mail_settings *)ctx)->one[i];
    static const char *const keys[] = {"name", "to", NULL};
    fb_yaml_only(y, node, "unknown key of a receiver (name, to):", keys);
    fb_yaml_take_text(y, node, "name", true, r->name, sizeof r->name);
    yaml_node_t *to = fb_yaml_get(y, node, "to");
    r->n = fb_yaml_list(y, to);
    if (r->n == 0 || r->n > FB_MAIL_TO_MAX)
        fb_yaml_fault(y, node, "1 to 32 addresses are wanted (to: [...])", nothing);
    for (unsigned k = 0; k < r->n && !y->bad; k++)
        take_address(y, fb_yaml_item(y, to, k), r->to[k]);
    return r->name;
}

void fb_mail_settings_read(struct fb_mail_settings *out, struct fb_yaml *y, const yaml_node_t *root)
{
    take_relay(y, root, out);
    out->n = fb_receivers_read(y, root, out->name, take_receiver, out);
}
