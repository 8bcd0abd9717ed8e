#include "engine/base/hash.h"
#include "engine/base/prng.h"
#include "engine/store/sum.h"
#include "tests/lib/suite.h"
#include <CUnit/CUnit.h>
#include <string.h>

static void test_siphash_vectors(void)
{
    /* From the reference implementation's table: messages 00 01 02 …, key 00 … 0f. */
    unsigned char m[64];
    for (unsigned i = 0; i < sizeof m; i++)
        m[i] = (unsigned char)i;
    static const uint64_t of[] = {0x726FDB47DD0E0E31u, 0x74F839C593DC67FDu, 0x0D6C8009D9A94F5Au, 0x85676696D7FB7E2Du,
                                  0xCF2794E0277187B7u, 0x18765564CD99A68Du, 0xCBC9466E58FEE3CEu, 0xAB0200F58B01D137u,
                                  0x93F5F5799A932462u, 0x9E0082DF0BA9E4B0u, 0x7A5DBBC594DDB9F3u, 0xF4B32F46226BADA7u,
                                  0x751E8FBC860EE5FBu, 0x14EA5627C0843D90u, 0xF723CA908E7AF2EEu, 0xA129CA6149BE45E5u};
    for (unsigned n = 0; n < sizeof of / sizeof of[0]; n++)
        CU_ASSERT_EQUAL(fb_hash64(m, n), of[n]);
    CU_ASSERT_EQUAL(fb_hash64(m, 63), 0x958A324CEB064572u);
    CU_ASSERT_EQUAL(fb_hash64(NULL, 0), fb_hash64(m, 0));
}

static void test_mix_depends_on_order(void)
{
    CU_ASSERT_NOT_EQUAL(fb_hash64_mix(1, 2), fb_hash64_mix(2, 1));
    CU_ASSERT_NOT_EQUAL(fb_hash64_mix(1, 0), 1);
    /* Sequential values must spread over the low bits, which tables use. */
    unsigned seen[256] = {0};
    for (uint64_t i = 0; i < 25600; i++)
        seen[fb_hash64_mix(7, i) & 255u]++;
    for (unsigned i = 0; i < 256; i++)
        CU_ASSERT(seen[i] > 40 && seen[i] < 200);
}

/* The definition: one bit after the other. */
static uint32_t crc_by_bits(uint32_t crc, const unsigned char *p, size_t n)
{
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1u) != 0 ? 0x82F63B78u : 0u);
    }
    return ~crc;
}

static void test_crc_vectors(void)
{
    /* RFC 3720, B.4, and the usual check value. */
    unsigned char m[32];
    CU_ASSERT_EQUAL(fb_crc32c(0, "123456789", 9), 0xE3069283u);
    CU_ASSERT_EQUAL(fb_crc32c(0, "", 0), 0);
    memset(m, 0, sizeof m);
    CU_ASSERT_EQUAL(fb_crc32c(0, m, sizeof m), 0x8A9136AAu);
    memset(m, 0xFF, sizeof m);
    CU_ASSERT_EQUAL(fb_crc32c(0, m, sizeof m), 0x62A8AB43u);
    for (unsigned i = 0; i < sizeof m; i++)
        m[i] = (unsigned char)i;
    CU_ASSERT_EQUAL(fb_crc32c(0, m, sizeof m), 0x46DD794Eu);
}

static void test_crc_against_its_definition(void)
{
    /* Each byte at each of the eight places, which is every entry of every table. */
    unsigned char m[8] = {0};
    for (unsigned at = 0; at < 8; at++) {
        for (unsigned b = 0; b < 256; b++) {
            m[at] = (unsigned char)b;
            CU_ASSERT_EQUAL(fb_crc32c(0, m, 8), crc_by_bits(0, m, 8));
        }
    }
    struct fb_prng r;
    unsigned char long_one[300];
    fb_prng_init(&r, 1);
    for (unsigned i = 0; i < sizeof long_one; i++)
        long_one[i] = (unsigned char)fb_prng_next(&r);
    for (size_t n = 0; n <= sizeof long_one; n++) {
        uint32_t whole = fb_crc32c(0, long_one, n);
        CU_ASSERT_EQUAL(whole, fb_sum(0, long_one, n)); /* by the processor, where it can */
        CU_ASSERT_EQUAL(whole, fb_sum(fb_sum(0, long_one, n / 3), long_one + n / 3, n - n / 3));
        CU_ASSERT_EQUAL(whole, crc_by_bits(0, long_one, n));
        CU_ASSERT_EQUAL(whole, fb_crc32c(fb_crc32c(0, long_one, n / 3), long_one + n / 3, n - n / 3));
    }
}

static void test_prng_is_the_published_one(void)
{
    /* splitmix64 from 1234567 gives these four (its author's test values begin the state); with that state
     * the first output is rotl(s1 * 5, 7) * 9. */
    struct fb_prng r;
    fb_prng_init(&r, 1234567);
    CU_ASSERT_EQUAL(r.s[0], 6457827717110365317u);
    CU_ASSERT_EQUAL(r.s[1], 3203168211198807973u);
    CU_ASSERT_EQUAL(r.s[2], 9817491932198370423u);
    CU_ASSERT_EQUAL(r.s[3], 4593380528125082431u);
    /* The first four outputs of xoshiro256** from the state 1, 2, 3, 4. */
    r = (struct fb_prng){{1, 2, 3, 4}};
    CU_ASSERT_EQUAL(fb_prng_next(&r), 11520u);
    CU_ASSERT_EQUAL(fb_prng_next(&r), 0u);
    CU_ASSERT_EQUAL(fb_prng_next(&r), 1509978240u);
    CU_ASSERT_EQUAL(fb_prng_next(&r), 1215971899390074240u);
}

static void test_below_stays_below(void)
{
    struct fb_prng r;
    unsigned seen[6] = {0};
    fb_prng_init(&r, 3);
    for (int i = 0; i < 6000; i++) {
        uint64_t v = fb_prng_below(&r, 6);
        CU_ASSERT_FATAL(v < 6);
        seen[v]++;
        CU_ASSERT_EQUAL(fb_prng_below(&r, 1), 0);
        CU_ASSERT(fb_prng_below(&r, ((uint64_t)1 << 63) + 1) <= (uint64_t)1 << 63);
    }
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT(seen[i] > 800 && seen[i] < 1200);
}

CU_TestInfo suite_hash[] = {
    {"the hash is SipHash-2-4 as published", test_siphash_vectors},
    {"mixing depends on the order and spreads", test_mix_depends_on_order},
    {"CRC-32C gives the published values", test_crc_vectors},
    {"CRC-32C by tables is CRC-32C by bits, in pieces too", test_crc_against_its_definition},
    {"the generator is xoshiro256** seeded by splitmix64", test_prng_is_the_published_one},
    {"a bounded draw stays below its bound and is even", test_below_stays_below},
    CU_TEST_INFO_NULL,
};
