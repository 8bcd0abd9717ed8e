#include "adapters/inbound/csv/progress.h"
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 33, NUMBERS = 3 + 2 * FB_ROW_OUTCOMES, TEXT_BYTES = 1024 };
static const char title[] = "fairbank-csv progress 1";

/* A digest of the file's first `bytes` bytes, in hexadecimal. */
static enum fb_err prefix_digest(char out[HEX], int from, uint64_t bytes)
{
    unsigned char piece[65536], hash[16];
    crypto_generichash_state state;
    uint64_t offset = 0;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    while (offset < bytes) {
        uint64_t left = bytes - offset;
        ssize_t n = pread(from, piece, left < sizeof piece ? (size_t)left : sizeof piece, (off_t)offset);
        if (n <= 0)
            return FB_NOT_FOUND; /* shorter than it was: another file */
        crypto_generichash_update(&state, piece, (size_t)n);
        offset += (uint64_t)n;
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, HEX, hash, sizeof hash);
    return FB_OK;
}

static void numbers_of(const struct fb_csv_progress *p, int64_t v[NUMBERS])
{
    unsigned n = 0;
    v[n++] = (int64_t)p->offset;
    v[n++] = (int64_t)p->line;
    v[n++] = (int64_t)p->counts.unreadable;
    for (unsigned o = 0; o < FB_ROW_OUTCOMES; o++) {
        v[n++] = (int64_t)p->counts.row[o];
        v[n++] = (int64_t)p->counts.record[o];
    }
}

static void numbers_to(struct fb_csv_progress *p, const int64_t v[NUMBERS])
{
    unsigned n = 0;
    p->offset = (uint64_t)v[n++];
    p->line = (uint64_t)v[n++];
    p->counts.unreadable = (uint64_t)v[n++];
    for (unsigned o = 0; o < FB_ROW_OUTCOMES; o++) {
        p->counts.row[o] = (uint64_t)v[n++];
        p->counts.record[o] = (uint64_t)v[n++];
    }
}

/* The whole text, so that loading is: would I have written just this? */
static enum fb_err write_text(struct fb_text *t, const struct fb_csv_progress *p, int from,
                              const unsigned char mapping[16], bool historic)
{
    char prefix[HEX], by[HEX];
    int64_t v[NUMBERS];
    enum fb_err e = prefix_digest(prefix, from, p->offset);
    if (e != FB_OK)
        return e;
    sodium_bin2hex(by, sizeof by, mapping, 16);
    numbers_of(p, v);
    fb_text_add(t, title);
    fb_text_add(t, "\nmapping ");
    fb_text_add(t, by);
    fb_text_add(t, historic ? " historic" : " current");
    fb_text_add(t, "\nbefore ");
    fb_text_add(t, prefix);
    fb_text_add(t, "\nnumbers");
    for (unsigned i = 0; i < NUMBERS; i++) {
        fb_text_add(t, " ");
        fb_text_add_int(t, v[i]);
    }
    fb_text_add(t, "\n");
    return t->cut ? FB_LIMIT : FB_OK;
}

static size_t read_text(char *text, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return 0;
    size_t n = fread(text, 1, TEXT_BYTES - 1, f);
    fclose(f);
    text[n] = '\0';
    return n;
}

static bool read_numbers(const char *text, struct fb_csv_progress *out)
{
    int64_t v[NUMBERS];
    const char *at = strstr(text, "\nnumbers ");
    if (at == NULL)
        return false;
    at += strlen("\nnumbers ");
    for (unsigned i = 0; i < NUMBERS; i++) {
        size_t n = strcspn(at, " \n");
        if (fb_parse_int(&v[i], (struct fb_span){at, (uint32_t)n}) != FB_OK || v[i] < 0)
            return false;
        at += n + (at[n] != '\0');
    }
    numbers_to(out, v);
    return true;
}

enum fb_err fb_csv_progress_load(struct fb_csv_progress *out, const char *path, int from,
                                 const unsigned char mapping[16], bool historic)
{
    char text[TEXT_BYTES], same[TEXT_BYTES];
    struct fb_text t;
    fb_text_init(&t, same, sizeof same);
    if (read_text(text, path) == 0 || !read_numbers(text, out))
        return FB_NOT_FOUND;
    if (write_text(&t, out, from, mapping, historic) != FB_OK || strcmp(text, same) != 0)
        return FB_NOT_FOUND;
    return FB_OK;
}

enum fb_err fb_csv_progress_save(const struct fb_csv_progress *p, const char *path, int from,
                                 const unsigned char mapping[16], bool historic)
{
    char text[TEXT_BYTES], name[1100];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    if (write_text(&t, p, from, mapping, historic) != FB_OK)
        return FB_IO;
    snprintf(name, sizeof name, "%s.new", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return FB_IO;
    bool ok = write(fd, text, t.n) == (ssize_t)t.n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok && rename(name, path) == 0 ? FB_OK : FB_IO;
}

enum fb_err fb_csv_progress_path(char *out, size_t size, const char *file, const char *dir,
                                 const char *suffix)
{
    struct fb_text t;
    const char *slash = strrchr(file, '/'), *name = slash == NULL ? file : slash + 1;
    size_t n = strlen(name);
    if (n > 4 && fb_span_is((struct fb_span){name + n - 4, 4}, ".csv"))
        n -= 4;
    else if (n > 4 && fb_span_is((struct fb_span){name + n - 4, 4}, ".CSV"))
        n -= 4;
    fb_text_init(&t, out, size);
    if (dir != NULL) {
        fb_text_add(&t, dir);
        fb_text_add(&t, "/");
    } else {
        fb_text_add_span(&t, (struct fb_span){file, (uint32_t)(name - file)});
    }
    fb_text_add_span(&t, (struct fb_span){name, (uint32_t)n});
    fb_text_add(&t, suffix);
    return t.cut ? FB_LIMIT : FB_OK;
}
