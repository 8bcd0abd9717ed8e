#ifndef FB_TOOLS_CHECK_PROOF_CHECKING_H
#define FB_TOOLS_CHECK_PROOF_CHECKING_H
/* One proof while it is looked at, and the hashes of deploy/PROOF.md. */
#include "tools/check-proof/check.h"
#include "tools/check-proof/note.h"
#include <jansson.h>
enum { PATH_MAX_NODES = 66 };
struct checking {
    const struct proof_ask *ask;
    FILE *out;
    json_t *proof;
    const char *why;
    unsigned char path[PATH_MAX_NODES][HASH];
    size_t n_path;
    struct note at, from;
};
/* Always false, and why: the first reason stays. */
bool proof_fails(struct checking *c, const char *why);
void proof_hash(unsigned char out[HASH], const unsigned char *p, size_t n);
/* tag, a, b: both of HASH bytes. out may be one of them. */
void proof_join(unsigned char tag, const unsigned char *a, const unsigned char *b, unsigned char out[HASH]);
void proof_big_endian(unsigned char *out, uint64_t v, unsigned bytes);
#endif
