#define _XOPEN_SOURCE 700 /* realpath */
#include "tools/fairbank/care/backup_keys.h"
#include "tools/fairbank/care/snapshot.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool wrong(const struct backup_keys *k, const char *what, const char *why)
{
    fprintf(stderr, "fairbank %s: %s: %s\n", k->command, what, why);
    return false;
}

/* ---- apart from the backup ---- */

static bool is_it(const char *path, const struct stat *it)
{
    struct stat at;
    return stat(path, &at) != 0 || (at.st_dev == it->st_dev && at.st_ino == it->st_ino);
}

/* The folder, or one that it lies in, is that one: whatever links and dots its name goes over. What cannot be told is not believed
 * to lie apart. */
static bool lies_in(const char *folder, int of)
{
    struct stat it;
    char path[PATH_MAX], *end;
    if (fstat(of, &it) != 0 || realpath(folder, path) == NULL)
        return true;
    for (; !is_it(path, &it); *end = '\0') {
        end = strrchr(path, '/');
        if (end == NULL || end == path)
            return false;
    }
    return true;
}

bool backup_keys_open(struct backup_keys *k, const char *to, int part)
{
    struct stat st;
    if (k->folder == NULL)
        return true;
    bool made = mkdir(k->folder, 0700) == 0;
    if (!made && errno != EEXIST)
        return wrong(k, k->folder, strerror(errno));
    int fd = open(k->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return wrong(k, k->folder, strerror(errno));
    /* The backup's name was free until this folder was made. */
    bool apart = stat(to, &st) != 0 && !lies_in(k->folder, part);
    if (apart) {
        k->fd = fd;
        return true;
    }
    close(fd);
    if (made)
        (void)rmdir(k->folder);
    return wrong(k, k->folder, "is the backup's own folder: keys and store must lie apart");
}

/* ---- copies ---- */

static bool is_key(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".key") == 0;
}

static bool same_bytes(int a, int b)
{
    struct snapshot_pour one = {.words = "read"}, other = {.words = "read"};
    return snapshot_pour(a, -1, &one) == FB_OK && snapshot_pour(b, -1, &other) == FB_OK && one.bytes == other.bytes &&
           strcmp(one.digest, other.digest) == 0;
}

/* Under its name when it is whole: a copy that was cut short would be taken for another key the next time. */
static bool write_key(const struct backup_keys *k, int in, const char *name)
{
    char fresh[SNAPSHOT_PATH];
    struct snapshot_pour pour = {.words = "copied"};
    snprintf(fresh, sizeof(fresh), "%s.new", name);
    int out = openat(k->fd, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = out >= 0 && snapshot_pour(in, out, &pour) == FB_OK && fsync(out) == 0;
    ok = ok && renameat(k->fd, fresh, k->fd, name) == 0;
    int problem = errno;
    if (out >= 0)
        close(out);
    if (!ok)
        (void)unlinkat(k->fd, fresh, 0);
    return ok || wrong(k, name, strerror(problem));
}

/* A pipe would be waited for. */
static int open_key(int folder, const char *path, int flags)
{
    struct stat st;
    int fd = openat(folder, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags);
    if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

static bool copy_key(const struct backup_keys *k, const char *name)
{
    char from[SNAPSHOT_PATH];
    int in = path_of(from, k->data, name) ? open_key(AT_FDCWD, from, O_NOFOLLOW) : -1;
    if (in < 0)
        return wrong(k, name, "cannot be read: is it a file, and yours?");
    int there = open_key(k->fd, name, 0);
    bool ok = there < 0 ? errno == ENOENT ? write_key(k, in, name) : wrong(k, name, errno == EINVAL ? "what is there is not a file" : strerror(errno))
                        : same_bytes(in, there) || wrong(k, name, "another key of this name is there: it was left as it is. Name another folder");
    if (there >= 0)
        close(there);
    close(in);
    return ok;
}

bool backup_keys_copy(const struct backup_keys *k, bool quiet)
{
    const struct dirent *file;
    unsigned copied = 0, failed = 0;
    if (k->folder == NULL)
        return true;
    DIR *dir = opendir(k->data);
    while (dir != NULL && (file = readdir(dir)) != NULL) {
        if (!is_key(file->d_name))
            continue;
        if (copy_key(k, file->d_name))
            copied++;
        else
            failed++;
    }
    bool ok = dir != NULL && failed == 0 && fsync(k->fd) == 0;
    if (dir != NULL)
        (void)closedir(dir);
    if (!ok)
        return wrong(k, k->folder, "not every key's copy is there; the backup itself was made");
    if (!quiet && copied > 0)
        printf("%u keys have their copies in %s: keep them apart from the backup\n", copied, k->folder);
    return true;
}

void backup_keys_name(const struct backup_keys *k)
{
    const struct dirent *file;
    unsigned n = 0;
    DIR *dir = opendir(k->data);
    while (dir != NULL && (file = readdir(dir)) != NULL)
        if (is_key(file->d_name))
            printf("%s%s", n++ == 0 ? "not in it: " : ", ", file->d_name);
    if (dir != NULL)
        (void)closedir(dir);
    if (n > 0)
        puts(k->folder != NULL ? "" : " (keep copies of them apart from this backup: --with-keys FOLDER makes them)");
}
