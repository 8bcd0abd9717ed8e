#ifndef FB_TURN_REPORT_RECORD_H
#define FB_TURN_REPORT_RECORD_H
/* One record that is judged (a booking, a vacancy, an approval), as its latest decision saw it: read from the store alone. */
#include "engine/turn/report.h"
struct fb_record_now {
    const struct fb_record *record; /* the version; texts in the arena */
    uint64_t journal;               /* its entry */
    uint32_t source;                /* the number of the system that sent it */
    uint32_t subject;               /* what the decision is kept under: the record's own number, or its shift's */
    const struct fb_decision *decision;
};
/* FB_NOT_FOUND: no such record, or it was not judged yet. FB_LIMIT: the arena is too small. */
FB_MUST_CHECK enum fb_err fb_report_record(struct fb_store *store, struct fb_reader_books *books, uint32_t number,
                                           struct fb_arena *arena, struct fb_record_now *out);
/* The same as it was known when the entry as_of had been taken (0: now). */
FB_MUST_CHECK enum fb_err fb_report_record_then(struct fb_store *store, struct fb_reader_books *books, uint32_t number,
                                                uint64_t as_of, struct fb_arena *arena, struct fb_record_now *out);
/* Of an approval that was withdrawn or refused: its money limit was used up before, as its last decision before says. What its shifts
 * took of it they took no more from then on, so that the limit itself tells nothing. */
FB_MUST_CHECK enum fb_err fb_report_was_exhausted(struct fb_store *store, uint32_t number, const struct fb_decision *now,
                                                  struct fb_arena *arena, bool *was);
/* The approval that the decision of that row rests on, with what confirmed it by then. */
struct fb_decision_row;
FB_MUST_CHECK enum fb_err fb_report_confirmed(struct fb_reader_books *books, const struct fb_decision_row *row,
                                              struct fb_arena *arena, const struct fb_record **approval);
#endif
