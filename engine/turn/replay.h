#ifndef FB_TURN_REPLAY_H
#define FB_TURN_REPLAY_H
/* The journal of one store through the very code that wrote it, into another store. */
#include "engine/turn/state.h"
struct fb_replay {
    struct fb_turn *to;
    struct fb_store *from;
    struct fb_arena row, record; /* scratch for one entry as stored, and as decoded */
    void (*progress)(void *ctx, uint64_t done, uint64_t of); /* ctx: the ports' own */
    uint64_t until;              /* set by fb_replay */
    bool listed;             /* what is written goes into a list, and whoever reads that holds it against what is stored */
    struct fb_record *ready; /* the record of the entry at hand, decoded before; NULL: it is decoded here */
    struct fb_verify
        *out; /* entries and skipped are counted; first_difference is set when an entry differs */
};
/* Entries after to's last, up to number `until`. FB_DAMAGED with out->first_difference set: the journal
 * cannot have been written by this code; other errors: the disk, or memory. */
FB_MUST_CHECK enum fb_err fb_replay(struct fb_replay *r, uint64_t until);
/* One entry, in a transaction of `to` that is open; bytes: as it is stored, not looked at when it is listed. Errors as above. */
FB_MUST_CHECK enum fb_err fb_replay_entry(struct fb_replay *r, uint64_t journal, const struct fb_entry *e, struct fb_span bytes);
#endif
