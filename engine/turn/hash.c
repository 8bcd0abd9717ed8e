#include "engine/base/hash.h"
#include "engine/turn/state.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

static const enum fb_table hashed[] = {FB_TABLE_DECISIONS, FB_TABLE_EVENTS, FB_TABLE_TOTALS,
                                       FB_TABLE_FINDINGS,  FB_TABLE_IDS,    FB_TABLE_REFUSED,
                                       FB_TABLE_TODO,      FB_TABLE_SOURCES,   FB_TABLE_PAID,
                                       FB_TABLE_PERIODS,  FB_TABLE_RECEIPTS};

static void mix(uint64_t h[2], uint64_t v)
{
    h[0] = fb_hash64_mix(h[0], v);
    h[1] = fb_hash64_mix(h[1] ^ 0x5DEECE66Du, v);
}

static enum fb_err hash_table(struct fb_store *store, enum fb_table table, struct fb_arena *arena,
                              uint64_t h[2])
{
    struct fb_walk w;
    mix(h, (uint64_t)table);
    fb_walk_begin(&w, store, table, (struct fb_span){NULL, 0});
    while (fb_walk_next(&w, arena)) {
        mix(h, fb_hash64(w.key.p, w.key.n));
        mix(h, fb_hash64(w.value.p, w.value.n));
    }
    return fb_walk_end(&w);
}

enum fb_err fb_turn_hash(struct fb_store *store, unsigned char out[16])
{
    uint64_t h[2] = {0, 1};
    struct fb_arena arena;
    void *memory = malloc(FB_ENTRY_BYTES_MAX + 4096);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, FB_ENTRY_BYTES_MAX + 4096);
    enum fb_err err = FB_OK;
    for (unsigned i = 0; i < sizeof hashed / sizeof hashed[0] && err == FB_OK; i++)
        err = hash_table(store, hashed[i], &arena, h);
    free(memory);
    for (unsigned i = 0; i < 16; i++)
        out[i] = (unsigned char)(h[i / 8] >> (56 - 8 * (i % 8)));
    return err;
}
