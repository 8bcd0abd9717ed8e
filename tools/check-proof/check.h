#ifndef FB_TOOLS_CHECK_PROOF_H
#define FB_TOOLS_CHECK_PROOF_H
/* The checker of proofs (deploy/PROOF.md), on its own: libsodium, jansson, and not a line of the engine's, so that who
 * checks need not trust who made. It says in words what was proved. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
/* A proof in JSON, or the text of a checkpoint. held: a checkpoint's text that the reader kept, which the proof must be
 * under (NULL: none); key: 64 hex digits of the engine's public key, known another way (NULL: not known). */
struct proof_ask {
    const char *text;
    size_t n;
    const char *held;
    size_t n_held;
    const char *key;
};
bool proof_check(const struct proof_ask *ask, FILE *out);
#endif
