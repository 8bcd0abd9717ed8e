#ifndef FB_ADAPTERS_STOP_H
#define FB_ADAPTERS_STOP_H
/* Ctrl-C and SIGTERM, for programs without an event loop of their own: they end what they are at, and what was answered stays answered. */
#include <signal.h>
extern volatile sig_atomic_t fb_stop; /* not nought: it was asked for */
/* From now on they set fb_stop; a reader that went away is an error of the write, not the end of the program. */
void fb_stop_on_signals(void);
#endif
