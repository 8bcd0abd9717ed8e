/* The faults of the store in memory: each one, wherever it strikes, leaves what was committed before and
 * nothing of what was not. */
#include "engine/store/key.h"
#include "engine/store/store.h"
#include "tests/lib/store_model.h"
#include "tests/lib/stores.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_model before, after;

static bool store_equal(const struct fb_model *m, struct fb_store *s)
{
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &t), FB_OK);
    bool same = fb_model_equal(m, t);
    fb_txn_abort(&t);
    return same;
}

/* Two transactions of the same work, whatever fails; `before` is what the last good commit left. */
static enum fb_err two_commits(struct fb_store *s)
{
    struct fb_prng r;
    enum fb_err err = FB_OK;
    memset(&before, 0, sizeof before);
    fb_prng_init(&r, 7);
    for (int i = 0; i < 2 && err == FB_OK; i++) {
        struct fb_txn *w = NULL;
        err = fb_store_write(s, &w);
        if (err != FB_OK)
            return err;
        after = before;
        for (int n = 0; n < 120; n++)
            fb_model_work(&after, w, &r);
        err = fb_txn_commit(&w);
        if (err == FB_OK)
            before = after;
    }
    return err;
}

static void a_failed_put_takes_its_transaction_with_it(void)
{
    struct fb_faults faults = {0};
    enum fb_err err = FB_IO;
    for (uint64_t n = 1; err != FB_OK; n++) {
        struct fb_store *s = NULL;
        struct fb_txn *w = NULL;
        faults.fail_put_at = n;
        CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, &faults), FB_OK);
        err = two_commits(s);
        CU_ASSERT_TRUE(err == FB_IO || (err == FB_OK && n > 100));
        CU_ASSERT_TRUE(store_equal(&before, s));
        if (err != FB_OK) {
            CU_ASSERT_EQUAL(fb_store_write(s, &w), FB_IO);
            fb_store_power_cut(s);
        }
        CU_ASSERT_EQUAL(fb_store_write(s, &w), FB_OK);
        CU_ASSERT_TRUE(fb_model_equal(&before, w));
        CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
        fb_store_close(&s);
    }
}

static void a_failed_commit_leaves_nothing_of_itself(void)
{
    struct fb_faults faults = {0};
    for (uint64_t n = 1; n <= 3; n++) {
        struct fb_store *s = NULL;
        faults.fail_commit_at = n;
        CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, &faults), FB_OK);
        CU_ASSERT_EQUAL(two_commits(s), n < 3 ? FB_IO : FB_OK);
        CU_ASSERT_EQUAL(before.table[0].n > 0, n > 1);
        CU_ASSERT_TRUE(store_equal(&before, s));
        fb_store_close(&s);
    }
}

/* At every piece of memory asked for, until none is refused. close() checks that all of it came back. */
static void memory_that_runs_out_leaks_nothing_and_leaves_no_half_work(void)
{
    struct fb_faults faults = {0};
    enum fb_err err = FB_FULL;
    for (uint64_t n = 1; err != FB_OK; n++) {
        struct fb_store *s = NULL;
        faults.fail_alloc_at = n;
        err = fb_store_open_memory(&s, &faults);
        if (err != FB_OK) {
            CU_ASSERT_EQUAL(err, FB_FULL);
            CU_ASSERT_PTR_NULL(s);
            continue;
        }
        err = two_commits(s);
        CU_ASSERT_TRUE(err == FB_FULL || (err == FB_OK && n > 150));
        CU_ASSERT_TRUE(store_equal(&before, s));
        fb_store_close(&s);
    }
}

static void a_power_cut_loses_what_was_not_committed(void)
{
    struct fb_store *s = NULL;
    struct fb_prng r;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, NULL), FB_OK);
    CU_ASSERT_EQUAL(two_commits(s), FB_OK);
    struct fb_txn *lost = fb_test_writer(s), *w, *reading = NULL;
    CU_ASSERT_EQUAL(fb_store_read(s, &reading), FB_OK);
    after = before;
    fb_prng_init(&r, 8);
    for (int n = 0; n < 50; n++)
        fb_model_work(&after, lost, &r);
    fb_store_power_cut(s);
    w = fb_test_writer(s);
    CU_ASSERT_TRUE(fb_model_equal(&before, w));
    /* Those that were open still end, and disturb nobody. */
    fb_model_work(&after, lost, &r);
    CU_ASSERT_EQUAL(fb_txn_err(lost), FB_IO);
    CU_ASSERT_EQUAL(fb_txn_commit(&lost), FB_IO);
    fb_txn_abort(&reading);
    struct fb_txn *second = NULL;
    CU_ASSERT_EQUAL(fb_store_write(s, &second), FB_BUSY);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    CU_ASSERT_TRUE(store_equal(&before, s));
    fb_store_close(&s);
}

static void two_stores_given_the_same_calls_are_the_same(void)
{
    struct fb_store *a = NULL, *b = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&a, NULL), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&b, NULL), FB_OK);
    CU_ASSERT_EQUAL(two_commits(a), FB_OK);
    CU_ASSERT_EQUAL(two_commits(b), FB_OK);
    CU_ASSERT_EQUAL(fb_store_epoch(a), fb_store_epoch(b));
    CU_ASSERT_EQUAL(fb_store_bytes(a), fb_store_bytes(b));
    fb_store_close(&a);
    fb_store_close(&b);
}

/* Verify replays a whole journal into one of these. */
static void fill(struct fb_store *s, enum fb_table table, uint32_t rows, uint32_t step)
{
    for (uint32_t i = 0; i < rows;) {
        struct fb_txn *w = fb_test_writer(s);
        for (uint32_t n = 0; n < 1000; n++, i++) {
            struct fb_key k = fb_key_u32(i * step);
            fb_put(w, table, fb_key_span(&k), fb_key_span(&k));
        }
        CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&w), FB_OK);
    }
    struct fb_txn *r = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &r), FB_OK);
    CU_ASSERT_EQUAL(fb_table_rows(r, table), rows);
    fb_txn_abort(&r);
}

static void a_hundred_thousand_rows_go_in_at_the_end_and_anywhere(void)
{
    enum { ROWS = 100000, ROW_BYTES = 12 + 4 + 4 + 4, PLACE_BYTES = 8 };
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, NULL), FB_OK);
    fill(s, FB_TABLE_JOURNAL, ROWS, 1);
    /* Appended rows fill their leaves: two bytes a row for what is above them. */
    CU_ASSERT_TRUE(fb_store_bytes(s) < (uint64_t)ROWS * (ROW_BYTES + PLACE_BYTES + 2));
    fill(s, FB_TABLE_TODO, ROWS, 2654435761u);
    CU_ASSERT_TRUE(fb_store_bytes(s) < (uint64_t)ROWS * 2 * (ROW_BYTES + 2 * PLACE_BYTES));
    fb_store_close(&s);
}

CU_TestInfo suite_store_mem[] = {
    {"a failed put takes its transaction with it", a_failed_put_takes_its_transaction_with_it},
    {"a failed commit leaves nothing of itself", a_failed_commit_leaves_nothing_of_itself},
    {"memory that runs out leaks nothing and leaves no half work",
     memory_that_runs_out_leaks_nothing_and_leaves_no_half_work},
    {"a power cut loses what was not committed, and only that", a_power_cut_loses_what_was_not_committed},
    {"two stores given the same calls are the same", two_stores_given_the_same_calls_are_the_same},
    {"a hundred thousand rows go in at the end and anywhere",
     a_hundred_thousand_rows_go_in_at_the_end_and_anywhere},
    CU_TEST_INFO_NULL,
};
