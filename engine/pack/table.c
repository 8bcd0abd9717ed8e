#include "engine/pack/table.h"
#include <csv.h>
#include <string.h>

struct reading {
    struct fb_pool *pool;
    const struct fb_pack_file *file;
    struct fb_pack_report *report;
    struct fb_list cells; /* of the row being read: struct fb_span */
    struct fb_list rows;  /* struct fb_row; the first is the header */
    unsigned line, row_line;
    unsigned above; /* physical lines that are passed over */
    bool bad, sheet;
};

static void refuse(struct reading *r, unsigned line, const char *text)
{
    struct fb_complaint c;
    if (r->bad)
        return;
    r->bad = true;
    fb_complain(&c, r->file->pack, r->file->path, line);
    fb_text_add(&c.text, text);
    fb_complaint_file(&c, r->report);
}

static void on_cell(void *bytes, size_t n, void *context)
{
    struct reading *r = context;
    if (r->bad)
        return;
    if (r->cells.n == 0)
        r->row_line = r->line;
    if (n > FB_CELL_BYTES_MAX) {
        refuse(r, r->line, "a cell longer than 1000 bytes: shorten it");
        return;
    }
    struct fb_span text = {bytes, (uint32_t)n};
    if (!fb_span_is_text(text)) {
        refuse(r, r->line, "a cell that is not UTF-8 text on one line");
        return;
    }
    if (r->cells.n == FB_TABLE_COLUMNS_MAX) {
        refuse(r, r->line, "more than 32 columns");
        return;
    }
    struct fb_span *cell = fb_list_add(r->pool, &r->cells, sizeof *cell);
    if (cell != NULL)
        *cell = fb_pool_copy(r->pool, text);
}

static const struct fb_row *header(const struct reading *r)
{
    return r->rows.item;
}

static void on_row(int end, void *context)
{
    struct reading *r = context;
    (void)end;
    if (r->bad || r->cells.n == 0)
        return;
    if (r->rows.n > FB_TABLE_ROWS_MAX) {
        refuse(r, r->row_line, "more than 20,000 rows: split the file");
        return;
    }
    struct fb_row *row = fb_list_add(r->pool, &r->rows, sizeof *row);
    if (row == NULL)
        return;
    row->line = r->row_line;
    row->n = r->cells.n;
    row->cell = r->cells.item;
    r->cells = (struct fb_list){0};
}

/* libcsv takes a carriage return alone for the end of a row; no editor shows a line there. */
static bool has_lone_return(const char *line, uint32_t n)
{
    const char *cr = memchr(line, '\r', n);
    return cr != NULL && (cr + 2 != line + n || cr[1] != '\n');
}

/* One physical line at a time, so that every complaint knows its line: libcsv does not count them. */
static void feed(struct reading *r, struct csv_parser *parser, struct fb_span bytes)
{
    uint32_t at = 0;
    while (at < bytes.n && !r->bad) {
        const char *end = memchr(bytes.p + at, '\n', bytes.n - at);
        uint32_t n = end == NULL ? bytes.n - at : (uint32_t)(end - (bytes.p + at)) + 1;
        r->line++;
        if (r->line <= r->above) {
            at += n;
            continue;
        }
        if (has_lone_return(bytes.p + at, n))
            refuse(r, r->line, "a carriage return alone: end lines with LF or CR LF");
        else if (csv_parse(parser, bytes.p + at, n, on_cell, on_row, r) != n)
            refuse(r, r->line,
                   "a quote inside a cell: put the whole cell in quotes, and write each inner one twice");
        at += n;
    }
    if (!r->bad && csv_fini(parser, on_cell, on_row, r) != 0)
        refuse(r, r->line, "a quoted cell that never ends");
}

static struct fb_span without_mark(struct fb_span bytes)
{
    if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0)
        return (struct fb_span){bytes.p + 3, bytes.n - 3};
    return bytes;
}

static void refuse_twin_columns(struct reading *r)
{
    const struct fb_row *h = header(r);
    for (unsigned i = 0; i < h->n; i++) {
        for (unsigned j = 0; j < i; j++) {
            if (fb_span_eq(h->cell[i], h->cell[j]))
                refuse(r, h->line, "a column that stands twice in the header: keep one of them");
        }
    }
}

static void refuse_ragged_rows(struct reading *r)
{
    const struct fb_row *row = r->rows.item;
    for (unsigned i = 1; i < r->rows.n; i++) {
        if (row[i].n != row[0].n)
            refuse(r, row[i].line,
                   "a row with more or fewer cells than the header: look for a missing or an unquoted comma");
    }
}

/* Every row with the header's number of cells, as a sheet means it. */
static void square_rows(struct reading *r)
{
    struct fb_row *row = r->rows.item;
    for (unsigned i = 1; i < r->rows.n && !r->bad; i++) {
        while (row[i].n > row[0].n && row[i].cell[row[i].n - 1].n == 0)
            row[i].n--;
        if (row[i].n > row[0].n)
            refuse(r, row[i].line, "a cell beyond the last column of the header: is header_row the right one?");
        struct fb_span *cell = row[i].n >= row[0].n ? NULL : fb_pool_get(r->pool, row[0].n * sizeof *cell);
        if (cell == NULL)
            continue;
        memcpy(cell, row[i].cell, row[i].n * sizeof *cell);
        row[i].cell = cell;
        row[i].n = row[0].n;
    }
}

static struct fb_table *whole_table(struct reading *r)
{
    if (r->rows.n == 0) {
        refuse(r, 1, "an empty file: the first row names the columns");
        return NULL;
    }
    if (r->sheet) {
        square_rows(r);
    } else {
        refuse_twin_columns(r);
        refuse_ragged_rows(r);
    }
    struct fb_table *t = fb_pool_get(r->pool, sizeof *t);
    if (t == NULL || r->bad)
        return NULL;
    const struct fb_row *h = header(r);
    *t = (struct fb_table){h->n, r->rows.n - 1, h->cell, (struct fb_row *)r->rows.item + 1};
    return t;
}

static struct fb_table *read_table(struct reading r)
{
    struct csv_parser parser;
    const struct fb_pack_file *file = r.file;
    if (file->bytes.n > FB_PACK_FILE_BYTES_MAX) {
        refuse(&r, 0, "a file that is too large: split it");
        return NULL;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        refuse(&r, 0, "no memory is left");
        return NULL;
    }
    feed(&r, &parser, without_mark(file->bytes));
    csv_free(&parser);
    if (r.pool->bad)
        refuse(&r, 0, "no memory is left");
    return r.bad ? NULL : whole_table(&r);
}

struct fb_table *fb_table_read(struct fb_pool *pool, const struct fb_pack_file *file,
                               struct fb_pack_report *report)
{
    return read_table((struct reading){.pool = pool, .file = file, .report = report});
}

struct fb_table *fb_table_read_sheet(struct fb_pool *pool, const struct fb_pack_file *file, unsigned header_row,
                                     struct fb_pack_report *report)
{
    unsigned above = header_row == 0 ? 0 : header_row - 1;
    return read_table(
        (struct reading){.pool = pool, .file = file, .report = report, .above = above, .sheet = true});
}

int fb_table_column(const struct fb_table *table, const char *name)
{
    for (unsigned i = 0; i < table->n_columns; i++) {
        if (fb_span_is(table->column[i], name))
            return (int)i;
    }
    return -1;
}
