#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"

/* Where a whole feed is missing, one finding speaks for all rules that hang on it. */
enum { RULES = 5 };
static struct fb_book book;
static struct fb_rule rule[RULES];
static const struct fb_predicate when[RULES] = {
    {.fact = FB_FACT_IDENTITY_DAYS, .op = FB_OP_LT, .a = 0},
    {.fact = FB_FACT_REGISTRATION_DAYS, .op = FB_OP_LT, .a = 0},
    {.fact = FB_FACT_REST_BEFORE_MINUTES, .op = FB_OP_LT, .a = 660},
    {.fact = FB_FACT_WEEK_MINUTES, .op = FB_OP_GT, .a = 4320},
    {.fact = FB_FACT_CASCADED_TO_BANK, .op = FB_OP_EQ, .a = 0},
};
static struct fb_test_view v;
static struct fb_diary_row row[4];
static struct fb_decision d;
static struct fb_effects effects;
static unsigned char memory[1 << 16];

static void begin(void)
{
    book = *fb_test_book();
    book.clocks = (struct fb_clocks){.reference_weeks = 17, .fed_from = INT32_MAX};
    for (unsigned i = 0; i < RULES; i++) {
        rule[i] =
            (struct fb_rule){.id = 100 + i,
                             .severity = FB_SEVERITY_BREACH,
                             .scope = {.staff_groups = UINT32_MAX, .routes = UINT32_MAX, .until = INT32_MAX},
                             .date_fact = FB_FACT_SHIFT_DAY,
                             .n_when = 1,
                             .when = &when[i]};
        fb_fact_add(&rule[i].reads, when[i].fact);
        fb_fact_add(&book.reads, when[i].fact);
    }
    book.rule = rule;
    book.n_rules = RULES;
    fb_test_view(&v, FB_ROUTE_OTHER, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    v.booking[0].as.booking.worker = 9;
    v.booking[0].as.booking.shift.unit = fb_span_of("ward 4");
}

static void decide(void)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&book, &v.view, NULL, &arena, &d, &effects), FB_OK);
}

static bool has(uint32_t id, enum fb_severity severity, unsigned detail)
{
    for (unsigned i = 0; i < d.n_findings; i++)
        if (d.finding[i].rule == id && d.finding[i].severity == severity && d.finding[i].detail == detail)
            return true;
    return false;
}

static bool lacks(enum fb_lack lack)
{
    return has(book.built_in[FB_RULE_CANNOT_SAY].id, FB_SEVERITY_CANNOT_SAY, lack);
}

static bool unsaid(unsigned i)
{
    return has(rule[i].id, FB_SEVERITY_CANNOT_SAY, when[i].fact);
}

static void test_feeds(void)
{
    begin();
    decide();
    CU_ASSERT(d.n_findings == 3 && lacks(FB_LACK_WORKER_FACTS) && lacks(FB_LACK_HOURS));
    CU_ASSERT_TRUE(unsaid(4)); /* what is not about the worker speaks for itself */
    v.view.feeds = FB_SENDS_WORKER_FACTS;
    decide();
    CU_ASSERT(d.n_findings == 4 && unsaid(0) && unsaid(1) && lacks(FB_LACK_HOURS));
    v.view.feeds |= FB_SENDS_HOURS;
    decide();
    CU_ASSERT(d.n_findings == 4 && lacks(FB_LACK_ALL_TRUSTS));
    book.clocks.fed_from = fb_test_day("2026-03-19");
    decide();
    CU_ASSERT(d.n_findings == 5 && unsaid(2) && unsaid(3));
    book.clocks.fed_from++;
    decide();
    CU_ASSERT(d.n_findings == 4 && lacks(FB_LACK_ALL_TRUSTS));
}

/* A notice of the same fact is silent beside the rule itself; alone it says that it cannot say. */
static void test_a_note_beside_a_breach(void)
{
    begin();
    v.view.feeds = FB_SENDS_WORKER_FACTS;
    rule[1].severity = FB_SEVERITY_NOTE;
    decide();
    CU_ASSERT(unsaid(0) && unsaid(1)); /* another fact */
    rule[1].when = &when[0];
    rule[1].reads = rule[0].reads;
    decide();
    CU_ASSERT(unsaid(0) && !has(rule[1].id, FB_SEVERITY_CANNOT_SAY, FB_FACT_IDENTITY_DAYS));
    rule[0].severity = FB_SEVERITY_NOTE;
    decide();
    CU_ASSERT(unsaid(0) && has(rule[1].id, FB_SEVERITY_CANNOT_SAY, FB_FACT_IDENTITY_DAYS));
    rule[1].severity = FB_SEVERITY_WARN;
    decide();
    CU_ASSERT(!unsaid(0) && has(rule[1].id, FB_SEVERITY_CANNOT_SAY, FB_FACT_IDENTITY_DAYS));
    rule[0].severity = FB_SEVERITY_BREACH;
    rule[0].scope.until = 0; /* not in force */
    decide();
    CU_ASSERT(!unsaid(0) && has(rule[1].id, FB_SEVERITY_CANNOT_SAY, FB_FACT_IDENTITY_DAYS));
}

static unsigned told_of(uint32_t id)
{
    unsigned n = 0;
    for (unsigned i = 0; i < effects.n_events; i++)
        n += effects.event[i].rule == id;
    return n;
}

/* It is kept with the shift and told to nobody; what is missing about this worker is told. */
static void test_a_missing_feed_is_no_event(void)
{
    begin();
    decide();
    CU_ASSERT(lacks(FB_LACK_WORKER_FACTS) && lacks(FB_LACK_HOURS));
    CU_ASSERT_EQUAL(told_of(book.built_in[FB_RULE_CANNOT_SAY].id), 0);
    CU_ASSERT_EQUAL(told_of(rule[4].id), 1);
    for (unsigned i = 0; i < d.n_findings; i++)
        CU_ASSERT_EQUAL(fb_finding_of_feed(&book, &d.finding[i]), d.finding[i].rule == book.built_in[FB_RULE_CANNOT_SAY].id);
    struct fb_finding price = {.rule = book.built_in[FB_RULE_CANNOT_SAY].id, .severity = FB_SEVERITY_CANNOT_SAY, .detail = FB_LACK_ON_COST};
    CU_ASSERT_FALSE(fb_finding_of_feed(&book, &price));
}

static void test_nobody_known(void)
{
    begin();
    v.booking[0].as.booking.worker = 0;
    v.view.feeds = FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS;
    decide();
    CU_ASSERT(d.n_findings == 2 && lacks(FB_LACK_WORKER) && unsaid(4));
}

/* What is certain is told, whichever feed is missing. */
static void test_a_breach_needs_no_feed(void)
{
    begin();
    int64_t start = v.booking[0].as.booking.shift.time.start_min;
    row[0].stint = (struct fb_stint){
        .worker = 9, .start_min = (uint32_t)start - 1400, .end_min = (uint32_t)start - 659, .minutes = 700};
    v.view.diary.row[FB_DIARY_SHIFTS] = row;
    v.view.diary.n[FB_DIARY_SHIFTS] = 1;
    decide();
    CU_ASSERT(has(rule[2].id, FB_SEVERITY_BREACH, 0) &&
              lacks(FB_LACK_HOURS)); /* the week is still not known */
    row[0].stint.end_min--;
    decide();
    CU_ASSERT(!has(rule[2].id, FB_SEVERITY_BREACH, 0) && !unsaid(2));
}

static void test_nobody_worked(void)
{
    begin();
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_DID_NOT_WORK, 0, 0);
    decide();
    CU_ASSERT(d.n_findings == 1 && unsaid(4)); /* of nobody's hours and checks */
}

static void test_nobody_worked_but_somebody_was_there(void)
{
    begin();
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0)->as.timesheet.interval[0].kind = FB_INTERVAL_STANDBY;
    decide();
    CU_ASSERT(d.n_findings == 2 && lacks(FB_LACK_WORKER_FACTS) && unsaid(4)); /* of nobody's hours */
    v.view.feeds = FB_SENDS_WORKER_FACTS;
    decide();
    CU_ASSERT(d.n_findings == 3 && unsaid(0) && unsaid(1) && unsaid(4));
}

static void test_two_at_once(void)
{
    begin();
    book.n_rules = 0;
    int64_t start = v.booking[0].as.booking.shift.time.start_min;
    decide();
    struct fb_stint own = d.stint;
    row[0].stint = row[1].stint = own;
    row[0].stint.start_min = (uint32_t)start + 700, row[0].stint.end_min = (uint32_t)start + 1400;
    row[0].stint.hirer = fb_code_of("RXQ");
    v.view.diary.row[FB_DIARY_SHIFTS] = row;
    v.view.diary.n[FB_DIARY_SHIFTS] = 1;
    decide();
    CU_ASSERT(d.n_findings == 1 && has(book.built_in[FB_RULE_BOOKING_OVERLAP].id, FB_SEVERITY_WARN, 0));
    row[0].stint.hirer = own.hirer; /* the same unit */
    decide();
    CU_ASSERT(d.n_findings == 1 &&
              has(book.built_in[FB_RULE_BOOKING_DUPLICATE_SUSPECT].id, FB_SEVERITY_WARN, 0));
    row[0].stint.start_min = (uint32_t)start + 750;
    decide();
    CU_ASSERT_EQUAL(d.n_findings, 0);
    row[0].stint.start_min = (uint32_t)start;
    v.booking[0].as.booking.worker = 0;
    decide();
    CU_ASSERT_EQUAL(d.n_findings, 0);
    v.booking[0].as.booking.worker = 9;
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED;
    decide();
    CU_ASSERT_EQUAL(d.n_findings, 0);
}

static void test_said_in_words(void)
{
    for (int lack = FB_LACK_NOTHING; lack < FB_LACK_END; lack++)
        CU_ASSERT_PTR_NOT_NULL(fb_lack_text((enum fb_lack)lack));
}

CU_TestInfo suite_lacks[] = {{"a missing feed is said once for all rules", test_feeds},
                             {"a rule is silent beside a severer one that cannot say for the same reason", test_a_note_beside_a_breach},
                             {"a missing feed is told in no event", test_a_missing_feed_is_no_event},
                             {"of an unknown worker it is said once", test_nobody_known},
                             {"a breach that is certain needs no feed", test_a_breach_needs_no_feed},
                             {"where nobody worked nobody's clocks are asked", test_nobody_worked},
                             {"where somebody was there and did not work their checks are", test_nobody_worked_but_somebody_was_there},
                             {"two bookings at once are told by the engine itself", test_two_at_once},
                             {"each lack has its words", test_said_in_words},
                             CU_TEST_INFO_NULL};
