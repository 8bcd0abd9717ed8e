/* How Allocate systems are asked and listened to: pages and passes over them, instants, waits, and the paths that are posted to. */
#include "adapters/inbound/allocate/api.h"
#include "adapters/inbound/allocate/listen.h"
#include "adapters/inbound/allocate/page.h"
#include "tests/lib/suite.h"
#include <stdio.h>

static json_t *rows(int from, int to, int without)
{
    json_t *out = json_array();
    for (int i = from; i < to; i++) {
        char id[16];
        snprintf(id, sizeof id, "RTH.%d", i);
        if (i != without)
            json_array_append_new(out, json_pack("{s:s,s:s,s:s,s:s}", "eventType", "CREATE", "entityType", "duty", "entityId", id, "timeStamp", "2026-03-10T08:00:00Z"));
    }
    return out;
}

static json_t *pass_of(int from, int to, int without)
{
    unsigned bad = 0;
    json_t *pass = json_object(), *page = rows(from, to, without);
    CU_ASSERT_EQUAL(fb_allocate_page_add(pass, page, &bad), FB_OK);
    CU_ASSERT_EQUAL(bad, 0);
    json_decref(page);
    return pass;
}

static void test_passes(void)
{
    /* Row 2 is deleted after page one was read, so that row 5 moves up a page and is skipped. */
    json_t *a = pass_of(0, 9, 5), *b = pass_of(0, 9, 2), *c = pass_of(0, 12, 2), *d = pass_of(0, 9, 2);
    CU_ASSERT_FALSE(fb_allocate_pass_is_whole(a, b));
    CU_ASSERT_TRUE(fb_allocate_pass_is_whole(b, c)); /* rows that came meanwhile harm nothing */
    CU_ASSERT_TRUE(fb_allocate_pass_is_whole(b, d));
    json_decref(a), json_decref(b), json_decref(c), json_decref(d);
}

static void test_pagination(void)
{
    struct fb_allocate_pagination p;
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of(" {\"currentPage\":2,\"pageSize\":25,\"totalCount\":60,\"totalPages\":3,\"nextPageInputParameters\":null}\r\n")), FB_OK);
    CU_ASSERT_TRUE(p.current == 2 && p.pages == 3 && p.total == 60);
    CU_ASSERT_TRUE(fb_allocate_page_more(&p, 2, 0) && !fb_allocate_page_more(&p, 3, 10));
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of(" currentPage,2,pageSize,25,totalPages,3,nextPageInputParameters,page=3,totalCount,60\r\n")), FB_OK);
    CU_ASSERT_TRUE(p.current == 2 && p.size == 25 && p.total == 60 && p.pages == 3);
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("currentPage=1,totalPages=0")), FB_OK);
    CU_ASSERT_TRUE(p.current == 1 && p.pages == 0 && p.size == -1);
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("currentPage,totalPages,3")), FB_OK);
    CU_ASSERT_TRUE(p.current == -1 && p.pages == 3);
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("{\"pageSize\":25,\"totalCount\":51,\"totalPages\":null}")), FB_OK);
    CU_ASSERT_TRUE(p.pages == 3); /* it follows from the rest */
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("{}")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("{\"currentPage\":\"one\"}")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("two")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_allocate_pagination_read(&p, fb_span_of("{\"currentPage\":-1,\"totalPages\":3}")), FB_REFUSED);
    p = (struct fb_allocate_pagination){-1, -1, -1, -1};
    CU_ASSERT_TRUE(fb_allocate_page_more(&p, 1, 24) && !fb_allocate_page_more(&p, 2, 0)); /* whatever size was asked for */
}

static void check_instant(const char *text, int64_t wanted)
{
    int64_t ms = INT64_MIN;
    json_t *v = text == NULL ? json_integer(1773129600000) : json_string(text);
    CU_ASSERT_EQUAL(fb_allocate_instant(&ms, v), wanted == INT64_MIN ? FB_REFUSED : FB_OK);
    CU_ASSERT_TRUE(wanted == INT64_MIN || ms == wanted);
    json_decref(v);
}

static void test_instants(void)
{
    check_instant("2026-03-10T08:00:00Z", 1773129600000);
    check_instant("2026-03-10T08:00:00.25Z", 1773129600250);
    check_instant("2026-03-10T08:00:00.123456+00:00", 1773129600123);
    check_instant("2026-03-10T10:00:00.1239999+02:00", 1773129600123);
    check_instant("2026-03-10T08:00:00.Z", INT64_MIN);
    check_instant("2026-03-10T08:00:00.123456", 1773129600123); /* of no zone: London's, as everywhere */
    check_instant("2026-03-10", INT64_MIN);
    check_instant("", INT64_MIN);
    check_instant("2026-03-10T08:00:00.1234567890123456789012345678901234567890123456789012345678901234567890Z", 1773129600123);
    check_instant("2026-03-10T08:00:00ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ", INT64_MIN);
    check_instant(NULL, INT64_MIN);
}

static void test_last_of_each(void)
{
    unsigned bad = 0;
    json_t *pass = json_object();
    json_t *page = json_loads("[{\"eventType\":\"DELETE\",\"entityType\":\"duty\",\"entityId\":\"A\",\"timeStamp\":\"2026-03-10T09:00:00Z\"},"
                              "{\"eventType\":\"CREATE\",\"entityType\":\"duty\",\"entityId\":\"A\",\"timeStamp\":\"2026-03-10T08:00:00Z\"},"
                              "{\"eventType\":\"CREATE\",\"entityType\":\"duty\",\"entityId\":\"B\",\"timeStamp\":\"2026-03-10T08:30:00Z\"},{\"eventType\":1},7]", 0, NULL);
    CU_ASSERT_EQUAL(fb_allocate_page_add(pass, page, &bad), FB_OK);
    CU_ASSERT_EQUAL(bad, 2);
    json_t *last = fb_allocate_rows_last(pass);
    CU_ASSERT_EQUAL_FATAL(json_array_size(last), 2);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json_array_get(last, 0), "entityId")), "B");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json_array_get(last, 1), "eventType")), "DELETE");
    json_decref(last), json_decref(page), json_decref(pass);
}

/* A row that is dated after now is read like others, and says nothing of how far was read. */
static void test_upto(void)
{
    enum { HOUR = 3600000 };
    const int64_t at = 1773129600000; /* of every row */
    int64_t ahead;
    json_t *pass = pass_of(0, 3, -1), *none = json_object();
    CU_ASSERT_EQUAL(fb_allocate_pass_upto(pass, at - HOUR, at + HOUR, &ahead), at);
    CU_ASSERT_EQUAL(ahead, INT64_MIN);
    CU_ASSERT_EQUAL(fb_allocate_pass_upto(pass, at - HOUR, at, &ahead), at);
    CU_ASSERT_EQUAL(fb_allocate_pass_upto(pass, at - HOUR, at - 1, &ahead), at - HOUR);
    CU_ASSERT_EQUAL(ahead, at);
    CU_ASSERT_EQUAL(fb_allocate_pass_upto(pass, at + HOUR, at + 2 * HOUR, &ahead), at + HOUR);
    CU_ASSERT_EQUAL(fb_allocate_pass_upto(none, at, at, &ahead), at);
    json_decref(pass), json_decref(none);
}

static void test_too_much(void)
{
    CU_ASSERT_FALSE(fb_allocate_is_too_much(FB_ALLOCATE_ROWS_MAX, FB_ALLOCATE_READING_BYTES_MAX));
    CU_ASSERT_TRUE(fb_allocate_is_too_much(FB_ALLOCATE_ROWS_MAX + 1, 0) && fb_allocate_is_too_much(0, FB_ALLOCATE_READING_BYTES_MAX + 1));
}

static void test_list(void)
{
    json_t *list = json_object(), *page = json_loads("[{\"refId\":\"A\",\"description\":\"one\"},{\"refId\":7,\"description\":\"two\"},{\"refId\":\"C\"},8]", 0, NULL);
    CU_ASSERT_EQUAL(fb_allocate_list_add(list, page), 2);
    CU_ASSERT_EQUAL(fb_allocate_list_add(list, page), 0);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(list, "7")), "two");
    json_decref(page), json_decref(list);
}

static void test_backoff(void)
{
    CU_ASSERT_TRUE(fb_allocate_backoff_ms(1, 0) == 250 && fb_allocate_backoff_ms(3, 0) == 1000 && fb_allocate_backoff_ms(40, 0) == 30000);
    CU_ASSERT_TRUE(fb_allocate_backoff_ms(1, 7) == 7000 && fb_allocate_backoff_ms(1, 1000000) == 300000);
}

static void test_paths(void)
{
    json_t *body = json_loads("{\"id\":\"V\",\"proposalId\":\"P\"}", 0, NULL);
    json_t *v = fb_allocate_of_path("/api/v1/vacancies", body), *t = fb_allocate_of_path("/api/v1/vacancies/V9/timesheet", body), *e = fb_allocate_of_path("/events", body);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(v, "eventType")), "VacancyPublishedEvent");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(t, "vacancyId")), "V9");
    CU_ASSERT_PTR_EQUAL(e, body);
    CU_ASSERT_PTR_NULL(fb_allocate_of_path("/api/v1/vacancies/V9/other", body));
    json_decref(v), json_decref(t), json_decref(e), json_decref(body);
}

CU_TestInfo suite_allocate_pages[] = {
    {"a pass over the pages is whole when the next has all of its rows", test_passes},
    {"X-Pagination is read as far as it says something; without it a page of nothing new ends the list", test_pagination},
    {"instants may have a fraction of any length", test_instants},
    {"of several events of one thing the last in time counts", test_last_of_each},
    {"how far was read goes by the rows that are not after now", test_upto},
    {"a reading has a bound of rows and of bytes", test_too_much},
    {"a list of reference data is of identifiers and descriptions, and a page again is nothing new", test_list},
    {"the wait grows, and Retry-After is heard", test_backoff},
    {"the vacancy interface's paths make events of bodies", test_paths},
    CU_TEST_INFO_NULL};
