/* Loaded before the program: at the n-th ($FB_SHIM_AT, from 1) of the calls by which it changes names, takes locks and flushes it is
 * ended as by kill -9; or, when $FB_SHIM_FILE names a file, it makes that file and stands still until it is gone; or, when $FB_SHIM_FAILS is
 * set, that call fails as a disk does. The calls are counted together, or only those of the one that $FB_SHIM_CALL names. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static atomic_ulong calls;

static void stand_still(const char *file)
{
    const struct timespec nap = {0, 10000000};
    int fd = open(file, O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        abort();
    close(fd);
    while (access(file, F_OK) == 0)
        (void)nanosleep(&nap, NULL);
}

/* True: the call fails. */
static bool meet(const char *call)
{
    const char *at = getenv("FB_SHIM_AT"), *only = getenv("FB_SHIM_CALL"), *file = getenv("FB_SHIM_FILE");
    if (at == NULL || (only != NULL && strcmp(only, call) != 0) || atomic_fetch_add(&calls, 1) + 1 != strtoul(at, NULL, 10))
        return false;
    errno = EIO;
    if (getenv("FB_SHIM_FAILS") != NULL)
        return true;
    if (file != NULL)
        stand_still(file);
    else
        (void)kill(getpid(), SIGKILL);
    return false;
}

/* A function's address comes back as a data pointer, which C keeps apart. */
#define PASS(call, shape, given)                      \
    int call shape                                    \
    {                                                 \
        int(*real) shape;                             \
        void *found = dlsym(RTLD_NEXT, #call);        \
        memcpy(&real, &found, sizeof real);           \
        return meet(#call) ? -1 : real given;         \
    }
PASS(flock, (int fd, int how), (fd, how))
PASS(fsync, (int fd), (fd))
PASS(fdatasync, (int fd), (fd))
PASS(mkdir, (const char *path, mode_t mode), (path, mode))
PASS(rmdir, (const char *path), (path))
PASS(link, (const char *from, const char *to), (from, to))
PASS(rename, (const char *from, const char *to), (from, to))
PASS(renameat, (int in, const char *from, int to, const char *name), (in, from, to, name))
PASS(unlink, (const char *path), (path))
PASS(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
