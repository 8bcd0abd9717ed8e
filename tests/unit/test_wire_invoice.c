#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

/* Lines of invoices: each field that may be wrong, one at a time. */
static unsigned char memory[1 << 18], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_arena arena;
static struct fb_record r, got;
static const char *place;
static struct fb_span body;
#define L (&r.as.invoice_line)
#define NOTHING ((struct fb_span){NULL, 0})

static void begin(void)
{
    memset(&r, 0, sizeof r);
    r.env = (struct fb_envelope){.kind = FB_KIND_INVOICE_LINE,
                                 .source = fb_span_of("rth-ledger"),
                                 .message_id = fb_span_of("m"),
                                 .record_ref = fb_span_of("NS/1001/1"),
                                 .revision = FB_ABSENT,
                                 .source_seq = FB_ABSENT,
                                 .occurred_ms = 1773650000000};
    *L = (struct fb_invoice_line){.hirer = fb_code_of("RTH"),
                                  .supplier = fb_span_of("NS"),
                                  .invoice = fb_span_of("1001"),
                                  .line = 1,
                                  .invoice_day = fb_day_of(2026, 3, 23),
                                  .billing = FB_BILLING_CHARGE,
                                  .credit_line = FB_ABSENT,
                                  .purchase_order = fb_span_of("PO-1"),
                                  .order_system = fb_span_of("portal"),
                                  .booking_source = fb_span_of("rth-roster"),
                                  .booking_ref = fb_span_of("B1"),
                                  .n_references = 2,
                                  .reference = {{fb_span_of("portal"), fb_span_of("duty_id"), fb_span_of("1")},
                                                {fb_span_of("portal"), fb_span_of("duty_id"), fb_span_of("2")}},
                                  .from = fb_day_of(2026, 3, 16),
                                  .until = fb_day_of(2026, 3, 17),
                                  .unit = FB_UNIT_HOUR,
                                  .units_e2 = 750,
                                  .minutes = FB_ABSENT,
                                  .rate_e4 = 450000,
                                  .net_pence = 33750,
                                  .vat_pence = FB_ABSENT,
                                  .state = FB_INVOICE_STATE_RECEIVED};
}

static enum fb_reason take(void)
{
    size_t n = fb_encode_publish(&r, frame, sizeof frame);
    CU_ASSERT_FATAL(n > 2);
    fb_arena_init(&arena, memory, sizeof memory);
    place = NULL;
    return fb_decode_publish((struct fb_span){(const char *)frame + 2, (uint32_t)n - 2}, &arena, &got, &body, &place);
}

static void credit(void)
{
    L->billing = FB_BILLING_CREDIT;
    L->credit_invoice = fb_span_of("1000");
    L->credit_line = 3;
    L->net_pence = -1;
    L->vat_pence = -1;
}
static void nothing(void) { CU_ASSERT_EQUAL(L->line, 1); }
static void no_hirer(void) { L->hirer = 0; }
static void no_supplier(void) { L->supplier = NOTHING; }
static void no_invoice(void) { L->invoice = NOTHING; }
static void line_nought(void) { L->line = 0; }
static void line_beyond(void) { L->line = 1000001; }
static void no_line(void) { L->line = FB_ABSENT; }
static void no_day(void) { L->invoice_day = 0; }
static void no_billing(void) { L->billing = FB_BILLING_NONE; }
static void odd_billing(void) { L->billing = (enum fb_billing)9; }
static void no_from(void) { L->from = 0; }
static void ends_before(void) { L->until = L->from; }
static void a_year(void) { L->until = L->from + 366; }
static void beyond_a_year(void) { L->until = L->from + 367; }
static void source_alone(void) { L->booking_ref = NOTHING; }
static void ref_alone(void) { L->booking_source = NOTHING; }
static void system_alone(void) { L->purchase_order = NOTHING; }
static void order_alone(void) { L->order_system = NOTHING; }
static void twice(void) { L->reference[1].id = fb_span_of("1"); }
static void no_unit(void) { L->unit = FB_UNIT_NONE; }
static void no_unit_needed(void)
{
    no_unit();
    L->units_e2 = L->rate_e4 = FB_ABSENT;
}
static void units_below(void) { L->units_e2 = -1; }
static void rate_beyond(void) { L->rate_e4 = FB_RATE_E4_MAX + 1; }
static void no_net(void) { L->net_pence = FB_ABSENT; }
static void net_below(void) { L->net_pence = -1; }
static void net_nought(void) { L->net_pence = 0; }
static void vat_below(void) { L->vat_pence = -1; }
static void credit_for_more(void)
{
    credit();
    L->net_pence = 1;
}
static void credit_of_nothing(void)
{
    credit();
    L->credit_invoice = NOTHING;
}
static void charge_that_credits(void) { L->credit_invoice = fb_span_of("1000"); }
static void charge_of_a_line(void) { L->credit_line = 1; }
static void odd_treatment(void) { L->vat_treatment = (enum fb_vat_treatment)9; }
static void no_state(void) { L->state = FB_INVOICE_STATE_NONE; }
static void disputed_for_nothing(void) { L->state = FB_INVOICE_STATE_DISPUTED; }
static void disputed(void)
{
    disputed_for_nothing();
    L->reason = fb_span_of("nobody came");
}
static void odd_reason(void)
{
    disputed();
    L->reason = fb_span_of("two\nlines");
}

static const struct {
    void (*change)(void);
    enum fb_reason reason;
    const char *field;
} rows[] = {
    {nothing, FB_REASON_NONE, NULL},
    {credit, FB_REASON_NONE, NULL},
    {disputed, FB_REASON_NONE, NULL},
    {order_alone, FB_REASON_NONE, NULL},
    {no_unit_needed, FB_REASON_NONE, NULL},
    {net_nought, FB_REASON_NONE, NULL},
    {a_year, FB_REASON_NONE, NULL},
    {no_hirer, FB_REASON_FIELD_MISSING, "hirer"},
    {no_supplier, FB_REASON_FIELD_MISSING, "supplier"},
    {no_invoice, FB_REASON_FIELD_MISSING, "invoice"},
    {no_line, FB_REASON_FIELD_MISSING, "line"},
    {line_nought, FB_REASON_FIELD_RANGE, "line"},
    {line_beyond, FB_REASON_FIELD_RANGE, "line"},
    {no_day, FB_REASON_FIELD_MISSING, "invoice_day"},
    {no_billing, FB_REASON_FIELD_MISSING, "billing"},
    {odd_billing, FB_REASON_FIELD_WORD, "billing"},
    {no_from, FB_REASON_FIELD_MISSING, "from"},
    {ends_before, FB_REASON_FIELD_TIME, "until"},
    {beyond_a_year, FB_REASON_FIELD_RANGE, "until"},
    {source_alone, FB_REASON_FIELD_MISSING, "booking_ref"},
    {ref_alone, FB_REASON_FIELD_MISSING, "booking_source"},
    {system_alone, FB_REASON_FIELD_MISSING, "purchase_order"},
    {twice, FB_REASON_FIELD_REPEATED, "references[1].id"},
    {no_unit, FB_REASON_FIELD_MISSING, "unit"},
    {units_below, FB_REASON_FIELD_RANGE, "units_e2"},
    {rate_beyond, FB_REASON_FIELD_RANGE, "rate_e4"},
    {no_net, FB_REASON_FIELD_MISSING, "net_pence"},
    {net_below, FB_REASON_FIELD_RANGE, "net_pence"},
    {vat_below, FB_REASON_FIELD_RANGE, "vat_pence"},
    {credit_for_more, FB_REASON_FIELD_RANGE, "net_pence"},
    {credit_of_nothing, FB_REASON_FIELD_MISSING, "credit_invoice"},
    {charge_that_credits, FB_REASON_FIELD_RANGE, "credit_invoice"},
    {charge_of_a_line, FB_REASON_FIELD_RANGE, "credit_line"},
    {odd_treatment, FB_REASON_FIELD_WORD, "vat_treatment"},
    {no_state, FB_REASON_FIELD_MISSING, "state"},
    {disputed_for_nothing, FB_REASON_FIELD_MISSING, "reason"},
    {odd_reason, FB_REASON_FIELD_TEXT, "reason"},
};

static void test_each_fault(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char field[80];
        begin();
        rows[i].change();
        enum fb_reason reason = take();
        snprintf(field, sizeof field, "invoice_line.%s", rows[i].field == NULL ? "" : rows[i].field);
        bool there = rows[i].field == NULL ? place == NULL : place != NULL && strcmp(place, field) == 0;
        CU_ASSERT_TRUE(reason == rows[i].reason && there);
        if (reason != rows[i].reason || !there)
            printf("row %zu: %s at %s\n", i, fb_reason_text(reason), place == NULL ? "no place" : place);
        fb_arena_release(&arena);
    }
}

/* A line for one day need not say where its days end. */
static void test_one_day(void)
{
    begin();
    L->until = 0;
    CU_ASSERT_EQUAL(take(), FB_REASON_NONE);
    CU_ASSERT_EQUAL(got.as.invoice_line.until, fb_day_of(2026, 3, 17));
    fb_arena_release(&arena);
}

/* Its row in a list: what nobody can say stays absent. */
static void test_a_row_of_the_list(void)
{
    struct fb_invoice_row row = {.record = 7,
                                 .trust = fb_code_of("RTH"),
                                 .supplier = fb_span_of("NS"),
                                 .invoice = fb_span_of("1001"),
                                 .line = 3,
                                 .billing = FB_BILLING_CREDIT,
                                 .invoice_day = fb_day_of(2026, 3, 23),
                                 .from = fb_day_of(2026, 3, 16),
                                 .until = fb_day_of(2026, 3, 17),
                                 .shift = fb_span_of("rth-roster/B1"),
                                 .charged_pence = -5,
                                 .expected_pence = FB_ABSENT,
                                 .vat_pence = -1,
                                 .vat_expected_pence = FB_ABSENT,
                                 .end = fb_span_of("matched"),
                                 .state = FB_INVOICE_STATE_PAID,
                                 .differs = fb_span_of("hours, vat"),
                                 .why = fb_span_of("It gives back."),
                                 .source = fb_span_of("rth-ledger"),
                                 .record_ref = fb_span_of("r"),
                                 .shadow = true};
    struct fb_result sent = {.kind = FB_QUERY_INVOICES, .n_invoices = 1, .invoice = &row, .more = true, .after = 7}, back;
    size_t n = fb_encode_result(&sent, frame, sizeof frame);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decode_result((struct fb_span){(const char *)frame + 2, (uint32_t)n - 2}, &arena, &back), FB_REASON_NONE);
    CU_ASSERT_TRUE_FATAL(back.n_invoices == 1 && back.more && back.after == 7);
    const struct fb_invoice_row *g = back.invoice;
    CU_ASSERT_TRUE(g->record == 7 && g->trust == row.trust && g->line == 3 && g->billing == row.billing && g->shadow);
    CU_ASSERT_TRUE(g->invoice_day == row.invoice_day && g->from == row.from && g->until == row.until && g->state == row.state);
    CU_ASSERT_TRUE(g->charged_pence == -5 && g->expected_pence == FB_ABSENT && g->vat_pence == -1 && g->vat_expected_pence == FB_ABSENT);
    CU_ASSERT_TRUE(fb_span_eq(g->supplier, row.supplier) && fb_span_eq(g->invoice, row.invoice) && fb_span_eq(g->shift, row.shift) &&
                   fb_span_eq(g->end, row.end) && fb_span_eq(g->differs, row.differs) && g->unsaid.n == 0 && fb_span_eq(g->why, row.why) &&
                   fb_span_eq(g->source, row.source) && fb_span_eq(g->record_ref, row.record_ref));
    fb_arena_release(&arena);
}

static enum fb_reason ask(const char *end)
{
    struct fb_query q = {.kind = FB_QUERY_INVOICES, .month = fb_day_of(2026, 3, 1), .supplier = fb_span_of("NS")}, back;
    const char *field = NULL;
    q.end = fb_span_of(end);
    size_t n = fb_encode_query(&q, frame, sizeof frame);
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_reason reason = fb_decode_query((struct fb_span){(const char *)frame + 2, (uint32_t)n - 2}, &arena, &back, &field);
    bool same = reason != FB_REASON_NONE || (back.kind == FB_QUERY_INVOICES && back.month == q.month && fb_span_is(back.supplier, "NS") &&
                                             fb_span_is(back.end, end));
    fb_arena_release(&arena);
    CU_ASSERT_TRUE(same);
    return reason;
}

static void test_the_question(void)
{
    CU_ASSERT_EQUAL(ask("part_matched"), FB_REASON_NONE);
    CU_ASSERT_EQUAL(ask("odd"), FB_REASON_FIELD_WORD);
}

CU_TestInfo suite_wire_invoice[] = {
    {"each field that may be wrong", test_each_fault},
    {"a line for one day", test_one_day},
    {"a row of the list there and back", test_a_row_of_the_list},
    {"the question, and a state that there is not", test_the_question},
    CU_TEST_INFO_NULL,
};
