#ifndef FB_TURN_GATHER_LIST_H
#define FB_TURN_GATHER_LIST_H
/* Lists of records that share a link with others, each link proved on the records: how gather_view.c finds what a decision looks at. */
#include "engine/turn/gather.h"
/* One record that a need brought. */
struct fb_linked {
    uint32_t number;
    const struct fb_record *record;
};
struct fb_linked_list {
    unsigned n, max;
    bool cut; /* more were found, and one that was left out may matter */
    struct fb_linked at[FB_REPLIES_MAX]; /* of other kinds FB_GATHER_MAX at most */
};
_Static_assert((int)FB_REPLIES_MAX >= (int)FB_LOOK_MAX && FB_REPLIES_MAX >= FB_GATHER_MAX,
               "of replies none is left out that is looked at");
/* What is looked for: everything that shares a link (asking NULL), or what a need takes of it. */
struct fb_wanted {
    enum fb_link_kind link;
    enum fb_kind kind;
    unsigned places;
    const struct fb_asking *asking;
    const struct fb_book *book; /* by which approvals lapse; NULL: none is looked for */
};
struct fb_own_links {
    const struct fb_link *link; /* here, or where the message holds its own */
    unsigned n;
    struct fb_link room[FB_LINKS_MAX];
};
void fb_linked_begin(struct fb_linked_list *l, unsigned n, unsigned max);
/* By names, so that it does not depend on which record came first. */
void fb_linked_sort(struct fb_linked_list *l);
/* The links of one of the subject's own records. */
void fb_own_links_of(const struct fb_turn *t, const struct fb_record *r, struct fb_own_links *out);
/* Adds what really shares a link of that kind with r. */
void fb_linked_follow(struct fb_turn *t, const struct fb_record *r, const struct fb_own_links *links, const struct fb_wanted *w,
                    struct fb_linked_list *l);
#endif
