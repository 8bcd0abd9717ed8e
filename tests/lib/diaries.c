#include "tests/lib/diaries.h"
#include "engine/base/check.h"
#include "tests/lib/books.h"
#include <stdlib.h>

enum { DAY_MIN = 1440 };

static uint32_t min_of(const char *text)
{
    int64_t ms = 0;
    enum fb_err e = fb_instant_parse(&ms, fb_span_of(text));
    fb_assert(e == FB_OK);
    return (uint32_t)(ms / 60000);
}

fb_day fb_test_day(const char *text)
{
    fb_day day = 0;
    enum fb_err e = fb_day_parse(&day, fb_span_of(text));
    fb_assert(e == FB_OK);
    return day;
}

static uint32_t min_of_day(const char *text)
{
    return (uint32_t)fb_test_day(text) * DAY_MIN;
}

static struct fb_clocks clocks(void)
{
    struct fb_clocks c = {.reference_weeks = 17,
                          .night_from_min = 23 * 60,
                          .night_until_min = 6 * 60,
                          .night_least_min = 180,
                          .assignment_reset_weeks = 6,
                          .absences_left_out =
                              1u << FB_ABSENCE_KIND_ANNUAL_LEAVE | 1u << FB_ABSENCE_KIND_SICKNESS,
                          .fed_from = INT32_MAX,
                          .origin = FB_NO_ROW};
    c.absence[FB_ABSENCE_KIND_SICKNESS].effect = FB_CLOCK_EFFECT_PAUSES;
    c.absence[FB_ABSENCE_KIND_SICKNESS].weeks_max = 28;
    c.absence[FB_ABSENCE_KIND_ANNUAL_LEAVE].effect = FB_CLOCK_EFFECT_PAUSES;
    c.absence[FB_ABSENCE_KIND_MATERNITY].effect = FB_CLOCK_EFFECT_RUNS;
    return c;
}

void fb_test_diary(struct fb_test_diary *d)
{
    *d = (struct fb_test_diary){.book = *fb_test_book()};
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        d->book.reads.w[i] = UINT64_MAX;
    d->book.clocks = clocks();
    for (unsigned sort = 0; sort < FB_DIARY_SORTS; sort++)
        d->view.row[sort] = d->row[sort];
    fb_test_own(d, "2026-06-16T07:30", "2026-06-16T19:30", 690);
}

/* Ties follow the order in which rows were made. */
static struct fb_stint stint(struct fb_test_diary *d, const char *start, const char *end, int32_t minutes)
{
    struct fb_stint s = {.worker = 9,
                         .start_min = min_of(start),
                         .end_min = min_of(end),
                         .tie = 1000 + d->n_made,
                         .minutes = minutes,
                         .route = FB_ROUTE_BANK,
                         .hirer = fb_code_of("RTH"),
                         .unit = 1,
                         .role = 5};
    d->n_made++;
    return s;
}

void fb_test_own(struct fb_test_diary *d, const char *start, const char *end, int32_t minutes)
{
    d->own = stint(d, start, end, minutes);
    d->day = fb_london_day(d->own.start_min);
}

static struct fb_diary_row *add(struct fb_test_diary *d, enum fb_diary_sort sort)
{
    fb_assert(d->view.n[sort] < FB_TEST_DIARY_ROWS);
    struct fb_diary_row *row = &d->row[sort][d->view.n[sort]++];
    *row = (struct fb_diary_row){.stint = {.worker = 9, .tie = 1000 + d->n_made}, .subject = 100 + d->n_made};
    d->n_made++;
    return row;
}

struct fb_stint *fb_test_shift(struct fb_test_diary *d, const char *start, const char *end, int32_t minutes)
{
    struct fb_diary_row *row = add(d, FB_DIARY_SHIFTS);
    row->stint = stint(d, start, end, minutes);
    row->stint.unit = 2;
    return &row->stint;
}

void fb_test_hours(struct fb_test_diary *d, const char *monday, const char *employer, int32_t minutes,
                   enum fb_hours_kind kind)
{
    struct fb_diary_row *row = add(d, FB_DIARY_HOURS);
    row->stint.start_min = min_of_day(monday);
    row->stint.end_min = row->stint.start_min + 7 * DAY_MIN;
    row->stint.minutes = minutes;
    row->stint.hirer = fb_code_of(employer);
    row->kind = (uint8_t)kind;
}

void fb_test_no_hours(struct fb_test_diary *d, const char *monday, unsigned weeks)
{
    for (unsigned w = 0; w < weeks; w++) {
        char day[11];
        fb_day_format(day, fb_test_day(monday) + 7 * (fb_day)w);
        fb_test_hours(d, day, "RYR", 0, FB_HOURS_KIND_WORKED);
    }
}

void fb_test_absence(struct fb_test_diary *d, enum fb_absence_kind kind, const char *from, const char *until)
{
    struct fb_diary_row *row = add(d, FB_DIARY_ABSENCES);
    row->stint.start_min = min_of_day(from);
    row->stint.end_min = min_of_day(until);
    row->kind = (uint8_t)kind;
}

struct fb_diary_row *fb_test_fact(struct fb_test_diary *d, enum fb_fact_kind kind, enum fb_fact_status status,
                                  const char *from, const char *until)
{
    struct fb_diary_row *row = add(d, FB_DIARY_FACTS);
    row->stint.start_min = min_of_day(from);
    row->stint.end_min = until == NULL ? UINT32_MAX : min_of_day(until);
    row->stint.minutes = -1;
    row->kind = (uint8_t)kind;
    row->status = (uint8_t)status;
    return row;
}

static int compare(const void *a, const void *b)
{
    return fb_diary_row_cmp(a, b);
}

void fb_test_sort(struct fb_test_diary *d)
{
    for (unsigned sort = 0; sort < FB_DIARY_SORTS; sort++)
        qsort(d->row[sort], d->view.n[sort], sizeof d->row[sort][0], compare);
}

const struct fb_facts *fb_test_ask(struct fb_test_diary *d)
{
    fb_test_sort(d);
    d->facts = (struct fb_facts){.known = {{0}}};
    fb_fact_set(&d->facts, FB_FACT_GRADE, (int64_t)fb_code_of("5"));
    fb_diary_facts(&d->book, &d->view, &d->own, d->day, &d->facts);
    return &d->facts;
}
