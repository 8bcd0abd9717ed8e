#include "adapters/outbound/outlet/ledger_private.h"
#include <stdlib.h>
#include <string.h>

/* ---- texts of rows: copied, because a statement keeps them only until its next step ---- */

/* Offsets while the memory may still move; made pointers at the end. */
static bool keep_text(struct fb_ledger *l, sqlite3_stmt *s, int column, const char **out)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    size_t n = (size_t)sqlite3_column_bytes(s, column) + 1;
    if (text == NULL)
        return false;
    if (l->n_texts + n > l->size_texts) {
        size_t size = 2 * (l->n_texts + n);
        char *more = realloc(l->texts, size);
        if (more == NULL)
            return false;
        l->texts = more;
        l->size_texts = size;
    }
    memcpy(l->texts + l->n_texts, text, n);
    *out = (const char *)(uintptr_t)l->n_texts;
    l->n_texts += n;
    return true;
}

static void point_at(const struct fb_ledger *l, const char **text)
{
    *text = l->texts + (uintptr_t)*text;
}

static bool keep_row(struct fb_ledger *l, sqlite3_stmt *s, struct fb_delivery *d)
{
    *d = (struct fb_delivery){
        .id = sqlite3_column_int64(s, 0),
        .purpose = (enum fb_purpose)sqlite3_column_int(s, 3),
        .due_ms = sqlite3_column_int64(s, 6),
        .since_ms = sqlite3_column_int64(s, 7),
        .state = (enum fb_delivery_state)sqlite3_column_int(s, 8),
        .tries = sqlite3_column_int64(s, 9),
    };
    return keep_text(l, s, 1, &d->receiver) && keep_text(l, s, 2, &d->event) && keep_text(l, s, 4, &d->route) && keep_text(l, s, 5, &d->batch) &&
           keep_text(l, s, 10, &d->error) && keep_text(l, s, 11, &d->body);
}

static enum fb_err rows(struct fb_ledger *l, sqlite3_stmt *s, unsigned max, struct fb_delivery *out, unsigned *n)
{
    int e = SQLITE_DONE;
    bool kept = true;
    l->n_texts = 0;
    for (*n = 0; kept && *n < max && (e = sqlite3_step(s)) == SQLITE_ROW; *n += kept)
        kept = keep_row(l, s, &out[*n]);
    sqlite3_reset(s);
    for (unsigned i = 0; i < *n; i++) {
        const char **texts[] = {&out[i].receiver, &out[i].event, &out[i].route, &out[i].batch, &out[i].error, &out[i].body};
        for (unsigned k = 0; k < sizeof texts / sizeof texts[0]; k++)
            point_at(l, texts[k]);
    }
    return !kept ? FB_FULL : e == SQLITE_ROW || e == SQLITE_DONE ? FB_OK : FB_IO;
}

/* ---- deliveries ---- */

enum fb_err fb_ledger_plan(struct fb_ledger *l, const struct fb_delivery *d)
{
    int64_t due = d->due_ms, open;
    enum fb_err e = FB_NOT_FOUND;
    if (d->batch[0] != '\0' && d->state == FB_DELIVERY_WAITING)
        e = fb_ledger__value(fb_ledger__ask(l, FB_LEDGER__BATCH_DUE, "t", d->batch), &open);
    if (e == FB_IO)
        return e;
    if (e == FB_OK)
        due = open;
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__PLAN, "ttittiiit", d->receiver, d->event, (int64_t)d->purpose, d->route, d->batch, due,
                                        d->since_ms, (int64_t)d->state, d->body));
}

static enum fb_err mark_away(struct fb_ledger *l, const struct fb_delivery *d, unsigned n)
{
    enum fb_err e = FB_OK;
    for (unsigned i = 0; e == FB_OK && i < n; i++)
        e = fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__AWAY, "i", d[i].id));
    return e;
}

enum fb_err fb_ledger_take(struct fb_ledger *l, const char *receiver, int64_t now_ms, bool whole_batch, unsigned max, struct fb_delivery *out, unsigned *n)
{
    *n = 0;
    enum fb_err e = rows(l, fb_ledger__ask(l, receiver == NULL ? FB_LEDGER__DUE_ANY : FB_LEDGER__DUE, "tii", receiver, now_ms, (int64_t)(whole_batch ? 1 : max)),
                         max, out, n);
    if (e == FB_OK && whole_batch && *n == 1 && out[0].batch[0] != '\0') {
        sqlite3_stmt *s = fb_ledger__ask(l, FB_LEDGER__BATCH, "ti", out[0].batch, (int64_t)max);
        e = rows(l, s, max, out, n);
    }
    if (e != FB_OK || *n == 0)
        return e;
    bool alone = sqlite3_get_autocommit(l->db) != 0;
    if (alone && (e = fb_ledger_begin_repeatable(l)) != FB_OK)
        return e;
    e = mark_away(l, out, *n);
    if (alone && e == FB_OK)
        e = fb_ledger_keep(l);
    else if (alone)
        fb_ledger_undo(l);
    return e;
}

enum fb_err fb_ledger_settle(struct fb_ledger *l, int64_t id, enum fb_delivery_state state, int64_t due_ms, const char *error)
{
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__SETTLE, "iiit", id, (int64_t)state, due_ms, error == NULL ? "" : error));
}

enum fb_err fb_ledger_clock(struct fb_ledger *l, int64_t now_ms, int64_t last_ms)
{
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__CLOCK, "ii", now_ms, last_ms));
}

enum fb_err fb_ledger_revive(struct fb_ledger *l, const char *receiver, int64_t id, int64_t now_ms, unsigned *n)
{
    enum fb_err e = fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__REVIVE, "tii", receiver, id, now_ms));
    *n = e == FB_OK ? (unsigned)sqlite3_changes(l->db) : 0;
    return e;
}

enum fb_err fb_ledger_list(struct fb_ledger *l, enum fb_delivery_state state, int64_t after, unsigned max, struct fb_delivery *out, unsigned *n)
{
    return rows(l, fb_ledger__ask(l, FB_LEDGER__LIST, "iii", (int64_t)state, after, (int64_t)max), max, out, n);
}

enum fb_err fb_ledger_count(struct fb_ledger *l, const char *receiver, int64_t count[FB_DELIVERY_END])
{
    sqlite3_stmt *s = fb_ledger__ask(l, FB_LEDGER__COUNT, "t", receiver);
    int e;
    memset(count, 0, FB_DELIVERY_END * sizeof count[0]);
    while ((e = sqlite3_step(s)) == SQLITE_ROW) {
        int state = sqlite3_column_int(s, 0);
        if (state >= 0 && state < FB_DELIVERY_END)
            count[state] = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return e == SQLITE_DONE ? FB_OK : FB_IO;
}

/* The earlier of *due_ms and what the statement gives. */
static enum fb_err earlier(sqlite3_stmt *s, int64_t *due_ms)
{
    int64_t due;
    enum fb_err e = fb_ledger__value(s, &due);
    if (e == FB_OK && due < *due_ms)
        *due_ms = due;
    return e == FB_NOT_FOUND ? FB_OK : e;
}

enum fb_err fb_ledger_next(struct fb_ledger *l, const char *const *receiver, unsigned n, int64_t *due_ms)
{
    *due_ms = INT64_MAX;
    enum fb_err e = earlier(fb_ledger__ask(l, FB_LEDGER__NEXT_WATCH, ""), due_ms);
    for (unsigned i = 0; e == FB_OK && i < n; i++)
        e = earlier(fb_ledger__ask(l, FB_LEDGER__NEXT, "t", receiver[i]), due_ms);
    return e;
}

enum fb_err fb_ledger_receiver(struct fb_ledger *l, const char *after, char *out, size_t size)
{
    sqlite3_stmt *s = fb_ledger__ask(l, FB_LEDGER__RECEIVER, "t", after);
    int e = sqlite3_step(s);
    const unsigned char *name = e == SQLITE_ROW ? sqlite3_column_text(s, 0) : NULL;
    size_t n = name != NULL ? (size_t)sqlite3_column_bytes(s, 0) + 1 : 0;
    if (n > 0 && n <= size)
        memcpy(out, name, n);
    sqlite3_reset(s);
    return e != SQLITE_ROW ? FB_IO : n == 0 ? FB_NOT_FOUND : n <= size ? FB_OK : FB_LIMIT;
}

enum fb_err fb_ledger_prune(struct fb_ledger *l, int64_t before_ms)
{
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__PRUNE, "i", before_ms));
}

/* ---- silences and watches ---- */

enum fb_err fb_ledger_hush(struct fb_ledger *l, const char *name, const char *key, int64_t until_ms)
{
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__HUSH, "tti", name, key, until_ms));
}

enum fb_err fb_ledger_is_hushed(struct fb_ledger *l, const char *name, const char *key, int64_t now_ms, bool *is)
{
    int64_t one;
    enum fb_err e = fb_ledger__value(fb_ledger__ask(l, FB_LEDGER__HUSHED, "tti", name, key, now_ms), &one);
    *is = e == FB_OK;
    return e == FB_NOT_FOUND ? FB_OK : e;
}

enum fb_err fb_ledger_watch(struct fb_ledger *l, const struct fb_watch *w)
{
    return fb_ledger__do(
        fb_ledger__ask(l, FB_LEDGER__WATCH, "ttiitt", w->finding, w->route, (int64_t)w->purpose, w->due_ms, w->event, w->body));
}

enum fb_err fb_ledger_lift(struct fb_ledger *l, const char *finding, enum fb_purpose purpose)
{
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__LIFT, "ti", finding, (int64_t)purpose));
}

enum fb_err fb_ledger_watch_due(struct fb_ledger *l, int64_t now_ms, struct fb_watch *out)
{
    sqlite3_stmt *s = fb_ledger__ask(l, FB_LEDGER__WATCH_DUE, "i", now_ms);
    int e = sqlite3_step(s);
    l->n_texts = 0;
    bool kept = e == SQLITE_ROW;
    *out = (struct fb_watch){0};
    if (kept) {
        out->purpose = (enum fb_purpose)sqlite3_column_int(s, 2);
        out->due_ms = sqlite3_column_int64(s, 3);
        kept = keep_text(l, s, 0, &out->finding) && keep_text(l, s, 1, &out->route) && keep_text(l, s, 4, &out->event) && keep_text(l, s, 5, &out->body);
    }
    sqlite3_reset(s);
    if (!kept)
        return e == SQLITE_ROW ? FB_FULL : e == SQLITE_DONE ? FB_NOT_FOUND : FB_IO;
    const char **texts[] = {&out->finding, &out->route, &out->event, &out->body};
    for (unsigned k = 0; k < sizeof texts / sizeof texts[0]; k++)
        point_at(l, texts[k]);
    return fb_ledger__do(fb_ledger__ask(l, FB_LEDGER__WATCHED, "tti", out->finding, out->route, (int64_t)out->purpose));
}
