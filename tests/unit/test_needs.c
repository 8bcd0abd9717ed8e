/* Of what is found, what a decision takes, and which of those that vie for a place is kept. */
#include "engine/core/needs.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static struct fb_record record_of(enum fb_kind kind, const char *ref)
{
    struct fb_record r;
    memset(&r, 0, sizeof r);
    r.env.kind = kind;
    r.env.source = fb_span_of("portal");
    r.env.record_ref = fb_span_of(ref);
    return r;
}

static struct fb_record cascade_of(enum fb_tier tier, int64_t no)
{
    struct fb_record r = record_of(FB_KIND_CASCADE, "C1");
    r.as.cascade.tier = tier;
    r.as.cascade.tier_no = no;
    return r;
}

/* Each tier has its place, and each numbered tier of agencies its own; what lies beyond shares the last. */
static void test_cascade_places(void)
{
    static const struct {
        enum fb_tier tier;
        int64_t no;
    } apart[] = {{FB_TIER_NONE, FB_ABSENT},
                 {FB_TIER_WARD, FB_ABSENT},
                 {FB_TIER_BANK, FB_ABSENT},
                 {FB_TIER_COLLABORATIVE, FB_ABSENT},
                 {FB_TIER_AGENCY, FB_ABSENT},
                 {FB_TIER_AGENCY, 1},
                 {FB_TIER_AGENCY, 2},
                 {FB_TIER_AGENCY, 8},
                 {FB_TIER_OFF_FRAMEWORK, FB_ABSENT}};
    struct fb_asking none = {.subject = FB_KIND_BOOKING};
    unsigned n = sizeof apart / sizeof apart[0], max = 0;
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < i; k++) {
            struct fb_record a = cascade_of(apart[i].tier, apart[i].no),
                             b = cascade_of(apart[k].tier, apart[k].no);
            CU_ASSERT_NOT_EQUAL(fb_need_place(&none, &a), fb_need_place(&none, &b));
        }
    struct fb_record eighth = cascade_of(FB_TIER_AGENCY, 8), ninth = cascade_of(FB_TIER_AGENCY, 9),
                     bank = cascade_of(FB_TIER_BANK, 3), plain = cascade_of(FB_TIER_BANK, FB_ABSENT);
    CU_ASSERT_EQUAL(fb_need_place(&none, &eighth), fb_need_place(&none, &ninth));
    CU_ASSERT_EQUAL(fb_need_place(&none, &bank), fb_need_place(&none, &plain));
    for (unsigned i = 0; i < fb_needs_count; i++)
        if (fb_needs[i].wanted == FB_KIND_CASCADE)
            max = fb_needs[i].places;
    CU_ASSERT_TRUE(fb_need_place(&none, &ninth) < max);
}

static void test_latest_reply(void)
{
    struct fb_record early = record_of(FB_KIND_REPLY, "R1"), late = record_of(FB_KIND_REPLY, "R9");
    early.env.occurred_ms = 100;
    late.env.occurred_ms = 200;
    CU_ASSERT_TRUE(fb_need_cmp(&late, &early) < 0);
    CU_ASSERT_TRUE(fb_need_cmp(&early, &late) > 0);
    late.env.occurred_ms = 100;
    CU_ASSERT_TRUE(fb_need_cmp(&early, &late) < 0);
}

static void test_rivals(void)
{
    struct fb_record bank = record_of(FB_KIND_BOOKING, "B9"), agency = record_of(FB_KIND_BOOKING, "B1");
    bank.as.booking.route = FB_ROUTE_BANK;
    agency.as.booking.route = FB_ROUTE_AGENCY;
    bank.as.booking.state = agency.as.booking.state = FB_BOOKING_STATE_CANCELLED;
    bank.as.booking.cancelled_ms = 200;
    agency.as.booking.cancelled_ms = 100;
    CU_ASSERT_TRUE(fb_need_cmp(&bank, &agency) < 0);
    agency.as.booking.route = FB_ROUTE_COLLABORATIVE;
    CU_ASSERT_TRUE(fb_need_cmp(&agency, &bank) < 0);
    agency.as.booking.state = bank.as.booking.state = FB_BOOKING_STATE_BOOKED; /* of a vacancy: names alone */
    bank.as.booking.cancelled_ms = 1;
    CU_ASSERT_TRUE(fb_need_cmp(&agency, &bank) < 0);
}

/* Who stands fills a vacancy; who fell through is a shift's rival; an approval asks for the one of its trust that it names,
 * whatever became of it. */
static void test_bookings_taken(void)
{
    struct fb_test_view v;
    struct fb_asking of_shift, of_vacancy, of_approval;
    struct fb_record b = record_of(FB_KIND_BOOKING, "B1");
    struct fb_approval a = {.hirer = fb_code_of("RTH")};
    struct fb_vacancy vacancy;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    memset(&vacancy, 0, sizeof vacancy);
    fb_ask_of_booking(&of_shift, &v.view, &v.booking[0].as.booking);
    fb_ask_of_vacancy(&of_vacancy, &vacancy);
    fb_ask_of_approval(&of_approval, &a);
    for (enum fb_booking_state s = FB_BOOKING_STATE_BOOKED; s < FB_BOOKING_STATE_END; s++) {
        b.as.booking.state = s;
        CU_ASSERT_EQUAL(fb_need_takes(&of_shift, &b), s == FB_BOOKING_STATE_CANCELLED);
        CU_ASSERT_EQUAL(fb_need_takes(&of_vacancy, &b), s == FB_BOOKING_STATE_BOOKED);
        b.as.booking.shift.hirer = a.hirer;
        CU_ASSERT_TRUE(fb_need_takes(&of_approval, &b));
        b.as.booking.shift.hirer = fb_code_of("RXQ"); /* of which it would tell */
        CU_ASSERT_FALSE(fb_need_takes(&of_approval, &b));
    }
}

static void test_approvals_taken(void)
{
    struct fb_test_view v;
    struct fb_asking asking;
    struct fb_record a = record_of(FB_KIND_APPROVAL, "A1");
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    fb_ask_of_booking(&asking, &v.view, &v.booking[0].as.booking);
    a.as.approval.hirer = fb_code_of("RTH");
    a.as.approval.from = fb_day_of(2026, 3, 16);
    a.as.approval.until = fb_day_of(2026, 3, 17);
    CU_ASSERT_FALSE(fb_need_takes(&asking, &a)); /* nobody granted it */
    a.as.approval.state = FB_APPROVAL_STATE_GRANTED;
    CU_ASSERT_TRUE(fb_need_takes(&asking, &a));
    a.as.approval.route = FB_ROUTE_BANK;
    CU_ASSERT_FALSE(fb_need_takes(&asking, &a));
    a.as.approval.route = FB_ROUTE_NONE;
    a.as.approval.until = a.as.approval.from;
    CU_ASSERT_FALSE(fb_need_takes(&asking, &a));
    asking.booking = NULL;
    a.as.approval.until = fb_day_of(2026, 3, 17);
    CU_ASSERT_FALSE(fb_need_takes(&asking, &a));
}

/* Whoever may write about one trust says nothing about the findings of another. */
static void test_replies_taken(void)
{
    struct fb_test_view v;
    struct fb_asking asking;
    struct fb_record r = record_of(FB_KIND_REPLY, "R1");
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    fb_ask_of_booking(&asking, &v.view, &v.booking[0].as.booking);
    r.as.reply.hirer = v.booking[0].as.booking.shift.hirer;
    CU_ASSERT_TRUE(fb_need_takes(&asking, &r));
    r.as.reply.hirer = fb_code_of("RXQ");
    CU_ASSERT_FALSE(fb_need_takes(&asking, &r));
}

/* What was taken back is read only where it may have been over before, or stands until then. */
static void test_approvals_taken_back(void)
{
    struct fb_test_view v;
    struct fb_asking asking;
    struct fb_record r = record_of(FB_KIND_APPROVAL, "A1");
    struct fb_approval *a = &r.as.approval;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    fb_ask_of_booking(&asking, &v.view, &v.booking[0].as.booking);
    *a = (struct fb_approval){.hirer = fb_code_of("RTH"), .state = FB_APPROVAL_STATE_WITHDRAWN, .role = FB_ROLE_OTHER,
                              .channel = FB_CHANNEL_WRITTEN, .granted_by = fb_span_of("X"), .granted_ms = 1000, .ended_ms = 2000,
                              .from = fb_day_of(2026, 3, 1), .until = fb_day_of(2026, 4, 1)};
    CU_ASSERT_FALSE(fb_need_takes(&asking, &r));
    a->channel = FB_CHANNEL_TELEPHONE; /* it may have lapsed */
    CU_ASSERT_TRUE(fb_need_takes(&asking, &r));
    a->channel = FB_CHANNEL_NONE; /* nobody said how: it was no grant */
    CU_ASSERT_FALSE(fb_need_takes(&asking, &r));
    a->channel = FB_CHANNEL_WRITTEN;
    a->ended_ms = v.view.now_ms + 1; /* it stands until then */
    CU_ASSERT_TRUE(fb_need_takes(&asking, &r));
    a->ended_ms = INT64_C(86400000) * fb_day_of(2026, 4, 1);
    v.view.now_ms = a->ended_ms + 1;
    CU_ASSERT_TRUE(fb_need_takes(&asking, &r)); /* its days were over */
    a->booking_source = v.booking[0].env.source;
    a->booking_ref = v.booking[0].env.record_ref;
    CU_ASSERT_FALSE(fb_need_takes(&asking, &r)); /* of a booking days do not end it */
    a->state = FB_APPROVAL_STATE_REFUSED;
    a->role = FB_ROLE_NONE;
    a->channel = FB_CHANNEL_TELEPHONE;
    CU_ASSERT_FALSE(fb_need_takes(&asking, &r)); /* asked for by telephone, and refused */
}

/* A row of a register is taken where it is of the trust or the agency that is asked about, and holds on the day. */
static void test_registers_taken(void)
{
    struct fb_test_view v;
    struct fb_asking shift, vacancy;
    struct fb_vacancy wanted = {.shift = {.hirer = fb_code_of("RTH")}};
    struct fb_record o = record_of(FB_KIND_ORGANISATION, "RTH"), a = record_of(FB_KIND_AGENCY, "NS"), f = record_of(FB_KIND_FRAMEWORK, "F1");
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    struct fb_booking *b = &v.booking[0].as.booking;
    b->agency = fb_span_of("NS");
    fb_ask_of_booking(&shift, &v.view, b);
    wanted.shift.time = b->shift.time;
    fb_ask_of_vacancy(&vacancy, &wanted);
    o.as.organisation.ods = fb_code_of("RTH");
    o.as.organisation.member_from = fb_day_of(2026, 3, 16);
    o.as.organisation.member_until = fb_day_of(2026, 3, 17);
    CU_ASSERT(fb_need_takes(&shift, &o) && fb_need_takes(&vacancy, &o));
    o.as.organisation.member_until = fb_day_of(2026, 3, 16);
    CU_ASSERT_FALSE(fb_need_takes(&shift, &o));
    o.as.organisation.member_until = fb_day_of(2026, 4, 17);
    o.as.organisation.member_from = fb_day_of(2026, 3, 17);
    CU_ASSERT_FALSE(fb_need_takes(&shift, &o));
    o.as.organisation.ods = fb_code_of("RXQ");
    CU_ASSERT_FALSE(fb_need_takes(&shift, &o));
    a.as.agency.code = fb_span_of("NS");
    CU_ASSERT(fb_need_takes(&shift, &a) && !fb_need_takes(&vacancy, &a)); /* a vacancy has none yet */
    a.as.agency.code = fb_span_of("NX");
    CU_ASSERT_FALSE(fb_need_takes(&shift, &a));
    f.as.framework.agency = fb_span_of("NS");
    f.as.framework.from = fb_day_of(2025, 1, 1);
    f.as.framework.until = fb_day_of(2027, 1, 1);
    b->booked_ms = FB_ABSENT;
    fb_ask_of_booking(&shift, &v.view, b);
    CU_ASSERT(!fb_need_takes(&shift, &f) && !fb_need_takes(&vacancy, &f)); /* on which day nobody says */
    b->booked_ms = INT64_C(86400000) * fb_day_of(2026, 3, 9);
    fb_ask_of_booking(&shift, &v.view, b);
    CU_ASSERT_TRUE(fb_need_takes(&shift, &f));
    f.as.framework.agency = fb_span_of("NX");
    CU_ASSERT_FALSE(fb_need_takes(&shift, &f));
}

/* Which of two is kept hangs on what they say, and never on which is asked about. */
static void test_kept_either_way(void)
{
    struct fb_record a = record_of(FB_KIND_ORGANISATION, "RTH"), b = record_of(FB_KIND_ORGANISATION, "RTH");
    a.env.revision = 1;
    b.env.revision = 2;
    CU_ASSERT(fb_need_cmp(&a, &b) > 0 && fb_need_cmp(&b, &a) < 0); /* the highest version */
    a = record_of(FB_KIND_BOOKING, "B1");
    b = record_of(FB_KIND_BOOKING, "B2");
    a.as.booking.state = FB_BOOKING_STATE_CANCELLED;
    CU_ASSERT(fb_need_cmp(&a, &b) < 0 && fb_need_cmp(&b, &a) > 0); /* one of them stands: by name */
    a = cascade_of(FB_TIER_AGENCY, 0);
    b = cascade_of(FB_TIER_AGENCY, FB_ABSENT);
    struct fb_asking none = {.subject = FB_KIND_BOOKING};
    CU_ASSERT_EQUAL(fb_need_place(&none, &a), fb_need_place(&none, &b)); /* there is no tier nought */
}

CU_TestInfo suite_needs[] = {
    {"each tier that a vacancy went to has its place", test_cascade_places},
    {"of too many replies the latest are kept", test_latest_reply},
    {"of too many rivals those of a bank are kept, and of them the first that fell through", test_rivals},
    {"which bookings are taken hangs on what is judged", test_bookings_taken},
    {"an approval is taken when it covers the shift", test_approvals_taken},
    {"one that was taken back is taken when it may have been over before", test_approvals_taken_back},
    {"rows of registers are taken for the day and for whom they are of", test_registers_taken},
    {"which of two is kept is the same either way round", test_kept_either_way},
    {"a reply is taken when it is of the trust that hires", test_replies_taken},
    CU_TEST_INFO_NULL,
};
