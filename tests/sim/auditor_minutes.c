#include "engine/base/check.h"
#include "tests/sim/auditor.h"
#include <string.h>

/* Half up by magnitude, by the schoolbook: the exact remainder is looked at, not a shifted division. */
int64_t aud_round(fb_i128 num, fb_i128 den)
{
    bool minus = num < 0;
    fb_i128 n = minus ? -num : num, whole = n / den;
    if (2 * (n - whole * den) >= den)
        whole++;
    return (int64_t)(minus ? -whole : whole);
}

/* ---- which minutes were worked ---- */

void aud_work_booked(const struct fb_booking *b, struct aud_work *out)
{
    int64_t n = b->shift.time.end_min - b->shift.time.start_min;
    fb_assert(n >= 0 && n <= AUD_MINUTES_MAX);
    out->from = b->shift.time.start_min;
    out->n = (unsigned)n;
    memset(out->what, 1, out->n);
    memset(out->called_out, 0, sizeof out->called_out);
    out->rest_stated = false;
    out->sheet = NULL;
    out->break_min = b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
}

static void span_of(const struct fb_timesheet *t, int64_t *from, int64_t *until)
{
    *from = INT64_MAX;
    *until = INT64_MIN;
    for (unsigned i = 0; i < t->n; i++) {
        *from = t->interval[i].start_min < *from ? t->interval[i].start_min : *from;
        *until = t->interval[i].end_min > *until ? t->interval[i].end_min : *until;
    }
    if (t->n == 0)
        *from = *until = 0;
}

/* Of two intervals over one minute the first says what it was. */
static void mark(struct aud_work *w, const struct fb_interval_row *row, bool rest)
{
    for (int64_t m = row->start_min; m < row->end_min; m++) {
        unsigned char *what = &w->what[m - w->from];
        if (!rest && *what == 0)
            w->called_out[m - w->from] = row->kind == FB_INTERVAL_CALLED_OUT;
        if (!rest)
            *what = 1;
        else if (*what == 1)
            *what = 2;
    }
}

void aud_work_done(const struct fb_booking *b, const struct fb_timesheet *t, struct aud_work *out)
{
    int64_t until;
    span_of(t, &out->from, &until);
    fb_assert(until - out->from <= AUD_MINUTES_MAX);
    out->n = (unsigned)(until - out->from);
    memset(out->what, 0, out->n);
    memset(out->called_out, 0, sizeof out->called_out);
    out->rest_stated = false;
    out->sheet = t;
    for (unsigned i = 0; i < t->n; i++)
        if (t->interval[i].kind == FB_INTERVAL_WORKED || t->interval[i].kind == FB_INTERVAL_CALLED_OUT)
            mark(out, &t->interval[i], false);
    for (unsigned i = 0; i < t->n; i++) {
        if (t->interval[i].kind != FB_INTERVAL_BREAK)
            continue;
        out->rest_stated = true;
        mark(out, &t->interval[i], true);
    }
    out->break_min = out->rest_stated || b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
}

bool aud_work_has(const struct aud_work *work, bool called_out)
{
    for (unsigned i = 0; i < work->n; i++)
        if (work->what[i] != 0 && work->called_out[i] == called_out)
            return true;
    return false;
}

/* ---- which category each of them is in ---- */

/* One minute of local time; false when nobody knows whether that day is a public holiday. */
static bool look_up(const struct fb_book *book, const struct fb_calendar *c, int64_t local_min,
                    unsigned *category, bool *night)
{
    int64_t day = local_min / 1440, at = local_min % 1440, bit = day - book->holidays_from;
    if (bit < 0 || bit >= (int64_t)book->n_holiday_days)
        return false;
    bool holiday = (book->holiday[bit / 8] >> (bit % 8) & 1) != 0;
    for (unsigned i = 0; i < c->n_also; i++)
        holiday |= c->also_holiday[i] == day;
    unsigned type = holiday ? FB_HOLIDAY_DAY_TYPE : (unsigned)((day + 3) % 7); /* 1970-01-01 was a Thursday */
    unsigned i = 0;
    while (c->window[type][i].until_min <= at)
        i++;
    *category = c->window[type][i].category;
    if (c->night_from_min <= c->night_until_min)
        *night = at >= c->night_from_min && at < c->night_until_min;
    else
        *night = at >= c->night_from_min || at < c->night_until_min;
    return true;
}

/* The category from which a policy takes the next minute of break. */
static int next_to_take(const struct fb_book *book, const struct fb_calendar *cal,
                        const int64_t in[FB_CATEGORIES_MAX], enum fb_break_from from)
{
    unsigned rising[FB_CATEGORIES_MAX] = {0}, n = cal->n_order > 0 ? cal->n_order : book->n_categories;
    for (unsigned i = 0; i < n; i++)
        rising[i] = cal->n_order > 0 ? cal->order[i] : i;
    if (from == FB_BREAK_FROM_PLAIN_THEN_DEAREST && in[rising[0]] > 0)
        return (int)rising[0];
    for (unsigned i = 0; i < n; i++) {
        unsigned c = rising[from == FB_BREAK_FROM_CHEAPEST_FIRST ? i : n - 1 - i];
        if (in[c] > 0)
            return (int)c;
    }
    return -1;
}

static bool whole_shift(enum fb_whole_shift rule, int64_t night, int64_t total)
{
    if (rule == FB_WHOLE_SHIFT_MORE_THAN_HALF)
        return night + night > total;
    return rule == FB_WHOLE_SHIFT_AT_LEAST_HALF && total > 0 && night + night >= total;
}

/* Two walks: the first for the night's share of the whole, the second to count what is paid. A break by
 * policy falls on the rest before it falls on what was called out. */
bool aud_minutes(const struct fb_book *book, const struct aud_rule_of_time *how, const struct aud_work *work,
                 int64_t in[FB_CATEGORIES_MAX], int64_t *called)
{
    int64_t night = 0, total = 0, of_calls[FB_CATEGORIES_MAX] = {0};
    static unsigned char category[AUD_MINUTES_MAX];
    memset(in, 0, FB_CATEGORIES_MAX * sizeof *in);
    for (unsigned i = 0; i < work->n; i++) {
        unsigned c = 0;
        bool is_night = false;
        if (work->what[i] == 0)
            continue;
        if (!look_up(book, how->calendar, fb_london_local_min(work->from + i), &c, &is_night))
            return false;
        category[i] = (unsigned char)c;
        night += is_night;
        total++;
    }
    bool whole = whole_shift(how->whole_shift, night, total);
    for (unsigned i = 0; i < work->n; i++) {
        if (work->what[i] != 1)
            continue;
        unsigned c =
            whole && category[i] == how->calendar->whole_from ? how->calendar->whole_to : category[i];
        in[c]++;
        of_calls[c] += work->called_out[i];
    }
    for (int64_t left = work->break_min; left > 0; left--) {
        int c = next_to_take(book, how->calendar, in, how->break_from);
        if (c < 0)
            break;
        in[c]--;
    }
    for (unsigned c = 0; c < FB_CATEGORIES_MAX && called != NULL; c++)
        called[c] = of_calls[c] < in[c] ? of_calls[c] : in[c];
    return true;
}

/* Every minute is asked for by itself; of one that is covered twice by the same kind there is still only one.
 */
bool aud_beside(const struct fb_book *book, const struct fb_calendar *calendar, const struct aud_work *work,
                enum fb_interval kind, int64_t in[FB_CATEGORIES_MAX], unsigned *n)
{
    static bool there[AUD_MINUTES_MAX];
    bool any = false, night;
    unsigned c = 0;
    memset(there, 0, sizeof there);
    memset(in, 0, FB_CATEGORIES_MAX * sizeof *in);
    *n = 0;
    for (unsigned i = 0; work->sheet != NULL && i < work->sheet->n; i++) {
        const struct fb_interval_row *row = &work->sheet->interval[i];
        *n += row->kind == kind;
        for (int64_t m = row->start_min; m < row->end_min && row->kind == kind; m++)
            any = there[m - work->from] = true;
    }
    *n = any ? *n : 0;
    for (unsigned i = 0; i < work->n; i++) {
        if (!there[i])
            continue;
        if (!look_up(book, calendar, fb_london_local_min(work->from + i), &c, &night))
            return false;
        in[c] += work->what[i] == 0;
    }
    return true;
}
