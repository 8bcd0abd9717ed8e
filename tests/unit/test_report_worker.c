/* What people are told of one worker: shifts that stand and records that are held, and what lies around a shift elsewhere. */
#include "engine/turn/report/report_worker.h"
#include "tests/lib/latest.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

static struct fb_test_turn T;
static const char alpha[] = "pseudonym-alpha";
static char told[4096];
static struct fb_text text;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "clocked");
}

static struct fb_record *shift(const char *ref, const char *trust, int days)
{
    struct fb_record *r = fb_test_turn_shift(alpha, ref, days, 8, 8);
    r->as.booking.shift.hirer = fb_code_of(trust);
    return r;
}

static unsigned times(const char *words)
{
    unsigned n = 0;
    for (const char *at = told; (at = strstr(at, words)) != NULL; at++)
        n++;
    return n;
}

static void tell_worker(fb_code trust)
{
    fb_text_init(&text, told, sizeof told);
    CU_ASSERT_TRUE(fb_turn_tell_worker(T.turn, 1, trust, &text));
}

/* Four records, three shifts: both are said, and a forgetting keeps as many as are said to be held. */
static void test_held(void)
{
    struct fb_forgotten f;
    char kept[200];
    begin();
    struct fb_record *b = shift("B1", "RTH", 0), *off = fb_test_amend(b, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, shift("B2", "RTH", 2));
    fb_test_send_one(&T, shift("B3", "RTH", 4));
    fb_test_send_one(&T, shift("B4", "RXQ", 6));
    fb_test_send_one(&T, off);
    fb_test_send_one(&T, fb_test_of(FB_KIND_ABSENCE, alpha, "A1"));
    tell_worker(0);
    CU_ASSERT_EQUAL(times("Shifts at RTH: 2, "), 1);
    CU_ASSERT_EQUAL(times("Shifts at RXQ: 1, "), 1);
    CU_ASSERT_EQUAL(times("4 records of bookings, 0 checks, 0 statements of hours and 1 absence. A booking"), 1);
    tell_worker(fb_code_of("RXQ"));
    CU_ASSERT_EQUAL(times("Shifts at RXQ: 1, "), 1);
    CU_ASSERT_EQUAL(times("RTH") + times("records"), 0); /* what others hold is not a trust's to know */
    tell_worker(0);
    CU_ASSERT_EQUAL_FATAL(fb_turn_forget(T.turn, 1, T.now_ms, &f), FB_OK);
    fb_text_init(&text, kept, sizeof kept);
    fb_turn_add_records(&text, &f);
    CU_ASSERT_EQUAL(times(kept), 1);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static bool sees_rxq(void *ctx, fb_code hirer, fb_code other)
{
    (void)ctx;
    (void)hirer;
    return other == fb_code_of("RXQ");
}

static bool sees_all(void *ctx, fb_code hirer, fb_code other)
{
    (void)ctx;
    return hirer != 0 && other != 0;
}

static bool sees_none(void *ctx, fb_code hirer, fb_code other)
{
    (void)ctx;
    return hirer == other;
}

static void tell_others(uint32_t subject, bool (*sees)(void *, fb_code, fb_code), unsigned most)
{
    const struct fb_turn_sees by = {sees, NULL};
    fb_text_init(&text, told, sizeof told);
    fb_turn_tell_others(T.turn, 1, subject, &by, most, &text);
}

static void test_around(void)
{
    begin();
    struct fb_record *own = shift("B1", "RTH", 0), *far = shift("B9", "RYR", 15);
    fb_test_send_one(&T, own);
    fb_test_send_one(&T, shift("B2", "RTH", 2)); /* its own trust knows of it */
    fb_test_send_one(&T, shift("B3", "RXQ", 4));
    fb_test_send_one(&T, shift("B4", "RYR", -6));
    fb_test_send_one(&T, shift("B5", "RYR", 8));
    fb_test_send_one(&T, far);
    uint32_t subject = fb_test_number(&T, own);
    tell_others(subject, sees_all, 8);
    CU_ASSERT_TRUE(times("Around it: ") == 3 && times("at RYR") == 2 && times("another trust") == 0);
    tell_others(subject, sees_all, 2);
    CU_ASSERT_EQUAL(times("Around it: "), 2);
    tell_others(subject, sees_rxq, 8);
    CU_ASSERT_TRUE(times("Around it: ") == 2 && times("a booking at RXQ, 2026-03-20 08:00 to 2026-03-20 16:00") == 1);
    CU_ASSERT_EQUAL(times("Around it: 2 bookings, at another trust or at others.\n"), 1);
    tell_others(subject, sees_none, 1);
    CU_ASSERT_STRING_EQUAL(told, "Around it: 3 bookings, at another trust or at others.\n");
    tell_others(fb_test_number(&T, far), sees_none, 8);
    CU_ASSERT_STRING_EQUAL(told, "Around it: 2 bookings, at another trust or at others.\n");
    fb_test_turn_close(&T);
}

static void test_one_around(void)
{
    begin();
    struct fb_record *own = shift("B1", "RTH", 0);
    fb_test_send_one(&T, own);
    fb_test_send_one(&T, shift("B3", "RXQ", 4));
    tell_others(fb_test_number(&T, own), sees_none, 8);
    CU_ASSERT_STRING_EQUAL(told, "Around it: a booking at another trust.\n");
    fb_test_turn_close(&T);
}

CU_TestInfo suite_report_worker[] = {
    {"shifts that stand and records that are held are told apart, and a forgetting keeps the latter", test_held},
    {"what lies elsewhere is told by trust to those who may know, and once with its number to others", test_around},
    {"one booking elsewhere is told as one", test_one_around},
    CU_TEST_INFO_NULL,
};
