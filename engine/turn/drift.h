#ifndef FB_TURN_DRIFT_H
#define FB_TURN_DRIFT_H
/* What bank shifts were paid, against what the card gives for them, by week, hirer and grade: rows of PAID, kept as
 * running sums (a decision takes back what the one before it added). Once a week is over and has had time to settle, the
 * last weeks together are held against the corridor that the current book has for the hirer; a hirer and grade that leaves
 * it, or comes back, is told as rate.drift. What is said of a week is said once (turn.h).
 *
 * A shift counts when it is of a live source and not historic, on the bank or collaborative route, its grade is known, all
 * its pay was sent and could be compared with its card, like with like (core/price.h), and its trust has adopted that card:
 * what is expected from the card never departs from it. */
#include "engine/core/decide.h"
#include "engine/store/store.h"
struct fb_turn;
struct fb_paid {
    int64_t minutes, pay, card; /* paid minutes; pence paid, with pay for leave where the card's includes it; pence by the card */
};
struct fb_drift_cell {
    fb_day week;
    fb_code hirer, grade;
    struct fb_paid paid;
};
enum {
    FB_DRIFT_CELLS = 512,
    FB_DRIFT_SLOTS = 2048,
    FB_DRIFT_BEHIND_MAX = 104, /* weeks made up for: of what lies further back nobody wants to hear as news */
    FB_DRIFT_NEVER = INT32_MAX
};
/* What a transaction adds, as struct fb_totals has it; and how far the weeks have been looked at. */
struct fb_drift {
    struct fb_drift_cell cell[FB_DRIFT_CELLS];
    uint16_t slot[FB_DRIFT_SLOTS]; /* 0: free, else index + 1 */
    unsigned n;
    fb_day first; /* the earliest week with a row; FB_DRIFT_NEVER: none */
    fb_day last;  /* the last week that was looked at; FB_DRIFT_NEVER: none */
};
/* The decision's figures in place of those of the one before (NULL: none). */
void fb_drift_change(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena,
                     const struct fb_decision *before, const struct fb_decision *now);
/* Writes all and forgets it; the arena is scratch for one row at a time. */
void fb_drift_write(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena);
void fb_drift_forget(struct fb_drift *d);
/* first and last, from the table. */
FB_MUST_CHECK enum fb_err fb_drift_open(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena);
/* A row of a week. The rows of what stands outside the corridor, and of the last week looked at, have a week of their own,
 * FB_DRIFT_STATE, which comes before all others. */
#define FB_DRIFT_STATE INT32_MIN
FB_MUST_CHECK enum fb_err fb_paid_unpack(struct fb_paid *out, struct fb_span row);

/* ---- weeks (drift_week.c) ---- */
/* The next week to look at, by its Monday, and when it falls due; FB_DRIFT_NEVER and INT64_MAX: none. */
fb_day fb_drift_next(const struct fb_turn *t, int64_t now_ms);
int64_t fb_drift_due_ms(const struct fb_turn *t);
/* Looks at it. What live code and replay share. */
void fb_turn_take_week(struct fb_turn *t, fb_day monday);
#endif
