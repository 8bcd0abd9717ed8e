#ifndef FB_TOOLS_CHECK_PROOF_ENTRY_H
#define FB_TOOLS_CHECK_PROOF_ENTRY_H
/* An entry of the journal as a proof shows it: its leaf, and its body where the proof has one. */
#include "tools/check-proof/checking.h"
enum { ID_MAX = 64 };
struct entry {
    uint64_t journal, kind, record_kind, source, record;
    int64_t at_ms;
    unsigned char sent[16], stored[HASH], decisions[HASH];
    unsigned char message_id[ID_MAX], reference[ID_MAX];
    size_t n_message_id, n_reference;
    unsigned char leaf[HASH];
};
/* Both are false where something is missing or does not agree, and why stands in `c`. */
bool entry_read(struct checking *c, struct entry *e);
/* *stored: bytes of the entry that the proof shows, *shown: its decisions; nought each where it has no body. */
bool entry_check_body(struct checking *c, const struct entry *e, size_t *stored, size_t *shown);
#endif
