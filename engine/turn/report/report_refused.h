#ifndef FB_TURN_REPORT_REFUSED_H
#define FB_TURN_REPORT_REFUSED_H
/* Dead letters: what was refused or in conflict, as it was kept, and whether it can be sent again after a mend.
 *
 * Sent again means sent: whoever does it publishes the kept bytes through the door as the same source. So there is one way in,
 * with one judgement of what may be written by whom, and an entry like any other; nothing of it needs a replay of its own.
 * Exactly once follows from the ids (turn.h):
 * - What was refused goes out under its own message id, which a refusal does not use up. Taken once, the id is used: the
 *   same sent again by hand, or by the publisher who never knew, is a duplicate and gets the answer of the acceptance. While it
 *   is refused as before, it is the same refusal, and no new entry is made. The refusal and what was taken in the end stand
 *   under one id of one source: that is the link between them.
 * - Of several that were refused under one id the last one goes out: the others are what its source said before, and would use up the id
 *   that what it said last needs.
 * - A conflict's own id belongs to the other message for ever. It goes out under the id "replay:N" (N: its journal number),
 *   the same each time, so it too is taken once; the link is in the id. Its publisher, who sends the conflict again under
 *   the old id, gets the conflict's stored answer for ever. It comes as a version of its record like any other, and
 *   may lose against a later one.
 * What was not kept byte for byte is never sent again: a message without its pseudonym is another message. */
#include "engine/turn/entry.h"
#include "engine/turn/report.h"
enum fb_letter_state {
    FB_LETTER_WAITS = 1, /* it can be sent again */
    FB_LETTER_TAKEN,     /* a message was taken since under the id that it would go out under: entry `taken` */
    FB_LETTER_REPLACED,  /* its source said something else under its id since, which was refused too: entry `later` */
    FB_LETTER_BLINDED,   /* a pseudonym was taken out of it, or it might have held one and only digest and length are kept */
    FB_LETTER_ENVELOPE,  /* what stands around the record was at fault, or could not be read: nobody can say what was meant */
    FB_LETTER_FOREIGN    /* the source that it names is not the one that sent it */
};
struct fb_letter {
    uint64_t journal;
    struct fb_entry entry;   /* env.source: the sender's name */
    struct fb_source source; /* as it is known now */
    enum fb_letter_state state;
    struct fb_span id;       /* under which it goes out again; WAITS and TAKEN only */
    uint64_t taken;          /* TAKEN: that entry, and its record */
    uint32_t record;
    uint64_t later;          /* REPLACED: that entry, the last one */
};
enum { FB_LETTERS_MAX = 10000 };
struct fb_letter_filter {
    struct fb_span source; /* name; absent: all */
    enum fb_reason reason; /* NONE: all */
    uint64_t after;        /* only later entries */
    uint64_t only;         /* only this entry; 0: all */
    unsigned limit;        /* at most so many, and FB_LETTERS_MAX */
};
/* In the order of the journal. What is given lives until `each` returns, which may end it (false). *last: the entry after which to
 * ask again, 0: there are no more. The arena needs 2 MiB. FB_NOT_FOUND: no such source. */
FB_MUST_CHECK enum fb_err fb_report_refused(struct fb_store *store, const struct fb_letter_filter *filter, struct fb_arena *arena,
                                            bool (*each)(void *ctx, const struct fb_letter *letter), void *ctx, uint64_t *last);
/* A sentence: why it is not sent again, or that it can be. */
const char *fb_letter_text(enum fb_letter_state state);
const char *fb_letter_word(enum fb_letter_state state);
#endif
