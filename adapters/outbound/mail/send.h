#ifndef FB_MAIL_SEND_H
#define FB_MAIL_SEND_H
/* Mails to the relay, one after the other over a connection that is kept (libcurl). What the relay takes is delivered; 5xx is given up
 * with what it said, and where a receiver has several addresses each is sent it alone, so that one that is refused keeps it from nobody;
 * a relay that does not let us in says nothing of the mail, which with anything else is tried again, later each time, for three days. A mail that may have arrived and was not
 * settled goes again under the same Message-ID. */
#include "adapters/outbound/mail/letter.h"
#include "adapters/outbound/mail/receiver.h"
#include "adapters/outbound/outlet/outlet.h"
#include <signal.h>
struct fb_mail_sender;
FB_MUST_CHECK enum fb_err fb_mail_sender_open(struct fb_mail_sender **out, const struct fb_mail_settings *settings);
void fb_mail_sender_close(struct fb_mail_sender **sender);
enum fb_err fb_mail_send(struct fb_mail_sender *s, struct fb_outlet *o, const volatile sig_atomic_t *stop);
/* What the relay's last word means for a delivery. code 0: none came. locked_out: its word is on us or itself, not on the mail. */
struct fb_settled fb_mail_settle(const struct fb_delivery *d, long code, bool taken, bool locked_out, const char *trouble, int64_t now_ms, char error[160]);
/* =?UTF-8?B?…?= in pieces, as RFC 2047 has it; plain ASCII stays as it is. */
void fb_mail_header_words(char *out, size_t size, const char *text);
#endif
