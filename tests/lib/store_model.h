#ifndef FB_TESTS_STORE_MODEL_H
#define FB_TESTS_STORE_MODEL_H
/* What a store must hold, kept as plainly as possible: sorted arrays of short keys, values made from a
 * number. Random work is done to a transaction and to the model; then the two are compared, row by row. */
#include "engine/base/prng.h"
#include "engine/store/store.h"
enum { FB_MODEL_ROWS = 600, FB_MODEL_KEY = 12 };
struct fb_model_row {
    unsigned char key[FB_MODEL_KEY];
    uint32_t key_n;
    uint32_t seed; /* names the value: its bytes and its length */
};
struct fb_model_table {
    unsigned n;
    struct fb_model_row row[FB_MODEL_ROWS];
};
enum { FB_MODEL_TABLES = 3 };
struct fb_model {
    struct fb_model_table table[FB_MODEL_TABLES];
    uint64_t next; /* key of the next appended row */
};
/* TODO and TOTALS are overwritten, EVENTS is appended to. */
enum fb_table fb_model_table_of(unsigned i);
/* The value that a seed names; `memory` has FB_MODEL_VALUE bytes. */
enum { FB_MODEL_VALUE = 9000 };
struct fb_span fb_model_value(uint32_t seed, unsigned char *memory);
/* One random put or delete, done to both. */
void fb_model_work(struct fb_model *m, struct fb_txn *t, struct fb_prng *r);
/* True when the transaction sees exactly the model's rows: by scan, by find, by last, by last up to a key and by count. */
bool fb_model_equal(const struct fb_model *m, struct fb_txn *t);
#endif
