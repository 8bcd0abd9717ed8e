#include "engine/base/bytes.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <string.h>

/* Questions of people: who asks, what is asked and what it needs; and what comes back about workers and
 * exceptions. */
static unsigned char memory[1 << 20], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_arena arena;
static const char *place;

static struct fb_span payload_of(size_t n)
{
    CU_ASSERT_FATAL(n > 2);
    fb_arena_init(&arena, memory, sizeof memory);
    place = NULL;
    return (struct fb_span){(const char *)frame + 2, (uint32_t)n - 2};
}

static enum fb_reason ask(const struct fb_query *q, struct fb_query *out)
{
    return fb_decode_query(payload_of(fb_encode_query(q, frame, sizeof frame)), &arena, out, &place);
}

static void refused(const struct fb_query *q, enum fb_reason reason, const char *where)
{
    struct fb_query out;
    CU_ASSERT_EQUAL(ask(q, &out), reason);
    CU_ASSERT_FATAL(place != NULL);
    CU_ASSERT_STRING_EQUAL(place, where);
}

static void test_asker(void)
{
    struct fb_query q = {.kind = FB_QUERY_AUDIT,
                         .asker = {fb_span_of("RTH-FD"), FB_AS_TRUST, fb_code_of("RTH")},
                         .worker = fb_span_of("0123456789abcdef"),
                         .worker_number = UINT32_MAX},
                    out;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT(out.kind == FB_QUERY_AUDIT && fb_span_eq(out.asker.identity, q.asker.identity) &&
              out.asker.as == FB_AS_TRUST && out.asker.trust == q.asker.trust &&
              fb_span_eq(out.worker, q.worker) && out.worker_number == UINT32_MAX);
    q.asker.trust = 0;
    refused(&q, FB_REASON_FIELD_MISSING, "query.as_trust");
    for (unsigned as = FB_AS_CONTROLS; as < FB_AS_END; as++) {
        q.asker.as = (enum fb_as)as;
        CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
        CU_ASSERT_EQUAL(out.asker.as, as);
    }
    q.asker.as = FB_AS_END;
    refused(&q, FB_REASON_FIELD_WORD, "query.as");
    static char letters[FB_WIRE_LINK_BYTES_MAX + 1];
    memset(letters, 'x', sizeof letters);
    q.asker = (struct fb_asker){{letters, FB_ID_BYTES_MAX + 1}, FB_AS_NONE, 0};
    refused(&q, FB_REASON_FIELD_LENGTH, "query.asker");
    q.asker.identity = (struct fb_span){NULL, 0};
    q.worker = (struct fb_span){letters, FB_ID_BYTES_MAX + 1};
    refused(&q, FB_REASON_FIELD_LENGTH, "query.worker");
    q = (struct fb_query){.kind = FB_QUERY_CONFIRM, .link = {letters, sizeof letters}};
    refused(&q, FB_REASON_FIELD_LENGTH, "query.link");
    q.link.n--;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT_TRUE(fb_span_eq(out.link, q.link));
}

static void test_needs(void)
{
    struct fb_span nobody = {NULL, 0}, worker = fb_span_of("0123456789abcdef"),
                   words = fb_span_of("asked for");
    const struct {
        struct fb_query q;
        const char *missing;
    } rows[] = {
        {{.kind = FB_QUERY_WORKER}, "query.worker"},
        {{.kind = FB_QUERY_WORKER, .worker = worker}, NULL},
        {{.kind = FB_QUERY_WORKER, .worker_number = 3}, NULL},
        {{.kind = FB_QUERY_FORGET, .reason = words}, "query.worker"},
        {{.kind = FB_QUERY_FORGET, .worker = worker, .reason = nobody}, "query.reason"},
        {{.kind = FB_QUERY_FORGET, .worker_number = 3, .reason = words}, NULL},
        {{.kind = FB_QUERY_AUDIT}, NULL},
        {{.kind = FB_QUERY_APPROVALS}, NULL},
        {{.kind = FB_QUERY_APPROVALS, .findings.trust = 1, .month = fb_day_of(2026, 3, 1)}, NULL},
        {{.kind = FB_QUERY_LINK}, "query.record"},
        {{.kind = FB_QUERY_LINK, .subject = 9}, NULL},
        {{.kind = FB_QUERY_LINK, .record_ref = words}, NULL},
        {{.kind = FB_QUERY_CONFIRM}, "query.link"},
        {{.kind = FB_QUERY_CHECKPOINT}, NULL},
        {{.kind = FB_QUERY_PROVE, .body = true}, "query.record"},
        {{.kind = FB_QUERY_PROVE, .as_of = 7}, NULL},
        {{.kind = FB_QUERY_PROVE, .subject = 7}, NULL},
        {{.kind = FB_QUERY_PROVE, .record_ref = words}, NULL},
        {{.kind = FB_QUERY_PROVE, .note = words}, NULL},
        {{.kind = FB_QUERY_RECEIPT}, "query.source"},
        {{.kind = FB_QUERY_RECEIPT, .source = words, .as_known = 20528}, NULL},
        {{.kind = FB_QUERY_COUNTERSIGN}, "query.note"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fb_query out, q = rows[i].q;
        q.findings.trust = q.findings.trust == 0 ? 0 : fb_code_of("RTH");
        if (rows[i].missing == NULL)
            CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE)
        else
            refused(&q, FB_REASON_FIELD_MISSING, rows[i].missing);
    }
    struct fb_query q = {.kind = FB_QUERY_APPROVALS, .month = fb_day_of(2026, 3, 2)};
    refused(&q, FB_REASON_FIELD_RANGE, "query.month");
}

static void test_proof_query(void)
{
    static char lines[FB_WIRE_NOTE_BYTES_MAX + 1];
    memset(lines, 'x', sizeof lines);
    struct fb_query q = {.kind = FB_QUERY_PROVE, .checkpoint = UINT64_MAX, .make = true, .body = true, .note = {lines, sizeof lines}}, out;
    refused(&q, FB_REASON_FIELD_LENGTH, "query.note");
    q.note.n--;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT_TRUE(out.checkpoint == UINT64_MAX && out.make && out.body && fb_span_eq(out.note, q.note));
}

static void test_issue_query(void)
{
    struct fb_query q = {.kind = FB_QUERY_ISSUE}, out;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT(out.kind == FB_QUERY_ISSUE && out.due_ms == FB_ABSENT); /* now */
    CU_ASSERT_EQUAL(ask(&out, &q), FB_REASON_NONE);
    CU_ASSERT_EQUAL(q.due_ms, FB_ABSENT);
    q.due_ms = 1796083200000;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT_EQUAL(out.due_ms, 1796083200000);
    q.due_ms = -1;
    refused(&q, FB_REASON_FIELD_RANGE, "query.due_ms");
    q.due_ms = INT64_MAX;
    refused(&q, FB_REASON_FIELD_RANGE, "query.due_ms");
}

static void test_close_query(void)
{
    static char letters[FB_TEXT_BYTES_MAX + 1];
    memset(letters, 'x', sizeof letters);
    struct fb_query q = {.kind = FB_QUERY_CLOSE_PERIOD,
                         .findings.trust = fb_code_of("RTH"),
                         .month = fb_day_of(2026, 10, 1),
                         .role = fb_span_of("finance_director"),
                         .reason = {letters, FB_TEXT_BYTES_MAX}},
                    good = q, out;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT(out.findings.trust == q.findings.trust && out.month == q.month &&
              fb_span_eq(out.role, q.role) && fb_span_eq(out.reason, q.reason));
    q.findings.trust = 0; /* all of them */
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    q.month = 0;
    refused(&q, FB_REASON_FIELD_MISSING, "query.month");
    q.month = fb_day_of(2026, 10, 2);
    refused(&q, FB_REASON_FIELD_RANGE, "query.month");
    q.month = fb_day_of(1999, 12, 1);
    refused(&q, FB_REASON_FIELD_TIME, "query.month");
    q = good;
    q.role.n = 0;
    refused(&q, FB_REASON_FIELD_MISSING, "query.role");
    q = good;
    q.reason.n++;
    refused(&q, FB_REASON_FIELD_LENGTH, "query.reason");
    q.reason = fb_span_of("the Trust\xC3"); /* half a character */
    refused(&q, FB_REASON_FIELD_TEXT, "query.reason");
}

static void test_withdraw_query(void)
{
    struct fb_query q = {.kind = FB_QUERY_WITHDRAW, .issue = 3}, out;
    CU_ASSERT_EQUAL(ask(&q, &out), FB_REASON_NONE);
    CU_ASSERT(out.kind == FB_QUERY_WITHDRAW && out.issue == 3);
    q.issue = 0;
    refused(&q, FB_REASON_FIELD_MISSING, "query.issue");
}

static struct fb_result r, out;

static void there_and_back(void)
{
    CU_ASSERT_EQUAL_FATAL(
        fb_decode_result(payload_of(fb_encode_result(&r, frame, sizeof frame)), &arena, &out),
        FB_REASON_NONE);
}

static void test_approvals(void)
{
    struct fb_approval_row rows[2] = {{.record = 812,
                                       .trust = fb_code_of("RTH"),
                                       .end = fb_span_of("provisional"),
                                       .rules = fb_span_of("a, b"),
                                       .about = fb_span_of("shifts of band 5"),
                                       .asked_by = fb_span_of("ward"),
                                       .granted_by = fb_span_of("RTH-CE"),
                                       .recorded_by = fb_span_of("desk"),
                                       .when = fb_span_of("before_start"),
                                       .granted_ms = 1773650000000,
                                       .limit_pence = 100,
                                       .spent_pence = -3,
                                       .from = 20528,
                                       .until = 20530,
                                       .reason = fb_span_of("patients"),
                                       .why = fb_span_of("not of that role"),
                                       .deadline_ms = 1773650000001,
                                       .reference = fb_span_of("A-1")},
                                      {.record = 813}};
    struct fb_approval_month months[2] = {{fb_code_of("RTH"), 20513, 1, 2, 3, 4, 5, 6, 0, 20540},
                                          {.trust = fb_code_of("RXQ"), .budget = FB_ABSENT}};
    r = (struct fb_result){.kind = FB_QUERY_APPROVALS,
                           .n_approvals = 2,
                           .approval = rows,
                           .n_approval_months = 2,
                           .approval_month = months};
    there_and_back();
    CU_ASSERT_FATAL(out.n_approvals == 2 && out.n_approval_months == 2);
    const struct fb_approval_row *a = &out.approval[0], *b = &out.approval[1];
    CU_ASSERT(a->record == 812 && a->trust == rows[0].trust && fb_span_eq(a->end, rows[0].end) &&
              fb_span_eq(a->rules, rows[0].rules) && fb_span_eq(a->about, rows[0].about));
    CU_ASSERT(fb_span_is(a->asked_by, "ward") && fb_span_is(a->granted_by, "RTH-CE") &&
              fb_span_is(a->recorded_by, "desk") && fb_span_is(a->when, "before_start"));
    CU_ASSERT(a->granted_ms == 1773650000000 && a->limit_pence == 100 && a->spent_pence == -3 &&
              a->from == 20528 && a->until == 20530 && a->deadline_ms == 1773650000001);
    CU_ASSERT(fb_span_is(a->reason, "patients") && fb_span_is(a->why, "not of that role") && fb_span_is(a->reference, "A-1") && b->reference.n == 0);
    CU_ASSERT(b->record == 813 && b->granted_ms == FB_ABSENT && b->limit_pence == FB_ABSENT &&
              b->deadline_ms == FB_ABSENT && b->spent_pence == 0 && b->from == 0 && b->end.n == 0);
    const struct fb_approval_month *m = &out.approval_month[0];
    CU_ASSERT(m->trust == fb_code_of("RTH") && m->month == 20513 && m->before_booking == 1 &&
              m->before_start == 2 && m->retrospective == 3 && m->of_classes == 4 && m->provisional == 5 &&
              m->lapsed == 6 && m->budget == 0 && m->dry_on == 20540);
    CU_ASSERT(out.approval_month[1].budget == FB_ABSENT && out.approval_month[1].dry_on == 0);
}

static void test_audit_and_lines(void)
{
    struct fb_audit_row rows[2] = {{UINT64_MAX,
                                    1773650000000,
                                    {fb_span_of("desk"), FB_AS_TRUST, fb_code_of("RTH")},
                                    FB_QUERY_EXPLAIN,
                                    7,
                                    812},
                                   {.seq = 2}};
    struct fb_span lines[3] = {fb_span_of("Worker 7."), {NULL, 0}, fb_span_of("Two shifts.")};
    r = (struct fb_result){.kind = FB_QUERY_AUDIT, .n_audit = 2, .audit = rows, .n_lines = 3, .line = lines};
    there_and_back();
    CU_ASSERT_FATAL(out.n_audit == 2 && out.n_lines == 3);
    const struct fb_audit_row *a = &out.audit[0];
    CU_ASSERT(a->seq == UINT64_MAX && a->at_ms == 1773650000000 && fb_span_is(a->asker.identity, "desk") &&
              a->asker.as == FB_AS_TRUST && a->asker.trust == fb_code_of("RTH") &&
              a->query == FB_QUERY_EXPLAIN && a->worker == 7 && a->record == 812);
    CU_ASSERT(out.audit[1].seq == 2 && out.audit[1].asker.as == FB_AS_NONE && out.audit[1].query == 0);
    for (unsigned i = 0; i < 3; i++)
        CU_ASSERT_TRUE(fb_span_eq(out.line[i], lines[i]));
    lines[1] = fb_span_of("a\nb");
    CU_ASSERT_EQUAL(fb_decode_result(payload_of(fb_encode_result(&r, frame, sizeof frame)), &arena, &out),
                    FB_REASON_FIELD_TEXT);
    CU_ASSERT_EQUAL(fb_encode_result(&r, frame, 60), 0);
}

static void test_a_finding_with_its_life(void)
{
    struct fb_finding_row row = {.subject = 5,
                                 .answered = fb_span_of("retrospective"),
                                 .approval = 17,
                                 .life = fb_span_of("acknowledged, replied"),
                                 .verdict = fb_span_of("upheld"),
                                 .opened_ms = 1773650000000,
                                 .reportable = 20540,
                                 .owner = fb_span_of("RTH-DON"),
                                 .snoozed_until_ms = 1773650000002,
                                 .reply = fb_span_of("it was agreed"),
                                 .challenge = fb_span_of("by whom?"),
                                 .snoozed_because = fb_span_of("the list comes then")};
    r = (struct fb_result){.kind = FB_QUERY_FINDINGS, .n_findings = 1, .finding = &row};
    there_and_back();
    CU_ASSERT_FATAL(out.n_findings == 1);
    const struct fb_finding_row *f = &out.finding[0];
    CU_ASSERT(fb_span_eq(f->answered, row.answered) && f->approval == 17 && fb_span_eq(f->life, row.life) &&
              fb_span_eq(f->verdict, row.verdict) && f->opened_ms == row.opened_ms &&
              f->reportable == 20540 && fb_span_eq(f->owner, row.owner) &&
              f->snoozed_until_ms == row.snoozed_until_ms && fb_span_eq(f->reply, row.reply) &&
              fb_span_eq(f->challenge, row.challenge) &&
              fb_span_eq(f->snoozed_because, row.snoozed_because));
    row = (struct fb_finding_row){.subject = 6};
    there_and_back();
    CU_ASSERT(out.finding[0].answered.n == 0 && out.finding[0].opened_ms == 0 &&
              out.finding[0].reportable == 0 && out.finding[0].snoozed_until_ms == 0);
}

CU_TestInfo suite_wire_asker[] = {
    {"who asks comes with the question, and a trust says which", test_asker},
    {"each question about workers and exceptions says what it is about", test_needs},
    {"what a proof is asked for by goes over, as long as a checkpoint's text may be", test_proof_query},
    {"a query for an issue says when, and no moment is now", test_issue_query},
    {"a query that closes a month says which, who and why", test_close_query},
    {"a query that withdraws an issue says which", test_withdraw_query},
    {"approvals and their months come back row by row", test_approvals},
    {"the audit log and sentences come back in order", test_audit_and_lines},
    {"a finding comes with its life", test_a_finding_with_its_life},
    CU_TEST_INFO_NULL,
};
