#ifndef FB_TURN_REPORT_WORKER_H
#define FB_TURN_REPORT_WORKER_H
/* What a turn's memory holds of one worker, in sentences for people: a line break after each. For the thread that owns the
 * turn, between batches. Never a pseudonym: nobody here knows one. */
#include "engine/turn/turn.h"
/* The canonical number of a number that was given once; 0: it never was. */
uint32_t fb_turn_worker_of(const struct fb_turn *t, uint32_t number);
/* Some pseudonym still leads to it. */
bool fb_turn_worker_linked(const struct fb_turn *t, uint32_t worker);
/* trust 0: everything that is held. Else what that trust may see: the checks, and its own bookings. false: nothing is held (of a
 * trust: it has no booking of the worker), and nothing was added. */
bool fb_turn_tell_worker(struct fb_turn *t, uint32_t worker, fb_code trust, struct fb_text *out);
/* The records under the number, of all four kinds: those that a forgetting keeps. A cancelled booking is one, and so is each
 * system's telling of one shift; of shifts, only those that stand are told. The turn reads (t->txn). */
FB_MUST_CHECK enum fb_err fb_turn_count_records(struct fb_turn *t, uint32_t worker, struct fb_forgotten *out);
/* "4 records of bookings, 2 checks, 1 statement of hours and 0 absences" */
void fb_turn_add_records(struct fb_text *out, const struct fb_forgotten *n);
/* Whose shifts stand within a fortnight of one, for the asker to see what a finding across trusts rests on: one sentence for each
 * (at most most) where `sees` says that the asker may know the trust, and one for all others with their number. */
struct fb_turn_sees {
    bool (*sees)(void *ctx, fb_code hirer, fb_code other);
    void *ctx;
};
void fb_turn_tell_others(struct fb_turn *t, uint32_t worker, uint32_t subject, const struct fb_turn_sees *sees, unsigned most,
                         struct fb_text *out);
#endif
