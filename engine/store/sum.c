#include "engine/store/sum.h"
#include "engine/base/hash.h"
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t sum_by_instruction(uint32_t crc, const unsigned char *p, size_t n)
{
    uint64_t sum = ~crc, eight;
    for (; n >= sizeof eight; n -= sizeof eight, p += sizeof eight) {
        memcpy(&eight, p, sizeof eight);
        sum = _mm_crc32_u64(sum, eight);
    }
    for (; n > 0; n--, p++)
        sum = _mm_crc32_u8((uint32_t)sum, *p);
    return ~(uint32_t)sum;
}

uint32_t fb_sum(uint32_t crc, const void *data, size_t n)
{
    return __builtin_cpu_supports("sse4.2") ? sum_by_instruction(crc, data, n) : fb_crc32c(crc, data, n);
}
#else
uint32_t fb_sum(uint32_t crc, const void *data, size_t n)
{
    return fb_crc32c(crc, data, n);
}
#endif
