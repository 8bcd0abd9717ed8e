/* Leaves made anew from what the store holds: for a store that has none yet, and to prove those that it has. */
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/state.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096 };

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
    l->memory = malloc(ROW_ROOM);
    if (l->decided == NULL || l->memory == NULL || sodium_init() < 0) { /* the fastest BLAKE2b that this machine has */
        free(l->decided);
        free(l->memory);
        return FB_FULL;
    }
    fb_arena_init(&l->arena, l->memory, ROW_ROOM);
    fb_walk_begin(&l->walk, store, FB_TABLE_JOURNAL, fb_key_span(&key));
    return FB_OK;
}

static void gather(struct fb_leaves *l, uint32_t subject, uint64_t journal, struct fb_span row)
{
    struct fb_node digest;
    if (journal < l->decided_from || journal > l->window)
        return;
    fb_leaf_decision(subject, row, &digest);
    struct fb_decided *d = &l->decided[journal - l->decided_from];
    fb_leaf_fold(&d->digest, &digest);
    d->subject = subject;
    d->rows++;
}

/* All decisions of the next window, whatever their subject: rows come by rising subject, as they are folded. */
static enum fb_err open_window(struct fb_leaves *l)
{
    struct fb_walk w;
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
            gather(l, subject, journal, w.value);
    }
    enum fb_err end = fb_walk_end(&w);
    err = err == FB_OK ? end : err;
    l->subject = err == FB_DAMAGED ? subject : 0;
    l->number = err == FB_DAMAGED ? 0 : l->number;
    return err;
}

static enum fb_err make(struct fb_leaves *l)
{
    struct fb_entry e;
    struct fb_leaf_of of = {.number = l->next, .entry = &e, .decisions = l->decided[l->next - l->decided_from].digest};
    uint64_t number;
    enum fb_err err = fb_key_parse_u64(l->walk.key, &number);
    if (err == FB_OK && number != l->next)
        err = FB_DAMAGED;
    if (err == FB_OK)
        err = fb_entry_unpack(&e, l->walk.value);
    if (err != FB_OK)
        return err == FB_NEWER ? err : FB_DAMAGED;
    fb_leaf_stored(l->walk.value, &of.stored);
    fb_leaf_make(&of, &l->leaf);
    l->record = e.record;
    return FB_OK;
}

bool fb_leaves_next(struct fb_leaves *l)
{
    if (l->err != FB_OK || l->next > l->until)
        return false;
    if (l->next > l->window)
        l->err = open_window(l);
    if (l->err != FB_OK)
        return false;
    l->number = l->next;
    if (fb_walk_next(&l->walk, &l->arena))
        l->err = make(l);
    else
        l->err = l->walk.err == FB_OK ? FB_DAMAGED : l->walk.err;
    l->next++;
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
