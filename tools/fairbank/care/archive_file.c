#include "tools/fairbank/care/archive_file.h"
#include "engine/base/bytes.h"
#include "engine/base/limits.h"
#include "tools/fairbank/care/snapshot.h"
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static const char MAGIC[] = "fairbank journal 1\n";
enum { MAGIC_BYTES = sizeof(MAGIC) - 1, HEAD_BYTES = 24, ENTRY_HEAD = 12, TAIL_BYTES = 16, DIGEST_BYTES = 32, LEVEL_BEST = 9,
       ENTRY_BYTES = (int)FB_MESSAGE_BYTES_MAX + 4096 /* the longest entry: turn/state.h */ };
struct archive {
    gzFile z;
    bool writes, finished;
    char path[SNAPSHOT_PATH], part[SNAPSHOT_PATH];
    crypto_generichash_state hash;
    struct archive_head head;
    uint64_t n;
    unsigned char entry[ENTRY_BYTES];
};

static struct archive *begin(const char *path)
{
    struct archive *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return NULL;
    snprintf(a->path, sizeof(a->path), "%s", path);
    if (sodium_init() < 0 || crypto_generichash_init(&a->hash, NULL, 0, DIGEST_BYTES) != 0) {
        free(a);
        return NULL;
    }
    return a;
}

void archive_close(struct archive **archive)
{
    struct archive *a = *archive;
    *archive = NULL;
    if (a == NULL)
        return;
    if (a->z != NULL)
        (void)gzclose(a->z);
    if (a->writes && !a->finished)
        (void)unlink(a->part);
    free(a);
}

/* ---- writing ---- */

static enum fb_err put(struct archive *a, const void *p, size_t n)
{
    crypto_generichash_update(&a->hash, p, n);
    return gzwrite(a->z, p, (unsigned)n) == (int)n ? FB_OK : FB_IO;
}

enum fb_err archive_make(struct archive **out, const char *path, const struct archive_head *head)
{
    unsigned char bytes[HEAD_BYTES];
    struct fb_writer w;
    struct archive *a = *out = begin(path);
    if (a == NULL)
        return FB_FULL;
    a->writes = true;
    if (snprintf(a->part, sizeof(a->part), "%s.part", path) >= SNAPSHOT_PATH)
        return FB_LIMIT;
    int fd = open(a->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char mode[] = {'w', 'b', '0' + LEVEL_BEST, '\0'};
    a->z = fd >= 0 ? gzdopen(fd, mode) : NULL;
    if (a->z == NULL && fd >= 0)
        close(fd);
    if (a->z == NULL)
        return FB_IO;
    fb_writer_init(&w, bytes, sizeof(bytes));
    fb_put_u64(&w, head->epoch);
    fb_put_u64(&w, head->first);
    fb_put_u64(&w, head->last);
    enum fb_err e = put(a, MAGIC, MAGIC_BYTES);
    return e == FB_OK ? put(a, bytes, sizeof(bytes)) : e;
}

enum fb_err archive_put(struct archive *a, const struct archive_entry *entry)
{
    unsigned char bytes[ENTRY_HEAD];
    struct fb_writer w;
    fb_writer_init(&w, bytes, sizeof(bytes));
    fb_put_u64(&w, entry->number);
    fb_put_u32(&w, entry->bytes.n);
    a->n++;
    enum fb_err e = put(a, bytes, sizeof(bytes));
    if (e == FB_OK)
        e = put(a, entry->bytes.p, entry->bytes.n);
    return e == FB_OK ? put(a, entry->decisions.b, FB_NODE_BYTES) : e;
}

static enum fb_err durable(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum fb_err e = fd >= 0 && fsync(fd) == 0 ? FB_OK : FB_IO;
    if (fd >= 0)
        close(fd);
    return e;
}

enum fb_err archive_finish(struct archive *a, char digest[65])
{
    unsigned char tail[TAIL_BYTES], sum[DIGEST_BYTES];
    char parent[SNAPSHOT_PATH];
    struct fb_writer w;
    fb_writer_init(&w, tail, sizeof(tail));
    fb_put_u64(&w, 0);
    fb_put_u64(&w, a->n);
    enum fb_err e = put(a, tail, sizeof(tail));
    crypto_generichash_final(&a->hash, sum, sizeof(sum));
    (void)sodium_bin2hex(digest, 65, sum, sizeof(sum));
    if (e == FB_OK && gzwrite(a->z, sum, sizeof(sum)) != (int)sizeof(sum))
        e = FB_IO;
    if (gzclose(a->z) != Z_OK && e == FB_OK)
        e = FB_IO;
    a->z = NULL;
    if (e == FB_OK)
        e = durable(a->part);
    if (e == FB_OK && rename(a->part, a->path) != 0)
        e = FB_IO;
    a->finished = e == FB_OK;
    parent_of(parent, a->path);
    return e == FB_OK ? folder_sync(parent) : e;
}

/* ---- reading ---- */

static enum fb_err get(struct archive *a, void *p, size_t n)
{
    if (gzread(a->z, p, (unsigned)n) != (int)n)
        return FB_DAMAGED;
    crypto_generichash_update(&a->hash, p, n);
    return FB_OK;
}

enum fb_err archive_open(struct archive **out, const char *path, struct archive_head *head)
{
    unsigned char bytes[MAGIC_BYTES + HEAD_BYTES];
    struct fb_reader r;
    struct archive *a = *out = begin(path);
    if (a == NULL)
        return FB_FULL;
    a->z = gzopen(path, "rb");
    if (a->z == NULL)
        return FB_NOT_FOUND;
    if (get(a, bytes, sizeof(bytes)) != FB_OK || gzdirect(a->z) != 0 || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        return FB_DAMAGED;
    fb_reader_init(&r, bytes + MAGIC_BYTES, HEAD_BYTES);
    a->head.epoch = fb_get_u64(&r);
    a->head.first = fb_get_u64(&r);
    a->head.last = fb_get_u64(&r);
    *head = a->head;
    return head->first > 0 && head->last >= head->first ? FB_OK : FB_DAMAGED;
}

/* After the last entry: how many there were, the digest, and nothing more. */
static enum fb_err check_tail(struct archive *a)
{
    unsigned char held[DIGEST_BYTES], sum[DIGEST_BYTES], more, count[8];
    struct fb_reader r;
    if (get(a, count, sizeof(count)) != FB_OK)
        return FB_DAMAGED;
    fb_reader_init(&r, count, sizeof(count));
    crypto_generichash_final(&a->hash, sum, sizeof(sum));
    bool right = fb_get_u64(&r) == a->n && a->n == a->head.last - a->head.first + 1 &&
                 gzread(a->z, held, sizeof(held)) == (int)sizeof(held) && memcmp(held, sum, sizeof(sum)) == 0 &&
                 gzread(a->z, &more, 1) == 0;
    return right ? FB_NOT_FOUND : FB_DAMAGED;
}

enum fb_err archive_next(struct archive *a, struct archive_entry *out)
{
    unsigned char bytes[8], length[4];
    struct fb_reader r;
    if (get(a, bytes, sizeof(bytes)) != FB_OK)
        return FB_DAMAGED;
    fb_reader_init(&r, bytes, sizeof(bytes));
    out->number = fb_get_u64(&r);
    if (out->number == 0)
        return check_tail(a);
    if (out->number != a->head.first + a->n || get(a, length, sizeof(length)) != FB_OK)
        return FB_DAMAGED;
    fb_reader_init(&r, length, sizeof(length));
    uint32_t n = fb_get_u32(&r);
    if (n > sizeof(a->entry) || get(a, a->entry, n) != FB_OK || get(a, out->decisions.b, FB_NODE_BYTES) != FB_OK)
        return FB_DAMAGED;
    out->bytes = (struct fb_span){(const char *)a->entry, n};
    a->n++;
    return FB_OK;
}
