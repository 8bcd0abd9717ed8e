#include "adapters/lib/alerts.h"
#include "tests/lib/suite.h"
#include <string.h>

static char fault[FB_YAML_FAULT_BYTES];

static struct fb_alert_routes *parse(const char *text)
{
    struct fb_alert_routes *r = NULL;
    enum fb_err e = fb_alerts_parse(&r, "r.yaml", fb_span_of(text), fault);
    CU_ASSERT_EQUAL(e, r != NULL ? FB_OK : FB_REFUSED);
    return r;
}

static struct fb_event_row breach(const char *trust, int64_t pence, const char *at)
{
    struct fb_event_row row = {.seq = 7, .rule = fb_span_of("ratecap.breached")};
    row.event = (struct fb_event){.kind = FB_EVENT_RATECAP_BREACHED, .subject = 12, .rule = 3, .detail = 1, .severity = FB_SEVERITY_BREACH,
                                  .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY, .route = FB_ROUTE_AGENCY, .trust = fb_code_of(trust)};
    row.event.pence = pence; /* raw: a made-up figure */
    CU_ASSERT_EQUAL(fb_instant_parse(&row.event.at_ms, fb_span_of(at)), FB_OK);
    return row;
}

static int64_t ms(const char *at)
{
    int64_t out = 0;
    CU_ASSERT_EQUAL(fb_instant_parse(&out, fb_span_of(at)), FB_OK);
    return out;
}

static void test_unknown_kinds(void)
{
    struct fb_alert_routes *r = parse("routes:\n- {name: a, to: [x], when: {kind: [unknown]}}\n- {name: b, to: [x], when: {kind: [rate.off_card, unknown]}}\n"
                                      "- {name: c, to: [x], when: {kind: invoice.overcharged}}\n- {name: d, to: [x]}\n");
    struct fb_event_row row = breach("RTH", 5000, "2026-11-23T07:30:00Z");
    enum fb_misfit verdict[4];
    char key[FB_ALERT_KEY_BYTES];
    CU_ASSERT_PTR_NOT_NULL_FATAL(r);
    row.event.kind = (enum fb_event_kind)200;
    row.type = fb_span_of("ward.closed");
    CU_ASSERT_EQUAL(fb_alerts_ask(r, &row, verdict), 3);
    CU_ASSERT_EQUAL(verdict[2], FB_MISFIT_KIND);
    fb_alert_key(key, FB_SAME_KIND, &row);
    CU_ASSERT_STRING_EQUAL(key, "kind=ward.closed;");
    row.event.kind = FB_EVENT_INVOICE_OVERCHARGED;
    CU_ASSERT_EQUAL(fb_alerts_ask(r, &row, verdict), 2);
    fb_alerts_close(&r);
    CU_ASSERT_PTR_NULL(parse("routes:\n- {name: a, to: [x], when: {kind: ward.closed}}\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "no kind of event that this version knows"));
}

static void test_each_condition(void)
{
    static const struct {
        const char *when;
        enum fb_misfit expected;
    } table[] = {
        {"{}", FB_MISFIT_NONE},
        {"{kind: ratecap.breached}", FB_MISFIT_NONE},
        {"{kind: [rate.off_card, finding.changed]}", FB_MISFIT_KIND},
        {"{kind: unknown}", FB_MISFIT_KIND},
        {"{trust: [RXQ, RTH]}", FB_MISFIT_NONE},
        {"{trust: RXQ}", FB_MISFIT_TRUST},
        {"{staff_group: nursing_midwifery}", FB_MISFIT_NONE},
        {"{staff_group: medical_dental}", FB_MISFIT_GROUP},
        {"{route: agency}", FB_MISFIT_NONE},
        {"{route: [bank, substantive]}", FB_MISFIT_ROUTE},
        {"{severity: [warn, breach]}", FB_MISFIT_NONE},
        {"{severity: warn}", FB_MISFIT_SEVERITY},
        {"{rule: [a, ratecap.breached]}", FB_MISFIT_NONE},
        {"{rule: ratecap}", FB_MISFIT_RULE},
        {"{pounds_from: 50}", FB_MISFIT_NONE},
        {"{pounds_from: 50.01}", FB_MISFIT_AMOUNT},
        {"{hours: 07:00-08:00}", FB_MISFIT_NONE},
        {"{hours: 08:00-07:00}", FB_MISFIT_HOURS},
        {"{hours: mon 07:00-08:00}", FB_MISFIT_NONE},
        {"{hours: tue-sun 07:00-08:00}", FB_MISFIT_HOURS},
        {"{hours: sun-mon 22:00-07:31}", FB_MISFIT_NONE},
        {"{hours: sat 22:00-07:31}", FB_MISFIT_HOURS},
    };
    struct fb_event_row row = breach("RTH", 5000, "2026-11-23T07:30:00Z"); /* a Monday, in winter */
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[200];
        enum fb_misfit verdict[FB_ALERT_ROUTES_MAX];
        struct fb_text t;
        fb_text_init(&t, text, sizeof text);
        fb_text_add(&t, "routes: [{name: a, to: [x], when: ");
        fb_text_add(&t, table[i].when);
        fb_text_add(&t, "}]");
        struct fb_alert_routes *r = parse(text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(r);
        CU_ASSERT_EQUAL(fb_alerts_ask(r, &row, verdict), table[i].expected == FB_MISFIT_NONE);
        CU_ASSERT_EQUAL(verdict[0], table[i].expected);
        fb_alerts_close(&r);
    }
}

static void test_amount_is_size_or_change(void)
{
    struct fb_alert_routes *r = parse("routes: [{name: a, to: [x], when: {pounds_from: 50}}]");
    struct fb_event_row row = breach("RTH", 0, "2026-11-23T07:30:00Z");
    row.event.delta_pence = -5000;
    CU_ASSERT_EQUAL(fb_when_fits(&r->route[0].when, &row), FB_MISFIT_NONE);
    row.event.delta_pence = -4999;
    CU_ASSERT_EQUAL(fb_when_fits(&r->route[0].when, &row), FB_MISFIT_AMOUNT);
    fb_alerts_close(&r);
}

static void test_order_and_stop(void)
{
    struct fb_alert_routes *r = parse("routes:\n- {name: a, to: [x], when: {trust: RXQ}, stop: yes}\n- {name: b, to: [x], stop: yes}\n"
                                      "- {name: c, to: [y]}\n");
    enum fb_misfit verdict[FB_ALERT_ROUTES_MAX];
    struct fb_event_row row = breach("RTH", 1, "2026-11-23T07:30:00Z");
    CU_ASSERT_EQUAL(fb_alerts_ask(r, &row, verdict), 1);
    CU_ASSERT(verdict[0] == FB_MISFIT_TRUST && verdict[1] == FB_MISFIT_NONE && verdict[2] == FB_MISFIT_STOPPED);
    row.event.shadow = true;
    CU_ASSERT_EQUAL(fb_alerts_ask(r, &row, verdict), 0);
    CU_ASSERT_EQUAL(verdict[1], FB_MISFIT_SILENT);
    row.event.shadow = false;
    row.event.historic = true;
    CU_ASSERT_EQUAL(fb_alerts_ask(r, &row, verdict), 0);
    fb_alerts_close(&r);
}

static void test_quiet(void)
{
    static const struct {
        const char *quiet, *now, *then;
    } table[] = {
        {"22:00-07:00", "2026-11-23T21:59:59Z", "2026-11-23T21:59:59Z"}, {"22:00-07:00", "2026-11-23T22:00:00Z", "2026-11-24T07:00:00Z"},
        {"22:00-07:00", "2026-11-24T06:59:00Z", "2026-11-24T07:00:00Z"}, {"22:00-07:00", "2026-11-24T07:00:00Z", "2026-11-24T07:00:00Z"},
        {"22:00-07:00", "2026-07-01T22:30:00Z", "2026-07-02T06:00:00Z"}, /* summer: 23:30 local */
        {"sat-sun 00:00-24:00", "2026-11-28T09:00:00Z", "2026-11-30T00:00:00Z"}, {"mon-fri 18:00-08:00", "2026-11-27T19:00:00Z", "2026-11-28T08:00:00Z"},
        {"mon-fri 18:00-08:00", "2026-11-28T19:00:00Z", "2026-11-28T19:00:00Z"},
        {"00:00-01:30", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"}, /* 01:30 is not there that night: an hour later */
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[200];
        struct fb_text t;
        fb_text_init(&t, text, sizeof text);
        fb_text_add(&t, "routes: [{name: a, to: [x], quiet: {hours: \"");
        fb_text_add(&t, table[i].quiet);
        fb_text_add(&t, "\", except: [breach]}}]");
        struct fb_alert_routes *r = parse(text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(r);
        CU_ASSERT_EQUAL(fb_alert_after_quiet(&r->route[0], FB_SEVERITY_WARN, ms(table[i].now)), ms(table[i].then));
        CU_ASSERT_EQUAL(fb_alert_after_quiet(&r->route[0], FB_SEVERITY_BREACH, ms(table[i].now)), ms(table[i].now));
        fb_alerts_close(&r);
    }
}

static void test_keys(void)
{
    char a[FB_ALERT_KEY_BYTES], b[FB_ALERT_KEY_BYTES];
    struct fb_event_row one = breach("RTH", 1, "2026-11-23T07:30:00Z"), other = breach("RXQ", 1, "2026-11-23T07:30:00Z");
    fb_alert_key(a, FB_SAME_TRUST | FB_SAME_RULE, &one);
    fb_alert_key(b, FB_SAME_TRUST | FB_SAME_RULE, &other);
    CU_ASSERT_STRING_EQUAL(a, "trust=RTH;rule=ratecap.breached;");
    CU_ASSERT_STRING_NOT_EQUAL(a, b);
    fb_alert_key(a, FB_SAME_RULE | FB_SAME_KIND | FB_SAME_GROUP | FB_SAME_BOOKING, &one);
    fb_alert_key(b, FB_SAME_RULE | FB_SAME_KIND | FB_SAME_GROUP | FB_SAME_BOOKING, &other);
    CU_ASSERT_STRING_EQUAL(a, "rule=ratecap.breached;kind=ratecap.breached;staff_group=3;record=12;");
    CU_ASSERT_STRING_EQUAL(a, b);
    fb_alert_key(a, 0, &one);
    CU_ASSERT_STRING_EQUAL(a, "");
}

static void test_faults(void)
{
    static const struct {
        const char *text, *place, *says;
    } table[] = {
        {"silences: []", "r.yaml:1:", "routes are wanted"},
        {"routes:\n- {name: a}", "r.yaml:2:", "who gets it?"},
        {"routes:\n- {to: [a]}", "r.yaml:2:", "a name is wanted"},
        {"routes:\n- {name: a, to: [x], when: {kid: x}}", "r.yaml:2:", "unknown condition (kind"},
        {"routes:\n- {name: a, to: [x],\n   when: {kind: cap.breached}}", "r.yaml:3:", "no kind of event"},
        {"routes:\n- {name: a, to: [x], when: {trust: 'R TH'}}", "r.yaml:2:", "no code of a trust: 'R TH'"},
        {"routes:\n- {name: a, to: [x], when: {pounds_from: 1.999}}", "r.yaml:2:", "pounds such as"},
        {"routes:\n- {name: a, to: [x], when: {hours: 22-7}}", "r.yaml:2:", "hours such as"},
        {"routes:\n- {name: a, to: [x], when: {hours: 24:00-25:00}}", "r.yaml:2:", "hours such as"},
        {"routes:\n- {name: a, to: [x], quiet: {hours: 07:00-07:00}}", "r.yaml:2:", "never end"},
        {"routes:\n- {name: a, to: [x], group: {by: [ward], window: 1h}}", "r.yaml:2:", "staff_group or booking is wanted, not 'ward'"},
        {"routes:\n- {name: a, to: [x], group: {by: trust, window: 10}}", "r.yaml:2:", "a length of time"},
        {"routes:\n- {name: a, to: [x], escalate: {after: 4h}}", "r.yaml:2:", "escalate says after"},
        {"routes:\n- {name: a, to: [x]}\n- {name: a, to: [y]}", "r.yaml:3:", "two routes of one name: 'a'"},
        {"routes:\n- {name: a, to: [x]}\nsilences:\n- {name: s, because: {}, silences: {}}", "r.yaml:4:", "for how long?"},
        {"routes:\n- {name: a, to: [x], when: {severity: bad}}", "r.yaml:2:", "no severity"},
        {"routes: {", "r.yaml:", "not YAML"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fb_alert_routes *r = parse(table[i].text);
        CU_ASSERT_PTR_NULL(r);
        CU_ASSERT_EQUAL(strncmp(fault, table[i].place, strlen(table[i].place)), 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(fault, table[i].says));
        fb_alerts_close(&r);
    }
}

static void test_the_example(void)
{
    struct fb_alert_routes *r = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_alerts_open(&r, "deploy/routes.yaml", fault), FB_OK);
    CU_ASSERT(r->n_routes == 6 && r->n_silences == 2);
    const struct fb_alert_route *first = &r->route[0];
    CU_ASSERT(first->n_to == 2 && fb_span_is(first->to[1], "finance-desk"));
    CU_ASSERT_EQUAL(first->group_ms, 600000);
    CU_ASSERT_EQUAL(first->escalate_ms, 4 * 3600000);
    CU_ASSERT_EQUAL(first->remind_ms, 24 * 3600000);
    CU_ASSERT_EQUAL(first->when.pence_from, 5000);
    CU_ASSERT(r->route[2].stop && !first->stop);
    fb_alerts_close(&r);
    CU_ASSERT_EQUAL(fb_alerts_open(&r, "deploy/no-such.yaml", fault), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "deploy/no-such.yaml: No such file"));
}

CU_TestInfo suite_alerts[] = {
    {"each condition of a route holds, or says that it is the one that does not", test_each_condition},
    {"a kind that this version does not know goes where unknown ones go", test_unknown_kinds},
    {"an amount counts by its size, or by how much it changed", test_amount_is_size_or_change},
    {"routes are asked in order, one that says stop ends it, and shadow and historic go nowhere", test_order_and_stop},
    {"quiet hours end when the clocks say so", test_quiet},
    {"what is grouped has the same key, and nothing else has", test_keys},
    {"a file with a mistake is refused with its line and what to do", test_faults},
    {"the example of deploy says what it shows", test_the_example},
    CU_TEST_INFO_NULL,
};
