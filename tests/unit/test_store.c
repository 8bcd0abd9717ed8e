/* What both stores promise. Every test runs on the one in memory, then on the one on disk. */
#include "engine/store/key.h"
#include "engine/store/store.h"
#include "tests/lib/stores.h"
#include "tests/lib/store_model.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

#define NOWHERE ((struct fb_span){NULL, 0})

static unsigned char memory[1u << 20];
static struct fb_arena arena;

static void on_both(void (*body)(struct fb_store *s))
{
    fb_arena_init(&arena, memory, sizeof memory);
    fb_test_on_both_stores(&arena, body);
}

static void put_number(struct fb_txn *t, enum fb_table table, uint64_t number, const char *value)
{
    struct fb_key k = fb_key_u64(number);
    fb_put(t, table, fb_key_span(&k), fb_span_of(value));
}

static bool holds(struct fb_txn *t, enum fb_table table, uint64_t number, const char *value)
{
    struct fb_key k = fb_key_u64(number);
    struct fb_span found;
    return fb_find(t, table, fb_key_span(&k), &arena, &found) == FB_OK && fb_span_is(found, value);
}

static enum fb_err find_number(struct fb_txn *t, enum fb_table table, uint64_t number)
{
    struct fb_key k = fb_key_u64(number);
    struct fb_span found;
    return fb_find(t, table, fb_key_span(&k), &arena, &found);
}

/* ---- one test each ---- */
static void put_and_find(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s);
    put_number(w, FB_TABLE_JOURNAL, 1, "first");
    put_number(w, FB_TABLE_TODO, 1, "elsewhere");
    CU_ASSERT_TRUE(holds(w, FB_TABLE_JOURNAL, 1, "first"));
    struct fb_txn *before = fb_test_reader(s);
    CU_ASSERT_EQUAL(find_number(before, FB_TABLE_JOURNAL, 1), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    CU_ASSERT_PTR_NULL(w);
    CU_ASSERT_EQUAL(find_number(before, FB_TABLE_JOURNAL, 1), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_txn_err(before), FB_OK);
    CU_ASSERT_EQUAL(fb_txn_commit(&before), FB_OK);
    struct fb_txn *after = fb_test_reader(s);
    CU_ASSERT_TRUE(holds(after, FB_TABLE_JOURNAL, 1, "first"));
    CU_ASSERT_TRUE(holds(after, FB_TABLE_TODO, 1, "elsewhere"));
    CU_ASSERT_EQUAL(find_number(after, FB_TABLE_IDS, 1), FB_NOT_FOUND);
    fb_txn_abort(&after);
    CU_ASSERT_PTR_NULL(after);
}

static void abort_restores(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s);
    put_number(w, FB_TABLE_TODO, 1, "kept");
    put_number(w, FB_TABLE_TODO, 2, "kept too");
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    w = fb_test_writer(s);
    struct fb_key one = fb_key_u64(1);
    fb_del(w, FB_TABLE_TODO, fb_key_span(&one));
    put_number(w, FB_TABLE_TODO, 2, "changed");
    put_number(w, FB_TABLE_TODO, 3, "new");
    CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_TODO), 2);
    fb_txn_abort(&w);
    w = fb_test_writer(s);
    CU_ASSERT_TRUE(holds(w, FB_TABLE_TODO, 1, "kept"));
    CU_ASSERT_TRUE(holds(w, FB_TABLE_TODO, 2, "kept too"));
    CU_ASSERT_EQUAL(find_number(w, FB_TABLE_TODO, 3), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_TODO), 2);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
}

static void append_refuses(struct fb_store *s)
{
    static const uint64_t not_above[] = {5, 4};
    for (unsigned i = 0; i < 2; i++) {
        struct fb_txn *w = fb_test_writer(s);
        put_number(w, FB_TABLE_JOURNAL, 5, "five");
        put_number(w, FB_TABLE_JOURNAL, not_above[i], "not above five");
        CU_ASSERT_EQUAL(fb_txn_err(w), FB_REFUSED);
        fb_txn_abort(&w);
    }
    struct fb_txn *w = fb_test_writer(s);
    put_number(w, FB_TABLE_TODO, 5, "five");
    put_number(w, FB_TABLE_TODO, 4, "four");
    put_number(w, FB_TABLE_TODO, 5, "five again");
    CU_ASSERT_TRUE(holds(w, FB_TABLE_TODO, 5, "five again"));
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
}

/* Rows that are appended share their pages; the others are counted, put or taken away. */
static void scattered_rows_are_counted(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s);
    struct fb_key one = fb_key_u64(1);
    CU_ASSERT_EQUAL(fb_txn_scattered(w), 0);
    put_number(w, FB_TABLE_JOURNAL, 1, "first");
    CU_ASSERT_EQUAL(fb_txn_scattered(w), 0);
    put_number(w, FB_TABLE_TODO, 1, "one");
    fb_del(w, FB_TABLE_TODO, fb_key_span(&one));
    CU_ASSERT_EQUAL(fb_txn_scattered(w), 2);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    w = fb_test_writer(s);
    CU_ASSERT_EQUAL(fb_txn_scattered(w), 0);
    fb_txn_abort(&w);
}

static void errors_stick(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s);
    put_number(w, FB_TABLE_JOURNAL, 5, "five");
    put_number(w, FB_TABLE_JOURNAL, 5, "again");
    put_number(w, FB_TABLE_TODO, 1, "nothing happens");
    CU_ASSERT_EQUAL(find_number(w, FB_TABLE_JOURNAL, 5), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_JOURNAL), 0);
    struct fb_scan scan;
    fb_scan_begin(&scan, w, FB_TABLE_JOURNAL, (struct fb_span){(const char *)&scan, FB_KEY_BYTES_MAX + 1});
    CU_ASSERT_FALSE(fb_scan_next(&scan, &arena));
    fb_scan_end(&scan);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_REFUSED);
    /* A failed commit is final. */
    CU_ASSERT_EQUAL(fb_store_write(s, &w), FB_REFUSED);
    CU_ASSERT_PTR_NULL(w);
    struct fb_txn *r = fb_test_reader(s);
    CU_ASSERT_EQUAL(fb_table_rows(r, FB_TABLE_JOURNAL), 0);
    CU_ASSERT_EQUAL(fb_table_rows(r, FB_TABLE_TODO), 0);
    fb_txn_abort(&r);
}

static void one_writer(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s), *second = NULL;
    CU_ASSERT_EQUAL(fb_store_write(s, &second), FB_BUSY);
    CU_ASSERT_PTR_NULL(second);
    fb_txn_abort(&w);
    w = fb_test_writer(s);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    w = fb_test_writer(s);
    fb_txn_abort(&w);
    fb_txn_abort(&w); /* nothing is left to abort */
}

static void scan_order(struct fb_store *s)
{
    static const struct {
        uint64_t from;
        unsigned n;
        uint64_t first;
    } cases[] = {{0, 500, 3}, {3, 500, 3}, {4, 499, 6}, {1500, 1, 1500}, {1501, 0, 0}};
    struct fb_txn *w = fb_test_writer(s);
    for (uint64_t i = 500; i > 0; i--)
        put_number(w, FB_TABLE_TODO, 3 * i, "x");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fb_key from = fb_key_u64(cases[i].from);
        struct fb_scan scan;
        uint64_t number = 0;
        unsigned n = 0;
        fb_scan_begin(&scan, w, FB_TABLE_TODO, fb_key_span(&from));
        for (uint64_t wanted = cases[i].first; fb_scan_next(&scan, &arena); n++, wanted += 3) {
            CU_ASSERT_EQUAL(fb_key_parse_u64(scan.key, &number), FB_OK);
            CU_ASSERT_EQUAL(number, wanted);
        }
        CU_ASSERT_EQUAL(n, cases[i].n);
        CU_ASSERT_FALSE(fb_scan_next(&scan, &arena));
        fb_scan_end(&scan);
        fb_arena_reset(&arena);
    }
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
}

/* The todo list is worked like this: a row is deleted as it is done, or stays, and new ones come behind it.
 */
static void scan_while_writing(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s);
    struct fb_scan scan;
    uint64_t number = 0, seen = 0;
    for (uint64_t i = 1; i <= 300; i++)
        put_number(w, FB_TABLE_TODO, i, "why");
    fb_scan_begin(&scan, w, FB_TABLE_TODO, NOWHERE);
    while (fb_scan_next(&scan, &arena)) {
        CU_ASSERT_EQUAL(fb_key_parse_u64(scan.key, &number), FB_OK);
        CU_ASSERT_EQUAL(number, ++seen);
        if (seen % 3 != 0)
            fb_del(w, FB_TABLE_TODO, scan.key);
        if (seen <= 300)
            put_number(w, FB_TABLE_TODO, 300 + seen, "again");
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    CU_ASSERT_EQUAL(seen, 600);
    CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_TODO), 200);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
}

static uint64_t rows_by_scan(struct fb_txn *t)
{
    struct fb_scan scan;
    uint64_t n = 0;
    fb_scan_begin(&scan, t, FB_TABLE_TODO, NOWHERE);
    for (; fb_scan_next(&scan, &arena); n++)
        fb_arena_reset(&arena);
    fb_scan_end(&scan);
    return n;
}

static void del_range(struct fb_txn *w, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i <= to; i++) {
        struct fb_key k = fb_key_u64(i);
        fb_del(w, FB_TABLE_TODO, fb_key_span(&k));
    }
}

/* From the middle, from the front, from the end: whole pages of rows go, and the rest is still found. */
static void ranges_go(struct fb_store *s)
{
    static const struct {
        uint64_t from, to, left, first, last;
    } steps[] = {{1500, 3500, 1999, 1, 4000},
                 {1, 1000, 999, 1001, 4000},
                 {3900, 4000, 898, 1001, 3899},
                 {1200, 3890, 208, 1001, 3899}};
    struct fb_txn *w = fb_test_writer(s);
    struct fb_span key, value;
    uint64_t number = 0;
    for (uint64_t i = 1; i <= 4000; i++)
        put_number(w, FB_TABLE_TODO, i, "x");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        del_range(w, steps[i].from, steps[i].to);
        CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_TODO), steps[i].left);
        CU_ASSERT_EQUAL(rows_by_scan(w), steps[i].left);
        CU_ASSERT_TRUE(holds(w, FB_TABLE_TODO, steps[i].first, "x"));
        CU_ASSERT_EQUAL(find_number(w, FB_TABLE_TODO, steps[i].from), FB_NOT_FOUND);
        CU_ASSERT_EQUAL(fb_find_last(w, FB_TABLE_TODO, &arena, &key, &value), FB_OK);
        CU_ASSERT_EQUAL(fb_key_parse_u64(key, &number), FB_OK);
        CU_ASSERT_EQUAL(number, steps[i].last);
        fb_arena_reset(&arena);
    }
    /* Where pages were taken out, rows go in again. */
    for (uint64_t i = 4000; i > 0; i--)
        put_number(w, FB_TABLE_TODO, i, "x");
    CU_ASSERT_EQUAL(rows_by_scan(w), 4000);
    del_range(w, 1, 4000);
    CU_ASSERT_EQUAL(rows_by_scan(w), 0);
    CU_ASSERT_EQUAL(fb_find_last(w, FB_TABLE_TODO, &arena, &key, &value), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
}

static void sizes(struct fb_store *s)
{
    static const uint32_t lengths[] = {0, 1, 2000, 2040, 4096, 20000, 300000};
    static char big[300000];
    struct fb_span found;
    memset(big, 'b', sizeof big);
    struct fb_txn *w = fb_test_writer(s);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct fb_key k = fb_key_u32(7);
        big[0] = (char)i;
        fb_put(w, FB_TABLE_FILES, fb_key_span(&k), (struct fb_span){big, lengths[i]});
        CU_ASSERT_EQUAL(fb_find(w, FB_TABLE_FILES, fb_key_span(&k), &arena, &found), FB_OK);
        CU_ASSERT_TRUE(fb_span_eq(found, (struct fb_span){big, lengths[i]}));
        fb_arena_reset(&arena);
    }
    CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_FILES), 1);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    struct fb_key k = fb_key_u32(7);
    struct fb_txn *r = fb_test_reader(s);
    CU_ASSERT_EQUAL(fb_find(r, FB_TABLE_FILES, fb_key_span(&k), &arena, &found), FB_OK);
    CU_ASSERT_TRUE(fb_span_eq(found, (struct fb_span){big, 300000}));
    fb_txn_abort(&r);
    CU_ASSERT_TRUE(fb_store_bytes(s) > 300000);
}

static void limits(struct fb_store *s)
{
    char key[FB_KEY_BYTES_MAX + 1] = {0};
    struct fb_span longest = {key, FB_KEY_BYTES_MAX}, too_long = {key, FB_KEY_BYTES_MAX + 1}, found;
    struct fb_txn *w = fb_test_writer(s);
    fb_put(w, FB_TABLE_CURSORS, longest, fb_span_of("fits"));
    CU_ASSERT_EQUAL(fb_txn_err(w), FB_OK);
    fb_put(w, FB_TABLE_CURSORS, too_long, fb_span_of("does not"));
    CU_ASSERT_EQUAL(fb_txn_err(w), FB_LIMIT);
    fb_txn_abort(&w);
    w = fb_test_writer(s);
    fb_put(w, FB_TABLE_CURSORS, NOWHERE, fb_span_of("no key"));
    CU_ASSERT_EQUAL(fb_txn_err(w), FB_LIMIT);
    fb_txn_abort(&w);
    w = fb_test_writer(s);
    fb_put(w, FB_TABLE_CURSORS, longest, (struct fb_span){key, (64u << 20) + 1u});
    CU_ASSERT_EQUAL(fb_txn_err(w), FB_LIMIT);
    fb_txn_abort(&w);
    w = fb_test_writer(s);
    struct fb_arena small;
    unsigned char *few = malloc(64);
    fb_arena_init(&small, few, 64);
    fb_put(w, FB_TABLE_CURSORS, longest, (struct fb_span){key, sizeof key});
    CU_ASSERT_EQUAL(fb_find(w, FB_TABLE_CURSORS, longest, &small, &found), FB_LIMIT);
    CU_ASSERT_PTR_NULL(found.p);
    fb_txn_abort(&w);
    (void)fb_arena_get(&small, 64);
    free(few);
}

static void last_row(struct fb_store *s)
{
    struct fb_txn *w = fb_test_writer(s);
    struct fb_span key, value;
    uint64_t number = 0;
    CU_ASSERT_EQUAL(fb_find_last(w, FB_TABLE_JOURNAL, &arena, &key, &value), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_txn_err(w), FB_OK);
    for (uint64_t i = 1; i <= 1000; i++) {
        put_number(w, FB_TABLE_JOURNAL, i * 1000, "entry");
        CU_ASSERT_EQUAL(fb_table_rows(w, FB_TABLE_JOURNAL), i);
    }
    CU_ASSERT_EQUAL(fb_find_last(w, FB_TABLE_JOURNAL, &arena, &key, &value), FB_OK);
    CU_ASSERT_EQUAL(fb_key_parse_u64(key, &number), FB_OK);
    CU_ASSERT_EQUAL(number, 1000000);
    CU_ASSERT_TRUE(fb_span_is(value, "entry"));
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
}

static void meta_rows(struct fb_store *s)
{
    struct fb_txn *r = fb_test_reader(s);
    struct fb_key schema = fb_key_word("schema"), epoch = fb_key_word("epoch");
    struct fb_span value;
    uint32_t version = 0;
    uint64_t number = 0;
    CU_ASSERT_EQUAL(fb_table_rows(r, FB_TABLE_META), 3);
    CU_ASSERT_EQUAL(fb_find(r, FB_TABLE_META, fb_key_span(&schema), &arena, &value), FB_OK);
    CU_ASSERT_EQUAL(fb_key_parse_u32(value, &version), FB_OK);
    CU_ASSERT_EQUAL(version, FB_SCHEMA_VERSION);
    CU_ASSERT_EQUAL(fb_find(r, FB_TABLE_META, fb_key_span(&epoch), &arena, &value), FB_OK);
    CU_ASSERT_EQUAL(fb_key_parse_u64(value, &number), FB_OK);
    CU_ASSERT_EQUAL(number, fb_store_epoch(s));
    CU_ASSERT_NOT_EQUAL(number, 0);
    fb_txn_abort(&r);
}

/* A thousand transactions' worth would be dear on a slow disk; eighty of up to sixty steps split pages, too.
 */
static void random_work(struct fb_store *s)
{
    struct fb_prng r;
    static struct fb_model before, after;
    memset(&before, 0, sizeof before);
    fb_prng_init(&r, 2026);
    for (int i = 0; i < 80; i++) {
        struct fb_txn *old = fb_test_reader(s), *w = fb_test_writer(s);
        after = before;
        for (uint64_t n = fb_prng_below(&r, 60); n > 0; n--)
            fb_model_work(&after, w, &r);
        CU_ASSERT_TRUE_FATAL(fb_model_equal(&after, w));
        bool keep = fb_prng_below(&r, 4) > 0;
        if (keep)
            CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&w), FB_OK);
        fb_txn_abort(&w);
        CU_ASSERT_TRUE_FATAL(fb_model_equal(&before, old));
        fb_txn_abort(&old);
        if (keep)
            before = after;
        struct fb_txn *fresh = fb_test_reader(s);
        CU_ASSERT_TRUE_FATAL(fb_model_equal(&before, fresh));
        fb_txn_abort(&fresh);
    }
    CU_ASSERT_TRUE(before.table[0].n > 100 && before.table[2].n > 100);
}

#define ON_BOTH(X)                                                                                           \
    X(put_and_find, "what is put is found, by others once it is committed")                                  \
    X(abort_restores, "an abort leaves everything as it was")                                                \
    X(append_refuses, "an append table refuses a key that does not grow")                                    \
    X(scattered_rows_are_counted, "rows that may each lie on a page of their own are counted, appended ones are not") \
    X(errors_stick, "the first error stays, and a failed commit is final")                                   \
    X(one_writer, "there is one write transaction at a time")                                                \
    X(scan_order, "a scan begins where it is told and goes in key order")                                    \
    X(scan_while_writing, "a scan goes on when its rows are deleted and others come")                        \
    X(ranges_go, "whole ranges of rows go, and the rest is still found")                                     \
    X(sizes, "a row of any size comes back whole")                                                           \
    X(limits, "what does not fit is a limit, not a crash")                                                   \
    X(last_row, "the last row and the count follow every put")                                               \
    X(meta_rows, "a new store knows its schema and its epoch")                                               \
    X(random_work, "random work leaves what a plain model of it leaves")
#define X(name, text)                                                                                        \
    static void both_##name(void)                                                                            \
    {                                                                                                        \
        on_both(name);                                                                                       \
    }
ON_BOTH(X)
#undef X
#define X(name, text) {text, both_##name},
CU_TestInfo suite_store[] = {ON_BOTH(X) CU_TEST_INFO_NULL};
