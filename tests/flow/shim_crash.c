/* LD_PRELOAD library: counts the calls by which a process changes files, and at the one that it was told ends
 * the process as kill -9 would, fills the disk, fails a flush or makes it slow. What is not a file or a
 * folder (sockets, the loop's own wake-ups) and stderr are left alone.
 *
 * A flush that fails loses data: the system marks the pages clean and says so once, and whoever flushes again
 * is told that all is well. So the blocks that were not flushed are put back, half of them, as they were
 * before. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "tests/flow/shim_crash.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int mdb_env_set_mapsize(void *env, size_t size); /* lmdb.h is open to the store only */
enum { BLOCK = 4096, UNFLUSHED_MAX = 4096 };
/* A block of a file as it was before it was written without being flushed. */
struct block {
    dev_t device;
    ino_t inode;
    off_t at;
    ssize_t n; /* bytes that were there */
    unsigned char bytes[BLOCK];
};
static struct {
    ssize_t (*write)(int fd, const void *bytes, size_t n);
    ssize_t (*pwrite)(int fd, const void *bytes, size_t n, off_t at);
    ssize_t (*writev)(int fd, const struct iovec *v, int n);
    ssize_t (*pwritev)(int fd, const struct iovec *v, int n, off_t at);
    int (*fsync)(int fd);
    int (*fdatasync)(int fd);
    int (*msync)(void *p, size_t n, int flags);
    int (*ftruncate)(int fd, off_t size);
    int (*truncate)(const char *path, off_t size);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, mode_t mode);
    int (*set_mapsize)(void *env, size_t size);
} real;
static struct fb_crash_page *page;
static struct block *unflushed;
static unsigned n_unflushed;
static struct stat failed; /* the file whose flush failed */
static bool has_failed;
static uint64_t drawn;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- getting ready ---- */

/* A function's address comes back as a data pointer, which C keeps apart. */
static void next(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

static void find_all(void)
{
    next(&real.write, "write");
    next(&real.pwrite, "pwrite");
    next(&real.writev, "writev");
    next(&real.pwritev, "pwritev");
    next(&real.fsync, "fsync");
    next(&real.fdatasync, "fdatasync");
    next(&real.msync, "msync");
    next(&real.ftruncate, "ftruncate");
    next(&real.truncate, "truncate");
    next(&real.rename, "rename");
    next(&real.unlink, "unlink");
    next(&real.mkdir, "mkdir");
    next(&real.set_mapsize, "mdb_env_set_mapsize");
}

static void make_ready(void)
{
    const char *path = getenv(FB_CRASH_PAGE);
    find_all();
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *p = fd >= 0 ? mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (p == MAP_FAILED || real.pwrite == NULL || real.fdatasync == NULL)
        abort(); /* without orders nothing would happen, and the test would pass */
    close(fd);
    page = p;
    drawn = page->seed;
    unflushed = page->flush_fails_at > 0 ? calloc(UNFLUSHED_MAX, sizeof *unflushed) : NULL;
}

/* splitmix64 */
static uint64_t draw(uint64_t n)
{
    uint64_t z = drawn += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % n;
}

static bool is_ours(int fd)
{
    struct stat st;
    pthread_once(&once, make_ready);
    return fd != STDERR_FILENO && fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

/* ---- the end ---- */

static void die(enum fb_crash_call call)
{
    page->killed_in = call;
    (void)kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* True: this is the call to die in, after a part of it (HALF) or all of it was done. Under the lock. */
static bool counts(enum fb_crash_call call)
{
    bool dies = ++page->calls == page->kill_at;
    if (dies && page->kill_how == FB_CRASH_BEFORE)
        die(call);
    return dies;
}

/* ---- writing ---- */

static void remember_block(int fd, off_t at)
{
    struct block *b = &unflushed[n_unflushed];
    struct stat st;
    if (n_unflushed == UNFLUSHED_MAX || fstat(fd, &st) != 0)
        return;
    b->n = pread(fd, b->bytes, BLOCK, at);
    if (b->n < 0)
        return;
    b->device = st.st_dev;
    b->inode = st.st_ino;
    b->at = at;
    n_unflushed++;
}

/* The first of several versions is the flushed one: it is put back last. */
static void remember(int fd, off_t at, size_t n)
{
    if (unflushed == NULL || (fcntl(fd, F_GETFL) & O_DSYNC) != 0)
        return;
    for (off_t b = at / BLOCK * BLOCK; b < at + (off_t)n; b += BLOCK)
        remember_block(fd, b);
}

static bool same_file(const struct stat *st, const struct block *b)
{
    return st->st_dev == b->device && st->st_ino == b->inode;
}

/* lost: a block at a time, with a chance of one half, goes back to what it was. */
static void forget(int fd, bool lost)
{
    struct stat st;
    unsigned kept = 0;
    if (unflushed == NULL || fstat(fd, &st) != 0)
        return;
    for (unsigned i = n_unflushed; lost && i > 0; i--) {
        const struct block *b = &unflushed[i - 1];
        if (same_file(&st, b) && b->n > 0 && draw(2) == 0)
            page->blocks_lost += real.pwrite(fd, b->bytes, (size_t)b->n, b->at) == b->n;
    }
    for (unsigned i = 0; i < n_unflushed; i++)
        if (!same_file(&st, &unflushed[i]))
            unflushed[kept++] = unflushed[i];
    n_unflushed = kept;
}

struct writing {
    enum fb_crash_call call;
    int fd;
    const struct iovec *v;
    int parts;
    off_t at; /* or -1: where the file stands */
};

static ssize_t write_real(const struct writing *w)
{
    return w->at < 0 ? real.writev(w->fd, w->v, w->parts) : real.pwritev(w->fd, w->v, w->parts, w->at);
}

/* A part of the first piece, at least a byte less than all. */
static ssize_t write_part(const struct writing *w)
{
    size_t n = w->v[0].iov_len > 1 ? (size_t)draw(w->v[0].iov_len) : 0;
    if (n == 0)
        return 0;
    return w->at < 0 ? real.write(w->fd, w->v[0].iov_base, n)
                     : real.pwrite(w->fd, w->v[0].iov_base, n, w->at);
}

static size_t length(const struct writing *w)
{
    size_t n = 0;
    for (int i = 0; i < w->parts; i++)
        n += w->v[i].iov_len;
    return n;
}

static ssize_t full(const struct writing *w)
{
    ssize_t n = page->faults++ == 0 && draw(2) == 0 ? write_part(w) : 0;
    errno = ENOSPC;
    return n > 0 ? n : -1;
}

static void sleep_ms(uint64_t ms)
{
    const struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

static void be_slow(void)
{
    if (page->slow_to_ms == 0)
        return;
    page->faults++;
    sleep_ms(page->slow_from_ms + draw(page->slow_to_ms - page->slow_from_ms + 1));
}

/* True: this flush is the one that fails. */
static bool flush_fails(int fd)
{
    struct stat st;
    if (has_failed && fstat(fd, &st) == 0 && st.st_dev == failed.st_dev && st.st_ino == failed.st_ino)
        page->flushes_after++;
    if (++page->flushes != page->flush_fails_at)
        return false;
    has_failed = fstat(fd, &failed) == 0;
    page->faults++;
    forget(fd, true);
    return true;
}

static ssize_t write_to_disk(const struct writing *w)
{
    bool flushes = (fcntl(w->fd, F_GETFL) & O_DSYNC) != 0;
    if (flushes)
        be_slow();
    if (flushes && flush_fails(w->fd)) {
        if (draw(2) == 0)
            (void)write_real(w); /* whether it is there nobody knows */
        errno = EIO;
        return -1;
    }
    if (page->full_at > 0 && ++page->writes >= page->full_at)
        return full(w);
    remember(w->fd, w->at < 0 ? lseek(w->fd, 0, SEEK_CUR) : w->at, length(w));
    return write_real(w);
}

static ssize_t do_write(const struct writing *w)
{
    ssize_t n;
    pthread_mutex_lock(&lock);
    bool dies = counts(w->call);
    if (dies && page->kill_how == FB_CRASH_HALF) {
        (void)write_part(w);
        die(w->call);
    }
    if (page->full_at == 0)
        page->writes++;
    n = write_to_disk(w);
    if (dies)
        die(w->call);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return n;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    const struct iovec whole = {(void *)bytes, n};
    if (!is_ours(fd))
        return real.write(fd, bytes, n);
    return do_write(&(struct writing){FB_CRASH_WRITE, fd, &whole, 1, -1});
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    const struct iovec whole = {(void *)bytes, n};
    if (!is_ours(fd))
        return real.pwrite(fd, bytes, n, at);
    return do_write(&(struct writing){FB_CRASH_PWRITE, fd, &whole, 1, at});
}

ssize_t writev(int fd, const struct iovec *v, int parts)
{
    if (!is_ours(fd))
        return real.writev(fd, v, parts);
    return do_write(&(struct writing){FB_CRASH_WRITEV, fd, v, parts, -1});
}

ssize_t pwritev(int fd, const struct iovec *v, int parts, off_t at)
{
    if (!is_ours(fd))
        return real.pwritev(fd, v, parts, at);
    return do_write(&(struct writing){FB_CRASH_PWRITEV, fd, v, parts, at});
}

/* ---- flushing ---- */

static int do_flush(enum fb_crash_call call, int fd, int (*flush)(int fd))
{
    int rc = -1;
    pthread_mutex_lock(&lock);
    bool dies = counts(call);
    if (dies && page->kill_how == FB_CRASH_HALF)
        die(call);
    be_slow();
    if (flush_fails(fd))
        errno = EIO;
    else
        rc = flush(fd);
    int error = errno;
    if (rc == 0)
        forget(fd, false);
    if (dies)
        die(call);
    pthread_mutex_unlock(&lock);
    errno = error;
    return rc;
}

int fsync(int fd)
{
    return is_ours(fd) ? do_flush(FB_CRASH_FSYNC, fd, real.fsync) : real.fsync(fd);
}

int fdatasync(int fd)
{
    return is_ours(fd) ? do_flush(FB_CRASH_FDATASYNC, fd, real.fdatasync) : real.fdatasync(fd);
}

/* ---- the rest: one may die before it or after it ---- */

static bool begin(enum fb_crash_call call)
{
    pthread_once(&once, make_ready);
    pthread_mutex_lock(&lock);
    bool dies = counts(call);
    if (dies && page->kill_how == FB_CRASH_HALF)
        die(call);
    return dies;
}

static int end(enum fb_crash_call call, bool dies, int rc)
{
    int error = errno;
    if (dies)
        die(call);
    pthread_mutex_unlock(&lock);
    errno = error;
    return rc;
}

int msync(void *p, size_t n, int flags)
{
    bool dies = begin(FB_CRASH_MSYNC);
    return end(FB_CRASH_MSYNC, dies, real.msync(p, n, flags));
}

int ftruncate(int fd, off_t size)
{
    bool dies = begin(FB_CRASH_FTRUNCATE);
    return end(FB_CRASH_FTRUNCATE, dies, real.ftruncate(fd, size));
}

int truncate(const char *path, off_t size)
{
    bool dies = begin(FB_CRASH_TRUNCATE);
    return end(FB_CRASH_TRUNCATE, dies, real.truncate(path, size));
}

int rename(const char *from, const char *to)
{
    bool dies = begin(FB_CRASH_RENAME);
    return end(FB_CRASH_RENAME, dies, real.rename(from, to));
}

int unlink(const char *path)
{
    bool dies = begin(FB_CRASH_UNLINK);
    return end(FB_CRASH_UNLINK, dies, real.unlink(path));
}

int mkdir(const char *path, mode_t mode)
{
    bool dies = begin(FB_CRASH_MKDIR);
    return end(FB_CRASH_MKDIR, dies, real.mkdir(path, mode));
}

/* The store's map: a test that had to fill the least that a configuration may say would take an hour. */
int mdb_env_set_mapsize(void *env, size_t size)
{
    pthread_once(&once, make_ready);
    bool small = page->map_bytes > 0 && size > page->map_bytes;
    page->faults += small;
    return real.set_mapsize(env, small ? (size_t)page->map_bytes : size);
}
