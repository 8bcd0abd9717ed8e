/* Lines of invoices against one shift: each thing in which they can differ, credits, duplicates, tolerances; and that the order in
 * which they are given changes nothing. */
#include "tests/lib/orders.h"
#include "tests/lib/suite.h"
#include "tests/unit/match_rig.h"
#include <stdio.h>
#include <string.h>

enum { MINUTES = FB_TEST_MATCH_MINUTES, OWED = FB_TEST_MATCH_OWED, LINES = FB_TEST_MATCH_LINES };
static struct fb_test_match w;

/* On order PO-1 for grade 5, besides. */
static void begin(void)
{
    fb_test_match_begin(&w);
    w.shift.n_orders = 1;
    w.shift.order[0] = fb_span_of("PO-1");
    w.shift.grade = fb_code_of("5");
}

/* A line that agrees with all of that. */
static struct fb_invoice_line *line(unsigned i, const char *invoice, const char *ref)
{
    struct fb_invoice_line *l = fb_test_match_line(&w, i, ref);
    l->invoice = fb_span_of(invoice);
    l->line = 1;
    return l;
}

static struct fb_invoice_line *credit(unsigned i, const char *of, int64_t net)
{
    struct fb_invoice_line *l = line(i, "NS-C", "c");
    l->billing = FB_BILLING_CREDIT;
    l->credit_invoice = fb_span_of(of);
    l->net_pence = net;
    l->minutes = l->vat_pence = FB_ABSENT;
    return l;
}

static void match(unsigned n) { (void)fb_test_match(&w, n); }

static bool is(unsigned i, enum fb_invoice_end end, uint16_t differs, uint16_t unsaid)
{
    const struct fb_match *m = &w.got.row[i];
    bool same = m->end == end && m->differs == differs && m->unsaid == unsaid;
    if (!same)
        printf("row %u: %s, differs %x, unsaid %x\n", i, fb_invoice_end_word((enum fb_invoice_end)m->end), m->differs, m->unsaid);
    return same;
}
#define BIT(d) (1u << FB_DIFFERS_##d)

/* ---- each thing by itself ---- */

static void as_agreed(struct fb_invoice_line *l) { (void)l; }
static void more_hours(struct fb_invoice_line *l) { l->minutes += 1; }
static void no_hours(struct fb_invoice_line *l) { l->minutes = FB_ABSENT; }
static void a_penny_more(struct fb_invoice_line *l) { l->net_pence += 1; }
static void a_penny_less(struct fb_invoice_line *l) { l->net_pence -= 1; }
static void other_agency(struct fb_invoice_line *l) { l->supplier = fb_span_of("XX"); }
static void other_day(struct fb_invoice_line *l) { l->from = l->until++; }
static void other_order(struct fb_invoice_line *l) { l->purchase_order = fb_span_of("PO-2"); }
static void that_order(struct fb_invoice_line *l) { l->purchase_order = fb_span_of("PO-1"); }
static void other_band(struct fb_invoice_line *l) { l->grade = fb_code_of("6"); }
static void that_band(struct fb_invoice_line *l) { l->grade = fb_code_of("5"); }
static void other_vat(struct fb_invoice_line *l) { l->vat_pence = 0; }
static void no_vat(struct fb_invoice_line *l) { l->vat_pence = FB_ABSENT; }
static void vat_though_exempt(struct fb_invoice_line *l) { l->vat_treatment = FB_VAT_TREATMENT_EXEMPT; }
static void bad_sum(struct fb_invoice_line *l)
{
    l->unit = FB_UNIT_SHIFT;
    l->units_e2 = 100;
    l->rate_e4 = 4240001;
}
static void off_rate(struct fb_invoice_line *l)
{
    l->unit = FB_UNIT_HOUR;
    l->category = fb_code_of("plain");
    l->rate_e4 = 410000;
}
static void that_rate(struct fb_invoice_line *l)
{
    off_rate(l);
    l->rate_e4 = 400000;
}
static void blended_rate(struct fb_invoice_line *l) /* of all its hours: only the amount can tell */
{
    off_rate(l);
    l->category = 0;
    l->rate_e4 = 424000;
}
static void disputed(struct fb_invoice_line *l)
{
    l->state = FB_INVOICE_STATE_DISPUTED;
    l->minutes++;
}
static void paid(struct fb_invoice_line *l) { l->state = FB_INVOICE_STATE_PAID; }
static void withdrawn(struct fb_invoice_line *l) { l->state = FB_INVOICE_STATE_WITHDRAWN; }

static const struct {
    void (*change)(struct fb_invoice_line *l);
    enum fb_invoice_end end;
    unsigned differs, unsaid;
} single[] = {
    {as_agreed, FB_INVOICE_END_MATCHED, 0, 0},
    {more_hours, FB_INVOICE_END_PART_MATCHED, BIT(HOURS), 0},
    {no_hours, FB_INVOICE_END_PART_MATCHED, 0, BIT(HOURS)},
    {a_penny_more, FB_INVOICE_END_PART_MATCHED, BIT(AMOUNT), 0},
    {a_penny_less, FB_INVOICE_END_PART_MATCHED, BIT(AMOUNT), 0},
    {other_agency, FB_INVOICE_END_PART_MATCHED, BIT(AGENCY), 0},
    {other_day, FB_INVOICE_END_PART_MATCHED, BIT(PERIOD), 0},
    {other_order, FB_INVOICE_END_PART_MATCHED, BIT(PURCHASE_ORDER), 0},
    {that_order, FB_INVOICE_END_MATCHED, 0, 0},
    {other_band, FB_INVOICE_END_PART_MATCHED, BIT(BAND), 0},
    {that_band, FB_INVOICE_END_MATCHED, 0, 0},
    {other_vat, FB_INVOICE_END_PART_MATCHED, BIT(VAT), 0},
    {no_vat, FB_INVOICE_END_PART_MATCHED, 0, BIT(VAT)},
    {vat_though_exempt, FB_INVOICE_END_PART_MATCHED, BIT(VAT), 0},
    {bad_sum, FB_INVOICE_END_MATCHED, 0, 0}, /* half up: a hundredth of a penny is none */
    {off_rate, FB_INVOICE_END_PART_MATCHED, BIT(RATE), 0},
    {that_rate, FB_INVOICE_END_MATCHED, 0, 0},
    {blended_rate, FB_INVOICE_END_MATCHED, 0, 0},
    {disputed, FB_INVOICE_END_DISPUTED, BIT(HOURS), 0},
    {paid, FB_INVOICE_END_PAID, 0, 0},
    {withdrawn, FB_INVOICE_END_WITHDRAWN, 0, 0},
};

static void test_each_by_itself(void)
{
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        begin();
        single[i].change(line(0, "NS-1", "l"));
        match(1);
        CU_ASSERT_TRUE(is(0, single[i].end, (uint16_t)single[i].differs, (uint16_t)single[i].unsaid));
        CU_ASSERT_EQUAL(w.got.any, single[i].end != FB_INVOICE_END_WITHDRAWN);
        CU_ASSERT_EQUAL(w.got.paid, single[i].end == FB_INVOICE_END_PAID);
    }
}

static void test_a_sum_that_is_wrong(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "l");
    bad_sum(l);
    l->rate_e4 = 4240050; /* half a penny more: 424.01 */
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, BIT(SUM), 0));
    w.book.invoice.apart_pence = 1;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
}

/* ---- what the shift cannot say ---- */

static void test_what_nobody_can_say(void)
{
    begin();
    line(0, "NS-1", "l");
    w.shift.confirmed = false;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(CONFIRMATION)));
    w.shift.confirmed = true;
    w.shift.owed_pence = w.shift.commission_pence = FB_ABSENT;
    w.shift.hour_e4 = NULL;
    w.shift.minutes_in = NULL;
    that_rate(&w.record[0].as.invoice_line);
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT) | BIT(RATE)));
    CU_ASSERT_EQUAL(w.got.over_pence, 0);
    w.shift.supplier = (struct fb_span){NULL, 0};
    w.shift.vat = NULL;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT) | BIT(RATE) | BIT(AGENCY) | BIT(VAT)));
    w.shift.supplier_asked = false; /* a bank's shift need not say who provides it */
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT) | BIT(RATE) | BIT(VAT)));
}

/* An order of a booking that was not read is no other order; one that was read agrees, whatever was not. */
static void test_orders_that_were_not_read(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "l");
    w.shift.orders_cut = true;
    that_order(l);
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
    other_order(l);
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(PURCHASE_ORDER)));
    w.shift.n_orders = 0;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(PURCHASE_ORDER)));
    w.shift.orders_cut = false;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
}

static void test_vat(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "l");
    w.vat.settled = false; /* where the law is open another figure is not wrong */
    l->vat_pence = 0;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(VAT)));
    w.vat = (struct fb_vat){.base = FB_VAT_BASE_COMMISSION, .ppm = 200000, .settled = true};
    l->vat_pence = 600;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
    w.vat.base = FB_VAT_BASE_NOTHING;
    l->vat_pence = 1;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, BIT(VAT), 0));
    CU_ASSERT_EQUAL(w.got.row[0].vat_expected_pence, 0);
}

/* ---- tolerances: at the edge, and beyond it ---- */

static void test_tolerances(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "l");
    w.book.invoice = (struct fb_invoice_terms){.minutes = 5, .rate_e4 = 100, .apart_pence = 3, .origin = FB_NO_ROW};
    that_rate(l);
    l->minutes = MINUTES + 5;
    l->rate_e4 = 400100;
    l->net_pence = OWED - 3;
    l->vat_pence = 8480 - 1 - 3; /* 20 % of what is charged is 84.79 */
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
    l->minutes++;
    l->rate_e4++;
    l->net_pence = OWED + 4;
    l->vat_pence = 8481 + 4;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, BIT(HOURS) | BIT(RATE) | BIT(AMOUNT) | BIT(VAT), 0));
    CU_ASSERT_EQUAL(w.got.over_pence, 4);
    CU_ASSERT_EQUAL(w.got.off_rate_pence, 10); /* 0.0101 an hour for 10 h 6 min */
}

/* ---- several lines ---- */

static void test_categories_of_one_invoice(void)
{
    begin();
    struct fb_invoice_line *a = line(0, "NS-1", "a"), *b = line(1, "NS-1", "b");
    that_rate(a);
    a->minutes = 480;
    a->net_pence = 32000;
    a->vat_pence = 6400;
    b->line = 2;
    b->category = fb_code_of("unsocial");
    b->unit = FB_UNIT_HOUR;
    b->rate_e4 = 520000;
    b->minutes = 120;
    b->net_pence = 10400;
    b->vat_pence = 2080;
    match(2);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0) && is(1, FB_INVOICE_END_MATCHED, 0, 0));
    CU_ASSERT_EQUAL(w.got.row[0].expected_pence, 32000);
    CU_ASSERT_EQUAL(w.got.row[1].expected_pence, 10400);
    CU_ASSERT_TRUE(w.got.net_pence == OWED && w.got.minutes == MINUTES && w.got.vat_pence == 8480 && !w.got.duplicate);
    b->category = fb_code_of("plain"); /* the same hours again */
    b->rate_e4 = FB_ABSENT;
    match(2);
    CU_ASSERT_TRUE(w.got.duplicate && w.got.row[1].end == FB_INVOICE_END_DUPLICATE);
    CU_ASSERT_EQUAL(w.got.duplicate_pence, 10400);
}

static void test_a_supplement(void)
{
    begin();
    line(0, "NS-1", "a");
    struct fb_invoice_line *s = line(1, "NS-2", "s");
    s->billing = FB_BILLING_SUPPLEMENT;
    s->net_pence = 1500;
    s->vat_pence = 300;
    s->minutes = FB_ABSENT;
    match(2);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0) && is(1, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT)));
    CU_ASSERT_TRUE(!w.got.duplicate && w.got.net_pence == OWED + 1500 && w.got.over_pence == 0 && w.got.minutes == MINUTES);
}

static void test_the_lowest_counts(void)
{
    begin();
    line(0, "NS-2", "a");
    line(1, "NS-1", "b")->line = 2;
    line(2, "NS-1", "c");
    line(3, "NS-0", "d")->invoice_day++; /* a later day comes after all of them */
    match(4);
    CU_ASSERT_EQUAL(w.got.row[2].end, FB_INVOICE_END_MATCHED);
    CU_ASSERT_TRUE(w.got.row[0].end == FB_INVOICE_END_DUPLICATE && w.got.row[1].end == FB_INVOICE_END_DUPLICATE &&
                   w.got.row[3].end == FB_INVOICE_END_DUPLICATE);
    CU_ASSERT_EQUAL(w.got.duplicate_pence, 3 * OWED);
    CU_ASSERT_EQUAL(w.got.net_pence, OWED);
}

static void test_credits(void)
{
    begin();
    line(0, "NS-1", "a")->net_pence = OWED + 1000;
    w.record[0].as.invoice_line.vat_pence = 8680;
    struct fb_invoice_line *c = credit(1, "NS-1", -1000);
    c->vat_pence = -200;
    match(2);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0) && is(1, FB_INVOICE_END_MATCHED, 0, 0));
    CU_ASSERT_TRUE(w.got.row[0].charged_pence == OWED && w.got.row[1].charged_pence == -1000 && w.got.net_pence == OWED && w.got.vat_pence == 8480);
    c->credit_line = 2; /* no such line is held */
    match(2);
    CU_ASSERT_TRUE(is(1, FB_INVOICE_END_UNMATCHED, 0, BIT(CREDITED)));
    CU_ASSERT_EQUAL(w.got.over_pence, 1000);
    c->credit_line = 1;
    c->net_pence = -OWED - 1001; /* more than was asked */
    match(2);
    CU_ASSERT_TRUE(is(1, FB_INVOICE_END_PART_MATCHED, BIT(CREDITED), 0));
}

/* What was given back wholly asks for nothing, so that the corrected line is no duplicate. */
static void test_credited_and_charged_again(void)
{
    begin();
    line(0, "NS-1", "a")->net_pence = 99999;
    credit(1, "NS-1", -99999);
    line(2, "NS-3", "b");
    match(3);
    CU_ASSERT_TRUE(is(2, FB_INVOICE_END_MATCHED, 0, 0));
    CU_ASSERT_TRUE(!w.got.duplicate && w.got.net_pence == OWED && w.got.charged && w.got.as_expected);
    CU_ASSERT_EQUAL(w.got.row[0].charged_pence, 0);
}

static void test_one_for_several_shifts(void)
{
    begin();
    line(0, "NS-1", "a");
    w.in[0].shared = true;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(SHIFTS)));
    CU_ASSERT_TRUE(!w.got.any && !w.got.charged && w.got.net_pence == 0);
    CU_ASSERT_EQUAL(w.got.row[0].expected_pence, OWED);
    line(1, "NS-2", "b"); /* this shift alone, which the first asks for already */
    match(2);
    CU_ASSERT_EQUAL(w.got.row[1].end, FB_INVOICE_END_DUPLICATE);
}

static void test_a_shift_that_fell_through(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "a");
    w.shift.stands = false;
    w.shift.minutes = 0;
    w.shift.owed_pence = 5000;
    w.shift.hour_e4 = NULL;
    l->minutes = FB_ABSENT;
    l->net_pence = 5000;
    l->vat_pence = 1000;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
    w.shift.owed_pence = FB_ABSENT; /* nobody said what its cancellation costs */
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT)));
}

/* ---- no order counts ---- */

static uint64_t sum_of(void)
{
    uint64_t h = 0;
    for (unsigned i = 0; i < w.got.n; i++) {
        const struct fb_match *m = &w.got.row[i];
        h += m->number * 1000003u + m->end * 7919u + m->differs * 31u + m->unsaid * 17u + (uint64_t)m->charged_pence * 13u +
             (uint64_t)m->expected_pence * m->number;
    }
    return h + (uint64_t)w.got.net_pence * 3u + (uint64_t)w.got.duplicate_pence * 5u + (uint64_t)w.got.paid_net_pence * 11u + (uint64_t)w.got.over_pence * 7u;
}

static void test_every_order(void)
{
    begin();
    line(0, "NS-1", "a")->net_pence = OWED + 700;
    line(1, "NS-2", "b");
    credit(2, "NS-1", -300);
    credit(3, "NS-2", -OWED);
    line(4, "NS-3", "d")->state = FB_INVOICE_STATE_PAID;
    struct fb_invoice_in_view was[LINES];
    unsigned order[LINES] = {0, 1, 2, 3, 4}, orders = 0;
    uint64_t first = 0;
    memcpy(was, w.in, sizeof was);
    do {
        for (unsigned i = 0; i < LINES; i++)
            w.in[i] = was[order[i]];
        match(LINES);
        first = orders++ == 0 ? sum_of() : first;
        CU_ASSERT_EQUAL(sum_of(), first);
    } while (fb_test_next_order(order, LINES));
    CU_ASSERT_EQUAL(orders, 120);
    CU_ASSERT_EQUAL(w.got.over_pence, 400);
    CU_ASSERT_TRUE(w.got.twice_pence == OWED && w.got.duplicate_pence == 0); /* paid: gone, and no more at risk */
}

CU_TestInfo suite_match[] = {
    {"each thing in which a line can differ", test_each_by_itself},
    {"a line's own sum", test_a_sum_that_is_wrong},
    {"what nobody can say is no difference", test_what_nobody_can_say},
    {"purchase orders of bookings that were not read", test_orders_that_were_not_read},
    {"VAT by the rules' treatment", test_vat},
    {"tolerances at their edges", test_tolerances},
    {"lines of one invoice for categories of their own", test_categories_of_one_invoice},
    {"what comes on top", test_a_supplement},
    {"the lowest by invoice day, invoice and line counts", test_the_lowest_counts},
    {"a credit takes from the line that it names", test_credits},
    {"what was credited wholly can be charged again", test_credited_and_charged_again},
    {"a line for several shifts is held against their sum elsewhere", test_one_for_several_shifts},
    {"a shift that fell through owes its charge", test_a_shift_that_fell_through},
    {"the order in which they are given changes nothing", test_every_order},
    CU_TEST_INFO_NULL,
};
