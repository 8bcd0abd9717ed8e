#include "tests/lib/packs.h"
#include "engine/base/check.h"
#include <stdlib.h>
#include <string.h>

struct fb_pack_files fb_test_packs(void)
{
    struct fb_pack_files files = {0};
    struct fb_pack_report report = {0};
    fb_assert(fb_pack_read_dir(&files, "rules/england", &report) == FB_OK);
    fb_assert(fb_pack_read_dir(&files, "rules/thames-valley", &report) == FB_OK);
    fb_pack_report_free(&report);
    return files;
}

static bool has_name(const struct fb_pack_file *file, const char *name)
{
    size_t n = file->pack.n;
    return strlen(name) > n && memcmp(name, file->pack.p, n) == 0 && name[n] == '/' &&
           fb_span_is(file->path, name + n + 1);
}

static struct fb_pack_file *find(struct fb_pack_files *files, const char *name)
{
    for (unsigned i = 0; i < files->n; i++) {
        if (has_name(&files->file[i], name))
            return &files->file[i];
    }
    return NULL;
}

static struct fb_span copy_of(const char *p, size_t n)
{
    char *copy = malloc(n + 1);
    fb_assert(copy != NULL);
    memcpy(copy, p, n);
    return (struct fb_span){copy, (uint32_t)n};
}

static void set_bytes(struct fb_pack_file *file, struct fb_span bytes)
{
    free((void *)(uintptr_t)file->bytes.p);
    file->bytes = bytes;
}

/* Where `text` first stands, or n. */
static size_t place_of(struct fb_span bytes, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= bytes.n; i++) {
        if (memcmp(bytes.p + i, text, n) == 0)
            return i;
    }
    return bytes.n;
}

unsigned fb_test_pack_change(struct fb_pack_files *files, const char *name, const char *from, const char *to)
{
    struct fb_pack_file *file = find(files, name);
    fb_assert(file != NULL);
    size_t at = place_of(file->bytes, from), old = strlen(from), new = strlen(to);
    fb_assert(at < file->bytes.n);
    unsigned line = 1;
    for (size_t i = 0; i < at; i++)
        line += file->bytes.p[i] == '\n';
    char *made = malloc(file->bytes.n + new + 1);
    fb_assert(made != NULL);
    memcpy(made, file->bytes.p, at);
    memcpy(made + at, to, new);
    memcpy(made + at + new, file->bytes.p + at + old, file->bytes.n - at - old);
    set_bytes(file, (struct fb_span){made, (uint32_t)(file->bytes.n - old + new)});
    return line;
}

static unsigned after_pack(const struct fb_pack_files *files, const char *name)
{
    for (unsigned i = files->n; i > 0; i--) {
        struct fb_span pack = files->file[i - 1].pack;
        if (strlen(name) > pack.n && memcmp(name, pack.p, pack.n) == 0 && name[pack.n] == '/')
            return i;
    }
    return files->n;
}

void fb_test_pack_put(struct fb_pack_files *files, const char *name, const char *bytes)
{
    struct fb_pack_file *file = find(files, name);
    if (file != NULL) {
        set_bytes(file, copy_of(bytes, strlen(bytes)));
        return;
    }
    struct fb_pack_file *grown = realloc(files->file, (files->n + 1) * sizeof *grown);
    fb_assert(grown != NULL);
    files->file = grown;
    files->room = files->n + 1;
    unsigned at = after_pack(files, name);
    memmove(grown + at + 1, grown + at, (files->n - at) * sizeof *grown);
    const char *slash = strchr(name, '/');
    grown[at] = (struct fb_pack_file){copy_of(name, (size_t)(slash - name)),
                                      copy_of(slash + 1, strlen(slash + 1)), copy_of(bytes, strlen(bytes))};
    files->n++;
}

void fb_test_pack_remove(struct fb_pack_files *files, const char *name)
{
    struct fb_pack_file *file = find(files, name);
    fb_assert(file != NULL);
    free((void *)(uintptr_t)file->pack.p);
    free((void *)(uintptr_t)file->path.p);
    free((void *)(uintptr_t)file->bytes.p);
    unsigned at = (unsigned)(file - files->file);
    memmove(file, file + 1, (files->n - at - 1) * sizeof *file);
    files->n--;
}

const struct fb_pack_error *fb_test_pack_said(const struct fb_pack_report *report, const char *name,
                                              unsigned line, const char *words)
{
    for (unsigned i = 0; i < report->n; i++) {
        const struct fb_pack_error *e = &report->e[i];
        if (strcmp(e->file, name) == 0 && e->line == line && strstr(e->text, words) != NULL)
            return e;
    }
    return NULL;
}
