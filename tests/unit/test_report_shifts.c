/* Every shift once: what harmony, and the money of a change of rules, are computed from. */
#include "engine/turn/report/report_shifts.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

enum { SEEN = 16 };
static struct fb_test_turn T;
static struct fb_reader_books *books;
static struct seen {
    unsigned n, stop_after;
    struct {
        uint32_t subject;
        fb_day day;
        enum fb_booking_state state;
        fb_code trust;
        int64_t start_min, agency_fee_e4;
    } row[SEEN];
} seen;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
}

static void end(void)
{
    fb_reader_books_close(&books);
    fb_test_turn_close(&T);
}

static bool keep(void *ctx, const struct fb_shift_row *s)
{
    struct seen *to = ctx;
    if (to->n < SEEN) {
        to->row[to->n].subject = s->subject;
        to->row[to->n].day = s->day;
        to->row[to->n].state = s->booking->state;
        to->row[to->n].trust = s->booking->shift.hirer;
        to->row[to->n].start_min = s->booking->shift.time.start_min;
        to->row[to->n].agency_fee_e4 = s->booking->rates.n > 0 ? s->booking->rates.cell[0].part[FB_PART_COMMISSION] : FB_ABSENT;
        CU_ASSERT_EQUAL(s->decision->kind, FB_KIND_BOOKING);
    }
    return ++to->n != to->stop_after;
}

static unsigned shifts(struct fb_shift_filter filter)
{
    struct fb_shift_reader reader = {.each = keep, .ctx = &seen};
    unsigned stop_after = seen.stop_after;
    seen = (struct seen){.stop_after = stop_after};
    if (filter.until == 0)
        filter.until = INT32_MAX;
    CU_ASSERT_EQUAL(fb_report_shifts(T.store, books, &filter, &reader), FB_OK);
    return seen.n;
}

static struct fb_record *booking(enum fb_test_source source, const char *ref, int later_days)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, source, ref);
    r->as.booking.shift.time.start_min += later_days * 1440;
    r->as.booking.shift.time.end_min += later_days * 1440;
    return r;
}

static void each_booking_comes_once_and_vacancies_do_not(void)
{
    begin();
    CU_ASSERT_EQUAL(shifts((struct fb_shift_filter){0}), 0);
    struct fb_record *first = booking(FB_TEST_ROSTER, "B1", 0), *again = fb_test_amend(first, 2);
    again->as.booking.shift.break_min = 30;
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    fb_test_send_one(&T, first);
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B2", 3));
    fb_test_send_one(&T, again);
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){0}), 2);
    CU_ASSERT(seen.row[0].subject < seen.row[1].subject);
    CU_ASSERT_EQUAL(seen.row[0].day, fb_day_of(2026, 3, 16));
    CU_ASSERT_EQUAL(seen.row[1].day, fb_day_of(2026, 3, 19));
    end();
}

/* The portal's charge is believed, the roster's times: one shift with both. */
static void a_shift_that_two_systems_sent_is_merged_and_comes_once(void)
{
    begin();
    struct fb_record *roster = booking(FB_TEST_ROSTER, "B1", 0), *portal = booking(FB_TEST_PORTAL, "P9", 0);
    fb_test_refer(roster, "R-77");
    fb_test_refer(portal, "R-77");
    memset(&roster->as.booking.rates, 0, sizeof roster->as.booking.rates);
    portal->as.booking.shift.time.start_min += 15;
    fb_test_send_one(&T, portal);
    fb_test_send_one(&T, roster);
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){0}), 1);
    CU_ASSERT_EQUAL(seen.row[0].start_min, roster->as.booking.shift.time.start_min);
    CU_ASSERT_NOT_EQUAL(seen.row[0].agency_fee_e4, FB_ABSENT);
    end();
}

static void dates_and_trusts_choose(void)
{
    begin();
    struct fb_record *other = booking(FB_TEST_ROSTER, "B3", 1);
    other->as.booking.shift.hirer = fb_code_of("RXQ");
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B1", 0));
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B2", 7));
    fb_test_send_one(&T, other);
    fb_day monday = fb_day_of(2026, 3, 16);
    CU_ASSERT_EQUAL(shifts((struct fb_shift_filter){.from = monday, .until = monday + 7}), 2);
    CU_ASSERT_EQUAL(shifts((struct fb_shift_filter){.from = monday + 1, .until = monday + 8}), 2);
    CU_ASSERT_EQUAL(shifts((struct fb_shift_filter){.from = monday + 8}), 0);
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){.trust = fb_code_of("RXQ")}), 1);
    CU_ASSERT_EQUAL(seen.row[0].trust, fb_code_of("RXQ"));
    seen.stop_after = 1;
    CU_ASSERT_EQUAL(shifts((struct fb_shift_filter){0}), 1);
    seen.stop_after = 0;
    end();
}

/* By its own local date: 00:30 in summer time is still the day before in UTC. */
static void the_day_is_the_local_one(void)
{
    begin();
    struct fb_record *r = booking(FB_TEST_ROSTER, "B1", 0);
    int64_t midnight = (int64_t)fb_day_of(2026, 4, 1) * 1440 - 30;
    r->as.booking.shift.time = (struct fb_shift_time){.start_min = midnight, .end_min = midnight + 480};
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){.from = fb_day_of(2026, 4, 1)}), 1);
    CU_ASSERT_EQUAL(seen.row[0].day, fb_day_of(2026, 4, 1));
    end();
}

static void what_was_known_at_an_entry_is_given_again(void)
{
    begin();
    struct fb_record *first = booking(FB_TEST_ROSTER, "B1", 0), *cancelled = fb_test_amend(first, 2);
    cancelled->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    struct fb_engine_status status = {.journal = 0};
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_test_send_one(&T, first);
    CU_ASSERT_EQUAL_FATAL(fb_report_status(T.store, books, &arena, &status), FB_OK);
    fb_test_send_one(&T, cancelled);
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B2", 1));
    CU_ASSERT_EQUAL(shifts((struct fb_shift_filter){0}), 2);
    CU_ASSERT_EQUAL(seen.row[0].state, FB_BOOKING_STATE_CANCELLED);
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){.as_of = status.journal}), 1);
    CU_ASSERT_EQUAL(seen.row[0].state, FB_BOOKING_STATE_BOOKED);
    end();
}

static void shadow_sources_stand_apart(void)
{
    begin();
    struct fb_source shadow = {.name = fb_span_of("rth-portal"), .trust = fb_code_of("RTH"), .system = FB_SYSTEM_PORTAL,
                               .mode = FB_SOURCE_MODE_SHADOW, .window = 64};
    CU_ASSERT_EQUAL_FATAL(fb_turn_source(T.turn, &shadow, T.now_ms, &T.source[FB_TEST_PORTAL]), FB_OK);
    fb_test_send_one(&T, booking(FB_TEST_PORTAL, "P1", 0));
    fb_test_send_one(&T, booking(FB_TEST_ROSTER, "B1", 1));
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){0}), 1);
    CU_ASSERT_EQUAL(seen.row[0].day, fb_day_of(2026, 3, 17));
    CU_ASSERT_EQUAL_FATAL(shifts((struct fb_shift_filter){.shadow = true}), 1);
    CU_ASSERT_EQUAL(seen.row[0].day, fb_day_of(2026, 3, 16));
    end();
}

static void a_store_without_rules_is_refused(void)
{
    struct fb_shift_reader reader = {.each = keep, .ctx = &seen};
    struct fb_shift_filter filter = {.until = INT32_MAX};
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL(fb_report_shifts(T.store, books, &filter, &reader), FB_REFUSED);
    end();
}

CU_TestInfo suite_report_shifts[] = {
    {"each booking comes once, and vacancies do not", each_booking_comes_once_and_vacancies_do_not},
    {"a shift that two systems sent is merged and comes once", a_shift_that_two_systems_sent_is_merged_and_comes_once},
    {"dates and trusts choose", dates_and_trusts_choose},
    {"the day is the local one", the_day_is_the_local_one},
    {"what was known at an entry is given again", what_was_known_at_an_entry_is_given_again},
    {"shadow sources stand apart", shadow_sources_stand_apart},
    {"a store without rules is refused", a_store_without_rules_is_refused},
    CU_TEST_INFO_NULL,
};
