/* What shifts take of approvals with a limit: the fold in memory, and who is answered when it is used up. */
#include "engine/base/prng.h"
#include "engine/turn/memory/spent.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>

enum { DAY = 1440, SHIFTS = 4, RECORDS = SHIFTS + 1, MANY = 80, COST = 49500, ROWS = 200 };

/* ---- the fold ---- */

static struct fb_spent spent(uint32_t approval, uint32_t start_min, uint32_t tie, int64_t pence)
{
    return (struct fb_spent){approval, start_min, tie, pence};
}

static void must(enum fb_err err)
{
    CU_ASSERT_EQUAL_FATAL(err, FB_OK);
}

static struct fb_spender live(uint32_t subject)
{
    return (struct fb_spender){subject, false};
}

static int64_t before(const struct fb_spents *s, uint32_t approval, uint32_t start_min, uint32_t tie,
                      uint32_t subject)
{
    struct fb_spent_row place = {start_min, tie, subject, false, 0};
    return fb_spents_before(s, approval, &place);
}

static void test_fold(void)
{
    struct fb_spents s = {.slot = NULL};
    struct fb_spent a = spent(7, 100, 5, 10), b = spent(7, 100, 4, 200), c = spent(7, 90, 9, 3000),
                    other = spent(8, 1, 1, 1);
    must(fb_spents_add(&s, live(1), &a));
    must(fb_spents_add(&s, live(2), &b));
    must(fb_spents_add(&s, live(3), &c));
    must(fb_spents_add(&s, live(1), &other));
    CU_ASSERT_EQUAL(fb_spents_total(&s, 7), 3210);
    CU_ASSERT_EQUAL(fb_spents_total(&s, 9), 0);
    CU_ASSERT_EQUAL(before(&s, 7, 90, 9, 3), 0);
    CU_ASSERT_EQUAL(before(&s, 7, 100, 4, 2), 3000);
    CU_ASSERT_EQUAL(before(&s, 7, 100, 5, 1), 3200);
    CU_ASSERT_EQUAL(before(&s, 7, 100, 5, 3), 210); /* what it took itself, at another start, is no other's */
    CU_ASSERT_EQUAL(before(&s, 7, UINT32_MAX, 0, 9), 3210);
    struct fb_spent more = spent(7, 100, 5, 11);
    CU_ASSERT_EQUAL(fb_spents_take(&s, live(1), &more), FB_DAMAGED);
    CU_ASSERT_EQUAL(fb_spents_take(&s, live(2), &a), FB_DAMAGED);
    must(fb_spents_take(&s, live(3), &c));
    CU_ASSERT_EQUAL(fb_spents_take(&s, live(3), &c), FB_DAMAGED);
    CU_ASSERT_EQUAL(before(&s, 7, 100, 5, 1), 200);
    CU_ASSERT_EQUAL(fb_spents_total(&s, 7), 210);
    fb_spents_release(&s);
}

/* It has its place in the list, and counts for nobody. */
static void test_trial_in_the_fold(void)
{
    struct fb_spents s = {.slot = NULL};
    struct fb_spent a = spent(7, 90, 5, 10), b = spent(7, 100, 4, 200);
    const struct fb_spender trial = {1, true};
    must(fb_spents_add(&s, trial, &a));
    must(fb_spents_add(&s, live(2), &b));
    CU_ASSERT_EQUAL(fb_spents_of(&s, 7)->n, 2);
    CU_ASSERT_EQUAL(fb_spents_total(&s, 7), 200);
    CU_ASSERT_EQUAL(before(&s, 7, 100, 4, 2), 0);
    CU_ASSERT_EQUAL(fb_spents_take(&s, live(1), &a), FB_DAMAGED);
    must(fb_spents_take(&s, trial, &a));
    CU_ASSERT_EQUAL(fb_spents_total(&s, 7), 200);
    fb_spents_release(&s);
}

/* Loaded in any order it is what it became by and by. */
static void test_loaded(void)
{
    struct fb_spents s = {.slot = NULL}, again = {.slot = NULL};
    struct fb_prng r;
    fb_prng_init(&r, 11);
    for (uint32_t i = 1; i <= ROWS; i++) {
        struct fb_spent row = spent(1 + (uint32_t)fb_prng_below(&r, 3), (uint32_t)fb_prng_below(&r, 20),
                                    (uint32_t)fb_prng_below(&r, 3), (int64_t)fb_prng_below(&r, 1000));
        must(fb_spents_add(&s, live(i), &row));
        must(fb_spents_load(&again, live(i), &row));
    }
    fb_spents_sort(&again);
    for (uint32_t a = 1; a <= 3; a++) {
        const struct fb_spent_list *x = fb_spents_of(&s, a), *y = fb_spents_of(&again, a);
        CU_ASSERT_EQUAL_FATAL(x->n, y->n);
        CU_ASSERT_EQUAL(x->total, y->total);
        for (uint32_t i = 0; i < x->n; i++) {
            CU_ASSERT_EQUAL(fb_spent_row_cmp(&x->row[i], &y->row[i]), 0);
            CU_ASSERT_TRUE(i == 0 || fb_spent_row_cmp(&x->row[i - 1], &x->row[i]) < 0);
        }
    }
    CU_ASSERT_TRUE(fb_spents_bytes(&s) > 0);
    fb_spents_release(&s);
    fb_spents_release(&again);
}

/* ---- in a turn ---- */

static struct fb_test_turn T;
static char name[MANY][8];

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "answered");
}

static void end(void)
{
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* Each costs £495, on the four days from Monday; no two start together. */
static struct fb_record *shift(unsigned i)
{
    snprintf(name[i], sizeof name[i], "B%u", i);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, name[i]);
    int64_t later = (int64_t)(i % 4) * DAY + i / 4; /* by day the order is not that of i */
    r->as.booking.shift.time.start_min += later;
    r->as.booking.shift.time.end_min += later;
    return r;
}

static struct fb_record *limited(int64_t limit_pence)
{
    struct fb_record *r = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1");
    r->as.approval.limit_pence = limit_pence;
    return r;
}

static bool is_answered(const struct fb_record *b)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached");
    return f != NULL && f->answered != FB_ANSWERED_NONE;
}

static enum fb_approval_end end_of(const struct fb_record *a)
{
    const struct fb_decision *d;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, a), &d));
    return (enum fb_approval_end)d->approval_end;
}

static int64_t start_of(const struct fb_record *b)
{
    return b->as.booking.shift.time.start_min;
}

/* The first `n` of them by their start are answered, and no more. */
static void check_first(struct fb_record *const *b, unsigned of, unsigned n)
{
    for (unsigned i = 0; i < of; i++) {
        unsigned earlier = 0;
        for (unsigned k = 0; k < of; k++)
            earlier += start_of(b[k]) < start_of(b[i]);
        CU_ASSERT_EQUAL(is_answered(b[i]), earlier < n);
    }
}

static void every_order(unsigned *order, unsigned n)
{
    if (n > 1) {
        for (unsigned i = 0; i < n; i++) {
            every_order(order, n - 1);
            unsigned *at = &order[n % 2 == 0 ? i : 0], last = order[n - 1];
            order[n - 1] = *at;
            *at = last;
        }
        return;
    }
    struct fb_record *r[RECORDS];
    begin();
    for (unsigned i = 0; i < SHIFTS; i++)
        r[i] = shift(i);
    r[SHIFTS] = limited(2 * COST + 1000);
    for (unsigned i = 0; i < RECORDS; i++)
        fb_test_send_one(&T, r[order[i]]);
    check_first(r, SHIFTS, 2);
    CU_ASSERT_EQUAL(end_of(r[SHIFTS]), FB_APPROVAL_END_EXHAUSTED);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_EXHAUSTED), 1);
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, r[SHIFTS])), SHIFTS * COST);
    end();
}

static void test_order_of_shifts(void)
{
    unsigned order[RECORDS] = {0, 1, 2, 3, 4};
    every_order(order, RECORDS);
}

/* The first falls through: those that come after move up, also after the store was opened anew. */
static void test_moves_up(void)
{
    struct fb_record *b[SHIFTS], *a;
    begin();
    for (unsigned i = SHIFTS; i > 0; i--) /* the last of them has the first number */
        fb_test_send_one(&T, b[i - 1] = shift(i - 1));
    fb_test_send_one(&T, a = limited(2 * COST));
    check_first(b, SHIFTS, 2);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, a)), SHIFTS * COST);
    struct fb_record *off = fb_test_amend(b[0], 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, off);
    CU_ASSERT_TRUE(is_answered(b[1]) && is_answered(b[2]) && !is_answered(b[3]));
    CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_EXHAUSTED);
    off = fb_test_amend(b[3], 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, off); /* £990 of £990 */
    CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_EXHAUSTED);
    off = fb_test_amend(b[2], 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, a)), COST);
    end();
}

static void test_other_limit(void)
{
    struct fb_record *b[SHIFTS], *a, *more;
    begin();
    fb_test_send_one(&T, a = limited(COST));
    for (unsigned i = SHIFTS; i > 0; i--)
        fb_test_send_one(&T, b[i - 1] = shift(i - 1));
    check_first(b, SHIFTS, 1);
    more = fb_test_amend(a, 2);
    more->as.approval.limit_pence = 3 * COST;
    fb_test_send_one(&T, more);
    check_first(b, SHIFTS, 3);
    more = fb_test_amend(a, 3);
    more->as.approval.limit_pence = FB_ABSENT;
    fb_test_send_one(&T, more);
    check_first(b, SHIFTS, SHIFTS);
    CU_ASSERT_EQUAL(end_of(a), FB_APPROVAL_END_GRANTED);
    end();
}

static void tell_roster(enum fb_source_mode mode)
{
    uint32_t number;
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER]);
    s.mode = mode;
    must(fb_turn_source(T.turn, &s, T.now_ms, &number));
    fb_test_settle(&T);
}

/* A trial takes nothing away. */
static void test_shadow(void)
{
    struct fb_record *a;
    begin();
    tell_roster(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, a = limited(COST));
    fb_test_send_one(&T, shift(0));
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, a)), 0);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, a)), 0);
    tell_roster(FB_SOURCE_MODE_LIVE);
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, a)), COST);
    end();
}

static struct fb_record *live_before(const struct fb_record *b)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1");
    r->as.booking.shift.time.start_min = start_of(b) - DAY;
    r->as.booking.shift.time.end_min = b->as.booking.shift.time.end_min - DAY;
    return r;
}

/* Nor does it stand by what it was told first: what live shifts take leaves less for it, and for no other trial. */
static void test_trials_are_judged_again(void)
{
    struct fb_record *a, *b = NULL, *more, *off;
    begin();
    tell_roster(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, a = limited(COST));
    fb_test_send_one(&T, shift(0));
    fb_test_send_one(&T, b = shift(1));
    CU_ASSERT_TRUE(is_answered(b));
    fb_test_turn_reopen(&T);
    fb_test_send_one(&T, more = live_before(b));
    CU_ASSERT_TRUE(is_answered(more) && !is_answered(b));
    CU_ASSERT_EQUAL(fb_turn_approval_spent(T.turn, fb_test_number(&T, a)), COST);
    off = fb_test_amend(more, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, off);
    CU_ASSERT_TRUE(is_answered(b));
    end();
}

/* Eighty shifts: a dearer one in front moves one of them out; those for whom nothing changes are left alone.
 */
static void test_few_are_judged_again(void)
{
    static struct fb_record *b[MANY];
    struct fb_record *a, *dearer;
    begin();
    fb_test_send_one(&T, a = limited(MANY / 2 * COST + COST / 2));
    for (unsigned i = 0; i < MANY; i++)
        fb_test_send_one(&T, b[i] = shift(i));
    check_first(b, MANY, MANY / 2);
    uint64_t rows = fb_test_rows(&T, FB_TABLE_DECISIONS);
    dearer = fb_test_amend(b[0], 2);
    for (unsigned c = 0; c < dearer->as.booking.rates.n; c++)
        dearer->as.booking.rates.cell[c].part[FB_PART_COMMISSION] += 300000; /* £30 an hour more: £330 */
    fb_test_send_one(&T, dearer);
    unsigned n = 0;
    for (unsigned i = 0; i < MANY; i++)
        n += is_answered(b[i]);
    CU_ASSERT_EQUAL(n, MANY / 2 - 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), rows + 2);
    end();
}

CU_TestInfo suite_spent[] = {
    {"what was taken adds up before each place, and is taken back exactly", test_fold},
    {"a trial has a place in the order, and adds nothing up", test_trial_in_the_fold},
    {"loaded in any order it is the same", test_loaded},
    {"a limit is used up in the order of shifts, whatever came first", test_order_of_shifts},
    {"those that come after move up when one falls through, also in a store opened anew", test_moves_up},
    {"a higher limit answers more", test_other_limit},
    {"what a shadow source tells takes nothing", test_shadow},
    {"a trial is judged again when what is left for it changes", test_trials_are_judged_again},
    {"only those for whom the limit comes out otherwise are judged again", test_few_are_judged_again},
    CU_TEST_INFO_NULL,
};
