#ifndef FB_MAIL_RECEIVER_H
#define FB_MAIL_RECEIVER_H
/* The relay, and who gets mails, as the configuration says:
 *
 *   smtp:
 *     url: smtp://mail.example.nhs.uk:587      smtps:// from the first byte; smtp:// with STARTTLS, which only this machine may do without
 *     from: fairbank@example.nhs.uk
 *     user: fairbank                           both or neither
 *     password: /etc/fairbank/mail.password    a file, readable by its owner alone
 *     ca: FILE                                 a certificate authority of one's own
 *     timeout: 30                              seconds for one mail
 *   receivers:
 *     - name: finance-desk                     as the routes name it
 *       to: [desk@example.nhs.uk]
 *
 * Which alerts are mailed at once and which are gathered is the routes' to say: a route without a group mails each by itself, a
 * window gathers what falls into it, so that a bad day is one mail. */
#include "adapters/lib/alerts.h"
#include "adapters/outbound/outlet/receivers.h"
enum { FB_MAIL_TO_MAX = 32, FB_MAIL_TEXT_MAX = 254 };
struct fb_mail_receiver {
    char name[FB_ALERT_NAME_MAX + 1];
    unsigned n;
    char to[FB_MAIL_TO_MAX][FB_MAIL_TEXT_MAX + 1];
};
struct fb_mail_settings {
    char url[FB_MAIL_TEXT_MAX + 1], from[FB_MAIL_TEXT_MAX + 1], user[FB_MAIL_TEXT_MAX + 1], password[FB_MAIL_TEXT_MAX + 1], ca[FB_MAIL_TEXT_MAX + 1];
    long timeout_s;
    bool plain; /* no encryption: to this machine only */
    unsigned n;
    struct fb_mail_receiver one[FB_RECEIVERS_MAX];
    const char *name[FB_RECEIVERS_MAX];
};
/* Mistakes go through y. */
void fb_mail_settings_read(struct fb_mail_settings *out, struct fb_yaml *y, const yaml_node_t *root);
/* One address, without a name, without anything that could end a header line or begin another. */
bool fb_mail_address_is_good(struct fb_span s);
#endif
