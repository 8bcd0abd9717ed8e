#include "engine/core/explain.h"
#include "tests/lib/golden.h"
#include "tests/lib/suite.h"
#include "tests/lib/books.h"
#include <string.h>

static char text[1 << 14];

/* Priced, kept, read back and told: what the trace does not hold cannot be told. */
static void tell(struct fb_text *t, const struct fb_book *book, const char *heading, const struct fb_booking *b,
                 const struct fb_timesheet *sheet)
{
    struct fb_price p;
    struct fb_trace trace, back;
    unsigned char bytes[FB_TRACE_BYTES_MAX];
    memset(&trace, 0xA5, sizeof trace);
    if (sheet == NULL)
        fb_price_booking(book, b, NULL, &p);
    else
        fb_price_worked(book, b, sheet, &p);
    trace.issue = trace.decide_version = 1;
    trace.day = p.day;
    trace.facts.known = trace.facts.at_least = trace.facts.at_most = (struct fb_fact_bits){{0}};
    fb_trace_price(&trace, book, &p, b->route);
    size_t n = fb_trace_pack(&trace, bytes, sizeof bytes);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    fb_text_add(t, heading);
    fb_text_add(t, "\n  ");
    fb_explain_price(t, book, &back);
    fb_text_add(t, "\n");
}

static void tell_bank(struct fb_text *t)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    tell(t, &book, "A bank day in no high cost area", &b, NULL);
    b.shift.site = fb_span_of("RTH02");
    tell(t, &book, "The same at a site in inner London", &b, NULL);
    struct fb_card_rule rule = {.grades = UINT64_MAX, .pay_at = FB_PAY_AT_OWN_POINT, .not_above_grade = FB_TEST_BAND_6 + 1,
                                .table = FB_NO_ROW, .origin = book.card[FB_TEST_CARD_BANK].rule[0].origin};
    book.card[FB_TEST_CARD_BANK].rule = &rule;
    book.card[FB_TEST_CARD_BANK].n_rules = 1;
    b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    b.worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    b.worker_grade = fb_code_of("7");
    b.worker_point = FB_POINT_TOP;
    tell(t, &book, "A band 7 nurse at a lower shift, no rates sent", &b, NULL);
    book.card[FB_TEST_CARD_BANK].hcas = false;
    b.shift.hirer = fb_code_of("RXQ");
    tell(t, &book, "The same at a trust that has only agreed to the card", &b, NULL);
    b.shift.hirer = fb_code_of("RYR");
    tell(t, &book, "The same at a trust of whose adopting nothing is held", &b, NULL);
}

static void tell_lapsed(struct fb_text *t)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_card cards[2] = {book.card[FB_TEST_CARD_BANK], book.card[FB_TEST_CARD_BANK]};
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    cards[1].scope.trust = fb_code_of("RTH");
    cards[1].scope.until = cards[1].agreed_until = fb_day_of(2026, 6, 1);
    cards[1].departs = true;
    cards[1].name = fb_span_of("winter rates");
    cards[1].reason = fb_span_of("two wards opened for the winter");
    book.card = cards;
    book.n_cards = 2;
    tell(t, &book, "A local rate that has lapsed", &b, NULL);
}

static void tell_on_call(struct fb_text *t)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "7");
    struct fb_timesheet sheet = {.n = 2};
    b.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL;
    b.rates.unit = FB_UNIT_STANDBY_PERIOD;
    b.shift.break_min = FB_ABSENT;
    int64_t at = b.shift.time.start_min;
    sheet.interval[0] = (struct fb_interval_row){FB_INTERVAL_STANDBY, at, at + 720, 0};
    sheet.interval[1] = (struct fb_interval_row){FB_INTERVAL_CALLED_OUT, at + 60, at + 120, 0};
    tell(t, &book, "A doctor on call, called out for an hour", &b, &sheet);
    b.rates.unit = FB_UNIT_PA;
    tell(t, &book, "An extra PA and three quarters", &b, NULL);
}

static void tell_agency(struct fb_text *t)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    b.engagement = FB_ENGAGEMENT_OWN_COMPANY;
    b.rates.complete = FB_SAID_NO;
    tell(t, &book, "An agency worker with a company of his own", &b, NULL);
    b.engagement = FB_ENGAGEMENT_DIRECT;
    b.rates.n = 0;
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 200000);
    tell(t, &book, "One engaged directly, whose pay was not sent", &b, NULL);
    struct fb_cap cap = book.cap[FB_TEST_CAP_AGREED_2026];
    cap.n_zones = 1; /* of the first zone the rows are the plain cap's */
    book.cap = &cap;
    book.n_caps = 1;
    tell(t, &book, "Under a cap that asks for the zone", &b, NULL);
    b.shift.site = fb_span_of("RTH02");
    tell(t, &book, "In a zone for which the cap has nothing", &b, NULL);
}

static void test_golden_texts(void)
{
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    tell_bank(&t);
    tell_lapsed(&t);
    tell_on_call(&t);
    tell_agency(&t);
    CU_ASSERT_FALSE(t.cut);
    CU_ASSERT_TRUE(fb_golden("explain_card.txt", text, t.n));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "This rests on an unverified row"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "the limit of band 6 took effect"));
}

CU_TestInfo suite_explain_card[] = {{"supplement, limit, table, adoption and loaded cost are told with their rows", test_golden_texts},
                                    CU_TEST_INFO_NULL};
