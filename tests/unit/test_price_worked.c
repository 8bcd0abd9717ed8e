#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

static int64_t at(const char *text)
{
    int64_t ms;
    CU_ASSERT_EQUAL_FATAL(fb_instant_parse(&ms, fb_span_of(text)), FB_OK);
    return ms / 60000;
}

static void interval(struct fb_timesheet *t, enum fb_interval kind, const char *start, const char *end)
{
    t->interval[t->n++] = (struct fb_interval_row){kind, at(start), at(end), 0};
}

/* A weekday night of band 5, Tuesday 2 June 2026. */
static struct fb_booking night(void)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-02T19:30", "2026-06-03T08:00", 30);
    for (int c = 0; c < FB_TEST_CATEGORIES; c++)
        fb_test_rate(&b, (enum fb_test_category)c, FB_PART_WORKER_PAY, 100000 * (c + 1));
    return b;
}

static struct fb_price worked(const struct fb_booking *b, const struct fb_timesheet *t)
{
    struct fb_price p;
    memset(&p, 0xA5, sizeof p);
    fb_price_worked(fb_test_book(), b, t, &p);
    return p;
}

static void check_minutes(const struct fb_minutes *m, int32_t plain, int32_t unsocial, int32_t premium)
{
    CU_ASSERT_EQUAL(m->in[FB_TEST_PLAIN], plain);
    CU_ASSERT_EQUAL(m->in[FB_TEST_UNSOCIAL], unsocial);
    CU_ASSERT_EQUAL(m->in[FB_TEST_PREMIUM], premium);
    CU_ASSERT_EQUAL(m->total, plain + unsocial + premium);
}

static void test_worked_as_booked_is_priced_as_booked(void)
{
    struct fb_booking b = night();
    struct fb_timesheet t = {.n = 0};
    struct fb_price booked;
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T19:30", "2026-06-03T08:00");
    fb_price_booking(fb_test_book(), &b, NULL, &booked);
    struct fb_price p = worked(&b, &t);
    CU_ASSERT_EQUAL(memcmp(&p, &booked, sizeof p), 0);
    /* Cut in two where nothing was missed: still the same. */
    t.n = 0;
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T19:30", "2026-06-03T01:00");
    interval(&t, FB_INTERVAL_WORKED, "2026-06-03T01:00", "2026-06-03T08:00");
    p = worked(&b, &t);
    CU_ASSERT_EQUAL(memcmp(&p, &booked, sizeof p), 0);
}

static void test_a_stated_break_is_taken_where_it_lay(void)
{
    struct fb_booking b = night();
    struct fb_timesheet t = {.n = 0};
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T19:30", "2026-06-03T08:00");
    interval(&t, FB_INTERVAL_BREAK, "2026-06-03T01:00", "2026-06-03T01:20");
    struct fb_price p = worked(&b, &t);
    /* The booking's half hour is not taken as well. The cap knows no whole-shift rule. */
    check_minutes(&p.card_minutes, 0, 730, 0);
    check_minutes(&p.cap_minutes, 150, 580, 0);
    CU_ASSERT_EQUAL(p.charge.pence, (730 * 2000 + 30) / 60);
    /* A break in plain time: on the card that time had become unsocial. */
    t.n = 1;
    interval(&t, FB_INTERVAL_BREAK, "2026-06-03T07:00", "2026-06-03T07:20");
    p = worked(&b, &t);
    check_minutes(&p.card_minutes, 0, 730, 0);
    check_minutes(&p.cap_minutes, 130, 600, 0);
}

static void test_only_rest_inside_work_is_unpaid(void)
{
    struct fb_booking b = night();
    struct fb_timesheet t = {.n = 0};
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T08:00", "2026-06-02T10:00");
    interval(&t, FB_INTERVAL_BREAK, "2026-06-02T09:50", "2026-06-02T11:10");
    interval(&t, FB_INTERVAL_BREAK, "2026-06-02T11:00", "2026-06-02T11:20");
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T11:00", "2026-06-02T12:00");
    struct fb_price p = worked(&b, &t);
    check_minutes(&p.card_minutes, 120 + 60 - 10 - 20, 0, 0);
    /* A break that lay outside all work was stated: the booking's is not taken instead. */
    t.n = 0;
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T08:00", "2026-06-02T10:00");
    interval(&t, FB_INTERVAL_BREAK, "2026-06-02T10:00", "2026-06-02T10:30");
    p = worked(&b, &t);
    check_minutes(&p.card_minutes, 120, 0, 0);
}

static void test_only_work_and_call_outs_are_paid_and_once(void)
{
    struct fb_booking b = night();
    b.shift.break_min = FB_ABSENT;
    struct fb_timesheet t = {.n = 0};
    interval(&t, FB_INTERVAL_STANDBY, "2026-06-02T06:00", "2026-06-02T20:00");
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-02T08:00", "2026-06-02T09:00");
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T08:30", "2026-06-02T10:00");
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-02T09:00", "2026-06-02T09:30");
    interval(&t, FB_INTERVAL_TRAVEL, "2026-06-02T10:00", "2026-06-02T11:00");
    interval(&t, FB_INTERVAL_SLEEP_IN, "2026-06-02T22:00", "2026-06-03T06:00");
    struct fb_price p = worked(&b, &t);
    check_minutes(&p.card_minutes, 120, 0, 0);
}

static void test_the_share_of_night_is_asked_of_the_hours_worked(void)
{
    struct fb_booking b = night();
    struct fb_timesheet t = {.n = 0};
    /* Booked by night, worked from 14:00 to 22:00: two of eight hours, so that nothing turns. */
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T14:00", "2026-06-02T22:00");
    struct fb_price p = worked(&b, &t);
    check_minutes(&p.card_minutes, 330, 120, 0);
    CU_ASSERT_EQUAL(p.day, fb_day_of(2026, 6, 2));
}

static void test_nothing_worked_costs_nothing(void)
{
    struct fb_booking b = night();
    struct fb_timesheet t = {.n = 0};
    struct fb_price p = worked(&b, &t);
    check_minutes(&p.minutes, 0, 0, 0);
    CU_ASSERT(p.card.known && p.charge.known && p.cap.known);
    CU_ASSERT_EQUAL(p.card.pence, 0);
    CU_ASSERT_EQUAL(p.charge.pence, 0);
}

static void test_a_shift_stays_in_its_pay_year(void)
{
    struct fb_booking b;
    struct fb_timesheet t = {.n = 0};
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-03-31T22:00", "2026-04-01T06:00", 0);
    interval(&t, FB_INTERVAL_WORKED, "2026-04-01T00:10", "2026-04-01T06:00");
    CU_ASSERT_EQUAL(worked(&b, &t).card.hour_e4[FB_TEST_PLAIN], 171300);
}

CU_TestInfo suite_price_worked[] = {
    {"worked as booked is priced as booked", test_worked_as_booked_is_priced_as_booked},
    {"a stated break is taken where it lay", test_a_stated_break_is_taken_where_it_lay},
    {"only rest inside work is unpaid", test_only_rest_inside_work_is_unpaid},
    {"only work and call-outs are paid, and once", test_only_work_and_call_outs_are_paid_and_once},
    {"the share of night is asked of the hours worked", test_the_share_of_night_is_asked_of_the_hours_worked},
    {"nothing worked costs nothing", test_nothing_worked_costs_nothing},
    {"a shift stays in the pay year of its booked start", test_a_shift_stays_in_its_pay_year},
    CU_TEST_INFO_NULL,
};
