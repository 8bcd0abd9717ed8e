#include "engine/turn/memory/cache.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"

static struct fb_test_turn T;

static void test_given_out_stays(void)
{
    struct fb_cache c;
    struct fb_arena arena;
    const struct fb_record *record;
    CU_ASSERT_EQUAL_FATAL(fb_cache_init(&c), FB_OK);
    CU_ASSERT_TRUE_FATAL(fb_cache_place(&c, 7, &arena));
    record = fb_arena_get(&arena, sizeof *record);
    fb_cache_keep(&c, 7, record);
    CU_ASSERT_FALSE(fb_cache_place(&c, 7 + FB_CACHE_PLACES, &arena)); /* a view points at it */
    CU_ASSERT_PTR_EQUAL(fb_cache_get(&c, 7), record);
    fb_cache_let_go(&c);
    CU_ASSERT_PTR_EQUAL(fb_cache_get(&c, 7), record); /* given out again */
    CU_ASSERT_FALSE(fb_cache_place(&c, 7 + FB_CACHE_PLACES, &arena));
    fb_cache_let_go(&c);
    CU_ASSERT_TRUE(fb_cache_place(&c, 7 + FB_CACHE_PLACES, &arena));
    CU_ASSERT_PTR_NULL(fb_cache_get(&c, 7));
    fb_cache_release(&c);
}

static struct fb_record *place(const char *ref, fb_day from, fb_day until)
{
    struct fb_record *r = fb_test_record(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, ref);
    r->as.framework.from = from;
    r->as.framework.until = until;
    return r;
}

/* Two rows of one agency, whose entries want the same place of the cache: one decision reads both. */
static void test_two_rows_of_one_place(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_day day = fb_day_of(2026, 3, 9);
    struct fb_answer first = fb_test_send_one(&T, place("F1", day, day + 1)), last;
    struct fb_record *other = place("F2", day + 1, day + 2);
    for (unsigned i = 1; i < FB_CACHE_PLACES; i++)
        last = fb_test_send_one(&T, fb_test_record(FB_KIND_BUDGET, FB_TEST_REGISTERS, "G1"));
    last = fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(last.journal - first.journal, FB_CACHE_PLACES);
    fb_test_turn_reopen(&T); /* nothing is decoded yet */
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    CU_ASSERT_EQUAL(fb_test_open(&T, "agency.off_framework"), 0);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

CU_TestInfo suite_cache[] = {
    {"what was given out keeps its place until it is let go", test_given_out_stays},
    {"two framework rows that want one place are both read", test_two_rows_of_one_place},
    CU_TEST_INFO_NULL,
};
