/* What an explanation has to know first: whose worker it tells of, whose reading is kept, and whether it tells of other trusts. */
#include "engine/shell/query_people.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"

static struct fb_test_turn T;
static struct fb_desk desk;
static struct fb_tells tells;
static const char alpha[] = "pseudonym-alpha", beta[] = "pseudonym-beta";

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "clocked");
    desk = (struct fb_desk){.store = T.store};
    CU_ASSERT_TRUE_FATAL(fb_reader_books_open(&desk.books, T.store, &T.ports) == FB_OK && fb_desk_open(&desk) == FB_OK);
}

static void end(void)
{
    fb_desk_close(&desk);
    fb_reader_books_close(&desk.books);
    fb_test_turn_close(&T);
}

static void send_shift(const char *token, const char *ref, const char *trust, int days, int hour)
{
    struct fb_record *r = fb_test_turn_shift(token, ref, days, hour, 8);
    r->as.booking.shift.hirer = fb_code_of(trust);
    (void)fb_test_send_one(&T, r);
}

static void look(const char *ref, uint64_t as_of)
{
    const struct fb_record *like = fb_test_turn_shift(alpha, ref, 0, 8, 8);
    const struct fb_query q = {.kind = FB_QUERY_EXPLAIN, .subject = fb_turn_find(T.turn, FB_KIND_BOOKING, 0, like->env.record_ref), .as_of = as_of};
    fb_desk_tells_of(&desk, &q, &tells);
    CU_ASSERT_TRUE(q.subject != 0 && tells.subject == q.subject);
}

static void test_others(void)
{
    begin();
    struct fb_record *papers = fb_test_of(FB_KIND_WORKER_FACT, alpha, "F1");
    papers->as.worker_fact.until = fb_day_of(2026, 3, 1);
    (void)fb_test_send_one(&T, papers);
    send_shift(alpha, "B1", "RTH", 0, 8); /* no right to work: nothing to do with where else they are */
    send_shift(alpha, "B2", "RXQ", 4, 8);
    look("B1", 0);
    CU_ASSERT_TRUE(tells.worker != 0 && !tells.others);
    send_shift(alpha, "B3", "RXQ", 0, 18); /* two hours after B1 */
    look("B3", 0);
    CU_ASSERT_TRUE(tells.worker != 0 && tells.others);
    end();
}

/* Of then is told of who it was then, also when the shift is somebody else's now, or nobody's. */
static void test_then(void)
{
    begin();
    send_shift(beta, "B0", "RTH", 9, 8);
    struct fb_record *b = fb_test_turn_shift(alpha, "B1", 0, 8, 8), *other = fb_test_amend(b, 2), *nobody = fb_test_amend(b, 3);
    other->as.booking.token = fb_span_of(beta);
    nobody->as.booking.token = (struct fb_span){NULL, 0};
    uint64_t first = fb_test_send_one(&T, b).journal;
    look("B1", first);
    uint32_t was = tells.worker;
    uint64_t second = fb_test_send_one(&T, other).journal;
    (void)fb_test_send_one(&T, nobody);
    look("B1", first);
    CU_ASSERT_TRUE(was != 0 && tells.worker == was);
    look("B1", second);
    CU_ASSERT_TRUE(tells.worker != 0 && tells.worker != was);
    look("B1", 1);
    CU_ASSERT_EQUAL(tells.worker, 0); /* it was not known yet */
    end();
}

CU_TestInfo suite_query_people[] = {{"where else a worker is, is told of a finding that rests on it alone", test_others},
                                    {"an explanation of then tells of the worker of then", test_then},
                                    CU_TEST_INFO_NULL};
