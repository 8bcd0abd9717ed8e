#ifndef FB_MAIL_LETTER_STEPS_H
#define FB_MAIL_LETTER_STEPS_H
/* Between letter.c, which writes a mail's texts, letter_subject.c and letter_words.c. */
#include "adapters/lib/event_json.h"
#include "adapters/outbound/mail/letter.h"
#include <stdbool.h>
#include <stdio.h>
enum { FB_LETTER__KIND_BYTES = FB_EVENT_TYPE_MAX + 64 };
/* One alert of a letter. */
struct fb_letter__line {
    struct fb_event_row row;
    const struct fb_delivery *from;
};

/* £1,234.50 */
void fb_letter__pounds(FILE *out, int64_t pence);
/* A word of ours, with blanks where it has underscores. */
void fb_letter__words(FILE *out, const char *word);
/* What happened, as a ward manager or a finance officer would say it; in memory where it has to be made. */
const char *fb_letter__kind(char memory[FB_LETTER__KIND_BYTES], const struct fb_event_row *row);
/* Why it is told now, when that is not that it happened: "" then. */
const char *fb_letter__purpose(enum fb_purpose p);
/* A line of an invoice, a source or a month is no shift, and nobody is on it. */
bool fb_letter__is_shift(const struct fb_event *e);
/* n: at least one. What does not fit is cut. */
void fb_letter__subject(char out[FB_LETTER_SUBJECT_BYTES], const struct fb_letter__line *l, unsigned n);
#endif
