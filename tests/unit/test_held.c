#include "tests/lib/suite.h"
#include "tools/fairbank/books/held.h"
#include <string.h>

static struct held h;
static struct fb_month_row row;
static fb_day april;

/* A worked agency shift of 100 pounds. */
static struct fb_figures *begin(void)
{
    april = fb_day_of(2026, 4, 1);
    held_begin(&h, fb_code_of("RTH"), april);
    row = (struct fb_month_row){.source = fb_span_of("roster"), .record_ref = fb_span_of("B1"), .hirer = fb_code_of("RTH"),
                                .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY, .route = FB_ROUTE_AGENCY, .day = april + 2,
                                .timesheet = FB_TIMESHEET_STATE_APPROVED, .n_stages = 1};
    row.stage[0].stage = FB_STAGE_LATEST;
    struct fb_figures *f = &row.stage[0].figures;
    f->v[FB_MEASURE_SHIFTS] = 1, f->v[FB_MEASURE_MINUTES] = 480, f->v[FB_MEASURE_PENCE] = 10000;
    return f;
}

static struct held_shift one(void)
{
    CU_ASSERT_TRUE_FATAL(held_add(&h, &row) && h.n == 1);
    struct held_shift s = h.shift[0];
    return s;
}

static void what_comes_on_top(void)
{
    struct fb_figures *f = begin();
    f->v[FB_MEASURE_LOADED] = 12500; /* by the rules: VAT, and a fee that no measure tells from it */
    struct held_shift s = one();
    CU_ASSERT_TRUE(s.pence == 10000 && s.vat == 2500 && s.on_top == 0 && s.inside == 0 && s.in_month && s.settled && !s.invoiced);
    CU_ASSERT_EQUAL(h.sheets_come, 1u << FB_ROUTE_AGENCY);
    held_free(&h);
    f = begin();
    f->v[FB_MEASURE_VAT] = 2000, f->v[FB_MEASURE_LOADED] = 12500; /* VAT was sent */
    s = one();
    CU_ASSERT_TRUE(s.vat == 2000 && s.on_top == 500);
    held_free(&h);
    f = begin();
    row.route = FB_ROUTE_BANK;
    f->v[FB_MEASURE_LOADED] = 13300, f->v[FB_MEASURE_EMPLOYER_NI] = 700, f->v[FB_MEASURE_WTD_HOLIDAY] = 300;
    s = one();
    CU_ASSERT_TRUE(s.vat == 0 && s.on_top == 3300 && s.inside == 1000);
    held_free(&h);
    f = begin();
    f->v[FB_MEASURE_LOADED] = 9000; /* less than the charge: nothing comes off for VAT */
    CU_ASSERT_EQUAL(one().vat, 0);
    held_free(&h);
    f = begin(); /* a rule of 20 per cent on the whole charge; the rest on top is a fee */
    row.vat = fb_span_of("standard"), row.vat_base = FB_VAT_BASE_WHOLE_CHARGE, row.vat_ppm = 200000;
    f->v[FB_MEASURE_LOADED] = 12500;
    row.n_vat_rates = 1, row.vat_rate_ppm[0] = 200000, f->v[FB_MEASURE_COMMISSION] = 900;
    s = one();
    CU_ASSERT_TRUE(s.vat == 2000 && s.on_top == 500 && fb_span_is(s.vat_name, "standard") && s.vat_ppm == 200000 && s.n_rates == 1 && s.rate_ppm[0] == 200000 && s.commission == 900);
    held_free(&h);
    begin()->v[FB_MEASURE_BONUS] = 700; /* owed as well */
    CU_ASSERT_EQUAL(one().pence, 10700);
    held_free(&h);
    begin(); /* loaded cost is not known: nothing is made of it */
    s = one();
    CU_ASSERT_TRUE(s.vat == 0 && s.on_top == 0);
    held_free(&h);
}

static void add_stage(enum fb_stage stage, int64_t pence)
{
    row.stage[row.n_stages].stage = stage;
    row.stage[row.n_stages].figures = row.stage[0].figures;
    row.stage[row.n_stages++].figures.v[FB_MEASURE_PENCE] = pence;
}

static void the_latest_stage_counts(void)
{
    begin();
    add_stage(FB_STAGE_INVOICED, 11000);
    add_stage(FB_STAGE_PAID, 5000); /* a part of what was invoiced */
    row.stage[0].figures.v[FB_MEASURE_PENCE] = 11000;
    CU_ASSERT_TRUE(one().pence == 11000 && h.invoices_come && h.shift[0].invoiced);
    held_free(&h);
    begin();
    row.stage[0].stage = FB_STAGE_COMMITTED; /* nobody came: there is no latest, and what was committed is not owed */
    row.timesheet = FB_TIMESHEET_STATE_DID_NOT_WORK;
    CU_ASSERT_TRUE(one().pence == 0 && h.shift[0].shifts == 0 && h.shift[0].settled);
    held_free(&h);
    begin()->v[FB_MEASURE_CANCEL_CHARGE] = 4000;
    row.stage[0].figures.v[FB_MEASURE_PENCE] = row.stage[0].figures.v[FB_MEASURE_SHIFTS] = 0;
    CU_ASSERT_TRUE(one().pence == 4000 && h.shift[0].shifts == 0);
    held_free(&h);
}

static void whose_shifts_they_are(void)
{
    begin();
    row.payer = fb_code_of("RXQ"); /* another pays for it */
    CU_ASSERT_TRUE(held_add(&h, &row) && h.n == 0);
    row.payer = fb_code_of("RTH"), row.hirer = fb_code_of("RXQ"); /* and this one is paid here */
    CU_ASSERT_TRUE(held_add(&h, &row) && h.n == 1 && h.n_cover == 1 && h.cover[0].trust == fb_code_of("RXQ"));
    row.route = FB_ROUTE_SUBSTANTIVE;
    CU_ASSERT_TRUE(held_add(&h, &row) && h.n == 1);
    row.route = FB_ROUTE_BANK, row.shadow = true;
    CU_ASSERT_TRUE(held_add(&h, &row) && h.n == 1);
    held_free(&h);
}

static void coverage_by_week(void)
{
    begin();
    static const int days[] = {1, 2, 14, 30, 31}; /* the last is in May: known, and not of the month */
    for (unsigned i = 0; i < 5; i++) {
        row.day = april + days[i] - 1;
        CU_ASSERT_TRUE(held_add(&h, &row));
    }
    CU_ASSERT_EQUAL(held_weeks(april, h.next), 5); /* those of 30 March to 27 April */
    CU_ASSERT_TRUE(h.n == 5 && h.n_cover == 1 && h.cover[0].shifts == 4 && h.cover[0].pence == 40000 && h.cover[0].weeks == (1u | 1u << 2 | 1u << 4));
    CU_ASSERT_EQUAL(held_weeks(fb_day_of(2027, 2, 1), fb_day_of(2027, 3, 1)), 4);
    CU_ASSERT_EQUAL(held_weeks(fb_day_of(2026, 8, 1), fb_day_of(2026, 9, 1)), 6);
    held_free(&h);
}

static void codes_of_shifts(void)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    struct trust_map map;
    struct trust_code codes[] = {{.code = fb_span_of("A1"), .routes = 1u << FB_ROUTE_AGENCY, .arrears_days = 7}, {.code = fb_span_of("A2"), .routes = 1u << FB_ROUTE_BANK}};
    fb_arena_init(&arena, memory, sizeof memory);
    begin();
    row.subjective = fb_span_of("A2"); /* its own, though its route has another */
    CU_ASSERT_TRUE(held_add(&h, &row));
    row.subjective = fb_span_of("Z9"); /* not one of the map's */
    CU_ASSERT_TRUE(held_add(&h, &row));
    row.route = FB_ROUTE_COLLABORATIVE, row.subjective = (struct fb_span){NULL, 0};
    CU_ASSERT_TRUE(held_add(&h, &row));
    trust_map_plain(&map);
    CU_ASSERT_TRUE(held_codes_into(&h, &map, &arena) == FB_OK && map.n_codes == 2 && fb_span_is(map.code[1].code, "Z9"));
    held_apply_map(&h, &map); /* codes that only bookings name are nobody else's */
    CU_ASSERT_TRUE(fb_span_is(h.shift[1].code, "Z9") && h.shift[2].code.n == 0);
    map.code = codes, map.n_codes = 2;
    held_apply_map(&h, &map);
    CU_ASSERT_TRUE(fb_span_is(h.shift[0].code, "A2") && fb_span_is(h.shift[1].code, "A1") && h.shift[1].arrears_days == 7 && h.shift[2].code.n == 0);
    held_free(&h);
}

CU_TestInfo suite_held[] = {{"what comes on top of a charge: VAT, fees, on-costs", what_comes_on_top},
                            {"the latest stage counts; nobody worked, nothing is owed", the_latest_stage_counts},
                            {"a shift is the books' of whoever pays for it", whose_shifts_they_are},
                            {"coverage tells the weeks that have sent", coverage_by_week},
                            {"a shift's code is its own where the map has it, else that of its route", codes_of_shifts},
                            CU_TEST_INFO_NULL};
