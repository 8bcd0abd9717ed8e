/* Events as the vendor's documents have them: without a time; proposals without a number. What follows on what, and what is a repeat. */
#include "adapters/inbound/allocate/scrub.h"
#include "adapters/inbound/allocate/untimed.h"
#include "tests/lib/suite.h"
#include "tests/unit/allocate_rig.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char config[] = "source: {name: s, trust: RTH, sends: [cascades, timesheets]}\nstate: /tmp\nwords: {route: {\"\": bank}, staff_group: {Registered Nurse: nursing_midwifery}}\n";
static struct fb_test_allocate w;
static int64_t now_ms;

static void begin(void)
{
    fb_test_allocate_begin(&w, config);
    CU_ASSERT_TRUE(w.settings->arrival); /* where nothing is said */
    now_ms = 1773000000000;
}

static void finish(void) { fb_test_allocate_end(&w); }

enum told { TAKEN, REPEATED, REFUSED };

/* As the sender does it: a repeat is not mapped, and what was taken is said. line 0: posted. */
static enum told tell(const char *text, int64_t line)
{
    struct fb_allocate_task task = {.settings = w.settings, .memory = w.memory, .arena = &w.arena, .now_ms = now_ms};
    json_t *event = fb_test_allocate_event(&w, text);
    char hash[33];
    CU_ASSERT_TRUE(fb_allocate_is_untimed(event));
    if (line > 0)
        json_object_set_new(event, FB_ALLOCATE_LINE, json_integer(line));
    fb_allocate_hash(w.settings, event, hash);
    fb_allocate_made_free(&w.made);
    bool repeat = fb_allocate_untimed_is_repeat(w.memory, event, hash);
    enum fb_err e = repeat ? FB_OK : fb_allocate_map(&task, event, &w.made);
    if (e == FB_OK && !repeat)
        CU_ASSERT_EQUAL(fb_allocate_memory_put(w.memory, "said", hash, now_ms, json_true()), FB_OK);
    fb_test_allocate_hold(&w, event);
    return repeat ? REPEATED : e == FB_OK ? TAKEN : REFUSED;
}

#define DUTY "{\"eventType\":\"DutySend\",\"destination\":\"bank\",\"duty\":{\"id\":\"D1\",\"when\":{\"planned\":{\"period\":{\"start\":\"2026-03-16T19:30:00Z\",\"end\":\"2026-03-17T07:30:00Z\"}}}}}"
#define ASSIGNED "{\"eventType\":\"DutyAssigned\",\"dutyId\":\"D1\"}"
#define CLEARED "{\"eventType\":\"DutyAssignmentCleared\",\"dutyId\":\"D1\"}"

static void test_posts(void)
{
    begin();
    CU_ASSERT_EQUAL(tell(DUTY, 0), TAKEN);
    CU_ASSERT_EQUAL(w.made.n, 2);
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), TAKEN);
    CU_ASSERT_EQUAL(w.made.record[0].as.booking.state, FB_BOOKING_STATE_BOOKED);
    int64_t first = w.made.record[0].env.occurred_ms;
    CU_ASSERT_TRUE(first > now_ms - 1 && w.made.record[0].as.booking.booked_ms == first);
    now_ms += 60000;
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), REPEATED); /* said again, because the answer was lost */
    CU_ASSERT_EQUAL(tell(DUTY, 0), REPEATED);     /* what became of its assignment does not make it news */
    CU_ASSERT_EQUAL(tell(CLEARED, 0), TAKEN);
    int64_t cleared = w.made.record[0].env.occurred_ms;
    CU_ASSERT_TRUE(w.made.record[0].as.booking.state == FB_BOOKING_STATE_CANCELLED && cleared > first);
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), TAKEN); /* somebody else, in the same moment */
    CU_ASSERT_TRUE(w.made.record[0].as.booking.state == FB_BOOKING_STATE_BOOKED && w.made.record[0].env.occurred_ms > cleared);
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), REPEATED);
    finish();
}

/* It was not answered: said again it has the time that it had. */
static void test_unanswered(void)
{
    begin();
    CU_ASSERT_EQUAL(tell(DUTY, 0), TAKEN);
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), TAKEN);
    CU_ASSERT_EQUAL(tell(CLEARED, 0), TAKEN);
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), TAKEN);
    char id[33] = "";
    memcpy(id, w.made.record[0].env.message_id.p, 32);
    json_t *no = json_false(), *ids = fb_allocate_memory_ids(w.memory, "said");
    for (size_t i = 0; i < json_array_size(ids); i++) /* none of them is known to be in the engine */
        CU_ASSERT_EQUAL(fb_allocate_memory_put(w.memory, "said", json_string_value(json_array_get(ids, i)), 0, no), FB_OK);
    json_decref(ids);
    now_ms += 5000;
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), TAKEN);
    CU_ASSERT_TRUE(fb_span_is(w.made.record[0].env.message_id, id));
    finish();
}

static void test_file(void)
{
    static const char *const lines[] = {DUTY, ASSIGNED, CLEARED, ASSIGNED};
    int64_t last = 0;
    begin();
    for (int64_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(tell(lines[i], i + 1), TAKEN);
        CU_ASSERT_TRUE(w.made.record[0].env.occurred_ms >= now_ms && w.made.record[0].env.occurred_ms > last);
        last = w.made.record[0].env.occurred_ms;
    }
    CU_ASSERT_EQUAL(w.made.record[0].as.booking.state, FB_BOOKING_STATE_BOOKED);
    CU_ASSERT_EQUAL(w.made.record[0].as.booking.booked_ms, FB_ABSENT); /* the file's time is no moment of booking */
    now_ms += 86400000; /* the same file, which has grown */
    for (int64_t i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(tell(lines[i], i + 1), REPEATED);
    CU_ASSERT_EQUAL(tell(CLEARED, 5), TAKEN);
    CU_ASSERT_EQUAL(tell(ASSIGNED, 0), TAKEN); /* and by post */
    CU_ASSERT_TRUE(w.made.record[0].as.booking.state == FB_BOOKING_STATE_BOOKED && w.made.record[0].env.occurred_ms > now_ms);
    finish();
}

#define VACANCY "{\"eventType\":\"VacancyPublishedEvent\",\"id\":\"V\",\"vacancy\":{\"id\":\"V\",\"when\":{\"planned\":{\"from\":\"2026-03-16T08:00:00Z\",\"to\":\"2026-03-16T20:00:00Z\"}}}}"
#define OFFER(who, route, agency) "{\"eventType\":\"ProposalDetails\",\"vacancyId\":\"V\",\"personId\":\"" who "\",\"engagementRoute\":\"" route "\",\"agencyId\":\"" agency "\",\"cost\":0.8008281904610115}"
#define BOOKED(proposal) "{\"eventType\":\"BookingEvent\",\"proposalId\":\"" proposal "\",\"vacancyId\":\"V\"}"

static void test_offers(void)
{
    begin();
    CU_ASSERT_EQUAL(tell(VACANCY, 0), TAKEN);
    CU_ASSERT_EQUAL(tell(OFFER("p1", "agency", "A1"), 0), TAKEN);
    CU_ASSERT_EQUAL(w.made.n, 0);
    CU_ASSERT_EQUAL(tell(OFFER("p1", "agency", "A1"), 0), REPEATED);
    CU_ASSERT_EQUAL(tell(BOOKED("P1"), 0), TAKEN);
    const struct fb_booking *b = &w.made.record[0].as.booking;
    CU_ASSERT_TRUE(b->route == FB_ROUTE_AGENCY && fb_span_is(b->agency, "A1") && b->token.n == 41);
    /* Two agencies offer: by agency it is, and no more is known. The offers before were over with their booking. */
    CU_ASSERT_EQUAL(tell(OFFER("p2", "agency", "A2"), 0), TAKEN);
    CU_ASSERT_EQUAL(tell(OFFER("p3", "agency", "A3"), 0), TAKEN);
    CU_ASSERT_EQUAL(tell(BOOKED("P2"), 0), TAKEN);
    CU_ASSERT_TRUE(b->route == FB_ROUTE_AGENCY && b->agency.n == 0 && b->token.n == 0);
    finish();
}

CU_TestInfo suite_allocate_untimed[] = {
    {"posts: word for word the same is a repeat until something else was heard of it", test_posts},
    {"posts: what was not answered keeps its time and its id", test_unanswered},
    {"files: the same lines again are repeats, also of a file that has grown", test_file},
    {"proposals without a number: a booking has what all of them agree in", test_offers},
    CU_TEST_INFO_NULL,
};
