/* Who a record belongs to: pseudonyms end here. */
#include "engine/base/hash.h"
#include "engine/turn/gather.h"
#include "engine/turn/memory/diary_steps.h"
#include "engine/turn/todo.h"
#include <string.h>

enum { READ_AT_ONCE = 1000 }; /* rows of one read transaction */

void fb_turn_blind(struct fb_turn *t, enum fb_kind kind, struct fb_span body, struct fb_blinded *out)
{
    struct fb_arena arena;
    out->body = body;
    if (t->ports.blind == NULL || body.n == 0)
        return;
    fb_arena_init(&arena, t->blind, sizeof t->blind);
    fb_turn_fail(t, t->ports.blind(t->ports.ctx, kind, body, &arena, out));
}

/* The number under which somebody is known, or is from now on. */
static uint32_t number_of(struct fb_turn *t, uint32_t held, const struct fb_who *who)
{
    if (held != 0 || !who->held || t->err != FB_OK)
        return held;
    uint32_t number = fb_workers_find(&t->workers, who->hash);
    if (number != 0)
        return number;
    number = t->workers.high + 1;
    fb_turn_fail(t, fb_workers_meet(&t->workers, number));
    fb_turn_fail(t, fb_workers_hold(&t->workers, who->hash, number));
    fb_workers_put(t->txn, who->hash, number, t->journal + 1);
    return number;
}

struct fb_whose fb_turn_whose(struct fb_turn *t, const struct fb_record *r, const struct fb_who *who,
                              const struct fb_who *who_was)
{
    struct fb_whose whose;
    /* The older key's first: it is the older one, when both are new. */
    whose.worker_was = number_of(t, r->env.kind == FB_KIND_WORKER ? r->as.worker.worker_was : 0, who_was);
    whose.worker = number_of(t, fb_record_worker(r), who);
    return whose;
}

void fb_turn_own(const struct fb_turn *t, const struct fb_entry *e, struct fb_record *r)
{
    fb_record_set_worker(r, fb_workers_canonical(&t->workers, e->worker),
                         fb_workers_canonical(&t->workers, e->worker_was));
}

uint32_t fb_turn_worker_tag(uint32_t worker, enum fb_kind kind)
{
    /* No kind of link of its own: nothing outside a turn finds records by this number. */
    return fb_index_tag(FB_LINK_SELF, fb_hash64_mix(0x776f726b6572, worker), kind);
}

uint32_t fb_turn_worker(struct fb_turn *t, const struct fb_who *who)
{
    return who->held ? fb_workers_canonical(&t->workers, fb_workers_find(&t->workers, who->hash)) : 0;
}

/* ---- what a message changes ---- */

static bool is_of_people(unsigned kind)
{
    return kind == FB_KIND_WORKER_FACT || kind == FB_KIND_SUBSTANTIVE_HOURS || kind == FB_KIND_ABSENCE;
}

void fb_people_before(const struct fb_turn *t, struct fb_people_before *out)
{
    out->feeds = t->feeds;
    out->moves = t->workers.moves;
}

/* Until somebody sends a kind of record about people, decisions say so once for all of it. */
static void tell_all(struct fb_turn *t, const struct fb_feeds *before, const struct fb_diary_told *told)
{
    bool live = t->feeds.live != before->live;
    if (!live && t->feeds.trial == before->trial)
        return;
    for (uint32_t i = 1; i <= t->index.n_held; i++)
        if (fb_index_held(&t->index, i)->kind == FB_KIND_BOOKING && (live || fb_diary__trial(t, i)))
            told->tell(told->ctx, i);
}

void fb_people_changed(struct fb_turn *t, const struct fb_people_before *before, uint32_t number,
                       const struct fb_record *held, const struct fb_record *now, const struct fb_whose *whose,
                       const struct fb_diary_told *told)
{
    fb_diary_record(t, number, held, now, whose->worker, told);
    if (t->workers.moves != before->moves)
        fb_diary_people(t, &whose->worker, 1, told); /* one class now, the older key's number in it */
    tell_all(t, &before->feeds, told);
}

static void put(void *ctx, uint32_t subject)
{
    fb_todo_put(ctx, subject);
}

/* The entries of a source's records of people, and with them whose they are. */
static void tell_persons(struct fb_turn *t, uint32_t source, const struct fb_diary_told *told)
{
    for (uint32_t i = 1; i <= t->index.n_held && t->err == FB_OK; i++) {
        const struct fb_held *held = fb_index_held(&t->index, i);
        if (held->source != source || !is_of_people(held->kind) || (held->flags & FB_HELD_WITHDRAWN) != 0)
            continue;
        fb_scratch_reset(&t->scratch);
        const struct fb_entry *e = fb_gather_entry(t, held->winner);
        if (e != NULL)
            fb_diary_people(t, &e->worker, 1, told);
    }
}

void fb_people_source(struct fb_turn *t, uint32_t source, bool mode_changed)
{
    const struct fb_diary_told told = {put, t};
    struct fb_feeds before = t->feeds;
    t->feeds = fb_diary_feeds(t);
    tell_all(t, &before, &told);
    if (mode_changed && before.live == t->feeds.live)
        tell_persons(t, source, &told);
}

/* ---- when a store is opened ---- */

static enum fb_err reload(struct fb_turn *t, uint32_t number)
{
    fb_scratch_reset(&t->scratch);
    const struct fb_entry *e = fb_gather_entry(t, fb_index_held(&t->index, number)->winner);
    struct fb_record *r = e == NULL ? NULL : fb_arena_get(fb_scratch_arena(&t->scratch), sizeof *r);
    if (e == NULL || e->kind != FB_ENTRY_MESSAGE || r == NULL)
        return t->err != FB_OK ? t->err : FB_DAMAGED;
    enum fb_err err = t->ports.decode(t->ports.ctx, &e->env, e->body, fb_scratch_arena(&t->scratch), r);
    if (err != FB_OK)
        return err == FB_NEWER ? err : FB_DAMAGED;
    memcpy(r->digest, e->digest, sizeof r->digest);
    fb_record_set_worker(r, e->worker, e->worker_was); /* rows stand under the number that was sent */
    return fb_diary_reload(t, number, r);
}

enum fb_err fb_people_open(struct fb_turn *t)
{
    enum fb_err err = FB_OK;
    unsigned rows = 0;
    t->feeds = fb_diary_feeds(t);
    for (uint32_t i = 1; i <= t->index.n_held && err == FB_OK; i++) {
        if (!is_of_people(fb_index_held(&t->index, i)->kind) || fb_index_withdrawn(&t->index, i))
            continue;
        if (t->txn == NULL)
            err = fb_store_read(t->store, &t->txn);
        if (err == FB_OK)
            err = reload(t, i);
        if (t->txn != NULL && (++rows % READ_AT_ONCE == 0 || err != FB_OK))
            fb_txn_abort(&t->txn);
    }
    if (t->txn != NULL)
        fb_txn_abort(&t->txn);
    fb_scratch_reset(&t->scratch);
    fb_diary_sort_all(&t->diary);
    return err;
}
