#ifndef FB_PACK_TABLE_H
#define FB_PACK_TABLE_H
/* A CSV file (RFC 4180, UTF-8) whose first row names its columns. Strict: a quote inside a bare cell, a row
 * with more or fewer cells than the header, and a column nobody reads are errors with their line. A
 * byte-order mark and CR LF are taken, because spreadsheets write them. */
#include "engine/pack/pool.h"
#include "engine/pack/report.h"
enum { FB_TABLE_COLUMNS_MAX = 32, FB_TABLE_ROWS_MAX = 20000, FB_CELL_BYTES_MAX = 1000 };
struct fb_row {
    unsigned line; /* where it begins */
    unsigned n;    /* cells: n_columns in a table that was read */
    struct fb_span *cell;
};
struct fb_table {
    unsigned n_columns, n_rows;
    struct fb_span *column; /* names */
    struct fb_row *row;     /* without the header */
};
/* In the pool; NULL after an error (which is in the report). */
struct fb_table *fb_table_read(struct fb_pool *pool, const struct fb_pack_file *file,
                               struct fb_pack_report *report);
/* A sheet that somebody else laid out: rows above `header_row` (from 1) are passed over, rows shorter than the header get empty
 * cells, longer ones lose empty ones, and columns may have the same name. */
struct fb_table *fb_table_read_sheet(struct fb_pool *pool, const struct fb_pack_file *file, unsigned header_row,
                                     struct fb_pack_report *report);
/* Index of a column, or -1. */
int fb_table_column(const struct fb_table *table, const char *name);
#endif
