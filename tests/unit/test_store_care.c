/* Copies of a store that is being written, compaction, epochs of restored stores, and who reads. */
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "tests/lib/folder.h"
#include "tests/lib/store_rows.h"
#include "tests/lib/suite.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAP = 1 << 30 };
static const struct fb_store_options make = {.create = true, .map_bytes = MAP}, only_read = {.read_only = true, .map_bytes = MAP};
static struct fb_test_folder folder, other;

static struct fb_store *opened_in(const struct fb_test_folder *f, const struct fb_store_options *options)
{
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, f->path, options, NULL), FB_OK);
    return s;
}

static void put_events(struct fb_store *s, uint64_t from, uint64_t n)
{
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_write(s, &t), FB_OK);
    for (uint64_t i = from; i < from + n; i++) {
        struct fb_key key = fb_key_u64(i);
        fb_put(t, FB_TABLE_EVENTS, fb_key_span(&key), fb_span_of("an event"));
    }
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
}

static enum fb_err copy_to(struct fb_store *s, const struct fb_test_folder *to)
{
    char path[FB_TEST_PATH];
    fb_test_folder_file(to, "data.mdb", path);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    enum fb_err err = fb_store_copy(s, fd);
    close(fd);
    return err;
}

static int write_beside(void)
{
    struct fb_store *s = NULL;
    if (fb_store_open(&s, folder.path, &make, NULL) != FB_OK)
        return 1;
    for (uint64_t i = 0; i < 400; i++)
        if (fb_test_rows_append(s, 6001 + 3 * i, 3) != FB_OK)
            return 2;
    fb_store_close(&s);
    return 0;
}

static void a_copy_made_while_it_is_written_is_whole(void)
{
    int status = 0;
    uint64_t n = 0;
    fb_test_folder_make(&folder);
    fb_test_folder_make(&other);
    struct fb_store *s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 6000), FB_OK);
    fb_store_close(&s);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0)
        _exit(write_beside());
    s = opened_in(&folder, &only_read);
    for (int i = 0; i < 8; i++) {
        CU_ASSERT_EQUAL(copy_to(s, &other), FB_OK);
        struct fb_store *copy = opened_in(&other, &only_read);
        CU_ASSERT_EQUAL(fb_test_rows_read(copy, &n), FB_OK);
        CU_ASSERT_TRUE(n >= 6000 && n % 3 == 0);
        CU_ASSERT_EQUAL(fb_store_epoch(copy), fb_store_epoch(s));
        fb_store_close(&copy);
    }
    fb_store_close(&s);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    fb_test_folder_remove(&folder);
    fb_test_folder_remove(&other);
}

static void a_pipe_whose_reader_leaves_ends_the_copy(void)
{
    int pair[2];
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 3000), FB_OK);
    CU_ASSERT_EQUAL_FATAL(pipe(pair), 0);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    close(pair[0]);
    CU_ASSERT_EQUAL(fb_store_copy(s, pair[1]), FB_IO);
    close(pair[1]);
    (void)signal(SIGPIPE, before);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 3001, 1), FB_OK); /* and nothing is held by it */
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

/* ---- epochs ---- */

static void a_restored_store_has_a_new_epoch_and_knows_what_it_shares(void)
{
    uint64_t second = 0, third = 0;
    const char *why = NULL;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    uint64_t first = fb_store_epoch(s);
    put_events(s, 1, 50);
    CU_ASSERT_EQUAL(fb_store_shares(s, first), UINT64_MAX);
    CU_ASSERT_EQUAL(fb_store_shares(s, first + 1), 0);
    fb_store_close(&s);
    CU_ASSERT_EQUAL_FATAL(fb_store_new_epoch(folder.path, &second, &why), FB_OK);
    s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_store_epoch(s), second);
    CU_ASSERT_NOT_EQUAL(second, first);
    CU_ASSERT_EQUAL(fb_store_shares(s, first), 50);
    put_events(s, 51, 10);
    fb_store_close(&s);
    CU_ASSERT_EQUAL_FATAL(fb_store_new_epoch(folder.path, &third, &why), FB_OK);
    s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_store_shares(s, first), 50);
    CU_ASSERT_EQUAL(fb_store_shares(s, second), 60);
    CU_ASSERT_EQUAL(fb_store_shares(s, third), UINT64_MAX);
    /* An event keeps the epoch under which it was told first. */
    CU_ASSERT_EQUAL(fb_store_epoch_of(s, 1), first);
    CU_ASSERT_EQUAL(fb_store_epoch_of(s, 50), first);
    CU_ASSERT_EQUAL(fb_store_epoch_of(s, 51), second);
    CU_ASSERT_EQUAL(fb_store_epoch_of(s, 60), second);
    CU_ASSERT_EQUAL(fb_store_epoch_of(s, 61), third);
    fb_store_close(&s);
    for (int i = 0; i < 70; i++) /* more than there is place for: the oldest is forgotten, no other */
        CU_ASSERT_EQUAL(fb_store_new_epoch(folder.path, &third, &why), FB_OK);
    s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_store_shares(s, first), 0);
    CU_ASSERT_EQUAL(fb_store_shares(s, third), UINT64_MAX);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

/* ---- compaction ---- */

static void bloat(struct fb_store *s)
{
    static const char big[60000];
    struct fb_txn *t = NULL;
    for (uint32_t i = 0; i < 40; i++) {
        struct fb_key key = fb_key_u32(i);
        CU_ASSERT_EQUAL_FATAL(fb_store_write(s, &t), FB_OK);
        fb_put(t, FB_TABLE_FILES, fb_key_span(&key), (struct fb_span){big, sizeof big});
        CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
    }
    CU_ASSERT_EQUAL_FATAL(fb_store_write(s, &t), FB_OK);
    for (uint32_t i = 0; i < 40; i++) {
        struct fb_key key = fb_key_u32(i);
        fb_del(t, FB_TABLE_FILES, fb_key_span(&key));
    }
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
}

static void compaction_gives_room_back_and_keeps_every_row(void)
{
    struct fb_store_compacted out;
    const char *why = NULL;
    char path[FB_TEST_PATH];
    uint64_t n = 0;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    uint64_t epoch = 0;
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 500), FB_OK);
    bloat(s);
    CU_ASSERT_EQUAL(fb_store_compact(folder.path, &out, &why), FB_BUSY); /* while it is written */
    fb_store_close(&s);
    /* The file is larger than the least map by now, which must grow for what is written. */
    CU_ASSERT_EQUAL(fb_store_new_epoch(folder.path, &epoch, &why), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_store_compact(folder.path, &out, &why), FB_OK);
    CU_ASSERT_TRUE(out.after < out.before / 4 && out.rows >= 503);
    s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_store_epoch(s), epoch);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 500);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 501, 100), FB_OK);
    fb_store_close(&s);
    fb_test_folder_file(&folder, "data.mdb.before", path);
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    fb_test_folder_file(&folder, "data.mdb.compact", path);
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    fb_test_folder_remove(&folder);
}

/* ---- compacted by another ---- */

enum { ENGINE = 4711 }; /* a user who is not the one that compacts */

static void file_of_the_engine(const char *name, mode_t mode)
{
    char path[FB_TEST_PATH];
    fb_test_folder_file(&folder, name, path);
    CU_ASSERT_EQUAL(chmod(path, mode), 0);
    if (geteuid() == 0) /* only root may; for others the modes are looked at */
        CU_ASSERT_EQUAL(chown(path, ENGINE, ENGINE), 0);
}

static void is_the_engines(const char *name, mode_t mode)
{
    char path[FB_TEST_PATH];
    struct stat st;
    fb_test_folder_file(&folder, name, path);
    CU_ASSERT_EQUAL_FATAL(stat(path, &st), 0);
    CU_ASSERT_EQUAL(st.st_mode & 0777, mode);
    if (geteuid() == 0)
        CU_ASSERT_TRUE(st.st_uid == ENGINE && st.st_gid == ENGINE);
}

static void compaction_by_root_leaves_the_engine_its_files(void)
{
    struct fb_store_compacted out;
    const char *why = NULL;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 500), FB_OK);
    fb_store_close(&s);
    for (int there = 1; there >= 0; there--) { /* lock.mdb; without it, it is made */
        char path[FB_TEST_PATH];
        fb_test_folder_file(&folder, "lock.mdb", path);
        file_of_the_engine("data.mdb", there ? 0640 : 0647); /* no store is everybody's */
        file_of_the_engine("writer.lock", 0660);
        if (there)
            file_of_the_engine("lock.mdb", 0660);
        else
            CU_ASSERT_EQUAL(unlink(path), 0);
        mode_t was = umask(077);
        CU_ASSERT_EQUAL_FATAL(fb_store_compact(folder.path, &out, &why), FB_OK);
        (void)umask(was);
        is_the_engines("data.mdb", 0640);
        is_the_engines("lock.mdb", 0640);
        is_the_engines("writer.lock", 0660);
    }
    fb_test_folder_remove(&folder);
}

/* The new file is taken away under its hands, so that it cannot be given the old one's name. */
static void take_away(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    (void)done;
    (void)of;
    char path[FB_TEST_PATH];
    fb_test_folder_file(&folder, "data.mdb.compact", path);
    (void)unlink(path);
}

static void a_name_that_cannot_be_given_leaves_nothing(void)
{
    static const char *const left[] = {"data.mdb.before", "data.mdb.compact", "data.mdb.compact-lock"};
    struct fb_store_compacted out;
    const char *why = NULL;
    uint64_t n = 0;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    for (uint64_t i = 0; i < 7; i++)
        CU_ASSERT_EQUAL(fb_test_rows_append(s, 1 + i * 10000, 10000), FB_OK);
    fb_store_close(&s);
    CU_ASSERT_EQUAL(fb_store_compact_told(folder.path, take_away, NULL, &out, &why), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "nothing was changed"));
    for (unsigned i = 0; i < sizeof left / sizeof left[0]; i++) {
        char path[FB_TEST_PATH];
        fb_test_folder_file(&folder, left[i], path);
        CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    }
    s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 70000);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

static void nap(void)
{
    const struct timespec ms = {0, 1000000};
    (void)nanosleep(&ms, NULL);
}

static int hold_a_reader(int ready, int go)
{
    struct fb_store *s = NULL;
    struct fb_txn *t = NULL;
    char c = 'r';
    if (fb_store_open(&s, folder.path, &only_read, NULL) != FB_OK || fb_store_read(s, &t) != FB_OK)
        return 1;
    if (write(ready, &c, 1) != 1 || read(go, &c, 1) != 1)
        return 2;
    return 0; /* the transaction is left open, as by a process that was killed */
}

/* A reader beside keeps the store from being exchanged; it is listed with how far it is behind; dead, its place is cleared. */
/* It would be exchanged for the new file, and the old one stay where it is. */
static void a_link_is_not_compacted(void)
{
    char data[600], there[600];
    struct stat st;
    struct fb_store_compacted out;
    const char *why = "";
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    fb_store_close(&s);
    snprintf(data, sizeof data, "%s/data.mdb", folder.path);
    snprintf(there, sizeof there, "%s/there.mdb", folder.path);
    CU_ASSERT_EQUAL_FATAL(rename(data, there), 0);
    CU_ASSERT_EQUAL_FATAL(symlink("there.mdb", data), 0);
    CU_ASSERT_EQUAL(fb_store_compact(folder.path, &out, &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "is a link"));
    CU_ASSERT_TRUE(lstat(data, &st) == 0 && S_ISLNK(st.st_mode));
    fb_test_folder_remove(&folder);
}

static void a_reader_is_seen_and_when_it_died_cleared(void)
{
    struct fb_store_reader reader[8];
    struct fb_store_compacted out;
    const char *why = NULL;
    int ready[2], go[2], status = 0;
    unsigned n = 0, cleared = 0;
    char c;
    fb_test_folder_make(&folder);
    struct fb_store *s = opened_in(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 10), FB_OK);
    fb_store_close(&s);
    CU_ASSERT_EQUAL_FATAL(pipe(ready) | pipe(go), 0);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0)
        _exit(hold_a_reader(ready[1], go[0]));
    CU_ASSERT_EQUAL_FATAL(read(ready[0], &c, 1), 1);
    CU_ASSERT_EQUAL(fb_store_compact(folder.path, &out, &why), FB_BUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "reads the store"));
    s = opened_in(&folder, &make);
    for (uint64_t i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(fb_test_rows_append(s, 11 + i, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_store_readers(s, reader, 8, &n), FB_OK);
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_TRUE(reader[0].pid == child && reader[0].reads && !reader[0].is_gone);
    CU_ASSERT_EQUAL(reader[0].behind, 5);
    CU_ASSERT_EQUAL(fb_store_readers_clear(s, &cleared), FB_OK);
    CU_ASSERT_EQUAL(cleared, 0);
    CU_ASSERT_EQUAL(write(go[1], "g", 1), 1);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CU_ASSERT_EQUAL(fb_store_readers(s, reader, 8, &n), FB_OK);
    CU_ASSERT_TRUE(n == 1 && reader[0].is_gone);
    for (int i = 0; cleared == 0 && i < 100; i++, nap())
        CU_ASSERT_EQUAL(fb_store_readers_clear(s, &cleared), FB_OK);
    CU_ASSERT_EQUAL(cleared, 1);
    CU_ASSERT_EQUAL(fb_store_readers(s, reader, 8, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 0);
    fb_store_close(&s);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(go[i]);
    }
    fb_test_folder_remove(&folder);
}

static void a_store_in_memory_has_no_file_to_care_for(void)
{
    struct fb_store *s = NULL;
    struct fb_store_reader reader;
    unsigned n;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_store_copy(s, 1), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_store_readers(s, &reader, 1, &n), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_store_map_bytes(s), 0);
    CU_ASSERT_EQUAL(fb_store_schema(s), FB_SCHEMA_VERSION);
    fb_store_close(&s);
}

CU_TestInfo suite_store_care[] = {
    {"a copy made while it is written is whole", a_copy_made_while_it_is_written_is_whole},
    {"a pipe whose reader leaves ends the copy", a_pipe_whose_reader_leaves_ends_the_copy},
    {"a restored store has a new epoch and knows what it shares", a_restored_store_has_a_new_epoch_and_knows_what_it_shares},
    {"compaction gives room back and keeps every row", compaction_gives_room_back_and_keeps_every_row},
    {"compacted by root, the files stay their owner's", compaction_by_root_leaves_the_engine_its_files},
    {"a new file that cannot be given its name leaves nothing", a_name_that_cannot_be_given_leaves_nothing},
    {"a link is not compacted", a_link_is_not_compacted},
    {"a reader is seen, and when it died cleared", a_reader_is_seen_and_when_it_died_cleared},
    {"a store in memory has no file to care for", a_store_in_memory_has_no_file_to_care_for},
    CU_TEST_INFO_NULL,
};
