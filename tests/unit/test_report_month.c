/* The rows of a month: what accruals and statements are folded from. */
#include "engine/turn/report/report_month.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <limits.h>
#include <string.h>

enum { ROWS = 16 };
static struct fb_test_turn T;
static struct fb_reader_books *books;
static unsigned char memory[1 << 18];
static struct fb_arena arena;
static struct fb_month_row row[ROWS];
static unsigned n;
static uint32_t last;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
}

static void end(void)
{
    fb_reader_books_close(&books);
    fb_test_turn_close(&T);
}

static enum fb_err ask(struct fb_month_filter filter)
{
    fb_arena_init(&arena, memory, sizeof memory);
    if (filter.until == 0)
        filter.until = INT32_MAX;
    filter.limit = filter.limit == 0 ? ROWS : filter.limit;
    filter.most = filter.most == 0 ? UINT_MAX : filter.most;
    return fb_report_month(T.store, books, &filter, &arena, row, &n, &last);
}

static unsigned rows(struct fb_month_filter filter)
{
    CU_ASSERT_EQUAL_FATAL(ask(filter), FB_OK);
    return n;
}

static struct fb_record *booking(const char *ref, int later_days)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    r->as.booking.shift.time.start_min += later_days * 1440;
    r->as.booking.shift.time.end_min += later_days * 1440;
    return r;
}

static const struct fb_figures *figures(const struct fb_month_row *r, enum fb_stage stage)
{
    for (unsigned i = 0; i < r->n_stages; i++)
        if (r->stage[i].stage == stage)
            return &r->stage[i].figures;
    return NULL;
}

static void a_row_says_what_the_booking_and_its_decision_say(void)
{
    begin();
    struct fb_record *r = booking("B1", 0);
    r->as.booking.payer = fb_code_of("RXQ");
    r->as.booking.employer = fb_code_of("RHU");
    r->as.booking.shift.cost_centre = fb_span_of("C100");
    r->as.booking.shift.subjective = fb_span_of("8100");
    r->as.booking.n_references = 2;
    r->as.booking.reference[0] = (struct fb_reference){fb_span_of("s"), fb_span_of("duty_id"), fb_span_of("77")};
    r->as.booking.reference[1] = (struct fb_reference){fb_span_of("s"), fb_span_of("purchase_order"), fb_span_of("PO-9")};
    fb_test_send_one(&T, r);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT_EQUAL(last, 0);
    CU_ASSERT(fb_span_is(row[0].record_ref, "B1") && fb_span_eq(row[0].source, r->env.source) && fb_span_is(row[0].purchase_order, "PO-9"));
    CU_ASSERT(row[0].hirer == fb_code_of("RTH") && row[0].payer == fb_code_of("RXQ") && row[0].employer == fb_code_of("RHU"));
    CU_ASSERT(fb_span_is(row[0].cost_centre, "C100") && fb_span_is(row[0].subjective, "8100") && fb_span_is(row[0].agency, "NS"));
    CU_ASSERT(row[0].day == fb_day_of(2026, 3, 16) && row[0].state == FB_BOOKING_STATE_BOOKED && row[0].route == FB_ROUTE_AGENCY);
    CU_ASSERT(row[0].timesheet == FB_TIMESHEET_STATE_NONE && row[0].basis == FB_BASIS_AS_SENT && !row[0].shadow);
    const struct fb_figures *committed = figures(&row[0], FB_STAGE_COMMITTED);
    CU_ASSERT_PTR_NOT_NULL_FATAL(committed);
    CU_ASSERT_EQUAL(committed->v[FB_MEASURE_PENCE], fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE));
    CU_ASSERT(figures(&row[0], FB_STAGE_WORKED) == NULL && figures(&row[0], FB_STAGE_LATEST) != NULL);
    bool over_cap = false; /* 40.00 + 5.00 an hour is over the cap of the test book */
    for (unsigned i = 0; i < row[0].n_findings; i++)
        over_cap = over_cap || (fb_span_is(row[0].finding[i].rule, "ratecap.breached") && row[0].finding[i].severity == FB_SEVERITY_BREACH &&
                                row[0].finding[i].pence > 0 && !row[0].finding[i].answered);
    CU_ASSERT(over_cap && row[0].n_findings == fb_test_open(&T, NULL));
    end();
}

static void an_approved_timesheet_is_seen_and_one_that_is_not_is_not(void)
{
    begin();
    struct fb_record *b = booking("B1", 0), *sheet = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, "T1");
    sheet->as.timesheet.hirer = b->as.booking.shift.hirer;
    sheet->as.timesheet.booking_ref = fb_span_of("B1");
    sheet->as.timesheet.state = FB_TIMESHEET_STATE_SUBMITTED;
    sheet->as.timesheet.n = 1;
    sheet->as.timesheet.interval[0] = (struct fb_interval_row){.kind = FB_INTERVAL_WORKED, .start_min = b->as.booking.shift.time.start_min,
                                                               .end_min = b->as.booking.shift.time.start_min + 360};
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, sheet);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(row[0].timesheet == FB_TIMESHEET_STATE_NONE && figures(&row[0], FB_STAGE_WORKED) == NULL);
    struct fb_record *approved = fb_test_amend(sheet, 2);
    approved->as.timesheet.state = FB_TIMESHEET_STATE_APPROVED;
    fb_test_send_one(&T, approved);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT_EQUAL(row[0].timesheet, FB_TIMESHEET_STATE_APPROVED);
    CU_ASSERT_PTR_NOT_NULL_FATAL(figures(&row[0], FB_STAGE_WORKED));
    CU_ASSERT_EQUAL(figures(&row[0], FB_STAGE_WORKED)->v[FB_MEASURE_PENCE], fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_PENCE));
    struct fb_record *none = fb_test_amend(sheet, 3);
    none->as.timesheet.state = FB_TIMESHEET_STATE_DID_NOT_WORK;
    none->as.timesheet.n = 0;
    fb_test_send_one(&T, none);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT_EQUAL(row[0].timesheet, FB_TIMESHEET_STATE_DID_NOT_WORK);
    end();
}

static const struct fb_month_cap *cap(const struct fb_month_row *r, enum fb_stage stage)
{
    for (unsigned i = 0; i < r->n_stages; i++)
        if (r->stage[i].stage == stage)
            return &r->stage[i].cap;
    return NULL;
}

/* Worked for two hours more than was booked, four of them for another trust. */
static struct fb_record *sheet_of(const struct fb_record *b, const char *ref, const char *host)
{
    struct fb_record *sheet = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, ref);
    int64_t start = b->as.booking.shift.time.start_min, middle = start + 600, end = start + 840;
    sheet->as.timesheet.hirer = b->as.booking.shift.hirer;
    sheet->as.timesheet.booking_ref = b->env.record_ref;
    sheet->as.timesheet.state = FB_TIMESHEET_STATE_APPROVED;
    sheet->as.timesheet.n = 2;
    sheet->as.timesheet.interval[0] = (struct fb_interval_row){.kind = FB_INTERVAL_WORKED, .start_min = start, .end_min = middle};
    sheet->as.timesheet.interval[1] = (struct fb_interval_row){.kind = FB_INTERVAL_WORKED, .start_min = middle, .end_min = end, .host = host == NULL ? 0 : fb_code_of(host)};
    return sheet;
}

static void the_charge_against_the_cap_stands_at_each_stage(void)
{
    begin();
    struct fb_record *b = booking("B1", 0);
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    const struct fb_month_cap *c = cap(&row[0], FB_STAGE_COMMITTED);
    const struct fb_figures *f = figures(&row[0], FB_STAGE_COMMITTED);
    CU_ASSERT_FATAL(c != NULL && f != NULL);
    CU_ASSERT(c->basis == FB_STATUS_AGREED && c->charge_pence == f->v[FB_MEASURE_PENCE] && c->charge_pence - c->pence == f->v[FB_MEASURE_EXCESS]);
    CU_ASSERT(c->over_e2 > 0 && c->over_e2 == (c->charge_pence - c->pence) * 10000 / c->pence && !c->lower_bound); /* one category */
    int64_t booked = c->pence;
    fb_test_send_one(&T, sheet_of(b, "T1", NULL));
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT_EQUAL(cap(&row[0], FB_STAGE_COMMITTED)->pence, booked);
    c = cap(&row[0], FB_STAGE_WORKED);
    f = figures(&row[0], FB_STAGE_WORKED);
    CU_ASSERT_FATAL(c != NULL && f != NULL);
    CU_ASSERT(c->pence > booked && c->charge_pence == f->v[FB_MEASURE_PENCE] && memcmp(c, cap(&row[0], FB_STAGE_LATEST), sizeof *c) == 0);
    struct fb_record *bare = booking("B2", 1);
    bare->as.booking.rates.n = 0;
    fb_test_send_one(&T, bare);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 2);
    c = cap(&row[1], FB_STAGE_COMMITTED);
    CU_ASSERT_FATAL(c != NULL);
    CU_ASSERT(c->charge_pence == FB_ABSENT && c->over_e2 == FB_ABSENT && c->pence > 0); /* what was not sent is not nought */
    end();
}

static void a_row_names_its_four_documents(void)
{
    begin();
    struct fb_record *b = booking("B1", 0), *other = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P-77");
    b->as.booking.vacancy_ref = fb_span_of("V1");
    fb_test_refer(b, "PO-1");
    fb_test_refer(other, "PO-1");
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(fb_span_is(row[0].vacancy.ref, "V1") && fb_span_eq(row[0].vacancy.source, b->env.source));
    CU_ASSERT(row[0].confirmation.ref.n == 0 && row[0].sheet.ref.n == 0 && row[0].n_references == 1);
    fb_test_send_one(&T, other);
    fb_test_send_one(&T, sheet_of(b, "T1", NULL));
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    const struct fb_month_ref *c = &row[0].confirmation;
    bool roster_first = fb_span_eq(row[0].source, b->env.source);
    CU_ASSERT(fb_span_is(c->ref, roster_first ? "P-77" : "B1") && fb_span_eq(c->source, roster_first ? other->env.source : b->env.source));
    CU_ASSERT(fb_span_is(row[0].sheet.ref, "T1") && fb_span_eq(row[0].sheet.source, b->env.source));
    CU_ASSERT_FATAL(row[0].n_references >= 1);
    CU_ASSERT(fb_span_is(row[0].reference[0].id, "PO-1"));
    end();
}

/* The same minutes and the same money, for another host: a new version of a timesheet is a new basis, although no figure changes. */
static void the_hosts_of_a_timesheet_share_what_was_worked(void)
{
    begin();
    struct fb_record *b = booking("B1", 0), *sheet = sheet_of(b, "T1", "RXQ");
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, sheet);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    const struct fb_figures *f = figures(&row[0], FB_STAGE_WORKED);
    CU_ASSERT_FATAL(f != NULL && row[0].n_hosts == 2);
    CU_ASSERT(row[0].host[0].host == fb_code_of("RTH") && row[0].host[1].host == fb_code_of("RXQ") && row[0].host[1].pence > 0);
    CU_ASSERT_EQUAL(row[0].host[0].pence + row[0].host[1].pence, f->v[FB_MEASURE_PENCE]);
    CU_ASSERT_EQUAL(row[0].host[0].minutes + row[0].host[1].minutes, f->v[FB_MEASURE_MINUTES]);
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){.trust = fb_code_of("RXQ")}), 1); /* it concerns the host */
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){.seen_by = fb_code_of("RHU")}), 0);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    uint64_t then = row[0].journal;
    struct fb_record *moved = fb_test_amend(sheet, 2);
    moved->as.timesheet.interval[1].host = fb_code_of("RHU");
    fb_test_send_one(&T, moved);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(row[0].n_hosts == 2 && row[0].host[0].host == fb_code_of("RHU") && row[0].journal > then);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){.as_of = then}), 1);
    CU_ASSERT(row[0].n_hosts == 2 && row[0].host[1].host == fb_code_of("RXQ"));
    CU_ASSERT_TRUE(fb_test_verify(&T));
    end();
}

static void what_comes_after_a_close_is_posted_to_the_next_month(void)
{
    begin();
    struct fb_record *b = booking("B1", 0);
    const char *why = NULL;
    struct fb_period_close close = {.month = fb_day_of(2026, 3, 1), .role = fb_span_of("finance"), .reason = fb_span_of("month end")};
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(row[0].posted == fb_day_of(2026, 3, 1) && !row[0].closed);
    uint64_t then = row[0].journal;
    T.now_ms += (int64_t)60 * 86400000;
    CU_ASSERT_EQUAL_FATAL(fb_turn_close_period(T.turn, &close, T.now_ms, &why), FB_OK);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(row[0].posted == fb_day_of(2026, 3, 1) && row[0].closed); /* it was in time */
    fb_test_send_one(&T, sheet_of(b, "T1", NULL));
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(row[0].posted == fb_day_of(2026, 4, 1) && row[0].closed);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){.as_of = then}), 1);
    CU_ASSERT(row[0].posted == fb_day_of(2026, 3, 1) && !row[0].closed);
    end();
}

/* Seven shifts, of which every other one lies in another month: pages of any size tell the same, and end. */
static void pages_tell_each_shift_once(void)
{
    begin();
    static const char *const ref[] = {"B0", "B1", "B2", "B3", "B4", "B5", "B6"};
    const struct fb_month_filter march = {.from = fb_day_of(2026, 3, 1), .until = fb_day_of(2026, 4, 1)};
    for (unsigned i = 0; i < 7; i++)
        fb_test_send_one(&T, booking(ref[i], i % 2 == 0 ? 0 : 30));
    for (unsigned limit = 1; limit < 6; limit++)
        for (unsigned most = 1; most < 9; most++) {
            struct fb_month_filter f = march;
            unsigned told = 0, pages = 0;
            f.limit = limit;
            f.most = most;
            do {
                unsigned many = rows(f);
                CU_ASSERT(many <= limit);
                for (unsigned i = 0; i < many; i++, told++)
                    CU_ASSERT(row[i].subject > f.after && row[i].day < f.until && fb_span_is(row[i].record_ref, ref[2 * told % 7]));
                CU_ASSERT(last == 0 || last > f.after);
                f.after = last;
            } while (last != 0 && ++pages < 20);
            CU_ASSERT(told == 4 && last == 0);
        }
    end();
}

static void a_trust_is_shown_what_concerns_it(void)
{
    begin();
    struct fb_record *own = booking("B1", 0), *paid = booking("B2", 1), *lent = booking("B3", 2), *others = booking("B4", 3);
    paid->as.booking.shift.hirer = lent->as.booking.shift.hirer = others->as.booking.shift.hirer = fb_code_of("RXQ");
    struct fb_booking *booked[] = {&paid->as.booking, &lent->as.booking, &others->as.booking};
    for (unsigned i = 0; i < 3; i++)
        booked[i]->payer = booked[i]->employer = fb_code_of("RXQ");
    paid->as.booking.payer = fb_code_of("RTH");
    lent->as.booking.employer = fb_code_of("RTH");
    fb_test_send_one(&T, own);
    fb_test_send_one(&T, paid);
    fb_test_send_one(&T, lent);
    fb_test_send_one(&T, others);
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){0}), 4);
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){.seen_by = fb_code_of("RTH")}), 3);
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){.trust = fb_code_of("RTH")}), 3);
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){.trust = fb_code_of("RXQ"), .seen_by = fb_code_of("RTH")}), 2);
    CU_ASSERT_EQUAL(rows((struct fb_month_filter){.trust = fb_code_of("RYE")}), 0);
    end();
}

/* As it was known, and a charge that stands with a cancelled shift. */
static void a_cancelled_shift_comes_with_its_charge_as_known_then(void)
{
    begin();
    struct fb_record *b = booking("B1", 0), *cancelled = fb_test_amend(b, 2);
    cancelled->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    cancelled->as.booking.cancel_charge_pence = 4500;
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    uint64_t then = row[0].journal;
    fb_test_send_one(&T, cancelled);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){.as_of = then}), 1);
    CU_ASSERT(row[0].state == FB_BOOKING_STATE_BOOKED && row[0].journal == then);
    CU_ASSERT_EQUAL_FATAL(rows((struct fb_month_filter){0}), 1);
    CU_ASSERT(row[0].state == FB_BOOKING_STATE_CANCELLED && row[0].journal > then);
    CU_ASSERT_PTR_NOT_NULL_FATAL(figures(&row[0], FB_STAGE_LATEST));
    CU_ASSERT_EQUAL(figures(&row[0], FB_STAGE_LATEST)->v[FB_MEASURE_CANCEL_CHARGE], 4500);
    end();
}

/* Too little room is told, and no row is half filled. */
static void too_small_an_arena_is_told(void)
{
    begin();
    fb_test_send_one(&T, booking("B1", 0));
    unsigned refused = 0;
    for (size_t room = 0; room < 4096; room += 16) {
        const struct fb_month_filter all = {.until = INT32_MAX, .limit = ROWS, .most = 1};
        fb_arena_init(&arena, memory, room);
        enum fb_err e = fb_report_month(T.store, books, &all, &arena, row, &n, &last);
        CU_ASSERT(e == FB_OK ? n == 1 : e == FB_LIMIT && n == 0);
        refused += e == FB_LIMIT;
    }
    CU_ASSERT(refused > 0 && n == 1);
    end();
}

static void a_store_without_rules_is_refused(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL(ask((struct fb_month_filter){0}), FB_REFUSED);
    end();
}

CU_TestInfo suite_report_month[] = {
    {"a row says what the booking and its decision say", a_row_says_what_the_booking_and_its_decision_say},
    {"an approved timesheet is seen, and one that is not approved is not", an_approved_timesheet_is_seen_and_one_that_is_not_is_not},
    {"the charge against the cap stands at each stage", the_charge_against_the_cap_stands_at_each_stage},
    {"a row names its four documents", a_row_names_its_four_documents},
    {"the hosts of a timesheet share what was worked", the_hosts_of_a_timesheet_share_what_was_worked},
    {"what comes after a close is posted to the next month", what_comes_after_a_close_is_posted_to_the_next_month},
    {"pages tell each shift once", pages_tell_each_shift_once},
    {"a trust is shown what concerns it", a_trust_is_shown_what_concerns_it},
    {"a cancelled shift comes with its charge, as known then", a_cancelled_shift_comes_with_its_charge_as_known_then},
    {"too small an arena is told", too_small_an_arena_is_told},
    {"a store without rules is refused", a_store_without_rules_is_refused},
    CU_TEST_INFO_NULL,
};
