#ifndef FB_TURN_PROVE_H
#define FB_TURN_PROVE_H
/* Proofs for people outside: JSON, as deploy/PROOF.md describes it, a line an element, so that somebody who has nothing
 * but a checkpoint they kept can be shown that an entry is in the journal as it was, or that the journal of one
 * checkpoint begins with that of another. The checker (tools/check-proof) shares no code with this. */
#include "engine/turn/chain/checkpoint.h"
#include "engine/turn/chain/mountain.h"

/* Of an entry that was proved: numbers, 0 none. The worker as the entry names it, whom a booking, a check, an absence and
 * the like is about, or who was forgotten by it. */
struct fb_proof_about {
    uint32_t source, record, worker;
};
struct fb_proof_ask {
    uint64_t journal;              /* the entry; of fb_prove_growth not read */
    const struct fb_checkpoint *at; /* whose root it is shown under: its size is at least `journal` */
    const struct fb_checkpoint *from; /* growth: the earlier one */
    bool body;                     /* the entry as it is stored, and the decisions made with it, too */
    struct fb_proof_about *about;  /* out, of an entry. NULL: not asked */
};
enum { FB_PROOF_BYTES_MAX = 24 << 10, FB_PROOF_LINES_MAX = 240 };
/* FB_REFUSED: *why says in words (a checkpoint of another journal, an entry that is not there, a proof that is too long
 * with its body, or one that does not hold: then the journal was changed). Other errors: the disk, or memory. */
FB_MUST_CHECK enum fb_err fb_prove_entry(struct fb_store *store, const struct fb_proof_ask *ask, struct fb_text *out,
                                         const char **why);
FB_MUST_CHECK enum fb_err fb_prove_growth(struct fb_store *store, const struct fb_proof_ask *ask, struct fb_text *out,
                                          const char **why);
#endif
