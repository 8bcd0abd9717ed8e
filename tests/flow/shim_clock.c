/* LD_PRELOAD library: the day is FB_SHIM_DAYS days from now (-3: three days ago), so that a test can live through days; and as many
 * seconds besides as the file says that FB_SHIM_FILE names, which a test may write again while the program runs. Only the wall clock
 * is moved: waiting and ticks go by the other one. */
#define _GNU_SOURCE /* syscall */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_PER_DAY = 86400, DIGITS = 24 };

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
    const char *days = getenv("FB_SHIM_DAYS");
    int rc = (int)syscall(SYS_clock_gettime, clock, t);
    if (rc == 0 && clock == CLOCK_REALTIME)
        t->tv_sec += (days != NULL ? SECONDS_PER_DAY * strtol(days, NULL, 10) : 0) + seconds_of_file();
    return rc;
}
