#include "engine/core/decide.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static unsigned char memory[1 << 14];

static const struct fb_booking *merged(struct fb_test_view *v)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    return fb_merge(fb_test_book(), &v->view, &arena);
}

static void bank_night(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_BANK, "5", "2026-03-19T19:30", "2026-03-20T08:00", 30);
}

/* The other order of arrival: members the other way round. */
static void turn_round(struct fb_test_view *v)
{
    for (unsigned i = 0, n = v->view.n_members; i < n / 2; i++) {
        struct fb_member m = v->view.member[i];
        v->view.member[i] = v->view.member[n - 1 - i];
        v->view.member[n - 1 - i] = m;
    }
}

static void test_one_member(void)
{
    struct fb_test_view v;
    bank_night(&v);
    CU_ASSERT_PTR_EQUAL(merged(&v), &v.booking[0].as.booking);
}

static void test_arena_too_small(void)
{
    struct fb_test_view v;
    struct fb_arena arena;
    bank_night(&v);
    fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1");
    fb_arena_init(&arena, memory, 64);
    CU_ASSERT_PTR_NULL(fb_merge(fb_test_book(), &v.view, &arena));
}

static void check_authority(struct fb_test_view *v, int64_t roster_start)
{
    const struct fb_booking *b = merged(v);
    CU_ASSERT_EQUAL(b->shift.time.start_min, roster_start);
    CU_ASSERT_EQUAL(b->shift.break_min, 30);
    CU_ASSERT_EQUAL(b->rates.cell[0].part[FB_PART_WORKER_PAY], 181300);
    CU_ASSERT_EQUAL(b->worker_kind, FB_WORKER_KIND_SUBSTANTIVE);
    CU_ASSERT_EQUAL(b->worker_grade, fb_code_of("6"));
    CU_ASSERT_TRUE(fb_span_is(b->shift.unit, "Ward 7A"));
}

static void test_authority(void)
{
    struct fb_test_view v;
    bank_night(&v);
    struct fb_booking *roster = &v.booking[0].as.booking;
    struct fb_booking *provider = fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1");
    roster->worker_kind = FB_WORKER_KIND_NONE;
    fb_test_charge(roster, "17.00", "0.00");
    fb_test_charge(provider, "18.13", "0.00");
    provider->shift.time.start_min += 60;
    provider->shift.break_min = 0;
    provider->shift.unit = fb_span_of("Ward 7A");
    provider->worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    provider->worker_grade = fb_code_of("6");
    int64_t start = roster->shift.time.start_min;
    check_authority(&v, start);
    turn_round(&v);
    check_authority(&v, start);
}

static void test_charge_authority(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T19:30", "2026-03-20T08:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "20.00", "1.00");
    struct fb_booking *provider = fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1");
    struct fb_booking *portal = fb_test_member(&v, "portal", FB_SYSTEM_PORTAL, "D1");
    fb_test_charge(provider, "30.00", "1.00");
    fb_test_charge(portal, "40.00", "1.00");
    CU_ASSERT_EQUAL(merged(&v)->rates.cell[0].part[FB_PART_WORKER_PAY], 400000);
    portal->rates.n = 0; /* the best system that sent a grid, not the best system */
    CU_ASSERT_EQUAL(merged(&v)->rates.cell[0].part[FB_PART_WORKER_PAY], 300000);
}

static enum fb_booking_state merged_state(struct fb_test_view *v)
{
    return merged(v)->state;
}

static void test_state(void)
{
    struct fb_test_view v;
    bank_night(&v);
    struct fb_booking *roster = &v.booking[0].as.booking;
    struct fb_booking *provider = fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1");
    provider->state = FB_BOOKING_STATE_CANCELLED;
    CU_ASSERT_EQUAL(merged_state(&v), FB_BOOKING_STATE_BOOKED); /* the roster decides */
    roster->state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    provider->state = FB_BOOKING_STATE_BOOKED;
    CU_ASSERT_EQUAL(merged_state(&v), FB_BOOKING_STATE_DID_NOT_ATTEND);
}

static void test_rebooked(void)
{
    struct fb_test_view v;
    bank_night(&v);
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED;
    v.booking[0].as.booking.worker = 1;
    struct fb_booking *again = fb_test_member(&v, "rth-roster", FB_SYSTEM_ROSTER, "B2");
    again->state = FB_BOOKING_STATE_BOOKED;
    again->worker = 2;
    CU_ASSERT_EQUAL(merged_state(&v), FB_BOOKING_STATE_BOOKED);
    CU_ASSERT_TRUE(merged(&v)->worker == 2);
    again->state = FB_BOOKING_STATE_CANCELLED;
    CU_ASSERT_TRUE(merged(&v)->worker == 1); /* neither stands: the name decides */
    turn_round(&v);
    CU_ASSERT_TRUE(merged(&v)->worker == 1);
}

static void test_two_of_one_kind(void)
{
    struct fb_test_view v;
    bank_night(&v);
    struct fb_booking *other = fb_test_member(&v, "another-roster", FB_SYSTEM_ROSTER, "Z9");
    other->worker = 2;
    v.booking[0].as.booking.worker = 1;
    CU_ASSERT_TRUE(merged(&v)->worker == 2); /* "another-roster" comes before "rth-roster" */
    turn_round(&v);
    CU_ASSERT_TRUE(merged(&v)->worker == 2);
}

static void test_lists(void)
{
    struct fb_test_view v;
    bank_night(&v);
    struct fb_booking *roster = &v.booking[0].as.booking;
    struct fb_booking *provider = fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1");
    const struct fb_reference shared = {fb_span_of("hr"), fb_span_of("request_id"), fb_span_of("4711")};
    roster->n_references = 1;
    roster->reference[0] = shared;
    provider->n_references = 2;
    provider->reference[0] = shared;
    provider->reference[1] =
        (struct fb_reference){fb_span_of("hr"), fb_span_of("purchase_order"), fb_span_of("9")};
    const struct fb_booking *b = merged(&v);
    CU_ASSERT_EQUAL(b->n_references, 2);
    CU_ASSERT_TRUE(fb_span_is(b->reference[1].id, "9"));
}

static void test_lists_stay_bounded(void)
{
    struct fb_test_view v;
    static const char *const ids[] = {"1", "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                      "9", "10", "11", "12", "13", "14", "15", "16"};
    bank_night(&v);
    struct fb_booking *both[] = {&v.booking[0].as.booking,
                                 fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1")};
    for (unsigned m = 0; m < 2; m++) {
        both[m]->n_references = FB_REFERENCES_MAX;
        for (unsigned i = 0; i < FB_REFERENCES_MAX; i++)
            both[m]->reference[i] =
                (struct fb_reference){fb_span_of("s"), fb_span_of("k"), fb_span_of(ids[m * 8 + i])};
    }
    CU_ASSERT_EQUAL(merged(&v)->n_references, FB_REFERENCES_MAX);
    CU_ASSERT_TRUE(fb_span_is(merged(&v)->reference[7].id, "8"));
}

/* What the best system does not say the next one does, whichever of the two it is; what belongs together comes from one. */
static void test_gaps_filled(void)
{
    for (unsigned other = 0; other < 2; other++) {
        struct fb_test_view v;
        bank_night(&v);
        struct fb_booking *both[2] = {&v.booking[0].as.booking, fb_test_member(&v, "nhsp", FB_SYSTEM_BANK_PROVIDER, "P1")};
        struct fb_booking *gap = both[other], *full = both[1 - other];
        gap->shift.staff_group = FB_STAFF_GROUP_NONE;
        gap->route = FB_ROUTE_NONE;
        gap->engagement = FB_ENGAGEMENT_NONE;
        full->engagement = FB_ENGAGEMENT_PAYE;
        gap->framework = full->framework = fb_span_of("NHSE-1");
        gap->lot = (struct fb_span){NULL, 0};
        full->lot = fb_span_of("lot 1");
        const struct fb_booking *b = merged(&v);
        CU_ASSERT(b->shift.staff_group == full->shift.staff_group && b->route == FB_ROUTE_BANK && b->engagement == FB_ENGAGEMENT_PAYE);
        CU_ASSERT(fb_span_is(b->framework, "NHSE-1") && (b->lot.n == 0 || fb_span_is(b->lot, "lot 1")));
        gap->framework = (struct fb_span){NULL, 0};
        CU_ASSERT(fb_span_is(merged(&v)->framework, "NHSE-1") && fb_span_is(merged(&v)->lot, "lot 1"));
        gap->engagement = FB_ENGAGEMENT_UMBRELLA;
        gap->route = FB_ROUTE_COLLABORATIVE;
        gap->shift.staff_group = FB_STAFF_GROUP_STUDENTS;
        CU_ASSERT(merged(&v)->engagement == both[0]->engagement || merged(&v)->engagement == both[1]->engagement);
    }
}

CU_TestInfo suite_merge[] = {
    {"one member is returned as it is", test_one_member},
    {"a full arena is said, not survived", test_arena_too_small},
    {"hours from the roster, pay from the bank provider, gaps filled, any order", test_authority},
    {"an agency's charge comes from the best system that sent one", test_charge_authority},
    {"the best system for hours decides whether the shift stands", test_state},
    {"a shift rebooked in one system stands", test_rebooked},
    {"of two systems of one kind the name decides", test_two_of_one_kind},
    {"references are the union, each once", test_lists},
    {"the union stays within its limit", test_lists_stay_bounded},
    {"gaps are filled from whichever system says it", test_gaps_filled},
    CU_TEST_INFO_NULL};
