#include "engine/turn/files.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_VERSION = 1, NUMBERS_BYTES = 32, ROW_BYTES_MAX = 1 << 20 };

void fb_file_digest(struct fb_span bytes, unsigned char out[FB_FILE_DIGEST_BYTES])
{
    crypto_generichash(out, FB_FILE_DIGEST_BYTES, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
}

enum fb_err fb_issue_row(const struct fb_turn_file *file, unsigned n, struct fb_span *row)
{
    size_t size = NUMBERS_BYTES;
    for (unsigned i = 0; i < n; i++)
        size += (size_t)file[i].pack.n + file[i].path.n + FB_FILE_DIGEST_BYTES + NUMBERS_BYTES;
    if (n > FB_ISSUE_FILES_MAX || size > ROW_BYTES_MAX)
        return FB_LIMIT;
    char *memory = malloc(size);
    if (memory == NULL)
        return FB_FULL;
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_varint(&w, n);
    for (unsigned i = 0; i < n; i++) {
        unsigned char digest[FB_FILE_DIGEST_BYTES];
        fb_file_digest(file[i].bytes, digest);
        fb_put_span(&w, file[i].pack);
        fb_put_span(&w, file[i].path);
        fb_put_bytes(&w, digest, sizeof digest);
        fb_put_varint(&w, file[i].bytes.n);
    }
    *row = (struct fb_span){memory, (uint32_t)w.n};
    return FB_OK;
}

void fb_issue_put(struct fb_txn *txn, const struct fb_turn_file *file, unsigned n, uint32_t issue,
                  struct fb_span row)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned char digest[FB_FILE_DIGEST_BYTES];
        fb_file_digest(file[i].bytes, digest);
        fb_put(txn, FB_TABLE_FILES, (struct fb_span){(const char *)digest, sizeof digest}, file[i].bytes);
    }
    struct fb_key key = fb_key_u32(issue);
    fb_put(txn, FB_TABLE_ISSUES, fb_key_span(&key), row);
}

bool fb_issue_next(struct fb_issue_walk *w, struct fb_issue_file *out)
{
    struct fb_reader r;
    fb_reader_init(&r, w->row.p, w->row.n);
    r.n = w->at;
    if (w->at == 0) {
        w->bad = fb_get_u8(&r) != ROW_VERSION || fb_get_varint(&r) > FB_ISSUE_FILES_MAX;
        w->at = r.n;
    }
    if (w->bad || r.bad || r.n >= r.size) {
        w->bad = w->bad || r.bad;
        return false;
    }
    out->pack = fb_get_span(&r);
    out->path = fb_get_span(&r);
    const void *digest = fb_get_bytes(&r, FB_FILE_DIGEST_BYTES);
    uint64_t bytes = fb_get_varint(&r);
    w->bad = r.bad || bytes > UINT32_MAX;
    if (w->bad)
        return false;
    memcpy(out->digest, digest, FB_FILE_DIGEST_BYTES);
    out->bytes = (uint32_t)bytes;
    w->at = r.n;
    return true;
}

static enum fb_err load_file(struct fb_txn *txn, struct fb_arena *arena, const struct fb_issue_file *f,
                             struct fb_turn_file *out)
{
    unsigned char digest[FB_FILE_DIGEST_BYTES];
    struct fb_span key = {(const char *)f->digest, sizeof f->digest};
    *out = (struct fb_turn_file){.pack = f->pack, .path = f->path};
    enum fb_err err = fb_find(txn, FB_TABLE_FILES, key, arena, &out->bytes);
    if (err != FB_OK)
        return err == FB_NOT_FOUND ? FB_DAMAGED : err;
    fb_file_digest(out->bytes, digest);
    return memcmp(digest, f->digest, sizeof digest) == 0 ? FB_OK : FB_DAMAGED;
}

/* How much memory the files of a row take, and how many they are. */
static unsigned measure(struct fb_span row, size_t *bytes)
{
    struct fb_issue_walk w = {.row = row};
    struct fb_issue_file f;
    unsigned n = 0;
    *bytes = 0;
    for (; fb_issue_next(&w, &f); n++)
        *bytes += f.bytes + sizeof(struct fb_turn_file) + 64;
    return w.bad ? 0 : n;
}

static enum fb_err load_files(struct fb_txn *txn, struct fb_span row, struct fb_arena *arena, unsigned n,
                              struct fb_turn_file **out)
{
    struct fb_issue_walk w = {.row = row};
    struct fb_issue_file f;
    *out = fb_arena_get(arena, n * sizeof **out);
    if (*out == NULL)
        return FB_FULL;
    for (unsigned i = 0; i < n && fb_issue_next(&w, &f); i++) {
        enum fb_err err = load_file(txn, arena, &f, &(*out)[i]);
        if (err != FB_OK)
            return err;
    }
    return FB_OK;
}

static enum fb_err compile_row(struct fb_txn *txn, struct fb_span row, const struct fb_turn_ports *ports,
                               struct fb_book **out)
{
    struct fb_turn_file *file;
    struct fb_arena arena;
    size_t bytes;
    unsigned n = measure(row, &bytes);
    if (n == 0)
        return FB_DAMAGED;
    void *memory = malloc(bytes + 4096);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, bytes + 4096);
    enum fb_err err = load_files(txn, row, &arena, n, &file);
    if (err == FB_OK) {
        *out = ports->compile(ports->ctx, file, n);
        err = *out == NULL ? FB_DAMAGED : FB_OK;
    }
    free(memory);
    return err;
}

enum fb_err fb_issue_compile(struct fb_store *store, uint32_t issue, const struct fb_turn_ports *ports,
                             struct fb_book **out)
{
    struct fb_txn *txn;
    struct fb_arena arena;
    struct fb_span row;
    struct fb_key key = fb_key_u32(issue);
    void *memory = malloc(ROW_BYTES_MAX + 64);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, ROW_BYTES_MAX + 64);
    enum fb_err err = fb_store_read(store, &txn);
    if (err == FB_OK) {
        err = fb_find(txn, FB_TABLE_ISSUES, fb_key_span(&key), &arena, &row);
        if (err == FB_OK)
            err = compile_row(txn, row, ports, out);
        fb_txn_abort(&txn);
    }
    free(memory);
    if (err == FB_OK)
        (*out)->issue = issue;
    return err;
}
