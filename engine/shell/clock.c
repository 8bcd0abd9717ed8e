#include "engine/shell/clock.h"
#include <time.h>

static int64_t read_ms(clockid_t clock)
{
    struct timespec t = {0, 0};
    (void)clock_gettime(clock, &t); /* cannot fail for these two clocks on Linux */
    return (int64_t)t.tv_sec * 1000 + (int64_t)t.tv_nsec / 1000000;
}

int64_t fb_clock_now_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

uint64_t fb_clock_ticks_ms(void)
{
    return (uint64_t)read_ms(CLOCK_MONOTONIC);
}

uint64_t fb_clock_ticks_us(void)
{
    struct timespec t = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
