#include "adapters/outbound/outlet/outlet.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <string.h>

static const char *const names[] = {"desk", "hook", "director"};
static struct fb_test_folder folder;
static struct fb_plan plan;
static struct fb_alert_routes *routes;
static uint64_t seq;

static void begin(const char *text)
{
    char path[FB_TEST_PATH], fault[FB_YAML_FAULT_BYTES];
    struct fb_ledger *ledger = NULL;
    struct fb_text t;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "ledger", path);
    fb_text_init(&t, fault, sizeof fault);
    CU_ASSERT_EQUAL_FATAL(fb_ledger_open(&ledger, path, &t), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_alerts_parse(&routes, "r", fb_span_of(text), fault), FB_OK);
    plan = (struct fb_plan){.routes = routes, .mine = {3, names}, .ledger = ledger};
    seq = 0;
}

static void end(void)
{
    fb_ledger_close(&plan.ledger);
    fb_alerts_close(&routes);
    fb_test_folder_remove(&folder);
}

static void event_of(enum fb_event_kind kind, const char *trust, uint32_t subject, int64_t at_ms, int64_t minutes)
{
    struct fb_event_row r = {.seq = ++seq, .rule = fb_span_of("ratecap.breached")};
    r.event = (struct fb_event){.kind = kind, .at_ms = at_ms, .trust = fb_code_of(trust), .subject = subject, .rule = 5, .detail = 1,
                                .severity = FB_SEVERITY_WARN, .minutes = minutes};
    CU_ASSERT_EQUAL(fb_plan_event(&plan, &r, 1, at_ms), FB_OK);
}

static unsigned due(int64_t now, const char *receiver, struct fb_delivery *d)
{
    unsigned n = 0;
    CU_ASSERT_EQUAL(fb_ledger_take(plan.ledger, receiver, now, false, 8, d, &n), FB_OK);
    return n;
}

static unsigned watched(int64_t now)
{
    unsigned n = 0;
    CU_ASSERT_EQUAL(fb_plan_watches(&plan, now, &n), FB_OK);
    return n;
}

static void test_to_whom(void)
{
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk, elsewhere], when: {kind: ratecap.breached}}\n- {name: b, to: [hook, desk], when: {trust: RTH}}\n");
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, 1000, 0);
    CU_ASSERT_EQUAL(due(1000, "desk", d), 1); /* two routes, one alert */
    CU_ASSERT(strcmp(d[0].route, "a") == 0 && strcmp(d[0].event, "1-1") == 0 && d[0].purpose == FB_PURPOSE_ALERT);
    CU_ASSERT_PTR_NOT_NULL(strstr(d[0].body, "\"id\":\"1-1\""));
    CU_ASSERT_EQUAL(due(1000, "hook", d), 1);
    CU_ASSERT_EQUAL(due(1000, "elsewhere", d), 0);
    CU_ASSERT(plan.fit == 1 && plan.planned == 3);
    event_of(FB_EVENT_RATE_OFF_CARD, "RXQ", 2, 1000, 0);
    CU_ASSERT_EQUAL(plan.fit, 1);
    end();
}

static void test_window_and_quiet(void)
{
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], group: {by: trust, window: 10m}}\n- {name: b, to: [hook], quiet: {hours: 00:00-01:00}}\n");
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, 0, 0); /* midnight of a winter's day, 1970 had summer time: local 01:00 */
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 2, 300000, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RXQ", 3, 300000, 0);
    CU_ASSERT_EQUAL(due(599999, "desk", d), 0);
    CU_ASSERT_EQUAL(due(600000, "desk", d), 2);
    CU_ASSERT_STRING_EQUAL(d[0].batch, "a > desk: trust=RTH;");
    CU_ASSERT_STRING_EQUAL(d[0].batch, d[1].batch);
    CU_ASSERT_EQUAL(due(900000, "desk", d), 1);
    end();
}

static void test_silenced(void)
{
    struct fb_delivery d[8];
    unsigned n;
    begin("routes:\n- {name: a, to: [desk], escalate: {after: 1h, to: director}}\nsilences:\n- {name: over, because: {kind: approval.budget},"
          " silences: {kind: ratecap.breached}, same: trust, for: 1h}\n");
    event_of(FB_EVENT_APPROVAL_BUDGET, "RTH", 0, 1000, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, 2000, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RXQ", 2, 2000, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 3, 3601000, 0);
    CU_ASSERT_EQUAL(due(9999999, "desk", d), 3); /* the cause itself, the other trust's, and what came when the hour was over */
    CU_ASSERT(plan.silenced == 1 && plan.planned == 3);
    CU_ASSERT_EQUAL(fb_ledger_list(plan.ledger, FB_DELIVERY_SILENCED, 0, 8, d, &n), FB_OK);
    CU_ASSERT(n == 1 && strcmp(d[0].event, "1-2") == 0);
    CU_ASSERT_EQUAL(watched(9999999), 2); /* what was silenced is not escalated */
    end();
}

static void test_escalation(void)
{
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], when: {kind: ratecap.breached}, escalate: {after: 4h, to: [director, elsewhere]}}\n");
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, 0, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 2, 0, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 3, 0, 0);
    event_of(FB_EVENT_FINDING_ACKNOWLEDGED, "RTH", 2, 1000, 0);
    event_of(FB_EVENT_FINDING_ANSWERED, "RTH", 3, 1000, 0); /* its detail is another */
    CU_ASSERT_EQUAL(watched(4 * 3600000 - 1), 0);
    CU_ASSERT_EQUAL(watched(4 * 3600000), 1);
    CU_ASSERT_EQUAL(due(4 * 3600000, "director", d), 1);
    CU_ASSERT(d[0].purpose == FB_PURPOSE_ESCALATION && strcmp(d[0].event, "1-1") == 0);
    CU_ASSERT_EQUAL(watched(INT64_MAX), 0); /* once */
    end();
}

static void test_reminder(void)
{
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], when: {kind: finding.snoozed}, remind: {before: 1h, to: desk}}\n");
    event_of(FB_EVENT_FINDING_SNOOZED, "RTH", 1, 0, 180);
    event_of(FB_EVENT_FINDING_SNOOZED, "RTH", 2, 0, 180);
    event_of(FB_EVENT_FINDING_SNOOZED, "RTH", 1, 60000, 300); /* put off for longer */
    event_of(FB_EVENT_FINDING_CLEARED, "RTH", 2, 60000, 0);
    CU_ASSERT_EQUAL(watched(2 * 3600000), 0);
    CU_ASSERT_EQUAL(watched(4 * 3600000 + 60000), 1);
    CU_ASSERT_EQUAL(due(INT64_MAX, "desk", d), 4); /* three alerts, one reminder */
    CU_ASSERT_EQUAL(d[3].purpose, FB_PURPOSE_REMINDER);
    end();
}

/* A route that tells of the opening reminds of the snooze, without naming that step; one of other findings does not. */
static void test_reminder_of_opening(void)
{
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], when: {kind: ratecap.breached, hours: 22:00-23:00}, remind: {before: 1h, to: desk}, stop: yes}\n"
          "- {name: b, to: [hook], when: {kind: [assurance.finding, workingtime.breached]}, remind: {before: 1h, to: hook}}\n");
    event_of(FB_EVENT_FINDING_SNOOZED, "RTH", 1, 0, 180);
    CU_ASSERT_EQUAL(watched(4 * 3600000), 1);
    CU_ASSERT_EQUAL(due(INT64_MAX, "desk", d), 1);
    CU_ASSERT_EQUAL(d[0].purpose, FB_PURPOSE_REMINDER);
    CU_ASSERT_EQUAL(due(INT64_MAX, "hook", d), 0);
    end();
}

/* Each of these would be an alert, a silence, an escalation and a reminder if it were of a live source. */
static void test_shadow_and_historic(void)
{
    static const enum fb_event_kind kinds[] = {FB_EVENT_APPROVAL_BUDGET, FB_EVENT_RATECAP_BREACHED, FB_EVENT_FINDING_SNOOZED};
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], escalate: {after: 1h, to: director}, remind: {before: 1m, to: hook}}\nsilences:\n- {name: over,"
          " because: {kind: approval.budget}, silences: {kind: rate.off_card}, same: trust, for: 1h}\n");
    for (unsigned i = 0; i < 6; i++) {
        struct fb_event_row r = {.seq = ++seq, .rule = fb_span_of("ratecap.breached")};
        r.event = (struct fb_event){.kind = kinds[i / 2], .at_ms = 1000, .trust = fb_code_of("RTH"), .subject = 1, .rule = 5, .detail = 1,
                                    .severity = FB_SEVERITY_BREACH, .minutes = 10, .shadow = i % 2 == 0, .historic = i % 2 == 1};
        CU_ASSERT_EQUAL(fb_plan_event(&plan, &r, 1, 1000), FB_OK);
    }
    CU_ASSERT(plan.fit == 0 && plan.planned == 0 && plan.silenced == 0);
    CU_ASSERT_EQUAL(watched(INT64_MAX), 0);
    event_of(FB_EVENT_RATE_OFF_CARD, "RTH", 2, 2000, 0);
    CU_ASSERT_EQUAL(due(2000, "desk", d), 1); /* nothing silences it */
    CU_ASSERT_EQUAL(plan.silenced, 0);
    end();
}

/* An event that is told again, as after a kill between planning and the engine's being told, is owed once. */
static void test_told_again(void)
{
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], group: {by: trust, window: 10m}, escalate: {after: 1h, to: director}}\n");
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, 0, 0);
    CU_ASSERT_EQUAL(due(600000, "desk", d), 1);
    seq--;
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, 0, 0);
    CU_ASSERT_EQUAL(due(INT64_MAX, "desk", d), 0);
    CU_ASSERT_EQUAL(watched(INT64_MAX), 1);
    end();
}

static void test_quiet_hours(void)
{
    static const int64_t night = 1795300200000 /* 2026-11-21T22:30Z */, morning = 1795330800000;
    struct fb_delivery d[8];
    begin("routes:\n- {name: a, to: [desk], quiet: {hours: '22:00-07:00', except: [breach]}}\n- {name: b, to: [hook], quiet: {hours: '22:00-07:00'},"
          " group: {by: trust, window: 10m}}\n");
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 1, night, 0); /* of severity warn */
    CU_ASSERT_EQUAL(due(morning - 1, "desk", d), 0);
    CU_ASSERT_EQUAL(due(morning, "desk", d), 1);
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 2, night + 60000, 0);
    CU_ASSERT_EQUAL(due(morning - 1, "hook", d), 0);
    CU_ASSERT_EQUAL(due(morning, "hook", d), 2); /* the night's alerts of one group together */
    CU_ASSERT_STRING_EQUAL(d[0].batch, d[1].batch);
    end();
}

/* Nobody has to be named by their kind to be waited for: what has a finding and is no step of its life opens one. */
static void test_other_kinds(void)
{
    begin("routes:\n- {name: a, to: [desk], escalate: {after: 1h, to: director}}\n");
    event_of(FB_EVENT_RATE_DRIFT, "RTH", 1, 0, 0);
    event_of(FB_EVENT_SPEND_POSTED, "RTH", 2, 0, 0);
    event_of(FB_EVENT_FINDING_NOTED, "RTH", 3, 0, 0);
    event_of(FB_EVENT_RATECAP_BREACHED, "RTH", 0, 0, 0); /* of no record, so of no finding */
    CU_ASSERT_EQUAL(watched(INT64_MAX), 1);
    end();
}

static void test_retry(void)
{
    for (int64_t tries = 0; tries < 40; tries++) {
        int64_t least = fb_outlet_retry_ms(tries, 0), most = fb_outlet_retry_ms(tries, (uint64_t)least);
        CU_ASSERT(least >= 2500 && most <= 6 * 3600000 && most >= 2 * least - 1);
        CU_ASSERT(tries == 0 || least >= fb_outlet_retry_ms(tries - 1, 0));
    }
    CU_ASSERT_EQUAL(fb_outlet_retry_ms(0, 0), 2500);
    CU_ASSERT_EQUAL(fb_outlet_retry_ms(2, 0), 10000);
}

CU_TestInfo suite_outlet_plan[] = {
    {"an event goes to each of the outlet's own receivers once, however many routes take it", test_to_whom},
    {"a window is opened by its first event, and each group has its own", test_window_and_quiet},
    {"a silence keeps what agrees with its cause back, and shows it", test_silenced},
    {"what nobody has seen in time is escalated once", test_escalation},
    {"somebody is reminded before a snooze ends, when it ends last", test_reminder},
    {"a snooze is reminded of by the route that told of the opening", test_reminder_of_opening},
    {"what is of a shadow source or a backfill alerts, silences, escalates and reminds nobody", test_shadow_and_historic},
    {"an event that is told again is owed once", test_told_again},
    {"quiet hours hold back all but the worst, and what came in them goes together", test_quiet_hours},
    {"what opens a finding is waited for, whatever its kind", test_other_kinds},
    {"trying again takes longer each time, within bounds", test_retry},
    CU_TEST_INFO_NULL,
};
