#ifndef FB_TOOLS_FAIRBANK_STOP_H
#define FB_TOOLS_FAIRBANK_STOP_H
#include "tools/fairbank/care/snapshot.h"
/* Told to stop (SIGINT, SIGTERM, SIGHUP), a command leaves nothing behind that it has begun: `begun` is removed, and `beside` (may be
 * NULL), that nothing was changed is said, and the process ends with EXIT_FAILED. Once `begun` is no more, because it was given its own
 * name, the command is left to finish: that takes moments. The texts are copied. false: a path is too long. */
FB_MUST_CHECK bool stop_removes(const char *command, const char *begun, const char *beside);
#endif
