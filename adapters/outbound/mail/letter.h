#ifndef FB_MAIL_LETTER_H
#define FB_MAIL_LETTER_H
/* What a mail says: one or many alerts for one receiver, in words that need no manual, as plain text and as HTML. The worst and the
 * dearest stand first; more than are readable are counted, with the command that lists them all. Amounts are pounds with commas. */
#include "adapters/outbound/outlet/ledger.h"
#include <jansson.h>
#include <stdio.h>
enum { FB_LETTER_SHOWN = 100, FB_LETTER_SUBJECT_BYTES = 200, FB_LETTER_ID_BYTES = 64 };
struct fb_letter_texts {
    char subject[FB_LETTER_SUBJECT_BYTES];
    char id[FB_LETTER_ID_BYTES]; /* the same when the same alerts are sent again: of them, in their order */
    char *plain, *html;          /* the caller's to free */
};
/* of: deliveries that go together, at least one. FB_FULL: no memory; FB_DAMAGED: a body is no event. */
FB_MUST_CHECK enum fb_err fb_letter_write(struct fb_letter_texts *out, const struct fb_delivery *of, unsigned n);
/* Whether its body is an event that can be written of. */
bool fb_letter_reads(const struct fb_delivery *of);
void fb_letter_release(struct fb_letter_texts *t);
#endif
