#define _GNU_SOURCE /* fallocate */
#include "engine/store/lmdb_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where LMDB 0.9 keeps what we look at (mdb.c: MDB_page, MDB_meta, MDB_db; native byte order, 64 bits). */
enum {
    AT_PAGE_FLAGS = 10,
    AT_MAGIC = 16,
    AT_VERSION = 20,
    AT_PAGE_BYTES = 40,
    AT_FREE_ROOT = 80,
    AT_MAIN_ROOT = 128,
    AT_LAST_PAGE = 136,
    AT_TXN = 144,
    META_BYTES = 152
};
#define META_FLAG      0x08u
#define MAGIC          0xBEEFC0DEu
#define DATA_VERSION   1u
#define NO_PAGE        UINT64_MAX
#define PAGE_BYTES_MIN 512u
#define PAGE_BYTES_MAX 65536u

struct meta {
    uint64_t page_bytes, free_root, main_root, last_page, txn;
};

static uint64_t native(const unsigned char *p, size_t n)
{
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (n) {
    case sizeof two:
        memcpy(&two, p, sizeof two);
        return two;
    case sizeof four:
        memcpy(&four, p, sizeof four);
        return four;
    default:
        memcpy(&eight, p, sizeof eight);
        return eight;
    }
}

static bool root_is_sound(uint64_t root, uint64_t last_page)
{
    return root == NO_PAGE || (root >= 2 && root <= last_page);
}

static enum fb_err meta_parse(const unsigned char *p, struct meta *m)
{
    if ((native(p + AT_PAGE_FLAGS, 2) & META_FLAG) == 0 || native(p + AT_MAGIC, 4) != MAGIC)
        return FB_DAMAGED;
    if (native(p + AT_VERSION, 4) != DATA_VERSION)
        return FB_NEWER;
    m->page_bytes = native(p + AT_PAGE_BYTES, 4);
    m->free_root = native(p + AT_FREE_ROOT, 8);
    m->main_root = native(p + AT_MAIN_ROOT, 8);
    m->last_page = native(p + AT_LAST_PAGE, 8);
    m->txn = native(p + AT_TXN, 8);
    uint64_t size = m->page_bytes;
    bool sized = size >= PAGE_BYTES_MIN && size <= PAGE_BYTES_MAX && (size & (size - 1)) == 0;
    return sized ? FB_OK : FB_DAMAGED;
}

static bool is_sound(const struct meta *m)
{
    return m->last_page >= 1 && m->last_page < (uint64_t)INT64_MAX / m->page_bytes &&
           root_is_sound(m->free_root, m->last_page) && root_is_sound(m->main_root, m->last_page);
}

static enum fb_err meta_read(int fd, uint64_t at, struct meta *m)
{
    unsigned char bytes[META_BYTES];
    ssize_t n = pread(fd, bytes, sizeof bytes, (off_t)at);
    if (n < 0)
        return FB_IO;
    return n == META_BYTES ? meta_parse(bytes, m) : FB_DAMAGED;
}

static enum fb_err look(int fd, struct fb_lmdb_file *out)
{
    struct meta m[2];
    struct stat st;
    enum fb_err err = meta_read(fd, 0, &m[0]);
    if (err == FB_OK)
        err = meta_read(fd, m[0].page_bytes, &m[1]);
    if (err == FB_OK && m[0].page_bytes != m[1].page_bytes)
        err = FB_DAMAGED;
    if (err != FB_OK)
        return err;
    /* After the pages: a writer beside us has made the file long enough before it writes that it is. */
    if (fstat(fd, &st) != 0)
        return FB_IO;
    /* Only the newest counts. When its page could not be flushed, LMDB puts back the number and the last page of
     * the older one that stood there, and leaves the roots: that page says what never was, and is never used. */
    const struct meta *newest = m[1].txn > m[0].txn ? &m[1] : &m[0];
    if (!is_sound(newest))
        return FB_DAMAGED;
    *out = (struct fb_lmdb_file){newest->page_bytes, newest->last_page + 1, (uint64_t)st.st_size};
    return FB_OK;
}

enum fb_err fb_lmdb__file_look(const char *path, struct fb_lmdb_file *out)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe would be waited for */
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? FB_NOT_FOUND : FB_IO;
    enum fb_err err = look(fd, out);
    close(fd);
    return err;
}

enum fb_err fb_lmdb__file_resize(const char *path, uint64_t bytes)
{
    return truncate(path, (off_t)bytes) == 0 ? FB_OK : FB_IO;
}

/* Some disks cannot be asked to keep room. */
static bool is_full(int fd, uint64_t bytes)
{
    return fallocate(fd, 0, 0, (off_t)bytes) != 0 && (errno == ENOSPC || errno == EDQUOT);
}

/* What else is wrong with the file LMDB meets itself. */
enum fb_err fb_lmdb__file_room(const char *path, uint64_t bytes, unsigned mode)
{
    enum { BLOCK_BYTES = 512, LEAST = 4096 };
    struct stat st;
    if (stat(path, &st) == 0 && (!S_ISREG(st.st_mode) || ((uint64_t)st.st_size >= bytes && (uint64_t)st.st_blocks * BLOCK_BYTES >= bytes)))
        return FB_OK;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode);
    if (fd < 0)
        return FB_OK;
    bool full = is_full(fd, bytes) && is_full(fd, LEAST);
    close(fd);
    return full ? FB_FULL : FB_OK;
}

enum fb_err fb_lmdb__folder_sync(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return FB_IO;
    enum fb_err err = fsync(fd) == 0 || errno == EINVAL || errno == EROFS ? FB_OK : FB_IO; /* there is nothing to flush on such disks */
    close(fd);
    return err;
}
