/* The last row up to a key, and that of every group of rows: on the store in memory, then on the one on disk.
 */
#include "engine/base/prng.h"
#include "engine/store/groups.h"
#include "engine/store/key.h"
#include "tests/lib/stores.h"
#include "tests/lib/suite.h"

#define NOWHERE ((struct fb_span){NULL, 0})

static unsigned char memory[1u << 20];
static struct fb_arena arena;

static void on_both(void (*body)(struct fb_store *s))
{
    fb_arena_init(&arena, memory, sizeof memory);
    fb_test_on_both_stores(&arena, body);
}

/* The number of the row found, 0: none. The rows are decisions of subject 5 and of subject 7. */
static uint64_t decided_by(struct fb_txn *t, uint32_t subject, uint64_t journal, uint32_t prefix)
{
    struct fb_key k = fb_key_decision(subject, journal);
    struct fb_span found, value;
    uint32_t of = 0;
    uint64_t number = 0;
    enum fb_err err = fb_find_last_to(t, FB_TABLE_DECISIONS, fb_key_span(&k), prefix, &arena, &found, &value);
    CU_ASSERT_TRUE(err == FB_OK || (err == FB_NOT_FOUND && found.p == NULL && value.p == NULL));
    if (err != FB_OK)
        return 0;
    CU_ASSERT_EQUAL(fb_key_parse_decision(found, &of, &number), FB_OK);
    CU_ASSERT_TRUE(fb_span_is(value, of == 5 ? "five" : "seven"));
    return number;
}

static void look_for_last(struct fb_txn *t)
{
    static const struct {
        uint32_t subject;
        uint64_t journal;
        uint32_t prefix;
        uint64_t found;
    } rows[] = {{4, UINT64_MAX, 4, 0}, {5, 9, 4, 0},   {5, 10, 4, 10},         {5, 11, 4, 10}, {5, 19, 12, 0},
                {5, 20, 12, 20},       {5, 99, 4, 20}, {6, UINT64_MAX, 4, 0},  {6, 1, 3, 20},  {7, 14, 4, 0},
                {7, 14, 0, 20},        {7, 15, 4, 15}, {7, UINT64_MAX, 4, 15}, {8, 1, 4, 0},   {8, 1, 0, 15}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(decided_by(t, rows[i].subject, rows[i].journal, rows[i].prefix), rows[i].found);
    CU_ASSERT_EQUAL(fb_txn_err(t), FB_OK);
}

static void last_up_to(struct fb_store *s)
{
    static const uint64_t numbers[] = {10, 20};
    struct fb_txn *w = fb_test_writer(s);
    struct fb_key k = fb_key_decision(7, 15);
    CU_ASSERT_EQUAL(decided_by(w, 5, UINT64_MAX, 4), 0);
    fb_put(w, FB_TABLE_DECISIONS, fb_key_span(&k), fb_span_of("seven"));
    for (unsigned i = 0; i < 2; i++) {
        k = fb_key_decision(5, numbers[i]);
        fb_put(w, FB_TABLE_DECISIONS, fb_key_span(&k), fb_span_of("five"));
    }
    look_for_last(w);
    CU_ASSERT_EQUAL(fb_txn_commit(&w), FB_OK);
    struct fb_txn *r = fb_test_reader(s);
    look_for_last(r);
    fb_txn_abort(&r);
    /* A prefix longer than the key asks for nothing that can be. */
    struct fb_span found, value;
    r = fb_test_reader(s);
    CU_ASSERT_EQUAL(fb_find_last_to(r, FB_TABLE_DECISIONS, fb_key_span(&k), k.n + 1, &arena, &found, &value),
                    FB_LIMIT);
    CU_ASSERT_EQUAL(fb_txn_err(r), FB_LIMIT);
    fb_txn_abort(&r);
    /* While its rows go and come within one transaction. */
    w = fb_test_writer(s);
    fb_del(w, FB_TABLE_DECISIONS, fb_key_span(&k));
    CU_ASSERT_EQUAL(decided_by(w, 5, UINT64_MAX, 4), 10);
    fb_put(w, FB_TABLE_DECISIONS, fb_key_span(&k), fb_span_of("five"));
    CU_ASSERT_EQUAL(decided_by(w, 5, UINT64_MAX, 4), 20);
    fb_txn_abort(&w);
}

/* Subject by subject: what the groups give against a seek for each. Subjects have no row, a few, or many. */
enum { SUBJECTS = 60, JOURNALS = 500 };
static void check_groups(struct fb_txn *t, uint32_t from, uint64_t until, struct fb_prng *r)
{
    struct fb_key first = fb_key_decision(from, 0), last = fb_key_u64(until);
    struct fb_groups g;
    uint32_t subject = from, of = 0;
    uint64_t number = 0;
    fb_groups_begin(&g, t, FB_TABLE_DECISIONS, from == 0 ? NOWHERE : fb_key_span(&first), 4,
                    fb_key_span(&last));
    bool more = fb_groups_next(&g);
    for (; subject <= SUBJECTS + 1; subject++) {
        struct fb_span found, value, given = NOWHERE;
        struct fb_key k = fb_key_decision(subject, until);
        fb_arena_reset(&arena);
        if (fb_find_last_to(t, FB_TABLE_DECISIONS, fb_key_span(&k), 4, &arena, &found, &value) != FB_OK)
            continue;
        CU_ASSERT_TRUE_FATAL(more && fb_span_eq(g.key, found));
        if (fb_prng_below(r, 2) == 0) /* not every value is asked for */
            CU_ASSERT_TRUE(fb_groups_value(&g, &arena, &given) && fb_span_eq(given, value));
        CU_ASSERT_EQUAL(fb_key_parse_decision(g.key, &of, &number), FB_OK);
        CU_ASSERT_TRUE(of == subject && number <= until);
        more = fb_groups_next(&g);
    }
    CU_ASSERT_FALSE(more);
    CU_ASSERT_FALSE(fb_groups_next(&g));
    fb_groups_end(&g);
    CU_ASSERT_EQUAL(fb_txn_err(t), FB_OK);
}

static void groups(struct fb_store *s)
{
    struct fb_prng r;
    fb_prng_init(&r, 7);
    struct fb_txn *t = fb_test_reader(s);
    check_groups(t, 0, UINT64_MAX, &r);
    fb_txn_abort(&t);
    t = fb_test_writer(s);
    for (uint32_t subject = 1; subject <= SUBJECTS; subject++)
        for (uint64_t n = subject % 5 == 0 ? 0 : subject % 7 == 0 ? 200 : subject % 11; n > 0; n--) {
            uint64_t at = fb_prng_below(&r, JOURNALS); /* of one subject all come last of all */
            struct fb_key k = fb_key_decision(subject, subject == 14 ? UINT64_MAX - at : at),
                          v = fb_key_u64(fb_prng_next(&r));
            fb_put(t, FB_TABLE_DECISIONS, fb_key_span(&k), fb_key_span(&v));
        }
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    t = fb_test_reader(s);
    for (unsigned i = 0; i < 60; i++)
        check_groups(t, (uint32_t)fb_prng_below(&r, SUBJECTS + 2), fb_prng_below(&r, JOURNALS + 20), &r);
    check_groups(t, 1, UINT64_MAX, &r);
    check_groups(t, 1, 0, &r);
    fb_txn_abort(&t);
}

static void groups_that_end_early(struct fb_store *s)
{
    struct fb_txn *t = fb_test_writer(s);
    struct fb_key k = fb_key_decision(1, 1), until = fb_key_u64(UINT64_MAX);
    struct fb_groups g;
    struct fb_span value;
    fb_put(t, FB_TABLE_DECISIONS, fb_key_span(&k), fb_span_of("one"));
    k = fb_key_u32(2);
    k.n = 3; /* shorter than what a group has in common */
    fb_put(t, FB_TABLE_DECISIONS, fb_key_span(&k), fb_span_of("odd"));
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    t = fb_test_reader(s);
    fb_groups_begin(&g, t, FB_TABLE_DECISIONS, NOWHERE, 4, fb_key_span(&until));
    fb_groups_end(&g); /* before the first, and twice */
    fb_groups_end(&g);
    CU_ASSERT_FALSE(fb_groups_next(&g));
    fb_txn_abort(&t);
    t = fb_test_reader(s);
    fb_groups_begin(&g, t, FB_TABLE_DECISIONS, NOWHERE, 4, fb_key_span(&until));
    CU_ASSERT_FALSE(fb_groups_next(&g));
    CU_ASSERT_FALSE(fb_groups_value(&g, &arena, &value));
    CU_ASSERT_EQUAL(fb_txn_err(t), FB_DAMAGED);
    fb_txn_abort(&t);
}

#define ON_BOTH(X)                                                                                           \
    X(last_up_to, "the last row up to a key is found, and no row of another beginning")                      \
    X(groups, "of each group of rows the last one up to a key is found")                                     \
    X(groups_that_end_early, "a walk over groups ends at any time, and at a key that is too short")
#define X(name, text)                                                                                        \
    static void both_##name(void)                                                                            \
    {                                                                                                        \
        on_both(name);                                                                                       \
    }
ON_BOTH(X)
#undef X
#define X(name, text) {text, both_##name},
CU_TestInfo suite_store_seek[] = {ON_BOTH(X) CU_TEST_INFO_NULL};
