#ifndef FB_TURN_CHECKPOINT_H
#define FB_TURN_CHECKPOINT_H
/* A signed root of the journal's chain, as a few lines that a person can read, mail and keep; and the lines with which
 * somebody else, who has looked at it, signs it too. Rows of CHECKPOINTS, outside the journal: a signature changes
 * nothing that is decided.
 *
 *   fairbank checkpoint 1
 *   store 8f3a90c14d5e6f70                    the store's epoch
 *   entries 1234567
 *   root …                                    64 hex digits, small letters; so are keys; signatures have 128
 *   last 2026-11-22T06:52:43.123Z             instant of the last entry
 *   made 2026-11-22T07:00:00.000Z
 *   key …                                     the engine's Ed25519 public key
 *   signature …                               over all lines before this one, their line feeds included
 *   countersigned-by RYJ                      any number of these three lines
 *   key …
 *   signature …                               over the eight lines of the engine and the two before this one
 *
 * Lines end with a line feed; a carriage return before it is passed over in reading, as mail adds them. Anything else
 * that is not written exactly so is refused: what was signed has one form. */
#include "engine/store/store.h"
#include "engine/turn/chain/mountain.h"

enum {
    FB_SIGN_KEY_BYTES = 32,
    FB_SIGNATURE_BYTES = 64,
    FB_WITNESS_BYTES_MAX = 40,   /* name of who countersigns: printable ASCII without spaces */
    FB_WITNESSES_MAX = 64,       /* of one checkpoint: one for every trust of a large system, and to spare */
    FB_CHECKPOINT_TEXT_BYTES = 640,
    FB_WITNESS_TEXT_BYTES = 320,
    FB_NOTE_BYTES_MAX = FB_CHECKPOINT_TEXT_BYTES + FB_WITNESSES_MAX * FB_WITNESS_TEXT_BYTES
};
struct fb_checkpoint {
    uint64_t epoch, size;
    struct fb_node root;
    int64_t last_ms, made_ms;
    unsigned char key[FB_SIGN_KEY_BYTES], signature[FB_SIGNATURE_BYTES];
};
struct fb_witness {
    char name[FB_WITNESS_BYTES_MAX + 1];
    unsigned char key[FB_SIGN_KEY_BYTES], signature[FB_SIGNATURE_BYTES];
};
struct fb_note {
    struct fb_checkpoint checkpoint;
    unsigned n_witnesses;
    struct fb_witness witness[FB_WITNESSES_MAX];
};
/* What the engine signs, and with the signature's line the whole. */
void fb_checkpoint_claim(struct fb_text *t, const struct fb_checkpoint *c);
void fb_checkpoint_format(struct fb_text *t, const struct fb_checkpoint *c);
/* What a witness signs; and the witness's own three lines. */
void fb_witness_claim(struct fb_text *t, const struct fb_checkpoint *c, const struct fb_witness *w);
void fb_witness_format(struct fb_text *t, const struct fb_witness *w);
bool fb_witness_name_is(struct fb_span name);
void fb_note_format(struct fb_text *t, const struct fb_note *n);
/* FB_REFUSED: not a checkpoint; *line says in which line, from 1. Signatures are not looked at. */
FB_MUST_CHECK enum fb_err fb_note_parse(struct fb_note *out, struct fb_span text, unsigned *line);
bool fb_checkpoint_is_signed(const struct fb_checkpoint *c);
bool fb_witness_is_signed(const struct fb_checkpoint *c, const struct fb_witness *w);

/* Rows; a checkpoint's number is its row's. */
struct fb_checkpoint_row {
    uint64_t number;
    uint64_t of; /* of a countersignature: the checkpoint's number; 0: it is a checkpoint */
    struct fb_checkpoint checkpoint;
    struct fb_witness witness;
};
/* In a transaction of its own. A checkpoint gets the next number: *number. */
FB_MUST_CHECK enum fb_err fb_checkpoint_append(struct fb_store *store, const struct fb_checkpoint *c, uint64_t *number);
FB_MUST_CHECK enum fb_err fb_witness_append(struct fb_store *store, uint64_t of, const struct fb_witness *w);
/* The first row whose number is above `after`; FB_NOT_FOUND: no more. FB_DAMAGED. */
FB_MUST_CHECK enum fb_err fb_checkpoint_next(struct fb_store *store, uint64_t after, struct fb_checkpoint_row *out);
/* The last checkpoint. FB_NOT_FOUND: none. */
FB_MUST_CHECK enum fb_err fb_checkpoint_last(struct fb_store *store, struct fb_checkpoint_row *out);
/* One with its countersignatures, by number; 0: the last one. */
FB_MUST_CHECK enum fb_err fb_checkpoint_note(struct fb_store *store, uint64_t number, struct fb_note *out, uint64_t *found);
#endif
