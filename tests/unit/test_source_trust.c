/* Who is heard about a booking is its hirer's own source, or one of no trust: when a source's trust changes, what hung on it is
 * judged again. */
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"

static struct fb_test_turn T;

static void portal_is_of(const char *trust)
{
    uint32_t number;
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    s.mode = FB_SOURCE_MODE_LIVE;
    s.trust = trust == NULL ? 0 : fb_code_of(trust);
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    fb_test_settle(&T);
}

static bool is_closed(const struct fb_record *b)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    return (f->life & FB_LIFE_CLOSED) != 0;
}

static struct fb_record *closed_by_portal(void)
{
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"), *r = fb_test_record(FB_KIND_REPLY, FB_TEST_PORTAL, "R1");
    fb_test_send_one(&T, b);
    r->env.occurred_ms = T.now_ms;
    r->as.reply.booking_source = b->env.source;
    r->as.reply.booking_ref = b->env.record_ref;
    r->as.reply.step = FB_STEP_CLOSE;
    fb_test_send_one(&T, r);
    return b;
}

static void test_changes(void)
{
    static const struct {
        const char *trust;
        bool heard;
    } step[] = {{"RXQ", false}, {"RTH", true}, {NULL, true}, {"RXQ", false}, {NULL, true}};
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "answered");
    portal_is_of(NULL);
    const struct fb_record *b = closed_by_portal();
    CU_ASSERT_TRUE(is_closed(b));
    for (unsigned i = 0; i < sizeof step / sizeof step[0]; i++) {
        portal_is_of(step[i].trust);
        CU_ASSERT_EQUAL(is_closed(b), step[i].heard);
        fb_test_turn_reopen(&T);
    }
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

CU_TestInfo suite_source_trust[] = {{"a source of another trust is heard by others", test_changes}, CU_TEST_INFO_NULL};
