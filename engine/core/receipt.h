#ifndef FB_CORE_RECEIPT_H
#define FB_CORE_RECEIPT_H
/* A completeness receipt: what a source sent on a day, as the engine took it, in a form that the source can make by itself from
 * what it sent and was answered (deploy/RECEIPTS.md says how, for any language). A day is the Europe/London date of the instant
 * at which a message was taken.
 *
 *   fairbank receipt 1
 *   store 8f3a90c14d5e6f70                    the store's epoch
 *   source rth-roster
 *   trust RTH                                 or: trust none
 *   day 2026-11-21
 *   since 2025-12-01                          where the days from that one on are stated together with it; else there is no such line
 *   state closed                              or: state open, of a day that is not over
 *   entries 1234567                           the journal's last number that was looked at
 *   made 2026-11-22T00:00:00.412Z
 *   booking first 100 amended 20 minutes 57600 pence 0 rates 12345678 hash …
 *   …                                         one line for each kind of which something was taken, by rising number
 *   refused 3 hash …
 *   conflict 1 hash …
 *   repeats 4
 *   sequence first 1001 last 1124 next 1125 missing 9 again 0
 *   gaps 1003-1004 1107 and 6 more            where some are missing, and it is known which
 *   key …                                     the engine's Ed25519 public key, that of its checkpoints
 *   signature …                               over all lines before this one, their line feeds included
 *
 * Lines end with a line feed; a carriage return before it is passed over in reading. Anything else that is not written exactly
 * so is refused: what was signed has one form. Hashes and keys are small hex digits.
 *
 * The text is here, because both sides read it: the engine makes and signs it (engine/turn/receipts, engine/shell), the source holds it
 * against its signature (adapters/lib/receipt.h). */
#include "engine/core/gaps.h"
#include "engine/core/record.h"

enum { FB_RECEIPT_HASH_BYTES = 32, FB_RECEIPT_TEXT_BYTES = 5120, FB_RECEIPT_KEY_BYTES = 32, FB_RECEIPT_SIGNATURE_BYTES = 64 };
/* The three sums of a kind, in the order in which they are written. */
enum fb_receipt_sum { FB_SUM_MINUTES, FB_SUM_PENCE, FB_SUM_RATES, FB_SUMS };
struct fb_receipt_line {
    uint64_t first, amended; /* messages that were the first of their record; other versions of one that was held */
    int64_t sum[FB_SUMS];    /* fb_receipt_add; modulo 2^64 */
    unsigned char hash[FB_RECEIPT_HASH_BYTES];
};
struct fb_receipt_count {
    uint64_t n;
    unsigned char hash[FB_RECEIPT_HASH_BYTES];
};
struct fb_receipt {
    uint64_t epoch;
    unsigned n_source;
    char source[FB_SOURCE_BYTES_MAX];
    fb_code trust; /* 0: a system-wide source */
    fb_day day;
    uint32_t before; /* so many days before it are stated together with it; 0 but in a first statement that came late */
    bool open;
    uint64_t entries;
    int64_t made_ms;
    struct fb_receipt_line line[FB_KIND_END]; /* by kind; nothing was taken where first and amended are 0 */
    struct fb_receipt_count refused, conflict;
    uint64_t repeats;                /* answered again as the first time. They leave no trace in the journal: those that memory
                                      * knew of when the statement was made, since the start of the engine or of the day */
    int64_t seq_first, seq_last;     /* lowest and highest position in the source's stream that day; FB_ABSENT: none was given */
    uint64_t seq_next, seq_missing;  /* one above the highest ever seen since statements began, 0: none; and how many below it,
                                      * from the first on, have not come */
    struct fb_gaps gaps;             /* which those are. Fewer than seq_missing: there was no room, or nobody kept which (a row of a version before) */
    uint64_t seq_again;              /* of that day: at a position that was passed before and was not missing. The source begins
                                      * anew with its numbers, for each file perhaps, and gaps cannot be told */
    unsigned char key[FB_RECEIPT_KEY_BYTES], signature[FB_RECEIPT_SIGNATURE_BYTES];
};

/* What one message adds to the three sums of its kind:
 *   vacancy, booking   minutes from start to end, unpaid break included
 *   booking            pence: the charge for its cancellation; rates: every part of every cell of its rate grid, ten-thousandths of a pound
 *   timesheet          minutes of all its intervals, whatever their kind
 *   substantive_hours  minutes
 *   budget             pence: the amount      approval  pence: the limit, where there is one
 * All as sent, absent ones are nought. Other kinds add nothing. */
void fb_receipt_add(const struct fb_record *r, int64_t sum[FB_SUMS]);
bool fb_receipt_adds(enum fb_kind kind); /* a record of that kind adds something: it has to be decoded */

/* The first day that it states. */
fb_day fb_receipt_since(const struct fb_receipt *r);

/* What the engine signs, and with the signature's line the whole. */
void fb_receipt_claim(struct fb_text *t, const struct fb_receipt *r);
void fb_receipt_format(struct fb_text *t, const struct fb_receipt *r);
/* FB_REFUSED: not a receipt; *line says in which line, from 1. The signature is not looked at. */
FB_MUST_CHECK enum fb_err fb_receipt_parse(struct fb_receipt *out, struct fb_span text, unsigned *line);
#endif
