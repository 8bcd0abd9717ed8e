/* What was known then: the journal entry that a day ended with, and the open findings of a subject as its
 * decision of then had them. The table of open findings shows how things stand now; decisions and versions
 * are never overwritten. Only what is held of the sources is of today: where one became another kind of system since, a
 * shift of several bookings may be merged in another order than then, which the trust and route shown hang on. */
#include "engine/turn/report/report_read.h"
#include <stdlib.h>
#include <string.h>

enum { ENTRY_ROOM = (int)FB_MESSAGE_BYTES_MAX + 8192 };

/* ---- the last entry of a day ---- */

static enum fb_err day_of_entry(struct fb_txn *txn, uint64_t journal, struct fb_arena *arena, fb_day *day)
{
    struct fb_span bytes;
    struct fb_entry e;
    struct fb_key key = fb_key_u64(journal);
    fb_arena_reset(arena);
    enum fb_err err = fb_find(txn, FB_TABLE_JOURNAL, fb_key_span(&key), arena, &bytes);
    if (err == FB_OK)
        err = fb_entry_unpack(&e, bytes);
    if (err == FB_OK)
        *day = fb_london_day_of_ms(e.at_ms);
    return err == FB_OK || err == FB_NEWER ? err : FB_DAMAGED;
}

/* Entries are numbered without gaps from 1 on, and their instants never go back. */
static enum fb_err search(struct fb_txn *txn, struct fb_arena *arena, fb_day day, uint64_t *journal)
{
    struct fb_span key, value;
    uint64_t low = 0, high = 0; /* low: known by then; above high: not */
    enum fb_err err = fb_find_last(txn, FB_TABLE_JOURNAL, arena, &key, &value);
    if (err == FB_OK)
        err = fb_key_parse_u64(key, &high);
    while (err == FB_OK && low < high) {
        uint64_t middle = high - (high - low) / 2;
        fb_day of = 0;
        err = day_of_entry(txn, middle, arena, &of);
        if (of <= day)
            low = middle;
        else
            high = middle - 1;
    }
    *journal = low;
    return err == FB_NOT_FOUND ? FB_OK : err;
}

enum fb_err fb_report_known_at(struct fb_store *store, fb_day day, uint64_t *journal)
{
    struct fb_arena arena;
    struct fb_txn *txn;
    *journal = 0;
    void *memory = malloc(ENTRY_ROOM);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, ENTRY_ROOM);
    enum fb_err err = fb_store_read(store, &txn);
    if (err == FB_OK) {
        err = search(txn, &arena, day, journal);
        fb_txn_abort(&txn);
    }
    free(memory);
    return err;
}

/* ---- open findings of then ---- */

static unsigned open_findings(const struct fb_decision *d, struct fb_finding *out)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->n_findings; i++)
        if (d->finding[i].severity > FB_SEVERITY_OK_)
            out[n++] = d->finding[i];
    return n;
}

/* The versions that the decision rests on, in its order: the first one names the shift outside. */
static enum fb_err read_members(struct fb_reader_books *books, const struct fb_decision_row *row,
                                struct fb_arena *arena, struct fb_view *view,
                                struct fb_source source[FB_MEMBERS_MAX], uint32_t *number)
{
    enum fb_err err = row->n == 0 ? FB_DAMAGED : FB_OK;
    for (unsigned i = 0; i < row->n && err == FB_OK; i++) {
        const struct fb_record *r = NULL;
        uint32_t of = 0;
        err = fb_read_member(books, row->version[i].journal, arena, &r, &of, &source[i]);
        view->member[view->n_members++] = (struct fb_member){row->version[i].number, r, &source[i]};
        *number = i == 0 ? of : *number;
    }
    return err;
}

static void describe(struct fb_findings_row *out, const struct fb_shift *s, enum fb_route route)
{
    out->trust = s->hirer;
    out->staff_group = (uint8_t)s->staff_group;
    out->route = (uint8_t)route;
    out->shift_day = fb_london_day_of_ms(s->time.start_min * FB_MINUTE_MS);
}

static enum fb_err describe_booking(struct fb_reader_books *books, const struct fb_decision *d,
                                    struct fb_view *view, struct fb_arena *arena, struct fb_findings_row *out)
{
    const struct fb_book *book = fb_reader_book(books, d->issue);
    const struct fb_booking *b = &view->member[0].version->as.booking;
    /* An issue that no longer compiles does not end the list: its rules are "?", and the first booking stands for all. */
    if (view->n_members > 1 && book != NULL)
        b = fb_merge(book, view, arena);
    if (b == NULL)
        return FB_LIMIT;
    describe(out, &b->shift, b->route);
    return FB_OK;
}

/* A line is of no staff group and no route. */
static void describe_invoice(const struct fb_invoice_line *l, struct fb_findings_row *out)
{
    out->trust = l->hirer;
    out->staff_group = FB_STAFF_GROUP_NONE;
    out->route = FB_ROUTE_NONE;
    out->shift_day = l->from;
}

enum fb_err fb_read_findings_then(struct fb_reader_books *books, uint32_t subject, struct fb_span decision,
                                  struct fb_arena *arena, struct fb_findings_row *out)
{
    struct fb_decision_row row;
    struct fb_decision d;
    struct fb_source source[FB_MEMBERS_MAX];
    memset(out, 0, sizeof *out);
    enum fb_err err = fb_decision_row_unpack(&row, decision);
    if (err == FB_OK && (fb_decision_unpack(&d, row.decision) != FB_OK || d.subject != subject))
        err = FB_DAMAGED;
    if (err != FB_OK)
        return err;
    out->n = open_findings(&d, out->finding);
    if (out->n == 0)
        return FB_OK;
    struct fb_view *view = fb_arena_zero(arena, sizeof *view);
    if (view == NULL)
        return FB_LIMIT;
    out->journal = d.journal;
    out->issue = d.issue;
    out->shadow = d.shadow;
    out->historic = d.historic;
    err = read_members(books, &row, arena, view, source, &out->source);
    if (err != FB_OK)
        return err;
    out->record_ref = view->member[0].version->env.record_ref;
    if (d.kind == FB_KIND_BOOKING)
        return describe_booking(books, &d, view, arena, out);
    if (d.kind == FB_KIND_INVOICE_LINE)
        describe_invoice(&view->member[0].version->as.invoice_line, out);
    else if (d.kind == FB_KIND_VACANCY)
        describe(out, &view->member[0].version->as.vacancy.shift, FB_ROUTE_NONE);
    return d.kind == FB_KIND_INVOICE_LINE || d.kind == FB_KIND_VACANCY ? FB_OK : FB_DAMAGED; /* an approval by itself has none */
}
