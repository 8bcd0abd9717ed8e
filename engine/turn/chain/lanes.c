#include "engine/turn/chain/lanes.h"
#include "engine/base/check.h"
#include <sodium.h>
#include <string.h>

static void hash_one(struct fb_span message, struct fb_node *out)
{
    (void)crypto_generichash(out->b, FB_NODE_BYTES, (const unsigned char *)message.p, message.n, NULL, 0);
}

#if defined(__x86_64__)

/* RFC 7693, with a lane of the register for each message. */
enum { BLOCK = 128, WORDS = 16, ROUNDS = 12, STATE = 8 };
typedef uint64_t quad __attribute__((vector_size(8 * FB_LANES)));

static const uint64_t iv[STATE] = {0x6A09E667F3BCC908u, 0xBB67AE8584CAA73Bu, 0x3C6EF372FE94F82Bu, 0xA54FF53A5F1D36F1u,
                                   0x510E527FADE682D1u, 0x9B05688C2B3E6C1Fu, 0x1F83D9ABFB41BD6Bu, 0x5BE0CD19137E2179u};
static const unsigned char sigma[ROUNDS][WORDS] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

struct lanes {
    quad h[STATE];
    struct fb_span message[FB_LANES];
    unsigned char last[FB_LANES][BLOCK]; /* the last block of each, with noughts behind it */
    size_t blocks[FB_LANES];
};

#define TURN(x, k) ((x) >> (k) | (x) << (64 - (k)))
#define MIX(a, b, c, d, x, y)                                                                                            \
    do {                                                                                                                 \
        (a) += (b) + (x);                                                                                                \
        (d) = TURN((d) ^ (a), 32);                                                                                       \
        (c) += (d);                                                                                                      \
        (b) = TURN((b) ^ (c), 24);                                                                                       \
        (a) += (b) + (y);                                                                                                \
        (d) = TURN((d) ^ (a), 16);                                                                                       \
        (c) += (d);                                                                                                      \
        (b) = TURN((b) ^ (c), 63);                                                                                       \
    } while (0)
#define ROUND(r)                                                                                                         \
    do {                                                                                                                 \
        MIX(v[0], v[4], v[8], v[12], m[sigma[r][0]], m[sigma[r][1]]);                                                    \
        MIX(v[1], v[5], v[9], v[13], m[sigma[r][2]], m[sigma[r][3]]);                                                    \
        MIX(v[2], v[6], v[10], v[14], m[sigma[r][4]], m[sigma[r][5]]);                                                   \
        MIX(v[3], v[7], v[11], v[15], m[sigma[r][6]], m[sigma[r][7]]);                                                   \
        MIX(v[0], v[5], v[10], v[15], m[sigma[r][8]], m[sigma[r][9]]);                                                   \
        MIX(v[1], v[6], v[11], v[12], m[sigma[r][10]], m[sigma[r][11]]);                                                 \
        MIX(v[2], v[7], v[8], v[13], m[sigma[r][12]], m[sigma[r][13]]);                                                  \
        MIX(v[3], v[4], v[9], v[14], m[sigma[r][14]], m[sigma[r][15]]);                                                  \
    } while (0)

static inline uint64_t word(const unsigned char *block, unsigned i)
{
    uint64_t w; /* little-endian, as the processors are that have these registers */
    memcpy(&w, block + 8 * (size_t)i, sizeof w);
    return w;
}

/* Lanes whose message is over go on with its last block; nobody looks at them any more. */
static inline const unsigned char *block_of(const struct lanes *l, unsigned lane, size_t at)
{
    return at + 1 < l->blocks[lane] ? (const unsigned char *)l->message[lane].p + at * BLOCK : l->last[lane];
}

static inline uint64_t bytes_to(const struct lanes *l, unsigned lane, size_t at)
{
    return at + 1 < l->blocks[lane] ? (uint64_t)(at + 1) * BLOCK : l->message[lane].n;
}

static inline uint64_t is_last(const struct lanes *l, unsigned lane, size_t at)
{
    return at + 1 < l->blocks[lane] ? 0 : UINT64_MAX;
}

static inline __attribute__((always_inline)) void compress(struct lanes *l, size_t at)
{
    quad m[WORDS], v[2 * STATE];
    const unsigned char *const b[FB_LANES] = {block_of(l, 0, at), block_of(l, 1, at), block_of(l, 2, at), block_of(l, 3, at)};
    for (unsigned i = 0; i < WORDS; i++)
        m[i] = (quad){word(b[0], i), word(b[1], i), word(b[2], i), word(b[3], i)};
    for (unsigned i = 0; i < STATE; i++) {
        v[i] = l->h[i];
        v[STATE + i] = (quad){iv[i], iv[i], iv[i], iv[i]};
    }
    v[12] ^= (quad){bytes_to(l, 0, at), bytes_to(l, 1, at), bytes_to(l, 2, at), bytes_to(l, 3, at)};
    v[14] ^= (quad){is_last(l, 0, at), is_last(l, 1, at), is_last(l, 2, at), is_last(l, 3, at)};
    ROUND(0);
    ROUND(1);
    ROUND(2);
    ROUND(3);
    ROUND(4);
    ROUND(5);
    ROUND(6);
    ROUND(7);
    ROUND(8);
    ROUND(9);
    ROUND(10);
    ROUND(11);
    for (unsigned i = 0; i < STATE; i++)
        l->h[i] ^= v[i] ^ v[STATE + i];
}

/* The same code for two kinds of processor: the later one turns a word in one step. */
__attribute__((target("avx2"))) static void compress_avx2(struct lanes *l, size_t at)
{
    compress(l, at);
}

__attribute__((target("avx2,avx512f,avx512vl"))) static void compress_avx512(struct lanes *l, size_t at)
{
    compress(l, at);
}

static void begin(struct lanes *l, const struct fb_span *message, unsigned n)
{
    const uint64_t ask = 0x01010000u ^ FB_NODE_BYTES; /* no key, one layer, so many bytes */
    for (unsigned i = 0; i < STATE; i++)
        for (unsigned lane = 0; lane < FB_LANES; lane++)
            l->h[i][lane] = i == 0 ? iv[0] ^ ask : iv[i];
    for (unsigned lane = 0; lane < FB_LANES; lane++) {
        struct fb_span of = lane < n ? message[lane] : (struct fb_span){NULL, 0};
        size_t blocks = of.n == 0 ? 1 : ((size_t)of.n + BLOCK - 1) / BLOCK, before = (blocks - 1) * BLOCK;
        l->message[lane] = of;
        l->blocks[lane] = blocks;
        memset(l->last[lane], 0, BLOCK);
        if (of.n > 0)
            memcpy(l->last[lane], of.p + before, of.n - before);
    }
}

static void give(const struct lanes *l, unsigned lane, struct fb_node *out)
{
    for (unsigned i = 0; i < FB_NODE_BYTES / 8; i++) {
        uint64_t w = l->h[i][lane];
        memcpy(out->b + 8 * (size_t)i, &w, sizeof w);
    }
}

static void hash_wide(const struct fb_span *message, unsigned n, struct fb_node *out)
{
    struct lanes l;
    size_t most = 0;
    bool later = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
    begin(&l, message, n);
    for (unsigned lane = 0; lane < n; lane++)
        most = l.blocks[lane] > most ? l.blocks[lane] : most;
    for (size_t at = 0; at < most; at++) {
        (later ? compress_avx512 : compress_avx2)(&l, at);
        for (unsigned lane = 0; lane < n; lane++)
            if (at + 1 == l.blocks[lane])
                give(&l, lane, &out[lane]);
    }
}

static bool has_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

#else

static void hash_wide(const struct fb_span *message, unsigned n, struct fb_node *out)
{
    for (unsigned i = 0; i < n; i++)
        hash_one(message[i], &out[i]);
}

static bool has_wide(void)
{
    return false;
}

#endif

void fb_lanes_hash(const struct fb_span *message, unsigned n, struct fb_node *out)
{
    fb_assert(n > 0 && n <= FB_LANES);
    if (n > 1 && has_wide()) {
        hash_wide(message, n, out);
        return;
    }
    for (unsigned i = 0; i < n; i++)
        hash_one(message[i], &out[i]);
}
