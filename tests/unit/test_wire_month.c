/* The rows of a month over the wire: every field there and back, and what a decoder must not take. */
#include "engine/wire/wire.h"
#include "tests/lib/frames.h"
#include "tests/lib/suite.h"
#include <string.h>

static unsigned char memory[1 << 20], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_arena arena;
static struct fb_result sent, got;

static struct fb_span payload_of(size_t n, enum fb_frame_kind kind)
{
    fb_arena_init(&arena, memory, sizeof memory);
    return fb_test_payload(frame, n, kind);
}

static enum fb_reason there_and_back(void)
{
    size_t n = fb_encode_result(&sent, frame, sizeof frame);
    CU_ASSERT_FATAL(n > 0);
    return fb_decode_result(payload_of(n, FB_FRAME_RESULT), &arena, &got);
}

static struct fb_month_row full_row(struct fb_month_finding finding[2])
{
    static struct fb_reference reference[2];
    static struct fb_host_part host[2];
    reference[0] = (struct fb_reference){fb_span_of("s"), fb_span_of("duty_id"), fb_span_of("77")};
    reference[1] = (struct fb_reference){fb_span_of("s"), fb_span_of("purchase_order"), fb_span_of("PO-9")};
    host[0] = (struct fb_host_part){fb_code_of("RTH"), 300, 12345};
    host[1] = (struct fb_host_part){fb_code_of("RXQ"), 0, -1};
    finding[0] = (struct fb_month_finding){fb_span_of("ratecap.breached"), FB_SEVERITY_BREACH, 4711, true};
    finding[1] = (struct fb_month_finding){.rule = fb_span_of("rate.off_card"), .severity = FB_SEVERITY_NOTE, .pence = -3};
    struct fb_month_row row = {.subject = 812,
                               .source = fb_span_of("rth-roster"),
                               .record_ref = fb_span_of("B-1"),
                               .hirer = fb_code_of("RTH"),
                               .payer = fb_code_of("RXQ"),
                               .employer = fb_code_of("RHU"),
                               .site = fb_span_of("RTH01"),
                               .unit = fb_span_of("Ward 7"),
                               .cost_centre = fb_span_of("C100"),
                               .subjective = fb_span_of("8100"),
                               .role = fb_span_of("N6H"),
                               .agency = fb_span_of("NS"),
                               .framework = fb_span_of("RM6281"),
                               .purchase_order = fb_span_of("PO-9"),
                               .reason = fb_span_of("vacancy"),
                               .staff_group = FB_STAFF_GROUP_STUDENTS,
                               .route = FB_ROUTE_COLLABORATIVE,
                               .grade = fb_code_of("8a"),
                               .engagement = FB_ENGAGEMENT_DIRECT,
                               .state = FB_BOOKING_STATE_CANCELLED,
                               .timesheet = FB_TIMESHEET_STATE_APPROVED,
                               .day = 20528,
                               .start_min = 29560000,
                               .end_min = 29560720,
                               .booked_ms = 1773650000000,
                               .journal = UINT64_MAX,
                               .issue = 3,
                               .shadow = true,
                               .historic = true,
                               .basis = FB_BASIS_AS_SENT,
                               .n_stages = 2,
                               .n_findings = 2,
                               .finding = finding,
                               .vat = fb_span_of("agency_supply"),
                               .vat_base = FB_VAT_BASE_COMMISSION,
                               .vat_ppm = 200000,
                               .vat_unsettled = true,
                               .n_vat_rates = 2,
                               .vat_rate_ppm = {200000, 50000},
                               .vacancy = {fb_span_of("rth-roster"), fb_span_of("V-1")},
                               .confirmation = {fb_span_of("portal"), fb_span_of("D-77")},
                               .sheet = {fb_span_of("rth-roster"), fb_span_of("T-1")},
                               .n_references = 2,
                               .reference = reference,
                               .posted = 20544,
                               .closed = true,
                               .n_hosts = 2,
                               .host = host};
    row.stage[0].cap = (struct fb_month_cap){FB_STATUS_AGREED, 0, INT64_MAX, -5001, true}; /* nought is said, and is not absent */
    row.stage[1].cap = (struct fb_month_cap){FB_STATUS_NONE, FB_ABSENT, FB_ABSENT, FB_ABSENT, false};
    for (unsigned m = 0; m < FB_MEASURES; m++) {
        row.stage[0].figures.v[m] = m == 5 ? INT64_MIN : (int64_t)m * 1000 - 7;
        row.stage[1].figures.v[m] = m < 3 ? -1 - (int64_t)m : 0; /* those after it are not sent */
    }
    row.stage[0].stage = FB_STAGE_COMMITTED;
    row.stage[1].stage = FB_STAGE_PAID;
    return row;
}

static bool same_ref(const struct fb_month_ref *a, const struct fb_month_ref *b)
{
    return fb_span_eq(a->source, b->source) && fb_span_eq(a->ref, b->ref);
}

static bool same_cap(const struct fb_month_cap *a, const struct fb_month_cap *b)
{
    return a->basis == b->basis && a->pence == b->pence && a->charge_pence == b->charge_pence && a->over_e2 == b->over_e2 &&
           a->lower_bound == b->lower_bound;
}

static void check_documents(const struct fb_month_row *g, const struct fb_month_row *s)
{
    CU_ASSERT(same_ref(&g->vacancy, &s->vacancy) && same_ref(&g->confirmation, &s->confirmation) && same_ref(&g->sheet, &s->sheet));
    CU_ASSERT(g->posted == s->posted && g->closed);
    CU_ASSERT_FATAL(g->n_references == 2 && g->n_hosts == 2);
    for (unsigned i = 0; i < 2; i++) {
        CU_ASSERT(fb_span_eq(g->reference[i].system, s->reference[i].system) && fb_span_eq(g->reference[i].kind, s->reference[i].kind) &&
                  fb_span_eq(g->reference[i].id, s->reference[i].id));
        CU_ASSERT(g->host[i].host == s->host[i].host && g->host[i].minutes == s->host[i].minutes && g->host[i].pence == s->host[i].pence);
        CU_ASSERT(same_cap(&g->stage[i].cap, &s->stage[i].cap));
    }
}

static void every_field_comes_back(void)
{
    static struct fb_month_finding finding[2];
    static struct fb_month_row row[2];
    row[0] = full_row(finding);
    row[1] = (struct fb_month_row){.subject = 813, .booked_ms = FB_ABSENT};
    sent = (struct fb_result){.kind = FB_QUERY_MONTH, .n_month = 2, .month = row, .more = true, .after = 813, .as_of = 90311};
    CU_ASSERT_EQUAL_FATAL(there_and_back(), FB_REASON_NONE);
    CU_ASSERT(got.kind == FB_QUERY_MONTH && got.more && got.after == 813 && got.as_of == 90311);
    CU_ASSERT_EQUAL_FATAL(got.n_month, 2);
    const struct fb_month_row *g = &got.month[0], *s = &row[0];
    CU_ASSERT(g->subject == 812 && g->hirer == s->hirer && g->payer == s->payer && g->employer == s->employer && g->grade == s->grade);
    CU_ASSERT(fb_span_eq(g->source, s->source) && fb_span_eq(g->record_ref, s->record_ref) && fb_span_eq(g->site, s->site) &&
              fb_span_eq(g->unit, s->unit) && fb_span_eq(g->cost_centre, s->cost_centre) && fb_span_eq(g->subjective, s->subjective));
    CU_ASSERT(fb_span_eq(g->role, s->role) && fb_span_eq(g->agency, s->agency) && fb_span_eq(g->framework, s->framework) &&
              fb_span_eq(g->purchase_order, s->purchase_order) && fb_span_eq(g->reason, s->reason));
    CU_ASSERT(g->staff_group == s->staff_group && g->route == s->route && g->engagement == s->engagement && g->state == s->state &&
              g->timesheet == s->timesheet && g->day == s->day && g->basis == s->basis);
    CU_ASSERT(g->start_min == s->start_min && g->end_min == s->end_min && g->booked_ms == s->booked_ms && g->journal == s->journal &&
              g->issue == 3 && g->shadow && g->historic);
    CU_ASSERT(fb_span_eq(g->vat, s->vat) && g->vat_base == s->vat_base && g->vat_ppm == s->vat_ppm && g->vat_unsettled);
    CU_ASSERT(g->n_vat_rates == 2 && g->vat_rate_ppm[0] == 200000 && g->vat_rate_ppm[1] == 50000 && got.month[1].n_vat_rates == 0);
    CU_ASSERT_EQUAL_FATAL(g->n_stages, 2);
    check_documents(g, s);
    for (unsigned i = 0; i < 2; i++)
        CU_ASSERT(g->stage[i].stage == s->stage[i].stage && memcmp(&g->stage[i].figures, &s->stage[i].figures, sizeof g->stage[i].figures) == 0);
    CU_ASSERT_EQUAL_FATAL(g->n_findings, 2);
    CU_ASSERT(fb_span_is(g->finding[0].rule, "ratecap.breached") && g->finding[0].severity == FB_SEVERITY_BREACH &&
              g->finding[0].pence == 4711 && g->finding[0].answered);
    CU_ASSERT(g->finding[1].severity == FB_SEVERITY_NOTE && g->finding[1].pence == -3 && !g->finding[1].answered);
    CU_ASSERT(got.month[1].subject == 813 && got.month[1].booked_ms == FB_ABSENT && got.month[1].n_stages == 0 && got.month[1].n_findings == 0);
    CU_ASSERT(got.month[1].sheet.ref.n == 0 && got.month[1].posted == 0 && !got.month[1].closed && got.month[1].n_references == 0 && got.month[1].n_hosts == 0);
}

/* Most shifts that a page may hold, each with all its stages and long texts, need not fit; then there is no frame, and the desk halves. */
static void what_does_not_fit_is_no_frame(void)
{
    static struct fb_month_finding finding[2];
    static struct fb_month_row row[128];
    for (unsigned i = 0; i < 128; i++)
        row[i] = full_row(finding);
    sent = (struct fb_result){.kind = FB_QUERY_MONTH, .n_month = 128, .month = row};
    CU_ASSERT_EQUAL(fb_encode_result(&sent, frame, 4096), 0);
    sent.n_month = 64;
    CU_ASSERT(fb_encode_result(&sent, frame, sizeof frame) > 0);
}

/* A result whose one month row has stages as written here; length and bytes by hand. */
static enum fb_reason of_bytes(const char *row, size_t n)
{
    char bytes[64] = {'\x08', '\x14', '\x82', '\x05'}; /* kind 20; field 80, a message */
    bytes[4] = (char)n;
    memcpy(bytes + 5, row, n);
    fb_arena_init(&arena, memory, sizeof memory);
    return fb_decode_result((struct fb_span){bytes, (uint32_t)(5 + n)}, &arena, &got);
}

static void a_stage_stands_once_and_says_which(void)
{
    CU_ASSERT_EQUAL(of_bytes("\xFA\x01\x02\x08\x01", 5), FB_REASON_NONE);                     /* committed, no figures */
    CU_ASSERT_EQUAL(got.month[0].n_stages, 1);
    CU_ASSERT_EQUAL(of_bytes("\xFA\x01\x00", 3), FB_REASON_FIELD_WORD);                       /* which? */
    CU_ASSERT_EQUAL(of_bytes("\xFA\x01\x02\x08\x09", 5), FB_REASON_FIELD_WORD);               /* no such stage */
    CU_ASSERT_EQUAL(of_bytes("\xFA\x01\x02\x08\x01\xFA\x01\x02\x08\x01", 10), FB_REASON_FIELD_REPEATED);
    CU_ASSERT_EQUAL(of_bytes("\xFA\x01\x04\x08\x01\x18\x63", 7), FB_REASON_FIELD_WORD);       /* a cap of no basis that is known */
    CU_ASSERT_EQUAL(of_bytes("\xFA\x01\x04\x08\x01\x10\x03", 7), FB_REASON_NONE);             /* a figure, not packed */
    CU_ASSERT_EQUAL(got.month[0].stage[0].figures.v[0], 3);
}

/* An engine of tomorrow has more measures than this one: those that are known here are read. */
static void more_measures_than_ours_are_left(void)
{
    char row[64] = {'\xFA', '\x01', (char)(4 + 40), '\x08', '\x01', '\x12', 40};
    for (unsigned i = 0; i < 40; i++)
        row[7 + i] = 2;
    CU_ASSERT_EQUAL(of_bytes(row, 7 + 40), FB_REASON_NONE);
    CU_ASSERT_EQUAL(got.month[0].stage[0].figures.v[FB_MEASURES - 1], 2);
    CU_ASSERT_EQUAL(got.month[0].n_findings, 0);
}

static void a_question_says_from_when_until_when(void)
{
    const char *place = NULL;
    struct fb_query out, q = {.kind = FB_QUERY_MONTH, .from = fb_day_of(2026, 11, 1), .until = fb_day_of(2026, 12, 1), .findings.trust = fb_code_of("RTH")};
    CU_ASSERT_EQUAL(fb_decode_query(payload_of(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY), &arena, &out, &place), FB_REASON_NONE);
    CU_ASSERT(out.from == q.from && out.until == q.until && out.findings.trust == q.findings.trust);
    q.until = q.from;
    CU_ASSERT_EQUAL(fb_decode_query(payload_of(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY), &arena, &out, &place), FB_REASON_FIELD_RANGE);
    CU_ASSERT_STRING_EQUAL(place, "query.until");
    q.until = 0;
    CU_ASSERT_EQUAL(fb_decode_query(payload_of(fb_encode_query(&q, frame, sizeof frame), FB_FRAME_QUERY), &arena, &out, &place), FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(place, "query.until");
}

CU_TestInfo suite_wire_month[] = {
    {"every field of a row comes back", every_field_comes_back},
    {"what does not fit is no frame", what_does_not_fit_is_no_frame},
    {"a stage stands once, and says which it is", a_stage_stands_once_and_says_which},
    {"more measures than ours are left", more_measures_than_ours_are_left},
    {"a question says from when until when", a_question_says_from_when_until_when},
    CU_TEST_INFO_NULL,
};
