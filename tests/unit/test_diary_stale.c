/* Who is judged again when a diary changes, and who is not; and pseudonyms that stand for more than one person. */
#include "engine/turn/state.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { RECORDS_MAX = 128 };
static struct fb_test_turn T;
static const char *const token[] = {"key-a", "key-b", "key-c"};
static char ref[RECORDS_MAX][16];
static struct fb_record *all[RECORDS_MAX];
static unsigned n_all;

static void begin(const char *text)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, text);
}

/* All kinds of records are told, of somebody else: what is not held is not for want of a feed. */
static void begin_fed(const char *text)
{
    begin(text);
    fb_test_send_one(&T, fb_test_of(FB_KIND_WORKER_FACT, token[2], "F"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, token[2], "H"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_ABSENCE, token[2], "A"));
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static const char *next_ref(char kind)
{
    snprintf(ref[n_all], sizeof ref[n_all], "%c%u", kind, n_all);
    return ref[n_all];
}

static void send_all(void)
{
    static struct fb_answer answer[FB_TEST_BATCH];
    for (unsigned done = 0; done < n_all; done += FB_TEST_BATCH)
        CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, all + done, n_all - done < FB_TEST_BATCH ? n_all - done : FB_TEST_BATCH, answer),
                              FB_OK);
    fb_test_settle(&T);
}

static uint32_t shifts(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < T.turn->diary.room; i++) {
        const struct fb_diary_list *l = fb_diary_list(&T.turn->diary, i, FB_DIARY_SHIFTS);
        n += l == NULL ? 0 : l->n;
    }
    return n;
}

/* ---- who is judged again ---- */

/* How many others one record has judged again, at once or later. */
static uint64_t noted_by(struct fb_record *r)
{
    struct fb_answer answer;
    CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, &r, 1, &answer), FB_OK);
    uint64_t n = T.turn->n_recounted + fb_test_rows(&T, FB_TABLE_TODO);
    fb_test_settle(&T);
    return n;
}

static void test_cheap(void)
{
    /* What is judged again and says the same is not kept, so it is asked how many were noted to be judged. */
    begin("first"); /* no rule reads a clock: nobody is asked again */
    for (n_all = 0; n_all < 20; n_all++)
        CU_ASSERT_EQUAL(noted_by(fb_test_turn_shift(token[0], next_ref('B'), (int)n_all, 8, 8)), 0);
    CU_ASSERT_EQUAL(noted_by(fb_test_of(FB_KIND_ABSENCE, token[0], "A1")), 0);
    end();
    begin("clocked");
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    for (int i = 0; i < 10; i++) {
        n_all = (unsigned)i;
        CU_ASSERT_EQUAL(noted_by(fb_test_turn_shift(token[0], next_ref('B'), i * 30, 8, 8)), 0);
    }
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 10); /* nothing was left for the todo */
    CU_ASSERT_EQUAL(noted_by(fb_test_turn_shift(token[1], "X1", 30, 12, 8)), 0);
    uint64_t readers = noted_by(fb_test_turn_shift(token[0], "X2", 30, 16, 8));
    CU_ASSERT_TRUE(readers >= 1 && readers <= 3); /* that of the same day, and whose weeks of the average may reach it */
    end();
}

/* More at once than one entry judges. */
static void test_many(void)
{
    begin_fed("clocked");
    for (n_all = 0; n_all < 100; n_all++)
        all[n_all] = fb_test_turn_shift(token[0], next_ref('B'), (int)n_all / 4, (int)n_all % 4 * 6, 5);
    send_all();
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.right_to_work"), 100); /* nothing is told about papers: each cannot say */
    struct fb_record *papers = fb_test_of(FB_KIND_WORKER_FACT, token[0], "F1");
    struct fb_answer answer;
    uint64_t before = fb_test_rows(&T, FB_TABLE_DECISIONS);
    CU_ASSERT_EQUAL(fb_test_send(&T, &papers, 1, &answer), FB_OK);
    uint64_t at_once = fb_test_rows(&T, FB_TABLE_DECISIONS) - before;
    CU_ASSERT_TRUE(at_once > 0 && at_once <= FB_TOUCH_AT_ONCE_MAX);
    CU_ASSERT_TRUE(fb_test_rows(&T, FB_TABLE_TODO) > 0);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.right_to_work"), 0);
    papers = fb_test_amend(papers, 2);
    papers->as.worker_fact.until = fb_day_of(2026, 3, 20);
    fb_test_send_one(&T, papers);
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.right_to_work"), 84);
    uint64_t outcome = fb_test_outcome(&T);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    end();
}

/* ---- one pseudonym for a crowd ---- */

/* Where so many shifts stand that nobody can have worked them, no clock says anything, and one more asks nobody again. */
static void test_crowd(void)
{
    begin_fed("clocked");
    static struct fb_record *crowd[FB_TEST_BATCH];
    struct fb_answer answer[FB_TEST_BATCH];
    char name[16];
    unsigned sent = 0;
    for (unsigned want = FB_DIARY_ROWS_MAX + 3; sent < want;) {
        unsigned n = 0;
        for (; n < FB_TEST_BATCH && sent < want; n++, sent++) {
            snprintf(name, sizeof name, "B%u", sent);
            crowd[n] = fb_test_turn_shift(token[0], name, (int)(sent % 20), (int)(sent % 24), 3);
        }
        CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, crowd, n, answer), FB_OK);
    }
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(shifts(), FB_DIARY_ROWS_MAX + 3);
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.week"), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), sent);
    CU_ASSERT_EQUAL(noted_by(fb_test_turn_shift(token[0], "one", 19, 12, 3)), 0);
    struct fb_record *gone = fb_test_amend(crowd[0], 2);
    gone->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    CU_ASSERT_EQUAL(noted_by(gone), 0);
    end();
}

/* One more, three weeks later, which no clock of the others reads, and yet it is one too many for them. */
static uint64_t ended_with(bool first)
{
    static struct fb_record *crowd[FB_TEST_BATCH];
    struct fb_answer answer[FB_TEST_BATCH];
    char name[16];
    begin_fed("clocked");
    struct fb_record *one = fb_test_turn_shift(token[0], "one", 21, 12, 3);
    if (first)
        fb_test_send_one(&T, one);
    for (unsigned sent = 0; sent < FB_DIARY_ROWS_MAX + 1;) {
        unsigned n = 0;
        for (; n < FB_TEST_BATCH && sent < FB_DIARY_ROWS_MAX + 1; n++, sent++) {
            snprintf(name, sizeof name, "B%u", sent);
            crowd[n] = fb_test_turn_shift(token[0], name, 0, (int)(sent % 5), 3);
        }
        CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, crowd, n, answer), FB_OK);
    }
    fb_test_settle(&T);
    if (!first) {
        uint64_t before = fb_test_outcome(&T);
        fb_test_send_one(&T, one);
        CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), before);
    }
    CU_ASSERT_TRUE(fb_test_open(&T, "cannot_say") > FB_DIARY_ROWS_MAX);
    uint64_t outcome = fb_test_outcome(&T);
    end();
    return outcome;
}

static void test_crowd_begins(void)
{
    CU_ASSERT_EQUAL(ended_with(true), ended_with(false));
}

CU_TestInfo suite_diary_stale[] = {
    {"a shift that nobody reads asks nobody again", test_cheap},
    {"more readers than one entry judges are left to the todo", test_many},
    {"under a pseudonym that stands for a crowd no clock speaks, and one more shift asks nobody", test_crowd},
    {"one shift too many takes the word from all whose window it stands in", test_crowd_begins},
    CU_TEST_INFO_NULL,
};
