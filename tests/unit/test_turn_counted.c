/* Counters across bookings: what one adds changes what others earned, whenever and in whatever order they come. */
#include "engine/base/prng.h"
#include "tests/lib/counted.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

enum { DAY = 1440, MANY = 45, FEW = 4 };
static struct fb_test_turn T;
static char name[2][256][16];

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "counted");
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* Shift i of a worker: of the i-th day from Monday 2026-03-02, 07:30 to 19:30, band 5, by bank. */
static struct fb_record *shift(enum fb_test_source source, const char *worker, unsigned i)
{
    snprintf(name[0][i], sizeof name[0][i], "%s.%u", worker, i);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, source, name[0][i]);
    struct fb_booking *b = &r->as.booking;
    b->route = FB_ROUTE_BANK;
    b->agency = (struct fb_span){NULL, 0};
    b->rates = (struct fb_rates){.unit = FB_UNIT_NONE};
    b->token = fb_span_of(worker);
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    b->shift.time.start_min += ((int64_t)i - 14) * DAY; /* the record's own day is 2026-03-16 */
    b->shift.time.end_min += ((int64_t)i - 14) * DAY;
    return r;
}

static struct fb_record *sheet(const struct fb_record *booking, unsigned i)
{
    const struct fb_shift_time *time = &booking->as.booking.shift.time;
    snprintf(name[1][i], sizeof name[1][i], "t%u", i);
    struct fb_record *r = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, name[1][i]);
    r->env.source = booking->env.source;
    r->as.timesheet.booking_ref = booking->env.record_ref;
    r->as.timesheet.interval[0] = (struct fb_interval_row){FB_INTERVAL_WORKED, time->start_min, time->end_min, 0};
    return r;
}

static struct fb_record *send_shift(const char *worker, unsigned i)
{
    struct fb_record *r = shift(FB_TEST_ROSTER, worker, i);
    fb_test_send_one(&T, r);
    fb_test_send_one(&T, sheet(r, i));
    return r;
}

static int64_t bonus(void)
{
    return fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_BONUS);
}

/* Every month's twenty hours come on top of every third shift: £10 for each twenty of eleven-hour shifts. */
static int64_t due(unsigned shifts, bool third)
{
    int64_t thirds = shifts / 3 > 2 ? 2 : shifts / 3;
    return (third ? thirds * 5000 : 0) + (int64_t)shifts * 660 / 1200 * 1000;
}

static void test_third(void)
{
    begin();
    for (unsigned i = 0; i < 8; i++) {
        send_shift("W1", i);
        CU_ASSERT_EQUAL(bonus(), due(i + 1, true));
    }
    CU_ASSERT_EQUAL(fb_test_open(&T, "bonus.third_shift"), 2);
    end();
}

/* All orders of `n` shifts, by exchanging (Heap); each in a store of its own. */
static void every_order(unsigned *order, unsigned n, uint64_t *first)
{
    if (n > 1) {
        for (unsigned i = 0; i < n; i++) {
            every_order(order, n - 1, first);
            unsigned *at = &order[n % 2 == 0 ? i : 0], last = order[n - 1];
            order[n - 1] = *at;
            *at = last;
        }
        return;
    }
    begin();
    for (unsigned i = 0; i < FEW; i++) {
        struct fb_record *r = shift(FB_TEST_ROSTER, "W1", order[i]);
        /* Different hours, so that it matters which shift stands where; and two that start together. */
        if (order[i] == 3)
            r->as.booking.shift.time = shift(FB_TEST_ROSTER, "W0", 2)->as.booking.shift.time;
        r->as.booking.shift.grade = fb_code_of(order[i] == 2 ? "5" : "6");
        fb_test_send_one(&T, r);
        struct fb_record *s = sheet(r, order[i]);
        s->as.timesheet.interval[0].end_min -= 60 * (int64_t)order[i];
        fb_test_send_one(&T, s);
    }
    uint64_t outcome = fb_test_outcome(&T);
    CU_ASSERT(*first == 0 || outcome == *first);
    *first = outcome;
    end();
}

static void test_order(void)
{
    unsigned order[FEW] = {0, 1, 2, 3};
    uint64_t first = 0;
    every_order(order, FEW, &first);
    CU_ASSERT_NOT_EQUAL(first, 0);
}

/* Two shifts a day, day and night, so that one month holds more than are judged again at once. */
static struct fb_record *send_half(unsigned i)
{
    struct fb_record *r = shift(FB_TEST_ROSTER, "W1", i), *s;
    r->as.booking.shift.time = shift(FB_TEST_ROSTER, "W0", i / 2)->as.booking.shift.time;
    r->as.booking.shift.time.start_min += i % 2 * (DAY / 2);
    r->as.booking.shift.time.end_min += i % 2 * (DAY / 2);
    s = sheet(r, i);
    fb_test_send_one(&T, r);
    fb_test_send_one(&T, s);
    return r;
}

/* A late one in front moves what all that follow have earned; some of them only by the todo. */
static void test_late(void)
{
    begin();
    for (unsigned i = 1; i < MANY; i++)
        send_half(i);
    int64_t without = bonus();
    CU_ASSERT_EQUAL(without, due(MANY - 1, true));
    struct fb_record *late = send_half(0);
    CU_ASSERT_EQUAL(bonus(), due(MANY, true));
    uint64_t outcome = fb_test_outcome(&T);
    struct fb_record *gone = fb_test_amend(late, 2);
    gone->as.booking.state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    fb_test_send_one(&T, gone);
    CU_ASSERT_EQUAL(bonus(), without);
    end();
    begin();
    for (unsigned i = 0; i < MANY; i++)
        send_half(i);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    end();
}

/* What stands after a change is what stands where it was always so. */
static void same_as_always(const struct fb_record *changed)
{
    uint64_t outcome = fb_test_outcome(&T);
    struct fb_booking always = changed->as.booking;
    end();
    begin();
    for (unsigned i = 0; i < 6; i++) {
        struct fb_record *r = shift(FB_TEST_ROSTER, "W1", i), *s = sheet(r, i);
        if (i == 1)
            r->as.booking = always;
        fb_test_send_one(&T, r);
        fb_test_send_one(&T, s);
    }
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    end();
}

static struct fb_record *six_and_a_change(void)
{
    struct fb_record *second = NULL;
    begin();
    for (unsigned i = 0; i < 6; i++) {
        struct fb_record *r = send_shift("W1", i);
        second = i == 1 ? r : second;
    }
    CU_ASSERT_EQUAL(bonus(), due(6, true));
    return fb_test_amend(second, 2);
}

static void test_cancelled_by_hirer(void)
{
    struct fb_record *r = six_and_a_change();
    r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    r->as.booking.cancelled_by = FB_PARTY_HIRER;
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(bonus(), due(5, true));
    same_as_always(r);
}

/* One cancellation voids what all shifts of its window earned, those before it too; taken back, it stands again. */
static void test_cancelled_by_worker(void)
{
    struct fb_record *r = six_and_a_change(), *again = fb_test_amend(r, 3);
    r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    r->as.booking.cancelled_by = FB_PARTY_WORKER;
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(bonus(), due(5, false));
    CU_ASSERT_EQUAL(fb_test_open(&T, "bonus.third_shift"), 0);
    fb_test_send_one(&T, again);
    CU_ASSERT_EQUAL(bonus(), due(6, true));
    r = fb_test_amend(r, 4);
    fb_test_send_one(&T, r);
    same_as_always(r);
}

/* A booking that never counted voids what was earned long before it. */
static void test_cancelled_later(void)
{
    begin();
    for (unsigned i = 0; i < 6; i++)
        send_shift("W1", i);
    struct fb_record *r = shift(FB_TEST_ROSTER, "W1", 20), *other = shift(FB_TEST_ROSTER, "W2", 21), *again;
    r->as.booking.state = other->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    r->as.booking.cancelled_by = other->as.booking.cancelled_by = FB_PARTY_WORKER;
    fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(bonus(), due(6, true));
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(bonus(), due(6, false));
    fb_test_turn_reopen(&T);
    again = fb_test_amend(r, 2);
    again->as.booking.cancelled_by = FB_PARTY_HIRER;
    fb_test_send_one(&T, again);
    CU_ASSERT_EQUAL(bonus(), due(6, true));
    end();
}

static void test_moved(void)
{
    struct fb_record *r = six_and_a_change();
    r->as.booking.shift.time.start_min += 7 * DAY;
    r->as.booking.shift.time.end_min += 7 * DAY;
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(bonus(), due(6, true));
    same_as_always(r);
}

static void test_other_worker(void)
{
    struct fb_record *r = six_and_a_change();
    r->as.booking.token = fb_span_of("W2");
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(bonus(), due(5, true) + due(1, true));
    same_as_always(r);
}

static void test_two_keys(void)
{
    begin();
    for (unsigned i = 0; i < 4; i++)
        send_shift(i % 2 == 0 ? "W1" : "W2", i);
    CU_ASSERT_EQUAL(bonus(), 2 * due(2, true));
    CU_ASSERT_EQUAL(fb_test_open(&T, "bonus.third_shift"), 0);
    end();
}

/* One shift that two systems sent counts once, however late that is found out. */
static void test_joined(void)
{
    begin();
    send_shift("W1", 0);
    send_shift("W1", 1);
    struct fb_record *roster = send_shift("W1", 2), *portal = shift(FB_TEST_PORTAL, "W1", 2);
    fb_test_send_one(&T, portal);
    int64_t apart = bonus();
    struct fb_record *a = fb_test_amend(roster, 2), *b = fb_test_amend(portal, 2);
    fb_test_refer(a, "R1");
    fb_test_refer(b, "R1");
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL(bonus(), due(3, true));
    CU_ASSERT(apart > bonus()); /* its hours counted twice */
    end();
}

/* ---- random histories ---- */

enum { BOOKINGS = 24, HISTORY = BOOKINGS * 4, WORKERS = 3, ORDERS = 3, HISTORIES = 12 };
static struct fb_record *history[HISTORY];
static const char *const workers[WORKERS] = {"W0", "W1", "W2"};

/* Another version: cancelled by one or the other, another worker's, or on another day. */
static void change(struct fb_prng *p, struct fb_booking *b)
{
    int64_t by = (int64_t)fb_prng_below(p, 5) * DAY;
    unsigned what = (unsigned)fb_prng_below(p, 5);
    b->state = what < 2 ? FB_BOOKING_STATE_CANCELLED : what == 2 ? FB_BOOKING_STATE_DID_NOT_ATTEND : b->state;
    b->cancelled_by = what == 0 ? FB_PARTY_WORKER : what == 1 ? FB_PARTY_HIRER : FB_PARTY_NONE;
    if (what == 3)
        b->token = fb_span_of(workers[fb_prng_below(p, WORKERS)]);
    if (what == 4) {
        b->shift.time.start_min += by;
        b->shift.time.end_min += by;
    }
}

/* Bookings of three workers over two weeks, most with a timesheet, some amended, some told by a second system too. */
static unsigned draw_history(struct fb_prng *p)
{
    static const char *const bands[] = {"5", "5", "6"};
    unsigned n = 0;
    for (unsigned i = 0; i < BOOKINGS; i++) {
        struct fb_record *r = shift(FB_TEST_ROSTER, workers[fb_prng_below(p, WORKERS)], i);
        int64_t back = (int64_t)(i - i % 2 - fb_prng_below(p, 2) * (i % 2)) * DAY / 2;
        r->as.booking.shift.time.start_min -= back;
        r->as.booking.shift.time.end_min -= back;
        r->as.booking.shift.grade = fb_code_of(bands[fb_prng_below(p, 3)]);
        history[n++] = r;
        if (fb_prng_below(p, 5) > 0)
            history[n++] = sheet(r, i);
        if (fb_prng_below(p, 4) == 0) {
            fb_test_refer(r, name[0][i]);
            struct fb_record *portal = shift(FB_TEST_PORTAL, "W0", i);
            portal->as.booking = r->as.booking;
            history[n++] = portal;
        }
        if (fb_prng_below(p, 3) == 0) {
            history[n++] = r = fb_test_amend(r, 2);
            change(p, &r->as.booking);
        }
    }
    return n;
}

static void send_history(struct fb_prng *p, unsigned n)
{
    struct fb_answer answer[FB_TEST_BATCH];
    for (unsigned i = n; i > 1; i--) {
        unsigned at = (unsigned)fb_prng_below(p, i);
        struct fb_record *r = history[i - 1];
        history[i - 1] = history[at];
        history[at] = r;
    }
    for (unsigned done = 0; done < n;) {
        unsigned batch = 1 + (unsigned)fb_prng_below(p, 9);
        batch = batch < n - done ? batch : n - done;
        CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, history + done, batch, answer), FB_OK);
        done += batch;
        if (fb_prng_below(p, 3) == 0)
            fb_test_settle(&T);
        if (fb_prng_below(p, 6) == 0)
            fb_test_turn_reopen(&T);
    }
    fb_test_settle(&T);
}

static void test_histories(void)
{
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        struct fb_prng p;
        uint64_t first = 0;
        fb_prng_init(&p, seed);
        fb_test_records_forget();
        unsigned n = draw_history(&p);
        for (unsigned order = 0; order < ORDERS; order++) {
            fb_test_turn_open_bare(&T);
            fb_test_turn_issue(&T, "counted");
            send_history(&p, n);
            uint64_t outcome = fb_test_outcome(&T);
            CU_ASSERT(order == 0 || outcome == first);
            first = outcome;
            end();
        }
    }
}

/* After opening again, what comes next finds the same as if the engine had never stopped. */
static void test_reopened(void)
{
    uint64_t outcome[2];
    for (unsigned again = 0; again < 2; again++) {
        begin();
        struct fb_record *second = NULL;
        for (unsigned i = 0; i < 5; i++) {
            struct fb_record *r = send_shift("W1", i);
            second = i == 1 ? r : second;
            if (again == 1)
                fb_test_turn_reopen(&T);
        }
        struct fb_record *r = fb_test_amend(second, 2);
        r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
        r->as.booking.cancelled_by = FB_PARTY_HIRER;
        fb_test_send_one(&T, r);
        if (again == 1)
            fb_test_turn_reopen(&T);
        send_shift("W1", 5);
        outcome[again] = fb_test_outcome(&T);
        CU_ASSERT_EQUAL(bonus(), due(5, true));
        end();
    }
    CU_ASSERT_EQUAL(outcome[0], outcome[1]);
}

/* Bookings judged before anything was counted are counted when an issue that counts is applied to them. */
static void test_issue(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    for (unsigned i = 0; i < 7; i++)
        send_shift("W1", 6 - i);
    CU_ASSERT_EQUAL(bonus(), 0);
    fb_test_turn_issue(&T, "counted");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(bonus(), due(7, true));
    fb_test_turn_issue(&T, "first, again");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(bonus(), 0);
    end();
}

/* The register's first row makes an unknown organisation of every other trust. */
static void test_register(void)
{
    begin();
    send_shift("W1", 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "organisation.unknown"), 0);
    struct fb_record *other = fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O1");
    other->as.organisation.ods = fb_code_of("RXQ");
    fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(fb_test_open(&T, "organisation.unknown"), 1);
    fb_test_send_one(&T, fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O2"));
    CU_ASSERT_EQUAL(fb_test_open(&T, "organisation.unknown"), 0);
    end();
}

CU_TestInfo suite_turn_counted[] = {
    {"every third shift earns, twice in a window", test_third},
    {"the order in which shifts and timesheets come does not matter", test_order},
    {"a late shift moves what later ones earned, and gone it moves it back", test_late},
    {"a cancelled shift takes back exactly what it added", test_cancelled_by_hirer},
    {"a cancellation that voids takes what was earned before it, until it is taken back", test_cancelled_by_worker},
    {"a cancellation of a later day voids what was earned, and no other worker's", test_cancelled_later},
    {"a shift moved to another day is counted there", test_moved},
    {"a shift that turns out to be another worker's is counted for that one", test_other_worker},
    {"two workers never mix", test_two_keys},
    {"a shift that two systems sent counts once", test_joined},
    {"random histories end the same in every order, batch and opening, and replay", test_histories},
    {"opening again gives the same memory", test_reopened},
    {"an issue that counts is applied to what was booked before it", test_issue},
    {"with its first row a register makes the others unknown", test_register},
    CU_TEST_INFO_NULL,
};
