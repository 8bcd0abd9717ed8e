#ifndef FB_WEBHOOK_SIGN_H
#define FB_WEBHOOK_SIGN_H
/* Signatures of web hooks as the Standard Webhooks specification has them (standardwebhooks.com, symmetric scheme v1): HMAC-SHA256 over
 * "ID.TIMESTAMP.BODY", in base64 after "v1,". While a secret is being changed both sign, and the receiver takes either. */
#include "engine/base/span.h"
enum {
    FB_WEBHOOK_SECRET_MIN = 24, /* bytes, as the specification has them */
    FB_WEBHOOK_SECRET_MAX = 64,
    FB_WEBHOOK_SIGNATURE_BYTES = 2 * 52 + 1 /* of two, with a blank between */
};
struct fb_webhook_secret {
    unsigned char byte[FB_WEBHOOK_SECRET_MAX];
    unsigned n; /* 0: none */
};
/* "whsec_" and base64. false: it is not that, or too short or long. */
bool fb_webhook_secret_parse(struct fb_webhook_secret *out, struct fb_span text);
/* The value of the header webhook-signature; old may have no bytes. */
void fb_webhook_sign(char out[FB_WEBHOOK_SIGNATURE_BYTES], const struct fb_webhook_secret *secret, const struct fb_webhook_secret *old, const char *id,
                     int64_t timestamp, struct fb_span body);
#endif
