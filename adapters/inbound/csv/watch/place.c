#include "adapters/inbound/csv/watch/place.h"
#include "adapters/lib/write_all.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBERS_MAX = 10000 };

bool fb_watch_path(char out[FB_WATCH_FULL_PATH], const char *folder, const char *name)
{
    struct fb_text t;
    fb_text_init(&t, out, FB_WATCH_FULL_PATH);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/");
    fb_text_add(&t, name);
    return !t.cut;
}

void fb_watch_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd); /* a file system that cannot is one that needs none, or has none to give */
    close(fd);
}

void fb_watch_work_name(char out[FB_WATCH_NAME_LONGEST + 1], const char *name)
{
    enum { ENDING_LONGEST = 16 };
    size_t n = strlen(name), cut = n;
    const char *dot = strrchr(name, '.'), *ending = dot == NULL || strlen(dot) > ENDING_LONGEST ? "" : dot;
    if (n > FB_WATCH_NAME_LONGEST) {
        cut = FB_WATCH_NAME_LONGEST - 1 - strlen(ending);
        while (cut > 0 && ((unsigned char)name[cut] & 0xC0) == 0x80) /* not within a character */
            cut--;
    }
    snprintf(out, FB_WATCH_NAME_LONGEST + 1, "%.*s%s%s", (int)cut, name, cut < n ? "~" : "", cut < n ? ending : "");
}

enum fb_err fb_watch_claim(const char *folder, const char *name, const char *work)
{
    char from[FB_WATCH_FULL_PATH], to[FB_WATCH_FULL_PATH], as[FB_WATCH_NAME_LONGEST + 1];
    struct stat st;
    fb_watch_work_name(as, name);
    if (!fb_watch_path(from, folder, name) || !fb_watch_path(to, work, as)) {
        errno = ENAMETOOLONG;
        return FB_IO;
    }
    if (lstat(to, &st) == 0)
        return FB_BUSY;
    if (rename(from, to) != 0)
        return errno == ENOENT ? FB_NOT_FOUND : FB_IO;
    fb_watch_sync_folder(work);
    fb_watch_sync_folder(folder);
    return FB_OK;
}

/* FOLDER/AS, with "-N" before its ending from the second on. */
static bool numbered(char out[FB_WATCH_FULL_PATH], const char *folder, const char *as, unsigned number)
{
    const char *dot = strrchr(as, '.');
    struct fb_text t;
    fb_text_init(&t, out, FB_WATCH_FULL_PATH);
    if (dot == NULL || dot == as)
        dot = as + strlen(as);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/");
    fb_text_add_span(&t, (struct fb_span){as, (uint32_t)(dot - as)});
    if (number > 1) {
        fb_text_add(&t, "-");
        fb_text_add_int(&t, number);
    }
    fb_text_add(&t, dot);
    return !t.cut;
}

static bool same_file(const char *a, const char *b)
{
    struct stat p, q;
    return lstat(a, &p) == 0 && lstat(b, &q) == 0 && p.st_dev == q.st_dev && p.st_ino == q.st_ino;
}

/* Where a file cannot have two names: the name is taken with an empty file first, which is ours to replace. */
static int move_without_links(const char *from, const char *to)
{
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    close(fd);
    return rename(from, to) == 0 ? 0 : errno;
}

/* 0, or an errno; EEXIST: another file has that name. A second name, then the first is taken away: between the two the file has
 * both, and whoever comes after a crash sees that they are one. */
static int move_to(const char *from, const char *to)
{
    if (link(from, to) != 0) {
        if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK)
            return move_without_links(from, to);
        if (errno != EEXIST)
            return errno;
        if (!same_file(from, to))
            return EEXIST;
    }
    return unlink(from) == 0 ? 0 : errno;
}

enum fb_err fb_watch_put_away(const char *work, const char *name, const char *folder, const char *as, char out[FB_WATCH_FULL_PATH])
{
    char from[FB_WATCH_FULL_PATH];
    if (!fb_watch_path(from, work, name)) {
        errno = ENAMETOOLONG;
        return FB_IO;
    }
    for (unsigned number = 1; number < NUMBERS_MAX; number++) {
        int error = numbered(out, folder, as, number) ? move_to(from, out) : ENAMETOOLONG;
        errno = error;
        if (error != 0 && error != EEXIST)
            return FB_IO;
        if (error == EEXIST)
            continue;
        fb_watch_sync_folder(folder);
        fb_watch_sync_folder(work);
        return FB_OK;
    }
    return FB_IO;
}

static bool keep_all(int fd, const char *text, size_t n)
{
    bool ok = fb_write_all(fd, text, n) && fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

enum fb_err fb_watch_note(const char *folder, const char *as, const char *text, char out[FB_WATCH_FULL_PATH])
{
    for (unsigned number = 1; number < NUMBERS_MAX; number++) {
        int fd = numbered(out, folder, as, number) ? open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
        if (fd < 0 && errno == EEXIST)
            continue;
        if (fd < 0 || !keep_all(fd, text, strlen(text)))
            return FB_IO;
        fb_watch_sync_folder(folder);
        return FB_OK;
    }
    return FB_IO;
}

enum fb_err fb_watch_replace(const char *path, const char *text, size_t n)
{
    char name[FB_WATCH_FULL_PATH + 8];
    if (snprintf(name, sizeof name, "%s.new", path) >= (int)sizeof name)
        return FB_IO;
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return FB_IO;
    bool ok = write(fd, text, n) == (ssize_t)n; /* no flush: it is of this moment, and worth nothing after a power cut */
    ok = close(fd) == 0 && ok;
    return ok && rename(name, path) == 0 ? FB_OK : FB_IO;
}

enum fb_err fb_watch_lock(const char *work)
{
    char path[FB_WATCH_FULL_PATH];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = fb_watch_path(path, work, ".lock") ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return FB_IO;
    if (fcntl(fd, F_SETLK, &whole) == 0)
        return FB_OK; /* and the descriptor stays open, with the lock */
    close(fd);
    return FB_BUSY;
}
