#include "tests/lib/store_model.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include <string.h>

enum fb_table fb_model_table_of(unsigned i)
{
    static const enum fb_table tables[FB_MODEL_TABLES] = {FB_TABLE_TODO, FB_TABLE_TOTALS, FB_TABLE_EVENTS};
    fb_assert(i < FB_MODEL_TABLES);
    return tables[i];
}

struct fb_span fb_model_value(uint32_t seed, unsigned char *memory)
{
    /* Mostly short, sometimes nothing, sometimes more than a page. */
    uint32_t n = seed % 97 == 0 ? seed % FB_MODEL_VALUE : seed % 230;
    struct fb_prng r;
    fb_prng_init(&r, seed);
    for (uint32_t i = 0; i < n; i += 8) {
        uint64_t v = fb_prng_next(&r);
        memcpy(memory + i, &v, n - i < 8 ? n - i : 8);
    }
    return (struct fb_span){(const char *)memory, n};
}

static struct fb_span key_of(const struct fb_model_row *row)
{
    return (struct fb_span){(const char *)row->key, row->key_n};
}

/* The first row that is >= key. */
static unsigned place(const struct fb_model_table *t, struct fb_span key)
{
    unsigned i = 0;
    while (i < t->n && fb_span_cmp(key_of(&t->row[i]), key) < 0)
        i++;
    return i;
}

static void model_put(struct fb_model_table *t, struct fb_span key, uint32_t seed)
{
    unsigned i = place(t, key);
    if (i == t->n || !fb_span_eq(key_of(&t->row[i]), key)) {
        fb_assert(t->n < FB_MODEL_ROWS);
        memmove(&t->row[i + 1], &t->row[i], (t->n - i) * sizeof t->row[0]);
        t->n++;
        memcpy(t->row[i].key, key.p, key.n);
        t->row[i].key_n = key.n;
    }
    t->row[i].seed = seed;
}

static void model_del(struct fb_model_table *t, struct fb_span key)
{
    unsigned i = place(t, key);
    if (i == t->n || !fb_span_eq(key_of(&t->row[i]), key))
        return;
    t->n--;
    memmove(&t->row[i], &t->row[i + 1], (t->n - i) * sizeof t->row[0]);
}

/* Few and short, so that keys meet again and one begins another. */
static struct fb_key any_key(struct fb_prng *r)
{
    struct fb_key k = {.n = 1 + (uint32_t)fb_prng_below(r, 3)};
    for (uint32_t i = 0; i < k.n; i++)
        k.b[i] = (unsigned char)(fb_prng_below(r, 7) * 40);
    return k;
}

void fb_model_work(struct fb_model *m, struct fb_txn *t, struct fb_prng *r)
{
    unsigned char memory[FB_MODEL_VALUE];
    unsigned i = (unsigned)fb_prng_below(r, FB_MODEL_TABLES);
    struct fb_model_table *table = &m->table[i];
    bool appends = fb_model_table_of(i) == FB_TABLE_EVENTS;
    bool full = table->n == FB_MODEL_ROWS;
    struct fb_key k = appends ? fb_key_u64(m->next) : any_key(r);
    if (full || fb_prng_below(r, 3) == 0) {
        if (appends && table->n > 0) {
            const struct fb_model_row *gone = &table->row[fb_prng_below(r, table->n)];
            memcpy(k.b, gone->key, gone->key_n);
            k.n = gone->key_n;
        }
        model_del(table, fb_key_span(&k));
        fb_del(t, fb_model_table_of(i), fb_key_span(&k));
        return;
    }
    uint32_t seed = (uint32_t)fb_prng_below(r, UINT32_MAX);
    if (appends)
        m->next += 1 + fb_prng_below(r, 3);
    model_put(table, fb_key_span(&k), seed);
    fb_put(t, fb_model_table_of(i), fb_key_span(&k), fb_model_value(seed, memory));
}

static bool row_equal(const struct fb_model_row *row, struct fb_span key, struct fb_span value)
{
    unsigned char memory[FB_MODEL_VALUE];
    return fb_span_eq(key_of(row), key) && fb_span_eq(fb_model_value(row->seed, memory), value);
}

static bool scan_equal(const struct fb_model_table *m, struct fb_txn *t, enum fb_table table, unsigned from)
{
    static unsigned char memory[2 * FB_MODEL_VALUE];
    struct fb_arena arena;
    struct fb_scan scan;
    unsigned i = from;
    bool same = true;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, table, from == 0 ? (struct fb_span){NULL, 0} : key_of(&m->row[from]));
    while (same && fb_scan_next(&scan, &arena)) {
        same = i < m->n && row_equal(&m->row[i], scan.key, scan.value);
        i++;
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    return same && i == m->n;
}

static bool find_equal(const struct fb_model_table *m, struct fb_txn *t, enum fb_table table)
{
    static unsigned char memory[2 * FB_MODEL_VALUE];
    struct fb_arena arena;
    struct fb_span key, value;
    bool same = true;
    fb_arena_init(&arena, memory, sizeof memory);
    for (unsigned i = 0; same && i < m->n; i++) {
        key = key_of(&m->row[i]);
        same = fb_find(t, table, key, &arena, &value) == FB_OK && row_equal(&m->row[i], key, value);
        fb_arena_reset(&arena);
    }
    enum fb_err err = fb_find_last(t, table, &arena, &key, &value);
    if (m->n == 0)
        return same && err == FB_NOT_FOUND;
    return same && err == FB_OK && row_equal(&m->row[m->n - 1], key, value);
}

/* The last row up to this key, of those that begin as it does: by a walk over the model, and by the store's seek. */
static bool last_to_equal(const struct fb_model_table *m, struct fb_txn *t, enum fb_table table, struct fb_span key,
                          uint32_t prefix)
{
    static unsigned char memory[2 * FB_MODEL_VALUE];
    struct fb_arena arena;
    struct fb_span found, value;
    const struct fb_model_row *must = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    for (unsigned i = 0; i < m->n && fb_span_cmp(key_of(&m->row[i]), key) <= 0; i++)
        must = &m->row[i];
    if (must != NULL && (must->key_n < prefix || memcmp(must->key, key.p, prefix) != 0))
        must = NULL;
    enum fb_err err = fb_find_last_to(t, table, key, prefix, &arena, &found, &value);
    return must == NULL ? err == FB_NOT_FOUND : err == FB_OK && row_equal(must, found, value);
}

/* At each row, just after it, and before what begins as it does. */
static bool all_last_to_equal(const struct fb_model_table *m, struct fb_txn *t, enum fb_table table)
{
    bool same = true;
    for (unsigned i = 0; same && i < m->n; i++) {
        unsigned char key[FB_MODEL_KEY + 1] = {0};
        uint32_t n = m->row[i].key_n;
        memcpy(key, m->row[i].key, n);
        for (uint32_t longer = 0; same && longer < 2; longer++)
            same = last_to_equal(m, t, table, (struct fb_span){(char *)key, n + longer}, (i + longer) % (n + 1));
        same = same && (n == 1 || last_to_equal(m, t, table, (struct fb_span){(char *)key, n - 1}, i % n));
    }
    return same;
}

bool fb_model_equal(const struct fb_model *m, struct fb_txn *t)
{
    bool same = true;
    for (unsigned i = 0; same && i < FB_MODEL_TABLES; i++) {
        const struct fb_model_table *table = &m->table[i];
        enum fb_table which = fb_model_table_of(i);
        same = fb_table_rows(t, which) == table->n && scan_equal(table, t, which, 0) &&
               find_equal(table, t, which) && all_last_to_equal(table, t, which);
        if (same && table->n > 1)
            same = scan_equal(table, t, which, table->n / 2);
    }
    return same && fb_txn_err(t) == FB_OK;
}
