#ifndef FB_TURN_STATE_H
#define FB_TURN_STATE_H
/* Inside the turn: what is in memory between and during batches. No other room opens this door.
 *
 * Memory runs ahead of the store within a transaction and is never taken back: when a transaction fails, the
 * turn is dead (`err` stays) and must be opened again from the store. */
#include "engine/core/needs.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/drift.h"
#include "engine/turn/entry.h"
#include "engine/turn/ids.h"
#include "engine/turn/memory/amended.h"
#include "engine/turn/memory/approval_month.h"
#include "engine/turn/memory/batches.h"
#include "engine/turn/memory/cache.h"
#include "engine/turn/memory/ceilings.h"
#include "engine/turn/memory/counters.h"
#include "engine/turn/memory/diary.h"
#include "engine/turn/memory/due.h"
#include "engine/turn/memory/period.h"
#include "engine/turn/memory/seen.h"
#include "engine/turn/memory/sources.h"
#include "engine/turn/memory/spent.h"
#include "engine/turn/memory/versions.h"
#include "engine/turn/memory/workers.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/scratch.h"
#include "engine/turn/standing.h"
#include "engine/turn/totals.h"
#include "engine/turn/turn.h"

enum {
    FB_STEP_MAX = 256,                                     /* subjects of one TICK or TODO entry */
    FB_LOOK_MAX = 1024, /* records looked at for one decision: what hangs on others is then unknown */
    FB_VERSIONS_MAX = 1024,                                /* decoded versions remembered within one entry */
    FB_ENTRY_BYTES_MAX = (int)FB_MESSAGE_BYTES_MAX + 4096, /* a whole message and what stands around it */
    FB_ROW_BYTES_MAX = 12288,                              /* a decision, an event, a row of findings */
    FB_DONE_MAX = FB_STEP_MAX * 4 /* numbers judged under one entry, beyond which they are left to the todo */
};
#define FB_JOURNAL_MAX UINT32_MAX /* memory keeps journal numbers in 32 bits */

/* Versions decoded for the entry at hand, so that each is decoded once. */
struct fb_version {
    uint32_t journal;
    const struct fb_record *record;
};
struct fb_books {
    struct fb_book **of_issue; /* [issue - 1]; NULL: not compiled in this run */
    uint32_t n, room;
};

/* FB_SENDS_* bits of what is told about people: to live shifts, and to those of a trial. */
struct fb_feeds {
    uint32_t live, trial;
};

struct fb_turn {
    struct fb_store *store;
    struct fb_turn_ports ports;
    enum fb_err err;    /* the first failure: the turn is dead */
    struct fb_txn *txn; /* the one open transaction, NULL between batches */
    enum fb_err (*beside)(void *ctx, struct fb_txn *txn); /* NULL: nothing rides along */
    void *beside_ctx;
    bool dirty;         /* it has written something */
    uint64_t rows_most; /* scattered rows of a transaction of messages, after which another one begins; UINT64_MAX: no matter how many */
    int64_t last_ms;    /* instant of the last entry */
    int64_t now_ms;     /* of the entry at hand */
    fb_day known;       /* its local date: the knowledge day */
    uint64_t journal, events, todo;
    uint64_t messages; /* accepted; `seen` knows refusals and conflicts too */

    struct fb_seen seen;
    struct fb_index index;
    struct fb_sources sources;
    struct fb_due due;
    struct fb_totals totals;
    struct fb_counters counters;
    struct fb_workers workers;
    struct fb_diary diary;
    struct fb_feeds feeds;               /* fb_diary_feeds */
    uint8_t heard[FB_SOURCES_MAX + 1]; /* by source: FB_SENDS_* bits of the kinds about people of which it sent a record */
    uint32_t told[FB_SOURCES_MAX + 1][3]; /* by source: so many records of each of these kinds stand */
    struct fb_batches batches;
    struct fb_amended amended;
    uint64_t refused_most; /* bytes of one source's refusals kept whole a day */
    struct fb_spents spents;
    struct fb_granted granted;
    struct fb_ceilings ceilings;
    struct fb_versions versions;         /* of approvals */
    struct fb_periods periods;
    struct fb_books books;
    struct fb_standing standing;
    bool standing_moved; /* since it was written */
    bool held_back;      /* the packs of the first issue that waits do not compile: it and those after it go on waiting */
    char why[240];       /* the last refusal of an issue, its schedule or its withdrawal */
    struct fb_drift drift;
    struct fb_cache cache;
    struct fb_chain chain;
    struct fb_receipts receipts;

    /* The entry at hand. */
    struct fb_scratch scratch;
    struct fb_version arrived; /* the record that came, which lies in the caller's memory, or here when it is somebody's */
    const struct fb_link *arrived_link; /* its links, while it is there */
    unsigned n_arrived_links;
    struct fb_record whose;    /* it without its pseudonym, with its worker's number and the digest that is kept */
    unsigned char blind[FB_MESSAGE_BYTES_MAX + 64]; /* its body without it */
    struct fb_version version[FB_VERSIONS_MAX];
    unsigned n_versions;
    unsigned n_read;   /* records looked at for the decision at hand, wherever they were found */
    bool group_cut;    /* of its group, see gather.h */
    uint32_t sheet_number[FB_GATHER_MAX]; /* of the timesheets in view, as they stand there */
    uint32_t standing_version; /* the journal number of the version that the approval in view stands by */
    bool taking_back;  /* what is judged is judged again because a batch is taken back */
    bool repricing;    /* what is judged is judged again because of a new issue, not of a record */
    unsigned reprice_most; /* subjects of one step of re-pricing */
    uint32_t reprice_at; /* in a step of re-pricing: the number at hand; else 0 */
    uint32_t done[FB_DONE_MAX]; /* record numbers judged under it */
    unsigned n_done;
    uint32_t stale[FB_TOUCH_AT_ONCE_MAX]; /* subjects whose counters changed, to be judged under it */
    unsigned n_stale, n_recounted;        /* n_recounted: so many were noted for it, judged ones included */
    struct fb_counted_row counted[FB_COUNTERS_MAX][FB_COUNTED_MAX]; /* what view.counted points at, where it is a copy */
    struct fb_diary_row diary_row[FB_DIARY_SORTS][FB_DIARY_ROWS_MAX]; /* the same for view.diary */
    struct fb_view view;
    struct fb_decision prior, decision;
    struct fb_effects effects;
    unsigned char bytes[FB_ENTRY_BYTES_MAX];
};

static inline void fb_turn_fail(struct fb_turn *t, enum fb_err err)
{
    if (t->err == FB_OK)
        t->err = err;
}

/* turn.c: one transaction around any number of entries. */
FB_MUST_CHECK enum fb_err fb_turn_begin(struct fb_turn *t);
FB_MUST_CHECK enum fb_err fb_turn_end(struct fb_turn *t); /* commits, or dies */
/* Sets the instant of the entries that follow: max(the last, now). */
void fb_turn_at(struct fb_turn *t, int64_t now_ms);
/* Writes an entry under the next journal number (t->journal after it). Fills at_ms, decide_version and issue.
 */
void fb_turn_write(struct fb_turn *t, struct fb_entry *e);
void fb_turn_write_event(struct fb_turn *t, const struct fb_event *event);

/* message.c: one message of a batch, from the question whether it was seen to its last effect. */
void fb_turn_message(struct fb_turn *t, const struct fb_input *in, struct fb_answer *answer);
/* What memory keeps of an accepted message: the same call when it comes and when the store is opened. */
FB_MUST_CHECK enum fb_err fb_turn_note(struct fb_turn *t, uint32_t journal, const struct fb_ids_row *row);

/* people.c: the body without pseudonyms, for whatever is written of a message; *out as in the port, its first two filled in.
 * The body lives until the next. */
void fb_turn_blind(struct fb_turn *t, enum fb_kind kind, struct fb_span body, struct fb_blinded *out);
/* Records of a kind whose winning version had that number in its entry, or has. */
uint32_t fb_turn_worker_tag(uint32_t worker, enum fb_kind kind);
/* Who the record belongs to: numbers for its pseudonyms, new ones where they were not held (their rows of WORKERS are put).
 * A record that has its number already, as in replay, keeps it. */
struct fb_whose {
    uint32_t worker, worker_was; /* as written in the entry, 0 none; not canonical */
};
struct fb_whose fb_turn_whose(struct fb_turn *t, const struct fb_record *r, const struct fb_who *who,
                              const struct fb_who *who_was);
/* What was decoded from an entry belongs to that entry's worker, by the name that the worker has now. */
void fb_turn_own(const struct fb_turn *t, const struct fb_entry *e, struct fb_record *r);

/* A record of that kind is decided about. */
static inline bool fb_turn_is_judged(enum fb_kind kind)
{
    return kind == FB_KIND_BOOKING || kind == FB_KIND_VACANCY || kind == FB_KIND_APPROVAL ||
           kind == FB_KIND_INVOICE_LINE;
}
/* judge.c: the decisions of these records' subjects, each at most once for the entry at hand. */
void fb_turn_judge_begin(struct fb_turn *t);
void fb_turn_judge(struct fb_turn *t, uint32_t number);

/* todo.c, issue.c, source.c: entries that drive no message; what live code and replay share. */
void fb_turn_take_subjects(struct fb_turn *t, enum fb_entry_kind kind, const uint32_t *number, unsigned n);
void fb_turn_take_source(struct fb_turn *t, const struct fb_source *s, uint32_t version, uint32_t *number); /* version: FB_DECIDE_VERSION that took it */
void fb_turn_take_issue(struct fb_turn *t, struct fb_book *book, uint32_t issue);
/* book may be NULL: it is compiled when its moment comes. */
void fb_turn_take_schedule(struct fb_turn *t, struct fb_book *book, uint32_t issue, int64_t due_ms);
void fb_turn_take_withdraw(struct fb_turn *t, uint32_t issue); /* which waits */
/* forget.c: the entry and its event; rows of WORKERS are not replayed. */
void fb_turn_take_forget(struct fb_turn *t, uint32_t worker);
/* schedule.c: why packs that were read now may not become current at that moment (INT64_MIN: at once): one that waits was
 * taken in before, and would undo them. NULL: nothing stands against it. */
const char *fb_schedule_refusal(struct fb_turn *t, int64_t due_ms);
FB_MUST_CHECK enum fb_err fb_books_put(struct fb_books *b, uint32_t issue,
                                       struct fb_book *book); /* owns it */
/* The book, wherever it stands, is not the turn's any more. */
void fb_books_forget(struct fb_books *b, const struct fb_book *book);
void fb_books_release(struct fb_books *b, const struct fb_turn_ports *ports);
/* open.c: a turn with nothing in it gets room for so many messages at once, instead of growing as they come. */
FB_MUST_CHECK enum fb_err fb_turn_expect(struct fb_turn *t, uint64_t messages);
/* open.c: fb_turn_open of a store that an engine may be writing: the memory of one moment. */
FB_MUST_CHECK enum fb_err fb_turn_open_beside(struct fb_turn **out, struct fb_store *store, const struct fb_turn_ports *ports,
                                              void (*progress)(void *ctx, uint64_t done, uint64_t of), const char **why);
const struct fb_book *fb_turn_current(const struct fb_turn *t); /* NULL: no issue yet */
#endif
