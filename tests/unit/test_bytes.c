#include "engine/base/bytes.h"
#include "engine/base/err.h"
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include <CUnit/CUnit.h>
#include <string.h>

static void test_fixed_widths_sort_as_numbers(void)
{
    unsigned char b[15];
    struct fb_writer w;
    fb_writer_init(&w, b, sizeof b);
    fb_put_u8(&w, 0xAB);
    fb_put_u16(&w, 0x0102);
    fb_put_u32(&w, 0x03040506u);
    fb_put_u64(&w, 0x0708090A0B0C0D0Eu);
    CU_ASSERT_FALSE(w.bad);
    CU_ASSERT_EQUAL(w.n, 15);
    CU_ASSERT_EQUAL(memcmp(b, "\xAB\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E", 15), 0);
    struct fb_reader r;
    fb_reader_init(&r, b, sizeof b);
    CU_ASSERT_EQUAL(fb_get_u8(&r), 0xAB);
    CU_ASSERT_EQUAL(fb_get_u16(&r), 0x0102);
    CU_ASSERT_EQUAL(fb_get_u32(&r), 0x03040506u);
    CU_ASSERT_EQUAL(fb_get_u64(&r), 0x0708090A0B0C0D0Eu);
    CU_ASSERT(!r.bad && r.n == r.size);
}

static void check_varint(uint64_t v)
{
    unsigned char b[20];
    struct fb_writer w;
    struct fb_reader r;
    fb_writer_init(&w, b, sizeof b);
    fb_put_varint(&w, v);
    fb_put_zigzag(&w, (int64_t)v);
    CU_ASSERT_FALSE(w.bad);
    fb_reader_init(&r, b, w.n);
    CU_ASSERT_EQUAL(fb_get_varint(&r), v);
    CU_ASSERT_EQUAL(fb_get_zigzag(&r), (int64_t)v);
    CU_ASSERT(!r.bad && r.n == r.size);
    /* Every shorter piece runs out instead of giving a number. */
    fb_reader_init(&r, b, 0);
    CU_ASSERT(fb_get_varint(&r) == 0 && r.bad);
}

static void test_varints_come_back(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 5);
    for (unsigned bit = 0; bit < 64; bit++) {
        check_varint((uint64_t)1 << bit);
        check_varint(((uint64_t)1 << bit) - 1);
        check_varint(fb_prng_next(&r) >> bit);
    }
    check_varint(UINT64_MAX);
    check_varint((uint64_t)INT64_MIN);
}

static size_t zigzag_length(int64_t v)
{
    unsigned char b[10];
    struct fb_writer w;
    fb_writer_init(&w, b, sizeof b);
    fb_put_zigzag(&w, v);
    return w.bad ? 0 : w.n;
}

static void test_small_numbers_are_short(void)
{
    CU_ASSERT_EQUAL(zigzag_length(0), 1);
    CU_ASSERT_EQUAL(zigzag_length(-64), 1);
    CU_ASSERT_EQUAL(zigzag_length(63), 1);
    CU_ASSERT_EQUAL(zigzag_length(64), 2);
    CU_ASSERT_EQUAL(zigzag_length(INT64_MIN), 10);
}

static bool varint_is_refused(const char *bytes, size_t n)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes, n);
    return fb_get_varint(&r) == 0 && r.bad;
}

static void test_one_number_has_one_encoding(void)
{
    CU_ASSERT_TRUE(varint_is_refused("\x80\x00", 2));
    CU_ASSERT_TRUE(varint_is_refused("\xFF\x80\x00", 3));
    CU_ASSERT_TRUE(varint_is_refused("\x80\x80", 2));
    CU_ASSERT_TRUE(varint_is_refused("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10));
    CU_ASSERT_TRUE(varint_is_refused("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x00", 11));
    CU_ASSERT_FALSE(varint_is_refused("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10));
}

static void test_spans(void)
{
    char b[64];
    struct fb_writer w;
    struct fb_reader r;
    fb_writer_init(&w, b, sizeof b);
    fb_put_span(&w, fb_span_of("Royal Berkshire"));
    fb_put_span(&w, (struct fb_span){NULL, 0});
    fb_put_bytes(&w, "xy", 2);
    fb_reader_init(&r, b, w.n);
    CU_ASSERT(fb_span_is(fb_get_span(&r), "Royal Berkshire"));
    CU_ASSERT_PTR_NULL(fb_get_span(&r).p);
    CU_ASSERT_FALSE(r.bad);
    CU_ASSERT_PTR_EQUAL(fb_get_bytes(&r, 2), b + w.n - 2);
    CU_ASSERT_FALSE(r.bad);
    /* A length beyond what is left, also one that would not fit a span at all. */
    fb_reader_init(&r, "\x05RTH", 4);
    CU_ASSERT(fb_get_span(&r).p == NULL && r.bad);
    fb_reader_init(&r, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01RTH", 13);
    CU_ASSERT(fb_get_span(&r).p == NULL && r.bad);
}

static void test_writer_error_stays(void)
{
    unsigned char b[4] = {9, 9, 9, 9};
    struct fb_writer w;
    fb_writer_init(&w, b, 3);
    fb_put_u16(&w, 0x0102);
    fb_put_u16(&w, 0x0304);
    CU_ASSERT_TRUE(w.bad);
    fb_put_u8(&w, 5); /* would fit, but must not close the gap */
    CU_ASSERT_TRUE(w.bad);
    CU_ASSERT_EQUAL(w.n, 2);
    CU_ASSERT(b[2] == 9 && b[3] == 9);
}

static void test_reader_error_stays(void)
{
    struct fb_reader r;
    fb_reader_init(&r, "\x01\x02\x03", 3);
    CU_ASSERT_EQUAL(fb_get_u32(&r), 0);
    CU_ASSERT_TRUE(r.bad);
    CU_ASSERT_EQUAL(fb_get_u8(&r), 0);
    CU_ASSERT_PTR_NULL(fb_get_bytes(&r, 0));
    CU_ASSERT_EQUAL(r.n, 0);
    fb_reader_init(&r, NULL, 0);
    CU_ASSERT(fb_get_u8(&r) == 0 && r.bad);
    fb_reader_init(&r, "abc", 3);
    CU_ASSERT_PTR_NULL(fb_get_bytes(&r, SIZE_MAX));
}

static void test_errors_have_words(void)
{
    CU_ASSERT_STRING_EQUAL(fb_err_text(FB_OK), "ok");
    CU_ASSERT_STRING_EQUAL(fb_err_text(FB_FULL), "no room is left");
    CU_ASSERT_PTR_NOT_NULL(fb_err_text((enum fb_err)4711));
}

CU_TestInfo suite_bytes[] = {
    {"fixed widths are big-endian, so that bytes sort as numbers", test_fixed_widths_sort_as_numbers},
    {"every varint and zigzag number comes back", test_varints_come_back},
    {"small magnitudes of either sign take one byte", test_small_numbers_are_short},
    {"a number in a longer encoding than its own is malformed", test_one_number_has_one_encoding},
    {"spans come back, and a length beyond the end is malformed", test_spans},
    {"a writer that overflowed writes nothing more", test_writer_error_stays},
    {"a reader that ran out gives nothing more", test_reader_error_stays},
    {"every error has words", test_errors_have_words},
    CU_TEST_INFO_NULL,
};
