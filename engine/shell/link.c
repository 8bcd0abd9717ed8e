#include "engine/shell/link.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include <sodium.h>
#include <string.h>

/* What is signed begins with a word of its own, so that no other signature by this key could ever be taken for one of
 * a link. */
static const char WHAT[] = "fairbank approval link 1";
enum {
    VERSION = 1,
    CLAIM_BYTES = 1 + 8 + 8 + 4 + 8 + 16,
    LINK_BYTES = CLAIM_BYTES + crypto_sign_BYTES,
    SIGNED_BYTES = sizeof WHAT + CLAIM_BYTES
};
_Static_assert(sodium_base64_ENCODED_LEN(LINK_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING) <= FB_LINK_TEXT_BYTES,
               "a link fits its text");

void fb_link_grantor(unsigned char out[16], struct fb_span identity)
{
    (void)crypto_generichash(out, 16, (const unsigned char *)identity.p, identity.n, (const unsigned char *)WHAT, sizeof WHAT);
}

static void pack(unsigned char out[CLAIM_BYTES], const struct fb_link_claim *claim)
{
    struct fb_writer w;
    fb_writer_init(&w, out, CLAIM_BYTES);
    fb_put_u8(&w, VERSION);
    fb_put_u64(&w, claim->epoch);
    fb_put_u64(&w, claim->version);
    fb_put_u32(&w, claim->record);
    fb_put_u64(&w, (uint64_t)claim->deadline_ms);
    fb_put_bytes(&w, claim->grantor, sizeof claim->grantor);
    fb_assert(!w.bad && w.n == CLAIM_BYTES);
}

static bool unpack(struct fb_link_claim *out, const unsigned char *bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes, CLAIM_BYTES);
    bool known = fb_get_u8(&r) == VERSION;
    *out = (struct fb_link_claim){.epoch = fb_get_u64(&r)};
    out->version = fb_get_u64(&r);
    out->record = fb_get_u32(&r);
    out->deadline_ms = (int64_t)fb_get_u64(&r);
    const void *grantor = fb_get_bytes(&r, sizeof out->grantor);
    if (grantor != NULL)
        memcpy(out->grantor, grantor, sizeof out->grantor);
    return known && !r.bad;
}

static void add_what(unsigned char out[SIGNED_BYTES], const unsigned char *claim)
{
    memcpy(out, WHAT, sizeof WHAT);
    memcpy(out + sizeof WHAT, claim, CLAIM_BYTES);
}

void fb_link_write(char out[FB_LINK_TEXT_BYTES], const struct fb_link_claim *claim, const struct fb_keys *keys)
{
    unsigned char link[LINK_BYTES], what[SIGNED_BYTES];
    pack(link, claim);
    add_what(what, link);
    (void)crypto_sign_detached(link + CLAIM_BYTES, NULL, what, sizeof what, keys->link_secret);
    (void)sodium_bin2base64(out, FB_LINK_TEXT_BYTES, link, sizeof link, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium 1.0.18 takes any byte above 127 for some digit: a link is one text, not several. */
static bool is_as_made(const unsigned char link[LINK_BYTES], struct fb_span text)
{
    char again[FB_LINK_TEXT_BYTES];
    (void)sodium_bin2base64(again, sizeof again, link, LINK_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return fb_span_is(text, again);
}

const char *fb_link_read(struct fb_link_claim *out, struct fb_span text, const struct fb_keys *keys)
{
    unsigned char link[LINK_BYTES], what[SIGNED_BYTES];
    size_t n = 0;
    *out = (struct fb_link_claim){0};
    if (sodium_base642bin(link, sizeof link, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof link || !is_as_made(link, text))
        return "that is no link, or not the whole of one: copy all of it";
    add_what(what, link);
    if (crypto_sign_verify_detached(link + CLAIM_BYTES, what, sizeof what, keys->link_public) != 0)
        return "this engine did not make that link, or somebody changed it: ask for one with fairbank approve link";
    return unpack(out, link) ? NULL : "that link was made by another version of the engine: ask for a new one";
}
