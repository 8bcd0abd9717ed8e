#include "adapters/inbound/csv/guess/guess.h"
#include "adapters/inbound/csv/guess/write.h"
#include "adapters/inbound/csv/mapping.h"
#include "adapters/inbound/csv/sheet.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool can_be_read(const struct fb_text *text, const char **why)
{
    static char fault[FB_CSV_FAULT_BYTES];
    struct fb_mapping *m = NULL;
    if (text->cut || fb_mapping_parse(&m, "the guess", (struct fb_span){text->p, (uint32_t)text->n}, fault) != FB_OK) {
        *why = text->cut ? "more columns and words than a mapping holds" : fault;
        return false;
    }
    fb_mapping_close(&m);
    return true;
}

enum fb_err fb_csv_guess_text(int fd, bool sheet, const char *file, const char *sheet_name, unsigned header, struct fb_text *out,
                              const char **why)
{
    struct fb_guess g;
    enum fb_err e = fb_guess_open(&g);
    if (e == FB_OK)
        e = fb_guess_read(&g, fd, sheet, header, why);
    if (e == FB_OK) {
        struct fb_guess_writer *w = calloc(1, sizeof *w);
        e = w == NULL ? FB_FULL : FB_OK;
        if (w != NULL) {
            *w = (struct fb_guess_writer){.guess = &g, .file = file, .sheet = sheet_name, .out = out};
            fb_guess_write(w);
            e = can_be_read(out, why) ? FB_OK : FB_DAMAGED;
        }
        free(w);
    }
    fb_guess_close(&g);
    return e;
}

static int complain(const char *file, const char *why)
{
    fprintf(stderr, "fairbank-csv: %s: %s\n", file, why);
    return FB_CSV_EXIT_FAILED;
}

/* The rows' descriptor: the file itself, or what a workbook's sheet became. -1: *why. */
static int open_file(const struct fb_csv_options *o, bool *sheet, struct fb_text *why)
{
    int fd = open(o->file[0], O_RDONLY | O_CLOEXEC), rows = -1;
    unsigned char mark[2] = {0};
    if (fd < 0) {
        fb_text_add(why, strerror(errno));
        return -1;
    }
    enum fb_csv_format format = fb_csv_format_of(fd);
    *sheet = format == FB_CSV_IS_WORKBOOK;
    bool utf16 = pread(fd, mark, 2, 0) == 2 && ((mark[0] == 0xFF && mark[1] == 0xFE) || (mark[0] == 0xFE && mark[1] == 0xFF));
    const char *fault = fb_csv_format_fault(format, o->file[0]);
    if (fault != NULL)
        fb_text_add(why, fault);
    else if (utf16)
        fb_text_add(why, "is UTF-16: save it as \"CSV UTF-8\"");
    else if (!*sheet)
        return fd;
    else if (fb_csv_sheet_open(&rows, fd, o->sheet == NULL ? (struct fb_span){NULL, 0} : fb_span_of(o->sheet), NULL, &fb_csv_sheet_limits, NULL,
                               why) != FB_OK)
        rows = -1;
    close(fd);
    return rows;
}

int fb_csv_guess(const struct fb_csv_options *o)
{
    char memory[256];
    struct fb_text why, text;
    bool sheet = false;
    const char *reason = "cannot be read";
    fb_text_init(&why, memory, sizeof memory);
    int fd = open_file(o, &sheet, &why);
    if (fd < 0)
        return complain(o->file[0], why.p);
    char *room = malloc(FB_GUESS_TEXT_BYTES);
    enum fb_err e = FB_FULL;
    if (room != NULL) {
        fb_text_init(&text, room, FB_GUESS_TEXT_BYTES);
        e = fb_csv_guess_text(fd, sheet, o->file[0], o->sheet, (unsigned)o->header, &text, &reason);
    }
    close(fd);
    int status = e == FB_OK ? FB_CSV_EXIT_TAKEN : complain(o->file[0], reason);
    if (e == FB_OK)
        fputs(room, stdout);
    free(room);
    return status;
}
