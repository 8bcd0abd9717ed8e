#ifndef FB_TESTS_SIM_RUN_H
#define FB_TESTS_SIM_RUN_H
/* One run of a workload through the turn on a store that fails, with adapters that lose answers and send
 * again, and the auditor beside it. */
#include "tests/sim/auditor.h"
#include "tests/sim/known.h"
#include "tests/sim/swarm.h"

enum sim_fault { SIM_NO_FAULT, SIM_FAIL_PUT, SIM_FAIL_COMMIT, SIM_FAIL_ALLOC, SIM_FAULTS };
enum { SIM_QUEUE_MAX = 8 * SIM_MESSAGES_MAX, SIM_BATCH_MAX = 64, SIM_DECODED_BYTES = 8 << 20 };

#define SIM_COUNTS_MAP(X)                                                                                                        \
    X(messages, "messages") X(batches, "batches") X(failures, "failures of the store") X(power_cuts, "power cuts")              \
    X(duplicates, "duplicates") X(amended, "amendments") X(conflicts, "conflicts") X(refused, "refusals")                       \
    X(entries, "journal entries") X(events, "events") X(moments, "days remembered") X(closes, "months closed")                   \
    X(resent, "sent again by the client library") X(busy, "answered busy") X(given, "events kept by consumers")                 \
    X(given_again, "given again") X(calms, "calms") X(storm_ms, "ms of storm") X(calm_ms, "ms of calm until all was done")
struct sim_counts {
#define X(name, text) uint64_t name;
    SIM_COUNTS_MAP(X)
#undef X
    uint64_t mishap[SIM_MISHAPS];
};
struct sim_wire;
/* A batch in which turn failed: what it meant to answer. One that changes much is several transactions, and those that went well stay. */
struct sim_unsure {
    unsigned n;
    const struct sim_message *message[SIM_BATCH_MAX];
    struct fb_answer answer[SIM_BATCH_MAX];
};
struct sim_run {
    struct sim_world *w;
    const struct sim_workload *l;
    struct auditor *auditor;
    struct fb_prng p;
    struct fb_store *store;
    struct fb_faults faults;
    struct sim_swarm swarm;
    bool calm;             /* nothing goes wrong now */
    struct sim_wire *wire; /* the messages go over the network just now (wire/wire.h); else NULL */
    void (*gone)(struct sim_wire *wire); /* then: tells it that turn is about to be closed */
    enum sim_fault fault; /* the kind of failure of this run */
    uint64_t fail_at;     /* the count at which the next one comes */
    unsigned in_a_row;    /* failures since something last went well: each makes the next gap longer */
    struct sim_unsure unsure; /* until turn is open again */
    struct fb_turn *turn;
    int64_t now_ms, jump_max_ms;
    unsigned batch_max;
    uint32_t source[SIM_SOURCES];
    uint32_t window[SIM_SOURCES];
    unsigned next_issue, issue_at[SIM_PLANNED_MAX];
    bool issue_later[SIM_PLANNED_MAX];         /* it is made known first, and holds from a later moment */
    unsigned head, tail, queue[SIM_QUEUE_MAX]; /* messages to send: those without an answer come again */
    struct sim_known known;
    struct sim_counts counts;
    struct sim_hash hash;
    unsigned char *memory; /* decoded batch */
    char why[AUD_WHY_BYTES];
};
/* Runs to the end and checks everything. false: why says what differed. `variant` chooses arrival, batches,
 * instants and faults; the messages are the same. over_the_wire: how they get to turn (sim_wire_run); NULL: straight. */
bool sim_run_all(struct sim_run *r, struct sim_world *w, const struct sim_workload *l, unsigned variant,
                 bool (*over_the_wire)(struct sim_run *r), struct sim_met *met);
void sim_run_close(struct sim_run *r);

/* That kind of thing goes wrong now. Counted. */
bool sim_strikes(struct sim_run *r, enum sim_mishap m);
/* The store's next failure is drawn. */
void sim_arm(struct sim_run *r);
/* What happens between two batches of messages: the clock moves, issues and months come, the engine's own messages too. */
bool sim_run_between(struct sim_run *r);
/* What of that is still to come. */
bool sim_run_rest(struct sim_run *r);
void sim_count_answer(struct sim_run *r, const struct fb_answer *a);

/* Says the first difference; false. */
bool sim_stop(struct sim_run *r, const char *what, int64_t expected, int64_t found);
/* Journal and figures are what they were; before NULL: only the journal is asked. */
bool sim_same_stats(struct sim_run *r, const struct fb_turn_stats *before);
/* before: what must be there again; NULL after a failure in the middle. */
bool sim_reopen(struct sim_run *r, bool power_cut, const struct fb_turn_stats *before);
/* A step went well: what the auditor must know of it. */
bool sim_stepped(struct sim_run *r, const struct fb_turn_stats *before, int64_t now_ms, bool more);
/* Steps until nothing is left to do. */
bool sim_settle(struct sim_run *r);
/* The turn died of a failing store: everything of it is gone, and of the batch what r->unsure may say. */
bool sim_came_back(struct sim_run *r, enum fb_err err, const struct fb_turn_stats *before);

/* ---- run_batches.c ---- */

/* The next few messages, and some of their answers lost. */
bool sim_batch(struct sim_run *r);
/* Turn is open again: the auditor hears of what it had made durable of the batch in which it failed. */
void sim_hear_unsure(struct sim_run *r, const struct fb_turn_stats *now);

/* ---- run_withdraw.c ---- */

/* Now and then a batch is taken back. */
bool sim_withdraw_one(struct sim_run *r);
/* Each of the world's, of which anything came since it was: two orders of arrival end alike. */
bool sim_withdraw_rest(struct sim_run *r);

/* ---- run_receipts.c ---- */

/* Every statement of every source, asked for and held against what the auditor heard; after the feed was. */
bool sim_receipts(struct sim_run *r, int64_t at_ms);

/* ---- run_people.c ---- */

/* Some workers are forgotten, and forgotten again. */
bool sim_forget_some(struct sim_run *r);

/* ---- run_issues.c ---- */

/* The files of that plan become an issue now; or not, when one that waits would undo it. */
bool sim_issue(struct sim_run *r, unsigned plan);
/* Those whose turn has come by now; all: also those that are left. */
bool sim_due_issues(struct sim_run *r, bool all);

/* ---- run_months.c ---- */

/* A month to be closed: of one trust, or of all; often one that may not be. */
void sim_draw_close(struct sim_run *r, struct fb_period_close *out);
/* *wrong: the engine should have answered otherwise. */
enum fb_err sim_try_close(struct sim_run *r, const struct fb_period_close *close, const char **wrong);
/* Now and then, what is reported at the end of a day. A day ends when the clock shows the next one; unless
 * nothing happens then, and the clock goes back. */
void sim_remember_days(struct sim_run *r);

/* What stands in the end, in outside names: two runs of the same messages must have the same. */
struct sim_outcome_row {
    uint64_t names, says; /* hashes */
    uint32_t number;      /* in the run that it was taken from */
};
struct sim_outcome {
    unsigned n;
    struct sim_outcome_row row[AUD_RECORDS_MAX + 1];
};
void sim_outcome_take(const struct sim_run *r, struct sim_outcome *out);
/* false: *why names the first that differs. */
bool sim_outcome_same(const struct sim_run *r, const struct sim_outcome *a, const struct sim_outcome *b,
                      char why[AUD_WHY_BYTES]);
#endif
