#include "adapters/inbound/scrub/scrub.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COMPLAINTS_SHOWN = 20, ROW_MEMORY = 8 * FB_CSV_ROW_BYTES_MAX };

struct running {
    const struct fb_scrub_task *task;
    struct fb_csv_rows *rows;
    struct fb_scrub_sheet sheet;
    struct fb_csv_layout layout;
    struct fb_arena arena;
    struct fb_scrub_counts counts;
    struct fb_scrub_cells cells;
};

static enum fb_err fail(const struct running *r, enum fb_err e, const char *what, struct fb_span detail)
{
    fprintf(r->task->log, "fairbank-scrub: the extract: %s", what);
    if (detail.n > 0)
        fprintf(r->task->log, " '%.*s'", (int)detail.n, detail.p);
    fputc('\n', r->task->log);
    return e;
}

static enum fb_err read_header(struct running *r)
{
    struct fb_csv_row row = {.n = 0};
    struct fb_span missing;
    bool twice = false;
    const struct fb_span none = {NULL, 0};
    for (unsigned i = 0; i < r->task->rules->header; i++) {
        enum fb_err e = fb_csv_rows_next(r->rows, &row);
        if (e != FB_OK)
            return fail(r, e == FB_IO ? FB_IO : FB_REFUSED, e == FB_IO ? "cannot be read" : "is empty: there is no header", none);
    }
    if (row.fault != NULL)
        return fail(r, FB_REFUSED, row.fault, fb_span_of("the header"));
    if (fb_scrub_layout_find(&r->layout, r->task->rules, &row, &r->arena, &missing, &twice) == FB_OK)
        return FB_OK;
    return fail(r, FB_REFUSED, twice ? "two columns of the header could be" : "the header has no column", missing);
}

static void write_header(struct running *r)
{
    const struct fb_scrub_rules *rules = r->task->rules;
    for (unsigned i = 0; i < rules->n_columns; i++)
        r->cells.cell[i] = rules->column[i].name;
    fb_scrub_sheet_row(&r->sheet, r->cells.cell, rules->n_columns);
}

static void complain(const struct running *r, const struct fb_csv_row *row)
{
    FILE *log = r->task->log;
    if (r->counts.set_aside > COMPLAINTS_SHOWN)
        return;
    fprintf(log, "fairbank-scrub: line %" PRIu64 ": ", row->line);
    if (r->cells.column.n > 0)
        fprintf(log, "column '%.*s': ", (int)r->cells.column.n, r->cells.column.p);
    fprintf(log, "%s\n", r->cells.reason);
}

static void take_row(struct running *r, const struct fb_csv_row *row)
{
    const struct fb_scrub_task *t = r->task;
    enum fb_scrub_made made = fb_scrub_row(&r->cells, t->rules, &r->layout, &t->keys, row, &r->arena);
    r->counts.rows++;
    if (made == FB_SCRUB_WRITTEN) {
        fb_scrub_sheet_row(&r->sheet, r->cells.cell, t->rules->n_columns);
        r->counts.written++;
    } else if (made == FB_SCRUB_SKIPPED)
        r->counts.skipped++;
    else {
        r->counts.set_aside++;
        complain(r, row);
    }
}

static enum fb_err take_rows(struct running *r)
{
    struct fb_csv_row row;
    enum fb_err e;
    write_header(r);
    while ((e = fb_csv_rows_next(r->rows, &row)) == FB_OK)
        take_row(r, &row);
    if (e != FB_NOT_FOUND)
        return fail(r, FB_IO, "cannot be read to its end", (struct fb_span){NULL, 0});
    if (r->counts.set_aside > COMPLAINTS_SHOWN)
        fprintf(r->task->log, "fairbank-scrub: and %" PRIu64 " more\n", r->counts.set_aside - COMPLAINTS_SHOWN);
    return FB_OK;
}

/* The file is begun only when its header fits: an extract of another kind leaves what was written before as it was. */
static enum fb_err write_sheet(struct running *r, char manifest[FB_SCRUB_MANIFEST_BYTES])
{
    const struct fb_scrub_task *t = r->task;
    enum fb_err e = fb_scrub_sheet_open(&r->sheet, t->out);
    if (e == FB_OK)
        e = take_rows(r);
    else
        fprintf(t->log, "fairbank-scrub: %s.part cannot be written: %s\n", t->out, strerror(errno));
    if (e != FB_OK) {
        fb_scrub_sheet_drop(&r->sheet);
        return e;
    }
    e = fb_scrub_sheet_end(&r->sheet, &r->counts, t->rules->n_columns, t->rules_digest, manifest);
    if (e != FB_OK)
        fprintf(t->log, "fairbank-scrub: %s cannot be written: %s\n", t->out, strerror(errno));
    return e;
}

enum fb_err fb_scrub_run(const struct fb_scrub_task *task, struct fb_scrub_counts *counts, char manifest[FB_SCRUB_MANIFEST_BYTES])
{
    struct running *r = calloc(1, sizeof *r);
    void *memory = malloc(ROW_MEMORY);
    const struct fb_span none = {NULL, 0};
    enum fb_err e = r == NULL || memory == NULL ? FB_FULL : FB_OK;
    if (e == FB_OK) {
        r->task = task;
        fb_arena_init(&r->arena, memory, ROW_MEMORY);
        e = fb_csv_rows_open(&r->rows, task->extract, task->rules->delimiter);
        if (e != FB_OK)
            e = fail(r, e, e == FB_REFUSED ? "is UTF-16: save it as UTF-8 first" : strerror(errno), none);
    }
    if (e == FB_OK)
        e = read_header(r);
    if (e == FB_OK)
        e = write_sheet(r, manifest);
    if (r != NULL) {
        *counts = r->counts;
        fb_csv_rows_close(&r->rows);
    }
    free(memory);
    free(r);
    return e;
}
