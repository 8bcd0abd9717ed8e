#ifndef FB_BASE_CHECK_H
#define FB_BASE_CHECK_H
/* fb_assert states what only a bug can break. It stays on in release builds: a wrong verdict about
 * public money is worse than a stop, and a stop loses nothing (the journal is the truth). */
#include <stdlib.h>
#define fb_assert(truth)   \
    do {                   \
        if (!(truth))      \
            abort();       \
    } while (0)
#endif
