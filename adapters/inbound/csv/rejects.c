#include "adapters/inbound/csv/rejects.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What fails later as well must not be told as what failed. */
static void fail(struct fb_csv_rejects *r, int error)
{
    if (!r->failed)
        r->error = error;
    r->failed = true;
}

int fb_csv_rejects_probe(const char *path)
{
    char name[1100];
    snprintf(name, sizeof name, "%s.new", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    close(fd);
    unlink(name);
    return 0;
}

enum fb_err fb_csv_rejects_path(struct fb_csv_rejects *r, const char *file, const char *dir)
{
    struct fb_text t;
    const char *slash = strrchr(file, '/'), *name = slash == NULL ? file : slash + 1;
    size_t n = strlen(name);
    if (n > 4 && (strcmp(name + n - 4, ".csv") == 0 || strcmp(name + n - 4, ".CSV") == 0))
        n -= 4;
    fb_text_init(&t, r->path, sizeof r->path);
    if (dir != NULL) {
        fb_text_add(&t, dir);
        fb_text_add(&t, "/");
    } else {
        fb_text_add_span(&t, (struct fb_span){file, (uint32_t)(name - file)});
    }
    fb_text_add_span(&t, (struct fb_span){name, (uint32_t)n});
    fb_text_add(&t, ".rejects.csv");
    return t.cut ? FB_LIMIT : FB_OK;
}

void fb_csv_rejects_start(struct fb_csv_rejects *r, int from, bool ascii_only)
{
    r->file = NULL;
    r->from = from;
    r->ascii_only = ascii_only;
    r->failed = false;
    r->error = 0;
    unlink(r->path); /* yesterday's rejects must not be taken for today's */
}

static void open_file(struct fb_csv_rejects *r)
{
    int fd = open(r->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    r->file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (r->file == NULL) {
        fail(r, errno);
        if (fd >= 0)
            close(fd);
        return;
    }
    fputs("line,column,reason,original_text\r\n", r->file);
}

/* One byte inside a quoted cell. */
static void put_byte(struct fb_csv_rejects *r, char c)
{
    if (c == '"')
        putc('"', r->file);
    putc(c, r->file);
}

/* Our own words are UTF-8; in a file of another encoding each letter that is not ASCII is left a question mark. */
static void put_words(struct fb_csv_rejects *r, const char *text)
{
    putc('"', r->file);
    for (; *text != '\0'; text++)
        if (!r->ascii_only || ((unsigned char)*text & 0xC0) != 0x80)
            put_byte(r, r->ascii_only && (unsigned char)*text > 0x7E ? '?' : *text);
    putc('"', r->file);
}

/* How many of the row's last bytes are its line end. */
static uint64_t line_end(const struct fb_csv_rejects *r, uint64_t offset, uint64_t bytes)
{
    char last[2] = {0, 0};
    uint64_t n = bytes < 2 ? bytes : 2;
    if (pread(r->from, last + 2 - n, (size_t)n, (off_t)(offset + bytes - n)) != (ssize_t)n || last[1] != '\n')
        return 0;
    return last[0] == '\r' ? 2 : 1;
}

static void put_original(struct fb_csv_rejects *r, uint64_t offset, uint64_t bytes)
{
    char piece[8192];
    bytes -= line_end(r, offset, bytes);
    while (bytes > 0) {
        ssize_t n = pread(r->from, piece, bytes < sizeof piece ? (size_t)bytes : sizeof piece, (off_t)offset);
        if (n <= 0) {
            fail(r, n < 0 ? errno : EIO);
            return;
        }
        for (ssize_t i = 0; i < n; i++)
            put_byte(r, piece[i]);
        bytes -= (uint64_t)n;
        offset += (uint64_t)n;
    }
}

void fb_csv_rejects_write(struct fb_csv_rejects *r, const struct fb_csv_tally_row *row)
{
    if (r->file == NULL && !r->failed)
        open_file(r);
    if (r->file == NULL)
        return;
    fprintf(r->file, "%llu,", (unsigned long long)row->line);
    put_words(r, row->column);
    putc(',', r->file);
    put_words(r, row->reason);
    fputs(",\"", r->file);
    put_original(r, row->offset, row->bytes);
    fputs("\"\r\n", r->file);
    if (ferror(r->file))
        fail(r, errno);
}

enum fb_err fb_csv_rejects_end(struct fb_csv_rejects *r)
{
    /* On the disk: whoever moves the file away after this must not leave its rejects behind in a power cut. */
    if (r->file != NULL && (fflush(r->file) != 0 || fsync(fileno(r->file)) != 0))
        fail(r, errno);
    if (r->file != NULL && fclose(r->file) != 0)
        fail(r, errno);
    r->file = NULL;
    return r->failed ? FB_IO : FB_OK;
}
