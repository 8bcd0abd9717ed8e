#include "tools/fairbank/months/month_file.h"
#include "tools/fairbank/export/sheet.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 400 };

void month_file_begin(struct month_file *f)
{
    *f = (struct month_file){.begun = false};
    f->out = open_memstream(&f->text, &f->n);
}

static void begin_cell(struct month_file *f)
{
    if (f->begun)
        fputc(',', f->out);
    f->begun = true;
}

/* A spreadsheet reads what begins like a formula as one, whoever wrote it: in front of that goes an apostrophe, as in an export; and in front of
 * an apostrophe too, so that month_text_back gives every text as it was. */
static bool wants_apostrophe(struct fb_span text)
{
    const char first[2] = {text.n > 0 ? text.p[0] : '\0', '\0'};
    return first[0] == '\'' || sheet_is_unsafe(first);
}

struct fb_span month_text_back(struct fb_span cell)
{
    return cell.n > 1 && cell.p[0] == '\'' && wants_apostrophe((struct fb_span){cell.p + 1, cell.n - 1}) ? (struct fb_span){cell.p + 1, cell.n - 1} : cell;
}

void month_cell(struct month_file *f, struct fb_span text)
{
    bool quote = false;
    if (f->out == NULL)
        return;
    begin_cell(f);
    for (uint32_t i = 0; i < text.n; i++)
        quote = quote || text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n' || text.p[i] == '\r' || (i == 0 && text.p[i] == ' ');
    if (quote)
        fputc('"', f->out);
    if (wants_apostrophe(text))
        fputc('\'', f->out);
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            fputc('"', f->out);
        fputc(text.p[i], f->out);
    }
    if (quote)
        fputc('"', f->out);
}

/* Ours, and not read as a formula: -12.50 is a number. */
static void figure(struct month_file *f, const char *text)
{
    if (f->out == NULL)
        return;
    begin_cell(f);
    fputs(text, f->out);
}

void month_cell_word(struct month_file *f, const char *text)
{
    month_cell(f, fb_span_of(text));
}

void month_cell_code(struct month_file *f, fb_code code)
{
    char text[9];
    size_t n = code == 0 ? 0 : fb_code_format(text, code);
    month_cell(f, (struct fb_span){text, (uint32_t)n});
}

void month_cell_day(struct month_file *f, fb_day day)
{
    char text[11];
    fb_day_format(text, day);
    month_cell_word(f, text);
}

void month_cell_int(struct month_file *f, int64_t v)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, v);
    figure(f, text);
}

void month_cell_pounds(struct month_file *f, int64_t pence)
{
    char memory[32];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof(memory));
    fb_text_add_decimal(&t, pence, 2);
    figure(f, memory);
}

void month_row_end(struct month_file *f)
{
    if (f->out != NULL)
        fputc('\n', f->out);
    f->begun = false;
}

static bool say(const char *command, const char *path, const char *why)
{
    fprintf(stderr, "fairbank %s: %s: %s\n", command, path, why);
    return false;
}

/* What stands there is what would be written. *there: there is a file. */
static bool says_the_same(const char *path, const char *text, size_t n, bool *there)
{
    FILE *file = fopen(path, "rb");
    *there = file != NULL;
    bool same = *there;
    for (size_t i = 0; same && i <= n; i++)
        same = fgetc(file) == (i < n ? (unsigned char)text[i] : EOF);
    if (*there)
        fclose(file);
    return same;
}

static bool put_beside(const char *command, const char *path, const char *text, size_t n)
{
    char beside[PATH_ROOM];
    if (snprintf(beside, sizeof(beside), "%s.part", path) >= (int)sizeof(beside))
        return say(command, path, "the path is too long");
    FILE *file = fopen(beside, "wb");
    if (file == NULL)
        return say(command, beside, strerror(errno));
    bool good = fwrite(text, 1, n, file) == n && fflush(file) == 0 && fsync(fileno(file)) == 0;
    good = fclose(file) == 0 && good && rename(beside, path) == 0;
    if (good)
        return true;
    int error = errno;
    (void)remove(beside);
    return say(command, path, strerror(error));
}

bool month_file_end(struct month_file *f, const char *command, const char *path, bool keep)
{
    bool there = false, good = f->out != NULL && !ferror(f->out);
    good = f->out != NULL && fclose(f->out) == 0 && good;
    if (!good)
        (void)say(command, path, "there is not enough memory");
    else if (strcmp(path, "-") == 0)
        good = fwrite(f->text, 1, f->n, stdout) == f->n;
    else if (!keep || !says_the_same(path, f->text, f->n, &there))
        good = there ? say(command, path, "is there already, and says something else: a run that was made is never written over; name another file")
                     : put_beside(command, path, f->text, f->n);
    free(f->text);
    *f = (struct month_file){.out = NULL};
    return good;
}
