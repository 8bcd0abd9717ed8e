#include "engine/shell/commit.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include "engine/shell/commit_chain.h"
#include "engine/shell/commit_people.h"
#include "engine/shell/log.h"
#include "engine/shell/ports.h"
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <uv.h>

/* A due vacancy is looked at again at least this often, so that a clock that was set back or forward does no
 * harm. While messages come, a step of re-pricing is so short that who waits for it hardly notices. */
enum { WAIT_MS_MAX = 30000, HELD_MS = 1000, CURSOR_ARENA_BYTES = 4096, REPRICE_BESIDE = 128 };
struct fb_commit {
    struct fb_commit_with with;
    uv_thread_t thread;
    struct fb_item **item;   /* the batch in hand */
    struct fb_item **record; /* those of it that go to the journal */
    struct fb_input *input;
    struct fb_answer *answer;
    unsigned n_records;
    int64_t now_ms; /* of the batch */
    bool more;      /* the last step left work */
    atomic_bool held; /* no step is taken */
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

/* A position only goes forward: a late acknowledgement must not bring back what was taken. */
static enum fb_err is_behind(struct fb_txn *t, const struct fb_feed_ack *ack, uint64_t head, bool *behind)
{
    unsigned char memory[CURSOR_ARENA_BYTES];
    struct fb_arena arena;
    struct fb_span held;
    uint64_t epoch = 0, seq = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = fb_find(t, FB_TABLE_CURSORS, ack->cursor, &arena, &held);
    /* A position beyond the head says nothing: no consumer was ever given that event. */
    *behind = e == FB_OK && fb_cursor_unpack(held, &epoch, &seq) && epoch == ack->epoch && seq >= ack->seq &&
              seq <= head;
    fb_arena_release(&arena);
    return e;
}

/* There are so many places for positions, and so many of them for one identity, whose name stands before the '/'. */
static bool has_room(struct fb_txn *t, const struct fb_item *item)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_span own = {item->ack.cursor.p, 0};
    unsigned n = 0;
    while (own.n < item->ack.cursor.n && own.p[own.n] != '/')
        own.n++;
    own.n += own.n < item->ack.cursor.n;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, FB_TABLE_CURSORS, own);
    while (item->peer.key != 0 && n < FB_CURSORS_BY_KEY_MAX && fb_scan_next(&scan, &arena)) {
        if (scan.key.n < own.n || memcmp(scan.key.p, own.p, own.n) != 0)
            break;
        n++;
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    return n < FB_CURSORS_BY_KEY_MAX && fb_table_rows(t, FB_TABLE_CURSORS) < FB_CURSORS_MAX;
}

static enum fb_err keep_cursor(struct fb_txn *t, const struct fb_item *item)
{
    const struct fb_feed_ack *ack = &item->ack;
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    bool behind = false;
    uint64_t head = fb_table_rows(t, FB_TABLE_EVENTS); /* numbered from 1 without gaps */
    if (ack->seq > head) {
        fb_log(FB_LOG_WARN, "a consumer acknowledged event %" PRIu64 ", and there are %" PRIu64 ": not kept",
               ack->seq, head);
        return FB_OK;
    }
    enum fb_err e = is_behind(t, ack, head, &behind);
    bool is_new = e == FB_NOT_FOUND;
    if ((e != FB_OK && !is_new) || behind)
        return is_new ? FB_OK : e;
    if (is_new && !has_room(t, item)) {
        fb_log(FB_LOG_WARN, "a consumer's position was not kept: there are %u already, or %u of that consumer's", FB_CURSORS_MAX,
               FB_CURSORS_BY_KEY_MAX);
        return FB_OK;
    }
    fb_cursor_pack(value, ack->epoch, ack->seq);
    fb_put(t, FB_TABLE_CURSORS, ack->cursor, (struct fb_span){(const char *)value, sizeof value});
    return FB_OK;
}

/* All acknowledgements of the batch in one transaction, outside the journal: replay does not need them. */
static enum fb_err keep_cursors(struct fb_commit *c, unsigned n)
{
    struct fb_txn *t = NULL;
    enum fb_err e = fb_store_write(c->with.store, &t);
    for (unsigned i = 0; i < n && e == FB_OK; i++)
        if (c->item[i]->kind == FB_ITEM_ACK)
            e = keep_cursor(t, c->item[i]);
    if (t != NULL && e != FB_OK)
        fb_txn_abort(&t);
    return t != NULL ? fb_txn_commit(&t) : e;
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

static void find(struct fb_commit *c, struct fb_item *item)
{
    item->answer.record = fb_turn_find(c->with.turn, FB_KIND_BOOKING, item->query.record_ref);
    if (item->answer.record == 0)
        item->answer.record = fb_turn_find(c->with.turn, FB_KIND_VACANCY, item->query.record_ref);
}

/* The journal in the order of the queue, then what only reads. */
static enum fb_err run_batch(struct fb_commit *c, unsigned n)
{
    unsigned n_acks = 0;
    enum fb_err e = FB_OK;
    c->now_ms = fb_clock_now_ms();
    for (unsigned i = 0; i < n && e == FB_OK; i++) {
        n_acks += c->item[i]->kind == FB_ITEM_ACK;
        if (c->item[i]->kind == FB_ITEM_HELLO)
            e = take_hello(c, c->item[i]);
        else if (c->item[i]->kind == FB_ITEM_RECORD)
            e = take_record(c, c->item[i]);
        else if (c->item[i]->kind == FB_ITEM_CLOSE)
            e = take_close(c, c->item[i]);
        else if (c->item[i]->kind == FB_ITEM_WITHDRAW)
            e = take_withdraw(c, c->item[i]);
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
    if (e == FB_OK && n_acks > 0)
        e = keep_cursors(c, n);
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

static uint64_t wait_ms(const struct fb_commit *c)
{
    if (atomic_load(&c->held))
        return HELD_MS;
    if (c->more)
        return 0;
    int64_t now_ms = fb_clock_now_ms(), due_ms = fb_turn_next_due_ms(c->with.turn);
    if (due_ms <= now_ms)
        return 0;
    return due_ms - now_ms < WAIT_MS_MAX ? (uint64_t)(due_ms - now_ms) : WAIT_MS_MAX;
}

static void tell(struct fb_commit *c, enum fb_err e, bool stopped, bool committed)
{
    struct fb_turn_stats stats;
    fb_turn_stats(c->with.turn, &stats);
    c->more = c->more || stats.todo > 0;
    uv_mutex_lock(&c->lock);
    c->news.stats = stats;
    c->news.commits += committed;
    c->news.stopped = stopped;
    c->news.failed = e;
    uv_mutex_unlock(&c->lock);
    c->with.wake(c->with.ctx);
}

static void run(void *ctx)
{
    struct fb_commit *c = ctx;
    enum fb_err e = FB_OK;
    /* So that figures by thread tell them apart. */
    (void)prctl(PR_SET_NAME, "commit");
    while (e == FB_OK && !fb_queue_drained(c->with.queue)) {
        bool did = false;
        unsigned n = fb_queue_take(c->with.queue, c->item, c->with.batch_max, wait_ms(c));
        if (n > 0)
            e = run_batch(c, n);
        if (e == FB_OK && n > 0) {
            fb_queue_give_back(c->with.queue, c->item, n);
            tell(c, e, false, true); /* answers leave before the engine turns to its own work */
        }
        if (e == FB_OK)
            e = take_issue(c, &did);
        if (e == FB_OK)
            e = step(c, n == 0, &did);
        if (e == FB_OK)
            e = fatal(fb_seals_make(&c->seals, fb_clock_now_ms(), false));
        if (e == FB_OK && (did || n == 0))
            tell(c, e, false, did);
    }
    if (e == FB_OK) /* what was taken in until now is sealed, so that nobody can add to it while the engine is away */
        e = fatal(fb_seals_make(&c->seals, fb_clock_now_ms(), true));
    tell(c, e, true, false);
}

/* ---- the loop thread's side ---- */

static void release(struct fb_commit *c)
{
    fb_people_close(&c->people);
    free(c->item);
    free(c->record);
    free(c->input);
    free(c->answer);
    uv_mutex_destroy(&c->lock);
    free(c);
}

enum fb_err fb_commit_start(struct fb_commit **out, const struct fb_commit_with *with)
{
    struct fb_commit *c = calloc(1, sizeof *c);
    fb_assert(with->batch_max > 0 && with->batch_max <= FB_BATCH_MAX);
    if (c == NULL)
        return FB_FULL;
    c->with = *with;
    c->people = (struct fb_people){.turn = with->turn, .store = with->store, .ports = with->ports, .keys = with->keys};
    c->seals = (struct fb_seals){.turn = with->turn, .store = with->store, .keys = with->keys, .every_ms = with->checkpoint_ms};
    uv_mutex_init(&c->lock);
    c->item = calloc(with->batch_max, sizeof(struct fb_item *));
    c->record = calloc(with->batch_max, sizeof(struct fb_item *));
    c->input = calloc(with->batch_max, sizeof *c->input);
    c->answer = calloc(with->batch_max, sizeof *c->answer);
    fb_turn_stats(with->turn, &c->news.stats);
    c->more = true; /* whatever the last run left in the todo */
    if (c->item == NULL || c->record == NULL || c->input == NULL || c->answer == NULL ||
        uv_thread_create(&c->thread, run, c) != 0) {
        release(c);
        return FB_FULL;
    }
    *out = c;
    return FB_OK;
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
    (void)uv_thread_join(&(*c)->thread);
    if ((*c)->has_issue) {
        fb_ports.release(fb_ports.ctx, (*c)->issue.book);
        fb_pack_files_free((*c)->issue.files);
        free((*c)->issue.files);
    }
    release(*c);
    *c = NULL;
}

void fb_cursor_pack(unsigned char value[FB_CURSOR_VALUE_BYTES], uint64_t epoch, uint64_t seq)
{
    struct fb_writer w;
    fb_writer_init(&w, value, FB_CURSOR_VALUE_BYTES);
    fb_put_u64(&w, epoch);
    fb_put_u64(&w, seq);
}

bool fb_cursor_unpack(struct fb_span value, uint64_t *epoch, uint64_t *seq)
{
    struct fb_reader r;
    fb_reader_init(&r, value.p, value.n);
    *epoch = fb_get_u64(&r);
    *seq = fb_get_u64(&r);
    return !r.bad && r.n == value.n;
}
