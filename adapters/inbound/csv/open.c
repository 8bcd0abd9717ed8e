/* A file, opened: its rows (text or a workbook's sheet), what its name says, its header. */
#include "adapters/inbound/csv/run_private.h"
#include "adapters/inbound/csv/sheet.h"
#include "adapters/lib/batch_name.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The file's own fault: another file may fare better. The path is said to whoever reads along, and is known to who asks. */
enum fb_err fb__file_fault(struct fb_csv_run *run, const char *what, struct fb_span detail)
{
    struct fb_text t;
    run->ending = FB_CSV_BAD_FILE;
    fb_text_init(&t, run->why, sizeof run->why);
    fb_text_add(&t, what);
    if (detail.n > 0) {
        fb_text_add(&t, " '");
        fb_text_add_span(&t, detail);
        fb_text_add(&t, "'");
    }
    fprintf(stderr, "fairbank-csv: %s: %s\n", run->path, run->why);
    return FB_REFUSED;
}

static const struct fb_span nothing = {NULL, 0};

/* The folder in which the file lies. */
static void folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    struct fb_text t;
    fb_text_init(&t, out, size);
    if (slash == NULL || slash == path)
        fb_text_add(&t, slash == NULL ? "." : "/");
    else
        fb_text_add_span(&t, (struct fb_span){path, (uint32_t)(slash - path)});
}

static enum fb_err open_sheet(struct fb_csv_run *run, int workbook, int *fd)
{
    char folder[1024], memory[256];
    struct fb_text why;
    const struct fb_csv_options *o = run->options;
    folder_of(run->path, folder, sizeof folder);
    fb_text_init(&why, memory, sizeof memory);
    enum fb_err e = fb_csv_sheet_open(fd, workbook, o->sheet != NULL ? fb_span_of(o->sheet) : run->mapping->sheet,
                                      o->state != NULL ? o->state : folder, &fb_csv_sheet_limits, run->stop, &why);
    if (e == FB_REFUSED)
        return fb__file_fault(run, why.p, nothing);
    if (e != FB_OK && e != FB_BUSY)
        fb__end_with(run, FB_CSV_NO_PLACE, &why);
    return e;
}

/* Text as it is; a workbook by way of its sheet. */
static enum fb_err open_rows(struct fb_csv_run *run)
{
    int sheet = -1, fd = open(run->path, O_RDONLY | O_CLOEXEC);
    enum fb_err e = FB_OK;
    if (fd < 0)
        return fb__file_fault(run, strerror(errno), nothing);
    enum fb_csv_format format = fb_csv_format_of(fd);
    run->task.sheet = format == FB_CSV_IS_WORKBOOK;
    const char *fault = fb_csv_format_fault(format, run->path);
    if (fault != NULL)
        e = fb__file_fault(run, fault, nothing);
    else if (run->task.sheet)
        e = open_sheet(run, fd, &sheet);
    if (format != FB_CSV_IS_TEXT || fault != NULL)
        close(fd);
    if (e != FB_OK)
        return e;
    e = fb_csv_rows_open_fd(&run->rows, run->task.sheet ? sheet : fd, run->task.sheet ? ',' : run->mapping->delimiter);
    if (e == FB_REFUSED)
        return fb__file_fault(run, "is UTF-16: save it as \"CSV UTF-8\"", nothing);
    return e == FB_OK ? FB_OK : fb__file_fault(run, "cannot be read", nothing);
}

static void name_batch(struct fb_csv_run *run)
{
    (void)fb_batch_name(run->batch, run->path, run->mapping->batch_is_digest, fb_csv_rows_fd(run->rows));
    run->task.batch_id = fb_span_of(run->batch);
}

/* The batch is the file, and its name may say when the source wrote it. */
static enum fb_err read_name(struct fb_csv_run *run)
{
    const char *slash = strrchr(run->path, '/');
    struct fb_span name = fb_span_of(slash == NULL ? run->path : slash + 1);
    const struct fb_csv_patterns *templates = &run->mapping->occurred_in_name;
    struct fb_moment m = {.has_date = false};
    unsigned i = 0;
    char text[20];
    name_batch(run);
    run->task.occurred_ms = FB_ABSENT;
    if (templates->n == 0)
        return FB_OK;
    while (i < templates->n && (fb_moment_in_name(&m, templates->of[i], name) != FB_OK || !m.has_date))
        i++;
    if (i == templates->n)
        return fb__file_fault(run,
                          "the file's name does not say when it was made, as the mapping's template asks",
                          templates->of[0]);
    fb_moment_format(text, &m);
    if (fb_instant_parse(&run->task.occurred_ms, fb_span_of(text)) != FB_OK)
        return fb__file_fault(run, "the time in the file's name does not exist", fb_span_of(text));
    return FB_OK;
}

/* What the header cannot be cut into cells for. */
static enum fb_err header_fault(struct fb_csv_run *run, const char *fault)
{
    char memory[200];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, "the header: ");
    fb_text_add(&t, fault);
    return fb__file_fault(run, memory, nothing);
}

/* A file of one column is rare, and one whose cells are parted by something else is not: a spreadsheet writes what its country does. */
static void tell_delimiter(const struct fb_csv_row *row)
{
    static const struct {
        char c;
        const char *word;
    } known[] = {{';', "semicolon"}, {'\t', "tab"}, {'|', "pipe"}, {',', "comma"}};
    for (unsigned i = 0; row->n == 1 && i < sizeof known / sizeof known[0]; i++)
        if (row->cell[0].n > 0 && memchr(row->cell[0].p, known[i].c, row->cell[0].n) != NULL) {
            fprintf(stderr, "fairbank-csv: that is one cell, with a %s in it: `delimiter: %s` under file: of the mapping would part it\n", known[i].word, known[i].word);
            return;
        }
}

static enum fb_err read_header(struct fb_csv_run *run)
{
    struct fb_csv_row row = {.n = 0};
    unsigned missing = 0;
    bool twice = false;
    for (unsigned i = 0; i < run->mapping->header; i++) {
        enum fb_err e = fb_csv_rows_next(run->rows, &row);
        if (e != FB_OK)
            return fb__file_fault(run, e == FB_IO ? "cannot be read" : "is empty: there is no header",
                              nothing);
    }
    if (row.fault != NULL)
        return header_fault(run, row.fault);
    if (fb_csv_layout_find(&run->task.layout, run->mapping, &row, &run->arena, &missing, &twice) == FB_OK)
        return FB_OK;
    const struct fb_csv_column *c = &run->mapping->column[missing];
    (void)fb__file_fault(run, twice ? "two columns of the header could be" : "the header has no column",
                     c->header[0]);
    /* Where there are logs: then it is somebody's row, perhaps, and stays where it is. */
    if (!run->options->check && !fb_csv_layout_is_header(run->mapping, &row, &run->arena)) {
        fprintf(stderr, "fairbank-csv: row %u has none of the mapping's columns%s: fairbank-csv check %s FILE shows what it has\n", run->mapping->header,
                row.n == 1 ? ", and one cell (delimiter:, encoding:)" : ", and may be none of names (header:)", run->options->mapping);
        tell_delimiter(&row);
        return FB_REFUSED;
    }
    fprintf(stderr, "fairbank-csv: %s:%u says what it may be called; the header has:", run->options->mapping,
            c->line);
    for (unsigned i = 0; i < row.n; i++)
        fprintf(stderr, "%s '%.*s'", i == 0 ? "" : ",", (int)row.cell[i].n, row.cell[i].p);
    fputc('\n', stderr);
    tell_delimiter(&row);
    return FB_REFUSED;
}

enum fb_err fb__open_file(struct fb_csv_run *run)
{
    enum fb_err e = open_rows(run);
    if (e == FB_OK)
        e = read_name(run);
    return e == FB_OK ? read_header(run) : e;
}
