#include "adapters/inbound/csv/build.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Rows of a ledger: what becomes a line of an invoice that the engine takes, and what is wrong with one that does not. */
#define MAPPING                                                                                                                      \
    "source: {name: rth-ledger, trust: RTH, system: portal}\n"                                                                       \
    "file: {kind: snapshot, date: dd/mm/yyyy, date_time: dd/mm/yyyy HH:MM, occurred_at: at}\n"                                       \
    "columns: {at: A, inv: B, doc: C, duty: D, first: E, last: F, units: G, time: H, rate: I, net: J, vat: K}\n"                     \
    "words: {doc: {INV: charge, CRN: credit}, credits: {INV: \"\", CRN: \"NS-0\"}, unit: {\"\": \"\", \"*\": hour}}\n"               \
    "records:\n"                                                                                                                     \
    "  - kind: invoice_line\n"                                                                                                       \
    "    ref: {text: \"NS/{inv}/1\"}\n"                                                                                              \
    "    fields: {hirer: {is: RTH}, supplier: {is: NS}, invoice: inv, line: {is: \"1\"}, invoice_day: first,\n"                      \
    "      billing: {column: doc, words: doc}, credit_invoice: {column: doc, words: credits}, references.portal.duty_id: duty,\n"    \
    "      references.healthroster.request_id: {text: \"R{duty}\"}, from: first, last_day: last, unit: {column: units, words: unit},\n" \
    "      units: units, time: time, rate: rate, grade: {is: \"5\"}, category: {is: plain}, net: net, vat: vat,\n"                   \
    "      vat_treatment: {is: standard}, state: {is: received}}\n"
enum { CELLS = 11 };
static unsigned char memory[400000], wire_memory[200000], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_record made[FB_CSV_RECORDS_MAX], got;
static struct fb_csv_fault fault;
static struct fb_mapping *mapping; /* constants of records lie in it */

static enum fb_csv_made build(const char *const cell[CELLS])
{
    static struct fb_arena arena;
    struct fb_csv_task task = {.batch_id = fb_span_of("ledger.csv"), .occurred_ms = FB_ABSENT, .layout = {.cells = CELLS}};
    struct fb_span spans[CELLS];
    char why[FB_CSV_FAULT_BYTES];
    unsigned n = 0;
    CU_ASSERT_FATAL(sodium_init() >= 0);
    fb_mapping_close(&mapping);
    if (fb_mapping_parse(&mapping, "m", fb_span_of(MAPPING), why) != FB_OK)
        printf("%s\n", why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mapping);
    task.mapping = mapping;
    for (int c = 0; c < CELLS; c++) {
        task.layout.at[c] = c;
        spans[c] = fb_span_of(cell[c]);
    }
    struct fb_csv_row row = {.line = 2, .n = CELLS, .cell = spans};
    fb_arena_init(&arena, memory, sizeof memory);
    fault = (struct fb_csv_fault){.column = -2};
    return fb_csv_build(&task, &row, &arena, made, NULL, &n, &fault);
}

/* As the engine reads it. */
static enum fb_reason send(void)
{
    struct fb_arena arena;
    struct fb_span body;
    const char *place = NULL;
    size_t n = fb_encode_publish(&made[0], frame, sizeof frame);
    fb_arena_init(&arena, wire_memory, sizeof wire_memory);
    CU_ASSERT_FATAL(n > 2);
    return fb_decode_publish((struct fb_span){(const char *)frame + 2, (uint32_t)n - 2}, &arena, &got, &body, &place);
}

static void test_a_line(void)
{
    static const char *const cells[CELLS] = {"23/03/2026 09:00", "NS-1", "INV", "77", "16/03/2026", "20/03/2026", "7.50", "07:30", "45.1250", "\xC2\xA3" "1,338.44", "67.69"};
    CU_ASSERT_EQUAL_FATAL(build(cells), FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(send(), FB_REASON_NONE);
    const struct fb_invoice_line *l = &got.as.invoice_line;
    CU_ASSERT_TRUE(fb_span_is(got.env.record_ref, "NS/NS-1/1") && l->hirer == fb_code_of("RTH") && fb_span_is(l->supplier, "NS"));
    CU_ASSERT_TRUE(l->line == 1 && l->billing == FB_BILLING_CHARGE && l->credit_invoice.n == 0 && l->credit_line == FB_ABSENT);
    CU_ASSERT_TRUE(l->from == fb_day_of(2026, 3, 16) && l->until == fb_day_of(2026, 3, 21) && l->invoice_day == l->from);
    CU_ASSERT_TRUE(l->unit == FB_UNIT_HOUR && l->units_e2 == 750 && l->minutes == 450 && l->rate_e4 == 451250);
    CU_ASSERT_TRUE(l->net_pence == 133844 && l->vat_pence == 6769 && l->vat_treatment == FB_VAT_TREATMENT_STANDARD);
    CU_ASSERT_TRUE(l->grade == fb_code_of("5") && l->category == fb_code_of("plain") && l->state == FB_INVOICE_STATE_RECEIVED);
    CU_ASSERT_EQUAL_FATAL(l->n_references, 2);
    CU_ASSERT_TRUE(fb_span_is(l->reference[0].kind, "duty_id") && fb_span_is(l->reference[0].id, "77"));
    CU_ASSERT_TRUE(fb_span_is(l->reference[1].system, "healthroster") && fb_span_is(l->reference[1].id, "R77"));
    fb_mapping_close(&mapping);
}

static void test_a_credit_for_one_day(void)
{
    static const char *const cells[CELLS] = {"23/03/2026 09:00", "NS-2", "CRN", "", "16/03/2026", "", "", "", "", "-12.00", ""};
    CU_ASSERT_EQUAL_FATAL(build(cells), FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(send(), FB_REASON_NONE);
    const struct fb_invoice_line *l = &got.as.invoice_line;
    CU_ASSERT_TRUE(l->billing == FB_BILLING_CREDIT && fb_span_is(l->credit_invoice, "NS-0") && l->net_pence == -1200 && l->vat_pence == FB_ABSENT);
    CU_ASSERT_TRUE(l->until == l->from + 1 && l->n_references == 0 && l->unit == FB_UNIT_NONE && l->units_e2 == FB_ABSENT && l->rate_e4 == FB_ABSENT);
    fb_mapping_close(&mapping);
}

static void test_what_is_wrong(void)
{
    static const struct {
        int cell;
        const char *text, *says;
    } rows[] = {
        {6, "7.555", "not a number of units"}, {6, "-1", "not a number of units"}, {7, "7h", "not minutes"},
        {8, "45.12345", "not a rate in pounds"}, {8, "-2", "not a rate in pounds"}, {9, "12.345", "not an amount"},
        {2, "XXX", "XXX"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *cells[CELLS] = {"23/03/2026 09:00", "NS-1", "INV", "77", "16/03/2026", "", "7.5", "", "45", "337.50", "0"};
        cells[rows[i].cell] = rows[i].text;
        CU_ASSERT_EQUAL(build(cells), FB_CSV_FAULTY);
        CU_ASSERT_TRUE(fault.column == rows[i].cell && strstr(fault.reason, rows[i].says) != NULL);
        if (strstr(fault.reason, rows[i].says) == NULL)
            printf("row %zu: column %d, %s\n", i, fault.column, fault.reason);
    }
    fb_mapping_close(&mapping);
}

CU_TestInfo suite_csv_invoice[] = {
    {"a line, field by field", test_a_line},
    {"a credit for one day, with hardly anything", test_a_credit_for_one_day},
    {"what is wrong with a cell", test_what_is_wrong},
    CU_TEST_INFO_NULL,
};
