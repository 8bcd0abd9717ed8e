#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/files.h"
#include "engine/turn/step.h"
#include <stdlib.h>

enum { MS_PER_MINUTE = 60000, MINUTES_PER_DAY = 1440 };

static fb_day local_day(int64_t ms)
{
    int64_t min = ms / MS_PER_MINUTE - (ms % MS_PER_MINUTE < 0);
    int64_t local = fb_london_local_min(min);
    return (fb_day)(local / MINUTES_PER_DAY - (local % MINUTES_PER_DAY < 0));
}

void fb_turn_take_schedule(struct fb_turn *t, struct fb_book *book, uint32_t issue, int64_t due_ms)
{
    unsigned char body[20];
    struct fb_writer w;
    fb_writer_init(&w, body, sizeof body);
    fb_put_varint(&w, issue);
    fb_put_zigzag(&w, due_ms);
    struct fb_entry e = {.kind = FB_ENTRY_SCHEDULE, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
    struct fb_event event = {.kind = FB_EVENT_RULES_SCHEDULED,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .issue = issue,
                             .shift_day = local_day(due_ms)};
    fb_turn_write_event(t, &event);
    fb_turn_fail(t, fb_standing_wait(&t->standing, issue, due_ms));
    t->standing_moved = true;
    if (t->err == FB_OK && book != NULL) {
        book->issue = issue;
        fb_turn_fail(t, fb_books_put(&t->books, issue, book));
    }
}

static enum fb_err schedule(struct fb_turn *t, const struct fb_turn_file *file, unsigned n, struct fb_span row,
                            struct fb_book *book, int64_t due_ms, int64_t now_ms)
{
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    uint32_t issue = t->standing.issues + 1;
    fb_issue_put(t->txn, file, n, issue, row);
    fb_turn_take_schedule(t, book, issue, due_ms);
    return fb_turn_end(t);
}

enum fb_err fb_turn_schedule(struct fb_turn *t, const struct fb_turn_file *file, unsigned n,
                             struct fb_book *book, int64_t due_ms, int64_t now_ms, uint32_t *issue)
{
    struct fb_span row;
    if (t->err != FB_OK)
        return t->err;
    if (due_ms <= now_ms || due_ms <= t->last_ms)
        return FB_REFUSED;
    if (t->standing.n_waiting == FB_WAITING_MAX)
        return FB_LIMIT;
    enum fb_err err = fb_issue_row(file, n, &row);
    if (err != FB_OK)
        return err;
    err = schedule(t, file, n, row, book, due_ms, now_ms);
    if (err != FB_OK)
        fb_books_forget(&t->books, book); /* it stays with the caller */
    else
        *issue = t->standing.issues;
    free((void *)(uintptr_t)row.p);
    return err;
}

/* ---- when the moment comes ---- */

bool fb_schedule_is_due(const struct fb_turn *t, int64_t now_ms)
{
    const struct fb_standing *s = &t->standing;
    return s->n_waiting > 0 && !t->held_back && s->waiting[0].due_ms <= now_ms;
}

enum fb_err fb_schedule_prepare(struct fb_turn *t)
{
    uint32_t issue = t->standing.waiting[0].issue;
    struct fb_book *book;
    if (fb_turn_book(t, issue) != NULL)
        return FB_OK;
    enum fb_err err = fb_issue_compile(t->store, issue, &t->ports, &book);
    if (err == FB_DAMAGED || err == FB_NOT_FOUND || err == FB_NEWER || err == FB_REFUSED) {
        t->held_back = true;
        return FB_OK;
    }
    return err == FB_OK ? fb_books_put(&t->books, issue, book) : err;
}

/* ---- what is held ---- */

enum { ROW_ROOM = (1 << 20) + 64 };

/* These very files were kept under that number. */
static bool is_row(struct fb_txn *txn, void *memory, uint32_t issue, struct fb_span row)
{
    struct fb_arena arena;
    struct fb_span held;
    struct fb_key key = fb_key_u32(issue);
    fb_arena_init(&arena, memory, ROW_ROOM);
    bool same = fb_find(txn, FB_TABLE_ISSUES, fb_key_span(&key), &arena, &held) == FB_OK && fb_span_eq(held, row);
    fb_arena_release(&arena);
    return same;
}

static bool holds(struct fb_turn *t, void *memory, struct fb_span row)
{
    struct fb_txn *txn;
    if (fb_store_read(t->store, &txn) != FB_OK)
        return false;
    const struct fb_standing *s = &t->standing;
    bool held = s->current != 0 && is_row(txn, memory, s->current, row);
    for (unsigned i = 0; i < s->n_waiting && !held; i++)
        held = is_row(txn, memory, s->waiting[i].issue, row);
    fb_txn_abort(&txn);
    return held;
}

bool fb_turn_holds(struct fb_turn *t, const struct fb_turn_file *file, unsigned n)
{
    struct fb_span row;
    if (t->err != FB_OK || fb_issue_row(file, n, &row) != FB_OK)
        return false;
    void *memory = malloc(ROW_ROOM);
    bool held = memory != NULL && holds(t, memory, row);
    free(memory);
    free((void *)(uintptr_t)row.p);
    return held;
}
