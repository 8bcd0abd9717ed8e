#ifndef FB_CORE_CLOCKS_H
#define FB_CORE_CLOCKS_H
/* Inside the core: the steps of fb_diary_facts (diary.h says what each clock means). clocks.c is the walk over the shifts,
 * clock_hours.c what is told of hours in a post of one's own and of absences, clock_runs.c days and weeks in a row, checks.c
 * the employment checks, training and registrations each name by itself. Rows are in order and are searched, not walked, where it is possible. */
#include "engine/core/diary.h"
enum {
    FB_CLOCK_DAY_MIN = 1440,
    FB_CLOCK_WEEK_MIN = 7 * FB_CLOCK_DAY_MIN,
    FB_CLOCK_SUMMER_MIN = 60,                      /* London is ahead by at most so much */
    FB_CLOCK_REFERENCE_MAX = 52,                   /* weeks of a reference period: the longest that the regulations know */
    FB_CLOCK_REACH_MAX = 2 * FB_CLOCK_REFERENCE_MAX
};
/* One reading shift, while its clocks are read. */
struct fb_clock {
    const struct fb_book *book;
    const struct fb_clocks *c;
    const struct fb_diary_view *diary;
    const struct fb_stint *own;
    fb_day day, week;     /* local date on which its stint starts, and its Monday */
    fb_day shift_day;     /* the same of the booking: what the employment checks are asked for */
    struct fb_facts *out;
};
/* The weeks that the average is of: Mondays, from the first to that of the shift. */
struct fb_reference_period {
    unsigned weeks;       /* 0: the book gives none */
    fb_day from;
    bool whole;           /* as many weeks as it asks are not left out, and none of them in part */
    unsigned divisor;     /* fewer than `weeks` for somebody new of whom everything is told */
};
static inline bool fb_clock__wants(const struct fb_clock *k, enum fb_fact fact)
{
    return fb_fact_in(&k->book->reads, fact);
}
/* The local date of an instant. Summer time only matters in the last hour of the day. */
static inline fb_day fb_clock__day(uint32_t min)
{
    return min % FB_CLOCK_DAY_MIN < FB_CLOCK_DAY_MIN - 60 ? (fb_day)(min / FB_CLOCK_DAY_MIN) : fb_london_day(min);
}
static inline fb_day fb_clock__week_of(fb_day day) { return day - (day + 3) % 7; } /* day >= 0: 1970-01-01 was a Thursday */
/* The instant at which a local day begins. Clocks change at 01:00 UTC, never at midnight. */
static inline int64_t fb_clock__begin(fb_day day)
{
    int64_t midnight = (int64_t)day * FB_CLOCK_DAY_MIN;
    return midnight - fb_london_offset_min(midnight - 60);
}
/* Exactly, or else as a lower bound. */
static inline void fb_clock__set(const struct fb_clock *k, enum fb_fact fact, int64_t v, bool exact)
{
    if (exact)
        fb_fact_set(k->out, fact, v);
    else
        fb_fact_set_at_least(k->out, fact, v);
}
/* All trusts send everything from that day on, and all of it was read. */
static inline bool fb_clock__fed(const struct fb_clock *k, fb_day from) { return !k->diary->cut && k->c->fed_from <= from; }
/* The same of all that may reach into that day: who began before is told of from before. */
static inline bool fb_clock__fed_into(const struct fb_clock *k, fb_day day)
{
    return fb_clock__fed(k, day - (fb_day)(FB_SHIFT_MINUTES_MAX / FB_CLOCK_DAY_MIN));
}
/* Of a check or a post: its status says that it is there. */
static inline bool fb_clock__holds(const struct fb_diary_row *row)
{
    return row->status == FB_FACT_STATUS_VALID || row->status == FB_FACT_STATUS_CONDITIONS;
}
/* Place of the first row that does not start before that minute. */
unsigned fb_clock__place(const struct fb_diary_view *d, enum fb_diary_sort sort, int64_t start_min);
/* What a row of hours counts: nought where another record speaks better of the same employer and week. */
int64_t fb_clock__hours_of_several(const struct fb_diary_view *d, unsigned i);
static inline int64_t fb_clock__hours(const struct fb_diary_view *d, unsigned i)
{
    const struct fb_diary_row *row = &d->row[FB_DIARY_HOURS][i];
    bool alone = (i == 0 || row[-1].stint.start_min != row->stint.start_min) &&
                 (i + 1 == d->n[FB_DIARY_HOURS] || row[1].stint.start_min != row->stint.start_min);
    return alone ? row->stint.minutes : fb_clock__hours_of_several(d, i); /* nearly always one employer states a week once */
}
int64_t fb_clock__unless_away(const struct fb_diary_view *d, unsigned i, bool *doubt);
/* What of them was surely worked. Hours that were contracted or rostered were not worked in an absence from them; *doubt is set where
 * one leaves open how many were. */
static inline int64_t fb_clock__sure(const struct fb_diary_view *d, unsigned i, bool *doubt)
{
    return d->row[FB_DIARY_HOURS][i].kind == FB_HOURS_KIND_WORKED ? fb_clock__hours(d, i) : fb_clock__unless_away(d, i, doubt);
}
/* Something is said of the hours of the week of that Monday at an employer. */
bool fb_clock__stated(const struct fb_diary_view *d, fb_day monday, fb_code employer);
/* It is said of each week from one Monday to another, by each employer where a post of their own is known; and then nothing was
 * worked there in all weeks of these days. */
bool fb_clock__told(const struct fb_diary_view *d, fb_day from, fb_day until);
bool fb_clock__idle(const struct fb_clock *k, fb_day from, fb_day until);
unsigned fb_clock__reference_weeks(const struct fb_clocks *c, uint64_t grades);
void fb_clock__reference(const struct fb_clock *k, struct fb_reference_period *out);
void fb_clock__runs(const struct fb_clock *k);
void fb_clock__assignment(const struct fb_clock *k);
void fb_clock__same_agency(const struct fb_clock *k);
void fb_clock__checks(const struct fb_clock *k);
#endif
