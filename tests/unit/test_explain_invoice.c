/* Invoices in words: of a line and of each finding, every clause that may be there or not. */
#include "engine/core/explain_invoice.h"
#include "engine/core/decide.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

#define BIT(d) (uint16_t)(1u << FB_DIFFERS_##d)
static struct fb_decision decision;
static char said[2048];

/* 500.00 asked for ten hours at 50.00; ten hours at 42.40 are owed. */
static struct fb_match *match(unsigned i)
{
    struct fb_match *m = &decision.match[i];
    *m = (struct fb_match){.number = 10 + i, .end = FB_INVOICE_END_PART_MATCHED, .charged_pence = 50000, .expected_pence = 42400, .vat_pence = 10000,
                           .vat_expected_pence = 8480, .minutes = 600, .expected_minutes = 600, .rate_e4 = 500000, .expected_rate_e4 = 424000};
    return m;
}

static struct fb_match *begin(unsigned n)
{
    decision = (struct fb_decision){.kind = FB_KIND_BOOKING, .n_matches = n, .grade = fb_code_of("5")};
    for (unsigned i = 0; i < n; i++)
        (void)match(i);
    return &decision.match[0];
}

static bool line_is(const struct fb_match *m, enum fb_invoice_state state, const char *wanted)
{
    const struct fb_invoice_line l = {.state = state, .reason = fb_span_of("the rate is disputed")};
    struct fb_text t;
    fb_text_init(&t, said, sizeof said);
    fb_explain_match(&t, &l, m);
    if (strcmp(said, wanted) != 0)
        printf("said:   %s\nwanted: %s\n", said, wanted);
    return strcmp(said, wanted) == 0;
}

static bool finding_is(enum fb_built_in_rule rule, struct fb_finding f, const char *wanted)
{
    const struct fb_book *book = fb_test_book();
    struct fb_text t;
    fb_text_init(&t, said, sizeof said);
    f.rule = book->built_in[rule].id;
    CU_ASSERT_TRUE(fb_explain_invoiced(&t, book, &decision, &f));
    if (strcmp(said, wanted) != 0)
        printf("said:   %s\nwanted: %s\n", said, wanted);
    return strcmp(said, wanted) == 0;
}

static void test_line_differs(void)
{
    struct fb_match *m = begin(1);
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £500.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00."));
    m->differs = BIT(AMOUNT) | BIT(VAT);
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £500.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00. It does not agree: the amount "
                             "is another (£76.00 too much); its VAT is another (£100.00 for £84.80)."));
    m->charged_pence = 40000;
    m->vat_expected_pence = FB_ABSENT;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_DISPUTED,
                             "The invoice asks £400.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00. It does not agree: the amount "
                             "is another (£24.00 too little); its VAT is another. Finance disputes it: the rate is disputed."));
    m->expected_minutes = 0;
    m->expected_pence = 7500;
    m->differs = 0;
    m->expected_rate_e4 = FB_ABSENT; /* a charge for a shift that fell through */
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £400.00 for 10 h; no hours of it were worked, and by booking and confirmation it comes to £75.00."));
    m->differs = BIT(AMOUNT) | BIT(VAT);
    m->expected_pence = m->expected_minutes = m->minutes = m->expected_rate_e4 = FB_ABSENT;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £400.00. It does not agree: the amount is another; its VAT is another."));
    m->expected_pence = 40000; /* nothing apart */
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £400.00; by booking and confirmation it comes to £400.00. It does not agree: the "
                             "amount is another; its VAT is another."));
}

static void test_line_unsaid(void)
{
    struct fb_match *m = begin(1);
    m->unsaid = BIT(CONFIRMATION) | BIT(HOURS) | BIT(PERIOD); /* of the last there is nothing to be said */
    m->shared = true;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £500.00 for 10 h at £50.00 an hour; no timesheet is approved, and by the booking 10 "
                             "h are to be worked, which by the rates of booking and confirmation (£42.40 an hour) comes to "
                             "£424.00. It asks for several shifts, and is held against their sum. Not everything can be said: "
                             "whether the hours agree nobody can say, for one of the two sides states none; no timesheet is "
                             "approved yet."));
    m->end = FB_INVOICE_END_UNMATCHED;
    m->unsaid = BIT(CREDITED);
    m->shared = false;
    m->charged_pence = -5000;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "It gives back £50.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00. Not everything can be said: the "
                             "line that it takes from is not held for that shift."));
    m->unsaid = 0;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "No booking is held that it names: send the booking, or have the supplier name it as its own system "
                             "does."));
    m->end = FB_INVOICE_END_WITHDRAWN;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "It was withdrawn: it asks for nothing."));
    m = begin(1);
    m->end = FB_INVOICE_END_DUPLICATE;
    CU_ASSERT_TRUE(line_is(m, FB_INVOICE_STATE_RECEIVED,
                             "The invoice asks £500.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00. Another line asks for the shift "
                             "already: a shift is paid once."));
}

/* Lines that count are told of together, and what one of them does not say is said of none. */
static void test_overcharged(void)
{
    const struct fb_finding f = {.severity = FB_SEVERITY_BREACH, .pence = 15200};
    begin(2);
    decision.match[0].expected_minutes = 480;
    decision.match[1].expected_minutes = 120;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OVERCHARGED, f,
                             "The invoice asks £1000.00 for 20 h; by the timesheet 10 h were worked, which by the rates of booking "
                             "and confirmation comes to £848.00. That is £152.00 too much: pay what is owed, and ask the supplier "
                             "for a credit note."));
    decision.match[1].minutes = FB_ABSENT;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OVERCHARGED, f,
                             "The invoice asks £1000.00; by the timesheet 10 h were worked, which by the rates of booking and "
                             "confirmation comes to £848.00. That is £152.00 too much: pay what is owed, and ask the supplier for "
                             "a credit note."));
    decision.match[0].expected_pence = FB_ABSENT;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OVERCHARGED, f,
                             "The invoice asks £1000.00; by the timesheet 10 h were worked. That is £152.00 too much: pay what is "
                             "owed, and ask the supplier for a credit note."));
    decision.match[0].shared = true;
    decision.match[1].end = FB_INVOICE_END_DUPLICATE;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OVERCHARGED, f,
                             "That is £152.00 too much: pay what is owed, and ask the supplier for a credit note."));
}

static void test_duplicate(void)
{
    begin(3);
    decision.match[1].end = FB_INVOICE_END_DUPLICATE;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_DUPLICATE, (struct fb_finding){.pence = 50000},
                             "The shift is asked for more than once: £500.00 by a further line. The lowest by invoice day, invoice "
                             "and line counts; ask for a credit note for the rest."));
    decision.match[2].end = FB_INVOICE_END_DUPLICATE;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_DUPLICATE, (struct fb_finding){.pence = 100000},
                             "The shift is asked for more than once: £1000.00 by further lines. The lowest by invoice day, invoice "
                             "and line counts; ask for a credit note for the rest."));
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_DUPLICATE, (struct fb_finding){.pence = 0},
                             "The shift is asked for more than once. The lowest by invoice day, invoice and line counts; ask for a "
                             "credit note for the rest."));
}

static void test_off_rate(void)
{
    begin(2);
    decision.match[1].differs = BIT(RATE);
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OFF_RATE, (struct fb_finding){.pence = 7600},
                             "The invoice charges £50.00 an hour; booking and confirmation agreed £42.40 an hour. For the hours "
                             "charged that is £76.00 more."));
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OFF_RATE, (struct fb_finding){.pence = -7600},
                             "The invoice charges £50.00 an hour; booking and confirmation agreed £42.40 an hour. For the hours "
                             "charged that is £76.00 less."));
    decision.match[1].expected_rate_e4 = FB_ABSENT;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OFF_RATE, (struct fb_finding){.pence = 0},
                             "The invoice charges another rate than booking and confirmation agreed."));
    decision.match[1].differs = 0;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_OFF_RATE, (struct fb_finding){.pence = 0},
                             "The invoice charges another rate than booking and confirmation agreed."));
}

static void test_band(void)
{
    begin(1);
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_WRONG_BAND, (struct fb_finding){.pence = 0},
                             "The invoice charges another band or grade than was booked, which is 5."));
    decision.kind = FB_KIND_INVOICE_LINE; /* which may ask for shifts of several */
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_WRONG_BAND, (struct fb_finding){.pence = 0},
                             "The invoice charges another band or grade than was booked."));
}

static void test_part(void)
{
    begin(1);
    decision.match[0].differs = BIT(VAT);
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_PART_MATCH, (struct fb_finding){.detail = FB_DIFFERS_VAT},
                             "The invoice asks £500.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00. It does not agree: its VAT is "
                             "another (£100.00 for £84.80)."));
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_PART_MATCH, (struct fb_finding){.detail = FB_DIFFERS_VAT, .severity = FB_SEVERITY_CANNOT_SAY},
                             "The invoice asks £500.00 for 10 h at £50.00 an hour; by the timesheet 10 h were worked, which by the "
                             "rates of booking and confirmation (£42.40 an hour) comes to £424.00. It cannot be matched wholly: "
                             "what VAT it should bear nobody can say: the rules have no settled row, or the line states none "
                             "(£100.00 for £84.80)."));
    decision.n_matches = 0;
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_PART_MATCH, (struct fb_finding){.detail = FB_DIFFERS_END},
                             "It does not agree: the documents differ."));
}

static void test_unmatched(void)
{
    begin(1);
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_UNMATCHED, (struct fb_finding){.pence = 0},
                             "No booking is held that the line names: send the booking, or have the supplier name it as its own "
                             "system does. It is matched by itself when the booking comes."));
    decision.match[0].unsaid = BIT(CREDITED);
    CU_ASSERT_TRUE(finding_is(FB_RULE_INVOICE_UNMATCHED, (struct fb_finding){.pence = 0},
                             "The line of an invoice that it takes from is not held for that shift: send that line, or have the "
                             "supplier name it."));
}

CU_TestInfo suite_explain_invoice[] = {
    {"a line: what it asks, what is owed, and in what they differ", test_line_differs},
    {"a line: what nobody can say, and what became of it", test_line_unsaid},
    {"too much: the lines that count are told of together", test_overcharged},
    {"more than once: by how many lines, and what for", test_duplicate},
    {"another rate, with both where both are known", test_off_rate},
    {"another band, with the one that was booked where one was", test_band},
    {"in part: the clause, with the VAT where it is that", test_part},
    {"unmatched: a line without a booking, a credit without a line", test_unmatched},
    CU_TEST_INFO_NULL,
};
