/* A source that gives one message id to everything it sends: each is kept and known again, and none costs more than the first. */
#include "engine/store/key.h"
#include "engine/turn/refuse.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

enum { MANY = 2000 };
static struct fb_test_turn T;

static struct fb_answer run(const struct fb_input *in)
{
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, in, 1, T.now_ms, &a), FB_OK);
    return a;
}

/* The most entries that one look-up of a message of this id may have to read. */
static unsigned longest(uint32_t tag)
{
    uint32_t at = 0;
    unsigned n = 0;
    while (fb_seen_next(&T.turn->seen, tag, &at) != 0)
        n++;
    return n;
}

static struct fb_answer give(struct fb_record *r, unsigned contents)
{
    char body[5];
    memcpy(r->digest, &contents, sizeof contents);
    memcpy(body, fb_test_body(r).p, 4);
    body[4] = 'b';
    return run(&(struct fb_input){.record = r, .body = {body, sizeof body}, .source = T.source[FB_TEST_ROSTER]});
}

static struct fb_answer refuse(const struct fb_record *r, unsigned contents)
{
    char body[16];
    int n = snprintf(body, sizeof body, "what %u", contents);
    return run(&(struct fb_input){.body = {body, (uint32_t)n}, .source = T.source[FB_TEST_ROSTER], .refused = FB_REASON_UNKNOWN_SOURCE, .env = r->env});
}

static void test_conflicts(void)
{
    fb_test_turn_begin(&T);
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    struct fb_answer first = give(r, 0);
    CU_ASSERT_EQUAL(first.outcome, FB_OUTCOME_ACCEPTED);
    for (unsigned i = 1; i <= MANY; i++) {
        struct fb_answer a = give(r, i);
        CU_ASSERT(a.outcome == FB_OUTCOME_CONFLICT && a.record == first.record);
    }
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), MANY);
    CU_ASSERT_EQUAL(longest(fb_seen_tag(T.source[FB_TEST_ROSTER], r->env.message_id)), 1);
    for (unsigned twice = 0; twice < 2; twice++) {
        CU_ASSERT_EQUAL(give(r, 0).outcome, FB_OUTCOME_DUPLICATE);
        for (unsigned i = 1; i <= MANY; i += 7) {
            struct fb_answer a = give(r, i);
            CU_ASSERT(a.outcome == FB_OUTCOME_CONFLICT && a.record == first.record && a.journal > first.journal);
        }
        CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), MANY);
        fb_test_turn_reopen(&T);
    }
    fb_test_turn_end(&T);
}

static void test_refusals(void)
{
    uint64_t journal[MANY];
    fb_test_turn_begin(&T);
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    for (unsigned i = 0; i < MANY; i++)
        journal[i] = refuse(r, i).journal;
    CU_ASSERT_EQUAL(longest(fb_seen_tag(T.source[FB_TEST_ROSTER], r->env.message_id)), 0);
    for (unsigned twice = 0; twice < 2; twice++) {
        for (unsigned i = 0; i < MANY; i += 7)
            CU_ASSERT_EQUAL(refuse(r, i).journal, journal[i]);
        CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), MANY);
        fb_test_turn_reopen(&T);
    }
    CU_ASSERT_EQUAL(give(r, 0).outcome, FB_OUTCOME_ACCEPTED); /* mended at last */
    fb_test_turn_end(&T);
}

/* A row that an older version of the engine wrote, which knew a refusal by its id alone. */
static void test_older(void)
{
    struct fb_refused_row row = {.source = 3, .reason = FB_REASON_CONFLICT, .field = fb_span_of("message_id"), .earlier = 7, .has_id = true, .seen = 11}, back;
    char bytes[64];
    size_t n = fb_refused_row_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_refused_row_unpack(&back, (struct fb_span){bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT(back.has_id && !back.by_contents && back.seen == 11);
    fb_test_turn_begin(&T);
    uint32_t tag = fb_seen_tag(T.source[FB_TEST_ROSTER], fb_span_of("any")), at = 0;
    back.seen = tag;
    CU_ASSERT_EQUAL(fb_refuse_note(T.turn, 5, &back), FB_OK);
    CU_ASSERT_EQUAL(fb_seen_next(&T.turn->seen, tag, &at), 5);
    fb_test_turn_close(&T);
}

CU_TestInfo suite_one_id[] = {{"other contents under one id, each kept, none dearer than the first", test_conflicts},
                              {"refusals under one id likewise", test_refusals},
                              {"rows of an older engine are found by the id", test_older},
                              CU_TEST_INFO_NULL};
