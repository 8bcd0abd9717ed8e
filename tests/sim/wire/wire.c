#include "tests/sim/wire/wire.h"
#include "engine/base/check.h"
#include <stdlib.h>

enum { TICK_MS = 25, STORM_MS = 20 * 60000, CALM_MS = 60000, CALM_MS_A_MESSAGE = 400 };

bool sim_wire_over(const struct sim_wire *w)
{
    return w->r->auditor->why[0] != 0;
}

const struct sim_message *sim_wire_message(const struct sim_wire *w, int number)
{
    return number < SIM_MESSAGES_MAX ? &w->r->l->message[number] : w->bad[number - SIM_MESSAGES_MAX];
}

static void gone(struct sim_wire *w)
{
    sim_host_close(&w->host);
    w->host.up_ms = w->ticks_ms + (int64_t)fb_prng_below(&w->r->p, 3000);
}

/* ---- time ---- */

void sim_wire_tick(struct sim_wire *w)
{
    w->ticks_ms += 1 + (int64_t)fb_prng_below(&w->r->p, TICK_MS);
    if (sim_wire_over(w))
        return;
    sim_net_tick(&w->net);
    sim_host_tick(&w->host);
    for (unsigned i = 0; i < SIM_PUBLISHERS && !sim_wire_over(w); i++)
        sim_publisher_tick(&w->publisher[i]);
}

static bool everybody(struct sim_wire *w)
{
    sim_wire_tick(w);
    for (unsigned i = 0; i < SIM_CONSUMERS && !sim_wire_over(w); i++)
        if (w->calm || sim_once_in(&w->r->p, 12))
            sim_consumer_tick(&w->consumer[i]);
    return !sim_wire_over(w);
}

static unsigned answered(const struct sim_wire *w)
{
    unsigned n = 0;
    for (unsigned i = 0; i < SIM_PUBLISHERS; i++)
        n += sim_publisher_answered(&w->publisher[i]);
    return n;
}

static unsigned to_answer(const struct sim_wire *w)
{
    unsigned n = 0;
    for (unsigned i = 0; i < SIM_PUBLISHERS; i++)
        n += w->publisher[i].n;
    return n;
}

/* ---- the run ---- */

static void open_all(struct sim_wire *w, struct sim_run *r)
{
    w->r = r;
    sim_net_open(&w->net, w);
    sim_zmq_set(w);
    sim_post_fill(w);
    sim_host_open(&w->host, w);
    for (unsigned i = 0; i < SIM_PUBLISHERS; i++)
        sim_publisher_open(&w->publisher[i], w, i);
    for (unsigned i = 0; i < SIM_CONSUMERS; i++)
        sim_consumer_open(&w->consumer[i], w, (enum sim_consumer_kind)i);
    r->wire = w;
    r->gone = gone;
}

static void close_all(struct sim_wire *w)
{
    sim_host_close(&w->host);
    for (unsigned i = 0; i < SIM_PUBLISHERS; i++)
        sim_publisher_close(&w->publisher[i]);
    for (unsigned i = 0; i < SIM_CONSUMERS; i++)
        sim_consumer_close(&w->consumer[i]);
    sim_net_close(&w->net);
    free(w->event);
    w->r->wire = NULL;
    w->r->gone = NULL;
    free(w);
}

/* Until so many were answered, or for so long. */
static bool storm(struct sim_wire *w)
{
    unsigned of = to_answer(w);
    unsigned until = of - (unsigned)fb_prng_below(&w->r->p, of / 4 + 1);
    while (answered(w) < until && w->ticks_ms < STORM_MS)
        if (!everybody(w))
            return false;
    return true;
}

static bool is_settled(struct sim_wire *w)
{
    struct fb_turn_stats s;
    fb_turn_stats(w->r->turn, &s);
    bool settled = answered(w) == to_answer(w) && sim_host_idle(&w->host);
    for (unsigned i = 0; i < SIM_CONSUMERS; i++)
        settled = settled && sim_consumer_at(&w->consumer[i], s.events);
    return settled;
}

/* Says what is not as it must be. */
static bool not_settled(struct sim_wire *w)
{
    struct sim_run *r = w->r;
    struct fb_turn_stats s;
    fb_turn_stats(r->turn, &s);
    if (answered(w) != to_answer(w))
        return sim_stop(r, "messages answered a while after every fault had stopped", to_answer(w), answered(w));
    if (s.todo > 0 || s.repriced != s.to_reprice)
        return sim_stop(r, "left to judge a while after every fault had stopped", 0, (int64_t)(s.todo + s.to_reprice - s.repriced));
    for (unsigned i = 0; i < SIM_CONSUMERS; i++)
        if (!sim_consumer_at(&w->consumer[i], s.events))
            return sim_stop(r, "position of a consumer a while after every fault had stopped", (int64_t)s.events, (int64_t)w->consumer[i].safe);
    return sim_stop(r, "messages in the engine a while after every fault had stopped", 0, w->host.n);
}

/* Every fault stops; the clock of the day stands still. */
static bool calm(struct sim_wire *w)
{
    struct sim_run *r = w->r;
    enum sim_fault fault = r->fault;
    int64_t from_ms = w->ticks_ms, most_ms = CALM_MS + CALM_MS_A_MESSAGE * (int64_t)to_answer(w);
    w->calm = r->calm = true;
    r->fault = SIM_NO_FAULT;
    sim_arm(r);
    sim_net_heal(&w->net);
    while (!is_settled(w)) {
        if (w->ticks_ms - from_ms > most_ms)
            return not_settled(w);
        if (!everybody(w))
            return false;
    }
    r->calm = false;
    r->fault = fault;
    sim_arm(r);
    r->counts.calms++;
    r->counts.calm_ms += (uint64_t)(w->ticks_ms - from_ms);
    r->counts.storm_ms += (uint64_t)from_ms;
    return true;
}

static void count(struct sim_wire *w)
{
    struct sim_run *r = w->r;
    for (unsigned i = 0; i < SIM_CONSUMERS; i++) {
        r->counts.given += w->consumer[i].n_kept;
        r->counts.given_again += w->consumer[i].again;
        sim_hash_add(&r->hash, w->consumer[i].again);
    }
    for (unsigned i = 0; i < SIM_PUBLISHERS; i++) {
        const struct fb_client_figures f = fb_client_figures(w->publisher[i].client);
        r->counts.resent += f.resent; /* of its last life */
        r->counts.busy += f.busy;
        sim_hash_add(&r->hash, f.sent);
    }
    sim_hash_add(&r->hash, (uint64_t)w->ticks_ms);
    for (uint64_t i = 0; i < w->n_events; i++)
        sim_hash_add(&r->hash, w->event[i]);
}

bool sim_wire_run(struct sim_run *r)
{
    struct sim_wire *w = calloc(1, sizeof *w);
    struct fb_turn_stats s;
    fb_assert(w != NULL);
    open_all(w, r);
    bool ok = storm(w) && sim_run_rest(r) && calm(w);
    if (ok) {
        fb_turn_stats(r->turn, &s);
        ok = sim_consumers_check(w, s.events);
        count(w);
    }
    close_all(w);
    return ok;
}
