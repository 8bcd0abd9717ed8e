#ifndef FB_BASE_PRNG_H
#define FB_BASE_PRNG_H
#include <stdint.h>
/* xoshiro256** seeded by splitmix64: for the simulator, benches and demo data, where one seed must mean
 * one run on every machine. Never for keys. */
struct fb_prng {
    uint64_t s[4];
};
void fb_prng_init(struct fb_prng *r, uint64_t seed);
uint64_t fb_prng_next(struct fb_prng *r);
/* Uniform in [0, n); n > 0. */
uint64_t fb_prng_below(struct fb_prng *r, uint64_t n);
#endif
