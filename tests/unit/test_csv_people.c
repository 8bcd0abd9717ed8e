#include "adapters/inbound/csv/build.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Rows about workers, approvals and replies: what becomes a record that the engine takes, and what may not
 * leave. */
#define HEAD                                                                                                 \
    "source: {name: hr, trust: RTH, system: roster, sends: [worker_facts, substantive_hours, absences]}\n"   \
    "file: {kind: snapshot, date: dd/mm/yyyy, date_time: [dd/mm/yyyy HH:MM, iso], occurred_at: at}\n"        \
    "columns: {at: A, staff: B, c: C, d: D, e: E, f: F, g: G}\n"                                             \
    "records:\n"
enum { AT, STAFF, C, D, E, F, G, CELLS };
static const char *const person = "AB12-Quentin";

static unsigned char memory[400000], wire_memory[200000], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_csv_task task;
static struct fb_mapping *mapping;
static struct fb_record made[FB_CSV_RECORDS_MAX], got;
static struct fb_csv_fault fault;
static unsigned n_made;

static void begin(const char *records)
{
    static char text[8192], why[FB_CSV_FAULT_BYTES];
    struct fb_text t;
    CU_ASSERT_FATAL(sodium_init() >= 0);
    fb_mapping_close(&mapping);
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, HEAD);
    fb_text_add(&t, records);
    if (fb_mapping_parse(&mapping, "m", (struct fb_span){text, (uint32_t)t.n}, why) != FB_OK)
        fprintf(stderr, "%s\n", why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mapping);
    task = (struct fb_csv_task){.mapping = mapping,
                                .layout = {.cells = CELLS},
                                .batch_id = fb_span_of("hr.csv"),
                                .occurred_ms = FB_ABSENT,
                                .worker_key = {1, 2},
                                .has_worker_key = true};
    for (int c = 0; c < CELLS; c++)
        task.layout.at[c] = c;
}

static enum fb_csv_made build(const char *c, const char *d, const char *e, const char *f, const char *g)
{
    struct fb_span cell[CELLS] = {fb_span_of("16/03/2026 08:00"),
                                  fb_span_of(person),
                                  fb_span_of(c),
                                  fb_span_of(d),
                                  fb_span_of(e),
                                  fb_span_of(f),
                                  fb_span_of(g)};
    static struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_csv_row row = {.line = 7, .n = CELLS, .cell = cell};
    fault = (struct fb_csv_fault){.column = -2};
    return fb_csv_build(&task, &row, &arena, made, NULL, &n_made, &fault);
}

static bool holds(const void *bytes, size_t n, const char *what)
{
    size_t k = strlen(what);
    for (size_t i = 0; i + k <= n; i++)
        if (memcmp((const char *)bytes + i, what, k) == 0)
            return true;
    return false;
}

/* As it leaves: the engine takes it, and nobody is named in it. */
static const struct fb_record *sent(unsigned i)
{
    static struct fb_arena arena;
    struct fb_span body;
    const char *field = NULL;
    CU_ASSERT_FATAL(i < n_made);
    size_t n = fb_encode_publish(&made[i], frame, sizeof frame);
    CU_ASSERT_FATAL(n > 2);
    CU_ASSERT_FALSE(holds(frame, n, person) || holds(frame, n, "AB12") || holds(frame, n, "Quentin") ||
                    holds(frame, n, "QUENTIN"));
    fb_arena_init(&arena, wire_memory, sizeof wire_memory);
    enum fb_reason reason = fb_decode_publish((struct fb_span){(const char *)frame + 2, (uint32_t)n - 2},
                                              &arena, &got, &body, &field);
    if (reason != FB_REASON_NONE)
        fprintf(stderr, "%s: %s\n", fb_reason_word(reason), field == NULL ? "" : field);
    CU_ASSERT_EQUAL_FATAL(reason, FB_REASON_NONE);
    return &got;
}

static void test_worker(void)
{
    begin(
        " - {kind: worker, ref: {keyed: [staff]}, fields: {worker: {pseudonym: [staff]}, "
        "worker_was: {old_pseudonym: [staff]}, worker_kind: c, grade: d, point: e, employer: {is: RTH}}}\n");
    CU_ASSERT_EQUAL(mapping->source.sends, FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS | FB_SENDS_ABSENCES);
    CU_ASSERT_EQUAL_FATAL(build("substantive", "5", "top", "", ""), FB_CSV_MADE);
    const struct fb_worker *w = &sent(0)->as.worker;
    CU_ASSERT(w->kind == FB_WORKER_KIND_SUBSTANTIVE && w->grade == fb_code_of("5") &&
              w->point == FB_POINT_TOP && w->employer == fb_code_of("RTH") && w->token_was.n == 0);
    CU_ASSERT_EQUAL(w->token.n, 41);
    unsigned char mark[16];
    char hex[9];
    crypto_generichash(mark, sizeof mark, task.worker_key, sizeof task.worker_key, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, mark, 4);
    CU_ASSERT(memcmp(w->token.p, hex, 8) == 0 && w->token.p[8] == '.');
    /* A reference stays in the engine; the pseudonym may not be read from it. */
    CU_ASSERT_EQUAL(got.env.record_ref.n, 32);
    CU_ASSERT_NOT_EQUAL(memcmp(got.env.record_ref.p, w->token.p + 9, 32), 0);
    char was[41], ref[32];
    memcpy(was, w->token.p, sizeof was);
    memcpy(ref, got.env.record_ref.p, sizeof ref);
    /* The key is changed: both pseudonyms come together, and the reference stays. */
    memcpy(task.old_worker_key, task.worker_key, sizeof task.old_worker_key);
    task.has_old_worker_key = true;
    task.worker_key[0] = 9;
    CU_ASSERT_EQUAL_FATAL(build("substantive", "5", "top", "", ""), FB_CSV_MADE);
    w = &sent(0)->as.worker;
    CU_ASSERT(w->token_was.n == 41 && memcmp(w->token_was.p, was, 41) == 0);
    CU_ASSERT(w->token.n == 41 && memcmp(w->token.p, was, 8) != 0 &&
              memcmp(w->token.p + 9, was + 9, 32) != 0);
    CU_ASSERT(got.env.record_ref.n == 32 && memcmp(got.env.record_ref.p, ref, 32) == 0);
}

static void test_fact(void)
{
    begin(" - {kind: worker_fact, ref: {keyed: \"{staff}/{c}\"}, fields: {worker: {pseudonym: [staff]}, "
          "fact: c, "
          "status: {column: d, words: {Clear: valid, \"\": none}}, from: e, last_day: f, week_time: g, "
          "name: {is: nmc}, employer: {is: RXQ}, grade: {is: \"6\"}, checked_by: {is: desk}}}\n");
    CU_ASSERT_EQUAL_FATAL(build("visa", "Clear", "01/03/2026", "28/02/2027", "20:00"), FB_CSV_MADE);
    const struct fb_worker_fact *f = &sent(0)->as.worker_fact;
    CU_ASSERT(f->kind == FB_FACT_KIND_VISA && f->status == FB_FACT_STATUS_VALID &&
              f->from == fb_day_of(2026, 3, 1) && f->until == fb_day_of(2027, 3, 1) &&
              f->week_minutes == 1200);
    CU_ASSERT(fb_span_is(f->name, "nmc") && f->employer == fb_code_of("RXQ") && f->grade == fb_code_of("6") &&
              fb_span_is(f->checked_by, "desk"));
    CU_ASSERT_EQUAL_FATAL(build("registration", "", "01/03/2026", "", ""), FB_CSV_MADE);
    f = &sent(0)->as.worker_fact;
    CU_ASSERT(f->status == FB_FACT_STATUS_ABSENT && f->until == INT32_MAX && f->week_minutes == FB_ABSENT);
    CU_ASSERT_EQUAL(build("visas", "Clear", "01/03/2026", "", ""), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(fault.column, C);
    CU_ASSERT_EQUAL(build("visa", "Clear", "2026-03-01", "", ""), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(fault.column, E);
    CU_ASSERT_EQUAL(build("visa", "Clear", "01/03/2026", "", "20 hours"), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(fault.column, G);
}

static void test_hours_and_absence(void)
{
    begin(" - {kind: substantive_hours, ref: {keyed: [staff, c]}, fields: {worker: {pseudonym: [staff]}, "
          "employer: {is: RTH}, week: c, time: d, hours_kind: {is: rostered}}}\n"
          " - {kind: absence, ref: {keyed: [staff, e]}, when: {column: e, is_not: \"\"}, "
          "fields: {worker: {pseudonym: [staff]}, employer: {is: RTH}, absence_kind: g, from: e, last_day: "
          "f}}\n");
    CU_ASSERT_EQUAL_FATAL(build("22/03/2026", "37:30", "16/03/2026", "16/03/2026", "jury_service"),
                          FB_CSV_MADE);
    const struct fb_substantive_hours *h = &sent(0)->as.hours;
    CU_ASSERT(h->week == fb_day_of(2026, 3, 16) && h->minutes == 2250 && h->kind == FB_HOURS_KIND_ROSTERED &&
              h->employer == fb_code_of("RTH") && h->token.n == 41);
    const struct fb_absence *a = &sent(1)->as.absence;
    CU_ASSERT(a->from == fb_day_of(2026, 3, 16) && a->until == a->from + 1 &&
              a->kind == FB_ABSENCE_KIND_JURY_SERVICE && a->employer == fb_code_of("RTH"));
    CU_ASSERT_EQUAL_FATAL(build("16/03/2026", "0", "", "", ""), FB_CSV_MADE);
    CU_ASSERT(n_made == 1 && sent(0)->as.hours.minutes == 0); /* nought is a statement too */
}

static void test_approval(void)
{
    begin(
        " - {kind: approval, ref: {text: \"P{c}\"}, fields: {hirer: {is: RTH}, booking_source: {is: "
        "rth-roster}, "
        "booking_ref: {text: \"B{c}\"}, rules: d, state: {is: granted}, asked_by: {is: ward}, "
        "role: {is: chief_executive}, granted_by: {is: RTH-CE}, recorded_by: {is: desk}, granted_at: at, "
        "channel: {is: telephone}, "
        "second_role: {is: nhs_england}, second_by: {is: N}, second_at: at, limit: g, from: e, last_day: f, "
        "reason: {is: patients}, grade: {is: \"5\"}, staff_group: {is: nursing_midwifery}, "
        "route: {is: agency}, unit: {is: W}, agency: {is: AG01}}}\n");
    CU_ASSERT_EQUAL_FATAL(build("9", "a.b; c.d ,e.f;", "01/03/2026", "02/03/2026",
                                "\xC2\xA3"
                                "1,250.50"),
                          FB_CSV_MADE);
    const struct fb_approval *a = &sent(0)->as.approval;
    CU_ASSERT(a->n_rules == 3 && fb_span_is(a->rule[0], "a.b") && fb_span_is(a->rule[1], "c.d") &&
              fb_span_is(a->rule[2], "e.f"));
    CU_ASSERT(a->state == FB_APPROVAL_STATE_GRANTED && a->role == FB_ROLE_CHIEF_EXECUTIVE &&
              fb_span_is(a->granted_by, "RTH-CE") && fb_span_is(a->recorded_by, "desk") &&
              fb_span_is(a->asked_by, "ward") && a->granted_ms == 1773648000000 &&
              a->channel == FB_CHANNEL_TELEPHONE);
    CU_ASSERT(a->confirmed_by.n == 0 && a->confirmed_ms == FB_ABSENT && /* nobody's to send */
              a->second_role == FB_ROLE_NHS_ENGLAND && fb_span_is(a->second_by, "N") &&
              a->second_ms == a->granted_ms);
    CU_ASSERT(a->limit_pence == 125050 && a->from == fb_day_of(2026, 3, 1) &&
              a->until == fb_day_of(2026, 3, 3) && fb_span_is(a->reason, "patients") &&
              fb_span_is(a->booking_ref, "B9"));
    CU_ASSERT(a->grade == fb_code_of("5") && a->staff_group == FB_STAFF_GROUP_NURSING_MIDWIFERY &&
              a->route == FB_ROUTE_AGENCY && fb_span_is(a->unit, "W") && fb_span_is(a->agency, "AG01"));
    CU_ASSERT_EQUAL(build("9", "a.b, a.b", "01/03/2026", "02/03/2026", ""), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL(fault.column, D);
    CU_ASSERT_EQUAL(build("9", "a,b,c,d,e,f,g,h,i", "01/03/2026", "02/03/2026", ""), FB_CSV_FAULTY);
    CU_ASSERT_EQUAL_FATAL(build("9", "a,b,c,d,e,f,g,h", "01/03/2026", "02/03/2026", ""), FB_CSV_MADE);
    CU_ASSERT(sent(0)->as.approval.n_rules == 8 && got.as.approval.limit_pence == FB_ABSENT);
}

static void test_reply(void)
{
    begin(" - {kind: reply, ref: c, fields: {hirer: {is: RTH}, booking_source: {is: rth-roster}, "
          "booking_ref: {text: \"B{c}\"}, rule: d, step: e, by: {is: RTH-FD}, for_trust: {is: \"yes\"}, "
          "owner: {is: DON}, "
          "until: f, verdict: {is: upheld}, text: g}}\n");
    CU_ASSERT_EQUAL_FATAL(build("9", "a.b", "snooze", "2026-03-20T09:00Z", "until the audit"), FB_CSV_MADE);
    const struct fb_reply *r = &sent(0)->as.reply;
    CU_ASSERT(r->hirer == fb_code_of("RTH") && fb_span_is(r->booking_source, "rth-roster") &&
              fb_span_is(r->booking_ref, "B9") && fb_span_is(r->rule, "a.b") && r->step == FB_STEP_SNOOZE &&
              fb_span_is(r->by, "RTH-FD") && r->for_trust == FB_SAID_YES && fb_span_is(r->owner, "DON") &&
              r->until_ms == 1773997200000 && r->verdict == FB_VERDICT_UPHELD &&
              fb_span_is(r->text, "until the audit"));
    CU_ASSERT_EQUAL_FATAL(build("9", "", "note", "", "seen"), FB_CSV_MADE);
    r = &sent(0)->as.reply;
    CU_ASSERT(r->rule.n == 0 && r->until_ms == FB_ABSENT);
    CU_ASSERT_EQUAL(build("9", "", "shrug", "", "seen"), FB_CSV_FAULTY);
}

/* A slip in a mapping must not be how a name leaves. */
static void test_what_may_not_leave(void)
{
    static const struct {
        const char *records, *says;
    } rows[] = {
        {"{kind: worker, ref: c, fields: {worker: staff}}", "as a pseudonym only"},
        {"{kind: worker, ref: c, fields: {worker: {text: \"x{staff}\"}}}", "as a pseudonym only"},
        {"{kind: worker, ref: c, fields: {worker: {keyed: [staff]}}}", "as a pseudonym only"},
        {"{kind: booking, ref: c, fields: {worker: {first: [staff, d]}}}", "as a pseudonym only"},
        {"{kind: worker, ref: {pseudonym: [staff]}, fields: {worker: {pseudonym: [staff]}}}",
         "may not keep a pseudonym"},
        {"{kind: worker, ref: staff, fields: {worker: {pseudonym: [staff]}}}", "'staff'"},
        {"{kind: worker, ref: {text: \"W{staff}\"}, fields: {worker: {pseudonym: [staff]}}}", "'staff'"},
        {"{kind: worker_fact, ref: c, fields: {worker: {pseudonym: [staff]}, name: staff}}", "'staff'"},
        {"{kind: worker_fact, ref: c, fields: {worker: {pseudonym: [staff]}, name: {first: [d, staff]}}}",
         "'staff'"},
        {"{kind: worker, ref: {keyed: staff}, fields: {worker: {pseudonym: [staff]}}}",
         "text with {columns}"},
        {"{kind: agency, ref: c, fields: {code: {pseudonym: [staff]}}}", "cannot stand in 'code'"},
        {"{kind: absence, ref: c, fields: {employer: {keyed: [staff]}}}", "cannot stand in 'employer'"},
        {"{kind: absence, ref: c, fields: {from: {date: c, time: d}}}", "a date alone"},
        {"{kind: substantive_hours, ref: c, fields: {week: {date: c, time: d}}}", "a date alone"},
        {"{kind: approval, ref: c, fields: {rules: {is: \"a, a\"}}}", "named twice"},
        {"{kind: worker_fact, ref: c, fields: {status: {is: fine}}}", "not one of our words"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048], why[FB_CSV_FAULT_BYTES];
        struct fb_mapping *m = NULL;
        struct fb_text t;
        fb_text_init(&t, text, sizeof text);
        fb_text_add(&t, HEAD " - ");
        fb_text_add(&t, rows[i].records);
        enum fb_err e = fb_mapping_parse(&m, "m", (struct fb_span){text, (uint32_t)t.n}, why);
        CU_ASSERT_EQUAL(e, FB_REFUSED);
        if (e != FB_REFUSED || strstr(why, rows[i].says) == NULL)
            fprintf(stderr, "expected %s: %s\n", rows[i].says, e == FB_REFUSED ? why : "taken");
        CU_ASSERT_PTR_NOT_NULL(strstr(why, rows[i].says));
        fb_mapping_close(&m);
    }
    fb_mapping_close(&mapping);
}

CU_TestInfo suite_csv_people[] = {
    {"a worker leaves as a pseudonym, with the old one once after the key was changed", test_worker},
    {"a fact of a worker is read, with its days and its hours", test_fact},
    {"hours of a week and absences are read", test_hours_and_absence},
    {"an approval is read with everything it can say", test_approval},
    {"a reply is read with everything it can say", test_reply},
    {"a mapping by which a name would leave is refused", test_what_may_not_leave},
    CU_TEST_INFO_NULL,
};
