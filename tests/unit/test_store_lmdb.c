/* What only a store on disk can do: be opened again, be shared, be damaged, be full. */
#include "engine/store/key.h"
#include "engine/store/store.h"
#include "tests/lib/folder.h"
#include "tests/lib/store_rows.h"
#include "tests/lib/stores.h"
#include "tests/lib/suite.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The usual 64 GiB is more than valgrind can map. */
enum { MAP = 1 << 30 };
static const struct fb_store_options make = {.create = true, .map_bytes = MAP}, no_make = {.map_bytes = MAP},
                                     only_read = {.read_only = true, .map_bytes = MAP};
static struct fb_test_folder folder;
static char data[FB_TEST_PATH];

static void begin(void)
{
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "data.mdb", data);
}

static void end(void)
{
    fb_test_folder_remove(&folder);
}

/* ---- opening ---- */
static void opened_again_it_holds_what_was_committed(void)
{
    uint64_t n = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    uint64_t epoch = fb_store_epoch(s);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 3000), FB_OK);
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL(fb_store_write(s, &t), FB_OK);
    struct fb_key k = fb_key_u64(3001);
    fb_put(t, FB_TABLE_JOURNAL, fb_key_span(&k), fb_span_of("never committed"));
    fb_txn_abort(&t);
    fb_store_close(&s);
    s = fb_test_store_opened(&folder, &no_make);
    CU_ASSERT_EQUAL(fb_store_epoch(s), epoch);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 3000);
    fb_store_close(&s);
    end();
    begin();
    s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_NOT_EQUAL(fb_store_epoch(s), epoch);
    fb_store_close(&s);
    end();
}

static void a_folder_without_a_store_says_so_and_stays_as_it_is(void)
{
    struct stat st;
    char path[FB_TEST_PATH];
    begin();
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &no_make), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &only_read), FB_NOT_FOUND);
    fb_test_folder_file(&folder, "writer.lock", path);
    CU_ASSERT_NOT_EQUAL(stat(path, &st), 0);
    CU_ASSERT_NOT_EQUAL(stat(data, &st), 0);
    end();
    /* Now the folder itself is missing. */
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &no_make), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_OK);
    CU_ASSERT_EQUAL(stat(data, &st), 0);
    end();
}

static void a_making_that_was_cut_short_is_begun_again(void)
{
    char path[FB_TEST_PATH];
    begin();
    fb_test_folder_file(&folder, "data.mdb.new", path);
    fb_test_file_write(path, "half", 4);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &no_make), FB_NOT_FOUND);
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 10), FB_OK);
    fb_store_close(&s);
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    end();
}

static void a_second_writer_is_refused(void)
{
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_BUSY);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 10), FB_OK);
    fb_store_close(&s);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_OK);
    end();
}

static void write_schema(uint32_t version)
{
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    struct fb_txn *t = NULL;
    struct fb_key schema = fb_key_word("schema"), number = fb_key_u32(version);
    CU_ASSERT_EQUAL(fb_store_write(s, &t), FB_OK);
    fb_put(t, FB_TABLE_META, fb_key_span(&schema), fb_key_span(&number));
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    fb_store_close(&s);
}

static void a_newer_schema_is_refused_and_left_alone(void)
{
    size_t n = 0, m = 0;
    begin();
    write_schema(FB_SCHEMA_VERSION + 1);
    unsigned char *before = fb_test_file_read(data, &n);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_NEWER);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &only_read), FB_NEWER);
    unsigned char *after = fb_test_file_read(data, &m);
    CU_ASSERT_TRUE(n == m && memcmp(before, after, n) == 0);
    free(before);
    free(after);
    end();
    begin();
    write_schema(1); /* pseudonyms stood in its journal */
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &only_read), FB_REFUSED);
    end();
    begin();
    write_schema(0);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_DAMAGED);
    end();
}

/* ---- sharing ---- */
static void nap(void)
{
    const struct timespec half_ms = {0, 500000};
    (void)nanosleep(&half_ms, NULL);
}

static int read_beside(void)
{
    struct fb_store *s = NULL;
    struct fb_txn *t = NULL;
    uint64_t before = 0, n = 0;
    if (fb_store_open(&s, folder.path, &only_read, NULL) != FB_OK)
        return 1;
    for (int i = 0; n < 600 && i < 20000; i++) {
        if (fb_test_rows_read(s, &n) != FB_OK || n < before || n % 3 != 0)
            return 2;
        before = n;
        nap();
    }
    int refused = fb_store_write(s, &t) == FB_REFUSED;
    fb_store_close(&s);
    return n >= 600 && refused ? 0 : 3;
}

static void a_reader_in_another_process_sees_whole_commits(void)
{
    int status = 0;
    begin();
    /* The child opens after it is its own process; the store must not be open across a fork. */
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    fb_store_close(&s);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0)
        _exit(read_beside());
    s = fb_test_store_opened(&folder, &make);
    for (uint64_t i = 1; i <= 600; i += 3)
        CU_ASSERT_EQUAL(fb_test_rows_append(s, i, 3), FB_OK);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(status));
    CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
    fb_store_close(&s);
    end();
}

/* ---- no room ---- */
static void a_full_map_stops_the_store_and_keeps_what_it_had(void)
{
    const struct fb_store_options small = {.create = true, .map_bytes = 1u << 18, .map_bytes_max = 1u << 19};
    uint64_t n = 0, kept = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &small);
    enum fb_err err = FB_OK;
    while (err == FB_OK && kept < 100000) {
        err = fb_test_rows_append(s, kept + 1, 100);
        if (err == FB_OK)
            kept += 100;
    }
    CU_ASSERT_EQUAL(err, FB_FULL);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, kept + 1, 1), FB_FULL);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, kept);
    fb_store_close(&s);
    s = fb_test_store_opened(&folder, &no_make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, kept + 1, 100), FB_OK);
    fb_store_close(&s);
    end();
}

/* A disk that refuses to write stands behind a limit on the size of files. */
static void a_disk_that_refuses_stops_the_store_and_keeps_what_it_had(void)
{
    struct rlimit limit, old;
    uint64_t n = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 500), FB_OK);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = 200000;
    void (*signal_before)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum fb_err err = fb_test_rows_append(s, 501, 2000);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, signal_before);
    CU_ASSERT_EQUAL(err, FB_IO);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 501, 1), FB_IO);
    fb_store_close(&s);
    s = fb_test_store_opened(&folder, &no_make);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 500);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 501, 2000), FB_OK);
    fb_store_close(&s);
    end();
}

CU_TestInfo suite_store_lmdb[] = {
    {"opened again, it holds what was committed and nothing else", opened_again_it_holds_what_was_committed},
    {"a folder without a store says so and stays as it is",
     a_folder_without_a_store_says_so_and_stays_as_it_is},
    {"a making that was cut short is begun again", a_making_that_was_cut_short_is_begun_again},
    {"a second writer is refused", a_second_writer_is_refused},
    {"a newer schema is refused and left alone", a_newer_schema_is_refused_and_left_alone},
    {"a reader in another process sees whole commits", a_reader_in_another_process_sees_whole_commits},
    {"a full map stops the store and keeps what it had", a_full_map_stops_the_store_and_keeps_what_it_had},
    {"a disk that refuses stops the store and keeps what it had",
     a_disk_that_refuses_stops_the_store_and_keeps_what_it_had},
    CU_TEST_INFO_NULL,
};
