/* Lines of invoices among the records: whichever comes first, they come to the same; a shift is paid once. */
#include "engine/base/hash.h"
#include "engine/turn/report/report_invoices.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>

enum { OWED = 40500 };
static struct fb_test_turn T;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static void end(void)
{
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *booking(const char *ref)
{
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    b->as.booking.rates.complete = FB_SAID_YES;
    return b;
}

static struct fb_record *sheet(const char *ref, const char *of)
{
    struct fb_record *s = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, ref);
    s->as.timesheet.booking_ref = fb_span_of(of);
    return s;
}

static struct fb_record *line(const char *ref, const char *of)
{
    struct fb_record *l = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_PORTAL, ref);
    l->as.invoice_line.booking_ref = fb_span_of(of);
    return l;
}

static struct fb_invoice_line *of(struct fb_record *r) { return &r->as.invoice_line; }

/* The row of a list that is called so; its texts live until the next call. */
static struct fb_invoice_row row_of(const char *ref)
{
    static unsigned char memory[1 << 18];
    static struct fb_invoice_row row[32];
    struct fb_invoice_filter filter = {.trust = 0};
    struct fb_arena arena;
    uint32_t after;
    unsigned n = 0;
    struct fb_reader_books *books = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_report_invoices(T.store, books, &filter, 65536, &arena, row, 32, &n, &after), FB_OK);
    fb_reader_books_close(&books);
    for (unsigned i = 0; i < n; i++)
        if (fb_span_is(row[i].record_ref, ref))
            return row[i];
    return (struct fb_invoice_row){.record = 0};
}

static void is_row(const char *ref, const char *state, const char *differs, const char *unsaid)
{
    struct fb_invoice_row row = row_of(ref);
    CU_ASSERT_NOT_EQUAL_FATAL(row.record, 0);
    bool same = fb_span_is(row.end, state) && fb_span_is(row.differs, differs) && fb_span_is(row.unsaid, unsaid);
    CU_ASSERT_TRUE(same);
    if (!same)
        printf("%s: %.*s, differs %.*s, unsaid %.*s\n  %.*s\n", ref, (int)row.end.n, row.end.p, (int)row.differs.n, row.differs.p,
               (int)row.unsaid.n, row.unsaid.p, (int)row.why.n, row.why.p);
}

/* ---- one line ---- */

static void test_booking_timesheet_line(void)
{
    begin();
    fb_test_send_one(&T, booking("B1"));
    fb_test_send_one(&T, sheet("T1", "B1"));
    fb_test_send_one(&T, line("L1", "B1"));
    is_row("L1", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(row_of("L1").expected_pence, OWED);
    CU_ASSERT_TRUE(fb_span_is(row_of("L1").shift, "rth-roster/B1"));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_MINUTES), 540);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_PAID, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE), OWED);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_MATCHED), 1);
    end();
}

/* ---- whichever comes first ---- */

static void send_in(struct fb_record *const *r, unsigned n, const unsigned *order)
{
    for (unsigned i = 0; i < n; i++)
        fb_test_send_one(&T, r[order[i]]);
    fb_test_settle(&T);
}

/* The next order of n places; false: there is none. */
static bool next_order(unsigned *order, unsigned n)
{
    unsigned i = n - 1, k = n - 1;
    while (i > 0 && order[i - 1] >= order[i])
        i--;
    if (i == 0)
        return false;
    while (order[k] <= order[i - 1])
        k--;
    unsigned t = order[i - 1];
    order[i - 1] = order[k];
    order[k] = t;
    for (unsigned a = i, b = n - 1; a < b; a++, b--) {
        t = order[a];
        order[a] = order[b];
        order[b] = t;
    }
    return true;
}

static uint64_t rows_hash(void)
{
    static const char *const names[] = {"L1", "L2", "L3", "C1"};
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct fb_invoice_row row = row_of(names[i]);
        h = fb_hash64_mix(h, fb_hash64(row.end.p, row.end.n));
        h = fb_hash64_mix(h, fb_hash64(row.differs.p, row.differs.n));
        h = fb_hash64_mix(h, fb_hash64(row.unsaid.p, row.unsaid.n));
        h = fb_hash64_mix(h, (uint64_t)row.charged_pence);
        h = fb_hash64_mix(h, (uint64_t)row.expected_pence);
    }
    return h;
}

/* Every order of those records has one outcome: open findings, totals, and what each line came to. */
static void same_in_every_order(void (*make)(struct fb_record **r), unsigned n)
{
    unsigned order[5] = {0, 1, 2, 3, 4};
    uint64_t first = 0, rows = 0;
    bool more = true;
    for (unsigned i = 0; more; i++, more = next_order(order, n)) {
        struct fb_record *r[5] = {0};
        begin();
        make(r);
        send_in(r, n, order);
        if (i == 0) {
            first = fb_test_outcome(&T);
            rows = rows_hash();
        }
        CU_ASSERT_EQUAL(fb_test_outcome(&T), first);
        CU_ASSERT_EQUAL(rows_hash(), rows);
        end();
    }
}

static void twice_and_a_credit(struct fb_record **r)
{
    r[0] = booking("B1");
    r[1] = sheet("T1", "B1");
    r[2] = line("L1", "B1");
    r[3] = line("L2", "B1");
    of(r[3])->invoice = fb_span_of("NS-1002");
    r[4] = line("C1", "B1");
    of(r[4])->billing = FB_BILLING_CREDIT;
    of(r[4])->invoice = fb_span_of("NS-C1");
    of(r[4])->credit_invoice = fb_span_of("NS-1001");
    of(r[4])->net_pence = -10500;
    of(r[4])->units_e2 = FB_ABSENT;
    of(r[4])->rate_e4 = FB_ABSENT;
}

static struct fb_record *ordered(const char *ref, const char *start, const char *end_)
{
    struct fb_record *b = booking(ref);
    fb_test_booking(&b->as.booking, FB_ROUTE_AGENCY, "5", start, end_, 60);
    b->as.booking.booked_ms = FB_ABSENT;
    b->as.booking.agency = fb_span_of("NS");
    b->as.booking.rates.complete = FB_SAID_YES;
    fb_test_charge(&b->as.booking, "40.00", "5.00");
    b->as.booking.reference[b->as.booking.n_references++] =
        (struct fb_reference){fb_span_of("ledger"), fb_span_of(FB_REFERENCE_ORDER), fb_span_of("PO-7")};
    return b;
}

static struct fb_record *of_order(const char *ref, unsigned days, int64_t net)
{
    struct fb_record *l = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_PORTAL, ref);
    of(l)->booking_source = of(l)->booking_ref = (struct fb_span){NULL, 0};
    of(l)->purchase_order = fb_span_of("PO-7");
    of(l)->order_system = fb_span_of("ledger");
    of(l)->until = of(l)->from + (fb_day)days;
    of(l)->units_e2 = of(l)->rate_e4 = FB_ABSENT;
    of(l)->unit = FB_UNIT_NONE;
    of(l)->net_pence = net;
    return l;
}

/* Two shifts of an order, a line for both of them, and one for the second alone. */
static void an_order(struct fb_record **r)
{
    r[0] = ordered("B1", "2026-03-16T07:30", "2026-03-16T19:30");
    r[1] = ordered("B2", "2026-03-18T07:30", "2026-03-18T19:30");
    r[2] = of_order("L1", 7, 2 * 11 * 4500);
    r[3] = of_order("L2", 1, 11 * 4500);
    of(r[3])->from += 2;
    of(r[3])->until += 2;
    of(r[3])->invoice = fb_span_of("NS-1003");
    r[4] = sheet("T1", "B1");
}

static void moved(struct fb_record **r)
{
    r[0] = booking("B1");
    r[1] = line("L1", "B1");
    r[2] = fb_test_amend(r[1], 2);
    of(r[2])->booking_ref = fb_span_of("B2");
    r[3] = booking("B2");
    r[4] = sheet("T1", "B2");
}

/* One line of an invoice under three names, for two shifts: it is asked for once. */
static void one_line_twice(struct fb_record **r)
{
    r[0] = booking("B1");
    r[1] = booking("B2");
    r[2] = line("L1", "B2");
    r[3] = line("L2", "B1");
    r[4] = line("L3", "B1");
}

static void test_one_line_under_several_names(void)
{
    struct fb_record *r[5];
    same_in_every_order(one_line_twice, 5);
    begin();
    one_line_twice(r);
    for (unsigned i = 0; i < 5; i++)
        fb_test_send_one(&T, r[i]);
    is_row("L1", "part_matched", "hours, amount", "vat, confirmation");
    is_row("L2", "duplicate", "", "");
    is_row("L3", "duplicate", "", "");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    r[2] = fb_test_amend(r[2], 2);
    of(r[2])->state = FB_INVOICE_STATE_WITHDRAWN;
    fb_test_send_one(&T, r[2]);
    is_row("L2", "part_matched", "hours, amount", "vat, confirmation");
    is_row("L3", "duplicate", "", "");
    end();
}

static void test_duplicates_and_credits_in_every_order(void) { same_in_every_order(twice_and_a_credit, 5); }
static void test_several_shifts_in_every_order(void) { same_in_every_order(an_order, 5); }
static void test_an_amendment_in_every_order(void) { same_in_every_order(moved, 5); }

static void test_a_line_before_its_booking(void)
{
    begin();
    fb_test_send_one(&T, line("L1", "B1"));
    is_row("L1", "unmatched", "", "");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.unmatched"), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_UNMATCHED), 1);
    fb_test_send_one(&T, booking("B1"));
    is_row("L1", "part_matched", "hours, amount", "vat, confirmation");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.unmatched"), 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_FINDING_CLEARED), 1);
    fb_test_send_one(&T, sheet("T1", "B1"));
    is_row("L1", "part_matched", "", "vat");
    end();
}

/* ---- what is found ---- */

static void test_overcharge(void)
{
    struct fb_record *l;
    begin();
    fb_test_send_one(&T, booking("B1"));
    fb_test_send_one(&T, sheet("T1", "B1"));
    l = line("L1", "B1");
    of(l)->units_e2 = 1000;
    of(l)->net_pence = 45000;
    fb_test_send_one(&T, l);
    is_row("L1", "part_matched", "hours, amount", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_OVERCHARGED), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 45000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE), 45000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_PENCE), OWED);
    end();
}

static void test_paid_once(void)
{
    struct fb_record *l, *again;
    begin();
    fb_test_send_one(&T, booking("B1"));
    fb_test_send_one(&T, sheet("T1", "B1"));
    l = line("L2", "B1");
    of(l)->invoice = fb_span_of("NS-1002");
    fb_test_send_one(&T, l);
    is_row("L2", "part_matched", "", "vat");
    again = line("L1", "B1");
    fb_test_send_one(&T, again); /* of the lower invoice number: it counts, though it came later */
    is_row("L1", "part_matched", "", "vat");
    is_row("L2", "duplicate", "", "");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    again = fb_test_amend(again, 2);
    of(again)->state = FB_INVOICE_STATE_PAID;
    fb_test_send_one(&T, again);
    is_row("L1", "paid", "", "vat");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_PAID, FB_MEASURE_PENCE), OWED);
    again = fb_test_amend(again, 3);
    of(again)->state = FB_INVOICE_STATE_WITHDRAWN;
    fb_test_send_one(&T, again);
    is_row("L1", "withdrawn", "", "");
    is_row("L2", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_PAID, FB_MEASURE_PENCE), 0);
    end();
}

static void test_a_dispute(void)
{
    struct fb_record *l;
    begin();
    fb_test_send_one(&T, booking("B1"));
    l = line("L1", "B1");
    of(l)->state = FB_INVOICE_STATE_DISPUTED;
    of(l)->reason = fb_span_of("nobody came at seven");
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE(fb_span_is(row_of("L1").end, "disputed"));
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_DISPUTED), 1);
    end();
}

static void test_a_cancelled_shift(void)
{
    struct fb_record *b, *l;
    begin();
    b = booking("B1");
    b->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    b->as.booking.cancel_charge_pence = 5000;
    fb_test_send_one(&T, b);
    l = line("L1", "B1");
    of(l)->units_e2 = of(l)->rate_e4 = FB_ABSENT;
    of(l)->unit = FB_UNIT_NONE;
    of(l)->net_pence = 6000;
    fb_test_send_one(&T, l);
    CU_ASSERT_EQUAL(row_of("L1").expected_pence, 5000);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_CANCEL_CHARGE), 6000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0);
    end();
}

/* ---- several shifts ---- */

static void test_the_sum_of_an_order(void)
{
    struct fb_record *r[5];
    begin();
    an_order(r);
    fb_test_send_one(&T, r[0]);
    fb_test_send_one(&T, r[2]);
    is_row("L1", "part_matched", "amount", "hours, vat, confirmation");
    fb_test_send_one(&T, r[1]);
    is_row("L1", "part_matched", "", "hours, vat, confirmation");
    CU_ASSERT_EQUAL(row_of("L1").expected_pence, 2 * 11 * 4500);
    CU_ASSERT_EQUAL(row_of("L1").shift.n, 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0); /* nothing is shared out */
    r[2] = fb_test_amend(r[2], 2);
    of(r[2])->net_pence = 2 * 11 * 4500 + 1;
    fb_test_send_one(&T, r[2]);
    is_row("L1", "part_matched", "amount", "hours, vat, confirmation");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    r[1] = fb_test_amend(r[1], 2);
    r[1]->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, r[1]); /* the line is for the first alone now */
    CU_ASSERT_EQUAL(row_of("L1").expected_pence, 11 * 4500);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 2 * 11 * 4500 + 1);
    end();
}

/* More lines than one decision reads: which of them counts nobody can say, and each line is told so. */
static void test_too_many_lines(void)
{
    static char names[FB_INVOICES_MAX + 1][16];
    begin();
    fb_test_send_one(&T, booking("B1"));
    for (int i = 0; i <= (int)FB_INVOICES_MAX; i++) {
        snprintf(names[i], sizeof names[i], "X%02d", i);
        struct fb_record *l = line(names[i], "B1");
        of(l)->line = i + 1;
        fb_test_send_one(&T, l);
        if (i + 1 == (int)FB_INVOICES_MAX)
            CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    }
    is_row("X00", "part_matched", "", "shifts");
    is_row(names[FB_INVOICES_MAX], "part_matched", "", "shifts");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.part_match"), 1);
    end();
}

/* ---- batches, rules and trials ---- */

static void withdraw(const char *batch)
{
    const char *why;
    bool several;
    uint32_t number = fb_turn_batch_find(T.turn, (struct fb_span){NULL, 0}, fb_span_of(batch), &several);
    CU_ASSERT_EQUAL(fb_turn_batch_withdraw(T.turn, number, fb_span_of("RTH-DESK"), fb_span_of("the wrong file"), T.now_ms, &why), FB_OK);
    fb_test_settle(&T);
}

static void test_a_batch_taken_back(void)
{
    struct fb_record *b, *l;
    begin();
    fb_test_send_one(&T, booking("B1"));
    fb_test_send_one(&T, sheet("T1", "B1"));
    uint64_t before = fb_test_outcome(&T);
    l = line("L1", "B1");
    of(l)->net_pence += 100;
    l->env.batch_id = fb_span_of("invoices.csv");
    fb_test_send_one(&T, l);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), before);
    withdraw("invoices.csv");
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    is_row("L1", "withdrawn", "", "");
    b = booking("B2");
    b->env.batch_id = fb_span_of("bookings.csv");
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, line("L2", "B2"));
    is_row("L2", "part_matched", "hours, amount", "vat, confirmation");
    withdraw("bookings.csv"); /* and the line has nothing that it is for */
    is_row("L2", "unmatched", "", "");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0);
    end();
}

static void test_tolerances_come_with_an_issue(void)
{
    struct fb_record *l;
    begin();
    fb_test_send_one(&T, booking("B1"));
    fb_test_send_one(&T, sheet("T1", "B1"));
    l = line("L1", "B1");
    of(l)->units_e2 = FB_ABSENT;
    of(l)->minutes = 545;
    of(l)->net_pence += 2;
    of(l)->rate_e4 = FB_ABSENT;
    fb_test_send_one(&T, l);
    is_row("L1", "part_matched", "hours, amount", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    fb_test_turn_issue(&T, "tolerant");
    fb_test_settle(&T);
    is_row("L1", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 0);
    end();
}

static void set_mode(enum fb_source_mode mode)
{
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    uint32_t number;
    s.mode = mode;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    fb_test_settle(&T);
}

/* What a trial's ledger says moves no live figure. */
static void test_a_trial(void)
{
    begin();
    set_mode(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, booking("B1"));
    fb_test_send_one(&T, sheet("T1", "B1"));
    uint64_t before = fb_test_outcome(&T);
    fb_test_send_one(&T, line("L1", "B1"));
    is_row("L1", "part_matched", "", "shifts");
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    set_mode(FB_SOURCE_MODE_LIVE);
    is_row("L1", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    set_mode(FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    end();
}

/* Two systems' records of one shift: the line names either, and is for the shift. */
static void test_a_shift_of_two_systems(void)
{
    struct fb_record *b = NULL, *other = NULL;
    begin();
    b = booking("B1");
    fb_test_refer(b, "R1");
    other = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1");
    other->as.booking.rates.complete = FB_SAID_YES;
    fb_test_refer(other, "R1");
    fb_test_send_one(&T, line("L1", "B1"));
    fb_test_send_one(&T, other);
    fb_test_send_one(&T, sheet("T1", "B1"));
    is_row("L1", "unmatched", "", "");
    fb_test_send_one(&T, b);
    is_row("L1", "part_matched", "", "vat");
    CU_ASSERT_TRUE(fb_span_is(row_of("L1").shift, "rth-portal/P1"));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    end();
}

CU_TestInfo suite_turn_invoices[] = {
    {"a line that is as booking and timesheet say", test_booking_timesheet_line},
    {"a line before its booking is unmatched until that comes", test_a_line_before_its_booking},
    {"more than is owed", test_overcharge},
    {"a shift is paid once, whichever line came first", test_paid_once},
    {"what finance disputes", test_a_dispute},
    {"a cancelled shift owes no more than its charge", test_a_cancelled_shift},
    {"a line for the shifts of an order is held against their sum", test_the_sum_of_an_order},
    {"more lines than one decision reads", test_too_many_lines},
    {"a batch of lines, or of bookings, taken back", test_a_batch_taken_back},
    {"tolerances come with an issue of the rules", test_tolerances_come_with_an_issue},
    {"what a trial says moves no live figure", test_a_trial},
    {"a shift of two systems", test_a_shift_of_two_systems},
    {"one line of an invoice under several names", test_one_line_under_several_names},
    {"duplicates and credits: every order has one outcome", test_duplicates_and_credits_in_every_order},
    {"lines for several shifts: every order has one outcome", test_several_shifts_in_every_order},
    {"a line that moves to another booking: every order has one outcome", test_an_amendment_in_every_order},
    CU_TEST_INFO_NULL,
};
