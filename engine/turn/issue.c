#include "engine/store/key.h"
#include "engine/turn/files.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

const struct fb_book *fb_turn_current(const struct fb_turn *t)
{
    uint32_t issue = t->standing.current;
    return issue == 0 || issue > t->books.n ? NULL : t->books.of_issue[issue - 1];
}

const struct fb_book *fb_turn_book(const struct fb_turn *t, uint32_t issue)
{
    if (issue == 0)
        return fb_turn_current(t);
    return issue > t->books.n ? NULL : t->books.of_issue[issue - 1];
}

enum fb_err fb_books_put(struct fb_books *b, uint32_t issue, struct fb_book *book)
{
    if (issue > b->room) {
        uint32_t room = issue + 15;
        struct fb_book **of_issue = realloc(b->of_issue, room * sizeof *of_issue);
        if (of_issue == NULL)
            return FB_FULL;
        memset(of_issue + b->room, 0, (room - b->room) * sizeof *of_issue);
        b->of_issue = of_issue;
        b->room = room;
    }
    b->of_issue[issue - 1] = book;
    b->n = issue > b->n ? issue : b->n;
    return FB_OK;
}

void fb_books_forget(struct fb_books *b, const struct fb_book *book)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (b->of_issue[i] == book)
            b->of_issue[i] = NULL;
}

void fb_books_release(struct fb_books *b, const struct fb_turn_ports *ports)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (b->of_issue[i] != NULL)
            ports->release(ports->ctx, b->of_issue[i]);
    free(b->of_issue);
    *b = (struct fb_books){.of_issue = NULL};
}

/* From here on every entry is judged by this book; what was judged before is looked at anew. */
void fb_turn_take_issue(struct fb_turn *t, struct fb_book *book, uint32_t issue)
{
    const struct fb_book *before = fb_turn_current(t);
    book->issue = issue;
    struct fb_entry e = {.kind = FB_ENTRY_ISSUE, .issue = issue};
    fb_turn_write(t, &e);
    struct fb_event event = {.kind = FB_EVENT_RULES_ISSUED,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .issue = issue,
                             .shift_day = t->known};
    fb_turn_write_event(t, &event);
    fb_standing_make_current(&t->standing, issue, t->journal, t->index.n_held);
    t->standing_moved = true;
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_books_put(&t->books, issue, book));
    fb_ceilings_issued(t, before, book);
}

/* 1: the current issue has these very files; 0: it has not; -1: t->err. */
static int is_current(struct fb_turn *t, struct fb_span row)
{
    struct fb_arena arena;
    struct fb_span held;
    struct fb_key key = fb_key_u32(t->standing.current);
    size_t size = (size_t)row.n + (1u << 20) + 64;
    if (t->standing.current == 0)
        return 0;
    void *memory = malloc(size);
    if (memory == NULL) {
        fb_turn_fail(t, FB_FULL);
        return -1;
    }
    fb_arena_init(&arena, memory, size);
    enum fb_err err = fb_find(t->txn, FB_TABLE_ISSUES, fb_key_span(&key), &arena, &held);
    int same = err == FB_OK && fb_span_eq(held, row);
    free(memory);
    fb_turn_fail(t, err == FB_NOT_FOUND ? FB_DAMAGED : err);
    return t->err == FB_OK ? same : -1;
}

static enum fb_err issue_row(struct fb_turn *t, const struct fb_turn_file *file, unsigned n,
                             struct fb_book *book, struct fb_span row, int64_t now_ms, const char **why)
{
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    uint32_t issue = t->standing.issues + 1;
    int same = is_current(t, row);
    /* Without rules that can be read an engine that cannot start helps nobody, whatever waits. */
    const char *refused = same == 0 && fb_turn_current(t) != NULL ? fb_schedule_refusal(t, INT64_MIN) : NULL;
    if (same == 0 && refused == NULL) {
        fb_issue_put(t->txn, file, n, issue, row);
        fb_turn_take_issue(t, book, issue);
    }
    err = fb_turn_end(t);
    if (err == FB_OK && refused != NULL) {
        *why = refused;
        return FB_REFUSED;
    }
    if (err != FB_OK || same != 1)
        return err;
    /* An issue whose stored files did not compile when the store was opened gets its book back. */
    if (fb_turn_current(t) == NULL) {
        book->issue = t->standing.current;
        return fb_books_put(&t->books, t->standing.current, book);
    }
    t->ports.release(t->ports.ctx, book);
    return FB_OK;
}

enum fb_err fb_turn_issue(struct fb_turn *t, const struct fb_turn_file *file, unsigned n,
                          struct fb_book *book, int64_t now_ms, const char **why)
{
    struct fb_span row;
    *why = "";
    if (t->err != FB_OK)
        return t->err;
    enum fb_err err = fb_issue_row(file, n, &row);
    if (err != FB_OK)
        return err;
    err = issue_row(t, file, n, book, row, now_ms, why);
    /* What is not FB_OK leaves the book with the caller. */
    if (err != FB_OK)
        fb_books_forget(&t->books, book);
    free((void *)(uintptr_t)row.p);
    return err;
}
