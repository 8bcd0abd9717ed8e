#include "engine/core/words.h"
#include "tests/lib/suite.h"
#include <string.h>

/* One list, walked from the same map the code is made of: word and number lead to each other, none is empty
 * or twice, numbers run from 1 upwards, and what is outside has no word. Only kinds of record have holes: numbers of kinds
 * that come later. */
struct member {
    int number;
    const char *word;
};

static void check_numbers(const struct member *m, int n, int end, bool holes)
{
    CU_ASSERT(holes || n + 1 == end);
    CU_ASSERT_EQUAL(m[n - 1].number + 1, end);
    for (int i = 0; i < n; i++) {
        CU_ASSERT_EQUAL(m[0].number, 1);
        CU_ASSERT(i == 0 || (holes ? m[i].number > m[i - 1].number : m[i].number == i + 1));
        CU_ASSERT(strlen(m[i].word) > 0);
        for (int j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(m[i].word, m[j].word);
    }
}

#define MEMBER(id, n, w) {n, w},
#define CHECK(name, PREFIX)                                                                                  \
    static void check_##name(void)                                                                           \
    {                                                                                                        \
        static const struct member list[] = {FB_##PREFIX##_MAP(MEMBER)};                                     \
        int n = (int)(sizeof list / sizeof list[0]);                                                         \
        check_numbers(list, n, (int)FB_##PREFIX##_END, strcmp(#name, "kind") == 0);                          \
        for (int i = 0; i < n; i++) {                                                                        \
            enum fb_##name v = (enum fb_##name)list[i].number;                                               \
            CU_ASSERT_STRING_EQUAL(fb_##name##_word(v), list[i].word);                                       \
            CU_ASSERT_EQUAL(fb_##name##_find(fb_span_of(list[i].word)), v);                                  \
            CU_ASSERT(fb_##name##_known(list[i].number));                                                    \
        }                                                                                                    \
        CU_ASSERT_STRING_EQUAL(fb_##name##_word(FB_##PREFIX##_NONE), "?");                                   \
        CU_ASSERT(!fb_##name##_known(0));                                                                    \
        CU_ASSERT(!fb_##name##_known(-1));                                                                   \
        CU_ASSERT(!fb_##name##_known(FB_##PREFIX##_END));                                                              \
        CU_ASSERT(!fb_##name##_known((int64_t)1 << 32 | 1));                                                 \
        CU_ASSERT_EQUAL(fb_##name##_find(fb_span_of("")), FB_##PREFIX##_NONE);                               \
        CU_ASSERT_EQUAL(fb_##name##_find(fb_span_of("nothing of ours")), FB_##PREFIX##_NONE);                \
    }
FB_WORDS(CHECK)

static void test_every_list_both_ways(void)
{
#define RUN(name, PREFIX) check_##name();
    FB_WORDS(RUN)
    CU_ASSERT(!fb_kind_known(15) && !fb_kind_known(20));
    CU_ASSERT_STRING_EQUAL(fb_kind_word((enum fb_kind)15), "?");
}

static void test_a_word_is_matched_whole(void)
{
    CU_ASSERT_EQUAL(fb_route_find((struct fb_span){"banking", 4}), FB_ROUTE_BANK);
    CU_ASSERT_EQUAL(fb_route_find(fb_span_of("banking")), FB_ROUTE_NONE);
    CU_ASSERT_EQUAL(fb_route_find(fb_span_of("ban")), FB_ROUTE_NONE);
    CU_ASSERT_EQUAL(fb_route_find(fb_span_of("Bank")), FB_ROUTE_NONE);
    CU_ASSERT_EQUAL(fb_route_find((struct fb_span){NULL, 0}), FB_ROUTE_NONE);
}

static void test_numbers_on_the_wire_stay(void)
{
    CU_ASSERT_EQUAL(FB_KIND_BOOKING, 4);
    CU_ASSERT_EQUAL(FB_ROUTE_AGENCY, 4);
    CU_ASSERT_EQUAL(FB_STAFF_GROUP_NURSING_MIDWIFERY, 3);
    CU_ASSERT_EQUAL(FB_PART_VAT, 8);
    CU_ASSERT_EQUAL(FB_SEVERITY_BREACH, 5);
    CU_ASSERT_EQUAL(FB_WHOLE_SHIFT_MORE_THAN_HALF, 2);
}

CU_TestInfo suite_words[] = {
    {"every list leads from number to word and back", test_every_list_both_ways},
    {"a word is matched whole and in its own case", test_a_word_is_matched_whole},
    {"numbers that are on the wire stay what they are", test_numbers_on_the_wire_stay},
    CU_TEST_INFO_NULL,
};
