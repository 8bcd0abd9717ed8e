#include "engine/base/prng.h"
#include "engine/store/key.h"
#include "tests/lib/suite.h"
#include <string.h>

static int order(const struct fb_key *a, const struct fb_key *b)
{
    int cmp = fb_span_cmp(fb_key_span(a), fb_key_span(b));
    return (cmp > 0) - (cmp < 0);
}

static void numbers_sort_as_their_values(void)
{
    static const uint64_t values[] = {
        0, 1, 255, 256, 65535, 65536, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
    for (size_t i = 1; i < sizeof values / sizeof values[0]; i++) {
        struct fb_key a = fb_key_u64(values[i - 1]), b = fb_key_u64(values[i]);
        CU_ASSERT_EQUAL(order(&a, &b), -1);
        CU_ASSERT_EQUAL(a.n, 8);
        if (values[i] <= UINT32_MAX) {
            a = fb_key_u32((uint32_t)values[i - 1]);
            b = fb_key_u32((uint32_t)values[i]);
            CU_ASSERT_EQUAL(order(&a, &b), -1);
            CU_ASSERT_EQUAL(a.n, 4);
        }
    }
}

static void number_keys_read_back_and_refuse_other_lengths(void)
{
    uint32_t four = 0;
    uint64_t eight = 0;
    struct fb_key a = fb_key_u32(0x01020304u), b = fb_key_u64(0x0102030405060708u);
    CU_ASSERT_EQUAL(memcmp(b.b, "\1\2\3\4\5\6\7\10", 8), 0);
    CU_ASSERT_EQUAL(fb_key_parse_u32(fb_key_span(&a), &four), FB_OK);
    CU_ASSERT_EQUAL(four, 0x01020304u);
    CU_ASSERT_EQUAL(fb_key_parse_u64(fb_key_span(&b), &eight), FB_OK);
    CU_ASSERT_EQUAL(eight, 0x0102030405060708u);
    CU_ASSERT_EQUAL(fb_key_parse_u32(fb_key_span(&b), &four), FB_DAMAGED);
    CU_ASSERT_EQUAL(fb_key_parse_u64(fb_key_span(&a), &eight), FB_DAMAGED);
    CU_ASSERT_EQUAL(fb_key_parse_u64((struct fb_span){NULL, 0}, &eight), FB_DAMAGED);
}

static void decisions_sort_by_subject_then_journal(void)
{
    struct fb_key a = fb_key_decision(7, UINT64_MAX), b = fb_key_decision(8, 0), c = fb_key_decision(8, 1);
    uint32_t subject = 0;
    uint64_t journal = 0;
    CU_ASSERT_EQUAL(order(&a, &b), -1);
    CU_ASSERT_EQUAL(order(&b, &c), -1);
    CU_ASSERT_EQUAL(fb_key_parse_decision(fb_key_span(&a), &subject, &journal), FB_OK);
    CU_ASSERT_EQUAL(subject, 7);
    CU_ASSERT_EQUAL(journal, UINT64_MAX);
    a.n--;
    CU_ASSERT_EQUAL(fb_key_parse_decision(fb_key_span(&a), &subject, &journal), FB_DAMAGED);
}

/* The order that the header states, written out as comparisons. */
#define FIELD(f)                                                                                             \
    if (a->f != b->f)                                                                                        \
    return a->f < b->f ? -1 : 1
static int cell_order(const struct fb_cell *a, fb_day known_a, const struct fb_cell *b, fb_day known_b)
{
    FIELD(week);
    FIELD(hirer);
    FIELD(ics);
    FIELD(staff_group);
    FIELD(route);
    FIELD(stage);
    FIELD(shadow);
    return (known_a > known_b) - (known_a < known_b);
}

static fb_day any_day(struct fb_prng *r)
{
    static const fb_day edges[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
    uint64_t n = fb_prng_below(r, 10);
    return n < 5 ? edges[n] : (fb_day)((int64_t)fb_prng_below(r, 40000) - 20000);
}

static void any_cell(struct fb_prng *r, struct fb_cell *cell)
{
    *cell = (struct fb_cell){
        .week = any_day(r),
        .hirer = fb_prng_below(r, 2) == 0 ? fb_code_of("RTH") : fb_prng_next(r),
        .ics = fb_prng_below(r, 2) == 0 ? fb_code_of("QU9") : 0,
        .staff_group = (uint8_t)fb_prng_below(r, 2),
        .route = (uint8_t)fb_prng_below(r, 2),
        .stage = (uint8_t)fb_prng_below(r, 2),
        .shadow = (uint8_t)fb_prng_below(r, 2),
    };
}

static void cells_sort_week_first_and_read_back(void)
{
    struct fb_prng r;
    struct fb_cell a, b;
    struct fb_posting_place again;
    fb_day known_again = 0;
    fb_prng_init(&r, 11);
    for (int i = 0; i < 20000; i++) {
        any_cell(&r, &a);
        if (fb_prng_below(&r, 3) == 0)
            any_cell(&r, &b);
        else
            b = a;
        fb_day known_a = any_day(&r), known_b = any_day(&r);
        if (fb_prng_below(&r, 2) == 0)
            b.shadow ^= 1u;
        struct fb_key ka = fb_key_total(&(struct fb_posting_place){a, 31, 1}, known_a), kb = fb_key_total(&(struct fb_posting_place){b, 31, 1}, known_b);
        CU_ASSERT_EQUAL(order(&ka, &kb), cell_order(&a, known_a, &b, known_b));
        CU_ASSERT_EQUAL(fb_key_parse_total(fb_key_span(&ka), &again, &known_again), FB_OK);
        CU_ASSERT_EQUAL(cell_order(&a, known_a, &again.cell, known_again), 0);
    }
    struct fb_key k = fb_key_total(&(struct fb_posting_place){a, 31, 1}, 0);
    k.n++;
    CU_ASSERT_EQUAL(fb_key_parse_total(fb_key_span(&k), &again, &known_again), FB_DAMAGED);
}

static void periods_and_weeks_read_back_in_order(void)
{
    fb_code a = fb_code_of("RTH"), b = fb_code_of("RXQ"), trust = 0, grade = 0;
    fb_day month = 0, week = 0;
    struct fb_key p[] = {fb_key_period(0, 400), fb_key_period(a, -31), fb_key_period(a, 31), fb_key_period(b, 0)};
    struct fb_key w[] = {fb_key_paid(-7, b, 9), fb_key_paid(7, a, 1), fb_key_paid(7, a, 2), fb_key_paid(7, b, 0)};
    for (unsigned i = 1; i < 4; i++) {
        CU_ASSERT_EQUAL(order(&p[i - 1], &p[i]), -1);
        CU_ASSERT_EQUAL(order(&w[i - 1], &w[i]), -1);
    }
    CU_ASSERT_EQUAL(fb_key_parse_period(fb_key_span(&p[1]), &trust, &month), FB_OK);
    CU_ASSERT_TRUE(trust == a && month == -31);
    CU_ASSERT_EQUAL(fb_key_parse_paid(fb_key_span(&w[0]), &week, &trust, &grade), FB_OK);
    CU_ASSERT_TRUE(week == -7 && trust == b && grade == 9);
    p[1].n--;
    w[0].n++;
    CU_ASSERT_EQUAL(fb_key_parse_period(fb_key_span(&p[1]), &trust, &month), FB_DAMAGED);
    CU_ASSERT_EQUAL(fb_key_parse_paid(fb_key_span(&w[0]), &week, &trust, &grade), FB_DAMAGED);
}

static void a_word_is_its_bytes_and_a_long_one_is_no_key(void)
{
    char longest[FB_KEY_BYTES_MAX + 2];
    struct fb_key k = fb_key_word("schema");
    CU_ASSERT_TRUE(fb_span_is(fb_key_span(&k), "schema"));
    memset(longest, 'a', sizeof longest);
    longest[FB_KEY_BYTES_MAX] = '\0';
    k = fb_key_word(longest);
    CU_ASSERT_TRUE(fb_span_is(fb_key_span(&k), longest));
    longest[FB_KEY_BYTES_MAX] = 'a';
    longest[FB_KEY_BYTES_MAX + 1] = '\0';
    k = fb_key_word(longest);
    CU_ASSERT_EQUAL(k.n, 0);
}

CU_TestInfo suite_key[] = {
    {"numbers sort as their values", numbers_sort_as_their_values},
    {"number keys read back and refuse other lengths", number_keys_read_back_and_refuse_other_lengths},
    {"decisions sort by subject, then journal", decisions_sort_by_subject_then_journal},
    {"cells sort week first, and read back", cells_sort_week_first_and_read_back},
    {"periods and weeks read back, in order", periods_and_weeks_read_back_in_order},
    {"a word is its bytes, and a long one is no key", a_word_is_its_bytes_and_a_long_one_is_no_key},
    CU_TEST_INFO_NULL,
};
