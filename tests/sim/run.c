#include "tests/sim/run.h"
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/wire/wire.h"
#include <stdlib.h>
#include <string.h>

enum { DECODED_BYTES = 8 << 20, OPEN_TRIES = 100 };

static bool stop(struct sim_run *r, const char *what, int64_t expected, int64_t found)
{
    (void)auditor_differs(r->auditor, what, expected, found);
    return false;
}

/* ---- failing and coming back ---- */

/* The next failure of this run's kind: so many puts, commits or allocations after the last. A step that needs
 * more than the longest gap would never end, so the gap grows until it does. */
static void arm(struct sim_run *r)
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
        enum fb_err err = fb_turn_open(&r->turn, r->store, &fb_ports, NULL, &why);
        if (err == FB_OK)
            return true;
        if (err == FB_DAMAGED || r->fault == SIM_NO_FAULT)
            return stop(r, why != NULL ? why : "opening the store", FB_OK, err);
        fb_store_power_cut(r->store);
        r->in_a_row += r->in_a_row < 16;
        arm(r);
    }
    return stop(r, "opening the store, tries", 1, OPEN_TRIES);
}

static bool same_stats(struct sim_run *r, const struct fb_turn_stats *before)
{
    struct fb_turn_stats after;
    fb_turn_stats(r->turn, &after);
    if (after.journal != r->auditor->journal)
        return stop(r, "journal after opening again", (int64_t)r->auditor->journal, (int64_t)after.journal);
    if (before == NULL)
        return true;
    const uint64_t was[] = {before->events,    before->messages, before->records, before->bookings,
                            before->vacancies, before->todo,     before->sources, before->issue};
    const uint64_t is[] = {after.events,    after.messages, after.records, after.bookings,
                           after.vacancies, after.todo,     after.sources, after.issue};
    for (unsigned i = 0; i < sizeof was / sizeof was[0]; i++)
        if (was[i] != is[i])
            return stop(r, "figure of fb_turn_stats after opening again (events, messages, records, …)",
                        (int64_t)was[i], (int64_t)is[i]);
    return true;
}

/* before: what must be there again; NULL after a failure in the middle. */
static bool reopen(struct sim_run *r, bool power_cut, const struct fb_turn_stats *before)
{
    fb_turn_close(&r->turn);
    if (power_cut)
        fb_store_power_cut(r->store);
    r->counts.power_cuts += power_cut;
    return open_turn(r) && same_stats(r, before);
}

/* The turn died of a failing store: everything of it is gone, and of the batch nothing may be left. */
static bool came_back(struct sim_run *r, enum fb_err err, const struct fb_turn_stats *before)
{
    if (r->fault == SIM_NO_FAULT || (err != FB_IO && err != FB_FULL))
        return stop(r, "error of a store without faults", FB_OK, err);
    r->counts.failures++;
    r->in_a_row += r->in_a_row < 16;
    arm(r);
    return reopen(r, true, before);
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
            r->in_a_row = 0;
            return after.journal - before.journal <= 1 ||
                   stop(r, "entries for one Hello", 1, (int64_t)(after.journal - before.journal));
        }
        if (!came_back(r, err, &before))
            return false;
    }
}

static bool issue(struct sim_run *r, unsigned plan)
{
    const struct sim_issue *files = &r->w->rules->issue[plan];
    for (;;) {
        struct fb_turn_stats before;
        struct fb_book *book = fb_ports.compile(NULL, files->list, files->files.n);
        fb_assert(book != NULL);
        fb_turn_stats(r->turn, &before);
        enum fb_err err = fb_turn_issue(r->turn, files->list, files->files.n, book, r->now_ms);
        if (err == FB_OK) {
            (void)auditor_issue(r->auditor, plan);
            r->in_a_row = 0;
            return same_stats(r, NULL);
        }
        fb_ports.release(NULL, book);
        if (!came_back(r, err, &before))
            return false;
    }
}

static bool step(struct sim_run *r, bool *more)
{
    for (;;) {
        struct fb_turn_stats before, after;
        fb_turn_stats(r->turn, &before);
        enum fb_err err = fb_turn_step(r->turn, r->now_ms, more);
        if (err == FB_OK) {
            fb_turn_stats(r->turn, &after);
            r->auditor->journal += after.journal - before.journal;
            r->in_a_row = 0;
            return after.journal - before.journal <= 1 ||
                   stop(r, "entries of one step", 1, (int64_t)(after.journal - before.journal));
        }
        if (!came_back(r, err, &before))
            return false;
    }
}

static bool settle(struct sim_run *r)
{
    bool more = true;
    for (unsigned i = 0; more; i++) {
        if (i > 10000)
            return stop(r, "steps until nothing is left to do", 0, i);
        if (!step(r, &more))
            return false;
    }
    return true;
}

/* ---- batches ---- */

struct batch {
    unsigned n;
    const struct sim_message *message[SIM_BATCH_MAX];
    struct fb_record record[SIM_BATCH_MAX];
    struct fb_input input[SIM_BATCH_MAX];
    struct fb_answer answer[SIM_BATCH_MAX];
};

/* What the loop thread does with a frame. */
static void decode(struct sim_run *r, const struct sim_message *m, struct fb_arena *arena,
                   struct fb_record *record, struct fb_input *in)
{
    enum fb_frame_kind kind;
    struct fb_span payload, body;
    const char *field = NULL;
    fb_assert(fb_frame_open(m->frame, &kind, &payload) == FB_REASON_NONE && kind == FB_FRAME_PUBLISH);
    enum fb_reason reason = fb_decode_publish(payload, arena, record, &body, &field);
    *in = (struct fb_input){.body = body, .source = r->source[m->source], .refused = reason};
    if (reason == FB_REASON_NONE) {
        in->record = record;
        return;
    }
    in->env = record->env;
    in->body = payload;
    if (field != NULL)
        in->field = fb_span_of(field);
}

static void fill(struct sim_run *r, struct batch *b, unsigned n)
{
    struct fb_arena arena;
    fb_arena_init(&arena, r->memory, DECODED_BYTES);
    b->n = n;
    for (unsigned i = 0; i < n; i++) {
        b->message[i] = &r->l->message[r->queue[r->head + i]];
        decode(r, b->message[i], &arena, &b->record[i], &b->input[i]);
    }
}

static void count(struct sim_run *r, const struct fb_answer *a)
{
    r->counts.messages++;
    r->counts.duplicates += a->outcome == FB_OUTCOME_DUPLICATE;
    r->counts.amended += a->outcome == FB_OUTCOME_AMENDED;
    r->counts.conflicts += a->outcome == FB_OUTCOME_CONFLICT;
    r->counts.refused += a->outcome == FB_OUTCOME_REFUSED;
    sim_hash_add(&r->hash, (uint64_t)a->outcome << 8 | (uint64_t)a->reason);
    sim_hash_add(&r->hash, a->journal);
    sim_hash_add(&r->hash, a->record);
}

/* A message whose answer never came is sent again, some time later, whatever the answer was. */
static void lose(struct sim_run *r, unsigned message)
{
    if (r->tail == SIM_QUEUE_MAX)
        return;
    r->counts.lost_answers++;
    unsigned at = r->head + (unsigned)fb_prng_below(&r->p, r->tail - r->head + 1);
    memmove(&r->queue[at + 1], &r->queue[at], (r->tail - at) * sizeof r->queue[0]);
    r->queue[at] = message;
    r->tail++;
}

static bool hear_answers(struct sim_run *r, const struct batch *b, bool all_lost)
{
    unsigned first = r->head;
    r->head += b->n;
    r->in_a_row = 0;
    for (unsigned i = 0; i < b->n; i++) {
        if (!auditor_answer(r->auditor, b->message[i], &b->answer[i]))
            return false;
        count(r, &b->answer[i]);
    }
    for (unsigned i = 0; i < b->n; i++)
        if (all_lost || sim_once_in(&r->p, 20))
            lose(r, r->queue[first + i]);
    return true;
}

static bool batch(struct sim_run *r)
{
    static struct batch b;
    struct fb_turn_stats before;
    unsigned left = r->tail - r->head, n = 1 + (unsigned)fb_prng_below(&r->p, r->batch_max);
    fb_turn_stats(r->turn, &before);
    fill(r, &b, n < left ? n : left);
    enum fb_err err = fb_turn_run(r->turn, b.input, b.n, r->now_ms, b.answer);
    r->counts.batches++;
    if (err != FB_OK)
        return came_back(r, err, &before); /* nobody was answered: the same ones come first again */
    bool cut = sim_once_in(&r->p, 40);
    if (!hear_answers(r, &b, cut))
        return false;
    fb_turn_stats(r->turn, &before);
    r->auditor->met->put_off += before.todo;
    return cut ? reopen(r, true, &before) : same_stats(r, NULL);
}

/* ---- the run ---- */

static void move_clock(struct sim_run *r)
{
    int64_t jump = sim_once_in(&r->p, 3) ? 0 : (int64_t)fb_prng_below(&r->p, (uint64_t)r->jump_max_ms);
    r->now_ms += sim_once_in(&r->p, 6) ? -jump : jump;
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
    if (sim_once_in(&r->p, 60) && !reopen(r, false, &before))
        return false;
    if (sim_once_in(&r->p, 25)) {
        unsigned s = (unsigned)fb_prng_below(&r->p, SIM_SOURCES);
        r->window[s] = 1 + (uint32_t)fb_prng_below(&r->p, 100);
        if (!hello(r, s))
            return false;
    }
    for (unsigned i = (unsigned)fb_prng_below(&r->p, 3); i > 0; i--)
        if (!step(r, &more))
            return false;
    return true;
}

static bool due_issues(struct sim_run *r, bool all)
{
    while (r->next_issue < r->w->n_planned && (all || r->head >= r->issue_at[r->next_issue]))
        if (!issue(r, r->w->planned[r->next_issue++]))
            return false;
    return true;
}

static bool send_all(struct sim_run *r)
{
    while (r->head < r->tail) {
        move_clock(r);
        if (!due_issues(r, false) || !between_batches(r) || !batch(r))
            return false;
    }
    return due_issues(r, true);
}

/* Every shift and vacancy is judged once more, by the last issue. */
static bool close_books(struct sim_run *r)
{
    for (unsigned i = 0; i < r->l->n_closing; i++)
        r->queue[r->tail++] = r->l->n + i;
    while (r->head < r->tail)
        if (!batch(r))
            return false;
    return settle(r);
}

static bool verify(struct sim_run *r)
{
    struct fb_verify v;
    enum fb_err err = fb_turn_verify(r->store, &fb_ports, NULL, &v);
    if (err != FB_OK)
        return stop(r, "verify", FB_OK, err);
    if (!v.equal)
        return stop(r, v.first_difference, 1, 0);
    if (v.not_compared[0] != 0 || v.skipped != 0)
        return stop(r, v.not_compared, 0, (int64_t)v.skipped);
    if (v.entries != r->auditor->journal)
        return stop(r, "entries that verify replayed", (int64_t)r->auditor->journal, (int64_t)v.entries);
    return true;
}

static bool check(struct sim_run *r, bool all_current)
{
    struct fb_turn_stats before;
    unsigned char hash[16];
    fb_turn_stats(r->turn, &before);
    if (!auditor_store(r->auditor, r->store, all_current) || !auditor_events(r->auditor, r->store) ||
        !reopen(r, false, &before) || !verify(r))
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
    for (unsigned i = 0; i < r->w->n_planned; i++)
        r->issue_at[i] = i == 0 && !r->w->late_rules ? 0 : (unsigned)fb_prng_below(&r->p, r->l->n + 1);
    for (unsigned i = 0; i < r->l->n; i++)
        r->queue[i] = r->l->order[i];
    r->tail = r->l->n;
}

static bool run(struct sim_run *r)
{
    arm(r);
    if (!open_turn(r))
        return false;
    for (unsigned s = 0; s < SIM_SOURCES; s++) {
        r->window[s] = r->w->source[s].window;
        if (!hello(r, s))
            return false;
    }
    if (!send_all(r))
        return false;
    r->now_ms = r->auditor->now_ms = r->w->last_ms;
    if (!settle(r))
        return false;
    r->fault = SIM_NO_FAULT; /* the disk behaves while it is looked at */
    arm(r);
    return check(r, r->w->n_planned == 1) && close_books(r) && check(r, true);
}

bool sim_run_all(struct sim_run *r, struct sim_world *w, const struct sim_workload *l, unsigned variant,
                 struct sim_met *met)
{
    memset(r, 0, sizeof *r);
    r->w = w;
    r->l = l;
    r->auditor = calloc(1, sizeof *r->auditor);
    r->memory = malloc(DECODED_BYTES);
    fb_assert(r->auditor != NULL && r->memory != NULL);
    auditor_init(r->auditor, w, met);
    fb_prng_init(&r->p, w->seed * 4 + 2 + variant);
    r->now_ms = w->first_ms;
    fb_assert(fb_store_open_memory(&r->store, &r->faults) == FB_OK);
    plan(r);
    bool ok = run(r);
    memcpy(r->why, r->auditor->why, sizeof r->why);
    return ok && r->why[0] == 0;
}

void sim_run_close(struct sim_run *r)
{
    if (r->turn != NULL)
        fb_turn_close(&r->turn);
    fb_store_close(&r->store);
    free(r->auditor);
    free(r->memory);
}
