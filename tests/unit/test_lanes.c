/* Several messages hashed at once: the digests are those that libsodium gives for each by itself. */
#include "engine/turn/chain/lanes.h"
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <string.h>

enum { LONGEST = 5 * 128 + 1, ROUNDS = 3000 };
static char bytes[FB_LANES][LONGEST];

static void fill(struct fb_prng *r)
{
    for (unsigned lane = 0; lane < FB_LANES; lane++)
        for (unsigned i = 0; i < LONGEST; i++)
            bytes[lane][i] = (char)fb_prng_below(r, 256);
}

static bool are_right(const struct fb_span *message, unsigned n)
{
    struct fb_node out[FB_LANES], one;
    fb_lanes_hash(message, n, out);
    for (unsigned i = 0; i < n; i++) {
        (void)crypto_generichash(one.b, FB_NODE_BYTES, (const unsigned char *)message[i].p, message[i].n, NULL, 0);
        if (!fb_node_same(&one, &out[i]))
            return false;
    }
    return true;
}

static void every_length_alone_and_beside_others(void)
{
    struct fb_prng r;
    CU_ASSERT_TRUE_FATAL(sodium_init() >= 0);
    fb_prng_init(&r, 1);
    fill(&r);
    for (unsigned n = 0; n <= LONGEST; n++) {
        const struct fb_span message[FB_LANES] = {{bytes[0], n}, {bytes[1], LONGEST - n}, {bytes[2], n / 2}, {bytes[3], 128}};
        for (unsigned lanes = 1; lanes <= FB_LANES; lanes++)
            CU_ASSERT_TRUE(are_right(message, lanes));
    }
}

static void any_lengths_beside_one_another(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 2);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct fb_span message[FB_LANES];
        fill(&r);
        for (unsigned i = 0; i < FB_LANES; i++)
            message[i] = (struct fb_span){bytes[i], (uint32_t)fb_prng_below(&r, LONGEST + 1)};
        CU_ASSERT_TRUE(are_right(message, 1 + (unsigned)fb_prng_below(&r, FB_LANES)));
    }
}

/* BLAKE2b-256 of nothing begins with 0e5751c0. */
static void nothing_is_a_message_too(void)
{
    static const unsigned char none[4] = {0x0E, 0x57, 0x51, 0xC0};
    struct fb_span message[2] = {{NULL, 0}, {NULL, 0}};
    struct fb_node out[2];
    fb_lanes_hash(message, 2, out);
    CU_ASSERT_EQUAL(memcmp(out[0].b, none, sizeof none), 0);
    CU_ASSERT_TRUE(fb_node_same(&out[0], &out[1]));
}

CU_TestInfo suite_lanes[] = {
    {"every length, alone and beside others", every_length_alone_and_beside_others},
    {"any lengths beside one another", any_lengths_beside_one_another},
    {"nothing is a message too", nothing_is_a_message_too},
    CU_TEST_INFO_NULL,
};
