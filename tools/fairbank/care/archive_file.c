#define _GNU_SOURCE /* renameat2 */
#include "tools/fairbank/care/archive_file.h"
#include "engine/base/bytes.h"
#include "engine/base/limits.h"
#include "tools/fairbank/care/snapshot.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static const char MAGIC[] = "fairbank journal 1\n";
enum { MAGIC_BYTES = sizeof(MAGIC) - 1, HEAD_BYTES = 24, ENTRY_HEAD = 12, TAIL_BYTES = 16, DIGEST_BYTES = 32, LEVEL_BEST = 9,
       ENTRY_BYTES = (int)FB_MESSAGE_BYTES_MAX + 4096 /* the longest entry: turn/state.h */ };
enum { BUFFER = 1 << 16, GZIP = 16 + MAX_WBITS };
/* A file that is read: not zlib's own reader, which passes over what stands behind the end. */
struct unpacking {
    FILE *file;
    z_stream z;
    bool begun, ended, failed; /* ended: the stream; failed: the disk, and not what was read */
    unsigned char packed[BUFFER], bytes[BUFFER];
    size_t at, n; /* bytes used, and all */
};
struct archive {
    gzFile z; /* that is written */
    int part_fd; /* the same file, with our lock on it until it has its name; -1: not ours */
    struct unpacking in;
    bool finished;
    char digest[2 * DIGEST_BYTES + 1];
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
    a->part_fd = -1;
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
    if (a->in.begun)
        (void)inflateEnd(&a->in.z);
    if (a->in.file != NULL)
        (void)fclose(a->in.file);
    if (a->part_fd >= 0 && !a->finished)
        (void)unlink(a->part);
    if (a->part_fd >= 0)
        close(a->part_fd);
    free(a);
}

/* ---- writing ---- */

static enum fb_err put(struct archive *a, const void *p, size_t n)
{
    crypto_generichash_update(&a->hash, p, n);
    return gzwrite(a->z, p, (unsigned)n) == (int)n ? FB_OK : FB_IO;
}

/* A plain file of one name, and still under it: whoever had the lock before us may have given it its own name since. */
static bool is_ours(int fd, const char *part)
{
    struct stat ours, named;
    return fstat(fd, &ours) == 0 && lstat(part, &named) == 0 && S_ISREG(ours.st_mode) && ours.st_nlink == 1 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

/* A disk that knows no locks is written to without, as by backup. What is in the file is of an archive that was cut short. */
static enum fb_err take_part(struct archive *a)
{
    int fd = open(a->part, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return FB_IO;
    enum fb_err e = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK ? FB_BUSY : !is_ours(fd, a->part) ? FB_BUSY : FB_OK;
    if (e == FB_OK && ftruncate(fd, 0) != 0)
        e = FB_IO;
    if (e == FB_OK)
        a->part_fd = fd;
    else
        close(fd);
    return e;
}

/* zlib closes what it writes to, and with the last descriptor the lock would go. */
static gzFile packs_into(int fd)
{
    const char mode[] = {'w', 'b', '0' + LEVEL_BEST, '\0'};
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    gzFile z = own >= 0 ? gzdopen(own, mode) : NULL;
    if (z == NULL && own >= 0)
        close(own);
    return z;
}

enum fb_err archive_make(struct archive **out, const char *path, const struct archive_head *head)
{
    unsigned char bytes[HEAD_BYTES];
    struct fb_writer w;
    struct archive *a = *out = begin(path);
    if (a == NULL)
        return FB_FULL;
    if (snprintf(a->part, sizeof(a->part), "%s.part", path) >= SNAPSHOT_PATH)
        return FB_LIMIT;
    enum fb_err e = take_part(a);
    if (e == FB_OK && (a->z = packs_into(a->part_fd)) == NULL)
        e = FB_IO;
    if (e != FB_OK)
        return e;
    fb_writer_init(&w, bytes, sizeof(bytes));
    fb_put_u64(&w, head->epoch);
    fb_put_u64(&w, head->first);
    fb_put_u64(&w, head->last);
    e = put(a, MAGIC, MAGIC_BYTES);
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

/* Never over a file that is there. Some network disks cannot rename so: there it has both names for a moment. */
static enum fb_err give_name(struct archive *a)
{
    if (renameat2(AT_FDCWD, a->part, AT_FDCWD, a->path, RENAME_NOREPLACE) == 0)
        return FB_OK;
    if (errno != EEXIST && link(a->part, a->path) == 0) {
        (void)unlink(a->part);
        return FB_OK;
    }
    return errno == EEXIST ? FB_REFUSED : FB_IO;
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
    if (e == FB_OK && fsync(a->part_fd) != 0)
        e = FB_IO;
    if (e == FB_OK)
        e = give_name(a);
    a->finished = e == FB_OK;
    parent_of(parent, a->path);
    return e == FB_OK ? folder_sync(parent) : e;
}

/* ---- reading ---- */

static bool refill(struct unpacking *u)
{
    size_t n = fread(u->packed, 1, sizeof(u->packed), u->file);
    u->z.next_in = u->packed;
    u->z.avail_in = (unsigned)n;
    u->failed = u->failed || ferror(u->file) != 0;
    return n > 0;
}

/* More bytes; false: there are none, or what is there cannot be unpacked. */
static bool unpack(struct unpacking *u)
{
    u->at = u->n = 0;
    while (!u->ended && u->n == 0) {
        if (u->z.avail_in == 0 && !refill(u))
            return false;
        u->z.next_out = u->bytes;
        u->z.avail_out = sizeof(u->bytes);
        int rc = inflate(&u->z, Z_NO_FLUSH);
        u->ended = rc == Z_STREAM_END;
        u->n = sizeof(u->bytes) - u->z.avail_out;
        if (rc != Z_OK && rc != Z_STREAM_END)
            return false;
    }
    return u->n > 0;
}

/* The stream has its own end here, with gzip's sum and length, and the file too. */
static bool is_at_end(struct unpacking *u)
{
    return u->at == u->n && !unpack(u) && u->ended && u->z.avail_in == 0 && !refill(u) && !u->failed;
}

static enum fb_err unpack_all(struct unpacking *u, unsigned char *p, size_t n)
{
    for (size_t done = 0; done < n;) {
        if (u->at == u->n && !unpack(u))
            return u->failed ? FB_IO : FB_DAMAGED;
        size_t part = u->n - u->at < n - done ? u->n - u->at : n - done;
        memcpy(p + done, u->bytes + u->at, part);
        u->at += part;
        done += part;
    }
    return FB_OK;
}

static enum fb_err get(struct archive *a, void *p, size_t n)
{
    enum fb_err e = unpack_all(&a->in, p, n);
    if (e == FB_OK)
        crypto_generichash_update(&a->hash, p, n);
    return e;
}

static enum fb_err begin_reading(struct unpacking *u, const char *path)
{
    u->file = fopen(path, "rbe");
    if (u->file == NULL)
        return errno == ENOENT ? FB_NOT_FOUND : FB_IO;
    u->begun = inflateInit2(&u->z, GZIP) == Z_OK;
    return u->begun ? FB_OK : FB_FULL;
}

enum fb_err archive_open(struct archive **out, const char *path, struct archive_head *head)
{
    unsigned char bytes[MAGIC_BYTES + HEAD_BYTES];
    struct fb_reader r;
    struct archive *a = *out = begin(path);
    if (a == NULL)
        return FB_FULL;
    enum fb_err e = begin_reading(&a->in, path);
    if (e == FB_OK)
        e = get(a, bytes, sizeof(bytes));
    if (e == FB_OK && memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        e = FB_DAMAGED;
    if (e != FB_OK)
        return e;
    fb_reader_init(&r, bytes + MAGIC_BYTES, HEAD_BYTES);
    a->head.epoch = fb_get_u64(&r);
    a->head.first = fb_get_u64(&r);
    a->head.last = fb_get_u64(&r);
    *head = a->head;
    return head->first > 0 && head->last >= head->first ? FB_OK : FB_DAMAGED;
}

static bool is_sum(struct archive *a, const unsigned char held[DIGEST_BYTES])
{
    unsigned char sum[DIGEST_BYTES];
    crypto_generichash_final(&a->hash, sum, sizeof(sum));
    (void)sodium_bin2hex(a->digest, sizeof(a->digest), sum, sizeof(sum));
    return memcmp(held, sum, sizeof(sum)) == 0;
}

/* After the last entry: how many there were, the digest, and nothing more. */
static enum fb_err check_tail(struct archive *a)
{
    unsigned char held[DIGEST_BYTES], count[8];
    struct fb_reader r;
    enum fb_err e = get(a, count, sizeof(count));
    if (e == FB_OK)
        e = unpack_all(&a->in, held, sizeof(held));
    if (e != FB_OK)
        return e;
    fb_reader_init(&r, count, sizeof(count));
    bool right = fb_get_u64(&r) == a->n && a->n == a->head.last - a->head.first + 1 && is_sum(a, held) && is_at_end(&a->in);
    return right ? FB_NOT_FOUND : a->in.failed ? FB_IO : FB_DAMAGED;
}

const char *archive_digest(const struct archive *a)
{
    return a->digest;
}

static enum fb_err get_entry(struct archive *a, struct archive_entry *out)
{
    unsigned char length[4];
    struct fb_reader r;
    enum fb_err e = get(a, length, sizeof(length));
    if (e != FB_OK)
        return e;
    fb_reader_init(&r, length, sizeof(length));
    uint32_t n = fb_get_u32(&r);
    e = n > sizeof(a->entry) ? FB_DAMAGED : get(a, a->entry, n);
    if (e == FB_OK)
        e = get(a, out->decisions.b, FB_NODE_BYTES);
    out->bytes = (struct fb_span){(const char *)a->entry, n};
    a->n++;
    return e;
}

enum fb_err archive_next(struct archive *a, struct archive_entry *out)
{
    unsigned char bytes[8];
    struct fb_reader r;
    enum fb_err e = get(a, bytes, sizeof(bytes));
    if (e != FB_OK)
        return e;
    fb_reader_init(&r, bytes, sizeof(bytes));
    out->number = fb_get_u64(&r);
    if (out->number == 0)
        return check_tail(a);
    return out->number == a->head.first + a->n ? get_entry(a, out) : FB_DAMAGED;
}
