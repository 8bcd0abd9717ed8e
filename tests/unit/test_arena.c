#include "engine/base/arena.h"
#include "tests/lib/suite.h"
#include <CUnit/CUnit.h>
#include <string.h>
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#ifdef UNDER_ASAN
#include <sanitizer/asan_interface.h>
#endif

static unsigned char memory[256 + 1];

static void test_pieces_are_aligned(void)
{
    struct fb_arena a;
    /* Whatever the caller's memory begins at. */
    fb_arena_init(&a, memory + 1, 256);
    unsigned char *first = fb_arena_get(&a, 3);
    unsigned char *second = fb_arena_get(&a, 5);
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_PTR_NOT_NULL_FATAL(second);
    CU_ASSERT_EQUAL((uintptr_t)first % 16, 0);
    CU_ASSERT_EQUAL((uintptr_t)second % 16, 0);
    CU_ASSERT(second >= first + 3);
    memset(first, 1, 3);
    memset(second, 2, 5);
    CU_ASSERT_EQUAL(first[2], 1);
}

static void test_size_is_the_limit(void)
{
    static _Alignas(16) unsigned char exact[64];
    struct fb_arena a;
    fb_arena_init(&a, exact, sizeof exact);
    CU_ASSERT_PTR_NULL(fb_arena_get(&a, 65));
    CU_ASSERT_PTR_NULL(fb_arena_get(&a, SIZE_MAX));
    CU_ASSERT_EQUAL(a.used, 0);
    CU_ASSERT_PTR_NOT_NULL(fb_arena_get(&a, 49));
    CU_ASSERT_PTR_NULL(fb_arena_get(&a, 1));
    CU_ASSERT_EQUAL(a.used, 49);
    fb_arena_reset(&a);
    CU_ASSERT_PTR_EQUAL(fb_arena_get(&a, 64), exact);
    fb_arena_init(&a, NULL, 0);
    CU_ASSERT_PTR_NULL(fb_arena_get(&a, 0));
    fb_arena_reset(&a);
}

static void test_zeroed_and_copied(void)
{
    struct fb_arena a;
    fb_arena_init(&a, memory, 128);
    char *dirty = fb_arena_get(&a, 64);
    CU_ASSERT_PTR_NOT_NULL_FATAL(dirty);
    memset(dirty, 0x55, 64);
    fb_arena_reset(&a);
    const char *clean = fb_arena_zero(&a, 32);
    CU_ASSERT_PTR_NOT_NULL_FATAL(clean);
    for (int i = 0; i < 32; i++)
        CU_ASSERT_EQUAL(clean[i], 0);
    CU_ASSERT_PTR_NULL(fb_arena_zero(&a, 129));
    char text[] = "RTH";
    struct fb_span copy = fb_arena_copy(&a, fb_span_of(text));
    text[0] = 'X';
    CU_ASSERT(fb_span_is(copy, "RTH"));
    CU_ASSERT_PTR_NULL(fb_arena_copy(&a, (struct fb_span){NULL, 0}).p);
    CU_ASSERT_PTR_NOT_NULL(fb_arena_copy(&a, fb_span_of("")).p);
    fb_arena_init(&a, memory, 2);
    CU_ASSERT_PTR_NULL(fb_arena_copy(&a, fb_span_of("RTH")).p);
}

static void test_freed_memory_is_poisoned(void)
{
#ifdef UNDER_ASAN
    struct fb_arena a;
    fb_arena_init(&a, memory, 256);
    char *p = fb_arena_get(&a, 24);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    CU_ASSERT_FALSE(__asan_address_is_poisoned(p));
    CU_ASSERT_FALSE(__asan_address_is_poisoned(p + 23));
    CU_ASSERT_TRUE(__asan_address_is_poisoned(p + 24));
    fb_arena_reset(&a);
    CU_ASSERT_TRUE(__asan_address_is_poisoned(p));
#else
    /* Without AddressSanitizer nothing is hidden: neither what is handed out nor what is not may be touched on the way. */
    struct fb_arena a;
    memset(memory, 0x5a, sizeof memory);
    fb_arena_init(&a, memory, 256);
    char *p = fb_arena_get(&a, 24);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    fb_arena_reset(&a);
    for (size_t i = 0; i < sizeof memory; i++)
        CU_ASSERT_EQUAL(memory[i], 0x5a);
    CU_ASSERT_PTR_EQUAL(fb_arena_get(&a, 24), p);
#endif
}

CU_TestInfo suite_arena[] = {
    {"pieces are aligned to 16 wherever the memory begins", test_pieces_are_aligned},
    {"the size of an arena is its limit, and a refusal takes nothing", test_size_is_the_limit},
    {"memory can be had zeroed, and texts copied", test_zeroed_and_copied},
    {"what is not handed out is poisoned under AddressSanitizer, and left alone otherwise", test_freed_memory_is_poisoned},
    CU_TEST_INFO_NULL,
};
