#include "engine/turn/again.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/again_steps.h"
#include "engine/turn/memory/ahead.h"
#include "engine/turn/replay.h"
#include "engine/turn/walk.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A part's entries and records fit into a processor's near memory; a transaction has many parts, because what it adds up is
 * written when it ends. An engine that goes on writing is caught up with so many times. */
enum { PART_ENTRIES = 64, PARTS_OF_A_TXN = 16, ROUNDS = 4, LINE = 64 };
enum {
    ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096,
    IDS_ROOM = 4096,
    ONE_ROOM = ROW_ROOM + (int)sizeof(struct fb_record) + FB_ARENA_BYTES + FB_BODY_BYTES_MAX,
    PART_ROOM = 2 * ONE_ROOM
};

struct again_entry {
    uint64_t journal;
    struct fb_entry entry;
    struct fb_record *record; /* NULL: it has none, or it is decoded where it is needed */
    bool announced;           /* there is a row of IDS, */
    struct fb_ids_row ids;    /* by which its places in memory are fetched before it is made; nothing is believed of it */
};
struct fb_again_part {
    struct again_entry at[PART_ENTRIES];
    unsigned n;
    bool last;
    struct fb_arena arena;
    unsigned char *memory;
    struct fb_again_rows rows; /* that were made of it */
};
struct fb_again {
    struct fb_store *from, *copy, *ends;
    struct fb_turn_ports ports;
    atomic_bool off; /* something differs, or failed, or nobody wants to know any more */
    _Atomic uint64_t done, of;
    struct {
        struct fb_walk walk, ids;
        struct fb_arena row, ids_row;
        unsigned char *memory;
        bool ids_met;     /* ids.walk stands at a row that was not used yet, */
        uint64_t ids_at;  /* of this entry */
        uint64_t next;
        unsigned rounds;
    } reading;
    struct {
        struct fb_replay replay;
        struct fb_verify out;
        unsigned char *memory;
        unsigned parts;
        bool states; /* the store has statements of what was sent: what they count is counted on the way */
    } making;
    struct fb_again_held held;
    struct fb_again_part part[FB_AGAIN_PARTS];
};

static void fail(struct fb_again *a, enum fb_err err)
{
    if (err != FB_OK)
        atomic_store(&a->off, true);
}

static bool is_off(const struct fb_again *a)
{
    return atomic_load(&a->off);
}

/* ---- reading ---- */

/* To where the journal goes now; false: that is where it went before, or often enough. */
static bool is_more(struct fb_again *a)
{
    uint64_t head = 0;
    if (a->reading.rounds++ == ROUNDS)
        return false;
    fail(a, fb_verify_head(a->from, &a->reading.row, &head));
    if (is_off(a) || head < a->reading.next)
        return false;
    atomic_store(&a->of, head);
    struct fb_key key = fb_key_u64(a->reading.next);
    fail(a, fb_walk_end(&a->reading.walk));
    fail(a, fb_walk_end(&a->reading.ids));
    fb_walk_begin(&a->reading.walk, a->from, FB_TABLE_JOURNAL, fb_key_span(&key));
    fb_walk_begin(&a->reading.ids, a->from, FB_TABLE_IDS, fb_key_span(&key));
    a->reading.ids_met = false;
    return true;
}

static bool has_record(const struct fb_entry *e)
{
    bool unkept = e->body.n == 0 && e->sent > 0;
    return e->kind == FB_ENTRY_MESSAGE || (e->kind == FB_ENTRY_REFUSAL && e->reason == FB_REASON_CONFLICT && !unkept);
}

/* Of an entry that another version judged nothing equal can be told here. */
static enum fb_err take_row(struct fb_again *a, struct fb_again_part *part, struct again_entry *at)
{
    struct fb_walk *w = &a->reading.walk;
    if (!fb_walk_next(w, &a->reading.row))
        return w->err == FB_OK ? FB_DAMAGED : w->err;
    enum fb_err err = fb_key_parse_u64(w->key, &at->journal);
    struct fb_span bytes = fb_arena_copy(&part->arena, w->value);
    if (err == FB_OK && (at->journal != a->reading.next || bytes.p == NULL))
        err = FB_DAMAGED;
    if (err == FB_OK)
        err = fb_entry_unpack(&at->entry, bytes);
    return err == FB_OK && at->entry.decide_version != FB_DECIDE_VERSION ? FB_DAMAGED : err;
}

/* Rows of IDS lie beside the entries, in their order. What cannot be read of them is found where they are held. */
static void take_ids(struct fb_again *a, struct again_entry *at)
{
    struct fb_walk *w = &a->reading.ids;
    while (!a->reading.ids_met || a->reading.ids_at < at->journal) {
        a->reading.ids_met = fb_walk_next(w, &a->reading.ids_row) && fb_key_parse_u64(w->key, &a->reading.ids_at) == FB_OK;
        if (!a->reading.ids_met)
            return;
    }
    if (a->reading.ids_at == at->journal)
        at->announced = fb_ids_unpack(&at->ids, w->value) == FB_OK;
}

static enum fb_err read_entry(struct fb_again *a, struct fb_again_part *part, struct again_entry *at)
{
    enum fb_err err = take_row(a, part, at);
    at->record = NULL;
    at->announced = false;
    if (err != FB_OK || !has_record(&at->entry))
        return err;
    take_ids(a, at);
    at->record = fb_arena_get(&part->arena, sizeof *at->record);
    if (at->record != NULL && a->ports.decode(a->ports.ctx, &at->entry.env, at->entry.body, &part->arena, at->record) != FB_OK)
        at->record = NULL;
    return FB_OK;
}

bool fb_again_read(struct fb_again *a, struct fb_again_part *part)
{
    fb_arena_reset(&part->arena);
    part->n = 0;
    while (part->n < PART_ENTRIES && part->arena.size - part->arena.used > ONE_ROOM && !is_off(a)) {
        if (a->reading.next > atomic_load(&a->of) && !is_more(a))
            break;
        enum fb_err err = read_entry(a, part, &part->at[part->n]);
        fail(a, err);
        if (err != FB_OK)
            break;
        a->reading.next++;
        part->n++;
    }
    part->last = part->n == 0 || is_off(a);
    return !part->last;
}

/* ---- making ---- */

/* From the memory of the processor that read it to that of this one. */
static void fetch(const void *p, size_t n)
{
    const char *at = p;
    for (size_t i = 0; i < n; i += LINE)
        __builtin_prefetch(at + i);
}

/* What an entry needs is called for while the entries before it are made: itself and its record, its places in the turn's
 * memory, and what those lead to. */
static void announce(const struct fb_turn *t, const struct fb_again_part *part, unsigned i)
{
    const struct again_entry *at = &part->at[i];
    if (i + 1 < part->n && at[1].announced)
        fb_message_nearer(t, &at[1].ids);
    if (i + 2 < part->n && at[2].announced)
        fb_message_near(t, &at[2].ids);
    if (i + 2 < part->n && at[2].record != NULL) {
        fetch(at[2].entry.body.p, at[2].entry.body.n);
        fetch(at[2].record, sizeof *at[2].record);
    }
    if (i + 3 < part->n)
        fetch(&at[3], sizeof at[3]);
}

static void make_entry(struct fb_again *a, const struct again_entry *at)
{
    struct fb_replay *r = &a->making.replay;
    r->ready = at->record;
    fail(a, fb_replay_entry(r, at->journal, &at->entry, (struct fb_span){NULL, 0}));
    fail(a, r->to->err);
}

static void end_txn(struct fb_again *a)
{
    struct fb_turn *t = a->making.replay.to;
    if (a->making.states && !is_off(a))
        fb_receipts_keep_up(t);
    fail(a, fb_turn_end(t));
}

bool fb_again_make(struct fb_again *a, struct fb_again_part *part)
{
    struct fb_turn *t = a->making.replay.to;
    part->rows.n = 0;
    fb_store_again_list(a->copy, &part->rows);
    if (part->n > 0 && t->txn == NULL && !is_off(a))
        fail(a, fb_turn_begin(t));
    for (unsigned i = 0; i < part->n && !is_off(a); i++) {
        announce(t, part, i);
        make_entry(a, &part->at[i]);
    }
    if (t->txn != NULL && (++a->making.parts % PARTS_OF_A_TXN == 0 || part->last || is_off(a)))
        end_txn(a);
    atomic_store(&a->done, t->journal);
    return !part->last;
}

/* ---- holding ---- */

static enum fb_err hold_row(struct fb_again *a, struct fb_txn *ends, uint64_t apart, const struct fb_again_row *row)
{
    bool same = false;
    if ((apart >> row->table & 1u) == 0) {
        enum fb_err err = row->gone ? FB_OK : fb_again_held_row(&a->held, row, &same);
        return err == FB_OK && !same ? FB_DAMAGED : err;
    }
    if (row->gone)
        fb_del(ends, row->table, row->key);
    else
        fb_put(ends, row->table, row->key, row->value);
    return fb_txn_err(ends);
}

bool fb_again_hold(struct fb_again *a, struct fb_again_part *part)
{
    struct fb_again_tables tables;
    struct fb_again_row row;
    struct fb_txn *ends = NULL;
    size_t at = 0;
    fb_verify_tables(&tables);
    if (!is_off(a))
        fail(a, fb_store_write(a->ends, &ends));
    while (!is_off(a) && fb_again_rows_next(&part->rows, &at, &row))
        fail(a, hold_row(a, ends, tables.apart, &row));
    if (ends != NULL)
        fail(a, fb_txn_commit(&ends));
    return !part->last;
}

/* ---- the whole ---- */

static enum fb_err give_memory(struct fb_again *a)
{
    struct fb_replay *r = &a->making.replay;
    a->reading.memory = malloc(ROW_ROOM + IDS_ROOM);
    a->making.memory = malloc(ROW_ROOM + FB_ARENA_BYTES + FB_BODY_BYTES_MAX);
    bool held = a->reading.memory != NULL && a->making.memory != NULL;
    for (unsigned i = 0; i < FB_AGAIN_PARTS && held; i++) {
        a->part[i].memory = malloc(PART_ROOM);
        held = a->part[i].memory != NULL;
        if (held)
            fb_arena_init(&a->part[i].arena, a->part[i].memory, PART_ROOM);
    }
    if (!held)
        return FB_FULL;
    fb_arena_init(&a->reading.row, a->reading.memory, ROW_ROOM);
    fb_arena_init(&a->reading.ids_row, a->reading.memory + ROW_ROOM, IDS_ROOM);
    fb_arena_init(&r->row, a->making.memory, ROW_ROOM);
    fb_arena_init(&r->record, a->making.memory + ROW_ROOM, FB_ARENA_BYTES + FB_BODY_BYTES_MAX);
    return FB_OK;
}

/* What the store says of its size is believed as far as its file has room for it. */
static enum fb_err look_how_much(struct fb_again *a, uint64_t *messages)
{
    enum { MESSAGE_BYTES_LEAST = 64 };
    struct fb_txn *txn;
    enum fb_err err = fb_store_read(a->from, &txn);
    if (err != FB_OK)
        return err;
    uint64_t most = fb_store_bytes(a->from) / MESSAGE_BYTES_LEAST;
    a->making.states = fb_table_rows(txn, FB_TABLE_RECEIPTS) > 0;
    *messages = fb_table_rows(txn, FB_TABLE_IDS);
    *messages = *messages < most ? *messages : most;
    fb_txn_abort(&txn);
    return FB_OK;
}

enum fb_err fb_again_open(struct fb_again **out, struct fb_store *from, const struct fb_turn_ports *ports)
{
    struct fb_again_tables tables;
    struct fb_again *a = calloc(1, sizeof *a);
    uint64_t messages = 0;
    *out = a;
    if (a == NULL)
        return FB_FULL;
    a->from = from;
    a->ports = *ports;
    a->reading.next = 1;
    fb_verify_tables(&tables);
    fb_again_held_begin(&a->held, from);
    a->making.replay = (struct fb_replay){.from = from, .out = &a->making.out, .listed = true};
    enum fb_err err = give_memory(a);
    if (err == FB_OK)
        err = look_how_much(a, &messages);
    if (err == FB_OK)
        err = fb_store_open_memory(&a->ends, NULL);
    if (err == FB_OK)
        err = fb_store_open_again(&a->copy, from, &tables);
    if (err == FB_OK)
        err = fb_turn_open(&a->making.replay.to, a->copy, ports, NULL, NULL);
    if (err == FB_OK)
        err = fb_turn_expect(a->making.replay.to, messages);
    if (err != FB_OK) {
        fb_again_close(out);
        return err;
    }
    a->making.replay.to->chain.off = true; /* the store's own is looked at */
    return FB_OK;
}

void fb_again_close(struct fb_again **again)
{
    struct fb_again *a = *again;
    if (a == NULL)
        return;
    fail(a, fb_walk_end(&a->reading.walk));
    fail(a, fb_walk_end(&a->reading.ids));
    fb_again_held_end(&a->held);
    fb_turn_close(&a->making.replay.to);
    fb_store_close(&a->copy);
    fb_store_close(&a->ends);
    for (unsigned i = 0; i < FB_AGAIN_PARTS; i++) {
        fb_again_rows_release(&a->part[i].rows);
        fb_arena_release(&a->part[i].arena);
        free(a->part[i].memory);
    }
    fb_arena_release(&a->reading.row);
    fb_arena_release(&a->reading.ids_row);
    fb_arena_release(&a->making.replay.row);
    fb_arena_release(&a->making.replay.record);
    free(a->reading.memory);
    free(a->making.memory);
    free(a);
    *again = NULL;
}

struct fb_again_part *fb_again_part(struct fb_again *a, unsigned i)
{
    fb_assert(i < FB_AGAIN_PARTS);
    return &a->part[i];
}

void fb_again_progress(const struct fb_again *a, uint64_t *done, uint64_t *of)
{
    *done = atomic_load(&a->done);
    *of = atomic_load(&a->of);
}

void fb_again_stop(struct fb_again *a)
{
    atomic_store(&a->off, true);
}

bool fb_again_is_equal(struct fb_again *a, struct fb_verify *out)
{
    struct fb_turn *t = a->making.replay.to;
    bool same = false;
    fail(a, fb_walk_end(&a->reading.walk));
    fail(a, fb_walk_end(&a->reading.ids));
    fb_again_held_end(&a->held);
    if (is_off(a))
        return false;
    fb_assert(t->journal + 1 == a->reading.next);
    const struct fb_again_made made = {a->from, a->copy, a->ends, t, &a->held, t->journal};
    *out = (struct fb_verify){.entries = a->making.out.entries};
    return fb_verify_made(&made, out, &same) == FB_OK && same;
}
