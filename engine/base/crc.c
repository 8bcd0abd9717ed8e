#include "engine/base/hash.h"

/* CRC-32C by eights (slicing-by-8, Kounavis and Berry 2005), polynomial 0x82F63B78 reflected.
 * The tables are linear: the entry for a byte is the XOR of the entries for its bits. So the source holds
 * the 64 entries for single bits, which are the polynomial stepped 0 to 63 times, and the compiler makes
 * the 2,048 others; tests/unit/test_hash.c holds them against the definition, bit by bit. */
#define BIT(i, b, c) (((i) >> (b)&1u) * (c))
#define ENTRY(i, c0, c1, c2, c3, c4, c5, c6, c7)                                                             \
    (uint32_t)(BIT(i, 0, c0) ^ BIT(i, 1, c1) ^ BIT(i, 2, c2) ^ BIT(i, 3, c3) ^ BIT(i, 4, c4) ^               \
               BIT(i, 5, c5) ^ BIT(i, 6, c6) ^ BIT(i, 7, c7))
/* clang-format off */
#define STEP_0(i) \
    ENTRY(i, 0xF26B8303u, 0xE13B70F7u, 0xC79A971Fu, 0x8AD958CFu, \
          0x105EC76Fu, 0x20BD8EDEu, 0x417B1DBCu, 0x82F63B78u)
#define STEP_1(i) \
    ENTRY(i, 0x13A29877u, 0x274530EEu, 0x4E8A61DCu, 0x9D14C3B8u, \
          0x3FC5F181u, 0x7F8BE302u, 0xFF17C604u, 0xFBC3FAF9u)
#define STEP_2(i) \
    ENTRY(i, 0xA541927Eu, 0x4F6F520Du, 0x9EDEA41Au, 0x38513EC5u, \
          0x70A27D8Au, 0xE144FB14u, 0xC76580D9u, 0x8B277743u)
#define STEP_3(i) \
    ENTRY(i, 0xDD45AAB8u, 0xBF672381u, 0x7B2231F3u, 0xF64463E6u, \
          0xE964B13Du, 0xD725148Bu, 0xABA65FE7u, 0x52A0C93Fu)
#define STEP_4(i) \
    ENTRY(i, 0x38116FACu, 0x7022DF58u, 0xE045BEB0u, 0xC5670B91u, \
          0x8F2261D3u, 0x1BA8B557u, 0x37516AAEu, 0x6EA2D55Cu)
#define STEP_5(i) \
    ENTRY(i, 0xEF306B19u, 0xDB8CA0C3u, 0xB2F53777u, 0x6006181Fu, \
          0xC00C303Eu, 0x85F4168Du, 0x0E045BEBu, 0x1C08B7D6u)
#define STEP_6(i) \
    ENTRY(i, 0x68032CC8u, 0xD0065990u, 0xA5E0C5D1u, 0x4E2DFD53u, \
          0x9C5BFAA6u, 0x3D5B83BDu, 0x7AB7077Au, 0xF56E0EF4u)
#define STEP_7(i) \
    ENTRY(i, 0x493C7D27u, 0x9278FA4Eu, 0x211D826Du, 0x423B04DAu, \
          0x847609B4u, 0x0D006599u, 0x1A00CB32u, 0x34019664u)
#define FOUR(S, i)    S((i)), S((i) + 1u), S((i) + 2u), S((i) + 3u)
#define SIXTEEN(S, i) FOUR(S, (i)), FOUR(S, (i) + 4u), FOUR(S, (i) + 8u), FOUR(S, (i) + 12u)
#define SIXTY(S, i)   SIXTEEN(S, (i)), SIXTEEN(S, (i) + 16u), SIXTEEN(S, (i) + 32u), SIXTEEN(S, (i) + 48u)
#define TABLE(S)      {SIXTY(S, 0u), SIXTY(S, 64u), SIXTY(S, 128u), SIXTY(S, 192u)}

/* steps[k][b]: the byte b followed by k bytes of nought. */
static const uint32_t steps[8][256] = {
    TABLE(STEP_0), TABLE(STEP_1), TABLE(STEP_2), TABLE(STEP_3),
    TABLE(STEP_4), TABLE(STEP_5), TABLE(STEP_6), TABLE(STEP_7),
};
/* clang-format on */

static uint32_t load32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t eight_bytes(uint32_t crc, const unsigned char *p)
{
    uint32_t lo = crc ^ load32(p);
    uint32_t hi = load32(p + 4);
    return steps[7][lo & 0xFFu] ^ steps[6][lo >> 8 & 0xFFu] ^ steps[5][lo >> 16 & 0xFFu] ^
           steps[4][lo >> 24] ^ steps[3][hi & 0xFFu] ^ steps[2][hi >> 8 & 0xFFu] ^
           steps[1][hi >> 16 & 0xFFu] ^ steps[0][hi >> 24];
}

uint32_t fb_crc32c(uint32_t crc, const void *data, size_t n)
{
    const unsigned char *p = data;
    crc = ~crc;
    for (; n >= 8; n -= 8, p += 8)
        crc = eight_bytes(crc, p);
    for (; n > 0; n--, p++)
        crc = steps[0][(crc ^ *p) & 0xFFu] ^ crc >> 8;
    return ~crc;
}
