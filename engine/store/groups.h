#ifndef FB_STORE_GROUPS_H
#define FB_STORE_GROUPS_H
/* Rows whose keys begin with the same bytes are a group: all that is held of one thing, in the order in which
 * it became known. Of each group in turn: the last row whose key goes on with no more than `until`; a group
 * all of whose rows go on with more is passed over. A group costs a few steps where it is short, else two
 * seeks, however many rows it has.
 *
 * Lifetimes: as a scan's, in a read transaction. Only what value is asked of is checked and copied: a row
 * that nobody wants costs next to nothing. */
#include "engine/store/store.h"
struct fb_groups {
    struct fb_txn *txn;
    enum fb_table table;
    uint32_t prefix; /* so many bytes are the same */
    uint32_t n_until;
    unsigned char until[FB_KEY_BYTES_MAX], key_bytes[FB_KEY_BYTES_MAX];
    struct fb_span key; /* of the row found; copied, and not checked before its value is */
    uint64_t moves;     /* steps and seeks so far */
    void *cursor;
    bool ended, any_ahead, same; /* same: the row ahead is of the group at hand */
    struct fb_span found[2],
        ahead[2]; /* key and bytes in the store's memory; ahead: where the cursor stands */
};
/* From the first row whose key is not before `from` ({NULL, 0}: the first). */
void fb_groups_begin(struct fb_groups *g, struct fb_txn *t, enum fb_table table, struct fb_span from,
                     uint32_t prefix, struct fb_span until);
/* false: no more groups, or the transaction's sticky error is set. */
bool fb_groups_next(struct fb_groups *g);
/* The value of the row found, checked and copied. false: the transaction's sticky error is set. */
bool fb_groups_value(struct fb_groups *g, struct fb_arena *arena, struct fb_span *value);
void fb_groups_end(struct fb_groups *g);
#endif
