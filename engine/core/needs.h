#ifndef FB_CORE_NEEDS_H
#define FB_CORE_NEEDS_H
/* Which other records a decision reads (needs) and which decisions a record makes stale (touches): one table
 * each, read by turn. A record that names one not yet held is accepted, judged with cannot_say, and judged again when it comes. */
#include "engine/core/record.h"
struct fb_need {
    enum fb_kind subject;      /* the decision: BOOKING or VACANCY */
    enum fb_link_kind link;    /* follow this link of the subject's members */
    enum fb_kind wanted;       /* records of this kind */
    unsigned max;              /* bounded: the lowest numbers first */
};
extern const struct fb_need fb_needs[];
extern const unsigned fb_needs_count;
struct fb_touch {
    enum fb_kind arriving;     /* a record of this kind came, or changed */
    enum fb_link_kind link;
    enum fb_kind judged;       /* BOOKING or VACANCY subjects under that link are judged again */
};
extern const struct fb_touch fb_touches[];
extern const unsigned fb_touches_count;
#endif
