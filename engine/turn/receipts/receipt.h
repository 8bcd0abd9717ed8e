#ifndef FB_TURN_RECEIPT_H
#define FB_TURN_RECEIPT_H
/* A completeness receipt (core/receipt.h) as the turn counts and keeps it: what its hashes are over, and the row of a closed day. */
#include "engine/core/receipt.h"
#include "engine/store/store.h"
#include "engine/turn/chain/checkpoint.h"

enum { FB_RECEIPT_ROW_BYTES = 2048, FB_RECEIPT_BEFORE_MAX = 1 << 23 /* days: more than lie between any two that can be written */ };
_Static_assert((int)FB_RECEIPT_KEY_BYTES == (int)FB_SIGN_KEY_BYTES && (int)FB_RECEIPT_SIGNATURE_BYTES == (int)FB_SIGNATURE_BYTES,
               "receipts are signed with the key of checkpoints");
/* What is hashed, per kind in the order of journal numbers, with BLAKE2b of 32 bytes and no key. Integers big-endian:
 *   taken     1  outcome, as in the answer (1 accepted, 2 amended)   8 journal number, as in the answer
 *             2  kind   8 occurred_at_ms   8 revision, the lowest number where absent
 *             1  length, record_ref   1 length, message_id   4 length, the body without the fields of pseudonyms
 *   refused   1  5   8 journal number   2 reason   1 length, message_id
 *   conflict  the same, with 4 */
enum { FB_RECEIPT_HEAD_MAX = 1 + 8 + 2 + 8 + 8 + 2 * (1 + (int)FB_ID_BYTES_MAX) + 4 };
struct fb_entry;
size_t fb_receipt_head(uint64_t journal, const struct fb_entry *e, unsigned char out[FB_RECEIPT_HEAD_MAX]);

/* A row of RECEIPTS: a closed day of a source, or several of which this is the last, with what carries on to the next one. Epoch, source, key and signature are no
 * part of it: they are the store's, the source's and the shell's. */
struct fb_receipt_row {
    struct fb_receipt receipt;
    int64_t last_ms; /* its last message, whatever became of it; FB_ABSENT: none since statements began */
    uint32_t hours;  /* of its last day, bit h: something came between h:00 and the next hour, Europe/London */
    bool lists;      /* which positions are missing is kept; false: of a version that only counted them, and written as by it; of several days it is always kept */
};
size_t fb_receipt_row_pack(const struct fb_receipt_row *row, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_receipt_row_unpack(struct fb_receipt_row *out, struct fb_span bytes);
/* Only what carries on: spares reading the rest. */
FB_MUST_CHECK enum fb_err fb_receipt_row_hours(struct fb_span bytes, uint32_t *hours);
#endif
