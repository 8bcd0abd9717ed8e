#ifndef FB_CORE_NEEDS_H
#define FB_CORE_NEEDS_H
/* Which other records a decision reads (needs) and which decisions a record makes stale (touches): one table
 * each, read by turn. A record that names one not yet held is accepted, judged with cannot_say, and judged again when it comes.
 *
 * Of the records that a need leads to, only those that the decision can use are taken (fb_need_takes), and of those that
 * vie for one place only the best (fb_need_cmp): so a bound is hardly ever met, and which records came first never counts.
 * Where more than `max` timesheets were settled, or more records were found than one decision can look through, turn says
 * so in fb_view.cut. */
#include "engine/core/decide.h"
struct fb_need {
    enum fb_kind subject;      /* the decision: BOOKING or VACANCY */
    enum fb_link_kind link;    /* follow this link of the subject's members */
    enum fb_kind wanted;       /* records of this kind */
    unsigned max;              /* that are kept, over all places */
    unsigned places;           /* 0: all that are taken, up to max. Else one of each place: the best */
};
extern const struct fb_need fb_needs[];
extern const unsigned fb_needs_count;
/* What a decision asks of the records around it. booking NULL: of a vacancy. */
struct fb_asking {
    const struct fb_booking *booking; /* as merged */
    fb_code hirer;
    fb_day day, booking_day; /* local dates of the start and, FB_NO_DAY when not sent, of the booking */
};
enum { FB_NO_DAY = INT32_MIN };
void fb_ask_of_booking(struct fb_asking *a, const struct fb_booking *merged);
void fb_ask_of_vacancy(struct fb_asking *a, const struct fb_vacancy *v);
/* The decision can use it: a framework row must hold for the booking, a booking that answers a vacancy must stand, a
 * timesheet must be settled, an organisation's row must cover the day. */
bool fb_need_takes(const struct fb_asking *a, const struct fb_record *r);
/* Which place of its kind it vies for: a cascade's side (bank, agency, neither); 0 for all other kinds. */
unsigned fb_need_place(const struct fb_record *r);
/* <0: a is to be kept rather than b. The earliest cascade, the highest version of an organisation, then by outside names. */
int fb_need_cmp(const struct fb_record *a, const struct fb_record *b);
struct fb_touch {
    enum fb_kind arriving;     /* a record of this kind came, or changed */
    enum fb_link_kind link;
    enum fb_kind judged;       /* BOOKING or VACANCY subjects under that link are judged again */
};
extern const struct fb_touch fb_touches[];
extern const unsigned fb_touches_count;
#endif
