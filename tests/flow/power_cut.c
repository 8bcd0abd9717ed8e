/* Acknowledged means kept. A writer commits numbered rows under the disk shim and says "acked n" after each
 * commit. Then, for many instants (one seed, so the same ones each time), the file is rebuilt as a disk could
 * hold it had the power gone there, opened as the engine opens it, and every row that had been acknowledged
 * must be in it, whole commits only; then it must take new rows. As a check on the check, some instants are
 * tried again on a disk that says "written" too early: there, rows must be missing.
 *
 *   power_cut SHIM [CUTS [SEED]]      power_cut --write FOLDER      (the second is what the first starts) */
#include "engine/base/check.h"
#include "engine/base/prng.h"
#include "engine/base/span.h"
#include "engine/store/key.h"
#include "tests/flow/disk_image.h"
#include "tests/lib/folder.h"
#include "tests/lib/store_rows.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMITS = 240, ROWS_AT_ONCE = 40, CUTS = 200, FORGETFUL_EVERY = 4, SEED = 2026 };
static unsigned char memory[1u << 16];

/* ---- the writer ---- */
static void put_u64(struct fb_txn *t, enum fb_table table, struct fb_key key, uint64_t v)
{
    struct fb_key value = fb_key_u64(v);
    fb_put(t, table, fb_key_span(&key), fb_key_span(&value));
}

/* One row in TODO and one in CURSORS name the last row of the commit; TOTALS is overwritten here and there; a
 * file comes and goes, so that pages become free and are used again. */
static void work(struct fb_txn *t, uint64_t before, uint64_t last, struct fb_prng *r)
{
    static const char file[20000] = "a pack file";
    struct fb_key old = fb_key_u64(before), name = fb_key_u32(1);
    fb_test_rows_put(t, before + 1, last - before);
    fb_del(t, FB_TABLE_TODO, fb_key_span(&old));
    put_u64(t, FB_TABLE_TODO, fb_key_u64(last), last);
    put_u64(t, FB_TABLE_CURSORS, fb_key_word("last"), last);
    for (int i = 0; i < 5; i++)
        put_u64(t, FB_TABLE_TOTALS, fb_key_u32((uint32_t)fb_prng_below(r, 400)), last);
    if (fb_prng_below(r, 5) == 0)
        fb_put(t, FB_TABLE_FILES, fb_key_span(&name), (struct fb_span){file, sizeof file});
    else if (fb_prng_below(r, 3) == 0)
        fb_del(t, FB_TABLE_FILES, fb_key_span(&name));
}

static bool say_acked(uint64_t n)
{
    char line[40];
    struct fb_text t;
    fb_text_init(&t, line, sizeof line);
    fb_text_add(&t, FB_SHIM_ACKED);
    fb_text_add_int(&t, (int64_t)n);
    fb_text_add(&t, "\n");
    return write(STDOUT_FILENO, t.p, t.n) == (ssize_t)t.n;
}

static int write_rows(const char *folder)
{
    const struct fb_store_options options = {0};
    struct fb_store *s = NULL;
    struct fb_prng r;
    uint64_t last = 0;
    if (fb_store_open(&s, folder, &options, NULL) != FB_OK)
        return 2;
    fb_prng_init(&r, SEED);
    for (int i = 0; i < COMMITS; i++) {
        struct fb_txn *t = NULL;
        uint64_t next = last + 1 + fb_prng_below(&r, ROWS_AT_ONCE);
        if (fb_store_write(s, &t) != FB_OK)
            return 2;
        work(t, last, next, &r);
        if (fb_txn_commit(&t) != FB_OK || !say_acked(next))
            return 2;
        last = next;
    }
    fb_store_close(&s);
    return 0;
}

/* ---- starting it ---- */
static void start_writer(const char *self, const char *shim, const struct fb_test_folder *f, const char *data,
                         const char *log, int out)
{
    /* A sanitizer's runtime minds that the shim comes before it. */
    const char *asan = getenv("ASAN_OPTIONS");
    char options[1024];
    struct fb_text t;
    fb_text_init(&t, options, sizeof options);
    fb_text_add(&t, asan == NULL ? "" : asan);
    fb_text_add(&t, ":verify_asan_link_order=0");
    if (setenv("ASAN_OPTIONS", options, 1) != 0 || setenv(FB_SHIM_DATA, data, 1) != 0 ||
        setenv(FB_SHIM_LOG, log, 1) != 0 || setenv("LD_PRELOAD", shim, 1) != 0 ||
        dup2(out, STDOUT_FILENO) < 0)
        _exit(3);
    execl(self, self, "--write", f->path, (char *)NULL);
    _exit(3);
}

/* How many acknowledgements came out of the pipe. */
static size_t count_lines(int in)
{
    char some[4096];
    size_t lines = 0;
    for (ssize_t n = read(in, some, sizeof some); n > 0; n = read(in, some, sizeof some)) {
        for (ssize_t i = 0; i < n; i++)
            lines += some[i] == '\n';
    }
    return lines;
}

static bool run_writer(const char *self, const char *shim, const struct fb_test_folder *f, const char *data,
                       const char *log)
{
    int ends[2], status = 0;
    fb_assert(pipe(ends) == 0);
    pid_t child = fork();
    fb_assert(child >= 0);
    if (child == 0)
        start_writer(self, shim, f, data, log, ends[1]);
    close(ends[1]);
    size_t lines = count_lines(ends[0]);
    close(ends[0]);
    fb_assert(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 && lines == COMMITS;
}

/* ---- looking at what is left ---- */
static bool u64_at(struct fb_txn *t, enum fb_table table, struct fb_key key, uint64_t *v)
{
    struct fb_arena arena;
    struct fb_span value;
    fb_arena_init(&arena, memory, sizeof memory);
    return fb_find(t, table, fb_key_span(&key), &arena, &value) == FB_OK &&
           fb_key_parse_u64(value, v) == FB_OK;
}

static bool every_row_reads(struct fb_txn *t)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    for (unsigned table = 0; table < FB_TABLES; table++) {
        struct fb_scan scan;
        uint64_t n = 0;
        fb_scan_begin(&scan, t, (enum fb_table)table, (struct fb_span){NULL, 0});
        for (; fb_scan_next(&scan, &arena); n++)
            fb_arena_reset(&arena);
        fb_scan_end(&scan);
        if (n != fb_table_rows(t, (enum fb_table)table))
            return false;
    }
    return fb_txn_err(t) == FB_OK;
}

/* The rows that are there end where a commit ended, in every table. */
static bool whole(struct fb_store *s, uint64_t rows)
{
    struct fb_txn *t = NULL;
    uint64_t last = 0, todo = 0;
    if (fb_store_read(s, &t) != FB_OK)
        return false;
    bool same = every_row_reads(t);
    if (same && rows > 0)
        same = u64_at(t, FB_TABLE_CURSORS, fb_key_word("last"), &last) && last == rows &&
               u64_at(t, FB_TABLE_TODO, fb_key_u64(rows), &todo) && todo == rows &&
               fb_table_rows(t, FB_TABLE_TODO) == 1;
    fb_txn_abort(&t);
    return same;
}

static bool goes_on(struct fb_store **s, const char *folder, uint64_t rows)
{
    const struct fb_store_options options = {0};
    uint64_t n = 0;
    if (fb_test_rows_append(*s, rows + 1, 20) != FB_OK)
        return false;
    fb_store_close(s);
    return fb_store_open(s, folder, &options, NULL) == FB_OK && fb_test_rows_read(*s, &n) == FB_OK &&
           n == rows + 20;
}

/* NULL: all is well; else what is wrong. *rows: how many are there. */
static const char *look(const char *folder, uint64_t acked, uint64_t *rows)
{
    const struct fb_store_options options = {0};
    struct fb_store *s = NULL;
    const char *wrong = NULL;
    *rows = 0;
    if (fb_store_open(&s, folder, &options, NULL) != FB_OK)
        return "does not open";
    if (fb_test_rows_read(s, rows) != FB_OK)
        wrong = "has a damaged or a strange row";
    else if (*rows < acked)
        wrong = "has lost acknowledged rows";
    else if (!whole(s, *rows))
        wrong = "has half a commit";
    else if (!goes_on(&s, folder, *rows))
        wrong = "does not take new rows";
    fb_store_close(&s);
    return wrong;
}

/* ---- cutting ---- */
struct trial {
    struct fb_disk_log log;
    struct fb_disk_image flushed, image;
    size_t done;
    struct fb_test_folder folder; /* where images are opened */
    char data[FB_TEST_PATH];
    struct fb_prng r;
    size_t lost, forgetful, forgotten; /* forgotten: lost on the forgetful disk */
};

static uint64_t acked_before(const struct fb_disk_log *log, size_t cut)
{
    uint64_t acked = 0;
    for (size_t i = 0; i < cut; i++)
        acked = log->head[i].kind == FB_DISK_ACK ? log->head[i].at : acked;
    return acked;
}

static const char *cut_at(struct trial *t, size_t cut, bool forgetful, uint64_t *rows)
{
    enum fb_disk_tear tear = (enum fb_disk_tear)fb_prng_below(&t->r, FB_DISK_TEARS);
    fb_disk_cut(&t->image, &t->flushed, &t->log, t->done, cut, tear, forgetful, &t->r);
    fb_test_file_write(t->data, t->image.bytes, t->image.size);
    return look(t->folder.path, acked_before(&t->log, cut), rows);
}

static void try_cut(struct trial *t, size_t number, size_t cut)
{
    uint64_t rows, acked = acked_before(&t->log, cut);
    fb_disk_advance(&t->flushed, &t->log, &t->done, cut);
    const char *wrong = cut_at(t, cut, false, &rows);
    if (wrong != NULL) {
        t->lost++;
        printf("power cut %zu, during disk operation %zu of %zu: the store %s (acknowledged %" PRIu64
               ", there %" PRIu64 ")\n",
               number, cut, t->log.n, wrong, acked, rows);
    }
    if (number % FORGETFUL_EVERY != 0)
        return;
    t->forgetful++;
    t->forgotten += cut_at(t, cut, true, &rows) != NULL;
}

static int ascending(const void *a, const void *b)
{
    size_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void try_cuts(struct trial *t, size_t cuts)
{
    size_t *at = calloc(cuts, sizeof *at);
    fb_assert(at != NULL);
    for (size_t i = 0; i < cuts; i++)
        at[i] = (size_t)fb_prng_below(&t->r, t->log.n + 1);
    qsort(at, cuts, sizeof *at, ascending);
    for (size_t i = 0; i < cuts; i++)
        try_cut(t, i, at[i]);
    free(at);
}

static bool verdict(const struct trial *t, size_t cuts, uint64_t seed)
{
    printf("power cut: %zu instants (seed %" PRIu64 ") of %zu disk operations: %zu writes, %zu flushes, %zu "
           "acknowledgements\n",
           cuts, seed, t->log.n, fb_disk_log_count(&t->log, FB_DISK_WRITE),
           fb_disk_log_count(&t->log, FB_DISK_FLUSH), fb_disk_log_count(&t->log, FB_DISK_ACK));
    printf("power cut: %zu lost or harmed; on a disk that says \"written\" too early %zu of %zu\n", t->lost,
           t->forgotten, t->forgetful);
    if (t->forgotten == 0)
        printf("power cut: nothing was lost even there: this test would not see a loss\n");
    return t->lost == 0 && t->forgotten > 0;
}

static int run(const char *self, const char *shim, size_t cuts, uint64_t seed)
{
    const struct fb_store_options options = {.create = true};
    static struct trial t;
    struct fb_store *s = NULL;
    char log[FB_TEST_PATH];
    fb_test_folder_make(&t.folder);
    fb_test_folder_file(&t.folder, "data.mdb", t.data);
    fb_test_folder_file(&t.folder, "disk.log", log);
    fb_assert(fb_store_open(&s, t.folder.path, &options, NULL) == FB_OK);
    fb_store_close(&s);
    t.flushed.bytes = fb_test_file_read(t.data, &t.flushed.size);
    t.flushed.room = t.flushed.size;
    bool good = run_writer(self, shim, &t.folder, t.data, log);
    if (!good) {
        printf("power cut: the writer failed; its folder is %s\n", t.folder.path);
        return 1;
    }
    fb_disk_log_open(&t.log, log);
    fb_prng_init(&t.r, seed);
    try_cuts(&t, cuts);
    good = verdict(&t, cuts, seed);
    fb_disk_log_close(&t.log);
    free(t.flushed.bytes);
    free(t.image.bytes);
    fb_test_folder_remove(&t.folder);
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    int64_t cuts = CUTS, seed = SEED;
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_rows(argv[2]);
    bool right = argc >= 2 && argc <= 4;
    if (right && argc > 2)
        right = fb_parse_int(&cuts, fb_span_of(argv[2])) == FB_OK && cuts > 0 && cuts < 1000000;
    if (right && argc > 3)
        right = fb_parse_int(&seed, fb_span_of(argv[3])) == FB_OK;
    if (right)
        return run(argv[0], argv[1], (size_t)cuts, (uint64_t)seed);
    fprintf(stderr, "usage: %s SHIM [CUTS [SEED]]\n", argv[0]);
    return 2;
}
