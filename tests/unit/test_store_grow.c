/* The map grows while the store is used, in the process that writes and in those that read. */
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "tests/lib/folder.h"
#include "tests/lib/store_rows.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TINY = 1 << 18, ROWS = 20000, AT_ONCE = 100, OPENED = 3000 };
static const struct fb_store_options tiny = {.create = true, .map_bytes = TINY},
                                     tiny_reader = {.read_only = true, .map_bytes = TINY};
static struct fb_test_folder folder;

static struct fb_store *opened(const struct fb_store_options *options)
{
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder.path, options, NULL), FB_OK);
    return s;
}

static void it_grows_as_it_is_filled(void)
{
    uint64_t n = 0;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened(&tiny);
    uint64_t first = fb_store_map_bytes(s);
    for (uint64_t i = 1; i <= ROWS; i += AT_ONCE)
        CU_ASSERT_EQUAL_FATAL(fb_test_rows_append(s, i, AT_ONCE), FB_OK);
    CU_ASSERT_TRUE(fb_store_bytes(s) > 8 * first);
    CU_ASSERT_TRUE(fb_store_map_bytes(s) > fb_store_bytes(s));
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, ROWS);
    fb_store_close(&s);
    /* Opened again with the tiny size, it is as large as it must be, and goes on. */
    s = opened(&tiny);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, ROWS + 1, AT_ONCE), FB_OK);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

/* What a reader holds must stay readable: the map is left as it is until the reader has ended. */
static void a_reader_of_this_process_is_not_robbed_of_its_map(void)
{
    unsigned char memory[4096], bytes[FB_TEST_ROW];
    struct fb_arena arena;
    struct fb_span value;
    struct fb_txn *t = NULL;
    struct fb_key key = fb_key_u64(1);
    fb_test_folder_make(&folder);
    struct fb_store *s = opened(&tiny);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 300), FB_OK);
    uint64_t before = fb_store_map_bytes(s);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &t), FB_OK);
    uint64_t at = 301;
    while (at < 700 && fb_store_bytes(s) <= before / 2) /* until growing is due */
        CU_ASSERT_EQUAL(fb_test_rows_append(s, at++, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, at++, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_store_map_bytes(s), before);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_find(t, FB_TABLE_JOURNAL, fb_key_span(&key), &arena, &value), FB_OK);
    CU_ASSERT_TRUE(fb_span_eq(value, fb_test_row_value(1, bytes)));
    fb_arena_release(&arena);
    fb_txn_abort(&t);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, at, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_store_map_bytes(s), 2 * before);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

static void nap(void)
{
    const struct timespec half_ms = {0, 500000};
    (void)nanosleep(&half_ms, NULL);
}

static int read_beside(void)
{
    struct fb_store *s = NULL;
    uint64_t n = 0, first;
    if (fb_store_open(&s, folder.path, &tiny_reader, NULL) != FB_OK)
        return 1;
    first = fb_store_map_bytes(s);
    for (int i = 0; n < ROWS && i < 20000; i++) {
        if (fb_test_rows_read(s, &n) != FB_OK || n % AT_ONCE != 0)
            return 2;
        nap();
    }
    bool grew = fb_store_map_bytes(s) > first;
    fb_store_close(&s);
    return n == ROWS && grew ? 0 : 3;
}

static void a_reader_in_another_process_follows(void)
{
    int status = 0;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened(&tiny);
    fb_store_close(&s);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0)
        _exit(read_beside());
    s = opened(&tiny);
    for (uint64_t i = 1; i <= ROWS; i += AT_ONCE)
        CU_ASSERT_EQUAL_FATAL(fb_test_rows_append(s, i, AT_ONCE), FB_OK);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(status));
    CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

/* Its map is as large as the file when it is opened, and the file is larger before its first transaction. */
static int open_beside(void)
{
    static const struct fb_store_options least = {.read_only = true, .map_bytes = 4096};
    for (unsigned i = 0; i < OPENED; i++) {
        struct fb_store *s = NULL;
        if (fb_store_open(&s, folder.path, &least, NULL) != FB_OK)
            return 1;
        fb_store_close(&s);
    }
    return 0;
}

static void a_reader_opens_while_the_file_grows(void)
{
    int status = 0;
    fb_test_folder_make_quick(&folder);
    struct fb_store *s = opened(&tiny);
    fb_store_close(&s);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0)
        _exit(open_beside());
    s = opened(&tiny);
    for (uint64_t i = 1; waitpid(child, &status, WNOHANG) == 0; i++)
        CU_ASSERT_EQUAL_FATAL(fb_test_rows_append(s, i, 1), FB_OK);
    CU_ASSERT_TRUE(WIFEXITED(status));
    CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

static void it_grows_no_further_than_it_may(void)
{
    const struct fb_store_options bounded = {.create = true, .map_bytes = TINY, .map_bytes_max = 3 * TINY};
    uint64_t kept = 0, n = 0;
    enum fb_err err = FB_OK;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened(&bounded);
    while (err == FB_OK && kept < ROWS) {
        err = fb_test_rows_append(s, kept + 1, 10);
        kept += err == FB_OK ? 10 : 0;
    }
    CU_ASSERT_EQUAL(err, FB_FULL);
    CU_ASSERT_EQUAL(fb_store_map_bytes(s), 3 * TINY);
    CU_ASSERT_TRUE(fb_store_bytes(s) > 2 * TINY);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, kept);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_store_grow[] = {
    {"it grows as it is filled", it_grows_as_it_is_filled},
    {"a reader of this process is not robbed of its map", a_reader_of_this_process_is_not_robbed_of_its_map},
    {"a reader in another process follows", a_reader_in_another_process_follows},
    {"a reader opens while the file grows", a_reader_opens_while_the_file_grows},
    {"it grows no further than it may", it_grows_no_further_than_it_may},
    CU_TEST_INFO_NULL,
};
