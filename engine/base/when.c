#include "engine/base/when.h"
#include "engine/base/check.h"

/* Civil dates by the arithmetic of Howard Hinnant's "chrono-compatible low-level date algorithms": years are
 * counted from 1 March, so that the leap day is a year's last, and 400 years (146,097 days, whole weeks)
 * repeat for ever. Nothing here loops or looks anything up: a decision asks for the London offset several
 * times. */
#define DAYS_TO_EPOCH   719468 /* from 0000-03-01, a Wednesday, to 1970-01-01 */
#define DAYS_OF_CYCLE   146097
#define MINUTES_OF_DAY  1440
#define CHANGE_MINUTE   60 /* both changes are at 01:00 UTC */
#define MARCH_END       30 /* the last days of March and October, counted from 1 March */
#define OCTOBER_END     244
#define LAST_WEEK       6 /* a last Sunday is at most six days before its month's end */
#define SUMMER_TIME_MIN 60

struct place {
    int64_t cycle;        /* of 400 years */
    unsigned year;        /* within the cycle, from 1 March */
    unsigned day_of_year; /* 0 is 1 March */
    unsigned weekday;     /* 0 is Monday */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* From 1 March 1968 to 28 February 2100 every fourth year is a leap year: that is nearly every day asked for. */
#define PLAIN_FROM  (-671)
#define PLAIN_DAYS  48212u
#define FOUR_YEARS  1461u
#define PLAIN_YEAR  368u /* of its cycle */
static struct place place_of_plain(uint32_t d)
{
    uint32_t four = d / FOUR_YEARS, of_four = d - four * FOUR_YEARS;
    uint32_t one = (of_four - of_four / 1460) / 365, year = PLAIN_YEAR + 4 * four + one;
    return (struct place){4 + year / 400, year % 400, of_four - 365 * one, (d + 4) % 7};
}

static struct place place_of(int64_t day)
{
    uint64_t plain = (uint64_t)(day - PLAIN_FROM);
    if (plain < PLAIN_DAYS)
        return place_of_plain((uint32_t)plain);
    int64_t since = day + DAYS_TO_EPOCH;
    int64_t cycle = floor_div(since, DAYS_OF_CYCLE);
    unsigned d = (unsigned)(since - cycle * DAYS_OF_CYCLE);
    unsigned year = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    return (struct place){cycle, year, d - (365 * year + year / 4 - year / 100), (d + 2) % 7};
}

fb_day fb_day_of(int year, unsigned month, unsigned day)
{
    fb_assert(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    int64_t from_march = (int64_t)year - (month <= 2 ? 1 : 0);
    int64_t cycle = floor_div(from_march, 400);
    int64_t y = from_march - cycle * 400;
    int64_t m = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * m + 2) / 5 + day - 1;
    int64_t days = cycle * DAYS_OF_CYCLE + y * 365 + y / 4 - y / 100 + day_of_year - DAYS_TO_EPOCH;
    fb_assert(days >= INT32_MIN && days <= INT32_MAX);
    return (fb_day)days;
}

void fb_day_civil(fb_day d, int *year, unsigned *month, unsigned *day)
{
    struct place p = place_of(d);
    unsigned m = (5 * p.day_of_year + 2) / 153;
    *day = p.day_of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(p.cycle * 400 + p.year + (m >= 10 ? 1 : 0));
}

unsigned fb_day_weekday(fb_day d)
{
    return place_of(d).weekday;
}

fb_day fb_day_week(fb_day d)
{
    return d - (fb_day)fb_day_weekday(d);
}

fb_day fb_day_month(fb_day d)
{
    int year;
    unsigned month, day;
    fb_day_civil(d, &year, &month, &day);
    return d - (fb_day)(day - 1);
}

/* The day of the year on which the last Sunday of the month that ends at `month_end` falls. */
static unsigned last_sunday(struct place p, unsigned month_end)
{
    /* 371 is a whole number of weeks, more than any day of the year: it keeps the difference positive. */
    unsigned weekday = (p.weekday + 371 + month_end - p.day_of_year) % 7;
    return month_end - (weekday + 1) % 7;
}

/* Whether the change of the month that ends at `month_end` has happened. */
static bool has_changed(struct place p, int64_t minute, unsigned month_end)
{
    unsigned sunday = last_sunday(p, month_end);
    return p.day_of_year > sunday || (p.day_of_year == sunday && minute >= CHANGE_MINUTE);
}

/* On most days of most years the hour and the weekday do not matter. */
static bool is_plain_winter(uint32_t day_of_year)
{
    return day_of_year < MARCH_END - LAST_WEEK || day_of_year > OCTOBER_END;
}

static bool is_plain_summer(uint32_t day_of_year)
{
    return day_of_year > MARCH_END && day_of_year < OCTOBER_END - LAST_WEEK;
}

int fb_london_offset_min(int64_t utc_min)
{
    int64_t day = floor_div(utc_min, MINUTES_OF_DAY);
    uint64_t plain = (uint64_t)(day - PLAIN_FROM);
    if (plain < PLAIN_DAYS) {
        uint32_t of_four = (uint32_t)plain % FOUR_YEARS, of_year = of_four % 365; /* the leap day is like 1 March */
        if (is_plain_winter(of_year))
            return 0;
        if (is_plain_summer(of_year))
            return SUMMER_TIME_MIN;
    }
    struct place p = place_of(day);
    int64_t minute = utc_min - day * MINUTES_OF_DAY;
    if (is_plain_winter(p.day_of_year))
        return 0;
    if (p.day_of_year <= MARCH_END)
        return has_changed(p, minute, MARCH_END) ? SUMMER_TIME_MIN : 0;
    if (p.day_of_year < OCTOBER_END - LAST_WEEK)
        return SUMMER_TIME_MIN;
    return has_changed(p, minute, OCTOBER_END) ? 0 : SUMMER_TIME_MIN;
}

int64_t fb_london_local_min(int64_t utc_min)
{
    return utc_min + fb_london_offset_min(utc_min);
}

fb_day fb_london_day(int64_t utc_min)
{
    int64_t local = fb_london_local_min(utc_min);
    return (fb_day)(local / 1440 - (local % 1440 < 0));
}

fb_day fb_london_day_of_ms(int64_t utc_ms)
{
    return fb_london_day(utc_ms / 60000 - (utc_ms % 60000 < 0));
}

unsigned fb_london_instants(int64_t local_min, int64_t out[2])
{
    unsigned n = 0;
    int64_t in_summer = local_min - SUMMER_TIME_MIN;
    if (fb_london_offset_min(in_summer) == SUMMER_TIME_MIN)
        out[n++] = in_summer;
    if (fb_london_offset_min(local_min) == 0)
        out[n++] = local_min;
    return n;
}

static int64_t change_of(int64_t day, struct place p, unsigned month_end)
{
    return (day - p.day_of_year + last_sunday(p, month_end)) * MINUTES_OF_DAY + CHANGE_MINUTE;
}

int64_t fb_london_next_change(int64_t utc_min)
{
    int64_t day = floor_div(utc_min, MINUTES_OF_DAY);
    struct place p = place_of(day);
    int64_t spring = change_of(day, p, MARCH_END);
    if (utc_min < spring)
        return spring;
    int64_t autumn = change_of(day, p, OCTOBER_END);
    if (utc_min < autumn)
        return autumn;
    /* 366 days after 1 March lies in the next year that begins in March, leap or not. */
    int64_t next = day - p.day_of_year + 366;
    return change_of(next, place_of(next), MARCH_END);
}
