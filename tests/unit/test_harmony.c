#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/contagion.h"
#include <stdlib.h>

static const fb_day monday = 20528; /* 2026-03-16 */

static struct paid paid(const char *trust, fb_day day, int32_t minutes, int64_t paid_e4, int64_t card_e4)
{
    return (struct paid){.trust = fb_code_of(trust),
                         .grade = fb_code_of("5"),
                         .day = day,
                         .minutes = minutes,
                         .paid_e4 = paid_e4,
                         .card_e4 = card_e4,
                         .difference_e4 = card_e4 < 0 ? 0 : (paid_e4 - card_e4) * minutes / 60};
}

static void the_median_weighs_by_minutes(void)
{
    struct paid at[] = {paid("RTH", monday, 60, 200000, 210000), paid("RTH", monday, 60, 210000, 210000),
                        paid("RTH", monday, 600, 250000, 210000)};
    struct spread s;
    spread_of(at, 3, &s);
    CU_ASSERT_EQUAL(s.median_e4, 250000);
    CU_ASSERT_EQUAL(s.lower_e4, 250000); /* a quarter of twelve hours lies beyond the two short ones */
    CU_ASSERT_EQUAL(s.minutes, 720);
    CU_ASSERT_EQUAL(s.card_e4, 210000);
    /* one hour £1 below, ten hours £4 above */
    CU_ASSERT_EQUAL(s.difference_pence, -100 + 4000);
    CU_ASSERT_EQUAL(spread_quantile(at, 3, 1, 12), 200000);
    CU_ASSERT_EQUAL(spread_quantile(at, 3, 1, 6), 210000);
}

/* Most are paid a pound less than the card, and a few twice as much: the median lies below the card, the money above. */
static void against_the_card_is_where_the_money_goes(void)
{
    struct spread s;
    fb_day day = fb_day_of(2026, 3, 16);
    struct paid at[] = {paid("RTH", day, 600, 190000, 200000), paid("RTH", day, 120, 400000, 200000), paid("RTH", day, 60, 900000, -1)};
    spread_of(at, 3, &s);
    CU_ASSERT(s.median_e4 < s.card_e4);
    CU_ASSERT_EQUAL(s.difference_pence, 3000);
    CU_ASSERT_EQUAL(s.against_e1, 125); /* 30 pounds of 240 */
    at[1].difference_e4 = -at[1].difference_e4;
    spread_of(at, 2, &s);
    CU_ASSERT_EQUAL(s.against_e1, -208); /* -50 of 240 */
}

static void a_rate_without_a_card_takes_no_part_in_the_difference(void)
{
    struct paid at[] = {paid("RTH", monday, 60, 200000, -1), paid("RTH", monday, 60, 300000, 250000)};
    struct spread s;
    spread_of(at, 2, &s);
    CU_ASSERT_EQUAL(s.card_e4, 250000);
    CU_ASSERT_EQUAL(s.difference_pence, 500);
    spread_of(at, 1, &s);
    CU_ASSERT_EQUAL(s.card_e4, -1);
}

static void observations_sort_by_band_category_and_trust(void)
{
    struct paid_list l = {0};
    struct paid a = paid("RXQ", monday, 60, 3, 0), b = paid("RTH", monday, 60, 5, 0),
                c = paid("RTH", monday, 60, 4, 0);
    c.category = 1;
    CU_ASSERT_TRUE(paid_add(&l, &c) && paid_add(&l, &a) && paid_add(&l, &b));
    paid_sort(&l);
    CU_ASSERT_EQUAL(l.at[0].trust, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(l.at[1].trust, fb_code_of("RXQ"));
    CU_ASSERT_EQUAL(l.at[2].category, 1);
    free(l.at);
}

/* Four trusts and a year; each week ten hours at £20, and £24 in the weeks of a rise. */
static const char *const trusts[] = {"RTH", "RXQ", "RHW", "RNU"};
enum { TRUSTS = 4, WEEKS = 52 };

static void make(struct paid_list *l, bool rise[TRUSTS][WEEKS])
{
    *l = (struct paid_list){0};
    for (unsigned t = 0; t < TRUSTS; t++)
        for (unsigned w = 0; w < WEEKS; w++) {
            struct paid p =
                paid(trusts[t], monday + 7 * (fb_day)w, 600, rise[t][w] ? 240000 : 200000, 200000);
            CU_ASSERT_TRUE_FATAL(paid_add(l, &p));
        }
    paid_sort(l);
}

static const struct contagion_how how = {3, 14, 500, 7};

static void neighbours_that_follow_are_seen(void)
{
    bool rise[TRUSTS][WEEKS] = {{false}};
    struct paid_list l;
    struct contagion c, again;
    for (unsigned w = 6; w + 3 < WEEKS; w += 9) { /* one trust leads, the others follow within a fortnight */
        rise[0][w] = true;
        rise[1][w + 1] = rise[2][w + 2] = rise[3][w + 1] = true;
    }
    make(&l, rise);
    CU_ASSERT_TRUE(contagion_test(&l, &how, &c));
    CU_ASSERT_TRUE(c.enough);
    CU_ASSERT_EQUAL(c.trusts, TRUSTS);
    CU_ASSERT_EQUAL(c.weeks, WEEKS);
    CU_ASSERT(c.observed_e4 > c.chance_e4 + 1000);
    CU_ASSERT(c.p_e4 <= 300);
    CU_ASSERT_TRUE(contagion_test(&l, &how, &again));
    CU_ASSERT(again.p_e4 == c.p_e4 && again.chance_e4 == c.chance_e4); /* the seed is fixed */
    free(l.at);
}

static void trusts_that_rise_by_themselves_are_no_contagion(void)
{
    unsigned small = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        bool rise[TRUSTS][WEEKS] = {{false}};
        struct paid_list l;
        struct contagion c;
        struct fb_prng r;
        fb_prng_init(&r, seed);
        for (unsigned t = 0; t < TRUSTS; t++)
            for (unsigned k = 0; k < 6; k++)
                rise[t][5 + fb_prng_below(&r, WEEKS - 5)] = true;
        make(&l, rise);
        CU_ASSERT_TRUE(contagion_test(&l, &how, &c));
        small += c.enough && c.p_e4 <= 500;
        free(l.at);
    }
    CU_ASSERT(small <= 3); /* one in twenty is what five per cent means */
}

/* An award in one week at every trust: with the card it is no rise; without, it is one rise each, and nobody follows. */
static void a_step_that_everybody_takes_together_is_no_contagion(void)
{
    for (unsigned with_card = 0; with_card < 2; with_card++) {
        struct paid_list l = {0};
        struct contagion c;
        for (unsigned t = 0; t < TRUSTS; t++)
            for (unsigned w = 0; w < WEEKS; w++) {
                int64_t award = w >= 20 ? 10000 : 0, more = w >= 30 ? 10000 : 0;
                struct paid p = paid(trusts[t], monday + 7 * (fb_day)w, 600, 200000 + award + more, 200000 + (with_card == 1 ? award + more : 0));
                CU_ASSERT_TRUE_FATAL(paid_add(&l, &p));
            }
        paid_sort(&l);
        CU_ASSERT_TRUE(contagion_test(&l, &how, &c));
        CU_ASSERT_EQUAL(c.rises, with_card == 1 ? 0 : 2 * TRUSTS);
        CU_ASSERT_EQUAL(c.followed, 0);
        free(l.at);
    }
}

static void few_data_say_nothing(void)
{
    bool rise[TRUSTS][WEEKS] = {{false}};
    struct paid_list l;
    struct contagion c;
    rise[0][10] = rise[1][11] = true;
    make(&l, rise);
    CU_ASSERT_TRUE(contagion_test(&l, &how, &c));
    CU_ASSERT_FALSE(c.enough);
    CU_ASSERT_EQUAL(c.rises, 2);
    CU_ASSERT_EQUAL(c.p_e4, 0);
    free(l.at);
    l = (struct paid_list){0};
    CU_ASSERT_TRUE(contagion_test(&l, &how, &c));
    CU_ASSERT_FALSE(c.enough);
}

CU_TestInfo suite_harmony[] = {
    {"against the card is where the money goes, on whichever side the median lies", against_the_card_is_where_the_money_goes},
    {"the median weighs by minutes", the_median_weighs_by_minutes},
    {"a rate without a card takes no part in the difference",
     a_rate_without_a_card_takes_no_part_in_the_difference},
    {"observations sort by band, category and trust", observations_sort_by_band_category_and_trust},
    {"neighbours that follow are seen", neighbours_that_follow_are_seen},
    {"trusts that rise by themselves are no contagion", trusts_that_rise_by_themselves_are_no_contagion},
    {"a step that everybody takes together is no contagion", a_step_that_everybody_takes_together_is_no_contagion},
    {"few data say nothing", few_data_say_nothing},
    CU_TEST_INFO_NULL,
};
