#include "engine/base/bytes.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

/* What is known of workers, approvals and replies: each field that may be wrong, one at a time. */
static unsigned char memory[1 << 18], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_arena arena;
static struct fb_record r, got;
static const char *place;
static struct fb_span body;
#define NOTHING ((struct fb_span){NULL, 0})
#define WHEN    1773650000000

static enum fb_reason take(void)
{
    size_t n = fb_encode_publish(&r, frame, sizeof frame);
    CU_ASSERT_FATAL(n > 2);
    fb_arena_init(&arena, memory, sizeof memory);
    place = NULL;
    return fb_decode_publish((struct fb_span){(const char *)frame + 2, (uint32_t)n - 2}, &arena, &got, &body,
                             &place);
}

static struct fb_span letters(uint32_t n)
{
    static char many[512];
    memset(many, 'x', sizeof many);
    return (struct fb_span){many, n};
}

static void begin(enum fb_kind kind)
{
    memset(&r, 0, sizeof r);
    r.env = (struct fb_envelope){.kind = kind,
                                 .source = fb_span_of("s"),
                                 .message_id = fb_span_of("m"),
                                 .record_ref = fb_span_of("r"),
                                 .revision = FB_ABSENT,
                                 .source_seq = FB_ABSENT,
                                 .occurred_ms = WHEN};
}

static void begin_worker(void)
{
    begin(FB_KIND_WORKER);
    r.as.worker =
        (struct fb_worker){.token = fb_span_of("0123456789abcdef"), .kind = FB_WORKER_KIND_SUBSTANTIVE};
}

static void begin_fact(void)
{
    begin(FB_KIND_WORKER_FACT);
    r.as.worker_fact = (struct fb_worker_fact){.token = fb_span_of("0123456789abcdef"),
                                               .kind = FB_FACT_KIND_VISA,
                                               .status = FB_FACT_STATUS_VALID,
                                               .from = fb_day_of(2026, 3, 1),
                                               .until = fb_day_of(2027, 3, 1),
                                               .week_minutes = 1200};
}

static void begin_hours(void)
{
    begin(FB_KIND_SUBSTANTIVE_HOURS);
    r.as.hours = (struct fb_substantive_hours){.token = fb_span_of("0123456789abcdef"),
                                               .employer = fb_code_of("RTH"),
                                               .week = fb_day_of(2026, 3, 16),
                                               .minutes = 0,
                                               .kind = FB_HOURS_KIND_WORKED};
}

static void begin_absence(void)
{
    begin(FB_KIND_ABSENCE);
    r.as.absence = (struct fb_absence){.token = fb_span_of("0123456789abcdef"),
                                       .kind = FB_ABSENCE_KIND_SICKNESS,
                                       .from = fb_day_of(2026, 3, 1),
                                       .until = fb_day_of(2026, 3, 2)};
}

static void begin_approval(void)
{
    begin(FB_KIND_APPROVAL);
    r.as.approval = (struct fb_approval){.hirer = fb_code_of("RTH"),
                                         .n_rules = 2,
                                         .rule = {fb_span_of("a"), fb_span_of("b")},
                                         .state = FB_APPROVAL_STATE_GRANTED,
                                         .role = FB_ROLE_CHIEF_EXECUTIVE,
                                         .granted_by = fb_span_of("RTH-CE"),
                                         .granted_ms = WHEN,
                                         .channel = FB_CHANNEL_TELEPHONE,
                                         .confirmed_ms = FB_ABSENT,
                                         .second_role = FB_ROLE_NHS_ENGLAND,
                                         .second_by = fb_span_of("NHSE-1"),
                                         .second_ms = WHEN,
                                         .limit_pence = FB_ABSENT,
                                         .from = fb_day_of(2026, 3, 1),
                                         .until = fb_day_of(2026, 3, 1) + 92,
                                         .reason = fb_span_of("patients")};
}

static void begin_reply(enum fb_step step)
{
    begin(FB_KIND_REPLY);
    r.as.reply = (struct fb_reply){.hirer = fb_code_of("RTH"),
                                   .booking_source = fb_span_of("s"),
                                   .booking_ref = fb_span_of("B-1"),
                                   .step = step,
                                   .by = fb_span_of("RTH-FD"),
                                   .owner = fb_span_of("RTH-DON"),
                                   .until_ms = WHEN + 1,
                                   .verdict = FB_VERDICT_UPHELD,
                                   .text = fb_span_of("seen")};
}
static void begin_snooze(void)
{
    begin_reply(FB_STEP_SNOOZE);
}
static void begin_close(void)
{
    begin_reply(FB_STEP_CLOSE);
}
static void begin_challenge(void)
{
    begin_reply(FB_STEP_CHALLENGE);
}

#define W r.as.worker
#define F r.as.worker_fact
#define H r.as.hours
#define B r.as.absence
#define A r.as.approval
#define P r.as.reply
/* What it begins with, its number, the reason, the place, the fault. */
#define FAULTS(X)                                                                                            \
    X(worker, 1, FIELD_MISSING, "worker.worker", W.token = NOTHING)                                          \
    X(worker, 2, FIELD_LENGTH, "worker.worker", W.token = letters(65))                                       \
    X(worker, 3, FIELD_TEXT, "worker.worker", W.token = fb_span_of("a\nb"))                                  \
    X(worker, 4, FIELD_LENGTH, "worker.worker_was", W.token_was = letters(65))                               \
    X(worker, 5, FIELD_REPEATED, "worker.worker_was", W.token_was = W.token)                                 \
    X(worker, 6, FIELD_WORD, "worker.kind", W.kind = FB_WORKER_KIND_END)                                     \
    X(worker, 7, FIELD_WORD, "worker.point", W.point = FB_POINT_END)                                         \
    X(fact, 10, FIELD_MISSING, "worker_fact.worker", F.token = NOTHING)                                      \
    X(fact, 11, FIELD_MISSING, "worker_fact.kind", F.kind = 0)                                               \
    X(fact, 12, FIELD_MISSING, "worker_fact.status", F.status = 0)                                           \
    X(fact, 13, FIELD_MISSING, "worker_fact.from", F.from = 0)                                               \
    X(fact, 14, FIELD_WORD, "worker_fact.kind", F.kind = FB_FACT_KIND_END)                                   \
    X(fact, 15, FIELD_WORD, "worker_fact.status", F.status = FB_FACT_STATUS_END)                             \
    X(fact, 16, FIELD_LENGTH, "worker_fact.name", F.name = letters(201))                                     \
    X(fact, 17, FIELD_TIME, "worker_fact.from", F.from = fb_day_of(1999, 12, 31))                            \
    X(fact, 18, FIELD_TIME, "worker_fact.until", F.until = F.from)                                           \
    X(fact, 19, FIELD_RANGE, "worker_fact.week_minutes", F.week_minutes = 10081)                             \
    X(fact, 20, FIELD_RANGE, "worker_fact.week_minutes", F.week_minutes = -1)                                \
    X(fact, 21, FIELD_LENGTH, "worker_fact.checked_by", F.checked_by = letters(201))                         \
    X(hours, 30, FIELD_MISSING, "substantive_hours.worker", H.token = NOTHING)                               \
    X(hours, 31, FIELD_MISSING, "substantive_hours.employer", H.employer = 0)                                \
    X(hours, 32, FIELD_MISSING, "substantive_hours.week", H.week = 0)                                        \
    X(hours, 33, FIELD_MISSING, "substantive_hours.minutes", H.minutes = FB_ABSENT)                          \
    X(hours, 34, FIELD_MISSING, "substantive_hours.kind", H.kind = 0)                                        \
    X(hours, 35, FIELD_WORD, "substantive_hours.kind", H.kind = FB_HOURS_KIND_END)                           \
    X(hours, 36, FIELD_RANGE, "substantive_hours.minutes", H.minutes = 10081)                                \
    X(hours, 37, FIELD_RANGE, "substantive_hours.minutes", H.minutes = -1)                                   \
    X(hours, 38, FIELD_TIME, "substantive_hours.week", H.week++)                                             \
    X(absence, 40, FIELD_MISSING, "absence.worker", B.token = NOTHING)                                       \
    X(absence, 41, FIELD_MISSING, "absence.kind", B.kind = 0)                                                \
    X(absence, 42, FIELD_MISSING, "absence.from", B.from = 0)                                                \
    X(absence, 43, FIELD_MISSING, "absence.until", B.until = 0)                                              \
    X(absence, 44, FIELD_WORD, "absence.kind", B.kind = FB_ABSENCE_KIND_END)                                 \
    X(absence, 45, FIELD_TIME, "absence.until", B.until = B.from)                                            \
    X(approval, 50, FIELD_MISSING, "approval.hirer", A.hirer = 0)                                            \
    X(approval, 51, FIELD_MISSING, "approval.booking_source", A.booking_ref = fb_span_of("B-1"))             \
    X(approval, 52, FIELD_MISSING, "approval.booking_ref", A.booking_source = fb_span_of("s"))               \
    X(approval, 53, FIELD_MISSING, "approval.rules", A.n_rules = 0)                                          \
    X(approval, 54, FIELD_LENGTH, "approval.rules[1]", A.rule[1] = NOTHING)                                  \
    X(approval, 55, FIELD_LENGTH, "approval.rules[0]", A.rule[0] = letters(201))                             \
    X(approval, 56, FIELD_TEXT, "approval.rules[1]", A.rule[1] = fb_span_of("a\tb"))                         \
    X(approval, 57, FIELD_REPEATED, "approval.rules[1]", A.rule[1] = A.rule[0])                              \
    X(approval, 58, FIELD_MISSING, "approval.state", A.state = 0)                                            \
    X(approval, 59, FIELD_MISSING, "approval.role", A.role = 0)                                              \
    X(approval, 60, FIELD_MISSING, "approval.granted_by", A.granted_by = NOTHING)                            \
    X(approval, 61, FIELD_MISSING, "approval.granted_at_ms", A.granted_ms = FB_ABSENT)                       \
    X(approval, 62, FIELD_MISSING, "approval.channel", A.channel = 0)                                        \
    X(approval, 63, FIELD_RANGE, "approval.confirmed_by", A.confirmed_by = A.granted_by)                     \
    X(approval, 64, FIELD_RANGE, "approval.confirmed_at_ms", A.confirmed_ms = WHEN)                          \
    X(approval, 65, FIELD_MISSING, "approval.second_role", A.second_role = 0)                                \
    X(approval, 66, FIELD_MISSING, "approval.second_by", A.second_by = NOTHING)                              \
    X(approval, 67, FIELD_MISSING, "approval.second_at_ms", A.second_ms = FB_ABSENT)                         \
    X(approval, 68, FIELD_MISSING, "approval.from", A.from = 0)                                              \
    X(approval, 69, FIELD_MISSING, "approval.until", A.until = 0)                                            \
    X(approval, 70, FIELD_MISSING, "approval.reason", A.reason = NOTHING)                                    \
    X(approval, 71, FIELD_RANGE, "approval.until", A.until++)                                                \
    X(approval, 72, FIELD_TIME, "approval.until", A.until = A.from)                                          \
    X(approval, 73, FIELD_RANGE, "approval.limit_pence", A.limit_pence = -1)                                 \
    X(approval, 74, FIELD_RANGE, "approval.limit_pence", A.limit_pence = FB_AMOUNT_PENCE_MAX + 1)            \
    X(approval, 75, FIELD_WORD, "approval.state", A.state = FB_APPROVAL_STATE_END)                           \
    X(approval, 76, FIELD_WORD, "approval.role", A.role = FB_ROLE_END)                                       \
    X(approval, 77, FIELD_WORD, "approval.channel", A.channel = FB_CHANNEL_END)                              \
    X(approval, 78, FIELD_WORD, "approval.second_role", A.second_role = FB_ROLE_END)                         \
    X(approval, 79, FIELD_WORD, "approval.staff_group", A.staff_group = FB_STAFF_GROUP_END)                  \
    X(approval, 80, FIELD_WORD, "approval.route", A.route = FB_ROUTE_END)                                    \
    X(approval, 81, FIELD_LENGTH, "approval.granted_by", A.granted_by = letters(65))                         \
    X(approval, 82, FIELD_LENGTH, "approval.recorded_by", A.recorded_by = letters(65))                       \
    X(approval, 83, FIELD_LENGTH, "approval.asked_by", A.asked_by = letters(65))                             \
    X(approval, 84, FIELD_LENGTH, "approval.reason", A.reason = letters(201))                                \
    X(approval, 85, FIELD_RANGE, "approval.granted_at_ms", A.granted_ms = 0)                                 \
    X(approval, 86, FIELD_TIME, "approval.from", A.from = fb_day_of(1999, 12, 31))                           \
    X(snooze, 90, FIELD_MISSING, "reply.hirer", P.hirer = 0)                                                 \
    X(snooze, 91, FIELD_MISSING, "reply.booking_source", P.booking_source = NOTHING)                         \
    X(snooze, 92, FIELD_MISSING, "reply.booking_ref", P.booking_ref = NOTHING)                               \
    X(snooze, 93, FIELD_MISSING, "reply.step", P.step = 0)                                                   \
    X(snooze, 94, FIELD_MISSING, "reply.by", P.by = NOTHING)                                                 \
    X(snooze, 95, FIELD_MISSING, "reply.owner", P.owner = NOTHING)                                           \
    X(snooze, 96, FIELD_MISSING, "reply.until_ms", P.until_ms = FB_ABSENT)                                   \
    X(snooze, 97, FIELD_MISSING, "reply.text", P.text = NOTHING)                                             \
    X(close, 98, FIELD_MISSING, "reply.verdict", P.verdict = 0)                                              \
    X(close, 99, FIELD_MISSING, "reply.text", P.text = NOTHING)                                              \
    X(snooze, 100, FIELD_WORD, "reply.step", P.step = FB_STEP_END)                                           \
    X(close, 101, FIELD_WORD, "reply.verdict", P.verdict = FB_VERDICT_END)                                   \
    X(snooze, 102, FIELD_WORD, "reply.for_trust", P.for_trust = FB_SAID_END)                                 \
    X(snooze, 103, FIELD_LENGTH, "reply.rule", P.rule = letters(201))                                        \
    X(snooze, 104, FIELD_LENGTH, "reply.by", P.by = letters(65))                                             \
    X(snooze, 105, FIELD_RANGE, "reply.until_ms", P.until_ms = 1)                                            \
    X(snooze, 108, FIELD_RANGE, "reply.until_ms", P.until_ms = WHEN)                                         \
    X(snooze, 109, FIELD_RANGE, "reply.until_ms", P.until_ms = WHEN + INT64_C(366) * 86400000 + 1)           \
    X(close, 106, FIELD_RANGE, "reply.step", P.for_trust = FB_SAID_YES)                                      \
    X(challenge, 107, FIELD_RANGE, "reply.step", P.for_trust = FB_SAID_YES)

#define FUNCTION(start, id, reason, place, change)                                                           \
    static void fault_##id(void)                                                                             \
    {                                                                                                        \
        begin_##start();                                                                                     \
        CU_ASSERT_EQUAL(take(), FB_REASON_NONE);                                                             \
        change;                                                                                              \
    }
FAULTS(FUNCTION)

static void test_one_fault_each(void)
{
#define FAULT_ROW(start, id, reason, place, change) {fault_##id, FB_REASON_##reason, place},
    static const struct {
        void (*spoil)(void);
        enum fb_reason reason;
        const char *place;
    } rows[] = {FAULTS(FAULT_ROW)};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rows[i].spoil();
        enum fb_reason reason = take();
        if (reason != rows[i].reason || place == NULL || strcmp(place, rows[i].place) != 0)
            fprintf(stderr, "expected %s, %s; not %s, %s\n", fb_reason_word(rows[i].reason), rows[i].place,
                    fb_reason_word(reason), place == NULL ? "no place" : place);
        CU_ASSERT_EQUAL(reason, rows[i].reason);
        CU_ASSERT_FATAL(place != NULL);
        CU_ASSERT_STRING_EQUAL(place, rows[i].place);
    }
}

/* What is asked of one state or step is not asked of another. */
static void test_states_and_steps(void)
{
    begin_approval();
    A = (struct fb_approval){.hirer = A.hirer,
                             .n_rules = 1,
                             .rule = {fb_span_of("a")},
                             .from = A.from,
                             .until = A.until,
                             .reason = A.reason,
                             .granted_ms = FB_ABSENT,
                             .confirmed_ms = FB_ABSENT,
                             .second_ms = FB_ABSENT,
                             .limit_pence = 0};
    for (unsigned state = 1; state < FB_APPROVAL_STATE_END; state++) {
        A.state = (enum fb_approval_state)state;
        CU_ASSERT_EQUAL(take(),
                        state == FB_APPROVAL_STATE_GRANTED ? FB_REASON_FIELD_MISSING : FB_REASON_NONE);
    }
    begin_approval(); /* of one booking it may last longer than of a class */
    A.booking_source = fb_span_of("s");
    A.booking_ref = fb_span_of("B-1");
    A.until += 300;
    CU_ASSERT_EQUAL(take(), FB_REASON_NONE);
    static const enum fb_reason without[FB_STEP_END] = {
        [FB_STEP_ASSIGN] = FB_REASON_FIELD_MISSING,    [FB_STEP_NOTE] = FB_REASON_FIELD_MISSING,
        [FB_STEP_SNOOZE] = FB_REASON_FIELD_MISSING,    [FB_STEP_REPLY] = FB_REASON_FIELD_MISSING,
        [FB_STEP_CHALLENGE] = FB_REASON_FIELD_MISSING, [FB_STEP_CLOSE] = FB_REASON_FIELD_MISSING};
    for (unsigned step = 1; step < FB_STEP_END; step++) {
        begin_reply((enum fb_step)step);
        CU_ASSERT_EQUAL(take(), FB_REASON_NONE);
        P.owner = P.text = NOTHING;
        P.until_ms = FB_ABSENT;
        P.verdict = FB_VERDICT_NONE;
        CU_ASSERT_EQUAL(take(), without[step]);
    }
    begin_reply(FB_STEP_SNOOZE);
    P.until_ms = WHEN + INT64_C(366) * 86400000; /* for a year, and no longer */
    CU_ASSERT_EQUAL(take(), FB_REASON_NONE);
    begin_reply(FB_STEP_ASSIGN);
    P.text = NOTHING;
    P.until_ms = FB_ABSENT;
    P.verdict = FB_VERDICT_NONE;
    CU_ASSERT_EQUAL(take(), FB_REASON_NONE);
}

/* Nine rules are one too many, which no record of ours can say. */
static void test_too_many_rules(void)
{
    static unsigned char bytes[1024];
    struct fb_writer w;
    begin_approval();
    CU_ASSERT_EQUAL_FATAL(take(), FB_REASON_NONE);
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_bytes(&w, body.p, body.n);
    for (char name = 'c'; name <= 'h'; name++) {
        fb_put_varint(&w, 9u << 3 | 2u);
        fb_put_span(&w, (struct fb_span){&name, 1});
    }
    struct fb_envelope env = {.kind = FB_KIND_APPROVAL};
    struct fb_span eight = {(const char *)bytes, (uint32_t)w.n};
    CU_ASSERT_EQUAL(fb_decode_body(&env, eight, &arena, &got, &place), FB_REASON_NONE);
    CU_ASSERT_EQUAL(got.as.approval.n_rules, FB_APPROVAL_RULES_MAX);
    fb_put_varint(&w, 9u << 3 | 2u);
    fb_put_span(&w, fb_span_of("i"));
    struct fb_span nine = {(const char *)bytes, (uint32_t)w.n};
    CU_ASSERT_EQUAL(fb_decode_body(&env, nine, &arena, &got, &place), FB_REASON_FIELD_REPEATED);
    CU_ASSERT_STRING_EQUAL(place, "approval.rules");
}

/* Required of what is sent; a stored body is read without. */
static void test_stored_without_pseudonym(void)
{
    static void (*const start[])(void) = {begin_worker, begin_fact, begin_hours, begin_absence};
    for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
        start[i]();
        W.token = NOTHING; /* the first member of each */
        CU_ASSERT_EQUAL(take(), FB_REASON_FIELD_MISSING);
        struct fb_envelope env = r.env;
        CU_ASSERT_EQUAL(fb_decode_body(&env, body, &arena, &got, &place), FB_REASON_NONE);
        CU_ASSERT_EQUAL(fb_record_token(&got).n, 0);
    }
}

CU_TestInfo suite_wire_people[] = {
    {"every single fault in what is said of workers, approvals and replies is refused at its place",
     test_one_fault_each},
    {"each state of an approval and each step of a reply asks for its own fields", test_states_and_steps},
    {"an approval names eight rules at most", test_too_many_rules},
    {"a pseudonym is required of what is sent, and missing in what is stored", test_stored_without_pseudonym},
    CU_TEST_INFO_NULL,
};
