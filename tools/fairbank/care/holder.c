#include "tools/fairbank/care/holder.h"
#include "engine/base/span.h"
#include "tools/fairbank/care/snapshot.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { LINE = 256, WORDS = 6 };

/* "3: FLOCK  ADVISORY  WRITE 4711 08:01:131077 0 EOF": of that file, and who holds it. Who only waits has "->" before FLOCK. */
static bool is_lock_on(char *line, const char *file, int64_t *pid)
{
    char *rest = NULL;
    const char *word[WORDS];
    unsigned n = 0;
    for (char *w = strtok_r(line, " \n", &rest); w != NULL && n < WORDS; w = strtok_r(NULL, " \n", &rest))
        word[n++] = w;
    return n == WORDS && strcmp(word[1], "FLOCK") == 0 && strcmp(word[3], "WRITE") == 0 && strcmp(word[5], file) == 0 &&
           fb_parse_int(pid, fb_span_of(word[4])) == FB_OK;
}

int64_t holder_pid(const char *data)
{
    char path[SNAPSHOT_PATH], line[LINE], file[64];
    struct stat st;
    int64_t pid = 0;
    if (!path_of(path, data, "writer.lock") || stat(path, &st) != 0)
        return 0;
    snprintf(file, sizeof(file), "%02x:%02x:%llu", major(st.st_dev), minor(st.st_dev), (unsigned long long)st.st_ino);
    FILE *f = fopen("/proc/locks", "r");
    bool found = false;
    while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
        found = is_lock_on(line, file, &pid);
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
