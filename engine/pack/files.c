#include "engine/pack/report.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES_MAX = 1024 };
static const char *const folders[] = {"", "assurance", "calendar", "caps", "cases", "rates", "returns"};

struct walk {
    struct fb_pack_files *files;
    struct fb_pack_report *report;
    struct fb_span pack;
    const char *dir;
    enum fb_err err;
};

static void fail(struct walk *w, const char *path, const char *text, enum fb_err err)
{
    struct fb_complaint c;
    fb_complain(&c, w->pack, fb_span_of(path), 0);
    fb_text_add(&c.text, text);
    fb_complaint_file(&c, w->report);
    w->err = err;
}

/* "rules/england/" -> "england" */
static struct fb_span last_part(const char *dir)
{
    size_t end = strlen(dir);
    while (end > 0 && dir[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && dir[start - 1] != '/')
        start--;
    return (struct fb_span){dir + start, (uint32_t)(end - start)};
}

static char *copy_of(const char *p, size_t n)
{
    char *copy = malloc(n + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}

/* The whole file, or NULL; *n is its length. */
static char *slurp(const char *path, uint32_t *n)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return NULL;
    size_t size = FB_PACK_FILE_BYTES_MAX + 1;
    char *bytes = malloc(size);
    size_t got = bytes == NULL ? 0 : fread(bytes, 1, size, f);
    bool bad = bytes == NULL || ferror(f) != 0;
    fclose(f);
    if (bad) {
        free(bytes);
        return NULL;
    }
    *n = (uint32_t)got;
    char *fit = realloc(bytes, got + 1);
    return fit == NULL ? bytes : fit;
}

static struct fb_pack_file *new_file(struct walk *w)
{
    struct fb_pack_files *files = w->files;
    if (files->n == files->room) {
        unsigned room = files->room == 0 ? 32 : files->room * 2;
        struct fb_pack_file *file =
            files->n >= FB_PACK_FILES_MAX ? NULL : realloc(files->file, room * sizeof *file);
        if (file == NULL)
            return NULL;
        files->file = file;
        files->room = room;
    }
    files->file[files->n] = (struct fb_pack_file){0};
    return &files->file[files->n];
}

static void add_file(struct walk *w, const char *path, const char *full)
{
    struct fb_pack_file *file = new_file(w);
    if (file == NULL) {
        fail(w, path, "too many files, or no memory", FB_FULL);
        return;
    }
    uint32_t n = 0;
    char *bytes = slurp(full, &n);
    char *pack = copy_of(w->pack.p, w->pack.n), *name = copy_of(path, strlen(path));
    if (bytes == NULL || pack == NULL || name == NULL) {
        free(bytes);
        free(pack);
        free(name);
        fail(w, path, "cannot be read: look at its permissions", FB_IO);
        return;
    }
    *file = (struct fb_pack_file){{pack, w->pack.n}, {name, (uint32_t)strlen(name)}, {bytes, n}};
    w->files->n++;
}

/* Left out: hidden files, what editors leave behind, and text for people. */
static bool is_left_out(const char *name)
{
    size_t n = strlen(name);
    return name[0] == '.' || name[n - 1] == '~' || (n > 3 && strcmp(name + n - 3, ".md") == 0);
}

/* A folder inside the pack's: one of ours is walked on its own, another one must not be passed over in
 * silence. */
static void meet_folder(struct walk *w, const char *path)
{
    for (size_t i = 1; i < sizeof folders / sizeof folders[0]; i++) {
        if (strcmp(path, folders[i]) == 0)
            return;
    }
    fail(w, path, "a folder that a pack does not have: it has assurance, calendar, caps, cases, rates, returns",
         FB_REFUSED);
}

static void meet(struct walk *w, const char *folder, const char *name)
{
    char path[PATH_BYTES_MAX], full[PATH_BYTES_MAX];
    struct fb_text p, f;
    struct stat st;
    fb_text_init(&p, path, sizeof path);
    fb_text_add(&p, folder);
    fb_text_add(&p, folder[0] == '\0' ? "" : "/");
    fb_text_add(&p, name);
    fb_text_init(&f, full, sizeof full);
    fb_text_add(&f, w->dir);
    fb_text_add(&f, "/");
    fb_text_add(&f, path);
    if (f.cut || stat(full, &st) != 0)
        fail(w, path, "cannot be read: look at its permissions, and the length of its name", FB_IO);
    else if (S_ISDIR(st.st_mode))
        meet_folder(w, path);
    else
        add_file(w, path, full);
}

/* The folder as it was named, because its last part alone does not tell where we looked. */
static void fail_folder(struct walk *w, const char *folder, int why)
{
    char text[200];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text - 1);
    fb_text_add(&t, "the folder ");
    fb_text_add(&t, w->dir);
    fb_text_add(&t, folder[0] == '\0' ? "" : "/");
    fb_text_add(&t, folder);
    fb_text_add(&t, " cannot be read: ");
    fb_text_add(&t, strerror(why));
    text[t.n] = '\0';
    fail(w, folder, text, FB_IO);
}

/* false: it is not there, or cannot be read. */
static bool walk_folder(struct walk *w, const char *folder)
{
    char full[PATH_BYTES_MAX];
    struct fb_text f;
    fb_text_init(&f, full, sizeof full);
    fb_text_add(&f, w->dir);
    fb_text_add(&f, "/");
    fb_text_add(&f, folder);
    DIR *d = opendir(full);
    if (d == NULL) {
        if (folder[0] == '\0' || errno != ENOENT)
            fail_folder(w, folder, errno);
        return false;
    }
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (!is_left_out(e->d_name))
            meet(w, folder, e->d_name);
    }
    closedir(d);
    return true;
}

static int by_path(const void *a, const void *b)
{
    return fb_span_cmp(((const struct fb_pack_file *)a)->path, ((const struct fb_pack_file *)b)->path);
}

enum fb_err fb_pack_read_dir(struct fb_pack_files *files, const char *dir, struct fb_pack_report *report)
{
    struct walk w = {files, report, last_part(dir), dir, FB_OK};
    unsigned before = files->n;
    bool there = walk_folder(&w, folders[0]); /* when it is not, once is enough said */
    for (size_t i = 1; i < sizeof folders / sizeof folders[0] && there; i++)
        (void)walk_folder(&w, folders[i]);
    if (files->n > before)
        qsort(files->file + before, files->n - before, sizeof *files->file, by_path);
    return w.err;
}

void fb_pack_files_free(struct fb_pack_files *files)
{
    for (unsigned i = 0; i < files->n; i++) {
        /* raw: these three were made here by malloc; a span only lends. */
        free((void *)(uintptr_t)files->file[i].pack.p);
        free((void *)(uintptr_t)files->file[i].path.p);
        free((void *)(uintptr_t)files->file[i].bytes.p);
    }
    free(files->file);
    *files = (struct fb_pack_files){0};
}
