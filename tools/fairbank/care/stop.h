#ifndef FB_TOOLS_FAIRBANK_STOP_H
#define FB_TOOLS_FAIRBANK_STOP_H
/* Ctrl-C, a shutdown, or a session that ended, while a command has something half made on the disk: it is only noted, and the
 * command takes away what it has begun before it ends. */
#include <signal.h>
extern volatile sig_atomic_t stop_told;
/* From here on. A command under nohup is left alone by the end of its session. */
void stop_watch(void);
#endif
