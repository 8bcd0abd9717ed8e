#include "tests/lib/store_rows.h"
#include "engine/store/key.h"
#include <string.h>

struct fb_span fb_test_row_value(uint64_t number, unsigned char out[FB_TEST_ROW])
{
    memset(out, (int)('a' + number % 26), FB_TEST_ROW);
    memcpy(out, &number, sizeof number);
    return (struct fb_span){(const char *)out, FB_TEST_ROW};
}

void fb_test_rows_put(struct fb_txn *t, uint64_t from, uint64_t n)
{
    unsigned char bytes[FB_TEST_ROW];
    for (uint64_t i = from; i < from + n; i++) {
        struct fb_key k = fb_key_u64(i);
        fb_put(t, FB_TABLE_JOURNAL, fb_key_span(&k), fb_test_row_value(i, bytes));
    }
}

enum fb_err fb_test_rows_append(struct fb_store *s, uint64_t from, uint64_t n)
{
    struct fb_txn *t = NULL;
    enum fb_err err = fb_store_write(s, &t);
    if (err != FB_OK)
        return err;
    fb_test_rows_put(t, from, n);
    return fb_txn_commit(&t);
}

static bool row_is(const struct fb_scan *scan, uint64_t number)
{
    unsigned char bytes[FB_TEST_ROW];
    uint64_t found;
    return fb_key_parse_u64(scan->key, &found) == FB_OK && found == number &&
           fb_span_eq(scan->value, fb_test_row_value(number, bytes));
}

enum fb_err fb_test_rows_read(struct fb_store *s, uint64_t *n)
{
    static unsigned char memory[1u << 12];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_txn *t = NULL;
    enum fb_err err = fb_store_read(s, &t), wrong = FB_OK;
    *n = 0;
    if (err != FB_OK)
        return err;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, FB_TABLE_JOURNAL, (struct fb_span){NULL, 0});
    while (wrong == FB_OK && fb_scan_next(&scan, &arena)) {
        if (!row_is(&scan, ++*n))
            wrong = FB_REFUSED;
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    err = fb_txn_commit(&t);
    return err == FB_OK ? wrong : err;
}
