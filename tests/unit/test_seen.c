#include "engine/turn/memory/seen.h"
#include "tests/lib/suite.h"

static unsigned count(const struct fb_seen *s, uint32_t tag, uint32_t journal)
{
    uint32_t at = 0, found;
    unsigned n = 0;
    while ((found = fb_seen_next(s, tag, &at)) != 0)
        n += found == journal;
    return n;
}

/* Spread as the hash spreads them. */
static uint32_t tag_of(uint32_t i)
{
    return i * 2654435761u;
}

static void test_growing(void)
{
    struct fb_seen s;
    enum { MANY = 50000 };
    CU_ASSERT_EQUAL_FATAL(fb_seen_init(&s, 0), FB_OK);
    uint64_t before = fb_seen_bytes(&s);
    for (uint32_t i = 1; i <= MANY; i++)
        CU_ASSERT_EQUAL(fb_seen_add(&s, tag_of(i), i), FB_OK);
    unsigned found = 0, strangers = 0;
    for (uint32_t i = 1; i <= MANY; i++) {
        found += count(&s, tag_of(i), i);
        strangers += count(&s, tag_of(i) ^ 1, i);
    }
    CU_ASSERT_EQUAL(found, MANY);
    CU_ASSERT_EQUAL(strangers, 0);
    CU_ASSERT_EQUAL(s.n, MANY);
    CU_ASSERT_TRUE(fb_seen_bytes(&s) > before && fb_seen_bytes(&s) <= MANY * 16);
    fb_seen_release(&s);
}

static void test_same_tag(void)
{
    struct fb_seen s;
    CU_ASSERT_EQUAL_FATAL(fb_seen_init(&s, 0), FB_OK);
    /* The last home slot, so that they also go round the end; through a growth. */
    for (uint32_t i = 1; i <= 3000; i++)
        CU_ASSERT_EQUAL(fb_seen_add(&s, i % 300 == 0 ? UINT32_MAX : tag_of(i), i), FB_OK);
    for (uint32_t i = 300; i <= 3000; i += 300)
        CU_ASSERT_EQUAL(count(&s, UINT32_MAX, i), 1);
    CU_ASSERT_EQUAL(count(&s, UINT32_MAX, 1), 0);
    fb_seen_release(&s);
}

static void test_tags(void)
{
    uint32_t a = fb_seen_tag(1, fb_span_of("m1"));
    CU_ASSERT_EQUAL(a, fb_seen_tag(1, fb_span_of("m1")));
    CU_ASSERT_NOT_EQUAL(a, fb_seen_tag(2, fb_span_of("m1")));
    CU_ASSERT_NOT_EQUAL(a, fb_seen_tag(1, fb_span_of("m2")));
}

CU_TestInfo suite_seen[] = {
    {"everything added is found, and nothing else, however often the table grows", test_growing},
    {"ids that share a tag are all found", test_same_tag},
    {"a tag depends on source and message id", test_tags},
    CU_TEST_INFO_NULL,
};
