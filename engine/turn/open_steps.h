#ifndef FB_TURN_OPEN_STEPS_H
#define FB_TURN_OPEN_STEPS_H
/* What opening a store reads of its tables, one after another (open.c says in which order, open_tables.c how). */
#include "engine/turn/memory/ahead.h"
#include "engine/turn/state.h"

struct fb_opening {
    struct fb_turn *turn;
    struct fb_arena arena;
    void (*progress)(void *ctx, uint64_t done, uint64_t of);
    uint64_t done, of;
    const char *why;
    bool beside;      /* an engine may be writing: what lies beyond the head that was read first is not looked at */
    uint32_t subject; /* of the decision read last; */
    bool folds;       /* it stands in turn->prior, because memory keeps something of it */
    struct fb_stints_ahead stints;
    uint64_t workers; /* rows of WORKERS */
};
/* Each makes memory of the rows of one table; what is wrong with them stands in `why`. FB_FULL, FB_DAMAGED, FB_NEWER. */
FB_MUST_CHECK enum fb_err fb_open_sources(struct fb_opening *o);
FB_MUST_CHECK enum fb_err fb_open_periods(struct fb_opening *o);
FB_MUST_CHECK enum fb_err fb_open_ids(struct fb_opening *o);
FB_MUST_CHECK enum fb_err fb_open_workers(struct fb_opening *o);
FB_MUST_CHECK enum fb_err fb_open_refused(struct fb_opening *o);
FB_MUST_CHECK enum fb_err fb_open_decisions(struct fb_opening *o);
FB_MUST_CHECK enum fb_err fb_open_findings(struct fb_opening *o);
#endif
