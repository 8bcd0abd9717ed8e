#ifndef FB_TOOLS_FAIRBANK_ROT_H
#define FB_TOOLS_FAIRBANK_ROT_H
#include "tools/fairbank/command.h"
/* Every row of the store against its checksum, in a process made for it: where a page is so damaged that LMDB ends the process,
 * only that one ends. `work` goes on beside it, in another process, and opens the store itself: LMDB does not go through a fork.
 * The work says nothing before rot_is_none(): where a fault is found each is told on standard output, the work ends unheard, and
 * EXIT_DIFFERENT is returned. Where the store cannot be opened, or the look did not come to its end (it was ended, or met an error),
 * that is told, the work ends unheard too, and EXIT_FAILED is returned. Else what the work returns. This returns twice, in the
 * caller's process and in the work's. */
int rot_beside(const struct options *o, int (*work)(const struct options *o));
/* For the work: waits until all was looked at. Where a fault was found it never returns. */
void rot_is_none(void);
#endif
