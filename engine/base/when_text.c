#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/when.h"

/* Times as text. The grammar is the header's and no wider: a form that two people can read in two ways is
 * for the adapter that knows its source. Years run from 0000 to 9999, which is what four digits can say. */
#define FIRST_DAY      (-719528) /* 0000-01-01 */
#define LAST_DAY       2932896   /* 9999-12-31 */
#define MINUTES_OF_DAY 1440
#define MS_OF_MINUTE   60000
#define MS_OF_DAY      (MINUTES_OF_DAY * MS_OF_MINUTE)
#define OFFSET_MAX_MIN 840 /* the largest offset in civil use is +14:00 */

struct scan {
    const char *p;
    uint32_t n, at;
};

static bool take(struct scan *s, char c)
{
    if (s->at >= s->n || s->p[s->at] != c)
        return false;
    s->at++;
    return true;
}

/* Exactly `count` digits that say at most `most`. */
static bool take_number(struct scan *s, unsigned count, unsigned most, unsigned *out)
{
    unsigned v = 0;
    if (s->n - s->at < count)
        return false;
    for (unsigned i = 0; i < count; i++, s->at++) {
        char c = s->p[s->at];
        if (c < '0' || c > '9')
            return false;
        v = v * 10 + (unsigned)(c - '0');
    }
    *out = v;
    return v <= most;
}

static bool take_day(struct scan *s, fb_day *out)
{
    unsigned year, month, day;
    if (!take_number(s, 4, 9999, &year) || !take(s, '-') || !take_number(s, 2, 12, &month) || !take(s, '-') ||
        !take_number(s, 2, 31, &day) || month == 0 || day == 0)
        return false;
    /* 31 April becomes 1 May and so gives itself away. */
    int y;
    unsigned m, d;
    *out = fb_day_of((int)year, month, day);
    fb_day_civil(*out, &y, &m, &d);
    return m == month && d == day;
}

enum fb_err fb_day_parse(fb_day *out, struct fb_span text)
{
    struct scan s = {text.p, text.n, 0};
    fb_day day;
    if (!take_day(&s, &day) || s.at != s.n)
        return FB_REFUSED;
    *out = day;
    return FB_OK;
}

/* A time as it was written: civil minutes, and what makes them exact. */
struct stamp {
    int64_t civil_min;
    unsigned ms; /* after the minute */
    bool exact;  /* had a suffix */
    int offset_min;
};

/* ":05" or ":05.250", one to three digits after the point; nothing is nought. */
static bool take_seconds(struct scan *s, unsigned *ms)
{
    unsigned second, fraction = 0;
    *ms = 0;
    if (!take(s, ':'))
        return true;
    if (!take_number(s, 2, 59, &second))
        return false;
    if (take(s, '.')) {
        unsigned digit, worth = 100, given = 0;
        for (; worth > 0 && take_number(s, 1, 9, &digit); worth /= 10, given++)
            fraction += digit * worth;
        if (given == 0)
            return false;
    }
    *ms = second * 1000 + fraction;
    return true;
}

static bool take_suffix(struct scan *s, struct stamp *out)
{
    unsigned hours, minutes;
    out->offset_min = 0;
    out->exact = s->at < s->n;
    if (!out->exact || take(s, 'Z'))
        return true;
    bool west = take(s, '-');
    if (!west && !take(s, '+'))
        return false;
    if (!take_number(s, 2, 14, &hours) || !take(s, ':') || !take_number(s, 2, 59, &minutes))
        return false;
    int offset = (int)(hours * 60 + minutes);
    out->offset_min = west ? -offset : offset;
    return offset <= OFFSET_MAX_MIN;
}

/* An offset can carry the first or last day of all out of the years that can be written. */
static bool can_be_written(const struct stamp *t)
{
    int64_t utc_min = t->civil_min - t->offset_min;
    return utc_min >= (int64_t)FIRST_DAY * MINUTES_OF_DAY &&
           utc_min < ((int64_t)LAST_DAY + 1) * MINUTES_OF_DAY;
}

static bool stamp_parse(struct stamp *out, struct fb_span text)
{
    struct scan s = {text.p, text.n, 0};
    fb_day day;
    unsigned hour, minute;
    if (!take_day(&s, &day) || !take(&s, 'T') || !take_number(&s, 2, 23, &hour) || !take(&s, ':') ||
        !take_number(&s, 2, 59, &minute) || !take_seconds(&s, &out->ms) || !take_suffix(&s, out))
        return false;
    out->civil_min = (int64_t)day * MINUTES_OF_DAY + hour * 60 + minute;
    return s.at == s.n && can_be_written(out);
}

static unsigned stamp_instants(const struct stamp *t, int64_t out[2])
{
    if (!t->exact)
        return fb_london_instants(t->civil_min, out);
    out[0] = t->civil_min - t->offset_min;
    return 1;
}

enum fb_err fb_instant_parse(int64_t *out_ms, struct fb_span s)
{
    struct stamp t;
    int64_t at[2];
    if (!stamp_parse(&t, s) || stamp_instants(&t, at) == 0)
        return FB_REFUSED;
    *out_ms = at[0] * MS_OF_MINUTE + t.ms;
    return FB_OK;
}

/* One end of a shift: NULL and its one or two instants, or a sentence that says what to do. */
static const char *one_end(struct fb_span text, int64_t at[2], unsigned *n)
{
    struct stamp t;
    if (text.n == 0)
        return "no time is given: write it as 2026-03-28T19:30 in London time";
    if (!stamp_parse(&t, text))
        return "this is not a time: write it as 2026-03-28T19:30 in London time, "
               "or add Z or +01:00 to make it exact";
    if (t.ms != 0)
        return "a shift is kept in whole minutes: leave the seconds out";
    *n = stamp_instants(&t, at);
    if (*n == 0)
        return "this time does not exist, because the clocks go forward from 01:00 to 02:00 that night: "
               "write the time that the clock showed, or add Z or +01:00 to make it exact";
    return NULL;
}

/* Of an end that occurs twice, the one that fits the stated duration, else the later. */
static int64_t choose_end(const int64_t at[2], unsigned n, int64_t start_min, int64_t stated_min)
{
    if (n == 2 && stated_min >= 0 && at[0] - start_min == stated_min)
        return at[0];
    return at[n - 1];
}

static const char *check_length(int64_t minutes)
{
    if (minutes <= 0)
        return "the shift does not end after its start: correct the end, "
               "and give it its own date when it is past midnight";
    if (minutes > FB_SHIFT_MINUTES_MAX)
        return "the shift is longer than a week: correct the end, or send one booking for each shift";
    return NULL;
}

enum fb_err fb_shift_resolve(struct fb_shift_time *out, struct fb_span start, struct fb_span end,
                             int64_t stated_min, const char **bad, const char **why)
{
    int64_t starts[2], ends[2];
    unsigned start_n, end_n;
    int64_t end_min = 0;
    const char *field = "start";
    const char *fault = one_end(start, starts, &start_n);
    if (fault == NULL) {
        field = "end";
        fault = one_end(end, ends, &end_n);
    }
    if (fault == NULL) {
        end_min = choose_end(ends, end_n, starts[0], stated_min);
        fault = check_length(end_min - starts[0]);
    }
    if (fault != NULL) {
        *bad = field;
        *why = fault;
        return FB_REFUSED;
    }
    unsigned notes = start_n == 2 ? FB_WHEN_AMBIGUOUS_START : 0u;
    notes |= end_n == 2 ? FB_WHEN_AMBIGUOUS_END : 0u;
    *out = (struct fb_shift_time){starts[0], end_min, notes};
    return FB_OK;
}

static void put_digits(char *out, unsigned count, unsigned v)
{
    for (; count > 0; v /= 10)
        out[--count] = (char)('0' + v % 10);
}

/* A number that no text can say (only damage or a peer's nonsense makes one) is written as the first or
 * last instant that a text can say: what prints a fault must not be the next one. */
static int64_t within(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

void fb_day_format(char out[11], fb_day d)
{
    int year;
    unsigned month, day;
    fb_day_civil((fb_day)within(d, FIRST_DAY, LAST_DAY), &year, &month, &day);
    put_digits(out, 4, (unsigned)year);
    out[4] = '-';
    put_digits(out + 5, 2, month);
    out[7] = '-';
    put_digits(out + 8, 2, day);
    out[10] = '\0';
}

/* "2026-03-16T07:30" and the NUL, of civil minutes that can be written. */
static void put_civil(char out[17], int64_t civil_min)
{
    int64_t day = floor_div(civil_min, MINUTES_OF_DAY);
    unsigned minute = (unsigned)(civil_min - day * MINUTES_OF_DAY);
    fb_day_format(out, (fb_day)day);
    out[10] = 'T';
    put_digits(out + 11, 2, minute / 60);
    out[13] = ':';
    put_digits(out + 14, 2, minute % 60);
    out[16] = '\0';
}

void fb_instant_format(char out[25], int64_t ms)
{
    ms = within(ms, FIRST_DAY * (int64_t)MS_OF_DAY, (LAST_DAY + 1) * (int64_t)MS_OF_DAY - 1);
    int64_t min = floor_div(ms, MS_OF_MINUTE);
    unsigned rest = (unsigned)(ms - min * MS_OF_MINUTE);
    put_civil(out, min);
    out[16] = ':';
    put_digits(out + 17, 2, rest / 1000);
    out[19] = '.';
    put_digits(out + 20, 3, rest % 1000);
    out[23] = 'Z';
    out[24] = '\0';
}

void fb_local_format(char out[17], int64_t utc_min)
{
    utc_min =
        within(utc_min, (int64_t)FIRST_DAY * MINUTES_OF_DAY, (LAST_DAY + 1) * (int64_t)MINUTES_OF_DAY - 1);
    put_civil(out, fb_london_local_min(utc_min));
}
