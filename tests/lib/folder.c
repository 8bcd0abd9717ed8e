#include "tests/lib/folder.h"
#include "engine/base/check.h"
#include "engine/base/span.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void join(char out[FB_TEST_PATH], const char *folder, const char *name)
{
    struct fb_text t;
    fb_text_init(&t, out, FB_TEST_PATH);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/");
    fb_text_add(&t, name);
    fb_assert(!t.cut);
}

void fb_test_folder_make(struct fb_test_folder *f)
{
    const char *root = getenv("TMPDIR");
    join(f->path, root == NULL || root[0] == '\0' ? "/tmp" : root, "fairbank-test-XXXXXX");
    fb_assert(mkdtemp(f->path) != NULL);
}

void fb_test_folder_make_quick(struct fb_test_folder *f)
{
    join(f->path, "/dev/shm", "fairbank-test-XXXXXX");
    if (mkdtemp(f->path) == NULL)
        fb_test_folder_make(f);
}

void fb_test_folder_file(const struct fb_test_folder *f, const char *name, char out[FB_TEST_PATH])
{
    join(out, f->path, name);
}

void fb_test_folder_remove(const struct fb_test_folder *f)
{
    DIR *d = opendir(f->path);
    if (d == NULL)
        return;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        struct fb_span name = fb_span_of(e->d_name);
        char path[FB_TEST_PATH];
        if (fb_span_is(name, ".") || fb_span_is(name, ".."))
            continue;
        join(path, f->path, e->d_name);
        (void)unlink(path);
    }
    closedir(d);
    (void)rmdir(f->path);
}

unsigned char *fb_test_file_read(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    fb_assert(f != NULL && fseek(f, 0, SEEK_END) == 0);
    long size = ftell(f);
    fb_assert(size >= 0 && fseek(f, 0, SEEK_SET) == 0);
    unsigned char *bytes = malloc((size_t)size + 1);
    fb_assert(bytes != NULL && fread(bytes, 1, (size_t)size, f) == (size_t)size);
    fclose(f);
    *n = (size_t)size;
    return bytes;
}

void fb_test_file_write(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    fb_assert(f != NULL && fwrite(bytes, 1, n, f) == n);
    fb_assert(fclose(f) == 0);
}
