/* The sentences at their edges: singular and plural, nothing known, what another issue of the rules no longer holds. */
#include "engine/base/hash.h"
#include "engine/core/explain.h"
#include "engine/core/judge.h"
#include "engine/core/sentence.h"
#include "tests/lib/answers.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <string.h>

static char text[1 << 13];
static struct fb_text t;
static struct fb_book book;

static void begin(void)
{
    memset(text, 0, sizeof text);
    fb_text_init(&t, text, sizeof text);
}

static bool says(const char *words)
{
    return strstr(text, words) != NULL;
}

/* ---- checks and clocks ---- */

static void test_limits_of_checks(void)
{
    static const struct {
        enum fb_op op;
        int64_t a, b;
        const char *words; /* NULL: a number is all that can be told */
    } rows[] = {{FB_OP_BETWEEN, -36524, 0, "one that has ended"},
                {FB_OP_BETWEEN, -36524, 5, NULL},
                {FB_OP_BETWEEN, -5, 0, NULL},
                {FB_OP_LE, -36525, 0, "one that failed, or is waited for"},
                {FB_OP_LT, -36524, 0, "one that failed, or is waited for"},
                {FB_OP_LE, -36524, 0, NULL},
                {FB_OP_LT, -5, 0, NULL},
                {FB_OP_GE, 0, 0, "one that holds"},
                {FB_OP_GT, -1, 0, "one that holds"},
                {FB_OP_GE, 3, 0, NULL},
                {FB_OP_GT, 2, 0, NULL},
                {FB_OP_LT, 0, 0, "one that does not hold"},
                {FB_OP_LE, -1, 0, "one that does not hold"},
                {FB_OP_GT, -36525, 0, "one that did not fail and is not waited for"},
                {FB_OP_GE, -36524, 0, "one that did not fail and is not waited for"}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_predicate p = {.fact = FB_FACT_IDENTITY_DAYS, .op = (uint8_t)rows[i].op, .a = rows[i].a, .b = rows[i].b};
        begin();
        CU_ASSERT_EQUAL(fb_sentence__check_limit(&t, &p), rows[i].words != NULL);
        CU_ASSERT_STRING_EQUAL(text, rows[i].words == NULL ? "" : rows[i].words);
        p.fact = FB_FACT_WEEK_MINUTES; /* no check: its limit is a number */
        begin();
        CU_ASSERT_FALSE(fb_sentence__check_limit(&t, &p));
        CU_ASSERT_EQUAL(t.n, 0);
    }
}

static const char *clock_of(enum fb_fact fact, int64_t v, bool at_most)
{
    struct fb_facts f = {.known = {{0}}};
    fb_fact_set(&f, fact, v);
    if (at_most)
        fb_fact_set_at_most(&f, fact, v);
    fb_fact_set(&f, FB_FACT_CLOCK_TRUSTS, 1);
    begin();
    CU_ASSERT_TRUE(fb_sentence__clock(&t, fact, &f));
    return text;
}

static void test_clocks(void)
{
    CU_ASSERT_STRING_EQUAL(clock_of(FB_FACT_OVER_VISA_MINUTES, -90, false),
                           " -1 h 30 in the calendar week above what the visa allows, from shifts at 1 trust");
    CU_ASSERT_STRING_EQUAL(clock_of(FB_FACT_SAME_AGENCY_WEEKS, 1, true),
                           " The same agency supplied the same worker here in at most 1 of the last 26 weeks; work that nobody told of would "
                           "make it less");
    CU_ASSERT_STRING_EQUAL(clock_of(FB_FACT_ASSIGNMENT_WEEKS, 1, false), " 1 week on the 12-week clock at this trust in this role");
    CU_ASSERT_STRING_EQUAL(clock_of(FB_FACT_WEEK_MINUTES, 125, false), " 2 h 05 in the seven days to the end of this shift, from shifts at 1 trust");
    struct fb_facts none = {.known = {{0}}};
    begin();
    CU_ASSERT_FALSE(fb_sentence__clock(&t, FB_FACT_WEEK_MINUTES, &none));
    fb_sentence__overlap(&t, &none); /* told before anybody could say how long */
    CU_ASSERT_STRING_EQUAL(text, "The worker is booked twice for the same time. One of the two cannot be worked: ask which, and have the other "
                                 "cancelled.");
}

/* ---- rules ---- */

static struct fb_rule *rule_of(const struct fb_predicate *when, uint8_t n_when, const struct fb_predicate *unless, uint8_t n_unless)
{
    struct fb_rule *rule = &book.rule[FB_TEST_RULE_OFF_FRAMEWORK];
    rule->title = fb_span_of("What the rule asks.");
    rule->when = when;
    rule->n_when = n_when;
    rule->unless = unless;
    rule->n_unless = n_unless;
    return rule;
}

static void tell_rule(const struct fb_rule *rule, const struct fb_facts *f, enum fb_severity severity, unsigned detail)
{
    struct fb_trace trace = {.facts = *f};
    struct fb_finding finding = {.rule = rule->id, .severity = (uint8_t)severity, .detail = (uint8_t)detail};
    begin();
    fb_sentence__rule(&t, &book, rule, &trace, &finding);
}

static void test_what_a_rule_read(void)
{
    struct fb_facts f = {.known = {{0}}};
    static const struct fb_predicate range[] = {{.fact = FB_FACT_LEAD_MINUTES, .op = FB_OP_BETWEEN, .a = 60, .b = 120},
                                                {.fact = FB_FACT_TRAINING_DAYS, .op = FB_OP_BETWEEN, .a = 0, .b = 14},
                                                {.fact = FB_FACT_IDENTITY_DAYS, .op = FB_OP_GE, .a = 0},
                                                {.fact = FB_FACT_CANCEL_NOTICE_MINUTES, .op = FB_OP_LT, .a = 5}};
    book = fb_test_answer_book();
    fb_fact_set_at_least(&f, FB_FACT_LEAD_MINUTES, 90);
    fb_fact_set(&f, FB_FACT_TRAINING_DAYS, 3);
    fb_fact_set(&f, FB_FACT_IDENTITY_DAYS, 3);
    fb_fact_set_at_most(&f, FB_FACT_CANCEL_NOTICE_MINUTES, 4);
    struct fb_rule *rule = rule_of(range, 4, NULL, 0);
    tell_rule(rule, &f, FB_SEVERITY_WARN, 0);
    CU_ASSERT_TRUE(says("(the rule looks for from "));
    CU_ASSERT_TRUE(says(" to under "));
    CU_ASSERT_TRUE(says(": at least "));
    CU_ASSERT_TRUE(says(": at most "));
    CU_ASSERT_FALSE(says("one that holds")); /* that the identity check holds is said already */
    CU_ASSERT_TRUE(says("): NHS England, agency rules."));
    rule->because = (struct fb_span){NULL, 0};
    tell_rule(rule, &f, FB_SEVERITY_WARN, 0);
    CU_ASSERT_FALSE(says("NHS England"));
}

/* Where it holds is told once: not as a value, and not where nobody can say whose shift it is. */
static void test_where_a_rule_holds(void)
{
    struct fb_facts f = {.known = {{0}}};
    static const struct fb_predicate here[] = {{.fact = FB_FACT_HIRER, .op = FB_OP_EQ, .a = 7}};
    book = fb_test_answer_book();
    struct fb_rule *rule = rule_of(NULL, 0, here, 1);
    tell_rule(rule, &f, FB_SEVERITY_WARN, 0);
    CU_ASSERT_FALSE(says("The shift is at"));
    CU_ASSERT_TRUE(says("not known"));
    tell_rule(rule, &f, FB_SEVERITY_CANNOT_SAY, FB_FACT_HIRER);
    CU_ASSERT_FALSE(says("The shift is at"));
    CU_ASSERT_FALSE(says("Read:")); /* it has been named already */
    fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of("RYE"));
    tell_rule(rule, &f, FB_SEVERITY_WARN, 0);
    CU_ASSERT_TRUE(says("The shift is at RYE."));
    tell_rule(rule, &f, FB_SEVERITY_CANNOT_SAY, FB_FACT_HIRER); /* known, and for all that not for certain */
    CU_ASSERT_TRUE(says("What is told so far does not settle it"));
}

static void test_of_people(void)
{
    struct fb_rule rule = {.family = FB_FAMILY_ASSURANCE};
    CU_ASSERT_FALSE(fb_explain_of_people(&rule));
    rule.cross_trust = true;
    CU_ASSERT_TRUE(fb_explain_of_people(&rule));
    rule = (struct fb_rule){.family = FB_FAMILY_WORKING_TIME};
    CU_ASSERT_TRUE(fb_explain_of_people(&rule));
    rule = (struct fb_rule){.family = FB_FAMILY_ASSURANCE};
    fb_fact_add(&rule.reads, FB_FACT_REST_BEFORE_MINUTES);
    CU_ASSERT_TRUE(fb_explain_of_people(&rule));
}

/* Two rules that ask the same check name it once; what was answered, or is the engine's own, hangs on nothing. */
static void test_unsaid_together(void)
{
    book = fb_test_answer_book();
    struct fb_finding f[4];
    for (unsigned i = 0; i < 4; i++)
        f[i] = (struct fb_finding){.rule = book.rule[i].id, .severity = FB_SEVERITY_CANNOT_SAY, .detail = FB_FACT_IDENTITY_DAYS};
    f[1].detail = FB_FACT_CASCADED_TO_BANK; /* of another record, and between them */
    f[3].detail = FB_FACT_REFERENCES_DAYS;
    CU_ASSERT_EQUAL(fb_explain_together(&book, f, 4, 0), 3);
    begin();
    fb_explain_unsaid(&t, &book, f, 4, 0);
    CU_ASSERT_TRUE(says("for certain: days that the identity check still holds; days that the references still hold."));
    f[2].answered = FB_ANSWERED_BEFORE_START;
    CU_ASSERT_EQUAL(fb_explain_together(&book, f, 4, 0), 2);
    f[3].detail = FB_FACT_COUNT;
    CU_ASSERT_EQUAL(fb_explain_together(&book, f, 4, 0), 1);
    f[3] = (struct fb_finding){.rule = book.built_in[FB_RULE_CANNOT_SAY].id, .severity = FB_SEVERITY_CANNOT_SAY, .detail = FB_FACT_IDENTITY_DAYS};
    CU_ASSERT_EQUAL(fb_explain_together(&book, f, 4, 0), 1);
}

/* ---- what was earned ---- */

static void test_bonus(void)
{
    book = fb_test_rich_book();
    static struct fb_counter counter[2];
    struct fb_bonus_row row = {.grades = UINT64_MAX, .every = 1, .pence = 5000, .origin = FB_NO_ROW};
    struct fb_bonus bonus = {.counter = 0, .times_max = 1, .void_counter = 2, .n_rows = 1, .row = &row, .origin = FB_NO_ROW};
    struct fb_trace trace = {.facts = {.known = {{0}}}};
    struct fb_finding f = {.pence = 5000};
    counter[0] = (struct fb_counter){.name = fb_span_of("weekend shifts"), .adds = FB_ADDS_SHIFTS};
    counter[1] = (struct fb_counter){.name = fb_span_of("shifts not attended"), .adds = FB_ADDS_SHIFTS};
    book.counter = counter;
    book.n_counters = 2;
    bonus.rule.title = fb_span_of("A weekend earns more");
    begin();
    fb_sentence__bonus(&t, &book, &bonus, &trace, &f);
    CU_ASSERT_TRUE(says("weekend shifts reached what earns it; every 1 shift earn £50.00."));
    CU_ASSERT_TRUE(says("It is paid at most 1 time."));
    CU_ASSERT_TRUE(says("Nothing stands in shifts not attended"));
    CU_ASSERT_TRUE(says("bank only was assumed"));
    fb_fact_set(&trace.facts, FB_FACT_COUNTER_1, 4);
    fb_fact_set(&trace.facts, FB_FACT_GRADE, (int64_t)fb_code_of("5"));
    fb_fact_set(&trace.facts, FB_FACT_WORKER_KIND, FB_WORKER_KIND_SUBSTANTIVE);
    row.every = 4;
    row.average = true;
    bonus.times_max = 2;
    bonus.void_counter = 3; /* of an issue that had more of them */
    row.not_above_grade = (uint8_t)(book.n_grades + 1);
    begin();
    fb_sentence__bonus(&t, &book, &bonus, &trace, &f);
    CU_ASSERT_TRUE(says("stands at 4 shifts; every 4 shifts earn the mean length of those shifts at the card's plain rate."));
    CU_ASSERT_TRUE(says("at most 2 times."));
    CU_ASSERT_FALSE(says("Nothing stands in"));
    CU_ASSERT_FALSE(says("bank only was assumed"));
    row.not_above_grade = FB_TEST_BAND_6 + 1;
    begin();
    fb_sentence__bonus(&t, &book, &bonus, &trace, &f);
    CU_ASSERT_TRUE(says("not above the top of 6."));
    row.worker_kind = FB_WORKER_KIND_BANK_ONLY; /* this issue has no row for such a worker */
    begin();
    fb_sentence__bonus(&t, &book, &bonus, &trace, &f);
    CU_ASSERT_TRUE(says("stands at 4 shifts. It is paid"));
    book.n_grades = 64; /* a whole word of grades: that of nobody is in a row for all, and in no other */
    fb_fact_set(&trace.facts, FB_FACT_GRADE, 0);
    CU_ASSERT_PTR_NULL(fb_judge__bonus_row(&book, &bonus, 0, FB_WORKER_KIND_SUBSTANTIVE));
    row.worker_kind = FB_WORKER_KIND_NONE;
    CU_ASSERT_PTR_EQUAL(fb_judge__bonus_row(&book, &bonus, 0, FB_WORKER_KIND_NONE), &row);
    row.grades = 1;
    CU_ASSERT_PTR_NULL(fb_judge__bonus_row(&book, &bonus, 0, FB_WORKER_KIND_NONE));
}

/* ---- approvals ---- */

static void tell_approval(const struct fb_approval *a, enum fb_approval_end end, enum fb_answered when, const char *at)
{
    begin();
    fb_explain_approval(&t, &book, a, end, when, fb_test_ms(at));
}

static void test_approvals(void)
{
    const char *noon = "2026-03-09T12:00";
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    struct fb_approval *a = &r.as.approval;
    book = fb_test_answer_book();
    a->limit_pence = 100;
    a->rule[a->n_rules++] = fb_span_of("agency.no_cascade");
    a->rule[a->n_rules++] = fb_span_of("agency.office");
    a->asked_by = (struct fb_span){NULL, 0};
    tell_approval(a, FB_APPROVAL_END_GRANTED, FB_ANSWERED_END, noon);
    CU_ASSERT_TRUE(says("up to £1.00. It is meant to answer agency.off_framework, agency.no_cascade and agency.office."));
    CU_ASSERT_FALSE(says("Asked for by"));
    CU_ASSERT_FALSE(says("It was granted"));
    tell_approval(a, FB_APPROVAL_END_END, FB_ANSWERED_NONE, noon); /* of a newer engine's making */
    CU_ASSERT_TRUE(says("Nobody can say how it stands."));
    tell_approval(a, FB_APPROVAL_END_EXHAUSTED, FB_ANSWERED_RETROSPECTIVE, noon);
    CU_ASSERT_TRUE(says("which is counted apart. Its money limit is used up"));
    a->granted_by = (struct fb_span){NULL, 0};
    tell_approval(a, FB_APPROVAL_END_ASKED, FB_ANSWERED_NONE, noon);
    CU_ASSERT_FALSE(says("Granted by"));
}

static void test_approvals_taken_back(void)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    struct fb_approval *a = &r.as.approval;
    book = fb_test_answer_book();
    a->state = FB_APPROVAL_STATE_REFUSED;
    a->ended_ms = fb_test_ms("2026-03-09T13:00");
    tell_approval(a, FB_APPROVAL_END_GRANTED, FB_ANSWERED_NONE, "2026-03-09T12:00");
    CU_ASSERT_TRUE(says("It is to be refused on 2026-03-09 13:00 by RTH-CE."));
    tell_approval(a, FB_APPROVAL_END_REFUSED, FB_ANSWERED_NONE, "2026-03-09T14:00");
    CU_ASSERT_TRUE(says("It was refused on"));
    CU_ASSERT_FALSE(says("changes nothing"));
    tell_approval(a, FB_APPROVAL_END_EXPIRED, FB_ANSWERED_NONE, "2026-05-09T14:00");
    CU_ASSERT_TRUE(says("after that: it changes nothing."));
    a->granted_by = fb_span_of("RTH-XX");
    tell_approval(a, FB_APPROVAL_END_NOT_ENTITLED, FB_ANSWERED_NONE, "2026-03-09T14:00");
    CU_ASSERT_TRUE(says("It answers nothing: it was refused only after that") || says("It answers nothing: by the trust's scheme"));
    a->role = FB_ROLE_NONE; /* asked for, and never granted: nothing was taken back */
    tell_approval(a, FB_APPROVAL_END_REFUSED, FB_ANSWERED_NONE, "2026-03-09T14:00");
    CU_ASSERT_FALSE(says("It was refused on"));
    CU_ASSERT_FALSE(says(" as "));
}

static void test_answers(void)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    struct fb_finding f = {.answered = FB_ANSWERED_NONE, .approval = 12};
    book = fb_test_answer_book();
    begin();
    fb_explain_answer(&t, &book, &f, &r.as.approval, 0);
    f.answered = FB_ANSWERED_END;
    fb_explain_answer(&t, &book, &f, &r.as.approval, 0);
    CU_ASSERT_EQUAL(t.n, 0);
    f.answered = FB_ANSWERED_PROVISIONAL; /* it was then; by today's rules it is over */
    r.as.approval.channel = FB_CHANNEL_TELEPHONE;
    fb_explain_answer(&t, &book, &f, &r.as.approval, fb_test_ms("2026-04-09T12:00"));
    CU_ASSERT_TRUE(says("and its grantor must confirm it, else it lapses"));
    r.as.approval.granted_by = r.as.approval.reason = (struct fb_span){NULL, 0};
    r.as.approval.role = FB_ROLE_NONE;
    begin();
    fb_explain_answer(&t, &book, &f, &r.as.approval, fb_test_ms("2026-04-09T12:00"));
    CU_ASSERT_TRUE(says("by approval 12. It was given by telephone"));
    begin();
    fb_explain_answer(&t, &book, &f, NULL, 0);
    CU_ASSERT_STRING_EQUAL(text, "Answered for the time being by approval 12.");
}

/* Why whoever granted it might not is told where it is known; decisions of earlier engines did not keep it. */
static void test_why_not_valid(void)
{
    static const struct {
        unsigned detail;
        const char *words;
    } rows[] = {{FB_APPROVAL_END_NOT_ENTITLED, "by the rule, by the trust's scheme of delegation, or so late"},
                {FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_BY_RULE, "by the rule whoever granted it may not, in that role or in that way."},
                {FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_BY_SCHEME, "by the trust's scheme of delegation whoever granted it did not hold"},
                {FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_SO_LATE, "by the rule that is too late."},
                {FB_APPROVAL_END_NOT_ENTITLED | 64, "or so late"},
                {FB_APPROVAL_END_LAPSED | FB_NOT_SO_LATE, "did not confirm it in time"},
                {FB_APPROVAL_END_GRANTED, "it does not stand"},
                {15, "it does not stand"}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        fb_sentence__not_valid(&t, rows[i].detail);
        CU_ASSERT_TRUE(says(rows[i].words));
    }
}

/* ---- lives ---- */

static void test_lives(void)
{
    book = fb_test_answer_book();
    struct fb_finding f = {.rule = fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK), .severity = FB_SEVERITY_BREACH};
    begin();
    fb_explain_life(&t, &book, &f); /* its opening was not kept */
    CU_ASSERT_EQUAL(t.n, 0);
    CU_ASSERT_EQUAL(fb_finding_reportable(&book, &f), 0);
    CU_ASSERT_EQUAL(fb_finding_reportable(NULL, &f), 0);
    f.opened_ms = fb_test_ms("2026-03-10T12:00");
    f.life = FB_LIFE_CLOSED; /* without a verdict */
    fb_explain_life(&t, &book, &f);
    CU_ASSERT_STRING_EQUAL(text, "Opened on 2026-03-10; closed.");
    f.rule = 1; /* of another issue */
    begin();
    fb_explain_life(&t, &book, &f);
    CU_ASSERT_STRING_EQUAL(text, "Opened on 2026-03-10; closed.");
    CU_ASSERT_EQUAL(fb_finding_reportable(&book, &f), 0);
    f.severity = FB_SEVERITY_OK_;
    f.changed_ms = fb_test_ms("2026-03-12T12:00");
    begin();
    fb_explain_life(&t, &book, &f);
    CU_ASSERT_STRING_EQUAL(text, "No longer so: a rule of another issue, opened on 2026-03-10 and cleared on 2026-03-12.");
    f.severity = FB_SEVERITY_NOTE; /* nobody was told of it, so that it has no life */
    f.rule = fb_test_rule_id(FB_TEST_RULE_OFF_FRAMEWORK);
    begin();
    fb_explain_life(&t, &book, &f);
    CU_ASSERT_TRUE(t.n == 0 || says("Opened on"));
}

CU_TestInfo suite_explain_edges[] = {
    {"a limit on a check is told in words where it has some", test_limits_of_checks},
    {"clocks count one as one, and say at most where that is known", test_clocks},
    {"a rule tells what it read: ranges, and bounds as bounds", test_what_a_rule_read},
    {"where a rule holds is told once", test_where_a_rule_holds},
    {"what a rule about people rests on is told to those who say who asks", test_of_people},
    {"what several rules hang on is named once", test_unsaid_together},
    {"a bonus says what earned it, also when another issue no longer does", test_bonus},
    {"an approval by itself says as much as it holds", test_approvals},
    {"who took an approval back is told, and where that changes nothing", test_approvals_taken_back},
    {"an answer is told with what is known of its approval", test_answers},
    {"why an approval is not valid is told by its cause", test_why_not_valid},
    {"a finding without an opening, a verdict or a rule has a shorter life to tell", test_lives},
    CU_TEST_INFO_NULL,
};
