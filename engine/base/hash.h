#ifndef FB_BASE_HASH_H
#define FB_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>
/* SipHash-2-4 with a fixed key: for tables in memory and link keys, which are always checked against the
 * full text afterwards. The same on every build; not a secret, so tables bound their probe length. */
uint64_t fb_hash64(const void *data, size_t n);
/* Mixes a second value in, for compound keys. */
uint64_t fb_hash64_mix(uint64_t h, uint64_t v);
/* CRC-32C (Castagnoli) over stored rows: LMDB keeps no checksums of its own. `crc` is 0 for the first piece. */
uint32_t fb_crc32c(uint32_t crc, const void *data, size_t n);
#endif
