#ifndef FB_TESTS_FUZZ_SEQUENCE_H
#define FB_TESTS_FUZZ_SEQUENCE_H
/* The stateful target in four parts: fuzz_sequence.c reads the input as a program, sequence_records.c makes the messages that it
 * names, sequence_engine.c tells them to the real turn on the store in memory, with the simulator's auditor beside it, and
 * sequence_people.c what people ask for. Whatever differs from what the auditor works out ends the process with a sentence.
 *
 * Lifetimes: the rules are read once for all inputs; everything else lives for one input. */
#include "tests/sim/auditor.h"
#include "tests/sim/known.h"

enum { SEQ_MESSAGES_MAX = 160, SEQ_BATCH_MAX = 12, SEQ_SHIFTS = 6, SEQ_ISSUES_MAX = SIM_PLANNED_MAX + 1 };
#define SEQ_PAGE "page-1" /* the batch of every message */
struct seq {
    struct sim_world w;
    struct auditor *a;
    struct sim_known known;
    struct fb_store *store;
    struct fb_faults faults;
    struct fb_turn *turn;
    int64_t now_ms;
    uint32_t source[SIM_SOURCES];
    unsigned n, heard; /* messages made; those before `heard` were answered */
    struct sim_message message[SEQ_MESSAGES_MAX];
    unsigned shift_of[SEQ_MESSAGES_MAX], worker_of[SEQ_MESSAGES_MAX]; /* whom and what an amendment stays with */
    bool own_id[SEQ_MESSAGES_MAX];                                    /* no message before it had its id */
    unsigned failures;
};

/* ---- sequence_engine.c ---- */

/* seed: which systems are shadow, which trusts there are. */
void seq_open(struct seq *q, uint64_t seed);
void seq_close(struct seq *q);
const struct fb_turn_ports *seq_ports(void); /* what it was opened with, for whoever reads its store */
/* Sends the messages that were not heard yet, as one batch. Whatever else is told the engine comes after them. */
void seq_flush(struct seq *q);
void seq_hello(struct seq *q, unsigned source, uint32_t window);
void seq_issue(struct seq *q, unsigned plan);
void seq_schedule(struct seq *q, unsigned plan, int64_t after_ms);
void seq_withdraw(struct seq *q);
void seq_step(struct seq *q);
void seq_close_month(struct seq *q, fb_code trust, fb_day month);
void seq_reopen(struct seq *q, bool power_cut);
/* All that is due by now is done, and everything in the store is held against everything that was heard; then once more after
 * opening again, and by verify. */
void seq_check(struct seq *q);
/* What must hold; else the sentence, and the end. */
void seq_must(struct seq *q, bool good, const char *what);
void seq_same_journal(struct seq *q, const char *what);
/* True: it did not happen, because the store failed; the turn is dead, nothing of it may be left, and it is to be tried again. */
bool seq_failed(struct seq *q, enum fb_err e);

/* ---- sequence_people.c ---- */

/* The batch of that source. */
void seq_take_back(struct seq *q, unsigned source);
/* One of those who were heard of so far, the last by the smallest numbers, by whom that pseudonym means now. */
void seq_forget(struct seq *q, unsigned back);
/* Each source's statement of each day, after the feed was heard; and who is silent. */
bool seq_receipts(struct seq *q);

/* ---- sequence_records.c ---- */

/* What chooses a message: bytes of the program. */
struct seq_choice {
    unsigned kind;    /* of sixteen: each kind of record, a confirmation of an approval, and bookings twice */
    unsigned subject; /* which shift or worker */
    unsigned which;   /* which record of it, and from which system */
    unsigned seed;    /* everything else that is drawn */
    unsigned version; /* revision, instant, sequence */
};
/* A record of some kind, the first or another version of it. */
void seq_make(struct seq *q, const struct seq_choice *c);
/* Another version of a message that was made: changed, with an id of its own, or (`same_id`) with the same, which contradicts. */
void seq_change(struct seq *q, unsigned of, const struct seq_choice *c, bool same_id);
/* The same bytes once more; or, of a message that was the first with its id, under another system's name. */
void seq_again(struct seq *q, unsigned of, bool by_another);
/* The same envelope, of the first message with its id, around a body that was changed: at: which byte, bits: how. 0 bits: cut there.
 * What is taken all the same is a message like any other. */
void seq_damage(struct seq *q, unsigned of, unsigned at, unsigned bits);
#endif
