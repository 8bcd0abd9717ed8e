#include "engine/core/counter.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

enum { DAY = 1440, SHIFTS = 6 };

/* Shifts at 07:00 UTC of successive days from 2026-01-05, a Monday, of 600 paid minutes each. */
static uint32_t start_of(unsigned day)
{
    return (uint32_t)((fb_day_of(2026, 1, 5) + (fb_day)day) * DAY + 7 * 60);
}

static struct fb_counted_row row_at(unsigned day)
{
    return (struct fb_counted_row){start_of(day), 0, day + 1, 1, 600};
}

static struct fb_counter counter_of(enum fb_span_of span)
{
    return (struct fb_counter){.id = 1,
                               .key = FB_COUNTER_KEY_WORKER,
                               .adds = FB_ADDS_SHIFTS,
                               .span = span,
                               .rolling_days = 3,
                               .scope = {.from = fb_day_of(2026, 1, 5), .until = fb_day_of(2026, 3, 1)}};
}

static struct fb_count own_at(unsigned day)
{
    return (struct fb_count){.counter = 1, .key = 9, .start_min = start_of(day), .amount = 1, .minutes = 600};
}

static struct fb_counted read_at(const struct fb_counter *c, const struct fb_counted_row *row, unsigned n, unsigned day,
                                 unsigned recent_of)
{
    struct fb_counted_rows rows = {row, n, false};
    struct fb_count own = own_at(day);
    struct fb_counted out;
    memset(&out, 0xa5, sizeof out);
    fb_counter_read(c, &rows, &own, fb_day_of(2026, 1, 5) + (fb_day)day, own.start_min, day + 1, recent_of, &out);
    return out;
}

static void check_window(enum fb_span_of span, fb_day day, fb_day from, fb_day until)
{
    struct fb_counter c = counter_of(span);
    fb_day a, b;
    fb_counter_window(&c, day, &a, &b);
    CU_ASSERT(a == from && b == until);
}

static void test_windows(void)
{
    check_window(FB_SPAN_OF_DATES, fb_day_of(2026, 2, 10), fb_day_of(2026, 1, 5), fb_day_of(2026, 3, 1));
    check_window(FB_SPAN_OF_MONTH, fb_day_of(2026, 2, 28), fb_day_of(2026, 2, 1), fb_day_of(2026, 3, 1));
    check_window(FB_SPAN_OF_MONTH, fb_day_of(2026, 12, 31), fb_day_of(2026, 12, 1), fb_day_of(2027, 1, 1));
    check_window(FB_SPAN_OF_MONTH, fb_day_of(2026, 1, 1), fb_day_of(2026, 1, 1), fb_day_of(2026, 2, 1));
    check_window(FB_SPAN_OF_WEEK, fb_day_of(2026, 1, 11), fb_day_of(2026, 1, 5), fb_day_of(2026, 1, 12));
    check_window(FB_SPAN_OF_ROLLING_DAYS, fb_day_of(2026, 1, 11), fb_day_of(2026, 1, 9), fb_day_of(2026, 1, 12));
}

/* Local midnight: in summer that is 23:00 UTC of the day before. */
static void test_minutes(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_WEEK);
    uint32_t from, until;
    fb_counter_minutes(&c, fb_day_of(2026, 3, 27), &from, &until); /* clocks change on its Sunday */
    CU_ASSERT_EQUAL(from, (uint32_t)(fb_day_of(2026, 3, 23) * DAY));
    CU_ASSERT_EQUAL(until, (uint32_t)(fb_day_of(2026, 3, 30) * DAY - 60));
    c = counter_of(FB_SPAN_OF_DATES);
    c.scope.from = INT32_MIN;
    c.scope.until = INT32_MAX;
    fb_counter_minutes(&c, fb_day_of(2026, 3, 27), &from, &until);
    CU_ASSERT(from == 0 && until == UINT32_MAX);
}

/* Who reads a day is whose window holds it. */
static void test_readers(void)
{
    static const enum fb_span_of spans[] = {FB_SPAN_OF_DATES, FB_SPAN_OF_MONTH, FB_SPAN_OF_WEEK, FB_SPAN_OF_ROLLING_DAYS};
    for (unsigned s = 0; s < 4; s++) {
        struct fb_counter c = counter_of(spans[s]);
        for (fb_day of = fb_day_of(2026, 1, 20); of < fb_day_of(2026, 2, 20); of++) {
            for (fb_day by = of - 40; by < of + 40; by++) {
                uint32_t from, until, first, end;
                uint32_t noon_of = (uint32_t)(of * DAY + 720), noon_by = (uint32_t)(by * DAY + 720);
                bool in_scope = by >= c.scope.from && by < c.scope.until;
                fb_counter_minutes(&c, by, &from, &until);
                fb_counter_readers(&c, of, &first, &end);
                if (in_scope)
                    CU_ASSERT_EQUAL(noon_of >= from && noon_of < until, noon_by >= first && noon_by < end);
            }
        }
    }
}

static void test_before_here_whole(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_DATES);
    const struct fb_counted_row rows[] = {row_at(0), row_at(1), row_at(3), row_at(4)};
    struct fb_counted at = read_at(&c, rows, 4, 2, 2);
    CU_ASSERT(at.before == 2 && at.here == 1 && at.whole == 5);
    CU_ASSERT(at.recent == 2 && at.recent_minutes == 1200);
    at = read_at(&c, rows, 4, 2, 50);
    CU_ASSERT(at.recent == 3 && at.recent_minutes == 1800);
    at = read_at(&c, rows, 0, 2, 5);
    CU_ASSERT(at.before == 0 && at.here == 1 && at.whole == 1 && at.recent == 1);
}

static void test_without_own(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_DATES);
    const struct fb_counted_row row[] = {row_at(0), row_at(1), row_at(3)};
    struct fb_counted_rows rows = {row, 3, false};
    struct fb_counted out;
    fb_counter_read(&c, &rows, NULL, fb_day_of(2026, 1, 7), start_of(2), 3, 5, &out);
    CU_ASSERT(out.before == 2 && out.here == 0 && out.whole == 3 && out.recent == 0);
}

/* Rows of other days are passed over, so that it does not matter how wide they were gathered. */
static void test_only_the_window(void)
{
    struct fb_counter week = counter_of(FB_SPAN_OF_WEEK), rolling = counter_of(FB_SPAN_OF_ROLLING_DAYS);
    const struct fb_counted_row rows[] = {row_at(0), row_at(5), row_at(6), row_at(7), row_at(9)};
    struct fb_counted at = read_at(&week, rows, 5, 8, 5); /* Tuesday of the second week */
    CU_ASSERT(at.before == 1 && at.whole == 3);
    at = read_at(&rolling, rows, 5, 8, 5);
    CU_ASSERT(at.before == 2 && at.whole == 3);
}

static void test_same_start(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_DATES);
    struct fb_counted_row rows[] = {row_at(2), row_at(2)};
    rows[0].tie = 5;
    rows[1].tie = 7;
    struct fb_counted_rows held = {rows, 2, false};
    struct fb_count own = own_at(2);
    struct fb_counted out;
    own.tie = 6;
    fb_counter_read(&c, &held, &own, fb_day_of(2026, 1, 7), own.start_min, 99, 5, &out);
    CU_ASSERT(out.before == 1 && out.here == 1 && out.whole == 3);
}

/* Of shifts that start less than this apart only the first counts, and the next is measured from that one. */
static void test_apart(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_DATES);
    c.apart_min = 2 * DAY;
    const struct fb_counted_row rows[] = {row_at(0), row_at(1), row_at(2), row_at(5)};
    struct fb_counted at = read_at(&c, rows, 4, 3, 5);
    CU_ASSERT(at.before == 2 && at.here == 0 && at.whole == 3);
    at = read_at(&c, rows, 4, 4, 5);
    CU_ASSERT(at.before == 2 && at.here == 1 && at.whole == 3); /* and the fifth day's is now too soon */
    CU_ASSERT(at.recent == 3 && at.recent_minutes == 1800);
    at = read_at(&c, rows, 4, 4, 2);
    CU_ASSERT(at.recent == 2 && at.recent_minutes == 1200);
}

static void test_keys(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_DATES);
    struct fb_booking a = fb_test_day_shift(FB_ROUTE_BANK, "5"), b = a;
    a.worker = 1;
    b.worker = 2;
    CU_ASSERT(fb_counter_key_of(&c, &a) != 0 && fb_counter_key_of(&c, &a) != fb_counter_key_of(&c, &b));
    CU_ASSERT_NOT_EQUAL(fb_counter_key_for(&c, &a, true), fb_counter_key_for(&c, &a, false));
    CU_ASSERT_EQUAL(fb_counter_key_for(&c, &a, false), fb_counter_key_of(&c, &a));
    b.worker = a.worker;
    b.shift.hirer = fb_code_of("RXQ");
    CU_ASSERT_EQUAL(fb_counter_key_of(&c, &a), fb_counter_key_of(&c, &b));
    c.key = FB_COUNTER_KEY_WORKER_AT_TRUST;
    CU_ASSERT_NOT_EQUAL(fb_counter_key_of(&c, &a), fb_counter_key_of(&c, &b));
    c.key = FB_COUNTER_KEY_TRUST;
    CU_ASSERT_NOT_EQUAL(fb_counter_key_of(&c, &a), fb_counter_key_of(&c, &b));
    c.key = FB_COUNTER_KEY_AGENCY;
    CU_ASSERT_EQUAL(fb_counter_key_of(&c, &a), 0);
    a.worker = 0;
    c.key = FB_COUNTER_KEY_WORKER;
    CU_ASSERT(fb_counter_key_of(&c, &a) == 0 && fb_counter_key_for(&c, &a, true) == 0);
}

/* Whatever the order of arrival, the rows are the same, so it is enough that each shift's sums fit together. */
static void test_parts_fit(void)
{
    struct fb_counter c = counter_of(FB_SPAN_OF_DATES);
    for (uint32_t apart = 0; apart <= 3; apart++) {
        c.apart_min = apart * DAY;
        int64_t here = 0, whole = -1;
        for (unsigned own = 0; own < SHIFTS; own++) {
            struct fb_counted_row rows[SHIFTS];
            unsigned n = 0;
            for (unsigned i = 0; i < SHIFTS; i++)
                if (i != own)
                    rows[n++] = row_at(i);
            struct fb_counted at = read_at(&c, rows, n, own, SHIFTS);
            CU_ASSERT_EQUAL(at.before, here);
            CU_ASSERT(whole == -1 || at.whole == whole);
            whole = at.whole;
            here += at.here;
        }
        CU_ASSERT_EQUAL(here, whole);
    }
}

CU_TestInfo suite_counter[] = {
    {"a window is that of its dates, month, ISO week or rolling days", test_windows},
    {"a window begins and ends at local midnight, clock changes and open dates included", test_minutes},
    {"who reads a day is whose window holds it", test_readers},
    {"a shift reads what came before it, what it adds and what the whole window holds", test_before_here_whole},
    {"a shift that adds nothing itself still reads the others", test_without_own},
    {"rows outside the window are passed over", test_only_the_window},
    {"shifts that start together are told apart by their names", test_same_start},
    {"a shift that starts too soon after the last that counted does not count", test_apart},
    {"two keys never mix, and no name is no key", test_keys},
    {"over all shifts of a window the parts sum to the whole", test_parts_fit},
    CU_TEST_INFO_NULL,
};
