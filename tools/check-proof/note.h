#ifndef FB_TOOLS_CHECK_PROOF_NOTE_H
#define FB_TOOLS_CHECK_PROOF_NOTE_H
/* A checkpoint as text: its lines, and whether its signatures hold. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
enum { HASH = 32, LINE_MAX_BYTES = 200, WITNESSES_MAX = 64 };
struct note {
    uint64_t entries;
    unsigned char root[HASH];
    char store[17], last[25], made[25], key[65];
    char signature[129];
    unsigned n_witnesses;
    struct {
        char name[41], key[65];
    } witness[WITNESSES_MAX];
};
/* false: not a checkpoint, or a signature does not hold; *why says which. */
bool note_check(struct note *out, const char *text, size_t n, const char **why);
bool note_hex(unsigned char *out, size_t bytes, const char *hex);
#endif
