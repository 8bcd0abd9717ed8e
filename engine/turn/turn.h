#ifndef FB_TURN_TURN_H
#define FB_TURN_TURN_H
/* One batch of decoded records and one instant in: dedupe, gather, decide, apply, commit; answers out. No
 * socket, no thread, no clock. fairbankd, the simulator, verify and the benches all call this; none has its
 * own copy.
 *
 * Lifetimes: a turn borrows its store and books; answers belong to the caller. Everything in memory (message
 * ids, record numbers, links, sources) is rebuilt from the store by open. A failed commit is fatal: close and
 * open again. */
#include "engine/core/decide.h"
#include "engine/core/reason.h"
#include "engine/store/store.h"

/* A file of a pack, as kept in the store by its hash. */
struct fb_turn_file {
    struct fb_span pack, path, bytes;
};
/* A worker's pseudonym under the engine's own key. */
struct fb_who {
    bool held;
    unsigned char hash[16];
};
struct fb_blinded {
    bool refused;             /* in: the body was not accepted */
    unsigned char digest[16]; /* in: of the contents of an accepted one, as sent. out: the same, or where a pseudonym was
                               * taken out its hash under the engine's own key; of a refused one that of the body as sent */
    struct fb_span body;      /* out */
    struct fb_who who, who_was; /* out, of an accepted one; who_was: of a Worker record that tells of a changed key */
};
/* The things that turn may not see: the wire's decoder and the packs' compiler. */
struct fb_turn_ports {
    void *ctx;
    /* Body bytes of an accepted record -> record (env is given and copied in). */
    enum fb_err (*decode)(void *ctx, const struct fb_envelope *env, struct fb_span body,
                          struct fb_arena *arena, struct fb_record *out);
    /* Files of an issue -> book; NULL when they do not compile (then the store is damaged, or newer).
     * Released by release. */
    struct fb_book *(*compile)(void *ctx, const struct fb_turn_file *file, unsigned n);
    void (*release)(void *ctx, struct fb_book *book);
    /* Takes the workers' pseudonyms out of a body, so that no journal ever holds one: out->body is the body without them (may
     * be `body` itself where it has none), and what stands for each is its hash under the engine's own key, which the
     * journal does not hold either (domain model, section 7). Of bodies that were refused nothing is left that might be one:
     * what cannot be read, or is of a kind that is not known, leaves its digest only. FB_LIMIT: the arena is too small. */
    enum fb_err (*blind)(void *ctx, enum fb_kind kind, struct fb_span body, struct fb_arena *arena,
                         struct fb_blinded *out);
};
struct fb_turn;
/* Rebuilds memory from the store. progress may be NULL; it gets the ports' ctx. FB_DAMAGED: *why says which
 * row. FB_OK also when the files of the current issue no longer compile: then fb_turn_book(t, 0) is NULL, and
 * nothing may be sent before fb_turn_issue. */
FB_MUST_CHECK enum fb_err fb_turn_open(struct fb_turn **out, struct fb_store *store,
                                       const struct fb_turn_ports *ports,
                                       void (*progress)(void *ctx, uint64_t done, uint64_t of),
                                       const char **why);
void fb_turn_close(struct fb_turn **t);

struct fb_entry;
/* What came through the door. Either a record, or a refusal made at the door (record NULL). */
struct fb_input {
    const struct fb_record *record;
    struct fb_span body;    /* bytes to keep */
    uint32_t source;        /* number given by fb_turn_source; 0 for refusals of strangers (not kept) */
    enum fb_reason refused; /* record == NULL */
    struct fb_span field;
    struct fb_envelope env; /* record == NULL: what could be read */
    bool unopened;          /* record == NULL: body is the whole message; no record's body was found in it */
    bool formed;            /* record == NULL: it is a well formed record of its kind, refused for whose it is: only its pseudonyms are taken out */
    const struct fb_entry *kept; /* replay: the refusal as it was kept. NULL: it comes now */
};
struct fb_answer {
    enum fb_outcome outcome; /* DUPLICATE, and a CONFLICT or REFUSED that was sent again: as the first time */
    enum fb_reason reason;
    char field[40]; /* the longest place: booking.rates[15].employer_pension */
    uint64_t journal;
    uint32_t record;
};
/* A message is known again by source, message id and contents, whatever became of it: it is answered as the first
 * time and not journalled again. Other contents under an id that was taken are a conflict. An id that was only
 * refused is not used up: other contents under it, mended by the source, are judged afresh.
 *
 * One batch, one transaction, or several when fb_turn_rows_most says so; durable when FB_OK is returned (then, and only then,
 * answers may leave; when it fails, the first messages may be durable, and are answered as duplicates when they come again). n <=
 * FB_BATCH_MAX. now_ms is raised to the last entry's instant when it lies before it. */
FB_MUST_CHECK enum fb_err fb_turn_run(struct fb_turn *t, const struct fb_input *input, unsigned n,
                                      int64_t now_ms, struct fb_answer *answer);
/* From now on a batch's transaction ends after the message with which it has changed so many rows of tables whose keys come in any
 * order (fb_txn_scattered), and another one begins, so that what a commit needs of memory has a bound; at first it never does. A
 * message, with what it makes be judged again at once, is never divided. */
void fb_turn_rows_most(struct fb_turn *t, uint64_t most);
/* Rows that are no part of the journal ride along: called in each transaction that writes, last, right before its commit, so that
 * they cost no commit of their own. NULL: nobody. An error ends the turn as any other does. */
void fb_turn_beside(struct fb_turn *t, enum fb_err (*write)(void *ctx, struct fb_txn *txn), void *ctx);
/* A publishing system, journalled when it is new or differs from what is held. When its mode or what it sends
 * has changed, its bookings and vacancies go on the todo to be judged again. FB_LIMIT: FB_SOURCES_MAX; FB_REFUSED:
 * no name, or too long. */
FB_MUST_CHECK enum fb_err fb_turn_source(struct fb_turn *t, const struct fb_source *s, int64_t now_ms,
                                         uint32_t *number);
const struct fb_source *fb_turn_source_get(const struct fb_turn *t, uint32_t number);
uint32_t fb_turn_source_find(const struct fb_turn *t, struct fb_span name); /* 0: not in the journal */
/* Makes an issue of these files current (they are stored). book is what they compiled to; turn owns it from
 * FB_OK on. The same files as the current issue: nothing happens. An issue is all packs whole, so one that waits was read
 * before these files and would undo them at its moment: while one waits this is FB_REFUSED, and *why says what to do (why
 * lives until the next call). Only when there are no rules to judge by (fb_turn_book(t, 0) is NULL) is it done all the same.
 * Bookings and vacancies judged before are judged again
 * in steps of at most FB_REPRICE_MAX (fb_turn_step); one that a message touches before its step is judged under the new
 * issue then, and the step leaves it alone: its cause is the record (FB_CAUSE_RECORD), the issue's share included, for a
 * decision has one cause, what made it be taken; what a step of this puts on the todo stays FB_CAUSE_REPRICED, unless
 * a record touches it there. A decision that says the same but for its trace is kept. */
FB_MUST_CHECK enum fb_err fb_turn_issue(struct fb_turn *t, const struct fb_turn_file *file, unsigned n,
                                        struct fb_book *book, int64_t now_ms, const char **why);
/* The same, but it becomes current with the first step at or after due_ms. Several may wait; they become current in the
 * order of their moments, then of their numbers. One for a later moment than all that wait is taken: it was read last, and
 * replaces them whole; for an earlier one, or the same, it is FB_REFUSED as above. One whose packs no longer compile when its moment comes (another version
 * of the engine took them in) goes on waiting, and so does what waits behind it, until the store is opened anew; records
 * are judged by the current issue meanwhile. FB_REFUSED: that, or due_ms is not after now, nor after the last entry; *why
 * says. FB_LIMIT: too many wait. What is not FB_OK leaves the book with the caller. */
FB_MUST_CHECK enum fb_err fb_turn_schedule(struct fb_turn *t, const struct fb_turn_file *file, unsigned n,
                                           struct fb_book *book, int64_t due_ms, int64_t now_ms,
                                           uint32_t *issue, const char **why);
/* One that waits will not become current, also one whose packs do not compile. FB_REFUSED: it does not wait; *why says. */
FB_MUST_CHECK enum fb_err fb_turn_withdraw(struct fb_turn *t, uint32_t issue, int64_t now_ms, const char **why);
/* These very files are the current issue, or one that waits. */
bool fb_turn_holds(struct fb_turn *t, const struct fb_turn_file *file, unsigned n);
/* The last issue that had these very files and neither is current nor waits, because it was replaced or withdrawn; 0: none,
 * or they are held now. Whoever meets them again in a folder nobody tidied must not take them for news. */
uint32_t fb_turn_held_once(struct fb_turn *t, const struct fb_turn_file *file, unsigned n);

/* Closing a month: what is known of it later is posted to the first open month, with its cause. Months close in order, from the
 * first that was closed on; one of a single trust, or of all. */
enum { FB_CLOSE_ROLE_BYTES_MAX = 64, FB_CLOSE_REASON_BYTES_MAX = 500 };
struct fb_period_close {
    fb_code trust;       /* 0: all */
    fb_day month;        /* its first day */
    struct fb_span role; /* who closes it: finance_director */
    struct fb_span reason;
};
/* FB_REFUSED: *why says (the month is not over, an earlier one is open, it is closed already). FB_OK: *why is empty, or names
 * earlier months with figures that stay open, because this is the first close: nothing closes them but a close of their own. */
FB_MUST_CHECK enum fb_err fb_turn_close_period(struct fb_turn *t, const struct fb_period_close *close,
                                               int64_t now_ms, const char **why);
/* The month in whose books a shift of that month and trust is posted now. */
fb_day fb_turn_posted_month(const struct fb_turn *t, fb_code trust, fb_day month);

const struct fb_book *fb_turn_book(const struct fb_turn *t,
                                   uint32_t issue); /* 0: the current one; NULL: none */
/* Work that the engine does by itself, one journalled step each: an issue whose moment came, what the clock alone changes
 * (vacancies at their start, provisional grants at their deadline, snoozes at their end), the durable
 * todo (at most 256 subjects a step), re-pricing (at most FB_REPRICE_MAX), a week that is complete. *more: there is more to
 * do now.
 *
 * A week is held against the corridor once, by what it was paid as known then. When a correction or a new issue changes the
 * sums of weeks that were looked at, they are not looked at again: what was told of them stands. The sums themselves follow,
 * and the next look, which takes several weeks together, goes by them. */
enum { FB_REPRICE_MAX = 512 };
FB_MUST_CHECK enum fb_err fb_turn_step(struct fb_turn *t, int64_t now_ms, bool *more);
/* From now on a step of re-pricing takes so many subjects at most (1 to FB_REPRICE_MAX, which it is at first): fewer while
 * somebody waits for the step to end. What a step took is in its entry, so replay does not ask. */
void fb_turn_reprice_most(struct fb_turn *t, unsigned most);
/* When the next vacancy, deadline, end of a snooze or of an approval, scheduled issue or week falls due; INT64_MAX when none. While an issue is being applied,
 * and of what was due by the last instant of the journal: at once (INT64_MIN), whatever the clock says. */
int64_t fb_turn_next_due_ms(const struct fb_turn *t);

/* ---- people (domain model, section 7) ---- */

/* A worker's pseudonym is known to the engine as a number. The table from hash to number (WORKERS) is the only link, and
 * stands outside the journal: with its row a person is forgotten, and no chain breaks. A key that was changed makes two
 * numbers one (the lower); shifts of both are judged again. That is never undone, whichever versions of the record come
 * after or came before.
 *
 * Forgetting removes every pseudonym that leads to the person: nobody who knows one can find a record by it any more, and
 * the same pseudonym sent again is somebody new. What stays is what was journalled: bookings, timesheets, hours, absences,
 * facts and what was decided about them, under a number that now belongs to nobody. It must stay: it is what public money
 * was paid for (accounts are kept for six years after the year they belong to), rates and working time of the past must be
 * provable (Working Time Regulations 1998, regulation 9: two years), and a journal from which entries were taken would prove
 * nothing. What a publisher wrote about a person in free text or in its own names for records stays too, and is for the
 * publisher to ask about. A digest of each message as it was sent stays; where it covers a pseudonym it is under the
 * engine's own key, so that nobody who has the journal alone can try pseudonyms on it. Of a refused message that cannot be
 * read, or is of a kind that is not known, no bytes are kept at all: it is kept as its digest and length, because it might
 * name a person, with its message id, reference, reason and field. AUDIT keeps who read what under the number. */
uint32_t fb_turn_worker(struct fb_turn *t, const struct fb_who *who); /* canonical number; 0: not held */
struct fb_forgotten {
    uint32_t worker;
    uint64_t links;              /* pseudonyms removed */
    uint64_t bookings, facts, hours, absences; /* records that stay, under a number that now belongs to nobody */
};
/* Journalled (FB_ENTRY_FORGET, with the number only). FB_NOT_FOUND: no such worker, or forgotten already. */
FB_MUST_CHECK enum fb_err fb_turn_forget(struct fb_turn *t, uint32_t worker, int64_t now_ms, struct fb_forgotten *out);

/* Every booking with its facts and verdicts under another book, from the store as it stands: nothing is written, and an
 * engine may be writing meanwhile: then it is the store of one moment. For a backtest of draft rules. Shifts that start on
 * the local days [from, until). Counters and clocks stand as the issues held made them. What is given lives until each
 * returns; each may stop it (false). */
struct fb_surveyed {
    uint32_t subject;
    const struct fb_booking *booking;  /* as merged */
    const struct fb_view *view;
    const struct fb_facts *facts;      /* those that the other book's rules in force for it read */
    const struct fb_decision *held;    /* the latest decision, with the findings' lives; NULL: none */
    const struct fb_decision *now;     /* by the other book */
};
FB_MUST_CHECK enum fb_err fb_turn_survey(struct fb_store *store, const struct fb_turn_ports *ports, const struct fb_book *book,
                                         fb_day from, fb_day until,
                                         bool (*each)(void *ctx, const struct fb_surveyed *s), void *ctx,
                                         void (*progress)(void *ctx, uint64_t done, uint64_t of));

/* For reports: the numbers of approvals above `after`, ascending, at most `most`; and what their shifts took of one so far. */
/* The journal number of the version of a record that holds; 0: no such record. */
uint64_t fb_turn_entry_of(const struct fb_turn *t, uint32_t record);
unsigned fb_turn_approvals(const struct fb_turn *t, uint32_t after, uint32_t *number, unsigned most);
int64_t fb_turn_approval_spent(const struct fb_turn *t, uint32_t number);

/* ---- batches: what came in one file or page (its publisher's name for it, in the envelope) ---- */

struct fb_batch_row;
/* The number of a batch by its source and name; source absent: of any of that trust's (0: of any), and *several says that there are more.
 * 0: not known. */
uint32_t fb_turn_batch_find(const struct fb_turn *t, fb_code trust, struct fb_span source, struct fb_span id, bool *several);
bool fb_turn_batch(const struct fb_turn *t, uint32_t number, struct fb_batch_row *out);
/* The latest first, of numbers below `before` (0: all); of one trust, or of all (0). Spans live as long as the turn. */
unsigned fb_turn_batches(const struct fb_turn *t, uint32_t before, fb_code trust, struct fb_batch_row *row, unsigned most);
/* What taking it back would do, of a bounded stretch of the journal after entry `after`; next: go on after this one, 0: all was
 * looked at. left gets the references of records that a later message of another batch changed since, a line feed after each, as
 * far as there is room. */
struct fb_foreseen {
    uint32_t withdrawn, restored, left, next;
};
FB_MUST_CHECK enum fb_err fb_turn_batch_foresee(struct fb_turn *t, uint32_t batch, uint32_t after, struct fb_foreseen *out,
                                                struct fb_text *left);
/* A wrong batch is taken back, in steps (fb_turn_step): withdraw.h says what becomes of its records. FB_REFUSED: *why says. */
FB_MUST_CHECK enum fb_err fb_turn_batch_withdraw(struct fb_turn *t, uint32_t batch, struct fb_span by, struct fb_span reason,
                                                 int64_t now_ms, const char **why);

/* So many bytes of a source's refusals and conflicts are kept whole a (local) day; beyond that their digest, length and reason only.
 * What was kept stands in the entries, so replay does not ask. At first FB_REFUSED_DAY_MIB. */
void fb_turn_refused_most(struct fb_turn *t, uint64_t bytes);
/* The sources of which something was not kept whole today, since this opening: their names. Returns how many there are in all. */
unsigned fb_turn_over_quota(const struct fb_turn *t, struct fb_span *name, unsigned most);

/* What memory holds, for `status`. */
struct fb_turn_stats {
    uint64_t journal, events, messages, records, bookings, vacancies, todo, memory_bytes;
    uint32_t sources, issue;
    uint32_t waiting;                   /* issues scheduled */
    uint64_t workers, approvals, diary_rows;
    uint32_t over_quota;                /* sources of which refusals were not kept whole today */
    uint64_t repriced, to_reprice;      /* subjects looked at under the current issue, of so many; equal: done */
    int64_t last_ms; /* of the last entry; INT64_MIN: none */
};
void fb_turn_stats(const struct fb_turn *t, struct fb_turn_stats *out);
/* The number of the record called `name`: SOURCE/REFERENCE, or a reference, of which several sources may have one: then of a source
 * of the trust `own` (0: nobody's), else the first, in the order in which sources became known. 0 when none is held, or when it
 * cannot be read. A booking that is one shift with others leads on to the number
 * that the shift is kept under (fb_report_explain). */
uint32_t fb_turn_find(struct fb_turn *t, enum fb_kind kind, fb_code own, struct fb_span name);
/* Hash over every row of levels 1 and 2: two runs of one journal have the same. */
FB_MUST_CHECK enum fb_err fb_turn_hash(struct fb_store *store, unsigned char out[16]);

/* ---- replay ---- */
struct fb_verify {
    bool equal;
    uint64_t entries, decisions, events, skipped; /* skipped: entries judged by another FB_DECIDE_VERSION */
    uint64_t chained, checkpoints; /* entries whose leaves, and checkpoints whose roots, follow from what is stored (chain.h) */
    char first_difference[200];                   /* "decisions: subject 812 at journal 90311: …" */
    char not_compared[160]; /* what could not be compared, and why; empty: everything was */
};
/* Replays `from`'s journal into an empty store (memory) and compares every row of levels 1 and 2. Only reads
 * `from`, which an engine may be writing: then it catches up a few times, and leaves out what is overwritten
 * when the engine is still ahead. FB_OK with equal == false: there is a difference; an error: it could not be
 * told (disk, memory). */
FB_MUST_CHECK enum fb_err fb_turn_verify(struct fb_store *from, const struct fb_turn_ports *ports,
                                         void (*progress)(void *ctx, uint64_t done, uint64_t of),
                                         struct fb_verify *out);
/* All of that but the chain, for whoever looks at it (fb_chain_verify) in another thread meanwhile; and what that found. */
FB_MUST_CHECK enum fb_err fb_turn_verify_decisions(struct fb_store *from, const struct fb_turn_ports *ports,
                                                   void (*progress)(void *ctx, uint64_t done, uint64_t of),
                                                   struct fb_verify *out);
/* The same with a copy of every row: slower by far, and it names the first row that differs. The one above does it when it has
 * found that something does. */
FB_MUST_CHECK enum fb_err fb_turn_verify_slowly(struct fb_store *from, const struct fb_turn_ports *ports,
                                                void (*progress)(void *ctx, uint64_t done, uint64_t of),
                                                struct fb_verify *out);
struct fb_chain_check;
void fb_verify_chained(struct fb_verify *out, const struct fb_chain_check *check);
#endif
