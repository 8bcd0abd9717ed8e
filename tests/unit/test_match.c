/* Lines of invoices against one shift: each thing in which they can differ, credits, duplicates, tolerances; and that the order in
 * which they are given changes nothing. */
#include "engine/core/match.h"
#include "engine/core/decide.h"
#include "tests/lib/books.h"
#include "tests/lib/orders.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

/* A shift of 8 hours plain at 40.00 and 2 hours unsocial at 52.00, of agency NS, on order PO-1: 424.00 owed. */
enum { MINUTES = 600, OWED = 42400, LINES = 5 };
static struct fb_book book;
static struct fb_vat vat_row;
static int32_t minutes_in[FB_CATEGORIES_MAX];
static int64_t hour_e4[FB_CATEGORIES_MAX];
static struct fb_match_shift shift;
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
    vat_row = (struct fb_vat){.base = FB_VAT_BASE_WHOLE_CHARGE, .ppm = 200000, .settled = true};
    shift = (struct fb_match_shift){.day = fb_day_of(2026, 3, 16),
                                    .stands = true,
                                    .confirmed = true,
                                    .supplier = fb_span_of("NS"),
                                    .supplier_asked = true,
                                    .n_orders = 1,
                                    .order = {fb_span_of("PO-1")},
                                    .grade = fb_code_of("5"),
                                    .minutes = MINUTES,
                                    .owed_pence = OWED,
                                    .book = &book,
                                    .minutes_in = minutes_in,
                                    .hour_e4 = hour_e4,
                                    .vat = &vat_row,
                                    .commission_pence = 3000};
}

/* A line that agrees with all of that. */
static struct fb_invoice_line *line(unsigned i, const char *invoice, const char *ref)
{
    memset(&record[i], 0, sizeof record[i]);
    record[i].env = (struct fb_envelope){.kind = FB_KIND_INVOICE_LINE, .source = fb_span_of("ledger"), .record_ref = fb_span_of(ref)};
    record[i].as.invoice_line = (struct fb_invoice_line){.hirer = fb_code_of("RTH"),
                                                         .supplier = fb_span_of("NS"),
                                                         .invoice = fb_span_of(invoice),
                                                         .line = 1,
                                                         .invoice_day = fb_day_of(2026, 3, 23),
                                                         .billing = FB_BILLING_CHARGE,
                                                         .credit_line = FB_ABSENT,
                                                         .from = shift.day,
                                                         .until = shift.day + 1,
                                                         .units_e2 = FB_ABSENT,
                                                         .minutes = MINUTES,
                                                         .rate_e4 = FB_ABSENT,
                                                         .net_pence = OWED,
                                                         .vat_pence = 8480,
                                                         .state = FB_INVOICE_STATE_RECEIVED};
    in[i] = (struct fb_invoice_in_view){.record = &record[i], .number = 10 + i};
    return &record[i].as.invoice_line;
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

static void match(unsigned n)
{
    fb_match_lines(&shift, in, n, &got);
    CU_ASSERT_EQUAL_FATAL(got.n, n);
}

static bool is(unsigned i, enum fb_invoice_end end, uint16_t differs, uint16_t unsaid)
{
    const struct fb_match *m = &got.row[i];
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
        CU_ASSERT_EQUAL(got.any, single[i].end != FB_INVOICE_END_WITHDRAWN);
        CU_ASSERT_EQUAL(got.paid, single[i].end == FB_INVOICE_END_PAID);
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
    book.invoice.apart_pence = 1;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
}

/* ---- what the shift cannot say ---- */

static void test_what_nobody_can_say(void)
{
    begin();
    line(0, "NS-1", "l");
    shift.confirmed = false;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(CONFIRMATION)));
    shift.confirmed = true;
    shift.owed_pence = shift.commission_pence = FB_ABSENT;
    shift.hour_e4 = NULL;
    shift.minutes_in = NULL;
    that_rate(&record[0].as.invoice_line);
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT) | BIT(RATE)));
    CU_ASSERT_EQUAL(got.over_pence, 0);
    shift.supplier = (struct fb_span){NULL, 0};
    shift.vat = NULL;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT) | BIT(RATE) | BIT(AGENCY) | BIT(VAT)));
    shift.supplier_asked = false; /* a bank's shift need not say who provides it */
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT) | BIT(RATE) | BIT(VAT)));
}

static void test_vat(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "l");
    vat_row.settled = false; /* where the law is open another figure is not wrong */
    l->vat_pence = 0;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(VAT)));
    vat_row = (struct fb_vat){.base = FB_VAT_BASE_COMMISSION, .ppm = 200000, .settled = true};
    l->vat_pence = 600;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
    vat_row.base = FB_VAT_BASE_NOTHING;
    l->vat_pence = 1;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, BIT(VAT), 0));
    CU_ASSERT_EQUAL(got.row[0].vat_expected_pence, 0);
}

/* ---- tolerances: at the edge, and beyond it ---- */

static void test_tolerances(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "l");
    book.invoice = (struct fb_invoice_terms){.minutes = 5, .rate_e4 = 100, .apart_pence = 3, .origin = FB_NO_ROW};
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
    CU_ASSERT_EQUAL(got.over_pence, 4);
    CU_ASSERT_EQUAL(got.off_rate_pence, 10); /* 0.0101 an hour for 10 h 6 min */
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
    CU_ASSERT_EQUAL(got.row[0].expected_pence, 32000);
    CU_ASSERT_EQUAL(got.row[1].expected_pence, 10400);
    CU_ASSERT_TRUE(got.net_pence == OWED && got.minutes == MINUTES && got.vat_pence == 8480 && !got.duplicate);
    b->category = fb_code_of("plain"); /* the same hours again */
    b->rate_e4 = FB_ABSENT;
    match(2);
    CU_ASSERT_TRUE(got.duplicate && got.row[1].end == FB_INVOICE_END_DUPLICATE);
    CU_ASSERT_EQUAL(got.duplicate_pence, 10400);
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
    CU_ASSERT_TRUE(!got.duplicate && got.net_pence == OWED + 1500 && got.over_pence == 0 && got.minutes == MINUTES);
}

static void test_the_lowest_counts(void)
{
    begin();
    line(0, "NS-2", "a");
    line(1, "NS-1", "b")->line = 2;
    line(2, "NS-1", "c");
    line(3, "NS-0", "d")->invoice_day++; /* a later day comes after all of them */
    match(4);
    CU_ASSERT_EQUAL(got.row[2].end, FB_INVOICE_END_MATCHED);
    CU_ASSERT_TRUE(got.row[0].end == FB_INVOICE_END_DUPLICATE && got.row[1].end == FB_INVOICE_END_DUPLICATE &&
                   got.row[3].end == FB_INVOICE_END_DUPLICATE);
    CU_ASSERT_EQUAL(got.duplicate_pence, 3 * OWED);
    CU_ASSERT_EQUAL(got.net_pence, OWED);
}

static void test_credits(void)
{
    begin();
    line(0, "NS-1", "a")->net_pence = OWED + 1000;
    record[0].as.invoice_line.vat_pence = 8680;
    struct fb_invoice_line *c = credit(1, "NS-1", -1000);
    c->vat_pence = -200;
    match(2);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0) && is(1, FB_INVOICE_END_MATCHED, 0, 0));
    CU_ASSERT_TRUE(got.row[0].charged_pence == OWED && got.row[1].charged_pence == -1000 && got.net_pence == OWED && got.vat_pence == 8480);
    c->credit_line = 2; /* no such line is held */
    match(2);
    CU_ASSERT_TRUE(is(1, FB_INVOICE_END_UNMATCHED, 0, BIT(CREDITED)));
    CU_ASSERT_EQUAL(got.over_pence, 1000);
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
    CU_ASSERT_TRUE(!got.duplicate && got.net_pence == OWED && got.charged && got.as_expected);
    CU_ASSERT_EQUAL(got.row[0].charged_pence, 0);
}

static void test_one_for_several_shifts(void)
{
    begin();
    line(0, "NS-1", "a");
    in[0].shared = true;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(SHIFTS)));
    CU_ASSERT_TRUE(!got.any && !got.charged && got.net_pence == 0);
    CU_ASSERT_EQUAL(got.row[0].expected_pence, OWED);
    line(1, "NS-2", "b"); /* this shift alone, which the first asks for already */
    match(2);
    CU_ASSERT_EQUAL(got.row[1].end, FB_INVOICE_END_DUPLICATE);
}

static void test_a_shift_that_fell_through(void)
{
    begin();
    struct fb_invoice_line *l = line(0, "NS-1", "a");
    shift.stands = false;
    shift.minutes = 0;
    shift.owed_pence = 5000;
    shift.hour_e4 = NULL;
    l->minutes = FB_ABSENT;
    l->net_pence = 5000;
    l->vat_pence = 1000;
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_MATCHED, 0, 0));
    shift.owed_pence = FB_ABSENT; /* nobody said what its cancellation costs */
    match(1);
    CU_ASSERT_TRUE(is(0, FB_INVOICE_END_PART_MATCHED, 0, BIT(AMOUNT)));
}

/* ---- no order counts ---- */

static uint64_t sum_of(void)
{
    uint64_t h = 0;
    for (unsigned i = 0; i < got.n; i++) {
        const struct fb_match *m = &got.row[i];
        h += m->number * 1000003u + m->end * 7919u + m->differs * 31u + m->unsaid * 17u + (uint64_t)m->charged_pence * 13u +
             (uint64_t)m->expected_pence * m->number;
    }
    return h + (uint64_t)got.net_pence * 3u + (uint64_t)got.duplicate_pence * 5u + (uint64_t)got.paid_net_pence * 11u + (uint64_t)got.over_pence * 7u;
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
    memcpy(was, in, sizeof was);
    do {
        for (unsigned i = 0; i < LINES; i++)
            in[i] = was[order[i]];
        match(LINES);
        first = orders++ == 0 ? sum_of() : first;
        CU_ASSERT_EQUAL(sum_of(), first);
    } while (fb_test_next_order(order, LINES));
    CU_ASSERT_EQUAL(orders, 120);
    CU_ASSERT_EQUAL(got.over_pence, 400);
    CU_ASSERT_TRUE(got.twice_pence == OWED && got.duplicate_pence == 0); /* paid: gone, and no more at risk */
}

CU_TestInfo suite_match[] = {
    {"each thing in which a line can differ", test_each_by_itself},
    {"a line's own sum", test_a_sum_that_is_wrong},
    {"what nobody can say is no difference", test_what_nobody_can_say},
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
