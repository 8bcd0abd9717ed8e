#include "tools/check-proof/checking.h"
#include <sodium.h>
#include <string.h>

bool proof_fails(struct checking *c, const char *why)
{
    if (c->why == NULL)
        c->why = why;
    return false;
}

void proof_hash(unsigned char out[HASH], const unsigned char *p, size_t n)
{
    (void)crypto_generichash(out, HASH, p, n, NULL, 0);
}

void proof_join(unsigned char tag, const unsigned char *a, const unsigned char *b, unsigned char out[HASH])
{
    unsigned char both[1 + 2 * HASH];
    both[0] = tag;
    memcpy(both + 1, a, HASH);
    memcpy(both + 1 + HASH, b, HASH);
    proof_hash(out, both, sizeof both);
}

void proof_big_endian(unsigned char *out, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> (8 * (bytes - 1 - i)));
}
