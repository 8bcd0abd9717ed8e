#ifndef FB_TURN_STANDING_H
#define FB_TURN_STANDING_H
/* How the issues of the rules stand in time: which one is current, which wait for their moment, and how far the current
 * one has been applied to what was decided before it. One row of META, so that opening reads neither the journal nor the
 * decisions for it; it follows from the journal all the same, and `verify` compares it. */
#include "engine/base/limits.h"
#include "engine/store/store.h"
struct fb_waiting {
    uint32_t issue;
    int64_t due_ms;
};
struct fb_standing {
    uint32_t issues;  /* numbers given so far */
    uint32_t current; /* the issue of the last ISSUE entry; 0: none yet */
    uint64_t since;   /* the number of that entry: later decisions were made under it */
    uint32_t next;    /* the first record number that re-pricing has not looked at */
    uint32_t of;      /* the last that it will look at: records held when the issue became current */
    unsigned n_waiting;
    struct fb_waiting waiting[FB_WAITING_MAX]; /* ascending (due_ms, issue) */
};
void fb_standing_put(struct fb_txn *txn, const struct fb_standing *s);
/* All nought when there is no row. FB_DAMAGED, FB_NEWER. */
FB_MUST_CHECK enum fb_err fb_standing_find(struct fb_txn *txn, struct fb_arena *arena, struct fb_standing *out);
struct fb_span fb_standing_word(void); /* the key of its row */
/* FB_LIMIT: FB_WAITING_MAX wait already. */
FB_MUST_CHECK enum fb_err fb_standing_wait(struct fb_standing *s, uint32_t issue, int64_t due_ms);
/* The issue became current with entry `journal`, when `held` records were held; it waits no longer. */
void fb_standing_make_current(struct fb_standing *s, uint32_t issue, uint64_t journal, uint32_t held);
/* One that waits; NULL: it does not. */
const struct fb_waiting *fb_standing_waits(const struct fb_standing *s, uint32_t issue);
/* It waits no longer, and will not become current; its number is not given again. */
void fb_standing_withdraw(struct fb_standing *s, uint32_t issue);
#endif
