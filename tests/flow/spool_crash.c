#include "tests/flow/spool_crash.h"
#include "adapters/lib/spool.h"
#include <stdio.h>
#include <string.h>

/* Mostly short, some longer than a disk's block. */
size_t spool_message(uint64_t k, unsigned char *memory)
{
    struct fb_prng r;
    fb_prng_init(&r, k);
    size_t n = sizeof k + (size_t)fb_prng_below(&r, fb_prng_below(&r, 20) == 0 ? 9000 : 300);
    memcpy(memory, &k, sizeof k);
    for (size_t i = sizeof k; i < n; i++)
        memory[i] = (unsigned char)fb_prng_next(&r);
    return n;
}

uint64_t spool_message_number(struct fb_span bytes)
{
    static unsigned char memory[FB_SPOOL_BYTES_MAX];
    uint64_t k = 0;
    if (bytes.n < sizeof k)
        return 0;
    memcpy(&k, bytes.p, sizeof k);
    return k < UINT32_MAX && spool_message(k, memory) == bytes.n && memcmp(memory, bytes.p, bytes.n) == 0 ? k : 0;
}

int main(int argc, char **argv)
{
    int64_t n[3] = {0};
    bool right = argc == 5;
    if (argc == 5 && strcmp(argv[1], "--publish") == 0)
        return fb_parse_int(&n[0], fb_span_of(argv[4])) == FB_OK ? spool_publish(argv[2], argv[3], (uint64_t)n[0]) : 2;
    for (int i = 0; i < 3 && right; i++)
        right = fb_parse_int(&n[i], fb_span_of(argv[i + 2])) == FB_OK && n[i] >= 0 && n[i] < 1000000;
    if (!right) {
        fprintf(stderr, "usage: %s SHIM CYCLES CUTS SEED\n", argv[0]);
        return 2;
    }
    return spool_kill(argv[0], argv[1], (unsigned)n[0], (uint64_t)n[2]) && spool_cut_power((size_t)n[1], (uint64_t)n[2]) ? 0 : 1;
}
