#include "adapters/inbound/csv/watch/place.h"
#include "adapters/inbound/csv/watch/plan.h"
#include "adapters/inbound/csv/watch/say.h"
#include "adapters/inbound/csv/watch/whole.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static struct fb_test_folder drop, work, away;

static void begin(void)
{
    fb_test_folder_make(&drop);
    fb_test_folder_make(&work);
    fb_test_folder_make(&away);
}

static void end(void)
{
    fb_test_folder_remove(&drop);
    fb_test_folder_remove(&work);
    fb_test_folder_remove(&away);
}

static void put(const struct fb_test_folder *f, const char *name, const char *text)
{
    char path[FB_TEST_PATH];
    fb_test_folder_file(f, name, path);
    fb_test_file_write(path, text, strlen(text));
}

static bool holds(const struct fb_test_folder *f, const char *name, const char *text)
{
    char path[FB_TEST_PATH];
    size_t n = 0;
    fb_test_folder_file(f, name, path);
    if (access(path, F_OK) != 0)
        return false;
    unsigned char *bytes = fb_test_file_read(path, &n);
    bool same = n == strlen(text) && memcmp(bytes, text, n) == 0;
    free(bytes);
    return same;
}

static void test_names(void)
{
    CU_ASSERT_TRUE(fb_watch_name_fits("*.csv", "Weekly.CSV"));
    CU_ASSERT_TRUE(fb_watch_name_fits("rth_*-??.csv", "rth_2026-03-16.csv"));
    CU_ASSERT_TRUE(fb_watch_name_fits("*a*b", "xaayabzb"));
    CU_ASSERT_TRUE(fb_watch_name_fits("**", ""));
    CU_ASSERT_FALSE(fb_watch_name_fits("*.csv", "weekly.csv.part"));
    CU_ASSERT_FALSE(fb_watch_name_fits("a?", "a"));
    CU_ASSERT_FALSE(fb_watch_name_fits("", "a"));
}

static void check_plan(const char *yaml, const char *wrong)
{
    struct fb_watch_plan *plan = NULL;
    char fault[FB_WATCH_FAULT_BYTES];
    enum fb_err e = fb_watch_plan_parse(&plan, "p", fb_span_of(yaml), fault);
    CU_ASSERT_EQUAL(e, wrong == NULL ? FB_OK : FB_REFUSED);
    CU_ASSERT(wrong == NULL || strstr(fault, wrong) != NULL);
    if (e == FB_OK)
        fb_watch_plan_close(&plan);
}

#define ONE "folder: /d, mapping: m.yaml, archive: /a, rejects: /r"
static void test_plan(void)
{
    struct fb_watch_plan *plan = NULL;
    char fault[FB_WATCH_FAULT_BYTES];
    CU_ASSERT_EQUAL_FATAL(fb_watch_plan_parse(&plan, "p", fb_span_of("sources:\n  - {" ONE "}\n  - {folder: /e, mapping: m, archive: /b, rejects: /r, "
                                                                     "whole: marker, markers: .go, files: [a*, b*], quiet: 0, history: yes, again: mended}\n"),
                                              fault),
                          FB_OK);
    CU_ASSERT(plan->n == 2 && plan->sweep_ms == 30000 && plan->place[0].quiet_ms == 10000 && plan->place[0].whole == FB_WATCH_QUIET);
    CU_ASSERT(plan->place[0].files.n == 2 && plan->place[0].markers.n == 2 && plan->place[1].markers.n == 1 && plan->place[1].history);
    CU_ASSERT_STRING_EQUAL(plan->place[1].files.of[1], "b*");
    CU_ASSERT_PTR_NULL(plan->place[0].again);
    CU_ASSERT_STRING_EQUAL(plan->place[1].again, "mended");
    fb_watch_plan_close(&plan);
    check_plan("sources: []\n", "p:1: sources: lists 1 to 64");
    check_plan("sources: [{" ONE ", whole: soon}]\n", "quiet, marker or renamed");
    check_plan("sources: [{" ONE ", again: ''}]\n", "empty");
    check_plan("sources: [{" ONE ", quiet: -1}]\n", "whole seconds");
    check_plan("sources: [{" ONE ", patience: 1}]\n", "unknown key of a source 'patience'");
    check_plan("sources: [{" ONE ", files: a/b}]\n", "no '/'");
    check_plan("sources: [{folder: /d, mapping: m, archive: /d, rejects: /r}]\n", "three folders");
    check_plan("sources: [{folder: /d, mapping: m, archive: /a}]\n", "missing here: 'rejects'");
    check_plan("sources:\n  - {" ONE "}\n  - {" ONE "}\n", "p:3: each source has an archive of its own");
    check_plan("sources:\n  - {" ONE "}\n  - {folder: /d, mapping: m, archive: /b, rejects: /r}\n", "same files of one folder");
    check_plan("engine: [a]\nsources: [{" ONE "}]\n", "p:1: a single word");
}

/* The plan in the description of drop folders is one. */
static void test_readme_plan(void)
{
    struct fb_watch_plan *plan = NULL;
    char fault[FB_WATCH_FAULT_BYTES];
    size_t n = 0;
    unsigned char *bytes = fb_test_file_read("adapters/inbound/csv/README.md", &n);
    char *text = calloc(1, n + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memcpy(text, bytes, n);
    char *from = strstr(text, "# plan.yaml"), *to = from == NULL ? NULL : strstr(from, "```");
    CU_ASSERT_PTR_NOT_NULL_FATAL(to);
    CU_ASSERT_EQUAL_FATAL(fb_watch_plan_parse(&plan, "p", (struct fb_span){from, (uint32_t)(to - from)}, fault), FB_OK);
    CU_ASSERT(plan->n == 1 && plan->place[0].quiet_ms == 10000 && plan->heartbeat != NULL);
    fb_watch_plan_close(&plan);
    free(text);
    free(bytes);
}

static void check_work_name(size_t n, const char *ending, const char *wanted_end)
{
    char name[300], out[FB_WATCH_NAME_LONGEST + 1];
    memset(name, 'n', n);
    memcpy(name + n, ending, strlen(ending) + 1);
    fb_watch_work_name(out, name);
    size_t is = strlen(out), end = strlen(wanted_end);
    CU_ASSERT_EQUAL(is, n + strlen(ending) > FB_WATCH_NAME_LONGEST ? FB_WATCH_NAME_LONGEST : n + strlen(ending));
    CU_ASSERT_TRUE(is >= end && strcmp(out + is - end, wanted_end) == 0);
}

static void test_long_names(void)
{
    char name[256], out[FB_WATCH_NAME_LONGEST + 1];
    check_work_name(4, ".csv", "nnnn.csv");
    check_work_name(176, ".csv", "nnn.csv");
    check_work_name(177, ".csv", "nnn~.csv");
    check_work_name(251, ".csv", "nnn~.csv");
    check_work_name(255, "", "nnn~");
    check_work_name(200, ".an-ending-that-is-none-because-it-is-long", "nnn~");
    for (unsigned i = 0; i < 250; i += 2) /* never within a character */
        memcpy(name + i, "\xc3\xa9", 2);
    memcpy(name + 250, ".csv", 5);
    fb_watch_work_name(out, name);
    CU_ASSERT_TRUE(strlen(out) == 179 && strcmp(out + 172, "\xc3\xa9~.csv") == 0);
    fb_watch_printable(out, 12, "a\nb\033[2J\x7f\xc3\xa9xyz");
    CU_ASSERT_STRING_EQUAL(out, "a?b?[2J?\xc3\xa9x");
    fb_watch_printable(out, 3, "abcd");
    CU_ASSERT_STRING_EQUAL(out, "ab");
}

static void test_put_away(void)
{
    char to[FB_WATCH_FULL_PATH], from[FB_TEST_PATH], first[FB_TEST_PATH];
    begin();
    put(&drop, "a.csv", "one");
    CU_ASSERT_EQUAL(fb_watch_claim(drop.path, "a.csv", work.path), FB_OK);
    CU_ASSERT_EQUAL(fb_watch_claim(drop.path, "a.csv", work.path), FB_BUSY);
    CU_ASSERT_EQUAL(fb_watch_put_away(work.path, "a.csv", away.path, "a.csv", to), FB_OK);
    CU_ASSERT_EQUAL(fb_watch_claim(drop.path, "a.csv", work.path), FB_NOT_FOUND);
    /* The same name again gets a number; nothing is written over. */
    put(&work, "a.csv", "two");
    CU_ASSERT_EQUAL(fb_watch_put_away(work.path, "a.csv", away.path, "a.csv", to), FB_OK);
    CU_ASSERT(holds(&away, "a.csv", "one") && holds(&away, "a-2.csv", "two"));
    CU_ASSERT_PTR_NOT_NULL(strstr(to, "/a-2.csv"));
    /* After a crash between the second name and the end of the first: it is one file, and stays one. */
    put(&work, "b.csv", "three");
    fb_test_folder_file(&work, "b.csv", from);
    fb_test_folder_file(&away, "b.csv", first);
    CU_ASSERT_EQUAL(link(from, first), 0);
    CU_ASSERT_EQUAL(fb_watch_put_away(work.path, "b.csv", away.path, "b.csv", to), FB_OK);
    CU_ASSERT(holds(&away, "b.csv", "three") && !holds(&away, "b-2.csv", "three") && access(from, F_OK) != 0);
    /* A name without an ending, and notes. */
    put(&work, "noend", "x");
    put(&away, "noend", "y");
    CU_ASSERT_EQUAL(fb_watch_put_away(work.path, "noend", away.path, "noend", to), FB_OK);
    CU_ASSERT(holds(&away, "noend", "y") && holds(&away, "noend-2", "x"));
    CU_ASSERT_EQUAL(fb_watch_note(away.path, "n.txt", "why", to), FB_OK);
    CU_ASSERT_EQUAL(fb_watch_note(away.path, "n.txt", "again", to), FB_OK);
    CU_ASSERT(holds(&away, "n.txt", "why") && holds(&away, "n-2.txt", "again"));
    CU_ASSERT_EQUAL(fb_watch_put_away(work.path, "gone", away.path, "gone", to), FB_IO);
    end();
}

static void test_written(void)
{
    char path[FB_TEST_PATH];
    begin();
    put(&drop, "a.csv", "half");
    fb_test_folder_file(&drop, "a.csv", path);
    CU_ASSERT_FALSE(fb_watch_is_written(path));
    int reader = open(path, O_RDONLY | O_CLOEXEC);
    CU_ASSERT_FALSE(fb_watch_is_written(path));
    int writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    CU_ASSERT_TRUE(fb_watch_is_written(path));
    close(writer);
    CU_ASSERT_FALSE(fb_watch_is_written(path));
    close(reader);
    end();
}

static void age(const char *name, int64_t seconds)
{
    char path[FB_TEST_PATH];
    struct timespec t[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    fb_test_folder_file(&drop, name, path);
    CU_ASSERT_EQUAL(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void test_quiet(void)
{
    struct fb_watch_look look;
    struct fb_watch_place place = {.folder = drop.path, .files = {1, {"*.csv"}}, .quiet_ms = 1000};
    char name[FB_WATCH_NAME_BYTES], path[FB_TEST_PATH];
    begin();
    CU_ASSERT_EQUAL_FATAL(fb_watch_look_open(&look), FB_OK);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 0, name), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(look.due_ms, INT64_MAX);
    put(&drop, "b.csv", "1");
    put(&drop, "a.csv", "1");
    put(&drop, ".hidden.csv", "1");
    put(&drop, "a.rejects.csv", "1");
    put(&drop, "a.txt", "1");
    age("a.csv", 1000);
    age("b.csv", 900);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 100, name), FB_NOT_FOUND);
    CU_ASSERT(look.waiting == 2 && look.due_ms == 1100);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 1100, name), FB_OK);
    CU_ASSERT_STRING_EQUAL(name, "b.csv"); /* the older one */
    put(&drop, "b.csv", "12");
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 1200, name), FB_OK);
    CU_ASSERT_STRING_EQUAL(name, "a.csv"); /* the other has changed, and its time begins anew */
    fb_test_folder_file(&drop, "a.csv", path);
    int writer = open(path, O_WRONLY | O_CLOEXEC);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 1300, name), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(look.due_ms, 2200);
    close(writer);
    unlink(path);
    CU_ASSERT_EQUAL(symlink("b.csv", path), 0);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 9000, name), FB_OK);
    CU_ASSERT_STRING_EQUAL(name, "b.csv");
    CU_ASSERT_EQUAL(look.waiting, 1); /* a link is no file of ours */
    place.folder = "/no/such/folder";
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 9000, name), FB_IO);
    fb_watch_look_close(&look);
    end();
}

static void test_marker(void)
{
    struct fb_watch_look look;
    struct fb_watch_place place = {.folder = drop.path, .files = {1, {"*"}}, .markers = {2, {".done", ".ok"}}, .whole = FB_WATCH_MARKER};
    char name[FB_WATCH_NAME_BYTES];
    begin();
    CU_ASSERT_EQUAL_FATAL(fb_watch_look_open(&look), FB_OK);
    put(&drop, "a.csv", "1");
    age("a.csv", 1000);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 0, name), FB_NOT_FOUND);
    put(&drop, "a.csv.done", "");
    age("a.csv.done", 900); /* of the file before */
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 0, name), FB_NOT_FOUND);
    put(&drop, "a.ok", "");
    age("a.ok", 1000);
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 0, name), FB_OK);
    CU_ASSERT_STRING_EQUAL(name, "a.csv");
    fb_watch_drop_markers(&place, "a.csv");
    CU_ASSERT(!holds(&drop, "a.ok", "") && !holds(&drop, "a.csv.done", "") && holds(&drop, "a.csv", "1"));
    place.whole = FB_WATCH_RENAMED;
    CU_ASSERT_EQUAL(fb_watch_look_next(&look, &place, 0, name), FB_OK);
    fb_watch_look_close(&look);
    end();
}

CU_TestInfo suite_csv_watch[] = {
    {"names fit patterns", test_names},
    {"a plan is read, and its faults say where", test_plan},
    {"the plan in the description is one", test_readme_plan},
    {"a file is put away once, and over no other", test_put_away},
    {"a file that is open for writing is known", test_written},
    {"a quiet file is whole, the oldest first", test_quiet},
    {"a marked file is whole, if the mark is its own", test_marker},
    {"a name that is too long for what is written beside it loses its middle; one for people has no controls", test_long_names},
    CU_TEST_INFO_NULL,
};
