/* A batch is taken back: what is left is what would be there if it had never come. */
#include "engine/base/prng.h"
#include "engine/core/report.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { MOST = 90, SEEDS = 60, REFS = 7 };
static struct fb_test_turn T;
static struct fb_prng p;
static struct fb_record *record[MOST];
static const char bad[] = "bad.csv";

static unsigned below(unsigned n) { return (unsigned)fb_prng_below(&p, n); }

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

/* Every test ends by replaying its journal. */
static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_reopen(&T);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *in(const char *batch, struct fb_record *r)
{
    r->env.batch_id = fb_span_of(batch);
    return r;
}

static enum fb_err ask(const char *batch, const char **why)
{
    bool several;
    uint32_t number = fb_turn_batch_find(T.turn, 0, (struct fb_span){NULL, 0}, fb_span_of(batch), &several);
    return fb_turn_batch_withdraw(T.turn, number, fb_span_of("CONTROLS-1"), fb_span_of("the wrong file"), T.now_ms, why);
}

static void withdraw(const char *batch)
{
    const char *why;
    CU_ASSERT_EQUAL(ask(batch, &why), FB_OK);
    fb_test_settle(&T);
}

static struct fb_batch_row row_of(const char *batch)
{
    struct fb_batch_row row = {.number = 0};
    bool several;
    CU_ASSERT_TRUE(fb_turn_batch(T.turn, fb_turn_batch_find(T.turn, 0, (struct fb_span){NULL, 0}, fb_span_of(batch), &several), &row));
    return row;
}

/* ---- one thing at a time ---- */

/* Two systems may call their files alike: a trust that names one means its own. */
static void test_of_a_trust(void)
{
    const struct fb_span any = {NULL, 0};
    bool several;
    begin();
    (void)fb_test_send_one(&T, in(bad, fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O1")));
    (void)fb_test_send_one(&T, in(bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1")));
    CU_ASSERT_TRUE(fb_turn_batch_find(T.turn, 0, any, fb_span_of(bad), &several) != 0 && several);
    CU_ASSERT_TRUE(fb_turn_batch_find(T.turn, fb_code_of("RTH"), any, fb_span_of(bad), &several) == 2 && !several);
    CU_ASSERT_TRUE(fb_turn_batch_find(T.turn, fb_code_of("RXQ"), any, fb_span_of(bad), &several) == 0 && !several);
    CU_ASSERT_TRUE(fb_turn_batch_find(T.turn, fb_code_of("RXQ"), fb_span_of("rth-roster"), fb_span_of(bad), &several) == 0 && !several);
    end();
}

static void test_first_seen(void)
{
    begin();
    uint64_t empty = fb_test_outcome(&T);
    (void)fb_test_send_one(&T, in(bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1")));
    (void)fb_test_send_one(&T, in(bad, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1")));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 11 * 4500);
    withdraw(bad);
    struct fb_batch_row row = row_of(bad);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), empty);
    CU_ASSERT_EQUAL(fb_test_open(&T, NULL), 0);
    CU_ASSERT_TRUE(fb_test_events(&T, FB_EVENT_FINDING_CLEARED) >= 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_VACANCY_WITHDRAWN), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_BATCH_WITHDRAWN), 1);
    CU_ASSERT_EQUAL(row.accepted, 2);
    CU_ASSERT_EQUAL(row.withdrawn, 2);
    CU_ASSERT_EQUAL(row.restored, 0);
    CU_ASSERT_EQUAL(row.pence, -11 * 4500);
    CU_ASSERT_FALSE(row.withdrawing);
    CU_ASSERT_NOT_EQUAL(row.asked, 0);
    end();
}

static void test_falls_back(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    (void)fb_test_send_one(&T, r);
    uint64_t before = fb_test_outcome(&T);
    struct fb_record *wrong = in(bad, fb_test_amend(r, 5)), *late = fb_test_amend(r, 3);
    wrong->as.booking.rates.cell[0].part[FB_PART_WORKER_PAY] *= 2;
    (void)fb_test_send_one(&T, wrong);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), before);
    withdraw(bad);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    CU_ASSERT_EQUAL(row_of(bad).restored, 1);
    /* What comes now is held against what stands, and not against what went. */
    late->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    CU_ASSERT_EQUAL(fb_test_send_one(&T, late).outcome, FB_OUTCOME_AMENDED);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0);
    end();
}

/* One that had lost against the batch's version stands when that goes. */
static void test_falls_back_to_one_that_lost(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *wrong = in(bad, fb_test_amend(r, 5)), *lost = fb_test_amend(r, 3);
    lost->as.booking.agency = fb_span_of("ZZ");
    (void)fb_test_send_one(&T, r);
    (void)fb_test_send_one(&T, wrong);
    (void)fb_test_send_one(&T, lost);
    withdraw(bad);
    uint64_t outcome = fb_test_outcome(&T);
    fb_test_turn_reopen(&T);
    /* It is found by what it names: its agency's framework makes it judged again. */
    struct fb_record *agency = fb_test_record(FB_KIND_AGENCY, FB_TEST_REGISTERS, "ZZ");
    agency->as.agency.code = fb_span_of("ZZ");
    (void)fb_test_send_one(&T, agency);
    CU_ASSERT_EQUAL(row_of(bad).restored, 1);
    struct fb_test_turn held = T;
    fb_test_turn_open(&T);
    (void)fb_test_send_one(&T, r);
    (void)fb_test_send_one(&T, lost);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    fb_test_turn_close(&T);
    T = held;
    end();
}

static void test_amended_since(void)
{
    begin();
    struct fb_record *r = in(bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    struct fb_record *mended = fb_test_amend(r, 2);
    mended->env.batch_id = (struct fb_span){NULL, 0};
    (void)fb_test_send_one(&T, r);
    (void)fb_test_send_one(&T, mended);
    uint64_t before = fb_test_outcome(&T);
    struct fb_foreseen f;
    char memory[64];
    struct fb_text left;
    fb_text_init(&left, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_turn_batch_foresee(T.turn, row_of(bad).number, 0, &f, &left), FB_OK);
    CU_ASSERT_EQUAL(f.left, 1);
    CU_ASSERT_EQUAL(f.next, 0);
    CU_ASSERT_STRING_EQUAL(memory, "B1\n");
    withdraw(bad);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    CU_ASSERT_EQUAL(row_of(bad).left, 1);
    end();
}

/* The same id is the stored answer for ever; a new one brings the record back under its number. */
static void test_comes_again(void)
{
    begin();
    struct fb_record *r = in(bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    struct fb_answer first = fb_test_send_one(&T, r);
    uint64_t before = fb_test_outcome(&T);
    withdraw(bad);
    uint64_t without = fb_test_outcome(&T);
    struct fb_answer again = fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL(again.outcome, FB_OUTCOME_DUPLICATE);
    CU_ASSERT_EQUAL(again.journal, first.journal);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), without);
    fb_test_turn_reopen(&T);
    struct fb_record *mended = fb_test_amend(r, 0); /* whatever its revision: nothing stands that it could lose against */
    struct fb_answer a = fb_test_send_one(&T, mended);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_AMENDED);
    CU_ASSERT_EQUAL(a.record, first.record);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    /* It came under the same name, after it: so the batch can be taken back again, and then only this goes. */
    CU_ASSERT_TRUE(row_of(bad).again);
    withdraw(bad);
    CU_ASSERT_EQUAL(row_of(bad).withdrawn, 1);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), without);
    end();
}

static void test_refused(void)
{
    const char *why;
    begin();
    CU_ASSERT_EQUAL(ask("nobody's.csv", &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "no batch"));
    for (unsigned i = 0; i < 2; i++) {
        char ref[8];
        snprintf(ref, sizeof ref, "B%u", i);
        (void)fb_test_send_one(&T, in(i == 0 ? bad : "other.csv", fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref)));
    }
    CU_ASSERT_EQUAL(ask(bad, &why), FB_OK);
    CU_ASSERT_EQUAL(ask(bad, &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "already"));
    CU_ASSERT_EQUAL(ask("other.csv", &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "another batch"));
    CU_ASSERT_TRUE(row_of(bad).withdrawing);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(bad, &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "nothing came"));
    CU_ASSERT_EQUAL(ask("other.csv", &why), FB_OK);
    fb_test_settle(&T);
    end();
}

static void test_counts_what_was_refused(void)
{
    begin();
    struct fb_record *r = in(bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1")), *other = fb_test_amend(r, 2);
    other->env.message_id = r->env.message_id;
    (void)fb_test_send_one(&T, r);
    (void)fb_test_send_one(&T, other);
    struct fb_input door = {.body = fb_span_of("junk"), .source = T.source[FB_TEST_ROSTER], .refused = FB_REASON_FIELD_RANGE, .env = r->env};
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &door, 1, T.now_ms, &a), FB_OK);
    struct fb_batch_row row = row_of(bad);
    CU_ASSERT_EQUAL(row.accepted, 1);
    CU_ASSERT_EQUAL(row.conflicts, 1);
    CU_ASSERT_EQUAL(row.refused, 1);
    end();
}

static void test_closed_month(void)
{
    begin();
    (void)fb_test_send_one(&T, in(bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1")));
    const struct fb_period_close march = {.month = fb_day_of(2026, 3, 1), .role = fb_span_of("finance_director"), .reason = fb_span_of("month end")};
    const char *why;
    T.now_ms += 40 * (int64_t)86400000;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_turn_close_period(T.turn, &march, T.now_ms, &why), FB_OK);
    withdraw(bad);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0); /* of both months together */
    CU_ASSERT_TRUE(fb_test_rows(&T, FB_TABLE_TOTALS) > 2);
    end();
}

/* ---- many, in steps, and cut short ---- */

static void send_many(unsigned n)
{
    static char ref[600][16];
    struct fb_record *batch[FB_TEST_BATCH];
    struct fb_answer a[FB_TEST_BATCH];
    for (unsigned i = 0, k = 0; i < n; i++) {
        snprintf(ref[i], sizeof ref[i], "B%u", i);
        batch[k++] = in(i % 3 == 0 ? "good.csv" : bad, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref[i]));
        if (k == FB_TEST_BATCH || i + 1 == n) {
            CU_ASSERT_EQUAL(fb_test_send(&T, batch, k, a), FB_OK);
            k = 0;
        }
    }
    fb_test_settle(&T);
}

static void test_in_steps(void)
{
    const char *why;
    bool more = true;
    begin();
    send_many(600);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL), steps = 0;
    CU_ASSERT_EQUAL(ask(bad, &why), FB_OK);
    for (; more; steps++) {
        CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
        if (steps % 2 == 0)
            fb_test_turn_reopen(&T); /* as after a crash: it goes on where it stood */
        more = more || row_of(bad).withdrawing;
    }
    CU_ASSERT_TRUE(steps >= 400 / 64 + 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1 + steps);
    CU_ASSERT_EQUAL(row_of(bad).withdrawn, 400);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 200);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_BATCH_WITHDRAWN), 1);
    end();
}

/* ---- anything ---- */

static struct fb_record *a_booking(const char *ref)
{
    static const char *const token[] = {"key-a", "key-b", "key-c"};
    struct fb_record *r = below(2) == 0 ? fb_test_turn_shift(token[below(3)], ref, (int)below(6), 9 * (int)below(3), 7 + (int)below(3))
                                        : fb_test_record(FB_KIND_BOOKING, below(3) == 0 ? FB_TEST_PORTAL : FB_TEST_ROSTER, ref);
    if (below(3) == 0)
        fb_test_refer(r, below(2) == 0 ? "R1" : "R2");
    if (below(3) == 0)
        r->as.booking.vacancy_ref = fb_span_of("x0");
    if (below(6) == 0)
        r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    return r;
}

/* It names a booking, or shifts of some days by a reference that several may share; some ask for what others ask for. */
static void bill(struct fb_invoice_line *l, const char *ref)
{
    static const char *const invoices[] = {"NS-1", "NS-2", "NS-3"};
    l->booking_ref = fb_span_of(ref);
    l->invoice = fb_span_of(invoices[below(3)]);
    l->line = 1 + (int64_t)below(2);
    l->state = (enum fb_invoice_state)(1 + below(5));
    l->reason = fb_span_of("too late");
    if (below(2) == 0) {
        l->booking_ref = l->booking_source = (struct fb_span){NULL, 0};
        l->reference[l->n_references++] =
            (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"), fb_span_of(below(2) == 0 ? "R1" : "R2")};
        l->from -= (fb_day)below(3);
        l->until += (fb_day)below(6);
    }
    if (below(3) != 0)
        return;
    l->billing = FB_BILLING_CREDIT;
    l->credit_invoice = fb_span_of(invoices[below(3)]);
    l->net_pence = below(2) == 0 ? -l->net_pence : -1;
}

static struct fb_record *any(void)
{
    static const char *const refs[REFS] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6"};
    static const enum fb_kind kinds[] = {FB_KIND_VACANCY, FB_KIND_AGENCY, FB_KIND_FRAMEWORK, FB_KIND_ORGANISATION, FB_KIND_APPROVAL,
                                         FB_KIND_CASCADE, FB_KIND_REPLY, FB_KIND_INVOICE_LINE, FB_KIND_INVOICE_LINE};
    static const enum fb_kind people[] = {FB_KIND_WORKER_FACT, FB_KIND_SUBSTANTIVE_HOURS, FB_KIND_ABSENCE};
    const char *ref = refs[below(REFS)];
    struct fb_record *r;
    switch (below(4)) {
    case 0: return a_booking(ref);
    case 1:
        r = fb_test_turn_sheet(fb_test_turn_shift("key-a", refs[below(REFS)], (int)below(4), 9, 8), ref, 30 * ((int)below(9) - 4));
        return r;
    case 2: return fb_test_of(people[below(3)], below(2) == 0 ? "key-a" : "key-b", ref);
    case 3: break;
    }
    enum fb_kind kind = kinds[below(sizeof kinds / sizeof kinds[0])];
    r = fb_test_record(kind, kind == FB_KIND_AGENCY || kind == FB_KIND_FRAMEWORK || kind == FB_KIND_ORGANISATION ? FB_TEST_REGISTERS : FB_TEST_ROSTER, ref);
    if (kind == FB_KIND_INVOICE_LINE)
        bill(&r->as.invoice_line, refs[below(REFS)]);
    if (kind == FB_KIND_CASCADE)
        r->as.cascade.vacancy_ref = fb_span_of(refs[below(REFS)]);
    if (kind == FB_KIND_REPLY) {
        r->as.reply.booking_source = fb_span_of("rth-roster");
        r->as.reply.booking_ref = fb_span_of(refs[below(REFS)]);
    }
    return r;
}

static void make(void)
{
    fb_test_records_forget();
    for (unsigned i = 0; i < MOST; i++) {
        record[i] = any();
        record[i]->env.revision = (int64_t)below(4);
        record[i]->env.occurred_ms += (int64_t)below(3) * 60000;
        if (below(3) == 0)
            (void)in(bad, record[i]);
    }
}

/* A batch is one source's: each has one of that name. When not settled, what follows comes between the steps of the last. */
static void withdraw_all(bool settled)
{
    static const char *const source[] = {"rth-roster", "rth-portal", "registers"};
    for (unsigned i = 0; i < 3; i++) {
        bool several;
        const char *why;
        uint32_t number = fb_turn_batch_find(T.turn, 0, fb_span_of(source[i]), fb_span_of(bad), &several);
        CU_ASSERT_FALSE(several);
        fb_test_settle(&T);
        if (number != 0)
            CU_ASSERT_EQUAL(fb_turn_batch_withdraw(T.turn, number, fb_span_of("me"), fb_span_of("x"), T.now_ms, &why), FB_OK);
    }
    if (settled)
        fb_test_settle(&T);
}

static bool is_bad(const struct fb_record *r) { return r->env.batch_id.n > 0; }

/* In the order in which they were made, those of the batch or the others; some come after it went. */
static uint64_t world(bool with, const char *rules, unsigned late)
{
    fb_test_turn_open(&T);
    fb_test_turn_issue(&T, rules);
    for (unsigned i = 0; i < MOST; i++) {
        if (with && i == late)
            withdraw_all(late % 2 == 0);
        if (is_bad(record[i]) && (!with || i >= late))
            continue;
        (void)fb_test_send_one(&T, record[i]);
        if (i % 16 == 0)
            fb_test_turn_reopen(&T);
    }
    fb_test_settle(&T);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_reopen(&T);
    return fb_test_outcome(&T);
}

static void test_as_if_never(void)
{
    static const char *const rules[] = {"clocked", "counted", "answered", "rivals"};
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        fb_prng_init(&p, seed);
        make();
        unsigned late = MOST / 2 + below(MOST / 2);
        uint64_t never = world(false, rules[seed % 4], late);
        fb_test_turn_close(&T);
        uint64_t back = world(true, rules[seed % 4], late);
        CU_ASSERT_EQUAL(back, never);
        if (back != never)
            fprintf(stderr, "batch: seed %u leaves something behind, with %s\n", seed, rules[seed % 4]);
        fb_test_turn_close(&T);
    }
}

CU_TestInfo suite_batch[] = {{"a trust that names a batch means its own", test_of_a_trust},
                             {"what came first with a batch is withdrawn with it, and its money comes back", test_first_seen},
                             {"what a batch amended falls back to the version before it", test_falls_back},
                             {"a version that had lost against the batch's stands when that goes", test_falls_back_to_one_that_lost},
                             {"what was amended after the batch is left, and listed", test_amended_since},
                             {"the same message again is the stored answer; a new one brings the record back", test_comes_again},
                             {"a batch that is unknown, in hand or gone is refused", test_refused},
                             {"a batch counts what was refused and in conflict", test_counts_what_was_refused},
                             {"a closed month stays closed: the delta goes to the open one", test_closed_month},
                             {"hundreds are taken back in bounded steps, and a restart goes on", test_in_steps},
                             {"whatever was in it, what is left is what would be there if it had never come", test_as_if_never},
                             CU_TEST_INFO_NULL};
