#include "engine/turn/chain/chain.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* What the notes of an entry begin with: chain.h. */
enum { OWN_RECORD = 0, NONE_DECIDED = 1, NOT_NOTED = 2 };
_Static_assert(FB_LEAVES_A_ROW <= 255, "their number is one byte");

/* One more element: room doubles, and what was there stays when there is no memory. */
static void *grow(void *list, unsigned n, unsigned *room, size_t size)
{
    if (n < *room)
        return list;
    unsigned more = *room == 0 ? 64 : *room * 2;
    void *bigger = more < *room ? NULL : realloc(list, more * size);
    *room = bigger == NULL ? *room : more;
    return bigger;
}

static bool may(const struct fb_chain *c)
{
    return !c->off && c->err == FB_OK;
}

/* ---- one entry ---- */

static void note_high(struct fb_chain *c, unsigned height)
{
    struct fb_chain_high *high = grow(c->high, c->n_high, &c->high_room, sizeof *high);
    if (high == NULL) {
        c->err = FB_FULL;
        return;
    }
    c->high = high;
    high[c->n_high++] = (struct fb_chain_high){c->range.size, height, c->range.made[height]};
}

/* Where notes end, and so where the next ones begin. */
static size_t notes_end(const struct fb_chain *c)
{
    return c->n_fresh == 0 ? 0 : c->fresh[c->n_fresh - 1].notes;
}

/* Room for one entry's notes more, whatever they are. */
static bool make_room(struct fb_chain *c)
{
    enum { NOTES_MAX = 2 + 5 * FB_NOTED_MAX };
    struct fb_fresh_leaf *fresh = may(c) ? grow(c->fresh, c->n_fresh, &c->fresh_room, sizeof *fresh) : NULL;
    c->fresh = fresh != NULL ? fresh : c->fresh;
    size_t need = notes_end(c) + NOTES_MAX;
    unsigned char *notes = c->notes;
    if (fresh != NULL && need > c->notes_room && (notes = realloc(c->notes, need * 2)) != NULL) {
        c->notes = notes;
        c->notes_room = need * 2;
    }
    if (may(c) && (fresh == NULL || notes == NULL))
        c->err = FB_FULL;
    return may(c);
}

static size_t note(unsigned char *to, size_t room, uint32_t record, const uint32_t *subject, unsigned n)
{
    struct fb_writer w;
    fb_writer_init(&w, to, room);
    bool own = n == 1 && subject[0] == record;
    fb_put_varint(&w, own ? OWN_RECORD : n == 0 ? NONE_DECIDED : n > FB_NOTED_MAX ? NOT_NOTED : n + NOT_NOTED);
    for (unsigned i = 0; i < n && n <= FB_NOTED_MAX && !own; i++)
        fb_put_varint(&w, subject[i]);
    fb_assert(!w.bad);
    return w.n;
}

void fb_chain_leaf(struct fb_chain *c, const struct fb_node *leaf, uint32_t record, const uint32_t *subject, unsigned n)
{
    if (!may(c) || !make_room(c))
        return;
    size_t from = notes_end(c);
    from += note(c->notes + from, c->notes_room - from, record, subject, n);
    c->fresh[c->n_fresh++] = (struct fb_fresh_leaf){*leaf, from};
    unsigned made = fb_mountain_add(&c->range, leaf);
    for (unsigned h = FB_KEPT_HEIGHT; h <= made; h++)
        note_high(c, h);
}

static int by_subject(const void *a, const void *b)
{
    uint32_t x = ((const struct fb_chain_row *)a)->subject, y = ((const struct fb_chain_row *)b)->subject;
    return x < y ? -1 : x > y;
}

/* Decisions are made in any order, and are read back by rising subject. */
static void fold_rows(struct fb_chain *c)
{
    c->of.decisions = (struct fb_node){{0}};
    if (c->n_rows > 1)
        qsort(c->row, c->n_rows, sizeof *c->row, by_subject);
    for (unsigned i = 0; i < c->n_rows; i++)
        fb_leaf_fold(&c->of.decisions, &c->row[i].digest);
}

static void end_entry(struct fb_chain *c)
{
    struct fb_node leaf;
    uint32_t subject[FB_NOTED_MAX];
    unsigned n = c->n_rows <= FB_NOTED_MAX ? c->n_rows : FB_NOT_NOTED;
    if (!c->open)
        return;
    c->open = false;
    fold_rows(c);
    for (unsigned i = 0; i < n && n <= FB_NOTED_MAX; i++)
        subject[i] = c->row[i].subject;
    c->n_rows = 0;
    fb_leaf_make(&c->of, &leaf);
    fb_chain_leaf(c, &leaf, c->entry.record, subject, n);
}

/* The ids lie in memory that may be gone when the entry ends. */
static struct fb_span keep_id(char *room, struct fb_span id)
{
    uint32_t n = id.n < FB_ID_BYTES_MAX ? id.n : FB_ID_BYTES_MAX;
    if (n > 0)
        memcpy(room, id.p, n);
    return (struct fb_span){room, n};
}

void fb_chain_entry(struct fb_chain *c, uint64_t number, const struct fb_entry *e, struct fb_span bytes)
{
    if (!may(c))
        return;
    end_entry(c);
    fb_assert(number == c->range.size + 1 || !may(c));
    c->open = true;
    c->entry = *e;
    c->entry.env.message_id = keep_id(c->message_id, e->env.message_id);
    c->entry.env.record_ref = keep_id(c->record_ref, e->env.record_ref);
    c->of.number = number;
    c->of.entry = &c->entry;
    fb_leaf_stored(bytes, &c->of.stored);
}

void fb_chain_decision(struct fb_chain *c, uint32_t subject, struct fb_span row)
{
    struct fb_chain_row *rows = may(c) ? grow(c->row, c->n_rows, &c->rows_room, sizeof *rows) : NULL;
    if (rows == NULL) {
        c->err = may(c) ? FB_FULL : c->err;
        return;
    }
    fb_assert(c->open);
    c->row = rows;
    unsigned at = c->n_rows;
    for (unsigned i = c->n_rows; i > 0; i--)
        if (rows[i - 1].subject == subject)
            at = i - 1;
    c->n_rows += at == c->n_rows;
    rows[at].subject = subject;
    fb_leaf_decision(subject, row, &rows[at].digest);
}

/* ---- one transaction ---- */

static void put_row(struct fb_chain *c, struct fb_txn *txn, uint64_t number, unsigned at, unsigned n)
{
    unsigned char bytes[FB_LEAVES_BYTES_MAX];
    struct fb_writer w;
    struct fb_key key = fb_key_u64(number);
    size_t from = at == 0 ? 0 : c->fresh[at - 1].notes;
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_u8(&w, (uint8_t)n);
    for (unsigned i = 0; i < n; i++)
        fb_put_bytes(&w, c->fresh[at + i].leaf.b, FB_NODE_BYTES);
    fb_put_bytes(&w, c->notes + from, c->fresh[at + n - 1].notes - from);
    fb_assert(!w.bad);
    fb_put(txn, FB_TABLE_LEAVES, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
}

/* How many leaves from `at` on make a row: none across a block, so that a block's leaves begin with a row of their own. */
static unsigned row_at(const struct fb_chain *c, uint64_t before, unsigned at)
{
    unsigned n = 1, block = (unsigned)(FB_BLOCK_LEAVES - (before + at) % FB_BLOCK_LEAVES);
    size_t from = at == 0 ? 0 : c->fresh[at - 1].notes;
    while (at + n < c->n_fresh && n < block && n < FB_LEAVES_A_ROW &&
           1 + (n + 1) * (size_t)FB_NODE_BYTES + c->fresh[at + n].notes - from <= FB_LEAVES_FULL_BYTES)
        n++;
    return n;
}

static void put_leaves(struct fb_chain *c, struct fb_txn *txn)
{
    uint64_t before = c->range.size - c->n_fresh;
    for (unsigned at = 0, n; at < c->n_fresh; at += n) {
        n = row_at(c, before, at);
        put_row(c, txn, before + at + 1, at, n);
    }
}

static void put_high(struct fb_chain *c, struct fb_txn *txn)
{
    for (unsigned i = 0; i < c->n_high; i++) {
        struct fb_key key = fb_key_chain(c->high[i].last, c->high[i].height);
        fb_put(txn, FB_TABLE_CHAIN, fb_key_span(&key),
               (struct fb_span){(const char *)c->high[i].node.b, FB_NODE_BYTES});
    }
}

enum fb_err fb_chain_put(struct fb_chain *c, struct fb_txn *txn)
{
    if (c->off)
        return FB_OK;
    end_entry(c);
    if (c->err == FB_OK) {
        put_leaves(c, txn);
        put_high(c, txn);
        c->err = fb_txn_err(txn);
    }
    c->n_fresh = c->n_high = 0;
    return c->err;
}

void fb_chain_release(struct fb_chain *c)
{
    free(c->row);
    free(c->fresh);
    free(c->notes);
    free(c->high);
    *c = (struct fb_chain){.off = true};
}

enum fb_err fb_chain_open_at(struct fb_mountain *range, struct fb_store *store, uint64_t size)
{
    struct fb_txn *txn;
    struct fb_chain_reader *r = malloc(sizeof *r);
    enum fb_err err = r == NULL ? FB_FULL : fb_store_read(store, &txn);
    if (err == FB_OK) {
        fb_chain_reader_init(r, txn);
        struct fb_nodes nodes = fb_chain_nodes(r);
        err = fb_mountain_of(&nodes, size, range);
        fb_txn_abort(&txn);
    }
    free(r);
    return err;
}

enum fb_err fb_chain_open(struct fb_chain *c, struct fb_store *store, uint64_t head)
{
    struct fb_txn *txn;
    uint64_t size = 0;
    /* Finds the fastest BLAKE2b that this machine has. */
    enum fb_err err = sodium_init() < 0 ? FB_IO : fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = fb_chain_size(txn, &size);
    fb_txn_abort(&txn);
    if (err == FB_OK && size != head)
        err = size < head ? FB_NOT_FOUND : FB_DAMAGED;
    return err == FB_OK ? fb_chain_open_at(&c->range, store, size) : err;
}

/* ---- folding anew ---- */

enum { LEAVES_AT_ONCE = 60 * FB_BLOCK_LEAVES };

static enum fb_err put_part(struct fb_chain *c, struct fb_store *store)
{
    struct fb_txn *txn;
    enum fb_err err = fb_store_write(store, &txn);
    if (err != FB_OK)
        return err;
    err = fb_chain_put(c, txn);
    if (err == FB_OK)
        return fb_txn_commit(&txn);
    fb_txn_abort(&txn);
    return err;
}

static enum fb_err refold(struct fb_chain *c, struct fb_store *store, struct fb_leaves *l,
                          void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx)
{
    enum fb_err err = FB_OK;
    while (err == FB_OK && fb_leaves_next(l)) {
        const struct fb_decided *d = &l->decided[l->number - l->decided_from];
        fb_chain_leaf(c, &l->leaf, l->record, &d->subject, d->rows <= 1 ? d->rows : FB_NOT_NOTED);
        if (l->number % LEAVES_AT_ONCE != 0)
            continue;
        err = put_part(c, store);
        if (progress != NULL)
            progress(ctx, l->number, l->until);
    }
    if (err == FB_OK)
        err = l->err;
    return err == FB_OK ? put_part(c, store) : err;
}

enum fb_err fb_chain_refold(struct fb_store *store, void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx)
{
    struct fb_chain c = {.off = false};
    struct fb_leaves l;
    uint64_t journal, size;
    enum fb_err err = fb_chain_heads(store, &journal, &size);
    if (err != FB_OK || size >= journal)
        return err;
    err = fb_chain_open(&c, store, size);
    if (err != FB_OK)
        return err;
    err = fb_leaves_begin(&l, store, size + 1, journal);
    if (err == FB_OK) {
        err = refold(&c, store, &l, progress, ctx);
        fb_leaves_end(&l);
    }
    fb_chain_release(&c);
    return err;
}
