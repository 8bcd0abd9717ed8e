#include "engine/base/span.h"
#include "tests/lib/suite.h"
#include <CUnit/CUnit.h>
#include <string.h>

static void test_comparing(void)
{
    struct fb_span absent = {NULL, 0};
    CU_ASSERT_TRUE(fb_span_is(fb_span_of("RTH"), "RTH"));
    CU_ASSERT_FALSE(fb_span_is(fb_span_of("RTH"), "RTHX"));
    CU_ASSERT_FALSE(fb_span_eq(fb_span_of("RTH"), fb_span_of("RTX")));
    CU_ASSERT_TRUE(fb_span_eq(absent, fb_span_of("")));
    CU_ASSERT_PTR_NULL(fb_span_of(NULL).p);
    CU_ASSERT(fb_span_cmp(fb_span_of("RT"), fb_span_of("RTH")) < 0);
    CU_ASSERT(fb_span_cmp(fb_span_of("RTH"), fb_span_of("RT")) > 0);
    CU_ASSERT(fb_span_cmp(fb_span_of("\xC3\xA9"), fb_span_of("z")) > 0);
    CU_ASSERT(fb_span_cmp(absent, fb_span_of("a")) < 0);
    CU_ASSERT_EQUAL(fb_span_cmp(fb_span_of("RTH"), fb_span_of("RTH")), 0);
}

static void test_text(void)
{
    static const char *const good[] = {
        "",
        "Ward 5B",
        "\xC2\xA0",
        "caf\xC3\xA9",
        "\xE2\x82\xAC",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
        "\xE0\xA0\x80",
    };
    static const char *const bad[] = {
        "a\tb",
        "a\nb",
        "\x1F",
        "\x7F", /* control characters of ASCII */
        "\xC2\x80",
        "\xC2\x9F", /* and the others */
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x9F\xBF", /* overlong forms */
        "\xF0\x8F\xBF\xBF",
        "\xE0\x80\xAF", /* more of them */
        "\xED\xA0\x80",
        "\xED\xBF\xBF", /* surrogates */
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", /* past U+10FFFF */
        "\xFF",
        "\x80",
        "a\xBFz", /* no first byte */
        "\xC3",
        "\xE2\x82",
        "\xF0\x9F\x98", /* cut off */
        "\xC3(",
        "\xE2\x82(",
        "\xF0\x9F\x98(", /* not followed */
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(fb_span_is_text(fb_span_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(fb_span_is_text(fb_span_of(bad[i])));
    CU_ASSERT_FALSE(fb_span_is_text((struct fb_span){"a\0b", 3}));
    /* The span ends inside a character that the memory goes on with. */
    CU_ASSERT_FALSE(fb_span_is_text((struct fb_span){"\xE2\x82\xAC", 2}));
}

static void test_codes(void)
{
    char out[9];
    fb_code code = 1;
    CU_ASSERT_EQUAL(fb_code_format(out, fb_code_of("RTH")), 3);
    CU_ASSERT_STRING_EQUAL(out, "RTH");
    CU_ASSERT_EQUAL(fb_code_format(out, fb_code_of("ABCDEFGH")), 8);
    CU_ASSERT_STRING_EQUAL(out, "ABCDEFGH");
    CU_ASSERT_EQUAL(fb_code_format(out, 0), 0);
    CU_ASSERT_STRING_EQUAL(out, "");
    CU_ASSERT(fb_code_of("RT") < fb_code_of("RTH"));
    CU_ASSERT(fb_code_of("RTH") < fb_code_of("RU"));
    CU_ASSERT_EQUAL(fb_code_parse(&code, fb_span_of("")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_code_parse(&code, fb_span_of("ABCDEFGHI")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_code_parse(&code, fb_span_of("A B")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_code_parse(&code, fb_span_of("\xC3\xA9")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_code_parse(&code, fb_span_of("\x7F")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_code_parse(&code, (struct fb_span){"A\0B", 3}), FB_REFUSED);
    CU_ASSERT_EQUAL(code, 1);
}

static void test_building(void)
{
    char memory[64];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, "at ");
    fb_text_add_code(&t, fb_code_of("RTH"));
    fb_text_add_span(&t, (struct fb_span){", and more", 2});
    fb_text_add_decimal(&t, 12345, 2);
    fb_text_add(&t, " over ");
    fb_text_add_int(&t, -7);
    CU_ASSERT_STRING_EQUAL(memory, "at RTH, 123.45 over -7");
    CU_ASSERT_EQUAL(t.n, strlen(memory));
    CU_ASSERT_FALSE(t.cut);
}

static void check_decimal(int64_t v, unsigned decimals, const char *expected)
{
    char memory[32];
    struct fb_text t;
    int64_t back = 0;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add_decimal(&t, v, decimals);
    CU_ASSERT_STRING_EQUAL(memory, expected);
    CU_ASSERT_EQUAL(fb_parse_decimal(&back, fb_span_of(memory), decimals), FB_OK);
    CU_ASSERT_EQUAL(back, v);
}

static void test_writing_decimals(void)
{
    check_decimal(0, 0, "0");
    check_decimal(0, 2, "0.00");
    check_decimal(5, 2, "0.05");
    check_decimal(-5, 2, "-0.05");
    check_decimal(-100, 2, "-1.00");
    check_decimal(176900, 4, "17.6900");
    check_decimal(INT64_MAX, 0, "9223372036854775807");
    check_decimal(INT64_MIN, 0, "-9223372036854775808");
    check_decimal(INT64_MIN, 18, "-9.223372036854775808");
    check_decimal(7, 18, "0.000000000000000007");
}

static void test_cutting(void)
{
    char memory[8];
    struct fb_text t;
    fb_text_init(&t, memory, 6);
    memory[6] = '#';
    fb_text_add(&t, "12345");
    CU_ASSERT_FALSE(t.cut);
    fb_text_add(&t, "6");
    CU_ASSERT_TRUE(t.cut);
    CU_ASSERT_STRING_EQUAL(memory, "12345");
    CU_ASSERT_EQUAL(memory[6], '#');
    /* The cut leaves whole characters, and nothing is put after it. */
    fb_text_init(&t, memory, 6);
    fb_text_add(&t, "abc\xE2\x82\xAC");
    CU_ASSERT_STRING_EQUAL(memory, "abc");
    fb_text_add(&t, "d");
    CU_ASSERT_STRING_EQUAL(memory, "abc");
    CU_ASSERT_TRUE(t.cut);
    fb_text_init(&t, memory, 1);
    fb_text_add_int(&t, 1);
    CU_ASSERT(t.cut && t.n == 0 && memory[0] == '\0');
}

static void check_parsed(const char *text, unsigned decimals, enum fb_err expected, int64_t value)
{
    int64_t out = 4711;
    enum fb_err e = fb_parse_decimal(&out, fb_span_of(text), decimals);
    CU_ASSERT_EQUAL(e, expected);
    CU_ASSERT_EQUAL(out, expected == FB_OK ? value : 4711);
}

static void test_reading_decimals(void)
{
    check_parsed("17.69", 4, FB_OK, 176900);
    check_parsed("17.6900", 4, FB_OK, 176900);
    check_parsed("17", 4, FB_OK, 170000);
    check_parsed("-0.0001", 4, FB_OK, -1);
    check_parsed("0017.5", 1, FB_OK, 175);
    check_parsed("0.0", 18, FB_OK, 0);
    check_parsed("17.69001", 4, FB_REFUSED, 0);
    check_parsed("17.69000", 4, FB_REFUSED, 0);
    check_parsed("17.0", 0, FB_REFUSED, 0);
    static const char *const not_numbers[] = {
        "",      "-",   ".",    ".5",  "5.", "-.5",   "+5",   " 5",           "5 ",
        "1,000", "1e3", "0x10", "--5", "5-", "1.2.3", "1.-2", "\xC2\xA3\x35", "99999999999999999999x",
    };
    for (size_t i = 0; i < sizeof not_numbers / sizeof not_numbers[0]; i++)
        check_parsed(not_numbers[i], 4, FB_REFUSED, 0);
    CU_ASSERT_EQUAL(fb_parse_decimal(&(int64_t){0}, (struct fb_span){NULL, 0}, 2), FB_REFUSED);
}

static void test_large_numbers(void)
{
    check_parsed("922337203685477.5807", 4, FB_OK, INT64_MAX);
    check_parsed("-922337203685477.5808", 4, FB_OK, INT64_MIN);
    check_parsed("922337203685477.5808", 4, FB_OVERFLOW, 0);
    check_parsed("922337203685478", 4, FB_OVERFLOW, 0);
    check_parsed("99999999999999999999999999", 0, FB_OVERFLOW, 0);
    check_parsed("18446744073709551616", 0, FB_OVERFLOW, 0);
    check_parsed("00000000000000000000000000001", 0, FB_OK, 1);
    int64_t v = 0;
    CU_ASSERT_EQUAL(fb_parse_int(&v, fb_span_of("-9223372036854775808")), FB_OK);
    CU_ASSERT_EQUAL(v, INT64_MIN);
    CU_ASSERT_EQUAL(fb_parse_int(&v, fb_span_of("9223372036854775808")), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_parse_int(&v, fb_span_of("5.0")), FB_REFUSED);
    uint64_t u = 7;
    CU_ASSERT(fb_parse_u64(&u, fb_span_of("18446744073709551615")) == FB_OK && u == UINT64_MAX);
    CU_ASSERT_EQUAL(fb_parse_u64(&u, fb_span_of("18446744073709551616")), FB_OVERFLOW);
    CU_ASSERT_EQUAL(fb_parse_u64(&u, fb_span_of("-1")), FB_REFUSED);
    CU_ASSERT(fb_parse_u64(&u, fb_span_of("")) == FB_REFUSED && u == UINT64_MAX); /* as it was */
}

CU_TestInfo suite_span[] = {
    {"spans compare by bytes, the shorter first", test_comparing},
    {"text is UTF-8 without overlong forms, surrogates or control characters", test_text},
    {"codes sort as they read and refuse what is no code", test_codes},
    {"a text is built from words, codes and numbers", test_building},
    {"decimals are written with their sign and every place, and read back", test_writing_decimals},
    {"a text that does not fit is cut between characters and stays cut", test_cutting},
    {"a decimal is read exactly or refused, never rounded", test_reading_decimals},
    {"a number that does not fit is told from one that is none", test_large_numbers},
    CU_TEST_INFO_NULL,
};
