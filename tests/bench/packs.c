#include "tests/bench/packs.h"
#include "engine/base/check.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const dirs[] = {"rules/england", "rules/thames-valley"};
enum { PACKS = sizeof dirs / sizeof dirs[0], ANNUAL_COLUMN = 5, ROOM_MORE = 4096, PATH_BYTES = 512 };
/* A year has 52.143 weeks of 37.5 hours (rules/england): a penny an hour is £19.55 a year, in whole pounds £20. */
static long pounds_of(unsigned pennies)
{
    return ((long)pennies * 1955 + 50) / 100;
}

/* One line of a table of pay points, its yearly pay raised. The columns before it are never quoted. */
static void copy_line(struct fb_text *out, const char *line, size_t n, long pounds)
{
    size_t at = 0;
    for (unsigned column = 0; pounds != 0 && column < ANNUAL_COLUMN && at < n; at++)
        column += line[at] == ',';
    char *end = NULL;
    long pay = strtol(line + at, &end, 10);
    bool number = pounds != 0 && end != line + at && end <= line + n;
    fb_text_add_span(out, (struct fb_span){line, (uint32_t)at});
    if (number)
        fb_text_add_int(out, pay + pounds);
    size_t rest = number ? (size_t)(end - line) : at;
    fb_text_add_span(out, (struct fb_span){line + rest, (uint32_t)(n - rest)});
}

/* The file's bytes, replaced by others that the list frees as it would have freed the first. */
static void replace(struct fb_pack_file *file, unsigned pennies, unsigned remark)
{
    struct fb_text t;
    size_t size = (size_t)file->bytes.n * 2 + ROOM_MORE;
    char *memory = malloc(size);
    fb_assert(memory != NULL);
    fb_text_init(&t, memory, size);
    for (size_t at = 0; at < file->bytes.n;) {
        const char *line = file->bytes.p + at, *lf = memchr(line, '\n', file->bytes.n - at);
        size_t n = lf == NULL ? file->bytes.n - at : (size_t)(lf - line) + 1;
        copy_line(&t, line, n, at > 0 ? pounds_of(pennies) : 0); /* the first line names the columns */
        at += n;
    }
    if (remark > 0) {
        fb_text_add(&t, "# remark ");
        fb_text_add_int(&t, remark);
        fb_text_add(&t, "\n");
    }
    fb_assert(!t.cut);
    free((void *)(uintptr_t)file->bytes.p); /* the list's own */
    file->bytes = (struct fb_span){memory, (uint32_t)t.n};
}

static bool begins(struct fb_span s, const char *with)
{
    return s.n >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

static void change(struct fb_pack_file *file, unsigned pennies, unsigned remark)
{
    if (pennies > 0 && begins(file->path, "rates/afc-pay-points"))
        replace(file, pennies, 0);
    if (remark > 0 && begins(file->path, "pack.yaml"))
        replace(file, 0, remark);
}

void bench_packs_read(struct bench_packs *p, unsigned pennies, unsigned remark)
{
    struct fb_pack_report report = {0};
    enum fb_err err = FB_OK;
    *p = (struct bench_packs){.book = NULL};
    for (unsigned i = 0; i < PACKS && err == FB_OK; i++)
        err = fb_pack_read_dir(&p->files, dirs[i], &report);
    for (unsigned i = 0; i < p->files.n; i++)
        change(&p->files.file[i], pennies, remark);
    if (err == FB_OK)
        err = fb_pack_load_files(&p->book, p->files.file, p->files.n, &report);
    if (err != FB_OK) {
        fb_pack_report_print(stderr, &report);
        fprintf(stderr, "bench: run me from the root of the tree\n");
        exit(1);
    }
    p->list = calloc(p->files.n, sizeof(*p->list));
    fb_assert(p->list != NULL);
    for (unsigned i = 0; i < p->files.n; i++)
        p->list[i] = (struct fb_turn_file){p->files.file[i].pack, p->files.file[i].path, p->files.file[i].bytes};
    fb_pack_report_free(&report);
}

void bench_packs_free(struct bench_packs *p)
{
    fb_pack_free(&p->book);
    fb_pack_files_free(&p->files);
    free(p->list);
    p->list = NULL;
}

void bench_packs_issue(struct bench_packs *p, struct fb_turn *turn, int64_t now_ms)
{
    const char *why;
    fb_assert(fb_turn_issue(turn, p->list, p->files.n, p->book, now_ms, &why) == FB_OK);
    p->book = NULL; /* the turn's now */
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
}

void bench_packs_write(const struct bench_packs *p, const char *folder)
{
    char path[PATH_BYTES];
    for (unsigned i = 0; i < p->files.n; i++) {
        const struct fb_pack_file *file = &p->files.file[i];
        int n = snprintf(path, sizeof(path), "%s/%.*s/%.*s", folder, (int)file->pack.n, file->pack.p, (int)file->path.n, file->path.p);
        fb_assert(n > 0 && (size_t)n < sizeof(path));
        make_folders(path);
        FILE *f = fopen(path, "w");
        fb_assert(f != NULL && fwrite(file->bytes.p, 1, file->bytes.n, f) == file->bytes.n && fclose(f) == 0);
    }
}
