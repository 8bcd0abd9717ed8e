#include "adapters/inbound/allocate/memory.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { GET, PUT, HAS, PRUNE, IDS, STATEMENTS, KEEP_AT_ONCE = 512 };
static const char *const texts[STATEMENTS] = {
    [GET] = "SELECT at_ms, value FROM known WHERE kind = ?1 AND id = ?2",
    [PUT] = "INSERT INTO known VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, id) DO UPDATE SET at_ms = ?3, value = ?4",
    [HAS] = "SELECT 1 FROM known WHERE kind = ?1 AND id = ?2",
    [IDS] = "SELECT id FROM known WHERE kind = ?1 ORDER BY id",
    [PRUNE] = "DELETE FROM known WHERE kind = ?1 AND at_ms < ?3",
};
struct fb_allocate_memory {
    sqlite3 *db;
    sqlite3_stmt *statement[STATEMENTS];
    bool open; /* a transaction is */
    int64_t next, reserved;
};

static enum fb_err run(struct fb_allocate_memory *m, const char *sql)
{
    int rc = sqlite3_exec(m->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? FB_OK : rc == SQLITE_BUSY ? FB_BUSY : FB_IO;
}

static enum fb_err begin(struct fb_allocate_memory *m)
{
    if (m->open)
        return FB_OK;
    enum fb_err e = run(m, "BEGIN IMMEDIATE");
    m->open = e == FB_OK;
    return e;
}

enum fb_err fb_allocate_memory_open(struct fb_allocate_memory **out, const char *path)
{
    struct fb_allocate_memory *m = calloc(1, sizeof *m);
    *out = m;
    if (m == NULL)
        return FB_FULL;
    mode_t before = umask(077); /* pseudonyms and wards are nobody else's */
    int rc = sqlite3_open_v2(path != NULL ? path : ":memory:", &m->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    umask(before);
    if (rc != SQLITE_OK)
        return FB_IO;
    sqlite3_busy_timeout(m->db, 1000);
    enum fb_err e = run(m, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "CREATE TABLE IF NOT EXISTS known (kind TEXT NOT NULL, id TEXT NOT NULL, at_ms INTEGER NOT NULL, value TEXT NOT NULL,"
                           " PRIMARY KEY (kind, id)) WITHOUT ROWID; BEGIN IMMEDIATE; COMMIT;");
    for (unsigned i = 0; i < STATEMENTS && e == FB_OK; i++)
        e = sqlite3_prepare_v2(m->db, texts[i], -1, &m->statement[i], NULL) == SQLITE_OK ? FB_OK : FB_IO;
    return e;
}

void fb_allocate_memory_close(struct fb_allocate_memory **memory)
{
    struct fb_allocate_memory *m = *memory;
    *memory = NULL;
    if (m == NULL)
        return;
    for (unsigned i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(m->statement[i]);
    sqlite3_close(m->db);
    free(m);
}

static sqlite3_stmt *bound(struct fb_allocate_memory *m, unsigned which, const char *kind, const char *id)
{
    sqlite3_stmt *s = m->statement[which];
    sqlite3_reset(s);
    sqlite3_bind_text(s, 1, kind, -1, SQLITE_STATIC);
    if (id != NULL)
        sqlite3_bind_text(s, 2, id, -1, SQLITE_STATIC);
    return s;
}

json_t *fb_allocate_memory_get(struct fb_allocate_memory *m, const char *kind, const char *id, int64_t *at_ms)
{
    json_t *value = NULL;
    sqlite3_stmt *s = bound(m, GET, kind, id);
    if (sqlite3_step(s) == SQLITE_ROW) {
        if (at_ms != NULL)
            *at_ms = sqlite3_column_int64(s, 0);
        value = json_loads((const char *)sqlite3_column_text(s, 1), JSON_DECODE_ANY, NULL);
    }
    sqlite3_reset(s);
    return value;
}

bool fb_allocate_memory_has(struct fb_allocate_memory *m, const char *kind, const char *id)
{
    sqlite3_stmt *s = bound(m, HAS, kind, id);
    bool has = sqlite3_step(s) == SQLITE_ROW;
    sqlite3_reset(s);
    return has;
}

json_t *fb_allocate_memory_ids(struct fb_allocate_memory *m, const char *kind)
{
    json_t *out = json_array();
    sqlite3_stmt *s = bound(m, IDS, kind, NULL);
    while (sqlite3_step(s) == SQLITE_ROW)
        json_array_append_new(out, json_string((const char *)sqlite3_column_text(s, 0)));
    sqlite3_reset(s);
    return out;
}

static enum fb_err step(sqlite3_stmt *s)
{
    int rc = sqlite3_step(s);
    sqlite3_reset(s);
    return rc == SQLITE_DONE ? FB_OK : FB_IO;
}

enum fb_err fb_allocate_memory_put(struct fb_allocate_memory *m, const char *kind, const char *id, int64_t at_ms, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
    enum fb_err e = text == NULL ? FB_FULL : begin(m);
    if (e == FB_OK) {
        sqlite3_stmt *s = bound(m, PUT, kind, id);
        sqlite3_bind_int64(s, 3, at_ms);
        sqlite3_bind_text(s, 4, text, -1, SQLITE_TRANSIENT);
        e = step(s);
    }
    free(text);
    return e;
}

enum fb_err fb_allocate_memory_prune(struct fb_allocate_memory *m, const char *kind, int64_t before_ms)
{
    enum fb_err e = begin(m);
    if (e != FB_OK)
        return e;
    sqlite3_stmt *s = bound(m, PRUNE, kind, NULL);
    sqlite3_bind_int64(s, 3, before_ms);
    return step(s);
}

enum fb_err fb_allocate_memory_mark(struct fb_allocate_memory *m)
{
    enum fb_err e = begin(m);
    return e == FB_OK ? run(m, "SAVEPOINT event") : e;
}

enum fb_err fb_allocate_memory_unmark(struct fb_allocate_memory *m, bool keep)
{
    return run(m, keep ? "RELEASE event" : "ROLLBACK TO event; RELEASE event");
}

/* Numbers are kept in blocks, so that one does not cost a write; after a kill some are left out. */
enum fb_err fb_allocate_memory_next(struct fb_allocate_memory *m, int64_t *out)
{
    enum fb_err e = FB_OK;
    if (m->next >= m->reserved) {
        int64_t at = 0;
        json_t *was = fb_allocate_memory_get(m, "place", "heard", &at), *now;
        m->next = json_is_integer(was) ? json_integer_value(was) : 0;
        m->reserved = m->next + KEEP_AT_ONCE;
        json_decref(was);
        now = json_integer(m->reserved);
        e = fb_allocate_memory_put(m, "place", "heard", 0, now);
        json_decref(now);
    }
    *out = m->next++;
    return e;
}

enum fb_err fb_allocate_memory_commit(struct fb_allocate_memory *m)
{
    if (!m->open)
        return FB_OK;
    m->open = false;
    return run(m, "COMMIT");
}
