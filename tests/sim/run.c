#include "tests/sim/run.h"
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/turn/receipts/receipts.h"
#include "tests/lib/ports.h"
#include "tests/sim/auditor_sent.h"
#include <stdlib.h>
#include <string.h>

enum { OPEN_TRIES = 100 };

bool sim_strikes(struct sim_run *r, enum sim_mishap m)
{
    unsigned one_in = r->swarm.one_in[m];
    bool strikes = one_in > 0 && !r->calm && sim_once_in(&r->p, one_in);
    r->counts.mishap[m] += strikes;
    return strikes;
}

bool sim_stop(struct sim_run *r, const char *what, int64_t expected, int64_t found)
{
    (void)auditor_differs(r->auditor, what, expected, found);
    return false;
}

/* ---- failing and coming back ---- */

/* The next failure of this run's kind: so many puts, commits or allocations after the last. A step that needs
 * more than the longest gap would never end, so the gap grows until it does. */
void sim_arm(struct sim_run *r)
{
    static const unsigned gaps[SIM_FAULTS] = {
        [SIM_FAIL_PUT] = 1500, [SIM_FAIL_COMMIT] = 30, [SIM_FAIL_ALLOC] = 12000};
    r->faults = (struct fb_faults){0};
    if (r->fault == SIM_NO_FAULT)
        return;
    r->fail_at += 1 + fb_prng_below(&r->p, (uint64_t)gaps[r->fault] << r->in_a_row);
    r->faults.fail_put_at = r->fault == SIM_FAIL_PUT ? r->fail_at : 0;
    r->faults.fail_commit_at = r->fault == SIM_FAIL_COMMIT ? r->fail_at : 0;
    r->faults.fail_alloc_at = r->fault == SIM_FAIL_ALLOC ? r->fail_at : 0;
}

static bool open_turn(struct sim_run *r)
{
    const char *why = NULL;
    for (unsigned i = 0; i < OPEN_TRIES; i++) {
        enum fb_err err = fb_turn_open(&r->turn, r->store, fb_test_ports(), NULL, &why);
        if (err == FB_OK) {
            struct fb_turn_stats now;
            fb_turn_stats(r->turn, &now);
            sim_hear_unsure(r, &now);
            fb_turn_listen(r->turn);
            auditor_opened(r->auditor, now.last_ms);
            return true;
        }
        if (err == FB_DAMAGED || r->fault == SIM_NO_FAULT)
            return sim_stop(r, why != NULL ? why : "opening the store", FB_OK, err);
        fb_store_power_cut(r->store);
        r->in_a_row += r->in_a_row < 16;
        sim_arm(r);
    }
    return sim_stop(r, "opening the store, tries", 1, OPEN_TRIES);
}

bool sim_same_stats(struct sim_run *r, const struct fb_turn_stats *before)
{
    struct fb_turn_stats after;
    fb_turn_stats(r->turn, &after);
    if (after.journal != r->auditor->journal)
        return sim_stop(r, "journal after opening again", (int64_t)r->auditor->journal,
                        (int64_t)after.journal);
    if (before == NULL)
        return true;
    const uint64_t was[] = {before->events,    before->messages, before->records,   before->bookings,
                            before->vacancies, before->todo,     before->sources,   before->issue,
                            before->waiting,   before->repriced, before->to_reprice};
    const uint64_t is[] = {after.events,    after.messages, after.records,   after.bookings,
                           after.vacancies, after.todo,     after.sources,   after.issue,
                           after.waiting,   after.repriced, after.to_reprice};
    for (unsigned i = 0; i < sizeof was / sizeof was[0]; i++)
        if (was[i] != is[i])
            return sim_stop(r, "figure of fb_turn_stats after opening again (events, messages, records, …)",
                            (int64_t)was[i], (int64_t)is[i]);
    return true;
}

/* before: what must be there again; NULL after a failure in the middle. */
bool sim_reopen(struct sim_run *r, bool power_cut, const struct fb_turn_stats *before)
{
    if (r->gone != NULL)
        r->gone(r->wire);
    fb_turn_close(&r->turn);
    if (power_cut)
        fb_store_power_cut(r->store);
    r->counts.power_cuts += power_cut;
    return open_turn(r) && sim_same_stats(r, before);
}

bool sim_came_back(struct sim_run *r, enum fb_err err, const struct fb_turn_stats *before)
{
    if (r->fault == SIM_NO_FAULT || (err != FB_IO && err != FB_FULL))
        return sim_stop(r, "error of a store without faults", FB_OK, err);
    r->counts.failures++;
    r->in_a_row += r->in_a_row < 16;
    sim_arm(r);
    return sim_reopen(r, true, before);
}

/* ---- what the engine is told beside messages ---- */

static bool hello(struct sim_run *r, unsigned s)
{
    for (;;) {
        struct fb_turn_stats before, after;
        struct fb_source source = r->w->source[s];
        source.window = r->window[s];
        fb_turn_stats(r->turn, &before);
        enum fb_err err = fb_turn_source(r->turn, &source, r->now_ms, &r->source[s]);
        if (err == FB_OK) {
            fb_turn_stats(r->turn, &after);
            r->auditor->journal += after.journal - before.journal;
            r->auditor->known_as[s] = r->source[s];
            auditor_hello(r->auditor, r->w->source[s].name);
            r->in_a_row = 0;
            return after.journal - before.journal <= 1 ||
                   sim_stop(r, "entries for one Hello", 1, (int64_t)(after.journal - before.journal));
        }
        if (!sim_came_back(r, err, &before))
            return false;
    }
}

static bool close_period(struct sim_run *r)
{
    struct fb_period_close close;
    sim_draw_close(r, &close);
    for (;;) {
        struct fb_turn_stats before;
        const char *wrong = NULL;
        fb_turn_stats(r->turn, &before);
        enum fb_err err = sim_try_close(r, &close, &wrong);
        if (wrong != NULL)
            return sim_stop(r, wrong, 1, 0);
        if (err == FB_OK || err == FB_REFUSED)
            return sim_same_stats(r, NULL);
        if (!sim_came_back(r, err, &before))
            return false;
    }
}

bool sim_stepped(struct sim_run *r, const struct fb_turn_stats *before, int64_t now_ms, bool more)
{
    struct fb_turn_stats after;
    int64_t at_ms = now_ms > before->last_ms ? now_ms : before->last_ms;
    fb_turn_stats(r->turn, &after);
    uint64_t n = after.journal - before->journal;
    if (n == 1)
        auditor_wrote(r->auditor, at_ms);
    r->auditor->journal += n;
    if (!more && r->auditor->listening_ms == INT64_MAX)
        r->auditor->listening_ms = at_ms;
    return (n <= 1 || sim_stop(r, "entries of one step", 1, (int64_t)n)) && auditor_stepped(r->auditor, at_ms, after.issue);
}

/* A step that leaves nothing behind is done again after each failure of the one behind it, and is no sign that things go well. */
static bool got_on(const struct sim_run *r, const struct fb_turn_stats *before)
{
    struct fb_turn_stats now;
    fb_turn_stats(r->turn, &now);
    return now.journal != before->journal || now.todo != before->todo || now.repriced != before->repriced || now.to_reprice != before->to_reprice;
}

static bool step(struct sim_run *r, bool *more)
{
    for (;;) {
        struct fb_turn_stats before;
        fb_turn_stats(r->turn, &before);
        enum fb_err err = fb_turn_step(r->turn, r->now_ms, more);
        if (err == FB_OK) {
            if (got_on(r, &before))
                r->in_a_row = 0;
            return sim_stepped(r, &before, r->now_ms, *more);
        }
        if (!sim_came_back(r, err, &before))
            return false;
    }
}

bool sim_settle(struct sim_run *r)
{
    bool more = true;
    for (unsigned i = 0; more; i++) {
        if (i > 10000)
            return sim_stop(r, "steps until nothing is left to do", 0, i);
        if (!step(r, &more))
            return false;
    }
    return true;
}

/* ---- the run ---- */

static void move_clock(struct sim_run *r)
{
    int64_t jump = sim_once_in(&r->p, 3) ? 0 : (int64_t)fb_prng_below(&r->p, (uint64_t)r->jump_max_ms);
    if (sim_strikes(r, SIM_CLOCK_LEAP))
        jump += (int64_t)fb_prng_below(&r->p, 4 * SIM_DAY_MS);
    r->now_ms += sim_strikes(r, SIM_CLOCK_BACK) ? -jump : jump;
    if (r->now_ms < r->w->first_ms)
        r->now_ms = r->w->first_ms;
    if (r->now_ms >= r->w->last_ms)
        r->now_ms = r->w->last_ms - 1;
}

static bool between_batches(struct sim_run *r)
{
    bool more = false;
    struct fb_turn_stats before;
    fb_turn_stats(r->turn, &before);
    if (sim_strikes(r, SIM_RESTART) && !sim_reopen(r, false, &before))
        return false;
    if (sim_once_in(&r->p, 25)) {
        unsigned s = r->wire != NULL ? SIM_SOURCES - 1 : (unsigned)fb_prng_below(&r->p, SIM_SOURCES);
        r->window[s] = 1 + (uint32_t)fb_prng_below(&r->p, 100);
        if (!hello(r, s))
            return false;
    }
    for (unsigned i = (unsigned)fb_prng_below(&r->p, 3); i > 0; i--)
        if (!step(r, &more))
            return false;
    if (r->w->n_withdrawn > 0 && sim_once_in(&r->p, 20) && !sim_withdraw_one(r))
        return false;
    return !sim_once_in(&r->p, 12) || r->known.n_closes == SIM_CLOSES_MAX || close_period(r);
}

bool sim_run_between(struct sim_run *r)
{
    if (r->calm)
        return true;
    move_clock(r);
    sim_remember_days(r);
    return sim_due_issues(r, false) && between_batches(r) && (r->head == r->tail || sim_batch(r));
}

bool sim_run_rest(struct sim_run *r)
{
    while (r->head < r->tail)
        if (!sim_run_between(r))
            return false;
    return sim_due_issues(r, true);
}

/* What the engine says itself comes through no door. The others' numbers are the journal's by then, or come now. */
static bool send_over_the_wire(struct sim_run *r, bool (*over_the_wire)(struct sim_run *r))
{
    unsigned own = 0;
    for (unsigned i = 0; i < r->tail; i++)
        if (r->l->message[r->queue[i]].source == SIM_SOURCES - 1)
            r->queue[own++] = r->queue[i];
    r->tail = own;
    if (!over_the_wire(r))
        return false;
    for (unsigned s = 0; s < SIM_SOURCES; s++)
        if (!hello(r, s))
            return false;
    return true;
}

/* Every shift and vacancy is judged once more, by the last issue. */
static bool close_books(struct sim_run *r)
{
    for (unsigned i = 0; i < r->l->n_closing; i++)
        r->queue[r->tail++] = r->l->n + i;
    while (r->head < r->tail)
        if (!sim_batch(r))
            return false;
    return sim_settle(r);
}

static bool verify(struct sim_run *r)
{
    struct fb_verify v;
    enum fb_err err = fb_turn_verify(r->store, &fb_ports, NULL, &v);
    if (err != FB_OK)
        return sim_stop(r, "verify", FB_OK, err);
    if (!v.equal)
        return sim_stop(r, v.first_difference, 1, 0);
    if (v.not_compared[0] != 0 || v.skipped != 0)
        return sim_stop(r, v.not_compared, 0, (int64_t)v.skipped);
    if (v.entries != r->auditor->journal)
        return sim_stop(r, "entries that verify replayed", (int64_t)r->auditor->journal, (int64_t)v.entries);
    if (v.chained != r->auditor->journal)
        return sim_stop(r, "entries whose leaves verify made again", (int64_t)r->auditor->journal, (int64_t)v.chained);
    return true;
}

static bool check(struct sim_run *r, bool all_current)
{
    struct fb_turn_stats before;
    unsigned char hash[16];
    fb_turn_stats(r->turn, &before);
    const char *differs = sim_known_differs(&r->known);
    if (differs != NULL)
        return sim_stop(r, differs, 1, 0);
    int64_t at_ms = before.last_ms > r->now_ms ? before.last_ms : r->now_ms;
    if (!auditor_store(r->auditor, r->store, all_current) || !aud_no_pseudonym(r->auditor, r->store) || !auditor_events(r->auditor, r->store) ||
        !sim_receipts(r, at_ms) || !auditor_silent(r->auditor, at_ms) || !auditor_chain(r->auditor, r->store) ||
        !sim_reopen(r, false, &before) || !verify(r))
        return false;
    r->counts.entries = before.journal;
    r->counts.events = before.events;
    fb_assert(fb_turn_hash(r->store, hash) == FB_OK);
    sim_hash_bytes(&r->hash, hash, sizeof hash);
    return true;
}

static void plan(struct sim_run *r)
{
    static const unsigned batches[] = {1, 4, 16, SIM_BATCH_MAX};
    r->batch_max = batches[fb_prng_below(&r->p, 4)];
    r->jump_max_ms =
        (r->w->last_ms - r->w->first_ms) * (int64_t)(r->batch_max + 1) * 3 / 2 / (int64_t)(r->l->n + 1) + 1;
    r->fault = (enum sim_fault)fb_prng_below(&r->p, SIM_FAULTS);
    for (unsigned i = 1; i < r->w->n_planned; i++)
        r->issue_later[i] = sim_once_in(&r->p, 2);
    for (unsigned i = 0; i < r->w->n_planned; i++)
        r->issue_at[i] = i == 0 && !r->w->late_rules ? 0 : (unsigned)fb_prng_below(&r->p, r->l->n + 1);
    for (unsigned i = 0; i < r->l->n; i++)
        r->queue[i] = r->l->order[i];
    r->tail = r->l->n;
}

static bool run(struct sim_run *r, bool (*over_the_wire)(struct sim_run *r))
{
    sim_arm(r);
    if (!open_turn(r))
        return false;
    for (unsigned s = 0; s < SIM_SOURCES; s++) {
        r->window[s] = r->w->source[s].window;
        if ((over_the_wire == NULL || s == SIM_SOURCES - 1) && !hello(r, s))
            return false;
    }
    if (over_the_wire != NULL ? !send_over_the_wire(r, over_the_wire) : !sim_run_rest(r))
        return false;
    r->now_ms = r->auditor->now_ms = r->w->last_ms;
    sim_remember_days(r);
    /* What waited holds by now; the last word is the same in every run of these messages. */
    if (!sim_settle(r) || !sim_withdraw_rest(r) || !sim_issue(r, r->w->planned[r->w->n_planned - 1]) || !sim_settle(r))
        return false;
    r->fault = SIM_NO_FAULT; /* the disk behaves while it is looked at */
    sim_arm(r);
    return check(r, r->auditor->n_issues == 1) && sim_forget_some(r) && close_books(r) && check(r, true);
}

bool sim_run_all(struct sim_run *r, struct sim_world *w, const struct sim_workload *l, unsigned variant,
                 bool (*over_the_wire)(struct sim_run *r), struct sim_met *met)
{
    memset(r, 0, sizeof *r);
    r->w = w;
    r->l = l;
    r->auditor = calloc(1, sizeof *r->auditor);
    r->memory = malloc(SIM_DECODED_BYTES);
    fb_assert(r->auditor != NULL && r->memory != NULL);
    auditor_init(r->auditor, w, met);
    fb_prng_init(&r->p, w->seed * 4 + 2 + variant);
    r->now_ms = w->first_ms;
    fb_assert(fb_store_open_memory(&r->store, &r->faults) == FB_OK);
    sim_known_open(&r->known, r->store);
    plan(r);
    sim_swarm_draw(&r->swarm, &r->p);
    bool ok = run(r, over_the_wire);
    r->counts.moments = r->known.n;
    met->days_remembered += r->known.n;
    met->months_closed += r->known.n_closes;
    memcpy(r->why, r->auditor->why, sizeof r->why);
    return ok && r->why[0] == 0;
}

void sim_run_close(struct sim_run *r)
{
    if (r->turn != NULL)
        fb_turn_close(&r->turn);
    sim_known_close(&r->known);
    fb_store_close(&r->store);
    aud_counts_forget(r->auditor);
    aud_diary_forget(r->auditor);
    free(r->auditor);
    free(r->memory);
}
