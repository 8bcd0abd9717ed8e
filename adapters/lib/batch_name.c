#include "adapters/lib/batch_name.h"
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { DIGEST_BYTES = 4, HEX_BYTES = 2 * DIGEST_BYTES + 1, HASH_BYTES = 16, READ_BYTES = 65536 };

static bool digest_of(int fd, char hex[HEX_BYTES])
{
    unsigned char bytes[READ_BYTES], hash[HASH_BYTES];
    crypto_generichash_state state;
    off_t at = 0;
    ssize_t n;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    while ((n = pread(fd, bytes, sizeof bytes, at)) > 0) {
        crypto_generichash_update(&state, bytes, (size_t)n);
        at += n;
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, HEX_BYTES, hash, DIGEST_BYTES);
    return n == 0;
}

/* As much of it as leaves room for the digits; never a part of a letter. */
static struct fb_span shortened(struct fb_span name)
{
    const uint32_t most = FB_BATCH_NAME_BYTES - HEX_BYTES - 1;
    bool whole = name.n <= most;
    name.n = whole ? name.n : most;
    while (!whole && name.n > 0 && (unsigned char)name.p[name.n - 1] > 127)
        name.n--;
    return name;
}

bool fb_batch_name(char out[FB_BATCH_NAME_BYTES], const char *path, bool digits_alone, int fd)
{
    char hex[HEX_BYTES];
    struct fb_text t;
    const char *slash = strrchr(path, '/');
    struct fb_span name = shortened(fb_span_of(slash == NULL ? path : slash + 1));
    fb_text_init(&t, out, FB_BATCH_NAME_BYTES);
    /* An address of mail is somebody's, whatever the mapping says. */
    if (!digits_alone && fb_span_is_text(name) && (name.n == 0 || memchr(name.p, '@', name.n) == NULL))
        fb_text_add_span(&t, name);
    bool digits = digest_of(fd, hex);
    if (digits) {
        fb_text_add(&t, "#");
        fb_text_add(&t, hex);
    }
    return digits;
}
