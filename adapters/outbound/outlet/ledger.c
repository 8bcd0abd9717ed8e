#include "adapters/outbound/outlet/ledger_private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *fb_purpose_word(enum fb_purpose p)
{
    static const char *const words[] = {
#define X(id, text) text,
        FB_PURPOSE_MAP(X)
#undef X
    };
    return words[p];
}

/* The tables, step by step; PRAGMA user_version says how many have run. A step that has been released is never changed: a newer one
 * mends it. */
static const char *const steps[] = {
    /* 1 */
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
    "CREATE INDEX watch_due ON watch (due_ms);",
    /* 2: an index of every state was written three times for each delivery, and taken for questions that it made slow. */
    "DROP INDEX delivery_batch; DROP INDEX delivery_state;"
    "CREATE INDEX delivery_batch ON delivery (batch) WHERE state = 0 AND batch <> '';"
    "CREATE INDEX delivery_shown ON delivery (state, id) WHERE state IN (3, 4);"
    "CREATE INDEX delivery_old ON delivery (since_ms) WHERE state IN (2, 4);",
};
enum { VERSION = sizeof steps / sizeof steps[0] };

/* Each names its index: one that a question does not fit would be an error at once, and not a slow ledger some day. */
static const char *const texts[FB_LEDGER__STATEMENTS] = {
    [FB_LEDGER__PLACE] = "SELECT epoch, seq FROM place",
    [FB_LEDGER__MOVE] = "INSERT INTO place VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET epoch = ?1, seq = ?2",
    [FB_LEDGER__BATCH_DUE] = "SELECT min(due_ms) FROM delivery INDEXED BY delivery_batch WHERE batch = ?1 AND batch <> '' AND state = 0 AND tries = 0",
    [FB_LEDGER__PLAN] = "INSERT INTO delivery (receiver, event, purpose, route, batch, due_ms, since_ms, state, body)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
    [FB_LEDGER__DUE] = "SELECT id, receiver, event, purpose, route, batch, due_ms, since_ms, state, tries, error, body FROM delivery"
                       " INDEXED BY delivery_due WHERE receiver = ?1 AND state = 0 AND due_ms <= ?2 ORDER BY due_ms, id LIMIT ?3",
    [FB_LEDGER__DUE_ANY] = "SELECT id, receiver, event, purpose, route, batch, due_ms, since_ms, state, tries, error, body FROM delivery"
                           " WHERE state = 0 AND due_ms <= ?2 ORDER BY due_ms, id LIMIT ?3",
    [FB_LEDGER__BATCH] = "SELECT id, receiver, event, purpose, route, batch, due_ms, since_ms, state, tries, error, body FROM delivery"
                         " INDEXED BY delivery_batch WHERE batch = ?1 AND batch <> '' AND state = 0 ORDER BY id LIMIT ?2",
    [FB_LEDGER__AWAY] = "UPDATE delivery SET state = 1 WHERE id = ?1",
    [FB_LEDGER__SETTLE] = "UPDATE delivery SET state = ?2, due_ms = iif(?2 = 0, ?3, due_ms), tries = tries + iif(?2 = 2, 0, 1), error = ?4"
                          " WHERE id = ?1 AND state = 1",
    [FB_LEDGER__CLOCK] = "UPDATE delivery SET due_ms = iif(tries > 0 AND due_ms > ?2, ?1, due_ms - max(0, since_ms - ?1)), since_ms = min(since_ms, ?1)"
                         " WHERE state = 0 AND (since_ms > ?1 OR (tries > 0 AND due_ms > ?2))",
    [FB_LEDGER__REVIVE] = "UPDATE delivery SET state = 0, due_ms = ?3, tries = 0 WHERE state = 3 AND state IN (3, 4) AND (?1 IS NULL OR receiver = ?1) AND (?2 = 0 OR id = ?2)",
    [FB_LEDGER__LIST] = "SELECT id, receiver, event, purpose, route, batch, due_ms, since_ms, state, tries, error, body FROM delivery"
                        " INDEXED BY delivery_shown WHERE state = ?1 AND state IN (3, 4) AND id > ?2 ORDER BY id LIMIT ?3",
    [FB_LEDGER__COUNT] = "SELECT state, count(*) FROM delivery WHERE ?1 IS NULL OR receiver = ?1 GROUP BY state",
    /* By receiver, because the index is: a look at the first row, however many wait. */
    [FB_LEDGER__NEXT] = "SELECT min(due_ms) FROM delivery INDEXED BY delivery_due WHERE receiver = ?1 AND state = 0",
    [FB_LEDGER__NEXT_WATCH] = "SELECT min(due_ms) FROM watch",
    [FB_LEDGER__RECEIVER] = "SELECT min(receiver) FROM delivery WHERE receiver > ?1",
    [FB_LEDGER__PRUNE] = "DELETE FROM delivery INDEXED BY delivery_old WHERE state IN (2, 4) AND since_ms < ?1",
    [FB_LEDGER__HUSH] = "INSERT INTO hush VALUES (?1, ?2, ?3) ON CONFLICT (name, key) DO UPDATE SET until_ms = max(until_ms, ?3)",
    [FB_LEDGER__HUSHED] = "SELECT 1 FROM hush WHERE name = ?1 AND key = ?2 AND until_ms > ?3",
    [FB_LEDGER__WATCH] = "INSERT INTO watch VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (finding, route, purpose)"
                         " DO UPDATE SET due_ms = ?4, event = ?5, body = ?6",
    [FB_LEDGER__LIFT] = "DELETE FROM watch WHERE purpose = ?2 AND (finding = ?1 OR (substr(?1, -2) = '.*'"
                        " AND finding > substr(?1, 1, length(?1) - 1) AND finding < substr(?1, 1, length(?1) - 2) || '/'))",
    [FB_LEDGER__WATCH_DUE] = "SELECT finding, route, purpose, due_ms, event, body FROM watch WHERE due_ms <= ?1 ORDER BY due_ms LIMIT 1",
    [FB_LEDGER__WATCHED] = "DELETE FROM watch WHERE finding = ?1 AND route = ?2 AND purpose = ?3",
};

/* ---- opening ---- */

static bool run(struct fb_ledger *l, const char *sql)
{
    return sqlite3_exec(l->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static int64_t version_of(struct fb_ledger *l)
{
    sqlite3_stmt *s = NULL;
    int64_t v = -1;
    if (sqlite3_prepare_v2(l->db, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        v = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return v;
}

/* Each step in a transaction of its own, with its number. */
static bool make_tables(struct fb_ledger *l, int64_t version)
{
    char number[40];
    bool good = true;
    for (; good && version < VERSION; version++) {
        snprintf(number, sizeof number, "PRAGMA user_version = %d", (int)version + 1);
        good = run(l, "BEGIN IMMEDIATE") && run(l, steps[version]) && run(l, number) && run(l, "COMMIT");
    }
    return good;
}

/* Two programs on one ledger would send everything twice. The lock goes with the process, however it ends. */
static enum fb_err lock(struct fb_ledger *l, const char *path)
{
    char name[1024];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
        return FB_IO;
    l->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (l->lock < 0)
        return FB_IO;
    return fcntl(l->lock, F_SETLK, &whole) == 0 ? FB_OK : FB_BUSY;
}

static enum fb_err set_up(struct fb_ledger *l, const char *path, bool look)
{
    enum fb_err e = look ? FB_OK : lock(l, path);
    if (e == FB_BUSY)
        return e;
    mode_t before = umask(077); /* whose breach it is, and what it cost, is nobody else's: what SQLite lays beside has the same mode */
    int rc = sqlite3_open_v2(path, &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (look ? 0 : SQLITE_OPEN_CREATE), NULL);
    umask(before);
    if (rc != SQLITE_OK)
        return FB_IO;
    sqlite3_busy_timeout(l->db, 5000);
    if (!run(l, "PRAGMA journal_mode = WAL") || !run(l, "PRAGMA synchronous = FULL") || !run(l, "PRAGMA cache_size = -16384"))
        return FB_IO;
    int64_t version = version_of(l);
    if (version > VERSION)
        return FB_NEWER;
    if (look && version > 0 && version < VERSION)
        return FB_REFUSED;
    if (version < 0 || (version < VERSION && (look || !make_tables(l, version))))
        return FB_IO;
    for (unsigned i = 0; i < FB_LEDGER__STATEMENTS; i++)
        if (sqlite3_prepare_v3(l->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &l->statement[i], NULL) != SQLITE_OK)
            return FB_IO;
    /* What was away when the outlet ended may or may not have arrived: it goes again. */
    return look || run(l, "UPDATE delivery SET state = 0 WHERE state = 1") ? FB_OK : FB_IO;
}

static enum fb_err open_as(struct fb_ledger **out, const char *path, bool look, struct fb_text *why)
{
    struct fb_ledger *l = calloc(1, sizeof *l);
    *out = NULL;
    if (l == NULL)
        return FB_FULL;
    l->lock = -1;
    enum fb_err e = set_up(l, path, look);
    if (e == FB_OK) {
        *out = l;
        return FB_OK;
    }
    fb_text_add(why, path);
    if (look && access(path, F_OK) != 0 && errno == ENOENT) {
        fb_text_add(why, ": there is no ledger yet: `run` makes it");
        fb_ledger_close(&l);
        return e;
    }
    fb_text_add(why, e == FB_NEWER     ? ": made by a newer version of this program; use that one"
                     : e == FB_BUSY    ? ": in use by another process"
                     : e == FB_REFUSED ? ": made by an older version of this program; its next run brings it up to date"
                                       : ": ");
    if (e == FB_IO || e == FB_FULL)
        fb_text_add(why, l->db != NULL ? sqlite3_errmsg(l->db) : "no memory");
    fb_ledger_close(&l);
    return e;
}

enum fb_err fb_ledger_open(struct fb_ledger **out, const char *path, struct fb_text *why)
{
    return open_as(out, path, false, why);
}

enum fb_err fb_ledger_look(struct fb_ledger **out, const char *path, struct fb_text *why)
{
    return open_as(out, path, true, why);
}

void fb_ledger_close(struct fb_ledger **ledger)
{
    struct fb_ledger *l = *ledger;
    *ledger = NULL;
    if (l == NULL)
        return;
    for (unsigned i = 0; i < FB_LEDGER__STATEMENTS; i++)
        sqlite3_finalize(l->statement[i]);
    sqlite3_close(l->db);
    if (l->lock >= 0)
        close(l->lock);
    free(l->texts);
    free(l);
}

const char *fb_ledger_fault(const struct fb_ledger *l)
{
    return l->fault[0] != '\0' ? l->fault : sqlite3_errmsg(l->db);
}

/* ---- transactions ---- */

/* In WAL, FULL flushes at each commit, all that was written before it too; NORMAL only before what is in the log goes to its place. */
static enum fb_err begin(struct fb_ledger *l, const char *synchronous)
{
    l->fault[0] = '\0';
    return run(l, synchronous) && run(l, "BEGIN IMMEDIATE") ? FB_OK : FB_IO;
}

enum fb_err fb_ledger_begin(struct fb_ledger *l) { return begin(l, "PRAGMA synchronous = FULL"); }
enum fb_err fb_ledger_begin_repeatable(struct fb_ledger *l) { return begin(l, "PRAGMA synchronous = NORMAL"); }

enum fb_err fb_ledger_keep(struct fb_ledger *l)
{
    if (run(l, "COMMIT"))
        return FB_OK;
    fb_ledger_undo(l);
    return FB_IO;
}

void fb_ledger_undo(struct fb_ledger *l)
{
    if (sqlite3_get_autocommit(l->db))
        return;
    snprintf(l->fault, sizeof l->fault, "%s", sqlite3_errmsg(l->db));
    (void)run(l, "ROLLBACK");
}

/* ---- statements ---- */

sqlite3_stmt *fb_ledger__ask(struct fb_ledger *l, enum fb_ledger__statement which, const char *form, ...)
{
    sqlite3_stmt *s = l->statement[which];
    va_list args;
    sqlite3_reset(s);
    va_start(args, form);
    for (int i = 1; *form != '\0'; form++, i++) {
        if (*form == 'i')
            sqlite3_bind_int64(s, i, va_arg(args, int64_t));
        else
            sqlite3_bind_text(s, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
    }
    va_end(args);
    return s;
}

enum fb_err fb_ledger__do(sqlite3_stmt *s)
{
    int e = sqlite3_step(s);
    sqlite3_reset(s);
    return e == SQLITE_DONE || e == SQLITE_ROW ? FB_OK : FB_IO;
}

enum fb_err fb_ledger__value(sqlite3_stmt *s, int64_t *out)
{
    int e = sqlite3_step(s);
    bool there = e == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL;
    if (there)
        *out = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return there ? FB_OK : e == SQLITE_ROW || e == SQLITE_DONE ? FB_NOT_FOUND : FB_IO;
}

enum fb_err fb_ledger_place(struct fb_ledger *l, uint64_t *epoch, uint64_t *seq)
{
    sqlite3_stmt *s = fb_ledger__ask(l, FB_LEDGER__PLACE, "");
    int e = sqlite3_step(s);
    *epoch = e == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
    *seq = e == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 1) : 0;
    sqlite3_reset(s);
    return e == SQLITE_ROW || e == SQLITE_DONE ? FB_OK : FB_IO;
}

enum fb_err fb_ledger_move(struct fb_ledger *l, uint64_t epoch, uint64_t seq)
{
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__MOVE, "ii", (int64_t)epoch, (int64_t)seq));
}
