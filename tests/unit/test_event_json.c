#include "adapters/lib/event_json.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

static struct fb_event_row full(void)
{
    struct fb_event_row r = {.seq = 90311, .rule = fb_span_of("agency.off_framework"), .epoch = 0};
    r.event = (struct fb_event){.kind = FB_EVENT_ASSURANCE_FINDING, .at_ms = 1790000000123, .journal = 812, .subject = 44, .trust = fb_code_of("RTH"),
                                .severity = FB_SEVERITY_BREACH, .detail = 2, .staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL, .route = FB_ROUTE_AGENCY,
                                .rule = 17, .issue = 3, .shift_day = fb_day_of(2026, 11, 23), .minutes = 720, .source = fb_span_of("rth-roster"),
                                .record_ref = fb_span_of("B-10233")};
    r.event.pence = 41000; /* raw: a made-up figure */
    r.event.delta_pence = -1;
    return r;
}

static void test_words(void)
{
    struct fb_event_row r = full();
    json_t *j = fb_event_json(&r);
    char *text = json_dumps(j, JSON_COMPACT);
    CU_ASSERT_STRING_EQUAL(text, "{\"seq\":90311,\"type\":\"assurance.finding\",\"time\":\"2026-09-21T14:13:20.123Z\",\"trust\":\"RTH\",\"number\":44,"
                                 "\"source\":\"rth-roster\",\"booking\":\"B-10233\",\"rule\":\"agency.off_framework\",\"finding\":\"44.17.2\","
                                 "\"severity\":\"breach\",\"staff_group\":\"medical_dental\",\"route\":\"agency\",\"day\":\"2026-11-23\",\"pence\":41000,"
                                 "\"delta_pence\":-1,\"minutes\":720,\"shadow\":false,\"historic\":false,\"journal\":812,\"issue\":3}");
    free(text);
    json_decref(j);
}

static void test_envelope(void)
{
    struct fb_event_row r = full();
    json_t *j = fb_event_cloud(&r, UINT64_MAX);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "id")), "18446744073709551615-90311");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "subject")), "record/44");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "specversion")), "1.0");
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(json_object_get(j, "data"), "seq")), 90311);
    json_decref(j);
    r.epoch = 5; /* told first before a restore */
    j = fb_event_cloud(&r, 9);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "id")), "5-90311");
    json_decref(j);
}

static void test_what_is_absent(void)
{
    struct fb_event_row r = {.seq = 1, .event = {.kind = FB_EVENT_RULES_ISSUED, .at_ms = 0, .journal = 1}};
    json_t *j = fb_event_json(&r);
    static const char *const absent[] = {"trust", "number", "booking", "rule", "finding", "severity", "day", "pence", "minutes", "route", "issue"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        CU_ASSERT_PTR_NULL(json_object_get(j, absent[i]));
    json_decref(j);
}

static void test_there_and_back(void)
{
    static unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_event_row r = full(), back;
    const char *bad;
    fb_arena_init(&arena, memory, sizeof memory);
    json_t *flat = fb_event_json(&r), *cloud = fb_event_cloud(&r, 1);
    json_t *both[] = {flat, cloud};
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(fb_event_from_json(&back, both[i], &arena, &bad), FB_OK);
        CU_ASSERT(back.seq == r.seq && back.event.kind == r.event.kind && back.event.trust == r.event.trust && back.event.at_ms == r.event.at_ms);
        CU_ASSERT(back.event.rule == 17 && back.event.detail == 2 && back.event.subject == 44 && back.event.severity == FB_SEVERITY_BREACH);
        CU_ASSERT(back.event.minutes == 720 && back.event.delta_pence == -1 && back.event.shift_day == r.event.shift_day);
        CU_ASSERT(fb_span_eq(back.rule, r.rule) && fb_span_eq(back.event.record_ref, r.event.record_ref));
    }
    json_decref(flat);
    json_decref(cloud);
    fb_arena_release(&arena);
}

static void test_unknown(void)
{
    static unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_event_row r = full(), back;
    const char *bad;
    fb_arena_init(&arena, memory, sizeof memory);
    r.event.kind = (enum fb_event_kind)200;
    r.type = fb_span_of("ward.closed");
    r.statement = fb_span_of("It closed.");
    json_t *j = fb_event_cloud(&r, 1), *data = json_object_get(j, "data");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "type")), "ward.closed");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(data, "type")), "ward.closed");
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(data, "kind")), 200);
    CU_ASSERT_EQUAL_FATAL(fb_event_from_json(&back, j, &arena, &bad), FB_OK);
    CU_ASSERT(back.event.kind == 200 && fb_span_is(back.type, "ward.closed") && fb_span_is(back.statement, "It closed.") && back.seq == r.seq);
    /* Written by an older program, read by one that knows the number. */
    json_object_set_new(data, "kind", json_integer(FB_EVENT_SPEND_POSTED));
    CU_ASSERT_EQUAL_FATAL(fb_event_from_json(&back, j, &arena, &bad), FB_OK);
    CU_ASSERT(back.event.kind == FB_EVENT_SPEND_POSTED && back.type.n == 0);
    json_object_set_new(data, "kind", json_integer(0));
    CU_ASSERT(fb_event_from_json(&back, j, &arena, &bad) == FB_REFUSED && strcmp(bad, "kind") == 0);
    json_object_del(data, "kind"); /* a slip of the pen is no newer kind */
    CU_ASSERT(fb_event_from_json(&back, j, &arena, &bad) == FB_REFUSED && strcmp(bad, "type") == 0);
    json_decref(j);
    fb_arena_release(&arena);
}

static void test_refused(void)
{
    static const struct {
        const char *json, *bad;
    } table[] = {
        {"{}", "type"}, {"{\"type\":\"x\"}", "type"}, {"{\"type\":\"rate.off_card\",\"trust\":7}", "trust"},
        {"{\"type\":\"rate.off_card\",\"day\":\"1\"}", "day"}, {"{\"type\":\"rate.off_card\",\"finding\":\"1.2\"}", "finding"},
        {"{\"type\":\"rate.off_card\",\"finding\":\"1.2.256\"}", "finding"}, {"{\"type\":\"rate.off_card\",\"finding\":\"1.-2.3\"}", "finding"},
        {"{\"type\":\"rate.off_card\",\"seq\":-1}", "seq"}, {"{\"type\":\"rate.off_card\",\"severity\":\"worse\"}", "severity"},
        {"{\"type\":\"rate.off_card\",\"shadow\":1}", "shadow"},
    };
    static unsigned char memory[4096];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fb_arena arena;
        struct fb_event_row out;
        const char *bad;
        fb_arena_init(&arena, memory, sizeof memory);
        json_t *j = json_loads(table[i].json, 0, NULL);
        CU_ASSERT_EQUAL(fb_event_from_json(&out, j, &arena, &bad), FB_REFUSED);
        CU_ASSERT_STRING_EQUAL(bad, table[i].bad);
        json_decref(j);
        fb_arena_release(&arena);
    }
}

static void test_finding_ids(void)
{
    char id[FB_FINDING_ID_BYTES];
    struct fb_event_row r = full();
    r.event.kind = FB_EVENT_FINDING_ANSWERED;
    fb_finding_id(id, &r.event);
    CU_ASSERT_STRING_EQUAL(id, "44.17.*");
    r.event.rule = 0;
    fb_finding_id(id, &r.event);
    CU_ASSERT_STRING_EQUAL(id, "");
}

CU_TestInfo suite_event_json[] = {
    {"an event is told in the words of the trade", test_words},
    {"its envelope is that of CloudEvents, and its id outlives a restore", test_envelope},
    {"what an event does not have is left out", test_what_is_absent},
    {"what was written is read back, flat or in its envelope", test_there_and_back},
    {"an event of a kind that is not known keeps its name and number", test_unknown},
    {"what is no event is refused with the member that is wrong", test_refused},
    {"the steps of one finding share its id", test_finding_ids},
    CU_TEST_INFO_NULL,
};
