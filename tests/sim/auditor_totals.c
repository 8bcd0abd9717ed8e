#include "engine/base/check.h"
#include "engine/store/key.h"
#include "tests/sim/auditor.h"
#include <stdlib.h>

/* Totals: each cell is the sum of what the shifts and vacancies say. */
enum { CELLS_MAX = 4096, ROWS_BYTES = 1 << 20 };
struct aud_cells {
    unsigned n;
    struct fb_line line[CELLS_MAX];
};
struct summing {
    struct auditor *a;
    struct aud_cells *must, *found;
    struct fb_posting_place place; /* of the totals at hand, and its last row so far */
    struct fb_figures known;
    bool any_place;
};

struct aud_cells *aud_cells_open(void)
{
    struct aud_cells *c = calloc(1, sizeof *c);
    fb_assert(c != NULL);
    return c;
}

void aud_cells_close(struct aud_cells *c)
{
    free(c);
}

fb_day aud_month(fb_day day)
{
    int year;
    unsigned month, of_month;
    fb_day_civil(day, &year, &month, &of_month);
    return day - (fb_day)of_month + 1;
}

bool aud_same_cell(const struct fb_cell *x, const struct fb_cell *y)
{
    return x->week == y->week && x->month == y->month && x->hirer == y->hirer && x->ics == y->ics &&
           x->staff_group == y->staff_group && x->route == y->route && x->stage == y->stage &&
           x->shadow == y->shadow;
}

static struct fb_line *cell_of(struct aud_cells *c, const struct fb_cell *cell)
{
    for (unsigned i = 0; i < c->n; i++)
        if (aud_same_cell(&c->line[i].cell, cell))
            return &c->line[i];
    fb_assert(c->n < CELLS_MAX);
    c->line[c->n] = (struct fb_line){.cell = *cell};
    return &c->line[c->n++];
}

void aud_cells_add(struct aud_cells *c, const struct fb_line *line)
{
    struct fb_line *to = cell_of(c, &line->cell);
    for (unsigned m = 0; m < FB_MEASURES; m++)
        to->figures.v[m] += line->figures.v[m];
}

/* What stands in a place is its last row: a row holds all that was known by its day. */
static void end_place(struct summing *r)
{
    struct fb_line line = {r->place.cell, r->known};
    if (r->any_place)
        aud_cells_add(r->found, &line);
}

static void total_row(struct summing *r, struct fb_span key, struct fb_span value)
{
    struct fb_posting_place place;
    fb_day known;
    fb_assert(fb_key_parse_total(key, &place, &known) == FB_OK);
    if (!aud_same_cell(&place.cell, &r->place.cell) || place.posted != r->place.posted ||
        place.cause != r->place.cause) {
        end_place(r);
        r->place = place;
        r->any_place = true;
    }
    fb_assert(fb_figures_unpack(&r->known, value) == FB_OK);
    bool moved = place.posted != place.cell.month, repriced = place.cause == FB_CAUSE_REPRICED;
    r->a->met->posted_later += moved;
    r->a->met->repriced_later += repriced;
    if (place.posted < place.cell.month || (repriced && !moved) ||
        (!repriced && place.cause != FB_CAUSE_RECORD))
        (void)auditor_differs(r->a, "month and cause of a posting, in the month", place.cell.month,
                              place.posted);
}

static void read(struct summing *r, struct fb_store *store)
{
    struct fb_txn *t = NULL;
    struct fb_scan scan;
    struct fb_arena arena;
    void *memory = malloc(ROWS_BYTES);
    fb_assert(memory != NULL && fb_store_read(store, &t) == FB_OK);
    fb_arena_init(&arena, memory, ROWS_BYTES);
    fb_scan_begin(&scan, t, FB_TABLE_TOTALS, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &arena)) {
        total_row(r, scan.key, scan.value);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_assert(fb_txn_err(t) == FB_OK);
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    free(memory);
    end_place(r);
}

static bool same(struct auditor *a, struct aud_cells *must, struct aud_cells *found)
{
    for (unsigned i = 0; i < found->n; i++) {
        const struct fb_line *is = &found->line[i], *of = cell_of(must, &is->cell);
        for (unsigned m = 0; m < FB_MEASURES; m++)
            if (of->figures.v[m] != is->figures.v[m])
                return auditor_differs(a, fb_measure_word((enum fb_measure)m), of->figures.v[m], is->figures.v[m]);
    }
    for (unsigned i = 0; i < must->n; i++) {
        const struct fb_line *of = &must->line[i], *is = cell_of(found, &of->cell);
        for (unsigned m = 0; m < FB_MEASURES; m++)
            if (of->figures.v[m] != is->figures.v[m])
                return auditor_differs(a, "a cell of the totals that is missing", of->figures.v[m], is->figures.v[m]);
    }
    return true;
}

bool aud_totals_same(struct auditor *a, struct fb_store *store, struct aud_cells *must)
{
    struct summing r = {.a = a, .must = must, .found = aud_cells_open()};
    read(&r, store);
    bool as_said = a->why[0] == 0 && same(a, must, r.found);
    aud_cells_close(r.found);
    return as_said;
}
