#include "engine/turn/report/report_unfilled.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

enum { ROW_ROOM = 16384, NAMES_ROOM = 64 << 10 };

struct unfilled {
    struct fb_store *store;
    const struct fb_unfilled_filter *filter;
    bool (*each)(void *ctx, const struct fb_unfilled_row *row);
    void *ctx;
    struct fb_arena row, held, names;
    struct fb_span packed; /* the last row of the subject at hand, in `held` */
    uint32_t subject;      /* 0: none yet */
    struct fb_decision_row basis;
    struct fb_decision decision;
    bool stopped;
};

static bool is_wanted(const struct unfilled *x)
{
    const struct fb_unfilled_filter *f = x->filter;
    const struct fb_decision *d = &x->decision;
    if (d->kind != FB_KIND_VACANCY || d->joined || d->vacancy_end != FB_VACANCY_END_UNFILLED || d->shadow != f->shadow || d->n_lines == 0)
        return false;
    const struct fb_cell *c = &d->line[0].cell;
    return (f->trust == 0 || c->hirer == f->trust) && (f->week == INT32_MIN || c->week == f->week) && (f->month == INT32_MIN || c->month == f->month);
}

/* The subject at hand is complete: who sent it, and what they call it. */
static enum fb_err give(struct unfilled *x)
{
    struct fb_span bytes;
    struct fb_entry e;
    if (fb_decision_row_unpack(&x->basis, x->packed) != FB_OK || fb_decision_unpack(&x->decision, x->basis.decision) != FB_OK)
        return FB_DAMAGED;
    if (!is_wanted(x) || x->basis.n == 0)
        return FB_OK;
    fb_arena_reset(&x->names);
    enum fb_err err = fb_read_row(x->store, FB_TABLE_JOURNAL, fb_key_u64(x->basis.version[0].journal), &x->names, &bytes);
    if (err == FB_OK)
        err = fb_entry_unpack(&e, bytes);
    if (err != FB_OK)
        return err;
    struct fb_unfilled_row row = {x->subject, fb_read_source_name(x->store, e.source, &x->names), e.env.record_ref,
                                  x->decision.line[0].cell, x->decision.journal};
    x->stopped = !x->each(x->ctx, &row);
    return FB_OK;
}

/* Rows come by subject and then by journal number: the last one that was known in time is the one. */
static enum fb_err walk(struct unfilled *x)
{
    struct fb_walk w;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, x->store, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (err == FB_OK && !x->stopped && fb_walk_next(&w, &x->row)) {
        uint32_t subject;
        uint64_t journal;
        err = fb_key_parse_decision(w.key, &subject, &journal);
        if (err != FB_OK || (x->filter->as_of != 0 && journal > x->filter->as_of))
            continue;
        if (x->subject != 0 && x->subject != subject)
            err = give(x);
        fb_arena_reset(&x->held);
        x->subject = subject;
        x->packed = fb_arena_copy(&x->held, w.value);
        err = err == FB_OK && x->packed.p == NULL ? FB_LIMIT : err;
    }
    enum fb_err end = fb_walk_end(&w);
    if (err == FB_OK && end == FB_OK && x->subject != 0 && !x->stopped)
        err = give(x);
    return err == FB_OK ? end : err;
}

enum fb_err fb_report_unfilled(struct fb_store *store, const struct fb_unfilled_filter *filter,
                               bool (*each)(void *ctx, const struct fb_unfilled_row *row), void *ctx)
{
    struct unfilled *x = calloc(1, sizeof *x + 2 * ROW_ROOM + NAMES_ROOM);
    if (x == NULL)
        return FB_FULL;
    unsigned char *at = (unsigned char *)(x + 1);
    *x = (struct unfilled){.store = store, .filter = filter, .each = each, .ctx = ctx};
    fb_arena_init(&x->row, at, ROW_ROOM);
    fb_arena_init(&x->held, at + ROW_ROOM, ROW_ROOM);
    fb_arena_init(&x->names, at + 2 * ROW_ROOM, NAMES_ROOM);
    enum fb_err err = walk(x);
    fb_arena_release(&x->row);
    fb_arena_release(&x->held);
    fb_arena_release(&x->names);
    free(x);
    return err;
}
