#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/care/snapshot.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { LINE = 256 };

/* "3: FLOCK  ADVISORY  WRITE 4711 08:01:131077 0 EOF" */
static bool is_lock_on(const char *line, const struct stat *st, int64_t *pid)
{
    long long held = 0;
    unsigned major = 0, minor = 0;
    unsigned long long inode = 0;
    bool whole = sscanf(line, "%*u: FLOCK ADVISORY WRITE %lld %x:%x:%llu", &held, &major, &minor, &inode) == 4;
    *pid = held;
    return whole && inode == st->st_ino && major == major(st->st_dev) && minor == minor(st->st_dev);
}

int64_t holder_pid(const char *data)
{
    char path[SNAPSHOT_PATH], line[LINE];
    struct stat st;
    int64_t pid = 0;
    if (!path_of(path, data, "writer.lock") || stat(path, &st) != 0)
        return 0;
    FILE *f = fopen("/proc/locks", "r");
    bool found = false;
    while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
        found = is_lock_on(line, &st, &pid);
    if (f != NULL)
        (void)fclose(f);
    return found ? pid : 0;
}

bool holder_forbids(const char *data, char words[HOLDER_WORDS])
{
    static const struct {
        const char *name;
        int how;
    } file[] = {{"", R_OK | X_OK}, {"data.mdb", R_OK}, {"lock.mdb", R_OK | W_OK}};
    char path[SNAPSHOT_PATH];
    for (unsigned i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
        if (!path_of(path, data, file[i].name) || access(path, file[i].how) == 0 || errno != EACCES)
            continue;
        snprintf(words, HOLDER_WORDS, "%s may not be %s by you (%s): run it as the engine's own user", *file[i].name == '\0' ? "the folder" : file[i].name,
                 (file[i].how & W_OK) != 0 ? "written" : "read", strerror(EACCES));
        return true;
    }
    return false;
}

enum holder_file holder_has(const char *data, const char *name)
{
    char path[SNAPSHOT_PATH];
    struct stat st;
    if (!path_of(path, data, name)) {
        errno = ENAMETOOLONG;
        return HOLDER_CANNOT_TELL;
    }
    if (lstat(path, &st) == 0)
        return HOLDER_THERE;
    return errno == ENOENT || errno == ENOTDIR ? HOLDER_NONE : HOLDER_CANNOT_TELL;
}
