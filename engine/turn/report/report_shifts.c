#include "engine/turn/report/report_shifts.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/walk.h"
#include <stdlib.h>
#include <string.h>

enum {
    ROW_ROOM = 16384,
    SHIFT_ROOM = 2 << 20, /* the members' records and the merged booking */
    NAME_ROOM = 128 << 10,
    PROGRESS_ROWS = 16384,
    DAYS_OF_WEEK = 7
};

struct shifts {
    struct fb_store *store;
    struct fb_reader_books *books;
    const struct fb_shift_filter *filter;
    const struct fb_shift_reader *reader;
    const struct fb_book *book;      /* whose authority merges */
    struct fb_arena row, held, shift, names;
    struct fb_span packed;           /* the last row of the subject at hand, in `held` */
    uint32_t subject;                /* 0: none yet */
    struct fb_source source[FB_SOURCES_MAX + 1]; /* by number */
    struct fb_decision_row basis;
    struct fb_decision decision;
    struct fb_view view;
    uint64_t done, of;
    bool stopped;
};

static enum fb_err read_sources(struct shifts *x)
{
    struct fb_walk w;
    struct fb_source s;
    uint32_t number;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, x->store, FB_TABLE_SOURCES, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &x->row)) {
        err = fb_key_parse_u32(w.key, &number);
        if (err == FB_OK)
            err = number > FB_SOURCES_MAX ? FB_DAMAGED : fb_source_unpack(&s, w.value);
        if (err != FB_OK)
            break;
        s.name = fb_arena_copy(&x->names, s.name);
        x->source[number] = s;
    }
    enum fb_err end = fb_walk_end(&w);
    return err == FB_OK ? end : err;
}

/* A version of a record as the decision had it, and who sent it. */
static enum fb_err read_version(struct shifts *x, const struct fb_basis_version *v, struct fb_record **out, uint32_t *source)
{
    struct fb_span bytes;
    struct fb_entry e;
    struct fb_record *r = fb_arena_zero(&x->shift, sizeof *r);
    *out = r;
    if (r == NULL)
        return FB_LIMIT;
    enum fb_err err = fb_read_row(x->store, FB_TABLE_JOURNAL, fb_key_u64(v->journal), &x->shift, &bytes);
    if (err == FB_OK)
        err = fb_entry_unpack(&e, bytes);
    if (err == FB_OK && (e.kind != FB_ENTRY_MESSAGE || e.source == 0 || e.source > FB_SOURCES_MAX))
        err = FB_DAMAGED;
    if (err != FB_OK)
        return err;
    e.env.source = x->source[e.source].name;
    err = x->books->ports.decode(x->books->ports.ctx, &e.env, e.body, &x->shift, r);
    if (err == FB_OK)
        fb_record_set_worker(r, e.worker, e.worker_was);
    *source = e.source;
    return err;
}

static enum fb_err add_member(struct shifts *x, const struct fb_basis_version *v)
{
    struct fb_record *r;
    uint32_t source = 0;
    enum fb_err err = read_version(x, v, &r, &source);
    if (err == FB_OK)
        x->view.member[x->view.n_members++] = (struct fb_member){v->number, r, &x->source[source]};
    return err;
}

/* That settles it: NULL where none does. */
static enum fb_err read_sheet(struct shifts *x, const struct fb_record **out)
{
    struct fb_record *r = NULL;
    uint32_t source;
    enum fb_err err = FB_OK;
    if (x->filter->sheets && x->basis.sheet.number != 0)
        err = read_version(x, &x->basis.sheet, &r, &source);
    if (err == FB_OK && r != NULL && r->env.kind != FB_KIND_TIMESHEET)
        err = FB_DAMAGED;
    *out = r;
    return err;
}

static bool wanted(const struct shifts *x, const struct fb_booking *b, fb_day day)
{
    const struct fb_shift_filter *f = x->filter;
    return (f->trust == 0 || f->trust == b->shift.hirer) && day >= f->from && day < f->until;
}

/* What the decision alone says: the week in which its figures stand is the shift's, so that nothing else need be read of one
 * that lies elsewhere. Vacancies, and bookings kept under another number, are no shifts. */
static bool may_be_wanted(const struct shifts *x)
{
    const struct fb_decision *d = &x->decision;
    if (d->kind != FB_KIND_BOOKING || d->joined || x->basis.into != 0 || (!x->filter->both && d->shadow != x->filter->shadow))
        return false;
    fb_day week = d->n_lines > 0 ? d->line[0].cell.week : x->filter->from;
    return d->n_lines == 0 || (week < x->filter->until && (int64_t)week + DAYS_OF_WEEK > x->filter->from);
}

/* The subject at hand is complete. */
static enum fb_err give(struct shifts *x)
{
    fb_arena_reset(&x->shift);
    if (x->reader->look != NULL && !x->reader->look(x->reader->ctx, x->subject)) {
        x->stopped = true;
        return FB_OK;
    }
    if (fb_decision_row_unpack(&x->basis, x->packed) != FB_OK ||
        fb_decision_unpack(&x->decision, x->basis.decision) != FB_OK)
        return FB_DAMAGED;
    if (!may_be_wanted(x))
        return FB_OK;
    x->view.n_members = 0;
    for (unsigned i = 0; i < x->basis.n; i++) {
        enum fb_err err = add_member(x, &x->basis.version[i]);
        if (err != FB_OK)
            return err;
    }
    const struct fb_booking *b = x->view.n_members == 0 ? NULL : fb_merge(x->book, &x->view, &x->shift);
    if (b == NULL)
        return x->view.n_members == 0 ? FB_DAMAGED : FB_LIMIT;
    struct fb_shift_row row = {.subject = x->subject,
                               .decision = &x->decision,
                               .booking = b,
                               .day = fb_london_day(b->shift.time.start_min),
                               .first = x->view.member[0].version,
                               .view = &x->view};
    if (!wanted(x, b, row.day))
        return FB_OK;
    enum fb_err err = read_sheet(x, &row.sheet);
    if (err == FB_OK)
        x->stopped = !x->reader->each(x->reader->ctx, &row);
    return err;
}

static enum fb_err hold(struct shifts *x, uint32_t subject, struct fb_span packed)
{
    fb_arena_reset(&x->held);
    x->subject = subject;
    x->packed = fb_arena_copy(&x->held, packed);
    return x->packed.p == NULL ? FB_LIMIT : FB_OK;
}

/* Rows come by subject and then by journal number: the last one that was known in time is the one. */
static enum fb_err walk_decisions(struct shifts *x)
{
    struct fb_walk w;
    enum fb_err err = FB_OK;
    struct fb_key from = fb_key_decision(x->filter->after + 1, 0);
    if (x->filter->after == UINT32_MAX)
        return FB_OK;
    fb_walk_begin(&w, x->store, FB_TABLE_DECISIONS, fb_key_span(&from));
    while (err == FB_OK && !x->stopped && fb_walk_next(&w, &x->row)) {
        uint32_t subject;
        uint64_t journal;
        err = fb_key_parse_decision(w.key, &subject, &journal);
        if (++x->done % PROGRESS_ROWS == 0 && x->reader->progress != NULL)
            x->reader->progress(x->reader->ctx, x->done, x->of);
        if (err != FB_OK || (x->filter->as_of != 0 && journal > x->filter->as_of))
            continue;
        if (x->subject != 0 && x->subject != subject)
            err = give(x);
        if (err == FB_OK && !x->stopped)
            err = hold(x, subject, w.value);
    }
    enum fb_err end = fb_walk_end(&w);
    if (err == FB_OK && end == FB_OK && x->subject != 0 && !x->stopped)
        err = give(x);
    return err == FB_OK ? end : err;
}

static enum fb_err count_rows(struct shifts *x)
{
    struct fb_txn *txn;
    enum fb_err err = fb_store_read(x->store, &txn);
    if (err != FB_OK)
        return err;
    x->of = fb_table_rows(txn, FB_TABLE_DECISIONS);
    fb_txn_abort(&txn);
    return FB_OK;
}

enum fb_err fb_report_shifts(struct fb_store *store, struct fb_reader_books *books,
                             const struct fb_shift_filter *filter, const struct fb_shift_reader *reader)
{
    const struct fb_book *book = fb_reader_book(books, 0);
    if (book == NULL)
        return FB_REFUSED;
    size_t room = sizeof(struct shifts) + 2 * ROW_ROOM + SHIFT_ROOM + NAME_ROOM;
    unsigned char *memory = malloc(room);
    if (memory == NULL)
        return FB_FULL;
    struct shifts *x = (struct shifts *)(void *)memory;
    memset(x, 0, sizeof *x);
    x->store = store;
    x->books = books;
    x->filter = filter;
    x->reader = reader;
    x->book = book;
    unsigned char *at = memory + sizeof *x;
    fb_arena_init(&x->row, at, ROW_ROOM);
    fb_arena_init(&x->held, at + ROW_ROOM, ROW_ROOM);
    fb_arena_init(&x->shift, at + 2 * ROW_ROOM, SHIFT_ROOM);
    fb_arena_init(&x->names, at + 2 * ROW_ROOM + SHIFT_ROOM, NAME_ROOM);
    enum fb_err err = count_rows(x);
    if (err == FB_OK)
        err = read_sources(x);
    if (err == FB_OK)
        err = walk_decisions(x);
    free(memory);
    return err;
}
