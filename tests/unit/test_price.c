#include "engine/base/prng.h"
#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

static const char *const band_codes[FB_TEST_GRADES] = {"2", "3", "4", "5", "6", "7"};

static void test_the_worked_example(void)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-10-24T19:30", "2026-10-25T08:00", 30);
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PLAIN], 0);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_UNSOCIAL], 270);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PREMIUM], 510);
    CU_ASSERT(p.card.known);
    CU_ASSERT_EQUAL(p.card.pence, 34409);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_PLAIN], 176900);
    CU_ASSERT_EQUAL(p.day, fb_day_of(2026, 10, 24));
}

static void test_a_weekday_night_is_unsocial_on_the_card_only(void)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-02T19:30", "2026-06-03T08:00", 30);
    struct fb_price p = fb_test_priced(&b);
    /* 150 plain minutes; the card turns them, and the break then comes off the dearest. */
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PLAIN], 0);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_UNSOCIAL], 720);
    CU_ASSERT_EQUAL(p.cap_minutes.in[FB_TEST_PLAIN], 120);
    CU_ASSERT_EQUAL(p.cap_minutes.in[FB_TEST_UNSOCIAL], 600);
    for (enum fb_route route = FB_ROUTE_SUBSTANTIVE; route < FB_ROUTE_END; route++) {
        bool by_card =
            route == FB_ROUTE_SUBSTANTIVE || route == FB_ROUTE_BANK || route == FB_ROUTE_COLLABORATIVE;
        b.route = route;
        p = fb_test_priced(&b);
        CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PLAIN], by_card ? 0 : 120);
        CU_ASSERT_EQUAL(p.card_minutes.in[FB_TEST_UNSOCIAL], 720);
    }
}

static void test_trial_options_override_the_pack(void)
{
    struct fb_booking b;
    struct fb_price p;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-02T19:30", "2026-06-03T08:00", 30);
    struct fb_price_options never = {FB_WHOLE_SHIFT_NEVER, FB_BREAK_FROM_DEAREST_FIRST};
    fb_price_booking(fb_test_book(), &b, &never, &p);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PLAIN], 150);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_UNSOCIAL], 570);
    CU_ASSERT_EQUAL(p.cap_minutes.in[FB_TEST_PLAIN], 150);
    struct fb_price_options always = {FB_WHOLE_SHIFT_AT_LEAST_HALF, FB_BREAK_FROM_NONE};
    fb_price_booking(fb_test_book(), &b, &always, &p);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PLAIN], 0);
    CU_ASSERT_EQUAL(p.cap_minutes.in[FB_TEST_PLAIN], 120);
}

static void test_the_pay_year_is_that_of_the_local_start(void)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-03-31T23:30", "2026-04-01T07:30", 0);
    CU_ASSERT_EQUAL(fb_test_priced(&b).card.hour_e4[FB_TEST_PLAIN], 171300);
    CU_ASSERT_EQUAL(fb_test_priced(&b).cap.cap, FB_TEST_CAP_AGREED_2025);
    /* 23:00 UTC on the last of March is midnight by the ward's clock. */
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-03-31T23:00Z", "2026-04-01T07:30Z", 0);
    CU_ASSERT_EQUAL(fb_test_priced(&b).card.hour_e4[FB_TEST_PLAIN], 176900);
    CU_ASSERT_EQUAL(fb_test_priced(&b).cap.cap, FB_TEST_CAP_AGREED_2026);
}

/* ---- what is missing ---- */
static void check_lacks(const struct fb_booking *b, enum fb_lack card, enum fb_lack charge, enum fb_lack cap)
{
    struct fb_price p = fb_test_priced(b);
    CU_ASSERT_EQUAL(p.card.lack, card);
    CU_ASSERT_EQUAL(p.card.known, card == FB_LACK_NOTHING);
    CU_ASSERT_EQUAL(p.charge.lack, charge);
    CU_ASSERT_EQUAL(p.charge.known, charge == FB_LACK_NOTHING);
    CU_ASSERT_EQUAL(p.cap.lack, cap);
    CU_ASSERT_EQUAL(p.cap.known, cap == FB_LACK_NOTHING);
    if (!p.card.known)
        CU_ASSERT_EQUAL(p.card.pence, 0);
    CU_ASSERT_EQUAL(p.cap.excess_known, p.cap.known && p.charge.known);
}

static void test_each_lack_of_the_shift(void)
{
    struct fb_booking good = fb_test_day_shift(FB_ROUTE_AGENCY, "5"), b;
    fb_test_rate_all(&good, FB_PART_WORKER_PAY, 200000, 260000, 320000);
    check_lacks(&good, FB_LACK_NOTHING, FB_LACK_NOTHING, FB_LACK_NOTHING);
    b = good;
    b.shift.staff_group = FB_STAFF_GROUP_NONE;
    check_lacks(&b, FB_LACK_STAFF_GROUP, FB_LACK_STAFF_GROUP, FB_LACK_STAFF_GROUP);
    b.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL;
    check_lacks(&b, FB_LACK_CARD, FB_LACK_CAP, FB_LACK_CAP);
    b.route = FB_ROUTE_BANK;
    check_lacks(&b, FB_LACK_CARD, FB_LACK_CARD, FB_LACK_CAP);
    b = good;
    b.shift.grade = 0;
    check_lacks(&b, FB_LACK_GRADE, FB_LACK_NOTHING, FB_LACK_GRADE);
    b.shift.grade = fb_code_of("FY1");
    check_lacks(&b, FB_LACK_GRADE, FB_LACK_NOTHING, FB_LACK_GRADE);
    b = good;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2028-06-02T07:30", "2028-06-02T19:30", 0);
    b.rates = good.rates;
    check_lacks(&b, FB_LACK_CALENDAR, FB_LACK_CALENDAR, FB_LACK_CAP);
    /* A card has no dates here, so that it outlives the pay scales; caps end with theirs. */
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2027-06-02T07:30", "2027-06-02T19:30", 0);
    b.rates = good.rates;
    check_lacks(&b, FB_LACK_PERIOD, FB_LACK_NOTHING, FB_LACK_CAP);
}

static void test_each_lack_of_the_rates(void)
{
    struct fb_booking good = fb_test_day_shift(FB_ROUTE_AGENCY, "5"), b;
    fb_test_rate_all(&good, FB_PART_WORKER_PAY, 200000, 260000, 320000);
    b = good;
    b.rates.n = 0;
    check_lacks(&b, FB_LACK_NOTHING, FB_LACK_RATES, FB_LACK_NOTHING);
    b = good;
    b.rates.unit = FB_UNIT_SESSION; /* the card pays the hour only */
    check_lacks(&b, FB_LACK_UNIT, FB_LACK_UNIT, FB_LACK_NOTHING);
    b.rates.unit = FB_UNIT_NONE;
    check_lacks(&b, FB_LACK_NOTHING, FB_LACK_UNIT, FB_LACK_NOTHING);
    b = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    fb_test_rate(&b, FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 260000);
    check_lacks(&b, FB_LACK_NOTHING, FB_LACK_CATEGORY_RATE, FB_LACK_NOTHING);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_VAT, 40000);
    check_lacks(&b, FB_LACK_NOTHING, FB_LACK_CATEGORY_RATE, FB_LACK_NOTHING);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_LEVY, 0);
    check_lacks(&b, FB_LACK_NOTHING, FB_LACK_NOTHING, FB_LACK_NOTHING);
}

static void test_every_lack_says_what_is_missing(void)
{
    for (int i = 0; i < FB_LACK_END; i++) {
        CU_ASSERT(strlen(fb_lack_text((enum fb_lack)i)) > 5);
        for (int j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(fb_lack_text((enum fb_lack)i), fb_lack_text((enum fb_lack)j));
    }
    CU_ASSERT_STRING_EQUAL(fb_lack_text(FB_LACK_END), "?");
}

static void test_without_a_card_the_cap_s_minutes_are_charged(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_price p;
    book.n_cards = 0;
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-06-02T19:30", "2026-06-03T08:00", 30);
    fb_test_rate_all(&b, FB_PART_WORKER_PAY, 100000, 200000, 300000);
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT_EQUAL(p.card.lack, FB_LACK_CARD);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_PLAIN], 120);
    CU_ASSERT(p.charge.known);
    CU_ASSERT_EQUAL(p.charge.pence, 1000 * 2 + 2000 * 10);
    CU_ASSERT(!p.off_card_known);
    book = *fb_test_book();
    book.n_caps = 0;
    b.route = FB_ROUTE_AGENCY;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT_EQUAL(p.cap.lack, FB_LACK_CAP);
    CU_ASSERT_EQUAL(p.minutes.in[FB_TEST_UNSOCIAL], 720);
    CU_ASSERT_EQUAL(p.charge.pence, 2000 * 12);
}

/* ---- properties ---- */
static struct fb_booking random_booking(struct fb_prng *r)
{
    static const enum fb_route routes[] = {FB_ROUTE_BANK, FB_ROUTE_AGENCY, FB_ROUTE_COLLABORATIVE,
                                           FB_ROUTE_OTHER, FB_ROUTE_SUBSTANTIVE};
    struct fb_booking b =
        fb_test_day_shift(routes[fb_prng_below(r, 5)], band_codes[fb_prng_below(r, FB_TEST_GRADES)]);
    b.shift.time.start_min = (int64_t)fb_day_of(2025, 4, 2) * 1440 + (int64_t)fb_prng_below(r, 725 * 1440);
    b.shift.time.end_min = b.shift.time.start_min + 1 + (int64_t)fb_prng_below(r, 1500);
    b.shift.break_min = (int64_t)fb_prng_below(r, 90);
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
        for (unsigned p = FB_PART_WORKER_PAY; p < FB_PART_END; p++)
            if (p == FB_PART_WORKER_PAY || fb_prng_below(r, 2) == 0)
                fb_test_rate(&b, (enum fb_test_category)c, (enum fb_part)p,
                             (int64_t)fb_prng_below(r, 300000));
    return b;
}

/* Never more than half a penny from num / den. */
static void check_near(int64_t pence, fb_i128 num, int64_t den)
{
    fb_i128 off = 2 * ((fb_i128)pence * den - num);
    CU_ASSERT(off <= den && -off <= den);
}

/* A share is the exact amount's whole pennies, or one more. */
static void check_share(int64_t share, int64_t num)
{
    CU_ASSERT(share >= num / 6000 && share <= num / 6000 + 1);
}

static void check_charge(const struct fb_booking *b, const struct fb_price *p)
{
    const struct fb_book *book = fb_test_book();
    int64_t part[FB_PART_END] = {0}, sum = 0, shares = 0;
    for (unsigned i = 0; i < b->rates.n; i++) {
        int32_t minutes = p->minutes.in[fb_book_category(book, b->rates.cell[i].category)];
        for (unsigned k = FB_PART_WORKER_PAY; k < FB_PART_END; k++)
            if (b->rates.cell[i].part[k] != FB_ABSENT)
                part[k] += b->rates.cell[i].part[k] * minutes;
    }
    for (unsigned k = FB_PART_WORKER_PAY; k < FB_PART_VAT; k++) {
        sum += part[k];
        shares += p->charge.part_pence[k];
        check_share(p->charge.part_pence[k], part[k]);
    }
    CU_ASSERT(p->charge.known);
    CU_ASSERT_EQUAL(shares, p->charge.pence);
    CU_ASSERT_EQUAL(p->charge.part_pence[FB_PART_NONE], 0);
    check_near(p->charge.pence, sum, 6000);
    check_near(p->charge.part_pence[FB_PART_VAT], part[FB_PART_VAT], 6000);
}

static void check_cap(const struct fb_price *p)
{
    int64_t cap = 0, excess = 0, shares = 0;
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++) {
        int64_t over = p->charge.hour_e4[c] - p->cap.hour_e4[c], minutes = p->cap_minutes.in[c];
        CU_ASSERT_EQUAL(p->cap.over >> c & 1u, over > 0 && minutes > 0);
        int64_t above = over > 0 ? over * minutes : 0;
        cap += p->cap.hour_e4[c] * minutes;
        excess += above;
        shares += p->cap.category_excess_pence[c];
        check_share(p->cap.category_excess_pence[c], above);
    }
    CU_ASSERT(p->cap.known && p->cap.excess_known);
    CU_ASSERT_EQUAL(shares, p->cap.excess_pence);
    check_near(p->cap.pence, cap, 6000);
    check_near(p->cap.excess_pence, excess, 6000);
}

/* The card's numerators, made again from the percentages that the hour rates show. */
static void check_card(const struct fb_book *book, const struct fb_price *p)
{
    const struct fb_pay_point *point = NULL;
    const struct fb_pay_period *period = fb_book_period(book, p->day);
    for (unsigned k = 0; k < FB_POINT_END; k++) {
        const struct fb_pay_point *row = &period->point[(unsigned)p->grade * FB_POINT_END + k];
        if (row->held && row->origin == p->card.point_origin)
            point = row;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(point);
    fb_i128 sum = 0;
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++) {
        sum += (fb_i128)point->num[c] * p->card_minutes.in[c];
        CU_ASSERT_EQUAL(p->card.hour_e4[c] % 100, 0);
        check_near(p->card.hour_e4[c] / 100, (fb_i128)point->num[c] * 60, book->den);
    }
    check_near(p->card.pence, sum, book->den);
}

static void test_parts_sum_and_rounding_is_near(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 42);
    for (int i = 0; i < 6000; i++) {
        struct fb_booking b = random_booking(&r);
        struct fb_price p = fb_test_priced(&b);
        int64_t length = b.shift.time.end_min - b.shift.time.start_min;
        int64_t paid = length > b.shift.break_min ? length - b.shift.break_min : 0;
        int64_t sum = 0;
        for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
            sum += p.minutes.in[c];
        CU_ASSERT_EQUAL(sum, paid);
        CU_ASSERT_EQUAL(p.card_minutes.total, paid);
        CU_ASSERT_EQUAL(p.cap_minutes.total, paid);
        check_charge(&b, &p);
        check_cap(&p);
        check_card(fb_test_book(), &p);
    }
}

CU_TestInfo suite_price[] = {
    {"the worked example comes out to the penny", test_the_worked_example},
    {"a weekday night is wholly unsocial on the card, not for the cap",
     test_a_weekday_night_is_unsocial_on_the_card_only},
    {"trial options override the pack", test_trial_options_override_the_pack},
    {"the pay year is that of the local start", test_the_pay_year_is_that_of_the_local_start},
    {"each lack of the shift is named", test_each_lack_of_the_shift},
    {"each lack of the rates is named", test_each_lack_of_the_rates},
    {"every lack says what is missing", test_every_lack_says_what_is_missing},
    {"without a card the cap's minutes are charged, and the other way round",
     test_without_a_card_the_cap_s_minutes_are_charged},
    {"parts sum to the shift and rounding is never half a penny off", test_parts_sum_and_rounding_is_near},
    CU_TEST_INFO_NULL,
};
