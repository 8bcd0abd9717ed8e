/* A new issue of the rules over what was decided before it: in steps, resumable, nothing twice and nothing dropped. */
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

static struct fb_test_turn T;
enum { MEMORY = 1 << 22, SCAN = 256 };

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *send(enum fb_kind kind, unsigned number)
{
    char ref[16];
    struct fb_answer answer;
    snprintf(ref, sizeof ref, "R%u", number);
    struct fb_record *r = fb_test_record(kind, FB_TEST_ROSTER, ref);
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &answer), FB_OK);
    return r;
}

static void send_many(unsigned n)
{
    char ref[16];
    struct fb_record *r[FB_TEST_BATCH];
    struct fb_answer answer[FB_TEST_BATCH];
    for (unsigned done = 0; done < n; done += FB_TEST_BATCH) {
        unsigned batch = n - done < FB_TEST_BATCH ? n - done : FB_TEST_BATCH;
        for (unsigned i = 0; i < batch; i++) {
            snprintf(ref, sizeof ref, "M%u", done + i);
            r[i] = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
        }
        CU_ASSERT_EQUAL(fb_test_send(&T, r, batch, answer), FB_OK);
    }
}

static bool step(void)
{
    bool more = false;
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    return more;
}

static struct fb_turn_stats stats(void)
{
    struct fb_turn_stats s;
    fb_turn_stats(T.turn, &s);
    return s;
}

static int64_t card(void)
{
    return fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD);
}

/* ---- one issue ---- */

static void test_all_in_steps(void)
{
    begin();
    send_many(1300);
    int64_t before = card();
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL), decisions = fb_test_rows(&T, FB_TABLE_DECISIONS);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    fb_test_turn_issue(&T, "card+2");
    CU_ASSERT_TRUE(fb_turn_next_due_ms(T.turn) <= T.now_ms);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions); /* the issue itself judges nothing */
    CU_ASSERT_EQUAL(stats().repriced, 0);
    CU_ASSERT_EQUAL(stats().to_reprice, 1300);
    CU_ASSERT_TRUE(step());
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions + FB_REPRICE_MAX);
    CU_ASSERT_EQUAL(stats().repriced, FB_REPRICE_MAX);
    CU_ASSERT_TRUE(fb_test_verify(&T)); /* also in the middle */
    struct fb_reprice_state state;
    CU_ASSERT_EQUAL(fb_report_reprice(T.store, &state), FB_OK);
    CU_ASSERT_TRUE(state.issue == 2 && state.done == FB_REPRICE_MAX && state.of == 1300);
    CU_ASSERT_TRUE(step());
    CU_ASSERT_FALSE(step());
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions + 1300);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1 + 3);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 1300);
    CU_ASSERT_TRUE(card() > before + before / 100 && card() < before + before / 40);
    CU_ASSERT_EQUAL(stats().repriced, 1300);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    end();
}

/* Fewer in a step, as while messages come; then as many as ever. */
static void test_shorter_steps(void)
{
    begin();
    send_many(700);
    fb_test_turn_issue(&T, "card+2");
    fb_turn_reprice_most(T.turn, 100);
    CU_ASSERT_TRUE(step());
    CU_ASSERT_EQUAL(stats().repriced, 100);
    fb_turn_reprice_most(T.turn, FB_REPRICE_MAX);
    CU_ASSERT_TRUE(step());
    CU_ASSERT_EQUAL(stats().repriced, 100 + FB_REPRICE_MAX);
    CU_ASSERT_FALSE(step());
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 700);
    CU_ASSERT_TRUE(fb_test_verify(&T)); /* replay takes the steps that were taken */
    end();
}

/* The same rates under another name: the figures stand, and so do the decisions. */
static void test_nothing_changed(void)
{
    begin();
    send_many(100);
    send(FB_KIND_VACANCY, 1);
    uint64_t decisions = fb_test_rows(&T, FB_TABLE_DECISIONS), events = fb_test_rows(&T, FB_TABLE_EVENTS);
    fb_test_turn_issue(&T, "second");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(stats().repriced, 101);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_EVENTS), events + 1);
    struct fb_record *org = fb_test_record(FB_KIND_ORGANISATION, FB_TEST_REGISTERS, "O1");
    fb_test_send_one(&T, org); /* a record touches all of them: from now on they name the issue that holds */
    CU_ASSERT_TRUE(fb_test_rows(&T, FB_TABLE_DECISIONS) >= decisions + 100);
    end();
}

static void test_other_kinds(void)
{
    begin();
    struct fb_record *b = send(FB_KIND_BOOKING, 1);
    send(FB_KIND_TIMESHEET, 2);
    struct fb_record *other = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1"), *again = fb_test_amend(b, 2);
    fb_test_refer(other, "shift-1");
    fb_test_refer(again, "shift-1");
    fb_test_send_one(&T, other);
    fb_test_send_one(&T, again); /* one shift, kept under the roster's booking */
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    uint64_t decisions = fb_test_rows(&T, FB_TABLE_DECISIONS);
    fb_test_turn_reopen(&T); /* which number is joined is known again from the rows */
    fb_test_turn_issue(&T, "card+2");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions + 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 1);
    end();
}

/* ---- beside records ---- */

static void test_touched_first(void)
{
    begin();
    send_many(600);
    struct fb_record *late = send(FB_KIND_BOOKING, 9999), *again = fb_test_amend(late, 2);
    again->env.occurred_ms += 60000;
    fb_test_turn_issue(&T, "card+2");
    CU_ASSERT_TRUE(step());
    uint64_t decisions = fb_test_rows(&T, FB_TABLE_DECISIONS);
    struct fb_answer answer;
    int64_t before = card();
    CU_ASSERT_EQUAL(fb_test_send(&T, &again, 1, &answer), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions + 1);
    CU_ASSERT_TRUE(card() > before); /* under the new issue, at once */
    CU_ASSERT_FALSE(step());
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), decisions + 1 + 600 - FB_REPRICE_MAX);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 600);
    CU_ASSERT_EQUAL(card() % 601, 0);
    end();
}

static void test_new_records_are_not_looked_at(void)
{
    begin();
    send_many(520);
    fb_test_turn_issue(&T, "card+2");
    send(FB_KIND_BOOKING, 9999);
    CU_ASSERT_EQUAL(stats().to_reprice, 520);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(stats().repriced, 520);
    CU_ASSERT_EQUAL(card() % 521, 0);
    end();
}

static void test_second_issue_meanwhile(void)
{
    begin();
    send_many(1100);
    int64_t one = card() / 1100;
    fb_test_turn_issue(&T, "card+5");
    CU_ASSERT_TRUE(step());
    fb_test_turn_issue(&T, "card+2"); /* both apply: first 512 were raised twice, the rest once */
    CU_ASSERT_EQUAL(stats().repriced, 0);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), FB_REPRICE_MAX + 1100);
    CU_ASSERT_EQUAL(card() % 1100, 0);
    CU_ASSERT_TRUE(card() / 1100 > one + one / 100 && card() / 1100 < one + one / 40);
    end();
}

/* Two changes inside one period, wholly applied one after the other: the end is that of the last, and each left its mark. */
static void test_two_changes(void)
{
    begin();
    send_many(64);
    int64_t first = card();
    fb_test_turn_issue(&T, "card+3");
    fb_test_settle(&T);
    int64_t second = card();
    T.now_ms += 86400000;
    fb_test_turn_issue(&T, "card+4");
    fb_test_settle(&T);
    CU_ASSERT_TRUE(first < second && second < card());
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 128);
    end();
}

/* ---- there and back ---- */

struct deltas {
    int64_t repriced, spend;
};

static struct deltas sum_deltas(void)
{
    static unsigned char memory[MEMORY];
    static struct fb_event_row row[SCAN];
    struct fb_event_filter filter = {0};
    struct fb_reader_books *books;
    struct fb_arena arena;
    struct deltas sum = {0, 0};
    uint64_t next = 0, head = 1;
    unsigned n;
    CU_ASSERT_EQUAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    while (next < head) {
        fb_arena_init(&arena, memory, sizeof memory);
        CU_ASSERT_EQUAL_FATAL(fb_report_events(T.store, books, &filter, next, &arena, row, SCAN, &n, &next, &head),
                              FB_OK);
        for (unsigned i = 0; i < n; i++) {
            sum.repriced += row[i].event.kind == FB_EVENT_RATE_REPRICED ? row[i].event.delta_pence : 0;
            sum.spend += row[i].event.kind == FB_EVENT_SPEND_POSTED ? row[i].event.delta_pence : 0;
        }
    }
    fb_reader_books_close(&books);
    return sum;
}

/* A booking without rates costs what the card says; with them, what was sent. */
static struct fb_record *draw(struct fb_prng *p, unsigned number)
{
    char ref[16];
    snprintf(ref, sizeof ref, "R%u", number);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    struct fb_booking *b = &r->as.booking;
    static const char *const band[] = {"2", "3", "5", "6", "7"};
    bool bank = fb_prng_below(p, 3) > 0;
    fb_test_booking(b, bank ? FB_ROUTE_BANK : FB_ROUTE_AGENCY, band[fb_prng_below(p, 5)], "2026-03-16T07:30",
                    "2026-03-16T19:30", (int64_t)fb_prng_below(p, 120));
    b->shift.time.start_min += (int64_t)fb_prng_below(p, 40) * 1440;
    b->shift.time.end_min = b->shift.time.start_min + 60 + (int64_t)fb_prng_below(p, 900);
    if (!bank || fb_prng_below(p, 2) == 0)
        fb_test_charge(b, bank ? "19.00" : "40.00", "5.00");
    return r;
}

static void there_and_back(uint64_t seed)
{
    struct fb_prng p;
    struct fb_answer answer;
    fb_prng_init(&p, seed);
    begin();
    for (unsigned i = 0; i < 60; i++) {
        struct fb_record *r = draw(&p, i);
        CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &answer), FB_OK);
    }
    uint64_t outcome = fb_test_outcome(&T);
    struct deltas before = sum_deltas();
    int64_t spent = fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE);
    fb_test_turn_issue(&T, "card+7");
    fb_test_settle(&T);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), outcome);
    CU_ASSERT_NOT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE), spent);
    CU_ASSERT_EQUAL(sum_deltas().repriced - before.repriced,
                    fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE) - spent);
    fb_test_turn_issue(&T, "first");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    struct deltas after = sum_deltas();
    CU_ASSERT_EQUAL(after.repriced, before.repriced);
    CU_ASSERT_EQUAL(after.spend, before.spend);
    end();
}

static void test_apply_then_revert(void)
{
    for (uint64_t seed = 1; seed <= 12; seed++)
        there_and_back(seed);
}

/* ---- as if it had always held ---- */

/* Shifts of a few workers: what one adds to a counter is what others earn by it. */
static struct fb_record *draw_counted(struct fb_prng *p, unsigned number)
{
    static const char *const worker[] = {"W1", "W2", "W3"};
    struct fb_record *r = draw(p, number);
    struct fb_booking *b = &r->as.booking;
    b->token = fb_span_of(worker[fb_prng_below(p, 3)]);
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    if (fb_prng_below(p, 6) == 0)
        b->state = FB_BOOKING_STATE_CANCELLED;
    return r;
}

static void send_counted(uint64_t seed)
{
    struct fb_prng p;
    struct fb_answer answer;
    fb_prng_init(&p, seed);
    for (unsigned i = 0; i < 90; i++) {
        struct fb_record *r = draw_counted(&p, i), *sheet = NULL;
        CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &answer), FB_OK);
        if (fb_prng_below(&p, 3) == 0)
            continue;
        sheet = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, "T");
        sheet->env.record_ref = sheet->env.message_id;
        sheet->as.timesheet.booking_ref = r->env.record_ref;
        sheet->as.timesheet.interval[0] = (struct fb_interval_row){
            FB_INTERVAL_WORKED, r->as.booking.shift.time.start_min, r->as.booking.shift.time.end_min, 0};
        CU_ASSERT_EQUAL(fb_test_send(&T, &sheet, 1, &answer), FB_OK);
    }
    fb_test_settle(&T);
}

static uint64_t ended(const char *first, const char *second, uint64_t seed)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, first);
    send_counted(seed);
    fb_test_turn_issue(&T, second);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    uint64_t outcome = fb_test_outcome(&T);
    end();
    return outcome;
}

static void test_as_if_always(void)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        uint64_t always = ended("counted card+3", "counted card+3", seed);
        CU_ASSERT_EQUAL(ended("first", "counted card+3", seed), always);
        CU_ASSERT_EQUAL(ended("counted card+5", "counted card+3", seed), always);
        CU_ASSERT_EQUAL(ended("counted", "first", seed), ended("first", "first", seed));
    }
}

/* ---- power cuts ---- */

/* The power fails as step `cut` is committed (nothing of it stays), or right after it. */
static void resumes(unsigned cut, bool before, uint64_t *outcome)
{
    begin();
    send_many(1100);
    fb_test_turn_issue(&T, "card+5");
    for (unsigned i = 1; i <= 3; i++) {
        bool more;
        T.faults.fail_commit_at = i == cut && before ? fb_test_next_commit(&T) : 0;
        enum fb_err err = fb_turn_step(T.turn, T.now_ms, &more);
        CU_ASSERT_EQUAL(err, i == cut && before ? FB_IO : FB_OK);
        if (i == cut) {
            fb_store_power_cut(T.store);
            fb_test_turn_reopen(&T);
            CU_ASSERT_TRUE(fb_test_verify(&T));
        }
        if (i == cut && before)
            CU_ASSERT_EQUAL(fb_turn_step(T.turn, T.now_ms, &more), FB_OK);
    }
    CU_ASSERT_EQUAL(stats().repriced, 1100);
    *outcome = *outcome == 0 ? fb_test_outcome(&T) : *outcome;
    CU_ASSERT_EQUAL(fb_test_outcome(&T), *outcome);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 1100);
    end();
}

static void test_resumes(void)
{
    uint64_t outcome = 0;
    for (unsigned cut = 0; cut <= 3; cut++) {
        resumes(cut, false, &outcome);
        resumes(cut, true, &outcome);
    }
}

/* Anywhere within a step: nothing of it stays. */
static void test_fails_in_the_middle(void)
{
    begin();
    send_many(300);
    fb_test_turn_issue(&T, "card+5");
    uint64_t outcome = fb_test_outcome(&T);
    for (unsigned after = 0; after < 1200; after += 97) {
        bool more;
        T.faults.fail_put_at = fb_test_next_put(&T) + after;
        enum fb_err err = fb_turn_step(T.turn, T.now_ms, &more);
        T.faults.fail_put_at = 0;
        if (err == FB_OK)
            break;
        CU_ASSERT_EQUAL(err, FB_IO);
        fb_store_power_cut(T.store);
        fb_test_turn_reopen(&T);
        CU_ASSERT_EQUAL(stats().repriced, 0);
        CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    }
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RATE_REPRICED), 300);
    CU_ASSERT_EQUAL(card() % 300, 0);
    end();
}

CU_TestInfo suite_reprice[] = {
    {"a new issue judges again what was decided before it, 512 in a step", test_all_in_steps},
    {"a step takes no more than it was told to, and replay takes the same", test_shorter_steps},
    {"a decision that says the same under a new issue is kept", test_nothing_changed},
    {"bookings that are one shift are judged once, and what is no booking not at all", test_other_kinds},
    {"what a record touches before its step is priced then, and the step skips it", test_touched_first},
    {"records that came under the new issue are not looked at again", test_new_records_are_not_looked_at},
    {"a second issue while the first is applied starts anew, and both apply", test_second_issue_meanwhile},
    {"two changes inside one period both apply", test_two_changes},
    {"an issue that is taken back leaves every total and sum of deltas as before", test_apply_then_revert},
    {"an issue that is wholly applied leaves what it would have said from the start", test_as_if_always},
    {"re-pricing goes on after a power cut between any two steps", test_resumes},
    {"re-pricing goes on after a failure within a step", test_fails_in_the_middle},
    CU_TEST_INFO_NULL,
};
