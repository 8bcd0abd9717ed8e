#include "engine/core/explain.h"
#include "tests/lib/golden.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

enum { TEXT_BYTES = 1 << 14 };
static unsigned char memory[1 << 14];
static char text[TEXT_BYTES];

/* Decides, then tells it all: the price and each finding, one a line. */
static void tell(struct fb_text *t, const char *heading, struct fb_test_view *v)
{
    static struct fb_decision decision;
    static struct fb_effects effects;
    struct fb_arena arena;
    struct fb_trace trace;
    const struct fb_book *book = fb_test_rule_book();
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(book, &v->view, NULL, &arena, &decision, &effects), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&trace, decision.trace), FB_OK);
    fb_text_add(t, heading);
    fb_text_add(t, "\n  ");
    fb_explain_price(t, book, &trace);
    for (unsigned i = 0; i < decision.n_findings; i++) {
        fb_text_add(t, "\n  - ");
        fb_text_add(t, fb_severity_word((enum fb_severity)decision.finding[i].severity));
        fb_text_add(t, ": ");
        fb_explain_finding(t, book, &trace, &decision.finding[i]);
    }
    fb_text_add(t, "\n");
}

static void tell_agency(struct fb_text *t)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "3", "2026-03-28T19:30", "2026-03-29T08:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "100.00", "4.255");
    v.booking[0].as.booking.rates.complete = FB_SAID_NO;
    v.booking[0].as.booking.booked_ms = (v.booking[0].as.booking.shift.time.start_min - 30) * 60000;
    v.view.framework_register = true;
    tell(&t[0], "An agency night, band 3, over the ceiling in two categories, off framework, late", &v);
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "40.00", "3.10");
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_ADMIN_CLERICAL;
    v.source[0].sends = 0;
    tell(t, "\nAn office shift through an agency, over the estimate; sign-offs and cascades are not sent",
         &v);
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL;
    tell(t, "\nA doctor's shift without rates, cap or card", &v);
}

static void tell_bank(struct fb_text *t)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    tell(t, "\nA bank day on the card, no rates sent", &v);
    fb_test_charge(&v.booking[0].as.booking, "18.13", "0.00");
    tell(t, "\nThe same, paid a pound an hour above the card", &v);
    v.booking[0].as.booking.worker_kind = FB_WORKER_KIND_NONE;
    fb_test_charge(&v.booking[0].as.booking, "16.13", "0.00");
    tell(t, "\nThe same, a pound below, the worker's kind not sent", &v);
    v.booking[0].as.booking.worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    tell(t, "\nThe same, substantive, own point not sent", &v);
}

static void test_golden_texts(void)
{
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    tell_agency(&t);
    tell_bank(&t);
    CU_ASSERT_FALSE(t.cut);
    CU_ASSERT_TRUE(fb_golden("explain.txt", text, t.n));
}

static void check_contains(const char *piece)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(text, piece));
}

/* Apart from the golden file, what a reader must be able to take from a breach. */
static void test_breach_says_everything(void)
{
    struct fb_text t;
    struct fb_test_view v;
    fb_text_init(&t, text, sizeof text);
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "40.00", "3.10");
    tell(&t, "", &v);
    check_contains(
        "Charged £43.10 an hour for plain time; the agreed ceiling (thames-valley, caps/ceiling.csv line 5) "
        "is £29.94: £13.16 an hour over, £157.92 for the shift.");
    check_contains("Source (agreed): made up for the demo.");
}

static void test_foreign_finding(void)
{
    struct fb_text t;
    const struct fb_finding f = {.rule = 1, .severity = FB_SEVERITY_BREACH, .detail = 255};
    const struct fb_finding odd = {.rule = fb_test_book()->built_in[FB_RULE_RATECAP_BREACHED].id,
                                   .detail = 255};
    struct fb_trace trace = {.card = FB_NO_ROW, .cap = FB_NO_ROW, .cap_origin = FB_NO_ROW};
    fb_text_init(&t, text, sizeof text);
    fb_explain_finding(&t, fb_test_book(), &trace, &f);
    check_contains("not in this issue");
    fb_text_init(&t, text, sizeof text);
    fb_explain_finding(&t, fb_test_book(), &trace, &odd);
    check_contains("not in the trace");
    fb_text_init(&t, text, sizeof text);
    fb_explain_origin(&t, fb_test_book(), FB_NO_ROW);
    check_contains("not recorded");
}

CU_TestInfo suite_explain[] = {
    {"the sentences do not drift", test_golden_texts},
    {"a breach names amounts, row, source and status", test_breach_says_everything},
    {"a finding of another book is said to be one", test_foreign_finding},
    CU_TEST_INFO_NULL};
