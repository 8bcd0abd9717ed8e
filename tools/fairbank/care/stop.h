#ifndef FB_TOOLS_FAIRBANK_STOP_H
#define FB_TOOLS_FAIRBANK_STOP_H
/* Ctrl-C, a shutdown, or a session that ended (SIGINT, SIGTERM, SIGHUP), while a command has something half made on the disk. A command
 * under nohup is left alone by the end of its session. One of the two ways is taken, once. */
#include "tools/fairbank/care/snapshot.h"
#include <signal.h>
/* It is only noted from here on, and the command takes away what it has begun before it ends. */
extern volatile sig_atomic_t stop_told;
void stop_watch(void);
/* The command leaves nothing behind that it has begun: `begun` is removed, and `beside` (may be NULL), that nothing was changed is
 * said, and the process ends with EXIT_FAILED. Once `begun` is no more, because it was given its own name, the command is left to
 * finish: that takes moments. The texts are copied. false: a path is too long. */
FB_MUST_CHECK bool stop_removes(const char *command, const char *begun, const char *beside);
/* From here on nobody stops the command. */
void stop_never(void);
#endif
