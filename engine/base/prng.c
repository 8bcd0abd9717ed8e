#include "engine/base/prng.h"
#include "engine/base/check.h"

/* xoshiro256** 1.0 and splitmix64, as published by Blackman and Vigna at prng.di.unimi.it. */
static uint64_t rotl(uint64_t x, unsigned k)
{
    return (x << k) | (x >> (64u - k));
}

static uint64_t splitmix(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void fb_prng_init(struct fb_prng *r, uint64_t seed)
{
    /* Four outputs of splitmix64 are never all nought, which is the one state xoshiro cannot leave. */
    for (unsigned i = 0; i < 4; i++)
        r->s[i] = splitmix(&seed);
}

uint64_t fb_prng_next(struct fb_prng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotl(s[1] * 5u, 7) * 9u;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint64_t fb_prng_below(struct fb_prng *r, uint64_t n)
{
    fb_assert(n > 0);
    /* 2^64 mod n outputs are thrown away, so that every remainder is equally likely. */
    uint64_t spare = (0u - n) % n;
    uint64_t v = fb_prng_next(r);
    while (v < spare)
        v = fb_prng_next(r);
    return v % n;
}
