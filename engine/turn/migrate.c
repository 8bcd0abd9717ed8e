#include "engine/turn/migrate.h"
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"

static const char UNDER_WAY[] = "carrying"; /* row of META: u32, the schema that is being carried over to */

static const struct fb_migration steps[] = {
    {2, 3, "every journal entry gets its leaf in the chain", fb_chain_refold},
};

static enum fb_err note(struct fb_store *store, uint32_t to)
{
    struct fb_txn *t;
    struct fb_key key = fb_key_word(UNDER_WAY), value = fb_key_u32(to);
    enum fb_err err = fb_store_write(store, &t);
    if (err != FB_OK)
        return err;
    fb_put(t, FB_TABLE_META, fb_key_span(&key), fb_key_span(&value));
    return fb_txn_commit(&t);
}

/* The schema changes when all of the step is durable, with the note that it was under way. */
static enum fb_err finish(struct fb_store *store, uint32_t to)
{
    struct fb_txn *t;
    struct fb_key key = fb_key_word(UNDER_WAY);
    enum fb_err err = fb_store_write(store, &t);
    if (err != FB_OK)
        return err;
    fb_del(t, FB_TABLE_META, fb_key_span(&key));
    fb_store_schema_put(t, to);
    return fb_txn_commit(&t);
}

static const struct fb_migration *step_from(const struct fb_migration *list, unsigned n, uint32_t schema)
{
    for (unsigned i = 0; i < n; i++)
        if (list[i].from == schema)
            return &list[i];
    return NULL;
}

static enum fb_err run(struct fb_store *store, const struct fb_migration *m, const struct fb_migrate *how)
{
    if (how->begun != NULL)
        how->begun(how->ctx, m);
    enum fb_err err = note(store, m->to);
    if (err == FB_OK)
        err = m->run(store, how->progress, how->ctx);
    return err == FB_OK ? finish(store, m->to) : err;
}

enum fb_err fb_migrate_by(struct fb_store *store, const struct fb_migration *list, unsigned n, uint32_t target,
                          const struct fb_migrate *how)
{
    enum fb_err err = FB_OK;
    while (err == FB_OK && fb_store_schema(store) < target) {
        const struct fb_migration *m = step_from(list, n, fb_store_schema(store));
        if (m == NULL)
            return FB_REFUSED;
        err = run(store, m, how);
    }
    return err;
}

enum fb_err fb_migrate(struct fb_store *store, const struct fb_migrate *how)
{
    return fb_migrate_by(store, steps, sizeof steps / sizeof steps[0], FB_SCHEMA_VERSION, how);
}
