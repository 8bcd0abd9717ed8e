#include "adapters/lib/stop.h"
#include <stddef.h>

volatile sig_atomic_t fb_stop;

static void on_signal(int signal_number)
{
    (void)signal_number;
    fb_stop = 1;
}

void fb_stop_on_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}
