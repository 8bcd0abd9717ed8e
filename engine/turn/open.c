#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/diary_turn.h"
#include "engine/turn/files.h"
#include "engine/turn/refuse.h"
#include "engine/turn/respend.h"
#include "engine/turn/state.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

/* Rows read while opening are small; an entry is the largest. */
enum { ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096, PROGRESS_ROWS = 65536 };

struct opening {
    struct fb_turn *turn;
    struct fb_arena arena;
    void (*progress)(void *ctx, uint64_t done, uint64_t of);
    uint64_t done, of;
    const char *why;
    bool beside;      /* an engine may be writing: what lies beyond the head that was read first is not looked at */
    uint32_t subject; /* of the decision read last; */
    bool folds;       /* it stands in turn->prior, because memory keeps something of it */
};

static bool is_beyond(const struct opening *o, uint64_t journal)
{
    return o->beside && journal > o->turn->journal;
}

static void tick(struct opening *o)
{
    if (++o->done % PROGRESS_ROWS == 0 && o->progress != NULL)
        o->progress(o->turn->ports.ctx, o->done, o->of);
}

enum fb_err fb_turn_empty(struct fb_turn **out, struct fb_store *store, const struct fb_turn_ports *ports)
{
    struct fb_turn *t = calloc(1, sizeof *t);
    if (t == NULL)
        return FB_FULL;
    t->store = store;
    t->ports = *ports;
    t->last_ms = INT64_MIN;
    t->reprice_most = FB_REPRICE_MAX;
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
    fb_workers_release(&t->workers);
    fb_diary_release(&t->diary);
    fb_periods_release(&t->periods);
    fb_cache_release(&t->cache);
    fb_chain_release(&t->chain);
    fb_scratch_release(&t->scratch);
    free(t);
    *turn = NULL;
}

/* ---- what the tables hold ---- */

static enum fb_err read_sources(struct opening *o)
{
    struct fb_walk w;
    struct fb_source s;
    uint32_t number;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_SOURCES, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u32(w.key, &number);
        if (err == FB_OK)
            err = fb_source_unpack(&s, w.value);
        if (err == FB_OK)
            err = fb_sources_put(&o->turn->sources, number, &s);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "sources: a row cannot be read; restore the store from a copy";
    return err == FB_OK || err == FB_NEWER ? (err == FB_OK ? end : err) : FB_DAMAGED;
}

static enum fb_err read_periods(struct opening *o)
{
    struct fb_walk w;
    struct fb_period_row row;
    struct fb_period p;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_PERIODS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_period(w.key, &p.trust, &p.month);
        if (err == FB_OK)
            err = fb_period_row_unpack(&row, w.value);
        if (err == FB_OK)
            err = fb_periods_put(&o->turn->periods, p.trust, p.month);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "periods: a row cannot be read; restore the store from a copy";
    return err == FB_REFUSED ? FB_DAMAGED : err == FB_OK ? end : err;
}

static enum fb_err read_ids(struct opening *o)
{
    struct fb_walk w;
    struct fb_ids_row row;
    uint64_t journal;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_IDS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u64(w.key, &journal);
        if (err == FB_OK && is_beyond(o, journal))
            break;
        if (err == FB_OK)
            err = journal == 0 || journal > FB_JOURNAL_MAX ? FB_DAMAGED : fb_ids_unpack(&row, w.value);
        if (err == FB_OK)
            err = fb_turn_note(o->turn, (uint32_t)journal, &row);
        tick(o);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "ids: a row cannot be read, or does not follow from those before it; run verify on a copy";
    return err == FB_OK ? end : err;
}

/* IDS were read before: no number is higher than theirs. */
static enum fb_err read_workers(struct opening *o)
{
    struct fb_walk w;
    struct fb_worker_row row;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_WORKERS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_worker_row_unpack(&row, w.key, w.value);
        bool beyond = err == FB_OK && row.number > o->turn->workers.high;
        if (beyond && !o->beside)
            err = FB_DAMAGED;
        if (err == FB_OK && !beyond)
            err = fb_workers_hold(&o->turn->workers, row.hash, row.number);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "workers: a row cannot be read, or has a number that was never given; restore the store from a copy";
    return err == FB_OK ? end : err;
}

static enum fb_err read_people(struct opening *o)
{
    o->why = "journal: a record about a worker cannot be read; run verify on a copy";
    return fb_people_open(o->turn);
}

/* A refusal or conflict that is sent again gets the answer of the first time. */
static enum fb_err read_refused(struct opening *o)
{
    struct fb_walk w;
    struct fb_refused_row row;
    uint64_t journal;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_REFUSED, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u64(w.key, &journal);
        if (err == FB_OK && is_beyond(o, journal))
            break;
        if (err == FB_OK)
            err =
                journal == 0 || journal > FB_JOURNAL_MAX ? FB_DAMAGED : fb_refused_row_unpack(&row, w.value);
        if (err == FB_OK)
            err = fb_refuse_note(o->turn, journal, &row);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "refused: a row cannot be read; run verify on a copy";
    return err == FB_OK ? end : err;
}

/* What memory keeps of a subject that was read is what its last decision says. */
static enum fb_err load_folds(struct opening *o)
{
    enum fb_err err = FB_OK;
    const struct fb_decision *d = &o->turn->prior;
    for (unsigned i = 0; o->folds && i < d->n_counts && err == FB_OK; i++)
        err = fb_counters_load(&o->turn->counters, o->subject, &d->count[i]);
    if (o->folds && err == FB_OK)
        err = fb_respend_load(o->turn, o->subject, d);
    if (o->folds && err == FB_OK && d->stint.worker != 0)
        err = fb_diary_load(&o->turn->diary, FB_DIARY_SHIFTS,
                            &(struct fb_diary_row){.stint = d->stint, .subject = o->subject});
    o->folds = false;
    return err;
}

static enum fb_err note_folds(struct opening *o, uint32_t subject, struct fb_span decision)
{
    enum fb_err err = subject == o->subject ? FB_OK : load_folds(o);
    o->subject = subject;
    o->folds = fb_decision_counts(decision) || (fb_decision_has(decision) & (FB_HAS_SPENT | FB_HAS_STINT)) != 0;
    if (err != FB_OK || !o->folds)
        return err;
    /* There is room for one: nothing is judged yet. */
    return fb_decision_unpack(&o->turn->prior, decision) == FB_OK ? FB_OK : FB_DAMAGED;
}

/* Rows come by subject and then by journal number: the last of a subject stays. */
static enum fb_err note_decision(struct opening *o, const struct fb_walk *w)
{
    struct fb_turn *t = o->turn;
    struct fb_decision_row row;
    uint32_t subject;
    uint64_t journal;
    enum fb_err err = fb_key_parse_decision(w->key, &subject, &journal);
    if (err == FB_OK && is_beyond(o, journal))
        return FB_OK;
    if (err == FB_OK)
        err = fb_decision_row_unpack(&row, w->value);
    struct fb_held *held = err == FB_OK ? fb_index_held(&t->index, subject) : NULL;
    if (held == NULL || journal > FB_JOURNAL_MAX)
        return err == FB_NEWER ? err : FB_DAMAGED;
    held->decided = (uint32_t)journal;
    held->due_min = row.due_min;
    fb_held_join(held, row.into != 0);
    return note_folds(o, subject, row.decision);
}

static enum fb_err read_decisions(struct opening *o)
{
    struct fb_walk w;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = note_decision(o, &w);
        tick(o);
    }
    enum fb_err end = fb_walk_end(&w);
    if (err == FB_OK)
        err = load_folds(o);
    fb_counters_sort(&o->turn->counters);
    fb_spents_sort(&o->turn->spents);
    fb_diary_sort_all(&o->turn->diary);
    o->why = "decisions: a row cannot be read, or names a record that is not held; run verify on a copy";
    return err == FB_OK ? end : err;
}

/* Whose findings an approval may answer. */
static enum fb_err read_findings(struct opening *o)
{
    struct fb_walk w;
    struct fb_findings_row row;
    uint32_t subject;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_FINDINGS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u32(w.key, &subject);
        if (err == FB_OK)
            err = fb_findings_row_unpack(&row, w.value);
        struct fb_held *held = err == FB_OK ? fb_index_held(&o->turn->index, subject) : NULL;
        if (held != NULL)
            fb_held_find(held, fb_findings_row_asks(&row));
        else if (err == FB_OK && !o->beside)
            err = FB_DAMAGED;
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "findings: a row cannot be read, or names a record that is not held; run verify on a copy";
    return err == FB_OK ? end : err;
}

static enum fb_err read_granted(struct opening *o)
{
    o->why = "decisions: what was decided about an approval cannot be read; run verify on a copy";
    return fb_granted_open(o->turn);
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
static enum fb_err read_heads(struct opening *o, struct fb_txn *txn)
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
static enum fb_err read_standing(struct opening *o, struct fb_txn *txn)
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

static enum fb_err read_book(struct opening *o)
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
static enum fb_err read_chain(struct opening *o)
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

/* In this order: numbers are given by IDS, and decisions name numbers. */
static enum fb_err (*const parts[])(struct opening *) = {
    read_book,    read_sources,   read_periods,  read_ids,     read_workers, read_people,
    read_refused, read_decisions, read_findings, read_granted, read_chain,
};

static enum fb_err fill(struct opening *o)
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
    struct opening o = {.progress = progress, .why = "no memory", .beside = beside};
    void *memory = malloc(ROW_ROOM);
    enum fb_err err = memory == NULL ? FB_FULL : fb_turn_empty(&o.turn, store, ports);
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
