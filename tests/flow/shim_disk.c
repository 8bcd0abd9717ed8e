/* LD_PRELOAD library: passes the calls by which a file is changed on to libc, and logs those that change the
 * file named in FB_SHIM_DATA. One thread writes. A log that can't be written ends the program: a hole in it
 * would let the test pass. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "tests/flow/shim_disk.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

typedef ssize_t write_call(int fd, const void *bytes, size_t n);
typedef ssize_t pwrite_call(int fd, const void *bytes, size_t n, off_t at);
typedef ssize_t writev_call(int fd, const struct iovec *v, int n);
typedef ssize_t pwritev_call(int fd, const struct iovec *v, int n, off_t at);
typedef int flush_call(int fd);
typedef int truncate_call(int fd, off_t size);
static struct {
    bool ready;
    int log;
    dev_t device;
    ino_t inode;
    write_call *write;
    pwrite_call *pwrite;
    writev_call *writev;
    pwritev_call *pwritev;
    flush_call *fsync, *fdatasync;
    truncate_call *ftruncate;
} shim;

/* A function's address comes back as a data pointer, which C keeps apart. */
static void next(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    memcpy(function, &found, sizeof found);
}

static void ready(void)
{
    struct stat st;
    if (shim.ready)
        return;
    shim.ready = true;
    next(&shim.write, "write");
    next(&shim.pwrite, "pwrite");
    next(&shim.writev, "writev");
    next(&shim.pwritev, "pwritev");
    next(&shim.fsync, "fsync");
    next(&shim.fdatasync, "fdatasync");
    next(&shim.ftruncate, "ftruncate");
    const char *data = getenv(FB_SHIM_DATA), *log = getenv(FB_SHIM_LOG);
    if (data == NULL || log == NULL || stat(data, &st) != 0)
        abort();
    shim.device = st.st_dev;
    shim.inode = st.st_ino;
    shim.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (shim.log < 0)
        abort();
}

static bool watched(int fd)
{
    struct stat st;
    ready();
    return fstat(fd, &st) == 0 && st.st_dev == shim.device && st.st_ino == shim.inode;
}

enum { PARTS_MAX = 1024 };

/* In one piece: others may write to the log as well. */
static void log_record(enum fb_disk_kind kind, bool synced, uint64_t at, const struct iovec *v, int parts,
                       size_t n)
{
    struct fb_disk_head head = {kind, synced, at, n};
    struct iovec out[PARTS_MAX + 1] = {{&head, sizeof head}};
    size_t left = n;
    int used = 1;
    for (int i = 0; i < parts && left > 0; i++, used++) {
        out[used] = (struct iovec){v[i].iov_base, v[i].iov_len < left ? v[i].iov_len : left};
        left -= out[used].iov_len;
    }
    if (left > 0 || shim.writev(shim.log, out, used) != (ssize_t)(sizeof head + n))
        abort();
}

static void log_head(enum fb_disk_kind kind, uint64_t at)
{
    log_record(kind, false, at, NULL, 0, 0);
}

static void log_write(int fd, const struct iovec *v, int parts, off_t at, ssize_t written)
{
    if (written > 0 && parts <= PARTS_MAX)
        log_record(FB_DISK_WRITE, (fcntl(fd, F_GETFL) & O_DSYNC) != 0, (uint64_t)at, v, parts,
                   (size_t)written);
    else if (written > 0)
        abort();
}

static void log_ack(const char *text, size_t n)
{
    size_t word = strlen(FB_SHIM_ACKED);
    uint64_t number = 0;
    if (n <= word || memcmp(text, FB_SHIM_ACKED, word) != 0)
        return;
    for (size_t i = word; i < n && text[i] >= '0' && text[i] <= '9'; i++)
        number = number * 10 + (uint64_t)(text[i] - '0');
    log_head(FB_DISK_ACK, number);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    ready();
    if (fd == STDOUT_FILENO)
        log_ack(bytes, n);
    if (!watched(fd))
        return shim.write(fd, bytes, n);
    const struct iovec whole = {(void *)bytes, n};
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t written = shim.write(fd, bytes, n);
    log_write(fd, &whole, 1, at, written);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    bool ours = watched(fd);
    ssize_t written = shim.pwrite(fd, bytes, n, at);
    const struct iovec whole = {(void *)bytes, n};
    if (ours)
        log_write(fd, &whole, 1, at, written);
    return written;
}

ssize_t writev(int fd, const struct iovec *v, int parts)
{
    bool ours = watched(fd);
    off_t at = ours ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t written = shim.writev(fd, v, parts);
    if (ours)
        log_write(fd, v, parts, at, written);
    return written;
}

ssize_t pwritev(int fd, const struct iovec *v, int parts, off_t at)
{
    bool ours = watched(fd);
    ssize_t written = shim.pwritev(fd, v, parts, at);
    if (ours)
        log_write(fd, v, parts, at, written);
    return written;
}

int fsync(int fd)
{
    bool ours = watched(fd);
    int rc = shim.fsync(fd);
    if (ours && rc == 0)
        log_head(FB_DISK_FLUSH, 0);
    return rc;
}

int fdatasync(int fd)
{
    bool ours = watched(fd);
    int rc = shim.fdatasync(fd);
    if (ours && rc == 0)
        log_head(FB_DISK_FLUSH, 0);
    return rc;
}

int ftruncate(int fd, off_t size)
{
    bool ours = watched(fd);
    int rc = shim.ftruncate(fd, size);
    if (ours && rc == 0)
        log_head(FB_DISK_TRUNCATE, (uint64_t)size);
    return rc;
}
