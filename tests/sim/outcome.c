#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/row.h"
#include "tests/sim/run.h"
#include <stdlib.h>
#include <string.h>

enum { ARENA = 1 << 20 };
struct taking {
    const struct sim_run *r;
    struct sim_outcome *out;
    struct sim_outcome_row of[AUD_RECORDS_MAX + 1]; /* by subject: the last decision's */
    struct fb_posting_place place;                  /* of the totals at hand, and its last row so far */
    struct fb_figures known, sum;                   /* sum: of the cell's places that are over */
    struct sim_hash totals;
};

static uint64_t names_of(const struct sim_run *r, uint32_t number)
{
    static uint32_t group[AUD_RECORDS_MAX];
    const struct auditor *a = r->auditor;
    struct sim_hash h = {0};
    uint64_t names = 0;
    unsigned n = 1;
    group[0] = number;
    if (a->held[number].kind == FB_KIND_BOOKING)
        n = aud_group(a, number, group);
    for (unsigned i = 0; i < n; i++) {
        const struct aud_held *m = &a->held[group[i]];
        h.h = 0;
        sim_hash_add(&h, m->named);
        sim_hash_add(&h, m->source);
        sim_hash_bytes(&h, m->ref.p, m->ref.n);
        names += h.h; /* in whatever order they came */
    }
    return names;
}

static void add_cell(struct sim_hash *h, const struct fb_cell *c)
{
    const uint64_t v[] = {(uint64_t)(int64_t)c->week,
                          (uint64_t)(int64_t)c->month,
                          c->hirer,
                          c->ics,
                          c->staff_group,
                          c->route,
                          c->stage,
                          c->shadow};
    for (unsigned i = 0; i < sizeof v / sizeof v[0]; i++)
        sim_hash_add(h, v[i]);
}

static uint64_t says(const struct fb_decision *d)
{
    struct sim_hash h = {0};
    const uint64_t v[] = {
        d->kind,  d->shadow,      d->historic, d->state,
        d->basis, d->vacancy_end, d->n_lines,  d->approval_end}; /* issues may have come under other numbers */
    for (unsigned i = 0; i < sizeof v / sizeof v[0]; i++)
        sim_hash_add(&h, v[i]);
    for (unsigned i = 0; i < d->n_lines; i++) {
        add_cell(&h, &d->line[i].cell);
        for (unsigned m = 0; m < FB_MEASURES; m++)
            sim_hash_add(&h, (uint64_t)d->line[i].figures.v[m]);
    }
    for (unsigned i = 0; i < d->n_findings; i++) {
        if (d->finding[i].severity <= FB_SEVERITY_OK_)
            continue; /* what was told once and cleared hangs on what came when */
        sim_hash_add(&h, d->finding[i].answered);
        sim_hash_add(&h, d->finding[i].rule);
        sim_hash_add(&h, (uint64_t)d->finding[i].severity << 8 | d->finding[i].detail);
        sim_hash_add(&h, (uint64_t)d->finding[i].pence);
    }
    /* A trace begins with its version and the number of the issue, one byte each: all but that number. */
    if (d->trace.n > 2)
        sim_hash_bytes(&h, d->trace.p + 2, d->trace.n - 2);
    return h.h;
}

static void take_decision(struct taking *t, struct fb_span key, struct fb_span value)
{
    struct fb_decision_row row;
    struct fb_decision d;
    uint32_t subject;
    uint64_t journal;
    fb_assert(fb_key_parse_decision(key, &subject, &journal) == FB_OK &&
              fb_decision_row_unpack(&row, value) == FB_OK && fb_decision_unpack(&d, row.decision) == FB_OK);
    t->of[subject] = (struct sim_outcome_row){0, d.joined ? 0 : says(&d), d.joined ? 0 : subject};
}

/* A cell that came to nought is no cell. */
static void end_cell(struct taking *t)
{
    bool any = false;
    for (unsigned m = 0; m < FB_MEASURES; m++)
        any |= t->sum.v[m] != 0;
    if (any)
        add_cell(&t->totals, &t->place.cell);
    for (unsigned m = 0; m < FB_MEASURES && any; m++)
        sim_hash_add(&t->totals, (uint64_t)t->sum.v[m]);
    t->sum = (struct fb_figures){{0}};
}

static bool same_cell(const struct fb_cell *x, const struct fb_cell *y)
{
    struct sim_hash a = {0}, b = {0};
    add_cell(&a, x);
    add_cell(&b, y);
    return a.h == b.h;
}

static void end_place(struct taking *t)
{
    for (unsigned m = 0; m < FB_MEASURES; m++)
        t->sum.v[m] += t->known.v[m];
    t->known = (struct fb_figures){{0}};
}

/* Of each place the last row stands. In whose books a figure is, and why, depends on when it came: the sum
 * over a cell does not. */
static void take_total(struct taking *t, struct fb_span key, struct fb_span value)
{
    struct fb_posting_place place;
    fb_day known;
    fb_assert(fb_key_parse_total(key, &place, &known) == FB_OK);
    bool cell_ends = !same_cell(&t->place.cell, &place.cell);
    if (cell_ends || t->place.posted != place.posted || t->place.cause != place.cause)
        end_place(t);
    if (cell_ends)
        end_cell(t);
    t->place = place;
    fb_assert(fb_figures_unpack(&t->known, value) == FB_OK);
}

static void each_row(struct taking *t, enum fb_table table,
                     void (*row)(struct taking *, struct fb_span, struct fb_span))
{
    struct fb_arena arena;
    struct fb_txn *txn = NULL;
    struct fb_scan scan;
    void *memory = malloc(ARENA);
    fb_assert(memory != NULL && fb_store_read(t->r->store, &txn) == FB_OK);
    fb_arena_init(&arena, memory, ARENA);
    fb_scan_begin(&scan, txn, table, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &arena)) {
        row(t, scan.key, scan.value);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_txn_abort(&txn);
    fb_arena_release(&arena);
    free(memory);
}

static int compare(const void *x, const void *y)
{
    const struct sim_outcome_row *a = x, *b = y;
    return a->names < b->names ? -1 : a->names > b->names;
}

void sim_outcome_take(const struct sim_run *r, struct sim_outcome *out)
{
    struct taking *t = calloc(1, sizeof *t);
    fb_assert(t != NULL);
    t->r = r;
    out->n = 0;
    each_row(t, FB_TABLE_DECISIONS, take_decision);
    for (uint32_t i = 1; i <= r->auditor->n_held; i++)
        if (t->of[i].number != 0 && r->auditor->held[i].kind != FB_KIND_NONE)
            out->row[out->n++] = (struct sim_outcome_row){names_of(r, i), t->of[i].says, i};
    each_row(t, FB_TABLE_TOTALS, take_total);
    end_place(t);
    end_cell(t);
    out->row[out->n++] = (struct sim_outcome_row){UINT64_MAX, t->totals.h, 0};
    qsort(out->row, out->n, sizeof out->row[0], compare);
    free(t);
}

bool sim_outcome_same(const struct sim_run *r, const struct sim_outcome *a, const struct sim_outcome *b,
                      char why[AUD_WHY_BYTES])
{
    struct fb_text t;
    fb_text_init(&t, why, AUD_WHY_BYTES);
    fb_text_add(&t, "another order of arrival ends otherwise: ");
    for (unsigned i = 0; i < a->n || i < b->n; i++) {
        if (i < a->n && i < b->n && a->row[i].names == b->row[i].names && a->row[i].says == b->row[i].says)
            continue;
        const struct aud_held *h = i < a->n ? &r->auditor->held[a->row[i].number] : NULL;
        if (h == NULL || a->row[i].number == 0)
            fb_text_add(&t, "the totals, or a subject more");
        else {
            fb_text_add_span(&t, r->w->source[h->source].name);
            fb_text_add(&t, " ");
            fb_text_add_span(&t, h->ref);
        }
        return false;
    }
    why[0] = 0;
    return true;
}
