/* An invoice that asks several shifts by category: what each line is shared out by, and what the lines beside them are held against. */
#include "tests/lib/suite.h"
#include "tests/unit/match_rig.h"
#include <string.h>

/* With 5.00 besides. */
enum { MINUTES = FB_TEST_MATCH_MINUTES, OWED = FB_TEST_MATCH_OWED + 500, UNSOCIAL = 10400 };
static struct fb_test_match w;

static void begin(void)
{
    fb_test_match_begin(&w);
    w.shift.start_min = 7;
    w.shift.tie = 9;
    w.shift.owed_pence = OWED;
    w.shift.commission_pence = FB_ABSENT;
    w.shift.vat = NULL;
}

static struct fb_invoice_line *line(unsigned i, bool shared, const char *category)
{
    static const char *const refs[] = {"a", "b", "c", "d"};
    struct fb_invoice_line *l = fb_test_match_line(&w, i, refs[i]);
    l->category = category == NULL ? 0 : fb_code_of(category);
    l->minutes = l->vat_pence = FB_ABSENT;
    l->net_pence = 90000;
    w.in[i].shared = shared;
    return l;
}

static void give(unsigned i, int64_t net, int64_t minutes)
{
    w.in[i].parted = true;
    w.in[i].part = (struct fb_share){.number = 1, .net_pence = net, .vat_pence = FB_ABSENT, .minutes = minutes};
}

static void match(unsigned n) { (void)fb_test_match(&w, n); }

static bool goes_by(unsigned i, int64_t pence, int64_t minutes)
{
    const struct fb_match *m = &w.got.row[i];
    return m->weighed && m->by.start_min == 7 && m->by.tie == 9 && m->by.pence == pence && m->by.minutes == minutes; /* raw: compared */
}

static bool differs(unsigned i, enum fb_differs d) { return fb_match_has(w.got.row[i].differs, d); }
static bool is_unsaid(unsigned i, enum fb_differs d) { return fb_match_has(w.got.row[i].unsaid, d); }

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
    CU_ASSERT_TRUE(goes_by(0, OWED - UNSOCIAL, 480) && !w.got.row[1].weighed);
    w.record[1].as.invoice_line.invoice = fb_span_of("NS-2");
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES));
    line(1, true, "unsocial")->state = FB_INVOICE_STATE_WITHDRAWN;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES));
    line(1, true, "unsocial")->billing = FB_BILLING_SUPPLEMENT;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, OWED, MINUTES) && goes_by(1, OWED, MINUTES));
    line(1, true, "unsocial");
    w.in[1].repeated = true;
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
    w.shift.owed_pence = FB_ABSENT;
    w.shift.minutes_in = NULL;
    w.shift.hour_e4 = NULL;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, FB_ABSENT, MINUTES) && goes_by(1, FB_ABSENT, 0));
    w.shift.minutes = FB_ABSENT;
    match(2);
    CU_ASSERT_TRUE(goes_by(0, FB_ABSENT, FB_ABSENT) && goes_by(1, FB_ABSENT, FB_ABSENT));
    begin();
    w.shift.owed_pence = UNSOCIAL - 1; /* less than the others come to: nought, and not below */
    w.shift.minutes = 60;
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
    CU_ASSERT_TRUE(!w.got.duplicate && w.got.charged && w.got.net_pence == OWED + 1 && w.got.minutes == MINUTES);
    CU_ASSERT_TRUE(w.got.row[0].expected_pence == OWED - UNSOCIAL && w.got.row[0].expected_minutes == 480);
    CU_ASSERT_TRUE(w.got.row[1].expected_pence == UNSOCIAL && w.got.row[1].expected_minutes == 120);
    CU_ASSERT_TRUE(!differs(1, FB_DIFFERS_AMOUNT) && w.got.over_pence == 0); /* it is their sum that tells */
    line(1, true, "plain");
    give(1, 100, 0);
    match(2);
    CU_ASSERT_TRUE(w.got.duplicate && w.got.duplicate_pence == 100 && w.got.row[1].end == FB_INVOICE_END_DUPLICATE);
}

static void test_one_of_this_shift_alone_beside_them(void)
{
    begin();
    line(0, true, "plain");
    line(1, false, "unsocial")->net_pence = UNSOCIAL;
    w.record[1].as.invoice_line.minutes = 120;
    give(0, 99999, 480);
    match(2);
    CU_ASSERT_TRUE(!w.got.duplicate && w.got.over_pence == 0 && !differs(1, FB_DIFFERS_AMOUNT) && !differs(1, FB_DIFFERS_HOURS));
    CU_ASSERT_FALSE(is_unsaid(1, FB_DIFFERS_AMOUNT) || is_unsaid(1, FB_DIFFERS_HOURS) || is_unsaid(1, FB_DIFFERS_CONFIRMATION));
    w.record[1].as.invoice_line.net_pence = UNSOCIAL + 7;
    w.record[1].as.invoice_line.minutes = 121;
    match(2);
    CU_ASSERT_TRUE(w.got.over_pence == 7 && differs(1, FB_DIFFERS_AMOUNT) && differs(1, FB_DIFFERS_HOURS));
    CU_ASSERT_TRUE(!differs(0, FB_DIFFERS_AMOUNT) && !differs(0, FB_DIFFERS_HOURS));
    w.record[1].as.invoice_line.net_pence = UNSOCIAL - 7;
    w.shift.confirmed = false;
    match(2);
    CU_ASSERT_TRUE(w.got.over_pence == 0 && differs(1, FB_DIFFERS_AMOUNT) && is_unsaid(1, FB_DIFFERS_CONFIRMATION));
    w.shift.owed_pence = FB_ABSENT;
    w.shift.minutes_in = NULL;
    w.shift.hour_e4 = NULL;
    match(2);
    CU_ASSERT_TRUE(is_unsaid(1, FB_DIFFERS_AMOUNT) && is_unsaid(1, FB_DIFFERS_HOURS) && w.got.over_pence == 0);
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
