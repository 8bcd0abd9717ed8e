#include "engine/base/prng.h"
#include "engine/core/segment.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

/* The handbook read minute by minute: slow, and made without windows or walks. */
static enum fb_test_category category_at(const struct fb_book *book, int64_t local)
{
    fb_day day = (fb_day)(local / 1440);
    int64_t minute = local % 1440;
    if (fb_book_holiday(book, day) == 1 || fb_day_weekday(day) == 6)
        return FB_TEST_PREMIUM;
    if (fb_day_weekday(day) == 5 || minute < 6 * 60 || minute >= 20 * 60)
        return FB_TEST_UNSOCIAL;
    return FB_TEST_PLAIN;
}

static struct fb_minutes by_hand(const struct fb_book *book, int64_t start, int64_t end)
{
    struct fb_minutes m;
    memset(&m, 0, sizeof m);
    for (int64_t at = start; at < end; at++) {
        int64_t local = fb_london_local_min(at);
        m.in[category_at(book, local)]++;
        m.total++;
        m.night += local % 1440 < 6 * 60 || local % 1440 >= 20 * 60;
    }
    return m;
}

static bool same(const struct fb_minutes *a, const struct fb_minutes *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static int64_t sum_of(const struct fb_minutes *m)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < FB_CATEGORIES_MAX; i++) {
        CU_ASSERT(m->in[i] >= 0);
        sum += m->in[i];
    }
    return sum;
}

static void check_span(int64_t start, int64_t end)
{
    const struct fb_book *book = fb_test_book();
    struct fb_minutes m, slow = by_hand(book, start, end);
    memset(&m, 0, sizeof m);
    CU_ASSERT_FATAL(fb_minutes_add(&m, book, book->calendar, start, end));
    CU_ASSERT(same(&m, &slow));
    CU_ASSERT_EQUAL(sum_of(&m), end - start);
}

static int64_t at_day(int year, unsigned month, unsigned day)
{
    return (int64_t)fb_day_of(year, month, day) * 1440;
}

static void test_every_minute_is_in_one_category(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 20261025);
    for (int i = 0; i < 3000; i++) {
        int64_t start = at_day(2025, 1, 2) + (int64_t)fb_prng_below(&r, 1080 * 1440);
        check_span(start, start + 1 + (int64_t)fb_prng_below(&r, 1440));
    }
    for (int i = 0; i < 60; i++) {
        int64_t start = at_day(2025, 1, 2) + (int64_t)fb_prng_below(&r, 600 * 1440);
        check_span(start, start + 1 + (int64_t)fb_prng_below(&r, 9 * 1440));
    }
    check_span(at_day(2025, 2, 1), at_day(2026, 12, 31));
}

static void test_clock_changes_and_holidays(void)
{
    static const struct {
        int year;
        unsigned month, day;
    } nights[] = {{2025, 3, 30}, {2025, 10, 26}, {2026, 3, 29},  {2026, 10, 25},
                  {2027, 3, 28}, {2027, 10, 31}, {2025, 12, 25}, {2026, 1, 1},
                  {2026, 4, 3},  {2026, 4, 6},   {2026, 12, 28}, {2027, 1, 1}};
    struct fb_prng r;
    fb_prng_init(&r, 1);
    for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
        int64_t midnight = at_day(nights[i].year, nights[i].month, nights[i].day);
        for (int k = 0; k < 150; k++) {
            int64_t start = midnight - 720 + (int64_t)fb_prng_below(&r, 1440);
            check_span(start, start + 1 + (int64_t)fb_prng_below(&r, 900));
        }
        for (int64_t start = midnight - 3; start < midnight + 125; start++)
            check_span(start, midnight + 126);
    }
}

static void test_a_night_is_an_hour_longer_or_shorter(void)
{
    const struct fb_book *book = fb_test_book();
    struct fb_minutes spring = {.total = 0}, autumn = {.total = 0};
    /* 19:30 to 08:00 by the ward's clock, both times. */
    CU_ASSERT(fb_minutes_add(&spring, book, book->calendar, at_day(2026, 3, 28) + 19 * 60 + 30,
                             at_day(2026, 3, 29) + 7 * 60));
    CU_ASSERT(fb_minutes_add(&autumn, book, book->calendar, at_day(2026, 10, 24) + 18 * 60 + 30,
                             at_day(2026, 10, 25) + 8 * 60));
    CU_ASSERT_EQUAL(spring.total, 690);
    CU_ASSERT_EQUAL(spring.night, 540);
    CU_ASSERT_EQUAL(autumn.total, 810);
    CU_ASSERT_EQUAL(autumn.night, 660);
    CU_ASSERT_EQUAL(autumn.in[FB_TEST_UNSOCIAL], 270);
    CU_ASSERT_EQUAL(autumn.in[FB_TEST_PREMIUM], 540);
}

static void test_pieces_add_up_and_can_be_taken_back(void)
{
    const struct fb_book *book = fb_test_book();
    struct fb_prng r;
    fb_prng_init(&r, 3);
    for (int i = 0; i < 2000; i++) {
        int64_t start = at_day(2026, 3, 20) + (int64_t)fb_prng_below(&r, 20 * 1440);
        int64_t cut = start + (int64_t)fb_prng_below(&r, 600), end = cut + (int64_t)fb_prng_below(&r, 600);
        struct fb_minutes whole = {.total = 0}, parts = {.total = 0}, first = {.total = 0};
        CU_ASSERT(fb_minutes_add(&whole, book, book->calendar, start, end));
        CU_ASSERT(fb_minutes_add(&parts, book, book->calendar, start, cut));
        first = parts;
        CU_ASSERT(fb_minutes_add(&parts, book, book->calendar, cut, end));
        CU_ASSERT(same(&whole, &parts));
        CU_ASSERT(fb_minutes_take(&parts, book, book->calendar, cut, end));
        CU_ASSERT(same(&first, &parts));
    }
}

static void test_nobody_can_say_outside_the_holidays(void)
{
    const struct fb_book *book = fb_test_book();
    struct fb_minutes m = {.total = 0};
    int64_t first = at_day(2025, 1, 1), last = at_day(2028, 1, 1);
    CU_ASSERT(fb_minutes_add(&m, book, book->calendar, first, first + 60));
    CU_ASSERT(!fb_minutes_add(&m, book, book->calendar, first - 1, first + 60));
    CU_ASSERT(fb_minutes_add(&m, book, book->calendar, last - 60, last));
    CU_ASSERT(!fb_minutes_add(&m, book, book->calendar, last, last + 1));
    CU_ASSERT(!fb_minutes_add(&m, book, book->calendar, INT64_MIN, INT64_MAX));
    CU_ASSERT(!fb_minutes_take(&m, book, book->calendar, INT64_MAX - 1, INT64_MAX));
    CU_ASSERT(fb_minutes_add(&m, book, book->calendar, 7, 7));
}

static void test_a_calendar_is_read_by_its_day_types(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_calendar cal = book.calendar[0];
    cal.window[FB_HOLIDAY_DAY_TYPE][0] = (struct fb_window){600, 3};
    cal.window[FB_HOLIDAY_DAY_TYPE][1] = (struct fb_window){1440, 4};
    cal.night_from_min = 60;
    cal.night_until_min = 300;
    struct fb_minutes m = {.total = 0};
    /* Good Friday by the ward's clock, which is in summer time. */
    int64_t friday = at_day(2026, 4, 3) - 60;
    CU_ASSERT(fb_minutes_add(&m, &book, &cal, friday - 10, friday + 1440 + 10));
    CU_ASSERT_EQUAL(m.in[3], 600);
    CU_ASSERT_EQUAL(m.in[4], 840);
    CU_ASSERT_EQUAL(m.in[FB_TEST_UNSOCIAL], 20);
    CU_ASSERT_EQUAL(m.night, 240);
    /* Over a year that has both changes: a holiday that is an hour short has its twin on no other holiday. */
    unsigned char bitmap[400 / 8] = {0};
    struct fb_minutes year = {.total = 0};
    unsigned short_day = (unsigned)(fb_day_of(2026, 3, 29) - fb_day_of(2026, 1, 1));
    bitmap[short_day / 8] = (unsigned char)(1u << short_day % 8);
    book.holiday = bitmap;
    book.holidays_from = fb_day_of(2026, 1, 1);
    book.n_holiday_days = 400;
    CU_ASSERT(fb_minutes_add(&year, &book, &cal, at_day(2026, 2, 1), at_day(2026, 12, 1)));
    CU_ASSERT_EQUAL(year.in[3] + year.in[4], 1380);
    /* A holiday calendar that begins in summer begins at its first local midnight. */
    book.holidays_from = fb_day_of(2026, 4, 3);
    CU_ASSERT(fb_minutes_add(&m, &book, &cal, friday, friday + 1));
    CU_ASSERT(!fb_minutes_add(&m, &book, &cal, friday - 1, friday));
}

static struct fb_minutes minutes_of(int32_t plain, int32_t unsocial, int32_t premium, int32_t night)
{
    struct fb_minutes m = {
        .in = {plain, unsocial, premium}, .total = plain + unsocial + premium, .night = night};
    return m;
}

static void test_the_whole_shift_rule_at_its_edges(void)
{
    static const struct {
        enum fb_whole_shift rule;
        int32_t night;
        bool holds;
    } rows[] = {{FB_WHOLE_SHIFT_NEVER, 600, false},          {FB_WHOLE_SHIFT_NONE, 600, false},
                {FB_WHOLE_SHIFT_MORE_THAN_HALF, 300, false}, {FB_WHOLE_SHIFT_MORE_THAN_HALF, 301, true},
                {FB_WHOLE_SHIFT_AT_LEAST_HALF, 299, false},  {FB_WHOLE_SHIFT_AT_LEAST_HALF, 300, true}};
    const struct fb_calendar *cal = fb_test_book()->calendar;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_minutes m = minutes_of(200, 250, 150, rows[i].night);
        CU_ASSERT_EQUAL(fb_minutes_whole_shift_holds(&m, rows[i].rule), rows[i].holds);
        if (rows[i].holds)
            fb_minutes_turn(&m, cal);
        CU_ASSERT_EQUAL(m.in[FB_TEST_PLAIN], rows[i].holds ? 0 : 200);
        CU_ASSERT_EQUAL(m.in[FB_TEST_UNSOCIAL], rows[i].holds ? 450 : 250);
        CU_ASSERT_EQUAL(m.in[FB_TEST_PREMIUM], 150);
        CU_ASSERT_EQUAL(m.total, 600);
    }
    struct fb_minutes nothing = minutes_of(0, 0, 0, 0);
    CU_ASSERT(!fb_minutes_whole_shift_holds(&nothing, FB_WHOLE_SHIFT_AT_LEAST_HALF));
}

/* A break taken a minute at a time, as the policies read. */
static void take_one(struct fb_minutes *m, enum fb_break_from from)
{
    int at = -1;
    for (int c = 0; c < FB_TEST_CATEGORIES; c++) {
        if (m->in[c] > 0 && (at < 0 || from != FB_BREAK_FROM_CHEAPEST_FIRST))
            at = c;
    }
    if (from == FB_BREAK_FROM_PLAIN_THEN_DEAREST && m->in[0] > 0)
        at = 0;
    if (at < 0)
        return;
    m->in[at]--;
    m->total--;
}

static void test_breaks_follow_their_policy(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 5);
    for (int i = 0; i < 6000; i++) {
        enum fb_break_from from = (enum fb_break_from)(1 + i % 3);
        struct fb_minutes m = minutes_of((int32_t)fb_prng_below(&r, 50), (int32_t)fb_prng_below(&r, 50),
                                         (int32_t)fb_prng_below(&r, 50), 0);
        struct fb_minutes slow = m;
        int64_t rest = (int64_t)fb_prng_below(&r, 160);
        for (int64_t k = 0; k < rest; k++)
            take_one(&slow, from);
        fb_minutes_break(&m, FB_TEST_CATEGORIES, fb_test_book()->calendar, from, rest);
        CU_ASSERT(same(&m, &slow));
    }
    struct fb_minutes m = minutes_of(1, 2, 3, 0);
    fb_minutes_break(&m, FB_TEST_CATEGORIES, fb_test_book()->calendar, FB_BREAK_FROM_DEAREST_FIRST, -30);
    CU_ASSERT_EQUAL(m.total, 6);
    fb_minutes_break(&m, FB_TEST_CATEGORIES, fb_test_book()->calendar, FB_BREAK_FROM_DEAREST_FIRST, INT64_MAX);
    CU_ASSERT_EQUAL(m.total, 0);
}

/* ---- any calendar, minute by minute ---- */

enum { ALSO = 3 };
static const fb_day *also_days(void)
{
    static fb_day days[ALSO];
    days[0] = fb_day_of(2026, 3, 28); /* into the night in which the clocks go forward */
    days[1] = fb_day_of(2026, 6, 2);
    days[2] = fb_day_of(2026, 10, 25);
    return days;
}

/* Windows with random edges, the handbook's among them, of random categories; a night that may wrap or be empty. */
static void any_calendar(struct fb_prng *r, struct fb_calendar *cal)
{
    static const uint16_t edges[] = {0, 1, 359, 360, 361, 1199, 1200, 1201, 1439};
    memset(cal, 0, sizeof *cal);
    for (unsigned type = 0; type < FB_DAY_TYPES; type++) {
        uint16_t from = 0;
        for (unsigned i = 0; i < FB_WINDOWS_MAX && from < 1440; i++) {
            uint16_t until = fb_prng_below(r, 2) == 0 ? edges[fb_prng_below(r, sizeof edges / sizeof edges[0])]
                                                      : (uint16_t)fb_prng_below(r, 1441);
            until = until <= from || i + 1 == FB_WINDOWS_MAX ? 1440 : until;
            cal->window[type][i] = (struct fb_window){until, (uint8_t)fb_prng_below(r, FB_CATEGORIES_MAX)};
            from = until;
        }
    }
    cal->night_from_min = (uint16_t)fb_prng_below(r, 1441);
    cal->night_until_min = (uint16_t)fb_prng_below(r, 1441);
    cal->n_also = (unsigned)fb_prng_below(r, ALSO + 1);
    cal->also_holiday = also_days();
}

static bool in_night(const struct fb_calendar *cal, int64_t minute)
{
    if (cal->night_from_min <= cal->night_until_min)
        return minute >= cal->night_from_min && minute < cal->night_until_min;
    return minute >= cal->night_from_min || minute < cal->night_until_min;
}

static void count_minute(const struct fb_book *book, const struct fb_calendar *cal, int64_t local,
                         struct fb_minutes *m)
{
    fb_day day = (fb_day)(local / 1440);
    unsigned type = fb_book_holiday(book, day) == 1 ? FB_HOLIDAY_DAY_TYPE : fb_day_weekday(day), i = 0;
    for (unsigned k = 0; k < cal->n_also; k++)
        type = cal->also_holiday[k] == day ? FB_HOLIDAY_DAY_TYPE : type;
    while (local % 1440 >= cal->window[type][i].until_min)
        i++;
    m->in[cal->window[type][i].category]++;
    m->total++;
    m->night += in_night(cal, local % 1440);
}

static void check_any(const struct fb_calendar *cal, int64_t start, int64_t end)
{
    struct fb_minutes fast, slow;
    memset(&fast, 0, sizeof fast);
    memset(&slow, 0, sizeof slow);
    for (int64_t at = start; at < end; at++)
        count_minute(fb_test_book(), cal, fb_london_local_min(at), &slow);
    CU_ASSERT_FATAL(fb_minutes_add(&fast, fb_test_book(), cal, start, end));
    CU_ASSERT(same(&fast, &slow));
    CU_ASSERT_EQUAL(sum_of(&fast), end - start);
}

static void test_any_calendar_counts_as_it_reads(void)
{
    struct fb_prng r;
    struct fb_calendar cal;
    fb_prng_init(&r, 20260602);
    for (int i = 0; i < 400; i++) {
        any_calendar(&r, &cal);
        int64_t near = at_day(2026, 3, 28) + (i % 2) * (at_day(2026, 10, 24) - at_day(2026, 3, 28));
        int64_t start = near + (int64_t)fb_prng_below(&r, 2880);
        check_any(&cal, start, start + 1 + (int64_t)fb_prng_below(&r, 3 * 1440)); /* over 24 hours too */
        start = at_day(2026, 5, 30) + (int64_t)fb_prng_below(&r, 7 * 1440);
        check_any(&cal, start, start + 1 + (int64_t)fb_prng_below(&r, 1440));
    }
}

static void test_a_calendar_may_keep_more_holidays(void)
{
    struct fb_calendar cal = *fb_test_book()->calendar;
    struct fb_minutes m = {.total = 0};
    int64_t noon = at_day(2026, 6, 2) + 660; /* Tuesday, by the ward's clock */
    cal.n_also = ALSO;
    cal.also_holiday = also_days();
    CU_ASSERT(fb_minutes_add(&m, fb_test_book(), &cal, noon, noon + 1440));
    CU_ASSERT_EQUAL(m.in[FB_TEST_PREMIUM], 720);
    CU_ASSERT_EQUAL(m.in[FB_TEST_UNSOCIAL], 360);
    CU_ASSERT_EQUAL(m.in[FB_TEST_PLAIN], 360);
}

/* What is dear is the calendar's to say: a break by policy follows its order, whatever the numbers. */
static void test_breaks_follow_the_calendar_s_order(void)
{
    struct fb_calendar cal = *fb_test_book()->calendar, plain = cal;
    struct fb_prng r;
    fb_prng_init(&r, 6);
    for (int i = 0; i < 3000; i++) {
        enum fb_break_from from = (enum fb_break_from)(1 + i % 3);
        int32_t by_dearness[3] = {(int32_t)fb_prng_below(&r, 50), (int32_t)fb_prng_below(&r, 50),
                                  (int32_t)fb_prng_below(&r, 50)};
        struct fb_minutes m = {.total = 0}, in_order = minutes_of(by_dearness[0], by_dearness[1], by_dearness[2], 0);
        unsigned first = (unsigned)fb_prng_below(&r, 3), turn = 1 + (unsigned)fb_prng_below(&r, 2);
        int64_t rest = (int64_t)fb_prng_below(&r, 160);
        cal.n_order = 3;
        for (unsigned k = 0; k < 3; k++) {
            cal.order[k] = (uint8_t)(5 + (first + turn * k) % 3); /* numbers that no other calendar uses */
            m.in[cal.order[k]] = by_dearness[k];
            m.total += by_dearness[k];
        }
        fb_minutes_break(&m, FB_CATEGORIES_MAX, &cal, from, rest);
        fb_minutes_break(&in_order, FB_TEST_CATEGORIES, &plain, from, rest);
        for (unsigned k = 0; k < 3; k++)
            CU_ASSERT_EQUAL(m.in[cal.order[k]], in_order.in[k]);
        CU_ASSERT_EQUAL(m.total, in_order.total);
    }
}

CU_TestInfo suite_segment[] = {
    {"any calendar counts each minute once, as it reads", test_any_calendar_counts_as_it_reads},
    {"a calendar may keep more holidays than the book", test_a_calendar_may_keep_more_holidays},
    {"breaks follow the calendar's order of dearness", test_breaks_follow_the_calendar_s_order},
    {"every minute lies in the category that the handbook gives it", test_every_minute_is_in_one_category},
    {"also around clock changes and public holidays", test_clock_changes_and_holidays},
    {"a night is an hour longer or shorter when the clocks change",
     test_a_night_is_an_hour_longer_or_shorter},
    {"pieces add up to the whole and can be taken back", test_pieces_add_up_and_can_be_taken_back},
    {"nobody can say outside the years of known holidays", test_nobody_can_say_outside_the_holidays},
    {"a calendar is read by its day types and its own night", test_a_calendar_is_read_by_its_day_types},
    {"the whole-shift rule holds at its edge and not before", test_the_whole_shift_rule_at_its_edges},
    {"breaks are taken by their policy and never below nought", test_breaks_follow_their_policy},
    CU_TEST_INFO_NULL,
};
