#ifndef FB_TURN_WALK_H
#define FB_TURN_WALK_H
/* All rows of a table, in key order, in read transactions of at most a thousand rows each, so that a long
 * walk beside a writing engine does not hold its pages. Rows that are put while it runs may or may not be
 * met. */
#include "engine/store/store.h"
enum { FB_WALK_ROWS = 1000 };
struct fb_walk {
    struct fb_store *store;
    struct fb_txn *txn; /* NULL between transactions */
    struct fb_scan scan;
    unsigned char from[FB_KEY_BYTES_MAX + 1];
    uint32_t n_from;
    unsigned rows;
    bool ended;
    enum fb_err err;
    struct fb_span key, value; /* of the row at hand; value lies in the arena given to next */
};
void fb_walk_begin(struct fb_walk *w, struct fb_store *store, enum fb_table table, struct fb_span from);
/* false: no more rows, or w->err. The arena is reset before each row. */
bool fb_walk_next(struct fb_walk *w, struct fb_arena *arena);
/* Gives the first error back. */
FB_MUST_CHECK enum fb_err fb_walk_end(struct fb_walk *w);
#endif
