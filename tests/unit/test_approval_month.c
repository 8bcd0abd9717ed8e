/* How many approvals a trust granted in a month, against its budget: two for RTH. */
#include "engine/turn/memory/approval_month.h"
#include "engine/turn/report/report_approvals.h"
#include "tests/lib/answered.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>

static struct fb_test_turn T;
static const int64_t DAY_MS = 86400000;

/* ---- the fold ---- */

static void put(struct fb_granted *g, uint32_t number, const char *trust, fb_day month, uint32_t n, bool more)
{
    struct fb_granted_place place = {trust == NULL ? 0 : fb_code_of(trust), month};
    uint32_t got;
    bool was_more;
    CU_ASSERT_EQUAL(fb_granted_put(g, number, &place, &got, &was_more), FB_OK);
    CU_ASSERT_EQUAL(got, n);
    CU_ASSERT_EQUAL(was_more, more);
}

static void test_fold(void)
{
    struct fb_granted g = {.row = NULL};
    put(&g, 5, "RTH", 100, 1, true);
    put(&g, 3, "RTH", 100, 2, true);
    put(&g, 9, "RXQ", 100, 1, true);
    put(&g, 7, "RTH", 69, 1, true);
    put(&g, 3, "RTH", 100, 2, false); /* judged again: it counts already */
    put(&g, 3, NULL, 0, 0, false);    /* refused after all */
    CU_ASSERT_EQUAL(fb_granted_in(&g, fb_code_of("RTH"), 100), 1);
    put(&g, 5, "RTH", 69, 2, true); /* another month */
    CU_ASSERT_EQUAL(fb_granted_in(&g, fb_code_of("RTH"), 100), 0);
    CU_ASSERT_EQUAL(fb_granted_in(&g, fb_code_of("RXQ"), 100), 1);
    CU_ASSERT_EQUAL(fb_granted_in(&g, fb_code_of("RXQ"), 69), 0);
    for (uint32_t i = 100; i > 20; i--)
        put(&g, i, "RYR", (fb_day)(i % 7), (100 - i) / 7 + 1, true);
    CU_ASSERT_TRUE(fb_granted_bytes(&g) > 0);
    fb_granted_release(&g);
}

static void test_place(void)
{
    struct fb_decision d = {.kind = FB_KIND_APPROVAL};
    struct fb_approval a = {.hirer = fb_code_of("RTH")};
    static const bool counts[FB_APPROVAL_END_END] = {[FB_APPROVAL_END_GRANTED] = true,
                                                     [FB_APPROVAL_END_PROVISIONAL] = true,
                                                     [FB_APPROVAL_END_LAPSED] = true,
                                                     [FB_APPROVAL_END_EXPIRED] = true,
                                                     [FB_APPROVAL_END_EXHAUSTED] = true};
    /* The last minute of March in London is an hour earlier elsewhere. */
    a.granted_ms = (fb_day_of(2026, 4, 1) * DAY_MS) - 3600000 - 1;
    for (unsigned end = 0; end < FB_APPROVAL_END_END; end++) {
        d.approval_end = (uint8_t)end;
        struct fb_granted_place place = fb_granted_place_of(&d, &a);
        CU_ASSERT_EQUAL(place.trust != 0, counts[end]);
        CU_ASSERT_EQUAL(place.month, counts[end] ? fb_day_of(2026, 3, 1) : 0);
    }
    d.approval_end = FB_APPROVAL_END_GRANTED;
    a.granted_ms++;
    CU_ASSERT_EQUAL(fb_granted_place_of(&d, &a).month, fb_day_of(2026, 4, 1));
    d.shadow = true;
    CU_ASSERT_EQUAL(fb_granted_place_of(&d, &a).trust, 0);
    d.shadow = false;
    a.granted_ms = FB_ABSENT;
    CU_ASSERT_EQUAL(fb_granted_place_of(&d, &a).trust, 0);
}

/* The last row that fits wins. */
static void test_budget(void)
{
    struct fb_approval_budget row[] = {
        {0, fb_day_of(2026, 1, 1), fb_day_of(2027, 1, 1), 9, FB_NO_ROW},
        {fb_code_of("RTH"), fb_day_of(2026, 3, 1), fb_day_of(2026, 5, 1), 4, FB_NO_ROW},
        {fb_code_of("RXQ"), fb_day_of(2026, 1, 1), fb_day_of(2027, 1, 1), 1, FB_NO_ROW}};
    struct fb_book book = {.n_approval_budgets = 3, .approval_budget = row};
    static const struct {
        const char *trust;
        unsigned month;
        uint32_t number;
    } want[] = {{"RTH", 2, 9}, {"RTH", 3, 4}, {"RTH", 4, 4}, {"RTH", 5, 9}, {"RXQ", 3, 1}, {"RYR", 12, 9}};
    for (unsigned i = 0; i < sizeof want / sizeof want[0]; i++) {
        struct fb_granted_place place = {fb_code_of(want[i].trust), fb_day_of(2026, want[i].month, 1)};
        CU_ASSERT_EQUAL(fb_granted_budget(&book, &place)->number, want[i].number);
    }
    struct fb_granted_place later = {fb_code_of("RTH"), fb_day_of(2027, 1, 1)};
    CU_ASSERT_PTR_NULL(fb_granted_budget(&book, &later));
}

/* ---- the forecast ---- */

static fb_day dry(uint64_t granted, int64_t budget, unsigned today)
{
    struct fb_approval_month m = {
        .month = fb_day_of(2026, 4, 1), .before_booking = granted, .budget = budget};
    fb_day day = fb_approval_dry_on(&m, fb_day_of(2026, 4, today));
    return day == 0 ? 0 : day - m.month + 1;
}

/* At g in d days the n-th is granted on day n x d / g, rounded up. */
static void test_dry(void)
{
    CU_ASSERT_EQUAL(dry(5, 10, 10), 20);
    CU_ASSERT_EQUAL(dry(3, 10, 10), 0); /* on the 34th */
    CU_ASSERT_EQUAL(dry(1, 30, 1), 30);
    CU_ASSERT_EQUAL(dry(1, 31, 1), 0);
    CU_ASSERT_EQUAL(dry(7, 10, 9), 13); /* 12.86 */
    CU_ASSERT_EQUAL(dry(10, 10, 9), 9);
    CU_ASSERT_EQUAL(dry(11, 10, 9), 9);
    CU_ASSERT_EQUAL(dry(0, 10, 9), 0);
    CU_ASSERT_EQUAL(dry(9, FB_ABSENT, 9), 0);
    struct fb_approval_month past = {.month = fb_day_of(2026, 3, 1), .retrospective = 9, .budget = 1};
    CU_ASSERT_EQUAL(fb_approval_dry_on(&past, fb_day_of(2026, 4, 1)), 0);
}

/* ---- in a turn ---- */

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "answered");
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *approval(const char *ref)
{
    return fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, ref);
}

static unsigned told(void)
{
    return fb_test_events(&T, FB_EVENT_APPROVAL_BUDGET);
}

static void test_told(void)
{
    begin();
    struct fb_record *a = approval("A1"), *b = approval("A2"), *c = approval("A3"), *no = approval("A4"),
                     *april = approval("A5");
    no->as.approval.state = FB_APPROVAL_STATE_REFUSED;
    april->as.approval.granted_ms += 31 * DAY_MS;
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, no);
    fb_test_send_one(&T, april);
    CU_ASSERT_EQUAL(told(), 0);
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL(told(), 1);
    fb_test_turn_reopen(&T);
    struct fb_record *again = fb_test_amend(b, 2);
    again->as.approval.reason = fb_span_of("said better");
    fb_test_send_one(&T, again);
    CU_ASSERT_EQUAL(told(), 1); /* no further grant */
    fb_test_send_one(&T, c);
    CU_ASSERT_EQUAL(told(), 2);
    struct fb_record *back = fb_test_amend(a, 2), *d = approval("A6");
    back->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    fb_test_send_one(&T, back);
    fb_test_turn_reopen(&T);
    fb_test_send_one(&T, d);
    CU_ASSERT_EQUAL(told(), 3); /* three stand again, of two */
    end();
}

/* Withdrawn in time, one more is none too many. */
static void test_taken_back(void)
{
    begin();
    struct fb_record *a = approval("A1"), *back = fb_test_amend(a, 2);
    back->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, back);
    fb_test_turn_reopen(&T);
    fb_test_send_one(&T, approval("A2"));
    CU_ASSERT_EQUAL(told(), 0);
    fb_test_send_one(&T, approval("A3"));
    CU_ASSERT_EQUAL(told(), 1);
    end();
}

/* The packs could not be read for a while, so a version came that nobody has judged: until then it counts
 * where its last decision has it, also in a store opened anew. */
static void test_waits(void)
{
    begin();
    T.now_ms += 40 * DAY_MS; /* all of this was granted */
    struct fb_record *a = approval("A1"), *b = approval("A2"), *moved = fb_test_amend(a, 2);
    struct fb_answer answer;
    const char *broken = fb_test_broken;
    b->as.approval.granted_ms += 31 * DAY_MS;
    moved->as.approval.granted_ms += 31 * DAY_MS;
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, b);
    fb_test_broken = "answered";
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_send(&T, &moved, 1, &answer), FB_OK);
    fb_test_broken = broken;
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(told(), 0);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(told(), 1); /* the second of April */
    fb_test_turn_close(&T);
}

static void test_numbers(void)
{
    uint32_t number[4];
    begin();
    fb_test_send_one(&T, approval("A1"));
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    fb_test_send_one(&T, approval("A2"));
    fb_test_send_one(&T, approval("A3"));
    CU_ASSERT_EQUAL_FATAL(fb_turn_approvals(T.turn, 0, number, 4), 3);
    CU_ASSERT_TRUE(number[0] == 1 && number[1] == 3 && number[2] == 4);
    CU_ASSERT_EQUAL(fb_turn_approvals(T.turn, 1, number, 1), 1);
    CU_ASSERT_EQUAL(number[0], 3);
    CU_ASSERT_EQUAL(fb_turn_approvals(T.turn, 4, number, 4), 0);
    struct fb_turn_stats stats;
    fb_turn_stats(T.turn, &stats);
    CU_ASSERT_EQUAL(stats.approvals, 3);
    end();
}

/* Each grant stands in one count, as of the moment that is asked for; what lapsed used up the budget all the same. */
static struct fb_approval_month counted(int64_t now_ms)
{
    static unsigned char memory[1 << 16];
    static struct fb_approval_row row[8];
    static struct fb_approval_month month[8];
    struct fb_reader_books *books;
    struct fb_arena arena;
    uint32_t number[8];
    unsigned rows, months, done, n = fb_turn_approvals(T.turn, 0, number, 8);
    struct fb_approval_filter filter = {.trust = fb_code_of("RTH"), .now_ms = now_ms};
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_report_approvals(T.store, books, &filter, number, n, &arena, row, &rows, month, &months, &done), FB_OK);
    CU_ASSERT_TRUE_FATAL(rows == n && done == n && months == 1);
    fb_reader_books_close(&books);
    return month[0];
}

static void test_counted(void)
{
    begin();
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"), *early = approval("A1"), *call = approval("A2");
    early->as.approval.booking_source = call->as.approval.booking_source = b->env.source;
    early->as.approval.booking_ref = call->as.approval.booking_ref = b->env.record_ref;
    call->as.approval.channel = FB_CHANNEL_TELEPHONE;
    call->as.approval.granted_ms = T.now_ms;
    int64_t due_ms = T.now_ms + FB_TEST_CONFIRM_MINUTES * (int64_t)60000;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, early);
    fb_test_send_one(&T, call);
    fb_test_send_one(&T, approval("A3"));
    struct fb_approval_month m = counted(due_ms - 1);
    CU_ASSERT_TRUE(m.before_booking == 1 && m.provisional == 1 && m.lapsed == 0 && m.of_classes == 1);
    CU_ASSERT_TRUE(m.before_start == 0 && m.retrospective == 0 && m.budget == FB_TEST_APPROVALS_A_MONTH);
    CU_ASSERT_EQUAL(fb_approval_used(&m), 3);
    T.now_ms = due_ms;
    fb_test_settle(&T);
    m = counted(due_ms);
    CU_ASSERT_TRUE(m.before_booking == 1 && m.provisional == 0 && m.lapsed == 1 && m.of_classes == 1);
    CU_ASSERT_TRUE(m.before_start == 0 && m.retrospective == 0);
    CU_ASSERT_EQUAL(fb_approval_used(&m), 3);
    end();
}

/* A withdrawal after the lapse takes nothing back: it has the instants of its own record, and comes first or last. */
static void test_lapse_stays(void)
{
    for (unsigned first = 0; first < 2; first++) {
        begin();
        struct fb_record *call = approval("A2");
        call->as.approval.channel = FB_CHANNEL_TELEPHONE;
        call->as.approval.recorded_by = fb_span_of("RTH-DESK");
        call->as.approval.granted_ms = T.now_ms;
        call->env.revision = 1;
        int64_t due_ms = T.now_ms + FB_TEST_CONFIRM_MINUTES * (int64_t)60000;
        struct fb_record sent = *call, *back;
        if (first == 0)
            fb_test_send_one(&T, call);
        T.now_ms = due_ms + 60000;
        fb_test_settle(&T);
        back = approval("A2");
        back->as.approval = sent.as.approval;
        back->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
        back->env.revision = 2;
        back->env.occurred_ms = due_ms + 1000;
        fb_test_send_one(&T, back);
        struct fb_approval_month m = counted(T.now_ms);
        CU_ASSERT_EQUAL(m.lapsed, 1);
        CU_ASSERT_EQUAL(fb_approval_used(&m), 1);
        back = approval("A2"); /* the records' own instants count: in time, it is withdrawn */
        back->as.approval = sent.as.approval;
        back->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
        back->env.revision = 3;
        back->env.occurred_ms = due_ms - 1000;
        fb_test_send_one(&T, back);
        m = counted(T.now_ms);
        CU_ASSERT_EQUAL(fb_approval_used(&m), 0);
        end();
    }
}

CU_TestInfo suite_approval_month[] = {
    {"each approval counts once, where it was granted last", test_fold},
    {"it counts in the local month of its grant, once it was granted at all", test_place},
    {"the last budget that fits wins", test_budget},
    {"a budget runs dry at the pace of the month so far", test_dry},
    {"the grant that reaches the budget is told, and each beyond it", test_told},
    {"one that was withdrawn leaves its place", test_taken_back},
    {"one whose new version waits counts by its last decision", test_waits},
    {"approvals are listed by number", test_numbers},
    {"each stands in one count: one that lapsed in none of those that answer", test_counted},
    {"a withdrawal after the lapse leaves it counted", test_lapse_stays},
    CU_TEST_INFO_NULL,
};
