/* What a shift comes to when its month is closed, and the day on which it is. */
#include "engine/core/book.h"
#include "tests/lib/months.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/months/month_fold.h"
#include <string.h>

static struct fb_test_month m;
static struct month_money owed;

static struct fb_month_row *one(void)
{
    m.n = 0;
    return fb_test_month_add(&m);
}

static void approved_stands_as_worked_and_the_rest_as_booked(void)
{
    struct fb_month_row *row = one();
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_UNAPPROVED);
    CU_ASSERT(owed.pence == 40000 && owed.vat == 8000 && owed.minutes == 600 && owed.shifts == 1 && owed.expected == 0);
    fb_test_month_approve(row, 540, 36000);
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_APPROVED);
    CU_ASSERT(owed.pence == 36000 && owed.vat == 7200 && owed.minutes == 540);
    *fb_test_month_figure(row, FB_STAGE_WORKED, FB_MEASURE_BONUS) = 500;
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_APPROVED);
    CU_ASSERT(owed.pence == 36500 && owed.vat == 7200); /* a bonus bears none */
}

static void nothing_is_owed_where_nobody_came(void)
{
    struct fb_month_row *row = one();
    row->timesheet = FB_TIMESHEET_STATE_DID_NOT_WORK;
    CU_ASSERT(month_owed(row, &owed) == MONTH_NOTHING && owed.pence == 0 && owed.shifts == 0);
    row = one();
    row->state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_NOTHING);
    row = one();
    row->n_stages = 0; /* no figure at any stage */
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_NOTHING);
}

static void a_cancelled_shift_owes_its_charge(void)
{
    struct fb_month_row *row = one();
    row->state = FB_BOOKING_STATE_CANCELLED;
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_NOTHING);
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_CANCEL_CHARGE) = 4500;
    CU_ASSERT_EQUAL(month_owed(row, &owed), MONTH_CANCELLATION);
    CU_ASSERT(owed.pence == 4500 && owed.vat == 0 && owed.minutes == 0);
}

/* One rounding, half up; of the whole charge, of the commission, of nothing; as sent; and not known. */
static void vat_is_by_its_treatment(void)
{
    struct fb_month_row *row = one();
    struct fb_figures f = {.v = {[FB_MEASURE_PENCE] = 40013, [FB_MEASURE_COMMISSION] = 1012}};
    const struct {
        const char *name;
        enum fb_vat_base base;
        int64_t sent, vat;
        bool said;
    } want[] = {{"standard", FB_VAT_BASE_WHOLE_CHARGE, 0, 8003, true},  {"direct", FB_VAT_BASE_COMMISSION, 0, 202, true},
                {"concession", FB_VAT_BASE_NOTHING, 0, 0, true},        {"as_sent", FB_VAT_BASE_NONE, 0, 0, true},
                {"standard", FB_VAT_BASE_WHOLE_CHARGE, 777, 777, true}, {"", FB_VAT_BASE_NONE, 0, 0, false}};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        int64_t vat = -1;
        row->vat = fb_span_of(want[i].name);
        row->vat_base = want[i].base;
        f.v[FB_MEASURE_VAT] = want[i].sent;
        CU_ASSERT_EQUAL(month_vat(row, &f, &vat), want[i].said);
        CU_ASSERT_EQUAL(vat, want[i].vat);
    }
    row->vat = (struct fb_span){NULL, 0};
    row->vat_base = FB_VAT_BASE_NONE;
    CU_ASSERT(month_owed(row, &owed) == MONTH_UNAPPROVED && owed.vat_unsaid == 1 && owed.vat == 0);
}

static void an_invoice_is_a_stage(void)
{
    struct fb_month_row *row = one();
    CU_ASSERT_FALSE(month_invoiced(row, &owed));
    *fb_test_month_figure(row, FB_STAGE_PAID, FB_MEASURE_PENCE) = 39000;
    CU_ASSERT(month_invoiced(row, &owed) && owed.pence == 39000);
    *fb_test_month_figure(row, FB_STAGE_INVOICED, FB_MEASURE_PENCE) = 41000;
    CU_ASSERT(month_invoiced(row, &owed) && owed.pence == 41000); /* what was billed, and not how much of it was paid */
    *fb_test_month_figure(row, FB_STAGE_INVOICED, FB_MEASURE_PENCE) = 0;
    CU_ASSERT_FALSE(month_invoiced(row, &owed)); /* a credit note took it back, whatever was paid */
    row->payer = 0;
    CU_ASSERT_EQUAL(month_payer(row), row->hirer);
}

static void sums_that_do_not_fit_are_told(void)
{
    struct month_money a = {.pence = INT64_MAX}, b = {.pence = 1};
    CU_ASSERT_FALSE(month_money_add(&a, &b, 1));
    a = (struct month_money){.vat = INT64_MIN};
    b = (struct month_money){.vat = 1};
    CU_ASSERT_FALSE(month_money_add(&a, &b, -1));
    CU_ASSERT(month_money_add(&b, &b, 1) && b.vat == 2);
}

static void a_list_keeps_what_is_gone_when_the_page_is(void)
{
    struct month_list list = {.n = 0};
    for (unsigned i = 0; i < 3000; i++) {
        char gone[] = "C100";
        struct fb_month_row *row = one();
        row->subject = i;
        row->cost_centre = (struct fb_span){gone, 4};
        row->n_findings = 1;
        row->finding[0] = (struct fb_month_finding){.rule = fb_span_of("ratecap.breached"), .severity = FB_SEVERITY_BREACH, .answered = i % 2 == 1};
        CU_ASSERT_FATAL(month_list_add(&list, row));
        memset(gone, 'x', sizeof gone);
    }
    CU_ASSERT_EQUAL_FATAL(list.n, 3000);
    CU_ASSERT(fb_span_is(list.shift[2999].cost_centre, "C100") && fb_span_is(list.shift[0].name, "rth-roster/B-00"));
    CU_ASSERT(fb_span_is(list.shift[2998].breaches, "ratecap.breached") && list.shift[2999].breaches.n == 0);
    month_list_release(&list);
}

/* 2026: 1 August is a Saturday; 1 May a Friday; Easter Monday is 6 April; 1 January a holiday, and the 2nd a Friday. */
static void the_first_working_day_is_no_weekend_and_no_holiday(void)
{
    static unsigned char days[46];
    struct fb_book book = {.holidays_from = fb_day_of(2026, 1, 1), .n_holiday_days = 365, .holiday = days};
    memset(days, 0, sizeof days);
    days[0] = 1;
    CU_ASSERT_EQUAL(month_first_working_day(&book, fb_day_of(2026, 1, 1)), fb_day_of(2026, 1, 2));
    CU_ASSERT_EQUAL(month_first_working_day(&book, fb_day_of(2026, 5, 1)), fb_day_of(2026, 5, 1));
    CU_ASSERT_EQUAL(month_first_working_day(&book, fb_day_of(2026, 8, 1)), fb_day_of(2026, 8, 3));
    fb_day monday = fb_day_of(2026, 8, 3);
    days[(monday - book.holidays_from) / 8] |= (unsigned char)(1u << (monday - book.holidays_from) % 8);
    CU_ASSERT_EQUAL(month_first_working_day(&book, fb_day_of(2026, 8, 1)), fb_day_of(2026, 8, 4));
    CU_ASSERT_EQUAL(month_first_working_day(&book, fb_day_of(2027, 1, 1)), 0); /* nobody can say */
    CU_ASSERT_EQUAL(month_next(fb_day_of(2026, 12, 1)), fb_day_of(2027, 1, 1));
    CU_ASSERT_EQUAL(month_next(fb_day_of(2028, 2, 1)), fb_day_of(2028, 3, 1));
}

CU_TestInfo suite_month_fold[] = {
    {"approved stands as worked, and the rest as booked", approved_stands_as_worked_and_the_rest_as_booked},
    {"nothing is owed where nobody came", nothing_is_owed_where_nobody_came},
    {"a cancelled shift owes its charge", a_cancelled_shift_owes_its_charge},
    {"VAT is by its treatment", vat_is_by_its_treatment},
    {"an invoice is a stage", an_invoice_is_a_stage},
    {"sums that do not fit are told", sums_that_do_not_fit_are_told},
    {"a list keeps what is gone when the page is", a_list_keeps_what_is_gone_when_the_page_is},
    {"the first working day is no weekend and no holiday", the_first_working_day_is_no_weekend_and_no_holiday},
    CU_TEST_INFO_NULL,
};
