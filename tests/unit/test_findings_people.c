#include "engine/core/explain.h"
#include "engine/shell/query_people.h"
#include "tests/lib/suite.h"

/* What a list of findings tells of a worker, to whom, and that it is kept who read it before it is told. */

static struct {
    unsigned calls, people, subjects;
    bool can;
} asked;

static bool look(void *ctx, const struct fb_peer *peer, const struct fb_query *query, const uint32_t *subject, unsigned n,
                 unsigned people)
{
    (void)ctx;
    (void)peer;
    (void)query;
    (void)subject;
    asked.calls++;
    asked.subjects = n;
    asked.people = people;
    return asked.can;
}

static struct fb_finding_row row[3];
static struct fb_desk desk;
static struct fb_result result;

/* Two about a worker, one about a price. */
static bool ask(enum fb_as as, bool can)
{
    unsigned char memory[64];
    struct fb_arena arena;
    struct fb_peer peer = {0};
    const struct fb_query q = {.kind = FB_QUERY_FINDINGS, .asker = {.as = as}};
    for (unsigned i = 0; i < 3; i++)
        row[i] = (struct fb_finding_row){.subject = i + 1, .why = fb_span_of("At least 50 h 44 a week"), .of_people = i < 2};
    asked.calls = asked.people = asked.subjects = 0;
    asked.can = can;
    desk.look = look;
    result = (struct fb_result){.finding = row, .n_findings = 3};
    fb_arena_init(&arena, memory, sizeof memory);
    bool sent = fb_desk_replies(&desk, &peer, &q, &arena, &result);
    fb_arena_release(&arena);
    return sent;
}

static bool is_told(unsigned i) { return fb_span_is(row[i].why, "At least 50 h 44 a week"); }

static void test_nobody_in_particular(void)
{
    desk = (struct fb_desk){0};
    CU_ASSERT_FALSE(ask(FB_AS_NONE, true));
    CU_ASSERT_EQUAL(asked.calls, 0);
    CU_ASSERT(!is_told(0) && !is_told(1) && is_told(2));
    CU_ASSERT_TRUE(fb_span_is(row[0].why, fb_explain_kept_back()));
}

static void test_kept_first(void)
{
    desk = (struct fb_desk){0};
    for (unsigned as = FB_AS_TRUST; as < FB_AS_END; as++) {
        CU_ASSERT_TRUE(ask((enum fb_as)as, true));
        CU_ASSERT(asked.calls == 1 && asked.people == 2 && asked.subjects == 0);
    }
}

static void test_cannot_be_kept(void)
{
    desk = (struct fb_desk){0};
    CU_ASSERT_FALSE(ask(FB_AS_CONTROLS, false));
    CU_ASSERT(!is_told(0) && !is_told(1) && is_told(2));
}

static void test_second_time(void)
{
    const struct fb_replies_of none = {0};
    desk = (struct fb_desk){.replies = &none, .kept = true};
    CU_ASSERT_FALSE(ask(FB_AS_CONTROLS, true));
    CU_ASSERT(is_told(0) && is_told(1) && is_told(2));
    desk.kept = false;
    CU_ASSERT_FALSE(ask(FB_AS_CONTROLS, true));
    CU_ASSERT(!is_told(0) && !is_told(1) && is_told(2));
    CU_ASSERT_EQUAL(asked.calls, 0);
}

CU_TestInfo suite_findings_people[] = {
    {"nobody in particular is not told what a finding about a worker rests on", test_nobody_in_particular},
    {"who reads about workers is kept before it is told, whatever the role", test_kept_first},
    {"what cannot be kept is not told", test_cannot_be_kept},
    {"it is told once it was kept, and only then", test_second_time},
    CU_TEST_INFO_NULL,
};
