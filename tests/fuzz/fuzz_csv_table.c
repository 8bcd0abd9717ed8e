/* Any bytes as a CSV table. Properties: no crash; a table is made exactly when there is no complaint; every
 * row has the header's cells; written again, with every cell in quotes, and read again it is the same table.
 */
#include "engine/base/check.h"
#include "engine/pack/table.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>

static size_t write_cell(char *out, struct fb_span cell)
{
    size_t n = 0;
    out[n++] = '"';
    for (uint32_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            out[n++] = '"';
        out[n++] = cell.p[i];
    }
    out[n++] = '"';
    return n;
}

static size_t write_row(char *out, const struct fb_span *cell, unsigned n_columns)
{
    size_t n = 0;
    for (unsigned i = 0; i < n_columns; i++) {
        if (i > 0)
            out[n++] = ',';
        n += write_cell(out + n, cell[i]);
    }
    out[n++] = '\n';
    return n;
}

static void check_same(const struct fb_table *a, const struct fb_table *b)
{
    fb_assert(b != NULL && a->n_columns == b->n_columns && a->n_rows == b->n_rows);
    for (unsigned i = 0; i < a->n_columns; i++)
        fb_assert(fb_span_eq(a->column[i], b->column[i]));
    for (unsigned r = 0; r < a->n_rows; r++) {
        fb_assert(a->row[r].n == a->n_columns && b->row[r].n == a->n_columns);
        fb_assert(b->row[r].line == r + 2 && a->row[r].line >= b->row[r].line);
        for (unsigned i = 0; i < a->n_columns; i++)
            fb_assert(fb_span_eq(a->row[r].cell[i], b->row[r].cell[i]));
    }
}

static void write_and_read_again(struct fb_pool *pool, const struct fb_table *t, size_t size)
{
    struct fb_pack_report report = {0};
    char *text = malloc(4 * size + 4 * (size_t)(t->n_rows + 1) * t->n_columns + 16);
    fb_assert(text != NULL);
    size_t n = write_row(text, t->column, t->n_columns);
    for (unsigned i = 0; i < t->n_rows; i++)
        n += write_row(text + n, t->row[i].cell, t->n_columns);
    struct fb_pack_file file = {fb_span_of("p"), fb_span_of("t.csv"), {text, (uint32_t)n}};
    check_same(t, fb_table_read(pool, &file, &report));
    fb_assert(report.n == 0);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_pool pool = {0};
    struct fb_pack_report report = {0};
    if (size > 65536)
        return 0;
    struct fb_pack_file file = {fb_span_of("p"), fb_span_of("t.csv"), {(const char *)data, (uint32_t)size}};
    struct fb_table *t = fb_table_read(&pool, &file, &report);
    fb_assert((t != NULL) == (report.errors == 0));
    if (t != NULL)
        write_and_read_again(&pool, t, size);
    fb_pack_report_free(&report);
    fb_pool_free(&pool);
    return 0;
}
