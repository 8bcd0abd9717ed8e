#include "tests/sim/wire/net.h"
#include "engine/base/check.h"
#include "tests/sim/wire/wire.h"
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

void sim_net_open(struct sim_net *net, struct sim_wire *wire)
{
    *net = (struct sim_net){.wire = wire};
    for (unsigned i = 0; i < SIM_LINKS; i++)
        net->link[i].number = i;
}

static void forget(struct sim_link *l, enum sim_way way)
{
    for (struct sim_flight *f = l->way[way], *next; f != NULL; f = next) {
        next = f->next;
        free(f);
    }
    l->way[way] = NULL;
}

void sim_net_close(struct sim_net *net)
{
    for (unsigned i = 0; i < SIM_LINKS; i++)
        for (unsigned way = 0; way < SIM_WAYS; way++)
            forget(&net->link[i], (enum sim_way)way);
}

/* ---- connections ---- */

static void tell(struct sim_link *l, uint16_t what)
{
    if (l->watched && l->n_told < SIM_TOLD_MAX)
        l->told[l->n_told++] = what;
}

void sim_net_lose(struct sim_net *net, struct sim_link *l, int64_t for_ms)
{
    struct fb_prng *p = &net->wire->r->p;
    if (net->wire->ticks_ms + for_ms > l->back_ms)
        l->back_ms = net->wire->ticks_ms + for_ms;
    if (l->connection == 0)
        return;
    l->connection = 0;
    forget(l, SIM_FROM_ENGINE);
    if (sim_once_in(p, 2)) /* else what was sent still arrives, as of somebody who has gone */
        forget(l, SIM_TO_ENGINE);
    tell(l, ZMQ_EVENT_DISCONNECTED);
}

void sim_net_tick(struct sim_net *net)
{
    for (unsigned i = 0; i < SIM_LINKS; i++) {
        struct sim_link *l = &net->link[i];
        if (sim_strikes(net->wire->r, SIM_PARTITION))
            sim_net_lose(net, l, 100 + (int64_t)fb_prng_below(&net->wire->r->p, 20000));
        if (sim_strikes(net->wire->r, SIM_HOLD))
            l->held_ms = net->wire->ticks_ms + 100 + (int64_t)fb_prng_below(&net->wire->r->p, 9000);
        if (!l->open || !net->listening || l->connection != 0 || net->wire->ticks_ms < l->back_ms)
            continue;
        l->connection = ++net->connections;
        l->last_ms[SIM_TO_ENGINE] = l->last_ms[SIM_FROM_ENGINE] = net->wire->ticks_ms;
        tell(l, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    }
}

void sim_net_heal(struct sim_net *net)
{
    for (unsigned i = 0; i < SIM_LINKS; i++) {
        struct sim_link *l = &net->link[i];
        l->back_ms = l->held_ms = net->wire->ticks_ms;
    }
}

/* ---- frames ---- */

static void put(struct sim_link *l, enum sim_way way, int64_t due_ms, const void *frame, size_t n, int message)
{
    struct sim_flight *f = malloc(sizeof *f + n);
    fb_assert(f != NULL);
    *f = (struct sim_flight){.due_ms = due_ms, .connection = l->connection, .n = (uint32_t)n, .message = message};
    memcpy(f->bytes, frame, n);
    struct sim_flight **at = &l->way[way];
    while (*at != NULL && (*at)->due_ms <= due_ms)
        at = &(*at)->next;
    f->next = *at;
    *at = f;
}

/* A consumer's questions carry no name, so its library leaves order and once only within a connection to the transport. */
static bool has_names(const struct sim_link *l)
{
    return l->number < SIM_PUBLISHERS;
}

/* Frames of a connection keep their order, but for one that is overtaken. */
static void fly(struct sim_net *net, struct sim_link *l, enum sim_way way, const void *frame, size_t n, int message)
{
    struct sim_run *r = net->wire->r;
    int64_t due_ms = net->wire->ticks_ms + 1 + (int64_t)fb_prng_below(&r->p, 4);
    bool overtaken = has_names(l) && sim_strikes(r, SIM_OVERTAKE);
    if (sim_strikes(r, SIM_DELAY))
        due_ms += 5 + (int64_t)fb_prng_below(&r->p, 6000);
    if (overtaken)
        due_ms += 5 + (int64_t)fb_prng_below(&r->p, 300);
    due_ms = due_ms > l->held_ms ? due_ms : l->held_ms;
    due_ms = overtaken || due_ms > l->last_ms[way] ? due_ms : l->last_ms[way];
    if (!overtaken)
        l->last_ms[way] = due_ms;
    put(l, way, due_ms, frame, n, message);
}

/* Of a publisher's answers only: of a page of events nobody could tell that some are missing. */
static bool cut_short(struct sim_net *net, const struct sim_link *l, enum sim_way way, size_t *n)
{
    if (way == SIM_TO_ENGINE || !has_names(l) || *n < 3 || !sim_strikes(net->wire->r, SIM_CUT_SHORT))
        return false;
    *n = 2 + (size_t)fb_prng_below(&net->wire->r->p, *n - 2);
    return true;
}

void sim_net_send(struct sim_net *net, struct sim_link *l, enum sim_way way, const void *frame, size_t n, int message)
{
    struct sim_run *r = net->wire->r;
    unsigned char garbled[FB_MESSAGE_BYTES_MAX];
    int other = -1;
    if (way == SIM_TO_ENGINE && sim_garble(net->wire, l->number, frame, n, message, garbled, &other)) {
        fly(net, l, way, garbled, n, other);
        if (sim_once_in(&r->p, 2))
            return;
    }
    (void)cut_short(net, l, way, &n);
    if (sim_strikes(r, SIM_DROP))
        return;
    fly(net, l, way, frame, n, message);
    if (way == SIM_TO_ENGINE && has_names(l) && (message < 0 || net->wire->alone[message]) && sim_strikes(r, SIM_REPEAT))
        fly(net, l, way, frame, n, message);
}

struct sim_flight *sim_net_take(struct sim_net *net, struct sim_link *l)
{
    struct sim_flight *f = l->way[SIM_TO_ENGINE];
    if (f == NULL || f->due_ms > net->wire->ticks_ms)
        return NULL;
    l->way[SIM_TO_ENGINE] = f->next;
    return f;
}

/* ---- the engine's end ---- */

struct fb_peer sim_net_peer(const struct sim_link *l, const struct sim_flight *f)
{
    struct fb_peer peer = {.n = 6, .id = {1, (unsigned char)l->number}};
    for (unsigned i = 0; i < 4; i++)
        peer.id[2 + i] = (unsigned char)(f->connection >> (24 - 8 * i));
    return peer;
}

enum fb_err sim_net_answer(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    struct sim_net *net = ctx;
    struct sim_link *l = &net->link[peer->id[1]];
    uint32_t connection = 0;
    for (unsigned i = 0; i < 4; i++)
        connection = connection << 8 | peer->id[2 + i];
    if (l->connection != connection)
        return FB_NOT_FOUND;
    sim_net_send(net, l, SIM_FROM_ENGINE, frame, n, -1);
    return FB_OK;
}
