#include "engine/base/hash.h"
#include "engine/core/explain.h"
#include "tests/lib/answers.h"
#include "tests/lib/golden.h"
#include "tests/lib/suite.h"
#include <string.h>

enum { TEXT_BYTES = 1 << 15 };
static char text[TEXT_BYTES];
static struct fb_book book;

static void head(struct fb_text *t, const char *heading)
{
    fb_text_add(t, t->n > 0 ? "\n" : "");
    fb_text_add(t, heading);
    fb_text_add(t, "\n");
}

/* Between a dash and the end of the line. */
static void item(struct fb_text *t)
{
    fb_text_add(t, "  - ");
}

/* ---- facts of people ---- */

enum bound { EXACTLY, AT_LEAST, AT_MOST };

/* A rule that asks one fact, broken (or not to be said) with that value. */
static void tell_fact(struct fb_text *t, enum fb_fact fact, enum fb_op op, int64_t limit, int64_t v,
                      enum bound bound, enum fb_severity severity)
{
    struct fb_rule *rule = &book.rule[FB_TEST_RULE_OFF_FRAMEWORK];
    const struct fb_predicate when[1] = {{.fact = (uint8_t)fact, .op = (uint8_t)op, .a = limit}};
    struct fb_trace trace = {
        .card = FB_NO_ROW, .cap = FB_NO_ROW, .cap_origin = FB_NO_ROW, .rule_origin = FB_NO_ROW};
    struct fb_finding f = {.rule = rule->id,
                           .severity = (uint8_t)severity,
                           .detail = severity == FB_SEVERITY_CANNOT_SAY ? (uint8_t)fact : 0};
    rule->title = fb_span_of("What the rule asks.");
    rule->when = when;
    rule->n_when = 1;
    fb_fact_set(&trace.facts, fact, v);
    if (bound == AT_LEAST)
        fb_fact_set_at_least(&trace.facts, fact, v);
    if (bound == AT_MOST)
        fb_fact_set_at_most(&trace.facts, fact, v);
    fb_fact_set(&trace.facts, FB_FACT_CLOCK_TRUSTS, 2);
    item(t);
    fb_explain_finding(t, &book, &trace, &f);
    fb_text_add(t, "\n");
}

static void tell_clocks(struct fb_text *t)
{
    head(t, "Clocks");
    tell_fact(t, FB_FACT_WEEK_MINUTES, FB_OP_GT, 3600, 3690, AT_LEAST, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_WEEK_MINUTES, FB_OP_GT, 3600, 3606, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_WEEK_MINUTES, FB_OP_GT, 3600, 2700, AT_LEAST, FB_SEVERITY_CANNOT_SAY);
    tell_fact(t, FB_FACT_AVERAGE_WEEK_MINUTES, FB_OP_GT, 2880, 2950, AT_LEAST, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_OVER_VISA_MINUTES, FB_OP_GT, 0, 90, AT_LEAST, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_REST_BEFORE_MINUTES, FB_OP_LT, 660, 570, AT_MOST, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_REST_AFTER_MINUTES, FB_OP_LT, 660, 45, EXACTLY, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_CONSECUTIVE_DAYS, FB_OP_GT, 7, 8, AT_LEAST, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_CONSECUTIVE_NIGHTS, FB_OP_GE, 1, 1, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_ASSIGNMENT_WEEKS, FB_OP_GE, 12, 12, AT_LEAST, FB_SEVERITY_NOTE);
}

static void tell_gaming(struct fb_text *t)
{
    head(t, "Patterns");
    tell_fact(t, FB_FACT_SAME_AGENCY_WEEKS, FB_OP_GE, 13, 15, AT_LEAST, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_GAP_HERE_MINUTES, FB_OP_LE, 60, 15, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_BAND_ABOVE_WORKER, FB_OP_GE, 1, 1, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_BAND_ABOVE_WORKER, FB_OP_GE, 1, 2, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_BANK_CANCELLED_FIRST, FB_OP_EQ, 1, 1, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_BOOKED_AFTER_START, FB_OP_EQ, 1, 1, EXACTLY, FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_CASCADED_TO, FB_OP_EQ, FB_TIER_OFF_FRAMEWORK, FB_TIER_OFF_FRAMEWORK, EXACTLY,
              FB_SEVERITY_WARN);
    tell_fact(t, FB_FACT_PERCENT_OVER_CAP_E2, FB_OP_GE, -100, -20, EXACTLY, FB_SEVERITY_NOTE);
    tell_fact(t, FB_FACT_HIRER, FB_OP_EQ, (int64_t)fb_code_of("RYE"), (int64_t)fb_code_of("RYE"), EXACTLY, FB_SEVERITY_WARN);
}

static void tell_checks(struct fb_text *t)
{
    head(t, "Checks");
    for (enum fb_fact fact = FB_FACT_IDENTITY_DAYS; fact <= FB_FACT_HEALTH_CLEARANCE_DAYS; fact++)
        tell_fact(t, fact, FB_OP_LT, 0, -1, EXACTLY, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_IDENTITY_DAYS, FB_OP_LE, -36525, -36525, EXACTLY, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_HEALTH_CLEARANCE_DAYS, FB_OP_BETWEEN, -36524, -12, EXACTLY, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_TRAINING_DAYS, FB_OP_LT, 14, 0, EXACTLY, FB_SEVERITY_NOTE);
    tell_fact(t, FB_FACT_VISA_DAYS, FB_OP_LT, 30, 12, EXACTLY, FB_SEVERITY_NOTE);
    tell_fact(t, FB_FACT_VISA_DAYS, FB_OP_LT, 30, 1, EXACTLY, FB_SEVERITY_NOTE);
    tell_fact(t, FB_FACT_REGISTRATION_DAYS, FB_OP_GE, 0, 36525, EXACTLY, FB_SEVERITY_NOTE);
    tell_fact(t, FB_FACT_REGISTRATION_STATUS, FB_OP_EQ, FB_FACT_STATUS_SUSPENDED, FB_FACT_STATUS_SUSPENDED,
              EXACTLY, FB_SEVERITY_BREACH);
    tell_fact(t, FB_FACT_OPTED_OUT, FB_OP_EQ, 0, 0, EXACTLY, FB_SEVERITY_NOTE);
    tell_fact(t, FB_FACT_SUBSTANTIVE_HERE, FB_OP_EQ, 1, 1, EXACTLY, FB_SEVERITY_WARN);
}

/* ---- the engine's own ---- */

static void tell_built_in(struct fb_text *t, enum fb_built_in_rule rule, unsigned detail, bool elsewhere)
{
    struct fb_trace trace = {.card = FB_NO_ROW, .cap = FB_NO_ROW};
    struct fb_finding f = {
        .rule = book.built_in[rule].id, .severity = FB_SEVERITY_WARN, .detail = (uint8_t)detail};
    fb_fact_set_at_least(&trace.facts, FB_FACT_OVERLAP_MINUTES, 120);
    fb_fact_set(&trace.facts, FB_FACT_OVERLAP_ELSEWHERE, elsewhere);
    item(t);
    fb_explain_finding(t, &book, &trace, &f);
    fb_text_add(t, "\n");
}

static void tell_own(struct fb_text *t)
{
    head(t, "The engine's own rules");
    tell_built_in(t, FB_RULE_BOOKING_OVERLAP, 0, true);
    tell_built_in(t, FB_RULE_BOOKING_OVERLAP, 0, false);
    tell_built_in(t, FB_RULE_BOOKING_DUPLICATE_SUSPECT, 0, false);
    for (unsigned end = 1; end < FB_APPROVAL_END_END; end++)
        tell_built_in(t, FB_RULE_APPROVAL_NOT_VALID, end, false);
}

/* ---- approvals ---- */

static void tell_answers(struct fb_text *t)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    head(t, "How a finding is answered");
    for (unsigned answered = 1; answered < FB_ANSWERED_END; answered++) {
        struct fb_finding f = {.answered = (uint8_t)answered, .approval = 12};
        r.as.approval.channel =
            answered == FB_ANSWERED_PROVISIONAL ? FB_CHANNEL_TELEPHONE : FB_CHANNEL_WRITTEN;
        item(t);
        fb_explain_answer(t, &book, &f, &r.as.approval, fb_test_ms("2026-03-09T11:30"));
        fb_text_add(t, "\n");
    }
    struct fb_finding f = {.answered = FB_ANSWERED_BEFORE_START, .approval = 12};
    item(t);
    fb_explain_answer(t, &book, &f, NULL, 0);
    fb_text_add(t, "\n");
}

static void tell_approval(struct fb_text *t, const struct fb_record *r, const char *now,
                          enum fb_answered when)
{
    struct fb_approval_state_at at;
    fb_approval_at(&book, &r->as.approval, fb_test_ms(now), &at);
    item(t);
    fb_explain_approval(t, &book, &r->as.approval, at.end, when, fb_test_ms(now));
    fb_text_add(t, "\n");
}

static void tell_approvals(struct fb_text *t)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    head(t, "An approval by itself");
    tell_approval(t, &r, "2026-03-09T12:00", FB_ANSWERED_BEFORE_BOOKING);
    tell_approval(t, &r, "2026-04-09T12:00", FB_ANSWERED_BEFORE_START);
    r.as.approval.channel = FB_CHANNEL_TELEPHONE;
    r.as.approval.recorded_by = fb_span_of("RTH-SM");
    tell_approval(t, &r, "2026-03-09T12:00", FB_ANSWERED_PROVISIONAL);
    tell_approval(t, &r, "2026-03-09T14:00", FB_ANSWERED_NONE);
    struct fb_record back = r;
    back.as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    back.as.approval.ended_ms = fb_test_ms("2026-03-09T13:30");
    tell_approval(t, &back, "2026-03-09T14:00", FB_ANSWERED_NONE);
    back.as.approval.ended_ms = fb_test_ms("2026-03-09T12:30");
    tell_approval(t, &back, "2026-03-09T14:00", FB_ANSWERED_NONE);
    tell_approval(t, &r, "2026-03-09T10:00", FB_ANSWERED_NONE);
    r.as.approval.role = FB_ROLE_EXECUTIVE_DIRECTOR;
    tell_approval(t, &r, "2026-03-09T12:00", FB_ANSWERED_NONE);
    r = fb_test_class_approval("A2", "agency.no_cascade");
    r.as.approval.rule[r.as.approval.n_rules++] = fb_span_of("agency.off_framework");
    r.as.approval.grade = fb_code_of("5");
    r.as.approval.staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY;
    r.as.approval.unit = fb_span_of("Ward 7");
    r.as.approval.limit_pence = 250000;
    tell_approval(t, &r, "2026-03-09T12:00", FB_ANSWERED_NONE);
    r.as.approval.state = FB_APPROVAL_STATE_ASKED;
    r.as.approval.granted_ms = FB_ABSENT;
    tell_approval(t, &r, "2026-03-09T12:00", FB_ANSWERED_NONE);
}

/* ---- the life of a finding ---- */

static void tell_life(struct fb_text *t, unsigned life, unsigned notes, enum fb_verdict verdict,
                      enum fb_severity severity)
{
    struct fb_finding f = {.rule = fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK),
                           .severity = (uint8_t)severity,
                           .life = (uint8_t)life,
                           .verdict = (uint8_t)verdict,
                           .opened_ms = fb_test_ms("2026-03-10T23:30Z"),
                           .changed_ms = fb_test_ms("2026-03-12T12:00")};
    f.steps[FB_STEP_NOTE] = (uint8_t)notes;
    item(t);
    fb_explain_life(t, &book, &f);
    fb_text_add(t, "\n");
}

static void tell_lives(struct fb_text *t)
{
    head(t, "The life of a finding");
    tell_life(t, 0, 0, FB_VERDICT_NONE, FB_SEVERITY_BREACH);
    tell_life(t, FB_LIFE_ACKNOWLEDGED | FB_LIFE_ASSIGNED | FB_LIFE_SNOOZED, 1, FB_VERDICT_NONE,
              FB_SEVERITY_BREACH);
    book.rule[FB_TEST_RULE_OFF_FRAMEWORK].correction_days = 14;
    tell_life(t, FB_LIFE_REPLIED | FB_LIFE_CHALLENGED | FB_LIFE_REOPENED, 2, FB_VERDICT_NONE,
              FB_SEVERITY_BREACH);
    tell_life(t, FB_LIFE_CLOSED, 0, FB_VERDICT_NO_CASE, FB_SEVERITY_BREACH);
    tell_life(t, FB_LIFE_CLEARED, 0, FB_VERDICT_NONE, FB_SEVERITY_OK_);
}

/* ---- what it would have cost ---- */

static struct fb_booking charged(enum fb_route route, const char *band)
{
    struct fb_booking b;
    fb_test_booking(&b, route, band, "2026-05-19T07:30", "2026-05-19T20:00", 30);
    fb_test_charge(&b, "30.00", "5.00");
    b.engagement = FB_ENGAGEMENT_PAYE;
    b.worker_kind = route == FB_ROUTE_AGENCY ? FB_WORKER_KIND_AGENCY : FB_WORKER_KIND_BANK_ONLY;
    return b;
}

static void tell_instead(struct fb_text *t, const char *heading, const struct fb_booking *b,
                         const struct fb_facts *f)
{
    struct fb_book rich = fb_test_rich_book();
    item(t);
    fb_text_add(t, heading);
    fb_text_add(t, ": ");
    fb_explain_instead(t, &rich, b, f);
    fb_text_add(t, "\n");
}

static void tell_cost(struct fb_text *t)
{
    struct fb_facts none = {.known = {{0}}}, tier_2 = none, off = none;
    struct fb_booking b = charged(FB_ROUTE_AGENCY, "5");
    fb_fact_set(&tier_2, FB_FACT_AGENCY_TIER, 2);
    fb_fact_set(&off, FB_FACT_ON_FRAMEWORK, 0);
    head(t, "What it would have cost");
    tell_instead(t, "an agency", &b, &none);
    tell_instead(t, "its second tier", &b, &tier_2);
    tell_instead(t, "off framework", &b, &off);
    b.engagement = FB_ENGAGEMENT_DIRECT;
    tell_instead(t, "engaged directly", &b, &none);
    b = charged(FB_ROUTE_AGENCY, "5");
    b.rates.n = 0;
    tell_instead(t, "no rates sent", &b, &none);
    b = charged(FB_ROUTE_AGENCY, "5");
    b.shift.staff_group = FB_STAFF_GROUP_STUDENTS;
    tell_instead(t, "neither card nor cap", &b, &none);
    b = charged(FB_ROUTE_BANK, "5");
    tell_instead(t, "the bank", &b, &none);
    b = charged(FB_ROUTE_COLLABORATIVE, "5");
    tell_instead(t, "the collaborative bank", &b, &none);
    b.state = FB_BOOKING_STATE_CANCELLED;
    tell_instead(t, "cancelled", &b, &none);
}

static void test_golden_texts(void)
{
    struct fb_text t;
    book = fb_test_answer_book();
    fb_text_init(&t, text, sizeof text);
    tell_clocks(&t);
    tell_gaming(&t);
    tell_checks(&t);
    tell_own(&t);
    book = fb_test_answer_book();
    tell_answers(&t);
    tell_approvals(&t);
    tell_lives(&t);
    tell_cost(&t);
    CU_ASSERT_FALSE(t.cut);
    CU_ASSERT_TRUE(fb_golden("explain_assure.txt", text, t.n));
}

static const char *said(void)
{
    return text;
}

static void test_bound_says_it_may_be_more(void)
{
    struct fb_text t;
    book = fb_test_answer_book();
    fb_text_init(&t, text, sizeof text);
    tell_fact(&t, FB_FACT_WEEK_MINUTES, FB_OP_GT, 3600, 3690, AT_LEAST, FB_SEVERITY_WARN);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        said(), "At least 61 h 30 in the seven days to the end of this shift, from shifts at 2 trusts;"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said(), "so it may be more"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said(), "(the rule looks for above 60 h)"));
    fb_text_init(&t, text, sizeof text);
    tell_fact(&t, FB_FACT_WEEK_MINUTES, FB_OP_GT, 3600, 3690, EXACTLY, FB_SEVERITY_WARN);
    CU_ASSERT_PTR_NULL(strstr(said(), "t least"));
    CU_ASSERT_PTR_NULL(strstr(said(), "more"));
}

/* Agency at £35.00 an hour for twelve hours, VAT at 20 % on the whole of it. */
static void test_difference(void)
{
    struct fb_text t;
    struct fb_facts none = {.known = {{0}}};
    struct fb_booking b = charged(FB_ROUTE_AGENCY, "5");
    fb_text_init(&t, text, sizeof text);
    tell_instead(&t, "", &b, &none);
    struct fb_book rich = fb_test_rich_book();
    struct fb_price now, bank;
    fb_price_booking(&rich, &b, NULL, &now);
    b.route = FB_ROUTE_BANK;
    b.rates.n = 0;
    b.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    b.engagement = FB_ENGAGEMENT_NONE;
    fb_price_booking(&rich, &b, NULL, &bank);
    CU_ASSERT_FATAL(now.loaded.known && bank.loaded.known && now.loaded.pence > bank.loaded.pence);
    char want[200];
    struct fb_text w;
    fb_text_init(&w, want, sizeof want);
    fb_text_add(&w, "through the bank, £");
    fb_text_add_decimal(&w, bank.loaded.pence, 2);
    fb_text_add(&w, ", £");
    fb_text_add_decimal(&w, now.loaded.pence - bank.loaded.pence, 2);
    fb_text_add(&w, " less");
    CU_ASSERT_PTR_NOT_NULL(strstr(said(), want));
}

static struct fb_finding unsaid(unsigned rule, enum fb_fact fact)
{
    return (struct fb_finding){.rule = book.rule[rule].id, .severity = FB_SEVERITY_CANNOT_SAY, .detail = (uint8_t)fact};
}

/* Two checks hang on the same records, cascades on others. */
static void test_what_hangs_together(void)
{
    struct fb_text t;
    book = fb_test_answer_book();
    book.rule[0].title = fb_span_of("The first");
    book.rule[1].title = fb_span_of("The second.");
    struct fb_finding f[4] = {unsaid(0, FB_FACT_IDENTITY_DAYS), unsaid(1, FB_FACT_REFERENCES_DAYS), unsaid(2, FB_FACT_CASCADED_TO_BANK),
                              unsaid(2, FB_FACT_REFERENCES_DAYS)};
    f[3].life = FB_LIFE_ACKNOWLEDGED; /* somebody did something about it: told by itself */
    CU_ASSERT(fb_explain_together(&book, f, 4, 0) == 2 && fb_explain_together(&book, f, 4, 1) == 0);
    CU_ASSERT(fb_explain_together(&book, f, 4, 2) == 1 && fb_explain_together(&book, f, 4, 3) == 1);
    fb_text_init(&t, text, sizeof text);
    fb_explain_unsaid(&t, &book, f, 4, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(said(), "Cannot say whether these are so: The first. The second. Not known, or not for certain: days that "
                                          "the identity check still holds; days that the references still hold. What it takes: "));
    f[1].severity = FB_SEVERITY_WARN;
    CU_ASSERT_EQUAL(fb_explain_together(&book, f, 4, 0), 1);
}

static void test_passed_by(void)
{
    struct fb_finding f = {.severity = FB_SEVERITY_OK_, .life = FB_LIFE_CLEARED};
    CU_ASSERT_TRUE(fb_explain_passed_by(&f));
    f.steps[FB_STEP_NOTE] = 1;
    CU_ASSERT_FALSE(fb_explain_passed_by(&f));
    f.steps[FB_STEP_NOTE] = 0;
    f.life |= FB_LIFE_REOPENED;
    CU_ASSERT_FALSE(fb_explain_passed_by(&f));
    f.life = 0;
    f.severity = FB_SEVERITY_NOTE;
    CU_ASSERT_FALSE(fb_explain_passed_by(&f));
}

CU_TestInfo suite_explain_assure[] = {
    {"rules that cannot say for want of the same record are told together", test_what_hangs_together},
    {"what cleared before anybody acted is passed over", test_passed_by},
    {"the sentences about people, approvals and lives do not drift", test_golden_texts},
    {"a bound says that it is one, and what would make it more", test_bound_says_it_may_be_more},
    {"the other cost is the shift priced again, with the difference", test_difference},
    CU_TEST_INFO_NULL};
