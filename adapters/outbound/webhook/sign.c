#include "adapters/outbound/webhook/sign.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char prefix[] = "whsec_";

/* libsodium 1.0.18 takes any byte above 127 for some digit. */
static bool is_ascii(struct fb_span text)
{
    uint32_t i = 0;
    while (i < text.n && ((unsigned char)text.p[i] & 0x80) == 0)
        i++;
    return i == text.n;
}

bool fb_webhook_secret_parse(struct fb_webhook_secret *out, struct fb_span text)
{
    size_t n = 0, skip = sizeof prefix - 1;
    const char *end = NULL;
    *out = (struct fb_webhook_secret){.n = 0};
    if (text.n <= skip || memcmp(text.p, prefix, skip) != 0 || !is_ascii(text))
        return false;
    int e = sodium_base642bin(out->byte, sizeof out->byte, text.p + skip, text.n - skip, NULL, &n, &end, sodium_base64_VARIANT_ORIGINAL);
    if (e != 0 || end != text.p + text.n || n < FB_WEBHOOK_SECRET_MIN) {
        sodium_memzero(out, sizeof *out);
        return false;
    }
    out->n = (unsigned)n;
    return true;
}

static void sign_one(struct fb_text *t, const struct fb_webhook_secret *s, const char *id, const char *timestamp, struct fb_span body)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_auth_hmacsha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, s->byte, s->n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)id, strlen(id));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)timestamp, strlen(timestamp));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.p, body.n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    fb_text_add(t, t->n > 0 ? " v1," : "v1,");
    fb_text_add(t, text);
    sodium_memzero(&state, sizeof state);
}

void fb_webhook_sign(char out[FB_WEBHOOK_SIGNATURE_BYTES], const struct fb_webhook_secret *secret, const struct fb_webhook_secret *old, const char *id,
                     int64_t timestamp, struct fb_span body)
{
    char when[24];
    struct fb_text t;
    snprintf(when, sizeof when, "%" PRId64, timestamp);
    fb_text_init(&t, out, FB_WEBHOOK_SIGNATURE_BYTES);
    sign_one(&t, secret, id, when, body);
    if (old->n > 0)
        sign_one(&t, old, id, when, body);
}
