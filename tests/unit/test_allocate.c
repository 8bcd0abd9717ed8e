/* Events of Allocate systems -> records: what maps, what is refused, what is left out; persons; dates; rates. */
#include "adapters/inbound/allocate/duty_ids.h"
#include "adapters/inbound/allocate/scrub.h"
#include "tests/lib/suite.h"
#include "tests/unit/allocate_rig.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char config[] = "source: {name: s, trust: RTH, sends: [cascades, timesheets]}\nhirer: RTH\nstate: /tmp\n"
                             "words: {trust: {T1: RTH}, grade: {Band 5: '5'}, staff_group: {Registered Nurse: nursing_midwifery}, reason: {Sickness: sickness}}\n"
                             "rates: {basic: plain, enhanced: unsocial, enhanced_night: night, fixed: shift}\n";
static struct fb_test_allocate w;
static unsigned told;

static void count(void *ctx, const char *table, const char *of)
{
    (void)ctx;
    CU_ASSERT_TRUE(table[0] != '\0' && of != NULL);
    told++;
}

static void begin(void)
{
    fb_test_allocate_begin(&w, config);
    told = 0;
}

static void finish(void) { fb_test_allocate_end(&w); }

static enum fb_err take(const char *text)
{
    struct fb_allocate_task task = {.settings = w.settings, .memory = w.memory, .arena = &w.arena, .told = count, .now_ms = FB_ABSENT};
    json_t *event = fb_test_allocate_event(&w, text);
    fb_allocate_made_free(&w.made);
    enum fb_err e = fb_allocate_map(&task, event, &w.made);
    fb_test_allocate_hold(&w, event);
    return e;
}

#define DUTY "{\"id\":\"D1\",\"when\":{\"planned\":{\"from\":\"2026-03-16T19:30:00Z\",\"to\":\"2026-03-17T07:30:00Z\"}," \
             "\"actual\":{\"period\":{\"from\":\"2026-03-16T19:30:00Z\",\"to\":\"2026-03-17T08:00:00Z\"},\"restTime\":45}}," \
             "\"where\":{\"trustId\":\"T1\",\"unitCode\":\"W1\"},\"reason\":\"sickness\"," \
             "\"requirements\":{\"gradeRequirement\":{\"grade\":\"band 5\",\"gradeTypeCategory\":\"Registered Nurse\"}}}"

static void test_duty(void)
{
    begin();
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DutySend\",\"destination\":\"cloudstaff\",\"timeStamp\":\"2026-03-10T08:00:00Z\",\"duty\":" DUTY "}"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 2);
    const struct fb_vacancy *v = &w.made.record[0].as.vacancy;
    CU_ASSERT_EQUAL(v->shift.hirer, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(v->shift.grade, fb_code_of("5"));
    CU_ASSERT_EQUAL(v->shift.staff_group, FB_STAFF_GROUP_NURSING_MIDWIFERY);
    CU_ASSERT_EQUAL(v->shift.time.end_min - v->shift.time.start_min, 720);
    CU_ASSERT_TRUE(fb_span_is(v->reason, "sickness") && v->state == FB_VACANCY_STATE_OPEN);
    CU_ASSERT_EQUAL(w.made.record[1].as.cascade.tier, FB_TIER_COLLABORATIVE);
    CU_ASSERT_EQUAL(w.made.record[1].as.cascade.at_ms, w.made.record[0].env.occurred_ms);
    CU_ASSERT_EQUAL(told, 0);
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DutyAssigned\",\"dutyId\":\"D1\",\"workerId\":\"w1\",\"engagementRoute\":\"bank\",\"timeStamp\":\"2026-03-10T09:00:00Z\"}"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 1);
    const struct fb_booking *b = &w.made.record[0].as.booking;
    CU_ASSERT_TRUE(b->route == FB_ROUTE_BANK && b->state == FB_BOOKING_STATE_BOOKED && b->token.n == 41);
    CU_ASSERT_EQUAL(b->booked_ms, w.made.record[0].env.occurred_ms);
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DutyAssignmentFinalised\",\"dutyId\":\"D1\",\"timeStamp\":\"2026-03-18T09:00:00Z\"}"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 2);
    CU_ASSERT_EQUAL(w.made.record[0].as.timesheet.state, FB_TIMESHEET_STATE_APPROVED);
    CU_ASSERT_EQUAL(w.made.record[0].as.timesheet.interval[0].end_min - w.made.record[0].as.timesheet.interval[0].start_min, 750);
    CU_ASSERT_EQUAL(w.made.record[1].as.booking.shift.break_min, 45);
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DutyCancelled\",\"dutyId\":\"D1\",\"timeStamp\":\"2026-03-19T09:00:00Z\"}"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 2);
    CU_ASSERT_EQUAL(w.made.record[0].as.vacancy.state, FB_VACANCY_STATE_WITHDRAWN);
    CU_ASSERT_EQUAL(w.made.record[1].as.booking.state, FB_BOOKING_STATE_CANCELLED);
    finish();
}

static void test_same_again(void)
{
    char first[33], other[33];
    begin();
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DutySend\",\"timeStamp\":\"2026-03-10T08:00:00Z\",\"duty\":" DUTY "}"), FB_OK);
    snprintf(first, sizeof first, "%.32s", w.made.record[0].env.message_id.p);
    CU_ASSERT_EQUAL(take("{\"timeStamp\":\"2026-03-10T08:00:00Z\",\"duty\":" DUTY ",\"eventType\":\"DutySend\"}"), FB_OK);
    CU_ASSERT_TRUE(fb_span_is(w.made.record[0].env.message_id, first));
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DutySend\",\"timeStamp\":\"2026-03-10T08:00:01Z\",\"duty\":" DUTY "}"), FB_OK);
    snprintf(other, sizeof other, "%.32s", w.made.record[0].env.message_id.p);
    CU_ASSERT_STRING_NOT_EQUAL(first, other);
    finish();
}

static void test_refusals(void)
{
    static const char *const bad[] = {
        "{}", "{\"eventType\":\"Nothing\"}", "{\"eventType\":\"DutySend\",\"duty\":" DUTY "}", "{\"eventType\":\"DutySend\",\"timeStamp\":\"soon\",\"duty\":" DUTY "}",
        "{\"eventType\":\"DutyAssigned\",\"dutyId\":\"D2\",\"timeStamp\":\"2026-03-10T08:00:00Z\"}",
        "{\"eventType\":\"VacancyWithdrawnEvent\",\"id\":\"D2\",\"timeStamp\":\"2026-03-10T08:00:00Z\"}",
        "{\"eventType\":\"DutyCascade\",\"dutyId\":\"D2\",\"cascadeTo\":\"moon\",\"timeStamp\":\"2026-03-10T08:00:00Z\"}",
        "{\"eventType\":\"VacancyPublishedEvent\",\"vacancy\":{\"id\":\"V\",\"when\":{\"planned\":{\"from\":\"2026-03-16T19:30:00Z\"}}},\"timeStamp\":\"2026-03-10T08:00:00Z\"}",
    };
    begin();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CU_ASSERT_EQUAL(take(bad[i]), FB_REFUSED);
        CU_ASSERT_TRUE(w.made.n == 0 && w.made.reason[0] != '\0');
    }
    CU_ASSERT_FALSE(fb_allocate_memory_has(w.memory, "duty", "V")); /* and changes nothing of what is known */
    finish();
}

static void test_no_word(void)
{
    begin();
    CU_ASSERT_EQUAL(take("{\"eventType\":\"VacancyPublishedEvent\",\"timeStamp\":\"2026-03-10T08:00:00Z\",\"id\":\"c1\",\"vacancy\":{\"id\":\"V\",\"reason\":\"other\","
                         "\"personRequirements\":{\"grade\":\"Band 99\"},\"when\":{\"planned\":{\"from\":\"2026-03-16T08:00:00Z\",\"to\":\"2026-03-16T09:00:00Z\"}}}}"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 1);
    CU_ASSERT_TRUE(w.made.record[0].as.vacancy.shift.grade == 0 && w.made.record[0].as.vacancy.reason.n == 0);
    CU_ASSERT_EQUAL(told, 2);
    CU_ASSERT_EQUAL(take("{\"eventType\":\"VacancyWithdrawnEvent\",\"id\":\"c1\",\"timeStamp\":\"2026-03-10T09:00:00Z\"}"), FB_OK); /* by the correlation id */
    CU_ASSERT_TRUE_FATAL(w.made.n == 1);
    CU_ASSERT_TRUE(fb_span_is(w.made.record[0].env.record_ref, "V") && w.made.record[0].as.vacancy.state == FB_VACANCY_STATE_WITHDRAWN);
    CU_ASSERT_EQUAL(take("{\"eventType\":\"BookingEvent\",\"proposalId\":\"P\",\"vacancyId\":\"V\",\"timeStamp\":\"2026-03-10T09:00:00Z\"}"), FB_REFUSED); /* no route */
    finish();
}

static void test_portal(void)
{
    begin();
    const char *event = "{\"eventType\":\"CREATE\",\"entityType\":\"duty\",\"entityId\":\"RTH.1\",\"timeStamp\":\"2026-03-10T08:00:00Z\",\"duty\":{\"dutyId\":\"RTH.1\","
                        "\"date\":\"2026-10-24T23:00:00Z\",\"startTime\":\"19:30\",\"endTime\":\"07:30\",\"breakDuration\":60,\"status\":\"active\",\"uniqueNumber\":\"B7\","
                        "\"person\":{\"matchId\":\"m\",\"surname\":\"S\"},\"rates\":[{\"reference\":\"basic_worker_pay\",\"rate\":21.55},"
                        "{\"reference\":\"basic_commission\",\"rate\":1},{\"reference\":\"basic_ni\",\"rate\":\"2.90\"},{\"reference\":\"enhanced_night_worker_pay\",\"rate\":0}]}}";
    CU_ASSERT_EQUAL(take(event), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 2);
    const struct fb_booking *b = &w.made.record[1].as.booking;
    CU_ASSERT_TRUE(b->route == FB_ROUTE_AGENCY && b->engagement == FB_ENGAGEMENT_DIRECT && b->token.n == 41);
    CU_ASSERT_TRUE(fb_span_is(b->shift.start_local, "2026-10-25T19:30") && fb_span_is(b->shift.end_local, "2026-10-26T07:30"));
    CU_ASSERT_EQUAL(b->rates.n, 1);
    CU_ASSERT_EQUAL(b->rates.cell[0].part[FB_PART_WORKER_PAY], 215500);
    CU_ASSERT_EQUAL(b->rates.cell[0].part[FB_PART_EMPLOYER_NI], 29000);
    CU_ASSERT_TRUE(b->rates.complete == FB_SAID_YES && b->rates.unit == FB_UNIT_HOUR);
    CU_ASSERT_EQUAL(b->n_references, 2);
    CU_ASSERT_EQUAL(take("{\"eventType\":\"DELETE\",\"entityType\":\"duty\",\"entityId\":\"RTH.1\",\"timeStamp\":\"2026-03-11T08:00:00Z\"}"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(w.made.n, 2);
    CU_ASSERT_EQUAL(w.made.record[0].as.vacancy.state, FB_VACANCY_STATE_WITHDRAWN);
    CU_ASSERT_EQUAL(w.made.record[1].as.booking.state, FB_BOOKING_STATE_CANCELLED);
    finish();
}

static enum fb_err portal(const char *type, const char *entity, const char *at, const char *more)
{
    char text[600];
    snprintf(text, sizeof text,
             "{\"eventType\":\"%s\",\"entityType\":\"%s\",\"entityId\":\"RTH.11\",\"timeStamp\":\"2026-03-%sZ\"%s%s%s}", type, entity, at,
             more == NULL ? "" : ",\"duty\":{\"dutyId\":\"RTH.11\",\"date\":\"2026-03-12\",\"startTime\":\"19:30\",\"endTime\":\"07:30\"",
             more == NULL ? "" : more, more == NULL ? "" : "}");
    return take(text);
}

/* A number that could be another duty's must not make somebody worked who did not. */
static void test_sheets_of_others(void)
{
    begin();
    CU_ASSERT_EQUAL(portal("CREATE", "timesheet", "13T09:00:00", ",\"person\":null"), FB_REFUSED);            /* nobody is on it */
    CU_ASSERT_EQUAL(portal("CREATE", "timesheet", "11T09:00:00", ",\"person\":{\"matchId\":\"m\"}"), FB_REFUSED); /* it has not begun */
    CU_ASSERT_EQUAL(portal("DELETE", "timesheet", "13T09:00:00", ",\"person\":{\"matchId\":\"m\"}"), FB_REFUSED); /* none was told */
    CU_ASSERT_EQUAL(portal("CREATE", "timesheet", "13T09:00:00", ",\"person\":{\"matchId\":\"m\"}"), FB_OK);
    CU_ASSERT_EQUAL(w.made.n, 3);
    CU_ASSERT_EQUAL(portal("DELETE", "timesheet", "14T09:00:00", NULL), FB_OK);
    CU_ASSERT_TRUE(w.made.n == 1 && w.made.record[0].as.timesheet.state == FB_TIMESHEET_STATE_UNAPPROVED);
    finish();
}

static void check_duties(const char *entity, const char *id, const char *first, const char *second, bool known, bool sure)
{
    struct fb_allocate_duties of;
    const char *wanted[] = {first, second};
    fb_allocate_duty_ids_find(w.memory, entity, id, &of);
    CU_ASSERT_EQUAL(of.n, (unsigned)((first != NULL) + (second != NULL)));
    for (unsigned i = 0; i < of.n && i < 2 && wanted[i] != NULL; i++)
        CU_ASSERT_STRING_EQUAL(of.id[i], wanted[i]);
    CU_ASSERT_TRUE(of.known == known && of.sure == sure);
}

static void learn(const char *duty, const char *id, int64_t at_ms)
{
    json_t *v = json_loads(duty, 0, NULL);
    CU_ASSERT_EQUAL(fb_allocate_duty_ids_learn(w.memory, v, id, at_ms), FB_OK);
    json_decref(v);
}

static void test_whose(void)
{
    begin();
    check_duties("duty", "RTH.11", "RTH.11", NULL, true, true);
    check_duties("booking", "RTH.33", "RTH.33", NULL, false, false); /* nothing is known: it may be the duty's */
    learn("{\"uniqueNumber\":77}", "RTH.11", 5);
    check_duties("booking", "RTH.77", "RTH.11", "RTH.77", true, false); /* and it may be another duty's number */
    check_duties("timesheet", "RTH.77", "RTH.77", NULL, false, false);
    learn("{\"uniqueNumber\":\"RTH.77\"}", "RTH.12", 4); /* said before: what was said last stands */
    check_duties("booking", "RTH.77", "RTH.11", "RTH.77", true, false);
    learn("{\"bookingId\":\"RTH.33\",\"timesheet\":{\"id\":55}}", "RTH.11", 6);
    check_duties("booking", "RTH.33", "RTH.11", NULL, true, true);
    check_duties("booking", "RTH.77", NULL, NULL, false, false); /* bookings have numbers of their own, and this is none that is known */
    check_duties("timesheet", "RTH.55", "RTH.11", NULL, true, true);
    check_duties("timesheet", "RTH.11", NULL, NULL, false, false);
    learn("{\"bookingId\":null,\"timesheetId\":\"\",\"booking\":[]}", "plain", 6);
    learn("{\"bookingId\":9}", "plain", 6); /* of no trust: as it is */
    check_duties("booking", "9", "plain", NULL, true, true);
    char longest[400];
    memset(longest, 'x', sizeof longest);
    longest[399] = '\0';
    check_duties("booking", longest, NULL, NULL, false, false);
    check_duties("duty", longest, NULL, NULL, true, true);
    finish();
}

static void check_rates(const char *duty, enum fb_err wanted, unsigned n, enum fb_said complete, enum fb_unit unit)
{
    struct fb_rates r;
    const char *why = NULL;
    json_t *v = json_loads(duty, 0, NULL);
    CU_ASSERT_EQUAL(fb_allocate_rates(w.settings, v, &r, &why), wanted);
    if (wanted == FB_OK)
        CU_ASSERT_TRUE(r.n == n && r.complete == complete && r.unit == unit);
    json_decref(v);
}

static void test_rates(void)
{
    begin();
    check_rates("{}", FB_OK, 0, FB_SAID_NONE, FB_UNIT_NONE);
    check_rates("{\"rates\":[{\"reference\":\"basic_worker_pay\",\"rate\":20.1}]}", FB_OK, 1, FB_SAID_NO, FB_UNIT_HOUR);
    check_rates("{\"rates\":[{\"reference\":\"fixed_worker_pay\",\"rate\":300},{\"reference\":\"fixed_commission\",\"rate\":0},{\"reference\":\"fixed_ni\",\"rate\":30}]}", FB_OK, 1, FB_SAID_YES, FB_UNIT_SHIFT);
    check_rates("{\"rates\":[{\"reference\":\"fixed_worker_pay\",\"rate\":300.123456},{\"reference\":\"fixed_commission\",\"rate\":0.00001},{\"reference\":\"fixed_ni\",\"rate\":30}]}", FB_OK, 1, FB_SAID_NO, FB_UNIT_SHIFT);
    check_rates("{\"rates\":[{\"reference\":\"fixed_worker_pay\",\"rate\":-1e-05}]}", FB_OK, 0, FB_SAID_NONE, FB_UNIT_NONE);
    check_rates("{\"rates\":[{\"reference\":\"fixed.worker_pay\",\"rate\":300}]}", FB_OK, 0, FB_SAID_NONE, FB_UNIT_NONE); /* one of 21 words, or none */
    check_rates("{\"rates\":[{\"reference\":\"enhanced_sunday_ni\",\"rate\":2}]}", FB_OK, 0, FB_SAID_NONE, FB_UNIT_NONE); /* no word of ours for Sundays */
    check_rates("{\"rates\":[{\"reference\":\"basic_bonus\",\"rate\":2},{\"reference\":\"basic_worker_pay\",\"rate\":20},{\"reference\":\"basic_ni\",\"rate\":2},"
                "{\"reference\":\"basic_commission\",\"rate\":1}]}", FB_OK, 1, FB_SAID_NO, FB_UNIT_HOUR); /* what is left, as a lower bound */
    check_rates("{\"rates\":[{},{\"rate\":5},{\"reference\":\"basic_ni\"},null]}", FB_OK, 0, FB_SAID_NONE, FB_UNIT_NONE);
    check_rates("{\"rates\":[{\"reference\":\"basic_ni\",\"rate\":2},{\"reference\":\"basic_ni\",\"rate\":3}]}", FB_REFUSED, 0, FB_SAID_NONE, FB_UNIT_NONE);
    check_rates("{\"rates\":[{\"reference\":\"basic_ni\",\"rate\":-2}]}", FB_REFUSED, 0, FB_SAID_NONE, FB_UNIT_NONE);
    check_rates("{\"rates\":[{\"reference\":\"basic_ni\",\"rate\":1e20}]}", FB_REFUSED, 0, FB_SAID_NONE, FB_UNIT_NONE);
    check_rates("{\"timeIntervalRates\":[{\"startTime\":\"20:00\",\"endTime\":\"06:00\",\"rates\":[{\"reference\":\"enhanced_night_worker_pay\",\"rate\":30},"
                "{\"reference\":\"enhanced_night_ni\",\"rate\":3},{\"reference\":\"enhanced_night_commission\",\"rate\":1}]}]}", FB_OK, 1, FB_SAID_YES, FB_UNIT_HOUR);
    finish();
}

static void check_day(const char *date, const char *from, const char *to, int64_t minutes)
{
    struct fb_shift_time t;
    struct fb_span local[2];
    const char *why = NULL;
    json_t *d = json_string(date), *a = json_string(from), *b = json_string(to);
    enum fb_err e = fb_allocate_span_of_day(&t, local, &w.arena, d, a, b, &why);
    CU_ASSERT_EQUAL(e, minutes < 0 ? FB_REFUSED : FB_OK);
    if (e == FB_OK)
        CU_ASSERT_EQUAL(t.end_min - t.start_min, minutes);
    json_decref(d), json_decref(a), json_decref(b);
}

static void test_dates(void)
{
    int64_t minute;
    begin();
    check_day("2026-03-16", "07:30", "19:30", 720);
    check_day("2026-03-28", "19:30", "07:30", 660);  /* the clocks go forward */
    check_day("2026-10-24", "19:30", "07:30", 780);  /* and back */
    check_day("2026-03-16T00:00:00Z", "07:30:00", "08:00:00", 30);
    check_day("2026-03-29", "01:30", "09:30", -1);   /* a time that does not exist */
    check_day("2026-03-16", "07:30", "07:30", -1);
    check_day("2026-02-30", "07:30", "08:30", -1);
    check_day("2026-03-16", "7:30", "08:30", -1);
    check_day("2026-03-16", "24:00", "08:30", -1);
    check_day("2026-03-16", "-1:30", "08:30", -1);
    json_t *v = json_string("2026-03-16T07:30:30Z");
    CU_ASSERT_EQUAL(fb_allocate_minute(&minute, v), FB_REFUSED);
    json_decref(v);
    finish();
}

static void test_scrub(void)
{
    begin();
    json_t *raw = json_loads("{\"eventType\":\"x\",\"surname\":\"PLANTED\",\"timeStamp\":\"PLANTED\",\"notes\":\"PLANTED\",\"name\":\"PLANTED\",\"workerId\":\"PLANTED\",\"vacancy\":\"PLANTED no json\","
                             "\"duty\":{\"person\":{\"firstName\":\"PLANTED\",\"matchId\":\"PLANTED\"},\"where\":{\"location\":{\"name\":\"Ward 1\"}},\"worker\":{\"x\":\"PLANTED\"}},"
                             "\"proposal\":{\"personId\":\"PLANTED\",\"email\":\"PLANTED\"}}", 0, NULL);
    json_t *clean = fb_allocate_scrub(w.settings, raw);
    char *text = json_dumps(clean, JSON_COMPACT);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NULL(strstr(text, "PLANTED"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "Ward 1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"worker\":\""));
    free(text);
    json_decref(clean);
    w.settings->has_worker_key = false; /* without the key nobody is named at all */
    clean = fb_allocate_scrub(w.settings, raw);
    CU_ASSERT_PTR_NULL(json_object_get(clean, "workerId"));
    json_decref(clean);
    json_decref(raw);
    finish();
}

static void test_settings(void)
{
    static const char *const bad[] = {"", "source: {name: s}", "source: {name: s}\nstate: /tmp\nwords: {grade: {x: 'much too long'}}", "source: {name: s}\nstate: /tmp\nwords: {moon: {x: y}}",
                                      "source: {name: s}\nstate: /tmp\nrates: {basic: plain, enhanced: plain}", "source: {name: s}\nstate: /tmp\npoll: {url: 'http://example.org', version: v1, trust_code: R, from: '2026-03-01'}",
                                      "source: {name: s}\nstate: /tmp\nworker: [surname]", "source: {name: s}\nstate: /tmp\nbatch: both"};
    char fault[FB_YAML_FAULT_BYTES];
    struct fb_allocate_settings *s = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CU_ASSERT_EQUAL(fb_allocate_settings_parse(&s, "c", fb_span_of(bad[i]), fault), FB_REFUSED);
        CU_ASSERT_TRUE(s == NULL && strncmp(fault, "c:", 2) == 0);
    }
}

CU_TestInfo suite_allocate[] = {
    {"a duty is a vacancy, a cascade, a booking and a timesheet", test_duty},
    {"the same said again has the same id, another moment another", test_same_again},
    {"what cannot be read is refused with a reason", test_refusals},
    {"what has no word is left absent and told; a route is never guessed", test_no_word},
    {"the portal's duty is a vacancy and a booking with its rates", test_portal},
    {"rates: what a grid cannot say is left out, and said to be", test_rates},
    {"times of day lie on London days, over the nights when the clocks change", test_dates},
    {"no person passes the one place where events are read", test_scrub},
    {"a timesheet of a duty with nobody on it, that had not begun, or of which none was told, is set aside", test_sheets_of_others},
    {"a booking's or timesheet's number leads to its duty, by what duties said", test_whose},
    {"a configuration with a slip is refused with its line", test_settings},
    CU_TEST_INFO_NULL,
};
