#ifndef FB_TOOLS_FAIRBANK_SPOKEN_H
#define FB_TOOLS_FAIRBANK_SPOKEN_H
/* What a command is called when it speaks: "fairbank export", or "fairbank-export" where the program was started under that name. */
#include <stdbool.h>
/* Whether the program's path ends in fairbank-export; from then on `export` and what begins with it speaks so. */
bool spoken_as_export(const char *path);
/* Until the next call but one. */
const char *spoken(const char *command);
#endif
