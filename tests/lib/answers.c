#include "tests/lib/answers.h"
#include "engine/base/check.h"
#include <string.h>

#define ROLE(id) (1u << FB_ROLE_##id)

int64_t fb_test_ms(const char *local)
{
    int64_t ms = 0;
    enum fb_err e = fb_instant_parse(&ms, fb_span_of(local));
    fb_assert(e == FB_OK);
    return ms;
}

struct fb_book fb_test_answer_book(void)
{
    static struct fb_rule rule[FB_TEST_RULES];
    static struct fb_delegation row[2];
    struct fb_book book = *fb_test_rule_book();
    memcpy(rule, book.rule, sizeof rule);
    rule[FB_TEST_RULE_OFF_FRAMEWORK].answer = (struct fb_answer_policy){
        .roles = ROLE(CHIEF_EXECUTIVE) | ROLE(EXECUTIVE_DIRECTOR), .confirm_minutes = 120};
    rule[FB_TEST_RULE_NO_CASCADE].answer = (struct fb_answer_policy){.roles = ROLE(CHIEF_EXECUTIVE),
                                                                     .second_roles = ROLE(EXECUTIVE_DIRECTOR),
                                                                     .retrospective = true,
                                                                     .confirm_minutes = 60};
    rule[FB_TEST_RULE_OFFICE].answer =
        (struct fb_answer_policy){.roles = ROLE(EXECUTIVE_DIRECTOR), .own = true};
    rule[FB_TEST_RULE_HUNDRED].answer = (struct fb_answer_policy){.roles = ROLE(NHS_ENGLAND)};
    row[0] = (struct fb_delegation){
        fb_code_of("RTH"), FB_ROLE_CHIEF_EXECUTIVE, fb_span_of("RTH-CE"), INT64_MIN, INT64_MAX, FB_NO_ROW};
    row[1] = (struct fb_delegation){fb_code_of("RTH"),
                                    FB_ROLE_EXECUTIVE_DIRECTOR,
                                    fb_span_of("RTH-CN"),
                                    fb_test_ms("2026-03-01T00:00"),
                                    fb_test_ms("2026-04-01T00:00"),
                                    7};
    book.rule = rule;
    book.delegation = row;
    book.n_delegations = 2;
    return book;
}

static struct fb_envelope envelope(enum fb_kind kind, const char *ref, const char *at)
{
    return (struct fb_envelope){.kind = kind,
                                .source = fb_span_of("rth-governance"),
                                .message_id = fb_span_of(ref),
                                .record_ref = fb_span_of(ref),
                                .revision = FB_ABSENT,
                                .source_seq = FB_ABSENT,
                                .occurred_ms = fb_test_ms(at)};
}

struct fb_record fb_test_class_approval(const char *ref, const char *rule)
{
    return (struct fb_record){.env = envelope(FB_KIND_APPROVAL, ref, "2026-03-09T11:00"),
                              .as.approval = {.hirer = fb_code_of("RTH"),
                                              .route = FB_ROUTE_AGENCY,
                                              .n_rules = 1,
                                              .rule = {fb_span_of(rule)},
                                              .state = FB_APPROVAL_STATE_GRANTED,
                                              .asked_by = fb_span_of("RTH-W1"),
                                              .role = FB_ROLE_CHIEF_EXECUTIVE,
                                              .granted_by = fb_span_of("RTH-CE"),
                                              .recorded_by = fb_span_of("RTH-CE"),
                                              .granted_ms = fb_test_ms("2026-03-09T11:00"),
                                              .channel = FB_CHANNEL_WRITTEN,
                                              .confirmed_ms = FB_ABSENT,
                                              .second_ms = FB_ABSENT,
                                              .limit_pence = FB_ABSENT,
                                              .from = fb_day_of(2026, 3, 1),
                                              .until = fb_day_of(2026, 4, 1),
                                              .reason = fb_span_of("no other nurse was found")}};
}

struct fb_record fb_test_approval(const char *ref, const char *rule)
{
    struct fb_record r = fb_test_class_approval(ref, rule);
    r.as.approval.route = FB_ROUTE_NONE;
    r.as.approval.booking_source = fb_span_of("rth-roster");
    r.as.approval.booking_ref = fb_span_of("B1");
    return r;
}

void fb_test_add_approval(struct fb_test_view *v, const struct fb_record *r, uint32_t number)
{
    struct fb_view *view = &v->view;
    fb_assert(view->n_approvals < FB_APPROVALS_MAX);
    unsigned at = view->n_approvals++;
    for (; at > 0 && fb_span_cmp(view->approval[at - 1].record->env.record_ref, r->env.record_ref) > 0; at--)
        view->approval[at] = view->approval[at - 1];
    view->approval[at] = (struct fb_approval_in_view){.record = r, .number = number};
}

struct fb_record fb_test_reply(const char *ref, const char *rule, enum fb_step step, const char *at)
{
    return (struct fb_record){
        .env = envelope(FB_KIND_REPLY, ref, at),
        .as.reply = {.hirer = fb_code_of("RTH"),
                     .booking_source = fb_span_of("rth-roster"),
                     .booking_ref = fb_span_of("B1"),
                     .rule = rule == NULL ? (struct fb_span){NULL, 0} : fb_span_of(rule),
                     .step = step,
                     .by = fb_span_of("RTH-W1"),
                     .for_trust = step == FB_STEP_CLOSE || step == FB_STEP_CHALLENGE ? FB_SAID_NO : FB_SAID_YES,
                     .until_ms = FB_ABSENT,
                     .verdict = step == FB_STEP_CLOSE ? FB_VERDICT_UPHELD : FB_VERDICT_NONE,
                     .text = fb_span_of("seen")}};
}

static bool comes_after(const struct fb_record *a, const struct fb_record *b)
{
    if (a->env.occurred_ms != b->env.occurred_ms)
        return a->env.occurred_ms > b->env.occurred_ms;
    return fb_span_cmp(a->env.record_ref, b->env.record_ref) > 0;
}

void fb_test_add_reply(struct fb_test_view *v, const struct fb_record *r)
{
    struct fb_view *view = &v->view;
    fb_assert(view->n_replies < FB_REPLIES_MAX);
    unsigned at = view->n_replies++;
    for (; at > 0 && comes_after(view->reply[at - 1], r); at--)
        view->reply[at] = view->reply[at - 1];
    view->reply[at] = r;
}

void fb_test_breach_view(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_charge(&v->booking[0].as.booking, "20.00", "3.10");
    fb_test_vacancy(v);
    fb_test_cascade(v, FB_TIER_AGENCY, "2026-03-02T09:00");
    v->view.framework_register = true;
}

bool fb_test_same_finding(const struct fb_finding *a, const struct fb_finding *b)
{
    return a->rule == b->rule && a->severity == b->severity && a->detail == b->detail &&
           a->answered == b->answered && a->life == b->life && a->verdict == b->verdict &&
           memcmp(a->steps, b->steps, sizeof a->steps) == 0 && a->approval == b->approval &&
           a->opened_ms == b->opened_ms && a->changed_ms == b->changed_ms && a->pence == b->pence;
}
