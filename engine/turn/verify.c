#include "engine/store/key.h"
#include "engine/turn/again_steps.h"
#include "engine/turn/replay.h"
#include "engine/turn/row_names.h"
#include "engine/turn/walk.h"
#include <stdlib.h>
#include <string.h>

/* A busy engine is caught up with this often; then what it overwrites is left out. */
enum { ROUNDS = 4, ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096 };

struct verifying {
    struct fb_replay replay;
    struct fb_store *from, *copy;
    struct fb_turn *turn; /* that decided it again */
    const struct fb_again_made *made; /* NULL: the slow way, where the copy has every row */
    struct fb_verify *out;
    struct fb_arena a, b; /* one row of each side */
    uint64_t head;        /* journal number up to which the copy stands */
    struct fb_key beyond; /* of the table at hand, the first row that is not within; n 0: none */
    bool batches;         /* the store has row 0 of BATCHES: without, its journal was written before batches were noted */
};

/* ---- which rows are compared ---- */

static bool by_number(const struct verifying *v, struct fb_span key)
{
    uint64_t journal;
    return fb_key_parse_u64(key, &journal) != FB_OK || journal <= v->head;
}

static bool by_decision(const struct verifying *v, struct fb_span key)
{
    uint32_t subject;
    uint64_t journal;
    return fb_key_parse_decision(key, &subject, &journal) != FB_OK || journal <= v->head;
}

static bool by_sequence(const struct verifying *v, struct fb_span key)
{
    uint64_t seq;
    return fb_key_parse_u64(key, &seq) != FB_OK || seq <= v->turn->events;
}

static bool always(const struct verifying *v, struct fb_span key)
{
    (void)v;
    (void)key;
    return true;
}

static bool batches_kept(const struct verifying *v, struct fb_span key)
{
    (void)key;
    return v->batches;
}

/* Of META only what says how the issues stand follows from the journal and is compared. */
static bool is_standing(const struct verifying *v, struct fb_span key)
{
    (void)v;
    return fb_span_eq(key, fb_standing_word());
}

/* Appended tables have a row for ever; the others show how things stand now. */
static const struct compared {
    enum fb_table table;
    bool appended, decided; /* decided: its rows depend on FB_DECIDE_VERSION */
    bool (*within)(const struct verifying *, struct fb_span key);
    void (*name)(struct fb_text *, struct fb_span key, const char *word);
    const char *word;
} tables[] = {
    {FB_TABLE_IDS, true, false, by_number, fb_row_name_u64, "entry "},
    {FB_TABLE_REFUSED, true, false, by_number, fb_row_name_u64, "entry "},
    {FB_TABLE_DECISIONS, true, true, by_decision, fb_row_name_decision, "subject "},
    {FB_TABLE_EVENTS, true, true, by_sequence, fb_row_name_u64, "sequence "},
    {FB_TABLE_SOURCES, false, false, always, fb_row_name_u32, "source "},
    {FB_TABLE_TOTALS, false, true, always, fb_row_name_cell, "week of "},
    {FB_TABLE_FINDINGS, false, true, always, fb_row_name_u32, "subject "},
    {FB_TABLE_TODO, false, false, always, fb_row_name_u32, "record "},
    {FB_TABLE_PERIODS, false, false, always, fb_row_name_period, "month "},
    {FB_TABLE_PAID, false, true, always, fb_row_name_week, "week of "},
    {FB_TABLE_BATCHES, false, true, batches_kept, fb_row_name_u32, "batch "},
    {FB_TABLE_WITHDRAWN, true, false, by_number, fb_row_name_u64, "entry "},
    {FB_TABLE_RECEIPTS, false, false, always, fb_row_name_receipt, "source "},
    {FB_TABLE_META, false, false, is_standing, fb_row_name_standing, "how the issues of the rules stand"},
};
enum { COMPARED = sizeof tables / sizeof tables[0] };

static void differs(struct verifying *v, const struct compared *c, struct fb_span key, const char *how)
{
    struct fb_text t;
    fb_text_init(&t, v->out->first_difference, sizeof v->out->first_difference);
    fb_text_add(&t, fb_table_word(c->table));
    fb_text_add(&t, ": ");
    c->name(&t, key, c->word);
    fb_text_add(&t, how);
}

static bool next_within(struct verifying *v, const struct compared *c, struct fb_walk *w, struct fb_arena *arena)
{
    while (fb_walk_next(w, arena)) {
        if (c->within(v, w->key))
            return true;
        if (v->beyond.n == 0 && w->key.n <= sizeof v->beyond.b) {
            memcpy(v->beyond.b, w->key.p, w->key.n);
            v->beyond.n = w->key.n;
        }
    }
    return false;
}

static void count(struct verifying *v, const struct compared *c)
{
    v->out->decisions += c->table == FB_TABLE_DECISIONS;
    v->out->events += c->table == FB_TABLE_EVENTS;
}

/* Both tables side by side, in key order. false: a difference was named. */
static bool same_rows(struct verifying *v, const struct compared *c, struct fb_walk *stored,
                      struct fb_walk *again)
{
    for (;;) {
        bool a = next_within(v, c, stored, &v->a), b = next_within(v, c, again, &v->b);
        if (stored->err != FB_OK || again->err != FB_OK || (!a && !b))
            return true;
        int order = !a ? 1 : !b ? -1 : fb_span_cmp(stored->key, again->key);
        if (order < 0)
            differs(v, c, stored->key, ": it is in the store, but the journal does not give it");
        else if (order > 0)
            differs(v, c, again->key, ": the journal gives it, but it is not in the store");
        else if (!fb_span_eq(stored->value, again->value))
            differs(v, c, stored->key, ": the stored row is not the one that the journal gives");
        else {
            count(v, c);
            continue;
        }
        return false;
    }
}

/* No decision reads what stands in them. */
static bool is_apart(const struct verifying *v, enum fb_table table)
{
    return v->made != NULL && table == FB_TABLE_FINDINGS;
}

/* A row that is not within is of an entry that came meanwhile, or of none: where the journal is as long as it was, of none. */
static enum fb_err look_beyond(struct verifying *v, const struct compared *c, bool *same)
{
    uint64_t head = 0;
    if (!c->appended || v->beyond.n == 0)
        return FB_OK;
    enum fb_err err = fb_verify_head(v->from, &v->a, &head);
    if (err != FB_OK || head != v->head)
        return err;
    *same = false;
    differs(v, c, fb_key_span(&v->beyond), ": it is of an entry that the journal does not have");
    return FB_OK;
}

static enum fb_err compare(struct verifying *v, const struct compared *c, bool *same)
{
    struct fb_walk stored, again;
    v->beyond.n = 0;
    fb_walk_begin(&stored, v->from, c->table, (struct fb_span){NULL, 0});
    fb_walk_begin(&again, is_apart(v, c->table) ? v->made->ends : v->copy, c->table, (struct fb_span){NULL, 0});
    *same = same_rows(v, c, &stored, &again);
    enum fb_err err = fb_walk_end(&stored), other = fb_walk_end(&again);
    if (err == FB_DAMAGED && *same) {
        *same = false;
        differs(v, c, stored.key, ": the row after this fails its checksum");
        return FB_OK;
    }
    err = err == FB_OK ? other : err;
    return err == FB_OK && *same ? look_beyond(v, c, same) : err;
}

/* ---- rows that were held where they stand: were they all? ---- */

/* The rows that the journal up to the head can have given: all that the table has, unless more were written since. */
static enum fb_err rows_within(struct verifying *v, const struct compared *c, uint64_t *n)
{
    struct fb_walk w;
    struct fb_txn *txn;
    uint64_t head = 0;
    enum fb_err err = fb_store_read(v->from, &txn);
    if (err != FB_OK)
        return err;
    *n = fb_table_rows(txn, c->table);
    fb_txn_abort(&txn);
    err = fb_verify_head(v->from, &v->a, &head); /* later, so no row of an entry after it was counted */
    if (err != FB_OK || head == v->head)
        return err;
    fb_walk_begin(&w, v->from, c->table, (struct fb_span){NULL, 0});
    for (*n = 0; next_within(v, c, &w, &v->a);)
        ++*n;
    return fb_walk_end(&w);
}

static enum fb_err count_held(struct verifying *v, const struct compared *c, bool *same)
{
    uint64_t n = 0, held = v->made->held->rows[c->table];
    enum fb_err err = rows_within(v, c, &n);
    *same = n == held;
    v->out->decisions += c->table == FB_TABLE_DECISIONS ? held : 0;
    v->out->events += c->table == FB_TABLE_EVENTS ? held : 0;
    return err;
}

enum fb_err fb_verify_head(struct fb_store *store, struct fb_arena *arena, uint64_t *head)
{
    struct fb_txn *txn;
    struct fb_span key, value;
    fb_arena_reset(arena);
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    *head = 0;
    err = fb_find_last(txn, FB_TABLE_JOURNAL, arena, &key, &value);
    if (err == FB_OK)
        err = fb_key_parse_u64(key, head);
    fb_txn_abort(&txn);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

/* Replays up to where the store stands, and again while the engine ran on meanwhile. */
static enum fb_err catch_up(struct verifying *v)
{
    enum fb_err err = FB_OK;
    for (unsigned round = 0; round < ROUNDS && err == FB_OK; round++) {
        uint64_t head;
        err = fb_verify_head(v->from, &v->a, &head);
        if (err != FB_OK || (round > 0 && head == v->head))
            break;
        v->head = head;
        err = fb_replay(&v->replay, head);
    }
    return err;
}

static void leave_out(struct verifying *v, const char *why)
{
    struct fb_text t;
    fb_text_init(&t, v->out->not_compared, sizeof v->out->not_compared);
    fb_text_add(&t, why);
}

static void look_for_batches(struct verifying *v)
{
    struct fb_txn *txn;
    struct fb_span row;
    struct fb_key key = fb_key_u32(0);
    fb_arena_reset(&v->a);
    if (fb_store_read(v->from, &txn) != FB_OK)
        return;
    v->batches = fb_find(txn, FB_TABLE_BATCHES, fb_key_span(&key), &v->a, &row) == FB_OK;
    fb_txn_abort(&txn);
}

static enum fb_err compare_all(struct verifying *v)
{
    look_for_batches(v);
    for (unsigned i = 0; i < COMPARED; i++) {
        const struct compared *c = &tables[i];
        bool same = true;
        uint64_t head = v->head;
        if (c->decided && v->out->skipped > 0) {
            leave_out(v, "decisions, events, totals and findings: entries were judged by another version of "
                         "the rules' code");
            continue;
        }
        enum fb_err err = (v->made != NULL && c->appended ? count_held : compare)(v, c, &same);
        if (err == FB_OK && !same && !c->appended)
            err = fb_verify_head(v->from, &v->a, &head);
        if (err != FB_OK)
            return err;
        if (!same && head == v->head)
            return FB_OK;
        if (!same) {
            v->out->first_difference[0] = '\0';
            leave_out(v, "sources, totals, open findings and the list of what to judge again: the engine was "
                         "writing meanwhile");
            break;
        }
    }
    v->out->equal = true;
    return FB_OK;
}

static enum fb_err verify(struct verifying *v)
{
    enum fb_err err = catch_up(v);
    if (err == FB_DAMAGED && v->out->first_difference[0] != '\0')
        return FB_OK; /* the journal itself differs: that is the answer */
    return err == FB_OK ? compare_all(v) : err;
}

static void give_arenas(struct verifying *v, unsigned char *memory)
{
    fb_arena_init(&v->a, memory, ROW_ROOM);
    fb_arena_init(&v->b, memory + ROW_ROOM, ROW_ROOM);
    fb_arena_init(&v->replay.row, memory + 2 * ROW_ROOM, ROW_ROOM);
    fb_arena_init(&v->replay.record, memory + 3 * ROW_ROOM, FB_ARENA_BYTES + FB_BODY_BYTES_MAX);
}

void fb_verify_tables(struct fb_again_tables *out)
{
    *out = (struct fb_again_tables){.noted = (uint64_t)1 << FB_TABLE_JOURNAL, .apart = (uint64_t)1 << FB_TABLE_FINDINGS};
    for (unsigned i = 0; i < COMPARED; i++)
        out->noted |= tables[i].appended ? (uint64_t)1 << tables[i].table : 0;
}

enum fb_err fb_verify_made(const struct fb_again_made *made, struct fb_verify *out, bool *same)
{
    struct verifying v = {.from = made->from, .copy = made->copy, .turn = made->turn, .made = made, .out = out, .head = made->head};
    unsigned char *memory = malloc(2 * ROW_ROOM);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&v.a, memory, ROW_ROOM);
    fb_arena_init(&v.b, memory + ROW_ROOM, ROW_ROOM);
    enum fb_err err = compare_all(&v);
    *same = out->equal;
    fb_arena_release(&v.a);
    fb_arena_release(&v.b);
    free(memory);
    return err;
}

enum fb_err fb_turn_verify_slowly(struct fb_store *from, const struct fb_turn_ports *ports,
                                     void (*progress)(void *ctx, uint64_t done, uint64_t of), struct fb_verify *out)
{
    struct verifying v = {.from = from, .out = out};
    *out = (struct fb_verify){.equal = false};
    unsigned char *memory = malloc(3 * ROW_ROOM + FB_ARENA_BYTES + FB_BODY_BYTES_MAX);
    if (memory == NULL)
        return FB_FULL;
    give_arenas(&v, memory);
    enum fb_err err = fb_store_open_memory(&v.copy, NULL);
    if (err == FB_OK) {
        v.replay.from = from;
        v.replay.progress = progress;
        v.replay.out = out;
        err = fb_turn_open(&v.replay.to, v.copy, ports, NULL, NULL);
        v.turn = v.replay.to;
    }
    if (err == FB_OK) {
        v.replay.to->chain.off = true; /* the copy goes; the store's own is looked at */
        err = verify(&v);
    }
    fb_turn_close(&v.replay.to);
    if (v.copy != NULL)
        fb_store_close(&v.copy);
    free(memory);
    return err;
}
