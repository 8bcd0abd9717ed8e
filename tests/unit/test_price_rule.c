#include "engine/base/prng.h"
#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_price priced(const struct fb_book *book, const struct fb_booking *b)
{
    struct fb_price p;
    memset(&p, 0xA5, sizeof p);
    fb_price_booking(book, b, NULL, &p);
    return p;
}

static struct fb_price worked(const struct fb_book *book, const struct fb_booking *b, const struct fb_timesheet *t)
{
    struct fb_price p;
    memset(&p, 0xA5, sizeof p);
    fb_price_worked(book, b, t, &p);
    return p;
}

static void interval(struct fb_timesheet *t, enum fb_interval kind, const char *start, const char *end)
{
    const char *bad, *why;
    struct fb_shift_time time;
    CU_ASSERT_EQUAL_FATAL(fb_shift_resolve(&time, fb_span_of(start), fb_span_of(end), -1, &bad, &why), FB_OK);
    t->interval[t->n++] = (struct fb_interval_row){kind, time.start_min, time.end_min, 0};
}

/* ---- the supplement of a high cost area ---- */

static void test_the_supplement_follows_the_site(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    struct fb_price plain = priced(&book, &b);
    CU_ASSERT(plain.card.known && plain.card.supplement_pence == 0 && plain.card.zone_origin == FB_NO_ROW);
    CU_ASSERT_EQUAL(plain.zone, FB_TEST_ZONE_NONE);
    CU_ASSERT_EQUAL(plain.zone_origin, book.zone_row[1].origin);
    b.shift.site = fb_span_of("RTH02");
    struct fb_price p = priced(&book, &b);
    CU_ASSERT_EQUAL(p.zone, FB_TEST_ZONE_INNER);
    /* A fifth of £34,592 is £6,918 a year of 1,955.3625 hours, for eleven of them: £38.92; £3.54 an hour. */
    CU_ASSERT_EQUAL(p.card.supplement_pence, 3892);
    CU_ASSERT(p.card.pence - plain.card.pence >= 3891 && p.card.pence - plain.card.pence <= 3893);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_PLAIN], 212300);
    CU_ASSERT_EQUAL(p.card.zone_origin, book.period[1].supplement[((FB_TEST_BAND_5 * FB_POINT_END) + FB_POINT_MID) * FB_TEST_ZONES +
                                                                  FB_TEST_ZONE_INNER]
                                            .origin);
    /* It lies outside the enhancements: the same on a Sunday. */
    struct fb_booking sunday = b;
    fb_test_booking(&sunday, FB_ROUTE_BANK, "5", "2026-06-07T07:30", "2026-06-07T19:30", 60);
    sunday.shift.site = b.shift.site;
    CU_ASSERT_EQUAL(priced(&book, &sunday).card.supplement_pence, 3892);
    /* Pay that has it is on card, pay that lacks it is off. */
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 212300);
    CU_ASSERT(priced(&book, &b).off_card_known && !priced(&book, &b).off_card);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 176900);
    CU_ASSERT(priced(&book, &b).off_card);
}

static void test_a_zone_that_nobody_knows_is_a_lack(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    b.shift.hirer = fb_code_of("RYR");
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.zone == -1 && p.zone_origin == FB_NO_ROW && !p.card.known);
    CU_ASSERT_EQUAL(p.card.lack, FB_LACK_ZONE);
    b.shift.hirer = fb_code_of("RXQ");
    CU_ASSERT_EQUAL(priced(&book, &b).card.lack, FB_LACK_ZONE_RATE);
    book.card[FB_TEST_CARD_BANK].hcas = false;
    CU_ASSERT(priced(&book, &b).card.known);
    book.card[FB_TEST_CARD_BANK].hcas = true;
    struct fb_pay_period year = book.period[1];
    year.supplement = NULL;
    book.period = &year;
    book.n_periods = 1;
    CU_ASSERT_EQUAL(priced(&book, &b).card.lack, FB_LACK_ZONE_RATE);
}

static void test_own_points_have_their_own_supplement(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "6");
    b.shift.site = fb_span_of("RTH02");
    b.worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    b.worker_grade = fb_code_of("5");
    b.worker_point = FB_POINT_ENTRY;
    /* A fifth of £32,073: £6,414. */
    CU_ASSERT_EQUAL(priced(&book, &b).card.supplement_pence, (641400LL * 11 * 10000 + 9776812) / 19553625);
}

/* ---- limits ---- */

static struct fb_card_rule limited(enum fb_pay_at not_above, unsigned grade)
{
    return (struct fb_card_rule){.grades = UINT64_MAX, .pay_at = FB_PAY_AT_OWN_POINT, .not_above = not_above,
                                 .not_above_grade = (uint8_t)grade, .table = FB_NO_ROW, .origin = 3};
}

static void test_the_cheaper_of_two_points_is_paid(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_card_rule rule = limited(FB_PAY_AT_TOP, 0);
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    book.card[FB_TEST_CARD_BANK].rule = &rule;
    book.card[FB_TEST_CARD_BANK].n_rules = 1;
    b.worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    b.worker_grade = fb_code_of("7");
    b.worker_point = FB_POINT_ENTRY;
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.card.limited);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_PLAIN], 199700); /* £39,043, not £49,387 */
    CU_ASSERT_EQUAL(p.card.point_origin,
                    book.period[1].point[FB_TEST_BAND_5 * FB_POINT_END + FB_POINT_TOP].origin);
    b.shift.site = fb_span_of("RTH02"); /* with the supplement of the point that is paid */
    CU_ASSERT_EQUAL(priced(&book, &b).card.supplement_pence, (780800LL * 11 * 10000 + 9776812) / 19553625);
    b.shift.site = (struct fb_span){NULL, 0};
    rule = limited(0, FB_TEST_BAND_6 + 1);
    b.shift.grade = fb_code_of("7");
    p = priced(&book, &b);
    CU_ASSERT(p.card.limited);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_PLAIN], 246100); /* the top of band 6: £48,117 */
    b.worker_grade = fb_code_of("5");
    CU_ASSERT(!priced(&book, &b).card.limited);
    rule = limited(FB_PAY_AT_MID, 0);
    b.shift.grade = fb_code_of("3");
    CU_ASSERT_EQUAL(priced(&book, &b).card.lack, FB_LACK_PAY_POINT); /* band 3 has no middle */
}

/* Over random points, shifts and limits: never more than the point, never more than the limit, and where it did not
 * take effect exactly the point. */
static void test_a_limit_never_pays_more(void)
{
    static const char *const bands[FB_TEST_GRADES] = {"2", "3", "4", "5", "6", "7"};
    struct fb_book book = fb_test_rich_book();
    struct fb_card_rule rule;
    struct fb_prng r;
    unsigned bit = 0;
    fb_prng_init(&r, 41);
    book.card[FB_TEST_CARD_BANK].rule = &rule;
    book.card[FB_TEST_CARD_BANK].n_rules = 1;
    for (int i = 0; i < 2000; i++) {
        unsigned own = (unsigned)fb_prng_below(&r, FB_TEST_GRADES), top = (unsigned)fb_prng_below(&r, FB_TEST_GRADES);
        struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, bands[own]);
        b.shift.time.start_min += (int64_t)fb_prng_below(&r, 10080);
        b.shift.time.end_min = b.shift.time.start_min + 1 + (int64_t)fb_prng_below(&r, 2000);
        b.shift.break_min = (int64_t)fb_prng_below(&r, 60);
        b.shift.site = fb_prng_below(&r, 2) == 0 ? fb_span_of("RTH02") : (struct fb_span){NULL, 0};
        b.worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
        b.worker_grade = fb_code_of(bands[own]);
        b.worker_point = fb_prng_below(&r, 2) == 0 ? FB_POINT_ENTRY : FB_POINT_TOP;
        rule = limited(0, top + 1);
        struct fb_price p = priced(&book, &b);
        rule = limited(0, 0);
        struct fb_price point = priced(&book, &b);
        b.worker_grade = fb_code_of(bands[top]);
        b.worker_point = FB_POINT_TOP;
        struct fb_price limit = priced(&book, &b);
        CU_ASSERT(p.card.known && point.card.known && limit.card.known);
        CU_ASSERT(p.card.pence <= point.card.pence && p.card.pence <= limit.card.pence);
        CU_ASSERT(p.card.limited || p.card.pence == point.card.pence);
        CU_ASSERT(p.card.supplement_pence >= 0 && p.card.supplement_pence <= p.card.pence);
        bit += p.card.limited;
    }
    CU_ASSERT(bit > 200 && bit < 1800);
}

/* ---- tables ---- */

static struct fb_booking doctor(enum fb_unit unit, const char *band)
{
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, band);
    b.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL;
    b.rates.unit = unit;
    return b;
}

static void test_a_table_pays_by_unit(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = doctor(FB_UNIT_HOUR, "7");
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.card.known && p.card.pence == 33000 && p.card.each_pence == 0);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_PLAIN], 300000);
    CU_ASSERT_EQUAL(p.card.point_origin, book.table[0].rate[1].origin);
    b = doctor(FB_UNIT_SESSION, "7"); /* one, however long */
    p = priced(&book, &b);
    CU_ASSERT(p.card.pence == 25000 && p.card.each_pence == 25000 && p.card.unit == FB_UNIT_SESSION);
    CU_ASSERT(p.card.hour_e4[FB_TEST_PLAIN] == FB_ABSENT && !p.off_card_known);
    b = doctor(FB_UNIT_PA, "7"); /* 660 of 240 minutes */
    p = priced(&book, &b);
    CU_ASSERT(p.card.pence == 55000 && p.card.each_pence == 0 && p.card.unit == FB_UNIT_PA);
    b = doctor(FB_UNIT_STANDBY_PERIOD, "7");
    p = priced(&book, &b);
    CU_ASSERT(p.card.pence == 6001 && p.card.each_pence == 6001);
    b = doctor(FB_UNIT_DAY, "7");
    CU_ASSERT_EQUAL(priced(&book, &b).card.lack, FB_LACK_UNIT);
    b = doctor(FB_UNIT_NONE, "6");
    CU_ASSERT_EQUAL(priced(&book, &b).card.pence, 22000);
    b.shift.time.end_min += 120; /* into the evening, for which it has no rate */
    CU_ASSERT_EQUAL(priced(&book, &b).card.lack, FB_LACK_TABLE);
    b = doctor(FB_UNIT_HOUR, "5");
    CU_ASSERT_EQUAL(priced(&book, &b).card.lack, FB_LACK_TABLE);
}

/* ---- on call ---- */

static void test_a_night_on_call_has_standby_and_call_outs(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_timesheet t = {.n = 0};
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "7", "2026-06-02T18:00", "2026-06-03T08:00", FB_ABSENT);
    b.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL;
    b.rates.unit = FB_UNIT_STANDBY_PERIOD;
    interval(&t, FB_INTERVAL_STANDBY, "2026-06-02T18:00", "2026-06-03T08:00");
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-02T19:30", "2026-06-02T20:30");
    interval(&t, FB_INTERVAL_TRAVEL, "2026-06-02T20:30", "2026-06-02T21:00");
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-03T02:00", "2026-06-03T03:00");
    struct fb_price p = worked(&book, &b, &t);
    /* £60.01, half an hour at £30 and an hour and a half at £40; travel is not paid by this card. */
    CU_ASSERT(p.card.known);
    CU_ASSERT_EQUAL(p.card.pence, 6001 + 1500 + 6000);
    CU_ASSERT_EQUAL(p.card.each_pence, 6001);
    CU_ASSERT_EQUAL(p.minutes.total, 120);
    CU_ASSERT_EQUAL(p.card.unit, FB_UNIT_HOUR);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_UNSOCIAL], 400000);
    b.rates.unit = FB_UNIT_NONE; /* the same by the hour */
    CU_ASSERT_EQUAL(worked(&book, &b, &t).card.pence, 6001 + 1500 + 6000);
    t.n = 1; /* nobody called */
    p = worked(&book, &b, &t);
    CU_ASSERT(p.card.known && p.card.pence == 6001 && p.card.unit == FB_UNIT_STANDBY_PERIOD && p.minutes.total == 0);
    t.interval[t.n++] = t.interval[0]; /* two periods are two */
    CU_ASSERT_EQUAL(worked(&book, &b, &t).card.pence, 12002);
}

/* Call-outs by a rule of their own, at £6 an hour of any kind; work at £30 plain and £40 unsocial, from 20:00. A shift that is mostly
 * night is unsocial as a whole; one of which a break took every plain minute is not, and its call-outs stay what they were. */
static void test_call_outs_in_a_shift_without_plain_minutes(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_card *card = &book.card[FB_TEST_CARD_DOCTORS];
    struct fb_card_rule rules[2] = {card->rule[1], card->rule[1]};
    struct fb_table_rate rows[2] = {book.table[0].rate[1], book.table[0].rate[1]};
    struct fb_rate_table tables[2] = {{fb_span_of("work"), 1, &rows[0]}, {fb_span_of("calls"), 1, &rows[1]}};
    struct fb_timesheet t = {.n = 0};
    struct fb_booking b = doctor(FB_UNIT_HOUR, "7");
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
        rows[1].num[c] = 600 * book.den / 60;
    rules[0].intervals = 1u << FB_INTERVAL_WORKED;
    rules[1].intervals = 1u << FB_INTERVAL_CALLED_OUT;
    rules[1].table = 1;
    book.table = tables;
    book.n_tables = 2;
    card->rule = rules;
    card->n_rules = 2;
    card->whole_shift = FB_WHOLE_SHIFT_MORE_THAN_HALF;
    card->break_from = FB_BREAK_FROM_PLAIN_THEN_DEAREST;
    b.shift.break_min = 300;
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T15:00", "2026-06-02T19:00");
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-02T19:00", "2026-06-02T21:00");
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T21:00", "2026-06-02T22:00");
    struct fb_price p = worked(&book, &b, &t);
    CU_ASSERT(p.card.known && p.minutes.total == 120 && p.minutes.in[FB_TEST_PLAIN] == 0);
    CU_ASSERT_EQUAL(p.card.pence, 600 + 4000);
    t.n = 0;
    b.shift.break_min = FB_ABSENT;
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-02T19:00", "2026-06-02T20:00");
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T20:00", "2026-06-03T06:00");
    p = worked(&book, &b, &t);
    CU_ASSERT(p.card.known && p.minutes.in[FB_TEST_UNSOCIAL] == 660);
    CU_ASSERT_EQUAL(p.card.pence, 600 + 10 * 4000);
}

static void test_time_beside_work_is_paid_once(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_card_rule rules[3];
    struct fb_table_rate rows[2] = {book.table[0].rate[1], book.table[0].rate[1]};
    struct fb_rate_table tables[2] = {{fb_span_of("work"), 1, &rows[0]}, {fb_span_of("waiting"), 1, &rows[1]}};
    struct fb_timesheet t = {.n = 0};
    struct fb_booking b = doctor(FB_UNIT_HOUR, "7");
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
        rows[1].num[c] = 600 * book.den / 60; /* £6 an hour of waiting */
    rules[0] = rules[1] = rules[2] = book.card[FB_TEST_CARD_DOCTORS].rule[1];
    rules[1].table = 1;
    rules[1].intervals = 1u << FB_INTERVAL_STANDBY;
    rules[2].intervals = 1u << FB_INTERVAL_TRAVEL;
    book.table = tables;
    book.n_tables = 2;
    book.card[FB_TEST_CARD_DOCTORS].rule = rules;
    book.card[FB_TEST_CARD_DOCTORS].n_rules = 3;
    b.shift.break_min = FB_ABSENT;
    interval(&t, FB_INTERVAL_STANDBY, "2026-06-02T08:00", "2026-06-02T12:00");
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T09:00", "2026-06-02T10:00");
    interval(&t, FB_INTERVAL_TRAVEL, "2026-06-02T10:00", "2026-06-02T10:30");
    struct fb_price p = worked(&book, &b, &t);
    /* An hour at £30, three of waiting at £6, half an hour's travel at £30: only work is paid minutes. */
    CU_ASSERT_EQUAL(p.card.pence, 3000 + 1800 + 1500);
    CU_ASSERT_EQUAL(p.minutes.total, 60);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 300000);
    CU_ASSERT(!worked(&book, &b, &t).off_card_known); /* paid by more rates than one */
    /* Call-outs by a rule of their own, at a pound a minute, with the break in the work. */
    rules[0].intervals = 1u << FB_INTERVAL_WORKED;
    rules[2].intervals = 1u << FB_INTERVAL_CALLED_OUT;
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
        rows[1].num[c] = 100 * book.den;
    rules[2].table = 1;
    t.n = 0;
    interval(&t, FB_INTERVAL_WORKED, "2026-06-02T08:00", "2026-06-02T10:00");
    interval(&t, FB_INTERVAL_CALLED_OUT, "2026-06-02T09:30", "2026-06-02T10:30");
    CU_ASSERT_EQUAL(worked(&book, &b, &t).card.pence, 2 * 3000 + 30 * 100);
    b.shift.break_min = 60;
    CU_ASSERT_EQUAL(worked(&book, &b, &t).card.pence, 3000 + 30 * 100);
    interval(&t, FB_INTERVAL_BREAK, "2026-06-02T10:10", "2026-06-02T10:20");
    CU_ASSERT_EQUAL(worked(&book, &b, &t).card.pence, 2 * 3000 + 20 * 100);
}

/* ---- caps by zone, and adoption ---- */

static void test_a_cap_may_ask_for_the_zone(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_cap cap = book.cap[FB_TEST_CAP_AGREED_2026];
    static int32_t pence[FB_TEST_ZONES][FB_TEST_GRADES][FB_CATEGORIES_MAX];
    static uint16_t rows[FB_TEST_ZONES][FB_TEST_GRADES];
    for (unsigned z = 0; z < FB_TEST_ZONES; z++) {
        for (unsigned g = 0; g < FB_TEST_GRADES; g++) {
            rows[z][g] = (uint16_t)(10 * z + g);
            for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
                pence[z][g][c] = z == FB_TEST_ZONE_OUTER ? -1 : (int32_t)(1000 * (z + 1) + 10 * g + c);
        }
    }
    cap.n_zones = FB_TEST_ZONES;
    cap.pence_hour = pence[0][0];
    cap.row_origin = rows[0];
    book.cap = &cap;
    book.n_caps = 1;
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.cap.known && p.cap.hour_e4[FB_TEST_PLAIN] == 103000 && p.cap.row_origin == FB_TEST_BAND_5);
    b.shift.site = fb_span_of("RTH02");
    p = priced(&book, &b);
    CU_ASSERT(p.cap.known && p.cap.hour_e4[FB_TEST_PLAIN] == 403000 && p.cap.row_origin == 30 + FB_TEST_BAND_5);
    b.shift.hirer = fb_code_of("RXQ");
    b.shift.site = (struct fb_span){NULL, 0};
    CU_ASSERT_EQUAL(priced(&book, &b).cap.lack, FB_LACK_ZONE_RATE);
    b.shift.hirer = fb_code_of("RYR");
    p = priced(&book, &b);
    CU_ASSERT(!p.cap.known && p.cap.lack == FB_LACK_ZONE && p.cap.over == 0 && p.cap.row_origin == FB_NO_ROW);
}

static void test_nobody_is_off_a_card_that_is_not_adopted(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    book.card[FB_TEST_CARD_BANK].hcas = false;
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 500000);
    struct fb_price p = priced(&book, &b);
    CU_ASSERT(p.off_card && p.off_card_known && p.card.adoption == FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL(p.card.adoption_origin, book.card[FB_TEST_CARD_BANK].adoption[1].origin);
    int64_t difference = p.card_difference_pence;
    b.shift.hirer = fb_code_of("RXQ");
    p = priced(&book, &b);
    CU_ASSERT(!p.off_card && p.off_card_known && p.card.adoption == FB_ADOPTION_AGREED);
    CU_ASSERT_EQUAL(p.card_difference_pence, difference);
    b.shift.hirer = fb_code_of("RYR");
    p = priced(&book, &b);
    CU_ASSERT(!p.off_card && p.card.adoption == FB_ADOPTION_NONE && p.card.adoption_origin == FB_NO_ROW);
    book.card[FB_TEST_CARD_BANK].n_adoptions = 0;
    CU_ASSERT(priced(&book, &b).off_card);
}

CU_TestInfo suite_price_rule[] = {
    {"the supplement of a high cost area follows the site", test_the_supplement_follows_the_site},
    {"a zone that nobody knows is a lack", test_a_zone_that_nobody_knows_is_a_lack},
    {"a worker's own point has its own supplement", test_own_points_have_their_own_supplement},
    {"the cheaper of point and limit is paid", test_the_cheaper_of_two_points_is_paid},
    {"a limit never pays more, whatever the shift", test_a_limit_never_pays_more},
    {"a table pays by the hour, in proportion or by the piece", test_a_table_pays_by_unit},
    {"a night on call has standby and call-outs", test_a_night_on_call_has_standby_and_call_outs},
    {"call-outs in a shift of which a break took every plain minute, and in one that is mostly night", test_call_outs_in_a_shift_without_plain_minutes},
    {"time beside work is paid where a rule pays it, and once", test_time_beside_work_is_paid_once},
    {"a cap may ask for the zone", test_a_cap_may_ask_for_the_zone},
    {"nobody is off a card that is not adopted", test_nobody_is_off_a_card_that_is_not_adopted},
    CU_TEST_INFO_NULL,
};
