/* A line for several shifts, shared out: whole pence, never one more or less than the line, whoever stands first; its part in each
 * shift; and how that is kept. */
#include "engine/core/decide.h"
#include "engine/base/prng.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

enum { SHIFTS_MAX = 9 };
static struct fb_match_weight by[FB_GATHER_MAX];
static struct fb_share out[FB_GATHER_MAX];

static void weigh(unsigned i, uint32_t start, int64_t pence, int64_t minutes)
{
    by[i] = (struct fb_match_weight){.start_min = start, .tie = 100 - i, .pence = pence, .minutes = minutes};
}

/* ---- the rule ---- */

static void test_by_what_is_expected(void)
{
    weigh(0, 2000, 49500, 660);
    weigh(1, 1000, 99000, 1320);
    fb_match_share(by, 2, 100000, 20000, 1980, out);
    CU_ASSERT_TRUE(out[0].net_pence == 33333 && out[1].net_pence == 66667);
    CU_ASSERT_TRUE(out[0].vat_pence == 6667 && out[1].vat_pence == 13333);
    CU_ASSERT_TRUE(out[0].minutes == 660 && out[1].minutes == 1320);
    fb_match_share(by, 2, -100000, FB_ABSENT, FB_ABSENT, out); /* a credit note alike */
    CU_ASSERT_TRUE(out[0].net_pence == -33333 && out[1].net_pence == -66667);
    CU_ASSERT_TRUE(out[0].vat_pence == FB_ABSENT && out[1].minutes == FB_ABSENT);
}

/* Of equal remainders the shift that starts first has the penny, then the lower name; not the one that was held first. */
static void test_the_remainder(void)
{
    weigh(0, 3000, 500, 60);
    weigh(1, 1000, 500, 60);
    weigh(2, 1000, 500, 60); /* of a lower name than the one before */
    fb_match_share(by, 3, 100, FB_ABSENT, FB_ABSENT, out);
    CU_ASSERT_TRUE(out[0].net_pence == 33 && out[1].net_pence == 33 && out[2].net_pence == 34);
    fb_match_share(by, 3, 101, FB_ABSENT, FB_ABSENT, out);
    CU_ASSERT_TRUE(out[0].net_pence == 33 && out[1].net_pence == 34 && out[2].net_pence == 34);
}

static void test_nothing_expected_of_any(void)
{
    weigh(0, 2000, 0, 0);
    weigh(1, 1000, 0, 0);
    fb_match_share(by, 2, 1001, FB_ABSENT, 10, out);
    CU_ASSERT_TRUE(out[0].net_pence == 500 && out[1].net_pence == 501 && out[0].minutes == 5);
}

static void test_one_that_nobody_can_price(void)
{
    weigh(0, 2000, 49500, 660);
    weigh(1, 1000, FB_ABSENT, 660);
    fb_match_share(by, 2, 1000, 200, 1320, out);
    for (unsigned i = 0; i < 2; i++)
        CU_ASSERT_TRUE(out[i].net_pence == FB_ABSENT && out[i].vat_pence == FB_ABSENT && out[i].minutes == FB_ABSENT);
    weigh(1, 1000, 49500, FB_ABSENT); /* its hours are another matter */
    fb_match_share(by, 2, 1000, 200, 1320, out);
    CU_ASSERT_TRUE(out[0].net_pence == 500 && out[1].vat_pence == 100 && out[0].minutes == FB_ABSENT);
}

/* ---- any shifts, in any order ---- */

static int64_t any_total(struct fb_prng *r)
{
    int64_t v = (int64_t)fb_prng_below(r, 1u << fb_prng_below(r, 30));
    return fb_prng_below(r, 3) == 0 ? -v : v;
}

static void turn_round(unsigned n, unsigned by_places, struct fb_match_weight *to)
{
    for (unsigned i = 0; i < n; i++)
        to[(i + by_places) % n] = by[i];
}

static void test_any_shifts(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 11);
    for (unsigned world = 0; world < 4000; world++) {
        unsigned n = 1 + (unsigned)fb_prng_below(&r, SHIFTS_MAX), places = (unsigned)fb_prng_below(&r, n);
        int64_t net = any_total(&r), vat = any_total(&r), minutes = any_total(&r), sum[3] = {0};
        struct fb_match_weight turned[SHIFTS_MAX];
        struct fb_share other[SHIFTS_MAX];
        for (unsigned i = 0; i < n; i++)
            weigh(i, (uint32_t)fb_prng_below(&r, 4), (int64_t)fb_prng_below(&r, 5) * (int64_t)fb_prng_below(&r, 60000), (int64_t)fb_prng_below(&r, 700));
        fb_match_share(by, n, net, vat, minutes, out);
        turn_round(n, places, turned);
        fb_match_share(turned, n, net, vat, minutes, other);
        for (unsigned i = 0; i < n; i++) {
            sum[0] += out[i].net_pence;
            sum[1] += out[i].vat_pence;
            sum[2] += out[i].minutes;
            CU_ASSERT_EQUAL(out[i].net_pence, other[(i + places) % n].net_pence);
            CU_ASSERT_TRUE(net < 0 ? out[i].net_pence <= 0 : out[i].net_pence >= 0);
        }
        CU_ASSERT_TRUE(sum[0] == net && sum[1] == vat && sum[2] == minutes);
    }
}

/* ---- its part in a shift ---- */

enum { OWED = 42400 };
static struct fb_book book;
static struct fb_match_shift shift;
static struct fb_record record[3];
static struct fb_invoice_in_view in[3];
static struct fb_matched got;

static struct fb_invoice_line *line(unsigned i, const char *invoice)
{
    memset(&record[i], 0, sizeof record[i]);
    record[i].env = (struct fb_envelope){.kind = FB_KIND_INVOICE_LINE, .source = fb_span_of("ledger"), .record_ref = fb_span_of(invoice)};
    record[i].as.invoice_line = (struct fb_invoice_line){.supplier = fb_span_of("NS"), .invoice = fb_span_of(invoice), .line = 1,
                                                         .billing = FB_BILLING_CHARGE, .credit_line = FB_ABSENT, .until = 8,
                                                         .units_e2 = FB_ABSENT, .minutes = 1200, .rate_e4 = FB_ABSENT,
                                                         .net_pence = 2 * OWED, .vat_pence = FB_ABSENT, .state = FB_INVOICE_STATE_RECEIVED};
    in[i] = (struct fb_invoice_in_view){.record = &record[i], .number = 10 + i};
    return &record[i].as.invoice_line;
}

static void part(unsigned i, int64_t net)
{
    in[i].shared = in[i].parted = true;
    in[i].part = (struct fb_share){.number = 7, .net_pence = net, .vat_pence = FB_ABSENT, .minutes = net == FB_ABSENT ? FB_ABSENT : 600};
}

static void begin(void)
{
    book = *fb_test_book();
    book.invoice = (struct fb_invoice_terms){.origin = FB_NO_ROW};
    shift = (struct fb_match_shift){.day = 1, .start_min = 1900, .tie = 5, .stands = true, .confirmed = true, .minutes = 600,
                                    .owed_pence = OWED, .book = &book, .commission_pence = FB_ABSENT};
    line(0, "NS-1");
    part(0, OWED + 1);
}

static void test_its_part(void)
{
    begin();
    fb_match_lines(&shift, in, 1, &got);
    CU_ASSERT_TRUE(got.any && got.charged && !got.paid && got.net_pence == OWED + 1 && got.minutes == 600);
    CU_ASSERT_EQUAL(got.over_pence, 0); /* that is the line's own to say */
    CU_ASSERT_TRUE(got.row[0].parted && got.row[0].weighed && got.row[0].by.pence == OWED && got.row[0].by.start_min == 1900);
    CU_ASSERT_EQUAL(got.row[0].charged_pence, OWED + 1);
    CU_ASSERT_EQUAL(got.row[0].unsaid, 0);
    in[0].part.net_pence = FB_ABSENT; /* one of its shifts cannot be priced */
    fb_match_lines(&shift, in, 1, &got);
    CU_ASSERT_TRUE(!got.any && !got.charged && got.unshared && got.row[0].unsaid == 1u << FB_DIFFERS_SHIFTS);
    in[0].parted = false; /* its own decision is not there yet: nobody is told anything */
    fb_match_lines(&shift, in, 1, &got);
    CU_ASSERT_TRUE(!got.any && !got.charged && !got.unshared);
}

static void test_a_shift_that_it_is_not_for(void)
{
    begin();
    in[0].elsewhere = true;
    in[0].parted = false;
    shift.owed_pence = FB_ABSENT;
    line(1, "NS-2")->net_pence = 900;
    fb_match_lines(&shift, in, 2, &got);
    CU_ASSERT_TRUE(got.row[0].by.pence == 0 && got.row[0].by.minutes == 0 && !got.unshared && !got.duplicate);
    CU_ASSERT_TRUE(got.charged && got.net_pence == 900);
}

/* More is given back than its part: it asks for nothing, and the others' parts are less by that. */
static void test_more_given_back_than_its_part(void)
{
    begin();
    struct fb_invoice_line *c = line(1, "NS-C");
    c->billing = FB_BILLING_CREDIT;
    c->credit_invoice = fb_span_of("NS-1");
    c->net_pence = -OWED - 500;
    c->minutes = FB_ABSENT;
    line(2, "NS-3")->net_pence = OWED;
    fb_match_lines(&shift, in, 2, &got);
    CU_ASSERT_TRUE(got.any && got.net_pence == -499 && got.row[1].differs == 0);
    fb_match_lines(&shift, in, 3, &got);
    CU_ASSERT_TRUE(!got.duplicate && got.net_pence == OWED - 499);
    part(1, FB_ABSENT); /* and of one of which nobody can say how much */
    fb_match_lines(&shift, in, 2, &got);
    CU_ASSERT_TRUE(got.unshared && !got.any && !got.charged);
}

/* A credit note that takes from nothing here has no part here. */
static void test_a_credit_note_without_its_line(void)
{
    begin();
    struct fb_invoice_line *c = line(0, "NS-C");
    c->billing = FB_BILLING_CREDIT;
    c->credit_invoice = fb_span_of("NS-9");
    in[0].shared = true;
    fb_match_lines(&shift, in, 1, &got);
    CU_ASSERT_TRUE(got.row[0].end == FB_INVOICE_END_UNMATCHED && got.row[0].by.pence == 0 && got.row[0].by.minutes == 0);
}

/* ---- paid again ---- */

static void test_paid_again(void)
{
    begin();
    line(0, "NS-1")->net_pence = OWED;
    line(1, "NS-2")->net_pence = OWED;
    line(2, "NS-3")->net_pence = 300;
    record[1].as.invoice_line.state = FB_INVOICE_STATE_PAID;
    fb_match_lines(&shift, in, 3, &got);
    CU_ASSERT_TRUE(got.duplicate && got.duplicate_pence == 300 && got.twice && got.twice_pence == OWED);
    CU_ASSERT_TRUE(got.paid && got.paid_net_pence == OWED && got.paid_minutes == FB_ABSENT && got.net_pence == OWED);
    record[0].as.invoice_line.state = FB_INVOICE_STATE_PAID;
    fb_match_lines(&shift, in, 3, &got);
    CU_ASSERT_TRUE(got.paid_net_pence == 2 * OWED && got.paid_minutes == 1200 && got.net_pence == OWED);
    in[1].repeated = in[1].retold = true; /* another system's word of the same line */
    fb_match_lines(&shift, in, 3, &got);
    CU_ASSERT_TRUE(!got.twice && got.paid_net_pence == OWED && got.duplicate_pence == OWED + 300);
    in[1].retold = false; /* another entry in the same ledger */
    fb_match_lines(&shift, in, 3, &got);
    CU_ASSERT_TRUE(got.twice && got.paid_net_pence == 2 * OWED);
}

/* ---- how it is kept ---- */

static struct fb_decision decision, back;
static unsigned char bytes[8192];

static void a_decision(void)
{
    memset(&decision, 0, sizeof decision);
    decision.kind = FB_KIND_INVOICE_LINE;
    decision.subject = 9;
    decision.due_ms = INT64_MAX;
    decision.n_matches = 1;
    decision.match[0] = (struct fb_match){.end = FB_INVOICE_END_PAID, .shared = true, .parted = true, .charged_pence = 7,
                                          .expected_pence = FB_ABSENT, .vat_pence = FB_ABSENT, .vat_expected_pence = FB_ABSENT,
                                          .minutes = FB_ABSENT, .expected_minutes = 3, .rate_e4 = FB_ABSENT, .expected_rate_e4 = FB_ABSENT,
                                          .weighed = true, .retold = true, .by = {70000, 3, -1, FB_ABSENT}};
    decision.n_shares = FB_GATHER_MAX;
    for (unsigned i = 0; i < FB_GATHER_MAX; i++)
        decision.share[i] = (struct fb_share){i + 1, (int64_t)i * 7 - 20, i % 2 == 0 ? FB_ABSENT : INT64_MAX, i % 3 == 0 ? FB_ABSENT : 60};
}

static void test_kept(void)
{
    a_decision();
    size_t n = fb_decision_pack(&decision, bytes, sizeof bytes);
    const struct fb_span packed = {(const char *)bytes, (uint32_t)n};
    CU_ASSERT_FATAL(n > 0);
    CU_ASSERT_EQUAL_FATAL(fb_decision_unpack(&back, packed), FB_OK);
    CU_ASSERT_EQUAL(fb_decision_has(packed), FB_HAS_MATCHES | FB_HAS_SHARES);
    const struct fb_match *m = &back.match[0];
    CU_ASSERT_TRUE(m->shared && m->parted && m->weighed && m->retold && !m->repeated && m->charged_pence == 7 && m->minutes == FB_ABSENT);
    CU_ASSERT_TRUE(m->by.start_min == 70000 && m->by.tie == 3 && m->by.pence == -1 && m->by.minutes == FB_ABSENT);
    CU_ASSERT_EQUAL_FATAL(back.n_shares, FB_GATHER_MAX);
    CU_ASSERT_EQUAL(memcmp(back.share, decision.share, sizeof back.share), 0);
    for (uint32_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_decision_unpack(&back, (struct fb_span){(const char *)bytes, cut}), FB_REFUSED);
    decision.kind = FB_KIND_BOOKING; /* only a line is shared out */
    n = fb_decision_pack(&decision, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, (struct fb_span){(const char *)bytes, (uint32_t)n}), FB_REFUSED);
    a_decision();
    decision.share[3].number = 3; /* twice */
    n = fb_decision_pack(&decision, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, (struct fb_span){(const char *)bytes, (uint32_t)n}), FB_REFUSED);
}

CU_TestInfo suite_match_share[] = {
    {"by what each shift is expected to come to", test_by_what_is_expected},
    {"the penny that is left", test_the_remainder},
    {"nothing is expected of any", test_nothing_expected_of_any},
    {"one that nobody can price", test_one_that_nobody_can_price},
    {"any shifts in any order: the parts are the line", test_any_shifts},
    {"its part in a shift", test_its_part},
    {"a shift that it is not for", test_a_shift_that_it_is_not_for},
    {"more is given back than its part", test_more_given_back_than_its_part},
    {"a credit note without its line", test_a_credit_note_without_its_line},
    {"paid again", test_paid_again},
    {"how it is kept", test_kept},
    CU_TEST_INFO_NULL,
};
