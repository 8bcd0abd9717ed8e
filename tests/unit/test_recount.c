/* Windows with more shifts than one decision can read: who is judged again when one comes or goes, and how much of it. */
#include "tests/lib/counted.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
enum { DAY = 1440, FULL = FB_COUNTED_MAX + 1 }; /* the most that a window holds when each of them can read the others */

static void begin(const char *text)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, text);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* So many days of March get a shift in turn; one in `late_every` (0: none) lies eight days later. */
static unsigned days = 14, late_every;

/* Shift i of one worker: some hours long. */
static struct fb_record *shift(unsigned i)
{
    char ref[16];
    snprintf(ref, sizeof ref, "B%u", i);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    struct fb_booking *b = &r->as.booking;
    b->route = FB_ROUTE_BANK;
    b->agency = (struct fb_span){NULL, 0};
    b->rates = (struct fb_rates){.unit = FB_UNIT_NONE};
    b->token = fb_span_of("W1");
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    int64_t day = (int64_t)(i % days) + (late_every != 0 && i % late_every == 1 ? 8 : 0);
    b->shift.time.start_min += (day - 14) * DAY + (int64_t)(i % 7) * 60;
    b->shift.time.end_min = b->shift.time.start_min + 120 + (int64_t)(i % 5) * 60;
    return r;
}

static struct fb_record *sheet(const struct fb_record *booking, unsigned i)
{
    const struct fb_shift_time *time = &booking->as.booking.shift.time;
    char ref[16];
    snprintf(ref, sizeof ref, "T%u", i);
    struct fb_record *r = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, ref);
    r->as.timesheet.booking_ref = booking->env.record_ref;
    r->as.timesheet.interval[0] = (struct fb_interval_row){FB_INTERVAL_WORKED, time->start_min, time->end_min, 0};
    return r;
}

static struct fb_record *off(struct fb_record *r)
{
    r->as.booking.state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    return r;
}

static struct fb_record *cancelled(struct fb_record *r)
{
    r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    r->as.booking.cancelled_by = FB_PARTY_WORKER;
    return r;
}

static void send(struct fb_record *const *r, unsigned n)
{
    static struct fb_answer answer[FB_TEST_BATCH];
    for (unsigned done = 0; done < n; done += FB_TEST_BATCH)
        CU_ASSERT_EQUAL_FATAL(
            fb_test_send(&T, r + done, n - done < FB_TEST_BATCH ? n - done : FB_TEST_BATCH, answer), FB_OK);
    fb_test_settle(&T);
}

/* A record by itself, and how many were decided because of it. */
static uint64_t decided_by(struct fb_record *r)
{
    uint64_t before = fb_test_rows(&T, FB_TABLE_DECISIONS);
    fb_test_send_one(&T, r);
    return fb_test_rows(&T, FB_TABLE_DECISIONS) - before;
}

/* ---- over the bound and back ---- */

static struct fb_record *crowd[FULL + 64];

static void fill(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        crowd[i] = shift(i);
}

/* `n` shifts stay of `n + more`: from the start, or after all stood, in one order or the other. */
static uint64_t ended(const char *text, unsigned n, unsigned more, bool meanwhile, bool backwards)
{
    begin(text);
    fill(n + more);
    for (unsigned i = 0; i < more && !meanwhile; i++)
        off(crowd[i * 37]);
    for (unsigned i = 0; i < (n + more) / 2 && backwards; i++) {
        struct fb_record *r = crowd[i];
        crowd[i] = crowd[n + more - 1 - i];
        crowd[n + more - 1 - i] = r;
    }
    send(crowd, n + more);
    for (unsigned i = 0; i < more && meanwhile; i++) {
        unsigned at = i * 37;
        fb_test_send_one(&T, off(fb_test_amend(crowd[backwards ? n + more - 1 - at : at], 2)));
    }
    uint64_t outcome = fb_test_outcome(&T);
    end();
    return outcome;
}

static void same_whenever(const char *text, unsigned n)
{
    uint64_t always = ended(text, n, 4, false, false);
    CU_ASSERT_EQUAL(ended(text, n, 4, true, false), always);
    CU_ASSERT_EQUAL(ended(text, n, 4, true, true), always);
}

static void test_a_month(void)
{
    for (unsigned n = FULL - 1; n <= FULL + 1; n++)
        same_whenever("counted", n);
}

/* Each day has another window, of the seven days to it: that of the third day is full, that of the ninth begins with the
 * third and is not. */
static void test_rolling_days(void)
{
    days = 3;
    late_every = 13;
    for (unsigned n = FULL + 42; n <= FULL + 46; n += 4) /* around the bound on the third day */
        same_whenever("counted3", n);
    days = 14;
    late_every = 0;
}

/* The one that is too many takes the word from those before it, too. */
static void test_all_flip(void)
{
    begin("counted");
    fill(FULL + 3);
    send(crowd, FULL);
    struct fb_record *last = shift(FULL);
    last->as.booking.shift.time.start_min += 10 * DAY; /* after all others */
    last->as.booking.shift.time.end_min += 10 * DAY;
    int64_t bonus = fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_BONUS);
    CU_ASSERT_TRUE(bonus > 0);
    CU_ASSERT_TRUE(decided_by(last) > FULL / 2);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_BONUS), 0);
    CU_ASSERT_TRUE(decided_by(crowd[FULL + 1]) >= 1);
    CU_ASSERT_EQUAL(decided_by(crowd[FULL + 2]), 1); /* nobody else could say anything, and still cannot */
    CU_ASSERT_EQUAL(decided_by(off(fb_test_amend(crowd[FULL + 2], 2))), 1);
    fb_test_send_one(&T, off(fb_test_amend(crowd[FULL + 1], 2)));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_BONUS), 0);
    fb_test_send_one(&T, off(fb_test_amend(last, 2)));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_BONUS), bonus);
    end();
}

/* ---- what voids ---- */

static int64_t third_shifts(void)
{
    return fb_test_open(&T, "bonus.third_shift");
}

static void send_worked(unsigned n)
{
    fill(n);
    send(crowd, n);
    for (unsigned i = 0; i < n; i++)
        crowd[i] = sheet(crowd[i], i);
    send(crowd, n);
}

/* Where nobody knows what was earned, nobody is asked again because of a cancellation; as soon as somebody knows, all. */
static void test_void_of_too_many(void)
{
    begin("counted");
    send_worked(FULL + 2);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    struct fb_record *gone = cancelled(shift(FULL + 2));
    CU_ASSERT_EQUAL(decided_by(gone), 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1); /* nothing was left for the todo */
    CU_ASSERT_EQUAL(decided_by(fb_test_amend(gone, 2)), 1);
    struct fb_record *r[2] = {off(fb_test_amend(shift(0), 2)), off(fb_test_amend(shift(1), 2))};
    send(r, 2);
    CU_ASSERT_EQUAL(third_shifts(), 0); /* all can be read, and all is void */
    CU_ASSERT_TRUE(decided_by(off(fb_test_amend(gone, 3))) > 1);
    CU_ASSERT_EQUAL(third_shifts(), 2);
    end();
}

static void test_void_twice(void)
{
    begin("counted");
    send_worked(FB_TOUCH_AT_ONCE_MAX + 8);
    struct fb_record *first = cancelled(shift(220)), *second = cancelled(shift(221));
    CU_ASSERT_EQUAL(third_shifts(), 2);
    CU_ASSERT_TRUE(decided_by(first) > 1);
    CU_ASSERT_EQUAL(third_shifts(), 0);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(decided_by(second), 1); /* void is void */
    CU_ASSERT_EQUAL(decided_by(off(fb_test_amend(first, 2))), 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 2); /* nothing was left for the todo */
    CU_ASSERT_EQUAL(third_shifts(), 0);
    CU_ASSERT_TRUE(decided_by(off(fb_test_amend(second, 2))) > 1);
    CU_ASSERT_EQUAL(third_shifts(), 2);
    end();
}

/* More cancellations than can be read: nobody can say, which is not the same as void. */
static void test_too_many_that_void(void)
{
    begin("counted");
    send_worked(9);
    for (unsigned i = 0; i < FULL + 3; i++)
        crowd[i] = cancelled(shift(20 + i));
    send(crowd, FULL - 1);
    CU_ASSERT_EQUAL(third_shifts(), 0);
    CU_ASSERT_TRUE(decided_by(crowd[FULL - 1]) > 1);
    CU_ASSERT_EQUAL(third_shifts(), 2); /* cannot_say */
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_BONUS) / 5000, 0);
    fb_test_send_one(&T, crowd[FULL]);
    CU_ASSERT_EQUAL(decided_by(crowd[FULL + 1]), 1);
    for (unsigned i = 0; i < 3; i++)
        fb_test_send_one(&T, off(fb_test_amend(crowd[FULL + 1 - i], 2)));
    CU_ASSERT_EQUAL(third_shifts(), 0);
    end();
}

/* A shift of May is void by what is counted until April. */
static void test_void_from_other_days(void)
{
    begin("counted2");
    for (unsigned i = 0; i < 3; i++) {
        struct fb_record *r = shift(i);
        r->as.booking.shift.time.start_min += 60 * DAY;
        r->as.booking.shift.time.end_min += 60 * DAY;
        fb_test_send_one(&T, r);
        fb_test_send_one(&T, sheet(r, i));
    }
    CU_ASSERT_EQUAL(third_shifts(), 1);
    fb_test_send_one(&T, cancelled(shift(5)));
    CU_ASSERT_EQUAL(third_shifts(), 0);
    end();
}

CU_TestInfo suite_recount[] = {
    {"a month with as many shifts as can be read ends the same, whenever one more came and went", test_a_month},
    {"so do the last so many days, each day with its own window", test_rolling_days},
    {"one shift too many silences all, also those before it, and gone it gives them the word again", test_all_flip},
    {"a cancellation asks nobody again where nobody can say what was earned", test_void_of_too_many},
    {"a second cancellation asks nobody again", test_void_twice},
    {"too many cancellations are not void but unknown", test_too_many_that_void},
    {"a cancellation voids what was earned on days that it is not counted on itself", test_void_from_other_days},
    CU_TEST_INFO_NULL,
};
