#ifndef FB_CORE_NEEDS_H
#define FB_CORE_NEEDS_H
/* Which other records a decision reads (needs) and which decisions a record makes stale (touches): one table
 * each, read by turn. A record that names one not yet held is accepted, judged with cannot_say, and judged again when it comes.
 *
 * Of the records that a need leads to, only those that the decision can use are taken (fb_need_takes), and of those that
 * vie for one place only the best (fb_need_cmp): so a bound is hardly ever met, and which records came first never counts.
 * Where more than `max` timesheets were settled or approvals granted, or more records were found than one decision can look through, turn says
 * so in fb_view.cut. */
#include "engine/core/decide.h"
struct fb_need {
    enum fb_kind subject;      /* the decision: BOOKING, VACANCY, APPROVAL or INVOICE_LINE */
    enum fb_link_kind link;    /* follow this link of the subject's members */
    enum fb_kind wanted;       /* records of this kind */
    unsigned max;              /* that are kept, over all places */
    unsigned places;           /* 0: all that are taken, up to max. Else one of each place: the best */
};
extern const struct fb_need fb_needs[];
extern const unsigned fb_needs_count;
/* What a decision asks of the records around it. booking NULL: of a vacancy, an approval or a line of an invoice; view: what was gathered so far,
 * the shift's members at least. */
struct fb_asking {
    enum fb_kind subject;
    const struct fb_view *view;
    const struct fb_booking *booking; /* as merged */
    fb_code hirer;
    fb_day day, booking_day; /* local dates of the start and, FB_NO_DAY when not sent, of the booking */
};
enum { FB_NO_DAY = INT32_MIN };
void fb_ask_of_booking(struct fb_asking *a, const struct fb_view *view, const struct fb_booking *merged);
void fb_ask_of_vacancy(struct fb_asking *a, const struct fb_vacancy *v);
void fb_ask_of_approval(struct fb_asking *a, const struct fb_approval *approval);
void fb_ask_of_invoice(struct fb_asking *a, const struct fb_invoice_line *l);
/* The decision can use it: a framework row must be of the booking's agency (and hold, where it is of another lot), a booking
 * that answers a vacancy must stand, a rival of a booking must be cancelled, a timesheet must be settled, an organisation's
 * row must cover the day, an approval must be granted and cover the shift, a reply must be of the trust that hires. */
bool fb_need_takes(const struct fb_asking *a, const struct fb_record *r);
/* Which place of its kind it vies for: a cascade's tier, and of the agency tiers that have a number that number, so that how
 * far a vacancy had gone at a moment can be told; how a framework row stands to the booking (enum fb_lot_place), so that the best
 * is there whichever came first; 0 for all other kinds. Only of records that the decision takes. */
unsigned fb_need_place(const struct fb_asking *a, const struct fb_record *r);
/* <0: a is to be kept rather than b. The earliest cascade, the highest version of an organisation, the latest reply, an
 * approval of the booking before one of a class, the cancelled booking of a bank before others and the earliest cancellation, then by outside names. */
int fb_need_cmp(const struct fb_record *a, const struct fb_record *b);
struct fb_touch {
    enum fb_kind arriving;     /* a record of this kind came, or changed */
    enum fb_link_kind link;
    enum fb_kind judged;       /* subjects of that kind under that link are judged again: */
    enum fb_touch_only { FB_TOUCH_ALL, FB_TOUCH_WITH_FINDINGS, FB_TOUCH_OF_CANCELLED } only; /* those that hold findings (or
                                * belong to a shift that may); all, when the booking that came is cancelled or was */
};
extern const struct fb_touch fb_touches[];
extern const unsigned fb_touches_count;
#endif
