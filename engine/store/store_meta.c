/* The store's own rows of META: its schema, its epoch, and the epochs before that one. */
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/store/seam.h"
#include <string.h>

enum { FORMER_BYTES = 16 };

static void put_u64(struct fb_txn *t, const char *word, uint64_t v)
{
    struct fb_key key = fb_key_word(word);
    struct fb_key value = fb_key_u64(v);
    fb_put(t, FB_TABLE_META, fb_key_span(&key), fb_key_span(&value));
}

void fb_store_schema_put(struct fb_txn *t, uint32_t version)
{
    struct fb_key key = fb_key_word(FB_META_SCHEMA);
    struct fb_key value = fb_key_u32(version);
    fb_put(t, FB_TABLE_META, fb_key_span(&key), fb_key_span(&value));
    if (fb_txn_err(t) == FB_OK)
        t->store->schema = version; /* a commit that fails is the end of the store */
}

uint32_t fb_store_schema(struct fb_store *s)
{
    return s->schema;
}

void fb_store__meta_put(struct fb_txn *t, uint64_t epoch, uint64_t created_ms)
{
    fb_store_schema_put(t, FB_SCHEMA_VERSION);
    put_u64(t, FB_META_EPOCH, epoch);
    put_u64(t, FB_META_CREATED, created_ms);
}

static enum fb_err meta_find(struct fb_txn *t, const char *word, struct fb_span *value)
{
    struct fb_key key = fb_key_word(word);
    struct fb_row row;
    enum fb_err err = t->store->ops->find(t, FB_TABLE_META, fb_key_span(&key), &row);
    return err == FB_OK ? fb_store__check(FB_TABLE_META, &row, value) : err;
}

static enum fb_err former_read(struct fb_txn *t, struct fb_store *s)
{
    struct fb_span list;
    struct fb_reader r;
    s->n_former = 0;
    enum fb_err err = meta_find(t, FB_META_FORMER, &list);
    if (err != FB_OK)
        return err == FB_NOT_FOUND ? FB_OK : err;
    if (list.n % FORMER_BYTES != 0 || list.n > FB_FORMER_MAX * FORMER_BYTES)
        return FB_DAMAGED;
    fb_reader_init(&r, list.p, list.n);
    while (r.n < r.size) {
        struct fb_former *f = &s->former[s->n_former++];
        f->epoch = fb_get_u64(&r);
        f->last = fb_get_u64(&r);
    }
    return FB_OK;
}

static bool carries_over(uint32_t version)
{
    return version >= FB_SCHEMA_OLDEST && version <= FB_SCHEMA_VERSION;
}

static enum fb_err meta_read(struct fb_txn *t, uint32_t *version, uint64_t *epoch)
{
    struct fb_span value;
    enum fb_err err = meta_find(t, FB_META_SCHEMA, &value);
    if (err == FB_OK)
        err = fb_key_parse_u32(value, version);
    if (err != FB_OK || !carries_over(*version))
        return err;
    err = meta_find(t, FB_META_EPOCH, &value);
    return err == FB_OK ? fb_key_parse_u64(value, epoch) : err;
}

enum fb_err fb_store__meta_check(struct fb_txn *t, struct fb_store *s, const char **why)
{
    enum fb_err err = meta_read(t, &s->schema, &s->epoch);
    if (err == FB_OK && s->schema > FB_SCHEMA_VERSION) {
        *why =
            "the store was written by a newer version of Fairbank: install that version or a later one, or "
            "restore a backup made before the upgrade";
        return FB_NEWER;
    }
    if (err == FB_OK && s->schema < FB_SCHEMA_VERSION && carries_over(s->schema) && s->read_only && !s->as_it_is) {
        *why = "the store was written by an earlier version of Fairbank, or is half carried over: start fairbankd of this version on "
               "it, which carries it over and goes on where that was cut short (keep a backup made before: the earlier version cannot "
               "read it afterwards)";
        return FB_REFUSED;
    }
    if (err == FB_OK && carries_over(s->schema))
        err = former_read(t, s);
    if (err == FB_OK && carries_over(s->schema))
        return FB_OK;
    if (err == FB_OK && s->schema != 0) {
        *why = "the store was made by an earlier build that kept pseudonyms in the journal: name an empty folder, feed it "
               "anew, and destroy this one";
        return FB_REFUSED;
    }
    *why = "the store's own first rows are absent or damaged: it is not a store of Fairbank, or the disk has "
           "failed; restore a backup into this folder, or name another folder";
    return FB_DAMAGED;
}

/* ---- epochs before this one ---- */

uint64_t fb_store_shares(const struct fb_store *s, uint64_t epoch)
{
    if (epoch == s->epoch)
        return UINT64_MAX;
    for (unsigned i = s->n_former; i > 0; i--)
        if (s->former[i - 1].epoch == epoch)
            return s->former[i - 1].last;
    return 0;
}

uint64_t fb_store_epoch_of(const struct fb_store *s, uint64_t seq)
{
    for (unsigned i = 0; i < s->n_former; i++)
        if (seq <= s->former[i].last)
            return s->former[i].epoch;
    return s->epoch;
}

/* The oldest is forgotten when there is no place left: who still has a position of it begins anew. */
static void former_add(struct fb_store *s, uint64_t epoch, uint64_t last)
{
    if (s->n_former == FB_FORMER_MAX)
        memmove(s->former, s->former + 1, --s->n_former * sizeof s->former[0]);
    s->former[s->n_former++] = (struct fb_former){epoch, last};
}

void fb_store__epoch_change(struct fb_txn *t, uint64_t epoch, uint64_t seq)
{
    struct fb_store *s = t->store;
    struct fb_writer w;
    unsigned char list[FB_FORMER_MAX * FORMER_BYTES];
    former_add(s, s->epoch, seq);
    fb_writer_init(&w, list, sizeof list);
    for (unsigned i = 0; i < s->n_former; i++) {
        fb_put_u64(&w, s->former[i].epoch);
        fb_put_u64(&w, s->former[i].last);
    }
    struct fb_key key = fb_key_word(FB_META_FORMER);
    fb_put(t, FB_TABLE_META, fb_key_span(&key), (struct fb_span){(const char *)list, (uint32_t)w.n});
    put_u64(t, FB_META_EPOCH, epoch);
    s->epoch = epoch;
}
