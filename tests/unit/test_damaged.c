#include "engine/core/explain.h"
#include "engine/core/facts.h"
#include "engine/core/judge.h"
#include "tests/lib/answers.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

/* What is stored may come back damaged, and past the checksums when whoever wrote it was wrong. Each byte of
 * each stored form is changed here: what is taken all the same is a value of that form, and its explanation
 * is text. */

enum { PACKED_MAX = 1 << 14, TIERS = 8 };
static unsigned char memory[1 << 14], changed[PACKED_MAX], first[PACKED_MAX], second[PACKED_MAX];
static char text[1 << 15];
static struct fb_decision decision, back;

static struct fb_span span_of(const void *p, size_t n)
{
    return (struct fb_span){p, (uint32_t)n};
}

struct tally {
    const struct fb_book *book;
    unsigned taken, refused, broken;
};

/* ---- each form: packs again what it took; 0: refused ---- */

static size_t again_decision(struct fb_span bytes, unsigned char *out)
{
    return fb_decision_unpack(&back, bytes) == FB_OK ? fb_decision_pack(&back, out, PACKED_MAX) : 0;
}

static size_t again_event(struct fb_span bytes, unsigned char *out)
{
    struct fb_event e;
    return fb_event_unpack(&e, bytes) == FB_OK ? fb_event_pack(&e, out, PACKED_MAX) : 0;
}

static size_t again_trace(struct fb_span bytes, unsigned char *out)
{
    struct fb_trace t;
    return fb_trace_unpack(&t, bytes) == FB_OK ? fb_trace_pack(&t, out, PACKED_MAX) : 0;
}

static size_t again_figures(struct fb_span bytes, unsigned char *out)
{
    struct fb_figures f;
    return fb_figures_unpack(&f, bytes) == FB_OK ? fb_figures_pack(&f, out, PACKED_MAX) : 0;
}

/* The price and every finding that was made, from a trace that may say anything. */
static void check_told(struct tally *w, struct fb_span bytes)
{
    struct fb_trace trace;
    struct fb_text t;
    if (fb_trace_unpack(&trace, bytes) != FB_OK)
        return;
    fb_text_init(&t, text, sizeof text);
    fb_explain_price(&t, w->book, &trace);
    for (unsigned i = 0; i < decision.n_findings; i++) {
        size_t before = t.n;
        fb_explain_finding(&t, w->book, &trace, &decision.finding[i]);
        w->broken += t.n == before;
    }
    w->broken += t.cut || strlen(text) != t.n;
}

static void check_one(struct tally *w, struct fb_span bytes, size_t (*again)(struct fb_span, unsigned char *))
{
    size_t n = again(bytes, first);
    if (n == 0) {
        w->refused++;
        return;
    }
    w->taken++;
    w->broken += again(span_of(first, n), second) != n || memcmp(first, second, n) != 0;
    if (again == again_trace)
        check_told(w, bytes);
}

/* Each bit turned round, and each byte at the edges of what a byte and a short number hold. */
static void damage(struct tally *w, struct fb_span good, size_t (*again)(struct fb_span, unsigned char *))
{
    static const unsigned char edges[] = {0, 1, 0x3f, 0x7f, 0x80, 0xfe, 0xff};
    CU_ASSERT_FATAL(good.n > 0 && good.n < sizeof changed);
    memcpy(changed, good.p, good.n);
    for (size_t at = 0; at < good.n; at++) {
        unsigned char kept = changed[at];
        for (unsigned k = 0; k < 8 + sizeof edges; k++) {
            changed[at] = (unsigned char)(k < 8 ? kept ^ 1u << k : edges[k - 8]);
            if (changed[at] != kept)
                check_one(w, span_of(changed, good.n), again);
        }
        changed[at] = kept;
    }
    for (size_t n = 0; n < good.n; n++)
        w->broken += again(span_of(changed, n), first) != 0; /* none is the beginning of another */
    changed[good.n] = 0;
    w->broken += again(span_of(changed, good.n + 1u), first) != 0;
}

static void check_tally(const struct tally *w)
{
    CU_ASSERT(w->taken > 0 && w->refused > 0);
    CU_ASSERT_EQUAL(w->broken, 0);
}

/* ---- what is damaged ---- */

static void decide(struct fb_test_view *v)
{
    static struct fb_effects effects;
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(fb_test_rule_book(), &v->view, NULL, &arena, &decision, &effects),
                          FB_OK);
}

/* An agency night over the ceiling, off framework, answered and followed up; it counts, and draws on
 * approvals. */
static void decide_full(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "3", "2026-03-28T19:30", "2026-03-29T08:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "100.00", "4.255");
    v.view.framework_register = true;
    decide(&v);
    CU_ASSERT_FATAL(decision.n_findings > 2 && decision.n_lines > 1);
    decision.finding[0].answered = FB_ANSWERED_BEFORE_START;
    decision.finding[0].approval = 77;
    decision.finding[1].life = FB_LIFE_CLOSED;
    decision.finding[1].verdict = FB_VERDICT_NO_CASE;
    decision.finding[1].changed_ms = decision.at_ms + 5;
    decision.stint = (struct fb_stint){.worker = 5,
                                       .start_min = 29000000,
                                       .end_min = 29000720,
                                       .tie = 77,
                                       .minutes = 690,
                                       .flags = FB_STINT_NIGHT,
                                       .route = FB_ROUTE_AGENCY,
                                       .hirer = fb_code_of("RTH"),
                                       .role = 9};
    decision.n_counts = 2;
    decision.count[0] = (struct fb_count){.counter = 3, .key = 41, .tie = 77, .start_min = 29000000};
    decision.count[1] = (struct fb_count){.counter = 9, .key = 42, .tie = 77, .start_min = 29000000};
    decision.n_spent = 2;
    decision.spent[0] = (struct fb_spent){3, 29000000, 77, 27720};
    decision.spent[1] = (struct fb_spent){8, 29000000, 77, -5};
    decision.n_matches = 2;
    for (unsigned i = 0; i < 2; i++)
        decision.match[i] = (struct fb_match){.number = 11 + i, .end = FB_INVOICE_END_PART_MATCHED, .differs = 1u << FB_DIFFERS_VAT, .charged_pence = 42400,
                                              .expected_pence = 42400, .vat_pence = 1, .vat_expected_pence = FB_ABSENT, .minutes = 600,
                                              .expected_minutes = 600, .rate_e4 = FB_ABSENT, .expected_rate_e4 = FB_ABSENT};
}

static void test_decision(void)
{
    static unsigned char good[PACKED_MAX];
    struct tally w = {.book = fb_test_rule_book()};
    decide_full();
    damage(&w, span_of(good, fb_decision_pack(&decision, good, sizeof good)), again_decision);
    check_tally(&w);
    w = (struct tally){.book = w.book};
    damage(&w, span_of(good, fb_figures_pack(&decision.line[0].figures, good, sizeof good)), again_figures);
    CU_ASSERT_EQUAL(w.broken, 0);
}

/* What does not fit is not stored in part. */
static void test_room(void)
{
    decide_full();
    size_t n = fb_decision_pack(&decision, first, sizeof first);
    size_t n_figures = fb_figures_pack(&decision.line[0].figures, second, sizeof second);
    CU_ASSERT_FATAL(n > 3 && n_figures > 1);
    for (size_t room = 0; room < n; room++)
        CU_ASSERT_EQUAL(fb_decision_pack(&decision, changed, room), 0);
    for (size_t room = 0; room < n_figures; room++)
        CU_ASSERT_EQUAL(fb_figures_pack(&decision.line[0].figures, changed, room), 0);
    CU_ASSERT_NOT_EQUAL(fb_decision_has(span_of(first, n)), 0);
    for (size_t cut = 0; cut < 3; cut++)
        CU_ASSERT_EQUAL(fb_decision_has(span_of(first, cut)), 0);
}

/* A line says of its cell only that it is the one before, where it is: whatever differs must be seen. */
static void test_cells(void)
{
    const struct fb_cell cell = {.week = fb_day_of(2026, 3, 16), .month = fb_day_of(2026, 3, 1), .hirer = fb_code_of("RTH"), .ics = fb_code_of("QU9"),
                                 .staff_group = 1, .route = FB_ROUTE_BANK, .stage = FB_STAGE_WORKED};
    for (unsigned i = 0; i < 8; i++) {
        decide_full();
        decision.n_lines = 2;
        decision.line[0].cell = decision.line[1].cell = cell;
        struct fb_cell *c = &decision.line[1].cell;
        c->stage = FB_STAGE_LATEST;
        c->week += i == 1 ? 7 : 0;
        c->month = i == 2 ? fb_day_of(2026, 4, 1) : c->month;
        c->hirer = i == 3 ? fb_code_of("RXQ") : c->hirer;
        c->ics = i == 4 ? 0 : c->ics;
        c->staff_group = i == 5 ? 2 : 1;
        c->route = i == 6 ? FB_ROUTE_AGENCY : c->route;
        c->shadow = i == 7;
        size_t n = fb_decision_pack(&decision, first, sizeof first);
        CU_ASSERT_EQUAL_FATAL(fb_decision_unpack(&back, span_of(first, n)), FB_OK);
        CU_ASSERT_EQUAL(memcmp(&back.line[1].cell, c, sizeof *c), 0);
    }
}

/* What a whole feed lacks, of one shift and of many. */
static void test_feed(void)
{
    struct fb_text one, many;
    for (unsigned lack = 0; lack < FB_LACK_END; lack++) {
        fb_text_init(&one, text, sizeof text / 2);
        fb_text_init(&many, text + sizeof text / 2, sizeof text / 2);
        fb_explain_feed(&one, (enum fb_lack)lack, 1);
        fb_explain_feed(&many, (enum fb_lack)lack, 812);
        CU_ASSERT((one.n > 0) == (many.n > 0));
        if (one.n > 0)
            CU_ASSERT(strstr(one.p, "1 shift could") != NULL && strstr(many.p, "812 shifts could") != NULL);
    }
}

static void test_event(void)
{
    unsigned char good[512];
    struct tally w = {.book = fb_test_rule_book()};
    const struct fb_event e = {.kind = FB_EVENT_RATE_REPRICED,
                               .at_ms = 1773144000123,
                               .journal = 1234567,
                               .subject = 89,
                               .trust = fb_code_of("RTH"),
                               .severity = FB_SEVERITY_BREACH,
                               .stage = FB_STAGE_LATEST,
                               .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY,
                               .route = FB_ROUTE_AGENCY,
                               .historic = true,
                               .rule = 0xfedcba98,
                               .issue = 3,
                               .shift_day = 20531,
                               .pence = 15792,
                               .delta_pence = -3,
                               .prior_journal = 1200000,
                               .prior_issue = 2,
                               .cause = FB_CAUSE_REPRICED,
                               .posted = 20544,
                               .source = fb_span_of("rth-roster"),
                               .record_ref = fb_span_of("B1")};
    damage(&w, span_of(good, fb_event_pack(&e, good, sizeof good)), again_event);
    check_tally(&w);
}

static void test_trace(void)
{
    static unsigned char good[FB_TRACE_BYTES_MAX];
    static const struct {
        enum fb_route route;
        const char *band, *pay, *commission;
    } cases[] = {{FB_ROUTE_AGENCY, "5", "40.00", "3.10"}, {FB_ROUTE_BANK, "5", "18.13", "0.00"}};
    struct tally w = {.book = fb_test_rule_book()};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fb_test_view v;
        fb_test_view(&v, cases[i].route, cases[i].band, "2026-03-19T07:30", "2026-03-19T20:00", 30);
        fb_test_charge(&v.booking[0].as.booking, cases[i].pay, cases[i].commission);
        decide(&v);
        CU_ASSERT_FATAL(decision.trace.n <= sizeof good);
        memcpy(good, decision.trace.p, decision.trace.n);
        damage(&w, span_of(good, decision.trace.n), again_trace);
    }
    check_tally(&w);
}

/* Priced by the book that has everything: tables, zones, adoption, loaded cost, an on-call shift by its
 * standby period. */
static void test_rich_trace(void)
{
    static unsigned char good[FB_TRACE_BYTES_MAX];
    static const enum fb_unit units[] = {FB_UNIT_HOUR, FB_UNIT_PA};
    struct fb_book book = fb_test_rich_book();
    struct tally w = {.book = &book};
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct fb_booking b = fb_test_day_shift(FB_ROUTE_BANK, i == 0 ? "5" : "7");
        struct fb_trace trace = {.issue = 1, .decide_version = 1};
        struct fb_price price;
        b.shift.site = fb_span_of("RTH02");
        b.shift.staff_group = i == 0 ? b.shift.staff_group : FB_STAFF_GROUP_MEDICAL_DENTAL;
        b.rates.unit = units[i];
        fb_test_rate(&b, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
        fb_price_booking(&book, &b, NULL, &price);
        trace.day = price.day;
        fb_trace_price(&trace, &book, &price, b.route);
        decision.n_findings = 0;
        damage(&w, span_of(good, fb_trace_pack(&trace, good, sizeof good)), again_trace);
    }
    check_tally(&w);
}

static void test_findings(void)
{
    const struct fb_book *book = fb_test_rule_book();
    struct fb_trace trace;
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    decide(&v);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&trace, decision.trace), FB_OK);
    for (unsigned i = 0; i < FB_BUILT_IN_RULES + FB_TEST_RULES; i++)
        for (unsigned detail = 0; detail <= UINT8_MAX; detail++)
            for (unsigned severity = FB_SEVERITY_NONE + 1; severity < FB_SEVERITY_END; severity++) {
                uint32_t rule = i < FB_BUILT_IN_RULES
                                    ? book->built_in[i].id
                                    : fb_test_rule_id((enum fb_test_rule)(i - FB_BUILT_IN_RULES));
                const struct fb_finding f = {
                    .rule = rule, .severity = (uint8_t)severity, .detail = (uint8_t)detail};
                struct fb_text t;
                fb_text_init(&t, text, sizeof text);
                fb_explain_finding(&t, book, &trace, &f);
                CU_ASSERT(t.n > 0 && !t.cut && text[t.n - 1] == '.');
            }
}

/* Whoever was asked, and however far the search had gone: what it would have cost otherwise is said, or why
 * not. */
static void test_instead(void)
{
    struct fb_book book = fb_test_rich_book();
    for (unsigned route = 0; route < FB_ROUTE_END; route++)
        for (unsigned kind = 0; kind < FB_WORKER_KIND_END; kind++)
            for (unsigned tier = 0; tier <= TIERS; tier++) {
                struct fb_booking b = fb_test_day_shift((enum fb_route)route, "5");
                struct fb_facts f = {.value = {0}};
                struct fb_text t;
                fb_test_rate_all(&b, FB_PART_WORKER_PAY, tier % 2 == 0 ? 200000 : 150000, 250000, 300000);
                b.worker_kind = (enum fb_worker_kind)kind;
                b.state = FB_BOOKING_STATE_BOOKED;
                if (tier < TIERS)
                    fb_fact_set(&f, FB_FACT_CASCADED_TO, tier);
                fb_fact_set(&f, FB_FACT_ON_FRAMEWORK, kind % 2);
                fb_text_init(&t, text, sizeof text);
                fb_explain_instead(&t, &book, &b, &f);
                bool asked = route == FB_ROUTE_AGENCY || fb_route_is_bank((enum fb_route)route);
                CU_ASSERT(!t.cut && (t.n > 0) == asked);
            }
}

/* An approval of which anything is missing, however it ended; the deciding book may also have lost the rule.
 */
static void test_approvals(void)
{
    struct fb_record r = fb_test_approval("A1", "agency.off_framework");
    const struct fb_book answers = fb_test_answer_book(), *books[] = {&answers, fb_test_book()};
    for (unsigned i = 0; i < 2u * 64u * FB_APPROVAL_END_END * FB_ANSWERED_END; i++) {
        unsigned lacks = i / 2 % 64, end = i / 128 % FB_APPROVAL_END_END,
                 when = i / 128 / FB_APPROVAL_END_END;
        struct fb_approval a = r.as.approval;
        const struct fb_finding f = {
            .rule = 1, .severity = FB_SEVERITY_BREACH, .approval = 77, .answered = (uint8_t)when};
        const struct fb_span nothing = {NULL, 0};
        struct fb_text t;
        a.granted_by = (lacks & 1) != 0 ? nothing : a.granted_by;
        a.role = (lacks & 2) != 0 ? FB_ROLE_NONE : a.role;
        a.reason = (lacks & 4) != 0 ? nothing : a.reason;
        a.granted_ms = (lacks & 8) != 0 ? FB_ABSENT : a.granted_ms;
        a.booking_ref = (lacks & 16) != 0 ? nothing : a.booking_ref;
        a.channel = (lacks & 32) != 0 ? FB_CHANNEL_TELEPHONE : a.channel;
        fb_text_init(&t, text, sizeof text);
        fb_explain_approval(&t, books[i % 2], &a, (enum fb_approval_end)end, (enum fb_answered)when,
                            a.granted_ms);
        CU_ASSERT(t.n > 0 && !t.cut && text[t.n - 1] == '.');
        fb_text_init(&t, text, sizeof text);
        fb_explain_answer(&t, books[i % 2], &f, lacks == 63 ? NULL : &a, r.as.approval.granted_ms);
        CU_ASSERT(!t.cut && (t.n > 0) == (when != FB_ANSWERED_NONE));
    }
}

/* A fact's value is told whatever it is: of another issue, or damaged. */
static void test_values(void)
{
    static const int64_t values[] = {INT64_MIN, INT32_MIN, -1,  0,     1,         2,
                                     59,        60,        255, 20531, INT32_MAX, INT64_MAX};
    for (unsigned fact = 0; fact < FB_FACT_COUNT; fact++)
        for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
            char word[128];
            struct fb_text t;
            fb_text_init(&t, word, sizeof word);
            fb_fact_format(&t, (enum fb_fact)fact, values[i]);
            CU_ASSERT(!t.cut && strlen(word) == t.n);
            if (fb_fact_table[fact].type == FB_TYPE_INT || fb_fact_table[fact].type == FB_TYPE_DAY)
                CU_ASSERT(t.n > 0);
        }
}

CU_TestInfo suite_damaged[] = {
    {"a decision of which a byte has changed is refused, or is a decision", test_decision},
    {"a decision that does not fit is not stored in part", test_room},
    {"lines whose cells differ in one thing come back as they were", test_cells},
    {"what a feed lacks is told of one shift and of many", test_feed},
    {"an event of which a byte has changed is refused, or is an event", test_event},
    {"a trace of which a byte has changed is refused, or is a trace that can be explained", test_trace},
    {"so is one of tables, zones and adoption", test_rich_trace},
    {"a finding of any rule and detail is a sentence", test_findings},
    {"what it would have cost otherwise is told for every route, worker and tier", test_instead},
    {"an approval of which anything is missing is told, and so is what it answers", test_approvals},
    {"whatever value a fact has, it is told", test_values},
    CU_TEST_INFO_NULL};
