#include "engine/turn/withdraw_record.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/gather.h"
#include <string.h>

enum { BY_AGENCY = 1, OF_WORKER = 2, FLAGS = 3 };

/* ---- which version holds then ---- */

/* What versions are compared by, out of the scratch. */
static void keep(struct fb_record *best, const struct fb_entry *e)
{
    memset(best, 0, sizeof *best);
    best->env.revision = e->env.revision;
    best->env.occurred_ms = e->env.occurred_ms;
    best->env.source_seq = e->env.source_seq;
    memcpy(best->digest, e->digest, sizeof best->digest);
}

static uint32_t better(struct fb_turn *t, uint32_t journal, uint32_t held, struct fb_record *best)
{
    struct fb_scratch_mark mark = fb_scratch_mark(&t->scratch);
    const struct fb_entry *e = fb_gather_entry(t, journal);
    struct fb_record one;
    bool won = false;
    if (e != NULL && !fb_batch_took(t, journal, e)) {
        keep(&one, e);
        won = held == 0 || fb_version_cmp(&one, best) >= 0; /* of two that say the same the first that came; the latest is met first */
    }
    if (won)
        *best = one;
    fb_scratch_back(&t->scratch, mark);
    return won ? journal : held;
}

/* The best version of a record that no batch took with it: its journal number; 0: none. */
static uint32_t best_left(struct fb_turn *t, uint32_t number)
{
    struct fb_record best;
    uint32_t at = 0, held = 0, journal;
    memset(&best, 0, sizeof best);
    while (t->err == FB_OK && (journal = fb_amended_next(&t->amended, number, &at)) != 0)
        held = better(t, journal, held, &best);
    if (at == 0 && held == 0 && t->err == FB_OK) /* its only version, when it was never amended */
        held = better(t, fb_index_held(&t->index, number)->winner, held, &best);
    return held;
}

/* The version that holds went with its batch: only then there is anything to do. */
enum fb_withdraw_fate fb_withdraw_fate(struct fb_turn *t, uint32_t number, uint32_t journal, uint32_t *back)
{
    const struct fb_held *held = fb_index_held(&t->index, number);
    *back = held->winner;
    if ((held->flags & FB_HELD_WITHDRAWN) != 0)
        return FB_FATE_NOTHING;
    const struct fb_entry *e = fb_gather_entry(t, held->winner);
    if (e == NULL)
        return FB_FATE_NOTHING;
    if (!fb_batch_took(t, held->winner, e))
        return held->winner > journal ? FB_FATE_LEFT : FB_FATE_NOTHING;
    *back = best_left(t, number);
    return *back == 0 ? FB_FATE_WITHDRAWN : FB_FATE_RESTORED;
}

/* ---- the row ---- */

static void put_item(struct fb_writer *w, const struct fb_withdrawn_item *item)
{
    fb_put_varint(w, item->number);
    fb_put_varint(w, item->winner);
    fb_put_u8(w, (uint8_t)((item->by_agency ? BY_AGENCY : 0) | (item->of_worker ? OF_WORKER : 0)));
    if (item->of_worker)
        fb_put_varint(w, item->worker);
    fb_put_u8(w, (uint8_t)item->n_tags);
    for (unsigned i = 0; i < item->n_tags; i++)
        fb_put_u32(w, item->tag[i]);
}

static enum fb_err get_item(struct fb_reader *r, struct fb_withdrawn_item *out)
{
    uint64_t number = fb_get_varint(r), winner = fb_get_varint(r);
    unsigned flags = fb_get_u8(r);
    uint64_t worker = flags & OF_WORKER ? fb_get_varint(r) : 0;
    *out = (struct fb_withdrawn_item){.number = (uint32_t)number, .winner = (uint32_t)winner, .by_agency = (flags & BY_AGENCY) != 0,
                                      .of_worker = (flags & OF_WORKER) != 0, .worker = (uint32_t)worker, .n_tags = fb_get_u8(r)};
    if (r->bad || number == 0 || number > FB_RECORDS_MAX || winner > UINT32_MAX || worker > UINT32_MAX || flags > FLAGS ||
        out->n_tags > FB_LINKS_MAX || (out->of_worker && worker == 0))
        return FB_DAMAGED;
    for (unsigned i = 0; i < out->n_tags; i++)
        out->tag[i] = fb_get_u32(r);
    return r->bad ? FB_DAMAGED : FB_OK;
}

enum fb_err fb_withdrawn_note(struct fb_turn *t, const struct fb_withdrawn_item *item)
{
    struct fb_held *held = fb_index_held(&t->index, item->number);
    enum fb_err err = FB_OK;
    if (held == NULL)
        return FB_DAMAGED;
    enum fb_kind kind = (enum fb_kind)held->kind;
    if (item->winner == 0) {
        fb_index_withdraw(&t->index, item->number);
        fb_diary_unheard(t, held->source, kind);
        return FB_OK;
    }
    held->winner = item->winner;
    held->flags |= item->by_agency ? FB_HELD_BY_AGENCY : 0;
    for (unsigned i = 0; i < item->n_tags && err == FB_OK; i++)
        err = fb_index_post(&t->index, item->tag[i], item->number);
    if (err == FB_OK && item->of_worker)
        err = fb_index_post(&t->index, fb_turn_worker_tag(item->worker, kind), item->number);
    return err;
}

enum fb_err fb_withdrawn_load(struct fb_turn *t, struct fb_span row)
{
    struct fb_reader r;
    struct fb_withdrawn_item item;
    enum fb_err err = FB_OK;
    fb_reader_init(&r, row.p, row.n);
    while (err == FB_OK && r.n < r.size) {
        err = get_item(&r, &item);
        if (err == FB_OK)
            err = fb_withdrawn_note(t, &item);
    }
    return err;
}

/* ---- one record ---- */

/* What is decoded of it while it changes. */
struct changing {
    uint32_t number, back;
    const struct fb_record *gone, *now;
    struct fb_whose whose;
    unsigned n_old, n_links, n_group;
    struct fb_link old[FB_LINKS_MAX], link[FB_LINKS_MAX];
    uint32_t group[FB_GATHER_MAX];
};

static bool is_cancelled(const struct fb_record *r)
{
    return r != NULL && r->env.kind == FB_KIND_BOOKING && r->as.booking.state == FB_BOOKING_STATE_CANCELLED;
}

/* The index knows a version by its links since it won first. One that never did gets them now. */
static bool has_won(struct fb_turn *t, uint32_t journal)
{
    struct fb_ids_row row;
    struct fb_span bytes;
    struct fb_key key = fb_key_u64(journal);
    enum fb_err err = fb_scratch_room(&t->scratch, FB_WITHDRAW_LOOK_MAX);
    if (err == FB_OK)
        err = fb_find(t->txn, FB_TABLE_IDS, fb_key_span(&key), fb_scratch_arena(&t->scratch), &bytes);
    if (err == FB_OK)
        err = fb_ids_unpack(&row, bytes);
    fb_turn_fail(t, err == FB_NOT_FOUND ? FB_DAMAGED : err);
    return err == FB_OK && row.won;
}

static void item_of(struct fb_turn *t, const struct changing *c, struct fb_withdrawn_item *item)
{
    *item = (struct fb_withdrawn_item){.number = c->number, .winner = c->back};
    if (c->back == 0 || has_won(t, c->back))
        return;
    for (unsigned i = 0; i < c->n_links; i++) {
        item->by_agency = item->by_agency || c->link[i].kind == FB_LINK_AGENCY;
        item->tag[item->n_tags++] = fb_index_tag(c->link[i].kind, c->link[i].hash, c->now->env.kind);
    }
    item->worker = c->whose.worker;
    item->of_worker = c->whose.worker != 0;
}

static void look(struct fb_turn *t, struct changing *c)
{
    const struct fb_held *held = fb_index_held(&t->index, c->number);
    const struct fb_entry *e = c->back == 0 ? NULL : fb_gather_entry(t, c->back);
    if (e != NULL)
        c->whose = (struct fb_whose){e->worker, e->worker_was};
    c->gone = fb_gather_version(t, c->number);
    if (c->gone != NULL && held->kind == FB_KIND_BOOKING)
        c->n_group = fb_gather_group(t, c->number, c->group);
    if (c->back != 0 && t->err == FB_OK)
        c->now = fb_gather_version_at(t, c->number, c->back);
    if (t->err != FB_OK)
        return;
    c->n_old = fb_record_links(c->gone, c->old);
    c->n_links = c->now == NULL ? 0 : fb_record_links(c->now, c->link);
}

static void change(struct fb_turn *t, struct changing *c, struct fb_writer *row, struct fb_stale *stale)
{
    struct fb_withdrawn_item item;
    struct fb_people_before before;
    enum fb_kind kind = c->gone->env.kind;
    item_of(t, c, &item);
    put_item(row, &item);
    fb_people_before(t, &before);
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_withdrawn_note(t, &item));
    const struct fb_changed changed = {.number = c->number,
                                       .kind = kind,
                                       .cancelled = is_cancelled(c->gone) || is_cancelled(c->now),
                                       .turned = c->now == NULL && fb_index_standing(&t->index, kind) == 0,
                                       .was = c->gone,
                                       .now = c->now,
                                       .n_links = c->n_links,
                                       .n_old = c->n_old,
                                       .n_group = c->n_group,
                                       .link = c->link,
                                       .old = c->old,
                                       .group = c->group,
                                       .before = &before,
                                       .whose = &c->whose};
    if (t->err == FB_OK)
        fb_stale_of(t, stale, &changed);
}

/* An approval may have stood by an earlier version than the one that holds (fb_gather_standing), and the one that went may have been that
 * version, or the one after it. */
static void unsay(struct fb_turn *t, struct changing *c, uint32_t journal, struct fb_stale *stale)
{
    struct fb_people_before before;
    const struct fb_held *held = fb_index_held(&t->index, c->number);
    if (held->kind != FB_KIND_APPROVAL || fb_index_withdrawn(&t->index, c->number))
        return;
    c->gone = fb_gather_version_at(t, c->number, journal);
    c->now = c->gone == NULL ? NULL : fb_gather_version(t, c->number);
    if (t->err != FB_OK || c->now == NULL)
        return;
    fb_people_before(t, &before);
    const struct fb_changed changed = {.number = c->number,
                                       .kind = FB_KIND_APPROVAL,
                                       .was = c->gone,
                                       .now = c->now,
                                       .n_links = fb_record_links(c->now, c->link),
                                       .n_old = fb_record_links(c->gone, c->old),
                                       .link = c->link,
                                       .old = c->old,
                                       .before = &before,
                                       .whose = &c->whose};
    fb_stale_of(t, stale, &changed);
}

enum fb_withdraw_fate fb_withdraw_record(struct fb_turn *t, uint32_t number, uint32_t journal, struct fb_writer *row,
                                         struct fb_stale *stale)
{
    struct changing c;
    memset(&c, 0, sizeof c);
    c.number = number;
    fb_turn_judge_begin(t); /* nothing of the record before is held on to */
    enum fb_withdraw_fate fate = fb_withdraw_fate(t, number, journal, &c.back);
    bool turns = fate == FB_FATE_WITHDRAWN || fate == FB_FATE_RESTORED;
    if (t->err == FB_OK && turns)
        look(t, &c);
    if (t->err == FB_OK && turns)
        change(t, &c, row, stale);
    else if (t->err == FB_OK)
        unsay(t, &c, journal, stale);
    return fate;
}
