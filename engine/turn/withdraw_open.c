/* What is held of batches when a store is opened. */
#include "engine/store/key.h"
#include "engine/turn/withdraw.h"
#include <stdlib.h>

enum { ROW_ROOM = FB_ENTRY_BYTES_MAX + 4096 };

/* ---- what they took with them ---- */

static void next(struct fb_withdrawn_walk *w)
{
    w->journal = UINT64_MAX;
    if (w->err != FB_OK || !fb_walk_next(&w->walk, &w->arena))
        return;
    w->err = fb_key_parse_u64(w->walk.key, &w->journal);
    if (w->err != FB_OK || w->journal > w->most)
        w->journal = UINT64_MAX;
}

enum fb_err fb_withdrawn_begin(struct fb_withdrawn_walk *w, struct fb_turn *t, bool beside)
{
    void *memory = malloc(ROW_ROOM);
    *w = (struct fb_withdrawn_walk){.turn = t, .most = beside ? t->journal : UINT64_MAX, .err = memory == NULL ? FB_FULL : FB_OK};
    fb_arena_init(&w->arena, memory, memory == NULL ? 0 : ROW_ROOM);
    fb_walk_begin(&w->walk, t->store, FB_TABLE_WITHDRAWN, (struct fb_span){NULL, 0});
    next(w);
    return w->err;
}

enum fb_err fb_withdrawn_until(struct fb_withdrawn_walk *w, uint64_t until)
{
    while (w->err == FB_OK && w->journal < until) {
        w->err = fb_withdrawn_load(w->turn, w->walk.value);
        next(w);
    }
    return w->err;
}

enum fb_err fb_withdrawn_end(struct fb_withdrawn_walk *w)
{
    enum fb_err err = fb_withdrawn_until(w, UINT64_MAX), end = fb_walk_end(&w->walk);
    void *memory = w->arena.base;
    fb_arena_release(&w->arena);
    free(memory);
    return err == FB_OK ? end : err;
}

/* ---- a store from before they were noted ---- */

static enum fb_err note(struct fb_turn *t, uint64_t journal, const struct fb_entry *e)
{
    bool message = e->kind == FB_ENTRY_MESSAGE;
    if (!message && e->kind != FB_ENTRY_REFUSAL)
        return FB_OK;
    enum fb_batch_count how = message ? (e->amended ? FB_BATCH_AMENDED : FB_BATCH_ACCEPTED)
                                      : (e->reason == FB_REASON_CONFLICT ? FB_BATCH_CONFLICT : FB_BATCH_REFUSED);
    if (!message && e->body.n > 0 && e->source <= FB_SOURCES_MAX)
        fb_batches_keep(&t->batches, e->source, fb_london_day_of_ms(e->at_ms), e->body.n);
    return fb_batches_note(&t->batches, e->source, e->env.batch_id, how, (uint32_t)journal, e->at_ms);
}

static enum fb_err fold(struct fb_turn *t, struct fb_arena *arena, void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    enum { PROGRESS_ROWS = 65536 };
    struct fb_walk w;
    struct fb_entry e;
    uint64_t journal = 0;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, t->store, FB_TABLE_JOURNAL, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, arena)) {
        err = fb_key_parse_u64(w.key, &journal);
        if (err == FB_OK)
            err = fb_entry_unpack(&e, w.value);
        if (err == FB_OK)
            err = note(t, journal, &e);
        if (progress != NULL && journal % PROGRESS_ROWS == 0)
            progress(t->ports.ctx, journal, t->journal);
    }
    enum fb_err end = fb_walk_end(&w);
    return err == FB_OK ? end : err == FB_REFUSED ? FB_DAMAGED : err;
}

static enum fb_err refold(struct fb_turn *t, void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    struct fb_arena arena;
    struct fb_txn *txn = NULL;
    void *memory = malloc(FB_ENTRY_BYTES_MAX + 4096);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, FB_ENTRY_BYTES_MAX + 4096);
    enum fb_err err = fold(t, &arena, progress);
    free(memory);
    if (err == FB_OK)
        err = fb_store_write(t->store, &txn);
    if (err != FB_OK)
        return err;
    fb_batches_put(&t->batches, txn);
    return fb_txn_commit(&txn);
}

enum fb_err fb_batches_open(struct fb_turn *t, struct fb_arena *arena, bool beside, void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    struct fb_walk w;
    uint32_t number;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, t->store, FB_TABLE_BATCHES, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, arena)) {
        err = fb_key_parse_u32(w.key, &number);
        if (err == FB_OK)
            err = fb_batches_load(&t->batches, number, w.value);
    }
    enum fb_err end = fb_walk_end(&w);
    if (err != FB_OK || end != FB_OK)
        return err == FB_OK ? end : err;
    return t->batches.kept || beside || t->journal == 0 ? FB_OK : refold(t, progress);
}
