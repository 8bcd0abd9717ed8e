#include "engine/shell/commit.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include "engine/shell/commit_batches.h"
#include "engine/shell/commit_chain.h"
#include "engine/shell/commit_cursors.h"
#include "engine/shell/commit_people.h"
#include "engine/shell/log.h"
#include "engine/shell/meter.h"
#include "engine/shell/ports.h"
#include "engine/turn/receipts/receipts.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <uv.h>

/* A due vacancy is looked at again at least this often, so that a clock that was set back or forward does no
 * harm. While messages come, a step of re-pricing is so short that who waits for it hardly notices. */
enum { LIGHT = 64, LOOK_BESIDE = 256, LOOK_QUIET = 4096, LOOK_MS = 20 };
enum { WAIT_MS_MAX = 30000, HELD_MS = 1000, REPRICE_BESIDE = 128 };
/* Scattered rows, each on a page of its own at worst, that a message may change on the average before its batch is divided into several
 * commits. A new booking changes three; one of a person with many shifts close by, some twenty. */
enum { ROWS_A_MESSAGE = 4 };
struct fb_commit {
    struct fb_commit_with with;
    uv_thread_t thread;
    bool threaded;
    struct fb_item **item;   /* the batch in hand */
    struct fb_item **record; /* those of it that go to the journal */
    struct fb_input *input;
    struct fb_answer *answer;
    unsigned n_records;
    int64_t now_ms; /* of the batch */
    bool more;      /* the last step left work */
    bool behind;    /* entries are left to be looked at for receipts */
    bool states;    /* receipts are made */
    atomic_bool held; /* no step is taken */
    struct fb_cursors cursors;
    uint64_t written_us; /* ticks: when the last row of the batch was written, before its flush; 0: nothing was */
    struct fb_people people;
    struct fb_seals seals;
    uv_mutex_t lock;
    /* Under the lock. */
    struct fb_commit_news news;
    struct fb_new_issue issue;
    bool has_issue;
};

/* ---- one batch ---- */

/* What a source says may be refused; a disk that failed is everybody's affair. */
static enum fb_err fatal(enum fb_err e)
{
    return e == FB_REFUSED || e == FB_LIMIT ? FB_OK : e;
}

static enum fb_err run_records(struct fb_commit *c)
{
    unsigned n = c->n_records;
    c->n_records = 0;
    c->cursors.records_ms = n > 0 ? fb_clock_ticks_ms() : c->cursors.records_ms;
    enum fb_err e = n > 0 ? fb_turn_run(c->with.turn, c->input, n, c->now_ms, c->answer) : FB_OK;
    if (e != FB_OK)
        return e;
    for (unsigned i = 0; i < n; i++)
        c->record[i]->answer = c->answer[i];
    return FB_OK;
}

/* A source that is in the journal is told of at once, after the records that came before its Hello: they are
 * judged by what it said when it sent them. A new one waits for its first record. */
static enum fb_err take_hello(struct fb_commit *c, struct fb_item *item)
{
    struct fb_greeted *g = item->greeted;
    enum fb_err e = FB_OK;
    *g = (struct fb_greeted){.said = true, .told = item->hello.source};
    if (fb_turn_source_find(c->with.turn, g->told.name) == 0)
        return FB_OK;
    e = run_records(c);
    if (e != FB_OK)
        return e;
    item->err = fb_turn_source(c->with.turn, &g->told, c->now_ms, &g->number);
    g->said = item->err == FB_OK;
    return fatal(item->err);
}

/* A record without a Hello that was taken, or of one source too many, may not reach the journal. */
static void turn_down(struct fb_item *item)
{
    enum fb_reason reason = item->greeted->said ? FB_REASON_UNKNOWN_SOURCE : FB_REASON_NO_HELLO;
    item->answer = (struct fb_answer){.outcome = FB_OUTCOME_REFUSED, .reason = reason};
}

static enum fb_err take_record(struct fb_commit *c, struct fb_item *item)
{
    struct fb_greeted *g = item->greeted;
    enum fb_err e = FB_OK;
    if (g->number == 0 && g->said)
        e = fb_turn_source(c->with.turn, &g->told, c->now_ms, &g->number);
    if (e != FB_OK || g->number == 0) {
        turn_down(item);
        return fatal(e);
    }
    c->input[c->n_records] = item->input;
    c->input[c->n_records].source = g->number;
    c->record[c->n_records++] = item;
    return FB_OK;
}

/* A month is closed after the records that came before. Whose reason it is lies in the item's memory. */
static enum fb_err take_close(struct fb_commit *c, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    const struct fb_period_close close = {q->findings.trust, q->month, q->role, q->reason};
    const char *why = NULL;
    enum fb_err e = run_records(c);
    if (e != FB_OK)
        return e;
    item->err = fb_turn_close_period(c->with.turn, &close, c->now_ms, &why);
    if (item->err != FB_OK)
        fb_text_add(&item->why, why != NULL && *why != '\0' ? why : fb_err_text(item->err));
    return fatal(item->err);
}

static enum fb_err take_withdraw(struct fb_commit *c, struct fb_item *item)
{
    const char *why = NULL;
    enum fb_err e = run_records(c);
    if (e != FB_OK)
        return e;
    item->err = fb_turn_withdraw(c->with.turn, item->query.issue, c->now_ms, &why);
    if (item->err != FB_OK)
        fb_text_add(&item->why, *why != '\0' ? why : fb_err_text(item->err));
    return fatal(item->err);
}

/* What is asked about people counts the records that came before. */
static enum fb_err take_people(struct fb_commit *c, struct fb_item *item)
{
    enum fb_err e = run_records(c);
    c->people.now_ms = c->now_ms;
    return e == FB_OK ? fatal(fb_people_take(&c->people, item)) : e;
}

/* So does what is proved. */
static enum fb_err take_seals(struct fb_commit *c, struct fb_item *item)
{
    enum fb_err e = run_records(c);
    c->seals.now_ms = c->now_ms;
    return e == FB_OK ? fatal(fb_seals_take(&c->seals, item)) : e;
}

/* And what is told of batches; taking one back begins after what came before. */
static enum fb_err take_batches(struct fb_commit *c, struct fb_item *item)
{
    enum fb_err e = run_records(c);
    if (e == FB_OK)
        e = fb_batches_take(c->with.turn, item, c->now_ms);
    c->more = true; /* there may be something to take back */
    return e;
}

static void find(struct fb_commit *c, struct fb_item *item)
{
    item->answer.record = fb_turn_find(c->with.turn, FB_KIND_BOOKING, item->query.record_ref);
    if (item->answer.record == 0)
        item->answer.record = fb_turn_find(c->with.turn, FB_KIND_VACANCY, item->query.record_ref);
}

static enum fb_err beside(void *commit, struct fb_txn *txn)
{
    struct fb_commit *c = commit;
    enum fb_err e = fb_cursors_write(&c->cursors, txn);
    c->written_us = fb_clock_ticks_us();
    return e;
}

/* The journal in the order of the queue, then what only reads. */
static enum fb_err run_batch(struct fb_commit *c, unsigned n)
{
    enum fb_err e = FB_OK;
    c->now_ms = fb_clock_now_ms();
    for (unsigned i = 0; i < n && e == FB_OK; i++) {
        if (c->item[i]->kind == FB_ITEM_ACK)
            e = fb_cursors_hold(&c->cursors, c->with.store, c->item[i], fb_clock_ticks_ms());
        else if (c->item[i]->kind == FB_ITEM_HELLO)
            e = take_hello(c, c->item[i]);
        else if (c->item[i]->kind == FB_ITEM_RECORD)
            e = take_record(c, c->item[i]);
        else if (c->item[i]->kind == FB_ITEM_CLOSE)
            e = take_close(c, c->item[i]);
        else if (c->item[i]->kind == FB_ITEM_WITHDRAW)
            e = take_withdraw(c, c->item[i]);
        else if (fb_batches_takes(c->item[i]->kind))
            e = take_batches(c, c->item[i]);
        else if (fb_seals_takes(c->item[i]->kind))
            e = take_seals(c, c->item[i]);
        else if (c->item[i]->kind >= FB_ITEM_APPROVALS)
            e = take_people(c, c->item[i]);
    }
    if (e == FB_OK)
        e = run_records(c);
    for (unsigned i = 0; i < n && e == FB_OK; i++)
        if (c->item[i]->kind == FB_ITEM_FIND)
            find(c, c->item[i]);
    return e == FB_OK ? fb_cursors_keep_due(&c->cursors, c->with.store, fb_clock_ticks_ms()) : e;
}

/* ---- between batches ---- */

static enum fb_err take_issue(struct fb_commit *c, bool *did)
{
    uv_mutex_lock(&c->lock);
    struct fb_new_issue issue = c->issue;
    bool has = c->has_issue;
    uv_mutex_unlock(&c->lock);
    *did = has;
    if (!has)
        return FB_OK;
    struct fb_turn_stats stats;
    struct fb_issued issued;
    fb_commit_take_issue(c->with.turn, &issue, fb_clock_now_ms(), &issued);
    fb_turn_stats(c->with.turn, &stats);
    c->more = true; /* there is something to judge again */
    uv_mutex_lock(&c->lock);
    c->has_issue = false;
    c->news.stats = stats; /* whoever sees the answer sees what it speaks of */
    c->news.issue_answered = true;
    c->news.issued = issued;
    uv_mutex_unlock(&c->lock);
    return fatal(issued.err);
}

/* One step of the engine's own work, if there is any now. Never two without looking at the queue between
 * them, so that whoever publishes while a million shifts are judged again waits for one step at most. */
static enum fb_err step(struct fb_commit *c, bool quiet, bool *did)
{
    int64_t now_ms = fb_clock_now_ms();
    fb_turn_reprice_most(c->with.turn, quiet ? FB_REPRICE_MAX : REPRICE_BESIDE);
    bool due = !atomic_load(&c->held) && (c->more || fb_turn_next_due_ms(c->with.turn) <= now_ms);
    *did = *did || due;
    return due ? fb_turn_step(c->with.turn, now_ms, &c->more) : FB_OK;
}

/* What sources sent is counted behind the journal, while there is little else to do. */
static enum fb_err look_on(struct fb_commit *c, unsigned n)
{
    if (n >= LIGHT)
        return FB_OK;
    enum fb_err e = fb_turn_look_on(c->with.turn, n == 0 ? LOOK_QUIET : LOOK_BESIDE, &c->behind);
    if (c->states && !fb_turn_listens(c->with.turn))
        fb_log(FB_LOG_ERROR, "no more receipts are made until the next start, because a row of the journal cannot be read: run fairbank verify");
    c->states = fb_turn_listens(c->with.turn);
    return e;
}

static uint64_t wait_ms(const struct fb_commit *c)
{
    if (atomic_load(&c->held))
        return HELD_MS;
    if (c->more)
        return 0;
    int64_t now_ms = fb_clock_now_ms(), due_ms = fb_turn_next_due_ms(c->with.turn);
    if (due_ms <= now_ms)
        return 0;
    if ((c->behind || c->cursors.n > 0) && due_ms - now_ms > LOOK_MS)
        return LOOK_MS;
    return due_ms - now_ms < WAIT_MS_MAX ? (uint64_t)(due_ms - now_ms) : WAIT_MS_MAX;
}

static void say_over_quota(struct fb_commit *c)
{
    struct fb_span name[8];
    struct fb_text t;
    unsigned n = fb_turn_over_quota(c->with.turn, name, 8);
    fb_text_init(&t, c->news.over_quota, sizeof c->news.over_quota);
    for (unsigned i = 0; i < n && i < 8; i++) {
        fb_text_add(&t, i > 0 ? ", " : "");
        fb_text_add_span(&t, name[i]);
    }
    fb_text_add(&t, n > 8 ? " and others" : "");
}

static void tell(struct fb_commit *c, enum fb_err e, bool stopped, bool committed)
{
    struct fb_turn_stats stats;
    fb_turn_stats(c->with.turn, &stats);
    c->more = c->more || stats.todo > 0;
    bool more_over = stats.over_quota > c->news.stats.over_quota; /* only this thread writes news */
    uv_mutex_lock(&c->lock);
    c->news.stats = stats;
    say_over_quota(c);
    c->news.commits += committed;
    c->news.stopped = stopped;
    c->news.failed = e;
    uv_mutex_unlock(&c->lock);
    if (more_over)
        fb_log(FB_LOG_WARN, "so much of today was refused of %s that its quota (refused_mib) is used up: of more only digest and reason are kept", c->news.over_quota);
    c->with.wake(c->with.ctx);
}

static enum fb_err run_metered(struct fb_commit *c, unsigned n)
{
    if (c->with.meter == NULL)
        return run_batch(c, n);
    uint64_t began_us = fb_clock_ticks_us();
    c->written_us = 0;
    enum fb_err e = run_batch(c, n);
    uint64_t ended_us = fb_clock_ticks_us();
    fb_meter_batch_ended(c->with.meter, &(struct fb_meter_times){c->item[0]->handed_us, began_us, c->written_us, ended_us}, n);
    for (unsigned i = 0; i < n; i++)
        c->item[i]->durable_us = ended_us;
    return e;
}

/* What is queued, at most a batch of it; then at most one step of the engine's own work. */
static enum fb_err take_round(struct fb_commit *c, uint64_t most_ms)
{
    bool did = false;
    unsigned n = fb_queue_take(c->with.queue, c->item, c->with.batch_max, most_ms);
    enum fb_err e = n > 0 ? run_metered(c, n) : fb_cursors_keep_due(&c->cursors, c->with.store, fb_clock_ticks_ms());
    if (e == FB_OK && n > 0) {
        fb_queue_give_back(c->with.queue, c->item, n);
        tell(c, e, false, true); /* answers leave before the engine turns to its own work */
    }
    if (e == FB_OK)
        e = take_issue(c, &did);
    if (e == FB_OK)
        e = step(c, n == 0, &did);
    if (e == FB_OK)
        e = look_on(c, n);
    if (e == FB_OK)
        e = fatal(fb_seals_make(&c->seals, fb_clock_now_ms(), false));
    if (e == FB_OK && (did || n == 0))
        tell(c, e, false, did);
    return e;
}

static void run(void *ctx)
{
    struct fb_commit *c = ctx;
    enum fb_err e = FB_OK;
    /* So that figures by thread tell them apart. */
    (void)prctl(PR_SET_NAME, "commit");
    while (e == FB_OK && !fb_queue_drained(c->with.queue))
        e = take_round(c, wait_ms(c));
    if (e == FB_OK) /* what was taken in until now is sealed, so that nobody can add to it while the engine is away */
        e = fatal(fb_seals_make(&c->seals, fb_clock_now_ms(), true));
    e = e == FB_OK ? fb_cursors_keep(&c->cursors, c->with.store) : e;
    tell(c, e, true, false);
}

enum fb_err fb_commit_round(struct fb_commit *c)
{
    fb_assert(!c->threaded);
    return take_round(c, 0);
}

/* ---- the loop thread's side ---- */

static void release(struct fb_commit *c)
{
    fb_turn_beside(c->with.turn, NULL, NULL);
    fb_people_close(&c->people);
    free(c->item);
    free(c->record);
    free(c->input);
    free(c->answer);
    uv_mutex_destroy(&c->lock);
    free(c);
}

enum fb_err fb_commit_open(struct fb_commit **out, const struct fb_commit_with *with)
{
    struct fb_commit *c = calloc(1, sizeof *c);
    fb_assert(with->batch_max > 0 && with->batch_max <= FB_BATCH_MAX);
    if (c == NULL)
        return FB_FULL;
    c->with = *with;
    c->people = (struct fb_people){.turn = with->turn, .store = with->store, .ports = with->ports, .keys = with->keys};
    c->seals = (struct fb_seals){.turn = with->turn, .store = with->store, .keys = with->keys, .every_ms = with->checkpoint_ms};
    c->states = fb_turn_listens(with->turn);
    uv_mutex_init(&c->lock);
    c->item = calloc(with->batch_max, sizeof(struct fb_item *));
    c->record = calloc(with->batch_max, sizeof(struct fb_item *));
    c->input = calloc(with->batch_max, sizeof *c->input);
    c->answer = calloc(with->batch_max, sizeof *c->answer);
    fb_turn_stats(with->turn, &c->news.stats);
    c->more = true; /* whatever the last run left in the todo */
    fb_turn_beside(with->turn, beside, c);
    fb_turn_rows_most(with->turn, (uint64_t)with->batch_max * ROWS_A_MESSAGE);
    *out = c;
    if (c->item != NULL && c->record != NULL && c->input != NULL && c->answer != NULL)
        return FB_OK;
    release(c);
    *out = NULL;
    return FB_FULL;
}

enum fb_err fb_commit_start(struct fb_commit **out, const struct fb_commit_with *with)
{
    enum fb_err e = fb_commit_open(out, with);
    if (e != FB_OK)
        return e;
    (*out)->threaded = uv_thread_create(&(*out)->thread, run, *out) == 0;
    if ((*out)->threaded)
        return FB_OK;
    release(*out);
    *out = NULL;
    return FB_FULL;
}

bool fb_commit_issue(struct fb_commit *c, const struct fb_new_issue *issue)
{
    uv_mutex_lock(&c->lock);
    bool taken = !c->has_issue;
    if (taken) {
        c->issue = *issue;
        c->has_issue = true;
    }
    uv_mutex_unlock(&c->lock);
    if (taken)
        fb_queue_kick(c->with.queue);
    return taken;
}

void fb_commit_news(struct fb_commit *c, struct fb_commit_news *out)
{
    uv_mutex_lock(&c->lock);
    *out = c->news;
    c->news.issue_answered = false;
    uv_mutex_unlock(&c->lock);
}

void fb_commit_hold(struct fb_commit *c, bool hold)
{
    atomic_store(&c->held, hold);
}

void fb_commit_stop(struct fb_commit **c)
{
    if (*c == NULL)
        return;
    if ((*c)->threaded)
        (void)uv_thread_join(&(*c)->thread);
    if ((*c)->has_issue) {
        fb_ports.release(fb_ports.ctx, (*c)->issue.book);
        fb_pack_files_free((*c)->issue.files);
        free((*c)->issue.files);
    }
    release(*c);
    *c = NULL;
}
