#ifndef FB_CORE_SEGMENT_H
#define FB_CORE_SEGMENT_H
/* A shift cut by a calendar into minutes per category. Agenda for Change handbook, Section 2: Sunday and public
 * holiday, Saturday and 20:00-06:00, else plain; clock changes count the minutes really worked. */
#include "engine/core/book.h"
struct fb_minutes {
    int32_t in[FB_CATEGORIES_MAX]; /* by category index */
    int32_t total;                 /* their sum */
    int32_t night;                 /* of them, in the calendar's night window; a break taken by policy leaves it alone */
};
/* Adds the minutes of [start_min, end_min) to *m (which the caller has zeroed or filled before). false: a day lies
 * outside the book's holiday calendar, so nobody can say (m is then unspecified). */
bool fb_minutes_add(struct fb_minutes *m, const struct fb_book *book, const struct fb_calendar *cal, int64_t start_min, int64_t end_min);
/* The same, taken away: a break at stated times. */
bool fb_minutes_take(struct fb_minutes *m, const struct fb_book *book, const struct fb_calendar *cal, int64_t start_min, int64_t end_min);
/* The share of night minutes that the whole-shift rule asks for is reached. */
bool fb_minutes_whole_shift_holds(const struct fb_minutes *m, enum fb_whole_shift rule);
/* What the whole-shift rule does where it holds: whole_from minutes become whole_to. */
void fb_minutes_turn(struct fb_minutes *m, const struct fb_calendar *cal);
/* Takes an unpaid break of break_min minutes off, after the conversion. A break longer than the shift leaves nought.
 * What is cheapest and dearest is the calendar's order, else that of the book's n_categories. */
void fb_minutes_break(struct fb_minutes *m, unsigned n_categories, const struct fb_calendar *cal, enum fb_break_from from,
                      int64_t break_min);
#endif
