/* Lines of invoices against a shift of which something is not known, or not stated; and what a line came to, as stored bytes. */
#include "engine/core/match_form.h"
#include "tests/lib/suite.h"
#include "tests/unit/match_rig.h"
#include <string.h>

enum { MINUTES = FB_TEST_MATCH_MINUTES, OWED = FB_TEST_MATCH_OWED };
static struct fb_test_match w;
#define BIT(d) (1u << FB_DIFFERS_##d)

static struct fb_invoice_line *line(unsigned i) { return fb_test_match_line(&w, i, i == 0 ? "a" : "b"); }
static const struct fb_match *match(unsigned n) { return fb_test_match(&w, n); }

static struct fb_invoice_line *begin(void)
{
    fb_test_match_begin(&w);
    return line(0);
}

static bool is(unsigned differs, unsigned unsaid)
{
    const struct fb_match *m = match(1);
    return m->differs == differs && m->unsaid == unsaid;
}

/* ---- what one side does not state ---- */

static void test_stated_by_one_side_alone(void)
{
    struct fb_invoice_line *l = begin();
    l->purchase_order = fb_span_of("PO-9"); /* the booking has none */
    l->grade = fb_code_of("6");
    CU_ASSERT_TRUE(is(0, 0));
    w.shift.grade = fb_code_of("5");
    CU_ASSERT_TRUE(is(BIT(BAND), 0));
    l->grade = 0;
    l->units_e2 = 1000; /* without a rate they come to nothing */
    CU_ASSERT_TRUE(is(0, 0));
    l->rate_e4 = INT64_MAX;
    l->units_e2 = INT64_MAX;
    CU_ASSERT_TRUE(is(0, BIT(SUM)));
}

static void test_hours_that_nobody_knows(void)
{
    (void)begin();
    w.shift.minutes = FB_ABSENT;
    CU_ASSERT_TRUE(is(0, BIT(HOURS)));
    w.shift.stands = false; /* no hours are owed */
    w.shift.owed_pence = OWED;
    CU_ASSERT_TRUE(is(0, 0));
}

/* ---- rates ---- */

static struct fb_invoice_line *by_the_hour(int64_t rate)
{
    struct fb_invoice_line *l = begin();
    l->unit = FB_UNIT_HOUR;
    l->rate_e4 = rate;
    return l;
}

static void test_a_rate_without_a_category(void)
{
    (void)by_the_hour(424000); /* the hours cost two rates: the amount tells */
    CU_ASSERT_TRUE(is(0, 0) && w.got.row[0].expected_rate_e4 == FB_ABSENT);
    w.hour_e4[w.unsocial] = 400000;
    CU_ASSERT_TRUE(is(BIT(RATE), 0) && w.got.row[0].expected_rate_e4 == 400000);
    w.hour_e4[w.unsocial] = FB_ABSENT; /* of some of them nothing was agreed */
    CU_ASSERT_TRUE(is(0, 0) && w.got.row[0].expected_rate_e4 == FB_ABSENT);
}

static void test_a_rate_of_a_category(void)
{
    struct fb_invoice_line *l = by_the_hour(410000);
    l->category = fb_code_of("plain");
    l->minutes = FB_ABSENT; /* what it comes to nobody can say */
    CU_ASSERT_TRUE(is(BIT(RATE), BIT(HOURS)) && w.got.off_rate_pence == 0);
    l->minutes = MINUTES;
    CU_ASSERT_TRUE(is(BIT(RATE), 0) && w.got.off_rate_pence == 1000);
    l->category = fb_code_of("nosuch");
    CU_ASSERT_TRUE(is(0, 0) && w.got.row[0].expected_rate_e4 == FB_ABSENT);
}

static bool sum_is_wrong(int64_t net)
{
    line(0)->net_pence = net;
    w.record[0].as.invoice_line.minutes = FB_ABSENT;
    w.record[0].as.invoice_line.unit = FB_UNIT_HOUR;
    w.record[0].as.invoice_line.units_e2 = 733;
    w.record[0].as.invoice_line.rate_e4 = 197000;
    return fb_match_has(match(1)->differs, FB_DIFFERS_SUM);
}

/* 7 h 20 at 19.70 is 144.47; 7.33 hours at that rate would be 144.40. */
static void test_hundredths_of_an_hour(void)
{
    (void)begin();
    CU_ASSERT_TRUE(!sum_is_wrong(14447) && !sum_is_wrong(14440));
    CU_ASSERT_TRUE(sum_is_wrong(14448) && sum_is_wrong(14446) && sum_is_wrong(14439));
}

/* ---- VAT ---- */

static void test_vat_on_the_commission(void)
{
    struct fb_invoice_line *l = begin();
    w.vat.base = FB_VAT_BASE_COMMISSION;
    l->vat_pence = 600;
    CU_ASSERT_TRUE(is(0, 0));
    w.shift.commission_pence = FB_ABSENT;
    CU_ASSERT_TRUE(is(0, BIT(VAT)));
    w.shift.commission_pence = 3000;
    line(1)->billing = FB_BILLING_SUPPLEMENT; /* which has none; one charge is left */
    (void)match(2);
    CU_ASSERT_TRUE(w.got.row[0].vat_expected_pence == 600 && w.got.row[1].vat_expected_pence == FB_ABSENT);
    l->category = fb_code_of("plain");
    line(1)->category = fb_code_of("unsocial"); /* two charges share it, nobody can say how */
    (void)match(2);
    CU_ASSERT_TRUE(w.got.row[0].vat_expected_pence == FB_ABSENT && w.got.row[1].vat_expected_pence == FB_ABSENT);
}

static void test_vat_by_the_lines_own_treatment(void)
{
    static const enum fb_vat_treatment bears[] = {FB_VAT_TREATMENT_STANDARD, FB_VAT_TREATMENT_REDUCED};
    struct fb_invoice_line *l = begin();
    for (unsigned i = 0; i < 2; i++) {
        l->vat_treatment = bears[i];
        CU_ASSERT_TRUE(is(0, 0));
    }
    l->vat_treatment = FB_VAT_TREATMENT_EXEMPT;
    CU_ASSERT_TRUE(is(BIT(VAT), 0));
    l->vat_pence = 0; /* as it says, and not as the rules do */
    CU_ASSERT_TRUE(is(BIT(VAT), 0));
    l->vat_pence = FB_ABSENT;
    CU_ASSERT_TRUE(is(0, BIT(VAT)));
}

/* ---- what each of several charges was expected to be ---- */

static int64_t share(fb_code category)
{
    w.record[0].as.invoice_line.category = fb_code_of("plain");
    line(1)->category = category;
    (void)match(2);
    CU_ASSERT_TRUE(w.got.row[1].end != FB_INVOICE_END_DUPLICATE);
    return w.got.row[1].expected_pence;
}

static void test_shares(void)
{
    (void)begin();
    CU_ASSERT_EQUAL(share(fb_code_of("unsocial")), 10400);
    CU_ASSERT_EQUAL(w.got.row[0].expected_pence, OWED - 10400);
    w.hour_e4[w.unsocial] = FB_ABSENT; /* nothing was agreed: the first is expected to be all of it */
    CU_ASSERT_EQUAL(share(fb_code_of("unsocial")), 0);
    CU_ASSERT_EQUAL(w.got.row[0].expected_pence, OWED);
    CU_ASSERT_EQUAL(share(fb_code_of("nosuch")), 0);
    w.shift.hour_e4 = NULL;
    CU_ASSERT_EQUAL(share(fb_code_of("unsocial")), 0);
    w.shift.owed_pence = FB_ABSENT;
    CU_ASSERT_EQUAL(share(fb_code_of("unsocial")), FB_ABSENT);
    CU_ASSERT_EQUAL(w.got.row[0].expected_pence, FB_ABSENT);
}

/* ---- as bytes ---- */

static struct fb_match a_match(void)
{
    return (struct fb_match){.number = 7, .end = FB_INVOICE_END_MATCHED, .shared = true, .differs = BIT(VAT), .unsaid = BIT(HOURS), .charged_pence = 1,
                             .expected_pence = -2, .vat_pence = FB_ABSENT, .vat_expected_pence = 4, .minutes = 5, .expected_minutes = FB_ABSENT,
                             .rate_e4 = 7, .expected_rate_e4 = 8};
}

static bool reads(const unsigned char *bytes, size_t n, struct fb_match *out)
{
    static struct fb_match held[FB_INVOICES_MAX];
    struct fb_reader r;
    fb_reader_init(&r, bytes, n);
    bool one = fb_matches_get(&r, held) == 1;
    *out = held[0];
    return one && !r.bad && r.n == n;
}

static size_t write_match(const struct fb_match *m, unsigned char *bytes, size_t size)
{
    struct fb_writer to;
    fb_writer_init(&to, bytes, size);
    fb_matches_put(&to, m, 1);
    return to.bad ? 0 : to.n;
}

static void test_bytes(void)
{
    unsigned char bytes[64];
    struct fb_match m = a_match(), back = {0};
    size_t n = write_match(&m, bytes, sizeof bytes);
    CU_ASSERT_TRUE_FATAL(n > 0 && reads(bytes, n, &back));
    CU_ASSERT_TRUE(back.number == 7 && back.shared && !back.repeated && back.differs == BIT(VAT) && back.unsaid == BIT(HOURS) && back.expected_pence == -2 &&
                   back.vat_pence == FB_ABSENT && back.expected_minutes == FB_ABSENT && back.expected_rate_e4 == 8);
    for (size_t i = 0; i < n; i++)
        CU_ASSERT_TRUE(!reads(bytes, i, &back) && write_match(&m, bytes, i) == 0);
}

/* How many, number, end, flags, what differs, what is unsaid, figures: of one byte each. */
static void test_bytes_that_cannot_be(void)
{
    static const struct { unsigned at; unsigned char byte; } wrong[] = {
        {0, 0}, {0, 255}, {2, FB_INVOICE_END_NONE}, {2, FB_INVOICE_END_END}, {3, 64}, {3, 255}, {5, 1}, {5, 3},
    };
    static const unsigned char far_number[] = {1, 0x80, 0x80, 0x80, 0x80, 0x10, FB_INVOICE_END_MATCHED, 0, 0, 0, 0},
                               no_figure[] = {1, 7, FB_INVOICE_END_MATCHED, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
                               far_bit[] = {1, 7, FB_INVOICE_END_MATCHED, 0, 0x80, 0x80, 0x01, 0, 0}, good[] = {1, 7, FB_INVOICE_END_MATCHED, 0, 0, 0, 0};
    unsigned char bytes[64];
    struct fb_match m = a_match(), back = {0};
    m.differs = 0;
    size_t n = write_match(&m, bytes, sizeof bytes);
    CU_ASSERT_TRUE(reads(bytes, n, &back));
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        unsigned char was = bytes[wrong[i].at];
        bytes[wrong[i].at] = wrong[i].byte;
        CU_ASSERT_FALSE(reads(bytes, n, &back));
        bytes[wrong[i].at] = was;
    }
    CU_ASSERT_TRUE(reads(good, sizeof good, &back));
    CU_ASSERT_FALSE(reads(far_number, sizeof far_number, &back));
    CU_ASSERT_FALSE(reads(no_figure, sizeof no_figure, &back));
    CU_ASSERT_FALSE(reads(far_bit, sizeof far_bit, &back));
}

CU_TestInfo suite_match_edges[] = {
    {"what only one side states is no difference", test_stated_by_one_side_alone},
    {"hours that nobody knows", test_hours_that_nobody_knows},
    {"a rate without a category is held against the one rate of all hours, where they have one", test_a_rate_without_a_category},
    {"hundredths of an hour stand for minutes, and a net by those is right", test_hundredths_of_an_hour},
    {"a rate of a category, known, unknown, and without hours", test_a_rate_of_a_category},
    {"VAT on the commission, where one charge alone can bear it", test_vat_on_the_commission},
    {"VAT by the line's own treatment", test_vat_by_the_lines_own_treatment},
    {"the shares of several charges sum to the whole", test_shares},
    {"what a line came to is stored and read", test_bytes},
    {"bytes that no line comes to are refused", test_bytes_that_cannot_be},
    CU_TEST_INFO_NULL,
};
