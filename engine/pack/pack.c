#include "engine/pack/pack.h"
#include "engine/pack/check.h"
#include "engine/pack/compile.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A book and the memory of everything that it points to. */
struct owned_book {
    struct fb_book book;
    struct fb_pool pool;
};

static int by_path(const void *a, const void *b)
{
    return fb_span_cmp(((const struct fb_pack_file *)a)->path, ((const struct fb_pack_file *)b)->path);
}

/* A copy of the list in which the files of each pack stand in the order of their paths: whoever calls, the
 * book and its digest are the same. */
static struct fb_pack_file *in_order(struct fb_pool *pool, const struct fb_pack_file *files, unsigned n)
{
    struct fb_pack_file *copy = fb_pool_get(pool, n * sizeof *copy);
    if (copy == NULL || n == 0)
        return copy;
    memcpy(copy, files, n * sizeof *copy);
    for (unsigned from = 0, i = 1; i <= n; i++) {
        if (i < n && fb_span_eq(copy[i].pack, copy[from].pack))
            continue;
        qsort(copy + from, i - from, sizeof *copy, by_path);
        from = i;
    }
    return copy;
}

static void hash_span(crypto_generichash_state *s, struct fb_span span)
{
    unsigned char length[4] = {(unsigned char)(span.n >> 24), (unsigned char)(span.n >> 16),
                               (unsigned char)(span.n >> 8), (unsigned char)span.n};
    crypto_generichash_update(s, length, sizeof length);
    crypto_generichash_update(s, (const unsigned char *)(span.n == 0 ? "" : span.p), span.n);
}

/* Lengths go in as well, so that no two lists of files run together. */
static enum fb_err digest(unsigned char out[16], const struct fb_pack_file *files, unsigned n)
{
    crypto_generichash_state s;
    if (sodium_init() < 0)
        return FB_IO;
    crypto_generichash_init(&s, NULL, 0, 16);
    for (unsigned i = 0; i < n; i++) {
        hash_span(&s, files[i].pack);
        hash_span(&s, files[i].path);
        hash_span(&s, files[i].bytes);
    }
    crypto_generichash_final(&s, out, 16);
    return FB_OK;
}

static void complain_of_list(struct fb_pack_report *report, struct fb_span pack, struct fb_span path,
                             const char *text)
{
    struct fb_complaint c;
    fb_complain(&c, pack, path, 0);
    fb_text_add(&c.text, text);
    fb_complaint_file(&c, report);
}

/* Names come from a folder or from the store; both can be damaged. */
static bool is_list(const struct fb_pack_file *files, unsigned n, struct fb_pack_report *report)
{
    static const struct fb_span nothing = {NULL, 0};
    if (n == 0 || n > FB_PACK_FILES_MAX) {
        complain_of_list(report, fb_span_of("packs"), nothing,
                         n == 0 ? "no pack was given" : "more than 512 files");
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        bool named = files[i].pack.n > 0 && files[i].path.n > 0;
        if (!named || !fb_span_is_text(files[i].pack) || !fb_span_is_text(files[i].path)) {
            complain_of_list(report, fb_span_of("packs"), nothing,
                             "a file or a pack whose name is empty or not text");
            return false;
        }
        if (i > 0 && fb_span_eq(files[i].pack, files[i - 1].pack) &&
            fb_span_eq(files[i].path, files[i - 1].path)) {
            complain_of_list(report, files[i].pack, files[i].path, "this file stands twice in the list");
            return false;
        }
    }
    return true;
}

/* How a book is to be made. */
struct making {
    fb_day known; /* rows known later are left out */
    fb_day today;
    bool all; /* with what is suspicious */
};

static enum fb_err build(struct owned_book *own, const struct fb_pack_file *files, unsigned n,
                         const struct making *how, struct fb_pack_report *report)
{
    struct fb_draft draft = {.pool = &own->pool, .report = report, .known = how->known};
    struct fb_compiling c = {.draft = &draft, .book = &own->book};
    unsigned before = report->errors;
    struct fb_pack_file *sorted = in_order(&own->pool, files, n);
    if (sorted == NULL)
        return FB_FULL;
    if (!is_list(sorted, n, report))
        return FB_REFUSED;
    enum fb_err err = digest(own->book.digest, sorted, n);
    if (err == FB_OK)
        err = fb_draft_read(&draft, sorted, n);
    if (err != FB_OK || report->errors > before)
        return err != FB_OK ? err : FB_REFUSED;
    fb_compile(&c);
    if (!own->pool.bad && how->all && report->errors == before)
        fb_check(&draft, &own->book, how->today);
    if (own->pool.bad)
        return FB_FULL;
    return report->errors > before ? FB_REFUSED : FB_OK;
}

static enum fb_err open_book(struct fb_book **out, const struct fb_pack_file *files, unsigned n,
                             const struct making *how, struct fb_pack_report *report)
{
    struct owned_book *own = calloc(1, sizeof *own);
    *out = own == NULL ? NULL : &own->book;
    enum fb_err err = own == NULL ? FB_FULL : build(own, files, n, how, report);
    if (err != FB_OK)
        fb_pack_free(out);
    if (err == FB_FULL)
        complain_of_list(report, fb_span_of("packs"), (struct fb_span){NULL, 0},
                         "no memory is left, or the packs need more than 64 MiB");
    return err;
}

enum fb_err fb_pack_load_files(struct fb_book **out, const struct fb_pack_file *files, unsigned n,
                               struct fb_pack_report *report)
{
    return fb_pack_load_known(out, files, n, INT32_MAX, report);
}

enum fb_err fb_pack_load_known(struct fb_book **out, const struct fb_pack_file *files, unsigned n, fb_day known,
                               struct fb_pack_report *report)
{
    struct making how = {.known = known, .today = FB_PACK_NO_DATE};
    return open_book(out, files, n, &how, report);
}

enum fb_err fb_pack_check(const struct fb_pack_file *files, unsigned n, fb_day today,
                          struct fb_pack_report *report)
{
    struct fb_book *book;
    struct making how = {.known = INT32_MAX, .today = today, .all = true};
    enum fb_err err = open_book(&book, files, n, &how, report);
    fb_pack_free(&book);
    return err;
}

enum fb_err fb_pack_load(struct fb_book **out, const char *const *dirs, unsigned n,
                         struct fb_pack_report *report)
{
    struct fb_pack_files files = {0};
    enum fb_err err = FB_OK;
    *out = NULL;
    for (unsigned i = 0; i < n; i++) {
        enum fb_err e = fb_pack_read_dir(&files, dirs[i], report);
        err = err == FB_OK ? e : err;
    }
    if (err == FB_OK)
        err = fb_pack_load_files(out, files.file, files.n, report);
    fb_pack_files_free(&files);
    return err;
}

void fb_pack_free(struct fb_book **book)
{
    if (*book == NULL)
        return;
    struct owned_book *own = (struct owned_book *)(void *)*book;
    struct fb_pool pool = own->pool;
    fb_pool_free(&pool);
    free(own);
    *book = NULL;
}
