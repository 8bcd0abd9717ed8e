#ifndef FB_TESTS_TURNS_H
#define FB_TESTS_TURNS_H
/* A turn on the memory store, with records kept by the test: a record's "body" is its place in a pool and its
 * pseudonym, which only the turn's blind port takes out, so that no wire is needed, and the book is the test book with its rules. Three sources are told of at opening.
 */
#include "engine/turn/report.h"
#include "engine/turn/turn.h"
#include "tests/lib/turn_books.h"
#include "tests/lib/views.h"
enum fb_test_source { FB_TEST_ROSTER, FB_TEST_PORTAL, FB_TEST_REGISTERS, FB_TEST_SOURCES };
enum { FB_TEST_BATCH = 64 };
struct fb_test_turn {
    struct fb_faults faults;
    struct fb_store *store;
    struct fb_turn_ports ports;
    struct fb_turn *turn;
    uint32_t source[FB_TEST_SOURCES];
    int64_t now_ms; /* of the next batch; starts at noon on 2026-03-10 */
    const char *why; /* of the last try to issue or schedule */
};
/* Forgets all records of the pool. */
void fb_test_records_forget(void);
/* A new record in the pool: its message id is new, its digest its own. kind decides which part of `as` is
 * filled: vacancy, booking: band 5 at RTH, Monday 2026-03-16 07:30 to 19:30, an hour's break; the booking by
 * agency "NS" at 40.00 + 5.00 an hour, over the cap.                        cascade, timesheet: name nothing
 * yet; approval: of all shifts of RTH in March, for ratecap.breached, granted by RTH-CE in writing, no limit; reply: it is
 * acknowledged, of no booking yet; worker, worker_fact, substantive_hours, absence: bank only of band 5; right to work for
 * ever; 37.5 hours worked at RTH in the week of the shift; that week's leave: of nobody yet. agency: code NS.        framework: NS on "lot 1" for ever.   organisation: RTH in QU9. It lives until
 * the pool is forgotten. */
struct fb_record *fb_test_record(enum fb_kind kind, enum fb_test_source source, const char *ref);
void fb_test_fill(struct fb_record *r); /* what of `as` that is, by env.kind */
/* Another version of a record: a copy with a new message id, this revision, and another digest. */
struct fb_record *fb_test_amend(const struct fb_record *r, int64_t revision);
/* What it is sent as: its place in the pool and its pseudonym. It lives until the next call. */
struct fb_span fb_test_body(const struct fb_record *r);
/* A reference to share with another system's booking. */
void fb_test_refer(struct fb_record *booking, const char *id);

/* Opens; aborts when it cannot. With an issue of the rule book unless told otherwise. */
void fb_test_turn_open(struct fb_test_turn *t);
void fb_test_turn_open_bare(struct fb_test_turn *t); /* sources, but no issue */
/* What the text of the issue's one file may say: see tests/lib/turn_books.h. */
void fb_test_turn_issue(struct fb_test_turn *t, const char *text);
/* The same, for a moment to come. What is not FB_OK changes nothing. */
enum fb_err fb_test_turn_schedule(struct fb_test_turn *t, const char *text, int64_t due_ms, uint32_t *issue);
/* fb_test_turn_issue must go well; this need not. */
enum fb_err fb_test_turn_try_issue(struct fb_test_turn *t, const char *text);
bool fb_test_turn_holds(struct fb_test_turn *t, const char *text);
uint32_t fb_test_turn_held_once(struct fb_test_turn *t, const char *text);
/* Closes the turn and opens it again from the same store. */
void fb_test_turn_reopen(struct fb_test_turn *t);
void fb_test_turn_close(struct fb_test_turn *t);
/* Sends records as one batch. */
enum fb_err fb_test_send(struct fb_test_turn *t, struct fb_record *const *r, unsigned n,
                         struct fb_answer *answer);
/* Sends one, which must go well, and works off whatever is left to do. */
struct fb_answer fb_test_send_one(struct fb_test_turn *t, struct fb_record *r);
void fb_test_settle(struct fb_test_turn *t);

/* The number of the store's next commit or put, for struct fb_faults. Tries commits or puts of its own for it. */
uint64_t fb_test_next_commit(struct fb_test_turn *t);
uint64_t fb_test_next_put(struct fb_test_turn *t);

/* What stands in the end, in outside names only: a sum over open findings and totals that does not depend on
 * order. */
uint64_t fb_test_outcome(struct fb_test_turn *t);
unsigned fb_test_open(struct fb_test_turn *t, const char *rule); /* open findings of a rule; NULL: of any */
int64_t fb_test_total(struct fb_test_turn *t, enum fb_stage stage, enum fb_measure m);
uint64_t fb_test_rows(struct fb_test_turn *t, enum fb_table table);
unsigned fb_test_events(struct fb_test_turn *t, enum fb_event_kind kind);
/* Replays; false with the difference printed. */
bool fb_test_verify(struct fb_test_turn *t);
/* One with no record yet; and its end, at which nothing may be left to do and the journal, replayed, says the same. */
void fb_test_turn_begin(struct fb_test_turn *t);
void fb_test_turn_end(struct fb_test_turn *t);
#endif
