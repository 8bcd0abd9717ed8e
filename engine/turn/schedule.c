#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/files.h"
#include "engine/turn/step.h"
#include <stdlib.h>

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
                             .shift_day = fb_london_day_of_ms(due_ms)};
    fb_turn_write_event(t, &event);
    fb_turn_fail(t, fb_standing_wait(&t->standing, issue, due_ms));
    t->standing_moved = true;
    if (t->err == FB_OK && book != NULL) {
        book->issue = issue;
        fb_turn_fail(t, fb_books_put(&t->books, issue, book));
    }
}

/* ---- what stands against it ---- */

static void add_waiting(struct fb_text *text, const struct fb_waiting *w)
{
    char local[17];
    fb_local_format(local, w->due_ms / FB_MINUTE_MS);
    local[10] = ' ';
    fb_text_add(text, "issue ");
    fb_text_add_int(text, w->issue);
    fb_text_add(text, " waits for ");
    fb_text_add(text, local);
}

static void add_number(struct fb_text *text, const char *before, uint32_t issue, const char *after)
{
    fb_text_add(text, before);
    fb_text_add_int(text, issue);
    fb_text_add(text, after);
}

const char *fb_schedule_refusal(struct fb_turn *t, int64_t due_ms)
{
    const struct fb_standing *s = &t->standing;
    struct fb_text text;
    unsigned i = 0;
    while (i < s->n_waiting && s->waiting[i].due_ms < due_ms)
        i++;
    if (i == s->n_waiting)
        return NULL;
    fb_text_init(&text, t->why, sizeof t->why);
    add_waiting(&text, &s->waiting[i]);
    if (s->waiting[i].due_ms == due_ms)
        add_number(&text, " already. Withdraw it (fairbank rules withdraw ", s->waiting[i].issue, ") and schedule this again");
    else
        add_number(&text,
                   " and was taken in before this change: it would undo it. Withdraw it (fairbank rules withdraw ",
                   s->waiting[i].issue,
                   due_ms == INT64_MIN ? "), issue this, and schedule it again with this in it"
                                       : "), schedule this, and schedule it again with this in it");
    return t->why;
}

static const char *refusal(struct fb_turn *t, int64_t due_ms, int64_t now_ms)
{
    if (due_ms <= now_ms || due_ms <= t->last_ms)
        return "the moment is not after now, nor after the last entry of the journal";
    return fb_schedule_refusal(t, due_ms);
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
                             struct fb_book *book, int64_t due_ms, int64_t now_ms, uint32_t *issue,
                             const char **why)
{
    struct fb_span row;
    *why = "";
    if (t->err != FB_OK)
        return t->err;
    const char *refused = refusal(t, due_ms, now_ms);
    if (refused != NULL) {
        *why = refused;
        return FB_REFUSED;
    }
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

/* ---- it will not be ---- */

void fb_turn_take_withdraw(struct fb_turn *t, uint32_t issue)
{
    unsigned char body[10];
    struct fb_writer w;
    const struct fb_waiting *waits = fb_standing_waits(&t->standing, issue);
    fb_assert(waits != NULL);
    fb_writer_init(&w, body, sizeof body);
    fb_put_varint(&w, issue);
    struct fb_entry e = {.kind = FB_ENTRY_WITHDRAW, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
    struct fb_event event = {.kind = FB_EVENT_RULES_WITHDRAWN,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .issue = issue,
                             .shift_day = fb_london_day_of_ms(waits->due_ms)};
    fb_turn_write_event(t, &event);
    fb_standing_withdraw(&t->standing, issue);
    t->standing_moved = true;
    t->held_back = false; /* it may have been the one that held the others back */
}

static void forget_book(struct fb_turn *t, uint32_t issue)
{
    struct fb_book *book = issue <= t->books.n ? t->books.of_issue[issue - 1] : NULL;
    if (book == NULL)
        return;
    t->books.of_issue[issue - 1] = NULL;
    t->ports.release(t->ports.ctx, book);
}

static const char *say_none_waits(struct fb_turn *t, uint32_t issue)
{
    struct fb_text text;
    const struct fb_standing *s = &t->standing;
    bool known = issue > 0 && issue <= s->issues;
    fb_text_init(&text, t->why, sizeof t->why);
    add_number(&text, "issue ", issue,
               issue == s->current && known ? " is current: it does not wait"
               : known                      ? " does not wait: it was current, or was withdrawn"
                                            : ": there is none of that number");
    return t->why;
}

enum fb_err fb_turn_withdraw(struct fb_turn *t, uint32_t issue, int64_t now_ms, const char **why)
{
    *why = "";
    if (t->err != FB_OK)
        return t->err;
    if (fb_standing_waits(&t->standing, issue) == NULL) {
        *why = say_none_waits(t, issue);
        return FB_REFUSED;
    }
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    fb_turn_take_withdraw(t, issue);
    err = fb_turn_end(t);
    if (err == FB_OK)
        forget_book(t, issue);
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

/* Held now; and, when not, the last other issue that has the row. */
struct held {
    bool now;
    uint32_t once;
};

static void look(struct fb_turn *t, void *memory, struct fb_span row, struct held *out)
{
    struct fb_txn *txn;
    if (fb_store_read(t->store, &txn) != FB_OK)
        return;
    const struct fb_standing *s = &t->standing;
    out->now = s->current != 0 && is_row(txn, memory, s->current, row);
    for (unsigned i = 0; i < s->n_waiting && !out->now; i++)
        out->now = is_row(txn, memory, s->waiting[i].issue, row);
    for (uint32_t issue = s->issues; issue > 0 && !out->now && out->once == 0; issue--)
        out->once = is_row(txn, memory, issue, row) ? issue : 0;
    fb_txn_abort(&txn);
}

static struct held held(struct fb_turn *t, const struct fb_turn_file *file, unsigned n)
{
    struct fb_span row;
    struct held out = {false, 0};
    if (t->err != FB_OK || fb_issue_row(file, n, &row) != FB_OK)
        return out;
    void *memory = malloc(ROW_ROOM);
    if (memory != NULL)
        look(t, memory, row, &out);
    free(memory);
    free((void *)(uintptr_t)row.p);
    return out;
}

bool fb_turn_holds(struct fb_turn *t, const struct fb_turn_file *file, unsigned n)
{
    return held(t, file, n).now;
}

uint32_t fb_turn_held_once(struct fb_turn *t, const struct fb_turn_file *file, unsigned n)
{
    return held(t, file, n).once;
}
