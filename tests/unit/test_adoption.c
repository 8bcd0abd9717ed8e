/* Who has adopted a card, whom the register knows, and what another issue of the rules makes of a shift. */
#include "engine/core/explain.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static unsigned char memory[1 << 16];
static struct fb_arena arena;
static struct fb_decision before, after;
static struct fb_effects effects;

static void decide_under(const struct fb_book *book, const struct fb_test_view *v, const struct fb_decision *prior)
{
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after); /* nothing may rest on what was there */
    memset(&effects, 0xa5, sizeof effects);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(book, &v->view, prior, &arena, &after, &effects), FB_OK);
}

static void decide(const struct fb_test_view *v, const struct fb_decision *prior)
{
    decide_under(fb_test_rule_book(), v, prior);
}

static const struct fb_finding *found(enum fb_built_in_rule rule)
{
    for (unsigned i = 0; i < after.n_findings; i++)
        if (after.finding[i].rule == fb_test_rule_book()->built_in[rule].id)
            return &after.finding[i];
    return NULL;
}

static unsigned count(enum fb_event_kind kind)
{
    unsigned n = 0;
    for (unsigned i = 0; i < effects.n_events; i++)
        n += effects.event[i].kind == kind;
    return n;
}

static const struct fb_event *event(enum fb_event_kind kind)
{
    for (unsigned i = 0; i < effects.n_events; i++)
        if (effects.event[i].kind == kind)
            return &effects.event[i];
    CU_FAIL_FATAL("no such event");
    return NULL;
}

static void day_shift(struct fb_test_view *v, enum fb_route route, const char *pay)
{
    fb_test_view(v, route, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    v->booking[0].as.booking.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    if (pay != NULL)
        fb_test_charge(&v->booking[0].as.booking, pay, route == FB_ROUTE_AGENCY ? "3.10" : "0.00");
    v->booking[0].as.booking.rates.pay_includes_holiday = FB_SAID_NO;
}

/* The test book with its bank card adopted by other trusts only. */
static const struct fb_book *proposed_book(void)
{
    static struct fb_book book;
    static struct fb_card card[FB_TEST_CARDS];
    static const struct fb_adoption_row row = {.state = FB_ADOPTION_PROPOSED, .from = 0, .origin = 1};
    static struct fb_adoption_row mine;
    mine = row;
    mine.trust = fb_code_of("RTH");
    book = *fb_test_rule_book();
    memcpy(card, book.card, sizeof card);
    card[FB_TEST_CARD_BANK].n_adoptions = 1;
    card[FB_TEST_CARD_BANK].adoption = &mine;
    book.card = card;
    return &book;
}

static void test_not_adopted(void)
{
    struct fb_test_view v;
    day_shift(&v, FB_ROUTE_BANK, "18.13");
    decide_under(proposed_book(), &v, NULL);
    const struct fb_finding *f = found(FB_RULE_RATE_NOT_ADOPTED);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT(f->severity == FB_SEVERITY_NOTE && f->detail == 0 && f->pence != 0);
    CU_ASSERT_PTR_NULL(found(FB_RULE_RATE_OFF_CARD));
    char text[512];
    struct fb_text t;
    struct fb_trace trace;
    fb_text_init(&t, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&trace, after.trace), FB_OK);
    fb_explain_finding(&t, proposed_book(), &trace, f);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "at RTH it is only proposed"));
    decide(&v, NULL); /* a card of which nobody keeps book holds for all */
    CU_ASSERT_PTR_NULL(found(FB_RULE_RATE_NOT_ADOPTED));
    CU_ASSERT_PTR_NOT_NULL(found(FB_RULE_RATE_OFF_CARD));
    day_shift(&v, FB_ROUTE_BANK, NULL);
    decide_under(proposed_book(), &v, NULL); /* nothing was sent that could differ */
    CU_ASSERT_PTR_NULL(found(FB_RULE_RATE_NOT_ADOPTED));
}

/* The test book with leave in its bank card's rates. */
static const struct fb_book *leave_book(void)
{
    static struct fb_book book;
    static struct fb_card card[FB_TEST_CARDS];
    book = *fb_test_rule_book();
    memcpy(card, book.card, sizeof card);
    card[FB_TEST_CARD_BANK].includes_holiday = true;
    book.card = card;
    return &book;
}

static bool tells(const struct fb_book *book, const char *words)
{
    char text[512];
    struct fb_text t;
    struct fb_trace trace;
    fb_text_init(&t, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&trace, after.trace), FB_OK);
    fb_explain_finding(&t, book, &trace, found(FB_RULE_RATE_OFF_CARD));
    return strstr(text, words) != NULL;
}

/* 12 hours, for which the card pays 17.13: 15.13 and 3.00 for leave are a pound an hour over it, together. */
static void test_leave(void)
{
    struct fb_test_view v;
    day_shift(&v, FB_ROUTE_BANK, "15.13");
    struct fb_booking *b = &v.booking[0].as.booking;
    decide_under(leave_book(), &v, NULL);
    CU_ASSERT(found(FB_RULE_RATE_OFF_CARD) == NULL && after.drift == FB_COMPARED_NOTHING);
    fb_test_rate(b, FB_TEST_PLAIN, FB_PART_WTD_HOLIDAY, 30000);
    decide_under(leave_book(), &v, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found(FB_RULE_RATE_OFF_CARD));
    CU_ASSERT_EQUAL(found(FB_RULE_RATE_OFF_CARD)->pence, 1200);
    CU_ASSERT(tells(leave_book(), "£12.00 over the card") && tells(leave_book(), "Pay for leave is in both."));
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_PAY_AND_HOLIDAY);
    decide(&v, NULL); /* pay alone is two pounds under a card without */
    CU_ASSERT_PTR_NOT_NULL_FATAL(found(FB_RULE_RATE_OFF_CARD));
    CU_ASSERT_EQUAL(found(FB_RULE_RATE_OFF_CARD)->pence, -2400);
    CU_ASSERT(tells(fb_test_rule_book(), "Pay for leave is in neither."));
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_PAY);
    b->rates.pay_includes_holiday = FB_SAID_YES;
    decide(&v, NULL);
    CU_ASSERT(found(FB_RULE_RATE_OFF_CARD) == NULL && after.drift == FB_COMPARED_NOTHING);
}

/* Kept with the decision; nothing where the card is not adopted, nothing stands, or a part of the pay was not sent. */
static void test_what_drift_counts(void)
{
    static unsigned char bytes[1 << 12];
    static struct fb_decision again;
    struct fb_test_view v;
    day_shift(&v, FB_ROUTE_BANK, "18.13");
    decide_under(proposed_book(), &v, NULL);
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_NOTHING);
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_PAY);
    for (unsigned how = 0; how < FB_COMPARED_END; how++) {
        after.drift = (uint8_t)how;
        size_t n = fb_decision_pack(&after, bytes, sizeof bytes);
        CU_ASSERT_EQUAL(fb_decision_unpack(&again, (struct fb_span){(const char *)bytes, (uint32_t)n}), FB_OK);
        CU_ASSERT_EQUAL(again.drift, how);
        bytes[1] |= 3 << 4; /* what there is no word for */
        CU_ASSERT_EQUAL(fb_decision_unpack(&again, (struct fb_span){(const char *)bytes, (uint32_t)n}), FB_REFUSED);
    }
    struct fb_record *sheet = fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 300);
    decide(&v, NULL); /* worked on into the evening */
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_PAY);
    v.booking[0].as.booking.rates.n = 0;
    fb_test_rate(&v.booking[0].as.booking, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 181300);
    decide(&v, NULL); /* for which no pay was sent */
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_NOTHING);
    sheet->as.timesheet.state = FB_TIMESHEET_STATE_DID_NOT_WORK;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_NOTHING);
    v.view.n_timesheets = 0;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_PAY);
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.drift, FB_COMPARED_NOTHING);
}

/* The test book with a card of the trust's own, paying at the top, that was agreed until 2026-03-01. */
static const struct fb_book *lapsed_book(void)
{
    static struct fb_book book;
    static struct fb_card card[FB_TEST_CARDS + 1];
    book = *fb_test_rule_book();
    memcpy(card, book.card, FB_TEST_CARDS * sizeof card[0]);
    struct fb_card *own = &card[FB_TEST_CARDS];
    *own = card[FB_TEST_CARD_BANK];
    own->name = fb_span_of("theatre nurses");
    own->scope.layer = 2;
    own->scope.trust = fb_code_of("RTH");
    own->scope.until = own->agreed_until = fb_day_of(2026, 3, 1);
    own->departs = true;
    own->reason = fb_span_of("theatre lists");
    book.card = card;
    book.n_cards = FB_TEST_CARDS + 1;
    return &book;
}

static void test_lapsed(void)
{
    struct fb_test_view v;
    char text[1024];
    struct fb_text t;
    struct fb_trace trace;
    day_shift(&v, FB_ROUTE_BANK, "18.13");
    decide_under(lapsed_book(), &v, NULL);
    const struct fb_finding *f = found(FB_RULE_RATE_OFF_CARD);
    CU_ASSERT_FATAL(f != NULL && f->severity == FB_SEVERITY_WARN && f->detail == FB_TEST_PLAIN);
    fb_text_init(&t, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&trace, after.trace), FB_OK);
    fb_explain_finding(&t, lapsed_book(), &trace, f);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "theatre nurses"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "agreed until 2026-03-01 and has lapsed"));
    day_shift(&v, FB_ROUTE_BANK, NULL); /* what nobody sent is off no card */
    decide_under(lapsed_book(), &v, NULL);
    CU_ASSERT_PTR_NULL(found(FB_RULE_RATE_OFF_CARD));
}

static void test_organisation_unknown(void)
{
    struct fb_test_view v;
    day_shift(&v, FB_ROUTE_AGENCY, "20.00");
    v.view.organisation_register = true;
    decide(&v, NULL);
    CU_ASSERT_PTR_NULL(found(FB_RULE_ORGANISATION_UNKNOWN));
    v.view.n_organisations = 0;
    decide(&v, NULL);
    const struct fb_finding *f = found(FB_RULE_ORGANISATION_UNKNOWN);
    CU_ASSERT(f != NULL && f->severity == FB_SEVERITY_NOTE && f->detail == 0);
    CU_ASSERT_EQUAL(after.n_lines, 2); /* counted all the same */
    v.view.cut = 1u << FB_KIND_ORGANISATION;
    decide(&v, NULL);
    CU_ASSERT_PTR_NULL(found(FB_RULE_ORGANISATION_UNKNOWN));
    v.view.cut = 0;
    v.view.organisation_register = false;
    decide(&v, NULL);
    CU_ASSERT_PTR_NULL(found(FB_RULE_ORGANISATION_UNKNOWN));
}

static void test_repriced(void)
{
    struct fb_test_view v;
    day_shift(&v, FB_ROUTE_AGENCY, "20.00");
    decide(&v, NULL);
    before = after;
    CU_ASSERT_EQUAL(before.grade, fb_code_of("5"));
    before.journal = 60;
    before.issue = 3;
    v.view.repricing = true;
    decide(&v, &before); /* another issue that says the same */
    CU_ASSERT_EQUAL(effects.n_events, 0);
    for (unsigned i = 0; i < before.n_lines; i++)
        before.line[i].figures.v[FB_MEASURE_CARD] -= 100;
    decide(&v, &before);
    const struct fb_event *e = event(FB_EVENT_RATE_REPRICED);
    CU_ASSERT(e->prior_journal == 60 && e->prior_issue == 3 && e->issue == 4 && e->delta_pence == 0);
    CU_ASSERT(e->cause == FB_CAUSE_REPRICED && e->pence == (2000 + 310) * 12);
    CU_ASSERT_EQUAL(e->posted, fb_day_of(2026, 3, 1));
    for (unsigned i = 0; i < before.n_lines; i++)
        before.line[i].figures.v[FB_MEASURE_PENCE] -= 250;
    decide(&v, &before);
    CU_ASSERT_EQUAL(count(FB_EVENT_RATE_REPRICED), 1);
    CU_ASSERT_EQUAL(event(FB_EVENT_RATE_REPRICED)->delta_pence, 250);
    e = event(FB_EVENT_SPEND_POSTED);
    CU_ASSERT(e->cause == FB_CAUSE_REPRICED && e->delta_pence == 250 && e->posted == fb_day_of(2026, 3, 1));
    v.view.repricing = false;
    decide(&v, &before);
    CU_ASSERT(count(FB_EVENT_RATE_REPRICED) == 0 && event(FB_EVENT_SPEND_POSTED)->cause == FB_CAUSE_RECORD);
}

/* Whatever is posted is told, also what is no spend and no figure of the card's. */
static void test_repriced_in_any_measure(void)
{
    struct fb_test_view v;
    day_shift(&v, FB_ROUTE_AGENCY, "20.00");
    decide(&v, NULL);
    before = after;
    v.view.repricing = true;
    for (unsigned i = 0; i < before.n_lines * FB_MEASURES; i++) {
        int64_t *figure = &before.line[i / FB_MEASURES].figures.v[i % FB_MEASURES];
        *figure += 7;
        decide(&v, &before);
        CU_ASSERT_EQUAL(count(FB_EVENT_RATE_REPRICED), 1);
        CU_ASSERT_EQUAL(effects.n_posts, 1);
        *figure -= 7;
    }
}

CU_TestInfo suite_adoption[] = {
    {"pay that differs from a card that the trust has not adopted is a note", test_not_adopted},
    {"pay for leave is in both of what is compared, or in neither, and it is said", test_leave},
    {"what drift is measured by is kept with the decision", test_what_drift_counts},
    {"pay that followed a departure which lapsed is off card, and it says why", test_lapsed},
    {"a trust that the register does not hold is said, and counted", test_organisation_unknown},
    {"what another issue made of a shift is told once, with both decisions", test_repriced},
    {"whatever another issue posts is told, in every measure", test_repriced_in_any_measure},
    CU_TEST_INFO_NULL,
};
