#ifndef FB_TOOLS_FAIRBANK_ROT_H
#define FB_TOOLS_FAIRBANK_ROT_H
#include "tools/fairbank/command.h"
/* Every row of the store against its checksum, in a process made for it: where a page is so damaged that LMDB ends the process,
 * only that one ends. EXIT_DONE: all sound, or the store cannot be opened (which is for the caller to find); EXIT_DIFFERENT: each
 * fault was told on standard output. Before the caller opens the store: LMDB does not go through a fork. */
int rot_look(const struct options *o);
#endif
