#include "engine/base/prng.h"
#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

/* ---- by hand ---- */

static int64_t half_up(fb_i128 num, fb_i128 den)
{
    return (int64_t)((2 * num + den) / (2 * den));
}

static struct fb_price priced(const struct fb_book *book, const struct fb_booking *b)
{
    struct fb_price p;
    memset(&p, 0xA5, sizeof p);
    fb_price_booking(book, b, NULL, &p);
    return p;
}

static void check_sum(const struct fb_loaded *l)
{
    int64_t sum = 0;
    for (unsigned p = 0; p < FB_PART_END; p++) {
        CU_ASSERT(l->part_pence[p] >= 0);
        sum += l->part_pence[p];
    }
    CU_ASSERT_EQUAL(sum, l->pence);
}

/* 11 plain hours at £20.00: £220.00. */
static struct fb_booking paid(enum fb_route route)
{
    struct fb_booking b = fb_test_day_shift(route, "5");
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    return b;
}

static void test_bank_pay_with_all_that_comes_on_top(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = paid(FB_ROUTE_BANK);
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.loaded.known && !p.loaded.lower_bound && !p.loaded.weak && !p.loaded.vat_unsettled);
    /* £26.554 for leave; 15 % of £246.554 less £28.16 free for 11 of 37.5 hours; 23.7 %, 0.5 %; 60p an hour. */
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_WORKER_PAY], 22000);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_WTD_HOLIDAY], 2655);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_NI], 3276);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_PENSION], 5214);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_LEVY], 110);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_OTHER_FEE], 660);
    CU_ASSERT_EQUAL(p.loaded.pence, 33915);
    check_sum(&p.loaded);
    /* On the card the same shift pays £17.69 and some an hour. */
    CU_ASSERT(p.card_loaded.known);
    CU_ASSERT_EQUAL(p.card_loaded.part_pence[FB_PART_WORKER_PAY], p.card.pence);
    CU_ASSERT(p.card_loaded.pence < p.loaded.pence);
    check_sum(&p.card_loaded);
}

static void test_what_was_sent_beats_a_percentage(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = paid(FB_ROUTE_BANK);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WTD_HOLIDAY, 20000);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_EMPLOYER_PENSION, 0);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 10000);
    struct fb_price p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_WTD_HOLIDAY], 2200);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_PENSION], 0); /* nothing is paid, which was said */
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_NI], 3208); /* 15 % of £242.00 - £28.16: 32.076 */
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_COMMISSION], 1100);
    /* What a provider takes does not hang on the card. */
    CU_ASSERT_EQUAL(p.card_loaded.part_pence[FB_PART_COMMISSION], 1100);
    CU_ASSERT(p.card_loaded.part_pence[FB_PART_EMPLOYER_PENSION] > 0);
    b = paid(FB_ROUTE_BANK);
    b.rates.pay_includes_holiday = FB_SAID_YES;
    p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_WTD_HOLIDAY], 0);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_NI], 2878); /* of £220.00 - £28.16 */
    b.rates.pay_includes_holiday = FB_SAID_NONE;
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.part_pence[FB_PART_WTD_HOLIDAY], 2655);
    book.card[FB_TEST_CARD_BANK].includes_holiday = true;
    p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_WTD_HOLIDAY], 0);
    CU_ASSERT_EQUAL(p.card_loaded.part_pence[FB_PART_WTD_HOLIDAY], 0);
    b.rates.pay_includes_holiday = FB_SAID_NO;
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.part_pence[FB_PART_WTD_HOLIDAY], 2655);
}

/* 60p an hour by the book, £6.60; 40p were sent as a fee, or £1.00 as commission, or that there is none. */
static void test_fees_that_were_sent_are_the_fees(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = paid(FB_ROUTE_BANK);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_OTHER_FEE, 4000);
    struct fb_price p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_OTHER_FEE], 440);
    CU_ASSERT_EQUAL(p.loaded.pence, 33915 - 660 + 440);
    CU_ASSERT_EQUAL(p.card_loaded.part_pence[FB_PART_OTHER_FEE], 440);
    CU_ASSERT(!p.loaded.lower_bound && !p.card_loaded.lower_bound);
    b.rates.complete = FB_SAID_NO; /* of bank pay: the on-costs that were not sent are the book's */
    CU_ASSERT(priced(&book, &b).charge.lower_bound && !priced(&book, &b).loaded.lower_bound);
    b = paid(FB_ROUTE_BANK);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 10000);
    p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_OTHER_FEE], 0);
    CU_ASSERT_EQUAL(p.loaded.pence, 33915 - 660 + 1100);
    CU_ASSERT_EQUAL(p.card_loaded.part_pence[FB_PART_OTHER_FEE], 0);
    b = paid(FB_ROUTE_BANK);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_OTHER_FEE, 0);
    p = priced(&book, &b);
    CU_ASSERT(p.loaded.pence == 33915 - 660 && !p.loaded.lower_bound);
    /* For some hours only: the least that it can be, and the book fills no gap. */
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-02T13:30", "2026-06-02T21:30", 0);
    fb_test_rate_all(&b, FB_PART_WORKER_PAY, 200000, 260000, 320000);
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.part_pence[FB_PART_OTHER_FEE], 480);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_OTHER_FEE, 4000); /* 13:30 to 20:00: 6.5 hours at 40p */
    p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_OTHER_FEE], 260);
    CU_ASSERT(p.loaded.lower_bound && p.card_loaded.lower_bound);
}

static void test_an_agency_s_charge_bears_vat_and_fees(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = paid(FB_ROUTE_AGENCY);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 40000);
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.loaded.known && !p.loaded.lower_bound && !p.card_loaded.known);
    CU_ASSERT_EQUAL(p.loaded.pence, 26400 + 5280);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_NI], 0);
    b.framework = fb_span_of("HTE");
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.pence, 26400 + 5280); /* what was sent is all that is taken */
    /* Nothing of it was sent: 1 % of £220.00. */
    struct fb_booking whole = paid(FB_ROUTE_AGENCY);
    whole.framework = b.framework;
    CU_ASSERT_EQUAL(priced(&book, &whole).loaded.part_pence[FB_PART_OTHER_FEE], 220);
    CU_ASSERT_EQUAL(priced(&book, &whole).loaded.pence, 22000 + 4400 + 220);
    /* VAT that was sent is taken as it is. */
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_VAT, 10000);
    p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_VAT], 1100);
    CU_ASSERT_EQUAL(p.loaded.vat_origin, FB_NO_ROW);
    /* Nobody says what the agency's own share is: that is no fee that nobody stated. */
    b = paid(FB_ROUTE_AGENCY);
    b.rates.complete = FB_SAID_NO;
    CU_ASSERT(priced(&book, &b).loaded.lower_bound);
    b.engagement = FB_ENGAGEMENT_OWN_COMPANY;
    p = priced(&book, &b);
    CU_ASSERT(p.loaded.known && p.loaded.vat_unsettled && p.loaded.weak);
    CU_ASSERT_EQUAL(p.loaded.weak_origin, book.vat[FB_TEST_VAT_OWN_COMPANY].origin);
    CU_ASSERT_EQUAL(p.loaded.pence, 22000);
    book.n_vats = 0;
    p = priced(&book, &b);
    CU_ASSERT(!p.loaded.known && p.loaded.lack == FB_LACK_ON_COST && p.loaded.pence == 0 && !p.loaded.weak);
}

static void test_direct_engagement_is_pay_with_on_costs_and_commission(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = paid(FB_ROUTE_AGENCY);
    b.engagement = FB_ENGAGEMENT_DIRECT;
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 40000);
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.loaded.known);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_COMMISSION], 4400);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_VAT], 880);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_EMPLOYER_PENSION], 5214);
    CU_ASSERT_EQUAL(p.loaded.pence, 22000 + 4400 + 880 + 2655 + 3276 + 5214 + 110);
    check_sum(&p.loaded);
    /* Commission that nobody sent has VAT that nobody knows. */
    b = paid(FB_ROUTE_AGENCY);
    b.engagement = FB_ENGAGEMENT_DIRECT;
    CU_ASSERT(priced(&book, &b).loaded.lower_bound);
    /* Pay that was not sent apart cannot be loaded. */
    b.rates.n = 0;
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 40000);
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.lack, FB_LACK_CATEGORY_RATE);
}

/* ---- what is missing ---- */

static void test_what_is_missing_is_said(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = paid(FB_ROUTE_BANK), none = fb_test_day_shift(FB_ROUTE_BANK, "5");
    struct fb_price p = priced(&book, &none);
    CU_ASSERT_EQUAL(memcmp(&p.loaded, &p.card_loaded, sizeof p.loaded), 0); /* nothing was sent: the card's */
    CU_ASSERT(p.loaded.known && p.loaded.pence > p.card.pence);
    none.shift.grade = 0;
    CU_ASSERT_EQUAL(priced(&book, &none).loaded.lack, FB_LACK_GRADE);
    none = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    CU_ASSERT_EQUAL(priced(&book, &none).loaded.lack, FB_LACK_RATES);
    for (unsigned i = 0; i < FB_TEST_ON_COSTS; i++) { /* a part that has no row for the route */
        book = fb_test_rich_book();
        book.on_cost[i].scope.routes = 1u << FB_ROUTE_AGENCY;
        p = priced(&book, &b);
        CU_ASSERT(!p.loaded.known && p.loaded.lack == FB_LACK_ON_COST);
    }
    book = fb_test_rich_book();
    book.fee[FB_TEST_FEE_BANK].scope.routes = 1u << FB_ROUTE_COLLABORATIVE;
    CU_ASSERT(priced(&book, &b).loaded.lower_bound);
    b.route = FB_ROUTE_SUBSTANTIVE;
    CU_ASSERT(!priced(&book, &b).loaded.lower_bound);
    book.n_on_costs = 0;
    p = priced(&book, &b);
    CU_ASSERT(!p.loaded.known && p.loaded.lack == FB_LACK_ON_COST && !p.card_loaded.known);
}

static void test_the_last_row_that_fits_wins_and_weak_rows_are_said(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_on_cost rows[FB_TEST_ON_COSTS + 2];
    struct fb_booking b = paid(FB_ROUTE_BANK);
    memcpy(rows, book.on_cost, sizeof *rows * FB_TEST_ON_COSTS);
    rows[4] = rows[5] = rows[FB_TEST_ON_COST_LEVY];
    rows[4].ppm = 10000;
    rows[5].ppm = 20000;
    rows[5].scope.trust = fb_code_of("RXQ");
    book.on_cost = rows;
    book.n_on_costs = FB_TEST_ON_COSTS + 2;
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.part_pence[FB_PART_LEVY], 220);
    rows[5].scope.trust = 0;
    rows[5].scope.until = fb_day_of(2026, 6, 2);
    CU_ASSERT_EQUAL(priced(&book, &b).loaded.part_pence[FB_PART_LEVY], 220);
    rows[5].scope.until++;
    rows[5].origin = book.vat[FB_TEST_VAT_OWN_COMPANY].origin; /* a row that is not verified */
    struct fb_price p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.loaded.part_pence[FB_PART_LEVY], 440);
    CU_ASSERT(p.loaded.weak && p.loaded.weak_origin == rows[5].origin);
}

static void test_a_part_sent_for_some_hours_is_a_lower_bound(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-02T13:30", "2026-06-02T21:30", 0);
    fb_test_rate_all(&b, FB_PART_WORKER_PAY, 200000, 260000, 320000);
    CU_ASSERT(!priced(&book, &b).loaded.lower_bound);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_LEVY, 100); /* no minutes there */
    CU_ASSERT(!priced(&book, &b).loaded.lower_bound);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_LEVY, 100);
    CU_ASSERT(priced(&book, &b).loaded.lower_bound);
    /* Of what the card gives, only what a provider takes can have been sent; by another unit nobody knows how much. */
    CU_ASSERT(!priced(&book, &b).card_loaded.lower_bound);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_COMMISSION, 100);
    CU_ASSERT(priced(&book, &b).card_loaded.lower_bound);
    fb_test_rate_all(&b, FB_PART_COMMISSION, 100, 100, 100);
    CU_ASSERT(!priced(&book, &b).card_loaded.lower_bound);
    book.fee[FB_TEST_FEE_BANK].scope.routes = 1u << FB_ROUTE_COLLABORATIVE;
    CU_ASSERT(!priced(&book, &b).card_loaded.lower_bound);
    b.rates.unit = FB_UNIT_STANDBY_PERIOD;
    CU_ASSERT(!priced(&book, &b).card_loaded.known || priced(&book, &b).card_loaded.lower_bound);
}

/* ---- against fractions worked out one by one ---- */

struct frac {
    fb_i128 num, den;
};
static fb_i128 gcd(fb_i128 a, fb_i128 b)
{
    return b == 0 ? a : gcd(b, a % b);
}
static struct frac frac(fb_i128 num, fb_i128 den)
{
    fb_i128 g = gcd(num < 0 ? -num : num, den);
    return (struct frac){num / g, den / g};
}
static struct frac plus(struct frac a, struct frac b)
{
    fb_i128 g = gcd(a.den, b.den);
    return frac(a.num * (b.den / g) + b.num * (a.den / g), a.den / g * b.den);
}
static struct frac times(struct frac a, int64_t ppm)
{
    struct frac p = frac(ppm, 1000000), x = frac(a.num, p.den), y = frac(p.num, a.den);
    return (struct frac){x.num * y.num, x.den * y.den};
}

static struct frac expect(const struct fb_book *book, struct frac pay, int64_t minutes, struct frac part[FB_PART_END])
{
    struct frac total = pay, zero = {0, 1};
    part[FB_PART_WORKER_PAY] = pay;
    part[FB_PART_WTD_HOLIDAY] = times(pay, book->on_cost[FB_TEST_ON_COST_HOLIDAY].ppm);
    for (unsigned i = FB_TEST_ON_COST_NI; i < FB_TEST_ON_COSTS; i++) {
        const struct fb_on_cost *row = &book->on_cost[i];
        struct frac base = row->on_holiday_pay ? plus(pay, part[FB_PART_WTD_HOLIDAY]) : pay;
        if (row->free_minutes > 0)
            base = plus(base, frac(-(fb_i128)row->free_pence * minutes, row->free_minutes));
        part[row->part] = times(base.num < 0 ? zero : base, row->ppm);
    }
    part[FB_PART_OTHER_FEE] = plus(frac((fb_i128)book->fee[0].num * minutes, book->den), times(pay, book->fee[0].ppm));
    for (unsigned p = FB_PART_WTD_HOLIDAY; p <= FB_PART_OTHER_FEE; p++)
        if (p != FB_PART_COMMISSION)
            total = plus(total, part[p]);
    return total;
}

static void check_parts(const struct fb_loaded *l, struct frac total, const struct frac part[FB_PART_END])
{
    CU_ASSERT_FATAL(l->known);
    check_sum(l);
    CU_ASSERT_EQUAL(l->pence, half_up(total.num, total.den)); /* rounded once */
    for (unsigned p = FB_PART_WORKER_PAY; p <= FB_PART_OTHER_FEE; p++) {
        fb_i128 off = p == FB_PART_COMMISSION ? 0 : part[p].num - (fb_i128)l->part_pence[p] * part[p].den;
        CU_ASSERT((off < 0 ? -off : off) <= (p == FB_PART_COMMISSION ? 1 : part[p].den));
    }
}

static void test_random_tables_are_exact(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_on_cost rows[FB_TEST_ON_COSTS];
    struct fb_fee fee = book.fee[0];
    struct fb_prng r;
    fb_prng_init(&r, 77);
    memcpy(rows, book.on_cost, sizeof rows);
    book.on_cost = rows;
    book.fee = &fee;
    book.n_fees = 1;
    book.card[FB_TEST_CARD_BANK].hcas = false;
    for (int i = 0; i < 3000; i++) {
        struct frac part[FB_PART_END] = {{0, 1}};
        struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
        int64_t step = i % 3 == 0 ? 1 : i % 3 == 1 ? 100 : 10000, e4 = (int64_t)fb_prng_below(&r, 2000000);
        b.shift.break_min = (int64_t)fb_prng_below(&r, 721);
        for (unsigned k = 0; k < FB_TEST_ON_COSTS; k++) {
            rows[k].ppm = (int32_t)(step * (int64_t)fb_prng_below(&r, (uint64_t)(400000 / step)));
            rows[k].on_holiday_pay = fb_prng_below(&r, 2) == 0;
            rows[k].free_minutes = k != FB_TEST_ON_COST_NI || fb_prng_below(&r, 4) == 0 ? 0 : 1 + (int64_t)fb_prng_below(&r, 2500);
            rows[k].free_pence = (int64_t)fb_prng_below(&r, 20000);
        }
        fee.num = fb_prng_below(&r, 2) == 0 ? 0 : (int64_t)fb_prng_below(&r, 100000000);
        fee.ppm = (int32_t)(step * (int64_t)fb_prng_below(&r, (uint64_t)(100000 / step)));
        fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, e4);
        struct fb_price p = priced(&book, &b);
        int64_t minutes = 720 - b.shift.break_min;
        check_parts(&p.loaded, expect(&book, frac((fb_i128)e4 * minutes, 6000), minutes, part), part);
        int64_t num = book.period[1].point[FB_TEST_BAND_5 * FB_POINT_END + FB_POINT_MID].num[FB_TEST_PLAIN];
        check_parts(&p.card_loaded, expect(&book, frac((fb_i128)num * minutes, book.den), minutes, part), part);
    }
}

static void test_figures_without_bounds_do_not_overflow(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_on_cost rows[FB_TEST_ON_COSTS];
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-01T00:00", "2026-06-08T00:00", 0);
    fb_test_rate_all(&b, FB_PART_WORKER_PAY, FB_RATE_E4_MAX, FB_RATE_E4_MAX, FB_RATE_E4_MAX);
    memcpy(rows, book.on_cost, sizeof rows);
    book.on_cost = rows;
    CU_ASSERT(priced(&book, &b).loaded.known); /* the dearest week there can be */
    for (unsigned k = 0; k < FB_TEST_ON_COSTS; k++) {
        rows[k].ppm = INT32_MAX;
        rows[k].on_holiday_pay = true;
        rows[k].free_pence = INT64_MAX;
        rows[k].free_minutes = FB_SHIFT_MINUTES_MAX - (int64_t)k;
    }
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(!p.loaded.known && p.loaded.lack == FB_LACK_ON_COST);
    rows[1].free_minutes = INT64_MAX;
    CU_ASSERT(!priced(&book, &b).loaded.known);
}

CU_TestInfo suite_loaded[] = {
    {"bank pay with all that comes on top", test_bank_pay_with_all_that_comes_on_top},
    {"what was sent beats a percentage", test_what_was_sent_beats_a_percentage},
    {"fees that were sent are the fees, and the book's stay out", test_fees_that_were_sent_are_the_fees},
    {"an agency's charge bears VAT and fees", test_an_agency_s_charge_bears_vat_and_fees},
    {"direct engagement is pay with on-costs and commission", test_direct_engagement_is_pay_with_on_costs_and_commission},
    {"what is missing is said, and nothing is guessed", test_what_is_missing_is_said},
    {"the last row that fits wins, weak rows are said", test_the_last_row_that_fits_wins_and_weak_rows_are_said},
    {"a part sent for some hours only is a lower bound", test_a_part_sent_for_some_hours_is_a_lower_bound},
    {"random tables are exact, rounded once, and parts sum", test_random_tables_are_exact},
    {"figures without bounds do not overflow", test_figures_without_bounds_do_not_overflow},
    CU_TEST_INFO_NULL,
};
