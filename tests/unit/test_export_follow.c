/* Alerts in files of days: each once, whatever was torn, and whoever lost his place. */
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/export/follow.h"
#include "tools/fairbank/spoken.h"
#include <stdlib.h>
#include <string.h>

#define HEAD "A,Event\n"
enum { DAY = 20779, MS_PER_DAY = 86400000, EPOCH = 7 }; /* 2026-11-22; in November London is UTC */
static const char day_name[] = "alerts-2026-11-22.csv";
static struct fb_test_folder folder;
static struct day_files F;

static void begin(void) { fb_test_folder_make(&folder); }

static void end(void)
{
    day_files_close(&F);
    fb_test_folder_remove(&folder);
}

static void put(const char *text, size_t n)
{
    char path[FB_TEST_PATH];
    fb_test_folder_file(&folder, day_name, path);
    fb_test_file_write(path, text, n);
}

static bool holds(const char *name, const char *text)
{
    char path[FB_TEST_PATH];
    size_t n = 0;
    fb_test_folder_file(&folder, name, path);
    unsigned char *got = fb_test_file_read(path, &n);
    bool same = n == strlen(text) && memcmp(got, text, n) == 0;
    free(got);
    return same;
}

static bool is_there(uint64_t epoch, uint64_t seq)
{
    bool again = false;
    CU_ASSERT_EQUAL(day_files_take(&F, (struct day_id){epoch, seq}, &again), FB_OK);
    return again;
}

/* What is whole stays, a torn end goes, and the next row follows the last whole one. */
static void test_torn(void)
{
    static const struct {
        const char *text;
        size_t n;
        size_t whole; /* so much stays */
    } cases[] = {
        {"", 0, 0},
        {"A,Ev", 4, 0},
        {HEAD, sizeof HEAD - 1, sizeof HEAD - 1},
        {HEAD "x,7-1\n", sizeof HEAD + 5, sizeof HEAD + 5},
        {HEAD "x,7-1\ny,7-", sizeof HEAD + 9, sizeof HEAD + 5},
        {HEAD "x,7-1\n\"y\nz,7-2\n", sizeof HEAD + 14, sizeof HEAD + 5},
        {HEAD "\"x\n\"\"y\",7-1\n\0\0\0\0", sizeof HEAD + 15, sizeof HEAD + 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[80];
        begin();
        put(cases[i].text, cases[i].n);
        CU_ASSERT_EQUAL_FATAL(day_files_open(&F, folder.path, HEAD), FB_OK);
        CU_ASSERT_EQUAL_FATAL(day_files_turn(&F, DAY), FB_OK);
        CU_ASSERT_EQUAL(F.cut, cases[i].n - cases[i].whole);
        CU_ASSERT_EQUAL(F.n, cases[i].whole > sizeof HEAD);
        CU_ASSERT_EQUAL(is_there(EPOCH, 1), cases[i].whole > sizeof HEAD);
        CU_ASSERT_FALSE(is_there(EPOCH, 2));
        CU_ASSERT_EQUAL(day_files_append(&F, "z,7-2\n", 6), FB_OK);
        (void)snprintf(wanted, sizeof wanted, "%.*s%sz,7-2\n", (int)cases[i].whole, cases[i].text, cases[i].whole == 0 ? HEAD : "");
        CU_ASSERT_TRUE(holds(day_name, wanted));
        end();
    }
}

/* Somebody's work is left as it is, and told with its line. */
static void test_changed(void)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"B,Event\nx,7-1\n", ":1:"}, {HEAD "x,7-1\nmine\ny,7-2\n", ":3:"}, {HEAD "\"x\ny\",7-1\nz,7-2 \n", ":4:"}, {HEAD "x,7-18446744073709551616\n", ":2:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        put(cases[i].text, strlen(cases[i].text));
        CU_ASSERT_EQUAL_FATAL(day_files_open(&F, folder.path, HEAD), FB_OK);
        CU_ASSERT_EQUAL(day_files_turn(&F, DAY), FB_REFUSED);
        CU_ASSERT_PTR_NOT_NULL(strstr(F.fault, cases[i].line));
        CU_ASSERT_TRUE(holds(day_name, cases[i].text));
        end();
    }
}

/* Ids of a store that was restored come in no order. */
static void test_ids(void)
{
    static const struct day_id ids[] = {{9, 3}, {9, 4}, {2, 3}, {9, 1}, {UINT64_MAX, UINT64_MAX}, {2, 1}};
    struct day_id id;
    begin();
    CU_ASSERT_EQUAL_FATAL(day_files_open(&F, folder.path, HEAD), FB_OK);
    for (unsigned round = 0; round < 2; round++)
        for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
            CU_ASSERT_EQUAL(is_there(ids[i].epoch, ids[i].seq), round == 1);
    CU_ASSERT_TRUE(day_id_parse(&id, "18446744073709551615-4", 22) && id.epoch == UINT64_MAX && id.seq == 4);
    static const char *const wrong[] = {"", "-", "1-", "-1", "1", "1-2 ", "1--2", "18446744073709551616-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CU_ASSERT_FALSE(day_id_parse(&id, wrong[i], strlen(wrong[i])));
    end();
}

/* A file that is moved away, or that a spreadsheet saves by putting a new one in its place, takes no row with it that was not told as written. */
static void test_taken_away(void)
{
    char from[FB_TEST_PATH], to[FB_TEST_PATH];
    begin();
    fb_test_folder_file(&folder, day_name, from);
    fb_test_folder_file(&folder, "moved.csv", to);
    CU_ASSERT_EQUAL_FATAL(day_files_open(&F, folder.path, HEAD), FB_OK);
    CU_ASSERT_EQUAL_FATAL(day_files_turn(&F, DAY), FB_OK);
    CU_ASSERT_EQUAL(day_files_append(&F, "x,7-1\n", 6), FB_OK);
    CU_ASSERT_EQUAL_FATAL(rename(from, to), 0);
    day_files_look(&F);
    CU_ASSERT_EQUAL_FATAL(day_files_turn(&F, DAY), FB_OK);
    CU_ASSERT_FALSE(is_there(EPOCH, 2));
    CU_ASSERT_EQUAL(day_files_append(&F, "y,7-2\n", 6), FB_OK);
    CU_ASSERT_TRUE(holds(day_name, HEAD "y,7-2\n"));
    CU_ASSERT_TRUE(holds("moved.csv", HEAD "x,7-1\n"));
    CU_ASSERT_EQUAL_FATAL(rename(to, from), 0);
    day_files_look(&F);
    CU_ASSERT_EQUAL_FATAL(day_files_turn(&F, DAY), FB_OK);
    CU_ASSERT_TRUE(is_there(EPOCH, 1)); /* what the new one holds is read back */
    CU_ASSERT_EQUAL_FATAL(rename(from, to), 0);
    CU_ASSERT_EQUAL(day_files_append(&F, "z,7-3\n", 6), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(F.fault, "taken away"));
    CU_ASSERT_TRUE(holds("moved.csv", HEAD "x,7-1\n"));
    end();
}

static void test_one_writer(void)
{
    struct day_files second;
    begin();
    CU_ASSERT_EQUAL_FATAL(day_files_open(&F, folder.path, HEAD), FB_OK);
    CU_ASSERT_EQUAL(day_files_open(&second, folder.path, HEAD), FB_BUSY);
    day_files_close(&second);
    end();
}

/* ---- a page of the feed ---- */

static struct fb_event_row row_of(uint64_t seq, int64_t at_ms)
{
    struct fb_event e = {.kind = FB_EVENT_RATECAP_BREACHED, .at_ms = at_ms, .journal = 90, .subject = 5, .rule = 3, .severity = FB_SEVERITY_BREACH, .pence = 1234, .shift_day = DAY,
                         .source = fb_span_of("=rth"), .record_ref = fb_span_of("B,1")};
    return (struct fb_event_row){.seq = seq, .event = e, .rule = fb_span_of("cap")};
}

static struct follow begun(void)
{
    struct follow f = {.written = 0};
    char *head = NULL;
    CU_ASSERT_TRUE_FATAL(follow_head(&head));
    CU_ASSERT_EQUAL_FATAL(day_files_open(&f.files, folder.path, head), FB_OK);
    free(head);
    return f;
}

/* Each in the file of its own day in London, quoted, harmless, once; shadow, history and what is about no finding nowhere. */
static void test_page(void)
{
    enum { ROWS = 6 };
    int64_t midnight = (int64_t)(DAY + 1) * MS_PER_DAY;
    struct fb_event_row rows[ROWS] = {row_of(1, midnight - 1), row_of(2, midnight), row_of(3, midnight), row_of(4, midnight), row_of(5, midnight), row_of(6, midnight - 1)};
    struct fb_feed_page page = {.epoch = EPOCH, .n = ROWS, .row = rows};
    rows[2].event.shadow = true;
    rows[3].event.historic = true;
    rows[4].event.rule = 0;
    begin();
    for (unsigned round = 0; round < 3; round++) {
        struct follow f = begun(); /* as after a crash: the page comes again */
        page.n = round == 0 ? 2 : ROWS;
        CU_ASSERT_EQUAL(follow_take(&f, &page), FB_OK);
        CU_ASSERT_EQUAL(f.written, (uint64_t)(round == 0 ? 2 : round == 1));
        CU_ASSERT_EQUAL(f.again, (uint64_t)(round == 0 ? 0 : round + 1));
        day_files_close(&f.files);
    }
#define HEADS "Severity,Trust,Day,Booking,Staff group,Route,Rule,£,State,Opened,Why,Finding,Event\n"
#define ROW(at, seq) "breach,,2026-11-22,\"'=rth/B,1\",,,cap,12.34,ratecap.breached," at ",\"fairbank explain =rth/B,1 --as-of 90\",5.3.0,7-" seq "\n"
    CU_ASSERT_TRUE(holds(day_name, HEADS ROW("2026-11-22T23:59:59.999Z", "1") ROW("2026-11-22T23:59:59.999Z", "6")));
    CU_ASSERT_TRUE(holds("alerts-2026-11-23.csv", HEADS ROW("2026-11-23T00:00:00.000Z", "2")));
    end();
}

static void test_names(void)
{
    char name[8];
    const char *list = "spend,,foi";
    CU_ASSERT(follow_name(&list, name, sizeof name) && strcmp(name, "spend") == 0);
    CU_ASSERT(follow_name(&list, name, sizeof name) && name[0] == '\0');
    CU_ASSERT(follow_name(&list, name, sizeof name) && strcmp(name, "foi") == 0);
    CU_ASSERT_FALSE(follow_name(&list, name, sizeof name));
    CU_ASSERT_TRUE(spoken_as_export("/usr/bin/fairbank-export"));
    CU_ASSERT_STRING_EQUAL(spoken("export follow"), "fairbank-export follow");
    CU_ASSERT_STRING_EQUAL(spoken("exports"), "fairbank exports");
    CU_ASSERT_FALSE(spoken_as_export("fairbank-export/fairbank"));
    CU_ASSERT_STRING_EQUAL(spoken("export follow"), "fairbank export follow");
}

CU_TestInfo suite_export_follow[] = {
    {"a torn end is cut off, and what is whole stays", test_torn},
    {"a row that is none of ours is left, and told with its line", test_changed},
    {"ids in no order are known again; what is no id is none", test_ids},
    {"a file that is moved away or replaced takes no row with it", test_taken_away},
    {"one writer at a time", test_one_writer},
    {"a page goes into the files of its days, each alert once however often it comes", test_page},
    {"names of tables, and of the program", test_names},
    CU_TEST_INFO_NULL,
};
