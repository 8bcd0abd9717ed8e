#include "engine/shell/under_way.h"
#include "tests/lib/suite.h"
#include "tests/unit/door_stub.h"

static struct fb_under_way U;
static struct fb_test_door T;

static struct fb_peer with_key(unsigned connection, uint32_t key)
{
    return (struct fb_peer){.n = 1, .id = {(unsigned char)connection}, .key = key};
}

static void test_by_key(void)
{
    U = (struct fb_under_way){.n_askers = 0};
    const struct fb_peer one = with_key(1, 7), another = with_key(2, 7), other = with_key(1, 8);
    for (unsigned i = 0; i < FB_UNDER_WAY_MAX; i++) {
        CU_ASSERT_TRUE(fb_under_way_has_room(&U, &one));
        fb_under_way_left(&U, &one);
    }
    CU_ASSERT_FALSE(fb_under_way_has_room(&U, &another)); /* however many connections */
    CU_ASSERT_TRUE(fb_under_way_has_room(&U, &other));
    fb_under_way_back(&U, &another);
    CU_ASSERT_TRUE(fb_under_way_has_room(&U, &one));
}

static void test_of_this_machine(void)
{
    U = (struct fb_under_way){.n_askers = 0};
    for (unsigned i = 0; i < FB_ASKERS_MAX; i++) {
        const struct fb_peer peer = {.n = 2, .id = {(unsigned char)i, (unsigned char)(i >> 8)}};
        CU_ASSERT_TRUE(fb_under_way_has_room(&U, &peer));
        fb_under_way_left(&U, &peer);
    }
    const struct fb_peer first = {.n = 2}, late = {.n = 3};
    CU_ASSERT_TRUE(fb_under_way_has_room(&U, &first));
    CU_ASSERT_FALSE(fb_under_way_has_room(&U, &late));
    fb_under_way_back(&U, &first);
    CU_ASSERT_TRUE(fb_under_way_has_room(&U, &late));
    CU_ASSERT_EQUAL(U.n_askers, FB_ASKERS_MAX - 1);
}

static void ask(unsigned who)
{
    static unsigned char frame[2048];
    const struct fb_query q = {.kind = FB_QUERY_WORKER, .worker_number = 1, .due_ms = FB_ABSENT, .asker = {.identity = fb_span_of("me"), .as = FB_AS_ADMIN}};
    fb_test_door_take(&T, who, frame, fb_encode_query(&q, frame, sizeof frame));
}

static enum fb_reason reason(unsigned i)
{
    struct fb_result r = {.reason = FB_REASON_NONE};
    CU_ASSERT_EQUAL(fb_decode_result(fb_test_door_payload(&T, i, FB_FRAME_RESULT), &T.arena, &r), FB_REASON_NONE);
    return r.reason;
}

static void test_at_the_door(void)
{
    fb_test_door_begin(&T, 64);
    for (unsigned i = 0; i < FB_UNDER_WAY_MAX; i++)
        ask(1);
    CU_ASSERT_EQUAL(T.n_sent, 0);
    ask(1);
    CU_ASSERT_EQUAL_FATAL(T.n_sent, 1);
    CU_ASSERT_EQUAL(reason(0), FB_REASON_NO_PLACE);
    ask(2); /* another's is taken */
    CU_ASSERT_EQUAL(T.n_sent, 1);
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), FB_UNDER_WAY_MAX + 1);
    CU_ASSERT_EQUAL(T.n_sent, FB_UNDER_WAY_MAX + 2);
    ask(1);
    CU_ASSERT_EQUAL(fb_test_door_commit(&T), 1);
    CU_ASSERT_EQUAL(reason(FB_UNDER_WAY_MAX + 2), FB_REASON_NONE);
    fb_test_door_end(&T);
}

CU_TestInfo suite_under_way[] = {{"a key has so many questions on their way, over all its connections", test_by_key},
                                 {"of this machine a connection has, and there are so many askers", test_of_this_machine},
                                 {"one question more is refused until an answer came, and nobody else's", test_at_the_door},
                                 CU_TEST_INFO_NULL};
