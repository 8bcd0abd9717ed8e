#include "engine/base/check.h"
#include "engine/shell/log.h"
#include "tests/lib/ports.h"
#include "tests/sim/auditor_sent.h"
#include "tests/sim/wire/wire.h"
#include <stdlib.h>

/* The engine's rooms, without its threads and sockets: what loop.c and wiring.c do in production, in one place and in an order that
 * the seed draws. Turn and the store are the run's. */

enum { PAGES = 16, DONE_MAX = SIM_FIFO_MAX, ROUND_MS = 40, SECOND_MS = 1000 };
static struct sim_host *told_by; /* whose commit runs now: what turn answers goes to the auditor */

static void wake(void *ctx)
{
    (void)ctx;
}

void sim_host_open(struct sim_host *h, struct sim_wire *w)
{
    static const unsigned windows[] = {1, 4, 16, 64}, rooms[] = {6, 64, 512};
    h->wire = w;
    fb_log_set(FB_LOG_NONE);
    fb_config_default(&h->config);
    h->config.window = windows[fb_prng_below(&w->r->p, 4)];
    h->room = rooms[fb_prng_below(&w->r->p, 3)];
}

static void start(struct sim_host *h)
{
    struct sim_run *r = h->wire->r;
    const struct fb_outlet outlet = {&h->wire->net, sim_net_answer};
    const struct fb_outfeed_with feed = {.store = r->store, .books = r->known.books, .queue = NULL, .stats = &h->stats, .outlet = outlet,
                                         .epoch = fb_store_epoch(r->store), .wait_seconds = 2};
    struct fb_outfeed_with with = feed;
    h->stats = (struct fb_stats){0};
    h->head = h->n = 0;
    fb_assert(fb_sessions_open(&h->sessions, &h->config) == FB_OK && fb_queue_open(&h->queue, h->room, PAGES) == FB_OK);
    with.queue = h->queue;
    with.acks = &h->acks;
    h->acks = (struct fb_under_way){.n_askers = 0};
    h->door = (struct fb_door){.sessions = h->sessions, .queue = h->queue, .desk = &h->desk, .reload = &h->reload, .stats = &h->stats,
                               .outlet = outlet, .epoch = fb_store_epoch(r->store), .acks = &h->acks};
    const struct fb_commit_with commit = {.turn = r->turn, .store = r->store, .queue = h->queue, .batch_max = r->batch_max,
                                          .wake = wake, .ports = fb_test_ports()};
    fb_assert(fb_door_open(&h->door) == FB_OK && fb_outfeed_open(&h->feed, &with) == FB_OK && fb_commit_open(&h->commit, &commit) == FB_OK);
    fb_commit_news(h->commit, &h->news);
    h->events_seen = h->news.stats.events;
    h->up = h->wire->net.listening = true;
}

void sim_host_close(struct sim_host *h)
{
    if (!h->up)
        return;
    h->up = h->wire->net.listening = false;
    fb_commit_stop(&h->commit);
    fb_outfeed_close(&h->feed);
    fb_door_close(&h->door);
    fb_sessions_close(&h->sessions);
    fb_queue_close(&h->queue);
    for (unsigned i = 0; i < SIM_LINKS; i++)
        sim_net_lose(&h->wire->net, &h->wire->net.link[i], 0);
}

/* ---- what turn answered, before anybody is told ---- */

enum fb_err __real_fb_turn_run(struct fb_turn *t, const struct fb_input *input, unsigned n, int64_t now_ms, struct fb_answer *answer);
enum fb_err __wrap_fb_turn_run(struct fb_turn *t, const struct fb_input *input, unsigned n, int64_t now_ms, struct fb_answer *answer);
enum fb_err __real_fb_turn_source(struct fb_turn *t, const struct fb_source *s, int64_t now_ms, uint32_t *number);
enum fb_err __wrap_fb_turn_source(struct fb_turn *t, const struct fb_source *s, int64_t now_ms, uint32_t *number);
enum fb_err __real_fb_turn_step(struct fb_turn *t, int64_t now_ms, bool *more);
enum fb_err __wrap_fb_turn_step(struct fb_turn *t, int64_t now_ms, bool *more);

static void hear(struct sim_host *h, const struct fb_answer *answer)
{
    struct sim_run *r = h->wire->r;
    fb_assert(h->told < h->n);
    const struct sim_message *m = sim_wire_message(h->wire, h->fifo[(h->head + h->told++) % SIM_FIFO_MAX]);
    if (auditor_answer(r->auditor, m, answer))
        sim_count_answer(r, answer);
}

static void be_unsure(struct sim_host *h, const struct fb_answer *answer, unsigned n)
{
    struct sim_unsure *u = &h->wire->r->unsure;
    fb_assert(n <= SIM_BATCH_MAX && h->told + n <= h->n);
    u->n = n;
    for (unsigned i = 0; i < n; i++) {
        u->message[i] = sim_wire_message(h->wire, h->fifo[(h->head + h->told + i) % SIM_FIFO_MAX]);
        u->answer[i] = answer[i];
    }
}

enum fb_err __wrap_fb_turn_run(struct fb_turn *t, const struct fb_input *input, unsigned n, int64_t now_ms, struct fb_answer *answer)
{
    struct fb_turn_stats now;
    for (unsigned i = 0; told_by != NULL && i < n; i++)
        answer[i] = (struct fb_answer){.journal = 0};
    enum fb_err e = __real_fb_turn_run(t, input, n, now_ms, answer);
    fb_turn_stats(t, &now);
    if (told_by != NULL)
        told_by->wire->r->auditor->at_ms = now.last_ms;
    for (unsigned i = 0; e == FB_OK && told_by != NULL && i < n; i++)
        hear(told_by, &answer[i]);
    if (e == FB_OK && told_by != NULL)
        told_by->wire->r->counts.batches++;
    if (e != FB_OK && told_by != NULL)
        be_unsure(told_by, answer, n);
    return e;
}

/* Entries that turn wrote by itself: one at most. */
static void hear_entry(struct sim_host *h, const struct fb_turn_stats *before, struct fb_turn_stats *after)
{
    struct sim_run *r = h->wire->r;
    fb_turn_stats(r->turn, after);
    r->auditor->journal += after->journal - before->journal;
    if (after->journal - before->journal > 1)
        (void)sim_stop(r, "entries for one Hello or step", 1, (int64_t)(after->journal - before->journal));
}

enum fb_err __wrap_fb_turn_source(struct fb_turn *t, const struct fb_source *s, int64_t now_ms, uint32_t *number)
{
    struct fb_turn_stats before, after;
    fb_turn_stats(t, &before);
    enum fb_err e = __real_fb_turn_source(t, s, now_ms, number);
    if (e == FB_OK && told_by != NULL) {
        hear_entry(told_by, &before, &after);
        auditor_hello(told_by->wire->r->auditor, s->name);
    }
    return e;
}

enum fb_err __wrap_fb_turn_step(struct fb_turn *t, int64_t now_ms, bool *more)
{
    struct fb_turn_stats before;
    fb_turn_stats(t, &before);
    enum fb_err e = __real_fb_turn_step(t, now_ms, more);
    if (e == FB_OK && told_by != NULL)
        (void)sim_stepped(told_by->wire->r, &before, now_ms, *more);
    return e;
}

/* ---- dying ---- */

/* With everything that was not committed, and whoever had not heard of what was. */
static void die(struct sim_host *h)
{
    struct sim_run *r = h->wire->r;
    struct fb_turn_stats now;
    fb_turn_stats(r->turn, &now);
    (void)sim_reopen(r, sim_once_in(&r->p, 2), &now);
}

/* ---- one round ---- */

static void arrive(struct sim_host *h, struct sim_link *l, const struct sim_flight *f)
{
    const struct fb_peer peer = sim_net_peer(l, f);
    const struct fb_span frame = {(const char *)f->bytes, f->n};
    uint64_t published = h->stats.published;
    if (l->number >= SIM_PUBLISHERS) {
        fb_outfeed_take(h->feed, &peer, frame);
        return;
    }
    fb_door_take(&h->door, &peer, frame);
    if (h->stats.published == published)
        return;
    if (f->message < 0)
        (void)sim_stop(h->wire->r, "frame that nobody meant, taken as a record", 0, 1);
    fb_assert(h->n < SIM_FIFO_MAX);
    h->fifo[(h->head + h->n++) % SIM_FIFO_MAX] = f->message;
}

/* Link by link, or the other way round. */
static void take_what_came(struct sim_host *h)
{
    bool back = sim_once_in(&h->wire->r->p, 2);
    for (unsigned i = 0; i < SIM_LINKS; i++) {
        struct sim_link *l = &h->wire->net.link[back ? SIM_LINKS - 1 - i : i];
        struct sim_flight *f;
        while ((f = sim_net_take(&h->wire->net, l)) != NULL) {
            arrive(h, l, f);
            free(f);
        }
    }
}

/* What came back from the commit: told to everybody, or the engine dies in the middle of it. */
static bool tell(struct sim_host *h)
{
    static struct fb_item *done[DONE_MAX];
    struct sim_run *r = h->wire->r;
    unsigned records = 0, n = fb_queue_done(h->queue, done, DONE_MAX);
    for (unsigned i = 0; i < n; i++)
        records += done[i]->kind == FB_ITEM_RECORD;
    if (records != h->told)
        return sim_stop(r, "records of a round that turn took", (int64_t)records, (int64_t)h->told);
    h->head += h->told;
    h->n -= h->told;
    bool in_the_middle = n > 1 && sim_strikes(r, SIM_KILL_ANSWERING);
    fb_door_done(&h->door, done, in_the_middle ? 1 + (unsigned)fb_prng_below(&r->p, n - 1) : n);
    if (in_the_middle)
        die(h);
    return !in_the_middle;
}

static bool commit(struct sim_host *h)
{
    struct sim_run *r = h->wire->r;
    h->told = 0;
    told_by = h;
    enum fb_err e = fb_commit_round(h->commit);
    told_by = NULL;
    if (sim_wire_over(h->wire))
        return false;
    if (e != FB_OK) { /* as in production: the process ends, and comes again */
        (void)sim_came_back(r, e, NULL);
        return false;
    }
    r->in_a_row = 0;
    return true;
}

static void round_of(struct sim_host *h)
{
    struct sim_run *r = h->wire->r;
    bool busy = h->n > 0;
    if (busy && sim_strikes(r, SIM_KILL_QUEUED)) {
        die(h);
        return;
    }
    fb_queue_hand_over(h->queue);
    if (!commit(h))
        return;
    if (busy && sim_strikes(r, SIM_KILL_COMMITTED)) {
        die(h);
        return;
    }
    fb_commit_news(h->commit, &h->news);
    if (!tell(h) || h->news.stats.events == h->events_seen)
        return;
    h->events_seen = h->news.stats.events;
    fb_outfeed_grown(h->feed);
}

void sim_host_tick(struct sim_host *h)
{
    struct sim_wire *w = h->wire;
    if (!h->up && w->ticks_ms >= h->up_ms)
        start(h);
    if (!h->up)
        return;
    take_what_came(h);
    if (w->ticks_ms >= h->second_ms) {
        fb_outfeed_second(h->feed);
        h->second_ms = w->ticks_ms + SECOND_MS;
    }
    if (w->ticks_ms < h->round_ms)
        return;
    h->round_ms = w->ticks_ms + (int64_t)fb_prng_below(&w->r->p, ROUND_MS);
    if (h->n == 0 || sim_run_between(w->r))
        if (h->up)
            round_of(h);
}

bool sim_host_idle(const struct sim_host *h)
{
    struct fb_turn_stats s;
    fb_turn_stats(h->wire->r->turn, &s);
    /* a batch that is taken back, a day to state, a silence to tell */
    bool due = fb_turn_next_due_ms(h->wire->r->turn) <= h->wire->r->now_ms;
    return h->up && !due && h->n == 0 && fb_queue_out(h->queue) == 0 && s.todo == 0 && s.repriced == s.to_reprice;
}
