/* The doctor's table: each check, made ill and well. What it says and does over a whole folder: tests/flow/care.sh. */
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/care/doctor.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fb_test_folder folder;
static struct options options;
static struct doctor d;
static char said[400], todo[400];

static void begin(void)
{
    fb_test_folder_make(&folder);
    options = (struct options){.data = folder.path, .free_mib = -1};
    d = (struct doctor){.o = &options, .now_ms = 1796083200000, .why = "it is not there", .floor_mib = 1000, .free_mib = 100000};
}

static void end(void)
{
    fb_test_folder_remove(&folder);
}

static enum doctor_verdict verdict(const char *name)
{
    struct doctor_line line = {.verdict = DOCTOR_WELL};
    fb_text_init(&line.said, said, sizeof said);
    fb_text_init(&line.todo, todo, sizeof todo);
    for (unsigned i = 0; i < doctor_checks_n; i++)
        if (strcmp(doctor_checks[i].name, name) == 0)
            doctor_checks[i].look(&d, &line);
    CU_ASSERT_TRUE(said[0] != '\0');                                /* it is there, and says something */
    CU_ASSERT_EQUAL(line.verdict == DOCTOR_WELL, todo[0] == '\0'); /* and what to do, unless it is well */
    return line.verdict;
}

static void put_file(const char *name, const char *text, mode_t mode)
{
    char path[FB_TEST_PATH];
    fb_test_folder_file(&folder, name, path);
    fb_test_file_write(path, text, strlen(text));
    CU_ASSERT_EQUAL(chmod(path, mode), 0);
}

static void folders_and_keys_are_their_owners(void)
{
    begin();
    CU_ASSERT_EQUAL(verdict("folder"), DOCTOR_WELL);
    CU_ASSERT_EQUAL(chmod(folder.path, 0755), 0);
    CU_ASSERT_EQUAL(verdict("folder"), DOCTOR_WRONG);
    CU_ASSERT_EQUAL(chmod(folder.path, 0770), 0);
    CU_ASSERT_EQUAL(verdict("folder"), DOCTOR_WELL);
    CU_ASSERT_EQUAL(verdict("keys"), DOCTOR_SEE); /* none yet */
    put_file("worker.key", "k", 0600);
    CU_ASSERT_EQUAL(verdict("keys"), DOCTOR_SEE);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "link.key is missing"));
    put_file("link.key", "k", 0600);
    CU_ASSERT_EQUAL(verdict("keys"), DOCTOR_WELL); /* no checkpoints are held: that key may still be made */
    put_file("link.key", "k", 0640);
    CU_ASSERT_EQUAL(verdict("keys"), DOCTOR_WRONG);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "link.key"));
    options.data = "/no/such/folder";
    CU_ASSERT_EQUAL(verdict("folder"), DOCTOR_WRONG);
    end();
}

static void consumers_that_do_not_read_are_seen(void)
{
    begin();
    d.live = true;
    CU_ASSERT_EQUAL(verdict("consumers"), DOCTOR_WELL);
    d.status.behind = fb_span_of("bi 120000");
    CU_ASSERT_EQUAL(verdict("consumers"), DOCTOR_SEE);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "bi 120000"));
    end();
}

static void the_disk_is_held_against_the_floor(void)
{
    begin();
    CU_ASSERT_EQUAL(verdict("disk"), DOCTOR_WELL);
    d.free_mib = 3999;
    CU_ASSERT_EQUAL(verdict("disk"), DOCTOR_SEE);
    d.free_mib = 999;
    CU_ASSERT_EQUAL(verdict("disk"), DOCTOR_WRONG);
    d.free_mib = UINT64_MAX;
    CU_ASSERT_EQUAL(verdict("disk"), DOCTOR_WRONG);
    end();
}

static void a_clock_that_was_set_back_is_seen(void)
{
    begin();
    CU_ASSERT_EQUAL(verdict("clock"), DOCTOR_SEE); /* neither an engine nor a store says what the last entry is */
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "cannot be told"));
    d.live = true;
    CU_ASSERT_EQUAL(verdict("clock"), DOCTOR_WELL);
    d.status.last_ms = d.now_ms - 5000;
    CU_ASSERT_EQUAL(verdict("clock"), DOCTOR_WELL);
    d.status.last_ms = d.now_ms + 60000;
    CU_ASSERT_EQUAL(verdict("clock"), DOCTOR_SEE);
    d.status.last_ms = d.now_ms + 25 * INT64_C(3600000);
    CU_ASSERT_EQUAL(verdict("clock"), DOCTOR_WRONG);
    (void)verdict("clock kept"); /* as this machine has it */
    end();
}

static void an_engine_that_was_ended_is_told_from_one_that_is_stopped(void)
{
    begin();
    CU_ASSERT_EQUAL(verdict("engine"), DOCTOR_WELL);
    put_file("ready", "999999999\n", 0600);
    CU_ASSERT_EQUAL(verdict("engine"), DOCTOR_WRONG);
    put_file("ready", "1\n", 0600); /* it is there, and is silent */
    CU_ASSERT_EQUAL(verdict("engine"), DOCTOR_WRONG);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "does not answer"));
    options.engine = "tcp://elsewhere:1"; /* whose process the folder's `ready` does not name */
    CU_ASSERT_EQUAL(verdict("engine"), DOCTOR_WRONG);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "no engine answers at tcp://elsewhere:1"));
    d.live = true;
    CU_ASSERT_EQUAL(verdict("engine"), DOCTOR_WELL);
    end();
}

static void backups_and_leftovers_are_seen(void)
{
    begin();
    CU_ASSERT_EQUAL(verdict("backup"), DOCTOR_SEE);
    put_file("last-backup", "{\"made_at\": \"2026-11-30T00:00:00.000Z\", \"journal\": \"812\", \"to\": \"b\"}", 0600);
    CU_ASSERT_EQUAL(fb_instant_parse(&d.now_ms, fb_span_of("2026-12-01T00:00:00.000Z")), FB_OK);
    CU_ASSERT_EQUAL(verdict("backup"), DOCTOR_WELL);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "812"));
    d.now_ms += 2 * INT64_C(86400000);
    CU_ASSERT_EQUAL(verdict("backup"), DOCTOR_SEE);
    put_file("last-backup", "{", 0600);
    CU_ASSERT_EQUAL(verdict("backup"), DOCTOR_SEE);
    CU_ASSERT_EQUAL(verdict("leftovers"), DOCTOR_WELL);
    static const char *const left[] = {"data.mdb.before", "data.mdb.compact", "data.mdb.compact-lock", "data.mdb.restoring", "restoring"};
    for (unsigned i = 0; i < sizeof left / sizeof left[0]; i++) {
        char path[FB_TEST_PATH];
        put_file(left[i], "x", 0600);
        CU_ASSERT_EQUAL(verdict("leftovers"), DOCTOR_SEE);
        CU_ASSERT_PTR_NOT_NULL(strstr(said, left[i]));
        fb_test_folder_file(&folder, left[i], path);
        CU_ASSERT_EQUAL(unlink(path), 0);
    }
    end();
}

static void without_a_store_it_says_why(void)
{
    begin();
    CU_ASSERT_EQUAL(verdict("store"), DOCTOR_WRONG);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "it is not there"));
    static const char *const others[] = {"versions", "readers", "rules", "to judge"};
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        CU_ASSERT_EQUAL(verdict(others[i]), DOCTOR_SEE);
    end();
}

CU_TestInfo suite_doctor[] = {
    {"consumers that do not read are seen", consumers_that_do_not_read_are_seen},
    {"folders and keys are their owner's", folders_and_keys_are_their_owners},
    {"the disk is held against the floor", the_disk_is_held_against_the_floor},
    {"a clock that was set back is seen", a_clock_that_was_set_back_is_seen},
    {"an engine that was ended is told from one that is stopped", an_engine_that_was_ended_is_told_from_one_that_is_stopped},
    {"backups and leftovers are seen", backups_and_leftovers_are_seen},
    {"without a store it says why", without_a_store_it_says_why},
    CU_TEST_INFO_NULL,
};
