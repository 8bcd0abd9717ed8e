#include "tests/lib/suite.h"
#include "tools/fairbank/books/differences.h"
#include "tools/fairbank/books/trust_return.h"
#include <stdio.h>
#include <string.h>

enum { MOST = 16 };
static fb_day april, may;
static struct ledger_line line[MOST];
static struct held_shift shift[MOST];
static struct diff_world w;
static struct diff d;

static void begin(void)
{
    april = fb_day_of(2026, 4, 1), may = fb_day_of(2026, 5, 1);
    w = (struct diff_world){.line = line, .shift = shift, .month = april, .next = may, .sheets_come = 1u << FB_ROUTE_AGENCY};
}

/* An approved agency shift of a hundred pounds, with 20 of VAT. */
static struct held_shift *hold(const char *reference, int day)
{
    struct held_shift *s = &shift[w.n_shifts++];
    *s = (struct held_shift){.source = fb_span_of("roster"), .reference = fb_span_of(reference), .code = fb_span_of("A1"), .day = april + day - 1,
                             .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY, .route = FB_ROUTE_AGENCY, .pence = 10000, .vat = 2000,
                             .shifts = 1, .in_month = day >= 1 && day <= 30, .settled = true};
    return s;
}

static struct ledger_line *post(const char *reference, int64_t pence)
{
    struct ledger_line *l = &line[w.n_lines++];
    *l = (struct ledger_line){.line = w.n_lines + 1, .pence = pence, .posted = april, .code = fb_span_of("A1"), .reference = fb_span_of(reference)};
    return l;
}

static void sort(void)
{
    CU_ASSERT_EQUAL_FATAL(diff_sort(&d, &w), FB_OK);
    int64_t sum = 0;
    for (unsigned c = 0; c < DIFF_CLASSES; c++)
        sum += d.sum[c];
    CU_ASSERT_EQUAL(sum, d.said - d.held);
}

/* All of the difference is one class, for one cause. */
static void all_in(enum diff_class in, enum diff_why why, int64_t pence)
{
    sort();
    CU_ASSERT_EQUAL(d.said - d.held, pence);
    CU_ASSERT_EQUAL(d.sum[in], pence);
    CU_ASSERT_FATAL(d.n_items >= 1);
    for (unsigned i = 0; i < d.n_items; i++)
        CU_ASSERT_TRUE(d.item[i].in == in && d.item[i].why == why);
    diff_free(&d);
}

static void what_agrees_is_no_difference(void)
{
    begin();
    hold("B1", 3);
    hold("B2", 4);
    post("B1", 10000);
    post("roster/B2", 10000);
    sort();
    CU_ASSERT_TRUE(d.n_items == 0 && d.said == 20000 && d.held == 20000 && d.n_shifts == 2 && d.n_lines == 2);
    diff_free(&d);
    begin();
    hold("B1", 3);
    hold("B2", 4);
    post("", 20000); /* an invoice for both */
    sort();
    CU_ASSERT_EQUAL(d.n_items, 0);
    diff_free(&d);
}

static void rows_that_name_a_shift(void)
{
    begin(), hold("B1", 3), post("B1", 12000);
    all_in(DIFF_VAT, DIFF_WHY_VAT_ON_TOP, 2000);
    begin(), hold("B1", 3)->inside = 1500, post("B1", 8500);
    all_in(DIFF_ON_COST, DIFF_WHY_COSTS_ELSEWHERE, -1500);
    begin(), hold("B1", 3)->on_top = 2300, post("B1", 12300);
    all_in(DIFF_ON_COST, DIFF_WHY_COSTS_ON_TOP, 2300);
    begin(), hold("B1", 3), post("B1", 12001);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_OTHER_AMOUNT, 2001);
    begin(), hold("B1", -3), post("B1", 10000);
    all_in(DIFF_TIMING, DIFF_WHY_WORKED_ELSEWHERE, 10000);
    begin(), hold("B1", 30), post("B1", 10000)->posted = may;
    all_in(DIFF_TIMING, DIFF_WHY_POSTED_ELSEWHERE, -10000);
    begin(), hold("B1", 30), post("B1", 4000), post("B1", 6000)->posted = may;
    all_in(DIFF_TIMING, DIFF_WHY_POSTED_ELSEWHERE, -6000);
    begin(), hold("B1", 30), post("B1", 4000), post("B1", 5000)->posted = may; /* both together are no amount of it */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_OTHER_AMOUNT, -6000);
    begin(), post("B9", 777);
    all_in(DIFF_OUTSIDE, DIFF_WHY_NO_BOOKING, 777);
    begin(), post("other/B1", 777), hold("B1", 40); /* another source's */
    all_in(DIFF_OUTSIDE, DIFF_WHY_NO_BOOKING, 777);
    begin(), hold("B1", 3)->pence = 0, shift[0].unpriced = true, post("B1", 9000);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_NO_PRICE, 9000);
    begin(), hold("B1", 3)->pence = 0, shift[0].shifts = 0, post("B1", 9000);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_CANCELLED, 9000);
}

/* A nurse's shift: the rules give none, and 20 % to others that day; 5 % too. */
static struct held_shift *hold_nurse(const char *reference, int day, int64_t pence)
{
    struct held_shift *s = hold(reference, day);
    s->pence = pence, s->vat = 0;
    s->vat_name = fb_span_of("nursing-concession"), s->vat_base = FB_VAT_BASE_NOTHING;
    s->n_rates = 2, s->rate_ppm[0] = 200000, s->rate_ppm[1] = 50000;
    return s;
}

static void words_are(const struct diff_item *item, const struct held_shift *s, const char *want)
{
    char text[200];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    diff_item_why(&t, item, s);
    CU_ASSERT_STRING_EQUAL(text, want);
}

static void vat_that_the_rules_do_not_give(void)
{
    static const struct {
        int64_t held, said;
        enum diff_class in;
    } want[] = {{10000, 12000, DIFF_VAT}, {10000, 10500, DIFF_VAT},  /* either rate */
                {10000, 12001, DIFF_UNEXPLAINED}, {10000, 11999, DIFF_UNEXPLAINED}, {10000, 11750, DIFF_UNEXPLAINED}, /* near it, or at none of them */
                {10003, 12003, DIFF_VAT}, {10003, 12004, DIFF_VAT},  /* 2000.6 p: rounded down or to the nearest */
                {10003, 12005, DIFF_UNEXPLAINED}, {10003, 12002, DIFF_UNEXPLAINED},
                {10000, 8000, DIFF_UNEXPLAINED}, {0, 2000, DIFF_UNEXPLAINED}}; /* less is no VAT on it, and on nothing there is none */
    for (unsigned i = 0; i < sizeof want / sizeof want[0]; i++) {
        begin(), hold_nurse("B1", 3, want[i].held), post("B1", want[i].said);
        all_in(want[i].in, want[i].in == DIFF_VAT ? DIFF_WHY_VAT_AT_RATE : DIFF_WHY_OTHER_AMOUNT, want[i].said - want[i].held);
    }
    begin(), hold_nurse("B1", 3, 10000)->n_rates = 0, post("B1", 12000); /* no rule has a rate that day */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_OTHER_AMOUNT, 2000);
    begin(), hold_nurse("B1", 3, 10000)->commission = 1500, post("B1", 10300); /* 20 % of the commission */
    all_in(DIFF_VAT, DIFF_WHY_VAT_AT_RATE, 300);
    begin(), hold_nurse("B1", 30, 10000), post("B1", 5000), post("B1", 7000)->posted = may;
    all_in(DIFF_TIMING, DIFF_WHY_POSTED_ELSEWHERE, -5000);
}

static void vat_that_the_rules_do_not_give_in_words(void)
{
    struct held_shift s = {.vat_name = fb_span_of("nursing-concession"), .vat_base = FB_VAT_BASE_NOTHING};
    struct diff_item item = {.in = DIFF_VAT, .why = DIFF_WHY_VAT_AT_RATE, .rate = {200000, FB_VAT_BASE_WHOLE_CHARGE}};
    words_are(&item, &s, "theirs bears 20 % VAT on the whole charge, where the rules give none (nursing-concession)");
    s = (struct held_shift){.vat_name = fb_span_of("direct"), .vat_base = FB_VAT_BASE_COMMISSION, .vat_ppm = 200000};
    item.rate.ppm = 175250;
    words_are(&item, &s, "theirs bears 17.525 % VAT on the whole charge, where the rules give 20 % on the commission (direct)");
    s.vat_name = fb_span_of("as_sent");
    item.rate = (struct diff_rate){50000, FB_VAT_BASE_COMMISSION};
    words_are(&item, &s, "theirs bears 5 % VAT on the commission, where other VAT was sent with it");
    s.vat_name.n = 0;
    words_are(&item, &s, "theirs bears 5 % VAT on the commission, where the rules do not say what it bears");
    item.why = DIFF_WHY_OTHER_AMOUNT;
    words_are(&item, &s, "another amount than is held");
}

/* One invoice for all: VAT on the sum, or line by line; beside shifts to which the rules give that VAT themselves. */
static void vat_that_the_rules_do_not_give_on_a_sum(void)
{
    begin(), hold_nurse("B1", 3, 10000), hold_nurse("B2", 4, 5000), post("", 18000);
    all_in(DIFF_VAT, DIFF_WHY_VAT_AT_RATE, 3000);
    begin(), hold_nurse("B1", 3, 10000), hold_nurse("B2", 4, 5000), post("", 18001);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, 3001);
    begin(), hold_nurse("B1", 3, 10000), hold_nurse("B2", 4, 5000), post("", 17000); /* on one of the two: nobody can say */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, 2000);
    begin();
    for (int i = 0; i < 4; i++)
        hold_nurse("B", 3 + i, 10002); /* 2000.4 each: 8001.6 together, 8000 one by one */
    post("", 40008 + 8002);
    sort();
    CU_ASSERT_TRUE(d.sum[DIFF_VAT] == 8002 && d.n_items == 5 && d.item[4].why == DIFF_WHY_VAT_ROUNDING && d.item[4].pence == 2);
    diff_free(&d);
    line[0].pence = 40008 + 8000;
    all_in(DIFF_VAT, DIFF_WHY_VAT_AT_RATE, 8000);
    begin(), hold_nurse("B1", 3, 10000), hold("B2", 4)->n_rates = 1, shift[1].rate_ppm[0] = 200000, post("", 24000);
    sort();
    CU_ASSERT_TRUE(d.sum[DIFF_VAT] == 4000 && d.n_items == 2 && d.item[0].why == DIFF_WHY_VAT_ON_TOP && d.item[0].shift == 1);
    diff_free(&d);
    begin(), hold_nurse("B1", 3, 10000), hold_nurse("B2", 4, 5000)->settled = false, post("", 12000); /* of the one that is approved */
    sort();
    CU_ASSERT_TRUE(d.sum[DIFF_VAT] == 2000 && d.sum[DIFF_TIMING] == -5000 && d.n_items == 2);
    diff_free(&d);
}

static void both_sides_of_a_basis(void)
{
    begin();
    hold("B1", 3)->inside = 1000;
    post("B1", 11000); /* VAT on, on-costs out */
    sort();
    CU_ASSERT_TRUE(d.sum[DIFF_VAT] == 2000 && d.sum[DIFF_ON_COST] == -1000 && d.n_items == 2);
    diff_free(&d);
}

static void rows_that_speak_for_themselves(void)
{
    begin(), post("", -5000)->kind = LEDGER_REVERSAL;
    all_in(DIFF_TIMING, DIFF_WHY_REVERSAL, -5000);
    begin(), post("", 5000)->worked = fb_day_of(2026, 3, 1);
    all_in(DIFF_TIMING, DIFF_WHY_FOR_ELSEWHERE, 5000);
    begin(), hold("B1", 3), post("", 10000)->worked = april;
    sort();
    CU_ASSERT_EQUAL(d.n_items, 0);
    diff_free(&d);
    begin(), hold("B1", 3), post("", 10000)->kind = LEDGER_ACCRUAL; /* an accrual of the month is its cost */
    sort();
    CU_ASSERT_EQUAL(d.n_items, 0);
    diff_free(&d);
}

static void rows_that_name_a_purchase_order(void)
{
    begin(), hold("B1", 3)->purchase_order = fb_span_of("PO1"), post("PO1", 12000);
    all_in(DIFF_VAT, DIFF_WHY_VAT_ON_TOP, 2000);
    begin(), hold("B1", 3)->purchase_order = fb_span_of("PO1"), hold("B2", 4)->purchase_order = fb_span_of("PO1"), post("PO1", 20500);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, 500); /* an order of several shifts: its row is held against all */
    begin(), hold("B1", 3)->purchase_order = fb_span_of("PO1"), post("PO2", 300), post("B1", 10000);
    all_in(DIFF_OUTSIDE, DIFF_WHY_NO_BOOKING, 300);
}

static void an_accrual_is_an_estimate(void)
{
    begin(), hold("B1", 3)->settled = false, post("", 9000)->kind = LEDGER_ACCRUAL;
    all_in(DIFF_TIMING, DIFF_WHY_ESTIMATE, -1000);
    begin(), hold("B1", 3), post("", 9000)->kind = LEDGER_ACCRUAL; /* of what is approved, the amount is known */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, -1000);
    begin(), hold("B1", 3)->settled = false, post("", 9000)->kind = LEDGER_ACCRUAL, post("", 10);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, -990);
}

static void one_reference_of_two_sources(void)
{
    begin();
    hold("B1", 3);
    hold("B1", 3)->source = fb_span_of("portal");
    post("B1", 10000);
    post("portal/B1", 10000);
    sort();
    /* the first is nobody's for sure; the shift that it may mean has no row */
    CU_ASSERT_TRUE(d.sum[DIFF_UNEXPLAINED] == 0 && d.unexplained == 20000 && d.count[DIFF_UNEXPLAINED] == 2);
    diff_free(&d);
}

static void a_code_without_rows(void)
{
    begin(), hold("B1", 3)->settled = false;
    all_in(DIFF_TIMING, DIFF_WHY_NOT_APPROVED, -10000);
    begin(), hold("B1", 3), w.invoices_come = true;
    all_in(DIFF_TIMING, DIFF_WHY_NOT_INVOICED, -10000);
    begin(), hold("B1", 27)->arrears_days = 7;
    all_in(DIFF_TIMING, DIFF_WHY_IN_ARREARS, -10000);
    begin(), hold("B1", 23)->arrears_days = 7; /* 24 April is the first of the last seven days */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_NOT_IN_LEDGER, -10000);
    begin(), hold("B1", 3)->settled = false, w.sheets_come = 0; /* where no timesheets come, that there is none says nothing */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_NOT_IN_LEDGER, -10000);
    begin(), hold("B1", 3)->code = (struct fb_span){NULL, 0};
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_NO_CODE, -10000);
}

static void sums_of_a_code(void)
{
    begin(), hold("B1", 3), hold("B2", 4), post("", 24000);
    all_in(DIFF_VAT, DIFF_WHY_VAT_ON_TOP, 4000);
    begin(), hold("B1", 3), hold("B2", 4)->settled = false, post("", 10000);
    all_in(DIFF_TIMING, DIFF_WHY_NOT_APPROVED, -10000);
    begin(), hold("B1", 3), hold("B2", 4)->invoiced = true, w.invoices_come = true, post("", 10000);
    all_in(DIFF_TIMING, DIFF_WHY_NOT_INVOICED, -10000);
    begin(), hold("B1", 3), hold("B2", 4)->pence = 10001, post("", 20000);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, -1);
    begin(), hold("B1", 3)->pence = 0, shift[0].vat = 0, shift[0].unpriced = true, post("", 9000); /* a booking is held: not outside */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_NO_PRICE, 9000);
    begin(), post("", 300), post("", 400);
    all_in(DIFF_OUTSIDE, DIFF_WHY_NO_SHIFTS, 700);
    begin(), hold("B1", 3), hold("B2", 4), post("", 20000), post("", 5555);
    all_in(DIFF_OUTSIDE, DIFF_WHY_ALONE_OUTSIDE, 5555);
    begin(), hold("B1", 3), post("", 10000), post("", 10000); /* either of two may be the one too many */
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, 10000);
}

static void a_week_in_arrears(void)
{
    begin();
    hold("B0", -2)->arrears_days = 7; /* 29 March: April's ledger has it */
    hold("B1", 3)->arrears_days = 7;
    hold("B2", 29)->arrears_days = 7;
    shift[0].pence = 7000;
    post("", 17000);
    sort();
    CU_ASSERT_TRUE(d.said == 17000 && d.held == 20000 && d.sum[DIFF_TIMING] == -3000 && d.count[DIFF_TIMING] == 2 && d.n_items == 2);
    diff_free(&d);
}

/* The seven days before April begin with 25 March. */
static void what_is_older_than_the_arrears(void)
{
    begin();
    hold("B0", -6)->arrears_days = 7;
    hold("B1", 3)->arrears_days = 7;
    post("", 20000);
    all_in(DIFF_TIMING, DIFF_WHY_ARREARS_BEFORE, 10000);
    begin();
    hold("B0", -7)->arrears_days = 7;
    hold("B1", 3)->arrears_days = 7;
    post("", 20000);
    all_in(DIFF_UNEXPLAINED, DIFF_WHY_SUMS_DIFFER, 10000);
}

static void cost_centres_part_where_all_say_them(void)
{
    begin();
    hold("B1", 3)->cost_centre = fb_span_of("C1");
    hold("B2", 4)->cost_centre = fb_span_of("C2");
    post("", 12000)->cost_centre = fb_span_of("C1");
    post("", 10500)->cost_centre = fb_span_of("C2");
    sort();
    CU_ASSERT_TRUE(d.n_pools == 2 && d.sum[DIFF_VAT] == 2000 && d.sum[DIFF_UNEXPLAINED] == 500);
    diff_free(&d);
    shift[1].cost_centre = (struct fb_span){NULL, 0}; /* now a row of C2 may be of anybody */
    sort();
    CU_ASSERT_TRUE(d.n_pools == 1 && d.sum[DIFF_UNEXPLAINED] == 2500);
    diff_free(&d);
}

static void a_supplier_without_bookings(void)
{
    begin();
    hold("B1", 3)->agency = fb_span_of("ACM");
    post("", 10000)->supplier = fb_span_of("ACM");
    post("", 3210)->supplier = fb_span_of("GHOST");
    all_in(DIFF_OUTSIDE, DIFF_WHY_NO_SHIFTS, 3210);
}

static void another_code_than_expected(void)
{
    begin(), hold("B1", 3), post("B1", 10000)->code = fb_span_of("A2");
    sort();
    CU_ASSERT_TRUE(d.n_items == 0 && d.recoded == 1);
    diff_free(&d);
}

/* ---- returns ---- */

static struct return_line theirs(enum fb_route route, int64_t shifts, int64_t pence)
{
    return (struct return_line){.line = 2, .from = april, .until = may, .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY, .route = route,
                                .shifts = shifts, .pence = pence};
}

static void returned(const struct return_line *r, unsigned n, enum diff_class in, enum diff_why why, int64_t pence)
{
    CU_ASSERT_EQUAL_FATAL(diff_sort_return(&d, &w, r, n, true), FB_OK);
    CU_ASSERT_TRUE(d.sum[in] == pence && d.said - d.held == pence && d.n_items >= 1 && d.item[0].why == why);
    diff_free(&d);
}

static void a_return_by_group_and_route(void)
{
    begin();
    hold("B1", 3);
    hold("B2", 4)->settled = false;
    struct return_line r = theirs(FB_ROUTE_AGENCY, 2, 24000);
    returned(&r, 1, DIFF_VAT, DIFF_WHY_VAT_ON_TOP, 4000);
    r = theirs(FB_ROUTE_AGENCY, 1, 10000);
    returned(&r, 1, DIFF_TIMING, DIFF_WHY_NOT_APPROVED, -10000);
    r = theirs(FB_ROUTE_AGENCY, 3, 24000); /* the pounds of two with VAT, and three shifts: that is another thing */
    returned(&r, 1, DIFF_UNEXPLAINED, DIFF_WHY_COUNTS_DIFFER, 4000);
    r = theirs(FB_ROUTE_AGENCY, 3, 20000);
    returned(&r, 1, DIFF_UNEXPLAINED, DIFF_WHY_COUNTS_DIFFER, 0);
    struct return_line two[] = {theirs(FB_ROUTE_AGENCY, 2, 20000), theirs(FB_ROUTE_BANK, 4, 40000)};
    returned(two, 2, DIFF_OUTSIDE, DIFF_WHY_NO_SHIFTS, 40000);
    shift[1].settled = true;
    returned(NULL, 0, DIFF_UNEXPLAINED, DIFF_WHY_NO_ROW, -20000);
}

CU_TestInfo suite_differences[] = {{"what agrees is no difference", what_agrees_is_no_difference},
    {"VAT that the rules do not give", vat_that_the_rules_do_not_give},
    {"VAT that the rules do not give, in words", vat_that_the_rules_do_not_give_in_words},
    {"VAT that the rules do not give, on a sum", vat_that_the_rules_do_not_give_on_a_sum},
                                   {"rows that name a shift are held against it", rows_that_name_a_shift},
                                   {"VAT and on-costs of one row are told apart", both_sides_of_a_basis},
                                   {"reversals, accruals, and rows for another month", rows_that_speak_for_themselves},
                                   {"rows that name a purchase order", rows_that_name_a_purchase_order},
                                   {"an accrual of what is not approved may be at another amount", an_accrual_is_an_estimate},
                                   {"a reference that two sources use is guessed for neither", one_reference_of_two_sources},
                                   {"a code without rows: each shift by what it says of itself", a_code_without_rows},
                                   {"a code's sum against its shifts, to the penny", sums_of_a_code},
                                   {"a code that is posted in arrears", a_week_in_arrears},
                                   {"arrears reach back so many days and no further", what_is_older_than_the_arrears},
                                   {"cost centres part a code where all its rows and shifts say one", cost_centres_part_where_all_say_them},
                                   {"a supplier of whom no booking is held is outside", a_supplier_without_bookings},
                                   {"a row under another code than expected is still its shift's", another_code_than_expected},
                                   {"a return is sorted by group and route, with its counts", a_return_by_group_and_route},
                                   CU_TEST_INFO_NULL};
