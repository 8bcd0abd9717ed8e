/* Lines of invoices among the records: whichever comes first, they come to the same; a shift is paid once. */
#include "engine/turn/report/report_invoices.h"
#include "tests/lib/invoices.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>

enum { OWED = 40500 };
static struct fb_test_turn T;

/* ---- one line ---- */

static void test_booking_timesheet_line(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    fb_test_send_one(&T, fb_test_invoice_line("L1", "B1"));
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").expected_pence, OWED);
    CU_ASSERT_TRUE(fb_span_is(fb_test_invoice_row(&T, "L1").shift, "rth-roster/B1"));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_MINUTES), 540);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_PAID, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE), OWED);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_MATCHED), 1);
    fb_test_turn_end(&T);
}

static void test_a_line_before_its_booking(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_invoice_line("L1", "B1"));
    fb_test_is_invoice_row(&T, "L1", "unmatched", "", "");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.unmatched"), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_UNMATCHED), 1);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_is_invoice_row(&T, "L1", "part_matched", "hours, amount", "vat, confirmation");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.unmatched"), 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_FINDING_CLEARED), 1);
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "vat");
    fb_test_turn_end(&T);
}

/* ---- what is found ---- */

static void test_overcharge(void)
{
    struct fb_record *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    l = fb_test_invoice_line("L1", "B1");
    fb_test_line_of(l)->units_e2 = 1000;
    fb_test_line_of(l)->net_pence = 45000;
    fb_test_send_one(&T, l);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "hours, amount", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_OVERCHARGED), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 45000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_PENCE), 45000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_WORKED, FB_MEASURE_PENCE), OWED);
    fb_test_turn_end(&T);
}

static void test_paid_once(void)
{
    struct fb_record *l, *again;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    l = fb_test_invoice_line("L2", "B1");
    fb_test_line_of(l)->invoice = fb_span_of("NS-1002");
    fb_test_send_one(&T, l);
    fb_test_is_invoice_row(&T, "L2", "part_matched", "", "vat");
    again = fb_test_invoice_line("L1", "B1");
    fb_test_send_one(&T, again); /* of the lower invoice number: it counts, though it came later */
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "vat");
    fb_test_is_invoice_row(&T, "L2", "duplicate", "", "");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    again = fb_test_amend(again, 2);
    fb_test_line_of(again)->state = FB_INVOICE_STATE_PAID;
    fb_test_send_one(&T, again);
    fb_test_is_invoice_row(&T, "L1", "paid", "", "vat");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_PAID, FB_MEASURE_PENCE), OWED);
    again = fb_test_amend(again, 3);
    fb_test_line_of(again)->state = FB_INVOICE_STATE_WITHDRAWN;
    fb_test_send_one(&T, again);
    fb_test_is_invoice_row(&T, "L1", "withdrawn", "", "");
    fb_test_is_invoice_row(&T, "L2", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 0);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_PAID, FB_MEASURE_PENCE), 0);
    fb_test_turn_end(&T);
}

static void test_a_dispute(void)
{
    struct fb_record *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    l = fb_test_invoice_line("L1", "B1");
    fb_test_line_of(l)->state = FB_INVOICE_STATE_DISPUTED;
    fb_test_line_of(l)->reason = fb_span_of("nobody came at seven");
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE(fb_span_is(fb_test_invoice_row(&T, "L1").end, "disputed"));
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_DISPUTED), 1);
    fb_test_turn_end(&T);
}

static void test_a_cancelled_shift(void)
{
    struct fb_record *b, *l;
    fb_test_turn_begin(&T);
    b = fb_test_billed_booking("B1");
    b->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    b->as.booking.cancel_charge_pence = 5000;
    fb_test_send_one(&T, b);
    l = fb_test_invoice_line("L1", "B1");
    fb_test_line_of(l)->units_e2 = fb_test_line_of(l)->rate_e4 = FB_ABSENT;
    fb_test_line_of(l)->unit = FB_UNIT_NONE;
    fb_test_line_of(l)->net_pence = 6000;
    fb_test_send_one(&T, l);
    CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").expected_pence, 5000);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_CANCEL_CHARGE), 6000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0);
    fb_test_turn_end(&T);
}

/* ---- several shifts ---- */

/* More lines than one decision reads: which of them counts nobody can say, and each line is told so. */
static void test_too_many_lines(void)
{
    static char names[FB_INVOICES_MAX + 1][16];
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    for (int i = 0; i <= (int)FB_INVOICES_MAX; i++) {
        snprintf(names[i], sizeof names[i], "X%02d", i);
        struct fb_record *l = fb_test_invoice_line(names[i], "B1");
        fb_test_line_of(l)->line = i + 1;
        fb_test_send_one(&T, l);
        if (i + 1 == (int)FB_INVOICES_MAX)
            CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    }
    fb_test_is_invoice_row(&T, "X00", "part_matched", "", "shifts");
    fb_test_is_invoice_row(&T, names[FB_INVOICES_MAX], "part_matched", "", "shifts");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 0);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.part_match"), 1);
    fb_test_turn_end(&T);
}

/* ---- batches, rules and trials ---- */

static void withdraw(const char *batch)
{
    const char *why;
    bool several;
    uint32_t number = fb_turn_batch_find(T.turn, 0, (struct fb_span){NULL, 0}, fb_span_of(batch), &several);
    CU_ASSERT_EQUAL(fb_turn_batch_withdraw(T.turn, number, fb_span_of("RTH-DESK"), fb_span_of("the wrong file"), T.now_ms, &why), FB_OK);
    fb_test_settle(&T);
}

static void test_a_batch_taken_back(void)
{
    struct fb_record *b, *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    uint64_t before = fb_test_outcome(&T);
    l = fb_test_invoice_line("L1", "B1");
    fb_test_line_of(l)->net_pence += 100;
    l->env.batch_id = fb_span_of("invoices.csv");
    fb_test_send_one(&T, l);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), before);
    withdraw("invoices.csv");
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    fb_test_is_invoice_row(&T, "L1", "withdrawn", "", "");
    b = fb_test_billed_booking("B2");
    b->env.batch_id = fb_span_of("bookings.csv");
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, fb_test_invoice_line("L2", "B2"));
    fb_test_is_invoice_row(&T, "L2", "part_matched", "hours, amount", "vat, confirmation");
    withdraw("bookings.csv"); /* and the line has nothing that it is for */
    fb_test_is_invoice_row(&T, "L2", "unmatched", "", "");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), 0);
    fb_test_turn_end(&T);
}

static void test_tolerances_come_with_an_issue(void)
{
    struct fb_record *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    l = fb_test_invoice_line("L1", "B1");
    fb_test_line_of(l)->units_e2 = FB_ABSENT;
    fb_test_line_of(l)->minutes = 545;
    fb_test_line_of(l)->net_pence += 2;
    fb_test_line_of(l)->rate_e4 = FB_ABSENT;
    fb_test_send_one(&T, l);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "hours, amount", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 1);
    fb_test_turn_issue(&T, "tolerant");
    fb_test_settle(&T);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.overcharged"), 0);
    fb_test_turn_end(&T);
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
    fb_test_turn_begin(&T);
    set_mode(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    uint64_t before = fb_test_outcome(&T);
    fb_test_send_one(&T, fb_test_invoice_line("L1", "B1"));
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "shifts");
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    set_mode(FB_SOURCE_MODE_LIVE);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "vat");
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    set_mode(FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), before);
    fb_test_turn_end(&T);
}

/* Two systems' records of one shift: the line names either, and is for the shift. */
static void test_a_shift_of_two_systems(void)
{
    struct fb_record *b = NULL, *other = NULL;
    fb_test_turn_begin(&T);
    b = fb_test_billed_booking("B1");
    fb_test_refer(b, "R1");
    other = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1");
    other->as.booking.rates.complete = FB_SAID_YES;
    fb_test_refer(other, "R1");
    fb_test_send_one(&T, fb_test_invoice_line("L1", "B1"));
    fb_test_send_one(&T, other);
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    fb_test_is_invoice_row(&T, "L1", "unmatched", "", "");
    fb_test_send_one(&T, b);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "vat");
    CU_ASSERT_TRUE(fb_span_is(fb_test_invoice_row(&T, "L1").shift, "rth-portal/P1"));
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_PENCE), OWED);
    fb_test_turn_end(&T);
}

CU_TestInfo suite_turn_invoices[] = {
    {"a line that is as booking and timesheet say", test_booking_timesheet_line},
    {"a line before its booking is unmatched until that comes", test_a_line_before_its_booking},
    {"more than is owed", test_overcharge},
    {"a shift is paid once, whichever line came first", test_paid_once},
    {"what finance disputes", test_a_dispute},
    {"a cancelled shift owes no more than its charge", test_a_cancelled_shift},
    {"more lines than one decision reads", test_too_many_lines},
    {"a batch of lines, or of bookings, taken back", test_a_batch_taken_back},
    {"tolerances come with an issue of the rules", test_tolerances_come_with_an_issue},
    {"what a trial says moves no live figure", test_a_trial},
    {"a shift of two systems", test_a_shift_of_two_systems},
    CU_TEST_INFO_NULL,
};
