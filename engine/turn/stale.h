#ifndef FB_TURN_STALE_H
#define FB_TURN_STALE_H
/* What a record makes stale whose winning version is another than it was: the same whether a message brought it, or a batch was
 * taken back. */
#include "engine/turn/memory/diary_turn.h"
struct fb_stale { /* numbers, each once; beyond `max` they go on the todo */
    uint32_t number[FB_STEP_MAX];
    unsigned n, max;
};
struct fb_changed {
    uint32_t number;
    enum fb_kind kind;
    bool cancelled; /* a booking that is cancelled, or was */
    bool turned;    /* the first of its kind came, or the last one went: a register began, or ended */
    const struct fb_record *was, *now; /* NULL: nothing */
    unsigned n_links, n_old, n_group;
    const struct fb_link *link, *old; /* of what it is, and of what it was */
    const uint32_t *group;            /* who was one shift with it before */
    const struct fb_people_before *before; /* before it changed */
    const struct fb_whose *whose;          /* of what it is */
};
void fb_stale_of(struct fb_turn *t, struct fb_stale *stale, const struct fb_changed *c);
void fb_stale_judge(struct fb_turn *t, const struct fb_stale *stale);
#endif
