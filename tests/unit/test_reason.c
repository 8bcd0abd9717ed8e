#include "engine/core/reason.h"
#include "tests/lib/suite.h"
#include <string.h>

static const struct row {
    enum fb_reason reason;
    int number;
    const char *name, *text;
} rows[] = {
#define X(id, n, text) {FB_REASON_##id, n, #id, text},
    FB_REASON_MAP(X)
#undef X
};
enum { ROWS = (int)(sizeof rows / sizeof rows[0]) };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void test_a_word_is_the_name_in_lower_case(void)
{
    for (int i = 0; i < ROWS; i++) {
        const char *word = fb_reason_word(rows[i].reason);
        CU_ASSERT_EQUAL_FATAL(strlen(word), strlen(rows[i].name));
        for (size_t k = 0; word[k] != '\0'; k++)
            CU_ASSERT_EQUAL(word[k], lower(rows[i].name[k]));
    }
}

static void test_numbers_are_the_order_of_precedence(void)
{
    for (int i = 0; i < ROWS; i++) {
        CU_ASSERT_EQUAL(rows[i].number, i);
        CU_ASSERT_EQUAL((int)rows[i].reason, i);
    }
}

static void test_every_text_says_something_of_its_own(void)
{
    for (int i = 0; i < ROWS; i++) {
        CU_ASSERT_STRING_EQUAL(fb_reason_text(rows[i].reason), rows[i].text);
        CU_ASSERT(strlen(rows[i].text) > 0);
        for (int j = 0; j < i; j++) {
            CU_ASSERT_STRING_NOT_EQUAL(rows[i].text, rows[j].text);
            CU_ASSERT_STRING_NOT_EQUAL(fb_reason_word(rows[i].reason), fb_reason_word(rows[j].reason));
        }
    }
}

static void test_a_number_of_a_newer_engine_has_no_text(void)
{
    CU_ASSERT_STRING_EQUAL(fb_reason_text((enum fb_reason)ROWS), "?");
    CU_ASSERT_STRING_EQUAL(fb_reason_word((enum fb_reason)1000000), "?");
}

CU_TestInfo suite_reason[] = {
    {"a reason's word is its name in lower case", test_a_word_is_the_name_in_lower_case},
    {"numbers are the order of precedence, without a hole", test_numbers_are_the_order_of_precedence},
    {"every reason has a text and a word of its own", test_every_text_says_something_of_its_own},
    {"a number that this engine does not know has no text", test_a_number_of_a_newer_engine_has_no_text},
    CU_TEST_INFO_NULL,
};
