#ifndef FB_TURN_REPORT_REPLIES_H
#define FB_TURN_REPORT_REPLIES_H
/* What people said about findings, beside the findings: whose one is, until when it sleeps, and the last words
 * of either side. Only a turn's
 * memory knows which records reply to a shift, or to a line of an invoice; the records are then read from the store. Bounded: the latest of each shift. */
#include "engine/turn/report.h"
enum { FB_REPLIES_OF_ONE = 12 };
struct fb_replies_of {
    uint32_t subject;
    unsigned n;
    uint64_t journal[FB_REPLIES_OF_ONE]; /* versions, ascending: the later said, the later here */
};
/* For the thread that owns the turn, between batches. */
void fb_turn_replies(struct fb_turn *t, uint32_t subject, struct fb_replies_of *out);
/* owner, snoozed_until_ms, reply and challenge of the rows, from the replies about their subjects; texts in the arena. */
FB_MUST_CHECK enum fb_err fb_report_replies(struct fb_reader_books *books, const struct fb_replies_of *of, unsigned n,
                                            struct fb_arena *arena, struct fb_finding_row *row, unsigned n_rows);
/* A sentence a step, with who took it and what they said, behind the explanation's own; texts in the arena. */
FB_MUST_CHECK enum fb_err fb_report_reply_lines(struct fb_reader_books *books, const struct fb_replies_of *of,
                                                struct fb_arena *arena, struct fb_explanation *x);
#endif
