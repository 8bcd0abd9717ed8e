/* fairbank-mail: alerts as mails. START HERE: outlet/run.h is the program around it, receiver.h the configuration, letter.h what a mail
 * says, send.h how it goes. */
#include "adapters/outbound/mail/send.h"
#include "adapters/outbound/outlet/run.h"
#include <sodium.h>
#include <stdlib.h>

static const char help[] =
    "fairbank-mail: mails alerts to people, in words, as plain text and as HTML.\n"
    "\n"
    "A route without a group mails each alert by itself; one with a window gathers what falls into it (deploy/routes.yaml), so\n"
    "that a bad day is one mail. What the relay refuses for good (5xx) is given up with what it said (one address of several\n"
    "that it refuses keeps the mail from none of the others); anything else, and a relay that is not open or refuses the\n"
    "password, is tried again after 5 seconds, doubling up to 6 hours, for three days. A mail that may have arrived twice has\n"
    "the same Message-ID.\n"
    "\n"
    "  smtp:\n"
    "    url: smtp://mail.example.nhs.uk:587      or smtps://; without encryption to this machine only\n"
    "    from: fairbank@example.nhs.uk\n"
    "    user: fairbank                           both or neither\n"
    "    password: /etc/fairbank/mail.password    a file, readable by its owner alone\n"
    "    ca: FILE                                 a certificate authority of one's own\n"
    "    timeout: 30                              seconds for one mail\n"
    "  receivers:\n"
    "    - name: finance-desk                     as the routes name it\n"
    "      to: [desk@example.nhs.uk]\n";

struct mail {
    struct fb_mail_settings settings;
    struct fb_mail_sender *sender;
};

static void close_it(void **ctx)
{
    struct mail *m = *ctx;
    *ctx = NULL;
    fb_mail_sender_close(&m->sender);
    sodium_memzero(m, sizeof *m);
    free(m);
}

static enum fb_err open_it(void **ctx, struct fb_yaml *y, const yaml_node_t *root, struct fb_receivers *mine)
{
    struct mail *m = sodium_init() < 0 ? NULL : calloc(1, sizeof *m);
    if (m == NULL)
        return FB_FULL;
    *ctx = m;
    fb_mail_settings_read(&m->settings, y, root);
    *mine = (struct fb_receivers){.n = y->bad ? 0 : m->settings.n, .name = m->settings.name};
    return y->bad ? FB_REFUSED : fb_mail_sender_open(&m->sender, &m->settings);
}

static enum fb_err send_it(void *ctx, struct fb_outlet *o, int wait_ms, const volatile sig_atomic_t *stop, bool *busy)
{
    struct mail *m = ctx;
    (void)wait_ms; /* a mail is waited for: there are few */
    *busy = false;
    return fb_mail_send(m->sender, o, stop);
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"smtp", "receivers", NULL};
    static const struct fb_outlet_program program = {"fairbank-mail", help, keys, open_it, send_it, close_it};
    return fb_outlet_main(&program, argc, argv);
}
