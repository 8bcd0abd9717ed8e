/* Is the journal still what it was when its leaves were made, and when checkpoints were signed? */
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/chain/checkpoint.h"
#include <stdlib.h>
#include <string.h>

enum { PROGRESS_ENTRIES = 16384, ROW_ROOM = FB_LEAVES_BYTES_MAX + 256 };

/* A table that is read beside the journal, row after row. */
struct beside {
    struct fb_walk walk;
    struct fb_arena arena;
    unsigned char memory[ROW_ROOM];
    unsigned at, n; /* leaves of the row at hand: used, and all */
};
struct checking {
    struct fb_store *store;
    const struct fb_chain_ask *ask;
    struct fb_chain_check *out;
    struct fb_mountain range;
    struct fb_leaves leaves;
    struct beside kept, high;
    struct fb_checkpoint_row next; /* the next checkpoint to come; number 0: no more */
    uint64_t head;
    bool held_done;
};

/* ---- saying what differs ---- */

static void differs(struct checking *c, const char *what, uint64_t number, const char *how)
{
    struct fb_text t;
    if (c->out->first_difference[0] != '\0')
        return;
    fb_text_init(&t, c->out->first_difference, sizeof c->out->first_difference);
    fb_text_add(&t, what);
    if (number != 0)
        fb_text_add_int(&t, (int64_t)number);
    fb_text_add(&t, how);
}

static bool is_well(const struct checking *c)
{
    return c->out->first_difference[0] == '\0';
}

/* ---- rows beside ---- */

static void begin(struct beside *b, struct fb_store *store, enum fb_table table, uint64_t first)
{
    struct fb_key key = table == FB_TABLE_CHAIN ? fb_key_chain(first, 0) : fb_key_u64(first);
    fb_arena_init(&b->arena, b->memory, sizeof b->memory);
    fb_walk_begin(&b->walk, store, table, fb_key_span(&key));
    b->at = b->n = 0;
}

/* The leaf of that number, as it is kept; false: it is not. */
static bool kept_leaf(struct checking *c, uint64_t number, struct fb_node *out)
{
    struct beside *b = &c->kept;
    uint64_t first;
    if (b->at == b->n) {
        b->at = 0;
        if (!fb_walk_next(&b->walk, &b->arena))
            return false;
        b->n = b->walk.value.n == 0 ? 0 : (unsigned char)b->walk.value.p[0];
    }
    if (fb_key_parse_u64(b->walk.key, &first) != FB_OK || first + b->at != number || b->at == b->n ||
        b->walk.value.n < 1 + b->n * (uint32_t)FB_NODE_BYTES)
        return false;
    memcpy(out->b, b->walk.value.p + 1 + b->at * (size_t)FB_NODE_BYTES, FB_NODE_BYTES);
    b->at++;
    return true;
}

static void check_high(struct checking *c, unsigned made)
{
    for (unsigned h = FB_KEPT_HEIGHT; h <= made && is_well(c); h++) {
        struct fb_key key = fb_key_chain(c->range.size, h);
        bool same = fb_walk_next(&c->high.walk, &c->high.arena) && fb_span_eq(c->high.walk.key, fb_key_span(&key)) &&
                    c->high.walk.value.n == FB_NODE_BYTES &&
                    memcmp(c->high.walk.value.p, c->range.made[h].b, FB_NODE_BYTES) == 0;
        if (!same)
            differs(c, "chain: the node above entry ", c->range.size,
                    " is not the one that the leaves before it give");
    }
}

/* ---- checkpoints ---- */

static enum fb_err next_checkpoint(struct checking *c)
{
    enum fb_err err;
    struct fb_checkpoint_row of;
    do {
        err = fb_checkpoint_next(c->store, c->next.number, &c->next);
        if (err == FB_NOT_FOUND) {
            c->next.number = 0;
            return FB_OK;
        }
        if (err == FB_DAMAGED || err == FB_NEWER) {
            differs(c, "checkpoints: the row after ", c->next.number, " cannot be read");
            return FB_OK;
        }
        if (err != FB_OK || c->next.of == 0)
            break;
        err = fb_checkpoint_next(c->store, c->next.of - 1, &of);
        if (err == FB_OK && (of.number != c->next.of || !fb_witness_is_signed(&of.checkpoint, &c->next.witness)))
            differs(c, "checkpoints: row ", c->next.number, ": the countersignature does not hold");
    } while (err == FB_OK);
    if (err == FB_OK && !fb_checkpoint_is_signed(&c->next.checkpoint))
        differs(c, "checkpoints: number ", c->next.number, ": its signature does not hold");
    return err;
}

static const char FEWER[] = " covers more entries than the journal has: entries were taken away";
static const char OTHER[] = " was signed over other entries than those that stand in the journal now";

static enum fb_err check_checkpoints(struct checking *c)
{
    struct fb_node root;
    enum fb_err err = FB_OK;
    const struct fb_checkpoint *held = c->ask->held;
    if (held != NULL && held->size == c->range.size) {
        fb_mountain_root(&c->range, &root);
        if (!fb_node_same(&root, &held->root))
            differs(c, "the checkpoint that was given", 0, OTHER);
        c->held_done = true;
    }
    while (err == FB_OK && is_well(c) && c->next.number != 0 && c->next.checkpoint.size <= c->range.size) {
        fb_mountain_root(&c->range, &root);
        if (c->next.checkpoint.size < c->range.size || !fb_node_same(&root, &c->next.checkpoint.root))
            differs(c, "checkpoint ", c->next.number, OTHER);
        c->out->checkpoints++;
        err = next_checkpoint(c);
    }
    return err;
}

/* ---- the way through ---- */

static void say_unread(struct checking *c)
{
    const struct fb_leaves *l = &c->leaves;
    if (l->number != 0)
        differs(c, "journal: entry ", l->number, ": it is missing, or cannot be read");
    else
        differs(c, "decisions: the row after those of subject ", l->subject, " cannot be read");
}

static enum fb_err check_entry(struct checking *c)
{
    struct fb_node kept;
    uint64_t number = c->leaves.number;
    if (!kept_leaf(c, number, &kept))
        differs(c, "leaves: the leaf of entry ", number, " is missing, or cannot be read");
    else if (!fb_node_same(&kept, &c->leaves.leaf))
        differs(c, "journal: entry ", number,
                ": it, or what was decided with it, is not as it was when it was taken");
    if (!is_well(c))
        return FB_OK;
    check_high(c, fb_mountain_add(&c->range, &c->leaves.leaf));
    c->out->entries++;
    if (c->ask->progress != NULL && number % PROGRESS_ENTRIES == 0)
        c->ask->progress(c->ask->ctx, number, c->head);
    return check_checkpoints(c);
}

/* What was met of entries behind the head must be of such as came after it was read. */
static enum fb_err check_beyond(struct checking *c)
{
    uint64_t journal, size;
    if (c->next.number == 0 && c->leaves.beyond == 0)
        return FB_OK;
    enum fb_err err = fb_chain_heads(c->store, &journal, &size);
    if (err != FB_OK)
        return err;
    if (c->leaves.beyond > journal)
        differs(c, "decisions: entry ", c->leaves.beyond, ": the journal does not have it, and yet something was decided with it");
    if (c->next.number != 0 && c->next.checkpoint.size > journal)
        differs(c, "checkpoint ", c->next.number, FEWER);
    return FB_OK;
}

static enum fb_err check_all(struct checking *c)
{
    enum fb_err err = FB_OK;
    while (err == FB_OK && is_well(c) && fb_leaves_next(&c->leaves))
        err = check_entry(c);
    if (err == FB_OK && c->leaves.err != FB_OK) {
        if (c->leaves.err != FB_DAMAGED)
            return c->leaves.err;
        say_unread(c);
    }
    fb_mountain_root(&c->range, &c->out->root);
    if (err == FB_OK && is_well(c))
        err = check_beyond(c);
    if (err == FB_OK && is_well(c) && c->ask->held != NULL && !c->held_done)
        differs(c, "the checkpoint that was given", 0, FEWER);
    return err;
}

/* ---- from the first entry on ---- */

static enum fb_err check(struct checking *c)
{
    enum fb_err err = next_checkpoint(c);
    if (err == FB_OK && is_well(c))
        err = check_checkpoints(c); /* of no entry */
    if (err == FB_OK && is_well(c))
        err = fb_leaves_begin(&c->leaves, c->store, 1, c->head);
    if (err != FB_OK || !is_well(c))
        return err;
    begin(&c->kept, c->store, FB_TABLE_LEAVES, 1);
    begin(&c->high, c->store, FB_TABLE_CHAIN, 1);
    err = check_all(c);
    enum fb_err kept = fb_walk_end(&c->kept.walk), high = fb_walk_end(&c->high.walk);
    fb_arena_release(&c->kept.arena);
    fb_arena_release(&c->high.arena);
    bool told = !is_well(c); /* a row that fails its checksum was named */
    fb_leaves_end(&c->leaves);
    return told ? FB_OK : err != FB_OK ? err : kept != FB_OK ? kept : high;
}

enum fb_err fb_chain_verify(struct fb_store *from, const struct fb_chain_ask *ask, struct fb_chain_check *out)
{
    uint64_t journal, size;
    struct checking *c = calloc(1, sizeof *c);
    *out = (struct fb_chain_check){.equal = false};
    enum fb_err err = c == NULL ? FB_FULL : fb_chain_heads(from, &journal, &size);
    if (err == FB_OK) {
        c->store = from;
        c->ask = ask;
        c->out = out;
        c->head = journal;
        if (size != journal)
            differs(c, size < journal ? "leaves: they end before entry " : "journal: it ends before entry ",
                    (size < journal ? size : journal) + 1,
                    size < journal ? ", and the journal goes on" : ", and there are leaves of more");
        else
            err = check(c);
        out->equal = err == FB_OK && is_well(c);
    }
    free(c);
    return err;
}
