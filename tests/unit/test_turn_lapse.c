/* A lapse is nothing that a later version of the approval can take away, whichever way it is sent and whichever comes first. */
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"

enum { MINUTE_MS = 60000, ORDERS = 24 };
static struct fb_test_turn T;
/* The booking, the grant by telephone at 11:30 (it lapses at 15:30), and what its source sent instead of it later. */
static struct fb_record *b, *grant, *later, *last;

static void begin(int64_t after_minutes)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "answered");
    b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    grant = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1");
    grant->as.approval.booking_source = b->env.source;
    grant->as.approval.booking_ref = b->env.record_ref;
    grant->as.approval.channel = FB_CHANNEL_TELEPHONE;
    grant->as.approval.granted_ms = T.now_ms - 30 * MINUTE_MS;
    grant->env.occurred_ms = grant->as.approval.granted_ms;
    later = fb_test_amend(grant, 2);
    later->env.occurred_ms = grant->as.approval.granted_ms + after_minutes * MINUTE_MS;
    last = fb_test_amend(later, 3);
    last->env.occurred_ms += MINUTE_MS;
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* As if it had been asked for and never granted. */
static void say_asked(struct fb_record *r)
{
    r->as.approval.state = FB_APPROVAL_STATE_ASKED;
    r->as.approval.role = FB_ROLE_NONE;
    r->as.approval.channel = FB_CHANNEL_NONE;
    r->as.approval.granted_by = (struct fb_span){NULL, 0};
    r->as.approval.granted_ms = FB_ABSENT;
}

static unsigned stands(void)
{
    const struct fb_decision *d;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, grant), &d));
    return d->approval_end;
}

static bool is_told(void)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "approval.not_valid");
    return f != NULL && f->severity == FB_SEVERITY_WARN && f->detail == FB_APPROVAL_END_LAPSED;
}

static void send_all(void)
{
    T.now_ms += 24 * 60 * MINUTE_MS;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, grant);
    fb_test_send_one(&T, later);
}

static void test_asked_anew(void)
{
    begin(241);
    say_asked(later);
    send_all();
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_LAPSED), 1);
    fb_test_turn_reopen(&T);
    fb_test_send_one(&T, last); /* granted anew, whole: the record is over */
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    end();
}

static void test_asked_in_time(void)
{
    begin(239);
    say_asked(later);
    send_all();
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_ASKED);
    CU_ASSERT_FALSE(is_told());
    end();
}

static void test_signed_in_time(void)
{
    begin(239);
    later->as.approval.channel = FB_CHANNEL_WRITTEN;
    later->as.approval.granted_ms = later->env.occurred_ms;
    send_all();
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_GRANTED);
    CU_ASSERT_FALSE(is_told());
    fb_test_turn_close(&T);
    begin(241);
    later->as.approval.channel = FB_CHANNEL_WRITTEN;
    later->as.approval.granted_ms = later->env.occurred_ms;
    send_all();
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    end();
}

/* The same grant said again, with another reason: it lapses by itself, and whoever withdraws it says what was withdrawn. */
static void test_said_again(void)
{
    begin(300);
    later->as.approval.reason = fb_span_of("written out");
    last->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    last->as.approval.ended_ms = last->env.occurred_ms;
    send_all();
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    fb_test_send_one(&T, last);
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    end();
}

static void test_another_booking(void)
{
    begin(241);
    struct fb_record *other = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2");
    say_asked(later);
    later->as.approval.booking_ref = other->env.record_ref;
    fb_test_send_one(&T, other);
    send_all();
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    CU_ASSERT_PTR_NULL(fb_test_finding(&T, fb_test_number(&T, other), "approval.not_valid"));
    end();
}

/* More versions than are looked at, and the winner's own grant is none of them. */
static void test_many_versions(void)
{
    begin(241);
    T.now_ms += 24 * 60 * MINUTE_MS;
    say_asked(later);
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, grant);
    for (int64_t revision = 2; revision < 60; revision++) {
        struct fb_record *r = fb_test_amend(later, revision);
        r->env.occurred_ms += revision;
        fb_test_send_one(&T, r);
    }
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    end();
}

/* The granted one may come after what replaced it, and under a name that finds another booking. */
static void one_order(struct fb_record *const r[4], unsigned order, uint64_t *first)
{
    unsigned left[4] = {0, 1, 2, 3}, n = 4;
    for (unsigned i = 0; i < 4; i++) {
        unsigned at = order % n;
        order /= n;
        fb_test_send_one(&T, r[left[at]]);
        left[at] = left[--n];
    }
    CU_ASSERT_EQUAL(stands(), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_TRUE(is_told());
    uint64_t outcome = fb_test_decided(&T, r, 4) + fb_test_outcome(&T);
    CU_ASSERT(*first == 0 || outcome == *first);
    *first = outcome;
}

static void test_every_order(void)
{
    uint64_t first = 0;
    for (unsigned order = 0; order < ORDERS; order++) {
        begin(241);
        T.now_ms += 24 * 60 * MINUTE_MS;
        say_asked(later);
        later->as.approval.booking_ref = fb_span_of("B7");
        last->as.approval.limit_pence = 100;
        one_order((struct fb_record *const[4]){b, grant, later, last}, order, &first);
        end();
    }
}

CU_TestInfo suite_turn_lapse[] = {
    {"what lapsed stays so when it is asked for anew under its name, or granted anew", test_asked_anew},
    {"what was asked for anew before its deadline waits, and has not lapsed", test_asked_in_time},
    {"a grant that is put in writing before its deadline stands; after it, it lapsed", test_signed_in_time},
    {"a version that says the grant again stands in its place", test_said_again},
    {"naming another booking takes no lapse from the first", test_another_booking},
    {"more versions than are looked at take nothing away", test_many_versions},
    {"whichever version comes first, the lapse is seen", test_every_order},
    CU_TEST_INFO_NULL,
};
