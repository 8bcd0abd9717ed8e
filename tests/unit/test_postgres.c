#include "adapters/outbound/postgres/sink.h"
#include "tests/lib/suite.h"
#include <string.h>

static void test_line(void)
{
    char text[4096];
    struct fb_text t;
    struct fb_event_row r = {.seq = 7, .rule = fb_span_of("a\tb\\c\nd")};
    r.event = (struct fb_event){.kind = FB_EVENT_SPEND_POSTED, .at_ms = 1790000000123, .journal = 812, .subject = 44, .trust = fb_code_of("RTH"), .detail = FB_MEASURE_PENCE,
                                .stage = FB_STAGE_WORKED, .staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL, .route = FB_ROUTE_BANK, .shift_day = fb_day_of(2026, 11, 23),
                                .delta_pence = -5, .minutes = 60, .record_ref = fb_span_of("\\N"), .shadow = true, .cause = FB_CAUSE_RECORD,
                                .posted = fb_day_of(2026, 11, 1)};
    fb_text_init(&t, text, sizeof text);
    CU_ASSERT_TRUE(fb_postgres_line(&t, &r, UINT64_MAX));
    CU_ASSERT_STRING_EQUAL(text, "18446744073709551615\t7\tspend.posted\t2026-09-21T14:13:20.123Z\t812\tRTH\t44\t\\N\t\\\\N\ta\\tb\\\\c\\nd\t\\N\t\\N\t2\tmedical_dental\tbank\t"
                                 "2026-11-23\t0\t-5\t60\tworked\tpence\trecord\t2026-11-01\t\\N\tt\tf\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N");
}

static void test_absent(void)
{
    char text[4096];
    struct fb_text t;
    struct fb_event_row r = {.seq = 1, .epoch = 3, .event = {.kind = FB_EVENT_RULES_ISSUED, .journal = 1, .issue = 2}};
    fb_text_init(&t, text, sizeof text);
    CU_ASSERT_TRUE(fb_postgres_line(&t, &r, 9));
    CU_ASSERT_STRING_EQUAL(text, "3\t1\trules.issued\t1970-01-01T00:00:00.000Z\t1\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t0\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t2\tf\tf\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N");
    struct fb_text little;
    fb_text_init(&little, text, 20);
    CU_ASSERT_FALSE(fb_postgres_line(&little, &r, 9));
}

static void ends_in(const struct fb_event *e, const char *wanted)
{
    char text[4096];
    struct fb_text t;
    struct fb_event_row r = {.seq = 1, .event = *e};
    fb_text_init(&t, text, sizeof text);
    CU_ASSERT_TRUE_FATAL(fb_postgres_line(&t, &r, 9) && t.n > strlen(wanted));
    CU_ASSERT_STRING_EQUAL(text + t.n - strlen(wanted), wanted);
}

/* Only those kinds have them: elsewhere the same fields mean something else, or nothing. */
static void test_prior_and_end(void)
{
    struct fb_event e = {.kind = FB_EVENT_RATE_REPRICED, .prior_journal = 77, .prior_issue = 4, .detail = FB_INVOICE_END_PART_MATCHED};
    ends_in(&e, "\t77\t4\t\\N");
    e.kind = FB_EVENT_INVOICE_DISPUTED;
    ends_in(&e, "\t\\N\t\\N\tpart_matched");
    e.kind = FB_EVENT_INVOICE_UNMATCHED;
    ends_in(&e, "\t\\N\t\\N\t\\N");
}

static void test_names(void)
{
    static const char *const good[] = {"fairbank", "_a1", "a"}, *const bad[] = {"", "1a", "A", "a-b", "a;drop", "a b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(fb_postgres_name_is_good(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(fb_postgres_name_is_good(bad[i]));
}

CU_TestInfo suite_postgres[] = {
    {"an event is one line of COPY, with what would end it escaped", test_line},
    {"what an event does not have is NULL, and what does not fit is not cut", test_absent},
    {"what a decision replaced and how an invoice ended are told of their kinds alone", test_prior_and_end},
    {"a schema's name can be nothing but a name", test_names},
    CU_TEST_INFO_NULL,
};
