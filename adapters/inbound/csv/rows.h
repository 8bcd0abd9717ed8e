#ifndef FB_CSV_ROWS_H
#define FB_CSV_ROWS_H
/* A file as rows, streaming: memory does not grow with the file. Splitting is libcsv's, strict; around it,
 * what real files need: a byte-order mark, CRLF, line ends inside quotes, and a bad row that costs only
 * itself. A row that cannot be split (a stray quote, one that is never closed) is given back as one line with
 * its fault, and reading goes on with the next line, so that an unclosed quote does not swallow the rest of
 * the file.
 *
 * Lifetimes: a row's cells live until the next call. Cells are the file's own bytes, spaces around them taken
 * off. */
#include "engine/base/span.h"
enum { FB_CSV_ROW_BYTES_MAX = 65536, FB_CSV_CELLS_MAX = 512, FB_CSV_ROW_LINES_MAX = 200 };
struct fb_csv_row {
    uint64_t offset, bytes; /* of its text in the file, line end included */
    uint64_t line, lines;   /* its first line, from 1; how many it has */
    unsigned n;
    const struct fb_span *cell;
    const char *fault; /* NULL, or why it could not be split: then there are no cells */
};
struct fb_csv_rows;
/* FB_IO: cannot be opened (errno says why). FB_REFUSED: it is UTF-16, which must be saved as UTF-8 first. */
FB_MUST_CHECK enum fb_err fb_csv_rows_open(struct fb_csv_rows **out, const char *path, char delimiter);
/* The same of an open file, from its first byte; the descriptor is the reader's then, also after a failure. */
FB_MUST_CHECK enum fb_err fb_csv_rows_open_fd(struct fb_csv_rows **out, int fd, char delimiter);
void fb_csv_rows_close(struct fb_csv_rows **rows);
/* The next row that is not blank. FB_NOT_FOUND: the end. FB_IO: the disk failed. */
FB_MUST_CHECK enum fb_err fb_csv_rows_next(struct fb_csv_rows *rows, struct fb_csv_row *out);
/* The place behind the last row. */
uint64_t fb_csv_rows_offset(const struct fb_csv_rows *rows);
uint64_t fb_csv_rows_line(const struct fb_csv_rows *rows);
/* The whole file's size in bytes, and its descriptor for reading pieces again. */
uint64_t fb_csv_rows_size(const struct fb_csv_rows *rows);
int fb_csv_rows_fd(const struct fb_csv_rows *rows);
#endif
