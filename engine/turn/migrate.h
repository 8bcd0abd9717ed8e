#ifndef FB_TURN_MIGRATE_H
#define FB_TURN_MIGRATE_H
/* A store of an older schema is carried over by the engine that opens it to write, step by step, before anything else is done
 * with it. A step may be cut short anywhere (kill -9, power): the next start begins it again, and it goes on where it
 * stood. Readers are refused until it is done (store.h); a store of a newer schema is never opened.
 *
 * A new schema: raise FB_SCHEMA_VERSION, add a row in migrate.c, keep a store of the one before in tests/data/stores. */
#include "engine/store/store.h"

struct fb_migration {
    uint32_t from, to;
    const char *words; /* "the journal's chain is folded" */
    /* In transactions of bounded size; what it has done already it does not do again. */
    enum fb_err (*run)(struct fb_store *store, void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx);
};
struct fb_migrate {
    void (*begun)(void *ctx, const struct fb_migration *m); /* NULL: nobody is told */
    void (*progress)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
};
/* Up to FB_SCHEMA_VERSION; nothing happens to a store that has it. FB_REFUSED: no step leads on from the store's schema. Other
 * errors: the step's, and the store is as far as it came. */
FB_MUST_CHECK enum fb_err fb_migrate(struct fb_store *store, const struct fb_migrate *how);
/* The same by other steps, up to another schema: for tests. */
FB_MUST_CHECK enum fb_err fb_migrate_by(struct fb_store *store, const struct fb_migration *steps, unsigned n, uint32_t target,
                                        const struct fb_migrate *how);
#endif
