#ifndef FB_TURN_RECEIPTS_H
#define FB_TURN_RECEIPTS_H
/* What each source sent today, counted behind the journal: entries are looked at in order, a slice at a time, when somebody
 * wants to know and between batches while there is little to do, so that taking a message costs nothing more. When a day
 * (Europe/London) is over, its statements are made: one entry of the journal, a row of RECEIPTS and an event for each source,
 * also for one that sent nothing. All of it follows from the entries before, so replay makes the same. A store in which nothing was
 * stated yet, although it is older than a month (a version before this made it), has one statement of all days before that month.
 *
 * A source that falls silent against its own habit (core/book.h, struct fb_silence) is told of once, and once more when its
 * next message comes; what was sent before and is answered again is no such message. The habit is read from its rows of the weeks before. Hours in which this engine did not listen
 * are nobody's silence: they count from the first instant given to the turn after it was opened, which the entry keeps.
 *
 *   RECEIPT  body: zigzag day, varint n, then n times: varint source, varint repeats; then varint FB_RECEIPTS_LIST, or
 *            FB_RECEIPTS_SPAN and varint how many days before that one are stated with it
 *   SILENT   source: its number; body: zigzag instant from which it was listened to, varint hours of its habit missed; the same
 *            (entries of a version that only counted what was missing end before that: they are replayed as it counted)
 *   rows     (0, FB_RECEIPT_STATE): zigzag last day that was stated; (source, FB_RECEIPT_STATE): zigzag instant of the last
 *            message of a source that is silent */
#include "engine/core/book.h"
#include "engine/turn/receipts/receipt.h"
struct fb_turn;
struct fb_entry;
struct fb_receipt_tally; /* a source's day at hand */
struct fb_receipt_kept;

#define FB_RECEIPT_STATE INT32_MIN
enum {
    FB_RECEIPTS_NEVER = INT32_MAX,
    FB_RECEIPTS_BEHIND_MAX = 31,   /* days that are made up for, each by itself: an engine that was off for years states a month */
    FB_RECEIPTS_SLICE = 4096,      /* entries looked at in one step */
    FB_HABIT_DAYS_MAX = 15,        /* silence is counted over as many days */
    FB_RECEIPTS_LIST = 2,          /* which positions are missing was kept */
    FB_RECEIPTS_SPAN = 3           /* that too, and the days before are stated together with it */
};
/* The detail of source.silent. */
enum { FB_SILENCE_FELL = 1, FB_SILENCE_BACK = 2 };
/* How a source stands, from its last row and what was looked at since. */
struct fb_habit {
    int64_t last_ms;               /* of its last message; FB_ABSENT: none */
    int64_t silent_ms;             /* it is silent since that message; FB_ABSENT: it is not */
    uint64_t seq_next, seq_missing;
    struct fb_gaps gaps;           /* of those missing the ones that are listed */
    uint32_t hours;                /* of the day at hand in which something came */
    uint32_t expected;             /* hours of the day at hand that belong to its habit */
    unsigned missed;               /* hours of its habit on the days before, since its last message */
};
struct fb_receipts {
    bool on;                       /* this turn states and listens by itself */
    fb_day day;                    /* at hand; FB_RECEIPTS_NEVER: none yet */
    uint32_t before;               /* so many days before it are at hand with it */
    fb_day stated;                 /* the last that was stated; FB_RECEIPTS_NEVER: none */
    uint64_t from, next;           /* journal numbers: the day's first, or that of the days before; to be looked at next */
    bool lists;                    /* which positions are missing is kept; not while entries of before are replayed */
    bool full;                     /* that one is of a later day */
    bool settled;                  /* habits follow from the rows before that day */
    int64_t listening_ms;          /* since then; INT64_MAX: not yet */
    int64_t due_ms;                /* somebody falls silent, as far as was looked; INT64_MAX: nobody today */
    uint32_t of_issue;             /* whose rule that follows */
    uint64_t repeats[FB_SOURCES_MAX + 1];
    struct fb_habit habit[FB_SOURCES_MAX + 1];
    struct fb_receipt_tally *tally[FB_SOURCES_MAX + 1]; /* NULL: nothing yet */
    struct fb_receipt_kept *kept;  /* sums of the last records, which were at hand when they were written; NULL: of none */
};

/* States and listens from now on; a copy, a report and a bench do not. */
void fb_turn_listen(struct fb_turn *t);
bool fb_turn_listens(const struct fb_turn *t); /* false also after a row that could not be read */
/* Between batches: looks at most at so many entries. *more: others are left. */
FB_MUST_CHECK enum fb_err fb_turn_look_on(struct fb_turn *t, unsigned most, bool *more);
/* A source's receipt: of a closed day (where it was stated with others, of all those), or of the day at hand, for which all entries are looked at. Key and signature are left to
 * the caller. FB_NOT_FOUND: no statement of that day; *first is the first day that has one, FB_RECEIPTS_NEVER: none has. */
FB_MUST_CHECK enum fb_err fb_turn_receipt(struct fb_turn *t, uint32_t source, fb_day day, int64_t now_ms, struct fb_receipt *out,
                                          fb_day *first);
/* The day at hand: today, once the day before is stated. */
fb_day fb_turn_receipt_day(const struct fb_turn *t, int64_t now_ms);

/* ---- inside the turn ---- */

void fb_receipts_init(struct fb_receipts *r);
void fb_receipts_release(struct fb_receipts *r);
uint64_t fb_receipts_bytes(const struct fb_receipts *r);
FB_MUST_CHECK enum fb_err fb_receipts_open(struct fb_turn *t);
/* Work that is due (step.c), in this order: entries to look at before anything can be said; a day to state; a silence. */
bool fb_receipts_behind(struct fb_turn *t, int64_t now_ms);
bool fb_receipts_over(struct fb_turn *t, int64_t now_ms);
uint32_t fb_silence_due(struct fb_turn *t, int64_t now_ms); /* the source; 0: none */
int64_t fb_receipts_due_ms(const struct fb_turn *t);
void fb_receipts_look(struct fb_turn *t);
/* What is stated: a day, with so many before it; which positions are missing is kept (of several days always). */
struct fb_receipts_of {
    fb_day day;
    uint32_t before;
    bool lists;
};
/* What live code and replay share. repeats: of FB_SOURCES_MAX + 1. */
void fb_turn_take_day(struct fb_turn *t, const struct fb_receipts_of *of, const uint64_t *repeats);
void fb_turn_take_silent(struct fb_turn *t, uint32_t source, int64_t listening_ms, bool lists);
/* The bodies. false: not one. */
bool fb_receipts_read_day(struct fb_span body, struct fb_receipts_of *of, uint64_t repeats[FB_SOURCES_MAX + 1]);
bool fb_silence_read(struct fb_span body, int64_t *listening_ms, bool *lists);
/* An entry of a source was written: it is not silent any more. */
void fb_silence_end(struct fb_turn *t, uint32_t source);

/* receipts_begin.c: takes up another day; the first of all; what lies more than a month back:
 * days without an entry are passed over, and where nothing was stated yet all are taken together. */
void fb_receipts_begin(struct fb_turn *t, struct fb_txn *txn, fb_day day);
void fb_receipts_begin_anew(struct fb_turn *t);
/* The same day, or another, as an entry counted it. */
void fb_receipts_begin_as(struct fb_turn *t, struct fb_txn *txn, const struct fb_receipts_of *of);
/* The end of a body: FB_RECEIPTS_LIST, or nothing. false: neither. */
struct fb_reader;
bool fb_receipts_read_lists(struct fb_reader *r, bool *lists);
void fb_receipts_shorten(struct fb_turn *t, fb_day today);
/* receipts_kept.c: what a record adds is worked out while it is at hand, so that its body is not decoded a second time to be counted.
 * Of entries long past it is forgotten (false): those are decoded. Where there is no memory for it, all are. */
void fb_receipts_keep(struct fb_receipts *r, uint64_t journal, const struct fb_record *record);
bool fb_receipts_kept(const struct fb_receipts *r, uint64_t journal, int64_t sum[FB_SUMS]);
uint64_t fb_receipts_kept_bytes(const struct fb_receipts *r);
/* receipts.c, for replay: counts what was written since, while its sums are still kept. */
void fb_receipts_keep_up(struct fb_turn *t);
/* receipts.c: looks at all entries of the day at hand; what was seen of a source; forgets it of all. A row that cannot be read
 * stops no shift: nothing more is stated until the next start, and a copy, which replays, says why. */
void fb_receipts_look_at_all(struct fb_turn *t, struct fb_txn *txn);
void fb_receipts_fill(const struct fb_turn *t, uint32_t source, struct fb_receipt *out);
void fb_receipts_empty(struct fb_receipts *r);
void fb_receipts_give_up(struct fb_turn *t, enum fb_err err);
/* silence.c for receipts.c: what follows from the rows of the weeks before, for all sources; when the next falls silent. */
void fb_silence_settle(struct fb_turn *t, struct fb_txn *txn);
void fb_silence_refresh(struct fb_turn *t);

/* ---- for people ---- */

enum fb_habit_known { FB_HABIT_NO_RULE, FB_HABIT_CANNOT_SAY, FB_HABIT_KNOWN, FB_HABIT_SILENT };
/* A closed day of the source of that name, without key and signature. FB_NOT_FOUND: no such source, or day. */
FB_MUST_CHECK enum fb_err fb_report_receipt(struct fb_store *store, struct fb_span source, fb_day day, struct fb_arena *arena, struct fb_receipt *out);
/* What can be said of a source's habit on that day, from a store; *silent_ms: of FB_HABIT_SILENT, its last message. */
FB_MUST_CHECK enum fb_err fb_report_habit(struct fb_txn *txn, struct fb_arena *arena, const struct fb_book *book, uint32_t source,
                                          fb_day today, enum fb_habit_known *known, int64_t *silent_ms);
#endif
