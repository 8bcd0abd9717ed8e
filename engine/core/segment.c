#include "engine/core/segment.h"
#include "engine/base/check.h"

/* A shift is walked local day by local day, and each day window by window. Nothing depends on how long a
 * day is: where the clocks change inside a shift, it is cut at that instant, and each side has one offset, so
 * that the minutes counted are the minutes really worked. */
enum { SUMMER_MIN = 60 };

struct walk {
    struct fb_minutes *m;
    const struct fb_book *book;
    const struct fb_calendar *cal;
    int32_t sign; /* +1 adds, -1 takes away */
};

static int32_t overlap(int32_t from, int32_t until, int32_t window_from, int32_t window_until)
{
    int32_t a = from > window_from ? from : window_from;
    int32_t b = until < window_until ? until : window_until;
    return b > a ? b - a : 0;
}

/* How many minutes of [from, until) of a local day are night; a window may begin on one day and end on the
 * next. */
static int32_t night_in(const struct fb_calendar *cal, int32_t from, int32_t until)
{
    int32_t night_from = cal->night_from_min, night_until = cal->night_until_min;
    if (night_from <= night_until)
        return overlap(from, until, night_from, night_until);
    return overlap(from, until, night_from, FB_DAY_MINUTES) + overlap(from, until, 0, night_until);
}

/* A date that this calendar counts as a public holiday besides the book's. There are never more than a few. */
static bool also_holiday(const struct fb_calendar *cal, fb_day day)
{
    for (unsigned i = 0; i < cal->n_also && cal->also_holiday[i] <= day; i++) {
        if (cal->also_holiday[i] == day)
            return true;
    }
    return false;
}

/* Counts [from, until) of one local day. */
static bool walk_day(const struct walk *w, fb_day day, int32_t from, int32_t until)
{
    int holiday = fb_book_holiday(w->book, day);
    if (holiday < 0)
        return false;
    bool kept = holiday > 0 || also_holiday(w->cal, day);
    unsigned type = kept ? FB_HOLIDAY_DAY_TYPE : fb_day_weekday(day);
    const struct fb_window *window = w->cal->window[type];
    w->m->total += w->sign * (until - from);
    w->m->night += w->sign * night_in(w->cal, from, until);
    for (unsigned i = 0; from < until; i++) {
        fb_assert(i < FB_WINDOWS_MAX); /* the pack room proves that windows cover the day */
        int32_t end = window[i].until_min < until ? window[i].until_min : until;
        if (end <= from)
            continue;
        w->m->in[window[i].category] += w->sign * (end - from);
        from = end;
    }
    return true;
}

/* Counts a stretch of local minutes in which the clocks do not change. */
static bool walk_local(const struct walk *w, int64_t start, int64_t end)
{
    int64_t day = start / FB_DAY_MINUTES - (start % FB_DAY_MINUTES < 0);
    int64_t midnight = day * FB_DAY_MINUTES;
    while (start < end) {
        int64_t next = midnight + FB_DAY_MINUTES;
        int64_t until = end < next ? end : next;
        if (!walk_day(w, (fb_day)day, (int32_t)(start - midnight), (int32_t)(until - midnight)))
            return false;
        start = until;
        midnight = next;
        day++;
    }
    return true;
}

/* The end of the stretch from `at` that has one offset. Changes lie months apart, so that a week whose two
 * ends agree has none inside. */
static int64_t same_offset_until(int64_t at, int64_t end, int offset)
{
    if (end - at <= FB_SHIFT_MINUTES_MAX && fb_london_offset_min(end - 1) == offset)
        return end;
    int64_t change = fb_london_next_change(at);
    return change < end ? change : end;
}

/* Days are only as many as the holiday calendar covers: this also keeps every sum below within its integer.
 */
static bool covered(const struct fb_book *book, int64_t start_min, int64_t end_min)
{
    int64_t from = (int64_t)book->holidays_from * FB_DAY_MINUTES;
    return start_min >= from - SUMMER_MIN && end_min <= from + (int64_t)book->n_holiday_days * FB_DAY_MINUTES;
}

static bool walk(const struct walk *w, int64_t start_min, int64_t end_min)
{
    if (start_min >= end_min)
        return true;
    if (!covered(w->book, start_min, end_min))
        return false;
    while (start_min < end_min) {
        int offset = fb_london_offset_min(start_min);
        int64_t until = same_offset_until(start_min, end_min, offset);
        if (!walk_local(w, start_min + offset, until + offset))
            return false;
        start_min = until;
    }
    return true;
}

bool fb_minutes_add(struct fb_minutes *m, const struct fb_book *book, const struct fb_calendar *cal,
                    int64_t start_min, int64_t end_min)
{
    struct walk w = {m, book, cal, 1};
    return walk(&w, start_min, end_min);
}

bool fb_minutes_take(struct fb_minutes *m, const struct fb_book *book, const struct fb_calendar *cal,
                     int64_t start_min, int64_t end_min)
{
    struct walk w = {m, book, cal, -1};
    return walk(&w, start_min, end_min);
}

bool fb_minutes_whole_shift_holds(const struct fb_minutes *m, enum fb_whole_shift rule)
{
    /* Sixty-four bits, because twice the night need not fit thirty-two. */
    int64_t twice = 2 * (int64_t)m->night;
    if (rule == FB_WHOLE_SHIFT_MORE_THAN_HALF)
        return twice > m->total;
    return rule == FB_WHOLE_SHIFT_AT_LEAST_HALF && m->total > 0 && twice >= m->total;
}

void fb_minutes_turn(struct fb_minutes *m, const struct fb_calendar *cal)
{
    if (cal->whole_from == cal->whole_to)
        return;
    m->in[cal->whole_to] += m->in[cal->whole_from];
    m->in[cal->whole_from] = 0;
}

/* Which of n categories in rising dearness a policy empties as its i-th. */
static unsigned nth_to_empty(enum fb_break_from from, unsigned i, unsigned n)
{
    if (from == FB_BREAK_FROM_DEAREST_FIRST)
        return n - 1 - i;
    if (from == FB_BREAK_FROM_PLAIN_THEN_DEAREST)
        return i == 0 ? 0 : n - i;
    return i;
}

void fb_minutes_break(struct fb_minutes *m, unsigned n_categories, const struct fb_calendar *cal,
                      enum fb_break_from from, int64_t break_min)
{
    unsigned n = cal->n_order > 0 ? cal->n_order : n_categories;
    for (unsigned i = 0; i < n && break_min > 0; i++) {
        unsigned nth = nth_to_empty(from, i, n);
        int32_t *in = &m->in[cal->n_order > 0 ? cal->order[nth] : nth];
        int32_t taken = break_min < *in ? (int32_t)break_min : *in;
        *in -= taken;
        m->total -= taken;
        break_min -= taken;
    }
}
