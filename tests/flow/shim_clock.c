/* LD_PRELOAD library: the day is FB_SHIM_DAYS days from now (-3: three days ago), so that a test can live through days. Only
 * the wall clock is moved: waiting and ticks go by the other one. */
#define _GNU_SOURCE /* syscall */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_PER_DAY = 86400 };

int clock_gettime(clockid_t clock, struct timespec *t)
{
    const char *days = getenv("FB_SHIM_DAYS");
    int rc = (int)syscall(SYS_clock_gettime, clock, t);
    if (rc == 0 && clock == CLOCK_REALTIME && days != NULL)
        t->tv_sec += SECONDS_PER_DAY * strtol(days, NULL, 10);
    return rc;
}
