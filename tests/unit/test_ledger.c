#include "adapters/outbound/outlet/ledger.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fb_test_folder folder;
static char path[FB_TEST_PATH];

static struct fb_ledger *open_it(void)
{
    struct fb_ledger *l = NULL;
    char why[300];
    struct fb_text t;
    fb_text_init(&t, why, sizeof why);
    CU_ASSERT_EQUAL_FATAL(fb_ledger_open(&l, path, &t), FB_OK);
    return l;
}

static struct fb_ledger *begin(void)
{
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "ledger", path);
    return open_it();
}

static void end(struct fb_ledger *l)
{
    fb_ledger_close(&l);
    fb_test_folder_remove(&folder);
}

static void plan(struct fb_ledger *l, const char *receiver, const char *event, const char *batch, int64_t due)
{
    struct fb_delivery d = {.receiver = receiver, .event = event, .route = "r", .batch = batch, .due_ms = due, .since_ms = due, .body = "{}"};
    CU_ASSERT_EQUAL(fb_ledger_plan(l, &d), FB_OK);
}

static unsigned take(struct fb_ledger *l, const char *receiver, int64_t now, bool whole, struct fb_delivery *out, unsigned max)
{
    unsigned n = 99;
    CU_ASSERT_EQUAL(fb_ledger_take(l, receiver, now, whole, max, out, &n), FB_OK);
    return n;
}

static int64_t count(struct fb_ledger *l, enum fb_delivery_state state)
{
    int64_t c[FB_DELIVERY_END];
    CU_ASSERT_EQUAL(fb_ledger_count(l, NULL, c), FB_OK);
    return c[state];
}

/* Whatever the umask of who runs it by hand. */
static void test_mode(void)
{
    static const char *const beside[] = {"ledger", "ledger-wal", "ledger-shm", "ledger.lock"};
    mode_t before = umask(022);
    struct fb_ledger *l = begin();
    plan(l, "a", "1-1", "", 0);
    for (unsigned i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        char name[FB_TEST_PATH];
        struct stat st;
        fb_test_folder_file(&folder, beside[i], name);
        CU_ASSERT_TRUE(stat(name, &st) == 0 && (st.st_mode & 0777) == 0600);
    }
    CU_ASSERT_EQUAL(umask(before), 022);
    end(l);
}

static void test_once(void)
{
    struct fb_ledger *l = begin();
    struct fb_delivery d[4];
    plan(l, "a", "1-1", "", 10);
    plan(l, "a", "1-1", "", 20);
    plan(l, "b", "1-1", "", 10);
    CU_ASSERT_EQUAL(take(l, "a", 9, false, d, 4), 0);
    CU_ASSERT_EQUAL(take(l, "a", 10, false, d, 4), 1);
    CU_ASSERT_STRING_EQUAL(d[0].event, "1-1");
    CU_ASSERT_STRING_EQUAL(d[0].body, "{}");
    CU_ASSERT_EQUAL(take(l, "a", 30, false, d, 4), 0); /* away */
    CU_ASSERT_EQUAL(take(l, NULL, 30, false, d, 4), 1);
    CU_ASSERT_STRING_EQUAL(d[0].receiver, "b");
    end(l);
}

static void test_settling(void)
{
    struct fb_ledger *l = begin();
    struct fb_delivery d[4];
    plan(l, "a", "1-1", "", 10);
    CU_ASSERT_EQUAL_FATAL(take(l, "a", 10, false, d, 4), 1);
    int64_t id = d[0].id;
    CU_ASSERT_EQUAL(fb_ledger_settle(l, id, FB_DELIVERY_WAITING, 50, "connection refused"), FB_OK);
    CU_ASSERT_EQUAL(take(l, "a", 49, false, d, 4), 0);
    CU_ASSERT_EQUAL_FATAL(take(l, "a", 50, false, d, 4), 1);
    CU_ASSERT(d[0].tries == 1 && strcmp(d[0].error, "connection refused") == 0);
    CU_ASSERT_EQUAL(fb_ledger_settle(l, id, FB_DELIVERY_DEAD, 0, "410 gone"), FB_OK);
    CU_ASSERT_EQUAL(count(l, FB_DELIVERY_DEAD), 1);
    unsigned n;
    CU_ASSERT_EQUAL(fb_ledger_list(l, FB_DELIVERY_DEAD, 0, 4, d, &n), FB_OK);
    CU_ASSERT(n == 1 && strcmp(d[0].error, "410 gone") == 0 && d[0].tries == 2);
    CU_ASSERT_EQUAL(fb_ledger_revive(l, "b", 0, 60, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_EQUAL(fb_ledger_revive(l, NULL, id, 60, &n), FB_OK);
    CU_ASSERT_EQUAL(n, 1);
    CU_ASSERT_EQUAL_FATAL(take(l, "a", 60, false, d, 4), 1);
    CU_ASSERT_EQUAL(d[0].tries, 0);
    CU_ASSERT_EQUAL(fb_ledger_settle(l, id, FB_DELIVERY_DELIVERED, 0, NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_settle(l, id, FB_DELIVERY_DEAD, 0, "late"), FB_OK); /* it is not away any more: nothing */
    CU_ASSERT_EQUAL(count(l, FB_DELIVERY_DELIVERED), 1);
    CU_ASSERT_EQUAL(fb_ledger_prune(l, 10), FB_OK);
    CU_ASSERT_EQUAL(count(l, FB_DELIVERY_DELIVERED), 1);
    CU_ASSERT_EQUAL(fb_ledger_prune(l, 11), FB_OK);
    CU_ASSERT_EQUAL(count(l, FB_DELIVERY_DELIVERED), 0);
    end(l);
}

/* A clock that was a hundred ahead is put right at 1000: what was put off or planned meanwhile does not wait for those hundred. */
static void test_clock(void)
{
    enum { NOW = 1000, LAST = 1050 };
    static const struct {
        const char *event;
        int64_t since, due, again; /* again: 0, never tried */
    } rows[] = {{"1-2", 900, 950, 1040}, {"1-3", 900, 951, 1090}, {"1-5", 1100, 952, 1110}, {"1-1", 900, 1200, 0}, {"1-4", 1100, 1120, 0}};
    struct fb_ledger *l = begin();
    struct fb_delivery d[8];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_delivery row = {.receiver = "a", .event = rows[i].event, .route = "r", .batch = "", .due_ms = rows[i].due, .since_ms = rows[i].since, .body = "{}"};
        CU_ASSERT_EQUAL(fb_ledger_plan(l, &row), FB_OK);
        if (rows[i].again == 0)
            continue;
        CU_ASSERT_EQUAL_FATAL(take(l, "a", rows[i].due, false, d, 8), 1);
        CU_ASSERT_EQUAL(fb_ledger_settle(l, d[0].id, FB_DELIVERY_WAITING, rows[i].again, "no answer"), FB_OK);
    }
    CU_ASSERT_EQUAL(fb_ledger_clock(l, NOW, LAST), FB_OK);
    CU_ASSERT_EQUAL(take(l, "a", NOW, false, d, 8), 2);
    CU_ASSERT(strcmp(d[0].event, "1-3") == 0 && strcmp(d[1].event, "1-5") == 0);
    CU_ASSERT_EQUAL(d[1].since_ms, NOW); /* and is given up so much later */
    CU_ASSERT_EQUAL(take(l, "a", 1199, false, d, 8), 2);
    CU_ASSERT(strcmp(d[0].event, "1-4") == 0 && d[0].due_ms == 1020 && strcmp(d[1].event, "1-2") == 0 && d[1].due_ms == 1040);
    CU_ASSERT_EQUAL(take(l, "a", 1200, false, d, 8), 1); /* its window is as long as it was */
    end(l);
}

static void test_batches(void)
{
    struct fb_ledger *l = begin();
    struct fb_delivery d[8];
    plan(l, "a", "1-1", "x", 100);
    plan(l, "a", "1-2", "x", 150);
    plan(l, "a", "1-3", "y", 120);
    CU_ASSERT_EQUAL(take(l, "a", 99, true, d, 8), 0);
    CU_ASSERT_EQUAL(take(l, "a", 100, true, d, 8), 2); /* the second goes with the first, though it came later */
    CU_ASSERT(strcmp(d[0].event, "1-1") == 0 && strcmp(d[1].event, "1-2") == 0);
    plan(l, "a", "1-4", "x", 200); /* the next window */
    CU_ASSERT_EQUAL(take(l, "a", 130, true, d, 8), 1);
    CU_ASSERT_STRING_EQUAL(d[0].event, "1-3");
    CU_ASSERT_EQUAL(take(l, "a", 130, true, d, 8), 0);
    CU_ASSERT_EQUAL(take(l, "a", 200, true, d, 8), 1);
    end(l);
}

static void test_kill(void)
{
    struct fb_ledger *l = begin();
    struct fb_delivery d[4];
    uint64_t epoch, seq;
    CU_ASSERT_EQUAL(fb_ledger_place(l, &epoch, &seq), FB_OK);
    CU_ASSERT(epoch == 0 && seq == 0);
    CU_ASSERT_EQUAL(fb_ledger_begin(l), FB_OK);
    plan(l, "a", "1-1", "", 10);
    CU_ASSERT_EQUAL(fb_ledger_move(l, UINT64_MAX, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_keep(l), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_begin(l), FB_OK);
    plan(l, "a", "1-2", "", 10);
    CU_ASSERT_EQUAL(fb_ledger_move(l, UINT64_MAX, 2), FB_OK);
    fb_ledger_undo(l);
    CU_ASSERT_EQUAL(take(l, "a", 10, false, d, 4), 1);
    fb_ledger_close(&l);
    l = open_it();
    CU_ASSERT_EQUAL(fb_ledger_place(l, &epoch, &seq), FB_OK);
    CU_ASSERT(epoch == UINT64_MAX && seq == 1);
    CU_ASSERT_EQUAL(take(l, "a", 10, false, d, 4), 1); /* what was away goes again */
    CU_ASSERT_STRING_EQUAL(d[0].event, "1-1");
    end(l);
}

static void test_watches(void)
{
    struct fb_ledger *l = begin();
    struct fb_watch w = {.due_ms = 100, .purpose = FB_PURPOSE_ESCALATION, .finding = "4.17.2", .route = "r", .event = "1-9", .body = "{}"}, got;
    int64_t due;
    CU_ASSERT_EQUAL(fb_ledger_watch(l, &w), FB_OK);
    w.finding = "4.17.30";
    CU_ASSERT_EQUAL(fb_ledger_watch(l, &w), FB_OK);
    w.finding = "4.170.2";
    CU_ASSERT_EQUAL(fb_ledger_watch(l, &w), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_next(l, NULL, 0, &due), FB_OK);
    CU_ASSERT_EQUAL(due, 100);
    CU_ASSERT_EQUAL(fb_ledger_watch_due(l, 99, &got), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_ledger_lift(l, "4.17.*", FB_PURPOSE_REMINDER), FB_OK); /* another purpose */
    CU_ASSERT_EQUAL(fb_ledger_lift(l, "4.17.2", FB_PURPOSE_ESCALATION), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_lift(l, "4.17.*", FB_PURPOSE_ESCALATION), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_ledger_watch_due(l, 100, &got), FB_OK);
    CU_ASSERT_STRING_EQUAL(got.finding, "4.170.2");
    CU_ASSERT_EQUAL(got.purpose, FB_PURPOSE_ESCALATION);
    CU_ASSERT_EQUAL(fb_ledger_watch_due(l, 100, &got), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_ledger_next(l, NULL, 0, &due), FB_OK);
    CU_ASSERT_EQUAL(due, INT64_MAX);
    end(l);
}

static void test_silences(void)
{
    struct fb_ledger *l = begin();
    bool is = true;
    CU_ASSERT_EQUAL(fb_ledger_is_hushed(l, "s", "trust=RTH;", 0, &is), FB_OK);
    CU_ASSERT_FALSE(is);
    CU_ASSERT_EQUAL(fb_ledger_hush(l, "s", "trust=RTH;", 100), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_hush(l, "s", "trust=RTH;", 50), FB_OK); /* the later stands */
    CU_ASSERT_EQUAL(fb_ledger_is_hushed(l, "s", "trust=RTH;", 99, &is), FB_OK);
    CU_ASSERT_TRUE(is);
    CU_ASSERT_EQUAL(fb_ledger_is_hushed(l, "s", "trust=RTH;", 100, &is), FB_OK);
    CU_ASSERT_FALSE(is);
    CU_ASSERT_EQUAL(fb_ledger_is_hushed(l, "s", "trust=RXQ;", 10, &is), FB_OK);
    CU_ASSERT_FALSE(is);
    end(l);
}

/* Another program, which is told the path when the ledger is taken. It has nothing of this one, so that it loses nothing of it. */
static int other_program(int told)
{
    struct fb_ledger *l = NULL;
    char why[300] = "";
    struct fb_text t;
    fb_text_init(&t, why, sizeof why);
    if (read(told, path, sizeof path) != (ssize_t)sizeof path)
        return 2;
    return fb_ledger_open(&l, path, &t) == FB_BUSY && strstr(why, "another process") != NULL ? 0 : 1;
}

/* A lock of fcntl is between processes, so another one asks. */
static void test_two_programs(void)
{
    struct fb_ledger *l, *other = NULL;
    char why[300];
    struct fb_text t;
    int status = -1, tell[2];
    fb_text_init(&t, why, sizeof why);
    CU_ASSERT_EQUAL_FATAL(pipe(tell), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(other_program(tell[0]));
    l = begin();
    CU_ASSERT_EQUAL(write(tell[1], path, sizeof path), (ssize_t)sizeof path);
    close(tell[0]);
    close(tell[1]);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_EQUAL(status, 0);
    plan(l, "a", "1-1", "", 10);
    struct fb_delivery d[2];
    CU_ASSERT_EQUAL(take(l, "a", 10, false, d, 2), 1);
    CU_ASSERT_EQUAL(fb_ledger_look(&other, path, &t), FB_OK); /* who only looks takes nothing back */
    CU_ASSERT_EQUAL(count(other, FB_DELIVERY_AWAY), 1);
    fb_ledger_close(&other);
    end(l);
    CU_ASSERT_EQUAL(fb_ledger_look(&other, path, &t), FB_IO);
}

static void test_refused(void)
{
    char why[300];
    struct fb_text t;
    struct fb_ledger *l = begin();
    sqlite3 *db = NULL;
    fb_ledger_close(&l);
    CU_ASSERT_EQUAL(sqlite3_open(path, &db), SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_exec(db, "PRAGMA user_version = 9", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    fb_text_init(&t, why, sizeof why);
    CU_ASSERT_EQUAL(fb_ledger_open(&l, path, &t), FB_NEWER);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "newer version"));
    fb_test_file_write(path, "this is no ledger, and it is longer than a header of one would be, by some hundred bytes or so, all in all", 106);
    fb_text_init(&t, why, sizeof why);
    CU_ASSERT_EQUAL(fb_ledger_open(&l, path, &t), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "not a database"));
    fb_text_init(&t, why, sizeof why);
    CU_ASSERT_EQUAL(fb_ledger_open(&l, "/no/such/folder/ledger", &t), FB_IO);
    fb_test_folder_remove(&folder);
}

/* As version 1 made them, with what was owed then. */
static const char first_version[] =
    "CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, seq INTEGER NOT NULL);"
    "CREATE TABLE delivery (id INTEGER PRIMARY KEY, receiver TEXT NOT NULL, event TEXT NOT NULL, purpose INTEGER NOT NULL,"
    "  route TEXT NOT NULL, batch TEXT NOT NULL, due_ms INTEGER NOT NULL, since_ms INTEGER NOT NULL, state INTEGER NOT NULL,"
    "  tries INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', body TEXT NOT NULL, UNIQUE (receiver, event, purpose));"
    "CREATE INDEX delivery_due ON delivery (receiver, due_ms, id) WHERE state = 0;"
    "CREATE INDEX delivery_batch ON delivery (batch) WHERE state = 0;"
    "CREATE INDEX delivery_state ON delivery (state, id);"
    "CREATE TABLE hush (name TEXT NOT NULL, key TEXT NOT NULL, until_ms INTEGER NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID;"
    "CREATE TABLE watch (finding TEXT NOT NULL, route TEXT NOT NULL, purpose INTEGER NOT NULL, due_ms INTEGER NOT NULL,"
    "  event TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (finding, route, purpose)) WITHOUT ROWID;"
    "CREATE INDEX watch_due ON watch (due_ms);"
    "PRAGMA user_version = 1;"
    "INSERT INTO place VALUES (1, 4, 17);"
    "INSERT INTO delivery VALUES (1, 'a', '4-1', 0, 'r', 'x', 10, 10, 0, 0, '', '{}'), (2, 'a', '4-2', 0, 'r', '', 10, 10, 2, 0, '', '{}'),"
    "  (3, 'b', '4-3', 0, 'r', '', 10, 10, 3, 4, 'gone', '{}'), (4, 'b', '4-4', 0, 'r', '', 90, 10, 4, 0, '', '{}');"
    "INSERT INTO watch VALUES ('4.17.2', 'r', 1, 40, '4-1', '{}'); INSERT INTO hush VALUES ('s', 'trust=RTH;', 99);";

static void write_first_version(void)
{
    sqlite3 *db = NULL;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "ledger", path);
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_exec(db, first_version, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_older(void)
{
    struct fb_ledger *l = NULL;
    struct fb_delivery d[4];
    struct fb_watch w;
    char why[300];
    struct fb_text t;
    uint64_t epoch, seq;
    unsigned n;
    bool is = false;
    write_first_version();
    fb_text_init(&t, why, sizeof why);
    CU_ASSERT_EQUAL(fb_ledger_look(&l, path, &t), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "its next run brings it up to date"));
    l = open_it();
    CU_ASSERT_EQUAL(fb_ledger_place(l, &epoch, &seq), FB_OK);
    CU_ASSERT(epoch == 4 && seq == 17);
    for (int s = 0; s < FB_DELIVERY_END; s++)
        CU_ASSERT_EQUAL(count(l, (enum fb_delivery_state)s), s == FB_DELIVERY_AWAY ? 0 : 1);
    CU_ASSERT_EQUAL(take(l, "a", 10, true, d, 4), 1);
    CU_ASSERT_EQUAL(fb_ledger_list(l, FB_DELIVERY_DEAD, 0, 4, d, &n), FB_OK);
    CU_ASSERT(n == 1 && d[0].id == 3 && strcmp(d[0].error, "gone") == 0);
    CU_ASSERT_EQUAL(fb_ledger_is_hushed(l, "s", "trust=RTH;", 98, &is), FB_OK);
    CU_ASSERT_TRUE(is);
    CU_ASSERT_EQUAL(fb_ledger_watch_due(l, 40, &w), FB_OK);
    CU_ASSERT_STRING_EQUAL(w.finding, "4.17.2");
    fb_ledger_close(&l);
    CU_ASSERT_EQUAL(fb_ledger_look(&l, path, &t), FB_OK); /* it is of this version now */
    end(l);
}

/* What another process that only looks sees at once was written; that the disk has it is not waited for. */
static void test_repeatable(void)
{
    struct fb_ledger *l = begin(), *other = NULL;
    struct fb_delivery d[2];
    char why[300];
    struct fb_text t;
    fb_text_init(&t, why, sizeof why);
    plan(l, "a", "1-1", "", 10);
    plan(l, "a", "1-2", "", 10);
    CU_ASSERT_EQUAL_FATAL(take(l, "a", 10, false, d, 2), 2);
    CU_ASSERT_EQUAL(fb_ledger_begin_repeatable(l), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_settle(l, d[0].id, FB_DELIVERY_DELIVERED, 0, NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_keep(l), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_begin_repeatable(l), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_settle(l, d[1].id, FB_DELIVERY_DELIVERED, 0, NULL), FB_OK);
    fb_ledger_undo(l);
    CU_ASSERT_EQUAL(fb_ledger_look(&other, path, &t), FB_OK);
    CU_ASSERT(count(other, FB_DELIVERY_DELIVERED) == 1 && count(other, FB_DELIVERY_AWAY) == 1);
    fb_ledger_close(&other);
    end(l);
}

/* Receivers in any number, and much that waits: the question when something is due looks at the first row of each that is asked for. What waits
 * for others is due to nobody here: an outlet that took it for its own work would never rest. */
static void test_next(void)
{
    struct fb_ledger *l = begin();
    static const char *const all[] = {"a", "b", "c", "d", "e"}, *const strangers[] = {"f", "aa"};
    int64_t due = 0;
    char event[16], who[8] = "a";
    CU_ASSERT_EQUAL(fb_ledger_begin(l), FB_OK);
    for (int i = 0; i < 300; i++) {
        struct fb_text t;
        fb_text_init(&t, event, sizeof event);
        fb_text_add_int(&t, i);
        who[0] = (char)('a' + i % 5);
        plan(l, who, event, "", 1000 - i);
    }
    CU_ASSERT_EQUAL(fb_ledger_keep(l), FB_OK);
    CU_ASSERT_EQUAL(fb_ledger_next(l, all, 5, &due), FB_OK);
    CU_ASSERT_EQUAL(due, 701);
    struct fb_delivery d[2];
    CU_ASSERT_EQUAL(take(l, "e", 701, false, d, 2), 1);
    CU_ASSERT_EQUAL(fb_ledger_next(l, all, 5, &due), FB_OK);
    CU_ASSERT_EQUAL(due, 702);
    CU_ASSERT_EQUAL(fb_ledger_next(l, all, 1, &due), FB_OK);
    CU_ASSERT_EQUAL(due, 705);
    CU_ASSERT_EQUAL(fb_ledger_next(l, strangers, 2, &due), FB_OK);
    CU_ASSERT_EQUAL(due, INT64_MAX);
    who[0] = '\0';
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(fb_ledger_receiver(l, who, who, sizeof who), FB_OK);
        CU_ASSERT_STRING_EQUAL(who, all[i]);
    }
    CU_ASSERT_EQUAL(fb_ledger_receiver(l, who, who, sizeof who), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_ledger_receiver(l, "d", who, 1), FB_LIMIT);
    end(l);
}

CU_TestInfo suite_ledger[] = {
    {"it is its owner's alone", test_mode},
    {"an event is owed to a receiver once, however often it is planned", test_once},
    {"a clock that went back leaves nothing waiting for the time that it told", test_clock},
    {"what failed is tried again, what was given up can be revived, what arrived is forgotten in time", test_settling},
    {"what waits together goes together, when the first of it is due", test_batches},
    {"a kill loses nothing that was kept, keeps nothing else, and sends again what was away", test_kill},
    {"what is watched comes due unless it is lifted, alone or with all its details", test_watches},
    {"a silence holds for its key until its end", test_silences},
    {"a ledger belongs to one program at a time; who looks at it changes nothing", test_two_programs},
    {"a ledger of the first version is brought up to date, and owes what it owed", test_older},
    {"what may be repeated is kept and undone as anything else is", test_repeatable},
    {"what is due next is found among many receivers", test_next},
    {"a file that is no ledger, or a newer one, is refused with the reason", test_refused},
    CU_TEST_INFO_NULL,
};
