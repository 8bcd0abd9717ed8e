#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"

/* ---- each branch of the card ---- */
static const struct branch {
    const char *sentence, *band, *own;
    enum fb_worker_kind kind;
    enum fb_point point;
    int64_t annual; /* pounds; 0: none */
    enum fb_lack lack;
} branches[] = {
    {"bank only, band 2: its point", "2", NULL, FB_WORKER_KIND_BANK_ONLY, FB_POINT_NONE, 25272,
     FB_LACK_NOTHING},
    {"bank only, band 3: top", "3", NULL, FB_WORKER_KIND_BANK_ONLY, FB_POINT_NONE, 27476, FB_LACK_NOTHING},
    {"bank only, band 4: top", "4", NULL, FB_WORKER_KIND_BANK_ONLY, FB_POINT_NONE, 31157, FB_LACK_NOTHING},
    {"bank only, band 5: middle", "5", NULL, FB_WORKER_KIND_BANK_ONLY, FB_POINT_TOP, 34592, FB_LACK_NOTHING},
    {"bank only, band 6: middle", "6", "7", FB_WORKER_KIND_BANK_ONLY, FB_POINT_NONE, 42170, FB_LACK_NOTHING},
    {"kind not known: bank only", "7", NULL, FB_WORKER_KIND_NONE, FB_POINT_NONE, 51932, FB_LACK_NOTHING},
    {"an agency's worker: bank only", "7", NULL, FB_WORKER_KIND_AGENCY, FB_POINT_NONE, 51932,
     FB_LACK_NOTHING},
    {"own band, entry", "6", "6", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_ENTRY, 39959, FB_LACK_NOTHING},
    {"own band, top", "6", "6", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_TOP, 48117, FB_LACK_NOTHING},
    {"higher shift: own point of own band", "6", "5", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_MID, 34592,
     FB_LACK_NOTHING},
    {"lower shift: top of the shift's band", "5", "7", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_ENTRY, 39043,
     FB_LACK_NOTHING},
    {"lower shift: the point need not be known", "4", "6", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_NONE, 31157,
     FB_LACK_NOTHING},
    {"band 2 has one point", "2", "2", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_NONE, 25272, FB_LACK_NOTHING},
    {"own point not known", "5", "5", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_NONE, 0, FB_LACK_WORKER_POINT},
    {"own band not known", "5", NULL, FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_TOP, 0, FB_LACK_WORKER_POINT},
    {"own band not in the book", "5", "8a", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_TOP, 0,
     FB_LACK_WORKER_POINT},
    {"band 3 has no middle", "3", "3", FB_WORKER_KIND_SUBSTANTIVE, FB_POINT_MID, 0, FB_LACK_PAY_POINT},
};

static void test_each_branch_of_the_card(void)
{
    for (size_t i = 0; i < sizeof branches / sizeof branches[0]; i++) {
        const struct branch *row = &branches[i];
        struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, row->band);
        b.worker_kind = row->kind;
        b.worker_point = row->point;
        b.worker_grade = row->own == NULL ? 0 : fb_code_of(row->own);
        struct fb_price p = fb_test_priced(&b);
        CU_ASSERT_EQUAL(p.card.lack, row->lack);
        CU_ASSERT_EQUAL(p.card.known, row->lack == FB_LACK_NOTHING);
        /* 660 plain minutes of 52.143 weeks of 37.5 hours, half up: 1955.3625 hours. */
        int64_t pence = (row->annual * 100 * 660 * 10000 / (19553625 * 6) + 5) / 10;
        CU_ASSERT_EQUAL(p.card.pence, pence);
        CU_ASSERT_EQUAL(p.card.assumed_bank_only, row->kind == FB_WORKER_KIND_NONE);
        CU_ASSERT_EQUAL(p.card.card, FB_TEST_CARD_BANK);
        CU_ASSERT_EQUAL(p.card.point_origin != FB_NO_ROW, p.card.known);
    }
}

static void test_assumed_bank_only_is_said_of_bank_shifts(void)
{
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    b.worker_kind = FB_WORKER_KIND_NONE;
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT(p.card.known && !p.card.assumed_bank_only);
    b.route = FB_ROUTE_COLLABORATIVE;
    p = fb_test_priced(&b);
    CU_ASSERT(p.card.known && p.card.assumed_bank_only);
}

/* A rule that would fit if the worker's band were lower must not be passed over for the next one. */
static void test_a_rule_that_may_fit_stops_the_search(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_card card = book.card[0];
    struct fb_card_rule rules[2] = {card.rule[3], {.grades = card.rule[3].grades, .pay_at = FB_PAY_AT_ENTRY}};
    card.rule = rules;
    card.n_rules = 2;
    book.card = &card;
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
    struct fb_price p;
    b.worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT_EQUAL(p.card.lack, FB_LACK_WORKER_POINT);
    b.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT_EQUAL(p.card.hour_e4[FB_TEST_PLAIN], 164000);
    card.n_rules = 1;
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT_EQUAL(p.card.lack, FB_LACK_CARD);
}

/* ---- pay against the card ---- */
static void test_pay_is_compared_with_the_card_by_the_penny(void)
{
    static const struct {
        fb_rate_e4 pay;
        bool off;
    } rows[] = {{176900, false}, {176950, false}, {176951, true}, {176850, false}, {176849, true}, {0, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
        fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, rows[i].pay);
        struct fb_price p = fb_test_priced(&b);
        CU_ASSERT(p.off_card_known);
        CU_ASSERT_EQUAL(p.off_card, rows[i].off);
        CU_ASSERT_EQUAL(p.off_card_in, rows[i].off ? 1u << FB_TEST_PLAIN : 0);
    }
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_COLLABORATIVE, "5");
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 186900);
    /* 11 hours at 18.69 are 205.59; the card pays 194.59(9…). */
    CU_ASSERT_EQUAL(fb_test_priced(&b).card_difference_pence, 1099);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 166900);
    CU_ASSERT_EQUAL(fb_test_priced(&b).card_difference_pence, -1101);
}

static void test_pay_is_compared_only_where_it_can_be(void)
{
    struct fb_booking good = fb_test_day_shift(FB_ROUTE_BANK, "5"), b = good;
    fb_test_rate(&good, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 500000);
    CU_ASSERT(fb_test_priced(&good).off_card_known);
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
    b = good;
    b.route = FB_ROUTE_AGENCY;
    CU_ASSERT(!fb_test_priced(&b).off_card_known && !fb_test_priced(&b).off_card);
    b.route = FB_ROUTE_SUBSTANTIVE;
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
    b = good;
    b.rates.pay_includes_holiday = FB_SAID_YES;
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
    b.rates.pay_includes_holiday = FB_SAID_NONE;
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
    b = good;
    b.rates.unit = FB_UNIT_SHIFT;
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
    b = good;
    b.shift.grade = 0;
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
}

/* 11 hours; the card pays 17.69(09…) an hour, 194.59(9…) in all. */
static void test_leave_is_in_both_or_in_neither(void)
{
    static const struct {
        bool card;
        enum fb_said pay;
        fb_rate_e4 sent, leave; /* leave FB_ABSENT: not sent */
        enum fb_compared how;
        int64_t difference;
    } rows[] = {
        {true, FB_SAID_YES, 186900, FB_ABSENT, FB_COMPARED_PAY, 1099},
        {true, FB_SAID_YES, 186900, 20000, FB_COMPARED_PAY, 1099},
        {true, FB_SAID_NO, 166900, 20000, FB_COMPARED_PAY_AND_HOLIDAY, 1099},
        {true, FB_SAID_NO, 156900, 20000, FB_COMPARED_PAY_AND_HOLIDAY, -1},
        {true, FB_SAID_NO, 186900, 0, FB_COMPARED_PAY_AND_HOLIDAY, 1099},
        {true, FB_SAID_NO, 186900, FB_ABSENT, FB_COMPARED_NOTHING, 0},
        {true, FB_SAID_NONE, 186900, 20000, FB_COMPARED_NOTHING, 0},
        {false, FB_SAID_NO, 186900, 20000, FB_COMPARED_PAY, 1099},
        {false, FB_SAID_YES, 186900, 20000, FB_COMPARED_NOTHING, 0},
        {false, FB_SAID_NONE, 186900, FB_ABSENT, FB_COMPARED_NOTHING, 0},
    };
    struct fb_book book = *fb_test_book();
    struct fb_card card = book.card[0];
    book.card = &card;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, "5");
        struct fb_price p;
        card.includes_holiday = rows[i].card;
        fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, rows[i].sent);
        fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WTD_HOLIDAY, rows[i].leave);
        b.rates.pay_includes_holiday = rows[i].pay;
        fb_price_booking(&book, &b, NULL, &p);
        CU_ASSERT_EQUAL(p.compared, rows[i].how);
        CU_ASSERT_EQUAL(p.compared_whole, rows[i].how != FB_COMPARED_NOTHING);
        CU_ASSERT_EQUAL(p.off_card_known, rows[i].how != FB_COMPARED_NOTHING);
        CU_ASSERT_EQUAL(p.off_card, rows[i].difference > 1);
        CU_ASSERT_EQUAL(p.card_difference_pence, rows[i].difference);
    }
}

/* Leave that was sent for one category only: off there is off, but the whole was not compared. */
static void test_leave_sent_for_some_hours(void)
{
    struct fb_book book = *fb_test_book();
    struct fb_card card = book.card[0];
    struct fb_booking b;
    struct fb_price p;
    card.includes_holiday = true;
    book.card = &card;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-10-24T19:30", "2026-10-25T08:00", 30);
    fb_test_rate(&b, FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 230000);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_WORKER_PAY, 253100);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_WTD_HOLIDAY, 30000);
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT(!p.off_card_known && !p.compared_whole && p.compared == FB_COMPARED_NOTHING);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_WTD_HOLIDAY, 40000);
    fb_price_booking(&book, &b, NULL, &p);
    CU_ASSERT(p.off_card && p.off_card_in == 1u << FB_TEST_PREMIUM);
    CU_ASSERT(!p.compared_whole && p.compared == FB_COMPARED_PAY_AND_HOLIDAY);
}

static void test_off_in_one_category_is_off_and_on_needs_all(void)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_BANK, "5", "2026-10-24T19:30", "2026-10-25T08:00", 30);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_WORKER_PAY, 283100);
    CU_ASSERT(!fb_test_priced(&b).off_card_known);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_WORKER_PAY, 293100);
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT(p.off_card_known && p.off_card);
    CU_ASSERT_EQUAL(p.off_card_in, 1u << FB_TEST_PREMIUM);
    fb_test_rate(&b, FB_TEST_UNSOCIAL, FB_PART_WORKER_PAY, 230000);
    fb_test_rate(&b, FB_TEST_PREMIUM, FB_PART_WORKER_PAY, 283100);
    p = fb_test_priced(&b);
    CU_ASSERT(p.off_card_known && !p.off_card);
    fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 1);
    CU_ASSERT(!fb_test_priced(&b).off_card);
}

CU_TestInfo suite_price_card[] = {
    {"each branch of the card pays what it says", test_each_branch_of_the_card},
    {"assumed bank only is said of bank shifts", test_assumed_bank_only_is_said_of_bank_shifts},
    {"a rule that may fit stops the search", test_a_rule_that_may_fit_stops_the_search},
    {"pay is compared with the card by the penny", test_pay_is_compared_with_the_card_by_the_penny},
    {"pay is compared only where it can be", test_pay_is_compared_only_where_it_can_be},
    {"pay for leave is in both of what is compared, or in neither", test_leave_is_in_both_or_in_neither},
    {"pay for leave that was sent for some hours only", test_leave_sent_for_some_hours},
    {"off in one category is off, on card needs all", test_off_in_one_category_is_off_and_on_needs_all},
    CU_TEST_INFO_NULL,
};
