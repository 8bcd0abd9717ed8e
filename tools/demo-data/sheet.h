#ifndef FB_DEMO_DATA_SHEET_H
#define FB_DEMO_DATA_SHEET_H
/* A flat file being made: cells, then rows, then the whole, with the habits of real exports. Texts are UTF-8
 * until the file is written. Lifetimes: one sheet at a time; fb_demo_sheet_start begins it anew. */
#include "tools/demo-data/plan.h"
#include <stddef.h>
enum { FB_DEMO_ROWS_MAX = 2048 };
struct fb_demo_row {
    size_t at, n;
};
struct fb_demo_sheet {
    char *memory;
    size_t n, size;
    char delimiter;
    bool crlf, mark, windows_1252; /* CRLF line ends, a byte-order mark, not UTF-8 */
    bool first_cell;
    unsigned n_rows;
    struct fb_demo_row row[FB_DEMO_ROWS_MAX];
};
/* False: no memory. */
bool fb_demo_sheet_init(struct fb_demo_sheet *s);
void fb_demo_sheet_release(struct fb_demo_sheet *s);
void fb_demo_sheet_start(struct fb_demo_sheet *s, char delimiter, const char *header);
/* A cell, quoted when it must be. */
void fb_demo_cell(struct fb_demo_sheet *s, const char *text);
void fb_demo_cell_count(struct fb_demo_sheet *s, const char *prefix, unsigned v);
/* Pounds: "17.69", or "£1,234.50" when `printed`. Nought is an empty cell. */
void fb_demo_cell_pounds(struct fb_demo_sheet *s, int64_t pence, bool printed);
/* A local time by a pattern of yyyy, mmm, mm, dd, HH, MM. Nought is an empty cell. */
void fb_demo_cell_when(struct fb_demo_sheet *s, const char *pattern, int64_t t);
void fb_demo_cells_empty(struct fb_demo_sheet *s, unsigned n);
void fb_demo_row_end(struct fb_demo_sheet *s);
/* The same row once more, at the end. */
void fb_demo_row_repeat(struct fb_demo_sheet *s, unsigned row);
/* Any order but the header's. */
void fb_demo_rows_shuffle(struct fb_demo_sheet *s, struct fb_prng *r);
/* False: the file cannot be written, told on stderr. */
bool fb_demo_sheet_write(const struct fb_demo_sheet *s, const char *folder, const char *name);
#endif
