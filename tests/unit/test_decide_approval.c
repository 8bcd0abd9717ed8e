#include "tests/lib/answers.h"
#include "tests/lib/suite.h"
#include <string.h>

static unsigned char memory[1 << 16], packed[1 << 12], again[1 << 12];
static struct fb_decision before, after;
static struct fb_effects effects;
static struct fb_test_view v;
static struct fb_book book;

/* An approval in a view of its own: number 31, its booking held. */
static void begin(const struct fb_record *r)
{
    book = fb_test_answer_book();
    fb_test_breach_view(&v);
    fb_test_add_approval(&v, r, 31);
    v.view.subject = 31;
}

static void decide(const struct fb_decision *prior, const char *now)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after);
    memset(&effects, 0xa5, sizeof effects);
    v.view.now_ms = fb_test_ms(now);
    CU_ASSERT_EQUAL_FATAL(fb_decide_approval(&book, &v.view, prior, &arena, &after, &effects), FB_OK);
}

static void check_told(enum fb_event_kind kind, enum fb_approval_end end)
{
    CU_ASSERT_EQUAL_FATAL(effects.n_events, 1);
    CU_ASSERT(effects.event[0].kind == kind && effects.event[0].detail == end &&
              effects.event[0].subject == 31);
    CU_ASSERT_EQUAL(after.approval_end, end);
}

static void test_each_end_is_told_once(void)
{
    const char *now = "2026-03-09T12:00";
    struct fb_record r[FB_APPROVAL_END_END];
    for (unsigned i = 0; i < FB_APPROVAL_END_END; i++)
        r[i] = fb_test_approval("A1", "agency.off_framework");
    r[FB_APPROVAL_END_ASKED].as.approval.state = FB_APPROVAL_STATE_ASKED;
    r[FB_APPROVAL_END_REFUSED].as.approval.state = FB_APPROVAL_STATE_REFUSED;
    r[FB_APPROVAL_END_WITHDRAWN].as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    r[FB_APPROVAL_END_PROVISIONAL].as.approval.channel = FB_CHANNEL_TELEPHONE;
    r[FB_APPROVAL_END_LAPSED] = r[FB_APPROVAL_END_PROVISIONAL];
    r[FB_APPROVAL_END_EXPIRED] = fb_test_class_approval("A1", "agency.off_framework");
    r[FB_APPROVAL_END_EXHAUSTED] = fb_test_class_approval("A1", "agency.off_framework");
    r[FB_APPROVAL_END_EXHAUSTED].as.approval.limit_pence = 500;
    r[FB_APPROVAL_END_NOT_ENTITLED].as.approval.granted_by = fb_span_of("RTH-XX");
    r[FB_APPROVAL_END_NEEDS_SECOND] = fb_test_approval("A1", "agency.no_cascade");
    const struct {
        enum fb_approval_end end;
        enum fb_event_kind kind;
        enum fb_severity severity;
        const char *now;
    } rows[] = {{FB_APPROVAL_END_ASKED, FB_EVENT_APPROVAL_ASKED, FB_SEVERITY_OK_, now},
                {FB_APPROVAL_END_GRANTED, FB_EVENT_APPROVAL_GRANTED, FB_SEVERITY_OK_, now},
                {FB_APPROVAL_END_PROVISIONAL, FB_EVENT_APPROVAL_GRANTED, FB_SEVERITY_NOTE, now},
                {FB_APPROVAL_END_REFUSED, FB_EVENT_APPROVAL_REFUSED, FB_SEVERITY_OK_, now},
                {FB_APPROVAL_END_WITHDRAWN, FB_EVENT_APPROVAL_WITHDRAWN, FB_SEVERITY_OK_, now},
                {FB_APPROVAL_END_LAPSED, FB_EVENT_APPROVAL_LAPSED, FB_SEVERITY_BREACH, "2026-03-09T13:00"},
                {FB_APPROVAL_END_EXPIRED, FB_EVENT_APPROVAL_EXPIRED, FB_SEVERITY_NOTE, "2026-04-01T12:00"},
                {FB_APPROVAL_END_EXHAUSTED, FB_EVENT_APPROVAL_EXHAUSTED, FB_SEVERITY_WARN, now},
                {FB_APPROVAL_END_NOT_ENTITLED, FB_EVENT_APPROVAL_INVALID, FB_SEVERITY_WARN, now},
                {FB_APPROVAL_END_NEEDS_SECOND, FB_EVENT_APPROVAL_ASKED, FB_SEVERITY_NOTE, now}};
    CU_ASSERT_EQUAL(sizeof rows / sizeof rows[0], FB_APPROVAL_END_END - 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(&r[rows[i].end]);
        v.view.approval[0].before_pence = rows[i].end == FB_APPROVAL_END_EXHAUSTED ? 500 : 0;
        decide(NULL, rows[i].now);
        check_told(rows[i].kind, rows[i].end);
        CU_ASSERT_EQUAL(effects.event[0].severity, rows[i].severity);
        before = after;
        decide(&before, rows[i].now);
        CU_ASSERT_EQUAL(effects.n_events, 0);
    }
}

static void test_life_of_a_telephone_grant(void)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    r.as.approval.channel = FB_CHANNEL_TELEPHONE;
    r.as.approval.recorded_by = fb_span_of("RTH-SM");
    begin(&r);
    decide(NULL, "2026-03-09T11:30");
    check_told(FB_EVENT_APPROVAL_GRANTED, FB_APPROVAL_END_PROVISIONAL);
    CU_ASSERT(after.due_ms == fb_test_ms("2026-03-09T13:00") &&
              after.approval_when == FB_ANSWERED_PROVISIONAL);
    before = after;
    decide(&before, "2026-03-09T13:00");
    check_told(FB_EVENT_APPROVAL_LAPSED, FB_APPROVAL_END_LAPSED);
    CU_ASSERT(after.due_ms == INT64_MAX && after.approval_when == 0);
    before = after;
    r.as.approval.confirmed_by = fb_span_of("RTH-CE");
    r.as.approval.confirmed_ms = fb_test_ms("2026-03-09T12:30");
    decide(&before, "2026-03-09T13:10");
    check_told(FB_EVENT_APPROVAL_CONFIRMED, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(after.due_ms, INT64_MAX);
    CU_ASSERT_EQUAL(after.approval_when, FB_ANSWERED_BEFORE_BOOKING);
    before = after;
    decide(&before, "2026-03-31T23:00Z"); /* the days are over: of a booking, that is no end */
    CU_ASSERT(effects.n_events == 0 && after.approval_end == FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(after.approval_when, FB_ANSWERED_BEFORE_BOOKING);
}

static void test_exhausted_and_back(void)
{
    struct fb_record r = fb_test_class_approval("A1", "agency.off_framework");
    r.as.approval.limit_pence = 500;
    begin(&r);
    v.view.n_members = 0;
    v.view.approval[0].before_pence = 499;
    decide(NULL, "2026-03-09T12:00");
    check_told(FB_EVENT_APPROVAL_GRANTED, FB_APPROVAL_END_GRANTED);
    CU_ASSERT(after.approval_when == 0 && effects.event[0].pence == 500);
    CU_ASSERT_EQUAL(effects.event[0].shift_day, fb_day_of(2026, 3, 1));
    before = after;
    v.view.approval[0].before_pence = 500;
    decide(&before, "2026-03-09T13:00");
    check_told(FB_EVENT_APPROVAL_EXHAUSTED, FB_APPROVAL_END_EXHAUSTED);
    before = after;
    v.view.approval[0].before_pence = 200; /* a shift was cancelled */
    decide(&before, "2026-03-09T14:00");
    check_told(FB_EVENT_APPROVAL_GRANTED, FB_APPROVAL_END_GRANTED);
    before = after;
    v.view.approval[0].before_pence = 500;
    decide(&before, "2026-04-01T12:00"); /* its days are over too, which says less */
    check_told(FB_EVENT_APPROVAL_EXHAUSTED, FB_APPROVAL_END_EXHAUSTED);
    before = after;
    v.view.approval[0].before_pence = 200;
    decide(&before, "2026-04-01T12:00");
    check_told(FB_EVENT_APPROVAL_EXPIRED, FB_APPROVAL_END_EXPIRED);
}

static void test_trial(void)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    const struct fb_source shadow = {.mode = FB_SOURCE_MODE_SHADOW};
    begin(&r);
    v.view.approval[0].source = &shadow;
    decide(NULL, "2026-03-09T12:00");
    CU_ASSERT(after.shadow && effects.event[0].shadow);
    before = after;
    v.view.approval[0].source = NULL;
    decide(&before, "2026-03-09T12:00");
    check_told(FB_EVENT_APPROVAL_GRANTED,
               FB_APPROVAL_END_GRANTED); /* those who are alerted have not heard of it */
    CU_ASSERT_FALSE(effects.event[0].shadow);
}

static struct fb_span span_of(const unsigned char *p, size_t n)
{
    return (struct fb_span){(const char *)p, (uint32_t)n};
}

/* ---- what is stored ---- */

static void check_stored(const struct fb_decision *d, unsigned has)
{
    static struct fb_decision back;
    size_t n = fb_decision_pack(d, packed, sizeof packed);
    CU_ASSERT_FATAL(n > 0);
    CU_ASSERT_EQUAL(fb_decision_has(span_of(packed, n)), has);
    memset(&back, 0xa5, sizeof back);
    CU_ASSERT_EQUAL_FATAL(fb_decision_unpack(&back, span_of(packed, n)), FB_OK);
    CU_ASSERT(fb_decision_pack(&back, again, sizeof again) == n && memcmp(packed, again, n) == 0);
    for (size_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, cut)), FB_REFUSED);
}

static struct fb_decision a_decision(void)
{
    return (struct fb_decision){.subject = 7,
                                .kind = FB_KIND_BOOKING,
                                .journal = 9,
                                .at_ms = fb_test_ms("2026-03-10T12:00"),
                                .issue = 4,
                                .version = FB_DECIDE_VERSION,
                                .due_ms = INT64_MAX};
}

static void test_stored(void)
{
    struct fb_decision d = a_decision(), back;
    check_stored(&d, 0);
    size_t plain = fb_decision_pack(&d, packed, sizeof packed);
    CU_ASSERT_EQUAL(packed[0], 1); /* what has nothing else is stored as it always was */
    d.due_ms = 12345678;
    check_stored(&d, FB_HAS_DUE);
    d.stint = (struct fb_stint){.worker = 5,
                                .start_min = 29000000,
                                .end_min = 29000720,
                                .tie = 77,
                                .minutes = 690,
                                .flags = FB_STINT_NIGHT | FB_STINT_IDLE,
                                .route = FB_ROUTE_AGENCY,
                                .hirer = fb_code_of("RTH"),
                                .role = 9};
    check_stored(&d, FB_HAS_DUE | FB_HAS_STINT);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, fb_decision_pack(&d, packed, sizeof packed))),
                    FB_OK);
    CU_ASSERT(back.stint.worker == 5 && back.stint.start_min == 29000000 && back.stint.end_min == 29000720);
    CU_ASSERT(back.stint.tie == 77 && back.stint.minutes == 690 && back.stint.flags == (FB_STINT_NIGHT | FB_STINT_IDLE));
    CU_ASSERT(back.stint.route == FB_ROUTE_AGENCY && back.stint.hirer == fb_code_of("RTH") &&
              back.stint.role == 9);
    CU_ASSERT(back.stint.unit == 0 && back.stint.agency == 0);
    d.n_spent = 2;
    d.spent[0] = (struct fb_spent){3, 29000000, 77, 27720};
    d.spent[1] = (struct fb_spent){8, 29000000, 77, -5};
    check_stored(&d, FB_HAS_DUE | FB_HAS_STINT | FB_HAS_SPENT);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, fb_decision_pack(&d, packed, sizeof packed))),
                    FB_OK);
    CU_ASSERT(back.n_spent == 2 && back.spent[1].approval == 8 && back.spent[1].pence == -5);
    CU_ASSERT_TRUE(plain < 40);
}

static void test_stored_life(void)
{
    struct fb_decision d = a_decision(), back;
    size_t none = fb_decision_pack(&d, packed, sizeof packed);
    d.n_findings = 1;
    d.finding[0] = (struct fb_finding){.rule = 1, .severity = FB_SEVERITY_BREACH, .opened_ms = d.at_ms};
    CU_ASSERT_EQUAL(fb_decision_pack(&d, packed, sizeof packed),
                    none + 7); /* the life of a new one is free */
    d.n_findings = 3;
    d.finding[0].opened_ms = d.at_ms - 86400000;
    d.finding[1] = (struct fb_finding){.rule = 2,
                                       .severity = FB_SEVERITY_OK_,
                                       .life = FB_LIFE_CLEARED | FB_LIFE_CLOSED,
                                       .verdict = FB_VERDICT_NO_CASE,
                                       .opened_ms = d.at_ms,
                                       .changed_ms = 17};
    d.finding[1].steps[FB_STEP_CLOSE] = 1;
    d.finding[1].steps[FB_STEP_NOTE] = 255;
    d.finding[2] = (struct fb_finding){.rule = 2,
                                       .severity = FB_SEVERITY_WARN,
                                       .detail = 1,
                                       .opened_ms = d.at_ms,
                                       .answered = FB_ANSWERED_BEFORE_START,
                                       .approval = 900};
    check_stored(&d, 0);
    size_t n = fb_decision_pack(&d, packed, sizeof packed);
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_OK);
    for (unsigned i = 0; i < 3; i++)
        CU_ASSERT_TRUE(fb_test_same_finding(&back.finding[i], &d.finding[i]));
}

/* One byte of what is stored made nonsense. */
static void test_nonsense_is_refused(void)
{
    struct fb_decision d = a_decision(), back;
    d.kind = FB_KIND_APPROVAL;
    d.approval_end = FB_APPROVAL_END_LAPSED;
    check_stored(&d, FB_HAS_APPROVAL);
    size_t n = fb_decision_pack(&d, packed, sizeof packed);
    unsigned char was = packed[n - 2];
    packed[n - 2] = FB_APPROVAL_END_END;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[n - 2] = 0; /* said to be there, and nothing */
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[n - 2] = was;
    packed[n - 1] = FB_ANSWERED_END;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[n - 1] = 0;
    packed[3] = FB_KIND_BOOKING; /* a shift has no such end */
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[3] = FB_KIND_CASCADE;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[3] = FB_KIND_APPROVAL;
    packed[2] |= FB_HAS_STINT;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[2] = FB_HAS_APPROVAL | 16;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_REFUSED);
    packed[2] = FB_HAS_APPROVAL;
    CU_ASSERT_EQUAL(fb_decision_unpack(&back, span_of(packed, n)), FB_OK);
}

CU_TestInfo suite_decide_approval[] = {
    {"each end of an approval is told once", test_each_end_is_told_once},
    {"a telephone grant lapses, is confirmed after all, and expires", test_life_of_a_telephone_grant},
    {"a class's limit is used up, and free again", test_exhausted_and_back},
    {"a trial's approval is told anew when it becomes live", test_trial},
    {"what else a decision has is stored, and costs nothing where it is not there", test_stored},
    {"the life of a finding is stored", test_stored_life},
    {"a stored decision that cannot be is refused", test_nonsense_is_refused},
    CU_TEST_INFO_NULL};
