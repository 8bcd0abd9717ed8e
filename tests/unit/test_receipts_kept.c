/* What was added up while a record was at hand is what its body says when it is decoded again. */
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

static struct fb_test_turn T;
enum { SAID = 3, FORGOTTEN = 1 << 15 };

static void send(enum fb_kind kind, const char *ref)
{
    struct fb_record *r = fb_test_record(kind, FB_TEST_ROSTER, ref);
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_ACCEPTED);
}

static void ask(struct fb_receipt *out)
{
    fb_day first, day = fb_london_day_of_ms(T.now_ms);
    CU_ASSERT_EQUAL(fb_turn_receipt(T.turn, T.source[FB_TEST_ROSTER], day, T.now_ms, out, &first), FB_OK);
}

static void test_same_as_decoded(void)
{
    static const char *const ref[SAID] = {"K1", "K2", "K3"};
    static struct fb_receipt kept, decoded;
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_turn_listen(T.turn);
    for (unsigned i = 0; i < SAID; i++) {
        send(FB_KIND_BOOKING, ref[i]);
        send(FB_KIND_VACANCY, ref[i]);
        send(FB_KIND_TIMESHEET, ref[i]);
    }
    fb_test_settle(&T);
    CU_ASSERT_PTR_NOT_NULL(T.turn->receipts.kept);
    ask(&kept);
    fb_test_turn_reopen(&T);
    fb_turn_listen(T.turn);
    CU_ASSERT_PTR_NULL(T.turn->receipts.kept); /* a turn that starts knows of no record: all are decoded */
    ask(&decoded);
    for (unsigned k = 1; k < FB_KIND_END; k++)
        for (unsigned i = 0; i < FB_SUMS; i++)
            CU_ASSERT_EQUAL(kept.line[k].sum[i], decoded.line[k].sum[i]);
    CU_ASSERT_TRUE(kept.line[FB_KIND_BOOKING].sum[FB_SUM_MINUTES] > 0 && kept.line[FB_KIND_BOOKING].sum[FB_SUM_RATES] > 0);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* A place is used again by a later entry: the earlier one is not known then, and neither is one that never came. */
static void test_long_past(void)
{
    static struct fb_receipts r;
    static struct fb_record a, b;
    int64_t sum[FB_SUMS] = {1, 2, 3};
    fb_receipts_init(&r);
    a.env.kind = b.env.kind = FB_KIND_SUBSTANTIVE_HOURS;
    a.as.hours.minutes = 60;
    b.as.hours.minutes = INT64_MAX;
    CU_ASSERT_FALSE(fb_receipts_kept(&r, 7, sum));
    fb_receipts_keep(&r, 7, &a);
    CU_ASSERT_TRUE(fb_receipts_kept(&r, 7, sum));
    CU_ASSERT_TRUE(sum[FB_SUM_MINUTES] == 61 && sum[1] == 2 && sum[2] == 3);
    CU_ASSERT_FALSE(fb_receipts_kept(&r, 7 + FORGOTTEN, sum));
    fb_receipts_keep(&r, 7 + FORGOTTEN, &b);
    CU_ASSERT_FALSE(fb_receipts_kept(&r, 7, sum));
    CU_ASSERT_TRUE(fb_receipts_kept(&r, 7 + FORGOTTEN, sum));
    CU_ASSERT_EQUAL((uint64_t)sum[FB_SUM_MINUTES], (uint64_t)61 + (uint64_t)INT64_MAX); /* modulo 2^64 */
    CU_ASSERT_TRUE(fb_receipts_kept_bytes(&r) > 0 && fb_receipts_bytes(&r) >= fb_receipts_kept_bytes(&r));
    fb_receipts_release(&r);
    CU_ASSERT_EQUAL(fb_receipts_kept_bytes(&r), 0);
}

CU_TestInfo suite_receipts_kept[] = {{"sums of records at hand are those of their bodies", test_same_as_decoded},
                                     {"what is long past is not known", test_long_past},
                                     CU_TEST_INFO_NULL};
