#include "engine/turn/open_steps.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/files.h"
#include "engine/turn/state.h"
#include "engine/turn/withdraw.h"
#include <stdlib.h>

/* Rows read while opening are small; an entry is the largest. */
enum { ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096 };

/* A turn with nothing in it. */
static enum fb_err make_empty(struct fb_turn **out, struct fb_store *store, const struct fb_turn_ports *ports)
{
    struct fb_turn *t = calloc(1, sizeof *t);
    if (t == NULL)
        return FB_FULL;
    t->store = store;
    t->ports = *ports;
    t->last_ms = INT64_MIN;
    t->reprice_most = FB_REPRICE_MAX;
    t->rows_most = UINT64_MAX;
    t->refused_most = (uint64_t)FB_REFUSED_DAY_MIB << 20;
    fb_receipts_init(&t->receipts);
    *out = t;
    return FB_OK;
}

static enum fb_err make_room(struct fb_turn *t, uint64_t messages)
{
    enum fb_err err = fb_seen_init(&t->seen, messages);
    if (err == FB_OK)
        err = fb_index_init(&t->index, messages);
    if (err == FB_OK)
        err = fb_cache_init(&t->cache);
    if (err == FB_OK)
        err = fb_scratch_init(&t->scratch);
    return err;
}

enum fb_err fb_turn_expect(struct fb_turn *t, uint64_t messages)
{
    fb_assert(t->seen.n == 0 && t->index.n_held == 0);
    fb_seen_release(&t->seen);
    fb_index_release(&t->index);
    enum fb_err err = fb_seen_init(&t->seen, messages);
    return err == FB_OK ? fb_index_init(&t->index, messages) : err;
}

void fb_turn_close(struct fb_turn **turn)
{
    struct fb_turn *t = *turn;
    if (t == NULL)
        return;
    fb_books_release(&t->books, &t->ports);
    fb_seen_release(&t->seen);
    fb_index_release(&t->index);
    fb_due_release(&t->due);
    fb_counters_release(&t->counters);
    fb_spents_release(&t->spents);
    fb_granted_release(&t->granted);
    fb_ceilings_release(&t->ceilings);
    fb_versions_release(&t->versions);
    fb_amended_release(&t->amended);
    fb_batches_release(&t->batches);
    fb_workers_release(&t->workers);
    fb_diary_release(&t->diary);
    fb_periods_release(&t->periods);
    fb_cache_release(&t->cache);
    fb_chain_release(&t->chain);
    fb_receipts_release(&t->receipts);
    fb_scratch_release(&t->scratch);
    free(t);
    *turn = NULL;
}

static enum fb_err read_people(struct fb_opening *o)
{
    o->why = "journal: a record about a worker cannot be read; run verify on a copy";
    return fb_people_open(o->turn);
}

static enum fb_err read_batches(struct fb_opening *o)
{
    o->why = "batches: a row cannot be read, or does not follow from those before it; run verify on a copy";
    return fb_batches_open(o->turn, &o->arena, o->beside, o->progress);
}

static enum fb_err read_granted(struct fb_opening *o)
{
    o->why = "decisions: what was decided about an approval cannot be read; run verify on a copy";
    return fb_granted_open(o->turn);
}

static enum fb_err read_ceilings(struct fb_opening *o)
{
    o->why = "totals: a row cannot be read; run verify on a copy";
    return fb_ceilings_open(o->turn);
}

static enum fb_err queue_due(struct fb_turn *t)
{
    enum fb_err err = FB_OK;
    for (uint32_t i = 1; i <= t->index.n_held && err == FB_OK; i++) {
        const struct fb_held *held = fb_index_held(&t->index, i);
        if (held->due_min != 0)
            err = fb_due_add(&t->due, held->due_min, i);
    }
    return err;
}

/* The last numbers, and the instant that time may not fall behind. */
static enum fb_err read_heads(struct fb_opening *o, struct fb_txn *txn)
{
    struct fb_turn *t = o->turn;
    struct fb_span key, value;
    struct fb_entry e;
    enum fb_err err = fb_find_last(txn, FB_TABLE_JOURNAL, &o->arena, &key, &value);
    o->why = "journal: the last entry cannot be read; restore the store from a copy";
    if (err == FB_OK)
        err = fb_key_parse_u64(key, &t->journal);
    if (err == FB_OK)
        err = fb_entry_unpack(&e, value);
    if (err == FB_OK)
        t->last_ms = e.at_ms;
    if (err != FB_OK && err != FB_NOT_FOUND)
        return err == FB_NEWER ? err : FB_DAMAGED;
    fb_arena_reset(&o->arena);
    err = fb_find_last(txn, FB_TABLE_EVENTS, &o->arena, &key, &value);
    o->why = "events: the last row cannot be read; restore the store from a copy";
    if (err == FB_OK)
        err = fb_key_parse_u64(key, &t->events);
    t->todo = fb_table_rows(txn, FB_TABLE_TODO);
    o->of = fb_table_rows(txn, FB_TABLE_IDS) + fb_table_rows(txn, FB_TABLE_DECISIONS);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

/* Which issue is current, which wait, how far it was applied; and how far weeks were looked at. */
static enum fb_err read_standing(struct fb_opening *o, struct fb_txn *txn)
{
    struct fb_turn *t = o->turn;
    fb_arena_reset(&o->arena);
    o->why = "meta: what says which issue of the rules is current cannot be read; restore the store from a copy";
    enum fb_err err = fb_standing_find(txn, &o->arena, &t->standing);
    if (err != FB_OK)
        return err;
    fb_arena_reset(&o->arena);
    o->why = "paid: a row cannot be read; run verify on a copy";
    return fb_drift_open(&t->drift, txn, &o->arena);
}

static enum fb_err read_book(struct fb_opening *o)
{
    struct fb_book *book;
    uint32_t issue = o->turn->standing.current;
    if (issue == 0)
        return FB_OK;
    o->why = "issues: the packs of the current issue cannot be read";
    enum fb_err err = fb_issue_compile(o->turn->store, issue, &o->turn->ports, &book);
    /* Packs that this version cannot compile must not lock the store out: its issue has no book then, nothing
     * can be judged by it, and the next issue is made from whatever packs the caller has. */
    if (err == FB_DAMAGED || err == FB_NOT_FOUND || err == FB_NEWER || err == FB_REFUSED) {
        book = NULL;
        err = FB_OK;
    }
    return err == FB_OK ? fb_books_put(&o->turn->books, issue, book) : err;
}

/* A store of a version before the chain gets it now; who reads beside an engine needs none. */
static enum fb_err read_chain(struct fb_opening *o)
{
    struct fb_turn *t = o->turn;
    o->why = "leaves: the journal's chain does not fit the journal; run verify --chain on a copy";
    t->chain.off = o->beside;
    if (o->beside)
        return FB_OK;
    enum fb_err err = fb_chain_open(&t->chain, t->store, t->journal);
    if (err != FB_NOT_FOUND)
        return err;
    err = fb_chain_refold(t->store, o->progress, t->ports.ctx);
    return err == FB_OK ? fb_chain_open(&t->chain, t->store, t->journal) : err;
}

static enum fb_err read_receipts(struct fb_opening *o)
{
    o->why = "receipts: a row cannot be read; run verify on a copy";
    return o->beside ? FB_OK : fb_receipts_open(o->turn);
}

/* In this order: numbers are given by IDS, and decisions name numbers. */
static enum fb_err (*const parts[])(struct fb_opening *) = {
    read_book,       fb_open_sources,   read_batches,     fb_open_periods, fb_open_ids, fb_open_workers, read_people,
    fb_open_refused, fb_open_decisions, fb_open_findings, read_granted,    read_ceilings, read_chain,  read_receipts,
};

static enum fb_err fill(struct fb_opening *o)
{
    struct fb_txn *txn;
    uint64_t messages = 0;
    enum fb_err err = fb_store_read(o->turn->store, &txn);
    if (err != FB_OK)
        return err;
    err = read_heads(o, txn);
    if (err == FB_OK)
        err = read_standing(o, txn);
    messages = fb_table_rows(txn, FB_TABLE_IDS);
    o->workers = fb_table_rows(txn, FB_TABLE_WORKERS);
    fb_txn_abort(&txn);
    if (err == FB_OK)
        err = make_room(o->turn, messages);
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0] && err == FB_OK; i++)
        err = parts[i](o);
    return err == FB_OK ? queue_due(o->turn) : err;
}

static enum fb_err open_turn(struct fb_turn **out, struct fb_store *store, const struct fb_turn_ports *ports,
                             void (*progress)(void *ctx, uint64_t done, uint64_t of), const char **why, bool beside)
{
    struct fb_opening o = {.progress = progress, .why = "no memory", .beside = beside};
    void *memory = malloc(ROW_ROOM);
    enum fb_err err = memory == NULL ? FB_FULL : make_empty(&o.turn, store, ports);
    if (err == FB_OK) {
        fb_arena_init(&o.arena, memory, ROW_ROOM);
        err = fill(&o);
    }
    free(memory);
    if (err == FB_OK) {
        *out = o.turn;
        return FB_OK;
    }
    if (why != NULL)
        *why = err == FB_FULL ? "not enough memory for the records of this store" : o.why;
    fb_turn_close(&o.turn);
    return err;
}

enum fb_err fb_turn_open(struct fb_turn **out, struct fb_store *store, const struct fb_turn_ports *ports,
                         void (*progress)(void *ctx, uint64_t done, uint64_t of), const char **why)
{
    return open_turn(out, store, ports, progress, why, false);
}

enum fb_err fb_turn_open_beside(struct fb_turn **out, struct fb_store *store, const struct fb_turn_ports *ports,
                                void (*progress)(void *ctx, uint64_t done, uint64_t of), const char **why)
{
    return open_turn(out, store, ports, progress, why, true);
}
