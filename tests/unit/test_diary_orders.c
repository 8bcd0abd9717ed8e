/* Clocks follow from what is known of a worker, and not from which record came first: random records of one worker with their
 * corrections, in every order in which they can come. */
#include "engine/base/prng.h"
#include "tests/lib/latest.h"
#include "tests/lib/orders.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>

enum { MOST = 6, LONG = 5, SETS = 40, LONGEST = 10 }; /* so many sets of six records, the others of five */
static struct fb_test_turn T;
static struct fb_prng p;
static const char alpha[] = "key-a", beta[] = "key-b"; /* the same person's keys, once a record says so */
static struct fb_record *record[MOST];
static char ref[MOST][16];
static unsigned found; /* findings about the worker's time and checks, in all */

static int below(unsigned n) { return (int)fb_prng_below(&p, n); }

/* ---- what may be known of somebody ---- */

static struct fb_record *a_shift(unsigned i)
{
    struct fb_record *r = fb_test_turn_shift(below(4) == 0 ? beta : alpha, ref[i], below(3), 9 * below(3), 7 + below(3));
    r->as.booking.shift.hirer = fb_code_of(below(2) == 0 ? "RTH" : "RXQ");
    return r;
}

static struct fb_record *some_hours(unsigned i)
{
    struct fb_record *r = fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, alpha, ref[i]);
    r->as.hours.week = fb_day_of(2026, 3, 9) + 7 * below(2);
    return r;
}

static struct fb_record *an_absence(unsigned i)
{
    struct fb_record *r = fb_test_of(FB_KIND_ABSENCE, alpha, ref[i]);
    r->as.absence.from += 7 * below(3);
    r->as.absence.until = r->as.absence.from + 1 + below(9);
    return r;
}

static struct fb_record *a_check(unsigned i)
{
    struct fb_record *r = fb_test_of(FB_KIND_WORKER_FACT, alpha, ref[i]);
    r->as.worker_fact.until = fb_day_of(2026, 3, 15) + below(8);
    return r;
}

static struct fb_record *a_key(unsigned i) { return fb_test_key_change(beta, alpha, ref[i]); }

static struct fb_record *a_sheet(unsigned i, const struct fb_record *shift) { return fb_test_turn_sheet(shift, ref[i], 30 * (below(9) - 4)); }

/* A later version of what is there: other times, another person, or nothing at all. */
static struct fb_record *correct(const struct fb_record *was)
{
    struct fb_record *r = fb_test_amend(was, was->env.revision + 1 + below(2));
    int days = below(4);
    if (r->env.kind == FB_KIND_BOOKING) {
        r->as.booking.state = below(3) == 0 ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED;
        r->as.booking.token = fb_span_of(below(3) == 0 ? "key-of-another" : alpha);
        r->as.booking.shift.time.start_min += days * 1440;
        r->as.booking.shift.time.end_min += days * 1440;
    } else if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS) {
        r->as.hours.minutes = 600 * days;
    } else if (r->env.kind == FB_KIND_ABSENCE) {
        r->as.absence.until = r->as.absence.from + days;
    } else if (r->env.kind == FB_KIND_WORKER_FACT) {
        r->as.worker_fact.until = r->as.worker_fact.from + 300 + days;
    } else if (r->env.kind == FB_KIND_TIMESHEET) {
        r->as.timesheet.interval[0].end_min += 60 * days;
    }
    return r;
}

static struct fb_record *any(unsigned i)
{
    static struct fb_record *(*const kinds[])(unsigned) = {a_shift, some_hours, an_absence, a_check, a_key};
    struct fb_record *at = record[below(i)];
    if (below(3) == 0)
        return correct(at);
    if (at->env.kind == FB_KIND_BOOKING && below(4) == 0)
        return a_sheet(i, at);
    return kinds[below(sizeof kinds / sizeof kinds[0])](i);
}

static void make(uint64_t seed, unsigned n)
{
    fb_prng_init(&p, seed);
    for (unsigned i = 0; i < n; i++) {
        snprintf(ref[i], sizeof ref[i], "R%u", i);
        record[i] = i < 2 ? a_shift(i) : any(i);
    }
}

/* ---- every order ---- */

static uint64_t in_order(uint64_t seed, const unsigned *order, unsigned n)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "clocked");
    make(seed, n);
    for (unsigned i = 0; i < n; i++)
        fb_test_send_one(&T, record[order[i]]);
    fb_test_settle(&T);
    found += fb_test_open(&T, "worker.rest") + fb_test_open(&T, "worker.week") + fb_test_open(&T, "worker.average") +
             fb_test_open(&T, "worker.right_to_work");
    uint64_t decided = fb_test_decided(&T, record, n) + fb_test_outcome(&T);
    fb_test_turn_close(&T);
    return decided;
}

static unsigned check(uint64_t seed, unsigned n)
{
    unsigned order[MOST] = {0, 1, 2, 3, 4, 5}, orders = 0, other = 0;
    uint64_t first = in_order(seed, order, n);
    for (; fb_test_next_order(order, n); orders++)
        other += in_order(seed, order, n) != first;
    if (other > 0)
        fprintf(stderr, "records of seed %u: %u of %u orders give something else\n", (unsigned)seed, other, orders + 1);
    CU_ASSERT_EQUAL(other, 0);
    return orders + 1;
}

static void test_orders(void)
{
    unsigned orders = 0, said = 0;
    for (uint64_t seed = 1; seed <= SETS; seed++) {
        found = 0;
        orders += check(seed, seed <= LONGEST ? MOST : LONG);
        said += found > 0;
    }
    CU_ASSERT_EQUAL(orders, LONGEST * 720 + (SETS - LONGEST) * 120);
    CU_ASSERT_TRUE(said > SETS / 3); /* not of silence */
}

CU_TestInfo suite_diary_orders[] = {
    {"random records of one worker and their corrections say the same in every order", test_orders},
    CU_TEST_INFO_NULL,
};
