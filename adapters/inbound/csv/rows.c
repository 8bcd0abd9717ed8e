#include "adapters/inbound/csv/rows.h"
#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 4 * FB_CSV_ROW_BYTES_MAX };
#define TOO_LONG SIZE_MAX

struct fb_csv_rows {
    int fd;
    bool eof, failed;
    char delimiter;
    uint64_t size, offset, line; /* offset and line: of buffer[begin] */
    size_t begin, end;
    struct csv_parser parser;
    bool row_done, too_many;
    unsigned n;
    size_t used;
    struct fb_span cell[FB_CSV_CELLS_MAX];
    char text[FB_CSV_ROW_BYTES_MAX];
    char buffer[BUFFER_BYTES];
};

/* Only a line feed ends a row: carriage returns before it are taken off below, others are text. */
static int is_line_feed(unsigned char c)
{
    return c == '\n';
}

static bool start_parser(struct fb_csv_rows *r)
{
    if (csv_init(&r->parser, CSV_STRICT) != 0)
        return false;
    csv_set_delim(&r->parser, (unsigned char)r->delimiter);
    csv_set_term_func(&r->parser, is_line_feed);
    return true;
}

static bool fill(struct fb_csv_rows *r)
{
    if (r->begin > 0) {
        memmove(r->buffer, r->buffer + r->begin, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
    }
    while (!r->eof && r->end < BUFFER_BYTES) {
        ssize_t n = read(r->fd, r->buffer + r->end, BUFFER_BYTES - r->end);
        if (n < 0 && errno == EINTR)
            continue;
        r->failed |= n < 0;
        r->eof = n <= 0;
        r->end += n > 0 ? (size_t)n : 0;
    }
    return !r->failed;
}

/* A mark of UTF-8 is passed over; one of UTF-16 means that nothing after it would make sense. */
static enum fb_err pass_mark(struct fb_csv_rows *r)
{
    if (!fill(r))
        return FB_IO;
    const unsigned char *b = (const unsigned char *)r->buffer;
    if (r->end >= 2 && ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF)))
        return FB_REFUSED;
    if (r->end >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF) {
        r->begin = 3;
        r->offset = 3;
    }
    return FB_OK;
}

enum fb_err fb_csv_rows_open_fd(struct fb_csv_rows **out, int fd, char delimiter)
{
    struct stat st;
    struct fb_csv_rows *r = calloc(1, sizeof *r);
    if (r != NULL) {
        r->line = 1;
        r->delimiter = delimiter;
        r->fd = fd;
    }
    if (r == NULL || !start_parser(r)) {
        free(r);
        close(fd);
        return FB_FULL;
    }
    if (fstat(r->fd, &st) == 0 && st.st_size > 0)
        r->size = (uint64_t)st.st_size;
    enum fb_err e = pass_mark(r);
    if (e == FB_OK)
        *out = r;
    else
        fb_csv_rows_close(&r);
    return e;
}

enum fb_err fb_csv_rows_open(struct fb_csv_rows **out, const char *path, char delimiter)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? FB_IO : fb_csv_rows_open_fd(out, fd, delimiter);
}

void fb_csv_rows_close(struct fb_csv_rows **rows)
{
    struct fb_csv_rows *r = *rows;
    *rows = NULL;
    if (r == NULL)
        return;
    csv_free(&r->parser);
    close(r->fd);
    free(r);
}

/* Length, line feed included, of the line that begins `from` bytes behind `begin`; 0: there is none.
 * TOO_LONG: it does not end within what a row may have. */
static size_t line_length(struct fb_csv_rows *r, size_t from)
{
    for (;;) {
        size_t have = r->end - r->begin;
        const char *at = r->buffer + r->begin + from;
        const char *feed = have > from ? memchr(at, '\n', have - from) : NULL;
        size_t n = feed != NULL ? (size_t)(feed - at) + 1 : have - from;
        if (from + n > FB_CSV_ROW_BYTES_MAX)
            return TOO_LONG;
        if (feed != NULL || r->eof)
            return n;
        if (!fill(r))
            return 0;
    }
}

static void take_cell(void *cell, size_t n, void *ctx)
{
    struct fb_csv_rows *r = ctx;
    if (r->n == FB_CSV_CELLS_MAX || n > sizeof r->text - r->used) {
        r->too_many = true;
        return;
    }
    if (n > 0)
        memcpy(r->text + r->used, cell, n);
    r->cell[r->n++] = (struct fb_span){r->text + r->used, (uint32_t)n};
    r->used += n;
}

/* The same of bytes that stay where they are until the next row is asked for. */
static void take_cell_at(struct fb_csv_rows *r, const char *cell, size_t n)
{
    if (r->n == FB_CSV_CELLS_MAX)
        r->too_many = true;
    else
        r->cell[r->n++] = (struct fb_span){cell, (uint32_t)n};
}

static void take_row_end(int c, void *ctx)
{
    struct fb_csv_rows *r = ctx;
    (void)c;
    r->row_done = true;
}

/* A space or tab that stands beside a delimiter says nothing, as libcsv has it. */
static bool is_padding(const struct fb_csv_rows *r, char c)
{
    return c == ' ' || (c == '\t' && r->delimiter != '\t');
}

/* A line without a quote is split by its delimiters and nothing else: most lines are, and libcsv takes each byte in its hand. */
static void split(struct fb_csv_rows *r, const char *line, size_t n)
{
    const char *end = line + n;
    for (;;) {
        const char *mark = memchr(line, r->delimiter, (size_t)(end - line));
        const char *last = mark != NULL ? mark : end;
        while (line < last && is_padding(r, *line))
            line++;
        while (last > line && is_padding(r, last[-1]))
            last--;
        take_cell_at(r, line, (size_t)(last - line));
        if (mark == NULL)
            break;
        line = mark + 1;
    }
    r->row_done = true;
}

/* One line into libcsv, without its carriage return. False: libcsv found it wrong. */
static bool feed(struct fb_csv_rows *r, const char *line, size_t n, bool first)
{
    if (n > 0 && line[n - 1] == '\n')
        n--;
    if (n > 0 && line[n - 1] == '\r')
        n--;
    if (first && (n == 0 || memchr(line, '"', n) == NULL)) {
        split(r, line, n);
        return true;
    }
    return csv_parse(&r->parser, line, n, take_cell, take_row_end, r) == n &&
           csv_parse(&r->parser, "\n", 1, take_cell, take_row_end, r) == 1;
}

static bool is_blank(const struct fb_csv_rows *r, const char *line, size_t n)
{
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r' || line[n - 1] == ' ' ||
                     (line[n - 1] == '\t' && r->delimiter != '\t')))
        n--;
    return n == 0;
}

static void pass(struct fb_csv_rows *r, size_t n, uint64_t lines)
{
    r->begin += n;
    r->offset += n;
    r->line += lines;
}

/* A line without end, in a file that may be anything: read past it in pieces. */
static uint64_t pass_long_line(struct fb_csv_rows *r)
{
    uint64_t passed = 0;
    for (;;) {
        size_t have = r->end - r->begin;
        const char *lf = have == 0 ? NULL : memchr(r->buffer + r->begin, '\n', have);
        size_t n = lf != NULL ? (size_t)(lf - r->buffer - (ptrdiff_t)r->begin) + 1 : have;
        passed += n;
        pass(r, n, 0);
        if (lf != NULL || r->eof || !fill(r))
            break;
    }
    r->line++;
    return passed;
}

static void clear(struct fb_csv_rows *r)
{
    r->n = 0;
    r->used = 0;
    r->row_done = r->too_many = false;
}

/* Gives up on the first line only: what follows may be whole rows. */
static enum fb_err give_up(struct fb_csv_rows *r, struct fb_csv_row *out, const char *fault)
{
    size_t n = line_length(r, 0);
    *out = (struct fb_csv_row){.offset = r->offset, .line = r->line, .lines = 1, .fault = fault};
    if (n == TOO_LONG) {
        out->bytes = pass_long_line(r);
    } else {
        out->bytes = n;
        pass(r, n, 1);
    }
    csv_free(&r->parser);
    return !start_parser(r) ? FB_FULL : r->failed ? FB_IO : FB_OK;
}

/* Lines into libcsv until it has a row. Their bytes, or 0 with a fault. */
static size_t read_row(struct fb_csv_rows *r, uint64_t *lines, const char **fault)
{
    size_t bytes = 0;
    for (*lines = 0; !r->row_done; ++*lines) {
        size_t n = line_length(r, bytes);
        *fault = bytes == 0 ? "the line is longer than 65,536 bytes" : "a quote is opened and not closed";
        if (n == TOO_LONG || (n == 0 && bytes > 0) || *lines == FB_CSV_ROW_LINES_MAX)
            return 0;
        *fault = "a quote stands where none can: quote the whole cell, and write each quote inside it twice";
        if (!feed(r, r->buffer + r->begin + bytes, n, bytes == 0))
            return 0;
        bytes += n;
    }
    *fault = "more than 512 cells";
    return r->too_many ? 0 : bytes;
}

enum fb_err fb_csv_rows_next(struct fb_csv_rows *r, struct fb_csv_row *out)
{
    size_t n;
    while ((n = line_length(r, 0)) != TOO_LONG && n > 0 && is_blank(r, r->buffer + r->begin, n))
        pass(r, n, 1);
    if (r->failed)
        return FB_IO;
    if (n == 0)
        return FB_NOT_FOUND;
    uint64_t lines = 0;
    const char *fault = NULL;
    clear(r);
    size_t bytes = read_row(r, &lines, &fault);
    if (r->failed)
        return FB_IO;
    if (bytes == 0)
        return give_up(r, out, fault);
    *out = (struct fb_csv_row){r->offset, bytes, r->line, lines, r->n, r->cell, NULL};
    pass(r, bytes, lines);
    return FB_OK;
}

uint64_t fb_csv_rows_offset(const struct fb_csv_rows *r)
{
    return r->offset;
}
uint64_t fb_csv_rows_line(const struct fb_csv_rows *r)
{
    return r->line;
}
uint64_t fb_csv_rows_size(const struct fb_csv_rows *r)
{
    return r->size;
}
int fb_csv_rows_fd(const struct fb_csv_rows *r)
{
    return r->fd;
}
