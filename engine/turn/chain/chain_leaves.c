/* Leaves made anew from what the store holds: for a store that has none yet, and to prove those that it has. */
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/state.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096, LANE_ROOM = ROW_ROOM + FB_TAG_BYTES_MAX };

static unsigned char *lane(const struct fb_leaves *l, unsigned i)
{
    return l->lanes + (size_t)i * LANE_ROOM;
}

enum fb_err fb_leaves_begin(struct fb_leaves *l, struct fb_store *store, uint64_t first, uint64_t until)
{
    struct fb_key key = fb_key_u64(first);
    memset(l, 0, sizeof *l);
    l->store = store;
    l->next = first;
    l->until = until;
    l->window = first - 1;
    l->decided_room = until + 1 - first < FB_WINDOW_ENTRIES ? until + 1 - first : FB_WINDOW_ENTRIES;
    l->decided = malloc((size_t)(l->decided_room == 0 ? 1 : l->decided_room) * sizeof *l->decided);
    l->memory = malloc(ROW_ROOM + FB_LANES * LANE_ROOM);
    if (l->decided == NULL || l->memory == NULL || sodium_init() < 0) { /* the fastest BLAKE2b that this machine has */
        free(l->decided);
        free(l->memory);
        return FB_FULL;
    }
    l->lanes = l->memory + ROW_ROOM;
    fb_arena_init(&l->arena, l->memory, ROW_ROOM);
    fb_walk_begin(&l->walk, store, FB_TABLE_JOURNAL, fb_key_span(&key));
    return FB_OK;
}

/* ---- decisions ---- */

/* Rows that wait until there are as many as are hashed at once. */
struct gathering {
    struct fb_leaves *l;
    unsigned n;
    struct fb_span message[FB_LANES];
    struct {
        uint64_t journal;
        uint32_t subject;
    } of[FB_LANES];
};

static void fold(struct gathering *g)
{
    struct fb_node digest[FB_LANES];
    if (g->n > 0)
        fb_lanes_hash(g->message, g->n, digest);
    for (unsigned i = 0; i < g->n; i++) {
        struct fb_decided *d = &g->l->decided[g->of[i].journal - g->l->decided_from];
        fb_leaf_fold(&d->digest, &digest[i]);
        d->subject = g->of[i].subject;
        d->rows++;
    }
    g->n = 0;
}

static void gather(struct gathering *g, uint32_t subject, uint64_t journal, struct fb_span row)
{
    if (journal > g->l->until && journal > g->l->beyond)
        g->l->beyond = journal;
    if (journal < g->l->decided_from || journal > g->l->window)
        return;
    unsigned char *to = lane(g->l, g->n);
    g->message[g->n] = (struct fb_span){(const char *)to, (uint32_t)fb_leaf_put_decision(to, subject, row)};
    g->of[g->n].journal = journal;
    g->of[g->n].subject = subject;
    if (++g->n == FB_LANES)
        fold(g);
}

/* All decisions of the next window, whatever their subject: rows come by rising subject, as they are folded. */
static enum fb_err open_window(struct fb_leaves *l)
{
    struct fb_walk w;
    struct gathering g = {.l = l, .n = 0};
    uint32_t subject = 0;
    uint64_t journal, left = l->until - l->window;
    enum fb_err err = FB_OK;
    l->decided_from = l->window + 1;
    l->window += left < l->decided_room ? left : l->decided_room;
    memset(l->decided, 0, (size_t)(l->window - l->decided_from + 1) * sizeof *l->decided);
    fb_walk_begin(&w, l->store, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &l->arena)) {
        err = fb_key_parse_decision(w.key, &subject, &journal);
        if (err == FB_OK)
            gather(&g, subject, journal, w.value);
    }
    fold(&g);
    enum fb_err end = fb_walk_end(&w);
    err = err == FB_OK ? end : err;
    l->subject = err == FB_DAMAGED ? subject : 0;
    l->number = err == FB_DAMAGED ? 0 : l->number;
    return err;
}

/* ---- entries ---- */

static enum fb_err take(struct fb_leaves *l, uint64_t expected, unsigned i)
{
    uint64_t number;
    struct fb_leaf_ahead *a = &l->ahead[i];
    if (!fb_walk_next(&l->walk, &l->arena))
        return l->walk.err == FB_OK ? FB_DAMAGED : l->walk.err;
    enum fb_err err = fb_key_parse_u64(l->walk.key, &number);
    if (err != FB_OK || number != expected)
        return FB_DAMAGED;
    unsigned char *to = lane(l, i);
    size_t n = fb_leaf_put_stored(to, l->walk.value);
    a->hashed = (struct fb_span){(const char *)to, (uint32_t)n};
    a->bytes = (struct fb_span){(const char *)to + n - l->walk.value.n, l->walk.value.n};
    err = fb_entry_unpack(&a->entry, a->bytes);
    return err == FB_OK || err == FB_NEWER ? err : FB_DAMAGED;
}

static void hash_ahead(struct fb_leaves *l)
{
    unsigned char packed[FB_LANES][FB_LEAF_BYTES_MAX];
    struct fb_span message[FB_LANES];
    struct fb_node stored[FB_LANES], leaf[FB_LANES];
    for (unsigned i = 0; i < l->n_ahead; i++)
        message[i] = l->ahead[i].hashed;
    fb_lanes_hash(message, l->n_ahead, stored);
    for (unsigned i = 0; i < l->n_ahead; i++) {
        struct fb_leaf_of of = {.number = l->next + i, .entry = &l->ahead[i].entry, .stored = stored[i],
                                .decisions = l->decided[l->next + i - l->decided_from].digest};
        message[i] = (struct fb_span){(const char *)packed[i], (uint32_t)fb_leaf_pack(&of, packed[i])};
    }
    fb_lanes_hash(message, l->n_ahead, leaf);
    for (unsigned i = 0; i < l->n_ahead; i++)
        l->ahead[i].leaf = leaf[i];
}

/* As many entries as there are lanes, not beyond the window. */
static void fill(struct fb_leaves *l)
{
    l->at = l->n_ahead = 0;
    while (l->n_ahead < FB_LANES && l->next + l->n_ahead <= l->window) {
        l->then = take(l, l->next + l->n_ahead, l->n_ahead);
        if (l->then != FB_OK)
            break;
        l->n_ahead++;
    }
    if (l->n_ahead > 0)
        hash_ahead(l);
}

static void hand_out(struct fb_leaves *l)
{
    const struct fb_leaf_ahead *a = &l->ahead[l->at++];
    l->leaf = a->leaf;
    l->record = a->entry.record;
    l->value = a->bytes;
}

bool fb_leaves_next(struct fb_leaves *l)
{
    if (l->err != FB_OK || l->next > l->until)
        return false;
    if (l->next > l->window)
        l->err = open_window(l);
    if (l->err != FB_OK)
        return false;
    if (l->at == l->n_ahead && l->then == FB_OK)
        fill(l);
    l->number = l->next++;
    if (l->at < l->n_ahead)
        hand_out(l);
    else
        l->err = l->then;
    return l->err == FB_OK;
}

void fb_leaves_end(struct fb_leaves *l)
{
    enum fb_err err = fb_walk_end(&l->walk);
    l->err = l->err == FB_OK ? err : l->err;
    fb_arena_release(&l->arena);
    free(l->decided);
    free(l->memory);
    l->decided = NULL;
    l->memory = NULL;
}
