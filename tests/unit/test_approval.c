#include "engine/core/approval.h"
#include "tests/lib/answers.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_approval_state_at at_of(const struct fb_book *book, const struct fb_record *r,
                                         const char *now)
{
    struct fb_approval_state_at at;
    memset(&at, 0xa5, sizeof at);
    fb_approval_at(book, &r->as.approval, fb_test_ms(now), &at);
    return at;
}

static enum fb_approval_end end_of(const struct fb_record *r, const char *now)
{
    struct fb_book book = fb_test_answer_book();
    return at_of(&book, r, now).end;
}

/* Granted by telephone at three in the morning, typed in by the site manager. */
static struct fb_record by_telephone(void)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    r.as.approval.channel = FB_CHANNEL_TELEPHONE;
    r.as.approval.recorded_by = fb_span_of("RTH-SM");
    r.as.approval.granted_ms = fb_test_ms("2026-03-09T03:00");
    return r;
}

static struct fb_record confirmed(const char *by, const char *when)
{
    struct fb_record r = by_telephone();
    r.as.approval.confirmed_by = fb_span_of(by);
    r.as.approval.confirmed_ms = fb_test_ms(when);
    return r;
}

static struct fb_record with_second(const char *by, enum fb_role role)
{
    struct fb_record r = fb_test_approval("A1", "agency.no_cascade");
    r.as.approval.second_by = fb_span_of(by);
    r.as.approval.second_role = role;
    r.as.approval.second_ms = fb_test_ms("2026-03-09T11:30");
    return r;
}

static struct fb_record in_state(enum fb_approval_state state)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    r.as.approval.state = state;
    return r;
}

static void test_each_end(void)
{
    const char *now = "2026-03-09T12:00";
    const struct {
        enum fb_approval_end end;
        struct fb_record r;
        const char *now;
    } rows[] = {
        {FB_APPROVAL_END_ASKED, in_state(FB_APPROVAL_STATE_ASKED), now},
        {FB_APPROVAL_END_GRANTED, in_state(FB_APPROVAL_STATE_GRANTED), now},
        {FB_APPROVAL_END_PROVISIONAL, by_telephone(), "2026-03-09T04:59"},
        {FB_APPROVAL_END_REFUSED, in_state(FB_APPROVAL_STATE_REFUSED), now},
        {FB_APPROVAL_END_WITHDRAWN, in_state(FB_APPROVAL_STATE_WITHDRAWN), now},
        {FB_APPROVAL_END_LAPSED, by_telephone(), "2026-03-09T05:00"},
        {FB_APPROVAL_END_EXPIRED, fb_test_class_approval("A1", "agency.off_framework"), "2026-04-01T00:00"},
        {FB_APPROVAL_END_NOT_ENTITLED, fb_test_approval("A1", "override.half_over"), now},
        {FB_APPROVAL_END_NEEDS_SECOND, fb_test_approval("A1", "agency.no_cascade"), now},
    };
    /* Exhaustion is told by whoever knows what all shifts took: suite decide_approval. */
    CU_ASSERT_EQUAL(sizeof rows / sizeof rows[0], FB_APPROVAL_END_END - 2);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(end_of(&rows[i].r, rows[i].now), rows[i].end);
}

static void test_clock(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = by_telephone();
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T03:30").next_ms, fb_test_ms("2026-03-09T05:00"));
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T05:30").next_ms, INT64_MAX);
    r = fb_test_approval("A1", "agency.off_framework");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").next_ms, INT64_MAX);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-05-01T12:00").end, FB_APPROVAL_END_GRANTED); /* of a booking: for good */
    r = fb_test_class_approval("A1", "agency.off_framework");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").next_ms,
                    fb_test_ms("2026-03-31T23:00Z")); /* summer time by then */
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-31T22:59Z").end, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-31T23:00Z").end, FB_APPROVAL_END_EXPIRED);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-05-01T12:00").next_ms, INT64_MAX);
}

static void test_confirmation(void)
{
    const char *later = "2026-03-09T12:00";
    struct fb_record in_time = confirmed("RTH-CE", "2026-03-09T05:00"),
                     late = confirmed("RTH-CE", "2026-03-09T05:01");
    struct fb_record other = confirmed("RTH-CN", "2026-03-09T04:00"),
                     early = confirmed("RTH-CE", "2026-03-09T02:59");
    struct fb_record own = confirmed("RTH-CE", "2026-03-09T04:00");
    CU_ASSERT_EQUAL(end_of(&in_time, later), FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(end_of(&late, later), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_EQUAL(end_of(&other, later), FB_APPROVAL_END_LAPSED);
    CU_ASSERT_EQUAL(end_of(&early, later), FB_APPROVAL_END_LAPSED);
    own.as.approval.recorded_by = fb_span_of("RTH-CE"); /* nobody confirms what they typed in themselves */
    CU_ASSERT_EQUAL(end_of(&own, later), FB_APPROVAL_END_LAPSED);
}

/* What somebody will grant is asked for until then. */
static void test_granted_later(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    r.as.approval.granted_ms = fb_test_ms("2026-03-09T12:01");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").end, FB_APPROVAL_END_ASKED);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").next_ms, r.as.approval.granted_ms);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:01").end, FB_APPROVAL_END_GRANTED);
    r.as.approval.state = FB_APPROVAL_STATE_REFUSED;
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").end, FB_APPROVAL_END_REFUSED);
}

/* Nor did anybody look, or confirm, who says that they will. */
static void test_looked_and_confirmed_later(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = with_second("RTH-CN", FB_ROLE_EXECUTIVE_DIRECTOR); /* at 11:30 */
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T11:29").end, FB_APPROVAL_END_NEEDS_SECOND);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T11:29").next_ms, r.as.approval.second_ms);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T11:30").end, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T11:30").next_ms, INT64_MAX);
    r.as.approval.second_role = FB_ROLE_CHIEF_EXECUTIVE;
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").next_ms, INT64_MAX); /* they looked, and may not */
    r = confirmed("RTH-CE", "2026-03-09T04:30");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T04:29").end, FB_APPROVAL_END_PROVISIONAL);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T04:29").next_ms, r.as.approval.confirmed_ms);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T04:30").end, FB_APPROVAL_END_GRANTED);
}

/* A lapse is nothing that a trust can undo: what ends a grant counts from its own instant, and what was over then stays over. */
static struct fb_record taken_back(struct fb_record r, enum fb_approval_state state, const char *when)
{
    r.as.approval.state = state;
    r.as.approval.ended_ms = fb_test_ms(when);
    r.as.approval.recorded_by = fb_span_of("RTH-SM");
    return r;
}

static void test_taken_back(void)
{
    const char *later = "2026-04-09T12:00";
    const enum fb_approval_state withdrawn = FB_APPROVAL_STATE_WITHDRAWN, refused = FB_APPROVAL_STATE_REFUSED;
    const struct {
        enum fb_approval_end end;
        struct fb_record r;
        const char *now;
    } rows[] = {
        {FB_APPROVAL_END_LAPSED, taken_back(by_telephone(), withdrawn, "2026-03-09T05:00"), later},
        {FB_APPROVAL_END_LAPSED, taken_back(by_telephone(), refused, "2026-03-09T06:00"), later},
        {FB_APPROVAL_END_WITHDRAWN, taken_back(by_telephone(), withdrawn, "2026-03-09T04:59"), later},
        {FB_APPROVAL_END_REFUSED, taken_back(by_telephone(), refused, "2026-03-09T04:59"), later},
        {FB_APPROVAL_END_PROVISIONAL, taken_back(by_telephone(), withdrawn, "2026-03-09T04:59"), "2026-03-09T04:58"},
        {FB_APPROVAL_END_WITHDRAWN, taken_back(by_telephone(), withdrawn, "2026-03-09T02:59"), later}, /* before it was */
        {FB_APPROVAL_END_WITHDRAWN, taken_back(confirmed("RTH-CE", "2026-03-09T04:00"), withdrawn, "2026-03-09T06:00"), later},
        {FB_APPROVAL_END_NOT_ENTITLED, taken_back(fb_test_approval("A1", "override.half_over"), withdrawn, "2026-03-09T12:00"), later},
        {FB_APPROVAL_END_EXPIRED, taken_back(fb_test_class_approval("A1", "agency.off_framework"), withdrawn, "2026-04-01T00:00"), later},
        {FB_APPROVAL_END_WITHDRAWN, taken_back(fb_test_class_approval("A1", "agency.off_framework"), withdrawn, "2026-03-20T00:00"), later},
        {FB_APPROVAL_END_WITHDRAWN, taken_back(fb_test_approval("A1", "agency.no_cascade"), withdrawn, "2026-03-09T12:00"), later},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(end_of(&rows[i].r, rows[i].now), rows[i].end);
    struct fb_book book = fb_test_answer_book();
    CU_ASSERT_EQUAL(at_of(&book, &rows[4].r, rows[4].now).next_ms, rows[4].r.as.approval.ended_ms);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at_of(&book, &rows[0].r, later).why);
    CU_ASSERT_PTR_NOT_NULL(strstr(at_of(&book, &rows[0].r, later).why, "withdrawn only after that"));
    CU_ASSERT_PTR_NOT_NULL(strstr(at_of(&book, &rows[7].r, later).why, "cannot be answered"));
    /* Who ends a confirmed grant is written where its recorder was: it stays confirmed. */
    struct fb_record own = taken_back(confirmed("RTH-CE", "2026-03-09T04:00"), withdrawn, "2026-03-09T06:00");
    own.as.approval.recorded_by = fb_span_of("RTH-CE");
    CU_ASSERT_EQUAL(end_of(&own, later), FB_APPROVAL_END_WITHDRAWN);
}

static struct fb_record confirmation(const struct fb_record *a)
{
    static char terms[FB_APPROVAL_TERMS_BYTES];
    struct fb_record c = fb_test_reply("c1", NULL, FB_STEP_ACKNOWLEDGE, "2026-03-09T04:00");
    fb_approval_terms(terms, &a->as.approval);
    c.env.source = fb_span_of(FB_SOURCE_OWN);
    c.as.reply.booking_source = a->env.source;
    c.as.reply.booking_ref = a->env.record_ref;
    c.as.reply.by = a->as.approval.granted_by;
    c.as.reply.text = fb_span_of(terms);
    return c;
}

/* Of what was granted, whoever asked and in which words; of nothing else, and by no other system. */
static void test_what_confirms(void)
{
    struct fb_record a = by_telephone(), c = confirmation(&a), other = c;
    struct fb_approval *p = &a.as.approval;
    CU_ASSERT_TRUE(fb_approval_confirm(&a, &c));
    CU_ASSERT_TRUE(fb_span_is(p->confirmed_by, "RTH-CE") && p->confirmed_ms == c.env.occurred_ms);
    p->reason = fb_span_of("spelt better");
    p->asked_by = fb_span_of("RTH-W9");
    CU_ASSERT_TRUE(fb_approval_confirm(&a, &c));
    other.env.source = a.env.source;
    CU_ASSERT_FALSE(fb_approval_confirm(&a, &other));
    other = c;
    other.as.reply.by = fb_span_of("RTH-CN");
    CU_ASSERT_FALSE(fb_approval_confirm(&a, &other));
    other = c;
    other.as.reply.booking_ref = fb_span_of("A2");
    CU_ASSERT_FALSE(fb_approval_confirm(&a, &other));
    for (unsigned i = 0; i < 8; i++) {
        a = by_telephone();
        p->granted_ms += i == 0;
        p->until += i == 1;
        p->limit_pence = i == 2 ? 100 : p->limit_pence;
        p->rule[0] = i == 3 ? fb_span_of("agency.no_cascade") : p->rule[0];
        p->booking_ref = i == 4 ? fb_span_of("B2") : p->booking_ref;
        p->unit = i == 5 ? fb_span_of("ward 2") : p->unit;
        p->role = i == 6 ? FB_ROLE_EXECUTIVE_DIRECTOR : p->role;
        p->agency = i == 7 ? fb_span_of("ward 2") : p->agency;
        CU_ASSERT_FALSE(fb_approval_confirm(&a, &c));
        CU_ASSERT_EQUAL(p->confirmed_ms, FB_ABSENT);
    }
}

static void check_not_entitled(const struct fb_book *book, const struct fb_record *r, const char *why)
{
    struct fb_approval_state_at at = at_of(book, r, "2026-04-09T12:00");
    CU_ASSERT_EQUAL(at.end, FB_APPROVAL_END_NOT_ENTITLED);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at.why);
    CU_ASSERT_PTR_NOT_NULL(strstr(at.why, why));
    CU_ASSERT_EQUAL(at.next_ms, INT64_MAX);
}

static void test_entitlement(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    r.as.approval.role = FB_ROLE_OTHER;
    check_not_entitled(&book, &r, "that role may not");
    r.as.approval.role = FB_ROLE_EXECUTIVE_DIRECTOR;
    check_not_entitled(&book, &r, "did not hold that role");
    r.as.approval.granted_by = fb_span_of("RTH-CN");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").end, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").origin, 7);
    r.as.approval.granted_ms = fb_test_ms("2026-02-28T23:59"); /* before the row of the scheme begins */
    check_not_entitled(&book, &r, "did not hold that role");
    r.as.approval.granted_ms = fb_test_ms("2026-03-01T00:00");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").end, FB_APPROVAL_END_GRANTED);
    r.as.approval.granted_ms = fb_test_ms("2026-03-31T23:59");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-04-09T12:00").end, FB_APPROVAL_END_GRANTED);
    r.as.approval.granted_ms = fb_test_ms("2026-04-01T00:00"); /* as it ends */
    check_not_entitled(&book, &r, "did not hold that role");
    r.as.approval.hirer = fb_code_of("RXQ"); /* no one's scheme speaks for another trust */
    check_not_entitled(&book, &r, "no scheme of delegation");
    r.as.approval.granted_by = (struct fb_span){NULL, 0};
    check_not_entitled(&book, &r, "does not say who");
}

static void test_national_sign_off(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = fb_test_approval("A1", "override.hundred");
    struct fb_delegation row = {fb_code_of("RTH"), FB_ROLE_NHS_ENGLAND, fb_span_of("RTH-CE"),
                                INT64_MIN,         INT64_MAX,           3};
    r.as.approval.role = FB_ROLE_NHS_ENGLAND;
    check_not_entitled(&book, &r, "no scheme of delegation");
    book.delegation = &row;
    book.n_delegations = 1;
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").end, FB_APPROVAL_END_GRANTED);
}

static void test_own(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    r.as.approval.asked_by = fb_span_of("RTH-CE");
    check_not_entitled(&book, &r, "asked for themselves");
    r = fb_test_approval("A1", "agency.office");
    r.as.approval.role = FB_ROLE_EXECUTIVE_DIRECTOR;
    r.as.approval.granted_by = r.as.approval.asked_by = fb_span_of("RTH-CN");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T12:00").end, FB_APPROVAL_END_GRANTED);
    r.as.approval.channel = FB_CHANNEL_TELEPHONE;
    check_not_entitled(&book, &r, "by telephone");
}

static void test_second_pair_of_eyes(void)
{
    const struct {
        const char *by;
        enum fb_role role;
        enum fb_approval_end end;
    } rows[] = {{"RTH-CN", FB_ROLE_EXECUTIVE_DIRECTOR, FB_APPROVAL_END_GRANTED},
                {"RTH-CN", FB_ROLE_CHIEF_EXECUTIVE, FB_APPROVAL_END_NEEDS_SECOND},
                {"RTH-XX", FB_ROLE_EXECUTIVE_DIRECTOR, FB_APPROVAL_END_NEEDS_SECOND},
                {"RTH-CE", FB_ROLE_EXECUTIVE_DIRECTOR, FB_APPROVAL_END_NEEDS_SECOND}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_record r = with_second(rows[i].by, rows[i].role);
        CU_ASSERT_EQUAL(end_of(&r, "2026-03-09T12:00"), rows[i].end);
    }
    struct fb_record r = with_second("RTH-CN", FB_ROLE_EXECUTIVE_DIRECTOR);
    r.as.approval.asked_by = fb_span_of("RTH-CN");
    CU_ASSERT_EQUAL(end_of(&r, "2026-03-09T12:00"), FB_APPROVAL_END_NEEDS_SECOND);
    r = with_second("RTH-CN", FB_ROLE_EXECUTIVE_DIRECTOR);
    r.as.approval.recorded_by = fb_span_of("RTH-CN");
    CU_ASSERT_EQUAL(end_of(&r, "2026-03-09T12:00"), FB_APPROVAL_END_NEEDS_SECOND);
}

static void test_strictest(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = by_telephone();
    r.as.approval.rule[r.as.approval.n_rules++] = fb_span_of("agency.no_cascade");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T03:30").end, FB_APPROVAL_END_NEEDS_SECOND);
    r.as.approval.second_by = fb_span_of("RTH-CN");
    r.as.approval.second_role = FB_ROLE_EXECUTIVE_DIRECTOR;
    r.as.approval.second_ms = fb_test_ms("2026-03-09T03:10");
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T03:30").next_ms,
                    fb_test_ms("2026-03-09T04:00")); /* the shorter time */
    r.as.approval.role = FB_ROLE_EXECUTIVE_DIRECTOR; /* may grant the first of them only */
    check_not_entitled(&book, &r, "that role may not");
    r.as.approval.rule[1] = fb_span_of("override.half_over");
    check_not_entitled(&book, &r, "cannot be answered by anybody");
    r.as.approval.rule[1] = fb_span_of("a rule of long ago"); /* asks nothing any more */
    r.as.approval.role = FB_ROLE_CHIEF_EXECUTIVE;
    CU_ASSERT_EQUAL(at_of(&book, &r, "2026-03-09T03:30").end, FB_APPROVAL_END_PROVISIONAL);
    r.as.approval.rule[0] = r.as.approval.rule[1];
    r.as.approval.n_rules = 1;
    check_not_entitled(&book, &r, "know none");
}

static void test_seconds_that_disagree(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = with_second("RTH-CN", FB_ROLE_EXECUTIVE_DIRECTOR);
    book.rule[FB_TEST_RULE_OFF_FRAMEWORK].answer.second_roles = 1u << FB_ROLE_NHS_ENGLAND;
    r.as.approval.rule[r.as.approval.n_rules++] = fb_span_of("agency.off_framework");
    check_not_entitled(&book, &r, "no one role");
}

static void test_covers(void)
{
    struct fb_test_view v;
    fb_test_breach_view(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    fb_day day = fb_day_of(2026, 3, 19);
    struct fb_record one = fb_test_approval("A1", "agency.off_framework");
    struct fb_record r = fb_test_class_approval("A2", "agency.off_framework");
    b->shift.unit = fb_span_of("Ward 7");
    CU_ASSERT_TRUE(fb_approval_covers(&one.as.approval, &v.view, b, day));
    one.as.approval.booking_source = fb_span_of("other");
    CU_ASSERT_FALSE(fb_approval_covers(&one.as.approval, &v.view, b, day));
    CU_ASSERT_TRUE(fb_approval_covers(&r.as.approval, &v.view, b, day));
    CU_ASSERT_FALSE(fb_approval_covers(&r.as.approval, &v.view, b, fb_day_of(2026, 4, 1)));
    CU_ASSERT_FALSE(fb_approval_covers(&r.as.approval, &v.view, b, fb_day_of(2026, 2, 28)));
    const struct fb_approval whole = r.as.approval;
#define REFUSES(field, other, same)                                                                          \
    r.as.approval.field = (same);                                                                            \
    CU_ASSERT_TRUE(fb_approval_covers(&r.as.approval, &v.view, b, day));                                     \
    r.as.approval.field = (other);                                                                           \
    CU_ASSERT_FALSE(fb_approval_covers(&r.as.approval, &v.view, b, day));                                    \
    r.as.approval = whole
    REFUSES(hirer, fb_code_of("RXQ"), fb_code_of("RTH"));
    REFUSES(grade, fb_code_of("6"), fb_code_of("5"));
    REFUSES(staff_group, FB_STAFF_GROUP_ALLIED_HEALTH, FB_STAFF_GROUP_NURSING_MIDWIFERY);
    REFUSES(route, FB_ROUTE_BANK, FB_ROUTE_NONE);
    REFUSES(unit, fb_span_of("Ward 8"), fb_span_of("Ward 7"));
    REFUSES(agency, fb_span_of("XX"), fb_span_of("NS"));
#undef REFUSES
}

static void test_when(void)
{
    struct fb_test_view v;
    fb_test_breach_view(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    const struct {
        const char *granted;
        enum fb_answered when;
    } rows[] = {{"2026-03-09T12:00", FB_ANSWERED_BEFORE_BOOKING},
                {"2026-03-09T12:01", FB_ANSWERED_BEFORE_START},
                {"2026-03-19T07:29", FB_ANSWERED_BEFORE_START},
                {"2026-03-19T07:30", FB_ANSWERED_RETROSPECTIVE}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        r.as.approval.granted_ms = fb_test_ms(rows[i].granted);
        CU_ASSERT_EQUAL(fb_approval_when(&r.as.approval, b), rows[i].when);
    }
    b->booked_ms = FB_ABSENT; /* nobody knows when it was booked: never said to be before that */
    r.as.approval.granted_ms = fb_test_ms("2026-03-01T12:00");
    CU_ASSERT_EQUAL(fb_approval_when(&r.as.approval, b), FB_ANSWERED_BEFORE_START);
    r.as.approval.granted_ms = FB_ABSENT;
    CU_ASSERT_EQUAL(fb_approval_when(&r.as.approval, b), FB_ANSWERED_NONE);
}

static void test_names(void)
{
    struct fb_book book = fb_test_answer_book();
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    CU_ASSERT_TRUE(fb_approval_names(&book, &r.as.approval, fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK)));
    CU_ASSERT_FALSE(fb_approval_names(&book, &r.as.approval, fb_test_rule_id(FB_TEST_RULE_NO_CASCADE)));
    r = fb_test_approval("A1", "override.half_over"); /* nobody can answer that one */
    CU_ASSERT_FALSE(fb_approval_names(&book, &r.as.approval, fb_test_rule_id(FB_TEST_RULE_HALF_OVER)));
}

CU_TestInfo suite_approval[] = {
    {"an approval comes to each of its ends", test_each_end},
    {"the clock changes it at its deadline and at the end of its last day", test_clock},
    {"a telephone grant stands when its grantor confirms it in time", test_confirmation},
    {"a confirmation is of what was granted, and of nothing else", test_what_confirms},
    {"what is granted later is asked for until then", test_granted_later},
    {"what is taken back after its end keeps that end", test_taken_back},
    {"what is dated later was neither looked at nor confirmed yet", test_looked_and_confirmed_later},
    {"the hiring trust's scheme of delegation says who may grant", test_entitlement},
    {"a national sign-off needs a row of the trust's scheme as well", test_national_sign_off},
    {"nobody grants what they asked for, unless the rule allows it", test_own},
    {"the second pair of eyes is somebody else who may", test_second_pair_of_eyes},
    {"of several rules the strictest holds", test_strictest},
    {"rules whose second pairs of eyes differ cannot be granted together", test_seconds_that_disagree},
    {"it covers the booking it names, or each shift of its class", test_covers},
    {"before booking, before start and after are told apart to the minute", test_when},
    {"it answers the rules that it names, where they can be answered", test_names},
    CU_TEST_INFO_NULL};
