/* Whichever of the records of an invoice comes first, they come to the same. */
#include "engine/base/hash.h"
#include "tests/lib/invoices.h"
#include "tests/lib/latest.h"
#include "tests/lib/orders.h"
#include "tests/lib/suite.h"
#include <stdio.h>

enum { OWED = 40500 };
static struct fb_test_turn T;

static void send_in(struct fb_record *const *r, unsigned n, const unsigned *order)
{
    for (unsigned i = 0; i < n; i++)
        fb_test_send_one(&T, r[order[i]]);
    fb_test_settle(&T);
}

static uint64_t rows_hash(void)
{
    static const char *const names[] = {"L1", "L2", "L3", "C1"};
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct fb_invoice_row row = fb_test_invoice_row(&T, names[i]);
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
    for (unsigned i = 0; more; i++, more = fb_test_next_order(order, n)) {
        struct fb_record *r[5] = {0};
        fb_test_turn_begin(&T);
        make(r);
        send_in(r, n, order);
        if (i == 0) {
            first = fb_test_outcome(&T);
            rows = rows_hash();
        }
        CU_ASSERT_EQUAL(fb_test_outcome(&T), first);
        CU_ASSERT_EQUAL(rows_hash(), rows);
        fb_test_turn_end(&T);
    }
}

static void twice_and_a_credit(struct fb_record **r)
{
    r[0] = fb_test_billed_booking("B1");
    r[1] = fb_test_billed_sheet("T1", "B1");
    r[2] = fb_test_invoice_line("L1", "B1");
    r[3] = fb_test_invoice_line("L2", "B1");
    fb_test_line_of(r[3])->invoice = fb_span_of("NS-1002");
    r[4] = fb_test_invoice_line("C1", "B1");
    fb_test_line_of(r[4])->billing = FB_BILLING_CREDIT;
    fb_test_line_of(r[4])->invoice = fb_span_of("NS-C1");
    fb_test_line_of(r[4])->credit_invoice = fb_span_of("NS-1001");
    fb_test_line_of(r[4])->net_pence = -10500;
    fb_test_line_of(r[4])->units_e2 = FB_ABSENT;
    fb_test_line_of(r[4])->rate_e4 = FB_ABSENT;
}

static struct fb_record *ordered(const char *ref, const char *start, const char *end_)
{
    struct fb_record *b = fb_test_billed_booking(ref);
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
    fb_test_line_of(l)->booking_source = fb_test_line_of(l)->booking_ref = (struct fb_span){NULL, 0};
    fb_test_line_of(l)->purchase_order = fb_span_of("PO-7");
    fb_test_line_of(l)->order_system = fb_span_of("ledger");
    fb_test_line_of(l)->until = fb_test_line_of(l)->from + (fb_day)days;
    fb_test_line_of(l)->units_e2 = fb_test_line_of(l)->rate_e4 = FB_ABSENT;
    fb_test_line_of(l)->unit = FB_UNIT_NONE;
    fb_test_line_of(l)->net_pence = net;
    return l;
}

/* Two shifts of an order, a line for both of them, and one for the second alone. */
static void an_order(struct fb_record **r)
{
    r[0] = ordered("B1", "2026-03-16T07:30", "2026-03-16T19:30");
    r[1] = ordered("B2", "2026-03-18T07:30", "2026-03-18T19:30");
    r[2] = of_order("L1", 7, 2 * 11 * 4500);
    r[3] = of_order("L2", 1, 11 * 4500);
    fb_test_line_of(r[3])->from += 2;
    fb_test_line_of(r[3])->until += 2;
    fb_test_line_of(r[3])->invoice = fb_span_of("NS-1003");
    r[4] = fb_test_billed_sheet("T1", "B1");
}

/* Two shifts of an order, of which one fell through and owes nothing: what is asked for is the other's, also where that came last. */
static void one_that_fell_through(struct fb_record **r)
{
    r[0] = ordered("B1", "2026-03-16T07:30", "2026-03-16T19:30");
    r[0]->as.booking.state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    r[1] = ordered("B2", "2026-03-18T07:30", "2026-03-18T19:30");
    r[2] = of_order("L1", 7, 11 * 4500);
    r[3] = of_order("L2", 7, 1200);
    fb_test_line_of(r[3])->line = 2;
    fb_test_line_of(r[3])->billing = FB_BILLING_SUPPLEMENT;
}

static void moved(struct fb_record **r)
{
    r[0] = fb_test_billed_booking("B1");
    r[1] = fb_test_invoice_line("L1", "B1");
    r[2] = fb_test_amend(r[1], 2);
    fb_test_line_of(r[2])->booking_ref = fb_span_of("B2");
    r[3] = fb_test_billed_booking("B2");
    r[4] = fb_test_billed_sheet("T1", "B2");
}

/* One line of an invoice under three names, for two shifts: it is asked for once. */
static void one_line_twice(struct fb_record **r)
{
    r[0] = fb_test_billed_booking("B1");
    r[1] = fb_test_billed_booking("B2");
    r[2] = fb_test_invoice_line("L1", "B2");
    r[3] = fb_test_invoice_line("L2", "B1");
    r[4] = fb_test_invoice_line("L3", "B1");
}

static void test_one_line_under_several_names(void)
{
    struct fb_record *r[5];
    same_in_every_order(one_line_twice, 5);
    fb_test_turn_begin(&T);
    one_line_twice(r);
    for (unsigned i = 0; i < 5; i++)
        fb_test_send_one(&T, r[i]);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "hours, amount", "vat, confirmation");
    fb_test_is_invoice_row(&T, "L2", "duplicate", "", "");
    fb_test_is_invoice_row(&T, "L3", "duplicate", "", "");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    r[2] = fb_test_amend(r[2], 2);
    fb_test_line_of(r[2])->state = FB_INVOICE_STATE_WITHDRAWN;
    fb_test_send_one(&T, r[2]);
    fb_test_is_invoice_row(&T, "L2", "part_matched", "hours, amount", "vat, confirmation");
    fb_test_is_invoice_row(&T, "L3", "duplicate", "", "");
    fb_test_turn_end(&T);
}

static void test_duplicates_and_credits_in_every_order(void) { same_in_every_order(twice_and_a_credit, 5); }
static void test_several_shifts_in_every_order(void) { same_in_every_order(an_order, 5); }
static void test_one_that_fell_through_in_every_order(void)
{
    struct fb_record *r[4];
    same_in_every_order(one_that_fell_through, 4);
    fb_test_turn_begin(&T);
    one_that_fell_through(r);
    fb_test_send_one(&T, r[0]);
    fb_test_send_one(&T, r[2]);
    fb_test_send_one(&T, r[3]);
    fb_test_send_one(&T, r[1]);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 11 * 4500 + 1200);
    fb_test_turn_end(&T);
}
static void test_an_amendment_in_every_order(void) { same_in_every_order(moved, 5); }

/* A second shift of the order that only a trial tells of: the line is for the first, also where the trial came between. */
static void of_a_trial(struct fb_record **r)
{
    r[0] = ordered("B1", "2026-03-16T07:30", "2026-03-16T19:30");
    r[1] = fb_test_record(FB_KIND_BOOKING, FB_TEST_REGISTERS, "B2");
    r[1]->as = ordered("B3", "2026-03-18T07:30", "2026-03-18T19:30")->as;
    r[2] = of_order("L1", 7, 11 * 4500);
}

static void begin_a_trial(struct fb_record **r)
{
    uint32_t number;
    fb_test_turn_begin(&T);
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_REGISTERS]);
    s.mode = FB_SOURCE_MODE_SHADOW;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    of_a_trial(r);
}

static void test_a_shift_of_a_trial(void)
{
    struct fb_record *r[3];
    unsigned order[3] = {0, 1, 2};
    bool more = true;
    for (; more; more = fb_test_next_order(order, 3)) {
        begin_a_trial(r);
        send_in(r, 3, order);
        CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 11 * 4500);
        CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").expected_pence, 11 * 4500);
        fb_test_turn_end(&T);
    }
}

static void is_heard(const struct fb_record *shift, bool shared, bool elsewhere)
{
    const struct fb_decision *d = NULL;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, shift), &d) && d->n_matches == 1);
    CU_ASSERT_TRUE(d->match[0].shared == shared && d->match[0].elsewhere == elsewhere);
}

static void send_as(struct fb_record **r, unsigned version, enum fb_booking_state state)
{
    *r = fb_test_amend(*r, version);
    (*r)->as.booking.state = state;
    fb_test_send_one(&T, *r);
}

/* What the trial's shift says of the line follows what becomes of the live one, and of itself. */
static void test_a_shift_of_a_trial_follows(void)
{
    struct fb_record *r[3];
    begin_a_trial(r);
    for (unsigned i = 0; i < 3; i++)
        fb_test_send_one(&T, r[i]);
    is_heard(r[1], true, false);
    send_as(&r[0], 2, FB_BOOKING_STATE_DID_NOT_ATTEND);
    is_heard(r[1], false, false);
    send_as(&r[0], 3, FB_BOOKING_STATE_BOOKED);
    is_heard(r[1], true, false);
    send_as(&r[1], 2, FB_BOOKING_STATE_DID_NOT_ATTEND);
    is_heard(r[1], true, true);
    send_as(&r[0], 4, FB_BOOKING_STATE_DID_NOT_ATTEND);
    is_heard(r[1], true, false);
    fb_test_turn_end(&T);
}

static void test_the_sum_of_an_order(void)
{
    struct fb_record *r[5];
    fb_test_turn_begin(&T);
    an_order(r);
    fb_test_send_one(&T, r[0]);
    fb_test_send_one(&T, r[2]);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "amount", "hours, vat, confirmation");
    fb_test_send_one(&T, r[1]);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "hours, vat, confirmation");
    CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").expected_pence, 2 * 11 * 4500);
    CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").shift.n, 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 2 * 11 * 4500);
    r[2] = fb_test_amend(r[2], 2);
    fb_test_line_of(r[2])->net_pence = 2 * 11 * 4500 + 1;
    fb_test_send_one(&T, r[2]);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "amount", "hours, vat, confirmation");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    r[1] = fb_test_amend(r[1], 2);
    r[1]->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, r[1]); /* the line is for the first alone now */
    CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").expected_pence, 11 * 4500);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 2 * 11 * 4500 + 1);
    fb_test_turn_end(&T);
}

/* A line of a trial for a shift of the trial's and a live one, which hears nothing of it: also where the two were one before. */
static void as_one(struct fb_record *r)
{
    struct fb_booking *b = &r->as.booking;
    b->reference[b->n_references++] = (struct fb_reference){fb_span_of("portal"), fb_span_of("request_id"), fb_span_of("R-1")};
}

static struct fb_invoice_row row_of_a_trial(bool one_before)
{
    struct fb_record *r[3];
    begin_a_trial(r);
    struct fb_record *line = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_REGISTERS, "L1"), *apart = fb_test_amend(r[1], 2);
    line->as = of_order("L2", 7, 11 * 4500)->as;
    if (one_before) {
        struct fb_record *together = fb_test_amend(r[1], 1);
        together->as = r[0]->as;
        as_one(together);
        fb_test_send_one(&T, together);
    }
    as_one(r[0]);
    fb_test_send_one(&T, r[0]);
    fb_test_send_one(&T, line);
    fb_test_send_one(&T, apart);
    struct fb_invoice_row row = fb_test_invoice_row(&T, "L1");
    return row;
}

static void test_a_line_of_a_trial_whose_shifts_part(void)
{
    char unsaid[2][200];
    for (unsigned i = 0; i < 2; i++) {
        struct fb_invoice_row row = row_of_a_trial(i == 1);
        snprintf(unsaid[i], sizeof unsaid[i], "%.*s/%.*s", (int)row.differs.n, row.differs.p, (int)row.unsaid.n, row.unsaid.p);
        CU_ASSERT_EQUAL(row.expected_pence, FB_ABSENT);
        fb_test_turn_end(&T);
    }
    CU_ASSERT_STRING_EQUAL(unsaid[0], unsaid[1]);
    CU_ASSERT_STRING_EQUAL(unsaid[0], "/shifts");
}

/* One shift that two systems tell of, each with as many references as a booking may have: every order of theirs is the shift's. */
static void told_by_two(struct fb_record **r)
{
    static const char *const orders[] = {"PO-1", "PO-2", "PO-3", "PO-4", "PO-5", "PO-6", "PO-7"};
    static const char *const later[] = {"PO-11", "PO-12", "PO-13", "PO-14", "PO-15", "PO-16", "PO-17"};
    r[0] = fb_test_billed_booking("B1");
    r[1] = fb_test_record(FB_KIND_BOOKING, FB_TEST_REGISTERS, "B2");
    r[1]->as = fb_test_billed_booking("B1")->as;
    for (unsigned m = 0; m < 2; m++) {
        struct fb_booking *b = &r[m]->as.booking;
        b->reference[0] = (struct fb_reference){fb_span_of("portal"), fb_span_of("request_id"), fb_span_of("R-1")};
        for (b->n_references = 1; b->n_references < FB_REFERENCES_MAX; b->n_references++)
            b->reference[b->n_references] = (struct fb_reference){
                fb_span_of("ledger"), fb_span_of(FB_REFERENCE_ORDER), fb_span_of((m == 0 ? orders : later)[b->n_references - 1])};
    }
    r[2] = fb_test_invoice_line("L1", "B1");
}

static void test_orders_of_two_systems(void)
{
    static const char *const told[] = {"PO-1", "PO-7", "PO-11", "PO-17", "PO-8"};
    struct fb_record *r[3];
    fb_test_turn_begin(&T);
    told_by_two(r);
    for (unsigned i = 0; i < sizeof told / sizeof told[0]; i++) {
        fb_test_line_of(r[2])->purchase_order = fb_span_of(told[i]);
        if (i == 0) {
            fb_test_send_one(&T, r[0]);
            fb_test_send_one(&T, r[1]);
        }
        fb_test_send_one(&T, r[2]);
        fb_test_is_invoice_row(&T, "L1", "part_matched", i == 4 ? "hours, amount, purchase_order" : "hours, amount", "vat, confirmation");
        r[2] = fb_test_amend(r[2], i + 2);
    }
    fb_test_turn_end(&T);
}

CU_TestInfo suite_turn_invoice_orders[] = {
    {"a shift of which two systems name more orders than one booking may", test_orders_of_two_systems},
    {"a line for the shifts of an order is held against their sum", test_the_sum_of_an_order},
    {"one line of an invoice under several names", test_one_line_under_several_names},
    {"duplicates and credits: every order has one outcome", test_duplicates_and_credits_in_every_order},
    {"lines for several shifts: every order has one outcome", test_several_shifts_in_every_order},
    {"a line for a shift that fell through and another: every order has one outcome", test_one_that_fell_through_in_every_order},
    {"a line for a shift of which only a trial tells, and another", test_a_shift_of_a_trial},
    {"what a trial's shift says of a line when the live one falls through", test_a_shift_of_a_trial_follows},
    {"a line of a trial whose shifts were one before", test_a_line_of_a_trial_whose_shifts_part},
    {"a line that moves to another booking: every order has one outcome", test_an_amendment_in_every_order},
    CU_TEST_INFO_NULL,
};
