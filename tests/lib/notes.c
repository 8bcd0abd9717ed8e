#include "tests/lib/notes.h"
#include "engine/wire/wire.h"
#include <sodium.h>

void fb_test_signer(unsigned signer, unsigned char public_key[32], unsigned char secret[64])
{
    unsigned char seed[32] = {0};
    seed[0] = (unsigned char)signer;
    (void)crypto_sign_seed_keypair(public_key, secret, seed);
}

struct fb_span fb_test_note_sent(const struct fb_note *note)
{
    static char memory[FB_NOTE_BYTES_MAX], wire[FB_NOTE_BYTES_MAX * 2];
    struct fb_text t, out;
    fb_text_init(&t, memory, sizeof memory);
    fb_note_format(&t, note);
    fb_text_init(&out, wire, sizeof wire);
    for (size_t i = 0; i < t.n; i++)
        fb_text_add_span(&out, t.p[i] == '\n' ? fb_span_of(FB_WIRE_LINE) : (struct fb_span){t.p + i, 1});
    return (struct fb_span){out.p, (uint32_t)out.n};
}
