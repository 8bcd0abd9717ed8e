#include "engine/base/hash.h"

/* SipHash-2-4 of Aumasson and Bernstein. The key is the one of their published test vectors, so that the
 * tests can hold us to the paper. */
#define KEY_0 0x0706050403020100u
#define KEY_1 0x0F0E0D0C0B0A0908u

static uint64_t rotl(uint64_t x, unsigned k)
{
    return (x << k) | (x >> (64u - k));
}

/* Little-endian on every machine; the compilers make one load of it. */
static uint64_t load64(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static uint64_t load32(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

/* The last bytes, fewer than eight: names are short, and a walk byte by byte is what a hash of one would mostly do. Pieces
 * that lie over one another say the same. */
static uint64_t load_last(const unsigned char *p, size_t n)
{
    size_t rest = n % 8;
    if (rest == 0)
        return 0;
    if (n >= 8)
        return load64(p + n - 8) >> (8 * (8 - rest));
    if (rest >= 4)
        return load32(p) | load32(p + rest - 4) << (8 * (rest - 4));
    return (uint64_t)p[0] | (uint64_t)p[rest / 2] << (8 * (rest / 2)) | (uint64_t)p[rest - 1] << (8 * (rest - 1));
}

struct sip {
    uint64_t a, b, c, d;
};

static inline void sip_round(struct sip *v)
{
    v->a += v->b;
    v->b = rotl(v->b, 13) ^ v->a;
    v->a = rotl(v->a, 32);
    v->c += v->d;
    v->d = rotl(v->d, 16) ^ v->c;
    v->a += v->d;
    v->d = rotl(v->d, 21) ^ v->a;
    v->c += v->b;
    v->b = rotl(v->b, 17) ^ v->c;
    v->c = rotl(v->c, 32);
}

static inline void sip_word(struct sip *v, uint64_t m)
{
    v->d ^= m;
    sip_round(v);
    sip_round(v);
    v->a ^= m;
}

uint64_t fb_hash64(const void *data, size_t n)
{
    struct sip v = {KEY_0 ^ 0x736F6D6570736575u, KEY_1 ^ 0x646F72616E646F6Du, KEY_0 ^ 0x6C7967656E657261u,
                    KEY_1 ^ 0x7465646279746573u};
    const unsigned char *p = data;
    size_t whole = n - n % 8;
    for (size_t i = 0; i < whole; i += 8)
        sip_word(&v, load64(p + i));
    sip_word(&v, (uint64_t)n << 56 | load_last(p, n));
    v.c ^= 0xFFu;
    for (unsigned i = 0; i < 4; i++)
        sip_round(&v);
    return v.a ^ v.b ^ v.c ^ v.d;
}

uint64_t fb_hash64_mix(uint64_t h, uint64_t v)
{
    /* The multiplication makes the order of the two matter; the rest is splitmix64's finaliser. */
    uint64_t z = h * 0x9E3779B97F4A7C15u + v;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
