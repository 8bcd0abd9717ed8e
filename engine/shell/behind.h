#ifndef FB_SHELL_BEHIND_H
#define FB_SHELL_BEHIND_H
/* Consumers that have stopped reading. It costs nothing but disk, for the feed is a table and nobody waits for a consumer; but
 * whoever reads it should know that their ledger or their alerts stand still. So every ten seconds the kept positions are looked at,
 * and one that is too many events behind is told of: in the log once when it falls behind and once when it has caught up, and in the
 * status until then. Loop thread only. */
#include "engine/base/limits.h"
#include "engine/base/span.h"
#include "engine/store/store.h"
enum { FB_BEHIND_MAX = 32, FB_BEHIND_SECONDS = 10 }; /* told of by name; of more than that only how many there are */
struct fb_behind_row {
    char name[FB_ID_BYTES_MAX + 1];
    uint64_t events; /* that it was not given, or has not said that it took */
    bool seen;       /* scratch: it is behind still */
};
struct fb_behind {
    struct fb_store *store;
    uint64_t most; /* events; 0: nobody is told of */
    unsigned seconds, n, more;
    struct fb_behind_row row[FB_BEHIND_MAX];
};
void fb_behind_open(struct fb_behind *b, struct fb_store *store, uint64_t most);
/* Once a second. */
void fb_behind_second(struct fb_behind *b);
/* Looks at once. */
void fb_behind_look(struct fb_behind *b);
/* "bi 120000, finance/ledger 3000": who is behind, and by how many events. whose: only that identity's, empty: everybody's. */
void fb_behind_add(struct fb_text *out, const struct fb_behind *b, struct fb_span whose);
#endif
