#ifndef FB_TURN_BILLED_NAMES_H
#define FB_TURN_BILLED_NAMES_H
/* Bookings that a line of an invoice really names, one after another: of its hirer, found by its links, each link proved on the records;
 * one that is named in two ways comes twice. */
#include "engine/turn/state.h"
struct fb_naming {
    struct fb_turn *t;
    const struct fb_record *line;
    struct fb_link link[FB_LINKS_MAX];
    unsigned n_links, at;
    struct fb_postings p;
    bool open, cut; /* cut: more than one decision can look at */
    const struct fb_record *booking; /* of the number that came last; until the entry's scratch is reset */
};
void fb_naming_begin(struct fb_naming *x, struct fb_turn *t, const struct fb_record *line);
uint32_t fb_naming_next(struct fb_naming *x); /* 0: no more, or t->err */
/* Something is owed for it: it stands, or its cancellation is charged for. */
bool fb_naming_owed(const struct fb_booking *b);
/* Its source is a shadow. */
bool fb_naming_of_trial(const struct fb_turn *t, uint32_t number);
#endif
