#include "tests/lib/answers.h"
#include "tests/lib/suite.h"
#include <string.h>

static unsigned char memory[1 << 16];
static struct fb_decision after;
static struct fb_effects effects;
static struct fb_book book;

static void decide_with(struct fb_test_view *v, const struct fb_decision *prior)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after);
    memset(&effects, 0xa5, sizeof effects);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&book, &v->view, prior, &arena, &after, &effects), FB_OK);
}

static void decide(struct fb_test_view *v)
{
    decide_with(v, NULL);
}

static void begin(struct fb_test_view *v)
{
    book = fb_test_answer_book();
    fb_test_breach_view(v);
}

static const struct fb_finding *found(enum fb_test_rule rule)
{
    for (unsigned i = 0; i < after.n_findings; i++)
        if (after.finding[i].rule == fb_test_rule_id(rule))
            return &after.finding[i];
    CU_FAIL_FATAL("no such finding");
    return NULL;
}

static const struct fb_finding *breach(void)
{
    return found(FB_TEST_RULE_OFF_FRAMEWORK);
}

static unsigned causes; /* why somebody may not, of those */
/* A bit for each end told by approval.not_valid. */
static unsigned not_valid(void)
{
    unsigned ends = 0;
    causes = 0;
    for (unsigned i = 0; i < after.n_findings; i++) {
        const struct fb_finding *f = &after.finding[i];
        if (f->rule != book.built_in[FB_RULE_APPROVAL_NOT_VALID].id)
            continue;
        CU_ASSERT_EQUAL(f->severity, FB_SEVERITY_WARN);
        unsigned end = f->detail & FB_NOT_VALID_END_BITS;
        CU_ASSERT_EQUAL(end == FB_APPROVAL_END_NOT_ENTITLED, f->detail != end);
        ends |= 1u << end;
        causes |= f->detail - end;
    }
    return ends;
}

static unsigned count(enum fb_event_kind kind)
{
    unsigned n = 0;
    for (unsigned i = 0; i < effects.n_events; i++)
        n += effects.event[i].kind == kind;
    return n;
}

static void at(struct fb_test_view *v, const char *now)
{
    v->view.now_ms = fb_test_ms(now);
}

static void test_unanswered(void)
{
    struct fb_test_view v;
    begin(&v);
    decide(&v);
    CU_ASSERT(breach()->answered == 0 && breach()->approval == 0 && fb_finding_open(breach()));
    CU_ASSERT_EQUAL(breach()->severity, FB_SEVERITY_BREACH);
    CU_ASSERT_EQUAL(found(FB_TEST_RULE_NO_CASCADE)->severity, FB_SEVERITY_WARN);
}

static void test_each_answer(void)
{
    const struct {
        enum fb_answered answered;
        const char *granted, *now;
        enum fb_channel channel;
    } rows[] = {{FB_ANSWERED_BEFORE_BOOKING, "2026-03-09T12:00", "2026-03-10T12:00", FB_CHANNEL_WRITTEN},
                {FB_ANSWERED_BEFORE_START, "2026-03-10T11:00", "2026-03-10T12:00", FB_CHANNEL_WRITTEN},
                {FB_ANSWERED_RETROSPECTIVE, "2026-03-20T09:00", "2026-03-20T12:00", FB_CHANNEL_WRITTEN},
                {FB_ANSWERED_PROVISIONAL, "2026-03-10T11:00", "2026-03-10T12:00", FB_CHANNEL_TELEPHONE}};
    CU_ASSERT_EQUAL(sizeof rows / sizeof rows[0], FB_ANSWERED_END - 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_test_view v;
        struct fb_record r = fb_test_approval("A1", "agency.off_framework");
        begin(&v);
        book.rule[FB_TEST_RULE_OFF_FRAMEWORK].answer.retrospective = true;
        r.as.approval.granted_ms = fb_test_ms(rows[i].granted);
        r.as.approval.channel = rows[i].channel;
        fb_test_add_approval(&v, &r, 31);
        at(&v, rows[i].now);
        decide(&v);
        CU_ASSERT_EQUAL(breach()->answered, rows[i].answered);
        CU_ASSERT(breach()->approval == 31 && breach()->severity == FB_SEVERITY_BREACH &&
                  !fb_finding_open(breach()));
        CU_ASSERT_EQUAL(found(FB_TEST_RULE_NO_CASCADE)->answered, 0); /* it was not named */
        CU_ASSERT_EQUAL(not_valid(), 0);
        CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_ANSWERED), 1);
        for (unsigned e = 0; e < effects.n_events; e++)
            if (effects.event[e].kind == FB_EVENT_FINDING_ANSWERED)
                CU_ASSERT_EQUAL(effects.event[e].detail, rows[i].answered);
    }
}

static void test_each_end_that_answers_nothing(void)
{
    const struct {
        enum fb_approval_end end;
        bool told;
    } rows[] = {{FB_APPROVAL_END_ASKED, false},       {FB_APPROVAL_END_REFUSED, false},
                {FB_APPROVAL_END_WITHDRAWN, false},   {FB_APPROVAL_END_LAPSED, true},
                {FB_APPROVAL_END_NOT_ENTITLED, true}, {FB_APPROVAL_END_NEEDS_SECOND, true},
                {FB_APPROVAL_END_EXHAUSTED, true}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_test_view v;
        struct fb_record r = fb_test_approval("A1", "agency.off_framework");
        struct fb_approval *a = &r.as.approval;
        begin(&v);
        if (rows[i].end == FB_APPROVAL_END_ASKED)
            a->state = FB_APPROVAL_STATE_ASKED;
        if (rows[i].end == FB_APPROVAL_END_REFUSED)
            a->state = FB_APPROVAL_STATE_REFUSED;
        if (rows[i].end == FB_APPROVAL_END_WITHDRAWN)
            a->state = FB_APPROVAL_STATE_WITHDRAWN;
        if (rows[i].end == FB_APPROVAL_END_LAPSED)
            a->channel = FB_CHANNEL_TELEPHONE;
        if (rows[i].end == FB_APPROVAL_END_NOT_ENTITLED)
            a->granted_by = fb_span_of("RTH-XX");
        if (rows[i].end == FB_APPROVAL_END_NEEDS_SECOND)
            book.rule[FB_TEST_RULE_OFF_FRAMEWORK].answer.second_roles = 1u << FB_ROLE_EXECUTIVE_DIRECTOR;
        if (rows[i].end == FB_APPROVAL_END_EXHAUSTED)
            a->limit_pence = 27719;
        fb_test_add_approval(&v, &r, 31);
        decide(&v);
        CU_ASSERT(breach()->answered == 0 && breach()->approval == 0);
        CU_ASSERT_EQUAL(not_valid(), rows[i].told ? 1u << rows[i].end : 0);
        CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_ANSWERED), 0);
    }
}

/* The finding of a lapse stays, whatever the trust says afterwards; what is taken back in time answers until then. */
static void test_taken_back(void)
{
    for (unsigned late = 0; late < 2; late++) {
        struct fb_test_view v;
        struct fb_record r = fb_test_approval("A1", "agency.off_framework");
        begin(&v);
        r.as.approval.channel = FB_CHANNEL_TELEPHONE;
        r.as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
        r.as.approval.ended_ms = fb_test_ms(late ? "2026-03-09T14:00" : "2026-03-09T12:00");
        fb_test_add_approval(&v, &r, 31);
        at(&v, "2026-03-09T11:59");
        decide(&v);
        CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_PROVISIONAL);
        CU_ASSERT_TRUE(after.due_ms <= r.as.approval.ended_ms);
        at(&v, "2026-03-09T15:00");
        decide(&v);
        CU_ASSERT_EQUAL(breach()->answered, 0);
        CU_ASSERT_EQUAL(not_valid(), late ? 1u << FB_APPROVAL_END_LAPSED : 0);
    }
}

static void test_retrospective(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    begin(&v);
    r.as.approval.granted_ms = fb_test_ms("2026-03-19T08:00");
    fb_test_add_approval(&v, &r, 31);
    at(&v, "2026-03-20T12:00");
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, 0);
    CU_ASSERT_EQUAL(not_valid(), 1u << FB_APPROVAL_END_NOT_ENTITLED);
    CU_ASSERT_EQUAL(causes, FB_NOT_SO_LATE);
}

/* The role, the channel and whose asking it was are the rule's; who holds the role is the trust's scheme. */
static void test_why_not_entitled(void)
{
    for (unsigned i = 0; i < 4; i++) {
        struct fb_test_view v;
        struct fb_record r = fb_test_approval("A1", "agency.off_framework");
        struct fb_approval *a = &r.as.approval;
        begin(&v);
        a->role = i == 0 ? FB_ROLE_OTHER : i == 3 ? FB_ROLE_NONE : a->role;
        a->asked_by = i == 1 ? a->granted_by : a->asked_by;
        a->granted_by = i == 2 ? fb_span_of("RTH-XX") : a->granted_by;
        fb_test_add_approval(&v, &r, 31);
        decide(&v);
        CU_ASSERT_EQUAL(not_valid(), 1u << FB_APPROVAL_END_NOT_ENTITLED);
        CU_ASSERT_EQUAL(causes, i == 2 ? FB_NOT_BY_SCHEME : FB_NOT_BY_RULE);
    }
}

static void test_second_came_later(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.no_cascade");
    begin(&v);
    r.as.approval.second_by = fb_span_of("RTH-CN");
    r.as.approval.second_role = FB_ROLE_EXECUTIVE_DIRECTOR;
    r.as.approval.second_ms = fb_test_ms("2026-03-09T11:59");
    fb_test_add_approval(&v, &r, 31);
    decide(&v);
    CU_ASSERT_EQUAL(found(FB_TEST_RULE_NO_CASCADE)->answered, FB_ANSWERED_BEFORE_BOOKING);
    r.as.approval.second_ms = fb_test_ms("2026-03-09T12:01");
    decide(&v);
    CU_ASSERT_EQUAL(found(FB_TEST_RULE_NO_CASCADE)->answered, FB_ANSWERED_BEFORE_START);
}

/* A second look that is dated later wakes the shift then, and answers from then on. */
static void test_second_is_waited_for(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.no_cascade");
    begin(&v);
    r.as.approval.second_by = fb_span_of("RTH-CN");
    r.as.approval.second_role = FB_ROLE_EXECUTIVE_DIRECTOR;
    r.as.approval.second_ms = fb_test_ms("2026-03-11T09:00");
    fb_test_add_approval(&v, &r, 31);
    at(&v, "2026-03-10T09:00");
    decide(&v);
    CU_ASSERT(found(FB_TEST_RULE_NO_CASCADE)->answered == 0 && not_valid() == 1u << FB_APPROVAL_END_NEEDS_SECOND && after.due_ms == r.as.approval.second_ms);
    v.view.now_ms = r.as.approval.second_ms;
    decide(&v);
    CU_ASSERT_EQUAL(found(FB_TEST_RULE_NO_CASCADE)->answered, FB_ANSWERED_BEFORE_START);
    CU_ASSERT(not_valid() == 0 && after.due_ms == INT64_MAX);
}

static void test_provisional_lapses(void)
{
    struct fb_test_view v;
    struct fb_decision prior;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    begin(&v);
    r.as.approval.channel = FB_CHANNEL_TELEPHONE;
    r.as.approval.granted_ms = fb_test_ms("2026-03-10T11:00");
    fb_test_add_approval(&v, &r, 31);
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_PROVISIONAL);
    CU_ASSERT_EQUAL(after.due_ms, fb_test_ms("2026-03-10T13:00"));
    prior = after;
    at(&v, "2026-03-10T13:00");
    decide_with(&v, &prior);
    CU_ASSERT(breach()->answered == 0 && breach()->severity == FB_SEVERITY_BREACH);
    CU_ASSERT_EQUAL(after.due_ms, INT64_MAX);
    CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_UNANSWERED), 1);
    CU_ASSERT_EQUAL(count(FB_EVENT_ASSURANCE_FINDING), 1); /* approval.not_valid */
    CU_ASSERT_EQUAL(not_valid(), 1u << FB_APPROVAL_END_LAPSED);
    prior = after;
    r.as.approval.confirmed_by = fb_span_of("RTH-CE");
    r.as.approval.recorded_by = fb_span_of("RTH-SM");
    r.as.approval.confirmed_ms = fb_test_ms("2026-03-10T12:59"); /* it was in time, and came late */
    decide_with(&v, &prior);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_BEFORE_START);
    CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_ANSWERED), 1);
    CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_CLEARED), 1);
}

static void test_expired_still_answers(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    begin(&v);
    fb_test_add_approval(&v, &r, 31);
    at(&v, "2026-04-05T12:00");
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_BEFORE_BOOKING);
}

static void test_best(void)
{
    struct fb_test_view v;
    struct fb_record a = fb_test_approval("A1", "agency.off_framework"),
                     b = fb_test_approval("B1", "agency.off_framework"),
                     c = fb_test_approval("C1", "agency.off_framework");
    begin(&v);
    a.as.approval.channel = FB_CHANNEL_TELEPHONE; /* provisional, and the earliest */
    a.as.approval.granted_ms = fb_test_ms("2026-03-10T10:30");
    b.as.approval.granted_ms = fb_test_ms("2026-03-10T11:30");
    c.as.approval.granted_ms = fb_test_ms("2026-03-10T11:00");
    fb_test_add_approval(&v, &a, 31);
    fb_test_add_approval(&v, &b, 32);
    decide(&v);
    CU_ASSERT_EQUAL(breach()->approval, 32); /* granted before provisional */
    fb_test_add_approval(&v, &c, 33);
    decide(&v);
    CU_ASSERT_EQUAL(breach()->approval, 33); /* the earlier of the two */
    b.as.approval.granted_ms = c.as.approval.granted_ms;
    decide(&v);
    CU_ASSERT_EQUAL(breach()->approval, 32); /* then by name */
}

static void test_one_that_does_not_count_beside_one_that_does(void)
{
    struct fb_test_view v;
    struct fb_record good = fb_test_approval("A1", "agency.off_framework"),
                     bad = fb_test_approval("B1", "agency.off_framework"),
                     spent = fb_test_class_approval("C1", "agency.off_framework");
    begin(&v);
    bad.as.approval.granted_by = fb_span_of("RTH-XX");
    spent.as.approval.limit_pence = 1;
    fb_test_add_approval(&v, &bad, 32);
    fb_test_add_approval(&v, &spent, 33);
    decide(&v);
    CU_ASSERT_EQUAL(not_valid(), 1u << FB_APPROVAL_END_NOT_ENTITLED | 1u << FB_APPROVAL_END_EXHAUSTED);
    fb_test_add_approval(&v, &good, 31);
    decide(&v);
    CU_ASSERT_EQUAL(breach()->approval, 31);
    CU_ASSERT_EQUAL(not_valid(), 1u << FB_APPROVAL_END_NOT_ENTITLED); /* somebody granted what they may not */
}

static void test_limit_of_a_booking(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    begin(&v);
    r.as.approval.limit_pence = 27720; /* to the penny */
    fb_test_add_approval(&v, &r, 31);
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_BEFORE_BOOKING);
    CU_ASSERT_EQUAL(after.n_spent, 0);
    v.booking[0].as.booking.rates.n = 0; /* what nobody can price keeps no limit */
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, 0);
}

static void test_limit_of_a_class(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_class_approval("A1", "agency.off_framework");
    begin(&v);
    r.as.approval.limit_pence = 100000;
    fb_test_add_approval(&v, &r, 31);
    v.view.approval[0].before_pence = 100000 - 27720;
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_BEFORE_BOOKING);
    CU_ASSERT(after.n_spent == 1 && after.spent[0].approval == 31 && after.spent[0].pence == 27720);
    CU_ASSERT_EQUAL(after.spent[0].start_min, v.booking[0].as.booking.shift.time.start_min);
    v.view.approval[0].before_pence++;
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, 0);
    CU_ASSERT_EQUAL(not_valid(), 1u << FB_APPROVAL_END_EXHAUSTED);
    CU_ASSERT(after.n_spent == 1 &&
              after.spent[0].pence == 27720);                   /* what it takes never hangs on the limit */
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED; /* and is taken back with the finding */
    decide(&v);
    CU_ASSERT_EQUAL(after.n_spent, 0);
}

static void test_takes_nothing_for_nothing(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_class_approval("A1", "override.hundred");
    begin(&v);
    book.rule[FB_TEST_RULE_HUNDRED].answer.roles = 1u << FB_ROLE_CHIEF_EXECUTIVE;
    r.as.approval.limit_pence = 100000;
    fb_test_add_approval(&v, &r, 31);
    decide(&v);
    CU_ASSERT(after.n_spent == 0 && breach()->answered == 0);
}

/* However many there are, it takes of each, and the one with room is found. */
static void test_as_many_limits_as_are_read(void)
{
    struct fb_test_view v;
    struct fb_record r[FB_APPROVALS_MAX];
    static char refs[FB_APPROVALS_MAX][2];
    begin(&v);
    for (unsigned i = 0; i < FB_APPROVALS_MAX; i++) {
        refs[i][0] = (char)('A' + i);
        r[i] = fb_test_class_approval(refs[i], "agency.off_framework");
        r[i].as.approval.limit_pence = i < FB_APPROVALS_MAX - 1 ? 100 : 100000; /* only the last has room */
        fb_test_add_approval(&v, &r[i], 40 - i);
    }
    decide(&v);
    CU_ASSERT_EQUAL(after.n_spent, FB_APPROVALS_MAX);
    for (unsigned i = 1; i < after.n_spent; i++)
        CU_ASSERT(after.spent[i - 1].approval < after.spent[i].approval);
    CU_ASSERT_EQUAL(breach()->approval, 41 - FB_APPROVALS_MAX);
    CU_ASSERT_EQUAL(not_valid(), 0);
}

static void test_shadow_answers_nothing_live(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    const struct fb_source shadow = {.mode = FB_SOURCE_MODE_SHADOW}, live = {.mode = FB_SOURCE_MODE_LIVE};
    begin(&v);
    fb_test_add_approval(&v, &r, 31);
    v.view.approval[0].source = &shadow;
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, 0);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_BEFORE_BOOKING);
    v.source[0].mode = FB_SOURCE_MODE_LIVE;
    v.view.approval[0].source = &live;
    decide(&v);
    CU_ASSERT_EQUAL(breach()->answered, FB_ANSWERED_BEFORE_BOOKING);
}

static void test_other_bookings_approval(void)
{
    struct fb_test_view v;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    begin(&v);
    r.as.approval.booking_ref = fb_span_of("B2");
    fb_test_add_approval(&v, &r, 31);
    decide(&v);
    CU_ASSERT(breach()->answered == 0 && not_valid() == 0);
}

CU_TestInfo suite_answer[] = {
    {"without an approval a breach stands open", test_unanswered},
    {"an approval answers as what it was when it was granted", test_each_answer},
    {"what does not count answers nothing, and is told where somebody meant it to",
     test_each_end_that_answers_nothing},
    {"a grant after the start counts only where the rule says so", test_retrospective},
    {"who may not by the rule and who by the scheme of delegation are told apart", test_why_not_entitled},
    {"a lapse stays found, whoever withdraws it afterwards", test_taken_back},
    {"it was not granted before the second pair of eyes had looked", test_second_came_later},
    {"a second look that is to come is waited for, and answers from then on", test_second_is_waited_for},
    {"a telephone grant lapses into a breach at its deadline", test_provisional_lapses},
    {"shifts of its days stay answered when it has expired", test_expired_still_answers},
    {"granted before provisional, then the earliest, then by name", test_best},
    {"a grant by somebody who may not is told, also where another answers",
     test_one_that_does_not_count_beside_one_that_does},
    {"the limit of one booking is kept to the penny", test_limit_of_a_booking},
    {"what a shift takes of a class's limit never hangs on the limit", test_limit_of_a_class},
    {"a shift takes nothing of an approval that answers none of its findings",
     test_takes_nothing_for_nothing},
    {"of as many limits as a decision reads it takes, and finds the one with room", test_as_many_limits_as_are_read},
    {"a trial's approval answers no live shift", test_shadow_answers_nothing_live},
    {"an approval of another booking is none", test_other_bookings_approval},
    CU_TEST_INFO_NULL};
