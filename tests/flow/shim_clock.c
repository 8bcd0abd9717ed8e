/* LD_PRELOAD library: it is as many seconds from now as the file says that FB_SHIM_FILE names (-86400: a day ago), so that a test can
 * live through days; it may write the file again while the program runs. Only the wall clock is moved: waiting and ticks go by the
 * other one. */
#define _GNU_SOURCE /* syscall */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { DIGITS = 24 };

static long seconds_of_file(void)
{
    char text[DIGITS] = "";
    const char *name = getenv("FB_SHIM_FILE");
    int file = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = file >= 0 ? read(file, text, sizeof text - 1) : 0;
    if (file >= 0)
        close(file);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
    int rc = (int)syscall(SYS_clock_gettime, clock, t);
    if (rc == 0 && clock == CLOCK_REALTIME)
        t->tv_sec += seconds_of_file();
    return rc;
}
