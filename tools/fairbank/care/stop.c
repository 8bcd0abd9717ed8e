#include "tools/fairbank/care/stop.h"
#include <stddef.h>

volatile sig_atomic_t stop_told;

static void on_stop(int which)
{
    (void)which;
    stop_told = 1;
}

void stop_watch(void)
{
    struct sigaction stop = {.sa_handler = on_stop}, before = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        (void)sigaction(SIGHUP, &stop, NULL);
}
