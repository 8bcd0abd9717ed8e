#include "engine/shell/commit.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include "engine/shell/commit_items.h"
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
    struct fb_items items;
    bool more;           /* the last step left work */
    bool behind;         /* entries are left to be looked at for receipts */
    bool states;         /* receipts are made */
    atomic_bool held;    /* no step is taken */
    uint64_t written_us; /* ticks: when the last row of the batch was written, before its flush; 0: nothing was */
    uv_mutex_t lock;
    /* Under the lock. */
    struct fb_commit_news news;
    struct fb_new_issue issue;
    bool has_issue;
};

/* ---- one batch ---- */

static enum fb_err beside(void *commit, struct fb_txn *txn)
{
    struct fb_commit *c = commit;
    enum fb_err e = fb_cursors_write(&c->items.cursors, txn);
    c->written_us = fb_clock_ticks_us();
    return e;
}

static enum fb_err run_batch(struct fb_commit *c, unsigned n)
{
    enum fb_err e = fb_items_run(&c->items, n);
    c->more = c->more || c->items.more;
    c->items.more = false;
    return e;
}

static enum fb_err run_metered(struct fb_commit *c, unsigned n)
{
    if (c->with.meter == NULL)
        return run_batch(c, n);
    uint64_t began_us = fb_clock_ticks_us();
    c->written_us = 0;
    enum fb_err e = run_batch(c, n);
    uint64_t ended_us = fb_clock_ticks_us();
    fb_meter_batch_ended(c->with.meter, &(struct fb_meter_times){c->items.item[0]->handed_us, began_us, c->written_us, ended_us}, n);
    for (unsigned i = 0; i < n; i++)
        c->items.item[i]->durable_us = ended_us;
    return e;
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
    return fb_items_fatal(issued.err);
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
    if ((c->behind || c->items.cursors.n > 0) && due_ms - now_ms > LOOK_MS)
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

/* What is queued, at most a batch of it; then at most one step of the engine's own work. */
static enum fb_err take_round(struct fb_commit *c, uint64_t most_ms)
{
    bool did = false;
    unsigned n = fb_queue_take(c->with.queue, c->items.item, c->with.batch_max, most_ms);
    enum fb_err e = n > 0 ? run_metered(c, n) : fb_cursors_keep_due(&c->items.cursors, c->with.store, fb_clock_ticks_ms());
    if (e == FB_OK && n > 0) {
        fb_queue_give_back(c->with.queue, c->items.item, n);
        tell(c, e, false, true); /* answers leave before the engine turns to its own work */
    }
    if (e == FB_OK)
        e = take_issue(c, &did);
    if (e == FB_OK)
        e = step(c, n == 0, &did);
    if (e == FB_OK)
        e = look_on(c, n);
    if (e == FB_OK)
        e = fb_items_fatal(fb_seals_make(&c->items.seals, fb_clock_now_ms(), false));
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
        e = fb_items_fatal(fb_seals_make(&c->items.seals, fb_clock_now_ms(), true));
    e = e == FB_OK ? fb_cursors_keep(&c->items.cursors, c->with.store) : e;
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
    fb_items_close(&c->items);
    uv_mutex_destroy(&c->lock);
    free(c);
}

enum fb_err fb_commit_open(struct fb_commit **out, const struct fb_commit_with *with)
{
    struct fb_commit *c = calloc(1, sizeof *c);
    if (c == NULL || fb_items_open(&c->items, with) != FB_OK) {
        free(c);
        return FB_FULL;
    }
    c->with = *with;
    c->states = fb_turn_listens(with->turn);
    uv_mutex_init(&c->lock);
    fb_turn_stats(with->turn, &c->news.stats);
    c->more = true; /* whatever the last run left in the todo */
    fb_turn_beside(with->turn, beside, c);
    fb_turn_rows_most(with->turn, (uint64_t)with->batch_max * ROWS_A_MESSAGE);
    *out = c;
    return FB_OK;
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
