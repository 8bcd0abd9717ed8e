#include "adapters/inbound/scrub/sheet.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 1100 };

static void path_of(char out[PATH_BYTES], const char *path, const char *ending)
{
    struct fb_text t;
    fb_text_init(&t, out, PATH_BYTES);
    fb_text_add(&t, path);
    fb_text_add(&t, ending);
}

static FILE *create(const char *path)
{
    (void)unlink(path); /* what a run that was killed left: it may have other rights, or be a link */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (f == NULL && fd >= 0)
        close(fd);
    return f;
}

static bool settle(FILE *f)
{
    bool good = fflush(f) == 0 && fsync(fileno(f)) == 0;
    return (fclose(f) == 0) & good;
}

enum fb_err fb_scrub_sheet_open(struct fb_scrub_sheet *s, const char *path)
{
    char part[PATH_BYTES];
    *s = (struct fb_scrub_sheet){.path = path};
    path_of(part, path, ".part");
    s->file = create(part);
    crypto_hash_sha256_init(&s->state);
    return s->file == NULL ? FB_IO : FB_OK;
}

static void put(struct fb_scrub_sheet *s, const char *p, size_t n)
{
    s->failed |= fwrite(p, 1, n, s->file) != n;
    s->bytes += n;
    crypto_hash_sha256_update(&s->state, (const unsigned char *)p, n);
}

static void put_cell(struct fb_scrub_sheet *s, struct fb_span cell)
{
    if (cell.n == 0)
        return;
    if (memchr(cell.p, ',', cell.n) == NULL && memchr(cell.p, '"', cell.n) == NULL) {
        put(s, cell.p, cell.n);
        return;
    }
    put(s, "\"", 1);
    for (uint32_t i = 0; i < cell.n; i++)
        put(s, cell.p[i] == '"' ? "\"\"" : cell.p + i, cell.p[i] == '"' ? 2 : 1);
    put(s, "\"", 1);
}

void fb_scrub_sheet_row(struct fb_scrub_sheet *s, const struct fb_span *cell, unsigned n)
{
    if (n == 1 && cell[0].n == 0) /* a blank line would be no row */
        put(s, "\"\"", 2);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            put(s, ",", 1);
        put_cell(s, cell[i]);
    }
    put(s, "\n", 1);
}

static void add_number(struct fb_text *t, const char *key, uint64_t n)
{
    fb_text_add(t, ",\"");
    fb_text_add(t, key);
    fb_text_add(t, "\":");
    fb_text_add_int(t, (int64_t)n);
}

static void add_hex(struct fb_text *t, const char *key, const unsigned char hash[crypto_hash_sha256_BYTES])
{
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    fb_text_add(t, ",\"");
    fb_text_add(t, key);
    fb_text_add(t, "\":\"");
    fb_text_add(t, sodium_bin2hex(hex, sizeof hex, hash, crypto_hash_sha256_BYTES));
    fb_text_add(t, "\"");
}

/* The name goes in as it is: the command line takes only names that JSON need not escape. */
static void say(const struct fb_scrub_sheet *s, const struct fb_scrub_counts *c, unsigned columns, const unsigned char *rules,
                const unsigned char *hash, char out[FB_SCRUB_MANIFEST_BYTES])
{
    struct fb_text t;
    const char *slash = strrchr(s->path, '/');
    fb_text_init(&t, out, FB_SCRUB_MANIFEST_BYTES);
    fb_text_add(&t, "{\"file\":\"");
    fb_text_add(&t, slash == NULL ? s->path : slash + 1);
    fb_text_add(&t, "\"");
    add_number(&t, "rows", c->rows);
    add_number(&t, "written", c->written);
    add_number(&t, "skipped", c->skipped);
    add_number(&t, "set_aside", c->set_aside);
    add_number(&t, "columns", columns);
    add_number(&t, "bytes", s->bytes);
    add_hex(&t, "sha256", hash);
    add_hex(&t, "rules_sha256", rules);
    fb_text_add(&t, "}\n");
}

static bool write_manifest(const char *part, const char *text)
{
    FILE *f = create(part);
    if (f == NULL)
        return false;
    bool good = fwrite(text, 1, strlen(text), f) == strlen(text);
    return settle(f) & good;
}

enum fb_err fb_scrub_sheet_end(struct fb_scrub_sheet *s, const struct fb_scrub_counts *counts, unsigned columns,
                               const unsigned char rules[crypto_hash_sha256_BYTES], char manifest[FB_SCRUB_MANIFEST_BYTES])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char part[PATH_BYTES], said[PATH_BYTES], said_part[PATH_BYTES];
    path_of(part, s->path, ".part");
    path_of(said, s->path, ".manifest");
    path_of(said_part, s->path, ".manifest.part");
    crypto_hash_sha256_final(&s->state, hash);
    say(s, counts, columns, rules, hash, manifest);
    bool good = settle(s->file) && !s->failed;
    s->file = NULL;
    good = good && write_manifest(said_part, manifest) && rename(part, s->path) == 0 && rename(said_part, said) == 0;
    if (good)
        return FB_OK;
    int why = errno;
    (void)unlink(part);
    (void)unlink(said_part);
    errno = why;
    return FB_IO;
}

void fb_scrub_sheet_drop(struct fb_scrub_sheet *s)
{
    char part[PATH_BYTES];
    if (s->file == NULL)
        return;
    fclose(s->file);
    s->file = NULL;
    path_of(part, s->path, ".part");
    (void)unlink(part);
}
