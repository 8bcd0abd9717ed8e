/* The spool's calls to the system, wrapped by the linker (spool_crash.mk): done, logged, and not really flushed, for no real power is cut.
 * Each file has a log as the power cut of the engine's store has (disk_image.h); the folder's entries have one more. */
#include "adapters/lib/spool.h"
#include "engine/base/check.h"
#include "tests/flow/spool_crash.h"
#include "tests/lib/folder.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { FILES_MAX = 4096, FDS = 1024, NAME_BYTES = 40 };
/* A file of that name, from its making to its removal; a later one of the same name is another. */
struct file {
    char name[NAME_BYTES];
    struct fb_disk_log log;
    size_t *seq; /* when, of each record */
    size_t room, size, bytes_room;
    size_t made, removed; /* SIZE_MAX: not */
};
enum spool_disk spool_disk;
static struct file files[FILES_MAX];
static size_t n_files, now, *folder_synced, n_synced, synced_room;
static struct { bool known, folder; size_t file; } fds[FDS];

int __real_open(const char *path, int flags, ...);
ssize_t __real_pwrite(int fd, const void *bytes, size_t n, off_t at);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_ftruncate(int fd, off_t size);
int __real_unlink(const char *path);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_unlink(const char *path);

size_t spool_disk_now(void) { return now; }

static void *grown(void *p, size_t n, size_t *room, size_t size)
{
    if (n <= *room)
        return p;
    *room = 2 * n + 16;
    p = realloc(p, *room * size);
    fb_assert(p != NULL);
    return p;
}

static struct file *find(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    for (size_t i = n_files; i-- > 0;)
        if (strcmp(files[i].name, name) == 0 && files[i].removed == SIZE_MAX)
            return &files[i];
    return NULL;
}

static struct file *make(const char *path)
{
    struct file *f = &files[n_files];
    fb_assert(n_files < FILES_MAX);
    *f = (struct file){.made = now++, .removed = SIZE_MAX};
    snprintf(f->name, sizeof f->name, "%s", strrchr(path, '/') + 1);
    n_files++;
    return f;
}

static void note(struct file *f, enum fb_disk_kind kind, uint64_t at, const void *bytes, size_t n)
{
    size_t i = f->log.n++, room = f->room;
    f->log.head = grown(f->log.head, f->log.n, &room, sizeof *f->log.head);
    room = f->room;
    f->log.body = grown(f->log.body, f->log.n, &room, sizeof *f->log.body);
    f->seq = grown(f->seq, f->log.n, &f->room, sizeof *f->seq);
    f->log.bytes = grown(f->log.bytes, f->size + n + 1, &f->bytes_room, 1);
    if (n > 0)
        memcpy(f->log.bytes + f->size, bytes, n);
    f->log.head[i] = (struct fb_disk_head){.kind = kind, .at = at, .n = n};
    f->log.body[i] = f->size;
    f->seq[i] = now++;
    f->size += n;
}

/* ---- what the spool calls ---- */

int __wrap_open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    unsigned mode = (flags & O_CREAT) != 0 ? va_arg(more, unsigned) : 0;
    va_end(more);
    int fd = __real_open(path, flags, mode);
    if (fd < 0 || spool_disk != SPOOL_DISK_LOGGED)
        return fd;
    fb_assert(fd < FDS);
    fds[fd].known = true;
    fds[fd].folder = (flags & O_DIRECTORY) != 0;
    if (fds[fd].folder)
        return fd;
    struct file *f = find(path);
    if (f == NULL && (flags & O_CREAT) != 0)
        f = make(path);
    else if (f != NULL && (flags & O_TRUNC) != 0)
        note(f, FB_DISK_TRUNCATE, 0, NULL, 0);
    fb_assert(f != NULL);
    fds[fd].file = (size_t)(f - files);
    return fd;
}

static struct file *file_of(int fd)
{
    fb_assert(fd >= 0 && fd < FDS && fds[fd].known && !fds[fd].folder);
    return &files[fds[fd].file];
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    ssize_t w = __real_pwrite(fd, bytes, n, at);
    if (spool_disk == SPOOL_DISK_LOGGED && w > 0)
        note(file_of(fd), FB_DISK_WRITE, (uint64_t)at, bytes, (size_t)w);
    return w;
}

int __wrap_fdatasync(int fd)
{
    if (spool_disk == SPOOL_DISK_REAL)
        return __real_fdatasync(fd);
    if (spool_disk == SPOOL_DISK_LOGGED)
        note(file_of(fd), FB_DISK_FLUSH, 0, NULL, 0);
    return 0;
}

/* The spool flushes its folder with it, and nothing else. */
int __wrap_fsync(int fd)
{
    if (spool_disk == SPOOL_DISK_REAL)
        return __real_fsync(fd);
    if (spool_disk == SPOOL_DISK_UNFLUSHED)
        return 0;
    fb_assert(fd >= 0 && fd < FDS && fds[fd].known && fds[fd].folder);
    folder_synced = grown(folder_synced, n_synced + 1, &synced_room, sizeof *folder_synced);
    folder_synced[n_synced++] = now++;
    return 0;
}

int __wrap_ftruncate(int fd, off_t size)
{
    int rc = __real_ftruncate(fd, size);
    if (spool_disk == SPOOL_DISK_LOGGED && rc == 0)
        note(file_of(fd), FB_DISK_TRUNCATE, (uint64_t)size, NULL, 0);
    return rc;
}

int __wrap_unlink(const char *path)
{
    int rc = __real_unlink(path);
    if (spool_disk == SPOOL_DISK_LOGGED && rc == 0) {
        struct file *f = find(path);
        fb_assert(f != NULL);
        f->removed = now++;
    }
    return rc;
}

void spool_disk_forget(void)
{
    for (size_t i = 0; i < n_files; i++) {
        fb_disk_log_close(&files[i].log);
        free(files[i].seq);
    }
    free(folder_synced);
    folder_synced = NULL;
    n_files = n_synced = synced_room = now = 0;
}

struct spool_disk_count spool_disk_count(void)
{
    struct spool_disk_count c = {.files = n_files, .flushes = n_synced};
    for (size_t i = 0; i < n_files; i++) {
        c.writes += fb_disk_log_count(&files[i].log, FB_DISK_WRITE);
        c.flushes += fb_disk_log_count(&files[i].log, FB_DISK_FLUSH);
        c.removed += files[i].removed != SIZE_MAX;
    }
    return c;
}

/* ---- the disk after a power cut ---- */

static void empty(const char *folder)
{
    char path[FB_TEST_PATH];
    DIR *d = opendir(folder);
    fb_assert(d != NULL);
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.') {
            snprintf(path, sizeof path, "%.400s/%.100s", folder, e->d_name);
            (void)__real_unlink(path);
        }
    closedir(d);
}

/* A change of the folder is there when the folder was flushed after it and before the cut; else perhaps. */
static bool stands(size_t change, size_t cut, bool forgetful, struct fb_prng *r)
{
    if (change > cut || change == SIZE_MAX)
        return false;
    for (size_t i = 0; i < n_synced && !forgetful; i++)
        if (folder_synced[i] > change && folder_synced[i] < cut)
            return true;
    return fb_prng_below(r, 2) == 0;
}

/* How long a file is may be known to the disk before what is in it: the rest reads as noughts. */
static void lengthen(struct fb_disk_image *image, const struct fb_disk_log *log, struct fb_prng *r)
{
    size_t end = image->size;
    for (size_t i = 0; i < log->n; i++)
        if (log->head[i].kind == FB_DISK_WRITE && log->head[i].at + log->head[i].n > end)
            end = (size_t)(log->head[i].at + log->head[i].n);
    if (end == image->size || fb_prng_below(r, 4) != 0)
        return;
    if (end > image->room)
        image->bytes = grown(image->bytes, end, &image->room, 1);
    memset(image->bytes + image->size, 0, end - image->size);
    image->size = end;
}

static void rebuild(const struct file *f, const char *folder, size_t cut, bool forgetful, struct fb_prng *r)
{
    static struct fb_disk_image flushed, image;
    struct fb_disk_log log = f->log;
    size_t before = 0, done = 0;
    char path[FB_TEST_PATH];
    while (before < log.n && f->seq[before] < cut)
        before++;
    bool here = before < log.n && f->seq[before] == cut;
    log.n = before + here;
    flushed.size = 0;
    if (!forgetful)
        fb_disk_advance(&flushed, &log, &done, before);
    fb_disk_cut(&image, &flushed, &log, done, before, (enum fb_disk_tear)fb_prng_below(r, FB_DISK_TEARS), forgetful, r);
    if (done < log.n)
        lengthen(&image, &log, r);
    snprintf(path, sizeof path, "%.400s/%s", folder, f->name);
    fb_test_file_write(path, image.bytes != NULL ? image.bytes : (const void *)"", image.size);
}

void spool_disk_rebuild(const char *folder, size_t cut, bool forgetful, struct fb_prng *r)
{
    empty(folder);
    for (size_t i = 0; i < n_files; i++)
        if (stands(files[i].made, cut, forgetful, r) && !stands(files[i].removed, cut, forgetful, r))
            rebuild(&files[i], folder, cut, forgetful, r);
}
