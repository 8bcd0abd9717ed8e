/* An invoice that asks several shifts by category: what each line is shared out by, and what the lines beside them are held against. */
#include "engine/core/match.h"
#include "engine/core/decide.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

/* A shift of 8 hours plain at 40.00 and 2 hours unsocial at 52.00, with 5.00 besides: 429.00 owed. */
enum { MINUTES = 600, OWED = 42900, UNSOCIAL = 10400, LINES = 4 };
static struct fb_book book;
static struct fb_match_shift shift;
static int32_t minutes_in[FB_CATEGORIES_MAX];
static int64_t hour_e4[FB_CATEGORIES_MAX];
static struct fb_record record[LINES];
static struct fb_invoice_in_view in[LINES];
static struct fb_matched got;

static void begin(void)
{
    book = *fb_test_book();
    book.invoice = (struct fb_invoice_terms){.origin = FB_NO_ROW};
    memset(minutes_in, 0, sizeof minutes_in);
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        hour_e4[c] = FB_ABSENT;
    int plain = fb_book_category(&book, fb_code_of("plain")), unsocial = fb_book_category(&book, fb_code_of("unsocial"));
    CU_ASSERT_FATAL(plain >= 0 && unsocial >= 0);
    minutes_in[plain] = 480;
    minutes_in[unsocial] = 120;
    hour_e4[plain] = 400000;
    hour_e4[unsocial] = 520000;
    shift = (struct fb_match_shift){.day = fb_day_of(2026, 3, 16),
                                    .start_min = 7,
                                    .tie = 9,
                                    .stands = true,
                                    .confirmed = true,
                                    .supplier = fb_span_of("NS"),
                                    .supplier_asked = true,
                                    .minutes = MINUTES,
                                    .owed_pence = OWED,
                                    .book = &book,
                                    .minutes_in = minutes_in,
                                    .hour_e4 = hour_e4,
                                    .commission_pence = FB_ABSENT};
}

static struct fb_invoice_line *line(unsigned i, bool shared, const char *category)
{
    static const char *const refs[LINES] = {"a", "b", "c", "d"};
    record[i] = (struct fb_record){.env = {.kind = FB_KIND_INVOICE_LINE, .source = fb_span_of("ledger"), .record_ref = fb_span_of(refs[i])}};
    record[i].as.invoice_line = (struct fb_invoice_line){.hirer = fb_code_of("RTH"),
                                                         .supplier = fb_span_of("NS"),
                                                         .invoice = fb_span_of("NS-1"),
                                                         .line = 1 + i,
                                                         .invoice_day = shift.day + 7,
                                                         .billing = FB_BILLING_CHARGE,
                                                         .category = category == NULL ? 0 : fb_code_of(category),
                                                         .credit_line = FB_ABSENT,
                                                         .from = shift.day,
                                                         .until = shift.day + 1,
                                                         .units_e2 = FB_ABSENT,
                                                         .minutes = FB_ABSENT,
                                                         .rate_e4 = FB_ABSENT,
                                                         .net_pence = 90000,
                                                         .vat_pence = FB_ABSENT,
                                                         .state = FB_INVOICE_STATE_RECEIVED};
    in[i] = (struct fb_invoice_in_view){.record = &record[i], .number = 10 + i, .shared = shared};
    return &record[i].as.invoice_line;
}

static void give(unsigned i, int64_t net, int64_t minutes)
{
    in[i].parted = true;
    in[i].part = (struct fb_share){.number = 1, .net_pence = net, .vat_pence = FB_ABSENT, .minutes = minutes};
}

static void match(unsigned n)
{
    fb_match_lines(&shift, in, n, &got);
    CU_ASSERT_EQUAL_FATAL(got.n, n);
}

static bool goes_by(unsigned i, int64_t pence, int64_t minutes)
{
    const struct fb_match *m = &got.row[i];
    return m->weighed && m->by.start_min == 7 && m->by.tie == 9 && m->by.pence == pence && m->by.minutes == minutes; /* raw: compared */
}

static bool differs(unsigned i, enum fb_differs d) { return fb_match_has(got.row[i].differs, d); }
static bool is_unsaid(unsigned i, enum fb_differs d) { return fb_match_has(got.row[i].unsaid, d); }

/* ---- what they are shared out by ---- */

static void test_each_by_its_category(void)
{
    begin();
    line(0, true, "plain");
    line(1, true, "unsocial");
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED - UNSOCIAL, 480) && goes_by(1, UNSOCIAL, 120));
    line(1, true, "plain"); /* the same category again: there is one only */
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES) && goes_by(1, OWED, MINUTES));
    line(1, true, NULL);
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES) && goes_by(1, OWED, MINUTES));
    line(1, true, "nosuch"); /* nobody can say what its hours come to */
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES) && goes_by(1, 0, 0));
}

static void test_which_lines_make_a_category(void)
{
    begin();
    line(0, true, "plain");
    line(1, false, "unsocial"); /* of this shift alone, and of the same invoice */
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED - UNSOCIAL, 480) && !got.row[1].weighed);
    record[1].as.invoice_line.invoice = fb_span_of("NS-2");
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES));
    line(1, true, "unsocial")->state = FB_INVOICE_STATE_WITHDRAWN;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES));
    line(1, true, "unsocial")->billing = FB_BILLING_SUPPLEMENT;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES) && goes_by(1, OWED, MINUTES));
    line(1, true, "unsocial");
    in[1].repeated = true;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES));
    line(2, true, "unsocial"); /* the same line under a lower name stands for both */
    match(3);
    CU_ASSERT_TRUE(goes_by(0, OWED - UNSOCIAL, 480) && goes_by(1, UNSOCIAL, 120) && goes_by(2, UNSOCIAL, 120));
}

static void test_what_is_not_known(void)
{
    begin();
    line(0, true, "plain");
    line(1, true, "unsocial");
    shift.owed_pence = FB_ABSENT;
    shift.minutes_in = NULL;
    shift.hour_e4 = NULL;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, FB_ABSENT, MINUTES) && goes_by(1, FB_ABSENT, 0));
    shift.minutes = FB_ABSENT;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, FB_ABSENT, FB_ABSENT) && goes_by(1, FB_ABSENT, FB_ABSENT));
    begin();
    shift.owed_pence = UNSOCIAL - 1; /* less than the others come to: nought, and not below */
    shift.minutes = 60;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, 0, 0) && goes_by(1, UNSOCIAL, 120));
}

static void test_a_credit(void)
{
    begin();
    line(0, true, "plain");
    line(1, true, "unsocial");
    struct fb_invoice_line *c = line(2, true, NULL);
    c->billing = FB_BILLING_CREDIT;
    c->invoice = fb_span_of("NS-C");
    c->credit_invoice = fb_span_of("NS-1");
    c->net_pence = -100;
    match(3);
    CU_ASSERT_TRUE(goes_by(2, OWED, MINUTES));
    c->credit_line = 2;
    match(3);
    CU_ASSERT_TRUE(goes_by(2, UNSOCIAL, 120));
    c->credit_line = 1;
    match(3);
    CU_ASSERT_TRUE(goes_by(2, OWED - UNSOCIAL, 480));
    c->credit_line = 7;
    match(3);
    CU_ASSERT_TRUE(goes_by(2, 0, 0)); /* it takes from nothing here */
}

/* ---- what they are held against ---- */

static void test_they_go_along(void)
{
    begin();
    line(0, true, "plain");
    line(1, true, "unsocial");
    give(0, OWED - UNSOCIAL, 480);
    give(1, UNSOCIAL + 1, 120);
    match(2);
    CU_ASSERT_TRUE(!got.duplicate && got.charged && got.net_pence == OWED + 1 && got.minutes == MINUTES);
    CU_ASSERT_TRUE(got.row[0].expected_pence == OWED - UNSOCIAL && got.row[0].expected_minutes == 480);
    CU_ASSERT_TRUE(got.row[1].expected_pence == UNSOCIAL && got.row[1].expected_minutes == 120);
    CU_ASSERT_TRUE(!differs(1, FB_DIFFERS_AMOUNT) && got.over_pence == 0); /* it is their sum that tells */
    line(1, true, "plain");
    give(1, 100, 0);
    match(2);
    CU_ASSERT_TRUE(got.duplicate && got.duplicate_pence == 100 && got.row[1].end == FB_INVOICE_END_DUPLICATE);
}

static void test_one_of_this_shift_alone_beside_them(void)
{
    begin();
    line(0, true, "plain");
    line(1, false, "unsocial")->net_pence = UNSOCIAL;
    record[1].as.invoice_line.minutes = 120;
    give(0, 99999, 480);
    match(2);
    CU_ASSERT_TRUE(!got.duplicate && got.over_pence == 0 && !differs(1, FB_DIFFERS_AMOUNT) && !differs(1, FB_DIFFERS_HOURS));
    CU_ASSERT_FALSE(is_unsaid(1, FB_DIFFERS_AMOUNT) || is_unsaid(1, FB_DIFFERS_HOURS) || is_unsaid(1, FB_DIFFERS_CONFIRMATION));
    record[1].as.invoice_line.net_pence = UNSOCIAL + 7;
    record[1].as.invoice_line.minutes = 121;
    match(2);
    CU_ASSERT_TRUE(got.over_pence == 7 && differs(1, FB_DIFFERS_AMOUNT) && differs(1, FB_DIFFERS_HOURS));
    CU_ASSERT_TRUE(!differs(0, FB_DIFFERS_AMOUNT) && !differs(0, FB_DIFFERS_HOURS));
    record[1].as.invoice_line.net_pence = UNSOCIAL - 7;
    shift.confirmed = false;
    match(2);
    CU_ASSERT_TRUE(got.over_pence == 0 && differs(1, FB_DIFFERS_AMOUNT) && is_unsaid(1, FB_DIFFERS_CONFIRMATION));
    shift.owed_pence = FB_ABSENT;
    shift.minutes_in = NULL;
    shift.hour_e4 = NULL;
    match(2);
    CU_ASSERT_TRUE(is_unsaid(1, FB_DIFFERS_AMOUNT) && is_unsaid(1, FB_DIFFERS_HOURS) && got.over_pence == 0);
}

CU_TestInfo suite_match_several[] = {
    {"each line is shared out by its category", test_each_by_its_category},
    {"which lines make a category", test_which_lines_make_a_category},
    {"what is not known, and no weight below nought", test_what_is_not_known},
    {"a credit goes by the line that it names", test_a_credit},
    {"they go along with each other, and are no duplicates", test_they_go_along},
    {"one of this shift alone is held against what is expected of it", test_one_of_this_shift_alone_beside_them},
    CU_TEST_INFO_NULL,
};
