#ifndef FB_STORE_AGAIN_H
#define FB_STORE_AGAIN_H
/* Rows that are made again, to be held against those that a store has: how a journal is proved without a second copy of the
 * store.
 *
 * fb_store_open_again makes a store whose `noted` tables keep nothing: what is put there is written into a list, in the order in
 * which it came, and whoever reads there finds the row of `from`. That is the row that was put, or the one of the list is found
 * to differ from it when it is held against it, and then nothing that was made after it counts. Rows of `apart` tables go
 * into the list too; nobody may read them here. All other tables are kept in memory. Until its first write transaction every
 * table is empty. For one thread; a list may be read by another when the store was given the next one. */
#include "engine/store/store.h"

struct fb_again_rows {
    unsigned char *bytes;
    size_t n, room;
};
struct fb_again_row {
    enum fb_table table;
    bool gone; /* deleted, not put */
    struct fb_span key, value;
};
void fb_again_rows_release(struct fb_again_rows *r);
/* The rows one after another; *at is 0 before the first. false: no more. */
bool fb_again_rows_next(const struct fb_again_rows *r, size_t *at, struct fb_again_row *out);

/* Bits by table. */
struct fb_again_tables {
    uint64_t noted, apart;
};
_Static_assert((int)FB_TABLES <= 64, "a table is a bit");
/* `from` is borrowed, and must live longer. */
FB_MUST_CHECK enum fb_err fb_store_open_again(struct fb_store **out, struct fb_store *from, const struct fb_again_tables *tables);
/* Rows go to this list from now on; it lives as long as it is given. */
void fb_store_again_list(struct fb_store *s, struct fb_again_rows *list);

/* Holds rows against a store's, byte by byte, in short transactions of its own beside a writer. Sums are not looked at:
 * bytes that are the same are the right ones. */
struct fb_again_held {
    struct fb_store *from;
    struct fb_txn *txn;
    struct fb_cursor *cursor[FB_TABLES];
    uint64_t rows[FB_TABLES]; /* held so far, and the same */
    unsigned in_txn;
};
void fb_again_held_begin(struct fb_again_held *h, struct fb_store *from);
/* *same false: the store has no such row, or another. Other errors: it could not be told. */
FB_MUST_CHECK enum fb_err fb_again_held_row(struct fb_again_held *h, const struct fb_again_row *row, bool *same);
void fb_again_held_end(struct fb_again_held *h);
#endif
