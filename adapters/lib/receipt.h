#ifndef FB_ADAPTERS_RECEIPT_H
#define FB_ADAPTERS_RECEIPT_H
/* Receipts for those who publish: what the engine took of a source on a day, asked for and held against its signature. The counts, sums
 * and hashes of what one sent oneself are made as deploy/RECEIPTS.md says (fb_receipt_add gives the sums) and compared field by field.
 *
 * Any thread; each call has a connection of its own. Lifetimes: what is given is read until the call returns, what comes back is the
 * caller's memory and refers to nothing. */
#include "adapters/lib/curve.h"
#include "engine/core/receipt.h"
struct fb_receipt_ask {
    const char *endpoint;          /* the engine's publishers' socket */
    const struct fb_curve *curve;  /* keys; NULL: without */
    struct fb_span source;         /* whose: a trust's key may ask for its own sources */
    fb_day day;                    /* Europe/London; 0: today, so far (`open`) */
    const unsigned char *signer;   /* FB_RECEIPT_KEY_BYTES that the engine's key must be, told another way (`fairbank checkpoint key`);
                                    * NULL: whichever key the receipt names, which proves only that it was not changed since */
    int timeout_ms;
};
/* FB_OK: the receipt is of that source and day and its signature holds; `text` is what to keep, NUL-terminated, as it was signed.
 * FB_BUSY: no answer within timeout_ms, ask again. FB_REFUSED: the engine says no, such as of a day that has not come. FB_DAMAGED: what
 * came is no receipt of that, or its signature or its key is another: nothing of it may be relied on. FB_IO: the endpoint or the socket.
 * FB_LIMIT: the source's name is too long. *why is a sentence for a person whenever it is not FB_OK. */
FB_MUST_CHECK enum fb_err fb_receipt_fetch(struct fb_receipt *out, char text[FB_RECEIPT_TEXT_BYTES], const struct fb_receipt_ask *ask, struct fb_text *why);
/* A receipt that was read (fb_receipt_parse) was signed with the key that it names, and not changed since. */
bool fb_receipt_is_signed(const struct fb_receipt *r);
#endif
