/* fairbank rules import-caps: a published price card (a workbook, or a sheet of one as CSV) into a pack's
 * table of caps. */
#include "engine/pack/import.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0;
}

static int said(const char *path, const char *what)
{
    fprintf(stderr, "fairbank rules import-caps: %s: %s\n", path, what);
    return EXIT_FAILED;
}

/* A whole file; .bytes.p NULL when it cannot be read. */
static struct fb_pack_file slurp(const char *path, const char *shown)
{
    struct fb_pack_file file = {.path = fb_span_of(shown)};
    struct stat st;
    FILE *f = fopen(path, "rb");
    char *bytes = NULL;
    if (f != NULL && fstat(fileno(f), &st) == 0 && st.st_size <= (off_t)FB_PACK_FILE_BYTES_MAX)
        bytes = malloc((size_t)st.st_size + 1);
    if (bytes != NULL)
        file.bytes = (struct fb_span){bytes, (uint32_t)fread(bytes, 1, (size_t)st.st_size, f)};
    if (f != NULL)
        fclose(f);
    return file;
}

enum { NOT_THERE = 127 };

/* The child that knows workbooks. It complains in the words of its own insides: what a person can do is said here. */
static bool convert(const char *workbook, const char *sheet, const char *csv)
{
    int64_t number;
    bool numbered = sheet[0] == '\0' || fb_parse_int(&number, fb_span_of(sheet)) == FB_OK;
    const char *argv[] = {
        "xlsx2csv", "--no-line-breaks", numbered ? "-s" : "-n", sheet[0] == '\0' ? "1" : sheet, workbook, csv,
        NULL};
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        if (nowhere >= 0)
            (void)dup2(nowhere, STDERR_FILENO);
        (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(NOT_THERE);
    }
    bool ended = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    if (ended && WEXITSTATUS(status) == NOT_THERE)
        fprintf(stderr, "fairbank rules: xlsx2csv is needed to read a workbook: apt-get install xlsx2csv, or "
                        "save the sheet as CSV\n");
    return ended && WEXITSTATUS(status) == 0;
}

/* Never over a file that is there: a table that decisions cite is not changed under their feet. */
static bool write_new(const char *folder, const char *name, const char *end, const char *bytes, size_t n)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/caps/%s%s", folder, name, end);
    if (length < 0 || (size_t)length >= sizeof path)
        return said(folder, "the path is too long") == EXIT_DONE;
    FILE *f = fopen(path, "wx");
    if (f == NULL)
        return said(path, errno == EEXIST ? "is there already: give the cap another name in the mapping"
                                          : strerror(errno)) == EXIT_DONE;
    bool ok = fwrite(bytes, 1, n, f) == n;
    ok = fclose(f) == 0 && ok;
    if (!ok)
        (void)said(path, "could not be written whole");
    return ok;
}

/* Both or neither: a table without its terms would be in the way of the next try. */
static bool write_both(const char *folder, const struct fb_import *out)
{
    char table[PATH_BYTES];
    if (!write_new(folder, out->name, ".csv", out->table, out->n_table))
        return false;
    if (write_new(folder, out->name, ".yaml", out->terms, out->n_terms))
        return true;
    snprintf(table, sizeof table, "%s/caps/%s.csv", folder, out->name);
    if (unlink(table) == 0)
        fprintf(stderr, "fairbank rules: %s: removed again\n", table);
    return false;
}

static json_t *path_json(const char *folder, const char *name, const char *end)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/caps/%s%s", folder, name, end);
    return json_path(path);
}

static void tell(const struct options *o, const struct fb_import *out)
{
    if (o->json)
        json_print(json_pack("{s:o, s:o, s:I, s:I, s:I, s:I}", "table", path_json(o->out, out->name, ".csv"), "terms",
                             path_json(o->out, out->name, ".yaml"), "grades", (json_int_t)out->rows, "amounts", (json_int_t)out->amounts,
                             "empty", (json_int_t)out->empty, "left_out", (json_int_t)out->left_out),
                   JSON_COMPACT);
    else
        printf("wrote %s/caps/%s.csv and .yaml: %u grades, %u amounts; %u empty cells are no cap; %u rows left out as the mapping says\n"
               "Next: fairbank rules check with the packs above it, then fairbank rules diff\n",
               o->out, out->name, out->rows, out->amounts, out->empty, out->left_out);
}

static int import(const struct options *o, const struct fb_pack_file *map, const struct fb_pack_file *sheet)
{
    struct fb_pack_report report = {0};
    struct fb_import out;
    int status = EXIT_DONE;
    enum fb_err e = fb_import_caps(&out, map, sheet, &report);
    fb_pack_report_print(stderr, &report);
    fb_pack_report_free(&report);
    if (e != FB_OK)
        return e == FB_REFUSED ? EXIT_DIFFERENT : said(o->words[0], fb_err_text(e));
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s/caps", o->out);
    (void)mkdir(folder, 0777); /* writing says what is wrong, if anything is */
    if (!write_both(o->out, &out))
        status = EXIT_FAILED;
    else
        tell(o, &out);
    fb_import_free(&out);
    return status;
}

/* A workbook becomes a CSV beside nobody's files, and is gone afterwards. */
static int import_workbook(const struct options *o, const struct fb_pack_file *map)
{
    char csv[] = "/tmp/fairbank-sheet-XXXXXX", sheet[64];
    struct fb_pack_report report = {0};
    enum fb_err e = fb_import_sheet(sheet, map, &report);
    fb_pack_report_print(stderr, &report);
    fb_pack_report_free(&report);
    int fd = e == FB_OK ? mkstemp(csv) : -1;
    if (fd < 0)
        return e == FB_OK ? said(csv, strerror(errno)) : EXIT_DIFFERENT;
    close(fd);
    int status = EXIT_FAILED;
    if (convert(o->words[0], sheet, csv)) {
        struct fb_pack_file file = slurp(csv, o->words[0]);
        status = file.bytes.p == NULL ? said(csv, "cannot be read") : import(o, map, &file);
        free((void *)(uintptr_t)file.bytes.p);
    } else {
        (void)said(o->words[0],
                   "could not be read as a workbook (is the sheet's name right in the mapping?)");
    }
    unlink(csv);
    return status;
}

int command_import_caps(const struct options *o)
{
    if (o->map == NULL || o->out == NULL) {
        fprintf(stderr, "fairbank rules import-caps: use it as import-caps FILE.xlsx|FILE.csv --map MAP.yaml --out PACK-FOLDER\n");
        return EXIT_USAGE;
    }
    struct fb_pack_file map = slurp(o->map, o->map);
    if (map.bytes.p == NULL)
        return said(o->map, errno != 0 ? strerror(errno) : "cannot be read");
    int status;
    if (ends_in(o->words[0], ".xlsx")) {
        status =
            access(o->words[0], R_OK) == 0 ? import_workbook(o, &map) : said(o->words[0], strerror(errno));
    } else {
        struct fb_pack_file sheet = slurp(o->words[0], o->words[0]);
        status = sheet.bytes.p == NULL ? said(o->words[0], "cannot be read") : import(o, &map, &sheet);
        free((void *)(uintptr_t)sheet.bytes.p);
    }
    free((void *)(uintptr_t)map.bytes.p);
    return status;
}
